"""Every question of the profile is asked for something: a requirement reads the answer, or cross-checks do.

What a probe says that it reads, tests/baseline/test_probes_complete.py holds against what it does read.
"""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest

import iotassess
from iotassess.baseline.catalogue import Catalogue, Part
from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.baseline.registry import probes
from iotassess.model.claim import SubjectKind
from iotassess.model.profile.leaves import Leaf, leaves

ENGINE: tuple[SubjectKind, ...] = ("justification", "technology")
"""Kinds of subject that the engine reads itself: reasons, and which technologies are in use."""

OF_WHICH_PRODUCT = "by it cross-checks tell whether an artefact is about this product"
OF_WHICH_PART = "by it cross-checks find the part of the release that an artefact speaks of"
DATED = "a document from the future counts for nothing; no cadence is asked for"

CROSS_CHECKED: dict[str, str] = {
    "identity.vendor-id": OF_WHICH_PRODUCT,
    "identity.class-id": OF_WHICH_PRODUCT,
    "identity.implementation-id": OF_WHICH_PRODUCT,
    "identity.oemid": OF_WHICH_PRODUCT,
    "identity.hwmodel": OF_WHICH_PRODUCT,
    "product.firmware-version": OF_WHICH_PRODUCT,
    "product.hardware-revision": OF_WHICH_PRODUCT,
    "product.vendor": OF_WHICH_PRODUCT,
    "product.model": OF_WHICH_PRODUCT,
    "device.serial": OF_WHICH_PRODUCT,
    "component.swid-tag-id": OF_WHICH_PART,
    "component.security-counter": "the counter of an image is held against it",
    "endpoint.port": "what a network description allows is held against it",
    "component.suit-component-id": OF_WHICH_PART,
    "component.measurement-type": OF_WHICH_PART,
    "attestation.format": "a token of a format that is not declared is told",
    "data.gdpr.impact-assessment.document-date": DATED,
    "data.gdpr.compliance-review.document-date": DATED,
    "safety.hazard-analysis.document-date": DATED,
    "process.threat-model.document-date": DATED,
}
"""What no requirement reads, as it tells nothing about security, and cross-checks do, and why."""

HELD: dict[str, str] = {
    "hardware.isolation.psa-isolation-level": "held against the mechanisms, which requirements read",
    "hardware.isolation.tee.present": "held against the mechanisms, which requirements read",
    "hardware.isolation.tee.technology": "held against there being one, and the technologies in use",
    "hardware.isolation.tee.managed-by": "held against there being one; tells that TEEP is in use",
    "key.symmetric": "held against the algorithm and the thumbprint, of which strength is asked",
    "attestation.verifier": "held against what the technologies in use say of it",
}
"""What no requirement reads, and the profile's consistency or the rules of technologies do, and why."""


@cache
def catalogues() -> list[Catalogue]:
    return [load_catalogue(id) for id in SHIPPED]


def parts(catalogue: Catalogue) -> Iterator[Part]:
    """All parts of a catalogue, those that tell whether a feature is absent among them."""
    for row in catalogue.requirements:
        yield from row.parts
        if row.absence.when is not None:
            yield row.absence.when
    for feature in catalogue.features.values():
        yield feature.absent


@cache
def asked() -> frozenset[str]:
    """Ids of the probes that some shipped catalogue asks."""
    return frozenset(id for catalogue in catalogues() for part in parts(catalogue) for id in part.probes())


@cache
def read() -> frozenset[str]:
    """Properties that some requirement reads."""
    return frozenset(property for id in asked() for property in probes()[id].reads)


def by_path() -> list[tuple[tuple[str, ...], list[Leaf]]]:
    """The leaves of the profile with their properties: a list says whether it is empty, too."""
    return [(path, list(found)) for path, found in groupby(leaves(), key=lambda leaf: leaf.path)]


def names(leaf: Leaf) -> bool:
    """Whether a leaf names an instance: the engine finds by it which instances there are."""
    return leaf.property in (f"{leaf.subject}.name", "device.instance-id")


def is_read(found: list[Leaf]) -> bool:
    subject = found[-1].subject
    if subject in ENGINE or found[0].property in {f"{kind}.any" for kind in ENGINE}:
        return True
    if names(found[-1]):
        return any(property.startswith(f"{subject}.") for property in read())
    return any(leaf.property in read() for leaf in found)


