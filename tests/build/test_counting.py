"""Coverage is measured in the tests of the rooms, and goes on after a test that does not count."""

import sys
import threading
from types import SimpleNamespace

import pytest

from tests.conftest import UNCOUNTED, Counting
from tests.examples import ROOT


def item(place):
    return SimpleNamespace(path=ROOT / "tests" / place)


def trace(*_):
    """Stands for the measurement."""


@pytest.fixture
def measured():
    """Traced as by a measurement; as before afterwards."""
    before = sys.gettrace(), threading.gettrace()
    sys.settrace(trace)
    threading.settrace(trace)
    yield
    sys.settrace(before[0])
    threading.settrace(before[1])


def test_a_test_that_does_not_count_runs_without_and_the_next_of_a_room_with(measured):
    counting, seen = Counting(), []
    for place in ("model/test_a.py", "golden/test_b.py", "golden/test_c.py", "evidence/tree/test_d.py"):
        counting.pytest_runtest_protocol(item(place))
        seen.append((sys.gettrace(), threading.gettrace()))
    assert seen == [(trace, trace), (None, None), (None, None), (trace, trace)]


def test_it_is_left_as_it_was_found(measured):
    counting = Counting()
    counting.pytest_runtest_protocol(item("page/test_a.py"))
    counting.pytest_sessionfinish()
    assert (sys.gettrace(), threading.gettrace()) == (trace, trace)


def test_every_room_counts():
    rooms = {path.stem for path in (ROOT / "iotassess").iterdir() if path.stem[0] not in "_."}
    assert rooms & UNCOUNTED == set()
