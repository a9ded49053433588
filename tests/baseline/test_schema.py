from importlib import resources

import jsonschema
import pytest

from iotassess.baseline.loader import SHIPPED
from iotassess.baseline.schema import catalogue_schema
from iotassess.codec import yaml

VALIDATOR = jsonschema.Draft202012Validator(catalogue_schema())


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(catalogue_schema())


@pytest.mark.parametrize("file", sorted(SHIPPED.values()))
def test_shipped_catalogues_fit_the_schema(file):
    data = (resources.files("iotassess.baseline") / "catalogues" / file).read_bytes()
    assert [error.message for error in VALIDATOR.iter_errors(yaml.load(data).value)] == []


@pytest.mark.parametrize(
    "part",
    [
        {},
        {"probe": "a", "any_of": [{"probe": "b"}]},
        {"any_of": []},
        {"probe": "a", "min_grade": 6},
        {"prob": "a"},
    ],
)
def test_a_bad_part_does_not_fit(part):
    row = dict.fromkeys(("id", "title", "summary", "category", "section", "remediation"), "x")
    good = {**row, "force": "measure", "parts": [{"probe": "a", "reason": "r"}]}
    top = {"id": "a", "edition": "1", "title": "t", "family": "f", "requirements": [good]}
    assert VALIDATOR.is_valid(top)
    assert not VALIDATOR.is_valid({**top, "requirements": [{**good, "parts": [part]}]})
