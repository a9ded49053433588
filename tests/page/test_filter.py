"""The filter leaves exactly the rows that fit, says how many, and stands in the address."""

import itertools

import pytest

from iotassess.model.verdict import VERDICTS
from tests.page.looking import (
    addressed,
    count,
    every_row,
    fitting,
    fragment,
    rows,
    search,
    searched,
    until,
)
from tests.page.pages import shown

NAME = "sensor-node-flawed"
FORCES = ("mandatory", "recommended", "measure", "element", "gate", "process")
STEP = 67
"""Of four thousand combinations every so manieth is tried: a prime, so that no kind is always the same."""


@pytest.fixture
def page(use):
    """A page with rows of every verdict, none of them hidden."""
    opened = use(NAME)
    assert rows(opened) == set(every_row(shown(NAME)))
    return opened


def choose(page, *names):
    for name in names:
        page.locator("#filter").get_by_role("button", name=name, exact=True).click()


def test_each_kind_of_filter_leaves_the_rows_that_fit(page):
    found = shown(NAME)
    for index, result in enumerate(found.baselines):
        choose(page, result.short_name)
        assert rows(page) == fitting(found, baselines=[index])
        choose(page, result.short_name)
    for verdict in ("contradicted", "verified", "not-assessed"):
        page.locator(f"#filter button[data-value='{verdict}']").click()
        assert rows(page) == fitting(found, verdicts=[verdict])
        page.locator(f"#filter button[data-value='{verdict}']").click()
    assert rows(page) == set(every_row(found))
    for force in FORCES:
        page.get_by_label("Force").select_option(force)
        assert rows(page) == fitting(found, force=force)
    page.get_by_label("Force").select_option("")
    for grade in range(6):
        page.get_by_label("Grade").select_option(str(grade))
        assert rows(page) == fitting(found, grade=grade)


def test_two_of_one_kind_are_either_and_two_kinds_are_both(page):
    found = shown(NAME)
    choose(page, "ENISA", "NIST 8259A")
    assert rows(page) == fitting(found, baselines=[0, 2])
    page.locator("#filter button[data-value='contradicted']").click()
    page.locator("#filter button[data-value='partial']").click()
    assert rows(page) == fitting(found, baselines=[0, 2], verdicts=["contradicted", "partial"])
    page.get_by_label("Force").select_option("gate")
    assert rows(page) == fitting(found, baselines=[0, 2], verdicts=["contradicted", "partial"], force="gate")


def test_any_combination_in_an_address_leaves_the_rows_that_fit_and_says_how_many(page):
    found = shown(NAME)
    kinds = list(
        itertools.product(
            [(), (0,), (1, 2)],
            [(), *itertools.combinations(VERDICTS, 1), *itertools.combinations(VERDICTS, 2)],
            [None, *range(6)],
            ["", *FORCES],
        )
    )
    asked = {}
    for baselines, verdicts, grade, force in kinds[::STEP]:
        fields = {"b": ",".join(map(str, baselines)), "v": ",".join(verdicts), "g": grade, "f": force}
        text = "&".join(f"{key}={value}" for key, value in fields.items() if value not in ("", None))
        asked[text] = fitting(found, baselines=baselines, verdicts=verdicts, grade=grade, force=force)
    seen = set()
    for (text, wanted), there in zip(asked.items(), addressed(page, asked), strict=True):
        assert there.rows == wanted, text
        assert there.count == f"{len(wanted)} of 158 requirements"
        assert there.none == (not wanted)
        seen.add(len(wanted))
    assert len(seen) > 5, "most combinations leave nothing"


@pytest.mark.parametrize("text", ["SECURE boot", "  update   signed ", "5.6-4A", "psa-token.cbor"])
def test_words_leave_the_rows_that_have_all_of_them_wherever_they_stand(page, text):
    words = text.lower().split()
    there = page.evaluate(
        """() => Array.from(document.querySelectorAll(".r"), (row) =>
          [Number(row.dataset.b), row.querySelector(".id").textContent, row.textContent.toLowerCase()])"""
    )
    wanted = {(index, id) for index, id, told in there if all(word in told for word in words)}
    titled = {
        place
        for place, row in every_row(shown(NAME)).items()
        if all(word in f"{row.id} {row.title} {row.summary}".lower() for word in words)
    }
    search(page, text)
    assert rows(page) == wanted >= titled
    assert 0 < len(wanted) < 158


