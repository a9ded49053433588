import pytest

from iotassess.crosscheck.binding import Resolver, bind, bind_image
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.artefact import Shown
from iotassess.model.claim import PRODUCT, Digest, Subject
from tests.crosscheck.scene import (
    APP,
    APP_IN_MANIFEST,
    APP_IN_TOKEN,
    BAD,
    GOOD,
    PROPERTIES,
    artefact,
    declare,
    image,
    manifest,
    profile,
    token,
)


def binding_of(found, claims):
    table = ClaimTable(claims, PROPERTIES)
    return bind(found, table, Resolver(table).subjects(found.shown))


def test_identity_and_digest_of_the_release_bind():
    assert binding_of(manifest(), profile()).binding == "bound"
    assert binding_of(token(), profile()).binding == "bound"


def test_another_vendor_is_other_and_names_both_sides():
    bound = binding_of(manifest(vendor="99" * 16), profile())
    assert bound.binding == "other"
    assert bound.mismatches[0][0].value == "11" * 16
    assert bound.mismatches[0][1].value == "99" * 16


def test_one_of_several_class_ids_suffices():
    found = manifest(Shown(PRODUCT, "identity.class-id", "77" * 16, "class_ids[1]"))
    assert binding_of(found, profile()).binding == "bound"


def test_two_implementation_ids_of_which_one_is_ours_are_other():
    found = token(Shown(PRODUCT, "identity.implementation-id", "99" * 32, "submods.x"))
    assert binding_of(found, profile()).binding == "other"


def test_vendor_alone_does_not_bind():
    found = artefact(
        "suit-envelope",
        "update",
        [
            Shown(PRODUCT, "identity.vendor-id", "11" * 16, "vendor_ids[0]"),
            Shown(APP_IN_MANIFEST, "component.digest", GOOD, "payloads[0]"),
        ],
    )
    assert binding_of(found, profile()).binding == "unknown"


def test_identity_that_no_signature_covers_binds_nothing():
    found = artefact(
        "psa-token",
        "attestation",
        [
            Shown(PRODUCT, "identity.implementation-id", "33" * 32, "implementation_id", covered=False),
            Shown(APP_IN_TOKEN, "component.measurement", GOOD, "sw_components[0]"),
        ],
    )
    assert binding_of(found, profile()).binding == "unknown"


def test_silence_about_identity_in_the_profile_binds_nothing():
    claims = [c for c in profile() if not c.property.startswith("identity.")]
    assert binding_of(token(), claims).binding == "unknown"


def test_silence_about_the_release_binds_nothing():
    claims = [c for c in profile() if c.property not in ("component.digest", "component.version")]
    assert binding_of(token(), claims).binding == "unknown"


def test_another_version_altogether_is_other():
    found = manifest(digest=BAD)
    bound = binding_of(found, profile())
    assert (bound.binding, len(bound.mismatches)) == ("other", 1)


def test_a_digest_that_differs_under_the_right_version_stays_bound():
    assert binding_of(token(digest=BAD), profile()).binding == "bound"


def test_digests_under_other_algorithms_say_nothing_about_the_release():
    assert binding_of(manifest(digest=Digest("sha-512", "aa" * 64)), profile()).binding == "unknown"


def test_subjects_resolve_by_locator_then_by_digest_then_not_at_all():
    second = Subject("component", "app2")
    table = ClaimTable(
        profile(
            declare("component.measurement-type", "ARoT", second), declare("component.digest", BAD, second)
        ),
        PROPERTIES,
    )
    resolver = Resolver(table)
    by_digest = [Shown(APP_IN_TOKEN, "component.measurement", BAD, "x")]
    nothing = [Shown(APP_IN_TOKEN, "component.version", "1", "x")]
    odd = Subject("component", "zz", "measurement-type")
    foreign = [Shown(odd, "component.measurement", GOOD, "x")]
    assert resolver.subjects(by_digest)[APP_IN_TOKEN] == second
    assert resolver.subjects(nothing)[APP_IN_TOKEN] == APP_IN_TOKEN
    assert resolver.subjects(foreign)[odd] == APP
    assert resolver.subjects([Shown(APP_IN_MANIFEST, "component.size", 1, "x")])[APP_IN_MANIFEST] == APP
    device = Subject("device", "01ff", "instance-id")
    assert resolver.subjects([Shown(device, "device.attestation-key", "k", "x")])[device] == Subject(
        "device", "01ff"
    )


@pytest.mark.parametrize(("digest", "expected"), [(GOOD, ("bound", 4)), (BAD, ("unknown", 2))])
def test_an_image_is_bound_by_the_digest_in_a_bound_manifest(digest, expected):
    assert bind_image(image(digest), [(3, manifest()), (4, manifest())]) == expected


def test_an_uncovered_digest_binds_no_image():
    loose = artefact(
        "suit-envelope", "update", [Shown(APP_IN_MANIFEST, "component.digest", GOOD, "x", covered=False)]
    )
    assert bind_image(image(), [(4, loose)]) == ("unknown", 2)
