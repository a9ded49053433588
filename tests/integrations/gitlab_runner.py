"""A stand-in for GitLab: it puts inputs into a template, merges jobs and runs one, as far as tests need it.

Sources: GitLab's documentation of inputs, components and ``variables:expand``, and its text interpolation
(a text input is put in as it is, everything else as JSON, before the YAML is read).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.integrations.github_runner import Ran

Job = dict[str, Any]
TYPES = {"string": str, "array": list, "boolean": bool, "number": int}
SHELLS = {"bash": ["bash"], "sh": ["sh"]}
_BLOCK = re.compile(r"\$\[\[ inputs\.([a-z-]+) \]\]")


class Refused(Exception):  # noqa: N818 - what the service says
    """The pipeline is not made."""


def header(template: Path) -> dict[str, dict[str, Any]]:
    """The inputs that a template declares."""
    inputs: dict[str, dict[str, Any]] = yaml.safe_load(_parts(template)[0])["spec"]["inputs"]
    return inputs


def _parts(template: Path) -> tuple[str, str]:
    head, _, body = template.read_text("utf-8").partition("\n---\n")
    return head, body


def body(template: Path) -> str:
    """What stands behind the header of a template."""
    return _parts(template)[1]


def interpolated(template: Path, inputs: Mapping[str, Any]) -> dict[str, Job]:
    """Put inputs into a template.

    Raises:
        Refused: an input is missing, unknown, of another type, or not what its declaration allows.
    """
    declared = header(template)
    if unknown := set(inputs) - set(declared):
        raise Refused(f"unknown: {unknown}")
    values = {name: _value(name, row or {}, inputs) for name, row in declared.items()}

    def put(found: re.Match[str]) -> str:
        value = values[found[1]]
        return value if isinstance(value, str) else as_json(value)

    jobs: dict[str, Job] = yaml.safe_load(_BLOCK.sub(put, body(template)))
    return jobs


def as_json(value: Any) -> str:
    """JSON as Rails writes it."""
    text = json.dumps(value, ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _value(name: str, row: Mapping[str, Any], inputs: Mapping[str, Any]) -> Any:
    if name not in inputs and "default" not in row:
        raise Refused(f"{name}: required")
    value = inputs.get(name, row.get("default"))
    if not isinstance(value, TYPES[row.get("type", "string")]):
        raise Refused(f"{name}: not a {row.get('type', 'string')}")
    if "options" in row and value not in row["options"]:
        raise Refused(f"{name}: none of the options")
    # RE2 takes "$" for the end of the text, Python for that of a last line too.
    if "regex" in row and not re.search(row["regex"].removesuffix("$") + r"\Z", value):
        raise Refused(f"{name}: does not match")
    return value


def merged(job: Job, own: Mapping[str, Any]) -> Job:
    """A job that is included, with what a project says of the job of the same name."""
    found = dict(job)
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(found.get(key), dict)
        found[key] = {**found[key], **value} if both else value
    return found


def variables(job: Job, known: Mapping[str, str]) -> dict[str, str]:
    """The variables of a job, as its scripts see them."""
    found = {}
    for name, row in job["variables"].items():
        value = str(row["value"] if isinstance(row, dict) else row)
        if not isinstance(row, dict) or row.get("expand", True):
            value = re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda m: known.get(m[1] or m[2], ""), value)
        found[name] = value
    return found


def run(job: Job, project: Path, environ: Mapping[str, str], interpreter: str = "bash") -> Ran:
    """Run the scripts of a job in one shell, as the runner does: an error ends it, in a pipe too if it can.

    Args:
        job: with its inputs put in.
        project: the work tree.
        environ: of the machine and the pipeline.
        interpreter: shell that the image has, "bash" or "sh".
    """
    lines = [*job.get("before_script", []), *job["script"]]
    start = "if set -o | grep pipefail > /dev/null; then set -o pipefail; fi; set -o errexit\n"
    done = subprocess.run(
        [*SHELLS[interpreter], "-c", start + "\n".join(lines)],
        cwd=project,
        env={**environ, **variables(job, {**os.environ, **environ})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return Ran(done.returncode, done.stdout.decode("utf-8", "replace"))
