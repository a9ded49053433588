"""The gate's part of the assessment's JSON: its answer, the waivers, and the counters of the release."""

from __future__ import annotations

from typing import Any

from iotassess.model.counter import Counter
from iotassess.model.gate import Before, Finding, Gate
from iotassess.model.waiver import Waiver, WaiverUse


def waiver(row: Waiver | None) -> dict[str, Any] | None:
    """Turn a waiver into its JSON object."""
    if row is None:
        return None
    return {
        "requirement": row.requirement or None,
        "discrepancy": row.discrepancy or None,
        "reason": row.reason,
        "justification": row.justification,
        "approver": row.approver,
        "approved": row.approved.isoformat(),
        "expires": row.expires.isoformat(),
        "firmware": {"lowest": row.firmware_from or None, "highest": row.firmware_to or None},
        "file": row.file,
        "line": row.line,
    }


def waiver_use(use: WaiverUse) -> dict[str, Any]:
    """Turn a waiver and what became of it into a JSON object."""
    return {"state": use.state, **(waiver(use.waiver) or {})}


def counter(row: Counter) -> dict[str, Any]:
    """Turn a counter into its JSON object."""
    return {
        "kind": row.kind,
        "of": row.of,
        "value": row.value,
        "content": list(row.content),
        "source": row.source,
        "path": row.path,
        "line": row.line,
        "column": row.column,
    }


def gate(row: Gate | None) -> dict[str, Any] | None:
    """Turn the gate's answer into its JSON object."""
    if row is None:
        return None
    return {
        "passed": row.passed,
        "strict": row.strict,
        "open": row.open,
        "reasons": [f"{f.rule}: {f.told}" for f in row.failures],
        "policy": row.policy,
        "policy_sha256": row.policy_sha256,
        "against": row.against,
        "rules": dict(row.rules),
        "findings": [_finding(f) for f in row.findings],
        "undecided": list(row.undecided),
    }


def before(row: Before | None) -> dict[str, Any] | None:
    """Turn what a requirement was into its JSON object."""
    if row is None:
        return None
    return {
        "verdict": row.verdict,
        "grade": row.grade,
        "parts": [{"probe": p.probe, "outcome": p.outcome, "grade": p.grade} for p in row.parts],
    }


def _finding(row: Finding) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "about": row.about,
        "message": row.message,
        "fingerprint": row.fingerprint,
        "line": row.place.line,
        "column": row.place.column,
        "artefact": row.artefact,
        "claim": row.claim,
        "offset": row.offset,
        "requirement": row.requirement or None,
        "discrepancies": list(row.discrepancies),
        "waived_by": [waiver(w) for w in row.waivers],
        "lapsed": waiver(row.lapsed),
        "before": before(row.before),
    }
