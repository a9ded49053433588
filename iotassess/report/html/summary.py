"""The first screen: an interval for each baseline, its level, and the number of rows of each verdict."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from iotassess.model.assessment import Assessment, BaselineResult
from iotassess.model.verdict import Verdict
from iotassess.report.headline import percent, short_name
from iotassess.report.html.words import VERDICTS

LEVELS = {
    "L0": "something mandatory is unanswered, not satisfied or contradicted",
    "L1": "declared: every mandatory requirement is answered, and none fails",
    "L2": "evidenced: artefacts show what they can of every gate requirement",
    "L3": "verified: and of every mandatory requirement",
    "L4": "attested: and the state of a device at a known moment",
}
"""Level → what it needs."""

MOST_HELD = 6
"""Ids that are named beside a level; the row's own links lead to the others."""


class Count(NamedTuple):
    """Rows of one verdict."""

    verdict: Verdict
    number: int


class Card(NamedTuple):
    """One baseline at a glance.

    Attributes:
        position: of the baseline, by which rows are filtered.
        result: the baseline.
        name: short.
        proven: share in words.
        claimed: share in words.
        low: left end of the interval in per mille of the bar.
        high: right end.
        level_means: what its level needs.
        counts: verdicts that occur, the worst first.
        held: requirement ids that hold the level down, with the level each of them bars.
        more: how many others there are.
    """

    position: int
    result: BaselineResult
    name: str
    proven: str
    claimed: str
    low: int
    high: int
    level_means: str
    counts: tuple[Count, ...]
    held: tuple[tuple[str, str], ...]
    more: int


def cards(assessment: Assessment) -> tuple[Card, ...]:
    """One card a baseline, in the order of the assessment.

    Args:
        assessment: to show.
    """
    return tuple(_card(index, result) for index, result in enumerate(assessment.baselines))


def _card(index: int, result: BaselineResult) -> Card:
    numbers = Counter(row.verdict for row in result.requirements)
    held = [_split(text) for text in result.because]
    return Card(
        position=index,
        result=result,
        name=result.short_name or short_name(result.id),
        proven=percent(result.proven),
        claimed=percent(result.claimed),
        low=round(result.proven * 1000),
        high=round(max(result.proven, result.claimed) * 1000),
        level_means=LEVELS[result.level],
        counts=tuple(Count(verdict, numbers[verdict]) for verdict in VERDICTS if numbers[verdict]),
        held=tuple(held[:MOST_HELD]),
        more=max(0, len(held) - MOST_HELD),
    )


def _split(because: str) -> tuple[str, str]:
    """Split ``L2: GP-TM-01`` into its level and its id; a reason without a level is all id."""
    level, colon, id = because.partition(": ")
    return (level, id) if colon else ("", because)
