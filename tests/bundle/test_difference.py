"""The difference of two results: every place, by its JSON pointer, and no place that does not differ."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.bundle import difference
from iotassess.bundle.difference import differences

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(0, 1) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab/~", max_size=2), inner, max_size=4)
    ),
    max_leaves=12,
)
MISSING = object()


def found(was, now):
    return [(one.pointer, one.change, one.was, one.now) for one in differences(was, now)[0]]


def at(value, pointer):
    """Follow a JSON pointer (RFC 6901 section 4)."""
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else MISSING
        else:
            value = value.get(step, MISSING)
        if value is MISSING:
            break
    return value


@given(JSON)
def test_a_value_does_not_differ_from_its_copy(value):
    assert differences(value, copy.deepcopy(value)) == ((), 0)


@given(JSON, JSON)
def test_two_values_differ_somewhere_unless_they_are_written_the_same(was, now):
    import json

    same = json.dumps(was, sort_keys=True) == json.dumps(now, sort_keys=True)
    assert (found(was, now) == []) is same


@given(JSON, JSON)
def test_what_is_told_is_what_stands_there(was, now):
    for pointer, change, old, new in found(was, now):
        if change != "added":
            assert at(was, pointer) is old or at(was, pointer) == old
        if change == "changed" and "/" not in pointer:
            assert (old, new) == (was, now)
        if change == "added":
            assert old is None


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ({"a": 1}, {"a": 2}, [("/a", "changed", 1, 2)]),
        ({"a": 1}, {}, [("/a", "removed", 1, None)]),
        ({}, {"a": None}, [("/a", "added", None, None)]),
        ({"a/b": {"c~d": 1}}, {"a/b": {"c~d": 2}}, [("/a~1b/c~0d", "changed", 1, 2)]),
        (1, True, [("", "changed", 1, True)]),
        (1, 1.0, [("", "changed", 1, 1.0)]),
        ([1], {"0": 1}, [("", "changed", [1], {"0": 1})]),
        ([1, 2, 3], [1, 9, 3], [("/1", "changed", 2, 9)]),
        ([1, 2, 3], [1, 3], [("/1", "removed", 2, None)]),
        ([1, 3], [1, 2, 3], [("/1", "added", None, 2)]),
        ([], [1, 2], [("/0", "added", None, 1), ("/1", "added", None, 2)]),
        ([1, 1], [1], [("/1", "removed", 1, None)]),
        ([{"id": 1, "v": 0}, {"id": 2}], [{"id": 1, "v": 5}, {"id": 2}], [("/0/v", "changed", 0, 5)]),
    ],
)
def test_each_kind_of_difference(was, now, expected):
    assert found(was, now) == expected


def test_a_row_more_in_front_is_one_difference():
    rows = [{"id": n, "verdict": "declared"} for n in range(50)]
    assert found(rows, [{"id": -1}, *rows]) == [("/0", "added", None, {"id": -1})]


def test_what_is_left_out_is_counted(monkeypatch):
    monkeypatch.setattr(difference, "MAX_DIFFERENCES", 3)
    told, left_out = differences(list(range(10)), [-1] * 10)
    assert (len(told), left_out) == (3, 7)
