"""The verdict table, row by row, over made-up probes."""

import datetime

import pytest

from iotassess.baseline.answers import Answer
from iotassess.baseline.catalogue import Absence, Part, Requirement
from iotassess.baseline.evaluate import Evaluator
from iotassess.baseline.facts import Facts
from iotassess.baseline.registry import Probe
from iotassess.crosscheck.join import make_discrepancy
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.claim import PRODUCT, Claim, Source

NEVER = Absence("never")
FACTS = Facts(ClaimTable([], {}), datetime.date(2026, 11, 1))


def probe(id, outcome, grade=0, kind="evidence", disputed=False, reads=()):
    answer = Answer(outcome, f"{id} says {outcome}", (), grade, disputed)
    return Probe(id, f"{id}?", reads, kind, "", {}, lambda facts: answer)


def ask(id, **more):
    return Part("probe", id, **more)


def judge(probes, parts=None, absence=NEVER, discrepancies=(), **more):
    known = {p.id: p for p in probes}
    listed = tuple(ask(p.id) for p in probes if p.id != "absent") if parts is None else tuple(parts)
    row = Requirement(
        "R-1", "t", "s", "c", "1", "measure", False, False, listed, absence, (), "do it", **more
    )  # fmt: skip
    return Evaluator(FACTS, discrepancies, known).requirement(row)


def found(error, property="p"):
    return make_discrepancy(
        "debug-contradiction", PRODUCT, "m", declared=None, evidenced=[], properties=[property], error=error
    )


@pytest.mark.parametrize(
    ("probes", "verdict", "grade"),
    [
        ([probe("a", "met", 4)], "verified", 4),
        ([probe("a", "met", 5), probe("b", "met", 4)], "verified", 4),
        ([probe("a", "met", 4), probe("b", "met", 3)], "declared", 3),
        ([probe("a", "met", 5), probe("b", "met", 5, "document")], "declared", 5),
        ([probe("a", "met", 0)], "declared", 0),
        ([probe("a", "met", 1, "document")], "declared", 1),
        ([probe("a", "met", 4), probe("b", "indeterminate")], "partial", 0),
        ([probe("a", "met", 4), probe("b", "weaker")], "partial", 0),
        ([probe("a", "met", 5, disputed=True)], "partial", 0),
        ([probe("a", "indeterminate")], "not-assessed", 0),
        ([probe("a", "indeterminate", disputed=True)], "not-assessed", 0),
        ([probe("a", "met", 5), probe("b", "unmet")], "not-satisfied", 0),
        ([probe("a", "indeterminate"), probe("b", "unmet")], "not-satisfied", 0),
        ([probe("a", "met", 4), probe("b", "not-applicable")], "verified", 4),
        ([probe("a", "not-applicable")], "not-assessed", 0),
    ],
)
def test_verdict_follows_from_the_parts(probes, verdict, grade):
    result = judge(probes)
    assert (result.verdict, result.grade) == (verdict, grade)
    assert result.because


def test_no_parts_never_pass():
    assert judge([], []).verdict == "not-assessed"


def test_an_error_contradicts_whatever_the_parts_say_and_a_warning_disputes():
    reads = probe("a", "met", 5, reads=("p",))
    assert judge([reads], discrepancies=[found(True)]).verdict == "contradicted"
    assert judge([reads], discrepancies=[found(False)]).verdict == "partial"
    assert judge([reads], discrepancies=[found(True, "q")]).verdict == "verified"
    unmet = probe("b", "unmet")
    assert judge([reads, unmet], discrepancies=[found(True)]).verdict == "contradicted"
    assert judge([reads], discrepancies=[found(True)]).discrepancies == (found(True).fingerprint,)


def test_not_applicable_needs_the_catalogues_leave_and_a_derived_absence():
    met, silent = probe("a", "met", 4), probe("a", "indeterminate")
    leave = Absence("our-convention", ask("absent"), "why")
    assert judge([met, probe("absent", "met", 0)], absence=leave).verdict == "not-applicable"
    assert judge([silent, probe("absent", "met", 0)], absence=leave).verdict == "not-applicable"
    assert judge([met, probe("absent", "unmet")], absence=leave).verdict == "verified"
    assert judge([met, probe("absent", "indeterminate")], absence=leave).verdict == "verified"
    assert judge([met, probe("absent", "weaker")], absence=leave).verdict == "verified"
    assert judge([met, probe("absent", "met", 0, disputed=True)], absence=leave).verdict == "verified"
    assert judge([probe("a", "unmet"), probe("absent", "met")], absence=leave).verdict == "not-satisfied"
    result = judge([met, probe("absent", "met", 0)], absence=leave)
    assert (result.absence_shown, result.not_applicable_basis) == (False, "our-convention")
    assert judge([met, probe("absent", "met", 4)], absence=leave).absence_shown
    assert "why" in result.because


