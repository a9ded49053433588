"""SARIF 2.1.0: by its schema, by what GitHub asks for besides, and harmless whatever the texts are."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema.validators import validator_for
from markdown_it import MarkdownIt

from iotassess.model.gate import Place
from iotassess.model.waiver import REASONS
from iotassess.report import sarif
from iotassess.report.escape import safe
from iotassess.report.location import locate
from iotassess.report.notices import Notice, Rule, notices
from iotassess.report.registry import Look, renderer
from tests.examples import PROFILES, TWINS
from tests.report.hostile import NASTY, harmful
from tests.report.pointing import (
    EXPIRED,
    SENSOR_NODE,
    assessed,
    empty,
    gated,
    hostile,
    look,
    some_waivers,
    unusable,
)
from tests.tries import tries

SCHEMAS = os.environ.get("IOTASSESS_SCHEMAS", "")
anything = st.text(st.characters(exclude_categories=()), max_size=40)
ACTIVE = (
    "[here](https://attacker.example)",
    "![x](https://attacker.example/x.png)",
    "[x\\](y) [x](javascript:alert(1))",
    "<img src=x onerror=alert(1)> <!-- <script>",
    "{0} {{0}} {1}",
    "\\[x](y)",
    "](1)",
    "https://attacker.example www.attacker.example somebody@attacker.example",
    "| a | b |\n# heading\n- list\n1. one",
    "- list",
    "+ list",
    "1. list",
    "2) list",
    "# heading",
    "> quote",
    "`code` *a* _b_ **c** __d__ ~~e~~",
    "&lt;b&gt; &#64;",
)
"""Texts that mean something in a message, in Markdown or in HTML."""


def with_examples(test):
    for text in (*NASTY, *ACTIVE):
        test = example(text)(test)
    return test


@pytest.fixture(scope="module")
def validate():
    """Holds a log against the schema of the standard."""
    if not SCHEMAS:
        pytest.skip("IOTASSESS_SCHEMAS names no folder of published JSON schemas")
    schema = json.loads((Path(SCHEMAS) / "sarif-schema-2.1.0.json").read_text())
    validator = validator_for(schema)
    validator.check_schema(schema)

    def check(log):
        assert [f"{error.json_path}: {error.message}" for error in validator(schema).iter_errors(log)] == []

    return check


def log_of(found, where=SENSOR_NODE):
    return json.loads(sarif.render(found, where))


def run_of(found, where=SENSOR_NODE):
    (run,) = log_of(found, where)["runs"]
    return run


def every_run():
    for product, twin in TWINS:
        yield look(product, twin), assessed(product, twin)
        yield look(product, twin), gated(product, twin)
    yield SENSOR_NODE, gated(waivers=some_waivers())
    yield SENSOR_NODE, assessed(waivers=some_waivers())


def suppressed(result):
    return bool(result.get("suppressions"))


# --- the schema ---------------------------------------------------------------------------------


def test_the_schema_refuses_what_is_no_log(validate):
    log = log_of(gated())
    del log["runs"][0]["results"][0]["message"]
    with pytest.raises(AssertionError, match="message"):
        validate(log)


def test_every_twin_is_valid_with_and_without_gate_and_waivers(validate):
    for where, found in every_run():
        validate(log_of(found, where))


def test_a_profile_that_cannot_be_used_gives_a_valid_log_with_its_faults(validate, tmp_path):
    found = unusable(tmp_path)
    log = log_of(found, Look(profile="device.yaml", folder=str(tmp_path)))
    validate(log)
    results = log["runs"][0]["results"]
    assert [(r["ruleId"], r["level"]) for r in results] == [(m.rule, "error") for m in found.remarks]


def test_an_empty_assessment_gives_a_valid_log_without_results(validate):
    log = log_of(empty())
    validate(log)
    assert log["runs"][0]["results"] == []
    assert log["runs"][0]["tool"]["driver"]["rules"] == []


@settings(max_examples=tries(10))
@example(" ".join((*NASTY, *ACTIVE)))
@given(anything)
def test_a_log_is_valid_and_harmless_whatever_the_texts_are(validate, text):
    for found in (gated(waivers=some_waivers()), assessed()):
        poisoned = replace(hostile(found, text), tool_version=text)
        where = Look(profile=f"profiles/{text}/x.yaml", folder="/repository")
        shown = sarif.render(poisoned, where)
        assert harmful(shown) == set()
        log = json.loads(shown)
        assert harmful(json.dumps(log, ensure_ascii=False)) == set()
        validate(log)
        whole(log["runs"][0])


# --- what GitHub asks for -----------------------------------------------------------------------


def whole(run):
    """Rules that GitHub refuses a file by, or shows nothing by ("SARIF support for code scanning")."""
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert 0 < len(rule["id"]) <= 255
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")
        assert 0 < len(rule["properties"]["tags"]) <= 20
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1
        places = [location, *result.get("relatedLocations", ())]
        for place in places:
            uri = place["physicalLocation"]["artifactLocation"]["uri"]
            assert re.fullmatch(r"[A-Za-z0-9._~%-]+(/[A-Za-z0-9._~%-]+)*", uri), uri
            assert not {".", ".."} & set(uri.split("/"))


def test_every_result_has_one_location_in_the_profile_and_a_rule_with_its_help():
    for where, found in every_run():
        run = run_of(found, where)
        assert run["results"] or where.profile.endswith("good.yaml")
        whole(run)
        for result in run["results"]:
            assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == where.profile


def test_a_result_stands_where_the_profile_says_what_is_wrong():
    results = {r["ruleId"]: r for r in run_of(gated())["results"]}
    lines = (PROFILES / "sensor-node" / "flawed.yaml").read_text().split("\n")
    region = results["debug-contradiction"]["locations"][0]["physicalLocation"]["region"]
    assert lines[region["startLine"] - 1][region["startColumn"] - 1 :].startswith("disabled-permanently")


def test_an_artefact_is_a_related_location_with_offset_and_claim_and_a_link_to_it():
    results = {r["ruleId"]: r for r in run_of(gated())["results"]}
    result = results["debug-contradiction"]
    (related,) = result["relatedLocations"]
    physical = related["physicalLocation"]
    assert (PROFILES.parent / unquote(physical["artifactLocation"]["uri"])).is_file()
    assert physical["region"] == {"byteOffset": 149}
    assert [row["fullyQualifiedName"] for row in related["logicalLocations"]] == ["dbgstat"]
    assert "claim dbgstat, byte 149 (0x95)" in related["message"]["text"]
    assert result["message"]["text"].endswith(f"[{physical['artifactLocation']['uri']}]({related['id']})")
    without = results["suit-sequence-rollback"]["relatedLocations"][0]
    assert "region" not in without["physicalLocation"]
    assert "relatedLocations" not in results["etsi-en-303-645@3.1.3/5.0-1"]


def test_fingerprints_are_unique_and_those_of_the_notices():
    for where, found in every_run():
        told = notices(found, locate(found, where))
        shown = [r["partialFingerprints"]["iotassess/v1"] for r in run_of(found, where)["results"]]
        assert shown == [notice.fingerprint for notice in told]
        assert len(set(shown)) == len(shown)


def test_the_gate_passes_just_where_no_result_is_an_error_that_is_not_suppressed():
    answers = set()
    for where, found in every_run():
        if found.gate is None:
            continue
        results = run_of(found, where)["results"]
        failing = [r for r in results if r["level"] == "error" and not suppressed(r)]
        assert found.gate.passed == (not failing)
        answers.add(found.gate.passed)
    assert answers == {True, False}


def test_a_run_without_a_verdict_is_no_failed_execution(tmp_path):
    # GitHub answers "unsuccessful execution", and shows no result of it.
    for found in (unusable(tmp_path), gated(), empty()):
        assert run_of(found)["invocations"][0]["executionSuccessful"] is True


def test_more_results_than_github_shows_are_cut_and_counted(monkeypatch):
    everything = run_of(gated())["results"]
    monkeypatch.setattr(sarif, "MOST_RESULTS", 5)
    run = run_of(gated())
    whole(run)
    *kept, last = run["results"]
    assert kept == everything[:4]
    assert last["ruleId"] == "results-cut"
    assert f"{len(everything) - 4} more results were cut" in last["message"]["text"]
    monkeypatch.setattr(sarif, "MOST_RESULTS", len(everything))
    assert run_of(gated())["results"] == everything


# --- waivers ------------------------------------------------------------------------------------


def test_what_is_waived_is_suppressed_and_not_left_out():
    plain = {r["ruleId"]: r for r in run_of(gated())["results"]}
    results = {r["ruleId"]: r for r in run_of(gated(waivers=some_waivers()))["results"]}
    assert set(plain) <= set(results)
    for id, by in zip(("debug-contradiction", "etsi-en-303-645@3.1.3/5.0-1"), some_waivers(), strict=False):
        (row,) = results[id]["suppressions"]
        assert (row["kind"], row["status"]) == ("external", "accepted")
        for text in (by.reason, REASONS[by.reason], by.justification, by.approver, str(by.expires)):
            assert text in row["justification"]
        assert row["properties"] == {"reason": by.reason, "approver": by.approver, "expires": "2026-12-31"}
        assert plain[id]["partialFingerprints"] == results[id]["partialFingerprints"]


def test_what_is_not_suppressed_says_so_where_something_is():
    # "The suppressions values for all result objects in theRun SHALL be either all null or all non-null."
    assert all("suppressions" in r for r in run_of(gated(waivers=some_waivers()))["results"])
    assert not any("suppressions" in r for r in run_of(gated())["results"])


def test_an_expired_waiver_suppresses_nothing_and_the_message_says_so():
    results = {r["ruleId"]: r for r in run_of(gated(waivers=some_waivers()))["results"]}
    back = results["anti-rollback-contradiction"]
    assert back["suppressions"] == []
    assert back["level"] == "error"
    assert f"ended on {EXPIRED}" in back["message"]["text"]


def test_waivers_that_hold_nothing_back_are_notes():
    results = run_of(gated(waivers=some_waivers()))["results"]
    levels = {r["ruleId"]: r["level"] for r in results if r["ruleId"].startswith("waiver-")}
    assert levels == {"waiver-unused": "note", "waiver-expired": "note"}


# --- rules --------------------------------------------------------------------------------------


def test_a_rule_says_what_it_means_and_who_explains_it():
    rules = {rule["id"]: rule for rule in run_of(gated())["tool"]["driver"]["rules"]}
    debug = rules["debug-contradiction"]
    assert debug["shortDescription"]["text"] == "debug is declared off and an artefact shows otherwise"
    assert "iotassess explain debug-contradiction" in debug["help"]["text"]
    found = {row.id: row for b in gated().baselines for row in b.requirements}["5.0-1"]
    reasons = rules["etsi-en-303-645@3.1.3/5.0-1"]
    assert reasons["shortDescription"]["text"] == found.title
    assert reasons["fullDescription"]["text"] == found.summary
    assert found.remediation in reasons["help"]["text"]


def test_the_help_of_a_requirement_names_the_technologies_that_serve_it():
    rules = {rule["id"]: rule for rule in run_of(assessed())["tool"]["driver"]["rules"]}
    rows = {f"{b.id}/{r.id}": r for b in assessed().baselines for r in b.requirements}
    named = [id for id in rules if id in rows and rows[id].technologies]
    assert named
    for id in named:
        for technology in rows[id].technologies:
            assert assessed().technologies[technology] in rules[id]["help"]["text"]


def test_levels_of_rules_do_not_depend_on_the_results():
    levels = {}
    for where, found in every_run():
        for rule in run_of(found, where)["tool"]["driver"]["rules"]:
            level = rule["defaultConfiguration"]["level"]
            assert levels.setdefault(rule["id"], level) == level
    assert set(levels.values()) == {"error", "warning", "note"}


def test_only_a_semantic_version_is_called_one():
    for version, is_one in (("1.2.3", True), ("1.2.3-rc.1+b7", True), ("1.2", False), ("1.2.3\n", False)):
        driver = run_of(replace(empty(), tool_version=version))["tool"]["driver"]
        assert ("semanticVersion" in driver) == is_one
        assert driver["version"].startswith("1.2")


# --- the run ------------------------------------------------------------------------------------


def test_a_run_is_known_by_its_profile():
    assert run_of(gated())["automationDetails"]["id"] == "iotassess/profiles/sensor-node/flawed.yaml/"
    assert run_of(assessed())["automationDetails"] == run_of(gated())["automationDetails"]
    other = run_of(gated("smart-plug"), look("smart-plug", "flawed"))
    assert other["automationDetails"] != run_of(gated())["automationDetails"]


def test_a_run_says_what_was_not_done():
    found = replace(empty(), not_done=tuple(f"file {n} was not read" for n in range(250)))
    told = [n["message"]["text"] for n in run_of(found)["invocations"][0]["toolExecutionNotifications"]]
    assert told[0] == "not done: file 0 was not read"
    assert len(told) == 101
    assert told[-1] == "not done: and 150 more; -f json has all"
    assert run_of(empty())["invocations"][0]["toolExecutionNotifications"] == []


def test_a_run_has_the_gates_answer_and_the_headlines():
    shown = run_of(gated())["properties"]
    assert shown["gate"]["passed"] is False
    assert shown["gate"]["policySha256"] == gated().gate.policy_sha256
    assert all(line.startswith("EXAMPLE · ") for line in shown["headlines"])
    assert len(shown["headlines"]) == len(gated().baselines)
    assert run_of(assessed())["properties"]["gate"] is None


def test_a_log_is_the_same_in_two_runs_and_is_what_the_format_is_called_for():
    assert sarif.render(gated(), SENSOR_NODE) == renderer("sarif")(gated(), SENSOR_NODE)


# --- text of others -----------------------------------------------------------------------------

LINK = re.compile(r"(?<!\\)(?:\\\\)*\[(?:[^\\\[\]]|\\.)*\]\([^)]*\)")
"""An embedded link by section 3.11.6: brackets in its text are escaped."""


def message(text):
    notice = Notice(Rule("debug-contradiction", "discrepancy"), "error", text, Place(1), "0" * 16)
    return sarif._message(notice._replace(artefact="evidence/a[0]{1}.cbor"))


def shown_as(text):
    """What a reader shows of a message string: links by their text, escapes and doubled braces undone."""
    assert not re.search(r"(?<!\{)\{(?:\{\{)*\d+\}", text), "a placeholder"
    if "](" in text:
        text = re.sub(r"\\([\\\[\]])", r"\1", text)
    return text.replace("{{", "{").replace("}}", "}")


@with_examples
@given(anything)
def test_no_text_of_others_makes_a_link_a_placeholder_or_html(text):
    shown = message(text)
    links = LINK.findall(shown)
    assert links == [r"[evidence/a\[0\]{{1}}.cbor](1)"]
    assert not re.search(r"<[A-Za-z/!?]", shown)
    assert not re.search(r"(?<!\{)(?:\{\{)*\{\d+\}", shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sw_components[0].digest", "sw_components[0].digest"),
        ("[a](b)", r"\[a\](b)"),
        ("a\\b", "a\\b"),
        ("[a\\](b)", r"\[a\\\](b)"),
        ("{0} {x}", "{{0}} {{x}}"),
        ("<b> 1 < 2 <3 </b>", r"\x3cb> 1 < 2 <3 \x3c/b>"),
        ("\u202eabc\n", "\\u202eabc\\x0a"),
        ("", "-"),
    ],
)
def test_what_is_escaped_in_a_message_can_be_read(text, shown):
    assert sarif._plain(text, 100) == shown


@with_examples
@given(st.text(st.sampled_from("ab[](){}<\\\u202e"), max_size=60))
def test_a_message_that_is_too_long_is_cut_and_says_so(text):
    whole_text = sarif._plain(text, 10_000)
    for limit in (1, 2, 10, 40):
        shown = sarif._plain(text, limit)
        assert 0 < len(shown) <= limit
        assert shown == whole_text or shown.endswith("…") or shown == "-"


def rendered(markdown):
    """Kinds of all tokens that a Markdown reader makes of a text."""
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        yield token.type
        for inner in token.children or ():
            yield inner.type


PLAIN = {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}


@with_examples
@given(anything)
def test_no_text_of_others_does_anything_in_the_markdown_of_a_rule(text):
    shown = sarif._markdown(text)
    assert set(rendered(shown)) <= PLAIN
    assert set(rendered(f"**{sarif._markdown('x' + text + 'x')}**")) <= PLAIN | {
        "strong_open",
        "strong_close",
    }
    # Readers that look for addresses in the text that Markdown gives find none, either.
    (inline,) = (token for token in MarkdownIt("commonmark").parse(f"x {shown}") if token.type == "inline")
    found = "".join(token.content for token in inline.children)
    assert not re.search(r"://|@\w|(?i:www\.)", found)
    assert (
        found.replace("\u200b", "").replace("{{", "{").replace("}}", "}") == f"x {safe(text).strip()}".strip()
    )


def test_a_command_in_the_markdown_of_a_rule_can_be_copied():
    rules = {rule["id"]: rule for rule in run_of(gated())["tool"]["driver"]["rules"]}
    markdown = rules["etsi-en-303-645@3.1.3/5.0-1"]["help"]["markdown"]
    assert "`iotassess explain etsi-en-303-645@3.1.3/5.0-1`" in markdown
    assert set(rendered(markdown)) <= PLAIN | {"strong_open", "strong_close", "code_inline"}
