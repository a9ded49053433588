"""Assessments of the example profiles, each made once."""

from __future__ import annotations

import functools

import pytest

from iotassess.assess import assess
from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.profile import load_profile
from tests.examples import PROFILES, TWINS, judge, request


@functools.cache
def _assessed(product, twin):
    return judge(PROFILES / product / f"{twin}.yaml", request(product))


@pytest.fixture(scope="session")
def assessed():
    """Gives the assessment of a twin."""
    return _assessed


@functools.cache
def _assessed_by_all(product, twin):
    catalogues = [load_catalogue(id) for id in SHIPPED]
    return assess(
        load_profile(PROFILES / product / f"{twin}.yaml"), request(product), catalogues, tool_version="0.0.0"
    )


@pytest.fixture(scope="session")
def assessed_by_all():
    """Gives the assessment of a twin against every shipped baseline."""
    return _assessed_by_all


@pytest.fixture(params=TWINS, ids="-".join)
def every_twin(request):
    """Each example in turn."""
    return _assessed(*request.param)
