"""A filled table held against the catalogue, and against an assessment of the product it is about.

1. Find the edition: the one that was named, or the one that the references fit.
2. Check each row: its reference, status, support and detail.
3. Tell which rows are missing.
4. With an assessment: hold each answer against its verdict, and each N/A against the features.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from iotassess.baseline.catalogue import Catalogue, Requirement
from iotassess.ics.columns import SHOWN, reference_of
from iotassess.ics.judged import Judged
from iotassess.ics.table import (
    MAX_DETAIL,
    REFERENCE,
    Finding,
    Place,
    ReadRow,
    ReadTable,
    Support,
    finding,
)
from iotassess.model.cells import plain
from iotassess.model.verdict import Verdict

SUPPORTS: Mapping[str, Support] = {"y": "Y", "n": "N", "n/a": "N/A", "": ""}
"""What may stand in the support column, without regard to case → the answer."""

NOTHING = frozenset(
    {"", "n", "na", "nil", "no", "none", "null", "ok", "tba", "tbc", "tbd", "todo", "x", "xxx", "y", "yes"}
)
"""Details that say nothing, or the answer once more: their letters and digits alone, in lower case."""

BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters by their category which show nothing: fillers of Hangul."""

JUSTIFYING = ("5.0-1", "4-1")
"""The provision that asks a reason for each recommendation not met, in one edition and the other."""

NOT_IN_TABLE: Mapping[str, frozenset[str]] = {"etsi-en-303-645@2.1.1": frozenset({"4-1"})}
"""Provisions that the text of an edition has and its Table B.1 leaves out: they need not have a row."""

UNFOUNDED: Mapping[Support, frozenset[Verdict]] = {
    "Y": frozenset({"partial", "not-satisfied", "contradicted", "not-applicable", "not-assessed"}),
    "N/A": frozenset({"partial", "not-satisfied", "contradicted", "verified", "declared", "not-assessed"}),
}
"""Answer → verdicts that it cannot rest on: all but those for which the export writes it."""

DISAGREEING: frozenset[Verdict] = frozenset({"verified", "declared"})
"""Verdicts that an N disagrees with. It claims nothing, so that it need not be borne out."""


def recognise(table: ReadTable, editions: Sequence[Catalogue]) -> Catalogue:
    """Find the edition that a table's references fit best.

    Args:
        table: what was read.
        editions: the newest first; of two that fit as well, it is taken.
    """
    references = {reference_of(row.cells["reference"]) for row in table.rows}

    def fits(catalogue: Catalogue) -> int:
        return len(references & {row.id for row in catalogue.requirements})

    return max(editions, key=fits)


def recognised(table: ReadTable, catalogue: Catalogue) -> Finding:
    """The note that says which edition a table was taken for."""
    known = {row.id for row in catalogue.requirements}
    fitting = sum(reference_of(row.cells["reference"]) in known for row in table.rows)
    return finding(
        "edition-recognised",
        Place(),
        f"{fitting} of {len(table.rows)} references are in {catalogue.id}, so it is checked against that",
        "name the edition with -b, if it is another",
        got=catalogue.id,
    )


def check(
    table: ReadTable, catalogue: Catalogue, editions: Sequence[Catalogue], judged: Judged | None
) -> tuple[Finding, ...]:
    """Check a table.

    Args:
        table: what was read.
        catalogue: the edition.
        editions: all that are known, to say where another edition's references belong.
        judged: the product, judged against this edition; None to check the table alone.

    Returns:
        Findings in the order of the file, then the rows that are missing.
    """
    rows = {row.id: row for row in catalogue.requirements}
    first: dict[str, ReadRow] = {}
    found = list(table.findings)
    for read in table.rows:
        id = reference_of(read.cells["reference"])
        row = rows.get(id)
        if row is None:
            found.append(_unknown(read, id, catalogue, editions))
        elif id in first:
            found.append(_repeated(read, row, first[id]))
        else:
            first[id] = read
            found += _row(read, row, judged, rows)
    return (*found, *_missing(rows, first, catalogue))


