"""A full disk: what was there stays, nothing half is left, and the run says so with exit code 2."""

import os
import shutil
import subprocess
import sys

import pytest

from iotassess.report.registry import FORMATS
from tests.examples import DAY, PROFILES, ROOT
from tests.faults.forking import forked, job, single

KEY = ROOT / "fixtures" / "keys" / "verifier.key.pem"
PLUG = PROFILES / "smart-plug"
FULL = "No space left on device"
TINY = {"RLIMIT_FSIZE": 2}
"""Bytes of the largest file that may be written: less than any report has."""
ASKED = ["--as-of", DAY, "-b", "nist-ir-8425"]
"""The smallest baseline: what is judged is not the subject."""


def writers(bare, out):
    """Every way to write a file: its options, and the file."""
    for row in FORMATS:
        more = ["-b", "etsi-en-303-645"] if row.id == "oscal-mapping" else []
        yield ["assess", bare, *ASKED, *more, "-f", f"{row.id}={out}/report"]
    yield ["gate", bare, *ASKED, "-f", f"json={out}/report"]
    for name in ("csv", "markdown"):
        yield ["ics", "export", bare, "--as-of", DAY, "-f", f"{name}={out}/report"]


def test_every_report_is_left_as_it_was_where_no_room_is_left(bare, out):
    jobs = [job(*each, limits=TINY, watch=out, old={"report": "old"}) for each in writers(bare, out)]
    signed = ["assess", PLUG / "good.yaml", *ASKED, "--sign-with", KEY, "-f", f"ear={out}/report"]
    jobs.append(job(*signed, limits=TINY, watch=out, old={"report": "old"}))
    for ran in single(*jobs):
        assert (ran.code, ran.out, ran.files) == (2, "", {"report": "old"}), ran.err
        assert f"cannot write {out}/report: File too large\n  make room, or name a file" in ran.err


def test_a_workbook_that_has_no_room_for_its_temporary_files_is_not_written(bare, out):
    arguments = ["ics", "export", bare, "--as-of", DAY, "-f", f"xlsx={out}/report"]
    (ran,) = single(job(*arguments, limits=TINY, watch=out, old={"report": "old"}))
    assert (ran.code, ran.out, ran.files) == (2, "", {"report": "old"})
    assert "the workbook cannot be written to a temporary file: " in ran.err


def test_a_bundle_is_left_as_it_was_where_no_room_is_left_for_it_or_for_its_files(out):
    arguments = ["bundle", PLUG / "good.yaml", "-o", out / "b.zip", "--sign-with", KEY, *ASKED]
    files, bundle = single(
        job(*arguments, limits=TINY, watch=out, old={"b.zip": "old"}),
        job(*arguments, limits={"RLIMIT_FSIZE": 100_000}, watch=out, old={"b.zip": "old"}),
    )
    assert (files.code, files.files) == (bundle.code, bundle.files) == (2, {"b.zip": "old"})
    assert "cannot be put into a temporary folder: File too large\n  make room" in files.err
    assert f"cannot write {out}/b.zip: File too large" in bundle.err


def test_of_several_reports_none_is_replaced_where_one_has_no_room(bare, out):
    old = {"a.json": "old a", "b.csv": "old b", "c.svg": "old c"}
    arguments = ["assess", bare, *ASKED]
    for (name, _), id in zip(old.items(), ("json", "csv", "badge"), strict=True):
        arguments += ["-f", f"{id}={out / name}"]
    (rows,) = forked(job(*arguments, fault=["writing", 0, "ENOSPC"], watch=out, old=old))
    *failed, done = rows
    assert done.code == 0
    assert len(failed) >= 12, "each of three is made, written, flushed, and put in its place"
    for ran in failed:
        assert ran.code == 2
        assert FULL in ran.err
        assert set(ran.files) == set(old)
        assert all(text in (old[name], done.files[name]) for name, text in ran.files.items())
    # Only renaming, which takes no room, could leave some of them new.
    mixed = [ran for ran in failed if ran.files != old]
    assert len(mixed) < len(old)


@pytest.mark.skipif(not shutil.which("unshare"), reason="no file system can be mounted here")
def test_a_real_file_system_that_is_full(bare, out):
    script = """
        mount -t tmpfs -o size=64k none "$1" || exit 77
        printf old > "$1/a.json"; cat /dev/zero > "$1/filling" 2>/dev/null
        "$2" -m iotassess assess "$3" -f "json=$1/a.json"; code=$?
        ls -A "$1"; cat "$1/a.json"; exit $code
    """
    command = ["unshare", "-rm", "sh", "-c", script, "-", out, sys.executable, bare]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60)
    if done.returncode in (1, 77):
        pytest.skip("no file system can be mounted here")
    assert (done.returncode, done.stdout) == (2, "a.json\nfilling\nold")
    assert f"cannot write {out}/a.json: {FULL}" in done.stderr


FLAWED = PLUG / "flawed.yaml"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device here")  # noqa: PTH110
def test_no_command_succeeds_or_judges_where_its_report_has_no_room(tmp_path, bare):
    old = tmp_path / "old.json"
    single(job("assess", bare, *ASKED, "-f", f"json={old}"))
    told = [
        ["assess", bare, *ASKED],
        ["gate", FLAWED, *ASKED, "--allow-example"],
        ["gate", bare, *ASKED, "-f", "json"],
        ["verify", PLUG / "evidence"],
        ["inspect", PLUG / "evidence", "-f", "json"],
        ["validate", FLAWED],
        ["explain", "GP-TM-01"],
        ["explain", "GP-TM-01", bare, "-f", "json"],
        ["list", "probes"],
        ["schema", "profile"],
        ["diff", old, old],
        ["ics", "export", bare],
        ["--version"],
        ["--help"],
        ["list", "--help"],
    ]
    for arguments, ran in zip(told, single(*(job(*each, out="/dev/full") for each in told)), strict=True):
        assert (ran.code, FULL in ran.err) == (2, True), arguments


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device here")  # noqa: PTH110
def test_what_cannot_be_told_on_standard_error_changes_no_exit_code():
    told = {
        ("gate", FLAWED, *ASKED): 1,
        ("validate", PLUG / "README.md"): 3,
        ("list", "nothing"): 2,
        ("--no-such",): 2,
        ("assess",): 2,
        ("assess", FLAWED, *ASKED): 0,
    }
    for (arguments, code), ran in zip(
        told.items(), single(*(job(*each, err="/dev/full") for each in told)), strict=True
    ):
        assert ran.code == code, arguments


def test_files_are_written_though_standard_output_is_full(bare, out):
    arguments = ["assess", bare, *ASKED, "-f", "text", "-f", f"json={out}/a.json"]
    (ran,) = single(job(*arguments, out="/dev/full", watch=out))
    assert ran.code == 2
    assert ran.files["a.json"].startswith("{")
