"""Our own appraisals of tokens as JSON: plain rows for the documents of ``verify`` and ``assess``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from iotassess.model import ar4si
from iotassess.model.appraisal import Appraisal, ComponentResult, ReferenceEntry


def rows(appraisals: Iterable[Appraisal]) -> list[dict[str, Any]]:
    """Turn appraisals into JSON objects, one a token.

    Args:
        appraisals: in the order of the call.
    """
    return [_row(one) for one in appraisals]


def _row(appraisal: Appraisal) -> dict[str, Any]:
    return {
        "token": appraisal.token,
        "kind": appraisal.kind,
        "device": appraisal.device or None,
        "authenticity": appraisal.authenticity,
        "status": {"value": ar4si.STATUS_VALUES[appraisal.status], "name": appraisal.status},
        "trustworthiness_vector": appraisal.vector,
        "entries": [
            {
                "category": entry.category,
                "value": entry.value,
                "tier": ar4si.tier(entry.value),
                "meaning": ar4si.meaning(entry.category, entry.value),
                "reason": entry.reason,
                "at": entry.at,
            }
            for entry in appraisal.entries
        ],
        "components": [_component(result) for result in appraisal.components],
        "unreported": [_reference(entry) for entry in appraisal.unreported],
        "references": [
            {
                "path": source.path,
                "kind": source.kind,
                "authenticity": source.authenticity,
                "grade": source.grade,
                "doubt": source.doubt or None,
            }
            for source in appraisal.references
        ],
    }


def _component(result: ComponentResult) -> dict[str, Any]:
    measured = result.component
    return {
        "index": measured.position,
        "path": measured.path,
        "type": measured.type,
        "outcome": result.outcome,
        "reference": None if result.reference is None else _reference(result.reference),
        "differs": list(result.differs),
    }


def _reference(entry: ReferenceEntry) -> dict[str, Any]:
    return {
        "artefact": entry.artefact,
        "path": entry.path,
        "name": entry.name,
        "version": entry.version,
        "signers": list(entry.signers),
        "digests": [{"alg": digest.alg, "value": digest.value} for digest in entry.digests],
    }
