"""The page of many products in a browser: filter, order, heat maps by keyboard, without script, on paper."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from iotassess.fleet.comparison import Earlier, news_since
from iotassess.report.html import fleet_page
from iotassess.report.registry import Look
from tests.fleet.making import compared, product
from tests.page.browser import axe, without_axe

AXE = """async () => (await axe.run(document, { resultTypes: ["violations"], preload: false })).violations
  .flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.html.slice(0, 160)}`))"""
VERDICTS = ("declared", "verified", "partial", "not-assessed", "not-satisfied", "contradicted")


@pytest.fixture(scope="module")
def file(folder):
    rows = [
        product(f"line/p-{n:03}.yaml", "declared", VERDICTS[n % 6], "verified", vendor=f"V{n % 2}")
        for n in range(200)
    ]
    path = folder / "fleet.html"
    path.write_text(fleet_page.render(compared(rows), Look()))
    return path


@pytest.fixture
def page(browser, file):
    """The page in a window of its own; what goes wrong on it fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    shown = context.new_page()
    wrong: list[str] = []
    shown.on("console", lambda message: wrong.append(message.text))
    shown.on("pageerror", lambda error: wrong.append(str(error)))
    shown.on("request", lambda r: None if r.url == file.as_uri() else wrong.append(r.url))
    shown.goto(file.as_uri())
    yield shown
    context.close()
    assert wrong == []


def seen(page, where: str) -> list[str]:
    return page.evaluate(
        """(where) => Array.from(document.querySelectorAll(where + " tbody tr"))
        .filter((row) => !row.hidden).map((row) => row.querySelector("th").textContent)""",
        where,
    )


def test_the_filter_and_the_order_hold_for_the_list_and_the_heat_map_alike(page) -> None:
    assert len(seen(page, "#list")) == len(seen(page, ".heat")) == 200
    page.select_option("#p-verdict", "contradicted")
    contradicted = [f"line/p-{n:03}.yaml" for n in range(5, 200, 6)]
    assert seen(page, "#list") == seen(page, ".heat") == contradicted
    page.fill("#p-text", "p-01")
    assert seen(page, ".heat") == ["line/p-011.yaml", "line/p-017.yaml"]
    assert page.text_content("#p-count") == "2 of 200 products"
    page.click("#pick button[type=reset]")
    page.select_option("#p-order", "path")
    assert seen(page, ".heat") == seen(page, "#list") == [f"line/p-{n:03}.yaml" for n in range(200)]


def test_requirements_that_nobody_left_open_can_be_hidden(page) -> None:
    heads = ".heat thead th:not([hidden])"
    assert page.locator(heads).count() == 2 + 3
    page.check("#p-weak")
    assert page.locator(heads).all_text_contents()[2:] == ["R-2"]
    assert page.locator(".heat tbody tr").first.locator("td:not(.lv):not([hidden])").count() == 1


def test_arrows_lead_from_cell_to_cell_and_each_is_told(page) -> None:
    page.locator(".heat td[tabindex]").focus()
    page.keyboard.press("ArrowRight")
    told = page.text_content("#here0")
    assert told == f"{seen(page, '.heat')[0]}: R-2 Title of R-2: contradicted"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    assert page.text_content("#here0") == f"{seen(page, '.heat')[1]}: R-1 Title of R-1: declared"
    page.keyboard.press("ArrowLeft")
    assert page.text_content("#here0") == f"{seen(page, '.heat')[1]}: R-1 Title of R-1: declared"
    assert page.locator(".heat td[tabindex]").count() == 1


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_sticks_out(page, width) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_axe_finds_nothing_to_object_to(browser, folder) -> None:
    if without_axe():
        pytest.skip(without_axe())
    rows = [product(f"p-{n}.yaml", VERDICTS[n], "partial", level="L1") for n in range(6)]
    old = Earlier("2026-10-01", (product("p-0.yaml", "verified", "partial"), product("gone.yaml")), {})
    made = compared([*rows, product("broken.yaml")], news=partial(news_since, old))
    (first,) = made.baselines
    two = replace(made, baselines=(first, replace(first, name="Another")))
    path = folder / "fleet-small.html"
    path.write_text(fleet_page.render(two, Look()))
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    shown = context.new_page()
    shown.goto(path.as_uri())
    shown.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    shown.evaluate(f"{Path(axe()).read_text('utf-8')}; 0")
    for scheme, width in (("light", 1280), ("dark", 390)):
        shown.emulate_media(color_scheme=scheme)
        shown.set_viewport_size({"width": width, "height": 900})
        assert shown.evaluate(AXE) == []
    context.close()


def test_without_script_every_row_is_there_and_no_filter_that_does_nothing(browser, file) -> None:
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(file.as_uri())
    assert shown.locator("#list tbody tr").count() == shown.locator(".heat tbody tr").count() == 200
    assert not shown.locator("#pick").is_visible()
    context.close()
