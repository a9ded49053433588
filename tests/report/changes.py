"""Assessments with one thing changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from iotassess.model.assessment import Assessment


def with_artefacts(found: Assessment, **changes: Any) -> Assessment:
    """Change the first artefact."""
    first, *rest = found.artefacts
    return replace(found, artefacts=(replace(first, **changes), *rest))


def with_part(found: Assessment, id: str, **changes: Any) -> Assessment:
    """Change the first part of a requirement of the first baseline."""
    first, *others = found.baselines
    rows = list(first.requirements)
    at = next(n for n, row in enumerate(rows) if row.id == id)
    part, *more = rows[at].parts
    rows[at] = replace(rows[at], parts=(replace(part, **changes), *more))
    return replace(found, baselines=(replace(first, requirements=tuple(rows)), *others))
