"""The two NIST catalogues are data that verdicts rest on, so they are tested like code.

Ids, categories, gate rows, attestation rows and what is not applicable are written out by hand below; the
catalogues must hold exactly that, and say of it what NIST says: provided or not, and nothing more.
"""

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from iotassess.baseline.catalogue import Catalogue, Part, Requirement
from iotassess.baseline.evaluate import Evaluator
from iotassess.baseline.facts import Facts
from iotassess.baseline.loader import load_catalogue
from iotassess.baseline.registry import probes
from iotassess.baseline.score import score
from iotassess.baseline.technologies import load_technologies
from iotassess.codec.yaml import load
from iotassess.crosscheck.join import join
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.claim import PRODUCT, Claim
from iotassess.model.verdict import VERDICTS
from tests.baseline.probe_cases import VOCABULARY, listed, said

DAY = datetime.date(2026, 11, 1)

CORE, CONSUMER = "nist-ir-8259a", "nist-ir-8425"

# Capability → letters of the id, elements.
CAPABILITIES = {
    "Device identification": ("DI", ("1", "2")),
    "Device configuration": ("DC", ("1", "2", "3")),
    "Data protection": ("DP", ("1", "2", "3")),
    "Logical access to interfaces": ("LA", ("1", "2", "3")),
    "Software update": ("SU", ("1", "2", "3", "4", "5", "6a", "6b")),
    "Cybersecurity state awareness": ("CS", ("1", "2", "3", "4", "5")),
}
# Category → ids of the outcomes, or of the activity.
OUTCOMES = {
    "Asset identification": ("AI-1", "AI-2"),
    "Product configuration": ("PC-1", "PC-2", "PC-3"),
    "Data protection": ("DPr-1", "DPr-2", "DPr-3"),
    "Interface access control": ("IAC-1", "IAC-2"),
    "Software update": ("SUp-1", "SUp-2"),
    "Cybersecurity state awareness": ("CSA-1",),
}
ACTIVITIES = {
    "Developer activity: Documentation": "DOC",
    "Developer activity: Information and query reception": "QUERY",
    "Developer activity: Information dissemination": "DISS",
    "Developer activity: Education and awareness": "EDU",
}

GATES = {
    CORE: ("DI-1", "DC-2", "DP-1", "LA-1", "LA-2", "SU-1", "SU-2", "SU-4", "CS-1"),
    CONSUMER: ("AI-1", "AI-2", "PC-1", "DPr-1", "DPr-3", "IAC-1", "SUp-1"),
}
ATTESTATION = {CORE: ("LA-1", "CS-1", "CS-2"), CONSUMER: ("IAC-1",)}
PROVABLE = {CORE: ("CS-1",), CONSUMER: ()}
"""Rows of which artefacts of the kinds that are read can show every part."""

# Element → probes whose "met" says that what it presupposes is absent.
ABSENT = {
    "8259A-DP-3": ("settings-absent",),
    "8259A-LA-3": ("user-login-absent", "settings-absent"),
    "8259A-SU-6a": ("network-updates-absent", "settings-absent"),
    "8259A-SU-6b": ("settings-absent",),
}


@cache
def catalogue(id: str) -> Catalogue:
    return load_catalogue(id)


@cache
def raw(id: str) -> dict[str, Any]:
    """The catalogue as it is written."""
    found = load(files("iotassess.baseline").joinpath(f"catalogues/{id}.yaml").read_bytes()).value
    assert isinstance(found, dict)
    return found


def prefix(id: str) -> str:
    return "8259A-" if id == CORE else "8425-"


ROWS = [row for id in (CORE, CONSUMER) for row in catalogue(id).requirements]
BY_ID = {row.id: row for row in ROWS}

both = pytest.mark.parametrize("id", [CORE, CONSUMER])
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.id))


def nested(part: Part) -> Iterator[Part]:
    yield part
    for arm in part.arms:
        yield from nested(arm)


def provable(part: Part) -> bool:
    """Whether evidence alone can meet a part: every probe, or of alternatives at least one."""
    if part.join == "probe":
        return probes()[part.probe].kind == "evidence"
    return (any if part.join == "any_of" else all)(provable(arm) for arm in part.arms)


def asked(row: Requirement) -> set[str]:
    return {id for part in row.parts for id in part.probes()}


# --- what there is ----------------------------------------------------------------------------------------


