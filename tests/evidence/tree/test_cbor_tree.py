"""CBOR as a tree: exact offsets, every byte once, and never an error."""

from __future__ import annotations

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.codec.cbor_tokens import scan
from iotassess.errors import MalformedArtefact
from iotassess.evidence.tree import build, common
from iotassess.model.tree import Node
from tests.evidence.tree.looking import LEFT_OUT, covers, find, named, of_type, stops, walk
from tests.tries import tries

SCALARS = (
    st.integers(-(2**64), 2**64 - 1)
    | st.binary(max_size=80)
    | st.text(max_size=40)
    | st.booleans()
    | st.none()
    | st.floats(allow_nan=False)
)
VALUES = st.recursive(
    SCALARS,
    lambda inside: (
        st.lists(inside, max_size=5)
        | st.dictionaries(st.integers(-5, 300) | st.text(max_size=6), inside, max_size=5)
        | inside.map(cbor2.dumps)
        | inside.map(lambda value: cbor2.CBORTag(4000, value))
    ),
    max_leaves=25,
)


def tree(data: bytes, kind: str | None = None) -> Node:
    return build(data, kind)


def only(data: bytes) -> Node:
    """The one item of a file."""
    (item,) = tree(data).children
    return item


def tell(item: Node) -> tuple[str, str | None, tuple[str, ...]]:
    return item.type, item.value, item.notes


# --- well-formed --------------------------------------------------------------------------------


@settings(max_examples=tries(150), deadline=None)
@given(VALUES)
def test_every_byte_of_a_well_formed_file_is_shown_once(value):
    data = cbor2.dumps({1: value})
    root = tree(data)
    assert covers(root)
    assert stops(root) == []


@settings(max_examples=tries(80), deadline=None)
@given(VALUES)
def test_the_bytes_of_a_node_are_the_item_that_it_shows(value):
    data = cbor2.dumps({1: value})
    for node in walk(tree(data)):
        if node.type in ("uint", "nint"):
            assert str(cbor2.loads(data[node.offset : node.end])) == node.value.split(" (")[0]
        elif node.type in ("array", "map", "tag", "bytes", "text", "float", "simple"):
            assert scan(data, node.offset, len(data)).end == node.end
            assert data[node.offset : node.end].hex().startswith(node.hex.rstrip("…"))


