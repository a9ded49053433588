"""What a page shows, read from it; and what it should show, worked out from the assessment."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from iotassess.model.assessment import Assessment, RequirementResult

PATIENCE = 15.0
"""Seconds until a wait is given up."""

Rows = set[tuple[int, str]]
"""Position of the baseline, and id of the requirement."""

_SEEN = """() => Array.from(document.querySelectorAll(".r")).filter((row) => row.checkVisibility())
  .map((row) => [Number(row.dataset.b), row.querySelector(".id").textContent])"""
_FOLLOWED = f"""(links) => links.map((link) => {{
  link.click();
  return [link.textContent.trim(), ({_SEEN})(), document.getElementById("f-count").textContent];
}})"""

_ADDRESSED = f"""async (texts) => {{
  const told = [];
  for (const text of texts) {{
    const come = new Promise((resolve) => addEventListener("hashchange", resolve, {{ once: true }}));
    location.hash = `#show?${{text}}`;
    await come;
    const none = document.getElementById("f-none").checkVisibility();
    told.push([text, ({_SEEN})(), document.getElementById("f-count").textContent, none]);
  }}
  return told;
}}"""


class Followed(NamedTuple):
    """What a link or an address led to: its text, the rows that were seen then, and what the filter said.

    Attributes:
        none: it said that no row fits.
    """

    text: str
    rows: Rows
    count: str
    none: bool = False


def rows(page: Any) -> Rows:
    """Rows that can be seen; none may stand there twice."""
    return _rows(page.evaluate(_SEEN))


def followed(links: Any) -> list[Followed]:
    """Follow links of the first screen, one after another.

    Args:
        links: a locator. A click of a mouse on each would take a second.
    """
    return [Followed(text, _rows(seen), count) for text, seen, count in links.evaluate_all(_FOLLOWED)]


def addressed(page: Any, texts: Collection[str]) -> list[Followed]:
    """Go to addresses of filters, one after another, each another one than that before it.

    Args:
        page: opened.
        texts: what stands behind ``#show?``.
    """
    told = page.evaluate(_ADDRESSED, list(texts))
    return [Followed(text, _rows(seen), count, none) for text, seen, count, none in told]


def _rows(seen: list[list[Any]]) -> Rows:
    found = [(index, id) for index, id in seen]
    assert len(found) == len(set(found))
    return set(found)


def every_row(found: Assessment) -> dict[tuple[int, str], RequirementResult]:
    """All rows that a page of the assessment has to have."""
    return {
        (index, row.id): row for index, result in enumerate(found.baselines) for row in result.requirements
    }


def fitting(
    found: Assessment,
    *,
    baselines: Collection[int] = (),
    verdicts: Collection[str] = (),
    grade: int | None = None,
    force: str = "",
) -> Rows:
    """Rows that a filter leaves."""

    def forces(row: RequirementResult) -> bool:
        return {"gate": row.gate, "process": row.process}.get(force, row.force == force)

    return {
        (index, id)
        for (index, id), row in every_row(found).items()
        if (not baselines or index in baselines)
        and (not verdicts or row.verdict in verdicts)
        and (grade is None or row.grade == grade)
        and (not force or forces(row))
    }


def count(page: Any) -> str:
    """What the filter says that it leaves."""
    return str(page.locator("#f-count").text_content())


def fragment(page: Any) -> str:
    """What stands in the address behind ``#``, that sign included."""
    _, sign, text = page.url.partition("#")
    return sign + text


def until(page: Any, holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds: the page waits for whoever types on, and the browser for nobody."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"never: {what}"
        page.wait_for_timeout(20)


def search(page: Any, text: str) -> None:
    """Type words into the search field, as a person does, and wait for the rows."""
    page.locator("#f-text").fill(text)
    until(page, lambda: searched(page) == text, f"rows for {text!r}")


def searched(page: Any) -> str:
    """The words that the rows were chosen by, as they stand in the address."""
    script = "new URLSearchParams(location.hash.replace(/^#show\\?/, '')).get('q') || ''"
    return str(page.evaluate(script))


def in_view(page: Any, selector: str) -> bool:
    """Whether the upper edge of an element is in the window, and no bar that sticks to it covers it."""
    script = """(element) => {
      const { left, top } = element.getBoundingClientRect();
      if (top < 0 || top > innerHeight) return false;
      const there = document.elementFromPoint(left + 8, top + 8);
      return there !== null && (element.contains(there) || there.contains(element));
    }"""
    return bool(page.locator(selector).first.evaluate(script))
