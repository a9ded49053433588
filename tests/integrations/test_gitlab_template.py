"""templates/gate/template.yml: its own script, run as GitLab runs it, over a release that fights back."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.examples import ROOT
from tests.integrations import gitlab_runner as gitlab
from tests.integrations import stub
from tests.integrations.scratch import LOCAL, TRAP, TRAPS, Repository

TEMPLATE = ROOT / "templates" / "gate" / "template.yml"
GATE = ROOT / "ci" / "gitlab" / "gate.py"
LEAST = {"profile": "profile.yaml", "package": ""}
PRODUCT = {
    **LEAST,
    "trust-anchors": ["anchors"],
    "nonces-file": "security/nonces.txt",
    "as-of": LOCAL["as-of"],
    "allow-example": True,
}
REPORTS = {
    "gl-code-quality-report.json",
    "iotassess-junit.xml",
    "iotassess.json",
    "iotassess.sarif",
    "iotassess.svg",
}
HOSTILE = (
    "good.yaml; touch pwned",
    "$(touch pwned)",
    "`touch pwned`",
    "a\n  script: [touch pwned]\nb: c",
    "'\"]\n, }: {[ &a *b !c | > # %",
    "--allow-example",
    "END_OF_GATE\ntouch pwned",
    "é\t\\ $CI_JOB_TOKEN ${HOME}",
)


def made(**inputs: Any) -> gitlab.Job:
    """The one job that the template makes."""
    (job,) = gitlab.interpolated(TEMPLATE, {**LEAST, **inputs}).values()
    return job


# --- the text of the template ------------------------------------------------------------------------------


def test_the_template_holds_the_script() -> None:
    (script,) = made()["script"]
    assert f"<<'END_OF_GATE'\n{GATE.read_text()}END_OF_GATE\n" in script
    indented = textwrap.indent(GATE.read_text(), " " * 6, lambda line: line.strip() != "")
    assert indented in TEMPLATE.read_text()


def test_inputs_stand_where_they_cannot_change_what_the_text_means() -> None:
    body = gitlab.body(TEMPLATE)
    declared = gitlab.header(TEMPLATE)
    used = set()
    for line in body.splitlines():
        for name in re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", line):
            used.add(name)
            row = declared[name]
            if row.get("type") == "array":
                alone = line.strip() == f"$[[ inputs.{name} ]]"  # in a block scalar
                assert alone or re.fullmatch(r"  (needs|rules): \$\[\[ inputs\.\1 \]\]", line), line
            elif row.get("type") != "boolean" and "options" not in row:
                assert row["regex"] in ("^[ -~]*$", "^[ -~]+$") or row["regex"].startswith("^[A-Za-z0-9_."), (
                    line
                )
                assert line.strip() == f"$[[ inputs.{name} ]]" or not row["regex"].startswith("^[ "), line
        assert "$[[" not in re.sub(r"\$\[\[ inputs\.[a-z-]+ \]\]", "", line)
    assert used == set(declared)


def test_no_input_stands_in_a_script() -> None:
    body = gitlab.body(TEMPLATE)
    script = body[body.index("\n  script:") : body.index("\n  artifacts:")]
    assert "$[[" not in script


def test_everything_has_a_default_but_the_profile_and_what_is_installed() -> None:
    declared = gitlab.header(TEMPLATE)
    assert [name for name, row in declared.items() if "default" not in row] == ["profile", "package"]
    assert all(row["description"] for row in declared.values())


def test_every_variable_is_read_and_every_input_is_handed_on() -> None:
    settings = {"job-name", "stage", "needs", "rules", "image", "access"}
    handed = {"iotassess-" + name for name in gitlab.header(TEMPLATE) if name not in settings}
    assert {name.lower().replace("_", "-") for name in made()["variables"]} == handed


def test_the_job_fails_the_pipeline_and_keeps_its_reports() -> None:
    job = made()
    assert job["allow_failure"] is False
    artifacts = job["artifacts"]
    assert artifacts["when"] == "always"
    assert artifacts["access"] == "developer"
    assert artifacts["reports"] == {
        "codequality": "gl-code-quality-report.json",
        "junit": "iotassess-junit.xml",
    }
    assert {*artifacts["paths"], *artifacts["reports"].values()} == REPORTS
    assert job["needs"] == [], "no variable of another job is inherited, unless that job is named"
    assert {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'} in job["rules"]


# --- inputs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_changes_nothing_but_its_variable(value: str) -> None:
    lists = [name for name, row in gitlab.header(TEMPLATE).items() if row.get("type") == "array"]
    lists = [name for name in lists if name not in ("needs", "rules")]
    plain, job = made(), made(**{name: [value, value] for name in lists})
    assert {k: v for k, v in job.items() if k != "variables"} == {
        k: v for k, v in plain.items() if k != "variables"
    }
    seen = gitlab.variables(job, {"CI_JOB_TOKEN": "secret", "HOME": "/root"})
    changed = {name for name, text in seen.items() if text != gitlab.variables(plain, {})[name]}
    assert changed == {"IOTASSESS_" + name.upper().replace("-", "_") for name in lists}
    for name in changed:
        assert json.loads(seen[name]) == [value, value]


@pytest.mark.parametrize("value", ["a\nb: c", "a\rb", "\u0085", "\u2028", "a\tb", "a\n"])
def test_a_line_break_is_refused_where_it_could_end_a_value(value: str) -> None:
    for name, row in gitlab.header(TEMPLATE).items():
        if row.get("type") not in ("array", "boolean"):
            with pytest.raises(gitlab.Refused):
                made(**{name: value})


@pytest.mark.parametrize("value", ["# a", "a: b", "- a", "'", '"', "$(touch pwned)", "| >", "{", "  a"])
def test_a_text_reaches_the_script_as_it_is(value: str) -> None:
    names = ("profile", "policy", "waivers", "against", "nonces-file", "max-age", "as-of", "python")
    seen = gitlab.variables(made(**dict.fromkeys(names, value)), {})
    for name in names:
        assert seen["IOTASSESS_" + name.upper().replace("-", "_")].strip() == value.strip()


def test_only_what_is_installed_has_its_variables_expanded() -> None:
    job = made(package="git+https://job:${CI_JOB_TOKEN}@host/p.git", policy="$CI_JOB_TOKEN")
    seen = gitlab.variables(job, {"CI_JOB_TOKEN": "secret"})
    assert seen["IOTASSESS_PACKAGE"] == "git+https://job:secret@host/p.git"
    assert seen["IOTASSESS_POLICY"] == "$CI_JOB_TOKEN"


# --- the script --------------------------------------------------------------------------------------------


def asked(
    monkeypatch: pytest.MonkeyPatch, folder: Path, code: int = 0, **given: str
) -> tuple[int, list[str]]:
    """Run the script with an environment, the gate left out; gives its exit code and the gate's command."""
    for name in [name for name in os.environ if name.startswith("IOTASSESS_")]:
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(f"IOTASSESS_{name}", value)
    commands: list[list[str]] = []

    def noted(command: list[str], **_: object) -> SimpleNamespace:
        commands.append(command)
        return SimpleNamespace(returncode=code)

    monkeypatch.setattr(subprocess, "run", noted)
    monkeypatch.chdir(folder)
    with pytest.raises(SystemExit) as stop:
        runpy.run_path(str(GATE))
    assert isinstance(stop.value.code, int)
    return stop.value.code, commands[0] if commands else []


