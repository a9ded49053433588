"""A comparison of many products for a terminal: the answer, what changed, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from iotassess.model.fleet_comparison import (
    WEAK,
    FleetBaseline,
    FleetChange,
    FleetComparison,
    FleetNews,
    Product,
    Standing,
)
from iotassess.model.verdict import Verdict
from iotassess.report.escape import inert, safe
from iotassess.report.headline import percent, short_name
from iotassess.report.layout import Paragraph, Span, columns, fitted, painted, paragraph
from iotassess.report.registry import Look

NOTICE: Final = "Self-assessments against paraphrased requirements, put beside each other."
MOST_PRODUCTS: Final = 40
"""Products of a table: a screen or two; the other formats have all of them."""
MOST_REQUIREMENTS: Final = 10
"""Requirements that most products miss: those to begin with."""
MOST_NEWS: Final = 40
"""Changes of a kind."""
MOST_TEXT: Final = 200
"""Characters of an error or a name."""
LEAST_NAME: Final = 16
"""Columns of a product's path at least, however narrow the terminal."""
MOST_NAME: Final = 48
NARROW: Final = 6
"""Columns of a line that its indent, and the colon behind a path, take."""
"""Columns of a product's path at most, so that the figures behind it keep their place."""

STYLE: Final[dict[FleetChange, str]] = {"worse": "red", "gone": "magenta", "better": "green", "new": "cyan"}
"""A change's colour, what has to be acted on first; the word always stands beside it."""
SHORT: Final[dict[Verdict, str]] = {
    "contradicted": "contra",
    "not-satisfied": "unmet",
    "not-assessed": "open",
    "partial": "partial",
}
"""Headings of the verdicts that leave something to do; the legend says what they mean."""
LEGEND: Final = "Requirements: contra = contradicted, unmet = not-satisfied, open = not-assessed."
COLOUR: Final[dict[Verdict, str]] = {
    "contradicted": "bold red",
    "not-satisfied": "red",
    "not-assessed": "magenta",
    "partial": "yellow",
}


def render(comparison: FleetComparison, look: Look) -> str:
    """Render for a terminal.

    Args:
        comparison: what to show.
        look: width and colour.
    """
    return "".join(f"{inert(line.rstrip())}\n" for line in _lines(comparison, look))


def _lines(comparison: FleetComparison, look: Look) -> Iterator[str]:
    for block in _head(comparison):
        yield from block.lines(look.width, look.colour)
    if comparison.news is not None:
        for block in _news(comparison.news):
            yield from block.lines(look.width, look.colour)
    unusable = [product for product in comparison.products if product.error]
    for block in _unusable(unusable):
        yield from block.lines(look.width, look.colour)
    for baseline in comparison.baselines:
        yield from _baseline(baseline, comparison, look)
    for said in comparison.unread[:MOST_NEWS]:
        yield from paragraph(f"not looked into: {safe(said, MOST_TEXT)}", "yellow", hang=2).lines(
            look.width, look.colour
        )


def _head(comparison: FleetComparison) -> Iterator[Paragraph]:
    products = comparison.products
    unusable = sum(bool(p.error) for p in products)
    contradicted = sum(p.contradictions > 0 for p in products)
    words = [_number(len(products), "product")]
    words += [f"{unusable} that cannot be assessed"] if unusable else []
    words += [f"{contradicted} with contradictions"]
    news = comparison.news
    if news is not None:
        words.insert(0, "WORSE" if news.worse else "not worse")
    bad = (news is not None and news.worse) or unusable or contradicted
    example = "EXAMPLE · " if comparison.example else ""
    yield paragraph(example + " · ".join(words), "bold red" if bad else "bold", hang=2)
    ignored = f" · {comparison.ignored} other YAML files" if comparison.ignored else ""
    yield paragraph(f"as of {comparison.as_of}{ignored} · {NOTICE}", "bright_black", hang=2)
    yield paragraph(LEGEND, "bright_black", hang=2)


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


# --- what changed ------------------------------------------------------------------------------------------


def _news(news: FleetNews) -> Iterator[Paragraph]:
    yield Paragraph()
    yield paragraph(f"Since {safe(news.as_of)}", "bold")
    for id in news.catalogues:
        yield paragraph(f"{safe(id)}: another catalogue; levels are not compared", "yellow", indent=2, hang=2)
    if not (news.products or news.levels or news.verdicts):
        yield paragraph("nothing changed", indent=2)
    rows = [
        (row.change, f"{row.path} {f'({row.name})' if row.name else ''}", row.said) for row in news.products
    ]
    rows += [
        (row.change, row.path, f"{short_name(row.baseline)} level {row.before} → {row.after}")
        for row in news.levels
    ]
    yield from _changes(sorted(rows, key=lambda row: list(STYLE).index(row[0])))
    for change in STYLE:
        of = [row for row in news.verdicts if row.change == change]
        if of:
            yield paragraph(f"{_number(len(of), 'answer')} {change}", STYLE[change], indent=2)
        shown = of[:MOST_NEWS] if change in ("worse", "gone") else []
        for row in shown:
            said = f"{row.requirement}: {row.before or 'not there'} → {row.after or 'gone'}"
            yield Paragraph(
                (Span(f"{safe(row.path, MOST_TEXT)}:", STYLE[change]), Span(safe(said))), indent=4, hang=2
            )
        if 0 < len(shown) < len(of):
            yield paragraph(f"and {len(of) - len(shown)} more", "bright_black", indent=4)


