"""Rows of texts and numbers in columns, for a terminal.

Every text must have been made harmless before. Where the terminal is too narrow for all columns, texts are
shortened in their middle, as versions and names differ at their ends; where that is not enough, each row is
lines of text. A row of one cell is a heading among the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from iotassess.report.layout import Paragraph, Span, columns, painted, paragraph

GAP: Final = "  "
INDENT: Final = "  "
LEAST: Final = 12
"""Columns that are left to a text that is shortened."""


class Head(NamedTuple):
    """The head of a column.

    Attributes:
        text: of it.
        number: it holds numbers, which are never shortened, and stand at its right.
        wraps: it is the last one, and holds sentences, which are wrapped and never shortened.
    """

    text: str
    number: bool = False
    wraps: bool = False


def grid(heads: Sequence[Head], rows: Sequence[Sequence[Span]], width: int, colour: bool) -> Iterator[str]:
    """Write rows under their heads, without line ends.

    Args:
        heads: one a column.
        rows: as many cells each.
        width: columns of the terminal.
        colour: whether cells are coloured.
    """
    full = [row for row in rows if len(row) == len(heads)]
    widths = [
        max(columns(text) for text in (head.text, *(row[n].text for row in full)))
        for n, head in enumerate(heads)
    ]
    fitting = _squeezed(heads, widths, width - len(INDENT) - len(GAP) * (len(heads) - 1))
    if fitting is None:
        yield from _as_lines(heads, full, width, colour)
        return
    yield from _line([Span(head.text, "bold") for head in heads], heads, fitting, colour)
    for row in rows:
        if len(row) == len(heads):
            yield from _line(row, heads, fitting, colour)
        else:
            yield INDENT + painted([row[0]._replace(text=middled(row[0].text, width - len(INDENT)))], colour)


def middled(text: str, width: int) -> str:
    """Shorten a text to a number of columns by taking out its middle, for which "…" stands."""
    if columns(text) <= width:
        return text
    end = text[-1:]
    start = ""
    rest = text[:-1]
    while rest:
        if columns(start) <= columns(end):
            if columns(start + rest[0] + end) + 1 > width:
                break
            start, rest = start + rest[0], rest[1:]
        else:
            if columns(start + rest[-1] + end) + 1 > width:
                break
            end, rest = rest[-1] + end, rest[:-1]
    return f"{start}…{end}"


def _squeezed(heads: Sequence[Head], widths: Sequence[int], room: int) -> list[int] | None:
    """Take columns from the widest text until all fit; None where they cannot."""
    found = list(widths)
    texts = [n for n, head in enumerate(heads) if not head.number]
    while sum(found) > room:
        widest = max(texts, key=lambda n: found[n], default=None)
        least = LEAST if widest is None else max(LEAST, columns(heads[widest].text))
        if widest is None or found[widest] <= least:
            return None
        found[widest] -= min(sum(found) - room, found[widest] - least, _lead(found, texts, widest))
    return found


def _lead(widths: Sequence[int], texts: Sequence[int], widest: int) -> int:
    """How much wider the widest text is than the next, so that of two wide ones both are shortened."""
    others = [widths[n] for n in texts if n != widest]
    return max(1, widths[widest] - max(others, default=0))


def _line(cells: Sequence[Span], heads: Sequence[Head], widths: Sequence[int], colour: bool) -> Iterator[str]:
    shown = []
    more: list[str] = []
    for cell, head, width in zip(cells, heads, widths, strict=True):
        text = cell.text
        if head.wraps:
            text, *more = paragraph(text).lines(width, colour=False) if text else [""]
        text = middled(text, width)
        space = " " * (width - columns(text))
        written = painted([Span(text, cell.style)], colour)
        shown.append(space + written if head.number else written + space)
    yield (INDENT + GAP.join(shown)).rstrip()
    start = " " * (len(INDENT) + sum(widths[:-1]) + len(GAP) * (len(widths) - 1))
    yield from (start + text for text in more)


def _as_lines(
    heads: Sequence[Head], rows: Sequence[Sequence[Span]], width: int, colour: bool
) -> Iterator[str]:
    for row in rows:
        spans = [
            Span(f"{head.text}: {cell.text}" if head.text else cell.text, cell.style)
            for head, cell in zip(heads, row, strict=True)
            if cell.text
        ]
        yield from Paragraph(tuple(spans), indent=2, hang=2, whole=True).lines(width, colour)
