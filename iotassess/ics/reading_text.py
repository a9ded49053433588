"""Records of tables that are text: CSV with commas or semicolons, and Markdown's tables."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from iotassess.ics.columns import MAX_RECORDS, MAX_TEXT, Record, UnreadableTable, columns_of, limited
from iotassess.model.cells import unguarded

DELIMITERS = (",", ";")
"""What separates cells: RFC 4180's comma, and the semicolon of spreadsheets where the comma is decimal."""

MAX_HEADER = 4096
"""Characters of a line that can be CSV's header."""

_RULE = re.compile(r"\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_PIPE = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_ESCAPE = re.compile(
    r"\\([!-/:-@\[-`{-~])|(&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z0-9]{1,31});)|<br */?>"
)
_EMPHASIS = "*_`"
MAX_EMPHASIS = 4
"""Characters of emphasis taken off a cell: three for bold italics, one for code."""


class Text(NamedTuple):
    """Records of a text, and what kind it is."""

    format: str
    records: Sequence[Record]


def read_text(text: str) -> Text:
    """Read a text as the kind of table whose header comes first in it.

    Args:
        text: the whole file.

    Raises:
        UnreadableTable: it is CSV whose quotes do not match.
    """
    lines = _lines(text)
    markdown = list(limited(_markdown(lines)))
    first = next((r.line for r in markdown if r.starts and columns_of(r.cells)), len(lines) + 1)
    for number, line in enumerate(lines[: min(first - 1, MAX_RECORDS)], start=1):
        for delimiter in DELIMITERS if len(line) <= MAX_HEADER else ():
            if line.count(delimiter) > 1 and columns_of(next(csv.reader([line], delimiter=delimiter), [])):
                return Text("csv", list(limited(_csv(lines, delimiter, number))))
    return Text("markdown", markdown)


def _lines(text: str) -> list[str]:
    """Lines with their ends, counted as editors count them: a line separator within a cell is no end."""
    return list(io.StringIO(text, newline=""))


def _csv(lines: Sequence[str], delimiter: str, header: int) -> Iterator[Record]:
    """Records of CSV from its header on.

    Args:
        lines: of the whole file.
        delimiter: between cells.
        header: line of the header; what stands above it need not be CSV.
    """
    limit = csv.field_size_limit(MAX_TEXT + 1)
    try:
        above = header - 1
        reader = csv.reader(lines[above:], delimiter=delimiter, strict=True)
        line = header
        try:
            for cells in reader:
                yield Record(line, [unguarded(cell) for cell in cells])
                line = above + reader.line_num + 1
        except csv.Error as fault:
            raise UnreadableTable(
                f"line {line}: got CSV that cannot be read ({fault}), expected quotes in pairs, and inside a "
                f"quoted cell doubled, and cells of at most {MAX_TEXT} characters",
                hint="correct the row that begins there, or save the table anew as CSV",
            ) from None
    finally:
        csv.field_size_limit(limit)


def _markdown(lines: Sequence[str]) -> Iterator[Record]:
    """Records of the tables of a Markdown text: not those in code, nor in comments, which nobody sees."""
    inside = False
    shown = list(_shown(lines))
    for index, line in enumerate(shown):
        after = shown[index + 1].strip() if index + 1 < len(shown) else ""
        if "|" not in line:
            inside = False
        elif not inside and "|" in after and _RULE.fullmatch(after):
            inside = True
            yield Record(index + 1, _cells(line), starts=True)
        elif inside and not _RULE.fullmatch(line.strip()):
            yield Record(index + 1, _cells(line))


def _shown(lines: Sequence[str]) -> Iterator[str]:
    """Lines, where those that are code or comment are blank."""
    fence, comment = "", False
    for line in lines:
        found = _FENCE.match(line)
        if comment or (not fence and line.lstrip().startswith("<!--")):
            comment = "-->" not in line
            yield ""
        elif fence:
            if found and found[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            yield ""
        elif found:
            fence = found[1]
            yield ""
        else:
            yield line


def _cells(line: str) -> list[str]:
    """Cells of one line, without markup."""
    inner = line.strip().removeprefix("|")
    pieces: list[str] = []
    start = 0
    for pipe in _PIPE.finditer(inner):
        pieces.append(inner[start : pipe.end() - 1])
        start = pipe.end()
    if inner[start:].strip():
        pieces.append(inner[start:])
    return [_bare(piece) for piece in pieces]


def _bare(cell: str) -> str:
    """A cell's text: emphasis around all of it taken off, escapes and entities resolved."""
    text = cell.strip()
    for _ in range(MAX_EMPHASIS):
        if len(text) > 1 and text[0] in _EMPHASIS and text[-1] == text[0] and text[-2] != "\\":
            text = text[1:-1]
    return _ESCAPE.sub(_resolved, text)


def _resolved(found: re.Match[str]) -> str:
    if found[1]:
        return found[1]
    return html.unescape(found[2]) if found[2] else " "