def test_hostile_values_are_arguments_and_nothing_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    values = json.dumps(HOSTILE)
    single = dict.fromkeys(["PROFILE", "POLICY", "WAIVERS", "AGAINST", "MAX_AGE", "AS_OF"], HOSTILE[1])
    many = dict.fromkeys(["ARTEFACTS", "TRUST_ANCHORS", "NONCES", "BASELINES", "DENY"], values)
    code, command = asked(monkeypatch, tmp_path, **single, **many, STRICT="true", ALLOW_EXAMPLE="false")
    assert code == 0
    assert command[:5] == [sys.executable, "-I", "-m", "iotassess", "gate"]
    end = command.index("--")
    assert command[end + 1 :] == [HOSTILE[1], *HOSTILE]
    options = [option for option in command[5:end] if not option.startswith("--format=")]
    assert options == [
        *(f"--{name}={HOSTILE[1]}" for name in ("policy", "waivers", "against", "max-age", "as-of")),
        *(f"--{name}={v}" for name in ("trust-anchor", "nonce", "baseline", "deny") for v in HOSTILE),
        "--strict",
    ]


def test_challenges_are_read_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "nonces").write_text("01\n\nb.cbor=02\n")
    _, command = asked(monkeypatch, tmp_path, PROFILE="p", NONCES='["00"]', NONCES_FILE="nonces")
    assert [option for option in command if "nonce" in option] == [
        "--nonce=00",
        "--nonce=01",
        "--nonce=b.cbor=02",
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"PROFILE": ""},
        {"STRICT": "yes"},
        {"ALLOW_EXAMPLE": "TRUE"},
        {"ARTEFACTS": "a"},
        {"DENY": '{"a": 1}'},
        {"NONCES": "[1]"},
        {"BASELINES": "[" * 100_000},
        {"NONCES_FILE": "absent"},
    ],
    ids=lambda given: next(iter(given)),
)
def test_an_input_that_is_unusable_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, str]
) -> None:
    assert asked(monkeypatch, tmp_path, **{"PROFILE": "p", **given}) == (2, [])


