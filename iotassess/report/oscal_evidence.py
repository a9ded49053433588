"""What an assessment rests on, in OSCAL: its observations.

An observation is what was seen, without a conclusion: an artefact that was read, a disagreement, the answer
to one part of a requirement, a remark on the profile, a waiver that holds nothing back. Its method is always
EXAMINE: artefacts and declarations were inspected, and no device was exercised, which TEST would say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from iotassess.model.artefact import Artefact, Problem, SignatureResult, walk
from iotassess.model.assessment import (
    BaselineResult,
    Discrepancy,
    PartResult,
    Remark,
    RequirementResult,
    claims_of,
)
from iotassess.model.claim import Claim, grade_name
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.waiver import WaiverUse
from iotassess.report.gate_text import STATES
from iotassess.report.location import uri
from iotassess.report.oscal_sheet import Sheet
from iotassess.report.oscal_text import (
    Object,
    filled,
    line,
    prop,
    props,
    prose,
    value,
)
from iotassess.report.oscal_waivers import waiver_props

METHOD: Final = "EXAMINE"


@dataclass(slots=True)
class Observations:
    """The observations, and where to find one.

    Attributes:
        rows: in order.
        artefacts: path → UUID.
        discrepancies: fingerprint → UUID.
        parts: requirement (``baseline/id``) → UUIDs.
        remarks: UUIDs.
    """

    rows: list[Object] = field(default_factory=list)
    artefacts: dict[str, str] = field(default_factory=dict)
    discrepancies: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def of_requirement(self, baseline: BaselineResult, row: RequirementResult) -> list[str]:
        """UUIDs of what a verdict rests on: its answers, what disagrees, and the artefacts behind both."""
        found = list(self.parts.get(f"{baseline.id}/{row.id}", ()))
        found += [self.discrepancies[mark] for mark in row.discrepancies if mark in self.discrepancies]
        return found + self.of_paths(claim.source.artefact for claim in claims_of(row.parts))

    def of_paths(self, paths: Iterable[str | None]) -> list[str]:
        """UUIDs of artefacts, each once; documents of the profile are none."""
        return [self.artefacts[path] for path in dict.fromkeys(paths) if path in self.artefacts]


def related(uuids: Iterable[str]) -> list[Object]:
    """Refer to observations, each once."""
    return [{"observation-uuid": uuid} for uuid in dict.fromkeys(uuids)]


def observations(sheet: Sheet) -> Observations:
    """Make all observations of an assessment."""
    found = Observations()
    answers: dict[PartResult, str] = {}
    for artefact in walk(sheet.assessment.artefacts):
        row = _artefact(sheet, artefact)
        found.artefacts.setdefault(artefact.path, row["uuid"])
        found.rows.append(row)
    for discrepancy in sheet.assessment.discrepancies:
        row = _discrepancy(sheet, discrepancy)
        found.discrepancies.setdefault(discrepancy.fingerprint, row["uuid"])
        found.rows.append(row)
    for baseline in sheet.assessment.baselines:
        for requirement in baseline.requirements:
            uuids = _parts(sheet, baseline, requirement, answers, found.rows)
            found.parts.setdefault(f"{baseline.id}/{requirement.id}", uuids)
    for remark in sheet.assessment.remarks:
        row = _remark(sheet, remark)
        found.remarks.append(row["uuid"])
        found.rows.append(row)
    found.rows += [_idle(sheet, use) for use in sheet.assessment.waivers if use.state != "applied"]
    return found


def _observation(
    sheet: Sheet,
    kind: str,
    names: Sequence[object],
    title: str,
    description: str,
    members: list[Object],
    evidence: list[Object],
    *,
    types: Sequence[str] = (),
    subjects: Iterable[Object] = (),
    remarks: str = "",
) -> Object:
    return filled(
        uuid=sheet.ids.new("observation", kind, *names),
        title=line(title),
        description=description,
        props=[*prop("observation-kind", kind), *members],
        methods=[METHOD],
        types=list(types),
        origins=sheet.origins,
        subjects=list(subjects),
        relevant_evidence=evidence,
        collected=sheet.collected,
        remarks=remarks,
    )


def _product(sheet: Sheet, members: list[Object]) -> Object:
    return filled(subject_uuid=sheet.product, type="component", props=members)


def _resource(sheet: Sheet, path: str) -> list[Object]:
    uuid = sheet.resources.get(path)
    return [] if uuid is None else [{"subject-uuid": uuid, "type": "resource", "title": line(path)}]


def _href(sheet: Sheet, path: str | None) -> str:
    return uri(sheet.locations.profile if path is None else sheet.locations.of(path).file)


def _artefact(sheet: Sheet, artefact: Artefact) -> Object:
    found = f"{artefact.kind or 'not recognised'}, {artefact.authenticity}"
    bound = f", binding {artefact.binding}" if artefact.binding else ""
    graded = "" if artefact.grade is None else f", grade {artefact.grade} ({grade_name(artefact.grade)})"
    whole = filled(
        href=_href(sheet, artefact.path),
        description=prose(f"{artefact.path}: {found}{bound}{graded}"),
        props=_artefact_props(sheet, artefact),
    )
    return _observation(
        sheet,
        "artefact",
        [artefact.path],
        f"Artefact {artefact.path}",
        prose(f"{artefact.path} was read: {found}{bound}{graded}."),
        props({"artefact": artefact.path, "authenticity": artefact.authenticity}),
        [whole, *(_problem(sheet, artefact, problem) for problem in artefact.problems)],
        subjects=_resource(sheet, artefact.path),
    )


def _artefact_props(sheet: Sheet, artefact: Artefact) -> list[Object]:
    role = artefact.role
    members = {
        "inside": sheet.locations.of(artefact.path).inside,
        "artefact-kind": artefact.kind,
        "media-type": artefact.media_type,
        "sha-256": artefact.sha256,
        "size": artefact.size,
        "wellformed": artefact.wellformed,
        "authenticity": artefact.authenticity,
        "binding": artefact.binding,
        "grade": artefact.grade,
        "device": artefact.device,
        "fresh-by": artefact.fresh,
        "component": role.component if role is not None else None,
    }
    found = props(members)
    for number, signature in enumerate(artefact.signatures, start=1):
        found += _signature(signature, f"signature-{number}")
    return found


def _signature(signature: SignatureResult, group: str) -> list[Object]:
    return props(
        {
            "signature-type": signature.type,
            "signature-alg": signature.alg,
            "signature-kid": signature.kid,
            "signature-status": signature.status,
            "signature-key": signature.key,
            "anchor-source": signature.anchor_source,
            "anchor-purpose": signature.anchor_purpose,
            "thumbprint": signature.thumbprint,
        },
        group,
    )


def _problem(sheet: Sheet, artefact: Artefact, problem: Problem) -> Object:
    """A problem; its offset in a nested token counts from the token's first byte, which its name says."""
    inside = sheet.locations.of(artefact.path).inside
    at = f" at {problem.at}" if problem.at else ""
    return filled(
        href=_href(sheet, artefact.path),
        description=prose(f"{problem.severity} {problem.id}{at}: {problem.message}"),
        props=props(
            {
                "problem": problem.id,
                "severity": problem.severity,
                "claim": problem.at,
                "byte-offset-inside" if inside else "byte-offset": problem.offset,
            }
        ),
    )


