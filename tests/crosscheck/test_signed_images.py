"""Images with a signature of their own: bound by a declared digest or by a manifest."""

import pytest

from iotassess.crosscheck.pipeline import crosscheck
from iotassess.model.artefact import Shown
from iotassess.model.claim import PRODUCT
from tests.crosscheck.scene import APP, BAD, GOOD, PROPERTIES, artefact, declare, manifest, profile


def image(digest=GOOD, *, signed=True, file=BAD, **fields):
    more = {} if signed else {"authenticity": "unsigned", "signatures": ()}
    shown = [
        Shown(APP, "component.image-digest", file, "digests.sha-256", covered=False, observed=True),
        Shown(APP, "component.image-digest", digest, "payload.sha-256", covered=signed, observed=True),
        Shown(APP, "component.version", "1.0", "version", covered=signed),
        Shown(PRODUCT, "software.code-signing", signed, "signatures", covered=signed, observed=True),
    ]
    return artefact("mcuboot-image", "update", shown, **{**more, **fields})


def run(*artefacts, declared=None):
    return crosscheck(profile() if declared is None else declared, [], artefacts, PROPERTIES, example=False)


def grades(found, property, path="mcuboot-image.bin"):
    return {c.value: c.grade for c in found.table.of(property) if c.source.artefact == path}


def test_a_signed_image_with_the_declared_digest_is_that_component():
    found = run(image())
    assert [(a.binding, a.grade) for a in found.artefacts] == [("bound", 4)]
    assert grades(found, "component.version") == {"1.0": 4}
    assert found.discrepancies == ()


def test_an_unsigned_image_with_the_declared_digest_proves_nothing():
    found = run(image(signed=False))
    assert [(a.binding, a.grade) for a in found.artefacts] == [("bound", 2)]
    assert set(grades(found, "component.image-digest").values()) == {2}


def test_a_signed_image_with_another_digest_is_of_nobody_knows_what():
    found = run(image(BAD))
    assert [(a.binding, a.grade) for a in found.artefacts] == [("unknown", 2)]
    assert [(d.id, d.severity) for d in found.discrepancies] == [("image-digest-mismatch", "warning")]


def test_a_manifest_vouches_for_the_digests_of_an_unsigned_image_and_for_nothing_else():
    found = run(manifest(), image(signed=False))
    assert set(grades(found, "component.image-digest").values()) == {4}
    assert grades(found, "component.version") == {"1.0": 2}
    assert grades(found, "software.code-signing") == {False: 2}


def test_a_manifest_binds_a_signed_image_whose_digest_is_not_declared():
    undeclared = [c for c in profile() if c.property != "component.digest"]
    version = declare("product.firmware-version", "9")
    envelope = manifest(Shown(PRODUCT, "product.firmware-version", "9", "v"))
    found = run(envelope, image(), declared=[*undeclared, version])
    assert [(a.binding, a.grade) for a in found.artefacts if a.kind == "mcuboot-image"] == [("bound", 4)]


@pytest.mark.parametrize("role", [True, False])
def test_an_unsigned_image_that_the_profile_names_contradicts_signed_code(role):
    from iotassess.model.artefact import Role

    named = {"role": Role("artefact", "app", 3)} if role else {}
    found = run(image(signed=False, **named), declared=[*profile(), declare("software.code-signing", True)])
    told = [(d.id, d.severity) for d in found.discrepancies if d.id == "secure-boot-contradiction"]
    assert told == [("secure-boot-contradiction", "error" if role else "warning")]


def test_a_manifest_by_nobody_known_makes_a_signed_image_nobodys():
    undeclared = [c for c in profile() if c.property != "component.digest"]
    version = declare("product.firmware-version", "9")
    envelope = manifest(
        Shown(PRODUCT, "product.firmware-version", "9", "v"), authenticity="unverified", signatures=()
    )
    found = run(envelope, image(), declared=[*undeclared, version])
    assert [a.grade for a in found.artefacts] == [2, 2]
    assert set(grades(found, "component.version").values()) == {2}
