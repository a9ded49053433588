"""What a probe answers, and how answers are put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from iotassess.model.claim import Claim
from iotassess.model.verdict import Outcome


class Answer(NamedTuple):
    """The answer of one probe.

    Attributes:
        outcome: the answer. Probes never say "contradicted": evaluation lays the discrepancies over them.
        because: one sentence, without a full stop at its end.
        claims: the claims used.
        grade: at which it is met; 0 when it is not.
        disputed: an artefact below grade 4 says otherwise.
    """

    outcome: Outcome
    because: str
    claims: tuple[Claim, ...] = ()
    grade: int = 0
    disputed: bool = False


_WORST_FIRST: tuple[Outcome, ...] = ("contradicted", "unmet", "indeterminate", "weaker", "met")


def all_of(answers: Sequence[Answer]) -> Answer:
    """Join answers that must all hold: the worst counts, and the lowest grade.

    Not-applicable answers drop out where there are others. Some answered and some silent is *weaker*, since
    silence must not turn into a "met" and what was answered must not be lost.

    Args:
        answers: at least one; an empty list is indeterminate, because nothing was asked.
    """
    asked = [a for a in answers if a.outcome != "not-applicable"]
    if not asked:
        return answers[0] if answers else Answer("indeterminate", "nothing was asked")
    if len(asked) == 1:
        (only,) = asked
        return Answer(
            only.outcome,
            only.because,
            _once(only.claims),
            only.grade if only.outcome == "met" else 0,
            only.disputed,
        )
    outcomes = {a.outcome for a in asked}
    worst = next(o for o in _WORST_FIRST if o in outcomes)
    claims = _once([c for a in asked for c in a.claims])
    disputed = any(a.disputed for a in asked)
    if worst == "indeterminate" and len(outcomes) > 1:
        silent = [a.because for a in asked if a.outcome == "indeterminate"]
        return Answer("weaker", f"only in part: {silent[0]}", claims, 0, disputed)
    told = [a.because for a in asked if a.outcome == worst]
    grade = min(a.grade for a in asked) if worst == "met" else 0
    because = "; ".join(dict.fromkeys(told[:3] if worst == "met" else told[:2]))
    return Answer(worst, because, claims, grade, disputed)


def _once(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Give each claim once, in order."""
    return tuple(dict.fromkeys(claims)) if len(claims) > 1 else tuple(claims)


def any_of(answers: Sequence[Answer]) -> tuple[Answer, int | None]:
    """Join alternatives: the best arm that holds satisfies, except that a contradicted arm contradicts.

    Args:
        answers: arms, strongest first.

    Returns:
        The joint answer and the index of the arm that gave it (None when no single one did).
    """
    if not answers:
        return Answer("indeterminate", "nothing was asked"), None
    disputed = any(a.disputed for a in answers)
    for index, arm in enumerate(answers):
        if arm.outcome == "contradicted":
            return arm, index
    met = [(arm.grade, -index) for index, arm in enumerate(answers) if arm.outcome == "met"]
    if met:
        index = -max(met)[1]
        return answers[index]._replace(disputed=disputed), index
    for outcome in ("weaker", "indeterminate"):
        for index, arm in enumerate(answers):
            if arm.outcome == outcome:
                chosen = None if outcome == "indeterminate" else index
                claims = _once([c for a in answers for c in a.claims])
                return arm._replace(claims=claims, disputed=disputed), chosen
    unmet = [a for a in answers if a.outcome == "unmet"]
    if unmet:
        claims = tuple(dict.fromkeys(c for a in unmet for c in a.claims))
        because = "; ".join(dict.fromkeys(a.because for a in unmet))
        return Answer("unmet", because, claims, 0, disputed), None
    return answers[0], None
