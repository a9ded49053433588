"""Nothing is wider than the window, from a small phone to a wide screen."""

import pytest

from tests.page.pages import TWIN_PAGES

WIDTHS = (320, 390, 768, 1280)
PAGES = ("sensor-node-flawed", *(f"short-{name}" for name in TWIN_PAGES), "short-gate")
"""One has all rows; the others have each form of a row."""
OPEN = """() => { for (const details of document.querySelectorAll("details")) details.open = true; }"""
WIDE = """() => {
  const wide = (e) => e.scrollWidth > e.clientWidth + 1;
  const whole = new CSSStyleSheet(); // what is not laid out yet has no width
  whole.replaceSync("* { content-visibility: visible !important }");
  document.adoptedStyleSheets = [whole];
  const boxes = "section, .r, .s, .body, .card, .split, .stage, .findings li, #filter";
  const found = {
    page: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    boxes: Array.from(document.querySelectorAll(boxes)).filter((e) => e.checkVisibility() && wide(e))
      .map((e) => `${e.className} ${e.id} ${e.textContent.slice(0, 40)}`),
  };
  document.adoptedStyleSheets = [];
  return found;
}"""


def too_wide(page):
    """What is wider than it may be, at each width."""
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        seen = page.evaluate(WIDE)
        if seen["page"] > 0 or seen["boxes"]:
            found[width] = seen
    return found


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_window_when_everything_is_open(use, name):
    page = use(name)
    page.evaluate(OPEN)
    assert too_wide(page) == {}


def test_nothing_is_wider_than_the_window_when_everything_is_closed(use):
    assert too_wide(use("sensor-node-flawed")) == {}


def test_a_box_that_is_too_wide_would_be_seen(visit):
    page = visit("short-smart-plug-good")
    page.evaluate("""() => {
      const long = document.createElement("div");
      long.style.whiteSpace = "pre";
      long.textContent = "x".repeat(500);
      document.querySelector(".card").append(long);
    }""")
    assert set(too_wide(page)) == set(WIDTHS)


@pytest.mark.parametrize("height", [360, 900])
def test_the_bars_that_stay_leave_most_of_the_window_to_what_is_read(visit, height):
    page = visit("sensor-node-flawed", width=800, height=height)
    page.locator(".r summary").nth(60).click()
    taken = page.evaluate(
        """() => Math.max(...Array.from(document.querySelectorAll(".bar, #filter"), (e) =>
          getComputedStyle(e).position === "sticky" ? e.getBoundingClientRect().bottom : 0))"""
    )
    assert taken < height / 3