@both
def test_it_is_a_catalogue_of_the_family(id: str) -> None:
    found = catalogue(id)
    assert (found.id, found.family) == (id, "nist")
    assert found.edition == {CORE: "2020-05", CONSUMER: "2022-09"}[id]


def test_the_core_has_23_rows_in_six_capabilities() -> None:
    expected = [
        (f"8259A-{letters}-{number}", category)
        for category, (letters, numbers) in CAPABILITIES.items()
        for number in numbers
    ]
    found = catalogue(CORE).requirements
    assert [(r.id, r.category) for r in found] == expected
    assert len(found) == 23
    assert list(Counter(r.category for r in found).values()) == [2, 3, 3, 3, 7, 5]


def test_the_consumer_profile_has_13_outcomes_and_four_activities() -> None:
    outcomes = [(f"8425-{name}", category) for category, names in OUTCOMES.items() for name in names]
    activities = [(f"8425-{name}", category) for category, name in ACTIVITIES.items()]
    found = catalogue(CONSUMER).requirements
    assert (len(outcomes), len(activities)) == (13, 4)
    assert [(r.id, r.category) for r in found] == [*outcomes, *activities]
    assert [r.id for r in found if r.process] == [id for id, _ in activities]


def test_the_core_asks_for_no_process() -> None:
    assert not any(r.process for r in catalogue(CORE).requirements)


@each_row
def test_none_is_mandatory_and_none_is_left_open(row: Requirement) -> None:
    assert row.force == "element"
    assert row.parts
    assert not row.not_checkable


@both
def test_nothing_is_still_to_be_written(id: str) -> None:
    text = files("iotassess.baseline").joinpath(f"catalogues/{id}.yaml").read_text(encoding="utf-8")
    assert "to be written" not in text.casefold()


# --- the words of the document ----------------------------------------------------------------------------


@both
def test_every_verdict_has_the_document_s_own_word(id: str) -> None:
    words = catalogue(id).words
    assert set(words) == set(VERDICTS) - {"not-assessed"}  # which is nobody's word but ours
    assert len(set(words.values())) == len(words)
    assert {words[v] for v in ("verified", "declared", "partial", "not-satisfied")} == {
        "provided, shown",
        "provided, as declared",
        "provided in part",
        "not provided",
    }


@both
def test_nobody_is_told_to_be_compliant_or_certified(id: str) -> None:
    text = files("iotassess.baseline").joinpath(f"catalogues/{id}.yaml").read_text(encoding="utf-8")
    assert not re.search(r"complian|certif(?!icate)|conform", text, re.IGNORECASE)


@both
def test_the_notice_says_what_the_document_is(id: str) -> None:
    notice = catalogue(id).notice
    assert all(word in notice for word in ("default", "no mandate", "ids are ours", "self-assessment"))
    assert ("product_components" in notice) == (id == CONSUMER)


@each_row
def test_texts_are_whole_sentences(row: Requirement) -> None:
    for text in (row.summary, row.remediation):
        assert text[0].isupper()
        assert text.endswith(".")
        assert text == " ".join(text.split())
    assert not row.title.endswith(".")


def test_titles_and_summaries_differ() -> None:
    for id in (CORE, CONSUMER):
        rows = catalogue(id).requirements
        assert len({r.title for r in rows}) == len({r.summary for r in rows}) == len(rows)


def test_the_way_back_and_the_refusal_of_old_software_are_set_beside_each_other() -> None:
    written = next(r for r in raw(CORE)["requirements"] if r["id"] == "8259A-SU-3")
    assert "protection against rollback" in written["note"]
    assert "older software" in written["summary"]
    assert asked(BY_ID["8259A-SU-3"]) == {"rollback-by-authorised"}


# --- parts ------------------------------------------------------------------------------------------------


@each_row
def test_every_part_says_why_it_belongs(row: Requirement) -> None:
    reasons = [part.reason for part in row.parts]
    assert all(reason.endswith(".") and reason[0].isupper() for reason in reasons)
    assert len(reasons) == len(set(reasons))


@each_row
def test_groups_have_alternatives_and_arms_need_no_reason(row: Requirement) -> None:
    for part in (inner for outer in row.parts for inner in nested(outer)):
        assert part.join == "probe" or len(part.arms) > 1
        assert all(not arm.reason for arm in part.arms)


@each_row
def test_no_part_is_asked_twice(row: Requirement) -> None:
    found = [repr(replace(part, reason="")) for part in row.parts]
    alone = [part.probe for part in row.parts if part.join == "probe"]
    assert len(found) == len(set(found))
    assert len(alone) == len(set(alone))


