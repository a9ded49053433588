"""Texts of others as OSCAL takes them: valid by its types, shown as they are, and doing nothing."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from iotassess.model.cells import plain
from iotassess.report.oscal_ids import Ids, control_id, named, requirement_of
from iotassess.report.oscal_text import NOTHING, NS, dumps, filled, items, line, prop, prose, word
from tests.report.hostile import NASTY, harmful
from tests.report.oscal_documents import checker
from tests.report.test_markdown import PIECES, hostile_texts
from tests.tries import tries

PARSER = MarkdownIt("gfm-like")
PARSER.linkify.set({"fuzzy_link": False, "fuzzy_email": True})
"""GitHub's Markdown with its links, but for names of hosts, which only few readers link."""

EXTRA = ("{{ insert: param, ac-1_prm_1 }}", "H~2~O", "x^2^", "a_b_c", "_a_", "www.a.b", "http://a/b", "a@b.c")
ROOT = "9f7f6f3e-3c1c-4d8e-9f0e-0d6b1f0a5a11"
anything = st.one_of(st.text(st.characters(exclude_categories=())), hostile_texts)


def with_examples(test):
    for nasty in (*NASTY, *PIECES, *EXTRA):
        test = example(nasty)(test)
    return test


def tokens(markdown):
    """Kinds and texts of everything in a line."""
    for token in PARSER.parse(markdown):
        yield token.type, ""
        for child in token.children or ():
            yield child.type, child.content


def shown(markdown):
    return "".join(text for kind, text in tokens(markdown) if kind in ("text", "softbreak"))


# --- Markdown ------------------------------------------------------------------------------------


@with_examples
@settings(max_examples=tries(200))
@given(hostile_texts)
def test_a_title_shows_the_text_and_nothing_else_happens(text):
    found = line(text, None)
    assert {kind for kind, _ in tokens(found)} <= {"paragraph_open", "inline", "text", "paragraph_close"}
    assert shown(found) == (plain(text) or NOTHING)
    assert harmful(found) == set()
    assert "\n" not in found


@with_examples
@settings(max_examples=tries(200))
@given(hostile_texts)
def test_nothing_is_filled_in_and_no_word_is_raised_or_lowered(text):
    assert "{{" not in line(text, None)
    for sign in "~^":
        assert sign not in line(text, None).replace(f"\\{sign}", "")


@with_examples
@given(hostile_texts)
def test_a_description_has_the_paragraphs_that_it_was_given(text):
    kinds = [kind for kind, _ in tokens(prose("one", text, "two")) if kind.endswith("_open")]
    assert kinds == ["paragraph_open"] * (3 if plain(text) else 2)


@with_examples
@given(hostile_texts)
def test_a_list_has_the_items_that_it_was_given(text):
    kinds = [kind for kind, _ in tokens(items(["one", text, "two"]))]
    assert kinds.count("list_item_open") == 3
    assert {"html_block", "html_inline", "link_open", "heading_open", "fence"}.isdisjoint(kinds)


@pytest.mark.parametrize("text", ["[a](http://b)", "<b>x</b>", "# h", "*x*", "http://evil.com", "a@b.com"])
def test_the_checks_of_this_file_find_what_they_are_for(text):
    kinds = {kind for kind, _ in tokens(text)}
    assert not kinds <= {"paragraph_open", "inline", "text", "paragraph_close"}


def test_a_name_within_a_word_stays_readable():
    assert line("hardware.root_of_trust: 5.1-1 (a, b)") == "hardware.root_of_trust: 5.1-1 (a, b)"


def test_a_long_title_is_cut_before_it_is_escaped():
    assert line("*" * 300).endswith("…")
    assert shown(line("*" * 300)) == "*" * 249 + "…"


def test_nothing_is_a_dash_since_oscal_allows_no_empty_text():
    assert (line(""), line(" \n"), prose(), prose(""), word("")) == (NOTHING,) * 5


# --- values, and the types of OSCAL ---------------------------------------------------------------


@with_examples
@settings(max_examples=tries(200))
@given(anything)
def test_a_value_is_one_line_without_blanks_at_its_ends(text):
    found = word(text)
    assert found
    assert found == found.strip()
    assert harmful(found) == set()


def test_a_value_keeps_the_blanks_that_count():
    assert word("a  b") == "a  b"
    assert word(" a\u3000") == "\\x20a\\x3000"
    assert word("a\nb") == "a\\x0ab"