def test_parts_that_all_drop_out_need_the_catalogues_leave_too():
    gone = probe("a", "not-applicable")
    leave = Absence("our-convention", ask("absent"), "why")
    assert judge([gone, probe("absent", "indeterminate")], absence=leave).verdict == "not-applicable"


def test_parts_that_all_drop_out_are_no_leave_where_the_document_says_what_it_hangs_on():
    gone = probe("a", "not-applicable")
    published = Absence("published", ask("absent"), "C1")
    for absent, verdict in (
        (probe("absent", "indeterminate"), "not-assessed"),
        (probe("absent", "unmet"), "not-assessed"),
        (probe("absent", "met", 0, disputed=True), "not-assessed"),
        (probe("absent", "met", 0), "not-applicable"),
    ):
        assert judge([gone, absent], absence=published).verdict == verdict
    assert judge([gone]).verdict == "not-assessed"


def test_what_no_tool_can_check_is_never_assessed():
    result = judge([], not_checkable="nobody can tell")
    assert (result.verdict, result.grade) == ("not-assessed", 0)
    assert result.because == ("no tool can check it: nobody can tell",)
    leave = Absence("our-convention", ask("absent"), "why")
    assert judge([probe("absent", "met")], absence=leave, not_checkable="x").verdict == "not-assessed"


@pytest.mark.parametrize("kind", ["evidence", "document"])
@pytest.mark.parametrize(("grade", "capped"), [(0, 0), (1, 1), (3, 1), (4, 1), (5, 1)])
def test_what_people_do_is_never_more_than_documented(grade, capped, kind):
    result = judge([probe("a", "met", grade, kind)], process=True)
    assert (result.verdict, result.grade, result.process) == ("declared", capped, True)
    assert [p.grade for p in result.parts] == [capped]


def test_the_arms_of_what_people_do_are_no_more_than_documented_either():
    probes = [probe("a", "met", 5), probe("b", "met", 4)]
    inner = Part("any_of", arms=(ask("a"), Part("all_of", arms=(ask("a"), ask("b")))))
    result = judge(probes, [inner], process=True)
    first, second = result.parts[0].arms
    assert (result.verdict, first.grade, second.grade) == ("declared", 1, 1)
    assert [arm.grade for arm in second.arms] == [1, 1]
    assert judge(probes, [inner]).parts[0].arms[0].grade == 5


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [("unmet", "not-satisfied"), ("weaker", "partial"), ("indeterminate", "not-assessed")],
)
def test_what_people_do_fails_like_everything_else(outcome, verdict):
    assert judge([probe("a", outcome)], process=True).verdict == verdict
    assert judge([probe("a", "met", 5, reads=("p",))], process=True, discrepancies=[found(True)]).verdict == (
        "contradicted"
    )


def test_a_group_of_alternatives_takes_the_best_arm_and_its_kind():
    document, evidence = probe("d", "met", 1, "document"), probe("e", "met", 4)
    group = Part("any_of", arms=(ask("e"), ask("d")))
    assert judge([document, evidence], [group]).verdict == "verified"
    weak = probe("e", "indeterminate")
    result = judge([document, weak], [group])
    assert (result.verdict, result.parts[0].kind, result.parts[0].chosen) == ("declared", "evidence", 1)


def test_a_document_arm_never_verifies_and_stays_a_part_that_evidence_could_show():
    group = Part("any_of", arms=(ask("e"), ask("d")))
    result = judge([probe("d", "met", 4, "document"), probe("e", "indeterminate")], [group])
    assert (result.verdict, result.parts[0].kind) == ("declared", "evidence")
    paper = Part("any_of", arms=(ask("d"),))
    assert judge([probe("d", "met", 4, "document")], [paper]).parts[0].kind == "document"


def test_a_contradicted_arm_contradicts_the_group():
    group = Part("any_of", arms=(ask("a"), ask("b")))
    probes = [probe("a", "met", 5), probe("b", "unmet", reads=("p",))]
    assert judge(probes, [group], discrepancies=[found(True)]).verdict == "contradicted"


def test_all_of_is_evidence_only_if_every_arm_is():
    group = Part("all_of", arms=(ask("a"), ask("b")))
    mixed = [probe("a", "met", 4), probe("b", "met", 4, "document")]
    assert judge(mixed, [group]).parts[0].kind == "document"
    both = [probe("a", "met", 4), probe("b", "met", 4)]
    assert judge(both, [group]).verdict == "verified"


