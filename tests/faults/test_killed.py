"""Ended while writing, at every moment of it: each file is the old one or the new one, whole."""

import subprocess
import sys

import pytest

from tests.examples import DAY, PROFILES, ROOT
from tests.faults.forking import forked, job

KEY = ROOT / "fixtures" / "keys" / "update-ed25519.key.pem"
ASKED = ["--as-of", DAY, "-b", "nist-ir-8425"]
ENDS = {"SIGKILL": 137, "SIGTERM": 143, "SIGINT": 130}


def reports(bare, out):
    arguments = ["assess", bare, *ASKED, "-f", f"json={out}/a.json", "-f", f"csv={out}/b.csv"]
    return arguments, {"a.json": "old a", "b.csv": "old b"}


def whole(ran, old, new, *, may_leave_parts):
    """Check that every file is one of two, and that what is left beside them cannot be taken for a result."""
    assert all(ran.files[name] in (text, new[name]) for name, text in old.items())
    beside = set(ran.files) - set(old)
    assert may_leave_parts or not beside
    assert all(name.startswith(".") and name.endswith(".part") for name in beside)


@pytest.mark.parametrize("end", ENDS)
def test_a_run_that_is_ended_while_it_writes_reports_leaves_whole_files(bare, out, end):
    arguments, old = reports(bare, out)
    (rows,) = forked(*[job(*arguments, fault=["writing", 0, end], watch=out, old=old)])
    *ended, done = rows
    assert done.code == 0
    assert done.files["a.json"].startswith("{")
    assert len(ended) >= 10
    for number, ran in enumerate(ended):
        assert ran.code == ENDS[end], number
        whole(ran, old, done.files, may_leave_parts=end == "SIGKILL")
    assert any(ran.files["a.json"] == done.files["a.json"] for ran in ended), (
        "one was ended between two files"
    )
    assert ended[0].files == old


def test_nothing_that_was_left_behind_hinders_the_next_run(bare, out):
    arguments, old = reports(bare, out)
    killed, done = forked(
        job(*arguments, fault=["writing", 3, "SIGKILL"], watch=out, old=old), job(*arguments, watch=out)
    )
    assert killed[0].code == 137
    assert len(killed[0].files) == 3, "there is a part"
    assert done[0].code == 0
    assert done[0].files["a.json"].startswith("{")


@pytest.mark.parametrize("end", ENDS)
def test_a_bundle_that_is_ended_while_it_is_made_is_the_old_one(out, tmp_path, end):
    work = tmp_path / "work"
    work.mkdir()
    environment = {"TMPDIR": str(work)}
    arguments = [
        "bundle",
        PROFILES / "smart-plug" / "good.yaml",
        "-o",
        out / "b.zip",
        "--sign-with",
        KEY,
        *ASKED,
    ]
    moments = [1, 2, 3, 9, 18, 30, 60]  # made, filled, tidied up, and written: the last is behind the end
    rows = forked(
        *(
            job(
                *arguments,
                fault=["writing", n, end],
                watch=out,
                old={"b.zip": "old"},
                environment=environment,
            )
            for n in moments
        )
    )
    *_, (done,) = rows
    assert (done.code, done.files["b.zip"][:2]) == (0, "PK")
    for (ran,) in rows[:-1]:
        assert ran.hit
        assert ran.code == ENDS[end]
        whole(ran, {"b.zip": "old"}, done.files, may_leave_parts=end == "SIGKILL")
    assert end == "SIGKILL" or not list(work.glob("iotassess-*")), "copies of evidence are left"


def test_an_interrupt_while_the_program_is_loaded_shows_no_traceback(tmp_path):
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt\n")
    done = subprocess.run(
        [sys.executable, "-m", "iotassess", "list", "formats"], cwd=tmp_path, capture_output=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
