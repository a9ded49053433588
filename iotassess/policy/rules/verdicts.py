"""Rules about verdicts and levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from iotassess.model.assessment import BaselineResult, RequirementResult
from iotassess.model.gate import Finding
from iotassess.model.verdict import Level
from iotassess.policy.policy import Wanted
from iotassess.policy.scene import Scene, about_release, about_requirement, name_of

LEVELS = get_args(Level)


def mandatory(baseline: BaselineResult) -> tuple[RequirementResult, ...]:
    """Requirements of a baseline that have to be satisfied; where it has no such word, its gate rows."""
    rows = tuple(r for r in baseline.requirements if r.force == "mandatory")
    return rows or tuple(r for r in baseline.requirements if r.gate)


def baselines_assessed(scene: Scene, value: bool) -> Iterator[Finding]:
    """The baselines that the policy names are assessed.

    Looks at: baselines of the policy.

    Why it matters: a run that leaves the inconvenient baseline out must not pass.

    Decides: fails on each that is not among those of the run. A policy that names none asks for none.
    """
    assessed = {baseline.id for baseline in scene.assessment.baselines}
    for id in scene.baselines:
        if id not in assessed:
            yield about_release("baselines-assessed", f"{id} is not assessed, though the policy names it", id)


def mandatory_satisfied(scene: Scene, value: bool) -> Iterator[Finding]:
    """No mandatory requirement is not-satisfied.

    Looks at: the mandatory requirements of every baseline; where it has no such word, its gate requirements.

    Why it matters: they are what the document calls indispensable.

    Decides: fails on each that is not-satisfied. One that is not assessed is told by --strict. A waiver for
    the requirement holds it back.
    """
    for baseline in scene.assessment.baselines:
        for row in mandatory(baseline):
            if row.verdict == "not-satisfied":
                message = f"{name_of(baseline, row)} is not satisfied: {'; '.join(row.because)}"
                yield about_requirement("mandatory-satisfied", baseline, row, message, scene)


def minimum_level(scene: Scene, value: Mapping[str, Level]) -> Iterator[Finding]:
    """Each baseline reaches the level that the policy asks for.

    Looks at: the levels of the baselines that the policy names.

    Why it matters: a level is the weakest link, so that no average hides a gap.

    Decides: fails where a level is lower, or the baseline is not assessed. No waiver holds it back, since the
    level tells of one step only what is missing.
    """
    levels = {baseline.id: baseline for baseline in scene.assessment.baselines}
    for id, wanted in value.items():
        found = levels.get(id)
        if found is None:
            message = f"{id} is not assessed, expected level {wanted}"
        elif LEVELS.index(found.level) < LEVELS.index(wanted):
            message = (
                f"{id} has level {found.level}, expected {wanted}; held back: {', '.join(found.because)}"
            )
        else:
            continue
        yield about_release("minimum-level", message, id)


def minimum_verdict(scene: Scene, value: Mapping[str, Wanted]) -> Iterator[Finding]:
    """Requirements reach the verdicts and grades that the policy asks for.

    Looks at: the requirements that the policy names.

    Why it matters: some requirements must be proven before a product ships, whatever the levels say.

    Decides: fails where the verdict is less than asked for, its grade is lower, or it is not assessed at
    all. A waiver for the requirement holds it back, unless it is contradicted.
    """
    rows = {name_of(baseline, row): (baseline, row) for baseline, row in scene.rows()}
    for name, wanted in value.items():
        expected = " or ".join(wanted.verdicts) + (f" at grade {wanted.grade}" if wanted.grade else "")
        if name not in rows:
            message = f"{name} is not assessed, expected {expected}"
            yield about_release("minimum-verdict", message, name)
            continue
        baseline, row = rows[name]
        enough = row.verdict in wanted.verdicts and (
            row.grade >= wanted.grade or row.verdict == "not-applicable"
        )
        if not enough:
            got = f"{row.verdict} at grade {row.grade}" if row.verdict in wanted.verdicts else row.verdict
            message = f"{name} is {got}, expected {expected}: {'; '.join(row.because)}"
            yield about_requirement("minimum-verdict", baseline, row, message, scene)
