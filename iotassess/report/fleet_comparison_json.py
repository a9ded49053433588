"""A comparison of many products as JSON (iotassess/fleet-comparison/v1): all of it, in stable order."""

from __future__ import annotations

from typing import Any

from iotassess.model.fleet_comparison import (
    FleetBaseline,
    FleetComparison,
    FleetNews,
    Product,
    Standing,
)
from iotassess.report import artefact_json
from iotassess.report.registry import Look

SCHEMA = "iotassess/fleet-comparison/v1"
NOTICE = "Self-assessments against paraphrased requirements, put beside each other."


def tree(comparison: FleetComparison) -> dict[str, Any]:
    """Turn a comparison into its JSON object."""
    return {
        "schema": SCHEMA,
        "notice": NOTICE,
        "tool": {"name": "iotassess", "version": comparison.tool_version},
        "as_of": comparison.as_of,
        "example": comparison.example,
        "counts": {
            "products": len(comparison.products),
            "unusable": sum(bool(product.error) for product in comparison.products),
            "ignored": comparison.ignored,
        },
        "baselines": [_baseline(row) for row in comparison.baselines],
        "products": [_product(row) for row in comparison.products],
        "worst_products": list(comparison.worst),
        "changes": None if comparison.news is None else _news(comparison.news),
        "not_done": [f"not looked into: {said}" for said in comparison.unread],
    }


def _baseline(row: FleetBaseline) -> dict[str, Any]:
    return {
        "id": row.id,
        "edition": row.edition,
        "title": row.title,
        "catalogue_sha256": row.catalogue_sha256,
        "levels": dict(row.levels),
        "requirements": [
            {
                "id": one.id,
                "title": one.title,
                "force": one.force,
                "counts": dict(one.counts),
                "worst_products": list(one.worst),
            }
            for one in row.requirements
        ],
        "worst_requirements": list(row.worst),
    }


def _product(row: Product) -> dict[str, Any]:
    return {
        "path": row.path,
        "sha256": row.sha256 or None,
        "vendor": row.vendor,
        "model": row.model,
        "hardware_revision": row.hardware_revision,
        "firmware_version": row.firmware_version,
        "example": row.example,
        "error": row.error or None,
        "artefacts": {"read": row.artefacts, "authenticated": row.authenticated},
        "contradictions": row.contradictions,
        "counts": dict(row.counts),
        "baselines": [_standing(one) for one in row.standings],
    }


def _standing(row: Standing) -> dict[str, Any]:
    return {
        "id": row.baseline,
        "level": row.level,
        "suffix": row.suffix,
        "proven": row.proven,
        "claimed": row.claimed,
        "counts": dict(row.counts),
        "requirements": [{"id": id, "verdict": c.verdict, "grade": c.grade} for id, c in row.cells.items()],
    }


def _news(news: FleetNews) -> dict[str, Any]:
    return {
        "worse": news.worse,
        "old_as_of": news.as_of,
        "other_catalogues": list(news.catalogues),
        "products": [
            {"path": row.path, "name": row.name, "change": row.change, "message": row.said}
            for row in news.products
        ],
        "levels": [
            {
                "path": row.path,
                "baseline": row.baseline,
                "change": row.change,
                "before": row.before,
                "after": row.after,
            }
            for row in news.levels
        ],
        "verdicts": [
            {
                "path": row.path,
                "baseline": row.baseline,
                "requirement": row.requirement,
                "change": row.change,
                "before": row.before,
                "after": row.after,
            }
            for row in news.verdicts
        ],
    }


def render(comparison: FleetComparison, look: Look) -> str:
    """Render as JSON text.

    Args:
        comparison: what to show.
        look: not used.
    """
    return artefact_json.dumps(tree(comparison))
