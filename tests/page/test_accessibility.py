"""axe-core finds nothing to object to: each form of the page, in light and dark, wide and narrow, opened."""

from pathlib import Path

import pytest

from iotassess.report.html import page as html
from iotassess.report.registry import Look
from tests.page.browser import axe, without_axe
from tests.page.pages import TWIN_PAGES
from tests.report.gated import unusable

RUN = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"], preload: false });
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id} (${rule.impact}): ${rule.help}: ${node.html.slice(0, 160)}`));
}"""
WIDE, NARROW = {"width": 1280}, {"width": 390}
LOOKS = {
    "wide and light": {**WIDE, "theme": "light"},
    "wide and dark": {**WIDE, "theme": "dark"},
    "narrow and light": {**NARROW, "theme": "light"},
    "narrow and dark": {**NARROW, "theme": "dark"},
}
TINY = [f"tiny-{name}" for name in TWIN_PAGES]
"""axe-core takes seconds for a whole page, whose rows are all of one form."""


@pytest.fixture
def objections():
    """What axe-core says of a page. Its script comes from outside the page, so no policy keeps it out."""
    if without_axe():
        pytest.skip(without_axe())
    script = Path(axe()).read_text("utf-8")

    def ask(page):
        page.evaluate(script)
        return page.evaluate(RUN)

    return ask


def opened(page):
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    return page


@pytest.mark.parametrize("look", ["wide and light", "narrow and dark"])
@pytest.mark.parametrize("name", TINY)
def test_each_example_with_everything_open(visit, objections, name, look):
    assert objections(opened(visit(name, **LOOKS[look]))) == []


@pytest.mark.parametrize("look", ["wide and dark", "narrow and light"])
def test_a_release_at_the_gate(visit, objections, look):
    assert objections(opened(visit("short-gate", **LOOKS[look]))) == []


def test_a_page_with_waivers(visit, objections):
    assert objections(opened(visit("short-waivers", **LOOKS["wide and light"]))) == []


def test_a_page_that_is_filtered_and_has_an_open_row(visit, objections):
    page = visit("short-sensor-node-flawed", "#show?v=contradicted", **LOOKS["wide and dark"])
    page.locator(".r:visible summary").first.click()
    assert objections(page) == []


def test_a_page_without_a_row_that_fits(visit, objections):
    assert objections(visit("short-smart-plug-good", "#show?v=none", **LOOKS["narrow and light"])) == []


@pytest.mark.parametrize("look", ["wide and light", "narrow and dark"])
def test_a_profile_that_cannot_be_used(visit, objections, tmp_path, look):
    assert objections(opened(visit.html(html.render(unusable(tmp_path), Look()), **LOOKS[look]))) == []


def test_an_objection_would_be_seen(visit, objections):
    page = visit("short-smart-plug-good")
    page.evaluate(
        "document.querySelector('#f-text').closest('label').replaceWith(document.createElement('input'))"
    )
    assert any(text.startswith("label ") for text in objections(page))
