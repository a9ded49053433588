from importlib import resources

import jsonschema
import pytest

from iotassess.baseline.loader import SHIPPED
from iotassess.baseline.schema import catalogue_schema
from iotassess.codec import yaml
from tests.baseline.made_up import GOOD, RICH

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
        {"justified": []},
        {"justified": ["shall"]},
        {"justified": ["measure"], "min_grade": 1},
        {"any_of": [{"probe": "b"}], "params": {}},
    ],
)
def test_a_bad_part_does_not_fit(part):
    row = dict.fromkeys(("id", "title", "summary", "category", "section", "remediation"), "x")
    good = {**row, "force": "measure", "parts": [{"probe": "a", "reason": "r"}]}
    top = {"id": "a", "edition": "1", "title": "t", "family": "f", "requirements": [good]}
    assert VALIDATOR.is_valid(top)
    assert not VALIDATOR.is_valid({**top, "requirements": [{**good, "parts": [part]}]})


@pytest.mark.parametrize("text", [GOOD, RICH], ids=["plain", "rich"])
def test_what_the_reader_takes_fits(text):
    assert [error.message for error in VALIDATOR.iter_errors(yaml.load(text).value)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("words: {verified: shown", "words: {proven: shown"),
        ("R-0: [R-1, R-2]", "R-0: []"),
        ("C1: {text: it can be updated, ", "C1: {"),
        ("without: [C1, F(a)]", "without: []"),
        ("process: true", "process: 1"),
        ("    not_checkable: nobody can tell\n", ""),
        ("not_checkable: nobody can tell", "not_checkable: x\n    parts: [{probe: debug-off}]"),
        ("notice: read with care", "notice: ''"),
        ("void:", "include: []\nvoid:"),
        ("void:", "crosswalk: {}\nvoid:"),
    ],
)
def test_what_the_reader_refuses_does_not_fit(old, new):
    assert old in RICH
    assert not VALIDATOR.is_valid(yaml.load(RICH.replace(old, new, 1)).value)
