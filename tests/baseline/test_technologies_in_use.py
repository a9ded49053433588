"""Technologies in use: which answers of a profile count, and for which requirements."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from iotassess.assess import assess
from iotassess.baseline import technologies
from iotassess.baseline.facts import Facts
from iotassess.baseline.loader import load_catalogue
from iotassess.baseline.technologies import load_technologies, serving, technologies_in_use
from iotassess.crosscheck.table import ClaimTable
from iotassess.errors import CatalogueError
from iotassess.intake import Request
from iotassess.model.assessment import AsOf, Assessment, RequirementResult
from iotassess.model.claim import Claim, Grade, Source, Subject
from iotassess.model.profile.leaves import all_properties
from iotassess.profile import load_profile_bytes
from iotassess.report.assessment_json import tree
from iotassess.report.registry import Look
from iotassess.report.text import render
from tests.baseline.probe_cases import VOCABULARY, said

DAY = datetime.date(2026, 11, 1)
START = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
AS_OF = AsOf(START, START)


def in_use(*claims: Claim) -> dict[str, tuple[Claim, ...]]:
    return dict(technologies_in_use(Facts(ClaimTable(claims, VOCABULARY), DAY)))


def listed(id: str) -> Claim:
    source = Source(None, "technologies[0].id", 1, 1)
    return Claim(Subject("technology", id), "technology.id", id, Grade.DECLARED, source)


def judged(text: str, *baselines: str) -> Assessment:
    loaded = load_profile_bytes(f"product: {{vendor: E, model: M}}\n{text}".encode(), "p.yaml")
    catalogues = [load_catalogue(baseline) for baseline in baselines or ("enisa-gp-tm",)]
    return assess(loaded, Request(AS_OF), catalogues, tool_version="0")


def rows(assessment: Assessment) -> dict[str, RequirementResult]:
    return {row.id: row for result in assessment.baselines for row in result.requirements}


def table_of(monkeypatch: pytest.MonkeyPatch, folder: Path, *rows: str) -> None:
    """Load a table of other rows, past what is remembered."""
    (folder / technologies.FILE).write_text("technologies:\n" + "".join(rows))
    monkeypatch.setattr(technologies.resources, "files", lambda package: folder)
    technologies.load_technologies.__wrapped__()


ROW = """\
  - {id: a, name: A, kind: format, summary: s, specification: {}, serves: [], does_not: n,
     evidence: {kinds: [], how: h}, declared_by: []}
