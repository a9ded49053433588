"""Open items in OSCAL, as risks: requirements that are not met, disagreements, and what the gate found.

A risk is open until it is resolved; one that a waiver covers is an approved deviation, which OSCAL counts
among the open ones. Nothing here closes a risk: that a requirement is met later, a later document shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from iotassess.model.assessment import Assessment, BaselineResult, Discrepancy, RequirementResult
from iotassess.model.gate import Finding
from iotassess.model.places import place_of_discrepancy, place_of_requirement
from iotassess.model.verdict import Verdict
from iotassess.model.waiver import Waiver
from iotassess.report.oscal_evidence import Observations, related
from iotassess.report.oscal_sheet import Sheet
from iotassess.report.oscal_text import Object, filled, line, prop, props, prose
from iotassess.report.oscal_waivers import deviation

STATEMENTS: Final[dict[Verdict, str]] = {
    "contradicted": "What is declared is not so: evidence that counts shows otherwise.",
    "not-satisfied": "The requirement is not met: it is declared so, or shown.",
    "partial": "The requirement is met in part: some of it is not, is met in a weaker way, or is in doubt.",
    "not-assessed": "Nothing that was declared or handed in answers the requirement: nobody knows.",
}
"""Verdict that leaves an item open → what that means."""


@dataclass(slots=True)
class Risks:
    """The risks, and where to find one.

    Attributes:
        rows: in order.
        requirements: ``baseline/id`` → UUID.
        discrepancies: fingerprint → UUID.
        gate: what the gate found: UUID → names and fingerprints that it is about.
    """

    rows: list[Object] = field(default_factory=list)
    requirements: dict[str, str] = field(default_factory=dict)
    discrepancies: dict[str, str] = field(default_factory=dict)
    gate: dict[str, frozenset[str]] = field(default_factory=dict)

    def of_requirement(self, baseline: BaselineResult, row: RequirementResult) -> list[Object]:
        """Refer to the risks of one requirement."""
        name = f"{baseline.id}/{row.id}"
        marks = (self.discrepancies.get(mark) for mark in row.discrepancies)
        asked = (
            uuid for uuid, about in self.gate.items() if not about.isdisjoint({name, *row.discrepancies})
        )
        found = [self.requirements.get(name), *marks, *asked]
        return [{"risk-uuid": uuid} for uuid in dict.fromkeys(found) if uuid is not None]

    def of_gate(self) -> list[Object]:
        """Refer to everything that the gate found."""
        return [{"risk-uuid": uuid} for uuid in self.gate]


def risks(sheet: Sheet, seen: Observations) -> Risks:
    """Make all risks of an assessment.

    Args:
        sheet: of the document.
        seen: its observations.
    """
    found = Risks()
    for baseline in sheet.assessment.baselines:
        for row in baseline.requirements:
            if row.verdict in STATEMENTS:
                risk = _requirement(sheet, seen, baseline, row)
                found.requirements.setdefault(f"{baseline.id}/{row.id}", risk["uuid"])
                found.rows.append(risk)
    for discrepancy in sheet.assessment.discrepancies:
        risk = _discrepancy(sheet, seen, discrepancy)
        found.discrepancies.setdefault(discrepancy.fingerprint, risk["uuid"])
        found.rows.append(risk)
    gate = sheet.assessment.gate
    for finding in gate.findings if gate is not None else ():
        risk = _finding(sheet, seen, finding)
        found.gate[risk["uuid"]] = frozenset((finding.requirement, finding.about, *finding.discrepancies))
        found.rows.append(risk)
    return found


def covering(assessment: Assessment, row: RequirementResult) -> tuple[Waiver, ...]:
    """Waivers that cover a requirement; none where something of it is not covered.

    A waiver for a requirement covers no contradiction: each disagreement that contradicts needs its own.

    Args:
        assessment: all of it.
        row: a requirement.
    """
    if row.verdict != "contradicted":
        return () if row.waiver is None else (row.waiver,)
    against = [
        found
        for found in assessment.discrepancies
        if found.severity == "error" and found.fingerprint in row.discrepancies
    ]
    waivers = [found.waiver for found in against if found.waiver is not None]
    return tuple(waivers) if len(waivers) == len(against) else ()


def _risk(
    sheet: Sheet,
    kind: str,
    names: Sequence[object],
    title: str,
    description: str,
    statement: str,
    members: list[Object],
    standing: Object,
    seen: Iterable[str],
    *,
    remediations: Sequence[Object] = (),
) -> Object:
    return filled(
        uuid=sheet.ids.new("risk", kind, *names),
        title=line(title),
        description=description,
        statement=statement,
        props=[*prop("risk-kind", kind), *members],
        origins=sheet.origins,
        remediations=list(remediations),
        related_observations=related(seen),
        **{name.replace("-", "_"): member for name, member in standing.items()},
    )


def _requirement(
    sheet: Sheet, seen: Observations, baseline: BaselineResult, row: RequirementResult
) -> Object:
    name = f"{baseline.id}/{row.id}"
    members = {
        "baseline": baseline.id,
        "requirement": row.id,
        "verdict": row.verdict,
        "force": row.force,
        "profile-line": place_of_requirement(row).line,
    }
    lapsed = [waiver for waiver in _lapsed(sheet) if waiver.requirement == name]
    return _risk(
        sheet,
        "requirement",
        [baseline.id, row.id],
        f"{row.id} {row.title}: {row.verdict}",
        prose(*row.because),
        STATEMENTS[row.verdict],
        props(members),
        deviation(sheet.ids, covering(sheet.assessment, row), lapsed),
        seen.of_requirement(baseline, row),
        remediations=list(_remediations(sheet, baseline, row)),
    )


def _lapsed(sheet: Sheet) -> Iterator[Waiver]:
    return (use.waiver for use in sheet.assessment.waivers if use.state == "expired")


def _remediations(sheet: Sheet, baseline: BaselineResult, row: RequirementResult) -> Iterator[Object]:
    """What to do, as the catalogue recommends it: nobody has planned it."""
    names = sheet.assessment.technologies
    means = [names.get(id, id) for id in row.technologies if id not in row.in_use]
    if not row.remediation and not means:
        return
    yield filled(
        uuid=sheet.ids.new("remediation", baseline.id, row.id),
        lifecycle="recommendation",
        title=line(f"How to meet {row.id}"),
        description=prose(
            row.remediation, f"Technologies that serve it: {', '.join(means)}." if means else ""
        ),
        props=props({"technology": [id for id in row.technologies if id not in row.in_use]}),
    )


def _discrepancy(sheet: Sheet, seen: Observations, found: Discrepancy) -> Object:
    place = place_of_discrepancy(found, lambda path: sheet.locations.of(path).place)
    members = {
        "discrepancy": found.id,
        "fingerprint": found.fingerprint,
        "severity": found.severity,
        "requirement": list(dict.fromkeys(found.requirements)),
        "profile-line": place.line,
    }
    contradicts = found.severity == "error"
    lapsed = [waiver for waiver in _lapsed(sheet) if waiver.discrepancy == found.fingerprint]
    return _risk(
        sheet,
        "discrepancy",
        [found.fingerprint],
        f"{found.id}: {found.subject}",
        prose(found.message),
        "Two sides disagree, and evidence that counts is on one of them."
        if contradicts
        else "Two sides disagree, and nothing vouches for the artefact: a doubt.",
        props(members),
        deviation(sheet.ids, () if found.waiver is None else (found.waiver,), lapsed),
        [
            seen.discrepancies[found.fingerprint],
            *seen.of_paths(claim.source.artefact for claim in found.evidenced),
        ],
    )


def _finding(sheet: Sheet, seen: Observations, found: Finding) -> Object:
    members = {
        "gate-rule": found.rule,
        "about": found.about,
        "fingerprint": found.fingerprint,
        "requirement": found.requirement,
        "artefact": found.artefact,
        "claim": found.claim,
        "byte-offset": found.offset,
        "profile-line": found.place.line,
    }
    observed = [seen.discrepancies[mark] for mark in found.discrepancies if mark in seen.discrepancies]
    observed += seen.of_paths([found.artefact])
    observed += seen.parts.get(found.requirement or found.about, ())
    return _risk(
        sheet,
        "gate",
        [found.rule, found.fingerprint],
        f"Gate rule {found.rule}: {found.about}",
        prose(found.told),
        "The gate fails on it." if not found.waivers else "The gate would fail on it without its waiver.",
        props(members),
        deviation(sheet.ids, found.waivers, () if found.lapsed is None else (found.lapsed,)),
        observed,
    )
