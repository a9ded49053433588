"""The statement as a workbook: text cells only, and the same bytes for the same statement."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import TYPE_CHECKING, Final

from iotassess.errors import UsageError
from iotassess.ics.extra import require_xlsx
from iotassess.ics.layout import lay_out
from iotassess.ics.table import Statement

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "Table B.1"
"""Name of the sheet."""

_WIDTHS: Final = (14, 16, 10, 90, 60)
"""Width of each column in characters."""

_TEXT: Final = "@"
"""Number format of text: "5.1-1" and "6-1" stay what they are when somebody edits the cell."""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can hold stands at every member: when it was packed is of no interest."""

_CORE: Final = "docProps/core.xml"


def write_xlsx(statement: Statement) -> bytes:
    """Write a statement as a workbook with one sheet.

    Raises:
        UsageError: what writes workbooks is not installed, or has no room for its temporary files.
    """
    require_xlsx()
    from openpyxl import Workbook as New

    book = New()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    _fill(sheet, statement)
    moment = datetime.datetime.fromisoformat(statement.date)
    book.properties.creator = "iotassess"
    book.properties.title = statement.title
    written = _saved(book)
    book.properties.created = book.properties.modified = moment
    from openpyxl.xml.functions import tostring

    core = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + tostring(book.properties.to_tree())
    return _packed_anew(written, {_CORE: core})


def _saved(book: Workbook) -> bytes:
    """Give the bytes of a workbook, whose sheets go to temporary files on their way.

    Raises:
        UsageError: there is no room for them.
    """
    buffer = io.BytesIO()
    try:
        book.save(buffer)
    except Exception as fault:
        # Where lxml is installed openpyxl writes with it, and it has an error of its own.
        if not isinstance(fault, OSError) and type(fault).__name__ != "SerialisationError":
            raise
        why = getattr(fault, "strerror", None) or fault
        raise UsageError(
            f"the workbook cannot be written to a temporary file: {why}",
            hint="make room, or name a folder that can be written in TMPDIR",
        ) from None
    return buffer.getvalue()


def _fill(sheet: Worksheet, statement: Statement) -> None:
    """Put the rows into the sheet."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for number, line in enumerate(lay_out(statement, headings=True), start=1):
        for column, text in enumerate(line.cells, start=1):
            if not text:
                continue
            cell = sheet.cell(number, column, text)
            cell.data_type = "s"  # whatever it begins with, it is text and no formula
            cell.number_format = _TEXT
            cell.quotePrefix = True  # and stays so when somebody edits it
            if line.kind != "row":
                cell.font = bold
            if line.kind != "heading":
                cell.alignment = wrapped
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"


def _packed_anew(data: bytes, other: dict[str, bytes]) -> bytes:
    """Pack a zip again, without the moment at which it was written.

    Args:
        data: the zip.
        other: members that get another content.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in sorted(old.namelist()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # the same on every system
            info.external_attr = 0o644 << 16
            new.writestr(info, other.get(name) or old.read(name))
    return buffer.getvalue()
