"""``iotassess list`` and ``schema``: every registry as columns and as JSON."""

import json
import re

import pytest

from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.cli.listing import HEADINGS, LISTS, as_text
from iotassess.cli.looking_up import SCHEMAS
from iotassess.report.registry import FORMATS

CONTRACT_LISTS = {
    "baselines", "requirements", "probes", "properties", "technologies", "artefact-kinds", "problems",
    "discrepancies", "formats",
}  # fmt: skip
COUNTED = {"baselines", "probes"}


def test_everything_that_the_contract_names_can_be_listed():
    assert set(LISTS) == CONTRACT_LISTS | {"crosswalk", "rules"}


@pytest.fixture(autouse=True)
def a_terminal_of_100_columns(monkeypatch):
    """Lists are laid out for the width of the terminal, of which test runners have their own idea."""
    monkeypatch.setenv("COLUMNS", "100")


@pytest.mark.parametrize("what", sorted(CONTRACT_LISTS))
def test_a_list_has_one_line_a_row_and_the_same_rows_as_json(run, what):
    text = run("list", what)
    rows = run("list", what, "-f", "json")
    assert (text.code, text.err, rows.code) == (0, "", 0)
    lines = text.out.rstrip("\n").split("\n")
    if what in COUNTED:
        assert lines.pop(0).startswith("id ")
    assert len(lines) == len(rows.json) > 0
    for line, row in zip(lines, rows.json, strict=True):
        assert line.startswith(row["id"])
    assert len({(row["id"], row.get("baseline")) for row in rows.json}) == len(rows.json)


def test_the_lists_hold_what_they_promise(run):
    requirements = run("list", "requirements", "-f", "json").json
    assert {row["baseline"] for row in requirements} == set(SHIPPED)
    assert sum(row["baseline"] == "enisa-gp-tm" for row in requirements) == 57
    assert "etsi-en-303-645@2.1.1" in run("list", "requirements").out
    kinds = {row["id"]: row for row in run("list", "artefact-kinds", "-f", "json").json}
    assert kinds["suit-envelope"]["purpose"] == "update"
    assert kinds["firmware-image"]["purpose"] is None
    assert "firmware-image" in run("list", "artefact-kinds").out
    assert [row["id"] for row in run("list", "formats", "-f", "json").json] == [form.id for form in FORMATS]
    severities = {row["severity"] for row in run("list", "problems", "-f", "json").json}
    assert severities == {"error", "warning", "note"}


def test_baselines_are_listed_with_what_is_counted_of_them(run):
    rows = {row["id"]: row for row in run("list", "baselines", "-f", "json").json}
    assert {id: row["requirements"] for id, row in rows.items()} == {
        id: len(load_catalogue(id).requirements) for id in SHIPPED
    }
    assert rows["etsi-en-303-645@3.1.3"]["mandatory"] == 36
    assert rows["enisa-gp-tm"]["gates"] == 24
    for row in rows.values():
        assert row["shown_wholly"] <= row["shown_in_part"] <= row["requirements"]
    heading = run("list", "baselines").out.split("\n")[0].split()
    assert heading[:3] == ["id", "edition", "rows"]


def test_probes_are_listed_with_the_requirements_that_they_serve(run):
    rows = {row["id"]: row for row in run("list", "probes", "-f", "json").json}
    assert "enisa-gp-tm/GP-TM-03" in rows["debug-off-since-boot"]["requirements"]
    assert not any(
        id.startswith("enisa-baseline/GP-TM") for row in rows.values() for id in row["requirements"]
    )
    assert all(row["asked_by"] == len(row["requirements"]) for row in rows.values())
    assert any(row["applicability"] for row in rows.values())
    line = next(line for line in run("list", "probes").out.split("\n") if line.startswith("secure-boot-on "))
    assert int(line.split()[2]) == rows["secure-boot-on"]["asked_by"] > 0


def test_the_crosswalk_is_listed_with_both_ends_relationship_provenance_and_reason(run):
    rows = run("list", "crosswalk", "-f", "json").json
    text = run("list", "crosswalk")
    assert (text.code, text.err) == (0, "")
    flowed = re.sub(r"\s+", " ", text.out)
    for row in rows[::40]:
        ends = [f"{row[end]['baseline']}/{row[end]['id']}" for end in ("source", "target")]
        assert f"{ends[0]} {row['relationship']} {ends[1]} ({row['provenance']}" in flowed
        assert row["rationale"] in flowed
    assert "(IOTOPS-01, as 5.6-4)" in flowed


@pytest.mark.parametrize("width", ["60", "100"])
def test_lists_keep_to_the_width(run, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)
    for what in ("baselines", "crosswalk"):
        assert max(map(len, run("list", what).out.split("\n"))) <= int(width)


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


def test_a_column_of_numbers_has_a_heading_and_stands_to_the_right():
    rows = [{"id": "a", "gates": 7, "title": "x"}, {"id": "bbb", "gates": 12, "title": "y"}]
    assert as_text(rows, 60) == "id   gates  title\na        7  x\nbbb     12  y\n"


def test_numbers_that_do_not_fit_are_written_out_with_what_they_count():
    rows = [{"id": "i" * 30, "shown_wholly": 7, "title": "x\x1b y"}]
    assert as_text(rows, 40) == f"{'i' * 30}\n  x\\x1b y\n  {HEADINGS['shown_wholly'][1]} 7\n"


def test_nothing_to_list_is_no_crash():
    assert as_text([], 80) == "\n"


def test_every_row_of_every_list_can_be_written_as_json():
    for rows in LISTS.values():
        assert json.loads(json.dumps(list(rows())))