# --- references ---------------------------------------------------------------------------------


def _unknown(read: ReadRow, id: str, catalogue: Catalogue, editions: Sequence[Catalogue]) -> Finding:
    """A reference that this edition does not have: void, of another edition, or none at all."""
    place, got = read.place(), plain(read.cells["reference"], SHOWN)
    having = [c.edition for c in editions if any(row.id == id for row in c.requirements)]
    where = f"; it exists in edition {' and '.join(having)}" if having else ""
    if id in catalogue.void:
        successors = ", ".join(catalogue.void[id])
        return finding(
            "reference-void",
            place,
            f"{id} is void in edition {catalogue.edition}, expected {successors} in its place{where}",
            f"answer {successors}, or name the edition with -b",
            reference=id,
            got=got,
            expected=successors,
        )
    mistaken = not REFERENCE.fullmatch(id)
    return finding(
        "reference-unknown",
        place,
        f"'{got}' is no provision of edition {catalogue.edition}{where}",
        "write it like 5.1-1; a spreadsheet may have turned a reference like 6-1 into a date"
        if mistaken
        else "correct the reference, or name the edition with -b",
        reference="" if mistaken else id,
        got=got,
    )


def _repeated(read: ReadRow, row: Requirement, first: ReadRow) -> Finding:
    where = f"{plain(first.sheet, SHOWN)} row" if first.sheet else "line"
    return finding(
        "reference-repeated",
        read.place(),
        f"{row.id} stands a second time, expected once; the first is in {where} {first.line}, and this one "
        "is not looked at",
        "keep one; one row answers for all instances of a feature",
        reference=row.id,
        got=row.id,
    )


def _missing(
    rows: Mapping[str, Requirement], first: Mapping[str, ReadRow], catalogue: Catalogue
) -> Iterator[Finding]:
    exempt = NOT_IN_TABLE.get(catalogue.id, frozenset())
    for id in rows:
        if id not in first and id not in exempt:
            yield finding(
                "row-missing",
                Place(),
                f"got no row for {id}, expected one for each of {len(rows)} provisions",
                "add it; iotassess ics export writes all of them",
                reference=id,
                expected=id,
            )


# --- one row ------------------------------------------------------------------------------------


def _row(
    read: ReadRow, row: Requirement, judged: Judged | None, rows: Mapping[str, Requirement]
) -> Iterator[Finding]:
    """Everything about one row."""
    status = read.cells.get("status")
    if status is not None and "".join(status.split()) != "".join(row.status.split()):
        yield _status(read, row, status)
    given = read.cells.get("support")
    if given is None:
        return
    support = SUPPORTS.get(given.casefold())
    if support is None:
        yield finding(
            "support-unknown",
            read.place("support"),
            f"{row.id}: got '{plain(given, SHOWN)}', expected Y, N, N/A or nothing",
            "write one of them, and the rest into the detail",
            reference=row.id,
            got=plain(given, SHOWN),
            expected="Y, N or N/A",
        )
        return
    if support == "":
        yield _empty(read, row)
        return
    detail = read.cells.get("detail")
    if detail is not None and _says_nothing(detail):
        yield _silent(read, row, support, detail, rows)
    if support == "N/A" and row.absence.basis != "published":
        yield finding(
            "not-applicable-not-allowed",
            read.place("support"),
            f"{row.id}: got N/A, expected Y or N: its status {row.status} has neither condition nor feature",
            "answer N, with the reason in the detail",
            reference=row.id,
            got="N/A",
            expected="Y or N",
        )
    elif judged is not None and support == "N/A":
        yield from _not_applicable(read, row, judged)
    elif judged is not None:
        yield from _disagreement(read, row, support, judged)


