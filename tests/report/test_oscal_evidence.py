"""Observations in OSCAL: what was read and what disagrees, with the place where it stands."""

import hashlib
from urllib.parse import unquote

import pytest

from iotassess.model.artefact import walk
from iotassess.report.oscal_text import line, prose
from tests.examples import PROFILES, ROOT, TWINS
from tests.report.gated import (
    gated,
)
from tests.report.oscal_documents import (
    all_kinds,
    findings,
    grouped,
    objects,
    observed,
    of_kind,
    place,
    props,
    read,
    result,
    risks,
    rows,
)

each_twin = pytest.mark.parametrize(("product", "twin"), TWINS, ids="-".join)


# --- what it rests on ----------------------------------------------------------------------------


def test_a_contradiction_is_an_observation_with_both_sides():
    found = gated("sensor-node", "flawed")
    look = place("sensor-node", "flawed")
    (seen,) = [
        o for o in observed(found, "discrepancy", look) if props(o)["discrepancy"] == "debug-contradiction"
    ]
    assert seen["methods"] == ["EXAMINE"]
    assert seen["types"] == ["ssp-statement-issue", "finding"]
    declared, shown = seen["relevant-evidence"]
    lines = (PROFILES / "sensor-node" / "flawed.yaml").read_text().split("\n")
    assert unquote(declared["href"]) == "profiles/sensor-node/flawed.yaml"
    assert "disabled-permanently" in lines[int(props(declared)["line"]) - 1]
    assert props(declared)["value"] == "disabled-permanently"
    assert props(shown)["byte-offset"] == "149"
    assert (props(shown)["claim"], props(shown)["value"]) == ("dbgstat", "enabled")
    assert unquote(shown["href"]).endswith("evidence/flawed-debug-enabled.eat.cbor")
    component, *resources = seen["subjects"]
    assert component["type"] == "component"
    assert [r["type"] for r in resources] == ["resource"]


@each_twin
def test_every_discrepancy_is_an_observation_and_an_open_item(product, twin):
    found = gated(product, twin)
    marks = [d.fingerprint for d in found.discrepancies]
    assert [props(o)["fingerprint"] for o in observed(found, "discrepancy")] == marks
    items = risks(found, "discrepancy")
    assert [props(r)["fingerprint"] for r in items] == marks
    uuids = {props(o)["fingerprint"]: o["uuid"] for o in observed(found, "discrepancy")}
    for risk in items:
        assert uuids[props(risk)["fingerprint"]] in {
            r["observation-uuid"] for r in risk["related-observations"]
        }


def test_where_two_artefacts_disagree_no_statement_of_the_maker_is_at_issue():
    found = gated("smart-plug", "flawed")
    by_mark = {d.fingerprint: d for d in found.discrepancies}
    alone = [o for o in observed(found, "discrepancy") if by_mark[props(o)["fingerprint"]].declared is None]
    assert alone
    assert all(o["types"] == ["finding"] for o in alone)


@each_twin
def test_an_artefact_has_its_digest_authenticity_and_signatures(product, twin):
    found = gated(product, twin)
    look = place(product, twin)
    document = read(found, look)
    resources = {r["uuid"]: r for r in document["back-matter"]["resources"]}
    seen = observed(found, "artefact", look)
    artefacts = list(walk(found.artefacts))
    assert [props(o)["artefact"] for o in seen] == [a.path for a in artefacts] != []
    for artefact, observation in zip(artefacts, seen, strict=True):
        whole = observation["relevant-evidence"][0]
        assert props(whole)["authenticity"] == artefact.authenticity
        assert props(whole).get("binding") == artefact.binding
        for number, signature in enumerate(artefact.signatures, start=1):
            shown = grouped(whole, f"signature-{number}")
            assert shown["signature-status"] == signature.status
            assert shown.get("thumbprint") == signature.thumbprint
            assert shown.get("anchor-source") == signature.anchor_source
        (subject,) = observation["subjects"]
        (link,) = resources[subject["subject-uuid"]]["rlinks"]
        (digest,) = link["hashes"]
        data = (ROOT / unquote(link["href"])).read_bytes()
        assert digest == {"algorithm": "SHA-256", "value": hashlib.sha256(data).hexdigest()}
        assert unquote(whole["href"]) == unquote(link["href"])


