"""Waivers: read strictly, valid by day and firmware, bound to what they are for; no verdict changes."""

import datetime

import jsonschema
import pytest

from iotassess.codec import yaml
from iotassess.errors import PolicyError
from iotassess.model.waiver import REASONS
from iotassess.policy.shapes import document_schema
from iotassess.policy.waivers import MAX_DAYS, load_waivers, state_of
from tests.examples import AS_OF, request
from tests.policy.conftest import fired

DAY = datetime.date(2026, 11, 1)
GAP = ("execution_monitoring: true", "execution_monitoring: false")
"""A gate requirement of ENISA's that the release does not satisfy then."""
GAP_ROW = "enisa-gp-tm/GP-TM-04"


def day(text):
    start = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
    return AS_OF._replace(start=start, end=start + datetime.timedelta(days=1, microseconds=-1))


def verdicts(assessment):
    return {(b.id, r.id): (r.verdict, r.grade) for b in assessment.baselines for r in b.requirements}


def states(assessment):
    return [use.state for use in assessment.waivers]


# --- holding back ---------------------------------------------------------------------------------


def test_a_gap_fails_and_a_waiver_for_it_lets_the_release_pass(release):
    release.edit(GAP)
    without = release.gate()
    assert fired(without.gate) == {"mandatory-satisfied"}
    waivers = release.waivers(f"requirement: {GAP_ROW}")
    waived = release.gate(waivers=waivers)
    assert waived.gate.passed
    assert waived.gate.rules["mandatory-satisfied"] == "waived"
    assert [f.waivers for f in waived.gate.findings] == [waivers]
    assert states(waived) == ["applied"]
    assert verdicts(waived) == verdicts(without), "a waiver changes no verdict"


def test_a_waiver_for_another_requirement_holds_nothing_back_and_is_unused(release):
    waivers = release.edit(GAP).waivers("requirement: enisa-gp-tm/GP-TM-05")
    found = release.gate(waivers=waivers)
    assert fired(found.gate) == {"mandatory-satisfied"}
    assert states(found) == ["unused"]


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2026-09-30", "not-yet"),
        ("2026-10-01", "applied"),
        ("2026-12-31", "applied"),
        ("2027-01-01", "expired"),
    ],
)
def test_the_first_and_the_last_day_count(release, moment, state):
    waivers = release.edit(GAP).waivers(f"requirement: {GAP_ROW}")
    asked = request("sensor-node", folder=release.folder, as_of=day(moment))
    found = release.gate(waivers=waivers, asked=asked)
    assert states(found) == [state]
    held = [f for f in found.gate.findings if f.requirement == GAP_ROW]
    assert [bool(f.waivers) for f in held] == [state == "applied"]


def test_a_waiver_that_has_ended_is_named_where_it_would_be_needed(release):
    waivers = release.edit(GAP).waivers(f"requirement: {GAP_ROW}, approved: 2026-01-01, expires: 2026-10-31")
    (finding,) = release.gate(waivers=waivers).gate.failures
    assert finding.lapsed == waivers[0]


@pytest.mark.parametrize(
    ("lowest", "highest", "state"),
    [
        ("3.2.0", "3.2.0", "applied"),
        ("3.1.9", "3.3", "applied"),
        ("3.2.1", "4.0", "other-firmware"),
        ("1.0", "3.1.99", "other-firmware"),
        ("1.0", None, "applied"),
        (None, "3.2.0-rc.1", "other-firmware"),
        ("bookworm", None, "other-firmware"),
    ],
)
def test_a_waiver_holds_for_the_firmware_that_it_names(release, lowest, highest, state):
    ends = ", ".join(f'{k}: "{v}"' for k, v in (("lowest", lowest), ("highest", highest)) if v)
    waivers = release.edit(GAP).waivers(f"requirement: {GAP_ROW}, firmware: {{{ends}}}")
    assert states(release.gate(waivers=waivers)) == [state]


def test_a_firmware_range_covers_no_release_without_a_version():
    waiver = next(iter([_waiver(firmware_from="1.0")]))
    assert state_of(waiver, DAY, None) == "other-firmware"
    assert state_of(waiver._replace(firmware_from=""), DAY, None) is None


