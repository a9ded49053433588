"""Two JSON values held against each other: each place where they differ, as a JSON pointer (RFC 6901)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from iotassess.model.bundle import Difference

MAX_DIFFERENCES: Final = 10_000
"""Differences that are told; a result of another version may differ in every row, and nobody reads more."""


def differences(was: Any, now: Any) -> tuple[tuple[Difference, ...], int]:
    """Give all places where two JSON values differ, and how many were left out.

    Members of objects are compared by name. Of lists what is equal at both ends is put aside; the rest is
    compared place by place, so that one row more or less does not make every row behind it differ.

    Args:
        was: as ``json.loads`` gives it.
        now: likewise.
    """
    told: list[Difference] = []
    left_out = 0
    for difference in _compare(was, now, ""):
        if len(told) < MAX_DIFFERENCES:
            told.append(difference)
        else:
            left_out += 1
    return tuple(told), left_out


def _compare(was: Any, now: Any, at: str) -> Iterator[Difference]:
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        yield from _objects(was, now, at)
    elif isinstance(was, list) and isinstance(now, list):
        yield from _lists(was, now, at)
    elif not _same(was, now):
        yield Difference(at, "changed", was, now)


def _objects(was: Mapping[str, Any], now: Mapping[str, Any], at: str) -> Iterator[Difference]:
    for name, value in was.items():
        here = f"{at}/{_escaped(name)}"
        if name in now:
            yield from _compare(value, now[name], here)
        else:
            yield Difference(here, "removed", value, None)
    for name, value in now.items():
        if name not in was:
            yield Difference(f"{at}/{_escaped(name)}", "added", None, value)


def _lists(was: Sequence[Any], now: Sequence[Any], at: str) -> Iterator[Difference]:
    shorter = min(len(was), len(now))
    front = next((i for i in range(shorter) if not _same(was[i], now[i])), shorter)
    room = shorter - front
    back = next((i for i in range(room) if not _same(was[-1 - i], now[-1 - i])), room)
    old, new = was[front : len(was) - back], now[front : len(now) - back]
    for i, (one, other) in enumerate(zip(old, new, strict=False), front):
        yield from _compare(one, other, f"{at}/{i}")
    both = min(len(old), len(new))
    for i, value in enumerate(old[both:], front + both):
        yield Difference(f"{at}/{i}", "removed", value, None)
    for i, value in enumerate(new[both:], front + both):
        yield Difference(f"{at}/{i}", "added", None, value)


def _same(one: Any, other: Any) -> bool:
    """Whether two values are written the same: 1, 1.0 and true are three, and members have an order."""
    return one is other or json.dumps(one) == json.dumps(other)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
