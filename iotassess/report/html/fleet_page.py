"""A comparison of many products as one page: what changed, the worst first, and a heat map a baseline.

It is made as the page of one assessment is: by the same engine, which escapes everything, under a policy that
admits its own style and script and nothing else. Without the script every row and every table is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup

from iotassess.model.fleet_comparison import (
    WEAK,
    WORST_FIRST,
    FleetBaseline,
    FleetComparison,
    FleetRequirement,
    Product,
    Standing,
)
from iotassess.model.verdict import Verdict
from iotassess.report.headline import percent, short_name
from iotassess.report.html import words
from iotassess.report.html.page import _environment, _part, _policy
from iotassess.report.registry import Look

BAR = 1000
"""Units that a bar is long."""
MOST_NEWS = 500
"""Answers that changed and are listed; JSON and CSV have all of them."""


class Segment(NamedTuple):
    """A piece of a bar: how many products have a verdict."""

    verdict: Verdict
    number: int
    start: float
    length: float


class Line(NamedTuple):
    """A product's row in a heat map."""

    position: int
    product: Product
    standing: Standing
    has: str


class Section(NamedTuple):
    """A baseline of the page."""

    position: int
    baseline: FleetBaseline
    name: str
    lines: tuple[Line, ...]
    levels: tuple[tuple[str, int], ...]


def render(comparison: FleetComparison, look: Look) -> str:
    """Render as one HTML page.

    Args:
        comparison: what to show.
        look: not used.
    """
    style, script = _part("page.css") + _part("fleet.css"), _part("fleet.js")
    rank = {path: n for n, path in enumerate(comparison.worst)}
    ordered = sorted(comparison.products, key=lambda product: rank.get(product.path, len(rank)))
    return (
        _environment()
        .get_template("fleet.html")
        .render(
            comparison=comparison,
            news=comparison.news,
            products=ordered,
            unusable=[product for product in ordered if product.error],
            contradicted=sum(product.contradictions > 0 for product in ordered),
            sections=[_section(n, b, ordered) for n, b in enumerate(comparison.baselines)],
            short={b.id: b.name or short_name(b.id) for b in comparison.baselines},
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            policy=_policy(style, script),
            words=words,
            percent=percent,
            bar=bar,
            has=_has,
            weak=WEAK,
            verdicts=WORST_FIRST,
            most_news=MOST_NEWS,
        )
    )


def _section(position: int, baseline: FleetBaseline, products: list[Product]) -> Section:
    lines = tuple(
        Line(n, product, standing, _has(standing.counts))
        for n, product in enumerate(products)
        for standing in product.standings
        if standing.baseline == baseline.id
    )
    levels = tuple((level, number) for level, number in baseline.levels.items() if number)
    return Section(position, baseline, baseline.name or short_name(baseline.id), lines, levels)


def _has(counts: Mapping[Verdict, int]) -> str:
    """The verdicts that stand in a row, for the filter."""
    return " ".join(verdict for verdict in WORST_FIRST if counts.get(verdict))


def bar(row: FleetRequirement) -> list[Segment]:
    """Cut a bar into the verdicts of a requirement, the worst first."""
    total = sum(row.counts.values()) or 1
    segments, start = [], 0
    for verdict in WORST_FIRST:
        number = row.counts[verdict]
        if number:
            length = (start + number) * BAR / total - start * BAR / total
            segments.append(Segment(verdict, number, round(start * BAR / total, 2), round(length, 2)))
            start += number
    return segments