def _discrepancy(sheet: Sheet, found: Discrepancy) -> Object:
    evidence = [_evidence(sheet, claim, offset) for claim, offset in found.located()]
    if found.declared is not None:
        evidence.insert(0, _evidence(sheet, found.declared))
    members = {
        "discrepancy": found.id,
        "fingerprint": found.fingerprint,
        "severity": found.severity,
        "grade": int(found.grade),
    }
    paths = dict.fromkeys(claim.source.artefact or "" for claim in found.evidenced)
    subjects = [_product(sheet, prop("subject", found.subject))]
    subjects += [one for path in paths for one in _resource(sheet, path)]
    means = DISCREPANCIES.get(found.id, "the sides disagree")
    return _observation(
        sheet,
        "discrepancy",
        [found.fingerprint],
        f"{found.id}: {means}",
        prose(found.message),
        props(members),
        evidence,
        types=["ssp-statement-issue", "finding"] if found.declared is not None else ["finding"],
        subjects=subjects,
    )


def _cited(sheet: Sheet, claim: Claim) -> Object:
    """One claim: where it stands, and what it says for readers."""
    source = claim.source
    members = {"line": source.line, "claim": source.path, "grade": int(claim.grade)}
    return filled(
        href=_href(sheet, source.artefact),
        description=prose(f"{source}: {claim.property} of {claim.subject} is {value(claim)}"),
        props=props(members),
    )


