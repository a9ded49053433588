"""Hold the lock against the list of known vulnerabilities: the last step of ``make lint``.

pip-audit asks the Python Package Index about each version of the lock. A vulnerability fails the run. Where
the index does not answer, or knows nothing of what is asked, that is said in one line and nothing fails: a
machine without a network can still build, and nobody takes silence for a clean bill.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from requirements.pins import FILES, pins, place

PATIENCE = 60
"""Seconds for one call of pip-audit, which asks about some 150 versions."""

PATIENCE_WITH_ONE = 10
"""Seconds for one answer of the index; the second call is not made where the first one came to nothing."""

PIP_AUDIT = "IOTASSESS_PIP_AUDIT"
"""Environment variable that names another program to ask."""


class Answer(NamedTuple):
    """What pip-audit said.

    Attributes:
        audited: versions that the index knows, as ``name version``.
        unknown: those that it was asked about in vain.
        found: a line for each vulnerability.
    """

    audited: tuple[str, ...]
    unknown: tuple[str, ...]
    found: tuple[str, ...]


def ask(lock: Path, seconds: int) -> Answer | None:
    """Ask about every version in a file of the lock; nothing where no answer came."""
    program = os.environ.get(PIP_AUDIT)
    called = [program] if program else [sys.executable, "-m", "pip_audit"]
    options = ["--requirement", str(lock), "--require-hashes", "--disable-pip", "--format", "json"]
    quiet = ["--progress-spinner", "off", "--timeout", str(PATIENCE_WITH_ONE)]
    try:
        ran = subprocess.run([*called, *options, *quiet], check=False, capture_output=True, timeout=seconds)
        said = json.loads(ran.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return _answer(said["dependencies"])


def _answer(rows: list[Mapping[str, Any]]) -> Answer:
    known = [row for row in rows if "skip_reason" not in row]
    found = [
        f"{row['name']} {row['version']}: {fault['id']}, mended {' '.join(fault['fix_versions']) or 'none'}"
        for row in known
        for fault in row.get("vulns", ())
    ]
    return Answer(
        tuple(f"{row['name']} {row['version']}" for row in known),
        tuple(row["name"] for row in rows if "skip_reason" in row),
        tuple(found),
    )


def first_entry(lock: Path, folder: Path) -> Path:
    """A lock of one version, to learn quickly whether anybody answers."""
    pin = pins(lock.read_text("utf-8"))[0]
    alone = folder / "one.txt"
    hashes = " ".join(f"--hash=sha256:{digest}" for digest in pin.hashes)
    alone.write_text(f"{pin.name}=={pin.version} {hashes}\n", "utf-8")
    return alone


def audit(locks: list[Path]) -> tuple[int, str]:
    """Hold files of the lock against what is known.

    Returns:
        Exit code: 1 where a vulnerability was found, else 0; and the lines to print.
    """
    with tempfile.TemporaryDirectory() as folder:
        probe = ask(first_entry(locks[0], Path(folder)), PATIENCE_WITH_ONE)
    if probe is None or not (probe.audited or probe.found):
        return 0, "pip-audit: NOT AUDITED: the list of known vulnerabilities cannot be reached from here"
    answers = [ask(lock, PATIENCE) for lock in locks]
    given = [answer for answer in answers if answer is not None]
    found = sorted({line for answer in given for line in answer.found})
    audited = {version for answer in given for version in answer.audited}
    unknown = sorted({name for answer in given for name in answer.unknown})
    unanswered = [lock.name for lock, answer in zip(locks, answers, strict=True) if answer is None]
    lines = [f"pip-audit: {line}" for line in found]
    lines += [f"pip-audit: {len(audited)} versions audited, {len(found)} known vulnerabilities"]
    lines += [f"pip-audit: NOT AUDITED: {', '.join(unknown + unanswered)}"] if unknown or unanswered else []
    return (1 if found else 0), "\n".join(lines)


if __name__ == "__main__":
    code, told = audit([place(file) for file in FILES])
    print(told)
    sys.exit(code)
