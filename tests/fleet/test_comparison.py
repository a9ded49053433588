"""Products beside each other: ranks, counts, what changed; and an earlier comparison read back."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import pytest

from iotassess.errors import UsageError
from iotassess.fleet import earlier
from iotassess.fleet.comparison import Earlier, news_since
from iotassess.fleet.earlier import read_earlier
from iotassess.report import fleet_comparison_json
from iotassess.report.registry import Look
from tests.fleet.making import SHA, compared, product, standing


def before(products, sha256: str = SHA) -> Earlier:
    return Earlier("2026-10-01", tuple(products), {"made-up": sha256})


def news(old, new, **more):
    return news_since(before(old, **more), compared(new))


def test_products_rank_by_their_weakest_links() -> None:
    rows = [
        product("verified", "verified", "verified", "verified"),
        product("partial", "partial", "partial", "partial"),
        product("one-open", "not-assessed", "verified", "verified"),
        product("one-unmet", "not-satisfied", "verified", "verified"),
        product("one-contradicted", "contradicted", "verified", "verified"),
        product("two-contradicted", "contradicted", "contradicted", "verified"),
        product("contradicted-and-open", "contradicted", "not-assessed", "verified"),
        product("broken"),
        product("not-applicable", "not-applicable", "declared", "verified"),
    ]

    assert compared(rows).worst == (
        "broken", "two-contradicted", "contradicted-and-open", "one-contradicted", "one-unmet", "one-open",
        "partial",
    )  # fmt: skip


def test_equals_keep_their_order() -> None:
    rows = [product(name, "partial") for name in ("b", "a", "c")]
    assert compared(rows).worst == ("b", "a", "c")


def test_the_order_in_which_products_are_done_does_not_matter() -> None:
    rows = [product(name, "partial") for name in ("a", "b")]
    one = compared(rows)
    assert replace(one, products=one.products[::-1]) != one
    assert [p.path for p in one.products] == ["a", "b"]


def test_requirements_rank_likewise_and_name_the_products_with_their_worst_verdict() -> None:
    rows = [
        product("a", "verified", "not-satisfied", "contradicted"),
        product("b", "verified", "not-satisfied", "partial"),
        product("c", "declared", "partial", "verified"),
    ]
    (baseline,) = compared(rows).baselines

    assert baseline.worst == ("R-3", "R-2")
    assert baseline.requirement("R-3").worst == ("a",)
    assert baseline.requirement("R-2").worst == ("a", "b")
    assert baseline.requirement("R-1").worst == ()
    assert baseline.requirement("R-2").counts["not-satisfied"] == 2
    assert sum(baseline.requirement("R-2").counts.values()) == 3


def test_levels_are_counted_without_what_could_not_be_assessed() -> None:
    rows = [product("a", "partial", level="L1"), product("b", "partial", level="L1"), product("c")]
    (baseline,) = compared(rows).baselines
    assert baseline.levels == {"L0": 0, "L1": 2, "L2": 0, "L3": 0, "L4": 0}


# --- what changed ------------------------------------------------------------------------------------------


def test_the_same_again_is_no_news() -> None:
    rows = [product("a", "partial", "verified"), product("broken")]
    found = news(rows, rows)
    assert (found.products, found.levels, found.verdicts) == ((), (), ())
    assert not found.worse


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("verified", "declared", "worse"),
        ("declared", "verified", "better"),
        ("partial", "not-assessed", "worse"),
        ("not-assessed", "not-satisfied", "worse"),
        ("not-satisfied", "contradicted", "worse"),
        ("contradicted", "partial", "better"),
        ("verified", "not-applicable", "worse"),
        ("not-applicable", "not-satisfied", "worse"),
    ],
)
def test_a_verdict_that_changed_is_told_by_the_order_of_diff(old, new, change) -> None:
    found = news([product("a", old)], [product("a", new)])
    assert [(v.requirement, v.change) for v in found.verdicts] == [("R-1", change)]
    assert found.worse == (change == "worse")


def test_a_grade_that_fell_is_worse() -> None:
    old = product("a", standings=(standing("declared", grade=3),), error="")
    new = product("a", standings=(standing("declared", grade=1),), error="")
    (verdict,) = news([old], [new]).verdicts
    assert (verdict.change, verdict.before, verdict.after) == (
        "worse", "declared, grade 3", "declared, grade 1",
    )  # fmt: skip


@pytest.mark.parametrize(("old", "new", "change"), [("L2", "L1", "worse"), ("L0", "L3", "better")])
def test_a_level_that_changed_is_told(old, new, change) -> None:
    found = news([product("a", "partial", level=old)], [product("a", "partial", level=new)])
    assert [(v.change, v.before, v.after) for v in found.levels] == [(change, old, new)]
    assert found.worse == (change == "worse")


def test_levels_are_not_compared_under_another_catalogue_and_verdicts_are() -> None:
    old, new = [product("a", "partial", level="L2")], [product("a", "contradicted", level="L1")]
    found = news(old, new, sha256="cd" * 32)
    assert found.catalogues == ("made-up",)
    assert found.levels == ()
    assert [v.change for v in found.verdicts] == ["worse"]


def test_a_product_that_is_gone_is_worse_and_a_new_one_is_not() -> None:
    one, other = product("a", "partial"), product("b", "partial")
    gone, come = news([one, other], [one]), news([one], [one, other])
    assert [(p.path, p.change) for p in gone.products] == [("b", "gone")]
    assert gone.worse
    assert [(p.path, p.change) for p in come.products] == [("b", "new")]
    assert not come.worse


def test_another_product_at_the_same_path_is_not_the_same_product() -> None:
    found = news([product("a", "contradicted", model="M1")], [product("a", "verified", model="M2")])
    assert sorted((p.name, p.change) for p in found.products) == [("Maker M1", "gone"), ("Maker M2", "new")]
    assert found.verdicts == ()


def test_a_product_that_cannot_be_assessed_any_more_is_worse_and_back_again_better() -> None:
    usable, broken = product("a", "partial"), product("a")
    worse, better = news([usable], [broken]), news([broken], [usable])
    assert [(p.path, p.change) for p in worse.products] == [("a", "worse")]
    assert worse.worse
    assert [(p.path, p.change) for p in better.products] == [("a", "better")]
    assert not better.worse


def test_more_contradictions_are_worse() -> None:
    old, new = product("a", "partial"), product("a", "partial", contradictions=1)
    assert [p.said for p in news([old], [new]).products] == ["contradictions: 0 → 1"]
    assert news([old], [new]).worse
    assert not news([new], [old]).worse


def test_a_requirement_that_is_not_judged_any_more_is_gone_and_that_is_worse() -> None:
    found = news([product("a", "partial", "partial")], [product("a", "partial")])
    assert [(v.requirement, v.change) for v in found.verdicts] == [("R-2", "gone")]
    assert found.worse


# --- an earlier comparison ---------------------------------------------------------------------------------


@pytest.fixture
def written(tmp_path):
    rows = [product("a", "partial", "verified", level="L1", contradictions=2), product("broken")]
    made = compared(rows)
    file = tmp_path / "old.json"
    file.write_text(fleet_comparison_json.render(made, Look()))
    return file, made


def test_what_was_written_is_read_back_and_nothing_has_changed(written) -> None:
    file, made = written
    old = read_earlier(file)
    again = compared(made.products, news=partial(news_since, old))
    assert again.news is not None
    assert (again.news.products, again.news.levels, again.news.verdicts) == ((), (), ())
    assert old.products[0].standings == made.products[0].standings


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda v: v.update(schema="iotassess/assessment/v1"), "schema"),
        (lambda v: v.pop("products"), "it has no products"),
        (lambda v: v.update(products=[]), "products"),
        (lambda v: v["products"].append(v["products"][0]), "a product stands twice"),
        (lambda v: v["baselines"].append(v["baselines"][0]), "a baseline stands twice"),
        (lambda v: v["products"][0]["baselines"][0].update(level="L9"), "level"),
        (lambda v: v["products"][0]["baselines"][0]["requirements"][0].update(verdict="fine"), "verdict"),
        (lambda v: v["products"][0]["baselines"][0]["requirements"][0].update(grade=True), "grade"),
        (lambda v: v["products"][0]["baselines"][0]["requirements"][0].update(id="R-2"), "stands twice"),
        (lambda v: v["products"][0].update(contradictions=-1), "contradictions"),
    ],
)
def test_what_is_no_earlier_comparison_is_refused(written, change, said) -> None:
    file, _ = written
    value = json.loads(file.read_text())
    change(value)
    file.write_text(json.dumps(value))
    with pytest.raises(UsageError, match=f"not an earlier comparison.*{said}"):
        read_earlier(file)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"[" * 10_000])
def test_bytes_that_are_no_json_are_refused(tmp_path, data) -> None:
    file = tmp_path / "old.json"
    file.write_bytes(data)
    with pytest.raises(UsageError, match="not an earlier comparison"):
        read_earlier(file)


def test_a_missing_and_a_large_file_are_refused(tmp_path, written, monkeypatch) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_earlier(tmp_path / "missing.json")
    size = written[0].stat().st_size
    monkeypatch.setattr(earlier, "MAX_BYTES", size)
    read_earlier(written[0])
    monkeypatch.setattr(earlier, "MAX_BYTES", size - 1)
    with pytest.raises(UsageError, match="not an earlier comparison"):
        read_earlier(written[0])
