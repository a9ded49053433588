"""Coverage-guided fuzzing of every reader, for a moment: that each runs, and that what it finds is kept."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from iotassess.evidence.registry import KINDS
from tests.examples import ROOT
from tests.fuzz import run
from tests.fuzz.targets import dictionary, table
from tests.fuzz.targets.table import BY_ID, TARGETS

RUNS = 25
"""Executions of a target, or its seeds if they are more; ``python -m tests.fuzz.run`` makes the long runs."""

needs_atheris = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris is not installed (pip install atheris)"
)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)
def test_every_target_takes_its_first_inputs(target: table.Target):
    inputs = list(target.seeds())[:3]
    assert inputs, "nothing to begin with"
    for data in inputs:
        target.check(data)


def test_every_kind_is_a_target():
    assert {kind.id for kind in KINDS} <= set(BY_ID)
    assert len(BY_ID) == len(TARGETS)


def test_the_dictionary_is_one_that_the_fuzzer_reads():
    lines = dictionary.text().splitlines()
    assert len(lines) == len(dictionary.tokens()) > 80
    assert all(re.fullmatch(r'"(\\x[0-9a-f]{2})+"', line) for line in lines)


@needs_atheris
def test_every_target_runs_and_finds_nothing(tmp_path: Path):
    command = [sys.executable, "-m", "tests.fuzz.run", "--all", "--runs", str(RUNS), "--keep", str(tmp_path)]
    done = subprocess.run([*command, "--plain"], capture_output=True, text=True, cwd=ROOT, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    tried = dict(re.findall(r"^(\S+) +(\d+) executions", done.stdout, re.MULTILINE))
    assert {target: int(count) >= RUNS for target, count in tried.items()} == dict.fromkeys(BY_ID, True)
    assert list(tmp_path.iterdir()) == []


@needs_atheris
def test_an_input_that_breaks_the_contract_is_kept_and_told(tmp_path: Path):
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.fuzz import run; from tests.fuzz.targets import table\n"
        "def check(data):\n"
        "    if data[:1] == b'x':\n"
        "        raise ValueError('it begins with x')\n"
        "table.BY_ID['odd'] = table.Target('odd', check, lambda: [b'a', b'xyz'])\n"
        "print(run.told(run.fuzz('odd', runs=50, seconds=None, corpus=None, keep=Path(sys.argv[1]))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    kept = [path for path in tmp_path.iterdir() if path.name.startswith("odd-")]
    assert kept
    assert all(path.read_bytes()[:1] == b"x" for path in kept)
    assert "ValueError: it begins with x" in done.stdout


def test_an_unknown_target_is_refused(capsys):
    pytest.importorskip("atheris", reason="atheris is not installed (pip install atheris)")
    with pytest.raises(SystemExit, match="2"):
        run.main(["--target", "nothing", "--plain"])
    assert "no such target: nothing" in capsys.readouterr().err
