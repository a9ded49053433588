"""A comparison of two results as JSON (iotassess/comparison/v1): all of it, in stable order, for programs."""

from __future__ import annotations

from typing import Any

from iotassess.model.comparison import (
    ArtefactChange,
    BaselineChange,
    Comparison,
    CounterChange,
    ProductChange,
    RequirementChange,
)
from iotassess.report import artefact_json
from iotassess.report.comparison_words import NOTICE, SHARES, counts
from iotassess.report.registry import Look

SCHEMA = "iotassess/comparison/v1"


def tree(comparison: Comparison) -> dict[str, Any]:
    """Turn a comparison into its JSON object."""
    return {
        "schema": SCHEMA,
        "notice": NOTICE,
        "worse": comparison.worse,
        "counts": counts(comparison),
        "old": {"as_of": comparison.old_as_of, "gate_passed": comparison.old_passed},
        "new": {"as_of": comparison.new_as_of},
        "product": [_product(row) for row in comparison.product],
        "release": [_product(row) for row in comparison.release],
        "baselines": [_baseline(row) for row in comparison.baselines],
        "requirements": [_requirement(row) for row in comparison.requirements],
        "artefacts": [_artefact(row) for row in comparison.artefacts],
        "counters": [_counter(row) for row in comparison.counters],
        "contradictions": list(comparison.contradictions),
    }


def _product(row: ProductChange) -> dict[str, Any]:
    return {"name": row.name, "before": row.before, "after": row.after}


def _baseline(row: BaselineChange) -> dict[str, Any]:
    shares = dict(zip(SHARES, row.shares, strict=bool(row.shares)))
    before, after = row.levels
    return {
        "id": row.id,
        "comparable": row.comparable,
        "edition": {"before": row.before, "after": row.after},
        "level": {"before": before, "after": after},
        **{name: _share(shares.get(name)) for name in SHARES},
    }


def _share(pair: tuple[float, float] | None) -> dict[str, float] | None:
    return None if pair is None else {"before": round(pair[0], 6), "after": round(pair[1], 6)}


def _requirement(row: RequirementChange) -> dict[str, Any]:
    return {
        "baseline": row.baseline,
        "id": row.id,
        "title": row.title,
        "change": row.change,
        "before": row.before,
        "after": row.after,
        "owed": None if row.owed is None else {"verdict": row.owed.verdict, "grade": row.owed.grade},
        "causes": list(row.causes),
        "line": row.line,
        "column": row.column,
    }


def _artefact(row: ArtefactChange) -> dict[str, Any]:
    return {
        "path": row.path,
        "kind": row.kind,
        "change": row.change,
        "before": row.before,
        "after": row.after,
    }


def _counter(row: CounterChange) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "of": row.of,
        "change": row.change,
        "before": row.before,
        "after": row.after,
        "why": row.why,
        "source": row.source,
        "line": row.line,
        "column": row.column,
    }


def render(comparison: Comparison, look: Look) -> str:
    """Render as JSON text.

    Args:
        comparison: what to show.
        look: not used.
    """
    return artefact_json.dumps(tree(comparison))
