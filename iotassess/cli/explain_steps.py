"""Next steps in an explanation: what lifts the verdict by one rung, and what goes beyond the baseline."""

from __future__ import annotations

from collections.abc import Mapping

from iotassess.advice import known
from iotassess.baseline.beyond import Standing, further, ladder
from iotassess.baseline.catalogue import Part, Requirement, Technology
from iotassess.baseline.next_steps import Rise, next_rise, rises
from iotassess.baseline.steps import Situation, Step
from iotassess.cli.explain_ids import WHEN, answer_about
from iotassess.model.assessment import Assessment, PartResult, RequirementResult
from iotassess.report.tree import Node

SETTLED = ("verified", "not-applicable")
"""Verdicts that saying more of a feature's absence does not change."""


def next_steps(
    row: Requirement,
    result: RequirementResult | None,
    technologies: Mapping[str, Technology],
    assessment: Assessment | None,
) -> Node:
    """Write the end of a requirement's page.

    Args:
        row: the requirement.
        result: its verdict, or None without a profile.
        technologies: the technology table.
        assessment: the run that the verdict is from.
    """
    situation = Situation(known(), assessment)
    ways = rises(row, situation) if result is None else (next_rise(row, result, situation),)
    found = [node for way in ways for node in _rise(way)]
    found += _absence(row, result, situation, assessment)
    rungs = ladder(row, result)
    if rungs:
        found.append(Node("the ladder, the lowest rung first", tuple(map(_standing, rungs))))
    steps = further(row, technologies, result.in_use if result is not None else ())
    if steps:
        told = tuple(
            Node(
                f"{step.technology}: {step.name}",
                tuple(Node(f"further than {after}: {how}") for after, how in step.after),
            )
            for step in steps
        )
        found.append(Node("beyond the baseline", told))
    return Node("next steps", tuple(found))


def _rise(rise: Rise) -> list[Node]:
    """One rung: from where to where, with its steps."""
    steps = tuple(map(_step, rise.steps))
    if not rise.then:
        return [Node(f"{rise.now}: {rise.note}", steps)]
    how = "" if len(steps) < 2 else " by all of these" if rise.needs == "all" else " by any of these"
    note = [Node(rise.note)] if rise.note else []
    return [Node(f"from {rise.now} to {rise.then}{how}", (*steps, *note))]


def _step(step: Step) -> Node:
    """One step; a group by its arms."""
    if step.steps:
        return Node(step.text, tuple(map(_step, step.steps)))
    return Node(f"{step.probe}: {step.text}" if step.probe else step.text)


def _standing(standing: Standing) -> Node:
    """One rung of a ladder, and whether the profile stands on it."""
    name = f"{standing.rung.name} ({standing.rung.technology})"
    if standing.reached is None:
        return Node(name)
    if standing.reached:
        return Node(f"{name}: reached at grade {standing.grade}")
    return Node(f"{name}: not reached", (Node(standing.because),) if standing.because else ())


def _absence(
    row: Requirement, result: RequirementResult | None, situation: Situation, assessment: Assessment | None
) -> list[Node]:
    """The other way out: an absence that nobody has declared yet."""
    if result is None or result.verdict in SETTLED or row.absence.when is None:
        return []
    found = []
    for id in row.absence.features or (WHEN,):
        answer = answer_about(assessment, id)
        if answer is None or answer.outcome != "indeterminate":
            continue
        places = _places(answer, row.absence.when, situation)
        what = f"{id} is absent" if id != WHEN else "what it presupposes is absent"
        if places:
            found.append(Node(f"it does not apply where {what}: if so, declare {', '.join(places)}"))
    return found


def _places(answer: PartResult, when: Part, situation: Situation) -> tuple[str, ...]:
    """Profile paths that an absence is derived from."""
    ids = [answer.probe] if answer.probe in situation.known.probes else when.probes()
    return situation.places(property for id in ids for property in situation.reads(id))
