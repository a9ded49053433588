"""From a stranger's file to the rows of a table; what it is, its bytes say and not its name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from iotassess.errors import UsageError
from iotassess.ics.columns import UnreadableTable, gather
from iotassess.ics.reading_text import read_text
from iotassess.ics.table import Finding, Place, ReadTable, finding

MAX_BYTES: Final = 8 << 20
"""Bytes of a file: a filled table has less than 200,000, a workbook with pictures a few million."""

MAX_TEXT_BYTES: Final = 2 << 20
"""Bytes of a file that is text: nothing in it is packed, and nothing is a picture."""

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_LETTERS: Final = 26


def read_file(path: Path) -> bytes:
    """Read a file within limits.

    Raises:
        UsageError: there is no such file.
        UnreadableTable: it cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(
            f"{path}: there is no such file, expected a filled conformance statement",
            hint="iotassess ics export writes one",
        ) from None
    except (OSError, ValueError) as fault:  # ValueError: a NUL in the path
        reason = fault.strerror if isinstance(fault, OSError) else "not a path"
        raise UnreadableTable(
            f"{path}: it cannot be read: {reason}", hint="name one CSV, Markdown or xlsx file"
        ) from None
    if len(data) > MAX_BYTES:
        raise UnreadableTable(
            f"{path}: it is larger than {MAX_BYTES} bytes", hint="is this the right file? It holds one table"
        )
    return data


def read_table(data: bytes) -> ReadTable:
    """Read a table.

    Args:
        data: the file.

    Raises:
        UnreadableTable: it is none, or not one that is safe to read.
        UsageError: it is a workbook, and what reads workbooks is not installed.
    """
    if data.startswith(_ZIP):
        from iotassess.ics.reading_xlsx import read_workbook

        records, findings = read_workbook(data)
        gathered = gather(records, _letter)
        return ReadTable("xlsx", tuple(gathered.rows), (*findings, *gathered.findings))
    if data.startswith(_OLE):
        raise UnreadableTable(
            "got a workbook in the old format, or one with a password; expected xlsx, CSV or Markdown",
            hint="save it as .xlsx without a password, or as CSV (UTF-8)",
        )
    if data.startswith(_WIDE):
        raise UnreadableTable("got text in UTF-16, expected UTF-8", hint="save it as CSV (UTF-8)")
    if len(data) > MAX_TEXT_BYTES:
        raise UnreadableTable(
            f"got a text of {len(data)} bytes, expected at most {MAX_TEXT_BYTES}",
            hint="is this the right file? It holds one table",
        )
    findings = _not_utf8(data)
    text = read_text(data.decode("utf-8", "backslashreplace").removeprefix("\ufeff"))
    gathered = gather(text.records)
    return ReadTable(text.format, tuple(gathered.rows), (*findings, *gathered.findings))


def _not_utf8(data: bytes) -> list[Finding]:
    """Tell where bytes begin that are not UTF-8; they are shown as escapes."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        return [
            finding(
                "text-not-utf8",
                Place(data.count(b"\n", 0, fault.start) + 1),
                f"got the byte 0x{data[fault.start]:02x}, expected UTF-8; such bytes are shown as escapes",
                "save it as CSV (UTF-8)",
                got=f"0x{data[fault.start]:02x}",
                expected="UTF-8",
            )
        ]
    return []


def _letter(index: int) -> str:
    """Letter of a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters
