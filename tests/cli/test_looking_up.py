"""``iotassess list`` and ``schema``: every registry as columns and as JSON."""

import json

import pytest

from iotassess.cli.listing import LISTS, as_text
from iotassess.cli.looking_up import SCHEMAS

CONTRACT_LISTS = {
    "baselines", "requirements", "probes", "properties", "technologies", "artefact-kinds", "problems",
    "discrepancies", "formats",
}  # fmt: skip


def test_everything_that_the_contract_names_can_be_listed():
    assert set(LISTS) == CONTRACT_LISTS


@pytest.mark.parametrize("what", LISTS)
def test_a_list_has_one_line_a_row_and_the_same_rows_as_json(run, what):
    text = run("list", what)
    rows = run("list", what, "-f", "json")
    assert (text.code, text.err, rows.code) == (0, "", 0)
    lines = text.out.rstrip("\n").split("\n")
    assert len(lines) == len(rows.json) > 0
    for line, row in zip(lines, rows.json, strict=True):
        assert line.startswith(row["id"])
    assert len({row["id"] for row in rows.json}) == len(rows.json)


def test_the_lists_hold_what_they_promise(run):
    assert len(run("list", "requirements", "-f", "json").json) == 57
    kinds = {row["id"]: row for row in run("list", "artefact-kinds", "-f", "json").json}
    assert kinds["suit-envelope"]["purpose"] == "update"
    assert kinds["firmware-image"]["purpose"] is None
    assert "firmware-image" in run("list", "artefact-kinds").out
    assert [row["id"] for row in run("list", "formats", "-f", "json").json] == ["text", "json"]
    severities = {row["severity"] for row in run("list", "problems", "-f", "json").json}
    assert severities == {"error", "warning", "note"}


@pytest.mark.parametrize("what", ["probe", "", "Baselines", "\x1b[31m"])
def test_an_unknown_list_is_exit_2_and_the_known_ones_are_named(run, what):
    ran = run("list", what)
    assert (ran.code, ran.out) == (2, "")
    assert "expected one of baselines, requirements" in ran.err
    assert "\x1b" not in ran.err


def test_a_list_in_an_unknown_format_is_exit_2(run):
    assert run("list", "probes", "-f", "csv").code == 2


@pytest.mark.parametrize("what", SCHEMAS)
def test_a_schema_is_printed_as_json(run, what):
    ran = run("schema", what)
    assert (ran.code, ran.err) == (0, "")
    assert ran.json["$schema"].startswith("https://json-schema.org/")


def test_an_unknown_schema_is_exit_2_and_the_known_ones_are_named(run):
    ran = run("schema", "everything")
    assert (ran.code, ran.out) == (2, "")
    assert f"got 'everything', expected one of {', '.join(SCHEMAS)}" in ran.err


# --- columns ------------------------------------------------------------------------------------


def test_columns_stand_below_each_other_and_the_last_is_cut_to_the_width():
    first = {"id": "a", "kind": "long-kind", "title": "x" * 90}
    second = {"id": "bbb", "kind": None, "title": "y"}
    assert as_text([first, second], 60) == f"a    long-kind  {'x' * 43}…\nbbb             y\n"


def test_lists_are_left_to_the_json_and_hostile_text_is_harmless():
    rows = [{"id": "a\x1b[31m", "reads": ["x"], "title": "\u202eb\nc"}]
    assert as_text(rows, 80) == "a\\x1b[31m  \\u202eb\\x0ac\n"


def test_a_wide_column_is_cut_but_an_id_never_is():
    text = as_text([{"id": "i" * 80, "kind": "k" * 80, "title": "t"}], 80)
    assert text == f"{'i' * 80}  {'k' * 43}…  t\n"


def test_nothing_to_list_is_no_crash():
    assert as_text([], 80) == "\n"


def test_every_row_of_every_list_can_be_written_as_json():
    for rows in LISTS.values():
        assert json.loads(json.dumps(list(rows())))
