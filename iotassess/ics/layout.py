"""The statement as rows of cells, the same in every format that is a grid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Literal, NamedTuple

from iotassess.ics.filling import EXAMPLE
from iotassess.ics.table import COLUMNS, KEYS, TITLE, Statement

HEADER = tuple(column.capitalize() for column in (*COLUMNS, TITLE))
"""Headers of the table: the pro forma's four, then our title."""

CONDITIONS = (KEYS.capitalize(), "", "Holds", "Detail", "What it is")
"""Headers of the list under it."""

ABOUT = ("About this statement", "", "", "", "")


class Line(NamedTuple):
    """One row of cells, always as many as there are headers."""

    kind: Literal["header", "heading", "row"]
    cells: tuple[str, ...]


def lay_out(statement: Statement, *, headings: bool) -> Iterator[Line]:
    """Put a statement into rows: the table, the conditions and features under it, and what it is about.

    The header stands in the first row, so that programs find it.

    Args:
        statement: what to write.
        headings: whether a row with the clause stands above its provisions.
    """
    yield Line("header", HEADER)
    if statement.example:
        yield Line("heading", _alone(EXAMPLE))
    for category, rows in groupby(statement.rows, key=lambda row: row.category):
        if headings:
            yield Line("heading", _alone(category))
        for row in rows:
            yield Line("row", (row.reference, row.status, row.support, row.detail, row.title))
    if statement.conditions:
        yield Line("header", CONDITIONS)
        for condition in statement.conditions:
            yield Line("row", (condition.id, "", condition.holds, condition.detail, condition.text))
    yield Line("header", ABOUT)
    for name, text in (("Statement", statement.title), *statement.about):
        yield Line("row", (name, "", "", text, ""))
    for notice in statement.notices:
        yield Line("row", ("Notice", "", "", notice, ""))


def _alone(text: str) -> tuple[str, ...]:
    return (text, *[""] * (len(HEADER) - 1))