@pytest.mark.parametrize(
    ("encoded", "told"),
    [
        ("1817", ("uint", "23", ("head longer than needed",))),
        ("1818", ("uint", "24", ())),
        ("3b0000000000000000", ("nint", "-1", ("head longer than needed",))),
        ("f4", ("simple", "false", ())),
        ("f7", ("simple", "undefined", ())),
        ("f0", ("simple", "simple value 16", ())),
        ("f8ff", ("simple", "simple value 255", ())),
        ("f814", ("simple", "false", ("simple value below 32 in two bytes: not well-formed",))),
        ("f93e00", ("float", "1.5", ())),
        ("fa3fc00000", ("float", "1.5", ("float longer than needed",))),
        ("fb3ff8000000000000", ("float", "1.5", ("float longer than needed",))),
        ("fb3fb999999999999a", ("float", "0.1", ())),
        ("fb7e37e43c8800759c", ("float", "1e+300", ())),
        ("fa7fc00000", ("float", "nan", ("float longer than needed",))),
        ("40", ("bytes", "h'' (empty)", ())),
        ("43010203", ("bytes", "h'010203'", ())),
        ("43616263", ("bytes", "h'616263' \"abc\"", ())),
        ("63616263", ("text", '"abc"', ())),
        ("63612262", ("text", '"a\\"b"', ())),
        ("62ffff", ("text", '"\\\\xff\\\\xff"', ("not UTF-8 at 0x2",))),
    ],
)
def test_a_value_is_said_in_words_with_what_is_unusual_in_its_form(encoded, told):
    item = only(bytes.fromhex("81" + encoded)).children[0]
    assert tell(item) == told
    assert (item.offset, item.length) == (1, len(encoded) // 2)
    assert item.hex == encoded


def test_what_is_long_is_cut_and_says_how_long_it_is():
    item = only(cbor2.dumps([b"\x01" * 200, "x" * 1000]))
    assert item.children[0].hex == "58c8" + "01" * 32 + "…"
    assert item.children[0].value == f"h'{'01' * 32}…' (200 bytes)"
    assert len(item.children[1].value) == common.MOST_TEXT + 2


def test_duplicate_keys_are_marked_however_they_are_encoded():
    item = only(bytes.fromhex("a40101180102616103616104"))
    assert ["duplicate key" in child.notes for child in item.children] == [False, True, False, True]
    again = only(bytes.fromhex("a2810101810102"))
    assert ["duplicate key" in child.notes for child in again.children] == [False, True]


def test_items_of_indefinite_length_are_marked_and_end_with_their_break():
    data = bytes.fromhex("bf019f0102ff027f61616162ff035f4101ffff")
    root = tree(data)
    assert covers(root)
    assert [node.offset for node in of_type(root, "break")] == [5, 12, 17, 18]
    assert sum("indefinite length" in node.notes for node in walk(root)) == 4
    assert find(root, "chunk 1").value == '"b"'


def test_a_byte_string_that_is_one_container_is_opened_where_no_grammar_says_more():
    inner = cbor2.dumps({1: [2, 3]})
    root = tree(cbor2.dumps([inner, b"\x05", b"\x81", inner + b"\x00", b"\x81\x05"]), None)
    opened = [child for child in root.children[0].children if child.children]
    assert [child.offset for child in opened] == [1, 18]
    assert opened[0].children[0].offset == 2
    assert opened[0].value == "5 bytes, CBOR inside"


def test_offsets_inside_wrapped_items_are_those_of_the_file():
    data = cbor2.dumps([1, cbor2.dumps([2, cbor2.dumps([3, cbor2.dumps(["needle"])])])])
    needle = next(node for node in walk(tree(data)) if node.value == '"needle"')
    assert data[needle.offset : needle.end] == cbor2.dumps("needle")


def test_a_key_is_a_node_of_its_own_and_stands_before_its_value():
    item = only(bytes.fromhex("a2616105820102f6")).children
    assert [(child.key.offset, child.key.type) for child in item] == [(1, "text"), (4, "array")]
    assert [child.name for child in item] == ['"a"', "[1, 2]"]


def test_what_stands_behind_the_item_is_told():
    root = tree(bytes.fromhex("8101deadbeef"))
    assert [(node.type, node.offset, node.length) for node in root.children] == [
        ("array", 0, 2),
        ("trailing", 2, 4),
    ]
    assert root.children[1].value == "4 bytes behind the end of the item"


# --- malformed ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoded", "at", "why"),
    [
        ("8201", 2, "the data ends where an item was expected"),
        ("8219", 1, "the data ends inside the head of an item"),
        ("82011c", 2, "the reserved additional information 28"),
        ("82013f", 2, "major type 1 with an indefinite length"),
        ("8201ff", 2, "a break code where an item was expected"),
        ("a101", 2, "the data ends where an item was expected"),
        ("bf01ff", 2, "a break code where an item was expected"),
        ("9b00ffffffffffffff01", 10, "the data ends where an item was expected"),
        ("815818010203", 3, "24 bytes of a byte string were announced, 3 are left"),
        ("81630102", 2, "3 bytes of a text were announced, 2 are left"),
        ("815f6161ff", 2, "a chunk of the byte string was expected"),
        ("815f", 2, "the data ends where an item was expected"),
        ("815f5f4101ffff", 6, "a chunk must have a definite length"),
        ("d8", 0, "the data ends inside the head of an item"),
        ("d864", 2, "the data ends where an item was expected"),
    ],
)
def test_reading_stops_where_it_cannot_go_on_and_says_why(encoded, at, why):
    data = bytes.fromhex(encoded)
    root = tree(data)
    (stop,) = stops(root)
    assert stop.offset == at
    assert stop.end == len(data)
    assert why in stop.value
    assert covers(root)


def test_a_fault_in_a_wrapped_item_ends_with_its_byte_string():
    data = cbor2.dumps({1: "before", 266: {"part": b"\x82\x01"}, 3: "behind"})
    root = tree(data, "eat-cwt")
    (stop,) = stops(root)
    assert data[stop.offset - 2 : stop.offset] == b"\x82\x01"
    assert find(root, "aud (3)").value == '"behind"'
    assert "incomplete" not in root.children[0].notes
    assert covers(root)


@pytest.mark.parametrize("chop", [1, 7, 20, 33])
def test_a_file_that_is_cut_off_is_shown_up_to_there(chop):
    whole = cbor2.dumps({n: ["item", n, b"\x01\x02"] for n in range(1, 8)})
    data = whole[:-chop]
    root = tree(data)
    (stop,) = stops(root)
    assert stop.end == len(data)
    starts = {node.offset for node in walk(tree(whole))} | {
        node.offset + node.head for node in walk(tree(whole))
    }
    assert stop.offset in starts
    assert "incomplete" in root.children[0].notes
    before = [
        node for node in walk(root) if node.end <= stop.offset and not node.children and node is not stop
    ]
    assert set(before) <= set(walk(tree(whole)))


