"""On paper the page has everything that decides: the headline, every row, and what fails with its reasons."""

import io
import re
import unicodedata

import pytest

from iotassess.model.claim import grade_name
from iotassess.report.headline import percent
from iotassess.report.html.words import VERDICTS
from tests.page.looking import every_row
from tests.page.pages import shown

pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed: pip install -e '.[test]'")

MOST_PAGES = 40
"""Of an example: whoever prints it wants to staple it."""
LEAST_OF_A_PAGE = 200
"""Signs without spaces; half a table has more."""
NEAR = 300
"""Signs behind the title of a row in which its reason stands."""
MOST_OF_A_REASON = 40
"""Signs of a reason that are looked for: it may be cut."""


def bare(text):
    """Without spaces and ligatures: a line may end within an id, and a font joins letters."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def printed(page):
    """The text of each printed page."""
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    return [bare(sheet.extract_text()) for sheet in sheets]


_PRINTED: dict[str, list[str]] = {}


@pytest.fixture
def paper(read):
    """Gives the printed pages of a page, each printed once."""

    def pages(name):
        if name not in _PRINTED:
            _PRINTED[name] = printed(read(name))
        return _PRINTED[name]

    return pages


@pytest.mark.parametrize("name", ["sensor-node-flawed", "short-smart-plug-good"])
def test_paper_has_the_headline_every_requirement_and_its_verdict(paper, name):
    found, pages = shown(name), paper(name)
    assert 5 < len(pages) <= MOST_PAGES
    for text in (found.product.vendor, found.product.model, found.product.firmware_version, "EXAMPLE"):
        assert bare(text) in pages[0]
    for result in found.baselines:
        assert bare(f"level {result.level}{result.suffix}") in pages[0]
        assert bare(f"{percent(result.proven)} proven") in pages[0]
        assert bare(f"{percent(result.claimed)} claimed") in pages[0]
    everything = "".join(pages)
    for row in every_row(found).values():
        mark = VERDICTS[row.verdict][0]
        assert bare(f"{mark} {row.verdict} {row.id} {row.title}") in everything
        if row.verdict in ("verified", "declared"):
            assert bare(f"grade {row.grade} {grade_name(row.grade)} · {row.force}") in everything


def test_paper_has_every_contradiction_with_both_sides(paper):
    everything = "".join(paper("sensor-node-flawed"))
    for one in shown("sensor-node-flawed").discrepancies:
        assert bare(one.message) in everything
        for claim in (one.declared, *one.evidenced):
            assert bare(claim.source.path) in everything


def test_paper_has_a_reason_with_each_row_that_fails(paper):
    found, everything = shown("sensor-node-flawed"), "".join(paper("sensor-node-flawed"))
    for row in every_row(found).values():
        if row.verdict not in ("contradicted", "not-satisfied"):
            continue
        head = bare(f"{VERDICTS[row.verdict][0]} {row.verdict} {row.id} {row.title}")
        (behind,) = everything.split(head)[1:]
        reasons = [one.id for one in found.discrepancies if one.fingerprint in row.discrepancies]
        reasons += [bare(text)[:MOST_OF_A_REASON] for text in row.because]
        assert any(reason in behind[:NEAR] for reason in reasons), row.id


def test_paper_has_no_controls(paper):
    everything = "".join(paper("sensor-node-flawed"))
    for control in ("Open all shown", "Close all", "Theme:", "Skip to the result", "of 158 requirements"):
        assert bare(control) not in everything


def test_nothing_is_left_out_on_paper_because_it_is_far_from_the_window(read):
    page = read("sensor-node-flawed")
    late = """() => Array.from(document.querySelectorAll("main *")).filter((element) =>
      getComputedStyle(element).contentVisibility === "auto").length"""
    assert page.evaluate(late) > 100
    page.emulate_media(media="print")
    on_paper = page.evaluate(late)
    page.emulate_media(media="null")
    assert on_paper == 0


def test_no_printed_page_but_the_last_is_nearly_empty(paper):
    pages = paper("sensor-node-flawed")
    assert [number for number, text in enumerate(pages[:-1], 1) if len(text) < LEAST_OF_A_PAGE] == []


def test_after_printing_the_rows_are_as_they_were(visit):
    page = visit("short-sensor-node-flawed")
    page.locator(".r summary").nth(5).click()
    before = page.locator(".r[open]").evaluate_all("all => all.map((e) => e.id)")
    page.pdf()
    assert page.locator(".r[open]").evaluate_all("all => all.map((e) => e.id)") == before


def test_a_page_that_is_filtered_prints_the_rows_that_it_shows(visit):
    name = "short-sensor-node-flawed"
    everything = "".join(printed(visit(name, "#show?v=verified")))
    rows = every_row(shown(name)).values()
    heads = {
        bare(f"{VERDICTS[row.verdict][0]} {row.verdict} {row.id} {row.title}"): row.verdict for row in rows
    }
    assert {verdict for head, verdict in heads.items() if head in everything} == {"verified"}


@pytest.mark.parametrize("chosen", ["system", "button"])
def test_paper_is_white_and_ink_is_dark_whatever_the_screen_is(visit, chosen):
    page = visit("short-sensor-node-flawed", theme="dark")
    if chosen == "button":
        page.emulate_media(color_scheme="light")
        page.get_by_role("button", name="Theme").click(click_count=2, delay=20)
        assert page.locator("html").get_attribute("data-theme") == "dark"
    corner = {"x": 0, "y": 0, "width": 12, "height": 12}
    on_screen = page.screenshot(clip=corner)
    page.emulate_media(media="print")
    on_paper = page.screenshot(clip=corner)
    white = visit.html("<!doctype html><title>white</title>").screenshot(clip=corner)
    assert on_paper == white != on_screen
    ink = page.evaluate("getComputedStyle(document.body).color.match(/[\\d.]+/g).slice(0, 3).map(Number)")
    assert max(ink) < 80
