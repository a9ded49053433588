"""One cell of a table: what stands there shows as it is, and no spreadsheet computes it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from iotassess.model.cells import guarded, plain, unguarded
from tests.report.hostile import NASTY, harmful

anything = st.text(st.characters(exclude_categories=()))
LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\r\n c", "a b c"),
        ("\x00", "\\x00"),
        ("\u202e", "\\u202e"),
        ("\U000e0041", "\\U000e0041"),
        ("déjà", "déjà"),
        (5, "5"),
    ],
)
def test_a_text_stands_on_one_line_and_does_nothing(text, shown):
    assert plain(text) == shown


@example(" ".join(NASTY))
@given(anything)
def test_no_text_has_a_line_end_or_anything_harmful(text):
    assert harmful(plain(text)) == set()
    assert "\n" not in plain(text)


def test_a_long_text_ends_in_an_ellipsis():
    assert plain("abcd", 3) == "ab…"
    assert plain("abc", 3) == "abc"


@pytest.mark.parametrize("first", [*LEADS, "'=", "''@", "'\uff1d"])
def test_a_formula_gets_an_apostrophe_and_loses_it_again(first):
    cell = f"{first}1+1"
    assert guarded(cell) == f"'{cell}"
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("cell", ["", "5.1-1", "'tis", "it's", "a=b"])
def test_what_is_no_formula_stays_as_it_is(cell):
    assert guarded(cell) == cell
    assert unguarded(cell) == cell


@example("'")
@example("''=")
@given(anything | st.text(st.sampled_from("'=+-@a\uff1d"), max_size=5))
def test_no_guarded_cell_begins_a_formula_and_each_can_be_read_back(cell):
    assert guarded(cell)[:1] not in LEADS
    assert unguarded(guarded(cell)) == cell