@settings(max_examples=tries(300), deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_have_a_tree_that_shows_each_of_them_once(data):
    root = build(data, None)
    assert root.length == len(data)
    if root.type in ("cbor", "binary", "empty"):
        assert covers(root)


@settings(max_examples=tries(300), deadline=None)
@given(
    st.binary(min_size=1, max_size=200),
    st.sampled_from(["eat-cwt", "suit-envelope", "corim", "cmw", "fdo-voucher"]),
)
def test_any_bytes_are_read_by_any_grammar(data, kind):
    root = build(b"\xa5" + data, kind)
    assert covers(root)
    try:
        well_formed = scan(b"\xa5" + data).end == len(data) + 1
    except MalformedArtefact:
        well_formed = False
    if not well_formed:
        assert (
            stops(root)
            or of_type(root, "trailing")
            or any("not UTF-8" in n or "not well-formed" in n for node in walk(root) for n in node.notes)
        )


# --- limits -------------------------------------------------------------------------------------


def test_more_items_than_are_shown_are_left_out_and_counted(monkeypatch):
    data = cbor2.dumps([[n] * 10 for n in range(5000)])
    root = tree(data)
    assert len(list(walk(root))) <= common.MAX_NODES + 10
    (left,) = of_type(root, LEFT_OUT)
    assert left.end == len(data)
    assert "more items than are shown" in left.value
    assert covers(root)


def test_items_that_are_too_deep_are_left_out_and_what_follows_is_shown():
    deep = b"\x81" * 100 + b"\x00"
    root = tree(b"\x82" + deep + b"\x07")
    (left,) = of_type(root, LEFT_OUT)
    assert "nested more than 64 deep" in left.value
    assert root.children[0].children[1].value == "7"
    assert covers(root)


def test_an_empty_item_that_is_too_deep_leaves_nothing_out():
    root = tree(b"\x81" * 64 + b"\x80")
    assert of_type(root, LEFT_OUT) == []
    assert covers(root)


def test_an_item_that_is_too_deep_to_be_measured_ends_the_tree():
    root = tree(b"\x81" * 5000 + b"\x00")
    (left,) = of_type(root, LEFT_OUT)
    assert left.end == 5001
    assert covers(root)


def test_byte_strings_within_each_other_are_opened_as_deep_as_the_rest():
    data = b"\x01"
    for _ in range(90):
        data = cbor2.dumps([data])
    root = tree(data)
    assert covers(root)
    assert max(len(node.notes) for node in walk(root)) == 0


def test_no_more_is_looked_through_than_the_limit(monkeypatch):
    monkeypatch.setattr(common.Budget.__init__, "__defaults__", (common.MAX_NODES, 5))
    data = cbor2.dumps([cbor2.dumps([1, 2, 3]), cbor2.dumps([4, 5, 6]), cbor2.dumps([7])])
    root = tree(data)
    assert [bool(child.children) for child in root.children[0].children] == [True, True, False]


def test_a_byte_string_that_only_begins_like_cbor_is_shown_as_it_is():
    (item,) = only(cbor2.dumps([b"\x82\x01"])).children
    assert item.value == "h'8201'"


def test_names_come_from_the_grammar_and_numbers_stay_beside_them():
    root = build(cbor2.dumps({265: "tag:example,2026:p", 4711: 1, "x": 2}), "eat-cwt")
    assert named(root) == ["eat_profile (265)", "4711", '"x"']
    assert root.children[0].children[1].notes == ("not assigned or unknown",)


def test_what_is_left_of_a_wrapped_item_that_is_cut_off_is_shown():
    token = cbor2.dumps(
        cbor2.CBORTag(18, [b"", {}, cbor2.dumps({1: "issuer", 10: b"n" * 8, 263: 3}), b"s" * 64])
    )
    data = token[:25]
    root = build(data, "eat-cwt")
    assert find(root, "iss (1)").value == '"issuer"'
    (stop,) = stops(root)
    assert (stop.offset, stop.end) == (24, 25)
    payload = find(root, "payload")
    assert payload.notes[0] == "incomplete"
    assert payload.value == "20 bytes of 23, CBOR inside"
    assert covers(root)


def test_an_item_that_is_whole_in_a_byte_string_that_is_not_says_what_is_missing():
    data = bytes.fromhex("d28440a058ffa10161" + "61")
    root = build(data, "eat-cwt")
    (stop,) = stops(root)
    assert (stop.offset, stop.length) == (len(data), 0)
    assert "255 bytes of a byte string were announced, 4 are left" in stop.value
    assert find(root, "iss (1)").value == '"a"'
    assert covers(root)


def test_a_cut_off_string_with_a_broken_item_inside_is_told_once():
    root = build(bytes.fromhex("d28440a058ffa101ff"), "eat-cwt")
    (stop,) = stops(root)
    assert "a break code" in stop.value
    assert covers(root)
