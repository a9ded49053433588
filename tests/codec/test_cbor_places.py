"""Finding many values in one item: where each is, as one search alone finds it, and how much is gone over."""

from __future__ import annotations

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.codec import cbor_places
from iotassess.codec.cbor import INTO, locate
from iotassess.codec.cbor_places import Places
from iotassess.errors import MalformedArtefact

KEYS = st.integers(-3, 3) | st.sampled_from(["a", "b"]) | st.binary(max_size=1)
ITEMS = st.recursive(
    st.integers() | st.text(max_size=3) | st.binary(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.builds(cbor2.CBORTag, st.sampled_from([18, 601]), inner)
        | inner.map(cbor2.dumps)
    ),
    max_leaves=12,
)
PATHS = st.lists(st.lists(KEYS | st.just(INTO), max_size=3), min_size=1, max_size=8)
AROUND = b"\x83\x01"


def alone(data, path):
    try:
        return locate(data, path)
    except (MalformedArtefact, TypeError):
        return None


def together(places, path):
    try:
        return places.find(path)
    except (MalformedArtefact, TypeError):
        return None


@given(ITEMS, PATHS, st.integers(0, 8), st.booleans())
def test_what_is_found_together_is_where_it_is_found_alone(value, paths, lost, canonical):
    data = cbor2.dumps(value, canonical=canonical)
    data = data[: max(1, len(data) - lost)]  # what stands before a fault is found all the same
    places = Places(AROUND + data + AROUND, len(AROUND), len(AROUND) + len(data))
    for path in [*paths, *paths]:
        found = alone(data, path)
        assert together(places, path) == (None if found is None else found + len(AROUND)), path


@pytest.mark.parametrize("step", [0, 1, 2, "x", "y", INTO, -1, True, (1, 2), object()])
@pytest.mark.parametrize(
    "data",
    [
        b"\x9f\x00\x01\xff",  # of no stated length
        b"\xbf\x61x\x00\x61x\x01\xff",  # a key twice
        b"\xa2\x18\x01\x05\x01\x06",  # a key not as short as it can be, and again
        b"\xa2\x82\x01\x02\x05\x01\x06",  # an array as a key
        b"\xa1\x01",  # no value
        b"\xa2\x01\x00\xf5",  # a fault behind
        b"\x83\x00\x01",
        b"\x5f\x41\x01\xff",  # in chunks
        b"\x41\x80",
        b"\xd2\xd2\x81\x07",
        b"",
    ],
    ids=bytes.hex,
)
def test_odd_items_are_gone_through_as_by_one_search_alone(data, step):
    assert together(Places(data, 0, len(data)), (step,)) == alone(data, (step,))


def scans(monkeypatch, count, path):
    """How many items are stepped over to find one value in each of so many."""
    data = cbor2.dumps({2399: [{2: b"digest", 1: "name"} for _ in range(count)]})
    seen = []

    def counted(*arguments):
        seen.append(arguments[1])
        return scan(*arguments)

    scan = cbor_places.scan
    with monkeypatch.context() as patch:
        patch.setattr(cbor_places, "scan", counted)
        places = Places(data, 0, len(data))
        found = {places.find((2399, index, path)) for index in range(count)}
    assert len(found) == count
    assert None not in found
    return len(seen)


@pytest.mark.parametrize("path", [1, 2])
def test_ten_times_as_many_values_take_ten_times_the_steps(monkeypatch, path):
    few, many = scans(monkeypatch, 40, path), scans(monkeypatch, 400, path)
    assert few >= 40
    assert many <= 10 * few
