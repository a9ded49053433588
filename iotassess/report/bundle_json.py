"""What ``bundle verify`` found as JSON (iotassess/bundle-check/v1), for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from iotassess.model.bundle import BundleCheck, Difference, Reason
from iotassess.report import artefact_json

SCHEMA = "iotassess/bundle-check/v1"


def tree(check: BundleCheck) -> dict[str, Any]:
    """Turn what was found into its JSON object."""
    anchors = () if check.assessment is None else check.assessment.anchors
    return {
        "schema": SCHEMA,
        "tool": {"name": "iotassess", "version": check.tool_version},
        "file": {"path": check.name, "size": check.size, "sha256": check.sha256},
        "accepted": check.accepted,
        "reasons": _reasons(check.reasons),
        "waived": _reasons(check.waived),
        "manifest": {
            "sha256": check.manifest_sha256 or None,
            "authenticity": check.authenticity,
            "signatures": [artefact_json.signature(one) for one in check.signatures],
            "problems": [artefact_json.problem(one) for one in check.problems],
            "files": check.files,
        },
        "result": {
            "command": check.command,
            "as_of": None if check.as_of is None else check.as_of.date.isoformat(),
            "made_by": check.made_by or None,
            "policy": check.policy,
            "challenges": [{"artefact": of or None, "value": value} for value, of in check.challenges],
            "max_age": check.max_age,
            "example": check.example,
        },
        "rerun": {
            "state": check.rerun,
            "differences": [_difference(one) for one in check.differences],
            "left_out": check.left_out,
        },
        "anchors": [
            {"name": a.name, "source": a.source, "purpose": a.purpose, "thumbprint": a.thumbprint}
            for a in anchors
        ],
    }


def _reasons(rows: Iterable[Reason]) -> list[dict[str, Any]]:
    return [{"id": row.id, "path": row.path or None, "message": row.message} for row in rows]


def _difference(row: Difference) -> dict[str, Any]:
    return {"at": row.pointer, "change": row.change, "was": row.was, "is": row.now}


def render(check: BundleCheck) -> str:
    """Render as JSON text."""
    return artefact_json.dumps(tree(check))