@pytest.mark.parametrize(
    ("row", "parts"),
    [("8425-IAC-1", 3), ("8425-IAC-2", 3), ("8425-SUp-2", 2), ("8259A-SU-6a", 2), ("8259A-SU-6b", 2)],
)
def test_a_bundle_has_a_part_for_each_thing_bundled(row: str, parts: int) -> None:
    assert len(BY_ID[row].parts) == parts


def test_each_measure_of_access_control_asks_the_components_and_the_device() -> None:
    for id in ("8425-IAC-1", "8425-IAC-2"):
        for part in BY_ID[id].parts:
            found = [next(arm.probes()) for arm in part.arms]
            assert part.join == "all_of"
            assert [name.startswith("component-") for name in found] == [True, *[False] * (len(found) - 1)]


def test_software_is_kept_current_in_one_of_two_ways() -> None:
    ways = BY_ID["8425-SUp-2"].parts[1]
    automatic, told = ways.arms
    assert (ways.join, automatic.join, told.probe) == ("any_of", "all_of", "update-need-announced")
    assert list(automatic.probes()) == [
        "updates-automatic",
        "automatic-updates-on-by-default",
        "automatic-updates-consented",
    ]


@pytest.mark.parametrize("name", [name for names in OUTCOMES.values() for name in names])
def test_every_outcome_asks_about_the_components(name: str) -> None:
    row = BY_ID[f"8425-{name}"]
    alone = [p for p in row.parts if p.join != "any_of"]
    needed = {id for part in alone for id in part.probes()}
    assert any("product-component.any" in probes()[id].reads for id in needed)


@pytest.mark.parametrize("name", ACTIVITIES.values())
def test_an_activity_is_judged_from_documents_alone(name: str) -> None:
    row = BY_ID[f"8425-{name}"]
    assert all(probes()[id].kind == "document" for id in asked(row))
    assert "max_age_days" in probes()[row.parts[0].probe].params
    assert (row.gate, row.attestation) == (False, False)


@both
def test_only_these_rows_can_be_shown_by_artefacts_alone(id: str) -> None:
    found = [r.id for r in catalogue(id).requirements if all(provable(part) for part in r.parts)]
    assert found == [prefix(id) + name for name in PROVABLE[id]]


@each_row
def test_technologies_are_those_that_serve_the_row(row: Requirement) -> None:
    serving = [t.id for t in load_technologies().values() for s in t.serves if s["requirement"] == row.id]
    assert list(row.technologies) == serving


# --- gates, attestation, what is not applicable -----------------------------------------------------------


@both
def test_the_gate_rows_are_those_chosen(id: str) -> None:
    assert [r.id for r in catalogue(id).requirements if r.gate] == [prefix(id) + name for name in GATES[id]]


@both
def test_the_attestation_rows_are_those_chosen(id: str) -> None:
    found = [r.id for r in catalogue(id).requirements if r.attestation]
    assert found == [prefix(id) + name for name in ATTESTATION[id]]


@each_row
def test_a_mark_has_its_reason(row: Requirement) -> None:
    for mark, reason in ((row.gate, row.gate_reason), (row.attestation, row.attestation_reason)):
        assert bool(reason) == mark
        assert not mark or reason.endswith(".")


@pytest.mark.parametrize("row", [r for r in ROWS if r.attestation], ids=lambda row: str(row.id))
def test_fresh_evidence_can_show_something_of_an_attestation_row(row: Requirement) -> None:
    assert any(provable(inner) for part in row.parts for inner in nested(part))


@each_row
def test_not_applicable_only_where_something_is_presupposed(row: Requirement) -> None:
    if row.id not in ABSENT:
        assert (row.absence.basis, row.absence.when) == ("never", None)
        return
    assert row.absence.basis == "our-convention"
    assert row.absence.rationale.endswith(".")
    assert row.absence.when is not None
    assert tuple(row.absence.when.probes()) == ABSENT[row.id]
    assert row.absence.when.join == ("probe" if len(ABSENT[row.id]) == 1 else "any_of")


# --- verdicts ---------------------------------------------------------------------------------------------


def verdicts(id: str, *claims: Claim) -> dict[str, str]:
    facts = Facts(ClaimTable(claims, VOCABULARY), DAY)
    results = Evaluator(facts, (), probes()).catalogue(catalogue(id))
    return {r.id.removeprefix(prefix(id)): r.verdict for r in results}


