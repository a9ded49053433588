"""The tables of a fleet's summary on a terminal: by model, by firmware, by requirement, by id, over time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from iotassess.model.fleet import COMPONENT_MATCHES, Count, FirmwareRow, Summary
from iotassess.model.verdict import VERDICTS
from iotassess.report.escape import safe
from iotassess.report.fleet_summary_time import Stretch, parts_of, periods_in, stretches, versions
from iotassess.report.fleet_summary_words import (
    AUTHENTICITY,
    COMPONENTS,
    MATCHED,
    NO_VERSION,
    NONE,
    UNKNOWN_MODEL,
    counted,
    day,
    is_error,
    number,
    place,
    share,
    unreadable,
)
from iotassess.report.fleet_summary_words import firmware as versions_of
from iotassess.report.grid import Head, grid
from iotassess.report.layout import Paragraph, Span, paragraph

MOST_ROWS: Final = 20
"""Rows of a table: a screen at most."""
MOST_VERSIONS: Final = 8
"""Firmware versions of a model."""
MOST_STRETCHES: Final = 15
"""Rows of the table over time: four days each where a fleet is looked at for two months."""
MOST_TEXT: Final = 200
"""Characters of a message or note; of a name in a table its columns are the limit."""
BAR: Final = 20
"""Columns of a bar, 5 % each."""
LETTERS: Final = "ABCDEF"
"""Firmware versions that a bar tells apart; all others are one sign."""
OTHER: Final = "."
DEEP: Final = 4
"""An indent at which the rest of a text need not stand further in to be told from what begins a line."""
ELSEWHERE: Final = "in the Parquet files"

STYLES: Final = {
    "verified": "green",
    "declared": "cyan",
    "partial": "yellow",
    "not-satisfied": "red",
    "contradicted": "bold red",
    "not-assessed": "magenta",
    "not-applicable": "bright_black",
}
_LETTER_STYLES: Final = ("cyan", "magenta", "yellow", "green", "red", "bright_black", "bright_black")


class Screen(NamedTuple):
    """What lines are written for: the width of the terminal, its colours, the folder that paths lead from."""

    width: int
    colour: bool
    folder: str

    def text(self, said: str, style: str = "", indent: int = 2) -> Iterator[str]:
        """Write a text, wrapped."""
        hang = 2 if indent < DEEP else 0
        yield from paragraph(said, style, indent=indent, hang=hang).lines(self.width, self.colour)

    def pieces(self, *spans: Span, indent: int = 2) -> Iterator[str]:
        """Write pieces, none of which is torn apart where that can be helped."""
        yield from Paragraph(spans, indent, 2, whole=True).lines(self.width, self.colour)

    def title(self, said: str, style: str = "bold") -> Iterator[str]:
        """Write a heading."""
        yield ""
        yield from paragraph(said, style, hang=2).lines(self.width, self.colour)

    def grid(self, heads: Sequence[Head], rows: Sequence[Sequence[Span]]) -> Iterator[str]:
        """Write a table."""
        yield from grid(heads, rows, self.width, self.colour)

    def more(self, left: int) -> Iterator[str]:
        """Say how many rows are left out, and where they are."""
        if left > 0:
            yield from self.text(f"and {number(left)} more: {ELSEWHERE}", "bright_black")


def cells(*texts: str) -> list[Span]:
    """Make cells without a style."""
    return [Span(text) for text in texts]


def models(summary: Summary, screen: Screen) -> Iterator[str]:
    """Write what the tokens of each model come to."""
    rows = summary.by_model
    if not rows:
        return
    yield from screen.title("By model")
    heads = (
        Head("model"),
        Head("tokens", True),
        Head("authenticated", True),
        Head("matched", True),
        Head("sound", True),
    )
    shown = [
        [
            Span(safe(row.model) or UNKNOWN_MODEL),
            *cells(
                number(row.tokens),
                share(row.authenticated, row.tokens),
                share(row.matched, row.authenticated),
                share(row.sound, row.tokens),
            ),
        ]
        for row in rows[:MOST_ROWS]
    ]
    yield from screen.grid(heads, shown)
    yield from screen.more(len(rows) - MOST_ROWS)
    yield from screen.text(f"matched: {MATCHED}. Shares are rounded down.", "bright_black")


def firmware(summary: Summary, screen: Screen) -> Iterator[str]:
    """Write which firmware runs on how many devices of each model."""
    rows = summary.by_firmware
    if not rows:
        return
    yield from screen.title("By firmware, as authenticated tokens say it")
    heads = (
        Head("firmware"),
        Head("devices now", True),
        Head("tokens", True),
        Head("matched", True),
        Head("sound", True),
        Head("last", True),
    )
    found = versions_of(summary, MOST_ROWS, MOST_VERSIONS)
    shown: list[list[Span]] = []
    for model, own, left in found:
        shown.append([Span(safe(model) or UNKNOWN_MODEL, "bold")])
        shown += [_firmware(row) for row in own]
        if left:
            shown.append([Span(f"  and {number(left)} more: {ELSEWHERE}", "bright_black")])
    yield from screen.grid(heads, shown)
    yield from screen.more(len({row.model for row in rows}) - len(found))


def _firmware(row: FirmwareRow) -> list[Span]:
    return [
        Span(f"  {safe(row.firmware) or NO_VERSION}"),
        *cells(
            number(row.devices),
            number(row.tokens),
            share(row.matched, row.tokens),
            share(row.sound, row.tokens),
            day(row.last),
        ),
    ]


def tokens(summary: Summary, screen: Screen) -> Iterator[str]:
    """Write who vouches for the tokens, and whether they measure what was released."""
    missing = unreadable(summary)
    if summary.records:
        yield from screen.title("Authenticity of all records")
        rows = [(name, summary.authenticity.get(name, 0), told) for name, told in AUTHENTICITY.items()]
        rows.append(("no token", missing, "the record holds none that can be read"))
        yield from _shares(rows, summary.records, screen)
    if summary.component_match:
        yield from screen.title("Software that authenticated tokens measure, against reference values")
        order = (*COMPONENT_MATCHES, *sorted(summary.component_match.keys() - set(COMPONENT_MATCHES)))
        found = [(name, summary.component_match.get(name, 0), COMPONENTS.get(name, "")) for name in order]
        yield from _shares(found, sum(summary.component_match.values()), screen)


def _shares(rows: Iterable[tuple[str, int, str]], whole: int, screen: Screen) -> Iterator[str]:
    heads = (Head(""), Head("tokens", True), Head("share", True), Head("meaning", wraps=True))
    shown = [cells(name, number(count), share(count, whole), told) for name, count, told in rows if count]
    yield from screen.grid(heads, shown)


def verdicts(summary: Summary, screen: Screen) -> Iterator[str]:
    """Write the verdicts of each attestation requirement over all tokens."""
    for baseline, rows in groupby(summary.verdicts, key=lambda row: row.column.baseline):
        heading = f"Attestation requirements of {safe(baseline, MOST_TEXT)}: verdicts of tokens"
        yield from screen.title(heading)
        for row in rows:
            known = [name for name in VERDICTS if row.counts.get(name)]
            others = [name for name in row.counts if name not in VERDICTS and row.counts[name]]
            told = [
                (f"{number(row.counts[name])} {safe(name) or 'no verdict'}", name)
                for name in (*known, *others)
            ]
            spans = [
                Span(said if n == len(told) else f"{said} ·", STYLES.get(name, ""))
                for n, (said, name) in enumerate(told, 1)
            ]
            title = f"{safe(row.column.requirement)} {safe(row.column.title, MOST_TEXT)}:"
            yield from screen.pieces(Span(title), *(spans or [Span("no token")]))


def ids(
    title: str, rows: Sequence[Count], meaning: Callable[[str], str], screen: Screen, noun: str = "token"
) -> Iterator[str]:
    """Write how often each id was found, what it means, and where it was found first.

    Args:
        title: what they are.
        rows: most frequent first.
        meaning: of an id.
        screen: to write for.
        noun: what is counted.
    """
    if not rows:
        return
    yield from screen.title(f"{title} ({number(len(rows))})")
    for row in rows[:MOST_ROWS]:
        yield from screen.pieces(
            Span(f"{safe(row.id, MOST_TEXT)}:", "red" if is_error(row.id) else "yellow"),
            Span(f"{counted(row.tokens, noun)},"),
            Span(f"first in {safe(place(row.example, screen.folder), MOST_TEXT)}", "bright_black"),
        )
        if said := meaning(row.id):
            yield from screen.text(said, "bright_black", 4)
    yield from screen.more(len(rows) - MOST_ROWS)


def drift(summary: Summary, screen: Screen) -> Iterator[str]:
    """Write how the fleet changed in the course of time: shares, and a bar of firmware versions."""
    if not summary.drift:
        return
    each = periods_in(summary.drift, summary.period, MOST_STRETCHES)
    length = summary.period if each == 1 else f"{number(each)} {summary.period}s"
    yield from screen.title(f"Drift, a row each {length}")
    names = versions(summary.drift, len(LETTERS))
    heads = (
        Head("from"),
        Head("tokens", True),
        Head("authenticated", True),
        Head("sound", True),
        Head("firmware"),
    )
    found = stretches(summary.drift, summary.period, MOST_STRETCHES)
    yield from screen.grid(heads, [_stretch(one, names) for one in found])
    for n, name in enumerate(names):
        yield from screen.text(f"{LETTERS[n]}  {safe(name, MOST_TEXT) or NO_VERSION}", _LETTER_STYLES[n])
    if any(parts_of(one, names)[-1] for one in found):
        yield from screen.text(f"{OTHER}  all other versions", "bright_black")
    said = "each sign of a bar is 5 % of the authenticated tokens"
    untimed = f"; {number(summary.untimed)} records have no time" if summary.untimed else ""
    yield from screen.text(said + untimed, "bright_black")


def _stretch(one: Stretch, names: Sequence[str]) -> list[Span]:
    if not one.tokens:
        return cells(one.start.isoformat(), "0", NONE, NONE, "")
    return cells(
        one.start.isoformat(),
        number(one.tokens),
        share(one.authenticated, one.tokens),
        share(one.sound, one.tokens),
        bar(parts_of(one, names)),
    )


def bar(parts: Sequence[int]) -> str:
    """Draw parts of a whole as a row of letters, the last part as a sign for others.

    What is there has at least one sign, where there are as many signs as parts.
    """
    whole = sum(parts)
    if whole <= 0:
        return ""
    signs = LETTERS[: len(parts) - 1] + OTHER
    sizes = [max(1, part * BAR // whole) if part else 0 for part in parts]
    while sum(sizes) > BAR:  # the smallest were rounded up
        sizes[sizes.index(max(sizes))] -= 1
    while sum(sizes) < BAR:
        lack = [part / whole - size / BAR for part, size in zip(parts, sizes, strict=True)]
        sizes[lack.index(max(lack))] += 1
    return "".join(sign * size for sign, size in zip(signs, sizes, strict=True))
