"""Light or dark: as the system has it, or as the reader chooses, and on paper always light."""

import pytest

NAME = "short-sensor-node-good"
BRIGHTNESS = """(selector) => {
  const ground = getComputedStyle(document.querySelector(selector)).backgroundColor;
  const [r, g, b] = ground.match(/[\\d.]+/g).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}"""
INK = """() => getComputedStyle(document.body).color.match(/[\\d.]+/g).slice(0, 3).map(Number)"""


def dark(page):
    """Whether the page and its cards are dark, and the writing on them is light."""
    grounds = [page.evaluate(BRIGHTNESS, selector) for selector in ("body", ".card", ".r")]
    ink = sum(page.evaluate(INK)) / 3 / 255
    found = {ground < 0.3 for ground in grounds} | {ink > 0.7}
    assert len(found) == 1, (grounds, ink)
    return found.pop()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_follows_the_system_and_then_the_button(visit, theme):
    page = visit(NAME, theme=theme)
    button = page.get_by_role("button", name="Theme")
    assert (button.inner_text(), dark(page)) == ("Theme: system", theme == "dark")
    for name, is_dark in (("light", False), ("dark", True), ("system", theme == "dark")):
        button.click()
        assert (button.inner_text(), dark(page)) == (f"Theme: {name}", is_dark)


def test_the_page_follows_a_system_that_changes_while_it_is_open(visit):
    page = visit(NAME, theme="light")
    page.emulate_media(color_scheme="dark")
    assert dark(page)


def test_every_verdict_has_a_mark_and_a_word_besides_its_colour(visit):
    page = visit(NAME)
    marks = {}
    for chip in page.locator(".help dt .chip").all():
        mark, word = chip.text_content().split(" ", 1)
        assert chip.locator("[aria-hidden='true']").text_content() == mark
        marks[word] = mark
    assert len(marks) == 7
    assert len(set(marks.values())) == 7


def test_where_the_reader_forces_colours_verdicts_can_still_be_told_apart(visit):
    page = visit(NAME)
    page.emulate_media(forced_colors="active")
    texts = {chip.inner_text() for chip in page.locator(".counts a.chip").all()}
    assert any("verified" in text for text in texts)
    assert any("declared" in text for text in texts)
