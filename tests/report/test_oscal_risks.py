"""Open items in OSCAL: what is not met, what disagrees, what the gate found, and what waivers cover."""

from dataclasses import replace

import pytest

from iotassess.model.verdict import VERDICTS
from iotassess.report import oscal
from iotassess.report.oscal_risks import STATEMENTS
from tests.examples import TWINS
from tests.report.gated import (
    APPROVER,
    JUSTIFICATION,
    UNMET,
    gated,
    waived_plug,
    waiver,
)
from tests.report.oscal_documents import (
    LOOK,
    every,
    findings,
    grouped,
    observed,
    props,
    result,
    risks,
    rows,
)

each_twin = pytest.mark.parametrize(("product", "twin"), TWINS, ids="-".join)


def items(found):
    """``baseline/id`` of an open requirement → risk."""
    return {f"{props(r)['baseline']}/{props(r)['requirement']}": r for r in risks(found, "requirement")}


# --- open items ----------------------------------------------------------------------------------


@each_twin
def test_every_requirement_that_is_not_met_is_an_open_item(product, twin):
    found = gated(product, twin)
    assert set(STATEMENTS) == set(VERDICTS) - {"verified", "declared", "not-applicable"}
    assert set(items(found)) == {name for name, row in rows(found).items() if row.verdict in STATEMENTS}
    shown = findings(found)
    for name, risk in items(found).items():
        assert risk["status"] == "open"
        assert props(risk)["verdict"] == rows(found)[name].verdict
        related = {r["risk-uuid"] for r in shown[name]["related-risks"]}
        assert risk["uuid"] in related


def test_an_open_item_says_what_would_meet_it():
    found = gated("sensor-node", "flawed")
    for name, risk in items(found).items():
        row = rows(found)[name]
        (remediation,) = risk["remediations"]
        assert remediation["lifecycle"] == "recommendation"
        assert every(remediation, "technology") == [t for t in row.technologies if t not in row.in_use]


def test_a_waiver_makes_an_open_item_an_approved_deviation_with_an_end():
    found = waived_plug()
    open_items, shown = items(found), findings(found)
    for name in UNMET:
        risk = open_items[name]
        assert risk["status"] == "deviation-approved"
        assert risk["deadline"] == "2027-01-31T23:59:59Z"
        (entry,) = risk["risk-log"]["entries"]
        assert entry["status-change"] == "deviation-approved"
        assert entry["start"] == "2026-10-01T00:00:00Z"
        assert JUSTIFICATION.rstrip(".") in entry["description"]
        assert props(entry, None) == {"type": "dr-approved"}
        told = props(entry)
        assert (told["waiver-reason"], told["waiver-approver"]) == ("third-party", APPROVER)
        assert (told["waiver-approved"], told["waiver-expires"]) == ("2026-10-01", "2027-01-31")
        assert shown[name]["target"]["status"]["state"] == "not-satisfied"
        assert props(shown[name])["waived-until"] == "2027-01-31"


def test_a_waiver_whose_time_is_over_leaves_the_item_open_and_stays_in_its_log():
    found = waived_plug(expires="2026-10-15")
    open_items = items(found)
    for name in UNMET:
        risk = open_items[name]
        assert risk["status"] == "open"
        assert "deadline" not in risk
        (entry,) = risk["risk-log"]["entries"]
        assert "status-change" not in entry
        assert entry["end"] == "2026-10-15T23:59:59Z"
    states = {props(o)["waiver-for"]: props(o)["waiver-state"] for o in observed(found, "waiver")}
    assert states == dict.fromkeys(UNMET, "expired")


def contradicted(found):
    """A requirement with everything that contradicts it."""
    errors = [d.fingerprint for d in found.discrepancies if d.severity == "error"]
    for name, row in rows(found).items():
        against = [mark for mark in errors if mark in row.discrepancies]
        if row.verdict == "contradicted" and len(against) > 1:
            return name, against
    raise AssertionError("nothing is contradicted twice")


