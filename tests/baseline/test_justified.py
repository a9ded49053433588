"""Whether reasons are given for what is not met: the part that asks the profile's justifications."""

import datetime

import pytest

from iotassess.baseline.answers import Answer
from iotassess.baseline.catalogue import Absence, Catalogue, Part, Requirement
from iotassess.baseline.evaluate import Evaluator
from iotassess.baseline.facts import Facts
from iotassess.baseline.justified import NEEDS_REASON, SHOWN, judge_reasons
from iotassess.baseline.registry import Probe
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.assessment import RequirementResult
from iotassess.model.verdict import VERDICTS
from tests.baseline.probe_cases import VOCABULARY, said

DAY = datetime.date(2026, 11, 1)
BASELINE = "house@2"
PART = Part("justified", reason="why", forces=("recommended", "measure"))
FINE = ("verified", "declared")


def facts(*claims):
    return Facts(ClaimTable(claims, VOCABULARY), DAY)


def justified(name, reason="because", answer="not-met", grade=0):
    """The claims of one justification, with a document at grade 1."""
    about = f"justification {name}"
    found = []
    if answer:
        found.append(said("justification.answer", answer, about=about))
    if reason:
        found.append(said("justification.reason", reason, about=about))
    if grade:
        found += [said("justification", True, about=about), said("justification", True, 1, about=about)]
    return found


def result(id, verdict, force="recommended"):
    return RequirementResult(id, "t", "s", "c", force, False, False, verdict, 0, (), (), (), "")


def answer(*claims, rows, baseline=BASELINE):
    found = judge_reasons(PART, facts(*claims), baseline, rows)
    assert (found.probe, found.kind, found.disputed) == ("justified", "document", False)
    assert found.question.endswith("?")
    assert not found.because.endswith(".")
    return found


def test_every_verdict_needs_a_reason_or_is_fine_or_open():
    assert sorted((*NEEDS_REASON, *FINE, "not-assessed")) == sorted(VERDICTS)


@pytest.mark.parametrize("verdict", NEEDS_REASON)
def test_a_requirement_without_its_reason_is_named(verdict):
    found = answer(rows=[result("R-1", verdict), result("R-2", "verified")])
    assert (found.outcome, found.grade, found.claims) == ("unmet", 0, ())
    assert found.because == "no reason is given for R-1"


@pytest.mark.parametrize("verdict", NEEDS_REASON)
def test_a_reason_is_an_answer(verdict):
    claims = justified("R-1", answer="not-applicable" if verdict == "not-applicable" else "not-met")
    found = answer(*claims, rows=[result("R-1", verdict)])
    assert (found.outcome, found.grade) == ("met", 0)
    assert found.claims == tuple(claims)


@pytest.mark.parametrize("verdict", FINE)
def test_what_is_met_needs_none(verdict):
    found = answer(rows=[result("R-1", verdict), result("R-2", verdict)])
    assert (found.outcome, found.grade) == ("met", 0)
    assert "all 2 " in found.because


def test_what_is_not_assessed_leaves_it_open():
    rows = [result("R-1", "not-assessed"), result("R-2", "declared")]
    found = answer(rows=rows)
    assert (found.outcome, found.because) == ("indeterminate", "whether a reason is needed is open for R-1")
    given = answer(*justified("R-2"), rows=[rows[0], result("R-2", "partial")])
    assert given.outcome == "indeterminate"


def test_what_lacks_a_reason_counts_for_more_than_what_is_open():
    found = answer(rows=[result("R-1", "not-assessed"), result("R-2", "partial")])
    assert (found.outcome, found.because) == ("unmet", "no reason is given for R-2")


def test_other_forces_are_not_asked_about():
    rows = [result("R-1", "not-satisfied", "mandatory"), result("R-2", "not-assessed", "element")]
    assert answer(rows=rows).outcome == "met"
    assert answer(rows=[result("R-1", "not-satisfied", "measure")]).outcome == "unmet"


@pytest.mark.parametrize(
    "claims", [justified("R-1", reason=""), justified("R-1", answer=""), justified("R-2")], ids=str
)
def test_half_a_justification_is_none(claims):
    assert answer(*claims, rows=[result("R-1", "partial")]).outcome == "unmet"


@pytest.mark.parametrize("name", ["R-1", "house/R-1", "house@2/R-1"])
def test_a_reason_counts_under_each_name_of_the_row(name):
    assert answer(*justified(name), rows=[result("R-1", "partial")]).outcome == "met"


@pytest.mark.parametrize("name", ["other/R-1", "house@1/R-1", "R-11", "house@2/R-11"])
def test_a_reason_for_another_row_does_not_count(name):
    assert answer(*justified(name), rows=[result("R-1", "partial")]).outcome == "unmet"


