"""The badge says what the result says, in words and in colour, and never more."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iotassess.report import badge
from iotassess.report.registry import Look
from tests.examples import TWINS
from tests.report.gated import gated, poison, unusable, waived_plug, waiver
from tests.report.hostile import NASTY, harmful
from tests.tries import tries

SVG = "{http://www.w3.org/2000/svg}"
each_twin = pytest.mark.parametrize(("product", "twin"), TWINS, ids="-".join)


def read(found):
    return ET.fromstring(badge.render(found, Look()).encode())  # noqa: S314 - our own output


def real(found):
    """The same, of a product that is no example."""
    return replace(found, example=False)


def of_levels(found, *levels):
    """The same with baselines of these levels."""
    first = found.baselines[0]
    results = tuple(replace(first, short_name=f"B{n}", level=level) for n, level in enumerate(levels))
    return replace(found, baselines=results)


# --- what it says --------------------------------------------------------------------------------


def test_without_a_gate_it_says_level_and_share_and_is_never_green(assessed):
    assert badge.message(real(assessed("sensor-node", "good"))) == ("ENISA L1 · proven 1 %", "blue")


def test_a_gate_that_is_passed_is_green():
    assert badge.message(real(gated("sensor-node", "good"))) == ("gate passed · ENISA L1", "green")


def test_what_is_waived_is_counted():
    assert badge.message(real(waived_plug())) == ("gate passed · 4 waived · ENISA L0", "green")
    assert "waived" not in badge.message(real(waived_plug(expires="2026-10-31")))[0]


def test_a_gate_that_failed_is_red():
    assert badge.message(real(gated("smart-plug", "good"))) == ("gate failed · ENISA L0", "red")


def test_a_contradiction_is_red_and_counted_also_where_the_gate_is_passed(assessed):
    assert badge.message(real(assessed("sensor-node", "flawed"))) == ("4 contradictions · ENISA L0", "red")
    found = real(gated("sensor-node", "good"))
    one = next(d for d in gated("sensor-node", "flawed").discrepancies if d.severity == "error")
    marked = one._replace(waiver=waiver(discrepancy=one.fingerprint))
    assert found.gate.passed
    words, colour = badge.message(replace(found, discrepancies=(marked,)))
    assert (words, colour) == ("gate passed · 1 contradiction · ENISA L1", "red")


def test_an_example_is_grey_and_called_one_and_red_where_it_fails(assessed):
    assert badge.message(assessed("sensor-node", "good")) == ("example · ENISA L1 · proven 1 %", "grey")
    assert badge.message(gated("sensor-node", "good")) == ("example · gate passed · ENISA L1", "grey")
    assert badge.message(gated("sensor-node", "good", allow=False)) == (
        "example · gate failed · ENISA L1",
        "red",
    )


@pytest.mark.parametrize(
    ("levels", "expected"),
    [(("L2", "L1", "L3"), "B1 L1"), (("L1", "L1"), "B0 L1"), (("L4",), "B0 L4"), (("L4", "L0"), "B1 L0")],
)
def test_of_several_baselines_it_names_the_first_of_the_lowest_level(levels, expected):
    words, _ = badge.message(of_levels(real(gated("sensor-node", "good")), *levels))
    assert words == f"gate passed · {expected}"


def test_what_time_does_is_marked(assessed):
    found = of_levels(real(assessed("sensor-node", "good")), "L2")
    marked = replace(found, baselines=(replace(found.baselines[0], suffix="!"),))
    assert badge.message(marked)[0].startswith("B0 L2! · ")


def test_where_nothing_was_assessed_it_says_so(assessed, tmp_path):
    assert badge.message(unusable(tmp_path)) == ("gate failed", "red")
    nothing = replace(real(assessed("sensor-node", "good")), baselines=())
    assert badge.message(nothing) == ("nothing assessed", "grey")


def test_no_verdict_is_no_green():
    found = replace(real(gated("sensor-node", "good")), unusable=("evidence/empty",))
    assert badge.message(found) == ("no verdict · ENISA L1", "grey")


@each_twin
def test_green_means_that_the_gate_was_passed_and_nothing_contradicts(assessed, product, twin):
    for found in (assessed(product, twin), gated(product, twin), gated(product, twin, allow=False)):
        for one in (found, real(found)):
            words, colour = badge.message(one)
            contradicted = any(d.severity == "error" for d in one.discrepancies)
            passed = one.gate is not None and one.gate.passed
            assert (colour == "green") == (passed and not contradicted and not one.example)
            assert (colour == "red") == (contradicted or (one.gate is not None and not passed))
            assert ("gate passed" in words) == passed
            assert "certified" not in words
            assert "compliant" not in words


# --- the drawing ---------------------------------------------------------------------------------


@each_twin
def test_it_is_one_picture_with_a_title_and_refers_to_nothing(product, twin):
    found = gated(product, twin)
    root, text = read(found), badge.render(found, Look())
    words, colour = badge.message(found)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == root.get("aria-label") == f"device security: {words}"
    assert [e.text for e in root.iter(f"{SVG}text")] == ["device security", words]
    assert [e.get("fill") for e in root.iter(f"{SVG}path")] == [badge.COLOURS["label"], badge.COLOURS[colour]]
    assert re.search(r"href|url\(|@import|@font-face|<script|<style|<image|\bid=|\son\w+=", text) is None
    assert re.findall(r"\w+://[^\"]*", text) == ["http://www.w3.org/2000/svg"]
    assert text == badge.render(found, Look())


def luminance(colour):
    """Relative luminance (WCAG 2.2, definitions)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", badge.COLOURS.values(), ids=badge.COLOURS)
