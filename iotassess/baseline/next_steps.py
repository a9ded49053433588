"""What would lift a verdict by one rung: for each part that holds it down, what to do, and with which file.

The rules are those of docs/explanation/verdicts.md, read backwards: a step is named only where the next
verdict follows from it. Where nothing can lift a part, that is said, and why. Nothing here judges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from iotassess.baseline.catalogue import Part, Requirement
from iotassess.baseline.coverage import can_be_verified
from iotassess.baseline.raising import MAKERS_WORD, group_step, raised, refreshed, why_not_authenticated
from iotassess.baseline.steps import Action, Situation, Step, listed, merged, why_stuck
from iotassess.model.assessment import Discrepancy, PartResult, RequirementResult
from iotassess.model.claim import Grade
from iotassess.model.verdict import Verdict


class Rise(NamedTuple):
    """From one rung to the next.

    Attributes:
        now: where the requirement stands.
        then: where it stands afterwards, or an empty string where nothing lifts it.
        needs: whether all steps are needed, or any of them is enough.
        steps: for each part that holds it down.
        note: what has to be known, or why nothing lifts it.
    """

    now: str
    then: str
    needs: Literal["all", "any"]
    steps: tuple[Step, ...] = ()
    note: str = ""


def next_rise(row: Requirement, result: RequirementResult, situation: Situation) -> Rise:
    """Tell what lifts a verdict by one rung.

    Args:
        row: the requirement.
        result: its verdict.
        situation: what the verdict hangs on.
    """
    if row.not_checkable:
        return Rise(result.verdict, "", "all", note=f"no step: no tool can check it ({row.not_checkable})")
    return _FROM[result.verdict](row, result, situation)


def _from_contradicted(_: Requirement, result: RequirementResult, situation: Situation) -> Rise:
    """Every disagreement that contradicts has to be settled."""
    steps = tuple(map(_settle, _disagreements(result, situation, "error")))
    if not steps:
        steps = tuple(Step(p.probe, "resolve", p.because) for p in _those(result.parts, "contradicted"))
    return Rise("contradicted", "what the parts give then", "all", steps)


def _from_unsatisfied(_: Requirement, result: RequirementResult, situation: Situation) -> Rise:
    """Every part that is unmet has to be changed in the product, or declared rightly."""
    steps = tuple(_answer(part, situation) for part in _those(result.parts, "unmet"))
    return Rise("not-satisfied", "what the other parts give", "all", steps)


def _from_inapplicable(row: Requirement, result: RequirementResult, situation: Situation) -> Rise:
    """Nothing to do; what would make it apply."""
    when = row.absence.when
    probes = list(when.probes()) if when is not None else [p.probe for p in result.parts]
    leaves = situation.places(property for id in probes for property in situation.reads(id))
    note = "nothing to do"
    if leaves:
        note += f"; it would apply if the profile, or an artefact, said otherwise of {listed(leaves)}"
    return Rise("not-applicable", "", "all", note=note)


def _from_silence(_: Requirement, result: RequirementResult, situation: Situation) -> Rise:
    """Any part that is answered well lifts it."""
    steps = tuple(_answer(part, situation) for part in _those(result.parts, "indeterminate"))
    possible = tuple(step for step in steps if step.action != "stay")
    if not possible:
        return Rise(
            "not-assessed", "", "any", note=f"no step: {why_stuck(steps) or 'nothing can be declared'}"
        )
    then = "declared" if len(steps) == 1 else "partial, and declared when all of them are answered"
    return Rise("not-assessed", then, "any", possible)


def _from_partial(_: Requirement, result: RequirementResult, situation: Situation) -> Rise:
    """Every part that is open, weaker or in doubt holds it down."""
    steps = [_answer(p, situation) for p in result.parts if p.outcome in ("indeterminate", "weaker")]
    doubts = [_settle(found) for found in _disagreements(result, situation, "warning")]
    if not doubts:
        doubts = [
            Step(p.probe, "resolve", f"an artefact below grade 4 says otherwise, while {p.because}")
            for p in result.parts
            if p.disputed
        ]
    steps += doubts
    stuck = [step for step in steps if step.action == "stay"]
    if stuck:
        possible = tuple(step for step in steps if step.action != "stay")
        return Rise("partial", "", "all", possible, f"the verdict stays: {why_stuck(stuck)}")
    return Rise("partial", "declared, or verified where artefacts show all of it", "all", tuple(steps))


def _from_declared(row: Requirement, result: RequirementResult, situation: Situation) -> Rise:
    """The parts of the lowest grade hold it down; whether it can be verified the kinds of its parts tell."""
    now = f"declared at grade {result.grade}"
    if row.process and result.grade >= Grade.DOCUMENTED:
        note = "nothing lifts it further: what an organisation does is shown by documents, at grade 1"
        return Rise(now, "", "all", note=note)
    asked = [p for p in result.parts if p.outcome != "not-applicable"]
    weak = [(p, raised(p, situation)) for p in asked if p.grade < Grade.AUTHENTICATED or _on_paper(p)]
    possible = tuple(step for _, step in weak if step.action != "stay")
    stuck = [step for part, step in weak if part.grade == result.grade and step.action == "stay"]
    if stuck or not possible:
        note = f"the verdict stays: {why_stuck(stuck)}"
        if possible:
            note += "; the steps lift single parts, which counts towards a level"
        return Rise(now, "", "all", merged(possible), note)
    if can_be_verified(row, situation.known.probes) and len(possible) == len(weak):
        return Rise(now, "verified", "all", merged(possible))
    lowest = tuple(step for part, step in weak if part.grade == result.grade)
    return Rise(now, "declared at a higher grade", "all", merged(lowest))


def _from_verified(row: Requirement, result: RequirementResult, situation: Situation) -> Rise:
    """Proven; fresh evidence is one rung more, where it is about the state of a device."""
    now = f"verified at grade {result.grade}"
    stale = [p for p in result.parts if p.outcome != "not-applicable" and p.grade < Grade.FRESH]
    if not row.attestation or not stale:
        return Rise(now, "", "all", note="nothing to do: it is proven")
    steps = tuple(refreshed(part, situation) for part in stale)
    stuck = [step for step in steps if step.action == "stay"]
    if stuck:
        return Rise(now, "", "all", note=f"it is proven, and not all of it can be fresh: {why_stuck(stuck)}")
    return Rise(now, "verified at grade 5", "all", merged(steps))


_FROM: dict[Verdict, Callable[[Requirement, RequirementResult, Situation], Rise]] = {
    "contradicted": _from_contradicted,
    "not-satisfied": _from_unsatisfied,
    "not-applicable": _from_inapplicable,
    "not-assessed": _from_silence,
    "partial": _from_partial,
    "declared": _from_declared,
    "verified": _from_verified,
}


def _those(parts: Iterable[PartResult], outcome: str) -> list[PartResult]:
    return [part for part in parts if part.outcome == outcome]


def _disagreements(result: RequirementResult, situation: Situation, severity: str) -> list[Discrepancy]:
    return [d for d in situation.disagreements(result.discrepancies) if d.severity == severity]


def _settle(found: Discrepancy) -> Step:
    """A disagreement: its message says who says what, and what to do."""
    leaves = (found.declared.source.path,) if found.declared is not None else ()
    return Step(found.id, "resolve", found.message, leaves)


def _on_paper(part: PartResult) -> bool:
    """Whether what answered is of the kind that artefacts cannot show."""
    answering = part if part.chosen is None else part.arms[part.chosen]
    return part.kind == "document" or answering.kind == "document"


def _answer(part: PartResult, situation: Situation) -> Step:
    """What answers a part, or corrects it."""
    if part.outcome == "weaker" and _only_grade(part):
        return raised(part, situation)
    if part.arms:
        return group_step(part, _lacking(part), lambda arm: _answer(arm, situation))
    if part.probe == "justified":
        return _justify(part, situation)
    if part.outcome in ("unmet", "weaker") and not part.because.startswith("only in part: "):
        return _correct(part, situation)
    return _declare(part, situation)


def _lacking(part: PartResult) -> list[PartResult]:
    """Arms of a group that is not met, which would change its answer."""
    if part.probe == "any_of":
        return [arm for arm in part.arms if arm.outcome not in ("met", "not-applicable")]
    wanted = ("unmet",) if part.outcome == "unmet" else ("weaker", "indeterminate")
    return [arm for arm in part.arms if arm.outcome in wanted]


def _only_grade(part: PartResult) -> bool:
    """Whether it is weaker only since a higher grade is asked: the sentence is that of evaluation."""
    return part.because.endswith(" is asked") and ", at grade " in part.because


def _asks(part: PartResult, situation: Situation) -> str:
    decides = situation.decides(part.probe)
    return f" ({decides})" if decides else ""


def _correct(part: PartResult, situation: Situation) -> Step:
    """Change the product, and then what is declared; what artefacts show has to be shown anew."""
    leaves = tuple(dict.fromkeys(c.source.path for c in part.claims if c.source.artefact is None))
    leaves = leaves or situation.places(_declared(part.probe, situation))
    text = (
        f"{part.because}; change that in the product, then declare {listed(leaves)}{_asks(part, situation)}"
    )
    shown = listed(
        str(c.source.artefact) for c in part.claims if c.source.artefact and c.grade > Grade.DECODED
    )
    if shown:
        text += f", and replace {shown} by evidence of the changed product"
    return Step(part.probe, "correct", text, leaves)


def _declare(part: PartResult, situation: Situation) -> Step:
    """Say what is silent."""
    reads = _declared(part.probe, situation)
    said = {claim.property for claim in part.claims if claim.grade != Grade.DECODED or claim.observed}
    silent = situation.places(id for id in reads if id not in said) or situation.places(reads)
    if not silent:
        return Step(part.probe, "stay", "nothing that can be declared answers it")
    text = f"declare {listed(silent)}{_asks(part, situation)}"
    for path in dict.fromkeys(c.source.artefact for c in part.claims if c.grade == Grade.DECODED):
        artefact = situation.artefact(path)
        if artefact is not None:
            text += f"; {path} says something, but {why_not_authenticated(artefact)}"
    return Step(part.probe, "declare", text, silent)


def _declared(probe: str, situation: Situation) -> list[str]:
    """Properties that a probe reads, without the dates of documents: those come with the documents."""
    return [id for id in situation.reads(probe) if not id.endswith(".document-date")]


def _justify(part: PartResult, situation: Situation) -> Step:
    """Give the reasons that lack, or answer the requirements that may need one."""
    leaves = situation.places(("justification.any", "justification.answer", "justification.reason"))
    todo = f"add to {listed(leaves)}" if part.outcome == "unmet" else "answer those requirements first"
    return Step(part.probe, "justify", f"{part.because}: {todo}", leaves)


def rises(row: Requirement, situation: Situation) -> tuple[Rise, ...]:
    """Tell the way up for a requirement without a profile: from silence to proof.

    Args:
        row: the requirement.
        situation: what there is to refer to.
    """
    if row.not_checkable:
        return (Rise("not-assessed", "", "all", note=f"no tool can check it ({row.not_checkable})"),)
    said = tuple(_unsaid(part, situation) for part in row.parts)
    found = [Rise("not-assessed", "declared", "all", said)]
    shown = [_way_to_proof(part, situation) for part in row.parts]
    possible = tuple(step for step in shown if step.action != "stay")
    whole = can_be_verified(row, situation.known.probes)
    then = "verified" if whole else "declared at a higher grade" if possible else ""
    note = "" if whole else f"it is never verified: {why_stuck(s for s in shown if s.action == 'stay')}"
    if not whole and len(possible) == len(shown):
        note = "it is never verified: some of it only documents can show"
    found.append(Rise("declared", then, "all", merged(possible), note))
    if row.attestation and whole:
        step = Step("", "refresh", "give each device a challenge, and name it: --nonce HEX")
        found.append(Rise("verified", "verified at grade 5", "all", (step,)))
    return tuple(found)


def _unsaid(part: Part, situation: Situation) -> Step:
    """What to declare for a part of which nothing is known."""
    if part.join == "justified":
        leaves = situation.places(("justification.any",))
        return Step(
            "justified", "justify", f"give a reason for each that is not met: {listed(leaves)}", leaves
        )
    if part.join == "probe":
        leaves = situation.places(_declared(part.probe, situation))
        action: Action = "declare" if leaves else "stay"
        return Step(part.probe, action, f"declare {listed(leaves)}", leaves)
    steps = tuple(_unsaid(arm, situation) for arm in part.arms)
    text = "one of these, the strongest first" if part.join == "any_of" else "all of these"
    return Step(part.join, "declare", text, steps=steps)


def _way_to_proof(part: Part, situation: Situation) -> Step:
    """What shows a part: artefacts with an anchor, or a dated document."""
    if part.join == "probe":
        nothing = PartResult(part.probe, "met", situation.known.probes[part.probe].kind, 0, "")
        return raised(nothing, situation)
    if part.join == "justified":
        return Step("justified", "stay", MAKERS_WORD)
    arms = tuple(PartResult(arm.join, "met", "evidence", 0, "") for arm in part.arms)
    ways = iter([_way_to_proof(arm, situation) for arm in part.arms])
    return group_step(PartResult(part.join, "met", "evidence", 0, "", arms=arms), arms, lambda _: next(ways))
