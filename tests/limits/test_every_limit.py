"""Every limit of the source has an edge that is tested, or a reason why it has none."""

import ast
import re

import pytest

from docs.generator import limits as page
from tests.examples import ROOT
from tests.limits.registry import EDGES, ELSEWHERE, NO_EDGE

ALL = {limit.id: limit for limit in page.limits()}
SHOWN = re.compile(r":_?MOST_")


def test_the_walk_finds_the_limits_of_every_room():
    assert len(ALL) > 200
    rooms = {limit.module.split(".")[1] for limit in ALL.values()}
    assert rooms <= set(page.ROOMS)
    assert {"codec", "evidence", "profile", "policy", "bundle", "ics", "report"} <= rooms


def test_every_limit_has_an_edge_or_a_reason_and_only_one_of_them():
    named = [*EDGES, *ELSEWHERE, *NO_EDGE]
    assert sorted(named) == sorted(set(named)), "named in two tables"
    assert sorted(set(named) - set(ALL)) == [], "no such limit"
    left = {id for id in ALL if not SHOWN.search(id)} - set(named)
    assert sorted(left) == [], "add an edge to a table of tests/limits, or say in registry.py why it has none"


def test_no_limit_that_is_named_as_one_of_showing_is_tested_as_one_of_reading():
    assert [id for id in (*EDGES, *NO_EDGE) if SHOWN.search(id)] == []


@pytest.mark.parametrize("id", ELSEWHERE)
def test_a_test_that_is_named_exists(id):
    path, _, name = ELSEWHERE[id].partition("::")
    text = (ROOT / path).read_text("utf-8")
    functions = {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
    assert name in functions


def test_every_reason_is_a_sentence_of_its_own():
    assert all(len(reason.split()) > 3 for reason in NO_EDGE.values())
    assert all(len(limit.reason.split()) > 1 for limit in ALL.values())


def test_a_limit_without_a_reason_is_found(tmp_path, monkeypatch):
    package = tmp_path / "iotassess"
    package.mkdir()
    (package / "errors.py").write_text("MAX_Y = MAX_Z = 4\n'''Of y: why.'''\n\nMAX_X = 3\n\ndef f(): ...\n")
    stated = dict(page._stated(ast.parse((package / "errors.py").read_text())))
    assert stated == {"MAX_Y": "Of y: why.", "MAX_Z": "Of y: why.", "MAX_X": None}


@pytest.mark.parametrize(
    ("name", "reason", "value", "written"),
    [
        ("MAX_BYTES", "Longest: why.", 16 << 20, "16 MiB"),
        ("MAX_SIZE", "Longest text, in bytes: why.", 1 << 10, "1 KiB"),
        ("MAX_SIZE", "Longest text, in bytes: why.", 1000, "1,000"),
        ("MAX_TEXT", "Characters of a cell: as many as a file has bytes.", 2 << 20, "2,097,152"),
        ("MAX_FILES", "Files: why.", 100_000, "100,000"),
    ],
)
def test_a_value_is_written_for_people(name, reason, value, written):
    assert page.written(page.Limit("iotassess.x", name, value, reason)) == written