def test_its_text_can_be_read_on_every_colour(colour):
    assert (luminance(badge.TEXT) + 0.05) / (luminance(colour) + 0.05) >= 4.5


def test_its_texts_stand_inside_their_sides():
    root = read(gated("sensor-node", "flawed"))
    left, right = root.iter(f"{SVG}text")
    ends = [int(t.get("x")) + int(t.get("textLength")) for t in (left, right)]
    begin = int(re.match(r"M(\d+) 0h", list(root.iter(f"{SVG}path"))[1].get("d")).group(1))
    assert ends[0] + badge.PADDING == begin == int(right.get("x")) - badge.PADDING
    assert ends[1] + badge.PADDING == int(root.get("width"))


def test_more_text_takes_more_room(assessed):
    found = real(assessed("sensor-node", "good"))
    widths = [
        int(read(replace(found, baselines=(replace(found.baselines[0], short_name=name),))).get("width"))
        for name in ("i", "n", "W", "日", "nn", "日日", "n" * 24)
    ]
    assert widths == sorted(widths)
    assert len(set(widths)) == len(widths)


# --- hostile text --------------------------------------------------------------------------------


def with_examples(test):
    for nasty in (
        *NASTY,
        "</text><script>alert(1)</script>",
        "\" onload='x",
        "]]>",
        "&#0;",
        "·" * 30,
        "\ufffe",
    ):
        test = example(nasty)(test)
    return test


@with_examples
@settings(max_examples=tries(60))
@given(st.text(st.characters(exclude_categories=()), max_size=30))
@pytest.mark.parametrize("with_gate", [True, False])
def test_no_text_of_others_breaks_the_picture_or_adds_to_it(assessed, with_gate, hostile):
    plain = gated("smart-plug", "good") if with_gate else assessed("smart-plug", "good")
    found = poison(plain, hostile)
    root, own = read(found), read(plain)
    assert [e.tag for e in root.iter()] == [e.tag for e in own.iter()]
    assert harmful(badge.render(found, Look())) == set()
    words, colour = badge.message(found)
    assert colour == badge.message(plain)[1]
    assert words.count(" · ") == badge.message(plain)[0].count(" · ")
    assert len(words) < 80