def _waiver(**fields):
    from iotassess.model.waiver import Waiver

    base = Waiver("a/b", "", "risk-accepted", "why", "who", DAY, DAY)
    return base._replace(**fields)


# --- contradictions -------------------------------------------------------------------------------


@pytest.fixture
def contradicted(release):
    """The declared application is another one than all artefacts show."""
    return release.edit(("state: disabled-permanently", "state: disabled-since-boot")).exchange(
        "eat.cbor", "flawed-debug-enabled.eat.cbor"
    )


def test_a_waiver_for_a_requirement_does_not_cover_its_contradiction(contradicted):
    found = contradicted.gate()
    rows = [f"{b.id}/{r.id}" for b in found.baselines for r in b.requirements if r.verdict == "contradicted"]
    waivers = contradicted.waivers(*(f"requirement: {name}" for name in rows))
    again = contradicted.gate(waivers=waivers)
    assert "no-contradiction" in fired(again.gate)
    assert all(not f.waivers for f in again.gate.findings if f.discrepancies)


def test_a_contradiction_is_waived_by_its_fingerprint_and_by_nothing_less(contradicted):
    found = contradicted.gate()
    marks = [d.fingerprint for d in found.discrepancies if d.severity == "error"]
    assert marks
    waivers = contradicted.waivers(*(f"discrepancy: {mark}" for mark in marks))
    again = contradicted.gate(waivers=waivers)
    assert "no-contradiction" not in fired(again.gate)
    assert {"no-error", "debug-shown-locked"} <= fired(again.gate), "other rules are not waived by it"
    assert verdicts(again) == verdicts(found)


def test_the_waiver_of_a_contradiction_lapses_when_a_value_changes(contradicted):
    marks = [d.fingerprint for d in contradicted.gate().discrepancies if d.severity == "error"]
    waivers = contradicted.waivers(*(f"discrepancy: {mark}" for mark in marks))
    contradicted.edit(("state: disabled-since-boot", "state: disabled"))
    again = contradicted.gate(waivers=waivers)
    assert "no-contradiction" in fired(again.gate)
    assert "unused" in states(again)


def test_a_requirement_with_two_contradictions_needs_a_waiver_for_each(contradicted, good):
    from iotassess.policy.snapshot import snapshot

    contradicted.edit(("lifecycle: secured", "lifecycle: assembly-and-test"))
    before = snapshot(good)
    found = contradicted.gate(against=before)
    marks = [d.fingerprint for d in found.discrepancies if d.severity == "error"]
    assert len(marks) >= 2
    one = contradicted.gate(waivers=contradicted.waivers(f"discrepancy: {marks[0]}"), against=before)
    two = [f for f in one.gate.findings if len(f.discrepancies) > 1 and marks[0] in f.discrepancies]
    assert two
    assert all(not f.waivers for f in two)


def test_problems_missing_evidence_and_counters_cannot_be_waived(release, good):
    from iotassess.policy.snapshot import snapshot

    release.leave_out("eat.cbor").edit(('firmware_version: "3.2.0"', 'firmware_version: "3.1.0"'))
    found = release.gate(against=snapshot(good))
    kinds = {f.rule for f in found.gate.failures if not f.requirement and not f.discrepancies}
    assert {"artefacts-not-gone", "debug-shown-locked", "counters-not-back"} <= kinds


# --- beside the verdicts, without a gate ----------------------------------------------------------


def test_assess_shows_a_waiver_beside_what_it_is_for(release):
    from iotassess.assess import assess
    from iotassess.profile import load_profile
    from tests.policy.conftest import CATALOGUES

    waivers = release.edit(GAP).waivers(f"requirement: {GAP_ROW}", "requirement: enisa-gp-tm/GP-TM-01")
    asked = request("sensor-node", folder=release.folder)
    found = assess(load_profile(release.profile), asked, CATALOGUES, tool_version="0", waivers=waivers)
    rows = {r.id: r for r in found.baselines[0].requirements}
    assert rows["GP-TM-04"].waiver == waivers[0]
    assert rows["GP-TM-04"].verdict == "not-satisfied"
    assert rows["GP-TM-01"].waiver is None, "it is satisfied, and needs none"
    assert states(found) == ["applied", "unused"]


