"""Settings for all tests: hypothesis without deadlines, as a slow machine is no fault; and what was skipped.

``IOTASSESS_EXAMPLES`` is how many examples a property is tried with where it does not say so: few by default,
so that everybody runs all tests; name thousands to search.
"""

import os
from collections import Counter

from hypothesis import HealthCheck, settings

settings.register_profile(
    "house",
    deadline=None,
    max_examples=int(os.environ.get("IOTASSESS_EXAMPLES", "15")),
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("house")


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
