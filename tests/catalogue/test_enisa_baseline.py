"""ENISA's measures with those about people: what the 26 rows are, and that paper never makes them more."""

import datetime
import re
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from iotassess.baseline.catalogue import Catalogue, Requirement
from iotassess.baseline.evaluate import Evaluator
from iotassess.baseline.facts import Facts
from iotassess.baseline.loader import load_catalogue
from iotassess.baseline.registry import probes
from iotassess.baseline.score import score
from iotassess.codec.yaml import load
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.assessment import BaselineResult, RequirementResult
from iotassess.model.claim import Claim
from tests.baseline.probe_cases import VOCABULARY, listed, said

DAY = datetime.date(2026, 11, 1)

# Section → category and ids, as the document has them.
SECTIONS = {
    "4.1.1": ("Security by design", "PS", 1, 7),
    "4.1.2": ("Privacy by design", "PS", 8, 9),
    "4.1.3": ("Asset management", "PS", 10, 10),
    "4.1.4": ("Risk and threat identification and assessment", "PS", 11, 12),
    "4.2.1": ("End-of-life support", "OP", 1, 3),
    "4.2.2": ("Proven solutions", "OP", 4, 4),
    "4.2.3": ("Management of security vulnerabilities and/or incidents", "OP", 5, 8),
    "4.2.4": ("Human resources security training and awareness", "OP", 9, 11),
    "4.2.5": ("Third-party relationships", "OP", 12, 14),
}

# Row → what decides it: the practices that its documents show, and facts beside them.
ASKED = {
    "GP-PS-01": ("process.security-by-design", "process.secure-development"),
    "GP-PS-02": ("process.policy-integration",),
    "GP-PS-03": ("safety.hazard-analysis", "safety.fail-safe"),
    "GP-PS-04": ("process.power-design",),
    "GP-PS-05": ("process.compartmentation",),
    "GP-PS-06": ("process.test-plan", "process.penetration-test", "software.input-validation.fuzzing"),
    "GP-PS-07": ("process.code-review",),
    "GP-PS-08": ("process.privacy-by-design",),
    "GP-PS-09": ("data.gdpr.impact-assessment",),
    "GP-PS-10": ("process.asset-management",),
    "GP-PS-11": ("process.risk-assessment",),
    "GP-PS-12": ("process.intended-use",),
    "GP-OP-01": ("support.end-of-life-plan",),
    "GP-OP-02": ("support.published", "support.until"),
    "GP-OP-03": (
        "process.vulnerability-monitoring",
        "process.vulnerability-handling",
        "monitoring.behaviour",
    ),
    "GP-OP-04": ("process.proven-solutions", "crypto.algorithms"),
    "GP-OP-05": ("process.incident-response",),
    "GP-OP-06": ("support.vulnerability-disclosure", "support.disclosure-published"),
    "GP-OP-07": ("process.information-sharing",),
    "GP-OP-08": ("support.contact", "support.disclosure-published"),
    "GP-OP-09": ("process.training",),
    "GP-OP-10": ("process.training-records",),
    "GP-OP-11": ("process.roles",),
    "GP-OP-12": ("process.processing-agreements",),
    "GP-OP-13": ("process.data-sharing",),
    "GP-OP-14": ("process.supplier-management",),
}
VALUES: dict[str, Any] = {"support.until": "2030-01-01", "support.contact": "mailto:security@maker.example"}

PERSONAL = ("personal-data-absent", "telemetry-absent")
ABSENT = {
    "GP-PS-03": ("safety-irrelevant",),
    "GP-PS-08": PERSONAL,
    "GP-PS-09": PERSONAL,
    "GP-OP-12": (*PERSONAL, "data-flows-absent"),
    "GP-OP-13": PERSONAL,
}
"""Row → what has to be declared absent, all of it, for our convention to take it as not applicable."""


@cache
def catalogue() -> Catalogue:
    return load_catalogue("enisa-baseline")


