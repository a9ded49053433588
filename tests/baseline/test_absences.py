"""Lying absences: what is said to be absent, and is shown to be there by an artefact or by the profile."""

import datetime

import pytest

from iotassess.baseline.answers import Answer
from iotassess.baseline.catalogue import Absence, Part, Requirement
from iotassess.baseline.evaluate import Evaluator
from iotassess.baseline.facts import Facts
from iotassess.baseline.registry import Probe
from iotassess.crosscheck.join import join
from iotassess.crosscheck.table import ClaimTable
from tests.baseline.probe_cases import VOCABULARY, said

DAY = datetime.date(2026, 11, 1)
CLOSED, OPEN = "disabled-permanently", "enabled"
BASELINE = "house@2"

WHOLE = Part("probe", "met")
GONE = Part("probe", "no-debug")
NO_BOOT = Part("probe", "no-boot")
PUBLISHED = Absence("published", GONE, "it hangs on C1: ports", ("C1",))
OURS = Absence("our-convention", GONE, "it has no port")
NEVER = Absence("never")
EITHER = Absence("published", Part("any_of", arms=(GONE, NO_BOOT)), "it hangs on both", ("C1", "C2"))


def probe(id, property, *met):
    return Probe(id, f"{id}?", (property,), "evidence", "", {}, lambda facts: facts.judge(property, met))


KNOWN = {
    "met": Probe("met", "met?", (), "document", "", {}, lambda facts: Answer("met", "it is met", (), 0)),
    "no-debug": probe("no-debug", "debug.state", CLOSED),
    "no-boot": probe("no-boot", "boot.secure-boot", False),
}


def debug(value, grade=0, **flags):
    return said("debug.state", value, grade, **flags)


def justified(name, answer="not-applicable", reason="because"):
    about = f"justification {name}"
    return [
        said("justification.answer", answer, about=about),
        said("justification.reason", reason, about=about),
    ]


def row(absence, id="R-1", parts=(WHOLE,)):
    return Requirement(id, "t", "s", "c", "1", "measure", False, False, parts, absence, (), "do it")


def judged(absence, *claims, checked=False):
    """The verdict on one row, and what was denied."""
    table = ClaimTable(claims, VOCABULARY)
    evaluator = Evaluator(Facts(table, DAY), join(table) if checked else (), KNOWN)
    result = evaluator.requirement(row(absence), BASELINE)
    assert set(evaluator.denied) <= set(result.discrepancies)
    return result, list(evaluator.denied.values())


# --- the feature is said to be absent ----------------------------------------------------------------------


@pytest.mark.parametrize("absence", [PUBLISHED, OURS], ids=["published", "ours"])
def test_an_absence_that_nobody_denies_makes_it_not_applicable(absence):
    result, denied = judged(absence, debug(CLOSED))
    assert (result.verdict, denied, result.absence_shown) == ("not-applicable", [], False)
    assert absence.rationale in result.because


@pytest.mark.parametrize(("grade", "shown"), [(2, False), (3, False), (4, True), (5, True)])
def test_an_artefact_that_agrees_denies_nothing(grade, shown):
    result, denied = judged(PUBLISHED, debug(CLOSED), debug(CLOSED, grade))
    assert (result.verdict, denied, result.absence_shown) == ("not-applicable", [], shown)


@pytest.mark.parametrize("checked", [False, True], ids=["alone", "cross-checked"])
@pytest.mark.parametrize("grade", [2, 3])
@pytest.mark.parametrize("absence", [PUBLISHED, OURS], ids=["published", "ours"])
def test_an_artefact_that_proves_nothing_raises_a_doubt(absence, grade, checked):
    result, denied = judged(absence, debug(CLOSED), debug(OPEN, grade), checked=checked)
    assert [(d.id, d.severity, d.grade) for d in denied] == [
        ("not-applicable-contradiction", "warning", grade)
    ]
    assert result.verdict == "partial"
    assert any("evidence.bin" in because and "enabled" in because for because in result.because)


