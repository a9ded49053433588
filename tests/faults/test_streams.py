"""Readers that go away: the exit code stays that of the judgement, and files are written all the same."""

import json
import os
import shlex
import subprocess
import sys

from tests.examples import DAY, PROFILES
from tests.faults.forking import job, single

PLUG = PROFILES / "smart-plug"
ASKED = ["--as-of", DAY, "-b", "nist-ir-8425"]

CODES = [
    (["assess", PLUG / "flawed.yaml", *ASKED], 0),
    (["assess", PLUG / "flawed.yaml", *ASKED, "-f", "json"], 0),
    (["gate", PLUG / "flawed.yaml", *ASKED], 1),
    (["gate", PLUG / "flawed.yaml", *ASKED, "-f", "json"], 1),
    (["gate", PLUG / "README.md"], 3),
    (["verify", PLUG / "evidence" / "eat.cbor"], 1),
    (["verify", PLUG / "evidence" / "eat.cbor", "-f", "json"], 1),
    (["verify", PLUG / "README.md"], 3),
    (["inspect", PLUG / "README.md"], 3),
    (["inspect", PLUG / "evidence", "-f", "json"], 0),
    (["validate", PLUG / "README.md"], 3),
    (["validate", PLUG / "good.yaml", "-f", "json"], 0),
    (["explain", "GP-TM-03", PLUG / "good.yaml"], 0),
    (["list", "probes", "-f", "json"], 0),
    (["schema", "assessment"], 0),
    (["ics", "export", PLUG / "good.yaml"], 0),
    (["ics", "import", PLUG / "README.md"], 3),
    (["bundle", "show", PLUG / "README.md"], 3),
    (["--help"], 0),
    (["--version"], 0),
    (["list", "nothing"], 2),
    (["--no-such"], 2),
    (["assess"], 2),
    ([], 2),
]


def test_the_exit_code_is_that_of_the_judgement_though_nobody_reads_on():
    runs = single(*(job(*each, out="gone") for each, _ in CODES))
    for (arguments, code), ran in zip(CODES, runs, strict=True):
        assert ran.code == code, arguments
        assert "a bug in" not in ran.err


def test_the_exit_code_is_that_of_the_judgement_though_nobody_is_told_of_errors_either():
    failing = [(arguments, code) for arguments, code in CODES if code]
    runs = single(*(job(*each, out="gone", err="gone") for each, _ in failing))
    for (arguments, code), ran in zip(failing, runs, strict=True):
        assert ran.code == code, arguments


def test_what_is_worse_is_not_lost_with_the_reader(tmp_path):
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    single(
        *(
            job("assess", PLUG / f"{twin}.yaml", *ASKED, "-f", f"json={file}")
            for twin, file in (("good", old), ("flawed", new))
        )
    )
    arguments = ["diff", old, new, "--exit-code"]
    assert [ran.code for ran in single(job(*arguments), job(*arguments, out="gone"))] == [1, 1]


def test_files_are_written_though_nobody_reads_the_rest(tmp_path):
    arguments = ["gate", PLUG / "flawed.yaml", *ASKED, "-f", "text", "-f", f"json={tmp_path}/a.json"]
    (ran,) = single(job(*arguments, out="gone", watch=tmp_path))
    assert ran.code == 1
    assert json.loads(ran.files["a.json"])["gate"]["passed"] is False


def test_streams_that_are_closed_from_the_start_take_no_part_of_a_file(tmp_path):
    # What is opened first then gets their numbers.
    gate = ["gate", PLUG / "flawed.yaml", *ASKED, "-f", "text", "-f", "json=a.json"]
    command = shlex.join([sys.executable, "-m", "iotassess", *map(str, gate)])
    done = subprocess.run(["sh", "-c", f"{command} <&- >&- 2>&-"], cwd=tmp_path, timeout=60, check=False)
    assert done.returncode == 1
    assert json.loads((tmp_path / "a.json").read_text())["gate"]["passed"] is False


def test_a_usage_error_with_no_stream_to_tell_it_on_is_exit_2():
    command = f"{shlex.quote(sys.executable)} -m iotassess --no-such >&- 2>&-"
    assert subprocess.run(["sh", "-c", command], timeout=60, check=False).returncode == 2


def test_a_slow_reader_of_a_stream_that_does_not_wait_gets_all_of_it():
    arguments = ["inspect", PLUG / "evidence", "-f", "json"]
    large = ["list", "requirements", "-f", "json"]
    quick, slow, more = single(job(*arguments), job(*arguments, late=0.3), job(*large, late=0.3))
    assert (quick.code, slow.code, more.code) == (0, 0, 0)
    assert slow.out == quick.out
    assert len(more.out) > 1 << 16, "more than a pipe holds"
    assert more.json


def test_a_pipe_named_as_a_file_whose_reader_goes_away_is_exit_2(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    arguments = ["assess", PLUG / "good.yaml", *ASKED, "-f", f"json={pipe}"]
    with subprocess.Popen(
        [sys.executable, "-m", "iotassess", *map(str, arguments)], stderr=subprocess.PIPE, text=True
    ) as running:
        while not running.poll() and not _ready(reader):
            pass
        os.close(reader)
        assert f"cannot write {pipe}: Broken pipe" in running.stderr.read()
    assert running.returncode == 2


def _ready(reader):
    """Read a little, once there is something."""
    try:
        return os.read(reader, 10)
    except BlockingIOError:
        return b""
