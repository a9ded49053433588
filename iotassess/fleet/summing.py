"""From numbers and findings to the summary that is shown: everything in its order."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final, Literal

from iotassess import __version__
from iotassess.fleet.devices import Findings
from iotassess.fleet.tally import OTHERS, Tally
from iotassess.model.assessment import AsOf
from iotassess.model.fleet import (
    NOTHING_LISTED,
    Column,
    Count,
    FirmwareRow,
    Listed,
    ModelRow,
    ModelUsed,
    Period,
    Summary,
    VerdictRow,
)

PeriodName = Literal["day", "week", "month", "quarter"]

MOST_PERIODS: Final = 62
"""Stretches of time that are told apart: two months of days, a year of weeks, five of months."""

MOST_VERSIONS_OF_A_PERIOD: Final = 12
"""Firmware versions that are told apart in one."""


def empty(
    *,
    as_of: AsOf,
    models: Sequence[ModelUsed],
    anchors: Sequence[str],
    stale_after: float | None,
    not_done: Sequence[str],
) -> Summary:
    """Make the summary of no records.

    Args:
        as_of: moment of judgement.
        models: profiles.
        anchors: in words.
        stale_after: seconds.
        not_done: what was not compared, and why.
    """
    return Summary(
        tool_version=__version__,
        as_of=as_of,
        example=any(model.example for model in models),
        records=0,
        sound=0,
        authenticity={},
        component_match={},
        devices=0,
        models=tuple(models),
        anchors=tuple(anchors),
        by_model=(),
        problems=(),
        faults=(),
        discrepancies=(),
        errors=(),
        by_firmware=(),
        verdicts=(),
        period="day",
        drift=(),
        untimed=0,
        worsened=NOTHING_LISTED,
        shared_keys=NOTHING_LISTED,
        stale_after=stale_after,
        stale=NOTHING_LISTED,
        not_done=tuple(not_done),
    )


def sum_up(
    tally: Tally, found: Findings, shared: Listed, about: Summary, columns: Sequence[Column]
) -> Summary:
    """Make the summary.

    Args:
        tally: numbers of all records.
        found: of single devices.
        shared: keys of several devices.
        about: what it says of the run, from ``empty``.
        columns: attestation requirements.
    """
    period, drift = _drift(tally)
    return replace(
        about,
        records=tally.records,
        sound=tally.sound,
        authenticity=_ordered(tally.authenticity),
        component_match=_ordered(tally.component_match),
        devices=found.devices,
        by_model=tuple(
            sorted(
                (ModelRow(model, *numbers) for model, numbers in tally.models.items()),
                key=lambda row: (-row.tokens, row.model),
            )
        ),
        problems=_counts(tally.ids["problems"]),
        faults=_counts(tally.ids["faults"]),
        discrepancies=_counts(tally.ids["discrepancies"]),
        errors=_counts(tally.ids["errors"]),
        by_firmware=_firmware(tally, found),
        verdicts=tuple(
            VerdictRow(column, _ordered(counts))
            for column, counts in zip(columns, tally.verdicts, strict=True)
        ),
        period=period,
        drift=drift,
        untimed=tally.untimed,
        worsened=found.worsened,
        shared_keys=shared,
        stale=found.stale,
        cut=tuple(_cut(tally)),
    )


def _ordered(counts: Counter[str]) -> dict[str, int]:
    """Put the most frequent first, and equal ones by name, so that a summary does not depend on the parts."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _counts(ids: dict[str, list[Any]]) -> tuple[Count, ...]:
    return tuple(
        sorted(
            (Count(id, number, place) for id, (number, place) in ids.items()), key=lambda c: (-c.tokens, c.id)
        )
    )


def _firmware(tally: Tally, found: Findings) -> tuple[FirmwareRow, ...]:
    rows = [
        FirmwareRow(
            model,
            version,
            tokens,
            matched,
            sound,
            found.now.get((model, version), 0),
            _time(first),
            _time(last),
        )
        for (model, version), (tokens, matched, sound, first, last) in tally.versions.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.model, -row.devices, -row.tokens, row.firmware)))


def _time(text: str) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(text) if text else None


def _cut(tally: Tally) -> Iterable[str]:
    if any(version == OTHERS for _, version in tally.versions):
        yield "firmware versions: so many different ones that the later are counted together"
    if OTHERS in tally.ids["errors"]:
        yield "errors of records: so many different ones that the later are counted together"


# --- drift --------------------------------------------------------------------------------------


def _drift(tally: Tally) -> tuple[PeriodName, tuple[Period, ...]]:
    """Put days together to stretches of time, few enough to look at."""
    span = tally.moments()
    if span is None:
        return "day", ()
    period = _period(*span)
    numbers: dict[datetime.date, list[int]] = {}
    versions: dict[datetime.date, Counter[str]] = {}
    for text, counted in tally.days.items():
        start = _start(datetime.date.fromisoformat(text), period)
        own = numbers.setdefault(start, [0] * 4)
        for index, number in enumerate(counted):
            own[index] += number
        versions.setdefault(start, Counter()).update(tally.day_versions.get(text, {}))
    return period, tuple(_of_period(start, numbers[start], versions[start]) for start in sorted(numbers))


def _of_period(start: datetime.date, numbers: Sequence[int], versions: Counter[str]) -> Period:
    tokens, authenticated, matched, sound = numbers
    return Period(start, tokens, authenticated, matched, sound, _most_frequent(versions))


def _period(first: datetime.date, last: datetime.date) -> PeriodName:
    days = (last - first).days + 1
    if days <= MOST_PERIODS:
        return "day"
    if days <= 7 * (MOST_PERIODS - 1):
        return "week"
    if days <= 30 * (MOST_PERIODS - 1):
        return "month"
    return "quarter"


def _start(day: datetime.date, period: PeriodName) -> datetime.date:
    if period == "week":
        return day - datetime.timedelta(days=min(day.weekday(), day.toordinal() - 1))
    if period == "month":
        return day.replace(day=1)
    if period == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day


def _most_frequent(versions: Counter[str]) -> dict[str, int]:
    ordered = _ordered(versions)
    others = ordered.pop(OTHERS, 0)
    kept = dict(list(ordered.items())[:MOST_VERSIONS_OF_A_PERIOD])
    others += sum(ordered.values()) - sum(kept.values())
    return {**kept, OTHERS: others} if others else kept
