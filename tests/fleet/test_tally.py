"""Numbers of parts add up to the numbers of all, however the rows are cut."""

from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.fleet.devices import Findings
from iotassess.fleet.rows import Row, rows_of, table_of
from iotassess.fleet.summing import MOST_PERIODS, empty, sum_up
from iotassess.fleet.tally import MAX_MESSAGES, MAX_VERSIONS, MAX_VERSIONS_A_DAY, OTHERS, Tally
from iotassess.model.fleet import NOTHING_LISTED, Column, Summary
from tests.fleet.fleets import AS_OF

COLUMNS = (Column("b", "R-1", "one"), Column("b", "R-2", "two"))
START = datetime.datetime(2026, 1, 31, 23, tzinfo=datetime.UTC)

texts = st.text(max_size=6)
rows = st.builds(
    Row,
    record=texts,
    device=st.none() | texts,
    model=st.sampled_from([None, "m", "n"]),
    time=st.none() | st.integers(0, 400).map(lambda days: START + datetime.timedelta(days=days)),
    authenticity=st.sampled_from([None, "authenticated", "failed", "unverified"]),
    grade=st.none() | st.integers(2, 5),
    firmware=st.none() | st.sampled_from(["1", "2", "3"]),
    component_match=st.sampled_from([None, "match", "digest-only", "mismatch"]),
    problems=st.lists(st.sampled_from(["p", "q"]), unique=True).map(tuple),
    faults=st.lists(st.sampled_from(["f"]), unique=True).map(tuple),
    error=st.none() | st.sampled_from(["e1", "e2"]),
    sound=st.booleans(),
    verdicts=st.tuples(*[st.sampled_from([None, "verified", "declared"])] * 2),
)


def _summary(tally: Tally) -> Summary:
    about = empty(as_of=AS_OF, models=[], anchors=[], stale_after=None, not_done=[])
    return sum_up(tally, Findings(), NOTHING_LISTED, about, COLUMNS)


@settings(deadline=None)
@given(st.lists(rows, max_size=30), st.integers(1, 7))
def test_parts_add_up_to_the_whole(all_rows: list[Row], size: int) -> None:
    whole = Tally.of(all_rows, 2)
    merged = Tally(2)
    for start in range(0, len(all_rows), size):
        part = Tally.of(all_rows[start : start + size], 2)
        merged.merge(Tally.loads(part.dumps()))
    assert _summary(merged) == _summary(whole)


@settings(deadline=None)
@given(st.lists(rows, max_size=10))
def test_rows_come_back_from_arrow_as_they_were(all_rows: list[Row]) -> None:
    assert rows_of(table_of(all_rows, COLUMNS), COLUMNS) == all_rows


def _versions(number: int) -> list[Row]:
    return [
        Row("r", model="m", time=START, authenticity="authenticated", firmware=str(n), verdicts=(None, None))
        for n in range(number)
    ]


@pytest.mark.parametrize("more", [0, 1, 5])
def test_firmware_versions_beyond_the_limit_are_counted_together(more: int) -> None:
    tally = Tally.of(_versions(MAX_VERSIONS + more), 2)
    assert len(tally.versions) == MAX_VERSIONS + bool(more)
    assert sum(found[0] for found in tally.versions.values()) == MAX_VERSIONS + more
    assert tally.versions.get(("m", OTHERS), [0])[0] == more
    assert bool(_summary(tally).cut) is bool(more)


@pytest.mark.parametrize("more", [0, 1])
def test_versions_of_a_day_beyond_the_limit_are_counted_together(more: int) -> None:
    tally = Tally.of(_versions(MAX_VERSIONS_A_DAY + more), 2)
    (day,) = tally.day_versions.values()
    assert (OTHERS in day) is bool(more)
    assert sum(day.values()) == MAX_VERSIONS_A_DAY + more


@pytest.mark.parametrize("more", [0, 1])
def test_errors_beyond_the_limit_are_counted_together(more: int) -> None:
    tally = Tally.of([Row(str(n), error=f"error {n}") for n in range(MAX_MESSAGES + more)], 0)
    assert (OTHERS in tally.ids["errors"]) is bool(more)
    assert sum(found[0] for found in tally.ids["errors"].values()) == MAX_MESSAGES + more


def _failed(time: datetime.datetime) -> Row:
    return Row("r", time=time, authenticity="failed", verdicts=(None, None))


@pytest.mark.parametrize(
    ("days", "period"),
    [(1, "day"), (MOST_PERIODS, "day"), (MOST_PERIODS + 1, "week"), (600, "month"), (4_000, "quarter")],
)
def test_stretches_of_time_are_few_enough_to_look_at(days: int, period: str) -> None:
    times = [START + datetime.timedelta(days=n) for n in range(days)]
    summary = _summary(Tally.of(map(_failed, times), 2))
    assert summary.period == period
    assert len(summary.drift) <= MOST_PERIODS
    assert sum(one.tokens for one in summary.drift) == days
    assert [one.start for one in summary.drift] == sorted(one.start for one in summary.drift)


def test_the_first_and_last_years_of_the_calendar_can_be_told() -> None:
    times = [datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in (1, 9999)]
    summary = _summary(Tally.of(map(_failed, times), 2))
    assert [one.tokens for one in summary.drift] == [1, 1]


@pytest.mark.parametrize("text", ["", "{}", "[]", json.dumps({"verdicts": 7})])
def test_what_is_no_tally_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Tally.loads(text)
