"""The two catalogues of ETSI EN 303 645 are data that verdicts rest on, so they are tested like code.

Ids, status strings, gate rows and attestation rows are written out below; the catalogues must hold
exactly that. A status tells everything about when a provision applies, so the rest is derived from it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from iotassess.baseline.catalogue import Catalogue, Part, Requirement
from iotassess.baseline.evaluate import Evaluator
from iotassess.baseline.facts import Facts
from iotassess.baseline.loader import load_catalogue
from iotassess.baseline.registry import probes
from iotassess.baseline.technologies import load_technologies
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.claim import Claim
from tests.baseline.probe_cases import DAY, VOCABULARY, listed, said

V3 = """
5.0-1: M
5.1-1: M F (a); 5.1-2: M F (b); 5.1-2A: R; 5.1-3: M F (c); 5.1-4: M F (d)
5.1-5: M C F (14, e)
5.2-1: M; 5.2-2: R; 5.2-3: R
5.3-1: R F (f); 5.3-2: M C (15); 5.3-3: M F (g); 5.3-4A: R F (g); 5.3-4B: R F (h)
5.3-5: R F (g); 5.3-6A: R F (h); 5.3-6B: R F (i); 5.3-7: M F (g); 5.3-8: M C (12)
5.3-9: R F (g); 5.3-10: M F (j); 5.3-11: R C (12); 5.3-12: R C (12); 5.3-13: M
5.3-14: R C (3); 5.3-15A: R C (3); 5.3-15B: R C (3); 5.3-16: M
5.4-1: M F (k); 5.4-2: M F (l); 5.4-3: M; 5.4-4: M F (m)
5.5-1: M; 5.5-2: R; 5.5-3: R; 5.5-4: R; 5.5-5: M F (n)
5.5-6: R F (o); 5.5-7: M F (o); 5.5-8: M C (16)
5.6-1: M F (p); 5.6-2: M; 5.6-3: R; 5.6-4A: M F (q); 5.6-4B: R F (r)
5.6-5: R; 5.6-6: R; 5.6-7: R; 5.6-8: R; 5.6-9: R
5.7-1: R; 5.7-2: R F (s)
5.8-1: R F (t); 5.8-2: M F (u); 5.8-3: M F (v)
5.9-1: R; 5.9-2: R; 5.9-3: R
5.10-1: R F (w)
5.11-1: M; 5.11-2: R F (x); 5.11-3: R; 5.11-4: R
5.12-1: R; 5.12-2: R; 5.12-3: R
5.13-1A: M; 5.13-1B: M
6-1: M; 6-2: M F (y); 6-3A: M F (y); 6-3B: M F (y); 6-4: R F (w)
6-5: M F (w); 6-6: M F (z); 6-7: R F (aa); 6-8: R F (z)
"""
"""Table B.1 of V3.1.3: provision and status."""

V2 = """
4-1: M
5.1-1: M C (1); 5.1-2: M C (2); 5.1-3: M; 5.1-4: M C (8); 5.1-5: M C (5)
5.2-1: M; 5.2-2: R; 5.2-3: R
5.3-1: R; 5.3-2: M C (5); 5.3-3: M C (12); 5.3-4: R C (12); 5.3-5: R C (12)
5.3-6: R C (9,12); 5.3-7: M C (12); 5.3-8: M C (12); 5.3-9: R C (12); 5.3-10: M (11,12)
5.3-11: R C (12); 5.3-12: R C (12); 5.3-13: M; 5.3-14: R C (3,4); 5.3-15: R C (3,4)
5.3-16: M
5.4-1: M; 5.4-2: M C (10); 5.4-3: M; 5.4-4: M
5.5-1: M; 5.5-2: R; 5.5-3: R; 5.5-4: R; 5.5-5: M
5.5-6: R; 5.5-7: M; 5.5-8: M
5.6-1: M; 5.6-2: M; 5.6-3: R; 5.6-4: M C (13); 5.6-5: R
5.6-6: R; 5.6-7: R; 5.6-8: R; 5.6-9: R
5.7-1: R; 5.7-2: R
5.8-1: R; 5.8-2: M; 5.8-3: M
5.9-1: R; 5.9-2: R; 5.9-3: R
5.10-1: R C (6)
5.11-1: M; 5.11-2: R; 5.11-3: R; 5.11-4: R
5.12-1: R; 5.12-2: R; 5.12-3: R
5.13-1: M
6-1: M; 6-2: M C (7); 6-3: M; 6-4: R C (6); 6-5: M C (6)
"""
"""Table B.1 of V2.1.1, with 4-1, which that edition leaves out of it."""

EDITIONS = ("3.1.3", "2.1.1")
STATUS = {"3.1.3": V3, "2.1.1": V2}
COUNTS = {"3.1.3": (36, 42), "2.1.1": (33, 35)}
CONDITIONS = {
    "3.1.3": ("C3", "C12", "C14", "C15", "C16"),
    "2.1.1": tuple(f"C{number}" for number in range(1, 14)),
}
FEATURES = {"3.1.3": tuple(f"F({letter})" for letter in [*"abcdefghijklmnopqrstuvwxyz", "aa"]), "2.1.1": ()}

GATES = {
    "3.1.3": {
        *("5.1-1", "5.2-1", "5.3-2", "5.3-9", "5.3-10", "5.3-13", "5.4-1", "5.4-3", "5.4-4", "5.5-1"),
        *("5.6-1", "5.6-4A", "5.8-2"),
    },
    "2.1.1": {
        *("5.1-1", "5.2-1", "5.3-2", "5.3-9", "5.3-10", "5.3-13", "5.4-1", "5.4-3", "5.4-4", "5.5-1"),
        *("5.6-1", "5.6-4", "5.8-2"),
    },
}
ATTESTATION = {"3.1.3": ["5.6-4A", "5.7-1"], "2.1.1": ["5.6-4", "5.7-1"]}

VOID = {
    "4-1": ("5.0-1",),
    "5.3-4": ("5.3-4A", "5.3-4B"),
    "5.3-6": ("5.3-6A", "5.3-6B"),
    "5.3-15": ("5.3-15A", "5.3-15B"),
    "5.6-4": ("5.6-4A", "5.6-4B"),
    "5.13-1": ("5.13-1A", "5.13-1B"),
    "6-3": ("6-3A", "6-3B"),
}
NEW = {"5.1-2A", "6-6", "6-7", "6-8"}
"""Provisions of 3.1.3 that have no counterpart in 2.1.1."""


@cache
def catalogue(edition: str) -> Catalogue:
    return load_catalogue(f"etsi-en-303-645@{edition}")


@cache
def statuses(edition: str) -> dict[str, str]:
    items = "; ".join(STATUS[edition].strip().splitlines())
    return dict(item.strip().split(": ") for item in items.split(";") if item.strip())


def hung_on(status: str) -> tuple[str, ...]:
    """Conditions and features that a status names."""
    listed = re.search(r"\((.*)\)", status)
    names = [name.strip() for name in listed[1].split(",")] if listed else []
    return tuple(f"C{name}" if name.isdigit() else f"F({name})" for name in names)


def nested(part: Part) -> Iterator[Part]:
    yield part
    for arm in part.arms:
        yield from nested(arm)


ROWS = [(edition, row) for edition in EDITIONS for row in catalogue(edition).requirements]
each_edition = pytest.mark.parametrize("edition", EDITIONS)
each_row = pytest.mark.parametrize(("edition", "row"), ROWS, ids=[f"{e} {r.id}" for e, r in ROWS])


@each_edition
def test_every_provision_stands_with_its_status_in_order(edition: str) -> None:
    found = {row.id: row.status for row in catalogue(edition).requirements}
    assert found == statuses(edition)
    assert len(found) == len(catalogue(edition).requirements) == sum(COUNTS[edition])
    assert list(found) == list(statuses(edition))


@each_edition
def test_mandatory_and_recommended_provisions_are_as_many_as_published(edition: str) -> None:
    found = Counter(row.force for row in catalogue(edition).requirements)
    assert (found["mandatory"], found["recommended"]) == COUNTS[edition]


def test_few_provisions_of_the_later_edition_are_unconditional() -> None:
    found = Counter(row.force for row in catalogue("3.1.3").requirements if row.absence.basis == "never")
    assert found == {"mandatory": 11, "recommended": 21}


@each_edition
def test_conditions_and_features_are_those_published(edition: str) -> None:
    assert tuple(catalogue(edition).features) == CONDITIONS[edition] + FEATURES[edition]


@each_edition
def test_every_condition_and_feature_is_used_and_derived_by_a_probe(edition: str) -> None:
    used = {id for row in catalogue(edition).requirements for id in row.absence.features}
    assert used == set(catalogue(edition).features)
    for feature in catalogue(edition).features.values():
        assert feature.absent.join == "probe", "a group could answer in part"
        assert feature.text


@each_row
def test_a_status_is_in_the_published_grammar_and_agrees_with_the_row(edition: str, row: Requirement) -> None:
    grammar = r"[MR]( C)?( F)?( \([0-9a-z]+(, ?[0-9a-z]+)*\))?"
    assert re.fullmatch(grammar, row.status)
    assert row.force == {"M": "mandatory", "R": "recommended"}[row.status[0]]
    names = hung_on(row.status)
    assert row.absence.features == names
    assert row.absence.basis == ("published" if names else "never")
    if edition == "3.1.3":  # the earlier one leaves the C out once: "M (11,12)"
        assert (" C" in row.status) == any(name.startswith("C") for name in names)
        assert (" F" in row.status) == any(name.startswith("F") for name in names)


def test_void_ids_lead_to_what_took_their_place() -> None:
    assert catalogue("3.1.3").void == VOID
    assert set(VOID) <= set(statuses("2.1.1"))
    assert not catalogue("2.1.1").void


def test_every_provision_of_the_later_edition_comes_from_an_earlier_one_or_is_new() -> None:
    followed = {new for successors in VOID.values() for new in successors}
    kept = set(statuses("3.1.3")) - followed - NEW
    assert kept == set(statuses("2.1.1")) - set(VOID)


@each_row
def test_every_part_says_why_it_belongs(edition: str, row: Requirement) -> None:
    assert bool(row.parts) != bool(row.not_checkable)
    reasons = [part.reason for part in row.parts]
    assert all(reason.endswith(".") and reason[0].isupper() for reason in reasons)
    assert len(reasons) == len(set(reasons))


@each_row
def test_no_part_is_asked_twice_and_groups_have_alternatives(edition: str, row: Requirement) -> None:
    asked = [repr(part) for part in row.parts]
    assert len(asked) == len(set(asked))
    for part in (inner for outer in row.parts for inner in nested(outer)):
        assert part.join in ("probe", "justified") or len(part.arms) > 1


@each_edition
def test_the_reasons_of_recommendations_are_asked_for_by_one_provision(edition: str) -> None:
    asking = {
        row.id: [part.forces for part in row.parts]
        for row in catalogue(edition).requirements
        if any(part.join == "justified" for part in row.parts)
    }
    assert asking == {"5.0-1" if edition == "3.1.3" else "4-1": [("recommended",)]}


@each_edition
def test_gate_rows_are_those_chosen_each_with_its_reason(edition: str) -> None:
    assert {row.id for row in catalogue(edition).requirements if row.gate} == GATES[edition]
    for row in catalogue(edition).requirements:
        assert bool(row.gate_reason) == row.gate


@each_edition
def test_attestation_rows_are_those_about_one_moment_and_evidence_can_show_them(edition: str) -> None:
    chosen = [row for row in catalogue(edition).requirements if row.attestation]
    assert [row.id for row in chosen] == ATTESTATION[edition]
    for row in chosen:
        assert row.attestation_reason
        assert any(probes()[id].kind == "evidence" for part in row.parts for id in part.probes())


@each_row
def test_texts_are_whole_sentences_of_our_own_and_promise_nothing(edition: str, row: Requirement) -> None:
    for text in (row.summary, row.remediation, row.gate_reason, row.attestation_reason):
        assert "o be written" not in text
        if text:
            assert text[0].isupper()
            assert text.endswith(".")
            assert text == " ".join(text.split())
    assert not row.title.endswith(".")
    for text in (row.title, row.summary, row.remediation, *(part.reason for part in row.parts)):
        assert not re.search(r"\b(shall|certified|compliant|compliance)\b", text), text


@each_edition
def test_titles_and_summaries_differ(edition: str) -> None:
    rows = catalogue(edition).requirements
    assert len({row.title for row in rows}) == len({row.summary for row in rows}) == len(rows)


@each_row
def test_chapters_and_technologies_are_known(edition: str, row: Requirement) -> None:
    assert row.id.startswith(f"{row.section}-")
    assert row.category.startswith(f"{row.section} ")
    assert set(row.technologies) <= set(load_technologies())


@each_edition
def test_the_notice_tells_what_a_clean_result_does_not_say(edition: str) -> None:
    for word in ("Paraphrased", "5.7-1", "comparable"):
        assert word in catalogue(edition).notice


def test_secure_boot_is_a_recommendation_in_both_editions() -> None:
    for edition in EDITIONS:
        assert statuses(edition)["5.7-1"] == "R"


def test_a_network_update_is_asked_of_network_mechanisms_by_evidence() -> None:
    for edition in EDITIONS:
        row = next(r for r in catalogue(edition).requirements if r.id == "5.3-10")
        assert [part.probe for part in row.parts] == [
            "update-mechanisms-authenticated",
            "update-mechanisms-integrity-checked",
            "update-mechanisms-trusted",
        ]
        assert all(probes()[part.probe].kind == "evidence" for part in row.parts)
        assert [part.params for part in row.parts[:2]] == [{"over_network": True}] * 2


def test_only_the_earlier_edition_asks_for_regular_checks() -> None:
    asked = {
        edition: [part.probe for r in catalogue(edition).requirements if r.id == "5.3-5" for part in r.parts]
        for edition in EDITIONS
    }
    assert asked == {
        "3.1.3": ["updates-looked-for-after-setup"],
        "2.1.1": ["updates-looked-for-after-setup", "updates-looked-for-regularly"],
    }


# --- what rows ask, tried with claims ----------------------------------------------------------------------


def verdict(edition: str, id: str, *claims: Claim) -> str:
    """The verdict on one provision by some claims."""
    facts = Facts(ClaimTable(claims, VOCABULARY), DAY)
    row = next(r for r in catalogue(edition).requirements if r.id == id)
    return str(Evaluator(facts, (), probes()).requirement(row, edition).verdict)


UPDATES = said("update.supported", True)
SECURE = (said("update.authenticated", True), said("update.integrity-checked", True))
FIRMWARE = ("firmware", {"updatable": True})
CAMERA = ("video", {"user-informed": True})


@each_edition
def test_updates_without_a_mechanism_are_no_secure_updates(edition: str) -> None:
    assert verdict(edition, "5.3-2", UPDATES, *SECURE) == "declared"
    assert verdict(edition, "5.3-2", UPDATES, *listed("update-mechanism")) == "not-satisfied"


@each_edition
def test_a_component_of_which_it_is_not_told_is_not_taken_as_updatable(edition: str) -> None:
    told = listed("component", FIRMWARE)
    assert verdict(edition, "5.3-1", UPDATES, *SECURE, *told) == "declared"
    silent = listed("component", FIRMWARE, ("radio", {"kind": "os"}))
    assert verdict(edition, "5.3-1", UPDATES, *SECURE, *silent) == "partial"
    assert verdict(edition, "5.3-1", UPDATES, *SECURE) == "partial"


def test_only_the_later_edition_exempts_immutable_software_from_updates() -> None:
    claims = (UPDATES, *SECURE, *listed("component", FIRMWARE, ("rom", {"immutable": True})))
    assert verdict("3.1.3", "5.3-1", *claims) == "declared"
    assert verdict("2.1.1", "5.3-1", *claims) == "not-satisfied"


def test_only_the_later_edition_asks_for_the_cryptography_of_machines() -> None:
    machine = {"of": "machine", "method": "token", "best-practice": False}
    user = {"of": "user", "method": "password", "best-practice": True}
    claims = listed("authentication-mechanism", ("m", machine), ("u", user))
    assert verdict("3.1.3", "5.1-3", *claims) == "not-satisfied"
    assert verdict("2.1.1", "5.1-3", *claims) == "declared"


@each_edition
def test_a_secret_of_the_family_counts_whether_its_key_is_listed_or_not(edition: str) -> None:
    key = {"held-by": "device", "purpose": "session", "unique": True, "generation": "on-device"}
    family = listed("endpoint", ("cloud", {"credentials": "psk-family"}))
    assert verdict(edition, "5.4-4", *listed("key", ("k", key)), *family) == "not-satisfied"


@each_edition
def test_no_credential_is_stored_badly_by_denying_that_users_log_in(edition: str) -> None:
    key = {"held-by": "device", "purpose": "session", "storage": "tpm"}
    denied = said("auth.users-authenticate", False)
    plain = said("auth.credential-storage.scheme", "plain")
    assert verdict(edition, "5.4-1", *listed("key", ("k", key)), denied) == "declared"
    assert verdict(edition, "5.4-1", *listed("key", ("k", key)), denied, plain) == "not-satisfied"


@each_edition
def test_credentials_in_an_outdated_connection_are_not_confidential(edition: str) -> None:
    leaves = {"carries-credentials": True, "security": "tls", "security-version": "1.0"}
    assert verdict(edition, "5.5-7", *listed("endpoint", ("cloud", leaves))) == "not-satisfied"


@each_edition
def test_an_empty_list_of_connections_does_not_make_communication_secure(edition: str) -> None:
    claims = (*listed("endpoint"), said("crypto.best-practice", True))
    assert verdict(edition, "5.5-1", *claims) == "declared"
    assert verdict(edition, "5.5-1", *claims, said("update.ota", True)) == "partial"


def test_a_shell_on_the_network_is_an_unused_interface_too() -> None:
    shell = {"type": "debug", "transport": "tcp", "required": False, "enabled-default": True}
    assert verdict("3.1.3", "5.6-1", *listed("interface", ("shell", shell))) == "not-satisfied"


def test_a_guarded_shell_suffices_where_there_is_no_debug_port() -> None:
    shell = listed("interface", ("shell", {"type": "debug", "transport": "tcp", "authenticated": True}))
    no_port = said("debug.physical", False)
    assert verdict("3.1.3", "5.6-4A", no_port, *shell) == "declared"
    assert verdict("3.1.3", "5.6-4A", no_port, *shell, said("debug.state", "enabled", 4)) != "declared"
    assert verdict("3.1.3", "5.6-4A", *shell) == "partial"


@each_edition
def test_users_are_told_of_data_that_is_only_seen_in_a_connection(edition: str) -> None:
    carries = listed("endpoint", ("cloud", {"carries-personal-data": True}))
    assert verdict(edition, "6-1", *listed("personal-data", CAMERA), *carries) == "declared"
    assert verdict(edition, "6-1", *listed("personal-data")) == "declared"
    assert verdict(edition, "6-1", *listed("personal-data"), *carries) == "not-satisfied"


def test_what_no_service_stores_need_not_be_removed_from_it() -> None:
    kept = listed("personal-data", ("video", {"stored-by-services": False}))
    stored = listed("personal-data", ("video", {"stored-by-services": True}))
    unable = said("data.erasure-services", False)
    assert verdict("2.1.1", "5.11-2", *kept) == "declared"
    assert verdict("2.1.1", "5.11-2", *stored, unable) == "not-satisfied"


@each_edition
def test_a_device_without_updates_publishes_until_when_it_is_supported(edition: str) -> None:
    id = "5.3-14"
    claims = (
        *(said("update.supported", False), said("product.constrained-class", "class-0")),
        said("support.non-updatable-published", True),
    )
    assert verdict(edition, id, *claims, said("support.published", True)) == "declared"
    assert verdict(edition, id, *claims, said("support.published", False)) == "not-satisfied"
