"""The ratchet: whatever became better elsewhere, one thing that is worse fails the release."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.baseline.facts import Facts
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.artefact import Artefact, Role
from iotassess.model.assessment import Assessment, BaselineResult, PartResult, ProductName, RequirementResult
from iotassess.model.counter import COUNTER_KINDS, Counter
from iotassess.model.verdict import VERDICTS
from iotassess.model.waiver import Waiver
from iotassess.policy.comparing import compare, verdict_step
from iotassess.policy.gate import Will, through_gate
from iotassess.policy.policy import Policy, Rules
from iotassess.policy.snapshot import snapshot
from iotassess.policy.waivers import with_waivers
from tests.examples import AS_OF

DAY = AS_OF.date
RATCHET = Rules(
    **{
        name: False
        for name in Rules.__dataclass_fields__
        if name not in ("same_product", "requirements_not_worse", "artefacts_not_gone", "counters_not_back")
    }
)
"""Nothing but the rules that look at an earlier result, so that they alone decide."""

WORSE = {
    "verified": {"declared", "partial", "not-assessed", "not-satisfied", "contradicted", "not-applicable"},
    "declared": {"partial", "not-assessed", "not-satisfied", "contradicted", "not-applicable"},
    "partial": {"not-assessed", "not-satisfied", "contradicted", "not-applicable"},
    "not-assessed": {"not-satisfied", "contradicted", "not-applicable"},
    "not-satisfied": {"contradicted", "not-applicable"},
    "contradicted": {"not-applicable"},
    "not-applicable": {"partial", "not-assessed", "not-satisfied", "contradicted"},
}
"""Verdict → those that are worse than it, by hand."""


@pytest.mark.parametrize("old", VERDICTS)
@pytest.mark.parametrize("new", VERDICTS)
def test_the_order_of_verdicts_is_the_one_written_here(old, new):
    assert (verdict_step(old, new) < 0) == (new in WORSE[old])
    assert (verdict_step(old, new) == 0) == (old == new)


# --- random pairs of results ------------------------------------------------------------------------

IDS = ("1", "2", "3", "4")
graded = st.integers(0, 5)


def requirement(id, verdict, grade, parts=()):
    return RequirementResult(
        id, "", "", "", "mandatory", True, False, verdict, grade, (), tuple(parts), (), ""
    )


@st.composite
def rows(draw):
    found = {}
    for id in draw(st.lists(st.sampled_from(IDS), unique=True, min_size=1)):
        verdict = draw(st.sampled_from(VERDICTS))
        grade = draw(graded) if verdict in ("verified", "declared") else 0
        parts = [
            PartResult(f"probe-{n}", draw(st.sampled_from(["met", "weaker", "unmet", "indeterminate"])),
                       "evidence", draw(graded), "")
            for n in range(2)
        ]  # fmt: skip
        found[id] = requirement(id, verdict, grade, parts)
    return found


def baseline(requirements, *, sha="a" * 64, id="b"):
    empty = dict.fromkeys(VERDICTS, 0)
    return BaselineResult(
        id, "1", "", sha, "L0", "", 0.0, 0.0, (), len(requirements), len(requirements), empty, empty,
        tuple(requirements.values()),
    )  # fmt: skip


def result(requirements, **fields):
    base = Assessment(
        tool_version="0", as_of=AS_OF, product=ProductName("v", "m"), profile_path="p", profile_sha256="",
        example=False, artefacts=(), anchors=(), discrepancies=(), baselines=(baseline(requirements),),
        not_done=(),
    )  # fmt: skip
    return replace(base, **fields)


def ask(old, new, waivers=()):
    facts = Facts(ClaimTable((), {}), DAY)
    will = Will(Policy(rules=RATCHET), against=snapshot(old))
    gate = through_gate(with_waivers(new, waivers), facts, will).gate
    assert gate is not None
    return gate


def is_worse(old, new):
    """A requirement is worse, by the table above and by nothing else."""
    return (
        new is None
        or new.verdict in WORSE[old.verdict]
        or (new.verdict == old.verdict and new.grade < old.grade)
    )


@given(rows(), rows(), st.sets(st.sampled_from(IDS)))
def test_one_requirement_that_is_worse_and_not_waived_fails(old, new, waived):
    waivers = [Waiver(f"b/{id}", "", "risk-accepted", "why", "who", DAY, DAY) for id in sorted(waived)]
    gate = ask(result(old), result(new), waivers)
    for id, row in old.items():
        now = new.get(id)
        if not is_worse(row, now):
            continue
        covered = id in waived and (now is None or now.verdict != "contradicted")
        if not covered:
            assert not gate.passed
            assert any(f.about == f"b/{id}" for f in gate.failures)


@given(rows())
def test_a_result_held_against_itself_passes(same):
    assert ask(result(same), result(same)).passed


@given(rows(), rows())
def test_nothing_fails_that_did_not_become_worse(old, new):
    """The other way round, with parts: what fails has a verdict, a grade or a part that went down."""
    gate = ask(result(old), result(new))
    rank = ["unmet", "indeterminate", "weaker", "met"]
    for finding in gate.failures:
        id = finding.about.removeprefix("b/")
        before, now = old[id], new.get(id)
        part_down = now is not None and any(
            rank.index(b.outcome) < rank.index(a.outcome) or (b.outcome == a.outcome and b.grade < a.grade)
            for a, b in zip(before.parts, now.parts, strict=True)
        )
        assert is_worse(before, now) or part_down


def test_a_part_that_is_worse_is_not_paid_for_by_another():
    met = PartResult("one", "met", "evidence", 4, "")
    unmet = PartResult("two", "unmet", "evidence", 0, "")
    old = {"1": requirement("1", "not-satisfied", 0, [met, unmet])}
    turned = [replace(met, outcome="unmet", grade=0), replace(unmet, outcome="met", grade=4)]
    new = {"1": requirement("1", "not-satisfied", 0, turned)}
    assert not ask(result(old), result(new)).passed


def test_parts_of_another_catalogue_are_not_compared():
    met = PartResult("one", "met", "evidence", 4, "")
    old = {"1": requirement("1", "declared", 0, [met])}
    new = {"1": requirement("1", "declared", 0, [replace(met, outcome="weaker", grade=0)])}
    other = result(new, baselines=(baseline(new, sha="b" * 64),))
    assert ask(result(old), other).passed
    assert not ask(result(old), result(new)).passed
    changes = compare(snapshot(result(old)), snapshot(other)).baselines
    assert [(c.comparable, c.shares) for c in changes] == [(False, ())], "and shares of it are not told"


def test_a_baseline_that_is_gone_fails_once():
    old = {"1": requirement("1", "declared", 0)}
    gone = result(old, baselines=(baseline(old, id="other"),))
    gate = ask(result(old), gone)
    assert [f.message for f in gate.failures] == ["b was assessed, and is not any more: -b b"]


# --- artefacts --------------------------------------------------------------------------------------


def artefact(path, kind, grade, sha="0" * 64):
    authenticity = "authenticated" if grade >= 4 else "unverified"
    return Artefact(path, kind, None, sha, 1, True, authenticity, binding="bound", grade=grade)


kinds = st.sampled_from(["psa-token", "suit-envelope"])
some = st.lists(
    st.tuples(st.sampled_from("abc"), kinds, st.integers(2, 5)), unique_by=lambda r: r[0], max_size=3
)


@given(some, some)
def test_every_artefact_that_was_worth_something_needs_a_successor_of_its_kind(old, new):
    one = {"1": requirement("1", "declared", 0)}
    gate = ask(
        result(one, artefacts=tuple(artefact(*row, sha=f"{i:064x}") for i, row in enumerate(old))),
        result(one, artefacts=tuple(artefact(*row, sha=f"{i:064x}") for i, row in enumerate(new))),
    )
    for kind in ("psa-token", "suit-envelope"):
        before = sorted((g for _, k, g in old if k == kind and g > 2), reverse=True)
        now = sorted((g for _, k, g in new if k == kind), reverse=True)
        enough = len(now) >= len(before) and all(b >= a for a, b in zip(before, now, strict=False))
        if not enough:
            assert "artefacts-not-gone" in {f.rule for f in gate.failures}


def test_a_file_that_was_renamed_is_no_loss():
    one = {"1": requirement("1", "declared", 0)}
    old = result(one, artefacts=(artefact("v1/token", "psa-token", 5),))
    assert ask(old, result(one, artefacts=(artefact("v2/token", "psa-token", 5),))).passed
    assert not ask(old, result(one, artefacts=(artefact("v2/token", "psa-token", 4),))).passed


# --- counters ---------------------------------------------------------------------------------------


def with_counter(value, content=("sha-256:aa",), kind="suit-sequence-number"):
    one = {"1": requirement("1", "declared", 0)}
    return result(one, counters=(Counter(kind, "x", value, content),))


@pytest.mark.parametrize(
    ("before", "after", "passes"),
    [
        ((7, ("sha-256:aa",)), (8, ("sha-256:bb",)), True),
        ((7, ("sha-256:aa",)), (7, ("sha-256:aa",)), True),
        ((7, ("sha-256:aa",)), (7, ("sha-256:bb",)), False),
        ((7, ("sha-256:aa",)), (6, ("sha-256:aa",)), False),
        ((7, ()), (7, ("sha-256:bb",)), True),
        ((7, ("sha-256:aa",)), (7, ("sha-256:aa", "sha-384:cc")), True),
        (("1.2", ("sha-256:aa",)), ("1.10", ("sha-256:bb",)), True),
        (("1.2", ("sha-256:aa",)), ("1.2.0", ("sha-256:bb",)), False),
        (("1.2", ("sha-256:aa",)), ("1.1", ("sha-256:bb",)), False),
        (("bookworm", ("sha-256:aa",)), ("trixie", ("sha-256:bb",)), False),
        (("bookworm", ("sha-256:aa",)), ("bookworm", ("sha-256:aa",)), True),
    ],
)
def test_a_counter_goes_up_or_stays_with_what_it_counts(before, after, passes):
    gate = ask(with_counter(*before), with_counter(*after))
    assert gate.passed == passes
    assert {f.rule for f in gate.failures} <= {"counters-not-back"}


@pytest.mark.parametrize("kind", COUNTER_KINDS)
def test_a_counter_that_is_gone_fails_unless_the_policy_does_not_count_it(kind):
    old = with_counter(7, kind=kind)
    new = replace(old, counters=())
    assert not ask(old, new).passed
    facts = Facts(ClaimTable((), {}), DAY)
    others = tuple(other for other in COUNTER_KINDS if other != kind)
    will = Will(Policy(rules=replace(RATCHET, counters_not_back=others)), against=snapshot(old))
    assert through_gate(new, facts, will).gate.passed


# --- products ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "passes"),
    [
        ({"oemid": "1"}, {"oemid": "1", "hwmodel": "ab"}, True),
        ({"oemid": "1"}, {"oemid": "2"}, False),
        ({"oemid": "1"}, {}, False),
    ],
)
def test_the_earlier_result_has_to_be_of_the_same_product(before, after, passes):
    one = {"1": requirement("1", "declared", 0)}
    gate = ask(result(one, identity=before), result(one, identity=after))
    assert gate.passed == passes
    other = ask(result(one), result(one, product=ProductName("v", "another")))
    assert {f.rule for f in other.failures} == {"same-product"}


# --- one release after the other --------------------------------------------------------------------


def passes_after(old, new, waivers=()):
    """The result of a release held against another one, with the gate's answer in it."""
    facts = Facts(ClaimTable((), {}), DAY)
    will = Will(Policy(rules=replace(RATCHET, earlier_result_passed=True)), against=snapshot(old))
    return through_gate(with_waivers(new, waivers), facts, will)