def about_people() -> list[Requirement]:
    return [row for row in catalogue().requirements if row.process]


def judge(id: str, *claims: Claim) -> RequirementResult:
    row = next(row for row in catalogue().requirements if row.id == id)
    return Evaluator(Facts(ClaimTable(claims, VOCABULARY), DAY), (), probes()).requirement(row)


def judged(*claims: Claim) -> BaselineResult:
    facts = Facts(ClaimTable(claims, VOCABULARY), DAY)
    return score(catalogue(), Evaluator(facts, (), probes()).catalogue(catalogue()), facts)


def declared(property: str) -> list[Claim]:
    """A property as the maker would want it to be declared."""
    if property == "crypto.algorithms":
        shown = [said("update.signature-algorithm", "ES256"), said("attestation.algorithm", "ES256")]
        return [said(f"{property}.any", True), said(property, "ES256"), *shown]
    return [said(property, VALUES.get(property, True))]


def documented(property: str) -> list[Claim]:
    """The same with a document of the day, where it is a practice."""
    claims = declared(property)
    dated = f"{property}.document-date"
    if dated not in VOCABULARY:
        return [*claims, *(c._replace(grade=1) for c in claims)]
    return [*claims, said(property, True, 1), said(dated, DAY.isoformat(), 1)]


each_row = pytest.mark.parametrize("row", about_people(), ids=lambda row: str(row.id))
each_id = pytest.mark.parametrize("id", ASKED)


def test_it_is_all_83_measures_the_technical_ones_first() -> None:
    technical = load_catalogue("enisa-gp-tm")
    assert catalogue().requirements[:57] == technical.requirements
    assert [row.id for row in catalogue().requirements[57:]] == list(ASKED)
    assert len(catalogue().requirements) == 83
    assert (catalogue().edition, catalogue().family) == (technical.edition, technical.family)


def test_sections_and_categories_are_those_of_the_document() -> None:
    expected = [
        (f"GP-{group}-{number:02}", section, category)
        for section, (category, group, first, last) in SECTIONS.items()
        for number in range(first, last + 1)
    ]
    assert [(row.id, row.section, row.category) for row in catalogue().requirements[57:]] == expected


def test_only_the_rows_about_people_are_about_people() -> None:
    assert [row.id for row in about_people()] == list(ASKED)


def test_people_are_neither_gates_nor_attested_nor_mandatory() -> None:
    for row in about_people():
        assert (row.gate, row.attestation, row.force, row.technologies) == (False, False, "measure", ())


@each_row
def test_a_row_asks_what_it_is_listed_for(row: Requirement) -> None:
    read = [probes()[id].reads[0] for part in row.parts for id in part.probes()]
    assert tuple(read) == ASKED[row.id]


@each_row
def test_texts_are_whole_sentences_and_promise_nothing(row: Requirement) -> None:
    for text in (row.summary, row.remediation, *(part.reason for part in row.parts)):
        assert text[0].isupper()
        assert text.endswith(".")
        assert text == " ".join(text.split())
        assert not re.search(r"\b(certified|compliant)\b", text), text
    assert not row.title.endswith(".")
    reasons = [part.reason for part in row.parts]
    assert len(reasons) == len(set(reasons))


def test_titles_and_summaries_differ() -> None:
    rows = catalogue().requirements
    for texts in ([row.title for row in rows], [row.summary for row in rows]):
        assert len(texts) == len(set(texts))


def test_the_notice_tells_how_far_paper_goes() -> None:
    assert "never above declared" in catalogue().notice
    assert "counted apart" in catalogue().notice


def test_nothing_is_left_to_be_written() -> None:
    data = files("iotassess.baseline").joinpath("catalogues/enisa-baseline.yaml").read_bytes()
    assert b"To be written" not in data
    assert [row["id"] for row in load(data).value["requirements"]] == list(ASKED)


