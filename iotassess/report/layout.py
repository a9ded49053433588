"""Paragraphs and one table for a terminal: words wrapped to its width, in its colours.

Every text must have been made harmless before; then nothing in it can make a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len

COLOURS = {
    "bold": "1",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "magenta": "35",
    "cyan": "36",
    "bright_black": "90",
}
"""Word of a style → parameter of the escape that sets it (ECMA-48, Select Graphic Rendition)."""

LEAST = 10
"""Columns that a text gets at least, however narrow the terminal and however deep its indent."""
LEAST_TITLE = 18
"""Columns of titles below which a table is no use; its rows are lines of text then."""
MOST_ID = 24
"""Columns of an id in a table; a longer one ends in "…", so that the columns behind it keep their place."""
GAP = "   "


class Span(NamedTuple):
    """A piece of text in one style: words of :data:`COLOURS`, or none."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text that is wrapped to the width.

    Attributes:
        spans: pieces, a space between each two; a line is not broken inside of a piece that a line can hold
            if ``whole``.
        indent: columns before its first line.
        hang: columns before the others, more than those.
        wraps: whether it wraps; else it is as long as it is.
        whole: whether pieces are kept whole where possible.
    """

    spans: tuple[Span, ...] = ()
    indent: int = 0
    hang: int = 0
    wraps: bool = True
    whole: bool = False

    def lines(self, width: int, colour: bool) -> Iterator[str]:
        """Write its lines, without line ends."""
        if not self.wraps:
            yield " " * self.indent + painted(self.spans, colour)
            return
        before = self.indent
        room = max(width - self.indent - self.hang, LEAST)
        words = _pieces(self.spans, room) if self.whole else _words(self.spans)
        for line in _wrapped(words, max(width - self.indent, LEAST), room):
            yield (" " * before + painted(line, colour)).rstrip()
            before = self.indent + self.hang


class Row(NamedTuple):
    """One row of the table of requirements."""

    id: str
    verdict: Span
    grade: str
    title: str


HEADINGS = Row("requirement", Span("verdict"), "grade", "title")


def paragraph(text: str, style: str = "", *, indent: int = 0, hang: int = 0, wraps: bool = True) -> Paragraph:
    """Make a paragraph of one piece."""
    return Paragraph((Span(text, style),), indent, hang, wraps)


def columns(text: str) -> int:
    """Columns that a text takes."""
    return len(text) if text.isascii() else cell_len(text)


def fitted(text: str, width: int) -> str:
    """Cut a text to a number of columns; it ends in "…" then."""
    return text if columns(text) <= width else _chopped(text, max(width - 1, 1))[0] + "…"


def painted(spans: Iterable[Span], colour: bool) -> str:
    """Write pieces with a space between them, neighbours of one style as one."""
    shown = []
    for style, group in groupby(spans, key=lambda span: span.style):
        text = " ".join(span.text for span in group)
        codes = ";".join(COLOURS[word] for word in style.split())
        shown.append(f"\x1b[{codes}m{text}\x1b[0m" if colour and codes and text else text)
    return " ".join(shown)


def table(rows: Sequence[Row], width: int, colour: bool) -> Iterator[str]:
    """Write requirements in columns under headings, titles wrapped in theirs, or as lines where it is narrow.

    Args:
        rows: the requirements.
        width: columns of the terminal.
        colour: whether verdicts are coloured.
    """
    all_rows = [row._replace(id=fitted(row.id, MOST_ID)) for row in (HEADINGS, *rows)]
    id = max(columns(row.id) for row in all_rows)
    verdict = max(columns(row.verdict.text) for row in all_rows)
    grade = len(HEADINGS.grade)
    start = 1 + id + verdict + grade + 3 * len(GAP)
    room = width - 1 - start
    if room < LEAST_TITLE:
        for row in rows:
            grades = (Span(row.grade),) if row.grade else ()
            spans = (Span(row.id), row.verdict, *grades, Span(""), Span(row.title))
            yield from Paragraph(spans, indent=2, hang=2).lines(width, colour)
        return
    yield ""
    for n, row in enumerate(all_rows):
        first, *more = (painted(line, False) for line in _wrapped(_words([Span(row.title)]), room, room))
        space = " " * (verdict - columns(row.verdict.text))
        cells = (
            " " + row.id + " " * (id - columns(row.id)),
            painted([row.verdict], colour) + space,
            row.grade.rjust(grade),
            first,
        )
        if n:
            yield GAP.join(cells).rstrip()
            yield from (" " * start + line for line in more)
        else:
            yield painted([Span(GAP.join(cells), "bold")], colour)
            widest = min(room, max(columns(row.title) for row in all_rows))
            yield " " + "─" * (start - 1 + widest)
    yield ""


def _words(spans: Iterable[Span]) -> Iterator[Span]:
    """Split pieces into words; two spaces have an empty word between them."""
    return (Span(word, span.style) for span in spans for word in span.text.split(" "))


def _pieces(spans: Iterable[Span], room: int) -> Iterator[Span]:
    """Leave pieces whole that a line can hold, and split the others into words."""
    for span in spans:
        yield from (span,) if columns(span.text) <= room else _words((span,))


def _wrapped(words: Iterable[Span], first: int, room: int) -> Iterator[list[Span]]:
    """Fill lines with words; a word that no line can hold is broken.

    Args:
        words: what to write.
        first: columns of the first line.
        room: columns of every other line.
    """
    line: list[Span] = []
    used, most = 0, first
    for word in words:
        size = columns(word.text)
        if line and used + 1 + size > most:
            yield line
            line, used, most = [], 0, room
        if not line and not word.text:
            continue  # a line does not begin with spaces of the text
        if size > most:
            piece = _chopped(word.text, most)[0]
            *full, rest = piece, *_chopped(word.text[len(piece) :], room)  # other lines have less room
            yield from ([Span(piece, word.style)] for piece in full)
            most = room
            word = Span(rest, word.style)
            size = columns(rest)
        used += size + (1 if line else 0)
        line.append(word)
    yield line


def _chopped(text: str, most: int) -> list[str]:
    """Break a text into pieces of at most so many columns."""
    if text.isascii():
        return [text[at : at + most] for at in range(0, len(text), most)]
    pieces, piece, used = [], "", 0
    for char in text:
        size = cell_len(char)
        if piece and used + size > most:
            pieces.append(piece)
            piece, used = "", 0
        piece += char
        used += size
    return [*pieces, piece]
