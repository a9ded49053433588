"""The list that the formats share: what the gate found and what it did not, each once, the worst first."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.model.artefact import Problem
from iotassess.model.assessment import Remark
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.gate import Gate, Place
from iotassess.model.places import NOWHERE
from iotassess.model.problems import PROBLEMS
from iotassess.policy.gate import Will
from iotassess.policy.policy import Policy, Rules
from iotassess.policy.registry import RULES
from iotassess.report.location import locate
from iotassess.report.notices import notices
from iotassess.report.registry import Look
from tests.examples import PROFILES, TWINS, copy, request
from tests.report.pointing import (
    EXPIRED,
    FOLDER,
    SENSOR_NODE,
    assessed,
    empty,
    gated,
    hostile,
    judged,
    look,
    marks,
    some_waivers,
    unusable,
    waiver,
    with_token_inside,
)
from tests.tries import tries

LENIENT = Policy(rules=Rules(no_contradiction=False, no_disagreement=False, no_error=False))
"""Asks for nothing that artefacts say."""

FIVE_0_1 = "etsi-en-303-645@3.1.3/5.0-1"


def listed(found, where=SENSOR_NODE):
    return notices(found, locate(found, where))


def by_rule(found, where=SENSOR_NODE):
    return {notice.rule.id: notice for notice in listed(found, where)}


def every_run():
    """Twins with and without a gate, by policies and waivers of all kinds."""
    for product, twin in TWINS:
        yield look(product, twin), assessed(product, twin)
        yield look(product, twin), gated(product, twin)
        yield look(product, twin), gated(product, twin, allow_example=False)
        yield look(product, twin), gated(product, twin, policy=LENIENT)
    yield SENSOR_NODE, gated(waivers=some_waivers())
    yield SENSOR_NODE, assessed(waivers=some_waivers())
    yield SENSOR_NODE, gated(waivers=some_waivers(), policy=LENIENT)


# --- with a gate --------------------------------------------------------------------------------


def test_every_finding_of_the_gate_is_one_notice():
    found = gated(waivers=some_waivers())
    told = {notice.fingerprint: notice for notice in listed(found)}
    assert len({finding.fingerprint for finding in found.gate.findings}) == len(found.gate.findings) > 10
    for finding in found.gate.findings:
        notice = told[finding.fingerprint]
        assert notice.rule.id == finding.about
        assert notice.gate == finding.rule
        assert finding.message.endswith(notice.message)
        assert notice.place == finding.place
        assert notice.waivers == finding.waivers
        assert notice.lapsed == finding.lapsed


def test_the_gate_passes_just_where_no_notice_is_an_error():
    answers = set()
    for where, found in every_run():
        if found.gate is None:
            continue
        found_errors = [notice for notice in listed(found, where) if notice.severity == "error"]
        assert {n.fingerprint for n in found_errors} == {f.fingerprint for f in found.gate.failures}
        assert not any(notice.waivers for notice in found_errors)
        assert found.gate.passed == (not found_errors)
        answers.add(found.gate.passed)
    assert answers == {True, False}


def test_what_a_finding_tells_is_told_once():
    found = gated()
    shown = [(notice.rule.id, notice.artefact, notice.claim) for notice in listed(found)]
    about = [row for row in shown if row[0] in DISCREPANCIES or row[0] in PROBLEMS]
    assert len(about) == len(set(about))
    assert len(about) == len(found.discrepancies) + sum(len(a.problems) for a in found.artefacts)


def test_what_no_rule_asks_about_is_a_warning():
    found = gated(policy=LENIENT)
    told = by_rule(found)
    for row in found.discrepancies:
        assert told[row.id].severity == "warning"
        assert told[row.id].gate == ""
    assert told["suit-sequence-rollback"].severity == "warning"
    assert told["debug-shown-locked"].severity == "error"


def test_requirements_are_the_gates_matter_where_there_is_one():
    names = {notice.rule.id for notice in listed(gated()) if notice.rule.kind == "requirement"}
    assert names == {FIVE_0_1}


def test_a_finding_without_a_line_stands_where_its_artefact_is_named():
    found = gated()
    first = found.gate.findings[0]
    moved = first._replace(place=NOWHERE)
    changed = replace(found, gate=replace(found.gate, findings=(moved,)))
    (notice,) = (n for n in listed(changed) if n.gate)
    role = next(a.role for a in found.artefacts if a.path == first.artefact)
    assert notice.place == (role.line, role.column)
    lost = replace(found, gate=replace(found.gate, findings=(moved._replace(artefact=None),)))
    assert next(n for n in listed(lost) if n.gate).place == NOWHERE


def test_a_requirement_that_is_gone_is_told_as_a_requirement():
    found = gated()
    gone = found.gate.findings[-1]._replace(about="enisa-gp-tm/GP-TM-99", rule="requirements-not-worse")
    told = by_rule(replace(found, gate=replace(found.gate, findings=(gone,))))
    assert told["enisa-gp-tm/GP-TM-99"].rule.kind == "requirement"


# --- without a gate -----------------------------------------------------------------------------


def test_without_a_gate_contradictions_and_error_problems_are_errors():
    found = assessed()
    told = by_rule(found)
    for row in found.discrepancies:
        assert told[row.id].severity == row.severity
        assert told[row.id].fingerprint == row.fingerprint
        assert told[row.id].message == row.message
    for artefact in found.artefacts:
        for problem in artefact.problems:
            assert told[problem.id].severity == problem.severity
            assert problem.message in told[problem.id].message
    assert {row.severity for row in found.discrepancies} == {"error", "warning"}


def test_without_a_gate_requirements_that_are_not_satisfied_are_warnings():
    found = assessed()
    told = by_rule(found)
    rows = {f"{b.id}/{r.id}": r for b in found.baselines for r in b.requirements}
    failed = {name for name, row in rows.items() if row.verdict == "not-satisfied"}
    assert failed
    assert {n.rule.id for n in told.values() if n.rule.kind == "requirement"} == failed
    for name in failed:
        assert told[name].severity == "warning"
        assert told[name].rule.means == rows[name].title
        assert "; ".join(rows[name].because) in told[name].message


def test_a_contradicted_requirement_is_told_where_no_discrepancy_tells_it():
    found = assessed()
    contradicted = {
        f"{b.id}/{r.id}" for b in found.baselines for r in b.requirements if r.verdict == "contradicted"
    }
    assert contradicted
    assert contradicted.isdisjoint(by_rule(found))
    alone = by_rule(replace(found, discrepancies=()))
    assert {alone[name].severity for name in contradicted} == {"error"}


def test_problems_that_are_notes_are_left_out():
    found = replace(empty(), artefacts=())
    for severity, shown in (("error", 1), ("warning", 1), ("note", 0)):
        problem = Problem("x509-ends-soon", severity, "soon")
        assert len(listed(with_token_inside(found, problem))) == shown


def test_a_problem_of_a_token_stands_at_the_line_that_names_its_file():
    problem = Problem("eat-debug-enabled", "error", "debugging is enabled", "dbgstat", 4)
    (notice,) = listed(with_token_inside(empty(), problem), Look(profile="x/device.yaml", folder=FOLDER))
    assert notice.place == Place(31, 5)
    assert notice.artefact == "x/a.cbor"
    assert notice.claim == "submods.x#dbgstat"
    assert notice.offset is None, "it is counted from the begin of the token"


def test_a_problem_of_a_file_has_its_offset():
    assert by_rule(assessed())["eat-debug-enabled"].offset == 149
    assert by_rule(gated())["eat-debug-enabled"].offset == 149


# --- the profile --------------------------------------------------------------------------------


def test_faults_of_a_profile_that_cannot_be_used_are_told_once_under_their_own_rules(tmp_path):
    found = unusable(tmp_path)
    told = listed(found)
    assert len(found.remarks) == len(told) >= 2
    for remark, notice in zip(found.remarks, told, strict=True):
        assert (notice.rule.id, notice.severity) == (remark.rule, "error")
        assert (notice.message, notice.place) == (remark.message, remark.place)
        assert notice.gate == "profile-valid"


def test_a_remark_is_a_warning_with_and_without_a_gate():
    remark = Remark("odd-version", "warning", "quote it", Place(12, 5))
    for found in (assessed(), gated()):
        notice = by_rule(replace(found, remarks=(remark,)))["odd-version"]
        assert (notice.severity, notice.message, notice.place) == ("warning", "quote it", Place(12, 5))


# --- waivers ------------------------------------------------------------------------------------


def test_what_is_waived_stays_with_its_waiver_and_comes_last():
    told = listed(gated(waivers=some_waivers()))
    waived = [notice for notice in told if notice.waivers]
    assert [notice.rule.id for notice in waived] == ["debug-contradiction", FIVE_0_1]
    assert waived == list(told[-2:])
    assert {notice.severity for notice in waived} == {"warning"}
    for notice in waived:
        by = notice.waivers[0]
        for text in (str(by.expires), by.approver, by.reason, by.justification):
            assert text in notice.said


def test_what_a_waiver_held_back_once_comes_back_and_says_so():
    for found in (gated(waivers=some_waivers()), assessed(waivers=some_waivers())):
        notice = by_rule(found)["anti-rollback-contradiction"]
        assert notice.severity == "error"
        assert notice.waivers == ()
        assert f"waivers.yaml:17 ended on {EXPIRED}" in notice.said


def test_without_a_gate_what_is_waived_is_no_error():
    told = by_rule(assessed(waivers=some_waivers()))
    assert told["debug-contradiction"].severity == "warning"
    assert told["debug-contradiction"].waivers == (some_waivers()[0],)
    assert told[FIVE_0_1].waivers == (some_waivers()[1],)


def test_waivers_that_hold_nothing_back_are_named():
    far = waiver(discrepancy="1" * 16, expires="2027-05-01", line=31)
    other = waiver(discrepancy="2" * 16, firmware_to="1.0.0", line=33)
    for ask in (gated, assessed):
        told = [n for n in listed(ask(waivers=(*some_waivers(), far, other))) if n.rule.kind == "waiver"]
        lines = [(n.rule.id, re.search(r"waivers\.yaml:(\d+): ", n.message)[1]) for n in told]
        # That of line 17 is told by what it held back once.
        assert lines == [
            ("waiver-unused", "22"),
            ("waiver-expired", "27"),
            ("waiver-not-yet", "31"),
            ("waiver-other-firmware", "33"),
        ]
        assert {n.severity for n in told} == {"note"}
        idle = {n.rule.id: n for n in told}
        assert "enisa-gp-tm/GP-TM-01" in idle["waiver-unused"].message
        assert EXPIRED in idle["waiver-expired"].message


def test_a_discrepancy_says_by_what_it_is_waived():
    for found in (gated(), assessed()):
        for row in found.discrepancies:
            assert f"fingerprint {row.fingerprint}" in by_rule(found)[row.id].said
        assert marks(found)["debug-contradiction"] not in by_rule(found)["eat-debug-enabled"].said


# --- all of them --------------------------------------------------------------------------------


def test_the_worst_comes_first_and_what_is_waived_last():
    order = {"error": 0, "warning": 1, "note": 2}
    for where, found in every_run():
        ranks = [(bool(n.waivers), order[n.severity]) for n in listed(found, where)]
        assert ranks == sorted(ranks)


def test_the_order_of_the_gates_rules_stays():
    ids = [rule.id for rule in RULES]
    places = [ids.index(notice.gate) for notice in listed(gated()) if notice.gate]
    assert places == sorted(places)


def test_fingerprints_are_unique():
    for where, found in every_run():
        told = [notice.fingerprint for notice in listed(found, where)]
        assert len(told) == len(set(told))
        assert all(re.fullmatch(r"[0-9a-f]{16}", mark) for mark in told)


def test_two_notices_that_are_the_same_have_fingerprints_of_their_own():
    problem = Problem("eat-claim-type", "error", "wrong", "a")
    found = with_token_inside(empty(), problem)
    inner = found.artefacts[0].nested[0]
    twice = replace(inner, problems=(problem, problem._replace(message="wrong again"), problem))
    told = listed(replace(found, artefacts=(replace(found.artefacts[0], nested=(twice,)),)))
    assert len(told) == 3
    assert len({notice.fingerprint for notice in told}) == 3
    assert told[0].fingerprint == listed(found)[0].fingerprint


@pytest.mark.parametrize("will", [Will(allow_example=True), None], ids=["gate", "assess"])
def test_fingerprints_are_the_same_in_another_run_in_another_place(tmp_path, will):
    folder = copy("sensor-node", tmp_path)
    profile = folder / "flawed.yaml"
    profile.write_text(f"# A line more, so that all others move.\n{profile.read_text()}")
    there = judged(profile, request("sensor-node", folder=folder), will=will)
    here = assessed() if will is None else gated()
    where = Look(profile=str(profile), folder=str(tmp_path))
    first = [(n.rule.id, n.fingerprint) for n in listed(here)]
    second = [(n.rule.id, n.fingerprint) for n in listed(there, where)]
    assert first == second
    assert [n.place.line + 1 for n in listed(here)] == [n.place.line for n in listed(there, where)]


def test_fingerprints_do_not_tell_machines_apart():
    marks_ = set()
    for home in ("/home/one", "/srv/ci/two"):
        found = with_token_inside(empty(), Problem("eat-claim-type", "error", "wrong", "a"))
        outer = found.artefacts[0]
        moved = replace(
            outer, path=f"{home}/out/a.cbor", role=None, nested=(), problems=outer.nested[0].problems
        )
        where = Look(profile=f"{home}/device.yaml", folder=home)
        (notice,) = listed(replace(found, artefacts=(moved,)), where)
        assert notice.artefact == "out/a.cbor"
        marks_.add(notice.fingerprint)
    assert len(marks_) == 1


def test_places_are_lines_of_the_profile():
    for where, found in every_run():
        file = PROFILES / where.profile.removeprefix("profiles/")
        lines = file.read_text().split("\n")
        for notice in listed(found, where):
            assert 1 <= notice.place.line <= len(lines)
            assert 1 <= notice.place.column <= len(lines[notice.place.line - 1]) + 1


def test_every_artefact_that_is_named_is_a_file_of_the_repository():
    for where, found in every_run():
        for notice in listed(found, where):
            if notice.artefact is not None:
                assert (PROFILES.parent / notice.artefact).is_file(), notice


def test_an_empty_assessment_has_nothing_to_tell():
    assert listed(empty()) == ()
    passed = Gate("default", "00", None, {})
    assert listed(replace(empty(), gate=passed)) == ()


@settings(max_examples=tries(20))
@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_hostile_texts_leave_the_list_as_it_is(text):
    plain = listed(hostile(gated(waivers=some_waivers()), ""))
    told = listed(hostile(gated(waivers=some_waivers()), text))
    assert [(n.severity, n.place, len(n.waivers)) for n in told] == [
        (n.severity, n.place, len(n.waivers)) for n in plain
    ]
    assert len({notice.fingerprint for notice in told}) == len(told)
