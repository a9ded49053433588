"""The vocabulary of attestation results: ranges, tiers, and what a vector leaves room for."""

from __future__ import annotations

import pytest

from iotassess.model import ar4si

APPRAISALS = ("contraindicated", "none", "warning", "affirming")
"""Worst first: "none" is no good word, so that it stands before a warning."""


def test_there_are_eight_categories_in_the_order_of_their_labels():
    assert len(ar4si.CATEGORIES) == 8
    assert (ar4si.CATEGORIES[0], ar4si.CATEGORIES[4], ar4si.CATEGORIES[7]) == (
        "instance-identity",
        "hardware",
        "sourced-data",
    )


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (-1, 1, "none"),
        (2, 31, "affirming"),
        (-32, -2, "affirming"),
        (32, 95, "warning"),
        (-96, -33, "warning"),
        (96, 127, "contraindicated"),
        (-128, -97, "contraindicated"),
    ],
)
def test_the_tier_of_a_value_is_that_of_its_range(first, last, expected):
    assert {ar4si.tier(value) for value in range(first, last + 1)} == {expected}


def test_each_value_of_a_status_lies_in_its_own_tier():
    assert {value: ar4si.tier(value) for value in ar4si.STATUSES} == dict(ar4si.STATUSES)
    assert set(ar4si.STATUS_VALUES) == set(APPRAISALS)


@pytest.mark.parametrize("category", ar4si.CATEGORIES)
def test_each_category_says_what_its_values_mean(category):
    for value in (-1, 0, 1, 2, 96, 99):
        assert "not assigned" not in ar4si.meaning(category, value), (category, value)
    assert ar4si.meaning(category, 31) == "a value that is not assigned"
    assert ar4si.meaning(category, -50) == "a value of the verifier's own"


def test_a_category_of_nobody_has_the_common_meanings():
    assert ar4si.meaning("weather", 99) == ar4si.meaning("hardware", 99)
    assert ar4si.meaning("weather", 2) == "a value that is not assigned"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], "none"),
        ([0, 1, -1], "none"),
        ([2, 0, 3], "affirming"),
        ([2, -40], "warning"),
        ([2, 32, 99], "contraindicated"),
        ([0, 96], "contraindicated"),
    ],
)
def test_a_vector_leaves_room_for_its_worst_entry(values, expected):
    assert ar4si.best_status(values) == expected


def test_statuses_are_ordered_as_the_appraisals_of_the_vocabulary():
    for index, worse in enumerate(APPRAISALS):
        assert ar4si.worst_status(APPRAISALS[index:]) == worse
        for better in APPRAISALS[index + 1 :]:
            assert ar4si.is_better(better, worse)
            assert not ar4si.is_better(worse, better)
    assert ar4si.worst_status([]) == "none"
