"""A fleet's summary for a terminal: its numbers are the summary's, nothing in it does anything, it fits."""

import functools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.model.verdict import VERDICTS
from iotassess.report import fleet_summary_text
from iotassess.report.fleet_summary_tables import BAR, LETTERS, MOST_ROWS, OTHER, bar
from iotassess.report.fleet_summary_words import NO_VERSION, UNKNOWN_MODEL, headline, number, share
from iotassess.report.grid import Head, grid, middled
from iotassess.report.layout import Span, columns
from tests.report.fleet_scene import empty, full, hostile, made, million, rich
from tests.report.hostile import NASTY, harmful
from tests.tries import tries

SEEDS = st.integers(0, 2**31)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def shown(summary, width=110, colour=False, **more):
    return fleet_summary_text.render(summary, width=width, colour=colour, **more)


@functools.cache
def shown_once(make, width=110):
    return shown(make(), width)


def section(text, title):
    """The lines under a heading."""
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(title))
    end = next((n for n in range(start, len(lines)) if not lines[n]), len(lines))
    return lines[start + 1 : end]


def cells(line):
    return re.split(r" {2,}", line.strip())


def said(text):
    return text.replace("\u00a0", " ")


# --- numbers ------------------------------------------------------------------------------------


@given(st.integers(1, 10**6), SEEDS)
@settings(max_examples=tries(60), deadline=None)
def test_the_table_of_models_is_the_summarys(records, seed):
    one = made(records, seed=seed)
    if not one.by_model:
        return
    _, *rows = (cells(line) for line in section(shown(one), "By model"))
    assert rows[: len(one.by_model)] == [
        [
            row.model or UNKNOWN_MODEL,
            *map(said, (
                number(row.tokens), share(row.authenticated, row.tokens),
                share(row.matched, row.authenticated), share(row.sound, row.tokens),
            )),
        ]
        for row in one.by_model
    ]  # fmt: skip


def test_the_table_of_firmware_is_the_summarys():
    found = [cells(line) for line in section(shown_once(rich), "By firmware")][1:]
    for row in rich().by_firmware:
        assert [
            row.firmware or NO_VERSION,
            *map(said, (
                number(row.devices), number(row.tokens), share(row.matched, row.tokens),
                share(row.sound, row.tokens),
            )),
            row.last.date().isoformat(),
        ] in found  # fmt: skip


@given(SEEDS)
@settings(max_examples=tries(60), deadline=None)
def test_the_rows_of_the_course_of_time_add_up(seed):
    one = made(3_000, seed=seed)
    if not one.drift:
        return
    lines = [line for line in section(shown(one), "Drift") if re.match(r"  \d{4}-", line)]
    assert sum(int(cells(line)[1].replace(" ", "")) for line in lines) == sum(p.tokens for p in one.drift)


def test_every_verdict_of_every_requirement_is_counted():
    text = " ".join(shown_once(rich).split())
    for row in rich().verdicts:
        told = " · ".join(f"{row.counts[name]} {name}" for name in VERDICTS if row.counts.get(name))
        assert f"{row.column.requirement} {row.column.title}: {told}" in text


def test_every_id_is_there_with_its_number_and_its_first_place():
    text = " ".join(shown_once(rich).split())
    for rows, noun in (
        (rich().problems, "token"),
        (rich().discrepancies, "token"),
        (rich().faults, "record"),
    ):
        for row in rows:
            plural = "" if row.tokens == 1 else "s"
            place = row.example.rpartition("/")[2]
            assert f"{row.id}: {row.tokens} {noun}{plural}, first in {place}" in text


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=len(LETTERS) + 1))
def test_a_bar_is_as_long_as_all_others_and_leaves_nothing_out(parts):
    drawn = bar(parts)
    signs = LETTERS[: len(parts) - 1] + OTHER
    assert len(drawn) == (BAR if sum(parts) else 0)
    assert list(drawn) == sorted(drawn, key=signs.index)
    for sign, part in zip(signs, parts, strict=True):
        assert (sign in drawn) == (part > 0)
        if sum(parts):
            assert abs(drawn.count(sign) / BAR - part / sum(parts)) <= len(parts) / BAR


# --- form ---------------------------------------------------------------------------------------


