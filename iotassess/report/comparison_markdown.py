"""A comparison of two results in Markdown, for a step summary of GitHub or a comment on a merge request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iotassess.model.comparison import Comparison, RequirementChange
from iotassess.report import comparison_words as words
from iotassess.report.markdown_text import code, document, folded, prose, table
from iotassess.report.registry import Look

MOST_WHY = 600
"""Characters of a cause or a reason; the JSON report has all of it."""
MOST_NAME = 120
"""Characters of a name, a path or an id."""
FOLDED = ("new", "better")
"""Changes that nobody has to act on."""


def render(comparison: Comparison, look: Look) -> str:
    """Render as Markdown, of a size that GitHub and GitLab take.

    Args:
        comparison: what to show.
        look: not used.
    """
    return document(_lines(comparison))


def _lines(comparison: Comparison) -> Iterator[str]:
    yield from (f"## {words.first_line(comparison)}", "")
    also = words.also_worse(comparison)
    if also:
        yield from (f"Also worse: {', '.join(also)}.", "")
    yield from (f"As of {prose(comparison.old_as_of)} → {prose(comparison.new_as_of)}. {words.NOTICE}", "")
    if comparison.old_passed is False:
        yield from (words.STOPPED, "")
    yield from _list("Another product", [prose(words.product(row)) for row in comparison.product])
    yield from _list("Release", [prose(words.product(row)) for row in comparison.release])
    baselines = [
        f"{code(r.id, MOST_NAME)}: {prose(words.baseline(r, comparison))}" for r in comparison.baselines
    ]
    yield from _list("Baselines", baselines)
    for section in words.sections(comparison):
        yield from _title(section.title, section.rows)
        rows = _table(section.rows)
        yield from folded("Show them", rows) if section.change in FOLDED else rows
    yield from _list(
        "Artefacts",
        [
            f"{code(row.path, MOST_NAME)} ({code(row.kind, MOST_NAME)}): {prose(words.artefact(row))}"
            for row in comparison.artefacts
        ],
    )
    yield from _list(
        "Counters",
        [
            f"{code(words.counter_name(row), MOST_NAME)}: {prose(words.counter(row), MOST_WHY)}"
            for row in comparison.counters
        ],
    )
    yield from _list("New contradictions", [prose(text, MOST_WHY) for text in comparison.contradictions])


def _table(rows: Sequence[RequirementChange]) -> Iterator[str]:
    cells = (
        (
            f"{code(row.name, MOST_NAME)} {prose(row.title, MOST_NAME)}",
            prose(words.requirement(row)),
            "<br>".join(prose(cause, MOST_WHY) for cause in row.causes),
        )
        for row in rows
    )
    return table(("requirement", "what became of it", "cause"), cells)


def _title(text: str, rows: Sequence[object]) -> Iterator[str]:
    yield from (f"### {text} ({len(rows)})", "")


def _list(title: str, items: Iterable[str]) -> Iterator[str]:
    rows = list(items)
    if rows:
        yield from _title(title, rows)
        yield from (f"- {item}" for item in rows)
        yield ""
