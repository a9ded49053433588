"""What the reports of a fleet's summary share: shares not rounded up, time without gaps, alarm where due."""

import dataclasses
import datetime
import itertools
import re
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iotassess.model.fleet import FAULTS, Count, Listed
from iotassess.report import fleet_summary_words as words
from iotassess.report.fleet_summary_time import parts_of, periods_in, stretches, versions
from tests.report.fleet_scene import LENGTHS, empty, full, made, million, rich
from tests.tries import tries

SEEDS = st.integers(0, 2**31)


def test_the_scene_has_something_of_everything():
    assert [f.name for f in dataclasses.fields(full()) if not getattr(full(), f.name)] == []
    one = rich()
    assert len(one.by_model) == 3
    assert len({row.firmware for row in one.by_firmware}) >= 3
    assert {"failed", "authenticated"} <= set(one.authenticity)
    assert {"key-shared", "model-unknown", "unreadable"} <= {row.id for row in one.faults}
    assert min(one.shared_keys.total, one.stale.total, one.worsened.total, len(one.drift) // 50) >= 1
    assert len({row.column.baseline for row in one.verdicts}) == 2


@given(st.integers(0, 10**9), st.integers(1, 10**9))
@example(999_999_999, 1_000_000_000)
@example(1, 1)
def test_a_share_is_all_only_of_all_and_never_more_than_it_is(part, whole):
    part = min(part, whole)
    said = words.share(part, whole)
    number = float(re.fullmatch(r"(\d+\.\d)\u00a0%", said)[1])
    assert number <= part * 100 / whole < number + 0.1 + 1e-9
    assert (number == 100) == (part == whole)


def test_a_share_of_nothing_is_no_number():
    assert words.share(0, 0) == words.NONE


@given(st.integers(0, 10**12))
def test_a_number_reads_back(number):
    said = words.number(number)
    assert int(said.replace(words.SPACE, "")) == number
    assert all(len(group) == 3 for group in said.split(words.SPACE)[1:])


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (864_000.0, "10 days"),
        (86_400.0, "1 day"),
        (129_600.0, "1.5 days"),
        (5_400.0, "1.5 hours"),
        (90.0, "1.5 minutes"),
        (0.5, "0.5 seconds"),
    ],
)
def test_a_time_is_told_in_the_largest_unit_that_it_fills(seconds, said):
    assert words.duration(seconds) == said


def test_a_moment_is_told_in_utc_whatever_its_zone():
    east = datetime.timezone(datetime.timedelta(hours=5))
    assert words.moment(datetime.datetime(2026, 1, 1, 2, tzinfo=east)) == "2025-12-31 21:00"
    assert words.day(datetime.datetime(2026, 1, 1, 2, tzinfo=east)) == "2025-12-31"
    assert words.moment(datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)) == "0001-01-01 00:00"


# --- the answer ---------------------------------------------------------------------------------


def test_the_headline_of_a_large_fleet():
    one = dataclasses.replace(
        million(), sound=982_999, authenticity={"authenticated": 991_000, "failed": 9_000}, example=True,
        shared_keys=Listed(3, million().shared_keys.rows[:3]), stale_after=1.0, stale=Listed(340, ()),
        worsened=Listed(0, ()),
    )  # fmt: skip
    assert " · ".join(words.headline(one)).replace(words.SPACE, " ") == (
        "EXAMPLE · 1 000 000 records · 98.2 % sound · 99.1 % authenticated · 21 devices share 3 keys · "
        "340 stale"
    )


def test_what_was_not_asked_or_cannot_be_known_is_not_told_as_none():
    assert words.headline(empty()) == ("0 records", "stale not asked")
    blind = dataclasses.replace(empty(), records=5, authenticity={"unverified": 5})
    assert "no shared key" not in words.headline(blind)
    many = million().shared_keys
    assert words.sharing(dataclasses.replace(million(), shared_keys=many._replace(total=many.total + 1))) == (
        f"{many.total + 1} keys shared by several devices"
    )


def test_nothing_calls_for_action_only_where_nothing_is_wrong():
    good = dataclasses.replace(empty(), records=5, sound=5, authenticity={"authenticated": 5})
    assert words.actions(good) == ()
    assert "Nothing was found" in words.calm(good)
    assert "1 record is not sound" in words.calm(dataclasses.replace(good, sound=4))
    assert "nothing can be said" in words.calm(empty())


