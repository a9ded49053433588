import pytest

from iotassess.baseline.answers import Answer, all_of, any_of


def a(outcome, grade=0, disputed=False):
    return Answer(outcome, f"{outcome} {grade}", (), grade, disputed)


@pytest.mark.parametrize(
    ("answers", "outcome", "grade"),
    [
        ([], "indeterminate", 0),
        ([a("met", 4)], "met", 4),
        ([a("met", 4), a("met", 0)], "met", 0),
        ([a("met", 4), a("weaker")], "weaker", 0),
        ([a("met", 4), a("indeterminate")], "weaker", 0),
        ([a("weaker"), a("indeterminate")], "weaker", 0),
        ([a("indeterminate"), a("indeterminate")], "indeterminate", 0),
        ([a("unmet"), a("indeterminate"), a("met", 5)], "unmet", 0),
        ([a("contradicted"), a("unmet")], "contradicted", 0),
        ([a("not-applicable"), a("met", 3)], "met", 3),
        ([a("not-applicable"), a("not-applicable")], "not-applicable", 0),
    ],
)
def test_all_of_is_as_weak_as_its_weakest(answers, outcome, grade):
    joined = all_of(answers)
    assert (joined.outcome, joined.grade) == (outcome, grade)


@pytest.mark.parametrize(
    ("answers", "outcome", "grade", "chosen"),
    [
        ([], "indeterminate", 0, None),
        ([a("met", 0), a("met", 4)], "met", 4, 1),
        ([a("met", 4), a("met", 4)], "met", 4, 0),
        ([a("unmet"), a("met", 0)], "met", 0, 1),
        ([a("indeterminate"), a("met", 1)], "met", 1, 1),
        ([a("contradicted"), a("met", 5)], "contradicted", 0, 0),
        ([a("unmet"), a("weaker")], "weaker", 0, 1),
        ([a("unmet"), a("indeterminate")], "indeterminate", 0, None),
        ([a("unmet"), a("unmet")], "unmet", 0, None),
        ([a("not-applicable"), a("unmet")], "unmet", 0, None),
        ([a("not-applicable"), a("not-applicable")], "not-applicable", 0, None),
    ],
)
def test_any_of_takes_the_best_arm_unless_one_is_contradicted(answers, outcome, grade, chosen):
    joined, arm = any_of(answers)
    assert (joined.outcome, joined.grade, arm) == (outcome, grade, chosen)


def test_a_dispute_in_any_arm_disputes_the_group():
    assert any_of([a("met", 4), a("unmet", disputed=True)])[0].disputed
    assert any_of([a("unmet"), a("unmet", disputed=True)])[0].disputed
    assert all_of([a("met", 4), a("met", 4, disputed=True)]).disputed
    assert not all_of([a("met", 4)]).disputed