def test_the_profile_has_its_digest():
    document = read(gated("sensor-node", "good"), place("sensor-node", "good"))
    (profile,) = [r for r in document["back-matter"]["resources"] if r["title"].startswith("Profile")]
    (link,) = profile["rlinks"]
    data = (ROOT / link["href"]).read_bytes()
    assert link["hashes"] == [{"algorithm": "SHA-256", "value": hashlib.sha256(data).hexdigest()}]


def test_the_catalogues_and_the_policy_have_their_digests():
    found = gated("sensor-node", "good")
    digests = {props(r)["sha-256"] for r in read(found)["back-matter"]["resources"] if "sha-256" in props(r)}
    assert digests == {*(b.catalogue_sha256 for b in found.baselines), found.gate.policy_sha256}


@each_twin
def test_the_problems_of_an_artefact_stand_with_it(product, twin):
    found = gated(product, twin)
    for artefact, observation in zip(walk(found.artefacts), observed(found, "artefact"), strict=True):
        _, *problems = observation["relevant-evidence"]
        assert [props(p)["problem"] for p in problems] == [p.id for p in artefact.problems]
        offsets = [props(p).get("byte-offset", props(p).get("byte-offset-inside")) for p in problems]
        assert offsets == [None if p.offset is None else str(p.offset) for p in artefact.problems]


@each_twin
def test_a_finding_rests_on_the_answers_to_its_parts_and_on_what_was_read(product, twin):
    found = gated(product, twin)
    by_uuid = {o["uuid"]: o for o in result(found)["observations"]}
    artefacts = {a.path for a in walk(found.artefacts)}
    for name, finding in findings(found).items():
        row = rows(found)[name]
        seen = [by_uuid[r["observation-uuid"]] for r in finding.get("related-observations", ())]
        answers = of_kind(seen, "observation-kind", "part")
        asked = dict.fromkeys((p.probe, p.outcome, p.because) for p in row.parts)
        assert len(answers) == len(set(row.parts)) >= len(asked)
        assert {(props(a)["probe"], props(a)["outcome"]) for a in answers} == {(p, o) for p, o, _ in asked}
        read_ = {props(o)["artefact"] for o in of_kind(seen, "observation-kind", "artefact")}
        assert read_ == {c.source.artefact for p in row.parts for c in every_claim(p)} & artefacts
        marks = {props(o)["fingerprint"] for o in of_kind(seen, "observation-kind", "discrepancy")}
        assert marks == set(row.discrepancies)


def every_claim(part):
    yield from part.claims
    for arm in part.arms:
        yield from every_claim(arm)


def test_an_answer_names_every_line_and_claim_that_it_uses_and_what_each_alternative_says():
    found = gated("sensor-node", "good")
    answers = {(o["title"], o["description"]): o for o in observed(found, "part")}
    grouping = [p for row in rows(found).values() for p in row.parts if p.arms]
    assert grouping
    for part in grouping:
        seen = answers[line(part.question or part.probe), prose(f"{part.outcome}: {part.because}")]
        assert len(seen["relevant-evidence"]) == len(dict.fromkeys(every_claim(part)))
        for number, arm in enumerate(part.arms, start=1):
            assert grouped(seen, f"arm-{number}") == {
                "arm-probe": arm.probe,
                "arm-outcome": arm.outcome,
                "arm-grade": str(arm.grade),
                "arm-chosen": str(part.chosen == number - 1).lower(),
            }


def test_no_observation_says_that_a_device_was_tested(tmp_path):
    for found in all_kinds(tmp_path):
        assert {m for o in result(found).get("observations", ()) for m in o["methods"]} <= {"EXAMINE"}


def test_the_tool_that_saw_it_is_defined_as_a_tool():
    only = result(gated("sensor-node", "good"))
    assets = only["local-definitions"]["assessment-assets"]
    (tool,) = assets["components"]
    actors = {
        (actor["type"], actor["actor-uuid"])
        for _, found in objects(only)
        for origin in found.get("origins", ())
        for actor in origin["actors"]
    }
    assert actors == {("tool", tool["uuid"])}
    assert props(tool, None) == {"version": "0.0.0"}
