"""One row a requirement as CSV (RFC 4180, UTF-8), for spreadsheets and data frames.

Lines end in CRLF, as RFC 4180, section 2, has it: every reader takes that, and some take nothing else. A row
says by itself of which product, release and moment it is, so that tables can be put together. No cell is
taken for a formula, and none has a line end in it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from iotassess.model.assessment import Assessment, BaselineResult, RequirementResult, claims_of
from iotassess.model.cells import guarded, plain
from iotassess.model.verdict import MET
from iotassess.report.registry import Look

NOTICE: Final = "self-assessment against paraphrased requirements"


class _Row(NamedTuple):
    """What one line is made of."""

    assessment: Assessment
    baseline: BaselineResult
    requirement: RequirementResult

    @property
    def owed(self) -> bool:
        """Whether something is left to do."""
        return self.requirement.verdict not in (*MET, "not-applicable")

    def technologies(self, ids: Iterable[str]) -> Iterator[str]:
        """Names of technologies."""
        return (self.assessment.technologies.get(id, id) for id in ids)

    def missing(self) -> Iterator[str]:
        """Names of technologies that serve it and are not in use, where something is left to do."""
        row = self.requirement
        return self.technologies(id for id in row.technologies if self.owed and id not in row.in_use)

    def sources(self) -> Iterator[str]:
        """Artefacts and documents that the verdict rests on."""
        return (claim.source.artefact or "" for claim in claims_of(self.requirement.parts))

    def lines(self) -> Iterator[str]:
        """Lines of the profile that the verdict rests on."""
        found = {c.source.line or 0 for c in claims_of(self.requirement.parts) if c.source.artefact is None}
        return (str(number) for number in sorted(found) if number)


Cell = str | int | bool | None

COLUMNS: Final[dict[str, Callable[[_Row], Cell]]] = {
    "vendor": lambda row: row.assessment.product.vendor,
    "model": lambda row: row.assessment.product.model,
    "hardware": lambda row: row.assessment.product.hardware_revision,
    "firmware": lambda row: row.assessment.product.firmware_version,
    "as_of": lambda row: row.assessment.as_of.date.isoformat(),
    "example": lambda row: row.assessment.example,
    "baseline": lambda row: row.baseline.id,
    "edition": lambda row: row.baseline.edition,
    "level": lambda row: row.baseline.level,
    "suffix": lambda row: row.baseline.suffix,
    "requirement": lambda row: row.requirement.id,
    "title": lambda row: row.requirement.title,
    "category": lambda row: row.requirement.category,
    "force": lambda row: row.requirement.force,
    "status": lambda row: row.requirement.status,
    "gate_row": lambda row: row.requirement.gate,
    "attestation_row": lambda row: row.requirement.attestation,
    "process": lambda row: row.requirement.process,
    "verdict": lambda row: row.requirement.verdict,
    "grade": lambda row: row.requirement.grade if row.requirement.verdict in MET else None,
    "document_word": lambda row: row.baseline.words.get(row.requirement.verdict),
    "because": lambda row: _joined(row.requirement.because),
    "artefacts": lambda row: _joined(row.sources()),
    "profile_lines": lambda row: _joined(row.lines()),
    "discrepancies": lambda row: _joined(_discrepancies(row)),
    "in_use": lambda row: _joined(row.technologies(row.requirement.in_use)),
    "would_help": lambda row: _joined(row.missing()),
    "remediation": lambda row: row.requirement.remediation if row.owed else None,
    "waiver_reason": lambda row: row.requirement.waiver.reason if row.requirement.waiver else None,
    "waiver_approver": lambda row: row.requirement.waiver.approver if row.requirement.waiver else None,
    "waiver_expires": lambda row: (
        row.requirement.waiver.expires.isoformat() if row.requirement.waiver else None
    ),
    "notice": lambda row: NOTICE,
}
"""Name of a column → what stands in it. A name is for good; new ones come at the end."""


def render(assessment: Assessment, look: Look) -> str:
    """Render as CSV with a header.

    Args:
        assessment: what to show.
        look: does not matter here.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for baseline in assessment.baselines:
        for requirement in baseline.requirements:
            row = _Row(assessment, baseline, requirement)
            writer.writerow([_cell(of(row)) for of in COLUMNS.values()])
    return buffer.getvalue()


def _cell(of: Cell) -> str:
    if of is None:
        return ""
    return str(of).lower() if isinstance(of, bool) else guarded(plain(of))


def _joined(texts: Iterable[str]) -> str:
    """Several texts in one cell, each once."""
    return "; ".join(filter(None, dict.fromkeys(texts)))


def _discrepancies(row: _Row) -> Iterator[str]:
    """Ids of the disagreements that touch it, with what a waiver has to name."""
    marks = set(row.requirement.discrepancies)
    for found in row.assessment.discrepancies:
        if found.fingerprint in marks:
            yield f"{found.id} {found.fingerprint}"
