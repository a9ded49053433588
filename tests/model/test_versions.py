"""The order of versions: what their form tells, and nothing more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.model.versions import MAX_LENGTH, order

ASCENDING = [
    ["1.0", "1.1", "1.2", "1.10", "2"],
    ["3.2.0", "3.2.1", "3.10.0", "4.0.0"],
    ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"]
    + ["1.0.0-rc.1", "1.0.0", "1.0.1-rc.1"],  # the example of Semantic Versioning 2.0.0 section 11
    ["1.2.3", "1.2.3+1", "1.2.3+2", "1.2.3+10", "1.2.4"],  # MCUboot's build number
    ["1.2.3.4", "1.2.3.5", "1.2.4"],
]


@pytest.mark.parametrize("versions", ASCENDING, ids=lambda versions: versions[0])
def test_each_version_is_higher_than_those_before_it(versions):
    for i, lower in enumerate(versions):
        for higher in versions[i + 1 :]:
            assert (order(lower, higher), order(higher, lower)) == ("higher", "lower"), (lower, higher)


@pytest.mark.parametrize(("one", "other"), [("1.0", "1.0.0"), ("v1.2", "1.2"), ("1.2+0", "1.2"), ("x", "x")])
def test_versions_that_mean_the_same_are_equal(one, other):
    assert order(one, other) == order(other, one) == "equal"


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.0", "bookworm"), ("R2B", "R2C"), ("1.2+abc", "1.2+abd"), ("", "1"), ("1", "1" * (MAX_LENGTH + 1))]
    + [("1.0 ", "1.1"), ("1..2", "1.3"), ("\u0661.0", "2.0")],
)
def test_what_has_no_order_is_unknown(one, other):
    assert order(one, other) == order(other, one) == "unknown"


parts = st.lists(st.integers(0, 300), min_size=1, max_size=5).map(lambda row: ".".join(map(str, row)))
tails = st.sampled_from(["", "-a", "-rc.1", "-rc.2", "+3", "-a+3"])
OPPOSITE = {"lower": "higher", "higher": "lower", "equal": "equal", "unknown": "unknown"}


@given(parts, tails, parts, tails)
def test_the_order_turned_round_is_the_opposite(one, tail, other, end):
    assert order(other + end, one + tail) == OPPOSITE[order(one + tail, other + end)]


@given(st.lists(st.tuples(parts, tails).map("".join), min_size=3, max_size=3))
def test_the_order_is_transitive(versions):
    a, b, c = versions
    if order(a, b) == order(b, c) == "higher":
        assert order(a, c) == "higher"


@given(st.text(), st.text())
def test_any_two_texts_are_compared_without_a_crash(one, other):
    assert order(one, other) in OPPOSITE