def test_a_waiver_for_a_requirement_covers_no_contradiction():
    name, _ = contradicted(gated("smart-plug", "flawed"))
    found = gated("smart-plug", "flawed", waiver(name))
    assert items(found)[name]["status"] == "open"
    (idle,) = observed(found, "waiver")
    assert (props(idle)["waiver-for"], props(idle)["waiver-state"]) == (name, "unused")


def test_a_contradiction_is_an_approved_deviation_once_all_of_it_is_waived():
    name, against = contradicted(gated("smart-plug", "flawed"))
    waivers = [
        waiver(discrepancy=mark, expires=f"2027-01-{9 + n}", line=n) for n, mark in enumerate(against, 1)
    ]
    partly = gated("smart-plug", "flawed", *waivers[1:])
    assert items(partly)[name]["status"] == "open"
    found = gated("smart-plug", "flawed", *waivers)
    risk = items(found)[name]
    assert risk["status"] == "deviation-approved"
    assert risk["deadline"] == "2027-01-10T23:59:59Z"  # the first to end
    assert len(risk["risk-log"]["entries"]) == len(against)
    own = {props(r)["fingerprint"]: r for r in risks(found, "discrepancy")}
    assert {own[mark]["status"] for mark in against} == {"deviation-approved"}
    assert {r["status"] for mark, r in own.items() if mark not in against} <= {"open"}


def test_a_doubt_that_is_left_does_not_keep_a_waived_contradiction_open():
    """As the gate has it: what contradicts is an error."""
    name, against = contradicted(gated("smart-plug", "flawed"))
    found = gated(
        "smart-plug", "flawed", *(waiver(discrepancy=mark, line=n) for n, mark in enumerate(against[1:]))
    )
    weaker = tuple(
        d._replace(severity="warning") if d.fingerprint == against[0] else d for d in found.discrepancies
    )
    assert items(found)[name]["status"] == "open"
    assert items(replace(found, discrepancies=weaker))[name]["status"] == "deviation-approved"


@each_twin
def test_everything_that_the_gate_found_is_an_open_item(product, twin):
    for allow in (True, False):
        found = gated(product, twin, allow=allow)
        found_by = risks(found, "gate")
        assert [(props(r)["gate-rule"], props(r)["fingerprint"]) for r in found_by] == [
            (f.rule, f.fingerprint) for f in found.gate.findings
        ]
        assert [r["status"] == "open" for r in found_by] == [not f.waivers for f in found.gate.findings]


def test_the_answer_of_the_gate_is_there_with_every_rule():
    for found in (gated("sensor-node", "good"), gated("sensor-node", "flawed"), waived_plug()):
        only = result(found)
        assert props(only)["gate"] == ("passed" if found.gate.passed else "failed")
        assert props(only)["gate-policy-sha-256"] == found.gate.policy_sha256
        asked = {
            grouped(only, f"gate-rule-{n}")["gate-rule"]: grouped(only, f"gate-rule-{n}")["gate-rule-outcome"]
            for n in range(1, len(found.gate.rules) + 1)
        }
        assert asked == found.gate.rules
        assert every(only, "gate-undecided") == list(found.gate.undecided)


def test_without_a_gate_none_is_spoken_of(assessed):
    text = oscal.render(assessed("sensor-node", "flawed"), LOOK)
    assert '"gate"' not in text
    assert "gate-rule" not in text


def test_a_finding_leads_to_what_the_gate_found_about_it_and_about_what_contradicts_it():
    found = gated("sensor-node", "flawed")
    asked = {(r["uuid"]): props(r) for r in risks(found, "gate")}
    linked = {
        name: [asked[r["risk-uuid"]] for r in finding.get("related-risks", ()) if r["risk-uuid"] in asked]
        for name, finding in findings(found).items()
    }
    (own,) = [
        row for row in linked["etsi-en-303-645@3.1.3/5.0-1"] if row["gate-rule"] == "mandatory-satisfied"
    ]
    assert own["requirement"] == "etsi-en-303-645@3.1.3/5.0-1"
    assert "debug-contradiction" in {row["about"] for row in linked["enisa-gp-tm/GP-TM-01"]}
    quiet = [name for name, row in rows(found).items() if row.verdict == "verified"]
    assert all(linked[name] == [] for name in quiet)
