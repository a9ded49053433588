"""The reports of the example profiles, byte for byte.

After a change that is meant, write them anew and read the difference before it is committed:

    IOTASSESS_REGOLD=1 pytest tests/golden
"""

import difflib
import json
import os
from pathlib import Path

import jsonschema
import pytest

from iotassess.report.registry import FORMATS, Look, renderer
from iotassess.report.schemas import document_schema
from tests.examples import PROFILES, TWINS, judge, request

EXPECTED = Path(__file__).parent / "expected"
REGOLD = os.environ.get("IOTASSESS_REGOLD") == "1"
MOST_LINES = 60
"""Lines of a difference that are shown: enough to see what kind of change it is."""

each_twin = pytest.mark.parametrize("twin", TWINS, ids="-".join)


def golden(twin, form):
    """File of a report."""
    return EXPECTED / f"{'-'.join(twin)}{form.suffix}"


def shown(twin, form):
    """A report as it is now."""
    product, profile = twin
    found = judge(PROFILES / product / f"{profile}.yaml", request(product))
    return renderer(form.id)(found, Look(width=100))


@each_twin
@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.id)
def test_the_report_is_the_one_that_was_read_and_agreed_to(twin, form):
    file, text = golden(twin, form), shown(twin, form)
    if REGOLD:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.is_file(), f"{file.name} is missing: write it with IOTASSESS_REGOLD=1 pytest tests/golden"
    expected = file.read_text(encoding="utf-8")
    if text != expected:
        lines = difflib.unified_diff(
            expected.split("\n"), text.split("\n"), file.name, "now", lineterm="", n=1
        )  # fmt: skip
        pytest.fail("\n".join(list(lines)[:MOST_LINES]), pytrace=False)


needs_all = pytest.mark.skipif(REGOLD, reason="the files are being written")


@needs_all
@each_twin
def test_the_golden_json_is_valid(twin):
    form = next(row for row in FORMATS if row.id == "json")
    document = json.loads(golden(twin, form).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(document_schema("assessment")).validate(document)


@needs_all
def test_no_golden_file_is_left_over():
    known = {golden(twin, form).name for twin in TWINS for form in FORMATS}
    assert {file.name for file in EXPECTED.iterdir()} == known