def test_the_answer_comes_first_and_then_what_calls_for_action():
    lines = shown_once(million, 200).splitlines()
    assert lines[0] == said(" · ".join(headline(million())))
    first = next(line for line in lines if line and not line.startswith(" ") and lines.index(line) > 3)
    assert first == "What calls for action"


def test_a_sound_token_is_explained_where_the_word_is_used_first():
    lines = shown_once(rich).splitlines()
    assert [line for line in lines[:6] if line.startswith("sound: a token is sound if it is authenticated")]


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("make", [rich, million, empty])
def test_no_line_is_wider_than_the_terminal(make, width):
    assert [line for line in shown_once(make, width).splitlines() if columns(line) > width] == []


def test_a_narrow_terminal_gets_every_number_too():
    text = " ".join(shown_once(rich, 40).split())
    for row in rich().by_model:
        assert f"tokens: {row.tokens}" in text


def test_long_lists_say_how_many_are_left_out_and_where_they_are():
    text = shown_once(million)
    one = million()
    for listed in (one.worsened, one.shared_keys, one.stale):
        assert f"and {listed.total - 10} more: in the Parquet files" in text
    assert len(section(text, "By firmware")) <= 2 * MOST_ROWS


def test_colour_changes_nothing_but_colours():
    plain, coloured = (shown(full(), colour=colour) for colour in (False, True))
    assert COLOURS.sub("", coloured) == plain
    assert COLOURS.search(coloured)
    assert "\x1b" not in plain


def test_an_empty_fleet_is_not_told_to_be_well():
    text = shown(empty(), 80)
    assert "nothing can be said about the fleet" in text
    assert "%" not in text
    assert "no shared key" not in text


def test_no_path_tells_where_on_the_machine_it_was_made():
    assert not re.search(r"(^|\s)/\w", shown_once(rich))


def test_it_is_the_same_each_time():
    assert shown(made(900, seed=3)) == shown(made(900, seed=3))


@pytest.mark.parametrize("make", [rich, million, empty])
def test_nothing_is_called_what_only_others_may_call_it(make):
    assert not re.search("complian|certified|passed", shown_once(make), re.IGNORECASE)


# --- hostile ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [*NASTY, "::error::x", "##[group]", "W" * 700, "\u3000", "word " * 60])
@pytest.mark.parametrize("width", [80, 120])
def test_a_text_of_a_token_does_nothing_and_makes_no_line_of_its_own(text, width):
    found = shown(hostile(text), width)
    assert harmful(found) == set()
    calm = shown(hostile("x"), width).splitlines()
    own = {line for line in calm if line and not line.startswith(" ")}
    tops = [line for line in found.splitlines() if line and not line.startswith(" ")]
    assert [
        line for line in tops if line not in own and not line.startswith("Attestation requirements of")
    ] == []
    assert not re.search(r"^\s*::|##\[", found, re.MULTILINE)
    laid_out = found.replace("\\x3a", ":").replace(
        "\\x5b", "["
    )  # what a runner acts on is escaped after that
    assert [line for line in laid_out.splitlines() if columns(line) > width] == []


# --- the table ----------------------------------------------------------------------------------

HEADS = (Head("name"), Head("number", number=True), Head("says", wraps=True))
CELL = st.text(st.sampled_from("ab .\u4e00"), max_size=60)


@given(st.lists(st.tuples(CELL, st.integers(0, 10**9), CELL), max_size=5), st.integers(30, 100))
@settings(max_examples=tries(100), deadline=None)
def test_a_table_fits_and_keeps_its_numbers(rows, width):
    lines = list(grid(HEADS, [[Span(a), Span(str(n)), Span(b)] for a, n, b in rows], width, colour=False))
    assert all(columns(line) <= width for line in lines)
    text = "\n".join(lines)
    for _, n, sentence in rows:
        assert str(n) in text
        assert all(word in text for word in sentence.split() if columns(word) <= 8)


@given(st.text(st.sampled_from("abc\u4e00"), max_size=30), st.integers(4, 40))
def test_a_text_that_is_shortened_keeps_its_ends(text, width):
    short = middled(text, width)
    assert columns(short) <= width
    start, cut, end = short.partition("…")
    assert (short == text) or (cut and text.startswith(start) and text.endswith(end))
