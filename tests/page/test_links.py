"""Every link of the page leads somewhere, and an address that names a thing opens it."""

from urllib.parse import urlsplit

import pytest

from iotassess.model.artefact import walk
from tests.page.looking import every_row, fragment, in_view, rows, until
from tests.page.pages import TWIN_PAGES, rendered, shown

NAME = "sensor-node-flawed"
PAGES = (*TWIN_PAGES, "gate", "waivers")

LINKS = """() => Array.from(document.querySelectorAll("[href]"), (link) =>
  [link.tagName.toLowerCase(), link.getAttribute("href")])"""
LOST = """() => Array.from(document.querySelectorAll("[href^='#']"), (link) => link.getAttribute("href"))
  .filter((href) => !document.getElementById(decodeURIComponent(href.slice(1))))"""
TWICE = """() => {
  const ids = Array.from(document.querySelectorAll("[id]"), (element) => element.id);
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}"""
UNNAMED = """() => Array.from(document.querySelectorAll("[aria-labelledby], [for], [aria-controls]"))
  .flatMap((e) => ["aria-labelledby", "for", "aria-controls"].map((name) => e.getAttribute(name) || ""))
  .flatMap((value) => value.split(" ")).filter((id) => id && !document.getElementById(id))"""


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_to_an_element_of_the_page_and_nowhere_else(read, name):
    page = read(name)
    links = page.evaluate(LINKS)
    assert len(links) > 100
    assert {tag for tag, _ in links} <= {"a"}
    assert [href for _, href in links if not href.startswith("#") or href == "#"] == []
    assert page.evaluate(LOST) == []


@pytest.mark.parametrize("name", PAGES)
def test_every_id_stands_once_and_every_label_is_there(read, name):
    page = read(name)
    assert page.evaluate(TWICE) == []
    assert page.evaluate(UNNAMED) == []


@pytest.mark.parametrize("name", PAGES)
def test_every_requirement_and_artefact_and_discrepancy_has_an_id_that_links_can_name(read, name):
    page, found = read(name), shown(name)
    for what, number in (
        (".r[id]", len(every_row(found))),
        ("#artefacts .s[id]", len(list(walk(found.artefacts)))),
        (".split[id]", len(found.discrepancies)),
    ):
        assert page.locator(what).count() == number


def test_the_navigation_names_every_section_that_is_there(read):
    page = read("gate")
    named = [
        urlsplit(href).fragment for href in page.locator("nav a").evaluate_all("a => a.map(e => e.href)")
    ]
    sections = page.evaluate("Array.from(document.querySelectorAll('main > section'), (e) => e.id)")
    assert named == [id for id in sections if id in named], "in the order of the page"
    assert set(sections) - set(named) == {"summary", "doubts"}


def link_to(page, selector):
    return page.locator(selector).first.get_attribute("id")


@pytest.mark.parametrize(
    "selector",
    [".r[data-v='contradicted']", ".base:last-of-type .r", "#artefacts .s", ".split", ".split.doubt"],
)
def test_an_address_brings_its_thing_into_the_window_and_opens_it(read, visit, selector):
    id = link_to(read(NAME), selector)
    page = visit(NAME, f"#{id}")
    until(page, lambda: in_view(page, f"[id='{id}']"), f"{id} in the window")
    thing = page.locator(f"[id='{id}']")
    if thing.evaluate("(e) => e.tagName") == "DETAILS":
        assert thing.locator(".body").is_visible()
        page.keyboard.press("Tab")
        assert thing.evaluate("(e) => e.contains(document.activeElement)"), "the next stop is in it"


def contradicted(page):
    """The id of the first contradicted row, and the link of its contradiction that leads to it."""
    id = page.locator(".r[data-v='contradicted']").first.get_attribute("id")
    return id, page.locator(f".split a[href='#{id}']").first


def test_a_link_to_a_row_that_the_filter_hides_shows_all_rows(visit):
    page, found = visit(NAME, "#show?v=verified"), shown(NAME)
    assert rows(page) < set(every_row(found))
    id, link = contradicted(page)
    link.click()
    until(page, lambda: in_view(page, f"[id='{id}']"), f"{id} in the window")
    assert rows(page) == set(every_row(found))
    assert page.locator(f"[id='{id}'] .body").is_visible()
    assert page.locator("#filter button[aria-pressed='true']").count() == 0


def test_a_link_to_a_row_that_the_filter_shows_leaves_the_filter(visit):
    page = visit(NAME, "#show?v=contradicted")
    left = rows(page)
    _, link = contradicted(page)
    link.click()
    assert rows(page) == left


def test_a_link_from_a_row_opens_the_artefact_that_it_names(use):
    page = use(NAME)
    row = page.locator(".r[data-v='contradicted']").first
    row.locator("summary").first.click()
    link = row.locator(".claims a").first
    path = link.inner_text()
    link.click()
    artefact = page.locator("#artefacts .s[open]")
    assert artefact.count() == 1
    assert artefact.locator("summary .id").first.inner_text() == path


def test_a_link_to_a_row_leads_there_again_after_the_row_was_closed(use):
    page = use(NAME)
    id, link = contradicted(page)
    link.click()
    row = page.locator(f"[id='{id}']")
    row.locator("summary").first.click()
    assert not row.locator(".body").is_visible()
    link.click()
    until(page, row.locator(".body").is_visible, "the row open again")


@pytest.mark.parametrize(
    "strange", ["#%", "#%E0%A4%A", "#no-such-thing", "#show?", "#show?v=%E0", "#__proto__"]
)
def test_a_strange_address_shows_the_whole_page(visit, strange):
    page = visit("tiny-smart-plug-good", strange)
    assert len(rows(page)) in (0, len(every_row(shown("tiny-smart-plug-good"))))
    assert page.locator("#summary").is_visible()


def test_links_keep_their_meaning_in_a_page_that_is_saved_under_another_name(visit, folder):
    page = visit.html(rendered("short-sensor-node-flawed"))
    page.locator("nav a", has_text="Artefacts").click()
    assert fragment(page) == "#artefacts"
    assert in_view(page, "#h-artefacts")
