"""The first screen says what the assessment says, worst first, and every number of it leads to its rows."""

import re
from collections import Counter

import pytest

from iotassess.report.headline import percent
from tests.page.looking import every_row, fitting, followed, in_view, rows
from tests.page.pages import TWIN_PAGES, shown

CLAIMED = ("verified", "declared", "partial")
each_twin = pytest.mark.parametrize("name", TWIN_PAGES)


@each_twin
def test_each_card_has_the_name_level_and_shares_of_its_baseline(read, name):
    page = read(name)
    cards = page.locator("#summary .card").all()
    assert len(cards) == len(shown(name).baselines)
    for card, result in zip(cards, shown(name).baselines, strict=True):
        assert card.locator("h2").inner_text() == result.short_name
        assert card.locator(".level").inner_text() == f"level {result.level}{result.suffix}"
        ends = f"{percent(result.proven)} proven … {percent(result.claimed)} claimed"
        assert " ".join(card.locator(".ends").inner_text().split()) == ends
        assert result.edition in card.inner_text()


@each_twin
def test_the_interval_is_drawn_from_proven_to_claimed(read, name):
    page = read(name)
    drawn = page.evaluate(
        """() => Array.from(document.querySelectorAll(".interval"), (svg) => {
          const box = (what) => svg.querySelector(what).getBoundingClientRect();
          const all = box(".i-track");
          return [box(".i-proven").width / all.width, (box(".i-claimed").right - all.left) / all.width];
        })"""
    )
    for (proven, claimed), result in zip(drawn, shown(name).baselines, strict=True):
        assert proven == pytest.approx(result.proven, abs=0.002)
        assert claimed == pytest.approx(max(result.proven, result.claimed), abs=0.002)


@each_twin
def test_every_number_of_a_card_leads_to_exactly_the_rows_that_it_counts(use, name):
    page, found = use(name), shown(name)
    for index, result in enumerate(found.baselines):
        numbers = Counter(row.verdict for row in result.requirements)
        links = followed(page.locator(".card").nth(index).locator(".counts a"))
        assert {link.text.split(" ", 1)[1] for link in links} == {f"{n} {one}" for one, n in numbers.items()}
        for link in links:
            number, verdict = re.search(r"(\d+) ([\w-]+)", link.text).groups()
            assert link.rows == fitting(found, baselines=[index], verdicts=[verdict])
            assert link.count == f"{number} of {len(every_row(found))} requirements"

        card = page.locator(".card").nth(index)
        proven, claimed = followed(card.locator(".ends a"))
        assert proven.rows == fitting(found, baselines=[index], verdicts=["verified"])
        assert claimed.rows == fitting(found, baselines=[index], verdicts=CLAIMED)
        (everything,) = followed(card.locator("h2 a"))
        assert everything.rows == fitting(found, baselines=[index])


def test_a_number_that_is_clicked_brings_its_rows_into_the_window(use):
    page, found = use("sensor-node-flawed"), shown("sensor-node-flawed")
    page.locator(".counts a", has_text="not-satisfied").first.click()
    assert rows(page) == fitting(found, baselines=[1], verdicts=["not-satisfied"])
    assert in_view(page, "#h-requirements")
    assert page.evaluate("document.activeElement.id") == "h-requirements"


@each_twin
def test_contradictions_stand_before_every_baseline_and_in_the_first_window(read, name):
    page, found = read(name), shown(name)
    errors = [one for one in found.discrepancies if one.severity == "error"]
    said = page.locator("#summary .alarm")
    assert said.count() == bool(errors)
    if not errors:
        assert page.get_by_text("No contradictions").is_visible()
        return
    assert said.locator("h2").inner_text() == f"{len(errors)} contradictions"
    assert [link.inner_text() for link in said.locator("li a").all()][: len(errors)] == [
        one.id for one in errors
    ]
    below = page.locator("#summary .card").first.bounding_box()["y"]
    box = said.bounding_box()
    assert 0 < box["y"] < box["y"] + box["height"] < min(below, 900)


def test_a_contradiction_leads_to_its_two_sides(use):
    page = use("sensor-node-flawed")
    errors = [one for one in shown("sensor-node-flawed").discrepancies if one.severity == "error"]
    for number, found in enumerate(errors):
        page.locator("#summary .alarm li a").nth(number).click()
        article = page.locator(page.url[page.url.index("#") :].replace(".", "\\."))
        assert found.fingerprint in article.inner_text()
        assert found.message in article.inner_text()
        assert in_view(page, f"[id='{article.get_attribute('id')}']")


@each_twin
def test_the_artefacts_and_the_anchors_are_counted_and_lead_to_their_lists(read, name):
    page, found = read(name), shown(name)
    links = {link.inner_text(): link.get_attribute("href") for link in page.locator("#summary .meta a").all()}
    assert links[f"{len(found.anchors)} trust anchors"] == "#anchors"
    (artefacts,) = (text for text, target in links.items() if target == "#artefacts")
    assert artefacts == f"{page.locator('#artefacts > .s').count()} artefacts"


@each_twin
def test_what_holds_a_level_down_is_named_and_leads_to_its_row(read, name):
    page, found = read(name), shown(name)
    for index, result in enumerate(found.baselines):
        held = {text.rpartition(": ")[2] for text in result.because}
        for link in page.locator("#summary .card").nth(index).locator(".small.quiet a").all():
            target = page.locator(f"[id='{link.get_attribute('href')[1:]}']")
            assert target.get_attribute("data-b") == str(index)
            assert target.locator(".id").text_content() == link.inner_text()
            assert link.inner_text() in held


def test_the_product_the_moment_and_the_profile_stand_at_the_top(read):
    page, found = read("sensor-node-good"), shown("sensor-node-good")
    top = page.locator("#summary").inner_text()
    product = found.product
    for text in (product.vendor, product.model, product.firmware_version, "2026-11-01", "EXAMPLE"):
        assert text in top
    assert "profiles/sensor-node-good.yaml" in top
    assert page.title() == f"{product.vendor} {product.model} · iotassess"


def test_a_gate_that_fails_is_said_first_and_leads_to_its_reasons(use):
    page, found = use("gate"), shown("gate")
    said = page.locator("#summary .verdict")
    assert said.inner_text().startswith(f"Gate: FAILED for {len(found.gate.failures)} reasons")
    assert said.bounding_box()["y"] < page.locator("#summary .alarm").bounding_box()["y"]
    said.get_by_role("link").click()
    assert in_view(page, "#h-gate")
    assert page.locator("#gate .findings .fails").count() == len(found.gate.failures)


def test_a_gate_that_passes_with_waivers_says_so_and_names_them(read):
    page, found = read("waivers"), shown("waivers")
    assert page.locator("#summary .verdict").inner_text().startswith("Gate: passed")
    assert page.locator("#gate .findings .fails").count() == 0
    assert page.locator("#waivers tbody tr").count() == len(found.waivers)
    for use in found.waivers:
        assert use.waiver.approver in page.locator("#waivers").inner_text()