def _evidence(sheet: Sheet, claim: Claim, offset: int | None = None) -> Object:
    """One side of a disagreement, for programs too."""
    members = {
        "artefact": claim.source.artefact,
        "byte-offset": offset,
        "subject": claim.subject,
        "property": claim.property,
        "value": value(claim),
    }
    cited = _cited(sheet, claim)
    return {**cited, "props": [*cited["props"], *props(members)]}


def _parts(
    sheet: Sheet,
    baseline: BaselineResult,
    row: RequirementResult,
    answers: dict[PartResult, str],
    rows: list[Object],
) -> list[str]:
    """UUIDs of the answers to a requirement's parts; one that was given before is the same observation."""
    for number, part in enumerate(row.parts):
        if part not in answers:
            made = _part(sheet, part, [baseline.id, row.id, number])
            answers[part] = made["uuid"]
            rows.append(made)
    return [answers[part] for part in row.parts]


def _part(sheet: Sheet, part: PartResult, names: Sequence[object]) -> Object:
    members = {
        "probe": part.probe,
        "outcome": part.outcome,
        "part-kind": part.kind,
        "grade": part.grade,
        "disputed": part.disputed or None,
    }
    return _observation(
        sheet,
        "part",
        names,
        part.question or part.probe,
        prose(f"{part.outcome}: {part.because}"),
        [*props(members), *_arms(part)],
        [_cited(sheet, claim) for claim in dict.fromkeys(claims_of([part]))],
        types=["control-objective"],
        subjects=[_product(sheet, [])],
    )


def _arms(part: PartResult) -> list[Object]:
    """The alternatives of a part, or all that it asks."""
    found: list[Object] = []
    for number, arm in enumerate(part.arms, start=1):
        group = f"arm-{number}"
        found += prop("arm-probe", arm.probe, group=group, remarks=prose(arm.because))
        found += props({"arm-outcome": arm.outcome, "arm-grade": arm.grade}, group)
        found += prop("arm-chosen", part.chosen == number - 1, group=group)
    return found


def _remark(sheet: Sheet, remark: Remark) -> Object:
    members = {"rule": remark.rule, "severity": remark.severity, "line": remark.place.line}
    href = uri(sheet.locations.profile)
    return _observation(
        sheet,
        "profile-remark",
        [remark.rule, *remark.place, remark.message],
        f"{remark.rule}, line {remark.place.line} of the profile",
        prose(remark.message),
        props(members),
        [{"href": href, "description": prose(remark.message), "props": props({"line": remark.place.line})}],
        types=["ssp-statement-issue"] if remark.severity == "error" else [],
        subjects=[{"subject-uuid": sheet.profile, "type": "resource"}],
    )


def _idle(sheet: Sheet, use: WaiverUse) -> Object:
    """A waiver that holds nothing back: nobody should have to miss it."""
    waiver = use.waiver
    told = STATES.get(use.state, use.state)
    return _observation(
        sheet,
        "waiver",
        [waiver.target, waiver.file, waiver.line],
        f"Waiver for {waiver.target}: {use.state}",
        prose(f"{waiver.file}:{waiver.line}: the waiver for {waiver.target} holds nothing back. {told}."),
        [*prop("waiver-state", use.state), *waiver_props(waiver)],
        [],
        subjects=[_product(sheet, [])],
    )
