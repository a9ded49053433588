"""Where the lines, bars and letters of a fleet's page stand: numbers of its drawings, in their own units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from iotassess.model.fleet import Summary
from iotassess.report.fleet_summary_time import Stretch, parts_of, stretches, versions
from iotassess.report.fleet_summary_words import share

LETTERS: Final = "ABCDEF"
"""Firmware versions that are told apart; all others are one colour."""
OTHER: Final = "·"
MOST_STRETCHES: Final = 62
"""Stretches of time: as many as a summary tells apart, but for quarters of centuries."""

WIDTH: Final = 960
HEIGHT: Final = 260
LEFT: Final = 46
RIGHT: Final = 950
TOP: Final = 10
BOTTOM: Final = 226
"""Edges of what is drawn: the rest is for the numbers at the axes."""
LEAST_LETTER: Final = 13
"""Units that a letter needs in both directions."""
MOST_DATES: Final = 6
BAR: Final = 1000
"""Units of a bar beside a text."""


class Box(NamedTuple):
    """A piece of a bar.

    Attributes:
        key: which of the things that are told apart: a letter, or a verdict.
        x: its left edge.
        y: its upper edge.
        width: of it.
        height: of it.
        letter: that is written in it, or "" where there is no room.
        says: what it shows, in words.
    """

    key: str
    x: float
    y: float
    width: float
    height: float
    letter: str = ""
    says: str = ""


class Date(NamedTuple):
    """A day at the axis of time."""

    x: float
    text: str


class Curve(NamedTuple):
    """A share in the course of time; it is broken where nothing was received.

    Attributes:
        key: of what.
        paths: points of each piece, for a polyline.
        dots: each point.
    """

    key: str
    paths: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]


class Figures(NamedTuple):
    """All that is drawn of a fleet in the course of time.

    Attributes:
        stretches: of time.
        names: firmware versions that are told apart.
        others: there are other versions.
        firmware: pieces of the bars.
        curves: authenticated and sound.
        dates: at the axis.
        firmware_says: what the bars show, in words.
        curves_say: what the lines show.
    """

    stretches: tuple[Stretch, ...]
    names: tuple[str, ...]
    others: bool
    firmware: tuple[Box, ...]
    curves: tuple[Curve, ...]
    dates: tuple[Date, ...]
    firmware_says: str
    curves_say: str


def figures(summary: Summary) -> Figures | None:
    """Draw the course of time; None where no record has a time.

    Args:
        summary: of the fleet.
    """
    found = stretches(summary.drift, summary.period, MOST_STRETCHES)
    if not found:
        return None
    names = versions(summary.drift, len(LETTERS))
    return Figures(
        found,
        names,
        any(parts_of(one, names)[-1] for one in found),
        tuple(_firmware(found, names)),
        (_curve("authenticated", found), _curve("sound", found)),
        tuple(_dates(found)),
        _firmware_says(found, names),
        " ".join(_said_of(key, found) for key in ("authenticated", "sound")),
    )


def bar(counts: Mapping[str, int], order: Sequence[str]) -> tuple[Box, ...]:
    """Lay the parts of a whole beside each other.

    Args:
        counts: key → number.
        order: of the keys.
    """
    whole = sum(counts.get(key, 0) for key in order)
    at = 0
    boxes = []
    for key in order:
        count = counts.get(key, 0)
        if count:
            start, end = at * BAR / whole, (at + count) * BAR / whole
            boxes.append(Box(key, _round(start), 0, _round(end - start), 1))
            at += count
    return tuple(boxes)


def _round(value: float) -> float:
    return round(value, 2)


def _step(found: Sequence[Stretch]) -> float:
    return (RIGHT - LEFT) / len(found)


def _middle(index: int, found: Sequence[Stretch]) -> float:
    return _round(LEFT + (index + 0.5) * _step(found))


def _firmware(found: Sequence[Stretch], names: Sequence[str]) -> Iterator[Box]:
    step = _step(found)
    gap = 1 if step > LEAST_LETTER / 2 else 0
    for index, one in enumerate(found):
        parts = parts_of(one, names)
        whole = sum(parts)
        at = 0
        for n, part in enumerate(parts):
            if not part:
                continue
            key = LETTERS[n] if n < len(names) else OTHER
            high = part * (BOTTOM - TOP) / whole
            y = BOTTOM - (at + part) * (BOTTOM - TOP) / whole
            at += part
            room = min(step - gap, high) >= LEAST_LETTER
            says = f"from {one.start.isoformat()}: {key} {share(part, whole)}"
            x = LEFT + index * step
            yield Box(key, _round(x), _round(y), _round(step - gap), _round(high), key if room else "", says)


def _curve(key: str, found: Sequence[Stretch]) -> Curve:
    pieces: list[list[tuple[float, float]]] = [[]]
    for index, one in enumerate(found):
        if one.tokens:
            part = _number(key, one) / one.tokens
            pieces[-1].append((_middle(index, found), _round(BOTTOM - part * (BOTTOM - TOP))))
        elif pieces[-1]:
            pieces.append([])
    full = [piece for piece in pieces if piece]
    paths = tuple(" ".join(f"{x},{y}" for x, y in piece) for piece in full if len(piece) > 1)
    return Curve(key, paths, tuple(point for piece in full for point in piece))


def _number(key: str, one: Stretch) -> int:
    return one.sound if key == "sound" else one.authenticated


def _dates(found: Sequence[Stretch]) -> Iterator[Date]:
    every = -(-len(found) // MOST_DATES)
    for index in range(0, len(found), every):
        yield Date(_round(LEFT + index * _step(found)), found[index].start.isoformat())


def _firmware_says(found: Sequence[Stretch], names: Sequence[str]) -> str:
    """Say how the shares of versions began and ended."""
    told = [one for one in found if any(parts_of(one, names))]
    if not told:
        return "No token was authenticated at any time."
    first, last = told[0], told[-1]
    shares = []
    for n, name in enumerate(names):
        before, after = parts_of(first, names)[n], parts_of(last, names)[n]
        began, ended = share(before, sum(first.firmware.values())), share(after, sum(last.firmware.values()))
        shares.append(f"{LETTERS[n]}, {name or 'no version'}: {began} at first, {ended} at last")
    return f"From {first.start.isoformat()} to {last.start.isoformat()}. {'; '.join(shares)}."


def _said_of(key: str, found: Sequence[Stretch]) -> str:
    told = [one for one in found if one.tokens]
    if not told:
        return ""
    lowest = min(told, key=lambda one: _number(key, one) / one.tokens)
    first, last = (share(_number(key, one), one.tokens) for one in (told[0], told[-1]))
    return (
        f"{key.capitalize()}: {first} at first, {last} at last, lowest "
        f"{share(_number(key, lowest), lowest.tokens)} from {lowest.start.isoformat()}."
    )