@pytest.mark.parametrize(("path", "found"), by_path(), ids=lambda v: ".".join(v) if type(v) is tuple else "")
def test_every_answer_is_asked_for_something(path: tuple[str, ...], found: list[Leaf]) -> None:
    if all(leaf.property is None for leaf in found):
        assert all(leaf.why for leaf in found)
        return
    ids = [leaf.property for leaf in found if leaf.property]
    told = [id for id in ids if id in CROSS_CHECKED or id in HELD]
    assert told or is_read(found), f"no requirement reads {' or '.join(ids)}"
    assert not (told and is_read(found)), f"{told} need not stand in the table: a requirement reads it"


def test_what_stands_in_the_table_is_a_leaf() -> None:
    assert {*CROSS_CHECKED, *HELD} <= {leaf.property for leaf in leaves()}
    assert not set(CROSS_CHECKED) & set(HELD)


@pytest.mark.parametrize("property", [p for p in CROSS_CHECKED if not p.endswith(".document-date")])
def test_what_stands_in_the_table_is_named_by_what_compares(property: str) -> None:
    root = Path(iotassess.__file__).parent
    tables = [root / "model/vocabulary.py", *sorted((root / "model").glob("compared_*.py"))]
    files = [*tables, *sorted((root / "crosscheck").glob("*.py"))]
    assert any(f'"{property}"' in file.read_text() for file in files)


@pytest.mark.parametrize("property", HELD)
def test_what_is_held_against_the_rest_is_named_where_that_is_done(property: str) -> None:
    key = next(leaf.path[-1] for leaf in leaves() if leaf.property == property)
    room = Path(iotassess.__file__).parent / "profile"
    files = [*(room / "consistency").glob("*.py"), *(room / "technology").glob("*.py")]
    attribute = f"{property.split('.')[0].split('-')[-1]}.{key}"  # stage.updatable, in code
    assert any(f'"{property}"' in (text := file.read_text()) or attribute in text for file in files)


def test_no_probe_is_left_unasked() -> None:
    assert sorted(set(probes()) - asked()) == []


# --- what a verdict may rest on ----------------------------------------------------------------------------

ROWS = [(c.id, row) for c in catalogues() for row in c.requirements]
each_row = pytest.mark.parametrize("row", [r for _, r in ROWS], ids=[f"{id}/{r.id}" for id, r in ROWS])


def provable(part: Part) -> bool:
    """Whether evidence alone can meet a part: every probe, or of alternatives at least one."""
    if part.join == "probe":
        return probes()[part.probe].kind == "evidence"
    return bool(part.arms) and (any if part.join == "any_of" else all)(provable(arm) for arm in part.arms)


def leaves_of(part: Part) -> Iterator[Part]:
    if part.join == "any_of":
        yield part
    elif part.arms:
        for arm in part.arms:
            yield from leaves_of(arm)
    else:
        yield part


@each_row
def test_every_row_asks_something_and_says_why_or_says_why_not(row) -> None:
    assert bool(row.parts) != bool(row.not_checkable)
    assert all(part.reason for part in row.parts)


@each_row
def test_a_row_about_people_hangs_no_level_on_evidence(row) -> None:
    """Its parts are worth a document at most, so that a level that asks for more could never be reached."""
    if row.process and (row.gate or row.attestation or row.force == "mandatory"):
        assert not any(provable(part) for outer in row.parts for part in leaves_of(outer))


@each_row
def test_an_attestation_row_has_evidence_to_be_fresh(row) -> None:
    if row.attestation:
        assert any(provable(part) for outer in row.parts for part in leaves_of(outer))


@pytest.mark.parametrize("catalogue", catalogues(), ids=lambda c: c.id)
def test_marks_have_a_reason_where_the_document_has_none(catalogue: Catalogue) -> None:
    if catalogue.family == "enisa":
        return  # explained at the head of the catalogue
    for row in catalogue.requirements:
        assert bool(row.gate_reason) == row.gate, row.id
        assert bool(row.attestation_reason) == row.attestation, row.id


@pytest.mark.parametrize("catalogue", catalogues(), ids=lambda c: c.id)
def test_every_published_feature_is_hung_on(catalogue: Catalogue) -> None:
    used = {id for row in catalogue.requirements for id in row.absence.features}
    assert used == set(catalogue.features)
