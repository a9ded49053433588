"""Alternatives: one artefact gives several values for one thing, and one that fits is enough."""

import pytest

from iotassess.crosscheck.pipeline import crosscheck
from iotassess.model.artefact import Shown
from iotassess.model.claim import PRODUCT, Digest, Subject
from tests.crosscheck.scene import (
    APP,
    APP_IN_TOKEN,
    BAD,
    GOOD,
    IMPLEMENTATION,
    PROPERTIES,
    artefact,
    declare,
    profile,
    token,
)

OTHER = "44" * 32
OLDER = Digest("sha-256", "cc" * 32)


def references(*digests, scope="environment[0]", implementation=IMPLEMENTATION, **fields):
    shown = [
        Shown(PRODUCT, "identity.implementation-id", implementation, f"{scope}.class_id", scope=scope),
        *(
            Shown(APP_IN_TOKEN, "component.reference", digest, f"{scope}.measurements[{i}]", scope=scope)
            for i, digest in enumerate(digests)
        ),
    ]
    return artefact("corim", "reference", shown, **fields)


def joined(*artefacts, declared=()):
    return crosscheck([*profile(), *declared], [], artefacts, PROPERTIES, example=False)


def ids(found):
    return [(d.id, d.severity) for d in found.discrepancies]


def test_one_of_several_reference_values_that_fits_is_enough():
    found = joined(references(OLDER, GOOD), token())
    assert ids(found) == []


def test_reference_values_of_which_none_fits_disagree_with_the_declaration():
    found = joined(references(OLDER, GOOD, path="right.corim"), references(OLDER, BAD, path="wrong.corim"))
    # Of no declared release: it is about another version, so it can only doubt.
    assert sorted(ids(found)) == [
        ("component-digest-mismatch", "warning"),
        ("evidence-for-other-product", "warning"),
    ]
    assert {c.source.artefact for d in found.discrepancies for c in d.evidenced} == {"wrong.corim"}


def test_a_measurement_that_is_none_of_the_reference_values_is_told():
    declared = [c for c in profile() if c.property != "component.digest"]
    release = [declare("product.firmware-version", "1.0")]
    bound = [
        Shown(APP_IN_TOKEN, "component.reference-version", "1.0", "environment[0].v", scope="environment[0]")
    ]
    corim = references(GOOD, OLDER)
    corim = artefact("corim", "reference", [*corim.shown, *bound])
    found = crosscheck([*declared, *release], [], [corim, token(digest=BAD)], PROPERTIES, example=False)
    (discrepancy,) = [d for d in found.discrepancies if d.id == "measurement-mismatch"]
    assert discrepancy.severity == "error"
    assert {c.value for c in discrepancy.evidenced} == {GOOD, OLDER, BAD}


def test_the_digest_of_what_an_image_holds_counts_beside_that_of_the_file():
    file = Subject("component", "app")
    image = artefact(
        "firmware-image",
        None,
        [
            Shown(file, "component.image-digest", BAD, "digests.sha-256", covered=False, observed=True),
            Shown(file, "component.image-digest", GOOD, "content.sha-256", covered=False, observed=True),
        ],
        authenticity="unsigned",
        signatures=(),
    )
    assert ids(joined(image)) == []


# --- several products in one artefact -----------------------------------------------------------


def both(*more):
    other = references(BAD, scope="environment[1]", implementation=OTHER)
    own = references(GOOD)
    return artefact("corim", "reference", [*other.shown, *own.shown, *more])


def test_reference_values_of_another_product_beside_those_of_this_one_say_nothing_about_it():
    found = joined(both())
    assert ids(found) == []
    assert [a.binding for a in found.artefacts] == ["bound"]
    assert {c.value for c in found.table.about(APP, "component.reference")} == {GOOD}


def test_reference_values_of_other_products_alone_are_about_another_product():
    found = joined(references(GOOD, implementation=OTHER))
    assert [a.binding for a in found.artefacts] == ["other"]
    assert ("evidence-for-other-product", "warning") in ids(found)
    assert all(c.grade == 2 and c.other for c in found.table.of("component.reference"))


def test_a_statement_of_a_part_that_names_no_product_is_decoded_only():
    extra = Shown(
        APP_IN_TOKEN, "component.reference-version", "1.0", "environment[2].v", scope="environment[2]"
    )
    found = joined(both(extra))
    (claim,) = found.table.of("component.reference-version")
    assert claim.grade == 2


@pytest.mark.parametrize("covered", [True, False])
def test_only_what_is_signed_tells_which_product_it_is_about(covered):
    corim = references(GOOD)
    corim = artefact("corim", "reference", [s._replace(covered=covered) for s in corim.shown])
    (read,) = joined(corim).artefacts
    assert (read.binding, read.grade) == (("bound", 4) if covered else ("unknown", 2))


# --- which release ------------------------------------------------------------------------------


def fresh(digest):
    return token(digest=digest, device="01", fresh="nonce")


def measured(found):
    (claim,) = found.table.of("component.measurement")
    return claim.grade


@pytest.mark.parametrize(
    ("digests", "measures", "grade"),
    [((GOOD,), GOOD, 5), ((GOOD, OLDER), GOOD, 5), ((OLDER, GOOD), OLDER, 4)],
    ids=[
        "the only reference value",
        "one of two, which is declared",
        "one of two, which is another release's",
    ],
)
def test_a_measurement_is_fresh_by_a_reference_value_of_this_release(digests, measures, grade):
    assert measured(joined(references(*digests), fresh(measures))) == grade


def test_of_several_reference_values_none_says_by_itself_which_release_it_is():
    declared = [c for c in profile() if c.property != "component.digest"]
    found = crosscheck(declared, [], [references(GOOD, OLDER), fresh(OLDER)], PROPERTIES, example=False)
    assert "measurement-unreferenced" in {d.id for d in found.discrepancies}
    assert measured(found) == 4


# --- software tags ------------------------------------------------------------------------------


@pytest.mark.parametrize(("tag", "binding"), [("maker/app", "bound"), ("other/fw", "unknown")])
def test_a_software_tag_is_bound_by_its_declared_identifier_and_not_by_its_digest(tag, binding):
    subject = Subject("component", tag, "swid-tag-id")
    shown = [Shown(subject, "component.reference", GOOD, "payload.files[0].hash")]
    found = joined(
        artefact("coswid", "reference", shown), declared=[declare("component.swid-tag-id", "maker/app", APP)]
    )
    assert [a.binding for a in found.artefacts] == [binding]
    assert ids(found) == []