def one_row(verdict, grade=0):
    return result({"1": requirement("1", verdict, grade)})


WAIVED = (Waiver("b/1", "", "risk-accepted", "why", "who", DAY, DAY),)


def test_a_release_that_the_gate_stopped_is_nothing_to_be_held_against():
    first = one_row("verified", 4)
    second = passes_after(first, one_row("partial"))
    assert not second.gate.passed
    third = passes_after(second, one_row("partial"))
    assert {f.rule for f in third.gate.failures} == {"earlier-result-passed"}
    assert passes_after(first, one_row("verified", 4)).gate.passed


def test_a_regression_that_was_waived_once_is_not_forgotten():
    first = one_row("verified", 4)
    second = passes_after(first, one_row("partial"), WAIVED)
    assert second.gate.passed
    third = passes_after(second, one_row("partial"))
    assert [f.before[:2] for f in third.gate.failures] == [("verified", 4)]
    again = passes_after(second, one_row("partial"), WAIVED)
    assert again.gate.passed
    fourth = passes_after(again, one_row("declared", 2))
    assert not fourth.gate.passed, "better than it was, and not yet what it was before"
    assert passes_after(again, one_row("verified", 4)).gate.passed
    assert passes_after(again, one_row("verified", 5)).gate.passed


def test_what_was_waived_is_forgiven_once_it_is_what_it_was_before():
    second = passes_after(one_row("verified", 4), one_row("partial"), WAIVED)
    third = passes_after(second, one_row("verified", 4))
    assert third.gate.findings == ()
    assert passes_after(third, one_row("verified", 4)).gate.passed


