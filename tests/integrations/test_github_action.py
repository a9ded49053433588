"""action.yml: its own shell, run as GitHub's runner runs it, over a release that fights back."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.examples import ROOT
from tests.integrations import stub
from tests.integrations.github_runner import Ran, Runner, commands, read
from tests.integrations.scratch import LOCAL, Repository
from tests.integrations.stub import Stub

ACTION = read(ROOT / "action.yml")
SCRIPTS = sorted((ROOT / "ci" / "github").glob("*.sh"))
WITHOUT_VALUE = {"strict", "allow-example", "summary", "annotations"}
HOSTILE = (
    "good.yaml; touch pwned",
    "$(touch pwned)",
    "`touch pwned`",
    "a b  c",
    "' ; touch pwned #",
    '" ; touch pwned #',
    "--allow-example",
    "*",
    "é\t\\",
)
LARGEST_SUMMARY = 1024 * 1024


@pytest.fixture
def gate(bare: Runner) -> Stub:
    """A stand-in for the installed iotassess."""
    return stub.make(bare.temp / "iotassess-venv" / "bin" / "python", bare.temp / "stub")


def ask(machine: Runner, **inputs: str) -> Ran:
    """Ask the gate about the profile, without the installation."""
    given = {"profile": "profile.yaml", **{name.replace("_", "-"): value for name, value in inputs.items()}}
    return machine.call(given, "gate")


def options(call: list[str]) -> list[str]:
    """The options of a call, those for reports left out."""
    assert call[:4] == ["-I", "-m", "iotassess", "gate"]
    return [option for option in call[4 : call.index("--")] if not option.startswith("--format=")]


def paths(call: list[str]) -> list[str]:
    """The profile and the artefacts of a call."""
    return call[call.index("--") + 1 :]


# --- the text of the action --------------------------------------------------------------------------------


def test_no_expression_stands_in_a_command() -> None:
    steps = ACTION["runs"]["steps"]
    assert [step["id"] for step in steps] == ["install", "gate"]
    for step in steps:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"


def test_every_input_and_no_other_variable_is_read_by_a_script() -> None:
    given = [set(step["env"]) for step in ACTION["runs"]["steps"]]
    assert {name.lower().replace("_", "-") for names in given for name in names} == {
        f"iotassess-{name}" for name in ACTION["inputs"]
    }
    for names, script in zip(given, ("install.sh", "gate.sh"), strict=True):
        text = (ROOT / "ci" / "github" / script).read_text()
        assert set(re.findall(r"\$\{?(IOTASSESS_\w+)", text)) == names


def test_only_the_profile_is_required() -> None:
    assert [name for name, row in ACTION["inputs"].items() if row.get("required")] == ["profile"]
    assert all("default" in row for name, row in ACTION["inputs"].items() if name != "profile")


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_shellcheck_finds_nothing(script: Path) -> None:
    done = subprocess.run(["shellcheck", str(script)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_are_strict(script: Path) -> None:
    assert "\nset -euo pipefail\n" in script.read_text()


# --- inputs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", range(0, len(HOSTILE), 3))
def test_hostile_values_are_arguments_and_nothing_more(bare: Runner, gate: Stub, turn: int) -> None:
    values = [*HOSTILE[turn:], *HOSTILE[:turn]]
    single = ("profile", "policy", "waivers", "against", "max-age", "as-of")
    inputs = dict(zip(single, values, strict=False))
    lists = dict.fromkeys(["artefacts", "trust-anchors", "nonces", "baselines", "deny"], "\n".join(values))
    before = sorted(bare.workspace.rglob("*"))
    ran = bare.call({**inputs, **lists, "sarif-file": ""}, "gate")
    assert ran.code == 0, ran.log
    (call,) = gate.calls
    assert paths(call) == [values[0], *values]
    assert options(call) == [
        *(f"--{name}={inputs[name]}" for name in ("policy", "waivers", "against")),
        *(f"--trust-anchor={value}" for value in values),
        *(f"--nonce={value}" for value in values),
        f"--max-age={inputs['max-age']}",
        *(f"--{name}={value}" for name in ("baseline", "deny") for value in values),
        f"--as-of={inputs['as-of']}",
    ]
    assert sorted(bare.workspace.rglob("*")) == before


def test_lists_have_a_value_a_line_and_empty_lines_are_none(bare: Runner, gate: Stub) -> None:
    ran = ask(
        bare,
        artefacts="\nrelease folder\r\n\nb.cbor\n",
        trust_anchors="update=a\nb\n",
        nonces="00\n",
        baselines="x\ny",
        deny="d1\nd2",
    )
    assert ran.code == 0
    (call,) = gate.calls
    assert paths(call) == ["profile.yaml", "release folder", "b.cbor"]
    assert options(call) == [
        "--trust-anchor=update=a",
        "--trust-anchor=b",
        "--nonce=00",
        "--baseline=x",
        "--baseline=y",
        "--deny=d1",
        "--deny=d2",
    ]


def test_challenges_are_read_from_a_file(bare: Runner, gate: Stub) -> None:
    (bare.workspace / "nonces.txt").write_text("01\nb.cbor=02")
    ask(bare, nonces_file="nonces.txt", nonces="a.cbor=00")
    assert options(gate.calls[0]) == ["--nonce=a.cbor=00", "--nonce=01", "--nonce=b.cbor=02"]


def test_a_file_of_challenges_that_is_missing_is_a_usage_error(bare: Runner, gate: Stub) -> None:
    assert ask(bare, nonces_file="absent.txt").code == 2
    assert gate.calls == []


@pytest.mark.parametrize("name", sorted(WITHOUT_VALUE))
@pytest.mark.parametrize("value", ["yes", "True $(touch pwned)"])
def test_a_switch_that_is_neither_true_nor_false_is_refused(
    bare: Runner, gate: Stub, name: str, value: str
) -> None:
    ran = ask(bare, **{name: value})
    assert ran.code == 2
    assert f"{name}: got '{value}', expected true or false" in ran.log
    assert ran.outputs == {"passed": "false", "exit-code": "2", "sarif-file": "", "json-file": ""}
    assert gate.calls == []


def test_switches_are_passed_on(bare: Runner, gate: Stub) -> None:
    ask(bare, strict="true", allow_example="true", summary="false", annotations="false", sarif_file="")
    assert gate.calls[0][4:] == ["--strict", "--allow-example", "--format=text", "--", "profile.yaml"]


def test_without_a_profile_nothing_is_asked(bare: Runner, gate: Stub) -> None:
    assert ask(bare, profile="").code == 2
    assert gate.calls == []


# --- answers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [0, 1, 4])
def test_the_gate_s_code_is_the_step_s_and_the_outputs_are_set_before(
    bare: Runner, gate: Stub, code: int
) -> None:
    gate.plays(code=str(code), json="{}")
    ran = ask(bare, json_file="result.json")
    assert ran.code == code
    assert ran.outputs == {
        "passed": "true" if code == 0 else "false",
        "exit-code": str(code),
        "sarif-file": "iotassess.sarif",
        "json-file": "result.json",
    }
    assert (bare.workspace / "result.json").read_text() == "{}"


def test_no_output_can_be_forged_by_the_name_of_a_file(bare: Runner, gate: Stub) -> None:
    gate.plays(code="1")
    name = "a.sarif\npassed=true\npassed<<X\ntrue\nX"
    ran = ask(bare, sarif_file=name)
    assert ran.outputs["passed"] == "false"
    assert ran.outputs["sarif-file"] == name


def test_a_report_that_the_release_brings_along_is_not_taken_for_ours(bare: Runner, gate: Stub) -> None:
    (bare.workspace / "iotassess.sarif").write_text("forged")
    ran = ask(bare, strict="neither")
    assert ran.code == 2
    gate.path.write_text("#!/bin/sh\nexit 2\n")  # as for a policy that cannot be read: no report is written
    ran = ask(bare)
    assert ran.code == 2
    assert ran.outputs["sarif-file"] == ""
    assert not (bare.workspace / "iotassess.sarif").exists()


def test_a_link_of_the_release_does_not_lead_a_report_elsewhere(
    bare: Runner, gate: Stub, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    (bare.workspace / "iotassess.sarif").symlink_to(victim)
    ran = ask(bare)
    assert ran.code == 0
    assert victim.read_text() == "untouched"
    assert not (bare.workspace / "iotassess.sarif").is_symlink()


def test_a_folder_that_leads_out_of_the_workspace_is_refused(
    bare: Runner, gate: Stub, tmp_path: Path
) -> None:
    (bare.workspace / "reports").symlink_to(tmp_path)
    ran = ask(bare, sarif_file="reports/a.sarif")
    assert ran.code == 2
    assert "expected a file in the workspace" in ran.log
    assert not (tmp_path / "a.sarif").exists()


def test_a_report_goes_into_a_folder_of_the_workspace_or_the_temporary_one(bare: Runner, gate: Stub) -> None:
    (bare.workspace / "my reports").mkdir()
    junit = bare.temp / "junit.xml"
    ran = ask(bare, sarif_file="my reports/a.sarif", junit_file=str(junit))
    assert ran.code == 0, ran.log
    assert (bare.workspace / "my reports" / "a.sarif").read_text() == "sarif"
    assert junit.read_text() == "junit"


@pytest.mark.parametrize("file", ["absent/a.sarif", "folder"])
def test_a_report_that_cannot_be_written_is_a_usage_error(bare: Runner, gate: Stub, file: str) -> None:
    (bare.workspace / "folder").mkdir()
    assert ask(bare, sarif_file=file).code == 2
    assert gate.calls == []


def test_what_the_gate_says_issues_no_command(bare: Runner, gate: Stub) -> None:
    evil = (
        "::add-mask::a\n ::set-env name=PATH::/evil\nx ##[add-path]/evil\nb\r::error::c\n::stop-commands::d\n"
    )
    gate.plays(says=evil, complains=evil + "::error::and no line end", code="1")
    ran = ask(bare)
    assert evil.split("\n")[0] in ran.log
    assert ran.commands == []
    assert ran.outputs["passed"] == "false"


def test_the_same_text_would_issue_commands_were_it_not_stopped() -> None:
    assert commands("::add-mask::a\nx ##[add-path]/evil\nb\r::error::c\n") == [
        ("add-mask", "a"),
        ("add-path", ""),
        ("error", "c"),
    ]


def test_annotations_are_issued_and_nothing_else_that_their_file_holds(bare: Runner, gate: Stub) -> None:
    gate.plays(
        github="::error file=a.yaml,line=3::one\r::add-mask::x\n::set-output name=passed::true\nplain\n"
        "::warning ::two\n::stop-commands::x\n::notice::three\n"
    )
    ran = ask(bare)
    assert ran.commands == [("error", "one::add-mask::x"), ("warning", "two"), ("notice", "three")]


def test_the_summary_is_added_to_what_is_there(bare: Runner, gate: Stub) -> None:
    (bare.temp / "summary").write_text("before\n")
    gate.plays(markdown="## result\n")
    ask(bare)
    assert bare.summary == "before\n## result\n"


def test_a_summary_that_the_service_would_refuse_is_replaced(bare: Runner, gate: Stub) -> None:
    gate.plays(markdown="x" * (LARGEST_SUMMARY + 1), code="1")
    ran = ask(bare)
    assert ran.code == 1
    assert bare.summary == "The result is too large for a summary: see the log.\n"


def test_nothing_is_left_in_the_temporary_folder(bare: Runner, gate: Stub) -> None:
    ask(bare)
    assert not list(bare.temp.glob("iotassess-gate.*"))


# --- the real gate -----------------------------------------------------------------------------------------


def test_a_good_release_passes_with_every_report(runner: Runner) -> None:
    files = {"junit-file": "junit.xml", "json-file": "result.json", "badge-file": "badge.svg"}
    inputs = {"trust_anchors": "anchors", "nonces_file": "security/nonces.txt", **LOCAL, **files}
    ran = ask(runner, **inputs)
    assert ran.code == 0, ran.log
    assert "gate: passed" in ran.log
    assert ran.outputs["passed"] == "true"
    assert ran.outputs["json-file"] == "result.json"
    assert json.loads((runner.workspace / "result.json").read_text())["gate"]["passed"] is True
    assert "passed" in runner.summary
    assert [row for row in ran.commands if row[0] == "error"] == []
    for name in ("iotassess.sarif", *files.values()):
        assert (runner.workspace / name).stat().st_size > 0, name


def test_a_flawed_release_fails_at_its_lines_and_names_of_files_command_nothing(
    runner: Runner, product: Repository
) -> None:
    product.release_flawed()
    folder = runner.workspace / "more"
    folder.mkdir()
    shutil.copy(runner.workspace / "evidence" / "update.suit", folder)
    for name in ("::add-mask::x", "a\n::error::forged", "b\r::set-output name=passed::true", "##[add-path]c"):
        (folder / name.replace("/", "_")).write_bytes(b"\xd9\x01\x00")
    ran = ask(runner, artefacts="more", trust_anchors="anchors", nonces_file="security/nonces.txt", **LOCAL)
    assert ran.code == 1, ran.log
    assert ran.outputs == {
        "passed": "false",
        "exit-code": "1",
        "sarif-file": "iotassess.sarif",
        "json-file": "",
    }
    assert {name for name, _ in ran.commands} <= {"error", "warning", "notice"}
    assert not [data for _, data in ran.commands if data.startswith("forged")]
    located = re.findall(r"^::error file=profile\.yaml,line=([0-9]+)", ran.log, re.MULTILINE)
    lines = product.profile.read_text().splitlines()
    assert any(lines[int(line) - 1].lstrip().startswith("state: disabled-permanently") for line in located)
    results = json.loads((runner.workspace / "iotassess.sarif").read_text())["runs"][0]["results"]
    uris = {row["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for row in results}
    assert uris == {"profile.yaml"}, "paths are those of the repository, where the service looks for lines"
