"""A fleet in the course of time, for the reports of its summary: an even axis, and versions to tell apart."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from iotassess.model.fleet import Period

OTHERS: Final = "(others)"
"""Under this name a summary counts what it does not tell apart."""


class Stretch(NamedTuple):
    """Some periods of time put together.

    Attributes:
        start: first day of it.
        tokens: received in it; 0 where nothing was heard.
        authenticated: how many of them.
        matched: how many have matching components.
        sound: how many are.
        firmware: version → authenticated tokens.
    """

    start: datetime.date
    tokens: int
    authenticated: int
    matched: int
    sound: int
    firmware: Mapping[str, int]


def stretches(drift: Sequence[Period], period: str, most: int) -> tuple[Stretch, ...]:
    """Put a fleet's periods on an even axis of time: periods without a token are there, empty.

    Args:
        drift: in the order of time.
        period: how long each is: day, week, month or quarter.
        most: stretches at most; where there are more periods, neighbours are put together.
    """
    if not drift:
        return ()
    first = min(_index(one.start, period) for one in drift)
    length = max(_index(one.start, period) for one in drift) - first + 1
    size = -(-length // most)
    held: dict[int, list[Period]] = {}
    for one in drift:
        held.setdefault((_index(one.start, period) - first) // size, []).append(one)
    count = -(-length // size)
    return tuple(_stretch(_start(first + n * size, period), held.get(n, ())) for n in range(count))


def periods_in(drift: Sequence[Period], period: str, most: int) -> int:
    """Give how many periods a stretch of :func:`stretches` has."""
    if not drift:
        return 1
    indices = [_index(one.start, period) for one in drift]
    return -(-(max(indices) - min(indices) + 1) // most)


def versions(drift: Sequence[Period], most: int) -> tuple[str, ...]:
    """Give the most frequent firmware versions of all time, the most frequent first; never the others."""
    total: dict[str, int] = {}
    for one in drift:
        for name, count in one.firmware.items():
            total[name] = total.get(name, 0) + count
    total.pop(OTHERS, None)
    return tuple(sorted(total, key=lambda name: (-total[name], name))[:most])


def parts_of(stretch: Stretch, names: Sequence[str]) -> tuple[int, ...]:
    """Give the authenticated tokens of each version, and last those of all others."""
    own = [stretch.firmware.get(name, 0) for name in names]
    return (*own, sum(stretch.firmware.values()) - sum(own))


def _stretch(start: datetime.date, held: Sequence[Period]) -> Stretch:
    firmware: dict[str, int] = {}
    for one in held:
        for name, count in one.firmware.items():
            firmware[name] = firmware.get(name, 0) + count
    return Stretch(
        start,
        sum(one.tokens for one in held),
        sum(one.authenticated for one in held),
        sum(one.matched for one in held),
        sum(one.sound for one in held),
        firmware,
    )


def _index(start: datetime.date, period: str) -> int:
    """Number a period, so that neighbours have neighbouring numbers. Day 1 was a Monday, as weeks begin."""
    if period == "week":
        return (start.toordinal() - 1) // 7
    if period == "month":
        return start.year * 12 + start.month - 1
    if period == "quarter":
        return start.year * 4 + (start.month - 1) // 3
    return start.toordinal()


def _start(index: int, period: str) -> datetime.date:
    """Give the first day of a period; the other way round."""
    if period == "week":
        return datetime.date.fromordinal(index * 7 + 1)
    if period == "month":
        return datetime.date(index // 12, index % 12 + 1, 1)
    if period == "quarter":
        return datetime.date(index // 4, index % 4 * 3 + 1, 1)
    return datetime.date.fromordinal(index)
