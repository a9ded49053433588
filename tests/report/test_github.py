"""GitHub annotations: the runner reads back what was written, and no text makes a command of its own."""

import re
from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iotassess.model.artefact import Problem
from iotassess.model.assessment import Remark
from iotassess.model.gate import Gate, Place
from iotassess.report import github
from iotassess.report.escape import safe
from iotassess.report.headline import headline
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
    waiver,
)
from tests.tries import tries

anything = st.text(st.characters(exclude_categories=()), max_size=40)
SMUGGLED = (
    "x\n::error::forged",
    "x\r\n::add-mask::forged",
    "%0A::error::forged",
    "%250A::stop-commands::x",
    "::stop-commands::x",
    "##[error]forged",
    "##[set-env name=PATH;]forged",
    "a,line=1::error::forged",
    "a:b,c%3Ad%2Ce%25",
    "\u2028::error::forged\u2029\x85\x0b\x0c",
    "=a=b",
    "  spaces  ",
    "\u00a0no-break\u3000",
)


def with_examples(test):
    for text in (*NASTY, *SMUGGLED):
        test = example(text)(test)
    return test


# --- the runner ---------------------------------------------------------------------------------


class Read(NamedTuple):
    """What the runner makes of a line."""

    command: str
    properties: dict[str, str]
    message: str


REGISTERED = (
    "error", "warning", "notice", "debug", "set-env", "set-output", "save-state", "add-mask", "add-path",
    "add-matcher", "remove-matcher", "group", "endgroup", "echo", "stop-commands",
)  # fmt: skip


def unescaped(text, *pairs):
    for code, char in (("%0D", "\r"), ("%0A", "\n"), *pairs, ("%25", "%")):
        text = text.replace(code, char)
    return text


def read(line):
    """Read a line as actions/runner does (``ActionCommand.TryParseV2``, else ``TryParse``), None for none."""
    line = line.lstrip()
    if line.startswith("::") and "::" in line[2:]:
        info, _, data = line[2:].partition("::")
        name, _, rest = info.partition(" ")
        if name.lower() in REGISTERED:
            properties = {}
            for piece in filter(None, rest.strip().split(",")):
                pair = [part for part in re.split(r"=+", piece.lstrip("="), maxsplit=1) if part]
                if len(pair) == 2:
                    properties[pair[0]] = unescaped(pair[1], ("%3A", ":"), ("%2C", ","))
            return Read(name, properties, unescaped(data))
    found = re.search(r"##\[([^\]]*)\]", line)
    if found and found[1].partition(" ")[0].lower() in REGISTERED:
        return Read(found[1], {}, line[found.end() :])
    return None


def commands(found, where=SENSOR_NODE):
    """What the runner makes of a report; every line is a command."""
    shown = github.render(found, where)
    # .NET's reader ends a line at CR, LF or both; other readers at more.
    lines = shown.splitlines()
    assert shown == "".join(f"{line}\n" for line in lines)
    reads = [read(line) for line in lines]
    assert None not in reads
    return reads


def of(reads, command):
    return [one for one in reads if one.command == command]


def test_the_runner_of_these_tests_reads_what_github_documents():
    assert read("::error file=app.js,line=1,col=5,endColumn=7::Missing semicolon") == Read(
        "error", {"file": "app.js", "line": "1", "col": "5", "endColumn": "7"}, "Missing semicolon"
    )
    assert read("::notice title=a%3Ab%2Cc::100%25%0Atwo") == Read("notice", {"title": "a:b,c"}, "100%\ntwo")
    assert read("x ::error::no command") is None
    assert read("x ##[error]a command of old") == Read("error", {}, "a command of old")
    assert read("::unknown::x") is None


# --- one command --------------------------------------------------------------------------------


@with_examples
@given(anything)
def test_the_runner_reads_back_what_was_written(text):
    line = github.command_line("error", {"file": f"x{text}", "line": "3", "title": f"t{text}"}, text)
    assert len(line.splitlines()) == 1
    assert harmful(line) == set()
    assert read(line) == Read(
        "error",
        {"file": safe(f"x{text}").strip(), "line": "3", "title": safe(f"t{text}").strip()},
        safe(text),
    )


