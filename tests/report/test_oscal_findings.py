"""Findings in OSCAL: one a requirement, and never more satisfied than what is verified."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.model.verdict import VERDICTS, Verdict
from iotassess.report.oscal_findings import STATUS
from iotassess.report.oscal_ids import requirement_of
from iotassess.report.registry import Look
from tests.examples import TWINS
from tests.report.gated import (
    gated,
    shortened,
    unusable,
)
from tests.report.oscal_documents import (
    every,
    findings,
    nothing,
    of_kind,
    props,
    read,
    result,
    risks,
    rows,
)

each_twin = pytest.mark.parametrize(("product", "twin"), TWINS, ids="-".join)


def judged(found, verdicts):
    """The same with other verdicts, in order; those that are left over stay."""
    left = list(verdicts)
    results = []
    for baseline in found.baselines:
        changed = [replace(row, verdict=left.pop(0)) if left else row for row in baseline.requirements]
        results.append(replace(baseline, requirements=tuple(changed)))
    return replace(found, baselines=tuple(results))


# --- satisfied -----------------------------------------------------------------------------------


def satisfied(found):
    return {name for name, f in findings(found).items() if f["target"]["status"]["state"] == "satisfied"}


def verified(found):
    return {name for name, row in rows(found).items() if row.verdict == "verified"}


@each_twin
def test_exactly_what_is_verified_is_satisfied(assessed_by_all, product, twin):
    for found in (gated(product, twin), assessed_by_all(product, twin)):
        assert satisfied(found) == verified(found)
        assert len(result(found)["findings"]) == len(rows(found)) > 100


@given(st.lists(st.sampled_from(VERDICTS), max_size=40))
def test_no_other_verdict_satisfies_whatever_else_is_known(verdicts):
    found = judged(shortened(gated("sensor-node", "good")), verdicts)
    assert satisfied(found) == verified(found)


def test_a_verdict_that_is_added_has_to_be_given_a_state():
    assert set(STATUS) == set(get_args(Verdict))
    assert [verdict for verdict, (state, *_) in STATUS.items() if state == "satisfied"] == ["verified"]
    assert [verdict for verdict, (_, reason, _) in STATUS.items() if reason == "pass"] == ["verified"]
    assert {verdict for verdict, (_, reason, _) in STATUS.items() if reason == "fail"} == {
        "not-satisfied", "contradicted",
    }  # fmt: skip


@each_twin
def test_a_finding_says_why_it_has_its_state_and_what_the_verdict_is(product, twin):
    found = gated(product, twin)
    for name, finding in findings(found).items():
        row = rows(found)[name]
        state, reason, why = STATUS[row.verdict]
        assert finding["target"]["status"] == {"state": state, "reason": reason, "remarks": why}
        assert props(finding)["verdict"] == row.verdict
        assert props(finding)["force"] == row.force
        assert props(finding).get("grade") == (
            str(row.grade) if row.verdict in ("verified", "declared") else None
        )
        flags = {flag: props(finding).get(flag) for flag in ("gate-row", "attestation-row", "process")}
        assert flags == {
            "gate-row": "true" if row.gate else None,
            "attestation-row": "true" if row.attestation else None,
            "process": "true" if row.process else None,
        }


def test_what_is_not_applicable_is_said_to_be_and_is_no_open_item(assessed):
    found = assessed("smart-plug", "good")
    absent = {name for name, row in rows(found).items() if row.verdict == "not-applicable"}
    targets = {name: finding["target"] for name, finding in findings(found).items()}
    assert absent == {n for n, t in targets.items() if "implementation-status" in t} != set()
    for target in (targets[name] for name in absent):
        assert target["implementation-status"] == {"state": "not-applicable"}
        assert target["status"]["state"] == "not-satisfied"
        assert target["status"]["reason"] == "other"
    names = {f"{props(r)['baseline']}/{props(r)['requirement']}" for r in risks(found, "requirement")}
    assert absent.isdisjoint(names)


def test_one_verdict_changes_one_finding_and_its_open_item():
    found = gated("sensor-node", "good")
    name = next(iter(verified(found)))
    baseline, _, id = name.rpartition("/")
    changed = replace(
        found,
        baselines=tuple(
            replace(
                b,
                requirements=tuple(
                    replace(row, verdict="partial") if (b.id, row.id) == (baseline, id) else row
                    for row in b.requirements
                ),
            )
            for b in found.baselines
        ),
    )
    one, other = result(found), result(changed)
    before = {f["uuid"]: f for f in one["findings"]}
    after = {f["uuid"]: f for f in other["findings"]}
    (uuid,) = [uuid for uuid in before if before[uuid] != after[uuid]]
    assert before.keys() == after.keys()
    assert props(after[uuid])["requirement"] == id
    assert [f["target"]["status"]["state"] for f in (before[uuid], after[uuid])] == [
        "satisfied", "not-satisfied",
    ]  # fmt: skip
    (new,) = [r for r in other["risks"] if r not in one["risks"]]
    assert new["uuid"] in {r["risk-uuid"] for r in after[uuid]["related-risks"]}
    assert one["observations"] == other["observations"]


def test_where_nothing_was_assessed_nothing_is_satisfied(tmp_path):
    for found in (unusable(tmp_path), nothing(gated("sensor-node", "good"))):
        only = result(found)
        (finding,) = only["findings"]
        assert finding["target"]["status"]["state"] == "not-satisfied"
        assert finding["target"]["status"]["reason"] == "fail"
        (selection,) = only["reviewed-controls"]["control-selections"]
        assert "include-all" not in selection


def test_the_faults_of_an_unusable_profile_are_what_the_finding_rests_on(tmp_path):
    found = unusable(tmp_path)
    only = result(found, Look(profile="device.yaml", folder="/x"))
    observed = of_kind(only["observations"], "observation-kind", "profile-remark")
    assert [props(o)["rule"] for o in observed] == [r.rule for r in found.remarks] != []
    assert [props(o)["line"] for o in observed] == [str(r.place.line) for r in found.remarks]
    (finding,) = only["findings"]
    assert [r["observation-uuid"] for r in finding["related-observations"]] == [o["uuid"] for o in observed]
    assert [r["risk-uuid"] for r in finding["related-risks"]] == [r["uuid"] for r in only["risks"]]
    assert {props(r)["gate-rule"] for r in only["risks"]} == {"profile-valid"}


# --- what was reviewed ---------------------------------------------------------------------------


@each_twin
def test_every_requirement_is_a_control_by_an_id_that_leads_back_to_it(product, twin):
    found = gated(product, twin)
    document = read(found)
    (only,) = document["results"]
    selections = only["reviewed-controls"]["control-selections"]
    assert [props(s)["baseline"] for s in selections] == [b.id for b in found.baselines]
    controls = [control["control-id"] for s in selections for control in s["include-controls"]]
    assert ["/".join(requirement_of(control)) for control in controls] == list(rows(found))
    defined_here = {o["control-id"]: o for o in document["local-definitions"]["objectives-and-methods"]}
    assert list(defined_here) == controls
    for control, objective in defined_here.items():
        assert props(objective)["requirement"] == requirement_of(control)[1]
    targets = [f["target"]["target-id"] for f in only["findings"]]
    assert targets == [f"{control}_obj" for control in controls]


@each_twin
def test_objectives_have_the_form_that_oscals_constraints_ask_for(product, twin):
    document = read(gated(product, twin))
    for local in document["local-definitions"]["objectives-and-methods"]:
        objective, method = local["parts"]
        assert (objective["name"], method["name"]) == ("assessment-objective", "assessment-method")
        assert props(objective, None) == {"method-id": method["id"]}
        assert props(method, None) == {"method": "EXAMINE"}
        assert [part["name"] for part in method["parts"]] == ["assessment-objects"]


def test_a_selection_has_what_is_proven_and_claimed_the_level_and_the_counts(assessed):
    found = assessed("sensor-node", "good")
    for baseline, selection in zip(
        found.baselines, result(found)["reviewed-controls"]["control-selections"], strict=True
    ):
        shown = props(selection)
        assert float(shown["proven"]) == pytest.approx(baseline.proven, abs=1e-6)
        assert float(shown["claimed"]) == pytest.approx(baseline.claimed, abs=1e-6)
        assert (shown["level"], shown.get("level-suffix", "")) == (baseline.level, baseline.suffix)
        assert shown["catalogue-sha-256"] == baseline.catalogue_sha256
        assert every(selection, "held-back-by") == list(baseline.because)
        counts = {
            (p["group"], p["class"]): int(p["value"]) for p in selection["props"] if p["name"] == "count"
        }
        assert {v: counts[("mandatory", v)] for v in baseline.mandatory} == baseline.mandatory
        assert sum(counts.values()) == baseline.total
