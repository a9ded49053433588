"""JUnit XML says what the gate says: no less, and no more; and every reader can read it."""

import os
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iotassess.model.gate import Finding, Gate, Place
from iotassess.model.verdict import VERDICTS
from iotassess.report import junit
from iotassess.report.registry import Look
from tests.examples import TWINS
from tests.report.gated import (
    APPROVER,
    JUSTIFICATION,
    UNMET,
    gated,
    poison,
    shortened,
    unusable,
    waived_plug,
    waiver,
)
from tests.report.hostile import NASTY, harmful
from tests.tries import tries

SCHEMAS = os.environ.get("IOTASSESS_SCHEMAS")
LOOK = Look()
each_twin = pytest.mark.parametrize(("product", "twin"), TWINS, ids="-".join)


def read(found, look=LOOK):
    return ET.fromstring(junit.render(found, look).encode())  # noqa: S314 - our own output


def suites(found):
    return {suite.get("name"): suite for suite in read(found)}


def cases(found):
    """``suite/first word of the name`` → case."""
    return {
        f"{suite.get('name')}/{case.get('name').split(' ')[0]}": case
        for suite in read(found)
        for case in suite.iter("testcase")
    }


def state(case):
    """What readers make of a case: the first element that says something of it."""
    return next((e.tag for e in case if e.tag in ("failure", "error", "skipped")), "passed")


def told(case):
    """Everything that a case says."""
    return "\n".join([*(e.text or "" for e in case), *(e.get("message", "") for e in case)])


def with_verdict(found, verdict):
    """An assessment whose first requirement has a verdict."""
    first, *others = found.baselines
    row, *rows = first.requirements
    changed = replace(row, verdict=verdict, because=("it is so",))
    return replace(found, baselines=(replace(first, requirements=(changed, *rows)), *others))


def first_name(found):
    return f"{found.baselines[0].id}/{found.baselines[0].requirements[0].id}"


# --- the form ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def schema():
    if SCHEMAS is None:
        pytest.skip("IOTASSESS_SCHEMAS names no folder with published schemas")
    return pytest.importorskip("xmlschema").XMLSchema(str(Path(SCHEMAS) / "junit-10.xsd"))


@each_twin
def test_it_is_valid_by_the_schema_of_jenkins(assessed, schema, product, twin):
    for found in (assessed(product, twin), gated(product, twin), gated(product, twin, allow=False)):
        schema.validate(junit.render(found, LOOK))


def test_it_is_valid_where_there_is_little_to_say(assessed, schema, tmp_path):
    nothing = replace(assessed("sensor-node", "good"), baselines=(), artefacts=(), discrepancies=())
    for found in (unusable(tmp_path), nothing, replace(gated("sensor-node", "good"), unusable=("empty",))):
        schema.validate(junit.render(found, LOOK))
    assert len(read(nothing)) == 0


def test_the_schema_refuses_what_is_no_report(assessed, schema):
    spoiled = junit.render(assessed("sensor-node", "good"), LOOK).replace(' failures="', ' failed="')
    assert not schema.is_valid(spoiled)


def counted(element):
    states = Counter(state(case) for case in element.iter("testcase"))
    return {"tests": sum(states.values()), "failures": states["failure"], "errors": states["error"]}


def assert_counts(found):
    root = read(found)
    assert {key: int(root.get(key)) for key in counted(root)} == counted(root)
    for suite in root:
        assert {key: int(suite.get(key)) for key in counted(suite)} == counted(suite)
        assert int(suite.get("skipped")) == sum(state(case) == "skipped" for case in suite.iter("testcase"))


@each_twin
def test_the_counts_are_those_of_the_cases(assessed, product, twin):
    for found in (assessed(product, twin), gated(product, twin), gated(product, twin, allow=False)):
        assert_counts(found)


@each_twin
def test_every_requirement_and_every_rule_has_one_case_of_its_own(product, twin):
    found = gated(product, twin)
    root = read(found)
    assert [suite.get("name") for suite in root] == ["gate", *(b.id for b in found.baselines)]
    for result in found.baselines:
        names = [case.get("name") for case in suites(found)[result.id].iter("testcase")]
        assert names == [f"{row.id} {row.title}" for row in result.requirements]
    assert [case.get("name") for case in root[0].iter("testcase")] == list(found.gate.rules)
    all_names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(all_names)) == len(all_names) > 100


@each_twin
def test_a_class_name_has_the_dots_that_readers_split_at_and_no_others(assessed, product, twin):
    for suite in read(assessed(product, twin)):
        for case in suite.iter("testcase"):
            assert re.fullmatch(r"iotassess\.[\w@-]+\.[\w@-]+", case.get("classname"))
            assert case.get("classname").split(".")[1] == suite.get("name").replace(".", "-")


@each_twin
def test_a_case_that_did_not_pass_has_one_element_with_message_and_text(product, twin):
    for case in cases(gated(product, twin)).values():
        assert len(case) == 1
        if state(case) != "passed":
            assert case[0].get("message")
            assert case[0].text
            assert len(case[0].get("message")) <= junit.MOST_MESSAGE


def test_the_moment_is_that_of_judgement_and_nothing_takes_time(assessed):
    found = assessed("sensor-node", "good")
    assert {suite.get("timestamp") for suite in read(found)} == {"2026-11-01T00:00:00"}
    assert ' time="' not in junit.render(found, LOOK)
    assert junit.render(found, LOOK) == junit.render(found, LOOK)


def test_an_example_and_a_self_assessment_are_called_so(assessed):
    found = assessed("sensor-node", "good")
    root = read(found)
    assert root.get("name") == "EXAMPLE · iotassess Example Sensing SN-33 B2 firmware 3.2.0"
    assert "EXAMPLE" not in read(replace(found, example=False)).get("name")
    for suite in root:
        properties = {p.get("name"): p.get("value") for p in suite.iter("property")}
        assert properties["example"] == "true"
        assert "self-assessment" in properties["notice"]
        assert properties["level"] in ("L1", "L2")


def test_no_word_promises_more_than_was_done():
    for product, twin in TWINS:
        text = junit.render(gated(product, twin), LOOK).lower()
        assert "compliant" not in text
        assert "certified" not in text


# --- without a gate ------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", VERDICTS)
def test_without_a_gate_the_verdict_decides(assessed, verdict):
    expected = {
        "contradicted": "failure",
        "not-satisfied": "failure",
        "verified": "passed",
        "declared": "passed",
    }
    found = with_verdict(assessed("sensor-node", "good"), verdict)
    case = cases(found)[first_name(found)]
    assert state(case) == expected.get(verdict, "skipped")
    assert f"{verdict}" in told(case)
    assert "it is so" in told(case)
    assert "gate" not in suites(found)


def test_without_a_gate_a_waiver_is_shown_and_changes_nothing(assessed):
    found = with_verdict(assessed("sensor-node", "good"), "not-satisfied")
    first, *others = found.baselines
    row, *rows = first.requirements
    waived = replace(row, waiver=waiver(first_name(found)))
    found = replace(found, baselines=(replace(first, requirements=(waived, *rows)), *others))
    case = cases(found)[first_name(found)]
    assert state(case) == "failure"
    assert APPROVER in told(case)


# --- with a gate ---------------------------------------------------------------------------------


@each_twin
@pytest.mark.parametrize("allow", [True, False])
def test_the_gate_is_passed_exactly_where_nothing_fails(product, twin, allow):
    found = gated(product, twin, allow=allow)
    assert found.gate.passed == (int(read(found).get("failures")) == 0)


def test_both_answers_of_the_gate_occur():
    assert gated("sensor-node", "good").gate.passed
    assert not gated("sensor-node", "flawed").gate.passed


@each_twin
def test_a_rule_fails_with_all_its_reasons_at_their_places(product, twin):
    found = gated(product, twin, allow=False)
    shown = cases(found)
    for rule in found.gate.rules:
        failing = [f for f in found.gate.failures if f.rule == rule]
        case = shown[f"gate/{rule}"]
        assert (state(case) == "failure") == bool(failing)
        for one in failing:
            assert f"{twin}.yaml:{one.place.line}:{one.place.column}: {one.message}" in case[0].text


def test_the_profile_is_named_as_it_was_given():
    found = gated("sensor-node", "flawed")
    assert "profiles/x.yaml:144:" in junit.render(found, Look(profile="profiles/x.yaml"))


