"""``iotassess ics export`` and ``ics import``: ETSI's conformance statement, written and checked."""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from iotassess import __version__
from iotassess.baseline.catalogue import Catalogue
from iotassess.cli import output
from iotassess.cli.asking import Asked
from iotassess.cli.loading import load
from iotassess.cli.options import check_format, parse_outputs
from iotassess.cli.output import note, write_stdout
from iotassess.cli.overwriting import refuse_overwriting
from iotassess.errors import UsageError
from iotassess.ics.checking import check, recognise, recognised
from iotassess.ics.columns import UnreadableTable
from iotassess.ics.filling import fill
from iotassess.ics.judged import Judged, editions, judge, statement_catalogue
from iotassess.ics.reading import read_file, read_table
from iotassess.ics.table import Finding, ReadTable, Statement
from iotassess.ics.writing_csv import write_csv
from iotassess.ics.writing_markdown import write_markdown
from iotassess.ics.writing_xlsx import write_xlsx
from iotassess.intake import Request
from iotassess.report.artefact_json import dumps
from iotassess.report.escape import inert, safe

SCHEMA = "iotassess/ics-check/v1"

WRITERS: Mapping[str, Callable[[Statement], bytes]] = {
    "csv": write_csv,
    "markdown": write_markdown,
    "xlsx": write_xlsx,
}
"""Format → what writes it; the first is the default."""

BINARY = ("xlsx",)
"""Formats that do not go to a terminal."""


def export(profile: Path, asked: Asked, *, baseline: str | None, formats: Sequence[str]) -> None:
    """Assess and write the filled statement; parameters as on the command line.

    Raises:
        UsageError: an option is wrong, or the baseline has no pro forma.
    """
    outputs = parse_outputs(list(formats) or [next(iter(WRITERS))], list(WRITERS))
    for wanted in outputs:
        if wanted.format in BINARY and wanted.file is None and sys.stdout is not None and sys.stdout.isatty():
            raise UsageError(
                f"--format: {wanted.format} is not written to a terminal",
                hint=f"name a file: -f {wanted.format}=FILE",
            )
    request = asked.request()
    catalogue = statement_catalogue(baseline)
    loaded = load(profile)
    files = [wanted.file for wanted in outputs if wanted.file is not None]
    refuse_overwriting(files, request, (profile, None if baseline is None else Path(baseline)), loaded)
    statement = fill(judge(loaded, request, catalogue, tool_version=__version__))
    output.write_all([(wanted.file, WRITERS[wanted.format](statement)) for wanted in outputs])


def _judged(profile: Path, request: Request, catalogue: Catalogue) -> Judged:
    """Load the profile, tell its warnings, and judge it."""
    return judge(load(profile), request, catalogue, tool_version=__version__)


def import_(file: Path, profile: Path | None, asked: Asked, *, baseline: str | None, format: str) -> bool:
    """Check a filled statement and print the findings; parameters as on the command line.

    Returns:
        Whether there is no finding of severity error.

    Raises:
        UsageError: an option is wrong, or FILE is missing.
        UnreadableTable: FILE is no table that can be read.
        ProfileError: the profile cannot be used.
    """
    check_format(format)
    request = asked.request()
    if profile is None and any(asked):
        note("iotassess: without a PROFILE nothing is assessed, so options for that are not used")
    catalogue = statement_catalogue(baseline)
    known = editions(catalogue)
    data = read_file(file)
    try:
        table = read_table(data)
    except UnreadableTable as fault:
        raise UnreadableTable(f"{file}: {fault.message}", hint=fault.hint) from None
    notes: list[Finding] = []
    if baseline is None:
        catalogue = recognise(table, known)
        notes = [recognised(table, catalogue)]
    judged = None if profile is None else _judged(profile, request, catalogue)
    findings = (*notes, *check(table, catalogue, known, judged))
    if format == "json":
        write_stdout(dumps(_tree(file, data, table, catalogue, judged, findings)))
    else:
        write_stdout(_text(file, table, catalogue, profile, findings))
    return not any(row.severity == "error" for row in findings)


# --- findings -----------------------------------------------------------------------------------


def _text(
    file: Path, table: ReadTable, catalogue: Catalogue, profile: Path | None, findings: Sequence[Finding]
) -> str:
    lines = []
    for row in findings:
        lines.append(f"{_at(file, row)}: {row.severity}: {row.message} [{row.id}]")
        lines.append(f"  {row.hint}")
    counts = Counter(row.severity for row in findings)
    told = ", ".join(f"{counts[name]} {name}(s)" for name in ("error", "warning", "note"))
    against = "alone" if profile is None else f"against {profile}"
    lines.append(f"{file}: {table.format}, {len(table.rows)} rows, {catalogue.id}, checked {against}: {told}")
    return "".join(f"{inert(safe(line))}\n" for line in lines)


def _at(file: Path, row: Finding) -> str:
    """Where a finding is, so that an editor can go there."""
    place = row.place
    if place.sheet:
        return f"{file}: {place.sheet}!{place.cell}" if place.line else f"{file}: {place.sheet}"
    return f"{file}:{place.line}" if place.line else str(file)


def _tree(
    file: Path,
    data: bytes,
    table: ReadTable,
    catalogue: Catalogue,
    judged: Judged | None,
    findings: Sequence[Finding],
) -> dict[str, Any]:
    counts = Counter(row.severity for row in findings)
    assessment = None if judged is None else judged.assessment
    return {
        "schema": SCHEMA,
        "tool": {"name": "iotassess", "version": __version__},
        "file": {
            "path": str(file),
            "sha256": hashlib.sha256(data).hexdigest(),
            "format": table.format,
            "rows": len(table.rows),
        },
        "baseline": {
            "id": catalogue.id,
            "edition": catalogue.edition,
            "catalogue_sha256": catalogue.sha256,
            "recognised": any(row.id == "edition-recognised" for row in findings),
        },
        "as_of": None if assessment is None else str(assessment.as_of.date),
        "profile": None
        if assessment is None
        else {"path": assessment.profile_path, "sha256": assessment.profile_sha256},
        "example": None if assessment is None else assessment.example,
        "counts": {name: counts[name] for name in ("error", "warning", "note")},
        "findings": [
            {
                "id": row.id,
                "severity": row.severity,
                "reference": row.reference or None,
                "at": _at(file, row),
                "line": row.place.line or None,
                "sheet": row.place.sheet or None,
                "cell": row.place.cell or None,
                "got": row.got or None,
                "expected": row.expected or None,
                "message": row.message,
                "hint": row.hint,
            }
            for row in findings
        ],
    }
