"""The assessment as JSON (iotassess/assessment/v1): everything, in stable order, for programs."""

from __future__ import annotations

from typing import Any

from iotassess.model.assessment import Assessment, BaselineResult, Discrepancy, PartResult, RequirementResult
from iotassess.model.claim import Claim, Digest, Value
from iotassess.report import appraisal_json, artefact_json, gate_json
from iotassess.report.registry import Look

SCHEMA = "iotassess/assessment/v1"


def _value(value: Value) -> bool | int | float | str:
    return str(value) if isinstance(value, Digest) else value


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "source": claim.source.artefact or "profile",
        "path": claim.source.path,
        "line": claim.source.line,
        "subject": str(claim.subject),
        "property": claim.property,
        "value": _value(claim.value),
        "grade": int(claim.grade),
    }


def _part(part: PartResult) -> dict[str, Any]:
    found: dict[str, Any] = {
        "probe": part.probe,
        "outcome": part.outcome,
        "kind": part.kind,
        "grade": part.grade,
        "because": part.because,
        "disputed": part.disputed,
        "claims": [_claim(c) for c in part.claims],
    }
    if part.arms:
        found["chosen"] = part.chosen
        found["arms"] = [_part(arm) for arm in part.arms]
    return found


def _requirement(row: RequirementResult) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "category": row.category,
        "force": row.force,
        "gate": row.gate,
        "attestation": row.attestation,
        "verdict": row.verdict,
        "grade": row.grade,
        "because": list(row.because),
        "status": row.status,
        "process": row.process,
        "not_applicable_basis": row.not_applicable_basis,
        "parts": [_part(p) for p in row.parts],
        "technologies": list(row.technologies),
        "in_use": list(row.in_use),
        "remediation": row.remediation,
        "discrepancies": list(row.discrepancies),
        "waiver": gate_json.waiver(row.waiver),
    }


def _baseline(result: BaselineResult) -> dict[str, Any]:
    return {
        "id": result.id,
        "edition": result.edition,
        "title": result.title,
        "catalogue_sha256": result.catalogue_sha256,
        "level": result.level,
        "suffix": result.suffix,
        "proven": round(result.proven, 6),
        "claimed": round(result.claimed, 6),
        "because": list(result.because),
        "counts": {
            "total": result.total,
            "applicable": result.applicable,
            "mandatory": dict(result.mandatory),
            "recommended": dict(result.recommended),
            "process": dict(result.process),
        },
        "words": dict(result.words),
        "notice": result.notice,
        "requirements": [_requirement(row) for row in result.requirements],
    }


def _discrepancy(row: Discrepancy) -> dict[str, Any]:
    declared = row.declared
    return {
        "id": row.id,
        "fingerprint": row.fingerprint,
        "severity": row.severity,
        "message": row.message,
        "grade": int(row.grade),
        "subject": str(row.subject),
        "requirements": list(row.requirements),
        "declared": None
        if declared is None
        else {"path": declared.source.path, "line": declared.source.line, "value": _value(declared.value)},
        "evidenced": [
            {
                "artefact": c.source.artefact,
                "claim": c.source.path,
                "value": _value(c.value),
                "offset": offset,
            }
            for c, offset in row.located()
        ],
        "waiver": gate_json.waiver(row.waiver),
    }


def tree(assessment: Assessment) -> dict[str, Any]:
    """Turn an assessment into its JSON object."""
    product = assessment.product
    return {
        "schema": SCHEMA,
        "tool": {"name": "iotassess", "version": assessment.tool_version},
        "as_of": assessment.as_of.date.isoformat(),
        "notice": "A self-assessment against paraphrased requirements, made with the artefacts listed here.",
        "product": {
            "vendor": product.vendor,
            "model": product.model,
            "hardware_revision": product.hardware_revision,
            "firmware_version": product.firmware_version,
        },
        "profile": {"path": assessment.profile_path, "sha256": assessment.profile_sha256},
        "artefacts": [artefact_json.tree(a) for a in assessment.artefacts],
        "appraisals": appraisal_json.rows(assessment.appraisals),
        "discrepancies": [_discrepancy(d) for d in assessment.discrepancies],
        "anchors": [
            {"name": a.name, "source": a.source, "purpose": a.purpose, "thumbprint": a.thumbprint}
            for a in assessment.anchors
        ],
        "example": assessment.example,
        "baselines": [_baseline(b) for b in assessment.baselines],
        "not_done": list(assessment.not_done),
        "identity": dict(assessment.identity),
        "counters": [gate_json.counter(c) for c in assessment.counters],
        "overlooked": [{"path": o.path, "what": o.what, "line": o.line} for o in assessment.overlooked],
        "waivers": [gate_json.waiver_use(w) for w in assessment.waivers],
        "gate": gate_json.gate(assessment.gate),
    }


def render(assessment: Assessment, look: Look) -> str:
    """Render as JSON text."""
    return artefact_json.dumps(tree(assessment))