# --- the file -------------------------------------------------------------------------------------

FULL = {
    "requirement": GAP_ROW,
    "reason": "risk-accepted",
    "justification": "known",
    "approver": "product-security@sensing.example",
    "approved": "2026-10-01",
    "expires": "2026-12-31",
}


@pytest.fixture
def file(tmp_path):
    def writes(**fields):
        rows = [f"{key}: {value}" for key, value in {**FULL, **fields}.items() if value is not None]
        path = tmp_path / "waivers.yaml"
        path.write_text("schema: iotassess/waivers/v1\nwaivers:\n  - " + "\n    ".join(rows) + "\n")
        return path

    return writes


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_of_the_list_is_read(file, reason):
    path = file(reason=reason)
    (waiver,) = load_waivers(path)
    assert (waiver.reason, waiver.line, waiver.file) == (reason, 3, "waivers.yaml")
    jsonschema.Draft202012Validator(document_schema("waivers")).validate(yaml.load(path.read_bytes()).value)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"reason": "no-time"}, "expected one of compensating-control"),
        ({"reason": None}, "has no reason"),
        ({"justification": '""'}, "expected a text that says why"),
        ({"justification": None}, "has no justification"),
        ({"justification": '"\\u200b"'}, "got nothing to read"),
        ({"approver": '"..."'}, "got nothing to read"),
        ({"approver": None}, "has no approver"),
        ({"approved": None}, "has no approved"),
        ({"expires": None}, "has no expires"),
        ({"expires": "2027-10-02"}, f"expires 366 days after it is approved, expected at most {MAX_DAYS}"),
        ({"expires": "2026-09-30"}, "before it is approved"),
        ({"expires": "2026-02-30"}, "no calendar has"),
        ({"expires": "31.12.2026"}, "expected a date as YYYY-MM-DD"),
        ({"expires": "2026-12"}, "expected a date as YYYY-MM-DD"),
        ({"expires": "never"}, "expected a date as YYYY-MM-DD"),
        ({"expires": "2026-12-31T10:00:00Z"}, "expected a date as YYYY-MM-DD"),
        ({"requirement": None}, "got neither, expected either requirement or discrepancy"),
        ({"discrepancy": "0123456789abcdef"}, "got both, expected either requirement or discrepancy"),
        ({"requirement": None, "discrepancy": "xyz"}, "16 lower-case hex digits"),
        ({"requirement": "GP-TM-04"}, "expected baseline/id"),
        ({"requirement": "enisa-gp-tm/GP-TM-99"}, "has no requirement 'GP-TM-99'"),
        ({"owner": "me"}, "unknown key"),
        ({"firmware": "{}"}, "expected a mapping with lowest"),
        ({"firmware": '{lowest: "2.0", highest: "1.0"}'}, "the second is not lower"),
        ({"firmware": "{lowest: 2.0}"}, 'like "3.2.0"'),
    ],
)
def test_a_faulty_waiver_ends_the_run(file, fields, told):
    with pytest.raises(PolicyError) as caught:
        load_waivers(file(**fields))
    assert told in str(caught.value)
    assert "waivers.yaml:" in str(caught.value)


def test_a_year_is_the_longest(file):
    (waiver,) = load_waivers(file(approved="2026-01-01", expires="2027-01-01"))
    assert (waiver.expires - waiver.approved).days == MAX_DAYS


def test_the_newest_edition_is_meant_where_none_is_named(file):
    (waiver,) = load_waivers(file(requirement="etsi-en-303-645/5.1-1"))
    assert waiver.requirement == "etsi-en-303-645@3.1.3/5.1-1"


def test_a_file_without_waivers_is_no_fault(tmp_path):
    path = tmp_path / "waivers.yaml"
    path.write_text("schema: iotassess/waivers/v1\nwaivers: []\n")
    assert load_waivers(path) == ()
