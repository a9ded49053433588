"""The page about a fleet in a browser: readable by everybody, in every width and light, without a script."""

import pytest

from iotassess.report import fleet_summary_html
from tests.page.hostile_texts import TEXTS
from tests.page.test_accessibility import OF_STYLE, objections, opened, seen_as
from tests.page.test_hostile_page import FORBIDDEN
from tests.page.test_layout import too_wide
from tests.page.test_theme import BRIGHTNESS
from tests.report.fleet_scene import empty, full, hostile

__all__ = ["objections"]  # a fixture
MARKUP = "".join(text for text in TEXTS.values() if "<" in text or "{" in text or ":" in text)


@pytest.fixture
def fleet(visit):
    """Opens the page of a summary."""
    return lambda summary, **looks: visit.html(fleet_summary_html.render(summary), **looks)


@pytest.mark.parametrize("make", [full, empty])
def test_there_is_nothing_to_object_to(fleet, objections, make):
    page = opened(fleet(make(), width=1280))
    assert objections(page) == []
    assert objections(seen_as(page, "narrow and dark"), OF_STYLE) == []


def test_nothing_is_wider_than_the_window_whatever_tokens_say(fleet):
    page = opened(fleet(hostile("W" * 600)))
    assert too_wide(page) == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_light_or_dark_as_the_system_is(fleet, theme):
    page = fleet(full(), theme=theme)
    grounds = [page.evaluate(BRIGHTNESS, selector) for selector in ("body", ".card", ".key")]
    assert {ground < 0.5 for ground in grounds} == {theme == "dark"}


def test_it_needs_no_script_and_runs_none(fleet):
    page = fleet(hostile(MARKUP), script=True)
    opened(page)
    assert page.evaluate("window.hit") is None
    assert page.evaluate(FORBIDDEN) == []
    without = fleet(full(), script=False)
    assert without.locator("#drift svg[role=img]").first.is_visible()


def test_every_table_that_can_be_scrolled_is_reached_by_the_keyboard(fleet):
    page = fleet(full(), width=320)
    regions = page.get_by_role("region").all()
    tables = page.locator("table").count()
    assert tables > 5
    assert (
        sum(region.locator("table").count() for region in regions if region.get_attribute("tabindex") == "0")
        == tables
    )


def test_on_paper_no_table_is_cut_off(fleet):
    page = fleet(full())
    page.emulate_media(media="print")
    overflow = "all => all.map((e) => getComputedStyle(e).overflow)"
    assert set(page.locator("[role=region]").evaluate_all(overflow)) == {"visible"}
    assert not page.locator(".bar").is_visible()