@with_examples
@given(anything)
def test_a_file_is_read_back_whatever_it_is_called(text):
    where = Look(profile=f"a/{text}x", folder="/repository")
    found = replace(empty(), remarks=(Remark("a-rule", "warning", text, Place(3, 7)),))
    (warning,) = of(commands(found, where), "warning")
    assert warning.properties == {
        "file": safe(locate(found, where).profile),
        "line": "3",
        "col": "7",
        "title": "a-rule",
    }
    assert warning.message == safe(text)


def test_a_file_whose_name_begins_with_an_equals_sign_is_found():
    found = replace(empty(), remarks=(Remark("a-rule", "warning", "x", Place(3, 7)),))
    (warning,) = of(commands(found, Look(profile="=a.yaml", folder="/repository")), "warning")
    assert warning.properties["file"] == "./=a.yaml"


def test_a_message_that_the_runner_would_cut_is_cut_and_says_so():
    found = replace(empty(), remarks=(Remark("r" * 999, "warning", "x\n" * 9_999, Place(3, 7)),))
    (warning,) = of(commands(found), "warning")
    assert len(warning.message) < 4_096
    assert warning.message.endswith("…")
    assert len(warning.properties["title"]) <= 255
    assert warning.properties["title"].endswith("…")


# --- a report -----------------------------------------------------------------------------------


def test_every_annotation_is_a_notice_of_the_list_at_its_line():
    for product, twin in TWINS:
        for found in (assessed(product, twin), gated(product, twin)):
            where = look(product, twin)
            told = notices(found, locate(found, where))
            reads = commands(found, where)
            for command in ("error", "warning"):
                own = [notice for notice in told if notice.severity == command][:10]
                shown = of(reads, command)
                assert len(own) == len(shown)
                for notice, annotation in zip(own, shown, strict=True):
                    assert annotation.properties["file"] == where.profile
                    assert annotation.properties["line"] == str(notice.place.line)
                    assert annotation.properties["col"] == str(notice.place.column)
                    assert annotation.properties["title"].startswith(notice.rule.id)
                    assert annotation.message == notice.said


def test_a_title_says_what_the_rule_means():
    titles = [one.properties["title"] for one in of(commands(gated()), "error")]
    assert titles[0] == "debug-contradiction: debug is declared off and an artefact shows otherwise"


def test_what_github_would_drop_is_told_as_a_number_with_its_lines():
    told = notices(gated(), locate(gated(), SENSOR_NODE))
    errors = [notice for notice in told if notice.severity == "error"]
    assert len(errors) > 10
    reads = commands(gated())
    assert len(of(reads, "error")) == 10
    more, answer = of(reads, "notice")
    assert reads[-2:] == [more, answer]
    assert SENSOR_NODE.profile in more.message
    lines = ", ".join(str(line) for line in sorted({notice.place.line for notice in errors[10:]}))
    assert f"{len(errors) - 10} errors (lines {lines})" in more.message
    assert "warning" not in more.message


@pytest.mark.parametrize("count", [0, 1, 10, 11, 12, 500])
@pytest.mark.parametrize("severity", ["warning", "note"])
def test_no_more_of_each_are_written_than_github_shows_and_none_is_lost(count, severity):
    remarks = tuple(Remark(f"rule-{n}", severity, "x", Place(n + 1, 1)) for n in range(count))
    reads = commands(replace(empty(), remarks=remarks))
    assert all(len(of(reads, command)) <= 10 for command in ("error", "warning", "notice"))
    shown = [one for one in reads if one.properties["title"].startswith("rule-")]
    left = sum(int(n) for one in reads for n in re.findall(r"(\d+) (?:warning|notice)s? \(line", one.message))
    assert len(shown) + left == count
    assert (left == 0) == (count <= (10 if severity == "warning" else 8))


def test_many_lines_are_not_all_named():
    remarks = tuple(Remark("a-rule", "warning", "x", Place(n + 1, 1)) for n in range(500))
    more = commands(replace(empty(), remarks=remarks))[-2]
    assert "490 warnings (lines 11, 12, " in more.message
    assert more.message.count(",") < 25
    assert " …)" in more.message


