"""The tokenizer: what it counts, and that it finds a value where it stands."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.codec import cbor
from iotassess.codec.cbor import INTO
from iotassess.errors import MalformedArtefact


def h(text: str) -> bytes:
    return bytes.fromhex(text)


# --- scanning -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "items", "outside", "depth"),
    [
        ("00", 1, 1, 0),
        ("420000", 1, 1, 0),
        ("626161", 1, 3, 0),
        ("80", 1, 1, 0),
        ("820001", 3, 3, 1),
        ("a10041ff", 3, 3, 1),
        ("d28100", 3, 3, 2),
        ("9f0001ff", 3, 4, 1),
        ("bf0001ff", 3, 4, 1),
        ("5f41ff42ffffff", 3, 4, 0),
        ("7f6161ff", 2, 4, 0),
        ("9f80a0ff", 3, 4, 1),
    ],
)
def test_items_bytes_and_depth_are_counted(data: str, items: int, outside: int, depth: int) -> None:
    found = cbor.scan(h(data))
    assert (found.items, found.outside, found.depth) == (items, outside, depth)
    assert found.end == len(h(data))


@pytest.mark.parametrize(
    ("data", "indefinite_at", "nonpreferred_at"),
    [
        ("8200 9fff", 2, None),
        ("a1 00 5f ff", 2, None),
        ("81 7fff", 1, None),
        ("bf 00 9fff ff", 0, None),
        ("82 1817 00", None, 1),
        ("82 00 190018", None, 2),
        ("5801 00", None, 0),
        ("9801 00", None, 0),
        ("d801 00", None, 0),
        ("1a0000ffff", None, 0),
        ("1b00000000ffffffff", None, 0),
        ("1818", None, None),
        ("1a00010000", None, None),
        ("fb3ff8000000000000", None, 0),
        ("fa3fc00000", None, 0),
        ("fa47c35000", None, None),
        ("fb40f86a0000000000", None, 0),
        ("fb7fefffffffffffff", None, None),
        ("fa7fc00000", None, 0),
        ("f97e00", None, None),
        ("f8ff", None, None),
    ],
)
def test_long_forms_and_indefinite_lengths_are_noted_where_they_stand(
    data: str, indefinite_at: int | None, nonpreferred_at: int | None
) -> None:
    found = cbor.scan(h(data))
    assert (found.indefinite_at, found.nonpreferred_at) == (indefinite_at, nonpreferred_at)
    assert found.indefinite is (indefinite_at is not None)
    assert found.nonpreferred is (nonpreferred_at is not None)


def test_a_scan_stays_between_its_bounds() -> None:
    data = h("00 8101 4200ff 00")
    assert cbor.scan(data, 1).end == 3
    assert cbor.scan(data, 3).outside == 1
    with pytest.raises(MalformedArtefact) as caught:
        cbor.scan(data, 3, 5)
    assert caught.value.offset == 3
    with pytest.raises(MalformedArtefact) as caught:
        cbor.scan(data, 1, 2)
    assert caught.value.offset == 1


# --- finding ------------------------------------------------------------------------------------

INNER = cbor2.dumps({10: b"nonce", 2399: [{1: "BL", 4: "1.2"}, {1: "App"}]})
TOKEN = cbor2.dumps(cbor2.CBORTag(18, [h("a10126"), {4: b"k"}, INNER, b"sig"]))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), TOKEN),
        ((2,), cbor2.dumps(INNER)),
        ((1, 4), cbor2.dumps(b"k")),
        ((0, INTO, 1), b"\x26"),
        ((2, INTO), INNER),
        ((2, INTO, 10), cbor2.dumps(b"nonce")),
        ((2, INTO, 2399, 1), cbor2.dumps({1: "App"})),
        ((2, INTO, 2399, 0, 4), cbor2.dumps("1.2")),
    ],
)
def test_a_value_is_found_through_tags_maps_arrays_and_byte_strings(
    path: tuple[Any, ...], expected: bytes
) -> None:
    offset = cbor.locate(TOKEN, path)
    assert offset is not None
    assert TOKEN[offset : offset + len(expected)] == expected


@pytest.mark.parametrize(
    "path",
    [(4,), (-1,), (True,), ("x",), (0, 1), (1, 5), (1, INTO), (2, INTO, 2399, 2), (2, INTO, 10, 0)]
    + [(3, INTO), (INTO,), (2, 10), (1, 4.0)],
)
def test_nothing_is_found_where_nothing_is(path: tuple[Any, ...]) -> None:
    assert cbor.locate(TOKEN, path) is None


def test_keys_are_told_apart_by_type_and_found_in_any_form() -> None:
    data = h("a5 f5 01  180a 02  820102 03  f93e00 04  6161 05")
    read = cbor.loads(data)
    assert [cbor.locate(data, (key,)) for key in read] == [2, 5, 9, 13, 16]
    assert cbor.locate(data, (cbor.OddKey(True),)) == 2
    assert cbor.locate(data, (1,)) is None
    assert cbor.locate(data, (10,)) == 5
    assert cbor.locate(data, ([1, 2],)) == 9


def test_values_in_open_containers_are_found() -> None:
    data = h("bf 01 9f 05 06 ff 02 d9d9f7 9f 07 ff ff")
    assert cbor.locate(data, (1, 1)) == 4
    assert cbor.locate(data, (1, 2)) is None
    assert cbor.locate(data, (2,)) == 7
    assert cbor.locate(data, (2, 0)) == 11
    assert cbor.locate(data, (3,)) is None


def test_a_byte_string_in_chunks_has_no_place_inside() -> None:
    assert cbor.locate(h("5f 41 01 ff"), (INTO,)) is None


@pytest.mark.parametrize("data", ["", "81", "8101ff", "a1", "a101", "42a1", "c1", "821c00", "a1ff00"])
def test_broken_bytes_hold_no_value(data: str) -> None:
    assert cbor.locate(h(data), (1,)) is None
    assert cbor.locate(h(data), (0, 0)) is None


def test_a_value_that_is_cut_off_is_not_found() -> None:
    assert cbor.locate(h("41 82"), (INTO,)) is None
    assert cbor.locate(h("43 01"), (INTO,)) is None
    assert cbor.locate(h("82 00 61"), (1,)) is None


def test_the_marker_has_a_name() -> None:
    assert repr(INTO) == "INTO"


PLAIN = st.recursive(
    st.integers(-500, 500) | st.text(max_size=4) | st.binary(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.integers(-3, 3) | st.text(max_size=2), inner)
    ),
    max_leaves=12,
)


def every_path(value: Any) -> list[tuple[tuple[Any, ...], Any]]:
    found: list[tuple[tuple[Any, ...], Any]] = [((), value)]
    steps = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        steps = enumerate(value)
    for step, inner in steps:
        found += [((step, *rest), deeper) for rest, deeper in every_path(inner)]
    return found


@given(PLAIN, st.booleans())
def test_every_value_is_found_where_it_was_written(value: Any, indefinite: bool) -> None:
    data = cbor2.dumps(value, indefinite_containers=indefinite)
    for path, inner in every_path(value):
        offset = cbor.locate(data, path)
        assert offset is not None
        end = cbor.scan(data, offset).end
        assert cbor.loads(data[offset:end]) == inner


@given(st.binary(max_size=50), st.lists(st.integers(0, 3) | st.just(INTO), max_size=4))
def test_any_bytes_have_a_place_or_none(data: bytes, path: list[Any]) -> None:
    offset = cbor.locate(data, path)
    assert offset is None or 0 <= offset < len(data)
