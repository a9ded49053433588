"""What the tests of faults start from: a product, and a folder to write to."""

import pytest

from tests.examples import copy


@pytest.fixture
def bare(tmp_path):
    """The smallest profile."""
    profile = tmp_path / "bare.yaml"
    profile.write_text("product: {vendor: Maker, model: Thing}\n")
    return profile


@pytest.fixture
def plug(tmp_path):
    """A copy of the smart plug's folder."""
    return copy("smart-plug", tmp_path)


@pytest.fixture
def out(tmp_path):
    """A folder to write to, with nothing else in it."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder
