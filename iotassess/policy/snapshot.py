"""What two results are compared by: taken from an assessment at hand, or read from its JSON.

Reading is strict: an earlier result that was cut, merged or written by hand must not pass for one that says
little. Keys that are not compared are not looked at, since adding some is free.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from iotassess.model.artefact import Artefact, Authenticity, Binding, Severity, walk
from iotassess.model.assessment import Assessment, BaselineResult, PartResult, RequirementResult
from iotassess.model.claim import Claim, Digest
from iotassess.model.counter import Counter
from iotassess.model.gate import Before, Finding
from iotassess.model.verdict import Level, Outcome, Verdict

Plain = bool | int | float | str

PROFILE = "profile"
"""Source of what the profile says."""


class SnapClaim(NamedTuple):
    """One claim that an answer used, as the JSON has it."""

    source: str
    path: str
    line: int | None
    subject: str
    property: str
    value: Plain
    grade: int


class SnapPart(NamedTuple):
    """One part of a requirement; a group has arms."""

    probe: str
    outcome: Outcome
    grade: int
    because: str
    claims: tuple[SnapClaim, ...] = ()
    arms: tuple[SnapPart, ...] = ()

    def all_claims(self) -> Iterator[SnapClaim]:
        """Claims of it and of its arms, each once."""
        yield from dict.fromkeys((*self.claims, *(c for arm in self.arms for c in arm.all_claims())))


class SnapRequirement(NamedTuple):
    """One requirement."""

    id: str
    title: str
    verdict: Verdict
    grade: int
    because: tuple[str, ...]
    parts: tuple[SnapPart, ...]
    discrepancies: tuple[str, ...]


class SnapArtefact(NamedTuple):
    """One artefact, or one nested in it."""

    path: str
    kind: str
    sha256: str
    authenticity: Authenticity
    binding: Binding | None
    grade: int
    device: str = ""
    component: str = ""


class SnapDiscrepancy(NamedTuple):
    """One disagreement."""

    id: str
    fingerprint: str
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class SnapBaseline:
    """One baseline; its requirements by id."""

    id: str
    edition: str
    title: str
    sha256: str
    level: Level
    suffix: str
    proven: float
    claimed: float
    requirements: Mapping[str, SnapRequirement]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One result, as far as it is compared.

    Attributes:
        name: of its file, or "".
        product: vendor, model, hardware_revision, firmware_version.
        identity: declared identifiers.
        artefacts: flat, each before what it holds.
        counters: (kind, of) → counter.
        passed: what the gate said of it, or None where none was asked.
        owed: requirement (``baseline/id``) → what it was before it became worse, where a waiver held that
            back.
    """

    name: str
    tool_version: str
    as_of: str
    example: bool
    product: Mapping[str, str | None]
    identity: Mapping[str, str]
    baselines: Mapping[str, SnapBaseline]
    artefacts: tuple[SnapArtefact, ...]
    counters: Mapping[tuple[str, str], Counter]
    discrepancies: tuple[SnapDiscrepancy, ...] = ()
    passed: bool | None = None
    owed: Mapping[str, Before] = field(default_factory=dict)


def snapshot(assessment: Assessment) -> Snapshot:
    """Take what is compared from an assessment at hand."""
    product = assessment.product
    return Snapshot(
        name="",
        tool_version=assessment.tool_version,
        as_of=assessment.as_of.date.isoformat(),
        example=assessment.example,
        product={
            "vendor": product.vendor,
            "model": product.model,
            "hardware_revision": product.hardware_revision,
            "firmware_version": product.firmware_version,
        },
        identity=dict(assessment.identity),
        baselines={row.id: _baseline(row) for row in assessment.baselines},
        artefacts=tuple(_artefact(a) for a in walk(assessment.artefacts)),
        counters=by_name(assessment.counters),
        discrepancies=tuple(
            SnapDiscrepancy(d.id, d.fingerprint, d.severity, d.message) for d in assessment.discrepancies
        ),
        passed=None if assessment.gate is None else assessment.gate.passed,
        owed={} if assessment.gate is None else owed(assessment.gate.findings),
    )


def owed(findings: Iterable[Finding]) -> dict[str, Before]:
    """What requirements had before regressions that waivers held back."""
    return {f.about: f.before for f in findings if f.before is not None and f.waivers}


def by_name(counters: Iterable[Counter]) -> dict[tuple[str, str], Counter]:
    """Counters by what they count."""
    return {(c.kind, c.of): c for c in counters}


def _baseline(row: BaselineResult) -> SnapBaseline:
    return SnapBaseline(
        row.id,
        row.edition,
        row.title,
        row.catalogue_sha256,
        row.level,
        row.suffix,
        round(row.proven, 6),
        round(row.claimed, 6),
        {r.id: _requirement(r) for r in row.requirements},
    )


def _requirement(row: RequirementResult) -> SnapRequirement:
    parts = tuple(map(_part, row.parts))
    return SnapRequirement(
        row.id, row.title, row.verdict, row.grade, tuple(row.because), parts, tuple(row.discrepancies)
    )


def _part(part: PartResult) -> SnapPart:
    claims, arms = tuple(map(_claim, part.claims)), tuple(map(_part, part.arms))
    return SnapPart(part.probe, part.outcome, part.grade, part.because, claims, arms)


def _claim(claim: Claim) -> SnapClaim:
    source, value = claim.source, claim.value
    return SnapClaim(
        source.artefact or PROFILE,
        source.path,
        source.line,
        str(claim.subject),
        claim.property,
        str(value) if isinstance(value, Digest) else value,
        int(claim.grade),
    )


def _artefact(artefact: Artefact) -> SnapArtefact:
    return SnapArtefact(
        artefact.path,
        artefact.kind or "",
        artefact.sha256,
        artefact.authenticity,
        artefact.binding,
        artefact.grade or 0,
        artefact.device,
        (artefact.role.component or "") if artefact.role is not None else "",
    )
