"""GitLab Code Quality: by the fields of its documentation, and harmless whatever the texts are."""

import json
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from iotassess.model.assessment import Remark
from iotassess.model.gate import Gate, Place
from iotassess.report import gitlab
from iotassess.report.location import locate
from iotassess.report.notices import notices
from iotassess.report.registry import Look, renderer
from tests.examples import TWINS
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

SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "additionalProperties": False,
                "required": ["path", "lines"],
                "properties": {
                    # relative to the repository, and without "./" in front
                    "path": {"type": "string", "pattern": r"^(?!/)(?!\.{1,2}(/|$))(?!.*/\.{1,2}(/|$))."},
                    "lines": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""What GitLab's documentation says of a report (CI/CD, "Code Quality", "Code Quality report format")."""


def rows_of(found, where=SENSOR_NODE):
    shown = gitlab.render(found, where)
    assert not shown.startswith("\ufeff"), "GitLab's reader allows no byte order mark"
    rows = json.loads(shown)
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(rows)] == []
    marks = [row["fingerprint"] for row in rows]
    assert len(marks) == len(set(marks)), "GitLab shows what has one fingerprint as one"
    return rows


def test_the_schema_refuses_what_gitlab_does():
    rows = rows_of(gated())
    for name, value in (("severity", "error"), ("fingerprint", None), ("location", {"path": "/x"})):
        assert not Draft202012Validator(SCHEMA).is_valid([{**rows[0], name: value}])
    for path in ("/x", "../x", "./x", "a/../x", ""):
        location = {"path": path, "lines": {"begin": 1}}
        assert not Draft202012Validator(SCHEMA).is_valid([{**rows[0], "location": location}])


def test_every_twin_has_its_notices_at_their_lines():
    for product, twin in TWINS:
        for found in (
            assessed(product, twin),
            gated(product, twin),
            gated(product, twin, allow_example=False),
        ):
            where = look(product, twin)
            told = notices(found, locate(found, where))
            for notice, row in zip(told, rows_of(found, where), strict=True):
                assert row["check_name"] == notice.rule.id
                assert row["description"] == notice.said
                assert row["fingerprint"] == notice.fingerprint
                assert row["location"] == {"path": where.profile, "lines": {"begin": notice.place.line}}


def test_what_fails_the_gate_blocks_and_nothing_else_does():
    for product, twin in TWINS:
        for allow in (True, False):
            found = gated(product, twin, allow_example=allow)
            rows = rows_of(found, look(product, twin))
            blockers = [row for row in rows if row["severity"] == "blocker"]
            assert len(blockers) == len(found.gate.failures)
            assert found.gate.passed == (not blockers)


def test_without_a_gate_a_contradiction_is_critical_and_a_doubt_minor():
    severities = {row["check_name"]: row["severity"] for row in rows_of(assessed())}
    assert severities["debug-contradiction"] == "critical"
    assert severities["eat-debug-enabled"] == "critical"
    assert severities["evidence-for-other-product"] == "minor"
    assert severities["nist-ir-8259a/8259A-SU-3"] == "minor"
    note = replace(empty(), remarks=(Remark("a-rule", "note", "x", Place(2, 1)),))
    assert [row["severity"] for row in rows_of(note)] == ["info"]


def test_what_is_waived_is_informative_and_has_its_waiver():
    rows = {row["check_name"]: row for row in rows_of(gated(waivers=some_waivers()))}
    for id in ("debug-contradiction", "etsi-en-303-645@3.1.3/5.0-1"):
        assert rows[id]["severity"] == "info"
        assert "Waived until 2026-12-31 by product-security@sensing.example" in rows[id]["description"]
    back = rows["anti-rollback-contradiction"]
    assert back["severity"] == "blocker"
    assert f"ended on {EXPIRED}" in back["description"]
    assert rows["waiver-unused"]["severity"] == rows["waiver-expired"]["severity"] == "info"


def test_nothing_wrong_is_an_empty_array():
    assert gitlab.render(empty(), SENSOR_NODE) == "[]\n"
    assert gitlab.render(replace(empty(), gate=Gate("default", "00", None, {})), SENSOR_NODE) == "[]\n"
    assert rows_of(gated("sensor-node", "good"), look("sensor-node", "good")) == []


def test_a_profile_that_cannot_be_used_has_its_faults_at_their_lines(tmp_path):
    found = unusable(tmp_path)
    rows = rows_of(found, Look(profile=str(tmp_path / "device.yaml"), folder=str(tmp_path)))
    assert [row["check_name"] for row in rows] == [remark.rule for remark in found.remarks]
    assert [row["location"]["lines"]["begin"] for row in rows] == [r.place.line for r in found.remarks]
    assert {row["severity"] for row in rows} == {"blocker"}
    assert {row["location"]["path"] for row in rows} == {"device.yaml"}


def test_a_description_that_is_too_long_is_cut_and_says_so():
    remark = Remark("r" * 999, "warning", "x" * 9_999, Place(3, 7))
    (row,) = rows_of(replace(empty(), remarks=(remark,)))
    assert len(row["description"]) == 2_000
    assert row["description"].endswith("…")
    assert len(row["check_name"]) == 255


@settings(max_examples=tries(20))
@example(" ".join(NASTY))
@example("")
@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_a_report_is_valid_and_harmless_whatever_the_texts_are(text):
    for ask in (gated(waivers=some_waivers()), assessed()):
        found = hostile(ask, text)
        where = Look(profile=f"profiles/{text}/x.yaml", folder="/repository")
        rows = rows_of(found, where)
        assert harmful(json.dumps(rows, ensure_ascii=False)) == set()
        assert len(rows) == len(rows_of(hostile(ask, ""), where))


def test_a_report_is_the_same_in_two_runs_and_is_what_the_format_is_called_for():
    assert gitlab.render(gated(), SENSOR_NODE) == renderer("gitlab")(gated(), SENSOR_NODE)
