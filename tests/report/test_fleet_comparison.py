"""Comparisons of many products in each format: nothing left out, nothing that acts."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from functools import partial

import jsonschema
import pytest
from justhtml import JustHTML

from iotassess.fleet.comparison import Earlier, news_since
from iotassess.model.fleet_comparison import WORST_FIRST
from iotassess.report import fleet_comparison_csv, fleet_comparison_json, fleet_comparison_text
from iotassess.report.html import fleet_page
from iotassess.report.layout import columns
from iotassess.report.registry import Look
from iotassess.report.schemas import document_schema
from tests.fleet.making import SHA, compared, product

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e'\"=cmd|' /C calc'!A0\n::error::x {{ 7*7 }}"


def many():
    """Products of every verdict, one that cannot be assessed, and what changed."""
    rows = [
        product("line/a.yaml", "contradicted", "not-satisfied", "verified", level="L0", contradictions=2),
        product("line/b.yaml", "partial", "declared", "not-assessed", level="L1", example=True),
        product("line/c.yaml", "verified", "verified", "not-applicable", level="L2"),
        product("broken.yaml"),
    ]
    old = [
        product("line/a.yaml", "partial", "not-satisfied", "verified", level="L1"),
        product("line/b.yaml", "not-assessed", "declared", "not-assessed", level="L0"),
        product("line/gone.yaml", "verified", "verified", "verified"),
    ]
    earlier = Earlier("2026-10-01", tuple(old), {"made-up": SHA})
    return compared(rows, news=partial(news_since, earlier))


def hostile():
    rows = [
        product(HOSTILE, "contradicted", vendor=HOSTILE, model=HOSTILE, firmware_version=HOSTILE),
        product("x" + HOSTILE, error=HOSTILE),
    ]
    made = compared(rows, news=partial(news_since, Earlier("2026-10-01", (), {})))
    return replace(made, unread=(HOSTILE,))


def text(comparison, width=100, colour=False) -> str:
    return fleet_comparison_text.render(comparison, Look(width=width, colour=colour))


def page(comparison) -> str:
    return fleet_page.render(comparison, Look())


# --- JSON --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [many, hostile])
def test_json_is_valid_by_its_schema(made) -> None:
    value = json.loads(fleet_comparison_json.render(made(), Look()))
    jsonschema.Draft202012Validator(document_schema("fleet-comparison")).validate(value)


def test_json_has_every_answer_and_every_change() -> None:
    value = json.loads(fleet_comparison_json.render(many(), Look()))

    assert value["counts"] == {"products": 4, "unusable": 1, "ignored": 0}
    first = value["products"][0]
    assert [one["verdict"] for one in first["baselines"][0]["requirements"]] == [
        "contradicted", "not-satisfied", "verified",
    ]  # fmt: skip
    assert value["products"][3]["error"] == "it is no profile"
    assert value["products"][3]["baselines"] == []
    assert value["worst_products"] == ["broken.yaml", "line/a.yaml", "line/b.yaml"]
    assert value["baselines"][0]["worst_requirements"] == ["R-1", "R-2", "R-3"]
    changes = value["changes"]
    assert changes["worse"] is True
    assert {(row["path"], row["change"]) for row in changes["products"]} == {
        ("broken.yaml", "new"), ("line/a.yaml", "worse"), ("line/c.yaml", "new"), ("line/gone.yaml", "gone"),
    }  # fmt: skip
    assert [(row["path"], row["change"]) for row in changes["levels"]] == [
        ("line/a.yaml", "worse"), ("line/b.yaml", "better"),
    ]  # fmt: skip


# --- CSV ---------------------------------------------------------------------------------------------------


def table(comparison) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(fleet_comparison_csv.render(comparison, Look()), newline="")))


def test_csv_has_one_row_a_product_and_requirement_and_one_for_an_error() -> None:
    rows = table(many())

    assert len(rows) == 3 * 3 + 1
    assert [(r["path"], r["requirement"], r["verdict"], r["change"], r["before"]) for r in rows[:2]] == [
        ("line/a.yaml", "R-1", "contradicted", "worse", "partial"),
        ("line/a.yaml", "R-2", "not-satisfied", "", ""),
    ]
    assert (rows[-1]["path"], rows[-1]["error"], rows[-1]["verdict"]) == (
        "broken.yaml", "it is no profile", "",
    )  # fmt: skip


def test_no_cell_is_taken_for_a_formula_or_has_a_line_end() -> None:
    rows = [product("=1+1", "partial", vendor="+a", model="-b\nc", firmware_version="@d")]
    (row,) = table(compared(rows))
    assert [row[name] for name in ("path", "vendor", "model", "firmware")] == ["'=1+1", "'+a", "'-b c", "'@d"]


# --- text --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 56, 64, 80, 120])
@pytest.mark.parametrize("made", [many, hostile])
def test_text_fits_the_terminal(made, width) -> None:
    comparison = made()
    long = [product("folder/" * 12 + f"{n}.yaml", "partial") for n in range(2)]
    for shown in (comparison, compared(long)):
        # below 46 columns the table of verdicts alone is wider than the terminal
        assert max(map(columns, text(shown, width).split("\n"))) <= width


def test_text_tells_the_answer_first_and_what_cannot_be_assessed() -> None:
    lines = text(many()).split("\n")
    assert lines[0] == ("EXAMPLE · WORSE · 4 products · 1 that cannot be assessed · 1 with contradictions")
    assert "  broken.yaml: it is no profile" in lines
    assert "    line/a.yaml: R-1: partial → contradicted" in lines
    assert any(re.fullmatch(r"  line/a\.yaml +L0 +1 +1 +0 +0 +0 % +50 %", line) for line in lines)


def test_text_of_many_products_is_cut_and_says_so(monkeypatch) -> None:
    monkeypatch.setattr(fleet_comparison_text, "MOST_PRODUCTS", 2)
    shown = text(compared([product(f"{n}.yaml", "partial") for n in range(5)]))
    assert "1.yaml" in shown
    assert "2.yaml" not in shown
    assert "and 3 more; -f html, csv or json show all" in shown


def test_nothing_hostile_reaches_the_terminal() -> None:
    shown = text(hostile(), colour=False)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", shown)
    assert not any(line.lstrip().startswith("::") for line in shown.split("\n"))


def test_colour_is_only_there_where_it_is_wanted() -> None:
    assert "\x1b[" in text(many(), colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", text(many(), colour=True)) == text(many())


# --- the page ----------------------------------------------------------------------------------------------


def test_the_page_has_every_product_in_every_heat_map_with_its_verdicts() -> None:
    document = JustHTML(page(many()), sanitize=False)
    rows = document.query(".heat tbody tr")
    got = {
        row.query("th")[0].to_text(): [
            cell.attrs["class"].removeprefix("v-")
            for cell in row.query("td")
            if cell.attrs["class"].startswith("v-")
        ]
        for row in rows
    }
    expected = {
        p.path: [c.verdict for c in p.standings[0].cells.values()] for p in many().products if not p.error
    }
    assert got == expected
    assert len(document.query("#list tbody tr")) == 4


def test_the_page_admits_its_own_style_and_script_and_nothing_from_anywhere() -> None:
    shown = page(many())
    document = JustHTML(shown, sanitize=False)
    (policy,) = [
        meta.attrs["content"]
        for meta in document.query("meta")
        if meta.attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"""(?:src|href)=["'](?!#)""", shown)
    assert " style=" not in shown
    assert len(document.query("script")) == 1


def test_nothing_hostile_acts_on_the_page() -> None:
    shown = page(hostile())
    document = JustHTML(shown, sanitize=False)
    assert len(document.query("script")) == 1
    assert "alert(1)" not in document.query("script")[0].to_text()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", shown)
    assert "{{ 7*7 }}" in shown
    assert document.query("#list tbody tr")[0].attrs["data-path"].startswith("x<script>")


def test_every_id_of_the_page_is_there_once_and_every_link_leads_to_one() -> None:
    document = JustHTML(page(many()), sanitize=False)
    ids = [node.attrs["id"] for node in document.query("[id]")]
    assert len(ids) == len(set(ids))
    assert {link.attrs["href"].removeprefix("#") for link in document.query("a")} <= set(ids)


def test_a_bar_is_as_long_as_the_others_and_in_the_order_of_verdicts() -> None:
    (baseline,) = many().baselines
    for row in baseline.requirements:
        segments = fleet_page.bar(row)
        assert sum(part.length for part in segments) == pytest.approx(fleet_page.BAR, abs=0.1)
        order = [WORST_FIRST.index(part.verdict) for part in segments]
        assert order == sorted(order)
