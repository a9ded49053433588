"""A comparison of two results for a terminal: whether anything is worse, then the worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from iotassess.model.comparison import WORSE, BaselineChange, Change, Comparison, RequirementChange
from iotassess.report import comparison_words as words
from iotassess.report.escape import inert, safe
from iotassess.report.layout import Paragraph, Span, paragraph
from iotassess.report.registry import Look

STYLE: dict[Change, str] = {
    "worse": "red",
    "gone": "magenta",
    "new": "cyan",
    "better": "green",
    "same": "bright_black",
}
"""A change's colour; the word always stands beside it, so that colour alone never says anything."""
MOST_CAUSE = 600
"""Characters of a cause or a disagreement in the terminal; the JSON report has all of it."""

_Row = TypeVar("_Row")


def render(comparison: Comparison, look: Look) -> str:
    """Render for a terminal.

    Args:
        comparison: what to show.
        look: width and colour.
    """
    lines = [line for block in _blocks(comparison) for line in block.lines(look.width, look.colour)]
    return "".join(f"{inert(line.rstrip())}\n" for line in lines)


def _blocks(comparison: Comparison) -> Iterator[Paragraph]:
    yield from _head(comparison)
    rows = [words.product(row) for row in comparison.product]
    yield from _section("Another product", rows, lambda text: _item(text, "red"), "bold red")
    yield from _section("Release", [words.product(r) for r in comparison.release], _item)
    yield from _section("Baselines", comparison.baselines, lambda row: _baseline(row, comparison))
    for section in words.sections(comparison):
        yield from _section(section.title, section.rows, _requirement, f"bold {STYLE[section.change]}")
    yield from _section(
        "Artefacts",
        comparison.artefacts,
        lambda row: _named(f"{row.path} ({row.kind})", words.artefact(row), STYLE[row.change]),
    )
    yield from _section(
        "Counters",
        comparison.counters,
        lambda row: _named(words.counter_name(row), words.counter(row), STYLE[row.change]),
    )
    yield from _section(
        "New contradictions", comparison.contradictions, lambda text: _item(text, "red"), "bold red"
    )


def _head(comparison: Comparison) -> Iterator[Paragraph]:
    style = "bold red" if comparison.worse else "bold green"
    yield paragraph(words.first_line(comparison), style, hang=2)
    also = words.also_worse(comparison)
    if also:
        yield paragraph(f"also worse: {', '.join(also)}", "red", hang=2)
    moments = _shown(f"as of {comparison.old_as_of} → {comparison.new_as_of}")
    yield paragraph(moments, "bright_black", hang=2)
    yield paragraph(words.NOTICE, "bright_black", hang=2)
    if comparison.old_passed is False:
        yield paragraph(words.STOPPED, "yellow", hang=2)


def _section(
    title: str, rows: Sequence[_Row], shown: Callable[[_Row], Iterable[Paragraph]], style: str = "bold"
) -> Iterator[Paragraph]:
    if rows:
        yield Paragraph()
        yield paragraph(f"{title} ({len(rows)})", style)
        for row in rows:
            yield from shown(row)


def _item(text: str, style: str = "") -> Iterator[Paragraph]:
    yield paragraph(_shown(text), style, indent=2, hang=2)


def _named(name: str, told: str, style: str) -> Iterator[Paragraph]:
    """A name, and what became of it; both are further in than anything of ours."""
    yield Paragraph((Span(f"{safe(name)}:", style), Span(_shown(told))), indent=2, hang=2)


def _baseline(row: BaselineChange, comparison: Comparison) -> Iterator[Paragraph]:
    change: Change = "gone" if row.after is None else "new" if row.before is None else "same"
    style = STYLE[change] if change != "same" else "" if row.comparable else "yellow"
    yield from _named(row.id, words.baseline(row, comparison), style)


def _requirement(row: RequirementChange) -> Iterator[Paragraph]:
    head = Span(safe(row.name), STYLE[row.change])
    at = (Span(f"(profile:{row.line})", "bright_black"),) if row.line and row.change in WORSE else ()
    told = Span(_shown(words.requirement(row)), STYLE[row.change])
    yield Paragraph((head, Span(_shown(row.title)), *at), indent=2, hang=2)
    yield Paragraph((told,), indent=4, hang=2)
    for cause in row.causes:
        yield paragraph(f"- {_shown(cause)}", indent=4, hang=2)


def _shown(text: str) -> str:
    """Text without spaces around it: those at the end could make a line of their own."""
    return safe(text, MOST_CAUSE).strip()
