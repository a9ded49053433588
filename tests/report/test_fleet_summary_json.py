"""A fleet's summary as JSON: all of it, by its schema, and no text of a token becomes part of its form."""

import dataclasses
import datetime
import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.report import fleet_summary_json
from iotassess.report.schemas import document_schema
from tests.report.fleet_scene import empty, hostile, made, million, rich
from tests.report.hostile import NASTY, harmful
from tests.tries import tries

SCHEMA = jsonschema.Draft202012Validator(document_schema("fleet-summary"))
ANYTHING = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
OWN = ("schema", "notice", "tool", "moment")
"""Members that are no field of the summary."""


def read(summary, **more):
    found = json.loads(fleet_summary_json.render(summary, **more))
    SCHEMA.validate(found)
    return found


def plain(value):
    """A value as JSON has it: every field by its name."""
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if hasattr(value, "_asdict"):
        return {name: plain(member) for name, member in value._asdict().items()}
    if isinstance(value, datetime.date):
        utc = value.astimezone(datetime.UTC) if isinstance(value, datetime.datetime) else value
        return utc.isoformat()
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    return [plain(one) for one in value] if isinstance(value, tuple) else value


def expected(summary):
    """The document, worked out from the fields of the summary; what has another form there is changed."""
    found = plain(summary)
    found["as_of"] = summary.as_of.date.isoformat()
    del found["tool_version"]
    for row in found["errors"]:
        row["message"], row["records"] = row.pop("id"), row.pop("tokens")
    for row, whole in zip(found["verdicts"], summary.verdicts, strict=True):
        row.update(row.pop("column"), column=whole.column.name)
    for row in found["drift"]:
        row["firmware"] = [{"version": name, "tokens": n} for name, n in row["firmware"].items()]
    return found


@pytest.mark.parametrize("summary", [empty, million, rich])
def test_every_field_of_the_summary_is_there_as_it_is(summary):
    one = summary()
    found = read(one, folder="/")
    for name in OWN:
        del found[name]
    wanted = expected(one)
    if summary is rich:  # its files lie in folders of this machine
        for name in ("problems", "faults", "discrepancies", "errors"):
            for row in wanted[name]:
                row["example"] = row["example"].removeprefix("/")
        for row in wanted["models"]:
            row["path"] = row["path"].removeprefix("/")
    assert found == wanted


@given(st.integers(0, 10**6), st.integers(0, 2**31))
@settings(max_examples=tries(60), deadline=None)
def test_any_summary_is_told_whole(records, seed):
    one = made(records, seed=seed)
    found = read(one)
    assert {name: found[name] for name in found if name not in OWN} == expected(one)


def test_it_says_which_form_it_has_what_made_it_and_the_whole_moment():
    found = read(rich())
    assert (found["schema"], found["tool"]["name"]) == ("iotassess/fleet-summary/v1", "iotassess")
    assert found["tool"]["version"] == rich().tool_version
    assert found["moment"] == {
        "start": "2026-11-01T00:00:00+00:00", "end": "2026-11-01T23:59:59.999999+00:00",
    }  # fmt: skip


def test_no_path_tells_where_on_the_machine_it_was_made():
    text = fleet_summary_json.render(rich())
    assert [row.example for row in rich().problems if row.example.startswith("/")]
    assert '"/' not in text
    told = json.loads(text)
    assert {row["example"].partition("#")[0] for row in told["problems"]} == {"tokens.parquet"}


def test_what_lies_in_the_current_folder_is_told_from_there():
    one = dataclasses.replace(
        empty(), problems=(million().problems[0]._replace(example="/here/in/t.tar/a b.cbor"),)
    )
    assert read(one, folder="/here")["problems"][0]["example"] == "in/t.tar/a b.cbor"
    assert read(one, folder="/her")["problems"][0]["example"] == "a b.cbor"


@given(ANYTHING)
@settings(max_examples=tries(60), deadline=None)
def test_a_text_of_a_token_comes_back_as_it_was(text):
    one = hostile(f"x{text}")
    found = read(one)
    assert [row["firmware"] for row in found["by_firmware"]] == [row.firmware for row in one.by_firmware]
    versions = [[version["version"] for version in row["firmware"]] for row in found["drift"]]
    assert versions == [list(row.firmware) for row in one.drift]


@pytest.mark.parametrize("text", NASTY)
def test_nothing_in_it_steers_a_terminal(text):
    assert harmful(fleet_summary_json.render(hostile(text))) == set()


def test_it_is_the_same_each_time():
    assert fleet_summary_json.render(made(900, seed=3)) == fleet_summary_json.render(made(900, seed=3))