def test_the_last_notice_is_the_gates_answer():
    count = len(gated().gate.failures)
    assert commands(gated())[-1].message.startswith(f"EXAMPLE · gate: FAILED · {count} reasons")
    assert commands(gated("sensor-node", "good"))[-1].message.startswith("EXAMPLE · gate: passed")
    passed = replace(empty(), gate=Gate("mine.yaml", "0" * 64, None, {}))
    assert [one.message for one in commands(passed)] == ["gate: passed · policy mine.yaml 000000000000"]


def test_an_answer_is_no_error_so_that_the_gate_passes_just_where_there_is_none():
    for product, twin in TWINS:
        for allow in (True, False):
            found = gated(product, twin, allow_example=allow)
            assert found.gate.passed == (not of(commands(found, look(product, twin)), "error"))


def test_without_a_gate_the_last_notice_says_so_with_the_headlines():
    last = commands(assessed())[-1].message
    told = [notice.severity for notice in notices(assessed(), locate(assessed(), SENSOR_NODE))]
    counts = f"{told.count('error')} errors, {told.count('warning')} warnings"
    assert last.startswith(f"no gate was asked: {counts} | ")
    for result in assessed().baselines:
        assert headline(assessed(), result) in last
    assert [one.message for one in commands(empty())] == ["no gate was asked: 0 errors, 0 warnings"]


def test_what_is_waived_is_a_notice_and_says_by_whom():
    reads = commands(gated(waivers=some_waivers()))
    waived = [one for one in of(reads, "notice") if one.properties["title"].startswith("waived: ")]
    assert [one.properties["title"].split(":")[1].strip() for one in waived] == [
        "debug-contradiction",
        "etsi-en-303-645@3.1.3/5.0-1",
    ]
    for one in waived:
        assert "Waived until 2026-12-31 by product-security@sensing.example" in one.message
    back = next(one for one in of(reads, "error") if "anti-rollback" in one.properties["title"])
    assert f"ended on {EXPIRED}" in back.message


def test_waivers_that_hold_nothing_back_are_notices():
    idle = waiver(requirement="enisa-gp-tm/GP-TM-01", line=41)
    (one, _) = of(
        commands(gated("sensor-node", "good", waivers=(idle,)), look("sensor-node", "good")), "notice"
    )
    assert one.message.startswith("waivers.yaml:41: the waiver for enisa-gp-tm/GP-TM-01: ")


def test_a_profile_that_cannot_be_used_has_its_faults_at_their_lines(tmp_path):
    found = unusable(tmp_path)
    reads = commands(found, Look(profile=str(tmp_path / "device.yaml"), folder=str(tmp_path)))
    for remark, one in zip(found.remarks, of(reads, "error"), strict=True):
        assert one.properties["file"] == "device.yaml"
        assert one.properties["line"] == str(remark.place.line)
        assert remark.message in one.message


@settings(max_examples=tries(15))
@with_examples
@given(anything)
def test_no_text_of_others_makes_a_line_or_a_command(text):
    for ask in (gated(waivers=some_waivers()), assessed()):
        plain, told = commands(hostile(ask, "")), commands(hostile(ask, text))
        assert [(one.command, set(one.properties)) for one in told] == [
            (one.command, set(one.properties)) for one in plain
        ]
        assert [one.properties.get("line") for one in told] == [one.properties.get("line") for one in plain]
        assert harmful(github.render(hostile(ask, text), SENSOR_NODE)) == set()


def test_problems_are_told_with_their_artefacts():
    found = assessed()
    first = replace(found.artefacts[0], problems=(Problem("cbor-malformed", "error", "x", "a[0]", 7),))
    reads = commands(replace(found, artefacts=(first,), discrepancies=(), baselines=()))
    (error,) = of(reads, "error")
    assert error.message == f"{first.path} a[0]: x"


def test_a_report_is_the_same_in_two_runs_and_is_what_the_format_is_called_for():
    assert github.render(gated(), SENSOR_NODE) == renderer("github")(gated(), SENSOR_NODE)
