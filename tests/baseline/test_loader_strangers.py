"""Catalogues of strangers: called by their file, never by the name of another, and bounded."""

import datetime

import pytest

from iotassess.baseline import reader
from iotassess.baseline.answers import Answer
from iotassess.baseline.catalogue import Absence, Part, Requirement
from iotassess.baseline.evaluate import Evaluator
from iotassess.baseline.facts import Facts
from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.baseline.reader import MAX_NUMBER, MAX_PARTS
from iotassess.baseline.registry import Probe
from iotassess.crosscheck.table import ClaimTable
from iotassess.errors import CatalogueError
from tests.baseline.made_up import GOOD, PROBES, RICH, read, refused
from tests.baseline.probe_cases import VOCABULARY, said

DAY = datetime.date(2026, 11, 1)
OWN = GOOD.replace("    technologies: [suit, rats-eat]\n", "")


@pytest.fixture(autouse=True)
def known_probes(monkeypatch):
    monkeypatch.setattr(reader, "probes", lambda: PROBES)


@pytest.mark.parametrize("id", [*SHIPPED, "etsi-en-303-645", "enisa-gp-tm@2", "etsi-en-303-645@9.9.9"])
def test_the_id_of_a_shipped_baseline_is_not_to_be_had(tmp_path, id):
    file = tmp_path / "shadow.yaml"
    file.write_text(OWN.replace("id: made-up", f"id: {id}", 1))
    with pytest.raises(
        CatalogueError, match=r"^shadow\.yaml: id: got .*, which is that of a shipped baseline"
    ):
        load_catalogue(str(file))


def test_reports_call_it_by_its_file(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(OWN.replace("family: house", "family: enisa\nshort_name: ENISA"))
    assert load_catalogue(str(file)).short_name == "your own.yaml"


@pytest.mark.parametrize("word", ["verified", "really Verified", "contradicted"])
def test_a_word_that_reads_as_another_verdict_is_refused(word):
    _, told = refused(RICH.replace("declared: told", f"declared: {word}"))
    assert "another verdict" in told


def test_a_catalogue_of_too_many_parts_is_refused():
    arms = "".join("          - probe: debug-off\n" for _ in range(MAX_PARTS))
    many = GOOD.replace("parts:\n", "parts:\n      - any_of:\n" + arms, 1)
    _, told = refused(many)
    assert f"more than {MAX_PARTS} parts" in told


@pytest.mark.parametrize(
    ("days", "fine"), [(0, True), (MAX_NUMBER, True), (MAX_NUMBER + 1, False), (-1, False)]
)
def test_a_parameter_is_a_number_of_this_world(days, fine):
    text = GOOD.replace("days: 7", f"days: {days}")
    if fine:
        read(text)
    else:
        assert f"expected 0 to {MAX_NUMBER}" in refused(text)[1]


def test_the_oldest_document_is_not_older_than_time():
    practice = "process.penetration-test"
    claims = [
        said(practice, True),
        said(practice, True, 1),
        said(f"{practice}.document-date", "0001-01-01", 1),
    ]
    facts = Facts(ClaimTable(claims, VOCABULARY), datetime.date(9, 9, 9))
    assert facts.judge_document(practice, MAX_NUMBER).grade == 1


def test_a_feature_on_which_many_rows_hang_is_asked_once():
    asked = []

    def run(_: Facts) -> Answer:
        asked.append(1)
        return Answer("unmet", "it is there")

    absent = Part("any_of", arms=tuple(Part("probe", f"p{n}") for n in range(30)))
    known = {f"p{n}": Probe(f"p{n}", "?", (), "document", "", {}, run) for n in range(30)}
    rows = [
        Requirement(
            f"R-{n}", "t", "s", "c", "1", "mandatory", False, False, (Part("probe", "p0"),),
            Absence("published", absent), (), "r",
        )
        for n in range(40)
    ]  # fmt: skip
    evaluator = Evaluator(Facts(ClaimTable([], VOCABULARY), DAY), (), known)
    first = evaluator.part(absent)
    for row in rows:
        evaluator.requirement(row)
    assert evaluator.part(absent) is first
    assert len(asked) == 30


def test_reasons_are_not_asked_of_requirements_that_there_are_none_of():
    text = RICH.replace("justified: [recommended, measure]", "justified: [element]")
    assert text != RICH
    assert "no other requirement is of these forces" in refused(text)[1]
