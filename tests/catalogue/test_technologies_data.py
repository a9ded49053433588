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

from iotassess.codec.yaml import load

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

ARTEFACT_KINDS = frozenset(
    [
        "suit-envelope",
        "suit-report",
        "eat-cwt",
        "eat-jwt",
        "eat-ucs",
        "eat-deb",
        "psa-token",
        "cca-token",
        "corim",
        "coswid",
        "mud",
        "mud-signed",
        "x509-chain",
        "mcuboot-image",
        "firmware-image",
        "ear",
    ]
)
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
ROW_KEYS = (
    ["id", "name", "kind", "summary", "specification", "serves", "does_not", "evidence", "goes_further"],
    [
        "id",
        "name",
        "kind",
        "summary",
        "specification",
        "serves",
        "does_not",
        "evidence",
        "goes_further",
        "note",
    ],
)
REQUIREMENTS = frozenset(f"GP-TM-{number:02}" for number in range(1, 58))


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
    assert list(row) in ROW_KEYS
    assert list(row["specification"]) == [
        "current",
        "title_own_words",
        "state",
        "checked",
        "seed_cites",
    ]
    assert list(row["evidence"]) == ["kinds", "how"]
    assert all(list(link) == ["requirement", "source", "how"] for link in row["serves"])
    assert all(list(step) == ["technology", "how"] for step in row["goes_further"])


@each_row
def test_every_text_says_something(row: dict[str, Any]) -> None:
    for path, text in texts(row):
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


@each_row
def test_every_served_requirement_exists_and_is_named_once(row: dict[str, Any]) -> None:
    served = [link["requirement"] for link in row["serves"]]
    assert served
    assert set(served) <= REQUIREMENTS
    assert len(served) == len(set(served))
    assert {link["source"] for link in row["serves"]} <= {"seed", "our-judgement"}


@each_row
def test_the_links_of_the_seed_stand_first_and_in_order(row: dict[str, Any]) -> None:
    order = [(link["source"] != "seed", link["requirement"]) for link in row["serves"]]
    assert order == sorted(order)


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
