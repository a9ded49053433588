"""Records of a workbook: it is held against limits and packed anew, then the library reads its values.

Formulas are not computed; links to elsewhere are not followed.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from iotassess.ics.columns import MAX_CELLS, MAX_RECORDS, SHOWN, Record, UnreadableTable, limited
from iotassess.ics.extra import require_xlsx
from iotassess.ics.table import Finding, Place, finding
from iotassess.ics.unpacking import refuse, repack
from iotassess.model.cells import plain

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook


def read_workbook(data: bytes) -> tuple[list[Record], list[Finding]]:
    """Read all rows of a workbook's visible sheets.

    Args:
        data: the file.

    Returns:
        Rows, and what was passed over.

    Raises:
        UnreadableTable: it is no workbook, or one that is not safe to read.
        UsageError: what reads workbooks is not installed.
    """
    require_xlsx()
    clean = repack(data)
    from openpyxl import load_workbook

    findings: list[Finding] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which are not read
        try:
            book = load_workbook(io.BytesIO(clean), read_only=True, data_only=True, keep_links=False)
            records = list(limited(_records(book, findings)))
        except UnreadableTable:
            raise
        except Exception as fault:
            # The library says in many ways that something is not what it expects.
            raise refuse(f"that cannot be read ({plain(type(fault).__name__)})") from None
    return records, findings


def _records(book: Workbook, findings: list[Finding]) -> Iterator[Record]:
    sheets = book.worksheets
    parts = [getattr(sheet, "_worksheet_path", sheet.title) for sheet in sheets]
    if len(parts) != len(set(parts)):  # limits on what a member holds would count once for all of them
        raise refuse("in which two sheets are the same member")
    for sheet in sheets:
        name = str(sheet.title)
        if sheet.sheet_state != "visible":
            findings.append(
                finding(
                    "sheet-ignored",
                    Place(sheet=name),
                    f"got a hidden sheet '{plain(name, SHOWN)}', which is not looked at",
                    "show it, if it holds the table",
                    got=plain(name, SHOWN),
                )
            )
            continue
        rows = sheet.iter_rows(max_row=MAX_RECORDS, max_col=MAX_CELLS + 1, values_only=True)
        for number, values in enumerate(rows, start=1):
            cells = ["" if value is None else str(value) for value in values]
            if any(cells):
                yield Record(number, cells, name)