def test_a_waived_regression_of_a_part_is_not_forgotten():
    """Verdict and grade stay, and a part is worse: later releases are held against that part, too."""
    answers = (("met", 4), ("unmet", 0))
    met, unmet = (PartResult("one", outcome, "evidence", grade, "") for outcome, grade in answers)

    def release(part):
        return result({"1": requirement("1", "not-satisfied", 0, [part])})

    second = passes_after(release(met), release(unmet), WAIVED)
    assert second.gate.passed
    assert not passes_after(second, release(unmet)).gate.passed
    assert passes_after(second, release(met)).gate.passed


def test_a_waived_requirement_that_is_gone_later_is_still_owed():
    first = one_row("verified", 4)
    gone = result({"2": requirement("2", "declared", 0)})
    second = passes_after(first, gone, WAIVED)
    assert second.gate.passed
    third = passes_after(second, gone)
    assert [f.about for f in third.gate.failures] == ["b/1"]


def test_an_earlier_result_of_a_later_day_is_refused():
    later = replace(one_row("declared"), as_of=AS_OF._replace(start=AS_OF.start + datetime.timedelta(1)))
    found = passes_after(later, one_row("declared"))
    assert {f.rule for f in found.gate.failures} == {"earlier-result-passed"}


def test_digests_under_another_algorithm_do_not_hide_that_the_bytes_changed():
    old = with_counter(7, ("sha-256:aa",))
    assert not ask(old, with_counter(7, ("sha-512:bb",))).passed
    assert not ask(old, with_counter(7, ())).passed
    assert ask(old, with_counter(8, ("sha-512:bb",))).passed


