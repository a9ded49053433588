"""Conclusions in OSCAL: the controls that were reviewed, their objectives, and one finding each.

OSCAL knows two states (``satisfied``: completely satisfied; ``not-satisfied``: not completely, maybe in part)
and, for the reason, ``pass``, ``fail`` and ``other`` ("not a pass or a fail"). Only what is verified is
satisfied: of what is merely declared nobody has seen that it is so. What we know beyond that stands in our
properties.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from iotassess.model.assessment import BaselineResult, RequirementResult
from iotassess.model.verdict import MET, Verdict
from iotassess.report.oscal_evidence import METHOD, Observations, related
from iotassess.report.oscal_ids import METHOD as METHOD_SUFFIX
from iotassess.report.oscal_ids import OBJECTIVE, control_id
from iotassess.report.oscal_risks import Risks
from iotassess.report.oscal_sheet import Sheet
from iotassess.report.oscal_text import Object, filled, line, own, prop, props, prose

State = Literal["satisfied", "not-satisfied"]
Reason = Literal["pass", "fail", "other"]

STATUS: Final[dict[Verdict, tuple[State, Reason, str]]] = {
    "verified": (
        "satisfied",
        "pass",
        "Verified: evidence that is authenticated by an anchor that the user named shows every part.",
    ),
    "declared": (
        "not-satisfied",
        "other",
        "Declared: the maker says so, and evidence that counts does not show all of it. This is no failure.",
    ),
    "partial": (
        "not-satisfied",
        "other",
        "Partial: some parts are met and others are not answered, are weaker or in doubt.",
    ),
    "not-satisfied": ("not-satisfied", "fail", "Not satisfied: a part is declared absent, or shown to fail."),
    "contradicted": ("not-satisfied", "fail", "Contradicted: evidence disagrees with what is declared."),
    "not-applicable": (
        "not-satisfied",
        "other",
        "Not applicable: its condition or feature is absent. OSCAL has no state for that; it is no failure.",
    ),
    "not-assessed": (
        "not-satisfied",
        "other",
        "Not assessed: nothing answers it. That is neither a pass nor a failure.",
    ),
}
"""Verdict → state and reason in OSCAL's words, and why."""

OURS: Final = "iotassess"
ASSESSED: Final = "assessed"
"""The control that is reviewed where no requirement was: that something was assessed at all."""


# --- what was reviewed -------------------------------------------------------------------------------------


def reviewed_controls(sheet: Sheet) -> Object:
    """The requirements of each baseline; where there are none, the one question that was answered."""
    selections = [_selection(baseline) for baseline in sheet.assessment.baselines if baseline.requirements]
    if not selections:
        selections = [
            {
                "description": "No requirement was reviewed.",
                "include-controls": [{"control-id": control_id(OURS, ASSESSED)}],
            }
        ]
    return {
        "control-selections": selections,
        "control-objective-selections": [{"include-all": {}}],
    }


def _selection(baseline: BaselineResult) -> Object:
    members = {
        "baseline": baseline.id,
        "edition": baseline.edition,
        "catalogue-sha-256": baseline.catalogue_sha256,
        "level": baseline.level,
        "level-suffix": baseline.suffix,
        "proven": f"{baseline.proven:.6f}",
        "claimed": f"{baseline.claimed:.6f}",
        "total": baseline.total,
        "applicable": baseline.applicable,
        "held-back-by": baseline.because,
    }
    return filled(
        description=prose(f"{baseline.title}, edition {baseline.edition} ({baseline.id})"),
        props=[*props(members), *_counts(baseline)],
        include_controls=[{"control-id": control_id(baseline.id, row.id)} for row in baseline.requirements],
        remarks=prose(baseline.notice) if baseline.notice else "",
    )


def _counts(baseline: BaselineResult) -> Iterator[Object]:
    for group in ("mandatory", "recommended", "process"):
        counts: dict[Verdict, int] = getattr(baseline, group)
        for verdict, number in counts.items():
            yield from prop("count", number, group=group, kind=verdict)