DEVICE = [
    *[
        said(property, True)
        for property in (
            "identity.per-device",
            "identity.physical-identifier",
            "configuration.changeable",
            "configuration.authorised-only",
            "configuration.restorable",
            "configuration.restore-authorised-only",
            "data.at-rest.encrypted",
            "data.at-rest.integrity-protected",
            "data.at-rest.access-controlled",
            "data.erasure-device",
            "data.erasure-services",
            "authorisation.least-privilege",
            "software.input-validation.all-interfaces",
            "network.restrictive",
            "network.default-deny",
            "update.supported",
            "update.authenticated",
            "update.integrity-checked",
            "update.chain-verified-before-install",
            "update.automatic",
            "update.automatic-default",
            "update.notifies-user",
            "recovery.factory-reset",
            "logging.present",
            "logging.protected",
            "process.product-documentation",
            "process.query-reception",
            "process.dissemination",
            "process.customer-education",
        )
    ],
    said("debug.state", "disabled-permanently"),
    said("update.signature-algorithm", "ES256"),
    *listed("interface", ("radio", {"type": "radio", "required": True, "authenticated": True})),
    *listed(
        "endpoint",
        (
            "cloud",
            {
                "protocol": "mqtt",
                "peer": "cloud.maker.example",
                "carries-configuration": False,
                "security": "tls",
                "security-version": "1.3",
                "direction": "outbound",
                "mutual-auth": True,
                "peer-validation": "ca-chain",
            },
        ),
    ),
]
"""All that the outcomes ask of a device."""

WAYS = ("update.automatic", "update.notifies-user")
"""Two ways, of which one suffices."""

SINGLE = [c for c in DEVICE if c.value is True and c.subject == PRODUCT and not c.property.endswith(".any")]
SINGLE = [c for c in SINGLE if c.property not in (*WAYS, "update.automatic-default")]
SINGLE = [c for c in SINGLE if not c.property.startswith("process.")]
"""What a device has to say, each by itself."""

LEAVES = (
    *("identified", "inventoried", "settings-authorised", "restorable", "settings-applied"),
    *("stored-data-protected", "data-deletable", "sent-data-protected", "access-limited"),
    *("interfaces-necessary", "least-privilege", "input-checked", "transmission-blocked"),
    *("onboarding-controlled", "updates-verified", "kept-current", "state-recorded"),
)
COMPONENT: dict[str, Any] = {"kind": "device", **dict.fromkeys(LEAVES, True)}
APP: dict[str, Any] = {**COMPONENT, "kind": "app"}


def product(*components: dict[str, Any]) -> list[Claim]:
    named = [(f"c{n}", {"name": f"c{n}", **leaves}) for n, leaves in enumerate(components)]
    return listed("product-component", *named)


NAMES = [name for names in OUTCOMES.values() for name in names]


@both
def test_silence_is_not_assessed_anywhere(id: str) -> None:
    assert set(verdicts(id).values()) == {"not-assessed"}


@both
def test_silence_reaches_no_level(id: str) -> None:
    facts = Facts(ClaimTable((), VOCABULARY), DAY)
    result = score(catalogue(id), Evaluator(facts, (), probes()).catalogue(catalogue(id)), facts)
    assert (result.level, result.proven, result.claimed) == ("L0", 0, 0)


@pytest.mark.parametrize("name", NAMES)
def test_a_product_that_says_everything_provides_every_outcome(name: str) -> None:
    assert verdicts(CONSUMER, *DEVICE, *product(COMPONENT, APP))[name] == "declared"


@pytest.mark.parametrize("components", [[], product()], ids=["no list", "an empty list"])
def test_a_device_alone_provides_no_outcome_of_a_product(components: list[Claim]) -> None:
    found = verdicts(CONSUMER, *DEVICE, *components)
    assert {found[name] for name in NAMES} == {"partial", "not-assessed"}
    assert [name for name in NAMES if found[name] == "not-assessed"] == ["AI-2", "PC-3"]


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_component_that_is_silent_leaves_its_outcome_in_part(leaf: str) -> None:
    silent = {key: value for key, value in APP.items() if key != leaf}
    found = verdicts(CONSUMER, *DEVICE, *product(COMPONENT, silent))
    assert [found[name] for name in NAMES if found[name] != "declared"] == ["partial"]


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_component_that_fails_is_not_made_up_for_by_another(leaf: str) -> None:
    found = verdicts(CONSUMER, *DEVICE, *product(COMPONENT, {**APP, leaf: False}))
    where_needed = ("settings-applied", "input-checked", "transmission-blocked", "onboarding-controlled")
    needed = "partial" if leaf in where_needed else None
    assert [found[name] for name in NAMES if found[name] != "declared"] == [needed or "not-satisfied"]


