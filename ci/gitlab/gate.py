"""The gate in a job of GitLab: asks what the inputs of templates/gate/template.yml say.

The template holds this text, since of a component GitLab hands out its template.yml and nothing else.
Inputs come as environment variables, lists of them as JSON: none is ever a part of a command. Reports have
fixed names, and what lies there before is a forgery. Needs the standard library, and an interpreter that
imports iotassess.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

REPORTS = {
    "gitlab": "gl-code-quality-report.json",
    "junit": "iotassess-junit.xml",
    "sarif": "iotassess.sarif",
    "json": "iotassess.json",
    "badge": "iotassess.svg",
}
SINGLE = ("policy", "waivers", "against", "max-age", "as-of")
MANY = {"trust-anchors": "trust-anchor", "nonces": "nonce", "baselines": "baseline", "deny": "deny"}
FLAGS = ("strict", "allow-example")


def refuse(message: str) -> NoReturn:
    """Say what is wrong with an input, and end with the code for usage."""
    print(f"iotassess: {message}", file=sys.stderr)
    sys.exit(2)


def given(name: str) -> str:
    """The value of an input; "" where there is none."""
    return os.environ.get("IOTASSESS_" + name.upper().replace("-", "_"), "")


def listed(name: str) -> list[str]:
    """The values of an input that is a list."""
    try:
        values = json.loads(given(name) or "[]")
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        refuse(f"{name}: got {given(name)!r}, expected a list of texts")
    return [value for value in values if value]


def challenges() -> list[str]:
    """The lines of the file of nonces, where one is named."""
    if not given("nonces-file"):
        return []
    try:
        text = Path(given("nonces-file")).read_text("utf-8")
    except (OSError, ValueError) as fault:
        refuse(f"nonces-file: cannot read {given('nonces-file')!r}: {fault}")
    return [line for line in text.splitlines() if line]


def arguments() -> list[str]:
    """The gate's command line. Options stand before ``--``, so that no path is taken for one."""
    if not given("profile"):
        refuse("profile: got nothing, expected the path of a profile")
    for name in FLAGS:
        if given(name) not in ("true", "false", ""):
            refuse(f"{name}: got {given(name)!r}, expected true or false")
    return [
        *(f"--{name}={given(name)}" for name in SINGLE if given(name)),
        *(f"--{option}={value}" for name, option in MANY.items() for value in listed(name)),
        *(f"--nonce={line}" for line in challenges()),
        *(f"--{name}" for name in FLAGS if given(name) == "true"),
        *(f"--format={format}={file}" for format, file in REPORTS.items()),
        "--format=text",
        "--",
        given("profile"),
        *listed("artefacts"),
    ]


def clear(path: Path) -> None:
    """Remove what the release brings along under the name of a report, a link included."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


for report in REPORTS.values():
    clear(Path(report))
command = [sys.executable, "-I", "-m", "iotassess", "gate", *arguments()]
done = subprocess.run(command, stdin=subprocess.DEVNULL, check=False)  # noqa: S603 - a list, and no shell
sys.exit(done.returncode)
