"""JSON Schemas (draft 2020-12) of the JSON documents, made from their types."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from iotassess.report.shapes import ArtefactsDocument, AssessmentDocument
from iotassess.report.shapes_bundle import BundleCheckDocument, BundleDocument
from iotassess.report.shapes_comparison import ComparisonDocument
from iotassess.report.shapes_fleet import FleetComparisonDocument
from iotassess.report.shapes_fleet_summary import FleetSummaryDocument

DOCUMENTS: dict[str, type[Any]] = {
    "assessment": AssessmentDocument,
    "artefacts": ArtefactsDocument,
    "comparison": ComparisonDocument,
    "bundle": BundleDocument,
    "bundle-check": BundleCheckDocument,
    "fleet-comparison": FleetComparisonDocument,
    "fleet-summary": FleetSummaryDocument,
}
"""Schema name → type of the document."""


def document_schema(name: str) -> dict[str, Any]:
    """Make the JSON Schema of a document.

    Adding keys is free, so unknown keys are allowed, but for a bundle's manifest, which is read strictly.

    Args:
        name: a key of :data:`DOCUMENTS`; another one is a bug (``KeyError``).
    """
    schema = TypeAdapter(DOCUMENTS[name]).json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:iotassess:{name}:v1",
        **schema,
    }
