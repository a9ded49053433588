"""JSON Schema of a baseline catalogue, for editors; the loader's checks go further (links, parameters)."""

from __future__ import annotations

from typing import Any

from iotassess.model.claim import Grade
from iotassess.model.verdict import VERDICTS, Force, NotApplicable

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_FORCE: dict[str, Any] = {"enum": list(Force.__args__)}  # type: ignore[attr-defined]
_FORCES: dict[str, Any] = {
    "type": "array",
    "items": _FORCE,
    "minItems": 1,
    "description": "Each requirement of these forces that is not met needs a reason in the profile.",
}
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
            _closed({"justified": _FORCES, "reason": shared["reason"]}, ["justified"]),
        ]
    }


def _requirement() -> dict[str, Any]:
    """One row."""
    absence = _closed(
        {
            "basis": {"enum": list(NotApplicable.__args__)},  # type: ignore[attr-defined]
            "when": {"$ref": "#/$defs/part"},
            "without": {
                "type": "array",
                "items": _TEXT,
                "minItems": 1,
                "description": "Features of the catalogue, any of whose absence suffices.",
            },
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
        "force": _FORCE,
        "status": {**_TEXT, "description": "As published, where the document has a notation for it."},
        "process": {"type": "boolean", "description": "Judged from documents, and counted apart."},
        "not_checkable": {**_TEXT, "description": "Why no tool can check it, instead of parts."},
        "seed": {"type": "object"},
        "gate": {"type": "boolean"},
        "attestation": {"type": "boolean"},
        "gate_reason": {**_TEXT, "description": "Why it is a gate row."},
        "attestation_reason": {**_TEXT, "description": "Why fresh evidence is to show it."},
        "not_applicable": absence,
        "technologies": {"type": "array", "items": _TEXT},
        "remediation": _TEXT,
        "parts": _LISTED,
        "note": _TEXT,
    }
    required = ["id", "title", "summary", "category", "section", "force", "remediation"]
    row = _closed(properties, required)
    row["oneOf"] = [{"required": ["parts"]}, {"required": ["not_checkable"]}]
    return row


def catalogue_schema() -> dict[str, Any]:
    """Make the schema (draft 2020-12)."""
    properties: dict[str, Any] = {
        "id": _TEXT,
        "edition": {**_TEXT, "description": "Edition of the document; quoted."},
        "title": _TEXT,
        "family": _TEXT,
        "short_name": {**_TEXT, "description": "For one line of a report."},
        "licence_note": _TEXT,
        "source": _TEXT,
        "notice": {**_TEXT, "description": "What a reader of results must know of the document."},
        "words": {
            "type": "object",
            "propertyNames": {"enum": list(VERDICTS)},
            "additionalProperties": _TEXT,
            "description": "The document's own words for verdicts.",
        },
        "features": {
            "type": "object",
            "additionalProperties": _closed(
                {"text": _TEXT, "absent": {"$ref": "#/$defs/part"}}, ["text", "absent"]
            ),
            "description": "Published conditions and features, which rows hang on.",
        },
        "void": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": _TEXT, "minItems": 1},
            "description": "Ids of an earlier edition, and what took their place.",
        },
        "include": {"type": "array", "items": _TEXT, "minItems": 1},
        "requirements": {"type": "array", "items": {"$ref": "#/$defs/requirement"}, "minItems": 1},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:iotassess:baseline:v1",
        "title": "iotassess baseline catalogue",
        **_closed(properties, ["id", "edition", "title", "family", "requirements"]),
        "$defs": {"part": _part(), "requirement": _requirement()},
    }