def test_no_word_fits_nothing_and_says_so(page):
    search(page, "xyzzy")
    assert rows(page) == set()
    assert count(page) == "0 of 158 requirements"
    assert page.get_by_text("No requirement fits").is_visible()
    assert page.locator(".base:visible").count() == 0


def test_groups_and_baselines_without_rows_vanish_with_their_headings(page):
    found = shown(NAME)
    page.locator("#filter button[data-value='verified']").click()
    wanted = fitting(found, verdicts=["verified"])
    assert {int(base.get_attribute("data-b")) for base in page.locator(".base:visible").all()} == {
        index for index, _ in wanted
    }
    categories = {every_row(found)[place].category for place in wanted}
    assert {group.inner_text() for group in page.locator(".group:visible h4").all()} == categories


def test_reset_shows_everything_again_and_empties_every_field(page):
    choose(page, "ENISA")
    page.get_by_label("Force").select_option("measure")
    page.get_by_label("Grade").select_option("0")
    search(page, "secure")
    assert rows(page) < set(every_row(shown(NAME)))
    choose(page, "Reset")
    assert rows(page) == set(every_row(shown(NAME)))
    assert page.locator("#filter button[aria-pressed='true']").count() == 0
    assert [page.locator(field).input_value() for field in ("#f-text", "#f-grade", "#f-force")] == [""] * 3
    assert fragment(page) == "#requirements"


def test_the_buttons_and_fields_say_what_is_filtered_by(page):
    page.locator(".card").first.locator(".counts a", has_text="partial").click()
    pressed = page.locator("#filter button[aria-pressed='true']").all()
    assert [button.get_attribute("data-value") for button in pressed] == ["0", "partial"]


def test_the_filter_stands_in_the_address_and_survives_a_reload(visit):
    page = visit(NAME)
    found = shown(NAME)
    choose(page, "ETSI 3.1.3")
    page.locator("#filter button[data-value='declared']").click()
    page.get_by_label("Force").select_option("gate")
    search(page, "keys & größe")
    search(page, "key")
    left = rows(page)
    assert left < fitting(found, baselines=[1], verdicts=["declared"], force="gate")
    assert fragment(page) == "#show?b=1&v=declared&f=gate&q=key"
    page.reload()
    assert rows(page) == left
    assert page.locator("#f-text").input_value() == "key"
    assert page.get_by_label("Force").input_value() == "gate"


def test_words_of_any_kind_survive_a_reload(visit):
    page = visit("short-sensor-node-flawed")
    search(page, "größe & 100% #1+2")
    page.reload()
    assert page.locator("#f-text").input_value() == searched(page) == "größe & 100% #1+2"
    assert rows(page) == set()


def test_going_back_gives_the_rows_from_before_a_number_was_followed(visit):
    page = visit("short-sensor-node-flawed")
    found = shown("short-sensor-node-flawed")
    links = page.locator(".card").first.locator(".counts a")
    links.nth(0).click()
    first = rows(page)
    links.nth(1).click()
    assert rows(page) != first
    page.go_back()
    until(page, lambda: rows(page) == first, "the rows of the first number")
    page.go_back()
    until(page, lambda: rows(page) == set(every_row(found)), "all rows")
    page.go_forward()
    until(page, lambda: rows(page) == first, "the rows of the first number again")


def test_a_link_to_a_section_leaves_the_filter_as_it_is(page):
    choose(page, "ENISA")
    page.get_by_role("navigation").get_by_role("link", name="Evidence map").click()
    assert fragment(page) == "#map"
    assert rows(page) == fitting(shown(NAME), baselines=[0])


def test_all_rows_that_are_shown_open_and_close_at_once_and_no_others(page):
    page.locator("#filter button[data-value='contradicted']").click()
    choose(page, "Open all shown")
    opened = page.evaluate(
        """() => Array.from(document.querySelectorAll(".r[open]"), (row) => row.dataset.v)"""
    )
    contradicted = fitting(shown(NAME), verdicts=["contradicted"])
    assert opened == ["contradicted"] * len(contradicted)
    choose(page, "Close all")
    assert page.locator(".r[open]").count() == 0


def test_an_address_with_values_that_no_row_has_shows_none_and_can_be_reset(visit):
    page = visit("short-sensor-node-flawed", "#show?b=99&v=nonsense&z=1&q=%")
    assert rows(page) == set()
    choose(page, "Reset")
    assert rows(page) == set(every_row(shown("short-sensor-node-flawed")))