@pytest.mark.parametrize(
    ("id", "changes", "bad"),
    [
        ("discrepancies", {"discrepancies": (Count("debug-contradiction", 2, "x"),)}, True),
        ("shared-keys", {"shared_keys": full().shared_keys}, True),
        ("worsened", {"worsened": full().worsened}, True),
        ("components", {"component_match": {"match": 4, "mismatch": 1}}, True),
        ("authenticity", {"authenticity": {"authenticated": 4, "failed": 1}}, True),
        ("authenticity", {"authenticity": {"authenticated": 4, "unsigned": 1}}, False),
        ("authenticity", {"authenticity": {"authenticated": 4, "intact": 1}}, False),
        ("authenticity", {"authenticity": {"authenticated": 4, "unverified": 1}}, False),
        ("problems", {"problems": (Count("eat-expired", 2, "x"),)}, True),
        ("errors", {"authenticity": {"authenticated": 4}}, False),
        ("stale", {"stale": full().stale, "stale_after": 60.0}, False),
        *(("faults", {"faults": (Count(id, 2, "x"),)}, id in ("device-mismatch", "model-mismatch"))
          for id in FAULTS if id not in ("unreadable", "key-shared")),
    ],
)  # fmt: skip
def test_each_kind_of_trouble_calls_for_action(id, changes, bad):
    good = dataclasses.replace(empty(), records=5, sound=5, authenticity={"authenticated": 5})
    (found,) = words.actions(dataclasses.replace(good, **changes))
    assert (found.id, found.bad) == (id, bad)


def test_a_warning_alone_is_no_alarm_and_a_problem_that_nobody_knows_is():
    good = dataclasses.replace(empty(), records=5, sound=5, authenticity={"authenticated": 5})
    assert words.actions(dataclasses.replace(good, problems=(Count("psa-lifecycle-debug", 2, "x"),))) == ()
    assert words.actions(dataclasses.replace(good, problems=(Count("of-tomorrow", 2, "x"),)))[0].bad


def test_of_several_ids_only_the_least_number_of_tokens_is_known():
    rows = (Count("a", 7, "x"), Count("b", 5, "x"))
    several, one = (
        words.actions(dataclasses.replace(empty(), discrepancies=found))[0].said for found in (rows, rows[:1])
    )
    assert several.startswith("at least 7 tokens")
    assert one.startswith("7 tokens")


def test_no_version_is_left_out_unsaid():
    for one in words.firmware(million(), 2, 5):
        own = [row for row in million().by_firmware if row.model == one.model]
        assert len(one.rows) + one.left == len(own)
        assert one.rows == tuple(own[:5])


# --- time ---------------------------------------------------------------------------------------


@given(SEEDS, st.integers(1, 70))
@settings(max_examples=tries(120), deadline=None)
def test_stretches_hold_every_token_once_and_have_no_gap(seed, most):
    one = made(4_000, seed=seed)
    found = stretches(one.drift, one.period, most)
    assert len(found) <= most
    for name in ("tokens", "authenticated", "matched", "sound"):
        assert sum(getattr(s, name) for s in found) == sum(getattr(p, name) for p in one.drift)
    told, there = Counter(), Counter()
    for s in found:
        told.update(s.firmware)
    for p in one.drift:
        there.update(p.firmware)
    assert told == there
    if found:
        each = periods_in(one.drift, one.period, most) * LENGTHS[one.period]
        gaps = [(b.start - a.start).days for a, b in itertools.pairwise(found)]
        assert all(abs(gap - each) <= each * 0.12 for gap in gaps)  # months differ in length
        assert found[0].start == one.drift[0].start
        last = one.drift[-1].start
        assert found[-1].start <= last


@given(st.dates(), st.dates())
@example(datetime.date.min, datetime.date.max)
def test_any_two_days_however_far_apart_are_two_of_few_stretches(first, second):
    first, second = sorted((first, second))
    sample = full().drift[0]
    for period in LENGTHS:
        ends = [sample._replace(start=day, tokens=1) for day in (first, second)]
        found = stretches(ends, period, 10)
        assert sum(s.tokens for s in found) == 2
        assert len(found) <= 10
        assert found[0].start <= first
        assert found[0].tokens >= 1 <= found[-1].tokens


def test_parts_of_a_stretch_are_its_versions_and_the_others_together():
    names = versions(full().drift, 3)
    assert len(names) == 3
    assert "(others)" not in versions(full().drift, 99)
    for one in stretches(full().drift, full().period, 62):
        *own, others = parts_of(one, names)
        assert own == [one.firmware.get(name, 0) for name in names]
        assert sum(own) + others == sum(one.firmware.values())