@with_examples
@given(anything)
def test_the_schema_takes_every_text(text):
    resource = {
        "uuid": ROOT, "title": line(text), "description": prose(text), "props": prop("x", text or "x"),
    }  # fmt: skip
    checker("mapping")(collection(resource=resource))


def collection(resource, relationship="equal-to", control="a"):
    """The least mapping collection."""
    end = [{"type": "control", "id-ref": control}]
    row = {"uuid": ROOT, "relationship": relationship, "sources": end, "targets": end}
    of = {"type": "catalog", "href": f"#{ROOT}"}
    return {
        "mapping-collection": {
            "uuid": ROOT,
            "metadata": {
                "title": "x",
                "last-modified": "2026-11-01T00:00:00Z",
                "version": "1",
                "oscal-version": "1.2.1",
            },
            "provenance": {
                "method": "human",
                "matching-rationale": "semantic",
                "status": "draft",
                "mapping-description": "x",
            },
            "mappings": [{"uuid": ROOT, "source-resource": of, "target-resource": of, "maps": [row]}],
            "back-matter": {"resources": [resource]},
        }
    }


@pytest.mark.parametrize("value", ["", " a", "a ", "a\nb"])
def test_the_schema_refuses_what_is_not_written_so(value):
    resource = {"uuid": ROOT, "props": [{"name": "x", "value": value}]}
    with pytest.raises(AssertionError, match="does not match"):
        checker("mapping")(collection(resource=resource))


def test_a_property_without_a_value_is_left_out():
    assert prop("x", None) == prop("x", "") == []
    assert prop("x", False) == [{"name": "x", "ns": NS, "value": "false"}]
    assert prop("x", 0) == [{"name": "x", "ns": NS, "value": "0"}]


def test_a_member_without_anything_in_it_is_left_out_and_nought_is_something():
    assert filled(a="", b=[], c={}, d=None, e=0, f_g=False, class_="x") == {
        "e": 0,
        "f-g": False,
        "class": "x",
    }


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(documents)
def test_what_is_written_reads_back(document):
    text = dumps(document)
    assert json.loads(text) == document
    assert harmful(text) == set()
    assert text.endswith("\n")


def test_an_object_in_which_nothing_is_nested_takes_one_line():
    assert dumps({"a": [{"b": 1, "c": 2}], "d": [1, 2], "e": []}) == (
        '{\n  "a": [\n    {"b": 1, "c": 2}\n  ],\n  "d": [1, 2],\n  "e": []\n}\n'
    )


# --- ids -----------------------------------------------------------------------------------------


@example("etsi-en-303-645@3.1.3", "5.1-1")
@example("", "")
@example("9", "_")
@example("a_", ".b")
@example("a", "_.b")
@example("_u40_", "_u40_")
@example("é", "\ud800")
@settings(max_examples=tries(200))
@given(anything, anything)
def test_a_control_id_can_be_read_back(baseline, id):
    assert requirement_of(control_id(baseline, id)) == (baseline, id)


@example("5", "5.1-1")
@example(".", "")
@given(anything, anything)
def test_a_control_id_is_a_token_of_oscal(baseline, id):
    found = control_id(baseline, id)
    gap = {"uuid": ROOT, "unmapped-controls": [{"with-ids": [found, f"{found}_obj"]}]}
    document = collection(resource={"uuid": ROOT})
    document["mapping-collection"]["mappings"][0]["source-gap-summary"] = gap
    checker("mapping")(document)


@pytest.mark.parametrize("control", ["5.1-1", "a b", "a_.b_.c", "a_u_.b", "a_b", ""])
def test_another_control_id_is_not_read(control):
    with pytest.raises(ValueError, match="control id"):
        requirement_of(control)


def test_an_id_that_is_a_token_stays_readable():
    assert control_id("enisa-gp-tm", "GP-TM-01") == "enisa-gp-tm_.GP-TM-01"


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["", "a", "ab", "1"])), max_size=30))
def test_no_uuid_is_given_twice(names):
    ids = Ids(ROOT)
    given_ = [ids.new(*name) for name in names]
    assert len(set(given_)) == len(given_)
    again = Ids(ROOT)
    assert [again.new(*name) for name in names] == given_


def test_names_cannot_run_together():
    assert len({named(ROOT, "ab"), named(ROOT, "a", "b"), named(ROOT, "a b"), named(ROOT, '"a", "b"')}) == 4
