"""Without its script the page says the same; only the filter and the theme button are not there."""

import pytest

from tests.page.looking import every_row, in_view, rows
from tests.page.pages import shown

NAME = "sensor-node-flawed"


@pytest.fixture
def page(visit):
    return visit(NAME, script=False)


def test_every_row_is_there_and_the_filter_is_not(page):
    assert rows(page) == set(every_row(shown(NAME)))
    assert not page.locator("#filter").is_visible()
    assert not page.locator("#theme").is_visible()
    assert not page.locator("#f-none").is_visible()


def test_rows_open(page):
    row = page.locator(".r").first
    row.locator("summary").first.click()
    assert row.locator(".body").is_visible()


def test_numbers_lead_to_the_requirements_and_links_to_their_sections(page):
    page.locator(".counts a").first.click()
    assert in_view(page, "#h-requirements")
    page.get_by_role("navigation").get_by_role("link", name="Artefacts").click()
    assert in_view(page, "#h-artefacts")
    page.locator(".alarm li a").first.click()
    assert in_view(page, ".split")
