"""Counts, ratios and levels over made-up results."""

import datetime

import pytest

from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.facts import Facts
from iotassess.baseline.score import score
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.assessment import PartResult, RequirementResult
from iotassess.model.claim import PRODUCT, Claim, Source, Subject
from iotassess.model.profile.leaves import all_properties

CATALOGUE = Catalogue("x", "1", "X", "x", "00", ())
DAY = datetime.date(2026, 11, 1)


def part(outcome="met", kind="evidence", grade=4, **more):
    return PartResult("p", outcome, kind, grade, "b", **more)


def row(verdict="verified", *parts, id="R", force="measure", gate=False, attestation=False, **more):
    return RequirementResult(
        id, "t", "s", "c", force, gate, attestation, verdict, 0, (), parts or (part(),), (), "", **more
    )  # fmt: skip


def scored(*rows, claims=()):
    return score(CATALOGUE, rows, Facts(ClaimTable(claims, all_properties()), DAY))


def test_ratios_count_silence_against_and_only_shown_absence_out():
    rows = [
        row("verified"),
        row("declared"),
        row("partial"),
        row("not-assessed"),
        row("not-satisfied"),
        row("contradicted"),
        row("not-applicable", not_applicable_basis="published"),
        row("not-applicable", not_applicable_basis="published", absence_shown=True),
        row("not-applicable", not_applicable_basis="our-convention"),
    ]
    result = scored(*rows)
    assert result.proven == pytest.approx(1 / 8)
    assert (result.total, result.applicable) == (9, 7)
    assert result.claimed == pytest.approx(3 / 7)
    assert result.recommended["not-applicable"] == 3
    assert sum(result.mandatory.values()) == 0


def test_nothing_of_nothing_is_nothing():
    result = scored()
    assert (result.proven, result.claimed, result.level) == (0.0, 0.0, "L0")


def test_mandatory_and_recommended_are_counted_apart():
    result = scored(row("verified", force="mandatory"), row("declared", force="recommended"))
    assert result.mandatory["verified"] == 1
    assert result.recommended["declared"] == 1


def test_what_people_do_is_counted_apart():
    result = scored(
        row("verified", force="mandatory"),
        row("declared", force="mandatory", process=True),
        row("declared", force="recommended", process=True),
        row("partial", force="measure"),
    )
    assert (result.total, result.applicable) == (4, 4)
    assert (sum(result.mandatory.values()), sum(result.recommended.values())) == (1, 1)
    assert (result.process["declared"], sum(result.process.values())) == (2, 2)
    assert (result.proven, result.claimed) == (1 / 4, 1)


def test_what_people_do_holds_a_level_back_only_where_it_is_mandatory_or_a_gate():
    gate = row("verified", part(grade=4), gate=True)
    failed = row("not-satisfied", part("unmet", "document", 0), id="PEOPLE", process=True)
    assert scored(gate, failed).level == "L3"
    held = row("not-satisfied", part("unmet", "document", 0), id="PEOPLE", gate=True, process=True)
    assert (scored(gate, held).level, scored(gate, held).because) == ("L0", ("L1: PEOPLE",))


PAPER = part(kind="document", grade=1)


@pytest.mark.parametrize(
    ("rows", "level", "because"),
    [
        ([row("declared", PAPER, gate=True)], "L1", "L2: no requirement that evidence can show"),
        (
            [row("declared", PAPER, gate=True), row("not-applicable", part(grade=4), gate=True)],
            "L1",
            "L2: no requirement that evidence can show",
        ),
        (
            [row("declared", PAPER, part("not-applicable", grade=0), gate=True)],
            "L1",
            "L2: no requirement that evidence can show",
        ),
        (
            [row("declared", PAPER, force="mandatory"), row("verified", part(grade=4), gate=True)],
            "L2",
            "L3: no requirement that evidence can show",
        ),
        (
            [row("verified", part(grade=5), gate=True), row("declared", PAPER, attestation=True)],
            "L3",
            "L4: no requirement that evidence can show",
        ),
    ],
)
def test_paper_alone_lifts_nothing_above_the_first_level(rows, level, because):
    result = scored(*rows)
    assert result.level == level
    assert result.because[0].startswith(because)


def test_a_baseline_without_people_counts_none():
    assert sum(scored(row("verified")).process.values()) == 0


def test_a_result_carries_what_a_reader_has_to_know_of_the_document():
    told = Catalogue("x", "1", "X", "x", "00", (), "short", {}, {}, {"verified": "shown"}, "take care")
    result = score(told, (), Facts(ClaimTable((), all_properties()), DAY))
    assert (result.short_name, result.words, result.notice) == ("short", {"verified": "shown"}, "take care")


@pytest.mark.parametrize("verdict", ["not-assessed", "not-satisfied", "contradicted"])
def test_one_gate_that_fails_is_level_zero_and_named(verdict):
    result = scored(row("verified", gate=True), row(verdict, id="BAD", gate=True))
    assert (result.level, result.because) == ("L0", ("L1: BAD",))


@pytest.mark.parametrize(
    ("rows", "level"),
    [
        ([row("verified")], "L0"),
        ([row("not-applicable", gate=True)], "L0"),
        ([row("partial", part("weaker", grade=0), gate=True)], "L1"),
        ([row("declared", part(grade=3), gate=True)], "L1"),
        ([row("partial", part(grade=4, disputed=True), gate=True)], "L1"),
        ([row("declared", part(grade=4), part(kind="document", grade=0), gate=True)], "L2"),
        ([row("declared", part(grade=4), part(kind="document", grade=1), gate=True)], "L3"),
        ([row("verified", part(grade=4), gate=True)], "L3"),
        ([row("verified", part(grade=4), gate=True, attestation=True)], "L3"),
        ([row("verified", part(grade=5), gate=True, attestation=True)], "L4"),
        ([row("verified", part(grade=5), gate=True), row("not-applicable", attestation=True)], "L3"),
        (
            [
                row("verified", gate=True, force="mandatory"),
                row("declared", part(grade=0), force="mandatory"),
            ],
            "L2",
        ),
        ([row("verified", gate=True), row("not-assessed")], "L3"),
        ([row("verified", force="mandatory")], "L1"),
        ([row("verified", part(grade=4), part("not-applicable", grade=0), gate=True)], "L3"),
    ],
)
def test_level_is_that_of_the_weakest_link(rows, level):
    assert scored(*rows).level == level


def test_an_arm_of_all_of_counts_by_itself_and_any_of_as_a_whole():
    both = PartResult(
        "all_of", "met", "document", 0, "b", arms=(part(grade=4), part(kind="document", grade=0))
    )
    assert scored(row("declared", both, gate=True)).level == "L2"
    weak = PartResult(
        "all_of", "met", "document", 0, "b", arms=(part(grade=3), part(kind="document", grade=0))
    )
    assert scored(row("declared", weak, gate=True)).level == "L1"
    either = PartResult("any_of", "met", "evidence", 4, "b", arms=(part(grade=4), part("unmet", grade=0)))
    assert scored(row("verified", either, gate=True)).level == "L3"


@pytest.mark.parametrize(
    ("property", "value", "suffix"),
    [
        ("support.until", "2026-10-31", "!"),
        ("support.until", "2026-11-01", ""),
        ("trust-anchor.expires", "2026-11-30", "!"),
        ("trust-anchor.expires", "2026-12-01", ""),
    ],
)
def test_time_marks_the_level(property, value, suffix):
    subject = PRODUCT if property.startswith("support") else Subject("trust-anchor", "a")
    claims = [Claim(subject, property, value, 0, Source(None, property, 1))]
    assert scored(claims=claims).suffix == suffix


def test_a_gate_that_does_not_apply_holds_nothing_back():
    rows = [
        row("not-applicable", part("unmet", grade=0), gate=True),
        row("verified", part(grade=4), gate=True),
    ]
    assert scored(*rows).level == "L3"


def test_a_gate_that_fails_holds_back_even_where_it_is_not_mandatory():
    good = row("verified", part(grade=5), force="mandatory", attestation=True)
    failed = row("not-satisfied", part(grade=5), id="GATE", force="recommended", gate=True)
    result = scored(good, failed)
    assert (result.level, result.because) == ("L1", ("L2: GATE",))


def test_every_part_counts_also_behind_one_that_does_not_apply():
    rows = [row("declared", part("not-applicable", grade=0), part(grade=3), gate=True)]
    result = scored(*rows)
    assert (result.level, result.because) == ("L1", ("L2: R",))


@pytest.mark.parametrize(
    ("rows", "because"),
    [
        ([row("declared", part(grade=4), part(kind="document", grade=0), gate=True)], ("L3: R",)),
        ([row("verified", part(grade=4), gate=True, attestation=True)], ("L4: R",)),
        ([row("verified", part(grade=5), gate=True)], ("L4: no applicable requirement to reach it by",)),
        ([row("verified", part(grade=5), gate=True, attestation=True)], ()),
    ],
)
def test_the_level_says_what_held_it_back(rows, because):
    assert scored(*rows).because == because


def test_a_result_says_which_catalogue_it_is_of():
    result = scored(row("verified"))
    assert (result.id, result.edition, result.title, result.catalogue_sha256) == ("x", "1", "X", "00")
    assert [r.id for r in result.requirements] == ["R"]
