"""The statement as CSV (RFC 4180, UTF-8), in which no cell is taken for a formula."""

from __future__ import annotations

import csv
import io

from iotassess.ics.layout import lay_out
from iotassess.ics.table import Statement
from iotassess.model.cells import guarded


def write_csv(statement: Statement) -> bytes:
    """Write a statement as CSV: commas, CRLF, quotes where they are needed, UTF-8 without a mark."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for line in lay_out(statement, headings=False):
        writer.writerow([guarded(cell) for cell in line.cells])
    return buffer.getvalue().encode("utf-8", "backslashreplace")
