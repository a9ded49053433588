"""The statement as CSV (RFC 4180, UTF-8), in which no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
import re

from iotassess.ics.layout import lay_out
from iotassess.ics.table import Statement

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")


def guarded(cell: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would take for a formula.

    A cell that begins with such apostrophes already gets one more, so that :func:`unguarded` gives back
    what was there.
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """Take the apostrophe away that :func:`guarded` put there."""
    return cell[1:] if _GUARDED.match(cell) else cell


def write_csv(statement: Statement) -> bytes:
    """Write a statement as CSV: commas, CRLF, quotes where they are needed, UTF-8 without a mark."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for line in lay_out(statement, headings=False):
        writer.writerow([guarded(cell) for cell in line.cells])
    return buffer.getvalue().encode("utf-8", "backslashreplace")
