"""Which rows of a grid are the table's: headers recognised in their usual variants, the rest passed over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from iotassess.errors import IotassessError
from iotassess.ics.table import (
    COLUMNS,
    KEY,
    KEYS,
    REFERENCE,
    TITLE,
    Column,
    Finding,
    Place,
    ReadRow,
    finding,
)
from iotassess.model.cells import plain

MAX_RECORDS: Final = 5000
"""Rows of a file: the table has 78, with headings and lists under it perhaps 200."""

MAX_CELLS: Final = 64
"""Cells of a row: the table has four, a laboratory's own workbook perhaps a dozen more."""

MAX_TEXT: Final = 32_767
"""Characters of a cell: what spreadsheets hold."""

MAX_NAME: Final = 80
"""Characters of a header; what is longer is none."""

MAX_CHARACTERS: Final = 2 << 20
"""Characters of all cells: as many as a text file has bytes. In a workbook any number of cells may share one
long text."""

MAX_REMARKS: Final = 20
"""Headers' findings of one kind that are told one by one; the rest is counted."""

SHOWN: Final = 60
"""Characters of a foreign text in a message."""

HEADERS: Mapping[Column, tuple[str, ...]] = {
    "reference": ("reference", "ref", "provision", "provision id", "requirement", "requirement id", "id",
                  "provision no", "clause"),
    "status": ("status", "provision status", "requirement status"),
    "support": ("support", "supported", "support y/n/n/a", "y/n/n/a"),
    "detail": ("detail", "details", "rationale", "justification", "comment", "comments"),
}  # fmt: skip
"""Column → its headers, the most usual first; of two that fit, that one is taken."""