@pytest.mark.parametrize("checked", [False, True], ids=["alone", "cross-checked"])
@pytest.mark.parametrize("grade", [4, 5])
@pytest.mark.parametrize("absence", [PUBLISHED, OURS], ids=["published", "ours"])
def test_an_authentic_artefact_makes_it_a_lie(absence, grade, checked):
    result, denied = judged(absence, debug(CLOSED), debug(OPEN, grade), checked=checked)
    assert [(d.id, d.severity) for d in denied] == [("not-applicable-contradiction", "error")]
    assert result.verdict == "contradicted"
    assert denied[0].declared == debug(CLOSED)
    assert denied[0].evidenced == (debug(OPEN, grade),)


def test_what_was_observed_makes_it_a_lie_whoever_signed():
    result, denied = judged(PUBLISHED, debug(CLOSED), debug(OPEN, 2, observed=True))
    assert (result.verdict, [d.severity for d in denied]) == ("contradicted", ["error"])


def test_the_doubt_of_one_artefact_is_not_made_a_lie_by_another_that_agrees():
    weak = debug(OPEN, 3, artefact="odd.bin")
    result, denied = judged(PUBLISHED, debug(CLOSED), debug(CLOSED, 4), weak)
    assert [(d.severity, d.evidenced) for d in denied] == [("warning", (weak,))]
    assert "odd.bin" in denied[0].message
    assert result.verdict == "partial"


def test_a_document_is_the_profiles_own_word():
    documented = debug(CLOSED, 1, artefact="paper.pdf")
    assert judged(PUBLISHED, debug(CLOSED), documented)[0].verdict == "not-applicable"
    _, denied = judged(PUBLISHED, debug(CLOSED), documented, debug(OPEN, 4))
    assert denied[0].evidenced == (debug(OPEN, 4),)


def test_where_the_profile_is_silent_nobody_lied():
    for grade, verdict in ((2, "declared"), (3, "declared"), (4, "declared")):
        result, denied = judged(PUBLISHED, debug(OPEN, grade))
        assert (result.verdict, denied) == (verdict, [])
    assert judged(PUBLISHED, debug(OPEN), debug(OPEN, 4))[1] == []


def test_an_artefact_of_another_product_denies_nothing():
    result, denied = judged(PUBLISHED, debug(CLOSED), debug(OPEN, 4, other=True))
    assert (result.verdict, denied) == ("not-applicable", [])


def test_a_doubt_about_what_no_part_answers_leaves_it_not_assessed():
    table = ClaimTable([debug(CLOSED), debug(OPEN, 2)], VOCABULARY)
    silent = Part("probe", "no-boot")
    result = Evaluator(Facts(table, DAY), (), KNOWN).requirement(row(PUBLISHED, parts=(silent,)), BASELINE)
    assert result.verdict == "not-assessed"


def test_one_lie_that_many_rows_hang_on_is_told_once():
    facts = Facts(ClaimTable([debug(CLOSED), debug(OPEN, 4)], VOCABULARY), DAY)
    evaluator = Evaluator(facts, (), KNOWN)
    results = [evaluator.requirement(row(PUBLISHED, id), BASELINE) for id in ("R-1", "R-2", "R-3")]
    assert len(evaluator.denied) == 1
    assert {r.discrepancies for r in results} == {tuple(evaluator.denied)}
    assert {r.verdict for r in results} == {"contradicted"}


def test_of_several_features_the_absence_of_one_suffices():
    no_boot = said("boot.secure-boot", False)
    result, denied = judged(EITHER, no_boot, debug(OPEN, 4))
    assert (result.verdict, denied) == ("not-applicable", [])
    lied, told = judged(EITHER, debug(CLOSED), debug(OPEN, 4))
    assert (lied.verdict, [d.severity for d in told]) == ("contradicted", ["error"])
    assert "C1 or C2" in told[0].message


def test_what_was_used_as_an_excuse_is_named_with_the_place_in_the_profile():
    _, denied = judged(OURS, debug(CLOSED), debug(OPEN, 4))
    assert "profile:7" in denied[0].message
    assert "what R-1 presupposes" in denied[0].message
    assert denied[0].properties == (), "only the row itself is touched"


# --- a justification answers not-applicable ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["R-1", "house/R-1", "house@2/R-1"])
def test_an_answer_that_the_row_never_allows_is_a_doubt(name):
    result, denied = judged(NEVER, *justified(name))
    assert [(d.severity, d.subject.name) for d in denied] == [("warning", name)]
    assert "R-1 is never not applicable" in denied[0].message
    assert result.verdict == "partial"


def test_an_answer_that_it_is_not_met_excuses_nothing_and_denies_nothing():
    result, denied = judged(NEVER, *justified("R-1", "not-met"))
    assert (result.verdict, denied) == ("declared", [])


@pytest.mark.parametrize("name", ["R-2", "other/R-1", "house@1/R-1"])
def test_an_answer_about_another_row_is_not_heard(name):
    result, denied = judged(NEVER, *justified(name))
    assert (result.verdict, denied) == ("declared", [])


def test_the_most_exact_name_is_the_one_that_is_heard():
    exact = justified("house@2/R-1", "not-met")
    assert judged(NEVER, *justified("R-1"), *justified("house/R-1"), *exact)[1] == []
    family = justified("house/R-1", "not-met")
    assert judged(NEVER, *justified("R-1"), *family)[1] == []
    assert judged(NEVER, *justified("R-1", "not-met"), *justified("house/R-1"))[1] != []


def test_an_answer_while_the_profile_shows_the_feature_is_a_doubt():
    result, denied = judged(PUBLISHED, debug(OPEN), *justified("R-1"))
    assert [(d.severity, d.evidenced) for d in denied] == [("warning", ())]
    assert "C1 is there" in denied[0].message
    assert result.verdict == "partial"


@pytest.mark.parametrize(
    ("grade", "severity", "verdict"),
    [(3, "warning", "partial"), (4, "error", "contradicted"), (5, "error", "contradicted")],
)
def test_an_answer_while_an_artefact_shows_the_feature_is_as_bad_as_the_artefact_is_good(
    grade, severity, verdict
):
    result, denied = judged(PUBLISHED, debug(OPEN, grade), *justified("R-1"))
    assert [d.severity for d in denied] == [severity]
    assert denied[0].evidenced == (debug(OPEN, grade),)
    assert result.verdict == verdict


def test_an_answer_where_nothing_is_known_changes_nothing():
    result, denied = judged(PUBLISHED, *justified("R-1"))
    assert (result.verdict, denied) == ("declared", [])
    assert judged(PUBLISHED, debug(OPEN, 2), *justified("R-1"))[1] == []


def test_an_answer_where_the_feature_is_absent_is_right():
    result, denied = judged(PUBLISHED, debug(CLOSED), *justified("R-1"))
    assert (result.verdict, denied) == ("not-applicable", [])


def test_a_lying_absence_and_a_lying_answer_are_both_told():
    for grade, severity in ((2, "warning"), (4, "error")):
        _, denied = judged(PUBLISHED, debug(CLOSED), debug(OPEN, grade), *justified("R-1"))
        assert [(d.severity, d.subject.kind) for d in denied] == [
            (severity, "product"),
            (severity, "justification"),
        ]


def test_a_doubt_of_the_cross_checks_is_not_told_again():
    closed = [debug(CLOSED), debug(CLOSED, 2)]
    facts = Facts(ClaimTable([*closed, *justified("R-1")], VOCABULARY), DAY)
    warned = Probe("no-debug", "?", ("debug.state",), "evidence", "", {}, KNOWN["no-debug"].run)
    table = ClaimTable([debug(CLOSED), debug(OPEN, 2)], VOCABULARY)
    evaluator = Evaluator(facts, join(table), {**KNOWN, "no-debug": warned})
    result = evaluator.requirement(row(PUBLISHED), BASELINE)
    assert result.verdict != "not-applicable"
    assert evaluator.denied == {}


def test_an_answer_without_reason_is_an_answer_all_the_same():
    only = justified("R-1")[:1]
    assert judged(NEVER, *only)[0].verdict == "partial"