def _status(read: ReadRow, row: Requirement, status: str) -> Finding:
    got = plain(status, SHOWN)
    return finding(
        "status-differs",
        read.place("status"),
        f"{row.id}: got status '{got}', expected '{row.status}' as in Table B.1",
        "copy it from the table; a wrong status changes whether N/A is allowed",
        reference=row.id,
        got=got,
        expected=row.status,
    )


def _empty(read: ReadRow, row: Requirement) -> Finding:
    return finding(
        "row-empty",
        read.place("support"),
        f"{row.id}: nothing is answered, expected Y, N or N/A",
        "answer it: an empty row is no N/A",
        reference=row.id,
        expected="Y, N or N/A",
    )


def _says_nothing(detail: str) -> bool:
    """Whether there is no word in a detail: signs, and what does not show, are none."""
    told = unicodedata.normalize("NFKC", detail[:MAX_DETAIL])
    word = "".join(char for char in told if char.isalnum() and char not in BLANK_LETTERS)
    return word.casefold() in NOTHING


def _silent(
    read: ReadRow, row: Requirement, support: Support, detail: str, rows: Mapping[str, Requirement]
) -> Finding:
    """An answer without its detail."""
    got = plain(detail, SHOWN)
    if support == "Y":
        told = f"the detail '{got}'" if got else "no detail"
        return finding(
            "detail-missing",
            read.place("detail"),
            f"{row.id}: got Y with {told}, expected how it is met",
            "describe the implementation, or refer to the document that does",
            reference=row.id,
            got=got,
        )
    rule = next((id for id in JUSTIFYING if id in rows), "")
    breaks = f", which breaks {rule}" if rule and row.force == "recommended" else ""
    told = f"the rationale '{got}'" if got else "no rationale"
    return finding(
        "rationale-missing",
        read.place("detail"),
        f"{row.id}: got {support} with {told}{breaks}; expected why",
        "say why it is not met" if support == "N" else "say which condition or feature is absent, and how",
        reference=row.id,
        got=got,
    )


# --- with an assessment -------------------------------------------------------------------------


def _not_applicable(read: ReadRow, row: Requirement, judged: Judged) -> Iterator[Finding]:
    """N/A held against the conditions and features that the row hangs on."""
    features = row.absence.features
    holding = [judged.holds(id) for id in features]
    if "no" in holding:
        return
    if not features:  # a catalogue that names no features: the verdict tells
        yield from _disagreement(read, row, "N/A", judged)
        return
    because = "; ".join(f"{id}: {judged.features[id].because}" for id in features)
    if set(holding) == {"yes"}:
        yield finding(
            "not-applicable-contradiction",
            read.place("support"),
            plain(f"{row.id}: got N/A, but what it hangs on is there ({because}), expected Y or N"),
            "answer Y or N, or correct the profile if the feature is absent",
            reference=row.id,
            got="N/A",
            expected="Y or N",
        )
        return
    yield finding(
        "not-applicable-unproven",
        read.place("support"),
        plain(f"{row.id}: got N/A, but it is not known that what it hangs on is absent ({because})"),
        "declare in the profile whether the feature is there",
        reference=row.id,
        got="N/A",
    )


def _disagreement(read: ReadRow, row: Requirement, support: Support, judged: Judged) -> Iterator[Finding]:
    """An answer held against the verdict: Y and N/A have to be borne out, N only not to be contradicted."""
    result = next(r for r in judged.result.requirements if r.id == row.id)
    if result.verdict not in UNFOUNDED.get(support, DISAGREEING):
        return
    because = "; ".join(text for text in result.because if text)
    silent = result.verdict == "not-assessed"
    yield finding(
        "support-unfounded" if support in UNFOUNDED else "support-disagrees",
        read.place("support"),
        plain(f"{row.id}: got {support}, but the assessment says {result.verdict} ({because})"),
        "declare in the profile what bears it out, or check the table without a profile"
        if silent
        else "correct the statement or the profile: the two documents disagree",
        reference=row.id,
        got=support,
        expected=result.verdict,
    )
