"""Artefacts as JSON: the part that ``verify``, ``inspect`` and ``assess`` share (iotassess/artefacts/v1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from iotassess.model.appraisal import Appraisal
from iotassess.model.artefact import Artefact, Problem, SignatureResult
from iotassess.model.assessment import AsOf
from iotassess.model.tree import Node
from iotassess.report import appraisal_json, tree_json
from iotassess.report.escape import escaped

SCHEMA = "iotassess/artefacts/v1"


def tree(artefact: Artefact) -> dict[str, Any]:
    """Turn one artefact into its JSON object.

    Args:
        artefact: read; binding and grade are null outside an assessment.
    """
    return {
        "path": artefact.path,
        "kind": artefact.kind,
        "media_type": artefact.media_type,
        "sha256": artefact.sha256,
        "size": artefact.size,
        "wellformed": artefact.wellformed,
        "authenticity": artefact.authenticity,
        "binding": artefact.binding,
        "grade": artefact.grade,
        "device": artefact.device or None,
        "component": artefact.role.component if artefact.role is not None else None,
        "signatures": [signature(row) for row in artefact.signatures],
        "problems": [problem(row) for row in artefact.problems],
        "claims": artefact.claims or {},
        "nested": [tree(inner) for inner in artefact.nested],
    }


def signature(row: SignatureResult) -> dict[str, Any]:
    """Turn what came of one signature into its JSON object."""
    return {
        "type": row.type,
        "alg": row.alg,
        "kid": row.kid,
        "status": row.status,
        "key": row.key,
        "anchor_source": row.anchor_source,
        "anchor_purpose": row.anchor_purpose,
        "thumbprint": row.thumbprint,
    }


def problem(row: Problem) -> dict[str, Any]:
    """Turn a problem into its JSON object."""
    return {
        "id": row.id,
        "severity": row.severity,
        "message": row.message,
        "at": row.at,
        "offset": row.offset,
    }


def document(
    artefacts: Sequence[Artefact],
    trees: Sequence[Node] | None = None,
    *,
    tool_version: str,
    as_of: AsOf,
    appraisals: Sequence[Appraisal] = (),
) -> dict[str, Any]:
    """Make the whole document of ``verify`` and ``inspect``.

    Args:
        artefacts: read.
        trees: of the bytes of each of them (``inspect``), or None.
        tool_version: which iotassess.
        as_of: the moment.
        appraisals: of the tokens among them (``verify``).
    """
    rows = [tree(artefact) for artefact in artefacts]
    for row, node in zip(rows, trees or (), strict=trees is not None):
        row["tree"] = tree_json.as_json(node)
    found = {
        "schema": SCHEMA,
        "tool": {"name": "iotassess", "version": tool_version},
        "as_of": as_of.date.isoformat(),
        "artefacts": rows,
    }
    return found if trees is not None else found | {"appraisals": appraisal_json.rows(appraisals)}


def dumps(value: Any) -> str:
    """Write JSON the same way everywhere: two spaces, UTF-8, keys in their order, a final newline.

    What would steer a terminal is escaped, which means the same to a program.
    """
    return escaped(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)) + "\n"