@pytest.mark.parametrize("claim", SINGLE, ids=lambda claim: str(claim.property))
def test_good_components_do_not_hide_a_bad_device(claim: Claim) -> None:
    rest = [c for c in DEVICE if c != claim]
    found = verdicts(CONSUMER, *rest, claim._replace(value=False), *product(COMPONENT, APP))
    assert "not-satisfied" in {found[name] for name in NAMES}


def test_neither_way_to_stay_current_is_not_provided() -> None:
    rest = [c for c in DEVICE if c.property not in WAYS]
    none = [said("update.automatic", False), said("update.notifies-user", False)]
    assert verdicts(CONSUMER, *rest, *none, *product(COMPONENT))["SUp-2"] == "not-satisfied"
    for claim in none:
        other = [c._replace(value=c != claim) for c in none]
        assert verdicts(CONSUMER, *rest, *other, *product(COMPONENT))["SUp-2"] == "declared"


@pytest.mark.parametrize("name", ACTIVITIES.values())
def test_an_activity_is_never_more_than_declared(name: str) -> None:
    everything = [c._replace(grade=5) for c in (*DEVICE, *product(COMPONENT))]
    row = BY_ID[f"8425-{name}"]
    facts = Facts(ClaimTable(everything, VOCABULARY), DAY)
    result = Evaluator(facts, (), probes()).requirement(row, CONSUMER)
    assert result.verdict in ("declared", "partial")
    assert result.grade <= 1
    assert all(part.grade <= 1 for part in result.parts)


TOKEN = [
    said("attestation.supported", True, 4, device="01"),
    said("attestation.nonce-bound", True, 4, device="01"),
    said("attestation.measures-software", True, 4, device="01"),
    said("device.attestation-key", "aa", 4, about="device 01", device="01"),
]


def test_authentic_attestation_shows_that_the_state_is_reported_and_nothing_else() -> None:
    found = verdicts(CORE, *TOKEN)
    assert [name for name, verdict in found.items() if verdict == "verified"] == ["CS-1"]


@pytest.mark.parametrize("property", ["attestation.nonce-bound", "attestation.measures-software"])
def test_evidence_without_a_challenge_or_a_state_reports_no_state(property: str) -> None:
    assert verdicts(CORE, *[c for c in TOKEN if c.property != property])["CS-1"] != "verified"


def test_a_state_that_is_only_declared_is_reported_as_declared() -> None:
    assert verdicts(CORE, said("security-state.reported", True))["CS-1"] == "declared"
    assert verdicts(CORE, said("lifecycle", "secured"))["CS-1"] == "not-assessed"


def test_a_report_of_bad_news_is_a_report() -> None:
    bad = [said("debug.state", "disabled"), said("debug.state", "enabled", 4, device="01")]
    table = ClaimTable([*TOKEN, *bad], VOCABULARY)
    found = Evaluator(Facts(table, DAY), join(table), probes())
    assert found.requirement(BY_ID["8259A-CS-1"]).verdict == "verified"
    assert found.requirement(BY_ID["8259A-LA-1"]).verdict == "contradicted"


def test_interfaces_that_are_all_declared_needed_do_not_prove_that_others_are_closed() -> None:
    needed = listed("interface", ("radio", {"type": "radio", "required": True}))
    closed = said("debug.state", "disabled-permanently", 4, device="01")
    assert verdicts(CORE, *needed, closed)["LA-1"] == "declared"


def test_data_is_not_protected_by_no_cryptography_at_all() -> None:
    rest = [c for c in DEVICE if c.property.startswith(("data.at-rest", "endpoint"))]
    strong, validated = said("crypto.algorithms", "A128GCM"), {"validation": "fips-140-3"}
    assert verdicts(CORE, *rest, strong, *listed("library", ("tls", validated)))["DP-1"] == "declared"
    assert verdicts(CORE, *rest, strong, *listed("library"))["DP-1"] == "not-satisfied"


