"""The ENISA catalogue is data that verdicts rest on, so it is tested like code.

What the seed (draft-moran-iot-nets-02) says about each measure, the gate rows and what only documents can
show are written out by hand below; the catalogue must hold exactly that.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from iotassess.baseline.catalogue import Catalogue, Part, Requirement
from iotassess.baseline.loader import load_catalogue
from iotassess.baseline.registry import probes
from iotassess.baseline.technologies import load_technologies
from iotassess.codec.yaml import load

# Seed section → numbers of the measures that it maps, and how it classifies them.
SEED = {
    "3.1.1": {"architectural": (1,)},
    "3.1.2": {"architectural": (2,)},
    "3.2.1": {"technology": (3,)},
    "3.2.2": {"technology": (4,)},
    "3.2.3": {"technology": (5,)},
    "3.2.4": {"no-specification": (6,)},
    "3.2.5": {"technology": (7,)},
    "3.3.1": {"procedural": (8,)},
    "3.3.2": {"procedural": (9,)},
    "3.4": {"architectural/procedural": (10, 11, 12, 13, 14)},
    "3.5": {"architectural/procedural": (15, 16, 17)},
    "3.6": {"technology": (18, 19), "architectural/procedural": (20,)},
    "3.7.1": {"architectural/procedural": (21,)},
    "3.7.2": {"alternative-technology": (22, 23, 24, 25, 26)},
    "3.8.1": {"mixed": (27,)},
    "3.8.2": {"technology": (28,)},
    "3.8.3": {"mixed": (29, 30)},
    "3.9": {"architectural": (31, 32, 33)},
    "3.10": {"architectural": (34, 35, 36, 37)},
    "3.11.1": {"technology": (38,)},
    "3.11.2": {"technology": (39, 40)},
    "3.11.3": {"technology": (41, 42)},
    "3.11.4": {"technology": (43, 44), "architectural/procedural": (45, 46)},
    "3.12": {"architectural/procedural": (47, 48, 49, 50, 51, 53)},
    "3.12.1": {"technology": (52,)},
    "3.13": {"architectural/procedural": (54,)},
    "3.14": {"mixed": (55,)},
    "3.15": {"architectural/procedural": (56, 57)},
}

# Section of ENISA's document → category, first and last measure.
SECTIONS = {
    "4.3.1": ("Hardware security", 1, 2),
    "4.3.2": ("Trust and integrity management", 3, 7),
    "4.3.3": ("Strong default security and privacy", 8, 9),
    "4.3.4": ("Data protection and compliance", 10, 14),
    "4.3.5": ("System safety and reliability", 15, 17),
    "4.3.6": ("Secure software/firmware updates", 18, 20),
    "4.3.7": ("Authentication", 21, 26),
    "4.3.8": ("Authorisation", 27, 28),
    "4.3.9": ("Access control - physical and environmental security", 29, 33),
    "4.3.10": ("Cryptography", 34, 37),
    "4.3.11": ("Secure and trusted communications", 38, 46),
    "4.3.12": ("Secure interfaces and network services", 47, 53),
    "4.3.13": ("Secure input and output handling", 54, 54),
    "4.3.14": ("Logging", 55, 55),
    "4.3.15": ("Monitoring and auditing", 56, 57),
}

GATES = (1, 2, 3, 4, 5, 8, 9, 18, 22, 24, 28, 33, 34, 35, 38, 39, 40, 42, 44, 48, 49, 50, 52, 54)
ATTESTATION = (1, 3, 33)

DOCUMENTS_ONLY = (1, 10, 11, 12, 13, 14, 15, 17, 20, 21, 26, 30, 37, 47, 51, 57)
"""What no artefact can show; GP-TM-01 because none proves that hardware cannot be changed."""

PROVABLE = (3,)
"""Measures of which artefacts of the kinds that are read can show every part. All others ask something, too,
that a manifest, a token and an image are silent about."""

# Measure → probes whose "met" says that the presupposed feature is absent.
ABSENT = {
    9: ("passwords-absent",),
    10: ("personal-data-absent",),
    11: ("personal-data-absent",),
    12: ("personal-data-absent", "telemetry-absent"),
    13: ("gdpr-not-applicable",),
    14: ("personal-data-absent",),
    15: ("safety-irrelevant",),
    22: ("passwords-absent",),
    23: ("user-authentication-absent",),
    24: ("user-authentication-absent",),
    39: ("connections-absent",),
    40: ("connections-absent", "web-interface-absent"),
    41: ("data-flows-absent",),
    42: ("connections-absent",),
    43: ("connections-absent",),
    51: ("backend-absent",),
    52: ("web-interface-absent",),
    53: ("interfaces-absent",),
}


def name(number: int) -> str:
    return f"GP-TM-{number:02}"


@cache
def catalogue() -> Catalogue:
    return load_catalogue("enisa-gp-tm")


@cache
def raw() -> list[dict[str, Any]]:
    """The rows as they are written."""
    data = files("iotassess.baseline").joinpath("catalogues/enisa-gp-tm.yaml").read_bytes()
    rows = load(data).value["requirements"]
    assert isinstance(rows, list)
    return rows


def row(number: int) -> Requirement:
    return catalogue().requirements[number - 1]


def provable(part: Part) -> bool:
    """Whether evidence alone can meet a part: every probe, or of alternatives at least one."""
    if part.join == "probe":
        return probes()[part.probe].kind == "evidence"
    return (any if part.join == "any_of" else all)(provable(arm) for arm in part.arms)


def nested(part: Part) -> Iterator[Part]:
    yield part
    for arm in part.arms:
        yield from nested(arm)


each_row = pytest.mark.parametrize("row", catalogue().requirements, ids=lambda row: str(row.id))


def test_it_is_the_baseline_that_is_assessed_by_default() -> None:
    found = catalogue()
    assert (found.id, found.edition, found.family) == ("enisa-gp-tm", "2017-11", "enisa")


def test_all_57_measures_stand_in_order() -> None:
    assert [r.id for r in catalogue().requirements] == [name(n) for n in range(1, 58)]


def test_none_is_mandatory() -> None:
    assert {r.force for r in catalogue().requirements} == {"measure"}


def test_the_gate_rows_are_the_24_chosen() -> None:
    assert len(GATES) == 24
    assert [r.id for r in catalogue().requirements if r.gate] == [name(n) for n in GATES]


def test_the_attestation_rows_are_gate_rows_with_evidence_to_be_fresh() -> None:
    chosen = [r for r in catalogue().requirements if r.attestation]
    assert [r.id for r in chosen] == [name(n) for n in ATTESTATION]
    assert all(r.gate and any(provable(part) for part in r.parts) for r in chosen)


def test_the_seed_is_cited_where_it_maps_each_measure() -> None:
    expected = {
        name(number): {"section": section, "classification": classification}
        for section, groups in SEED.items()
        for classification, numbers in groups.items()
        for number in numbers
    }
    assert {r["id"]: r["seed"] for r in raw()} == expected


def test_sections_and_categories_are_those_of_the_document() -> None:
    expected = [
        (name(number), section, category)
        for section, (category, first, last) in SECTIONS.items()
        for number in range(first, last + 1)
    ]
    assert [(r.id, r.section, r.category) for r in catalogue().requirements] == expected


@each_row
def test_every_part_says_why_it_belongs(row: Requirement) -> None:
    reasons = [part.reason for part in row.parts]
    assert reasons
    assert all(reason.endswith(".") and reason[0].isupper() for reason in reasons)
    assert len(reasons) == len(set(reasons))


@each_row
def test_no_part_is_asked_twice(row: Requirement) -> None:
    asked = [repr(part) for part in row.parts]
    assert len(asked) == len(set(asked))
    alone = [part.probe for part in row.parts if part.join == "probe"]
    assert len(alone) == len(set(alone))


@each_row
def test_groups_have_alternatives_and_arms_need_no_reason(row: Requirement) -> None:
    for part in (inner for outer in row.parts for inner in nested(outer)):
        assert part.join == "probe" or len(part.arms) > 1
        assert all(not arm.reason for arm in part.arms)


@pytest.mark.parametrize("number", DOCUMENTS_ONLY)
def test_what_only_documents_show_is_never_verified(number: int) -> None:
    assert any(all(probes()[id].kind == "document" for id in part.probes()) for part in row(number).parts), (
        "a part of its own that no artefact can show"
    )


def test_only_these_measures_can_be_proven_by_artefacts_alone() -> None:
    found = [r.id for r in catalogue().requirements if all(provable(part) for part in r.parts)]
    assert found == [name(n) for n in PROVABLE]


@pytest.mark.parametrize("number", range(1, 58))
def test_not_applicable_only_where_a_feature_is_presupposed(number: int) -> None:
    absence = row(number).absence
    if number not in ABSENT:
        assert (absence.basis, absence.when) == ("never", None)
        return
    assert absence.basis == "our-convention"
    assert absence.rationale.endswith(".")
    assert absence.when is not None
    assert tuple(absence.when.probes()) == ABSENT[number]
    assert absence.when.join == ("probe" if len(ABSENT[number]) == 1 else "all_of")


def test_technologies_are_those_that_serve_the_measure_the_seed_s_first() -> None:
    serving: dict[str, list[str]] = {}
    for source in ("seed", "our-judgement"):
        for technology in load_technologies().values():
            for link in technology.serves:
                if link["source"] == source:
                    serving.setdefault(link["requirement"], []).append(technology.id)
    for requirement in catalogue().requirements:
        assert list(requirement.technologies) == serving.get(requirement.id, []), requirement.id


@each_row
def test_texts_are_whole_sentences_and_promise_nothing(row: Requirement) -> None:
    for text in (row.summary, row.remediation):
        assert text[0].isupper()
        assert text.endswith(".")
        assert text == " ".join(text.split())
    assert not row.title.endswith(".")
    for text in (row.title, row.summary, row.remediation, *(part.reason for part in row.parts)):
        assert not re.search(r"\b(certified|compliant)\b", text), text


def test_titles_and_summaries_differ() -> None:
    for texts in ([r.title for r in catalogue().requirements], [r.summary for r in catalogue().requirements]):
        assert len(texts) == len(set(texts))


def test_the_cadence_of_penetration_tests_is_half_a_year() -> None:
    cadences = {part.probe: part.params for part in row(57).parts}
    assert cadences == {
        "security-audited": {"max_age_days": 366},
        "penetration-tested": {"max_age_days": 183},
    }


def test_boot_trust_has_the_seed_s_three_ways_strongest_first() -> None:
    ways, debug = row(3).parts
    assert [next(arm.probes()) for arm in ways.arms] == [
        "attestation-evidence-available",
        "secure-boot-on",
        "boot-measured",
        "secure-boot-on",
    ]
    assert [(arm.join, arm.min_grade) for arm in ways.arms][1] == ("probe", 4)
    assert debug.probe == "debug-off-since-boot"


@pytest.mark.parametrize(
    ("number", "parts"),
    [(4, 5), (18, 11), (33, 3), (34, 9)],
    ids=["code-and-run-time", "update", "ports", "cryptography"],
)
def test_a_bundle_has_a_part_for_each_thing_bundled(number: int, parts: int) -> None:
    assert len(row(number).parts) == parts
