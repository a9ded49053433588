"""Everything can be done without a mouse, and whoever does so sees where they are."""

import pytest

from tests.page.looking import fitting, fragment, in_view, rows, searched, until
from tests.page.pages import shown

NAME = "short-sensor-node-flawed"
LONG = "sensor-node-flawed"
"""With rows enough to scroll through."""
ACTIVE = "() => document.activeElement.outerHTML.slice(0, 90)"
COVERED = """() => {
  const { left, top, height } = document.activeElement.getClientRects()[0];
  const there = document.elementFromPoint(left + 4, top + height / 2);
  return there === null || !document.activeElement.contains(there);
}"""
MARGIN = 8
"""Pixels around an element in which the mark of the focus has to be seen."""


def focused(page):
    return page.evaluate("() => document.activeElement.id || document.activeElement.textContent.trim()")


def test_the_first_stop_skips_to_the_result(visit):
    page = visit(NAME)
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the result"
    assert in_view(page, ".skip")
    page.keyboard.press("Enter")
    assert fragment(page) == "#main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_slash_leads_to_the_search_and_escape_empties_it(use):
    page = use(NAME)
    page.keyboard.press("/")
    assert focused(page) == "f-text"
    assert page.locator("#f-text").input_value() == ""
    page.keyboard.type("secure/boot")
    until(page, lambda: searched(page) == "secure/boot", "the rows for what was typed")
    page.keyboard.press("Escape")
    until(page, lambda: searched(page) == "", "all rows")
    assert page.locator("#f-text").input_value() == ""
    assert len(rows(page)) == len(fitting(shown(NAME)))


@pytest.mark.parametrize("held", ["Control", "Alt", "Meta"])
def test_a_slash_with_another_key_is_left_to_the_browser(use, held):
    page = use(NAME)
    page.keyboard.press(f"{held}+/")
    assert focused(page) != "f-text"


def test_a_row_opens_and_closes_with_enter_and_with_space(use):
    page = use(NAME)
    row = page.locator(".r").nth(3)
    row.locator("summary").first.focus()
    for key in ("Enter", "Space"):
        page.keyboard.press(key)
        assert row.locator(".body").is_visible()
        page.keyboard.press(key)
        assert not row.locator(".body").is_visible()


def test_filters_are_pressed_and_released_with_space(use):
    page, found = use(NAME), shown(NAME)
    button = page.locator("#filter button[data-value='partial']")
    button.focus()
    page.keyboard.press("Space")
    assert button.get_attribute("aria-pressed") == "true"
    assert rows(page) == fitting(found, verdicts=["partial"])
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "false"
    page.locator("#f-force").focus()
    page.keyboard.type("gate")
    until(page, lambda: rows(page) == fitting(found, force="gate"), "gate rows")


def test_a_number_is_followed_with_enter_and_the_next_stop_is_the_filter(use):
    page, found = use(NAME), shown(NAME)
    page.locator(".card .counts a").first.focus()
    page.keyboard.press("Enter")
    assert rows(page) == fitting(found, baselines=[0], verdicts=["contradicted"])
    assert focused(page) == "h-requirements"
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('filter').contains(document.activeElement)")


def test_no_stop_is_a_trap_and_each_is_seen(visit):
    page = visit(NAME)
    page.keyboard.press("Tab")
    first = page.evaluate(ACTIVE)
    stops = [first]
    for _ in range(50):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(ACTIVE))
        assert not page.evaluate(COVERED), stops[-1]
    assert len(set(stops)) > 40, "the same stops again and again"


def test_going_back_through_rows_brings_none_to_rest_below_the_bars(use):
    page = use(LONG)
    page.locator(".r summary").nth(40).focus()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        assert not page.evaluate(COVERED), page.evaluate(ACTIVE)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_whatever_has_the_focus_looks_different_from_what_has_not(visit, theme):
    page = visit(NAME, theme=theme)
    page.locator("#f-open").click()
    page.locator(".r summary").nth(0).click()
    for selector in (
        "#theme", ".counts a >> nth=0", ".map a >> nth=0", "#filter button >> nth=0", "#f-text",
        ".r summary >> nth=0", ".r summary >> nth=1", ".r[open] .body a >> nth=0",
        "#artefacts summary >> nth=0",
    ):  # fmt: skip
        element = page.locator(selector)
        element.scroll_into_view_if_needed()
        before = picture(page, element)
        page.keyboard.press("Shift")  # whoever uses keys is shown the focus
        element.focus()
        assert picture(page, element) != before, selector
        page.evaluate("document.activeElement.blur()")


def picture(page, element):
    """The element with its surroundings, as far as they are in the window."""
    box = element.bounding_box()
    left, top = max(0, box["x"] - MARGIN), max(0, box["y"] - MARGIN)
    right, bottom = box["x"] + box["width"] + MARGIN, box["y"] + box["height"] + MARGIN
    clip = {"x": left, "y": top, "width": min(1280, right) - left, "height": min(900, bottom) - top}
    return page.screenshot(clip=clip, caret="hide")


def test_what_scrolls_sideways_can_be_reached_and_has_a_name(read):
    page = read(NAME)
    found = page.locator(".scroll").evaluate_all(
        "all => all.map((e) => [e.tabIndex, e.getAttribute('role'), e.getAttribute('aria-label')])"
    )
    assert len(found) > 5
    assert all(index == 0 and role == "region" and name for index, role, name in found)


def test_a_stop_in_the_map_lights_its_lines_and_no_others(use):
    page = use(NAME)
    link = page.locator(".map a").first
    link.focus()
    key = link.locator("[data-node]").get_attribute("data-node")
    lit = page.locator(".edges path.hot").evaluate_all("all => all.map((e) => e.dataset.to)")
    assert set(lit) == {key}
    assert len(lit) == page.locator(f".edges path[data-to='{key}']").count()
    page.evaluate("document.activeElement.blur()")
    assert page.locator(".edges path.hot").count() == 0