def objectives(sheet: Sheet) -> list[Object]:
    """What each finding is about: an objective for every requirement, as no OSCAL catalogue has them."""
    found = [
        _objective(control_id(baseline.id, row.id), row.title, row.summary, baseline.id, row.id)
        for baseline in sheet.assessment.baselines
        for row in baseline.requirements
    ]
    return found or [
        _objective(control_id(OURS, ASSESSED), "Something was assessed", "The profile can be used.")
    ]


def _objective(control: str, title: str, summary: str, baseline: str = "", id: str = "") -> Object:
    """One objective and how it is assessed, in the form that OSCAL's constraints ask for."""
    objects = "The profile, the artefacts and the documents that it names."
    method = f"{control}{METHOD_SUFFIX}"
    return filled(
        control_id=control,
        props=props({"baseline": baseline, "requirement": id}),
        parts=[
            {
                "id": f"{control}{OBJECTIVE}",
                "name": "assessment-objective",
                "title": line(title),
                "props": [own("method-id", method)],
                "prose": prose(summary or title),
            },
            {
                "id": method,
                "name": "assessment-method",
                "props": [own("method", METHOD)],
                "parts": [{"name": "assessment-objects", "prose": objects}],
            },
        ],
    )


# --- findings ----------------------------------------------------------------------------------------------


def findings(sheet: Sheet, seen: Observations, open_items: Risks) -> list[Object]:
    """One finding a requirement; where there is none, the one that nothing was assessed.

    Args:
        sheet: of the document.
        seen: its observations.
        open_items: its risks.
    """
    found = [
        _finding(sheet, seen, open_items, baseline, row)
        for baseline in sheet.assessment.baselines
        for row in baseline.requirements
    ]
    return found or [_nothing(sheet, seen, open_items)]


def _finding(
    sheet: Sheet, seen: Observations, open_items: Risks, baseline: BaselineResult, row: RequirementResult
) -> Object:
    return filled(
        uuid=sheet.ids.new("finding", baseline.id, row.id),
        title=line(f"{row.id} {row.title}: {row.verdict}"),
        description=prose(*row.because),
        props=_finding_props(baseline, row),
        target=_target(control_id(baseline.id, row.id), row),
        related_observations=related(seen.of_requirement(baseline, row)),
        related_risks=open_items.of_requirement(baseline, row),
    )


def _target(control: str, row: RequirementResult) -> Object:
    state, reason, why = STATUS[row.verdict]
    applies = row.verdict != "not-applicable"
    return filled(
        type="objective-id",
        target_id=f"{control}{OBJECTIVE}",
        title=line(row.title),
        status={"state": state, "reason": reason, "remarks": why},
        implementation_status=None if applies else {"state": "not-applicable"},
    )


def _finding_props(baseline: BaselineResult, row: RequirementResult) -> list[Object]:
    absent = row.verdict == "not-applicable"
    members = {
        "baseline": baseline.id,
        "requirement": row.id,
        "category": row.category,
        "status": row.status,
        "force": row.force,
        "gate-row": row.gate or None,
        "attestation-row": row.attestation or None,
        "process": row.process or None,
        "verdict": row.verdict,
        "document-word": baseline.words.get(row.verdict),
        "grade": row.grade if row.verdict in MET else None,
        "not-applicable-basis": row.not_applicable_basis if absent else None,
        "absence-shown": row.absence_shown if absent else None,
        "in-use": row.in_use,
        "fingerprint": row.discrepancies,
        "waived-until": row.waiver.expires.isoformat() if row.waiver is not None else None,
    }
    return props(members)


def _nothing(sheet: Sheet, seen: Observations, open_items: Risks) -> Object:
    """An empty list never passes."""
    said = "Nothing was assessed, so that nothing is satisfied."
    return filled(
        uuid=sheet.ids.new("finding", OURS, ASSESSED),
        title="Nothing was assessed",
        description=said,
        target={
            "type": "objective-id",
            "target-id": f"{control_id(OURS, ASSESSED)}{OBJECTIVE}",
            "status": {"state": "not-satisfied", "reason": "fail", "remarks": said},
        },
        related_observations=related(seen.remarks),
        related_risks=open_items.of_gate(),
    )