"""


def test_a_row_that_lacks_a_key_is_told_with_its_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    table_of(monkeypatch, tmp_path, ROW)
    with pytest.raises(CatalogueError, match=r"technologies\.yaml:4: technology without 'kind'"):
        table_of(monkeypatch, tmp_path, ROW, "  - {id: b, name: B}\n")


def test_a_row_that_stands_twice_is_told_with_its_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(CatalogueError, match=r"technologies\.yaml:4: technology a stands twice"):
        table_of(monkeypatch, tmp_path, ROW, ROW)


def test_of_silence_nothing_is_in_use() -> None:
    assert in_use() == {}


@pytest.mark.parametrize("id", load_technologies())
def test_what_the_profile_lists_is_in_use(id: str) -> None:
    claim = listed(id)
    assert in_use(claim) == {id: (claim,)}


WAYS = [
    (technology.id, number)
    for technology in load_technologies().values()
    for number in range(len(technology.declared_by))
]


@pytest.mark.parametrize(("id", "number"), WAYS)
def test_every_other_answer_counts_and_none_of_its_halves(id: str, number: int) -> None:
    way = load_technologies()[id].declared_by[number]
    kind = all_properties()[next(iter(way))].subject
    about = "product" if kind == "product" else f"{kind} a"
    claims = [
        said(property, "anything" if values is None else values[0], about=about)
        for property, values in way.items()
    ]
    assert set(claims) <= set(in_use(*claims)[id])
    for claim in claims if len(claims) > 1 else ():
        assert id not in in_use(claim)


def test_two_connections_do_not_join_into_one() -> None:
    tls = said("endpoint.security", "tls", about="endpoint a")
    dtls = said("endpoint.security", "dtls", about="endpoint b")
    new = said("endpoint.security-version", "1.3", about="endpoint b")
    old = said("endpoint.security-version", "1.2", about="endpoint a")
    assert list(in_use(tls, dtls, new, old)) == ["dtls13"]


def test_another_value_does_not_count() -> None:
    assert in_use(said("boot.secure-boot", False), said("update.mechanisms", "vendor")) == {}


def test_what_an_artefact_shows_is_not_the_profiles_word() -> None:
    shown = said("attestation.format", "eat", 4, artefact="token.cbor")
    assert in_use(shown) == {}
    assert list(in_use(shown, said("attestation.format", "eat"))) == ["rats-eat"]


def test_they_come_in_the_order_of_the_table() -> None:
    found = in_use(listed("mud"), listed("cose"), said("boot.secure-boot", True))
    assert list(found) == ["secure-boot", "cose", "mud"]


def test_a_claim_is_named_once() -> None:
    claims = [said("hardware.isolation.tee.present", True), listed("tee")]
    assert sorted(map(str, in_use(*claims)["tee"])) == sorted(map(str, claims))


def test_serving_goes_by_the_row_and_by_the_link() -> None:
    used = ("cose", "mud", "psa-attestation")
    assert serving("enisa", "GP-TM-43", ("iotopia",), used) == ("mud",)
    assert serving("enisa", "GP-TM-01", ("psa-attestation",), used) == ("psa-attestation",)
    assert serving("etsi", "5.7-1", ("rats-eat",), used) == ("psa-attestation",)
    assert serving("enisa", "GP-TM-43", ("iotopia",), ()) == ()


def test_a_house_catalogue_does_not_inherit_links_by_a_like_id() -> None:
    assert serving("house", "GP-TM-43", (), ("mud",)) == ()
    assert serving("house", "GP-TM-43", ("mud",), ("mud",)) == ("mud",)


def test_an_assessment_names_what_is_in_use_for_each_requirement() -> None:
    text = "technologies: [{id: mud, parameters: {url: 'https://a.example/x'}}]\nupdate: {mechanisms: [suit]}"
    found = rows(judged(text))
    assert found["GP-TM-43"].in_use == ("mud",)
    assert found["GP-TM-18"].in_use == ("suit-manifest",)
    assert found["GP-TM-55"].in_use == ()


@pytest.mark.parametrize(
    ("baseline", "requirement"),
    [
        ("enisa-baseline", "GP-TM-18"),
        ("etsi-en-303-645@3.1.3", "5.3-2"),
        ("etsi-en-303-645@2.1.1", "5.3-2"),
        ("nist-ir-8259a", "8259A-SU-2"),
        ("nist-ir-8425", "8425-SUp-1"),
    ],
)
def test_a_technology_counts_in_every_baseline_that_it_serves(baseline: str, requirement: str) -> None:
    assert rows(judged("technologies: [{id: suit-manifest}]", baseline))[requirement].in_use == (
        "suit-manifest",
    )


def test_a_declared_technology_answers_what_it_necessarily_gives_and_proves_nothing() -> None:
    silent, told = rows(judged("")), rows(judged("technologies: [{id: tpm-measured-boot}]"))
    parts = {part.probe: part for row in told.values() for part in _flat(row.parts)}
    assert parts["boot-measured"].outcome == "met"
    assert parts["boot-measured"].grade == 0
    assert parts["boot-measured"].claims[0].source.path == "technologies[0].id"
    assert {row.verdict for row in told.values()}.isdisjoint({"verified"})
    assert silent["GP-TM-03"].verdict == "not-assessed"


def _flat(parts):  # type: ignore[no-untyped-def]
    for part in parts:
        yield part
        yield from _flat(part.arms)


def test_a_technology_alone_makes_nothing_applicable_or_not() -> None:
    # What a technology gives is never an absence: no answer of "not applicable" may rest on it.
    for id in load_technologies():
        for row in rows(judged(f"technologies: [{{id: {id}}}]", "etsi-en-303-645@3.1.3")).values():
            assert row.verdict != "not-applicable", (id, row.id)


def test_the_json_report_names_what_is_in_use() -> None:
    document = tree(judged("technologies: [{id: mud}]"))
    found = {row["id"]: row for row in document["baselines"][0]["requirements"]}
    assert found["GP-TM-43"]["in_use"] == ["mud"]
    assert found["GP-TM-01"]["in_use"] == []
    assert "mud" in found["GP-TM-43"]["technologies"]


def test_the_text_report_names_what_is_in_use_beside_what_would_help() -> None:
    text = render(judged("technologies: [{id: os-code-signing}]", "etsi-en-303-645@3.1.3"), Look(width=200))
    block = text[text.index("5.7-1 ") :].split("\n")
    assert "    in use: Code signing by the operating system" in block
    assert any(line.startswith("    means: Secure boot") for line in block)
    assert "in use: " not in render(judged("", "etsi-en-303-645@3.1.3"), Look(width=200))
