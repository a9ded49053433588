"""JSON Schema of a baseline catalogue, for editors; the loader's checks go further (links, parameters)."""

from __future__ import annotations

from typing import Any

from iotassess.model.claim import Grade
from iotassess.model.verdict import Force, NotApplicable

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_LISTED: dict[str, Any] = {"type": "array", "items": {"$ref": "#/$defs/part"}, "minItems": 1}


def _closed(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """Write a mapping that has no other keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _part() -> dict[str, Any]:
    """A probe with its parameters, or arms joined by one word."""
    shared = {
        "min_grade": {"type": "integer", "minimum": 0, "maximum": int(Grade.FRESH)},
        "reason": {**_TEXT, "description": "Why this part belongs to the requirement."},
    }
    probe = {"probe": _TEXT, "params": {"type": "object"}, **shared}
    return {
        "oneOf": [
            _closed(probe, ["probe"]),
            _closed({"any_of": {**_LISTED, "description": "Strongest first."}, **shared}, ["any_of"]),
            _closed({"all_of": _LISTED, **shared}, ["all_of"]),
        ]
    }


def _requirement() -> dict[str, Any]:
    """One row."""
    absence = _closed(
        {
            "basis": {"enum": list(NotApplicable.__args__)},  # type: ignore[attr-defined]
            "when": {"$ref": "#/$defs/part"},
            "rationale": _TEXT,
        },
        ["basis"],
    )
    properties: dict[str, Any] = {
        "id": _TEXT,
        "title": {**_TEXT, "description": "In words of one's own."},
        "summary": {**_TEXT, "description": "In words of one's own."},
        "category": _TEXT,
        "section": _TEXT,
        "force": {"enum": list(Force.__args__)},  # type: ignore[attr-defined]
        "seed": {"type": "object"},
        "gate": {"type": "boolean"},
        "attestation": {"type": "boolean"},
        "not_applicable": absence,
        "technologies": {"type": "array", "items": _TEXT},
        "remediation": _TEXT,
        "parts": _LISTED,
        "crosswalk": {"type": "object"},
        "note": _TEXT,
    }
    required = ["id", "title", "summary", "category", "section", "force", "remediation", "parts"]
    return _closed(properties, required)


def catalogue_schema() -> dict[str, Any]:
    """Make the schema (draft 2020-12)."""
    properties: dict[str, Any] = {
        "id": _TEXT,
        "edition": {**_TEXT, "description": "Edition of the document; quoted."},
        "title": _TEXT,
        "family": _TEXT,
        "licence_note": _TEXT,
        "source": _TEXT,
        "requirements": {"type": "array", "items": {"$ref": "#/$defs/requirement"}, "minItems": 1},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:iotassess:baseline:v1",
        "title": "iotassess baseline catalogue",
        **_closed(properties, ["id", "edition", "title", "family", "requirements"]),
        "$defs": {"part": _part(), "requirement": _requirement()},
    }