_SUFFIX = re.compile(r"\s*[(\[].*[)\]]$")
_DASHES: Final = str.maketrans(dict.fromkeys("\u00ad\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_PREFIX = re.compile(r"provision\s*", re.IGNORECASE)


class UnreadableTable(IotassessError):  # noqa: N818 - like MalformedArtefact: it says what the file is
    """A file is not a table that can be checked. The only thing that a reader raises."""

    exit_code = 3


class Record(NamedTuple):
    """One row of cells, wherever it comes from.

    Attributes:
        line: line of a text, row of a sheet, 1-based.
        cells: their texts.
        sheet: name of the sheet, or "".
        starts: a new table begins here.
    """

    line: int
    cells: Sequence[str]
    sheet: str = ""
    starts: bool = False


def reference_of(cell: str) -> str:
    """A reference as the catalogue writes it: any dash is a hyphen, spaces and "Provision" do not count."""
    return "".join(_PREFIX.sub("", cell.strip(), count=1).translate(_DASHES).split()).upper()


def columns_of(cells: Sequence[str]) -> dict[Column, int]:
    """Column → its index, when this row is the table's header: a reference and two of the others.

    Returns:
        Nothing when it is not.
    """
    names = [_name(cell) for cell in cells]
    found: dict[Column, int] = {}
    for column in COLUMNS:
        index = next((names.index(name) for name in HEADERS[column] if name in names), None)
        if index is not None:
            found[column] = index
    return found if "reference" in found and len(found) > len(COLUMNS) // 2 else {}


def _name(cell: str) -> str:
    if len(cell) > MAX_NAME:
        return ""
    return _SUFFIX.sub("", " ".join(cell.split())).strip("*_`:. ").casefold()


class Gathered(NamedTuple):
    """What a file's rows gave.

    Attributes:
        rows: of the table.
        findings: columns that are missing or were not looked at.
    """

    rows: list[ReadRow]
    findings: list[Finding]


def gather(records: Iterable[Record], letter: Callable[[int], str] | None = None) -> Gathered:
    """Pick the rows of the table out of a file.

    Args:
        records: all rows of the file.
        letter: gives the letter of a column's index, for a sheet.

    Raises:
        UnreadableTable: there is no such table.
    """
    rows: list[ReadRow] = []
    findings: list[Finding] = []
    columns: dict[Column, int] = {}
    found, sheet = False, ""
    for record in records:
        header = columns_of(record.cells)
        if record.sheet != sheet:
            columns, sheet = {}, record.sheet
        if header:
            columns, found = header, True
            findings += _remarks(record, header, letter)
        elif record.starts or (record.cells and _name(record.cells[0]) == KEYS):
            columns = {}
        elif columns:
            row = _row(record, columns, letter)
            if row is not None:
                rows.append(row)
    if not found:
        raise UnreadableTable(
            "got no row with the headers of the pro forma, expected Reference, Status, Support and Detail",
            hint="iotassess ics export writes such a table",
        )
    return Gathered(rows, _few(findings))


def _few(findings: Sequence[Finding]) -> list[Finding]:
    """The first findings of each kind, and how many more: a file can repeat its header in each row."""
    told: list[Finding] = []
    more: dict[str, list[Finding]] = {}
    seen: Counter[str] = Counter()
    for row in findings:
        seen[row.id] += 1
        if seen[row.id] <= MAX_REMARKS:
            told.append(row)
        else:
            more.setdefault(row.id, []).append(row)
    told += [
        rest[0]._replace(
            message=f"and {len(rest)} more of the same kind, in this header and others",
            hint="keep one header, above the first row",
            got="",
            expected="",
        )
        for rest in more.values()
    ]
    return told


def limited(records: Iterable[Record]) -> Iterator[Record]:
    """Let records through while they are within limits.

    Raises:
        UnreadableTable: there are too many rows, too many cells in one, or too much in a cell.
    """
    characters = 0
    for number, record in enumerate(records, start=1):
        characters += sum(map(len, record.cells))
        where = f"{plain(record.sheet, SHOWN)} row {record.line}" if record.sheet else f"line {record.line}"
        if number > MAX_RECORDS:
            raise UnreadableTable(
                f"{where}: got more than {MAX_RECORDS} rows, expected one table",
                hint="is this the right file? Delete what does not belong to the table",
            )
        if len(record.cells) > MAX_CELLS and any(record.cells[MAX_CELLS:]):
            raise UnreadableTable(
                f"{where}: got more than {MAX_CELLS} cells, expected four columns and a few others",
                hint="is this the right file, and its delimiter a comma or a semicolon?",
            )
        if any(len(cell) > MAX_TEXT for cell in record.cells):
            raise UnreadableTable(
                f"{where}: got a cell with more than {MAX_TEXT} characters",
                hint="refer to a document instead",
            )
        if characters > MAX_CHARACTERS:
            raise UnreadableTable(
                f"{where}: got more than {MAX_CHARACTERS} characters up to here, expected one table",
                hint="refer to documents instead of their text",
            )
        yield record


def _remarks(
    record: Record, header: Mapping[Column, int], letter: Callable[[int], str] | None
) -> Iterator[Finding]:
    """What is to be said of a header."""
    place = Place(record.line, record.sheet, "A" if record.sheet else "")
    for column in COLUMNS:
        if column not in header:
            yield finding(
                "column-missing",
                place,
                f"got no column {column.capitalize()}, expected the four of the pro forma: "
                + ", ".join(name.capitalize() for name in COLUMNS),
                "add it, or name it so",
                expected=column.capitalize(),
            )
    extra = [
        (index, cell)
        for index, cell in enumerate(record.cells)
        if cell.strip() and index not in header.values() and _name(cell) != TITLE
    ]
    for index, cell in extra:
        yield finding(
            "column-ignored",
            place._replace(letter=letter(index) if letter else ""),
            f"got a column '{plain(cell, SHOWN)}', which is not looked at",
            "nothing, if it is not one of Reference, Status, Support and Detail",
            got=plain(cell, SHOWN),
        )


def _row(
    record: Record, columns: Mapping[Column, int], letter: Callable[[int], str] | None
) -> ReadRow | None:
    """A row of the table; None for headings, blank rows and what stands under it."""
    cells: dict[Column, str] = {
        column: record.cells[index].strip() if index < len(record.cells) else ""
        for column, index in columns.items()
    }
    reference = cells["reference"]
    answered = any(cells.get(column) not in (None, "", reference) for column in ("status", "support"))
    if not REFERENCE.fullmatch(reference_of(reference)) and (not answered or KEY.fullmatch(reference)):
        return None
    letters = {column: letter(index) for column, index in columns.items()} if letter else {}
    return ReadRow(cells, record.line, record.sheet, letters)