@pytest.mark.parametrize("code", [0, 1, 3, 4])
def test_the_gate_s_code_is_the_job_s(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int) -> None:
    assert asked(monkeypatch, tmp_path, code, PROFILE="p")[0] == code


def test_what_the_release_brings_along_is_no_report(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "iotassess.sarif").symlink_to(victim)
    (folder / "iotassess.json").mkdir()
    (folder / "gl-code-quality-report.json").write_text("[]")
    asked(monkeypatch, folder, PROFILE="p")
    assert list(folder.iterdir()) == []
    assert victim.read_text() == "untouched"


# --- the job -----------------------------------------------------------------------------------------------


def test_a_flawed_release_fails_with_its_reports(product: Repository, environ: dict[str, str]) -> None:
    product.release_flawed()
    (job,) = gitlab.interpolated(TEMPLATE, PRODUCT).values()
    ran = gitlab.run(job, product.root, environ)
    assert ran.code == 1, ran.log
    assert all((product.root / name).stat().st_size for name in REPORTS)
    rows = json.loads((product.root / "gl-code-quality-report.json").read_text())
    assert {row["location"]["path"] for row in rows} == {"profile.yaml"}
    assert json.loads((product.root / "iotassess.json").read_text())["gate"]["passed"] is False


@pytest.mark.parametrize("interpreter", gitlab.SHELLS)
def test_what_is_installed_is_one_argument_in_an_environment_of_its_own(
    tmp_path: Path, environ: dict[str, str], interpreter: str
) -> None:
    folder = tmp_path / "work tree"
    folder.mkdir()
    for name in TRAPS:
        (folder / name).write_text(TRAP)
    python = stub.make(tmp_path / "bin" / "my python", tmp_path / "stub")
    package = "x @ file:///a b; touch pwned $(touch pwned)"
    ran = gitlab.run(made(package=package, python=str(python.path)), folder, environ, interpreter)
    assert ran.code == 0, ran.log
    venv, pip, gate = python.calls
    assert venv[:3] == ["-I", "-m", "venv"]
    assert not venv[-1].startswith(str(folder))
    assert pip[:4] == ["-I", "-m", "pip", "install"]
    assert pip[-2:] == ["--", package]
    assert gate == ["-I", "-"]
    assert not list(tmp_path.rglob("pwned"))


def test_a_failed_installation_is_no_pass(tmp_path: Path, environ: dict[str, str]) -> None:
    python = stub.make(tmp_path / "bin" / "my python", tmp_path / "stub")
    python.plays(code="1")
    ran = gitlab.run(made(package="x", python=str(python.path)), tmp_path, environ)
    assert ran.code != 0
    assert len(python.calls) == 1