# --- verdicts ----------------------------------------------------------------------------------------------


@each_id
def test_silence_is_not_assessed(id: str) -> None:
    assert judge(id).verdict == "not-assessed"


@each_id
def test_a_word_is_declared_at_grade_0_and_a_document_at_grade_1(id: str) -> None:
    word = judge(id, *(c for property in ASKED[id] for c in declared(property)))
    assert (word.verdict, word.grade) == ("declared", 0)
    paper = judge(id, *(c for property in ASKED[id] for c in documented(property)))
    assert (paper.verdict, paper.grade) == ("declared", 1)


@each_id
def test_nothing_makes_it_more_than_documented(id: str) -> None:
    claims = [c for property in ASKED[id] for c in documented(property)]
    result = judge(id, *claims, *(c._replace(grade=5) for c in claims if c.grade == 0))
    assert (result.verdict, result.grade) == ("declared", 1)


@pytest.mark.parametrize(
    ("id", "property"),
    [(id, p) for id, asked in ASKED.items() for p in asked if VOCABULARY[p].type == "bool"],
)
def test_a_no_is_not_satisfied_whatever_the_rest_is(id: str, property: str) -> None:
    rest = [c for other in ASKED[id] if other != property for c in documented(other)]
    assert judge(id, *rest, said(property, False)).verdict == "not-satisfied"
    if len(ASKED[id]) > 1:
        assert judge(id, *rest).verdict == "partial"


def test_a_weak_algorithm_that_a_manifest_shows_belies_the_choice() -> None:
    chosen = [*declared("process.proven-solutions"), *declared("crypto.algorithms")]
    assert judge("GP-OP-04", *chosen).verdict == "declared"
    assert judge("GP-OP-04", *chosen, said("crypto.algorithms", "RS1", 4)).verdict == "not-satisfied"


def test_a_report_of_last_year_is_worth_a_word() -> None:
    plan = [*documented("process.test-plan"), *documented("software.input-validation.fuzzing")]
    for date, grade in (("2025-10-31", 1), ("2025-10-30", 0)):
        test = [said("process.penetration-test", True), said("process.penetration-test", True, 1)]
        dated = said("process.penetration-test.document-date", date, 1)
        assert judge("GP-PS-06", *plan, *test, dated).grade == grade


@each_row
def test_not_applicable_only_where_a_feature_is_presupposed(row: Requirement) -> None:
    if row.id not in ABSENT:
        assert (row.absence.basis, row.absence.when) == ("never", None)
        return
    assert row.absence.basis == "our-convention"
    assert row.absence.when is not None
    assert tuple(row.absence.when.probes()) == ABSENT[row.id]
    assert row.absence.when.join == ("probe" if len(ABSENT[row.id]) == 1 else "all_of")


def test_absences_that_are_declared_one_by_one_count_together() -> None:
    personal, telemetry = listed("personal-data"), said("telemetry.collected", False)
    flows, safe = listed("data-flow"), said("safety.relevant", False)
    assert judge("GP-PS-03", safe).verdict == "not-applicable"
    for id in ("GP-PS-08", "GP-PS-09", "GP-OP-13"):
        assert judge(id, *personal).verdict == "not-assessed"
        assert judge(id, *personal, telemetry).verdict == "not-applicable"
    assert judge("GP-OP-12", *personal, telemetry).verdict == "not-assessed"
    assert judge("GP-OP-12", *personal, telemetry, *flows).verdict == "not-applicable"


def test_people_are_counted_apart_and_reach_no_level() -> None:
    result = judged(*(c for asked in ASKED.values() for property in asked for c in documented(property)))
    assert (result.total, sum(result.mandatory.values()), sum(result.recommended.values())) == (83, 0, 57)
    assert (sum(result.process.values()), result.process["declared"]) == (26, 26)
    assert (result.level, result.proven) == ("L0", 0)
    assert judged().process["not-assessed"] == 26