def test_what_the_policy_lets_pass_is_skipped_with_its_verdict():
    found = gated("sensor-node", "good")
    shown = cases(found)
    open_rows = 0
    for result in found.baselines:
        for row in result.requirements:
            case = shown[f"{result.id}/{row.id}"]
            satisfied = row.verdict in ("verified", "declared")
            assert state(case) == ("passed" if satisfied else "skipped")
            assert told(case).startswith(row.verdict)
            assert all(because in told(case) for because in row.because)
            open_rows += not satisfied
    assert open_rows


def test_a_contradicted_requirement_fails_until_its_contradictions_are_waived():
    found = gated("sensor-node", "flawed")
    contradicted = {
        f"{b.id}/{r.id}" for b in found.baselines for r in b.requirements if r.verdict == "contradicted"
    }
    assert contradicted
    assert {name for name in contradicted if state(cases(found)[name]) == "failure"} == contradicted
    marks = [d.fingerprint for d in found.discrepancies if d.severity == "error"]
    waived = gated("sensor-node", "flawed", *(waiver(discrepancy=mark) for mark in marks))
    for name in contradicted:
        assert state(cases(waived)[name]) == "skipped"
        assert APPROVER in told(cases(waived)[name])


def test_a_contradiction_that_the_policy_lets_pass_is_skipped():
    found = gated("sensor-node", "flawed", off=("no-contradiction",))
    rows = [(b, r) for b in found.baselines for r in b.requirements if r.verdict == "contradicted"]
    for result, row in rows:
        case = cases(found)[f"{result.id}/{row.id}"]
        assert state(case) == "skipped"
        assert "the policy lets it pass" in told(case)


def test_a_rule_that_is_not_asked_says_why():
    shown = cases(gated("smart-plug", "good", off=("lifecycle-shown-secured",)))
    assert "switches this rule off" in told(shown["gate/lifecycle-shown-secured"])
    assert "nothing to ask" in told(shown["gate/same-product"])
    assert {state(shown[f"gate/{rule}"]) for rule in ("lifecycle-shown-secured", "same-product")} == {
        "skipped"
    }


def test_what_is_waived_is_skipped_and_says_by_whom_and_until_when():
    found = waived_plug()
    assert found.gate.passed
    assert read(found).get("failures") == "0"
    shown = cases(found)
    for name in ("gate/mandatory-satisfied", *UNMET):
        assert state(shown[name]) == "skipped"
        for word in (APPROVER, JUSTIFICATION, "third-party", "2027-01-31", "waivers.yaml:"):
            assert word in told(shown[name])


def test_a_waiver_that_expired_holds_nothing_back_and_says_so():
    shown = cases(waived_plug(expires="2026-10-31"))
    for name in ("gate/mandatory-satisfied", *UNMET):
        assert state(shown[name]) == "failure"
        assert "(its waiver ended on 2026-10-31, waivers.yaml:" in told(shown[name])


def test_waivers_that_hold_nothing_back_are_named_once(assessed):
    found = gated("sensor-node", "good", waiver("enisa-gp-tm/GP-TM-01"))
    assert [use.state for use in found.waivers] == ["unused"]
    for shown in (found, replace(found, gate=None)):
        texts = [suite.findtext("system-out") for suite in read(shown)]
        assert "waivers.yaml:3 for enisa-gp-tm/GP-TM-01: unused" in texts[0]
        assert texts[1:] == [None] * (len(texts) - 1)


def test_undecided_requirements_are_named():
    found = gated("sensor-node", "good")
    found = replace(found, gate=replace(found.gate, undecided=("etsi/5.1-1",)))
    assert "not assessed): etsi/5.1-1" in suites(found)["gate"].findtext("system-out")


def test_an_unusable_profile_fails_one_case_with_every_fault(tmp_path):
    found = unusable(tmp_path)
    root = read(found)
    assert [suite.get("name") for suite in root] == ["gate"]
    (case,) = root.iter("testcase")
    assert (case.get("name"), state(case)) == ("profile-valid", "failure")
    assert len(found.gate.failures) > 1
    for one in found.gate.failures:
        assert f"broken.yaml:{one.place.line}:{one.place.column}: {one.message}" in case[0].text


