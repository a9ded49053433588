"""The first step of action.yml: iotassess into an environment of its own, whatever lies in the work tree."""

from __future__ import annotations

import os
import re
import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.examples import ROOT
from tests.integrations import stub
from tests.integrations.github_runner import Runner
from tests.integrations.scratch import LOCAL

UNREACHABLE = re.compile(
    r"No matching distribution found for|Could not find a version that satisfies|Network is"
)


def test_the_installation_is_isolated_and_done_once(bare: Runner, tmp_path: Path) -> None:
    python = stub.make(tmp_path / "bin" / "my python", tmp_path / "stub")
    for _ in range(2):
        ran = bare.call({"profile": "profile.yaml", "python": str(python.path)}, "install")
        assert ran.code == 0, ran.log
    asked, venv, pip = python.calls
    assert all(call[0] == "-I" for call in python.calls)
    assert "version_info" in asked[2]
    assert venv == ["-I", "-m", "venv", "--clear", "--", str(bare.temp / "iotassess-venv")]
    assert pip[:4] == ["-I", "-m", "pip", "install"]
    assert pip[-2:] == ["--", str(ROOT)]


def test_an_interpreter_that_is_too_old_is_told(bare: Runner, tmp_path: Path) -> None:
    python = stub.make(tmp_path / "bin" / "python3", tmp_path / "stub")
    python.plays(code="1")
    ran = bare.call({"profile": "profile.yaml", "python": str(python.path)})
    assert ran.code == 2
    assert "Python 3.11 or later" in ran.log
    assert len(python.calls) == 1
    assert set(ran.outputs.values()) == {""}


def supplied(folder: Path) -> Path:
    """An interpreter whose environments have this one's packages, iotassess apart.

    So pip builds and installs iotassess as it does anywhere, and does not take half a minute to fetch what it
    depends on.
    """
    packages = folder / "packages"
    packages.mkdir(parents=True)
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not re.match(
            r"_*(editable|iotassess|pip|setuptools|distutils|pkg_resources|.*\.pth$)", entry.name
        ):
            (packages / entry.name).symlink_to(entry)
    python = folder / "python"
    python.write_text(
        f'#!/bin/sh\nset -e\n"{sys.executable}" "$@"\nfor last; do :; done\n'
        f'for site in "$last"/lib/python*/site-packages; do\n'
        f'  if [ -d "$site" ]; then echo "{packages}" > "$site/supplied.pth"; fi\ndone\n'
    )
    python.chmod(0o755)
    return python


def test_the_real_installation_asks_the_gate(runner: Runner, tmp_path: Path) -> None:
    shutil.rmtree(runner.temp / "iotassess-venv")
    known = ("PIP_", "SSL_", "REQUESTS_", "HTTP", "http", "NO_PROXY", "no_proxy")
    runner.environ |= {name: value for name, value in os.environ.items() if name.startswith(known)}
    runner.environ["PIP_NO_COMPILE"] = "1"  # faster; Python compiles what it imports
    python = supplied(tmp_path / "supplied")
    inputs = {"trust-anchors": "anchors", "nonces-file": "security/nonces.txt", "python": str(python)}
    ran = runner.call({"profile": "profile.yaml", **inputs, **LOCAL})
    if ran.code and UNREACHABLE.search(ran.log):
        pytest.skip("the package registry is not reached")
    assert ran.code == 0, ran.log
    assert ran.outputs["passed"] == "true"
    (package,) = (runner.temp / "iotassess-venv").glob("lib/python*/site-packages/iotassess")
    assert not package.is_symlink()
