"""A comparison of many products as CSV (RFC 4180): one row a product and requirement, for spreadsheets.

A profile that nothing could be made of is one row with its error. No cell is taken for a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from iotassess.model.cells import guarded, plain
from iotassess.model.fleet_comparison import FleetComparison, Product
from iotassess.model.verdict import MET
from iotassess.report.registry import Look

COLUMNS: Final = (
    "path",
    "vendor",
    "model",
    "hardware",
    "firmware",
    "example",
    "as_of",
    "baseline",
    "edition",
    "level",
    "suffix",
    "requirement",
    "title",
    "force",
    "verdict",
    "grade",
    "change",
    "before",
    "error",
)
"""Names of the columns, for good; new ones come at the end."""

Row = dict[str, str | int | bool | None]


def rows(comparison: FleetComparison) -> Iterator[Row]:
    """Give the rows: values by column, None where there is nothing to say."""
    news = (
        {}
        if comparison.news is None
        else {(n.path, n.baseline, n.requirement): n for n in comparison.news.verdicts}
    )
    for product in comparison.products:
        head = _head(product, comparison.as_of)
        if product.error:
            yield {**head, "error": product.error}
        for standing in product.standings:
            baseline = next(b for b in comparison.baselines if b.id == standing.baseline)
            for one in baseline.requirements:
                cell = standing.cells[one.id]
                changed = news.get((product.path, baseline.id, one.id))
                yield {
                    **head,
                    "baseline": baseline.id,
                    "edition": baseline.edition,
                    "level": standing.level,
                    "suffix": standing.suffix,
                    "requirement": one.id,
                    "title": one.title,
                    "force": one.force,
                    "verdict": cell.verdict,
                    "grade": cell.grade if cell.verdict in MET else None,
                    "change": changed.change if changed else None,
                    "before": changed.before if changed else None,
                }


def _head(product: Product, as_of: str) -> Row:
    return {
        **dict.fromkeys(COLUMNS),
        "path": product.path,
        "vendor": product.vendor,
        "model": product.model,
        "hardware": product.hardware_revision,
        "firmware": product.firmware_version,
        "example": product.example,
        "as_of": as_of,
    }


def render(comparison: FleetComparison, look: Look) -> str:
    """Render as CSV with a header.

    Args:
        comparison: what to show.
        look: not used.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows(comparison):
        writer.writerow([_cell(row[name]) for name in COLUMNS])
    return buffer.getvalue()


def _cell(of: str | int | bool | None) -> str:
    if of is None:
        return ""
    return str(of).lower() if isinstance(of, bool) else guarded(plain(of))
