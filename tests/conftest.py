"""Settings for all tests: hypothesis without deadlines, as a slow machine is no fault; and what was skipped.

``IOTASSESS_EXAMPLES`` is how many examples a property is tried with where it does not say so: few by default,
so that everybody runs all tests; name thousands to search.
"""

import os
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.tries import EXAMPLES

settings.register_profile(
    "house",
    deadline=None,
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("house")

UNCOUNTED = frozenset(
    {"build", "contract", "crypto", "differential", "faults", "fuzz", "golden", "injection",
     "integrations", "interop", "limits", "page", "unit"}
)  # fmt: skip
"""Folders whose tests run without the measurement of coverage, which makes them half as slow again.

They run the whole program over and over, or work by processes that are not measured anyway. So the gate on
coverage asks more, not less: that each room is covered by the tests of the rooms.
"""


class Counting:
    """Halts the measurement of coverage before a test that is not to count, and resumes it before others."""

    def __init__(self):
        self.halted = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item):
        """Decide before the fixtures of the test are set up."""
        if item.path.relative_to(Path(__file__).parent).parts[0] not in UNCOUNTED:
            self.resume()
        elif sys.gettrace() is not None:
            self.halted = sys.gettrace(), threading.gettrace()
            sys.settrace(None)
            threading.settrace(None)

    def pytest_sessionfinish(self):
        """Leave the measurement as it was found."""
        self.resume()

    def resume(self):
        """Go on measuring, where it was halted."""
        if self.halted is not None:
            ours, of_threads = self.halted
            self.halted = None
            threading.settrace(of_threads)
            sys.settrace(ours)


def pytest_configure(config):
    """Watch over the measurement; without one there is nothing to halt."""
    config.pluginmanager.register(Counting())


def pytest_terminal_summary(terminalreporter):
    """Say what was not tested, and what to install: a green run may have skipped a whole subject."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", ())
        if isinstance(report.longrepr, tuple)
    )
    if reasons:
        terminalreporter.section("not tested", "-")
    for reason, number in sorted(reasons.items()):
        terminalreporter.line(f"{number} skipped: {reason}")