@pytest.mark.parametrize("grade", [0, 4])
def test_a_debug_interface_that_is_open_is_not_made_absent_by_a_word(grade: int) -> None:
    needed = listed("interface", ("radio", {"type": "radio", "required": True}))
    absent = said("debug.present", False)
    assert verdicts(CORE, *needed, absent)["LA-1"] == "declared"
    enabled = said("debug.state", "enabled", grade, device="01" if grade else "")
    assert verdicts(CORE, *needed, absent, enabled)["LA-1"] == "not-satisfied"


NO_SETTINGS = said("configuration.changeable", False)


def test_without_settings_what_is_a_setting_does_not_arise_and_the_lack_shows() -> None:
    found = verdicts(CORE, NO_SETTINGS)
    assert [found[name] for name in ("DP-3", "LA-3", "SU-6a", "SU-6b")] == ["not-applicable"] * 4
    assert found["DC-1"] == "not-satisfied"


def test_a_setting_that_is_declared_absent_is_not_provided_rather_than_not_applicable() -> None:
    assert verdicts(CORE, NO_SETTINGS, said("crypto.configurable", False))["DP-3"] == "not-satisfied"


def test_a_setting_that_is_there_is_not_denied_by_a_word() -> None:
    assert verdicts(CORE, NO_SETTINGS, said("crypto.configurable", True))["DP-3"] == "declared"


def test_what_is_not_applicable_stays_in_the_denominator() -> None:
    facts = Facts(ClaimTable([NO_SETTINGS], VOCABULARY), DAY)
    result = score(catalogue(CORE), Evaluator(facts, (), probes()).catalogue(catalogue(CORE)), facts)
    assert (result.total, result.applicable) == (23, 23)


def test_refusing_old_software_and_an_authorised_way_back_hold_together() -> None:
    both_ways = [said("update.anti-rollback", True), said("update.rollback-authorised", True)]
    assert verdicts(CORE, *both_ways)["SU-3"] == "declared"
    assert verdicts(CORE, both_ways[0])["SU-3"] == "not-assessed"


def test_an_update_either_way_will_do_and_none_will_not() -> None:
    yes, local = said("update.supported", True), said("update.local", True)
    no_ota = said("update.ota", False)
    assert verdicts(CORE, yes, local, no_ota)["SU-1"] == "declared"
    assert verdicts(CORE, yes, no_ota, said("update.local", False))["SU-1"] == "not-satisfied"
    assert verdicts(CORE, said("update.supported", False))["SU-1"] == "not-satisfied"


# --- what is easily taken for the element, and is not -----------------------------------------------------


def connection(**leaves: Any) -> list[Claim]:
    """One connection of the device to its service, with TLS 1.3 and both sides authenticated."""
    usual = {
        "protocol": "mqtt",
        "peer": "cloud.maker.example",
        "security": "tls",
        "security-version": "1.3",
        "direction": "outbound",
        "mutual-auth": True,
        "peer-validation": "ca-chain",
        "carries-configuration": False,
    }
    return listed("endpoint", ("cloud", {**usual, **leaves}))


def without(*properties: str) -> list[Claim]:
    """What a device says, except of these properties or kinds of instance."""
    return [c for c in DEVICE if not c.property.startswith(properties)]


SETTINGS_GUARDED = [
    said("configuration.changeable", True),
    said("configuration.authorised-only", True),
    said("authorisation.policy-enforced", True),
]


@pytest.mark.parametrize(("validated", "verdict"), [("ca-chain", "declared"), ("none", "not-satisfied")])
def test_settings_come_over_a_connection_whose_other_side_is_known(validated: str, verdict: str) -> None:
    leaves = {"carries-configuration": True, "mutual-auth": False, "peer-validation": validated}
    assert verdicts(CORE, *SETTINGS_GUARDED, *connection(**leaves))["DC-2"] == verdict
    found = verdicts(CONSUMER, *without("endpoint"), *connection(**leaves), *product(COMPONENT))
    assert found["PC-1"] == verdict


def test_an_old_version_of_a_protocol_is_no_protection() -> None:
    old = connection(**{"security-version": "1.0"})
    claims = [*without("endpoint"), said("crypto.algorithms", "A128GCM")]
    library = listed("library", ("tls", {"validation": "fips-140-3"}))
    assert verdicts(CORE, *claims, *library, *connection())["DP-1"] == "declared"
    assert verdicts(CORE, *claims, *library, *old)["DP-1"] == "not-satisfied"
    assert verdicts(CONSUMER, *claims, *old, *product(COMPONENT))["DPr-3"] == "not-satisfied"


