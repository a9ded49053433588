"""500 requirements and 200 artefacts make one file that opens and filters; how fast, ``measure.py`` tells."""

import re

import pytest

from tests.page.large import ARTEFACTS, REQUIREMENTS, count
from tests.page.looking import fitting, followed, in_view, rows, search, until
from tests.page.pages import rendered, shown

MOST_BYTES = 3_000_000
MOST_AT_ONCE = 5_000
"""Elements that a browser reads without a rest: a twelfth of the page."""


@pytest.fixture
def page(use):
    return use("large")


def test_it_is_as_large_as_it_says():
    found = shown("large")
    assert count(found) == (REQUIREMENTS, ARTEFACTS)
    names = [(result.id, row.id) for result in found.baselines for row in result.requirements]
    assert len(set(names)) == REQUIREMENTS
    assert len({artefact.path for artefact in found.artefacts}) == ARTEFACTS


def test_the_file_is_small_enough_to_be_sent():
    assert len(rendered("large").encode()) <= MOST_BYTES


def test_it_is_read_in_pieces_between_which_a_reader_can_scroll():
    html = rendered("large")
    assert max(len(re.findall(r"<[a-z]", piece)) for piece in html.split("<script></script>")) <= MOST_AT_ONCE


def test_every_row_and_every_artefact_is_there_and_filters(page):
    found = shown("large")
    assert len(rows(page)) == REQUIREMENTS
    assert page.locator("#artefacts > .s").count() == ARTEFACTS
    search(page, "secure boot")
    assert 0 < len(rows(page)) < REQUIREMENTS
    page.get_by_role("button", name="Reset").click()
    page.locator("#filter button[data-value='contradicted']").click()
    assert rows(page) == fitting(found, verdicts=["contradicted"])
    page.get_by_role("button", name="Open all shown").click()
    assert page.locator(".r[open]").count() == len(fitting(found, verdicts=["contradicted"]))
    for link in followed(page.locator(".counts a[data-show]")):
        assert link.count.startswith(f"{len(link.rows)} of {REQUIREMENTS} ")


def test_the_last_row_and_the_last_artefact_are_brought_into_the_window(page):
    for selector in (".r", "#artefacts > .s"):
        id = page.locator(selector).last.get_attribute("id")
        page.evaluate("(id) => { location.hash = id; }", id)
        until(page, lambda: in_view(page, f"[id='{id}']"), id)  # noqa: B023
        assert page.locator(f"[id='{id}'] .body").is_visible()