def test_a_manifest_under_another_name_starts_above_the_others():
    one = {"1": requirement("1", "declared", 0)}

    def release(*numbers):
        return result(one, counters=tuple(Counter("suit-sequence-number", of, n) for of, n in numbers))

    old = release(("class a", 4), ("class b", 9))
    assert not ask(old, release(("class a", 10), ("class b", 10), ("class c", 9))).passed
    assert ask(old, release(("class a", 10), ("class b", 10), ("class c", 10))).passed
    assert ask(release(), release(("class c", 1))).passed


def about(path, kind, grade, *, sha, device="", component=""):
    found = artefact(path, kind, grade, sha)
    role = Role("image", component, 3) if component else None
    return replace(found, device=device, role=role)


def compared(old, new):
    one = {"1": requirement("1", "declared", 0)}
    return ask(result(one, artefacts=tuple(old)), result(one, artefacts=tuple(new))).passed


def test_copies_of_one_token_do_not_stand_for_other_devices():
    three = [about(f"t{n}", "psa-token", 5, sha=f"{n}" * 64, device=f"d{n}") for n in "123"]
    again = [about(f"t{n}", "psa-token", 5, sha="1" * 64, device="d1") for n in "123"]
    others = [about(f"t{n}", "psa-token", 5, sha=f"{n}" * 64, device="d1") for n in "456"]
    newer = [about(f"u{n}", "psa-token", 5, sha=f"{n}" * 64, device=f"e{n}") for n in "456"]
    assert not compared(three, again)
    assert not compared(three, others)
    assert compared(three, newer), "other devices may be sampled"
    assert compared(three, [*three, *newer])


def test_an_image_is_succeeded_by_one_of_the_same_component():
    old = [about(f"{n}.bin", "firmware-image", 4, sha=n * 64, component=n) for n in "ab"]
    assert compared(old, [about(f"{n}2.bin", "firmware-image", 4, sha="c" * 64, component=n) for n in "ab"])
    assert not compared(old, [old[0], about("b.bin", "firmware-image", 4, sha="a" * 64, component="a")])
    assert not compared(old, [old[0], about("c.bin", "firmware-image", 4, sha="c" * 64, component="c")])


def test_what_the_policy_takes_unsigned_may_not_go():
    one = {"1": requirement("1", "declared", 0)}
    old = result(one, artefacts=(replace(artefact("m.json", "mud", 2), authenticity="unsigned"),))
    facts = Facts(ClaimTable((), {}), DAY)
    for unsigned, passes in (((), True), (("mud",), False)):
        will = Will(Policy(rules=replace(RATCHET, artefacts_authenticated=unsigned)), against=snapshot(old))
        gate = through_gate(result(one), facts, will).gate
        assert ("artefacts-not-gone" not in {f.rule for f in gate.failures}) == passes
