"""A stand-in for GitHub's runner: what it makes of an action, a step and a log, as far as tests need it.

Sources: GitHub's metadata syntax for actions, its workflow syntax, its workflow commands, and the runner's
``ActionCommandManager`` (which lines are commands, and what ``stop-commands`` stops).
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

SHELLS = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"], None: ["bash", "-e"]}
"""What ``shell:`` stands for on Linux; without it pipes fail by their last command only."""
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_COMMAND = re.compile(r"::([^ :]+)(?: [^:]*)?::(.*)")
_OLD_COMMAND = re.compile(r".*##\[([^\] ]+)[^\]]*\]")
KNOWN = {
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
}


def read(file: Path) -> dict[str, Any]:
    """A workflow or action; YAML 1.2, so ``on`` is a text and no truth."""
    loaded: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    return loaded


class _Loader(yaml.SafeLoader):
    pass


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def evaluated(text: Any, known: Mapping[str, str]) -> str:
    """Put values into the expressions of a text; one that is not known is empty, as on the service."""
    if isinstance(text, bool):
        return "true" if text else "false"
    return _EXPRESSION.sub(lambda found: known.get(found[1], ""), str(text))


@dataclass
class Ran:
    """What became of a step.

    Attributes:
        code: its exit code.
        log: what it wrote. The runner reads both streams, and nothing tells it how they interleave: here
            standard error comes last.
        outputs: by name.
    """

    code: int
    log: str
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def commands(self) -> list[tuple[str, str]]:
        """Workflow commands that its log issued: name and data."""
        return commands(self.log)


@dataclass
class Runner:
    """A job's machine.

    Attributes:
        workspace: where the repository is checked out.
        temp: the folder for temporary files.
        action: the checkout of the action under test.
        environ: the environment that the machine has.
    """

    workspace: Path
    temp: Path
    action: Path
    environ: dict[str, str]

    @property
    def summary(self) -> str:
        """The summary of the job."""
        file = self.temp / "summary"
        return file.read_text("utf-8") if file.is_file() else ""

    def step(self, step: Mapping[str, Any], known: Mapping[str, str], env: Mapping[str, str] = {}) -> Ran:
        """Run the shell of a step.

        Args:
            step: of the YAML.
            known: expression → value.
            env: of the job.
        """
        script = self.temp / "step.sh"
        script.write_text(evaluated(step["run"], known))
        output = self.temp / "output"
        output.write_text("")
        values = {name: evaluated(value, known) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            [*SHELLS[step.get("shell")], str(script)],
            cwd=self.workspace,
            env={
                **self.environ,
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(self.action),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
                "GITHUB_WORKSPACE": str(self.workspace),
                "RUNNER_TEMP": str(self.temp),
                **env,
                **values,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        log = (done.stdout + done.stderr).decode("utf-8", "replace")
        return Ran(done.returncode, log, outputs(output.read_text()))

    def call(self, inputs: Mapping[str, str], *steps: str) -> Ran:
        """Call the action, or the steps of it that are named.

        Args:
            inputs: as in ``with:``.
            steps: ids; without any, all.
        """
        action = read(self.action / "action.yml")
        unknown = set(inputs) - set(action["inputs"])
        assert not unknown, unknown
        given = {name: inputs.get(name, row.get("default", "")) for name, row in action["inputs"].items()}
        known = {f"inputs.{name}": value for name, value in given.items()}
        ran = Ran(0, "")
        for step in action["runs"]["steps"]:
            if steps and step["id"] not in steps:
                continue
            done = self.step(step, known)
            ran.log += done.log
            ran.code = done.code
            known |= {f"steps.{step['id']}.outputs.{name}": value for name, value in done.outputs.items()}
            if done.code:
                break
        ran.outputs = {name: evaluated(row["value"], known) for name, row in action["outputs"].items()}
        return ran

    def job(
        self, job: Mapping[str, Any], known: Mapping[str, str], action: Callable[[dict[str, str]], Ran]
    ) -> dict[str, Ran]:
        """Run a job of a workflow: its shell, and the action where it is used; others are passed over.

        Args:
            job: of the YAML.
            known: expression → value.
            action: calls the action under test.

        Returns:
            Steps that ran, by id or name.
        """
        known = {"runner.temp": str(self.temp), **known}
        done: dict[str, Ran] = {}
        for step in job["steps"]:
            if "run" in step:
                ran = self.step(step, known)
            elif "/iotassess@" in step["uses"]:
                ran = action({name: evaluated(value, known) for name, value in step["with"].items()})
            else:
                continue
            id = step.get("id", step.get("name", "?"))
            done[id] = ran
            known |= {f"steps.{id}.outputs.{name}": value for name, value in ran.outputs.items()}
            if ran.code:
                break
        return done


def outputs(text: str) -> dict[str, str]:
    """Read what a step wrote to ``GITHUB_OUTPUT``.

    Raises:
        AssertionError: the service would not take it.
    """
    found: dict[str, str] = {}
    rows = iter(text.split("\n"))
    for row in rows:
        if not row:
            continue
        name, shape, rest = re.fullmatch(r"([^=<]+)(=|<<)(.*)", row).groups()  # type: ignore[union-attr]
        if shape == "=":
            found[name] = rest
            continue
        value = []
        for line in rows:
            if line == rest:
                break
            value.append(line)
        else:
            raise AssertionError(f"{name}: no {rest}")
        found[name] = "\n".join(value)
    return found


def commands(log: str) -> list[tuple[str, str]]:
    """Commands that a log issues. The runner reads lines that end in CR, LF or both."""
    issued: list[tuple[str, str]] = []
    stopped: str | None = None
    for line in re.split(r"\r\n|\r|\n", log):
        found = _COMMAND.match(line.lstrip())
        old = _OLD_COMMAND.match(line)
        name = found[1].lower() if found else old[1].lower() if old else ""
        if stopped is not None:
            if name == stopped:
                stopped = None
        elif name == "stop-commands":
            assert found is not None
            stopped = found[2].lower()
        elif name in KNOWN:
            issued.append((name, found[2] if found else ""))
    assert stopped is None, "commands stay stopped"
    return issued


def machine(tmp_path: Path, workspace: Path, action: Path) -> Runner:
    """A machine with the least environment."""
    temp = tmp_path / "runner temp"
    temp.mkdir()
    environ = {
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "PATH": f"{action / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    return Runner(workspace, temp, action, environ)
