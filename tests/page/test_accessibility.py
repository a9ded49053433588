"""axe-core finds nothing to object to: each form of the page, in light and dark, wide and narrow, opened.

The elements are the same in every look, so that only what depends on style is asked again in a second one.
"""

from pathlib import Path

import pytest

from iotassess.report.html import page as html
from iotassess.report.registry import Look
from tests.page.browser import axe, without_axe
from tests.page.pages import TWIN_PAGES
from tests.report.gated import unusable

RUN = """async (rules) => {
  const only = rules.length ? { runOnly: { type: "rule", values: rules } } : {};
  const found = await axe.run(document, { resultTypes: ["violations"], preload: false, ...only });
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id} (${rule.impact}): ${rule.help}: ${node.html.slice(0, 160)}`));
}"""
OF_STYLE = (
    "aria-hidden-focus", "color-contrast", "link-in-text-block", "region", "scrollable-region-focusable",
    "target-size",
)  # fmt: skip
"""Rules whose answer may be another one where colours, sizes or what is shown are others."""
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

    def ask(page, rules=()):
        page.evaluate(f"if (!window.axe) {{ {script} }}; 0")
        return page.evaluate(RUN, list(rules))

    return ask


def opened(page):
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    return page


def seen_as(page, look):
    """The same page in another look."""
    page.set_viewport_size({"width": LOOKS[look]["width"], "height": 900})
    page.emulate_media(color_scheme=LOOKS[look]["theme"])
    return page


@pytest.mark.parametrize("name", TINY)
def test_each_example_with_everything_open(visit, objections, name):
    page = opened(visit(name, **LOOKS["wide and light"]))
    assert objections(page) == []
    assert objections(seen_as(page, "narrow and dark"), OF_STYLE) == []


def test_a_release_at_the_gate(visit, objections):
    page = opened(visit("tiny-gate", **LOOKS["wide and dark"]))
    assert objections(page) == []
    assert objections(seen_as(page, "narrow and light"), OF_STYLE) == []


def test_a_page_with_waivers(visit, objections):
    assert objections(opened(visit("tiny-waivers", **LOOKS["wide and light"]))) == []


def test_a_page_that_is_filtered_and_has_an_open_row(visit, objections):
    page = visit("tiny-sensor-node-flawed", "#show?v=contradicted", **LOOKS["wide and dark"])
    page.locator(".r:visible summary").first.click()
    assert objections(page) == []


def test_a_page_without_a_row_that_fits(visit, objections):
    assert objections(visit("tiny-smart-plug-good", "#show?v=none", **LOOKS["narrow and light"])) == []


def test_a_profile_that_cannot_be_used(visit, objections, tmp_path):
    page = opened(visit.html(html.render(unusable(tmp_path), Look()), **LOOKS["wide and light"]))
    assert objections(page) == []
    assert objections(seen_as(page, "narrow and dark"), OF_STYLE) == []


def test_an_objection_would_be_seen(visit, objections):
    page = visit("tiny-smart-plug-good")
    page.evaluate(
        "document.querySelector('#f-text').closest('label').replaceWith(document.createElement('input'))"
    )
    assert any(text.startswith("label ") for text in objections(page, ["label"]))


def test_a_colour_that_is_too_weak_would_be_seen(visit, objections):
    page = visit("bare", **LOOKS["wide and light"])
    page.evaluate("document.querySelector('h1').style.color = '#eee'")
    assert any(text.startswith("color-contrast ") for text in objections(page, OF_STYLE))
