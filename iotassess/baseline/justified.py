"""Whether the profile gives a reason for what is not met: the answer of a "justified" part."""

from __future__ import annotations

from collections.abc import Sequence

from iotassess.baseline.absences import justification
from iotassess.baseline.catalogue import Part
from iotassess.baseline.facts import Facts
from iotassess.model.assessment import PartResult, RequirementResult
from iotassess.model.claim import Claim, Value
from iotassess.model.verdict import Verdict

NEEDS_REASON: tuple[Verdict, ...] = ("not-satisfied", "contradicted", "partial", "not-applicable")
"""Verdicts on a requirement that is not met, or does not apply."""

FEWEST_LETTERS = 5
"""Letters and digits of the shortest reason: fewer say no more than that there is one."""

SHOWN = 5
"""Ids named in one sentence; the rest is counted."""


def judge_reasons(
    part: Part, facts: Facts, baseline: str, results: Sequence[RequirementResult]
) -> PartResult:
    """Answer a "justified" part: the worst counts, and the grade is that of the weakest reason.

    A requirement that is not assessed may need a reason or not; then the answer is open.

    Args:
        part: which forces need reasons.
        facts: the claims, among them the justifications.
        baseline: id of the baseline.
        results: verdicts on the other requirements.
    """
    asked = [r for r in results if r.force in part.forces]
    need = [r.id for r in asked if r.verdict in NEEDS_REASON and not _only_doubted(r)]
    given = {r.id: _reason(facts, baseline, r) for r in asked if r.id in need}
    lacking = [id for id in need if given[id] is None]
    silent = [r.id for r in asked if r.verdict == "not-assessed" or _only_doubted(r)]
    claims = tuple(dict.fromkeys(claim for found in given.values() for claim in found or ()))
    what = f"{' and '.join(part.forces)} requirements"

    def answer(outcome: str, because: str, grade: int = 0) -> PartResult:
        return PartResult(
            "justified",
            outcome,  # type: ignore[arg-type]
            "document",
            grade,
            because,
            claims,
            question=f"Has each of the {what} that is not met or not applicable its reason?",
        )

    if lacking:
        return answer("unmet", f"no reason is given for {_some(lacking)}")
    if silent:
        return answer("indeterminate", f"whether a reason is needed is open for {_some(silent)}")
    if not need:
        return answer("met", f"all {len(asked)} {what} are met, so that none needs a reason")
    weakest = min(_grade(facts, found[0]) for found in given.values() if found)
    return answer("met", f"a reason is given for each of {len(need)} {what} that need one", weakest)


def _only_doubted(row: RequirementResult) -> bool:
    """Whether nothing but a doubt keeps a requirement from being met: that is no choice of the maker's."""
    fine = all(p.outcome in ("met", "not-applicable") for p in row.parts)
    return row.verdict == "partial" and bool(row.parts) and fine


def _reason(facts: Facts, baseline: str, row: RequirementResult) -> tuple[Claim, ...] | None:
    """The claims of a justification with a fitting answer and a reason; None when either is missing."""
    said = justification(facts, baseline, row.id)
    fitting = "not-applicable" if row.verdict == "not-applicable" else "not-met"
    if said is None or said.value != fitting:
        return None
    reasons = [c for c in facts.claims("justification.reason", said.subject) if _says_something(c.value)]
    return (said, *reasons) if reasons else None


def _says_something(reason: Value) -> bool:
    """Whether a reason has words in it, and not just a mark."""
    return sum(char.isalnum() for char in str(reason)) >= FEWEST_LETTERS


def _grade(facts: Facts, said: Claim) -> int:
    """Grade of a justification: that of its document, if it has one."""
    return max((int(c.grade) for c in facts.claims("justification", said.subject)), default=0)


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return ", ".join(ids[:SHOWN]) + more
