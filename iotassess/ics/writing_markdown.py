"""The statement as Markdown (GitHub's tables), in which no text is taken for markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from iotassess.ics.filling import EXAMPLE
from iotassess.ics.layout import CONDITIONS, HEADER
from iotassess.ics.table import Statement

_MARKUP = re.compile(r"[\\`*_\[\]<>&|~$#]|(?<=[A-Za-z]):(?=//)|(?<=www)\.")
"""Punctuation that could begin markup in a line, and what makes a bare address a link."""


def escape(text: str) -> str:
    """Write a text of one line so that Markdown shows it as it is."""
    return _MARKUP.sub(lambda found: f"\\{found[0]}", text)


def write_markdown(statement: Statement) -> bytes:
    """Write a statement as Markdown: a table for each clause, then the conditions and features."""
    return "".join(f"{line}\n" for line in _lines(statement)).encode("utf-8", "backslashreplace")


def _lines(statement: Statement) -> Iterator[str]:
    yield f"# {escape(statement.title)}"
    if statement.example:
        yield from ("", f"**{escape(EXAMPLE)}.**")
    for notice in statement.notices:
        yield from ("", escape(notice))
    yield ""
    yield from (f"- {escape(name)}: {escape(text)}" for name, text in statement.about)
    for category, rows in groupby(statement.rows, key=lambda row: row.category):
        yield from ("", f"## {escape(category)}", "")
        cells = ((row.reference, row.status, row.support, row.detail, row.title) for row in rows)
        yield from _table(HEADER, cells)
    if statement.conditions:
        yield from ("", "## Conditions and features", "")
        keys = ((c.id, c.holds, c.detail, c.text) for c in statement.conditions)
        yield from _table([header for header in CONDITIONS if header], keys)


def _table(headers: Sequence[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headers)} |"
    yield f"|{'---|' * len(headers)}"
    for cells in rows:
        yield f"| {' | '.join(map(escape, cells))} |"