def test_a_group_without_answer_is_evidence_if_one_arm_could_show_it():
    group = Part("any_of", arms=(ask("a"), ask("b")))
    result = judge([probe("a", "indeterminate"), probe("b", "indeterminate", kind="document")], [group])
    assert (result.verdict, result.parts[0].kind) == ("not-assessed", "evidence")


def test_min_grade_only_raises():
    part = ask("a", min_grade=4)
    assert judge([probe("a", "met", 3)], [part]).verdict == "partial"
    assert judge([probe("a", "met", 4)], [part]).verdict == "verified"
    assert judge([probe("a", "unmet")], [part]).verdict == "not-satisfied"


def test_an_answer_is_computed_once_for_all_requirements():
    calls = []
    counted = Probe(
        "a", "a?", (), "evidence", "", {}, lambda facts: calls.append(1) or Answer("met", "x", (), 4)
    )
    evaluator = Evaluator(FACTS, (), {"a": counted})
    evaluator.part(ask("a"))
    evaluator.part(ask("a"))
    assert len(calls) == 1


def test_a_dispute_reaches_the_requirement_through_groups_and_a_raised_grade():
    doubtful, sound = probe("a", "met", 5, disputed=True), probe("b", "met", 5)
    for join in ("any_of", "all_of"):
        assert judge([doubtful, sound], [Part(join, arms=(ask("a"), ask("b")))]).verdict == "partial"
    raised = judge([probe("a", "met", 3, disputed=True)], [ask("a", min_grade=4)]).parts[0]
    assert (raised.outcome, raised.grade, raised.disputed) == ("weaker", 0, True)
    assert "at grade 3 where 4 is asked" in raised.because


@pytest.mark.parametrize("disputed", [False, True])
def test_an_alternative_that_only_evidence_can_answer_excuses_nothing_while_there_is_none(disputed):
    waiting, denied = probe("e", "indeterminate", disputed=disputed), probe("d", "unmet")
    group = Part("any_of", arms=(ask("e", min_grade=4), ask("d")))
    result = judge([waiting, denied], [group])
    assert (result.verdict, result.parts[0].disputed) == ("not-satisfied", disputed)
    assert judge([waiting, denied], [Part("any_of", arms=(ask("e"), ask("d")))]).verdict == "not-assessed"
    shown = judge([probe("e", "met", 4), denied], [group])
    assert (shown.verdict, shown.parts[0].chosen) == ("verified", 0)
    alone = judge([waiting], [Part("any_of", arms=(ask("e", min_grade=4),))])
    assert alone.verdict == "not-assessed"


def test_the_arm_that_answers_is_named_among_all_arms():
    group = Part("any_of", arms=(ask("e", min_grade=4), ask("d")))
    assert judge([probe("e", "indeterminate"), probe("d", "met", 0)], [group]).parts[0].chosen == 1


def test_a_contradicted_part_names_both_sides_and_has_no_grade():
    declared, shown = (
        Claim(PRODUCT, "p", value, grade, Source(path, "p"))
        for value, grade, path in ((1, 0, None), (2, 4, "a"))
    )
    clash = make_discrepancy(
        "debug-contradiction",
        PRODUCT,
        "m",
        declared=declared,
        evidenced=[shown],
        properties=["p"],
        error=True,
    )
    part = judge([probe("a", "met", 5, reads=("p",))], discrepancies=[clash]).parts[0]
    assert (part.outcome, part.grade, part.claims) == ("contradicted", 0, (declared, shown))
    assert part.because == "debug-contradiction: m"


def test_parameters_reach_the_probe_and_answers_of_others_are_not_reused():
    asked = Probe(
        "a", "a?", (), "evidence", "", {"least": 0}, lambda facts, least: Answer("met", str(least), (), least)
    )
    evaluator = Evaluator(FACTS, (), {"a": asked})
    assert [evaluator.part(ask("a", params={"least": n})).grade for n in (3, 4)] == [3, 4]


def test_a_result_carries_what_the_catalogue_says():
    row = Requirement(
        "R-9",
        "title",
        "summary",
        "category",
        "1",
        "mandatory",
        True,
        True,
        (ask("a"),),
        NEVER,
        ("cose",),
        "do",
    )
    result = Evaluator(FACTS, (), {"a": probe("a", "met", 4)}).requirement(row)
    told = (result.id, result.title, result.summary, result.category, result.force, result.gate)
    assert told == ("R-9", "title", "summary", "category", "mandatory", True)
    assert (result.attestation, result.technologies, result.remediation) == (True, ("cose",), "do")
    assert (result.parts[0].probe, result.parts[0].question) == ("a", "a?")
    assert (result.status, result.process) == ("", False)
    assert judge([probe("a", "met", 4)], status="M C (1)", process=True).status == "M C (1)"