def test_one_interface_is_off_and_another_can_be_switched_off() -> None:
    off = ("uart", {"type": "serial", "required": False, "enabled-default": False, "can-disable": False})
    on = ("http", {"type": "web", "required": False, "enabled-default": True, "can-disable": True})
    stuck = ("ftp", {"type": "network", "required": False, "enabled-default": True, "can-disable": False})
    absent = said("debug.present", False)
    assert verdicts(CORE, *listed("interface", off, on), absent)["LA-1"] == "declared"
    assert verdicts(CORE, *listed("interface", off, stuck), absent)["LA-1"] == "not-satisfied"


@pytest.mark.parametrize("grade", [0, 4])
def test_no_debug_interface_is_doubtful_in_a_device_that_was_never_closed(grade: int) -> None:
    absent = said("debug.present", False)
    lifecycle = said("lifecycle", "assembly-and-test", grade, device="01" if grade else "")
    needed = listed("interface", ("radio", {"type": "radio", "required": True}))
    assert verdicts(CORE, *needed, absent, lifecycle)["LA-1"] == "partial"
    found = verdicts(CONSUMER, *without("debug"), absent, lifecycle, *product(COMPONENT))
    assert found["IAC-1"] == "partial"
    assert verdicts(CONSUMER, *without("debug"), absent, *product(COMPONENT))["IAC-1"] == "declared"


@pytest.mark.parametrize("leaf", ["authenticated", "integrity-checked"])
def test_any_update_is_verified_by_whichever_mechanism_it_comes(leaf: str) -> None:
    sound = {"authenticated": True, "integrity-checked": True}
    ways = listed(
        "update-mechanism",
        ("suit", {"name": "suit", "technology": "suit", **sound}),
        ("usb", {"name": "usb", "technology": "vendor", **sound, leaf: False}),
    )
    rest = [said("software.sideloading", "impossible"), said("update.authorised-only", True)]
    assert verdicts(CORE, *DEVICE, *rest)["SU-2"] == "declared"
    found = verdicts(CORE, *DEVICE, *rest, *ways)
    assert found["SU-2"] == "not-satisfied"
    assert found["SU-4"] == ("not-satisfied" if leaf == "authenticated" else "declared")
    assert verdicts(CONSUMER, *DEVICE, *ways, *product(COMPONENT))["SUp-1"] == "not-satisfied"


def test_what_can_be_forged_verifies_no_update() -> None:
    weak = said("update.signature-algorithm", "RS1")
    found = verdicts(CONSUMER, *without("update.signature-algorithm"), weak, *product(COMPONENT))
    assert found["SUp-1"] == "not-satisfied"


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ([], "partial"),
        ([said("update.automatic-default", True)], "partial"),
        ([said("update.automatic-default", False)], "declared"),
        ([said("update.automatic-consent", True)], "declared"),
        ([said("update.automatic-default", True), said("update.automatic-consent", True)], "declared"),
    ],
)
def test_to_put_an_update_off_is_not_to_switch_updating_off(more: list[Claim], verdict: str) -> None:
    said_of_updates = [
        said(property, True)
        for property in (
            "update.supported",
            "update.automatic",
            "update.user-control",
            "update.authorised-only",
        )
    ]
    found = verdicts(CORE, *said_of_updates, *more)
    assert (found["SU-5"], found["SU-6a"]) == (verdict, verdict)
    found = verdicts(CORE, *said_of_updates, said("update.user-control", False), *more)
    assert (found["SU-5"], found["SU-6a"]) == ("not-satisfied", "not-satisfied")


def test_updates_that_anybody_can_start_are_not_switched_off() -> None:
    yes = [said(p, True) for p in ("update.supported", "update.user-control", "update.automatic-consent")]
    assert verdicts(CORE, *yes, said("update.authorised-only", False))["SU-5"] == "not-satisfied"


def test_a_log_that_does_not_exist_reaches_no_service() -> None:
    way = [said("logging.transport.any", True), said("logging.transport", "syslog-tls")]
    assert verdicts(CORE, *way, said("logging.present", True))["CS-5"] == "declared"
    assert verdicts(CORE, *way, said("logging.present", False))["CS-5"] == "not-assessed"


def test_a_backup_is_no_secure_default() -> None:
    rest = without("recovery.factory-reset")
    found = verdicts(CONSUMER, *rest, said("recovery.factory-reset", False), *product(COMPONENT))
    assert found["PC-2"] == "not-satisfied"


