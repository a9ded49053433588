"""The values of a conformance statement: what is written, and what was read, row by row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

Support = Literal["Y", "N", "N/A", ""]
"""The answers that Table B.1 knows; empty where nothing is answered."""

Column = Literal["reference", "status", "support", "detail"]
COLUMNS: tuple[Column, ...] = ("reference", "status", "support", "detail")
"""The columns of Table B.1, in its order."""

TITLE = "title"
"""Our own column after them: a title in our words. It is written, and when read it is not looked at."""

KEYS = "condition or feature"
"""First header of the list of conditions and features under the table."""

MAX_DETAIL = 2000
"""Characters of one detail. The longest because with its justification is a few hundred; a spreadsheet cell
ends at 32,767."""

REFERENCE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})?-[0-9]{1,3}[A-Z]?")
"""How a provision is referred to: clause, hyphen, number, and a letter where one was split."""

KEY = re.compile(r"C ?[0-9]{1,3}|F ?\( ?[a-z]{1,2} ?\)")
"""How a condition or feature is referred to in the list under the table."""


class Row(NamedTuple):
    """One provision of a filled table.

    Attributes:
        reference: its id.
        status: as published, such as "M C F (14, e)".
        support: the answer.
        detail: how it is met, or why it is not, or does not apply.
        title: in our own words.
        category: clause that it stands under.
    """

    reference: str
    status: str
    support: Support
    detail: str
    title: str
    category: str


class Condition(NamedTuple):
    """One condition or feature.

    Attributes:
        id: as published: "C14", "F(q)".
        text: in our own words.
        holds: yes, no or not known.
        detail: by what.
    """

    id: str
    text: str
    holds: Literal["yes", "no", "not known"]
    detail: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A filled conformance statement.

    Attributes:
        title: which document and edition.
        example: it is of an example product.
        rows: one a provision, in the document's order.
        conditions: the list under the table.
        about: name → text: whose product, by what, when.
        notices: what a reader must know.
        date: the day that it speaks of, ISO 8601.
    """

    title: str
    example: bool
    rows: tuple[Row, ...]
    conditions: tuple[Condition, ...]
    about: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    date: str


class Place(NamedTuple):
    """Where something stands in a file that was read.

    Attributes:
        line: line of a text, row of a sheet, 1-based; 0 for the whole file.
        sheet: name of the sheet, or "" in a text.
        letter: letter of the column in a sheet, or "".
    """

    line: int = 0
    sheet: str = ""
    letter: str = ""

    @property
    def cell(self) -> str:
        """The cell as spreadsheets write it, or "" in a text."""
        return f"{self.letter}{self.line}" if self.sheet else ""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row of a table that was read; its texts as they stand there, without outer spaces.

    Attributes:
        cells: column → text; a column that the table does not have is missing.
        line: where it stands.
        sheet: name of the sheet, or "".
        letters: column → letter, in a sheet.
    """

    cells: Mapping[Column, str]
    line: int
    sheet: str
    letters: Mapping[Column, str]

    def place(self, column: Column = "reference") -> Place:
        """Where the cell of a column stands."""
        return Place(self.line, self.sheet, self.letters.get(column, ""))


Severity = Literal["error", "warning", "note"]


class Finding(NamedTuple):
    """One thing that is wrong or doubtful in a table that was read.

    Attributes:
        id: permanent id, in ``FINDINGS``.
        severity: that of the id.
        place: where.
        reference: which provision, or "".
        got: what stands there, or "".
        expected: what would be right, or "".
        message: both in a sentence.
        hint: what to do next.
    """

    id: str
    severity: Severity
    place: Place
    reference: str
    got: str
    expected: str
    message: str
    hint: str


FINDINGS: Mapping[str, Severity] = {
    "column-missing": "error",
    "column-ignored": "note",
    "text-not-utf8": "warning",
    "sheet-ignored": "note",
    "edition-recognised": "note",
    "reference-unknown": "error",
    "reference-void": "error",
    "reference-repeated": "error",
    "row-missing": "error",
    "row-empty": "warning",
    "status-differs": "error",
    "support-unknown": "error",
    "detail-missing": "error",
    "rationale-missing": "error",
    "not-applicable-not-allowed": "error",
    "not-applicable-contradiction": "error",
    "not-applicable-unproven": "warning",
    "support-unfounded": "error",
    "support-disagrees": "warning",
}
"""Every finding, with its severity. Ids are permanent."""


def finding(
    id: str,
    place: Place,
    message: str,
    hint: str,
    *,
    reference: str = "",
    got: str = "",
    expected: str = "",
) -> Finding:
    """Make a finding, whose severity its id gives."""
    return Finding(id, FINDINGS[id], place, reference, got, expected, message, hint)


@dataclass(frozen=True, slots=True)
class ReadTable:
    """All rows of a statement that was read.

    Attributes:
        format: "csv", "markdown" or "xlsx", by content.
        rows: in the order of the file.
        findings: what was seen on the way.
    """

    format: str
    rows: tuple[ReadRow, ...]
    findings: tuple[Finding, ...]
