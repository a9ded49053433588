"""JSON as a tree: offsets of members, words, and where it stops."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.evidence.tree import build, common
from tests.evidence.tree.looking import LEFT_OUT, find, named, of_type, stops, walk
from tests.tries import tries

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=5), inside, max_size=4),
    max_leaves=20,
)


@settings(max_examples=tries(150), deadline=None)
@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=5), st.sampled_from([None, 2]), st.booleans())
def test_what_stands_at_the_offset_of_a_node_is_the_value(value, indent, ascii_only):
    data = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    root = build(data, None)
    assert root.type == "json"
    assert stops(root) == []
    for node in walk(root):
        if node is not root:
            found = json.loads(data[node.offset : node.end])
            assert isinstance(found, {"object": dict, "array": list, "string": str}.get(node.type, object))


def test_members_are_named_and_numbers_of_tokens_said_in_words():
    data = (
        b'{"iat": 1793448000, "exp": "x", "dbgstat": 3, "nbf": 1e99, '
        b'"a": [true, {"b": null}], "signature": "AQ"}'
    )
    root = build(data, "eat-ucs")
    assert find(root, "iat").value == "2026-10-31T12:00:00Z (1793448000)"
    assert find(root, "dbgstat").value == "disabled-permanently (3)"
    assert find(root, "nbf").value == "1e99"
    assert find(root, "a", "[1]", "b").value == "null"
    assert find(root, "signature").notes == ("signature",)
    node = find(root, "iat")
    assert data[node.offset : node.end] == b"1793448000"
    assert data[node.key.offset : node.key.end] == b'"iat"'


def test_duplicate_members_and_strings_that_are_none_are_marked():
    root = build(rb'{"a": 1, "a": 2, "b": "\ud800", "c": "\x"}', None)
    assert [("duplicate member" in node.notes) for node in root.children[0].children[:2]] == [False, True]
    assert "not a string of I-JSON" in find(root, "b").notes[0]
    assert find(root, "c").value == '"\\\\x"'


def test_text_that_is_not_utf_8_is_shown_and_marked():
    root = build(b'{"a": "\xff"}', None)
    assert find(root, "a").value == '"\\\\xff"'
    assert find(root, "a").notes


@pytest.mark.parametrize(
    ("text", "at", "why"),
    [
        (b"{", 1, "the data ends, expected a name"),
        (b'{"a"', 4, 'the data ends, expected ":"'),
        (b'{"a" 1}', 5, 'expected ":"'),
        (b'{"a":', 5, "expected a value"),
        (b'{"a":1', 6, 'expected "," or "}"'),
        (b'{"a":1,}', 7, "expected a name between quotes"),
        (b'{"a":tru}', 5, "got 0x74, expected a value"),
        (b'{"a":01}', 6, 'expected "," or "}"'),
        (b"[1 2]", 3, 'expected "," or "]"'),
        (b"[1,", 3, "the data ends, expected a value"),
        (b'["abc', 1, "expected a string that ends"),
        (b'["a\nb"]', 1, "without control characters"),
        (b'{"a', 1, "expected a string that ends"),
        (b'{"a":[{"b":nope}], "c":1}', 11, "expected a value"),
    ],
)
def test_reading_stops_where_the_text_is_wrong(text, at, why):
    root = build(text, None)
    (stop,) = stops(root)
    assert (stop.offset, stop.end) == (at, len(text))
    assert why in stop.value
    assert "incomplete" in root.children[0].notes


def test_what_stands_behind_the_value_is_told():
    root = build(b' {"a": 1} x ', None)
    assert [node.type for node in root.children] == ["object", "trailing"]
    assert root.children[1].offset == 10


@pytest.mark.parametrize("text", [b'{"a":' * 500, b"[" * 5000, b"[" * 70 + b"]" * 70])
def test_what_is_too_deep_is_left_out(text):
    root = build(text, None)
    (left,) = of_type(root, LEFT_OUT)
    assert left.end == len(text)
    assert "nested more than 64 deep" in left.value


def test_more_members_than_are_shown_are_left_out():
    root = build(json.dumps(list(range(20_000))).encode(), None)
    assert len(list(walk(root))) < common.MAX_NODES + 10
    assert len(of_type(root, LEFT_OUT)) == 1


@settings(max_examples=tries(200), deadline=None)
@given(st.text(alphabet='{}[]":,\\ue0123 \n\x1bä', max_size=60))
def test_any_text_has_a_tree(text):
    data = b"{" + text.encode()
    root = build(data, None)
    assert root.type == "json"
    assert all(0 <= node.offset <= node.end <= len(data) for node in walk(root))
    try:
        json.loads(data)
    except ValueError:
        marked = any("I-JSON" in note for node in walk(root) for note in node.notes)
        assert stops(root) or of_type(root, "trailing") or marked
    else:
        assert stops(root) == []


def test_names_are_cut_where_they_are_long():
    root = build(json.dumps({"x" * 1000: 1}).encode(), None)
    assert len(named(root)[0]) == common.MOST_TEXT
