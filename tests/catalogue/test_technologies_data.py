"""The technology catalogue is data that people act on, so it is tested like code.

The seed's mapping is written out by hand below, section by section, from draft-moran-iot-nets-02; the
catalogue must hold exactly that as `source: seed`, no less and no more.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from iotassess.baseline.catalogue import Requirement
from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.baseline.technologies import load_technologies
from iotassess.cli.explain_technology import technology_page
from iotassess.codec.yaml import load
from iotassess.evidence.registry import KINDS
from iotassess.model.profile.leaves import leaves
from iotassess.profile.shape import allowed, expected_at
from iotassess.profile.technology import technology_rules
from iotassess.profile.technology.example import example
from iotassess.report.tree import render

# Requirement -> technologies that the seed's section 3 names for it. A requirement that is not here is
# noted by the seed as architectural or procedural, without a technology.
SEED: dict[str, frozenset[str]] = {
    # 3.2.1: three ways, increasing in guarantee
    "GP-TM-03": frozenset({"secure-boot", "tpm-measured-boot", "rats-eat"}),
    # 3.2.2: "the TEEP protocol" is named, its architecture cited
    "GP-TM-04": frozenset(
        {"secure-boot", "os-code-signing", "suit-manifest", "tee", "teep", "teep-protocol"}
    ),
    # 3.2.3
    "GP-TM-05": frozenset({"suit-manifest", "teep", "teep-protocol"}),
    # 3.2.4: no specification, but RFC 9019 requires it too
    "GP-TM-06": frozenset({"rfc9019"}),
    # 3.2.5
    "GP-TM-07": frozenset({"est", "lwm2m-bootstrap"}),
    # 3.4: TEEs can help, and TEEP to manage them
    "GP-TM-10": frozenset({"tee", "teep"}),
    "GP-TM-11": frozenset({"tee", "teep"}),
    "GP-TM-12": frozenset({"tee", "teep"}),
    "GP-TM-13": frozenset({"tee", "teep"}),
    "GP-TM-14": frozenset({"tee", "teep"}),
    # 3.6: technical requirements only; GP-TM-20 is marked procedural
    "GP-TM-18": frozenset({"suit-manifest", "teep", "teep-protocol"}),
    "GP-TM-19": frozenset({"suit-manifest", "teep", "teep-protocol"}),
    # 3.7.2: as an alternative to passwords
    "GP-TM-22": frozenset({"fido-passwordless"}),
    "GP-TM-23": frozenset({"fido-passwordless"}),
    "GP-TM-24": frozenset({"fido-passwordless"}),
    "GP-TM-25": frozenset({"fido-passwordless"}),
    "GP-TM-26": frozenset({"fido-passwordless"}),
    # 3.8.1: at the network level
    "GP-TM-27": frozenset({"mud"}),
    # 3.8.2
    "GP-TM-28": frozenset({"tee", "teep"}),
    # 3.8.3: a building block
    "GP-TM-29": frozenset({"tee"}),
    "GP-TM-30": frozenset({"tee"}),
    # 3.11.1: COSE, and for data in transit whatever 3.11.2 lists
    "GP-TM-38": frozenset({"cose", "tls13", "dtls13", "quic", "oscore"}),
    # 3.11.2
    "GP-TM-39": frozenset({"tls13", "dtls13", "quic", "oscore"}),
    "GP-TM-40": frozenset({"tls13", "dtls13", "quic", "oscore"}),
    # 3.11.3
    "GP-TM-41": frozenset({"cose"}),
    "GP-TM-42": frozenset({"rats", "tls13", "dtls13", "atls", "attested-tls"}),
    # 3.11.4
    "GP-TM-43": frozenset({"mud"}),
    "GP-TM-44": frozenset({"tls13", "dtls13", "mud"}),
    # 3.12.1: partially
    "GP-TM-52": frozenset({"tls13", "quic"}),
    # 3.14
    "GP-TM-55": frozenset({"rats-eat", "suit-report"}),
}

# Named by the seed's references only, never in its mapping.
REFERENCES_ONLY = frozenset({"brski", "coswid", "corim", "fdo", "iotopia"})

# The seed's OSCORE bullet cites the ACE profile; these two are not in the seed at all.
BESIDE_THE_SEED = frozenset({"ace-oscore", "psa-attestation", "rfc9124"})

EXPECTED_IDS = frozenset().union(*SEED.values()) | REFERENCES_ONLY | BESIDE_THE_SEED

# The references that have been replaced since the seed was written, and by what.
MOVED_ON = {
    "rats": ("draft-ietf-rats-architecture", "RFC 9334"),
    "rats-eat": ("draft-ietf-rats-eat", "RFC 9711"),
    "teep": ("draft-ietf-teep-architecture", "RFC 9397"),
    "coswid": ("draft-ietf-sacm-coswid", "RFC 9393"),
    "cose": ("RFC 8152", "RFC 9052"),
    "tls13": ("RFC 8446", "RFC 9846"),
    "oscore": ("RFC 9203", "RFC 8613"),
    "corim": ("draft-birkholz-rats-corim", "draft-ietf-rats-corim"),
    "attested-tls": ("draft-fossati-tls-attestation", "draft-fossati-seat-"),
}

ARTEFACT_KINDS = frozenset(kind.id for kind in KINDS)
TECHNOLOGY_KINDS = frozenset({"protocol", "format", "architecture", "hardware", "practice", "programme"})
STATES = frozenset(
    {
        "published RFC",
        "Internet-Draft, in the RFC Editor queue",
        "Internet-Draft, active",
        "Internet-Draft, expired",
        "industry specification",
        "no single specification",
    }
)
ROW_KEYS = [
    *("id", "name", "kind", "summary", "specification", "serves", "declared_by", "goes_with", "does_not"),
    *("evidence", "goes_further", "note"),
]
OPTIONAL = frozenset({"goes_with", "note"})
BASELINES = ("enisa-gp-tm", "etsi-en-303-645@3.1.3", "nist-ir-8259a", "nist-ir-8425")
"""Baselines that links may name, in the order of the links; of ETSI EN 303 645 the newest edition."""


@cache
def catalogue() -> dict[str, Any]:
    """The file as its loader will see it: plain values of YAML 1.2."""
    data = files("iotassess.baseline").joinpath("technologies.yaml").read_bytes()
    value = load(data).value
    assert isinstance(value, dict)
    return value


def rows() -> list[dict[str, Any]]:
    found = catalogue()["technologies"]
    assert isinstance(found, list)
    return found


def links(source: str) -> set[tuple[str, str]]:
    """(requirement, technology) of every link with this source."""
    return {
        (link["requirement"], row["id"])
        for row in rows()
        for link in row["serves"]
        if link["source"] == source
    }


def texts(value: Any, path: str = "") -> list[tuple[str, object]]:
    """Every leaf of a row with its path."""
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in texts(item, f"{path}.{key}")]
    if isinstance(value, list):
        return [leaf for n, item in enumerate(value) for leaf in texts(item, f"{path}[{n}]")]
    return [(path, value)]


each_row = pytest.mark.parametrize("row", rows(), ids=lambda row: str(row["id"]))


def test_the_file_has_an_edition_and_rows() -> None:
    assert list(catalogue()) == ["edition", "technologies"]
    assert re.fullmatch(r"\d{4}-\d{2}", catalogue()["edition"])


def test_no_technology_is_missing_unknown_or_there_twice() -> None:
    ids = [row["id"] for row in rows()]
    assert sorted(ids) == sorted(EXPECTED_IDS)


def test_names_are_not_given_twice() -> None:
    names = [row["name"].casefold() for row in rows()]
    assert len(names) == len(set(names))


def test_every_mapping_of_the_seed_is_there_and_none_is_invented() -> None:
    expected = {(requirement, tech) for requirement, techs in SEED.items() for tech in techs}
    assert links("seed") == expected


@pytest.mark.parametrize("technology", sorted(REFERENCES_ONLY | BESIDE_THE_SEED))
def test_a_link_that_the_seed_does_not_draw_is_marked_as_judgement(technology: str) -> None:
    row = next(row for row in rows() if row["id"] == technology)
    assert {link["source"] for link in row["serves"]} == {"our-judgement"}


@pytest.mark.parametrize("technology", sorted(MOVED_ON))
def test_a_stale_reference_of_the_seed_is_not_given_as_current(technology: str) -> None:
    then, now = MOVED_ON[technology]
    specification = next(row for row in rows() if row["id"] == technology)["specification"]
    assert then in specification["seed_cites"]
    assert now in specification["current"]
    assert then not in specification["current"]


@each_row
def test_keys_are_complete_and_in_order(row: dict[str, Any]) -> None:
    assert list(row) == [key for key in ROW_KEYS if key in row]
    assert set(ROW_KEYS) - OPTIONAL <= set(row)
    assert list(row["specification"]) == [
        "current",
        "title_own_words",
        "state",
        "checked",
        "seed_cites",
    ]
    assert list(row["evidence"]) == ["kinds", "how"]
    assert all(list(link) == ["requirement", "baseline", "source", "how"] for link in row["serves"])
    assert all(list(step) == ["technology", "how"] for step in row["goes_further"])


@each_row
def test_every_text_says_something(row: dict[str, Any]) -> None:
    for path, text in texts(row):
        if path.startswith(".declared_by") and text is True:
            continue
        assert isinstance(text, str), f"{path} is {text!r}: quote it"
        assert text.strip(), f"{path} is empty"
        assert text == " ".join(text.split()), f"{path} has stray white space"


@each_row
def test_id_kind_and_state_are_of_the_closed_lists(row: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["id"])
    assert row["kind"] in TECHNOLOGY_KINDS
    assert row["specification"]["state"] in STATES
    assert re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", row["specification"]["checked"])
    assert row["specification"]["checked"] <= catalogue()["edition"]


@each_row
def test_the_state_fits_the_specification(row: dict[str, Any]) -> None:
    current, state = row["specification"]["current"], row["specification"]["state"]
    assert current.startswith("RFC ") == (state == "published RFC")
    assert current.startswith("draft-") == state.startswith("Internet-Draft")


@cache
def requirements(baseline: str) -> dict[str, Requirement]:
    """The rows of a shipped baseline by id."""
    return {row.id: row for row in load_catalogue(baseline).requirements}


@each_row
def test_every_served_requirement_exists_in_its_baseline_and_is_named_once(row: dict[str, Any]) -> None:
    served = [(link["baseline"], link["requirement"]) for link in row["serves"]]
    assert served
    assert len(served) == len(set(served))
    for baseline, requirement in served:
        assert baseline in BASELINES
        assert requirement in requirements(baseline), f"{baseline} has no {requirement}"
    assert {link["source"] for link in row["serves"]} <= {"seed", "our-judgement"}


@each_row
def test_only_links_to_enisa_can_be_the_seeds(row: dict[str, Any]) -> None:
    assert {link["baseline"] for link in row["serves"] if link["source"] == "seed"} <= {"enisa-gp-tm"}


@each_row
def test_the_links_of_the_seed_stand_first_and_in_order(row: dict[str, Any]) -> None:
    order = [
        (
            BASELINES.index(link["baseline"]),
            link["source"] != "seed",
            list(requirements(link["baseline"])).index(link["requirement"]),
        )
        for link in row["serves"]
    ]
    assert order == sorted(order)


def test_no_two_families_share_an_id() -> None:
    # What serves a requirement is found by its id within the family of its baseline.
    ids = [{row.id for row in load_catalogue(baseline).requirements} for baseline in BASELINES]
    assert sum(map(len, ids)) == len(set().union(*ids))


@pytest.mark.parametrize("baseline", SHIPPED)
def test_what_a_catalogue_names_is_served_here(baseline: str) -> None:
    catalogue = load_catalogue(baseline)
    void = load_catalogue(BASELINES[1]).void if catalogue.family == "etsi" else {}
    drawn = {
        (link["baseline"].partition("-")[0], link["requirement"], row["id"])
        for row in rows()
        for link in row["serves"]
    }
    for row in catalogue.requirements:
        ids = void.get(row.id, (row.id,))
        for technology in row.technologies:
            assert any((catalogue.family, id, technology) in drawn for id in ids), f"{row.id}: {technology}"


@each_row
def test_what_is_served_here_a_catalogue_names_or_the_technology_goes_with_one_that_it_names(
    row: dict[str, Any],
) -> None:
    for link in row["serves"]:
        named = requirements(link["baseline"])[link["requirement"]].technologies
        assert row["id"] in named or row.get("goes_with") in named, link["requirement"]


@each_row
def test_a_technology_goes_with_another_one(row: dict[str, Any]) -> None:
    assert row.get("goes_with", "rats" if row["id"] != "rats" else "tls13") in EXPECTED_IDS - {row["id"]}


@each_row
def test_declared_by_reads_properties_that_are_declared_and_values_that_they_can_have(
    row: dict[str, Any],
) -> None:
    known = {leaf.property: leaf for leaf in leaves() if leaf.property}
    for way in row["declared_by"]:
        assert way
        assert len({known[property].subject for property in way}) == 1, "a join is about one subject"
        for property, values in way.items():
            leaf = known[property]
            if values == "any":
                continue
            assert values
            for value in values:
                assert isinstance(value, bool) == (leaf.type == "bool"), property
                kind = expected_at(tuple(0 if step == "*" else step for step in leaf.path))
                inside = kind.__args__[0] if leaf.many else kind
                assert not allowed(inside) or value in allowed(inside), f"{property} is never {value}"


@each_row
def test_a_kind_that_is_read_is_not_said_to_have_no_reader(row: dict[str, Any]) -> None:
    read = {kind.id for kind in KINDS}
    kinds, how = set(row["evidence"]["kinds"]), row["evidence"]["how"]
    if how.startswith("Read: "):
        assert kinds & read
        for kind in kinds - read:
            assert kind in how, f"{kind} has no reader, and nothing says so"
    else:
        assert not kinds & read
    for sentence in re.split(r"[.;,] ", how):
        if "no reader" in sentence:
            assert not {kind for kind in read if re.search(rf"\b{kind}\b", sentence)}, sentence


@each_row
def test_evidence_names_known_artefact_kinds_once(row: dict[str, Any]) -> None:
    kinds = row["evidence"]["kinds"]
    assert set(kinds) <= ARTEFACT_KINDS
    assert len(kinds) == len(set(kinds))


@each_row
def test_evidence_says_whether_it_is_read(row: dict[str, Any]) -> None:
    how = row["evidence"]["how"]
    assert how.startswith(("Read: ", "Not read: "))
    if not row["evidence"]["kinds"]:
        assert how.startswith("Not read: "), "nothing can be read without an artefact kind"


@each_row
def test_going_further_leads_to_other_technologies(row: dict[str, Any]) -> None:
    steps = [step["technology"] for step in row["goes_further"]]
    assert steps
    assert set(steps) <= EXPECTED_IDS - {row["id"]}
    assert len(steps) == len(set(steps))


@each_row
def test_no_row_promises_compliance(row: dict[str, Any]) -> None:
    for path, text in texts(row):
        assert not re.search(r"\b(is|are|be|makes?) (compliant|certified)\b", str(text)), path


# --- the page -------------------------------------------------------------------------------------------


def page(id: str, width: int = 400) -> str:
    return render(technology_page(load_technologies()[id]), width)


@each_row
def test_the_page_tells_all_that_the_row_holds(row: dict[str, Any]) -> None:
    text = page(row["id"])
    assert text.startswith(f"{row['id']}: {row['name']}, a ")
    assert f"  specification: {row['specification']['current']} ({row['specification']['state']})\n" in text
    for link in row["serves"]:
        source = "seed" if link["source"] == "seed" else "our judgement"
        assert f"    {link['requirement']} ({source}): {link['how']}\n" in text
        assert f"  serves in {link['baseline']}\n" in text
    for step in row["goes_further"]:
        assert f"    {step['technology']}: {step['how']}\n" in text
    assert row["does_not"] in text
    assert row["evidence"]["how"] in text
    for kind in row["evidence"]["kinds"]:
        assert kind in text[text.index("\n  evidence\n") :]
    assert row.get("note", "") in text


@each_row
def test_the_page_tells_how_to_declare_it_and_what_that_means(row: dict[str, Any]) -> None:
    rules = technology_rules()[row["id"]]
    text = page(row["id"])
    for name, parameter in rules.parameters.items():
        assert f"      {name}: {parameter.meaning} ({parameter.expected})\n" in text
    for way in row["declared_by"]:
        assert all(property in text[text.index("in use, too") :] for property in way)
    for need in rules.needs:
        assert f"    {need.why}" in text[text.index("\n  needs\n") :]
    for conflict in rules.conflicts:
        title = "must not go together" if conflict.severity == "error" else "seldom goes together"
        assert f": {conflict.why}\n" in text[text.index(f"\n  {title}\n") :]
    for implied in rules.implies:
        assert f"    {implied.property} = " in text[text.index("\n  declared with it") :]
    for version in rules.versions:
        assert version.instead or version.name in text


@each_row
def test_the_example_on_the_page_can_be_copied(row: dict[str, Any]) -> None:
    lines = page(row["id"], 100).split("\n")
    start = lines.index("      technologies:")
    end = next(n for n in range(start + 1, len(lines)) if not lines[n].startswith("       "))
    copied = "\n".join(line[6:] for line in lines[start:end])
    assert load(copied.encode()).value == load(example(technology_rules()[row["id"]]).encode()).value
