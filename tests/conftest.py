"""Settings for all tests: hypothesis without deadlines, since a slow machine is no fault.

``IOTASSESS_EXAMPLES`` is how many examples a property is tried with where it does not say so: few by default,
so that everybody runs all tests; name thousands to search.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "house",
    deadline=None,
    max_examples=int(os.environ.get("IOTASSESS_EXAMPLES", "25")),
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("house")
