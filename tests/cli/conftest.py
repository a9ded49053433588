"""Command lines, run in this process or in one of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from iotassess.cli.main import call
from tests.examples import copy


class Ran(NamedTuple):
    """What came of a command line."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


@pytest.fixture
def run(capfd):
    """Runs a command line in this process; whatever happens, there is no traceback."""

    def runs(*arguments: object) -> Ran:
        capfd.readouterr()
        code = call([str(argument) for argument in arguments])
        ran = Ran(code, *capfd.readouterr())
        assert "Traceback" not in ran.err
        assert "Traceback" not in ran.out
        return ran

    return runs


@pytest.fixture
def process(tmp_path):
    """Runs ``python -m iotassess`` as a process of its own."""

    def runs(*arguments: object, cwd: Path | None = None, **environment: str | None) -> Ran:
        settings = {**os.environ, **environment}
        done = subprocess.run(
            [sys.executable, "-m", "iotassess", *map(os.fsencode, map(str, arguments))],
            capture_output=True,
            cwd=cwd or tmp_path,
            env={name: value for name, value in settings.items() if value is not None},
            timeout=120,
        )
        ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in ran.err
        return ran

    return runs


@pytest.fixture
def node(tmp_path):
    """A copy of the sensor node's folder."""
    return copy("sensor-node", tmp_path)


@pytest.fixture
def plug(tmp_path):
    """A copy of the smart plug's folder."""
    return copy("smart-plug", tmp_path)


@pytest.fixture
def unreadable(tmp_path, monkeypatch):
    """A file that may not be read, not even by root."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"x")
    opened = os.open

    def refuse(path: Any, *arguments: Any, **named: Any) -> int:
        if str(path) == str(secret):
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **named)

    monkeypatch.setattr(os, "open", refuse)
    return secret


@pytest.fixture
def untouched(tmp_path):
    """Gives what is in the test's folder, to see that nothing was written."""

    def contents() -> dict[str, int]:
        return {str(path): path.lstat().st_mtime_ns for path in sorted(tmp_path.rglob("*"))}

    return contents