def test_a_product_whose_services_keep_nothing_has_nothing_to_delete_there() -> None:
    rest = without("data.erasure-services")
    none = [*listed("personal-data"), said("telemetry.collected", False)]
    assert verdicts(CONSUMER, *rest, *none, *product(COMPONENT))["DPr-2"] == "declared"
    assert verdicts(CONSUMER, *rest, *product(COMPONENT))["DPr-2"] == "partial"
    kept = listed("personal-data", ("voice", {"name": "voice", "stored-by-services": True}))
    denied = [said("data.erasure-services", False), said("telemetry.collected", False)]
    assert verdicts(CONSUMER, *rest, *denied, *kept, *product(COMPONENT))["DPr-2"] == "not-satisfied"


def test_automatic_updates_that_stay_off_keep_nothing_current() -> None:
    rest = [c for c in DEVICE if c.property not in (*WAYS, "update.automatic-default")]
    off = [said("update.automatic", True), said("update.automatic-default", False)]
    silent = [*off, said("update.notifies-user", False)]
    assert verdicts(CONSUMER, *rest, *silent, *product(COMPONENT))["SUp-2"] == "partial"
    refused = said("update.automatic-consent", False)
    assert verdicts(CONSUMER, *rest, *silent, refused, *product(COMPONENT))["SUp-2"] == "not-satisfied"
    asked = said("update.automatic-consent", True)
    assert verdicts(CONSUMER, *rest, *silent, asked, *product(COMPONENT))["SUp-2"] == "declared"


@pytest.mark.parametrize(
    ("name", "property"),
    [
        ("DOC", "process.supplier-management"),
        ("DOC", "process.vulnerability-handling"),
        ("DOC", "support.end-of-life-plan"),
        ("EDU", "support.published"),
    ],
)
def test_an_activity_leaves_nothing_out_that_the_document_lists(name: str, property: str) -> None:
    assert verdicts(CONSUMER, *DEVICE, *product(COMPONENT), said(property, False))[name] == "not-satisfied"
    assert verdicts(CONSUMER, *DEVICE, *product(COMPONENT))[name] == "partial"


@pytest.mark.parametrize("name", ["AI-1", "IAC-1", "SUp-1"])
def test_the_second_level_of_a_product_takes_evidence_of_who_it_is_how_closed_and_how_updated(
    name: str,
) -> None:
    parts = BY_ID[f"8425-{name}"].parts
    assert any(provable(inner) for part in parts for inner in nested(part))
    assert BY_ID[f"8425-{name}"].gate


EVIDENCE = [
    said("debug.state", "disabled-permanently", 4, device="01"),
    said("device.attestation-key", "aa", 4, about="device 01", device="01"),
    *[said(p, True, 4) for p in ("update.authenticated", "update.integrity-checked")],
    said("update.signature-algorithm", "ES256", 4),
    said("update-mechanism.any", True),
    said("update-mechanism.name", "a", about="update-mechanism a"),
    said("update-mechanism.technology", "suit", about="update-mechanism a"),
    said("update-mechanism.over-network", True, about="update-mechanism a"),
]


@pytest.mark.parametrize(
    ("components", "level"), [([], "L0"), (product(), "L0"), (product(COMPONENT, APP), "L2")]
)
def test_a_device_alone_reaches_no_level_of_a_product_whatever_evidence_shows(
    components: list[Claim], level: str
) -> None:
    facts = Facts(ClaimTable([*DEVICE, *EVIDENCE, *components], VOCABULARY), DAY)
    results = Evaluator(facts, (), probes()).catalogue(catalogue(CONSUMER))
    assert score(catalogue(CONSUMER), results, facts).level == level


@pytest.mark.parametrize("property", ["debug.state", "device.attestation-key", "update.authenticated"])
def test_the_second_level_of_a_product_is_not_reached_without_each_kind_of_evidence(property: str) -> None:
    shown = [c for c in EVIDENCE if c.property != property]
    facts = Facts(ClaimTable([*DEVICE, *shown, *product(COMPONENT, APP)], VOCABULARY), DAY)
    results = Evaluator(facts, (), probes()).catalogue(catalogue(CONSUMER))
    assert score(catalogue(CONSUMER), results, facts).level == "L1"


def test_nobody_is_told_that_postponing_updates_would_do() -> None:
    assert "postpone them is not enough" in BY_ID["8259A-SU-5"].remediation
