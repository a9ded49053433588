"""Assessments of the example profiles, each made once."""

from __future__ import annotations

import functools

import pytest

from tests.examples import PROFILES, TWINS, judge, request


@functools.cache
def _assessed(product, twin):
    return judge(PROFILES / product / f"{twin}.yaml", request(product))


@pytest.fixture(scope="session")
def assessed():
    """Gives the assessment of a twin."""
    return _assessed


@pytest.fixture(params=TWINS, ids="-".join)
def every_twin(request):
    """Each example in turn."""
    return _assessed(*request.param)