def _changes(rows: Sequence[tuple[FleetChange, str, str]]) -> Iterator[Paragraph]:
    for change, name, said in rows[:MOST_NEWS]:
        head = Span(f"{change}: {safe(name, MOST_TEXT).strip()}:", STYLE[change])
        yield Paragraph((head, Span(safe(said, MOST_TEXT))), indent=2, hang=2)
    if len(rows) > MOST_NEWS:
        yield paragraph(f"and {len(rows) - MOST_NEWS} more", "bright_black", indent=2)


def _unusable(products: Sequence[Product]) -> Iterator[Paragraph]:
    if products:
        yield Paragraph()
        yield paragraph(f"Cannot be assessed ({len(products)})", "bold red")
    for product in products[:MOST_PRODUCTS]:
        name = Span(f"{safe(product.path, MOST_TEXT)}:", "red")
        yield Paragraph((name, Span(safe(product.error, MOST_TEXT))), indent=2, hang=2)
    if len(products) > MOST_PRODUCTS:
        yield paragraph(f"and {len(products) - MOST_PRODUCTS} more", "bright_black", indent=2)


# --- a baseline --------------------------------------------------------------------------------------------


def _baseline(baseline: FleetBaseline, comparison: FleetComparison, look: Look) -> Iterator[str]:
    levels = " · ".join(f"{level} {n}" for level, n in baseline.levels.items() if n)
    name = baseline.name or short_name(baseline.id)
    yield ""
    head = Paragraph(
        (
            Span(safe(f"{name}, edition {baseline.edition}"), "bold"),
            Span(f"· levels {levels}" if levels else ""),
        )
    )
    yield from head.lines(look.width, look.colour)
    rank = {path: n for n, path in enumerate(comparison.worst)}
    judged = [
        (product, standing)
        for product in sorted(comparison.products, key=lambda p: rank.get(p.path, len(rank)))
        for standing in product.standings
        if standing.baseline == baseline.id
    ]
    yield from _products(judged[:MOST_PRODUCTS], look)
    if len(judged) > MOST_PRODUCTS:
        yield f"  and {len(judged) - MOST_PRODUCTS} more; -f html, csv or json show all"
    yield from _requirements(baseline, len(judged), look)


def _products(rows: Sequence[tuple[Product, Standing]], look: Look) -> Iterator[str]:
    if not rows:
        return
    heads = [*(SHORT[v] for v in WEAK), "proven", "claimed"]
    cells = [
        [*(str(standing.counts.get(v, 0)) for v in WEAK), percent(standing.proven), percent(standing.claimed)]
        for _, standing in rows
    ]
    room = _room(heads, look)
    if room < LEAST_NAME:
        heads, cells = heads[:-2], [row[:-2] for row in cells]
        room = _room(heads, look)
    if room < LEAST_NAME:
        yield from _as_lines(rows, look)
        return
    names = [safe(f"{product.path}", MOST_TEXT) for product, _ in rows]
    name = max(min(room, max(map(columns, names)), MOST_NAME), len("product"))
    head = f"  {'product'.ljust(name)}  {'level'}  " + "  ".join(heads)
    yield painted([Span(head, "bold")], look.colour)
    for (_, standing), text, values in zip(rows, names, cells, strict=True):
        shown = _tail(text, name)
        spans = [
            _cell(value, head, COLOUR.get(verdict, "") if value != "0" else "bright_black", look)
            for value, head, verdict in zip(values, heads, (*WEAK, "verified", "declared"), strict=False)
        ]
        pad = " " * (name - columns(shown))
        level = f"{standing.level}{standing.suffix}".ljust(5)
        yield f"  {shown}{pad}  {level}  " + "  ".join(spans)


def _room(heads: Sequence[str], look: Look) -> int:
    """Columns that are left for a product's path: before it two, then its level, then the numbers."""
    return look.width - len("    level  ") - sum(len(head) + 2 for head in heads) + 2


def _as_lines(rows: Sequence[tuple[Product, Standing]], look: Look) -> Iterator[str]:
    """The same where the terminal is too narrow for a table."""
    for product, standing in rows:
        counts = ", ".join(f"{standing.counts[v]} {SHORT[v]}" for v in WEAK if standing.counts[v])
        level = f"{standing.level}{standing.suffix}"
        name = _tail(safe(product.path, MOST_TEXT), look.width - NARROW)
        spans = (Span(f"{name}:"), Span(", ".join(filter(None, (level, counts)))))
        yield from Paragraph(spans, indent=2, hang=2).lines(look.width, look.colour)


def _cell(value: str, head: str, style: str, look: Look) -> str:
    return " " * max(len(head) - len(value), 0) + painted([Span(value, style)], look.colour)


def _tail(text: str, width: int) -> str:
    """Cut a path at its start: what tells products apart is at its end."""
    if columns(text) <= width:
        return text
    cut = text
    while columns(cut) > width - 1:
        cut = cut[1:]
    return f"…{cut}"


def _requirements(baseline: FleetBaseline, judged: int, look: Look) -> Iterator[str]:
    if not baseline.worst:
        return
    yield ""
    shown = baseline.worst[:MOST_REQUIREMENTS]
    more = len(baseline.worst) - len(shown)
    yield painted([Span("  worst requirements", "bold"), Span(f"(of {judged} products)")], look.colour)
    for id in shown:
        row = baseline.requirement(id)
        counts = [f"{row.counts[v]} {v}" for v in WEAK if row.counts[v]]
        spans: Iterable[Span] = (
            Span(fitted(safe(row.id), 24), COLOUR.get(row.worst_verdict, "")),
            Span(safe(row.title, MOST_TEXT)),
            Span(f"({', '.join(counts)})", "bright_black"),
        )
        yield from Paragraph(tuple(spans), indent=4, hang=2).lines(look.width, look.colour)
    if more:
        yield f"    and {more} more"