def test_a_baseline_without_editions_is_named_by_its_id():
    rows = [result("R-1", "partial")]
    assert answer(*justified("house/R-1"), rows=rows, baseline="house").outcome == "met"
    assert answer(*justified("house@2/R-1"), rows=rows, baseline="house").outcome == "unmet"


def test_the_reason_is_taken_from_the_most_exact_name():
    exact = justified("house@2/R-1", reason="")
    assert answer(*exact, *justified("R-1"), rows=[result("R-1", "partial")]).outcome == "unmet"


def test_the_weakest_reason_gives_the_grade():
    rows = [result("R-1", "partial"), result("R-2", "not-applicable"), result("R-3", "verified")]
    absent = {"name": "R-2", "answer": "not-applicable"}
    documented = [*justified("R-1", grade=1), *justified(**absent, grade=1)]
    assert answer(*documented, rows=rows).grade == 1
    assert answer(*justified("R-1", grade=1), *justified(**absent), rows=rows).grade == 0


@pytest.mark.parametrize(
    ("verdict", "said"),
    [("not-applicable", "not-met"), ("partial", "not-applicable"), ("contradicted", "not-applicable")],
)
def test_a_reason_for_something_else_is_none(verdict, said):
    found = answer(*justified("R-1", answer=said), rows=[result("R-1", verdict)])
    assert (found.outcome, found.claims) == ("unmet", ())


@pytest.mark.parametrize("reason", [".", "-", "n/a", "\u200b\u200b\u200b\u200b\u200b\u200b", "........."])
def test_a_mark_is_no_reason(reason):
    found = answer(*justified("R-1", reason=reason), rows=[result("R-1", "partial")])
    assert found.outcome == "unmet"


def test_no_reason_is_asked_of_nothing():
    assert answer(rows=[]).outcome == "met"


def test_a_long_list_is_cut_and_the_rest_counted():
    rows = [result(f"R-{n}", "partial") for n in range(SHOWN + 3)]
    because = answer(rows=rows).because
    assert because.endswith("R-4 and 3 more")
    assert f"R-{SHOWN}" not in because


# --- within a catalogue ------------------------------------------------------------------------------------


def row(id, *parts, force="recommended"):
    never = Absence("never")
    return Requirement(id, "t", "s", "c", "1", force, False, False, parts, never, (), "do it")


def probe(id, outcome):
    return Probe(id, "?", (), "document", "", {}, lambda facts: Answer(outcome, f"{id} says so", (), 0))


KNOWN = {p.id: p for p in (probe("met", "met"), probe("unmet", "unmet"), probe("silent", "indeterminate"))}
REASONS = row("R-0", PART, force="mandatory")


def judged(*rows, claims=()):
    catalogue = Catalogue(BASELINE, "2", "X", "x", "00", rows)
    return Evaluator(facts(*claims), (), KNOWN).catalogue(catalogue)


def test_the_row_that_asks_for_reasons_stands_first_and_is_judged_last():
    rows = (REASONS, row("R-1", Part("probe", "unmet")), row("R-2", Part("probe", "met")))
    results = judged(*rows)
    assert [r.id for r in results] == ["R-0", "R-1", "R-2"]
    assert [r.verdict for r in results] == ["not-satisfied", "not-satisfied", "declared"]
    assert results[0].because == ("no reason is given for R-1",)


@pytest.mark.parametrize(
    ("outcome", "claims", "verdict"),
    [
        ("met", [], "declared"),
        ("unmet", [], "not-satisfied"),
        ("unmet", justified("R-1"), "declared"),
        ("silent", [], "not-assessed"),
        ("silent", justified("R-1"), "not-assessed"),
    ],
)
def test_reasons_lift_the_row_that_asks_for_them_and_no_other(outcome, claims, verdict):
    reasons, other = judged(REASONS, row("R-1", Part("probe", outcome)), claims=claims)
    assert reasons.verdict == verdict
    alone = judged(row("R-1", Part("probe", outcome)))[0]
    assert other.verdict == alone.verdict


def test_reasons_never_verify_anything():
    results = judged(REASONS, row("R-1", Part("probe", "unmet")), claims=justified("R-1", grade=1))
    assert (results[0].verdict, results[0].grade) == ("declared", 1)


def test_rows_that_ask_for_reasons_do_not_ask_for_each_other_s():
    again = row("R-9", PART)
    results = judged(REASONS, again, row("R-1", Part("probe", "met")))
    assert [r.verdict for r in results] == ["declared", "declared", "declared"]


def test_reasons_count_beside_other_parts():
    both = row("R-0", PART, Part("probe", "unmet"), force="mandatory")
    assert judged(both, row("R-1", Part("probe", "met")))[0].verdict == "not-satisfied"
