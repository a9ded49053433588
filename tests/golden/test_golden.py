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

from iotassess.policy.gate import Will
from iotassess.report.registry import FORMATS, Look, renderer
from iotassess.report.schemas import document_schema
from tests.examples import PROFILES, TWINS, judge, request

EXPECTED = Path(__file__).parent / "expected"
REGOLD = os.environ.get("IOTASSESS_REGOLD") == "1"
MOST_LINES = 60
"""Lines of a difference that are shown: enough to see what kind of change it is."""

ALONE = [form for form in FORMATS if form.id in ("text", "json", "ear")]
GATED = [
    form for form in FORMATS if form.id in ("text", "junit", "markdown", "badge", "sarif", "github", "gitlab")
]
"""Formats that CI reads, with the gate's answer."""
LONG = [form for form in FORMATS if form not in ALONE and form not in GATED and form.id != "ear-cbor"]
"""Formats that say all of every requirement: of the shortest baseline, for one twin. In CBOR the result is
made of the same text."""
SHORT = ("nist-ir-8259a", "nist-ir-8425")
TWIN = ("sensor-node", "flawed")

each_twin = pytest.mark.parametrize("twin", TWINS, ids="-".join)


def golden(twin, form, mark=""):
    """File of a report."""
    return EXPECTED / f"{'-'.join(twin)}{mark}{form.suffix}"


def shown(twin, form):
    """A report as it is now."""
    product, profile = twin
    found = judge(PROFILES / product / f"{profile}.yaml", request(product))
    return renderer(form.id)(found, Look(width=100))


def shown_by_the_gate(twin, form):
    """The gate's answer as it is now, by the shipped policy."""
    product, profile = twin
    asked, will = request(product), Will(allow_example=True)
    found = judge(PROFILES / product / f"{profile}.yaml", asked, will=will)
    place = f"profiles/{product}/{profile}.yaml"
    return renderer(form.id)(found, Look(width=100, show="gate", profile=place))


@each_twin
@pytest.mark.parametrize("form", ALONE, ids=lambda form: form.id)
def test_the_report_is_the_one_that_was_read_and_agreed_to(twin, form):
    hold(golden(twin, form), shown(twin, form))


@each_twin
@pytest.mark.parametrize("form", GATED, ids=lambda form: form.id)
def test_so_is_the_answer_of_the_gate(twin, form):
    hold(golden(twin, form, "-gate"), shown_by_the_gate(twin, form))


@pytest.mark.parametrize("form", LONG, ids=lambda form: form.id)
def test_so_is_the_long_report_of_the_shortest_baselines(form):
    product, profile = TWIN
    found = judge(PROFILES / product / f"{profile}.yaml", request(product), picture=True, baselines=SHORT)
    hold(golden(TWIN, form, "-short"), renderer(form.id)(found, Look(width=100)))


def hold(file, text):
    """Hold a report against its file, or write the file."""
    if REGOLD:
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.encode())
    assert file.is_file(), f"{file.name} is missing: write it with IOTASSESS_REGOLD=1 pytest tests/golden"
    expected = file.read_bytes().decode()
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
    known = {golden(twin, form).name for twin in TWINS for form in ALONE}
    known |= {golden(twin, form, "-gate").name for twin in TWINS for form in GATED}
    known |= {golden(TWIN, form, "-short").name for form in LONG}
    assert {file.name for file in EXPECTED.iterdir()} == known