def test_what_leaves_no_verdict_is_an_error_even_where_the_gate_is_passed():
    found = replace(gated("sensor-node", "good"), unusable=("evidence/empty",))
    root = read(found)
    assert (root.get("failures"), root.get("errors")) == ("0", "1")
    assert "no verdict" in told(cases(found)["gate/readable:"])


ROWS = [
    (result.id, row)
    for result in shortened(gated("sensor-node", "flawed")).baselines
    for row in result.requirements
]
NAMES = [f"{id}/{row.id}" for id, row in ROWS]
MARKS = sorted({mark for _, row in ROWS for mark in row.discrepancies})
RULES = ("no-contradiction", "mandatory-satisfied", "minimum-verdict", "artefacts-bound")

findings = st.lists(
    st.builds(
        Finding,
        rule=st.sampled_from(RULES),
        about=st.sampled_from([*NAMES, "debug-contradiction", "enisa-gp-tm/GP-TM"]),
        message=st.just("it is so"),
        place=st.just(Place(1)),
        fingerprint=st.just("0" * 16),
        requirement=st.sampled_from(["", *NAMES, "enisa-gp-tm/gone"]),
        discrepancies=st.lists(st.sampled_from(MARKS), max_size=2).map(tuple),
        waivers=st.sampled_from([(), (waiver("x/y"),)]),
    ),
    max_size=6,
)


def outcome(rule, found):
    own = [f for f in found if f.rule == rule]
    return "passed" if not own else "waived" if all(f.waivers for f in own) else "failed"


@given(findings)
def test_whatever_the_gate_found_it_is_passed_exactly_where_nothing_fails(found):
    gate = Gate("default", "00", None, {rule: outcome(rule, found) for rule in RULES}, tuple(found))
    release = replace(shortened(gated("sensor-node", "flawed")), gate=gate)
    assert gate.passed == (int(read(release).get("failures")) == 0)
    assert_counts(release)
    shown = cases(release)
    errors = {d.fingerprint for d in release.discrepancies if d.severity == "error"}
    for name, (_, row) in zip(NAMES, ROWS, strict=True):
        against = errors.intersection(row.discrepancies)
        about = [f for f in gate.failures if name in (f.requirement, f.about) or against & {*f.discrepancies}]
        assert (state(shown[name]) == "failure") == bool(about)
        if not about and row.verdict not in ("verified", "declared"):
            assert state(shown[name]) == "skipped"


# --- hostile text --------------------------------------------------------------------------------

XML = ("]]>", "<!--", "<![CDATA[", "&amp;&lt;&#0;", "</testcase>", "\"'><failure/>", "\ufffe\uffff", "\x0b")
ATTACHMENT = "[[ATTACHMENT|/etc/hostname]]"


def with_examples(test):
    for nasty in (*NASTY, *XML, ATTACHMENT):
        test = example(nasty)(test)
    return test


@with_examples
@settings(max_examples=tries(25))
@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_no_text_of_others_breaks_the_xml_or_adds_to_it(hostile):
    plain = shortened(gated("smart-plug", "flawed"))
    found = poison(plain, hostile)
    root, own = read(found), read(plain)
    assert [e.tag for e in root.iter()] == [e.tag for e in own.iter()]
    assert root.get("failures") == own.get("failures")
    assert harmful(junit.render(found, LOOK)) == set()
    for element in root.iter():
        assert not any("\n" in value for value in element.attrib.values())
    lines = [e.text.count("\n") for e in root.iter() if e.text and e.text.strip()]
    assert lines == [e.text.count("\n") for e in own.iter() if e.text and e.text.strip()]


@pytest.mark.parametrize("hostile", [*NASTY, *XML])
def test_a_hostile_report_is_valid_by_the_schema(schema, hostile):
    schema.validate(junit.render(poison(gated("smart-plug", "flawed"), hostile), LOOK))


def test_no_text_of_others_attaches_a_file():
    found = poison(gated("smart-plug", "flawed"), ATTACHMENT + ATTACHMENT.lower())
    shown = junit.render(found, LOOK)
    assert "[[attachment" not in shown.lower()
    assert "[ [ATTACHMENT|/etc/hostname]]" in shown
