"""Too little of everything, and inputs that fail or go away while they are read."""

import shutil
import subprocess
import sys

import pytest

from iotassess.cli.main import call
from tests.examples import DAY, PROFILES, ROOT, options
from tests.faults.forking import forked, job, single

KEY = ROOT / "fixtures" / "keys" / "verifier.key.pem"
ASKED = ["--as-of", DAY, "-b", "nist-ir-8425"]


def test_too_few_open_files_are_told_and_are_no_bug(plug):
    arguments = ["assess", plug / "good.yaml", *ASKED]
    runs = single(*(job(*arguments, limits={"RLIMIT_NOFILE": n}) for n in (0, 1, 2, 3, 4, 5, 6, 7, 8, 64)))
    assert runs[-1].code == 0
    assert runs[0].code in (2, 3)
    for ran in runs:
        assert ran.code in (0, 2, 3), ran.err
        assert ran.out == "" or ran.code == 0
        assert "bug" not in ran.err


def test_a_program_that_is_started_with_too_few_files_or_too_little_memory_ends_with_no_verdict(bare):
    for limit in ("-n 4", "-v 60000"):
        command = f'ulimit {limit}; exec "$0" -m iotassess gate "$1"'
        done = subprocess.run(["sh", "-c", command, sys.executable, bare], capture_output=True, timeout=60)
        assert done.returncode not in (0, 4)
        assert done.stdout == b""


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (MemoryError(), "there is not enough memory\n  give iotassess more"),
        (
            OSError(24, "Too many open files", "a"),
            "the system refused: Too many open files (a)\n  make room, or",
        ),
    ],
)
def test_what_the_machine_does_not_give_is_exit_2_wherever_it_is_missed(capfd, monkeypatch, fault, told):
    def fail(*_):
        raise fault

    monkeypatch.setattr("iotassess.cli.looking_up.list_rows", fail)
    assert call(["list", "formats"]) == 2
    assert capfd.readouterr().err.startswith(f"iotassess: {told}")


def test_too_little_memory_is_no_bug_and_gives_no_traceback(plug, tmp_path):
    large = tmp_path / "large.suit"
    large.write_bytes(b"\xd8\x6b" + (plug / "evidence" / "update.suit").read_bytes() + bytes(15 << 20))
    (plug / "long.yaml").write_text((plug / "good.yaml").read_text() + "# long\n" * 100_000)
    commands = [
        ["inspect", large],
        ["gate", plug / "long.yaml", large, *ASKED],
        ["validate", plug / "long.yaml"],
    ]
    wanted = [job(*each, limits={"RLIMIT_AS": more << 20}) for each in commands for more in (0, 4, 20)]
    runs = single(*wanted)
    for ran in runs:
        assert ran.code in (0, 1, 2, 3), ran.err
        assert "bug" not in ran.err


LEVELS = ("L0", "L1", "L2", "L3", "L4")


def standing(document):
    """Level and share of what is proven, of every baseline."""
    return [(LEVELS.index(row["level"]), row["proven"]) for row in document["baselines"]]


@pytest.mark.parametrize("action", ["EIO", "remove"])
def test_no_file_that_fails_while_it_is_read_raises_a_verdict_or_ends_in_a_bug(plug, action):
    arguments = ["gate", plug / "good.yaml", plug / "evidence" / "eat.cbor", *options("smart-plug", plug)]
    arguments += ["-b", "enisa-gp-tm", "--allow-example", "-f", "json"]
    ((whole,),) = forked(job(*arguments))
    best = standing(whole.json)
    codes = []
    for n in range(1, 40):
        shutil.rmtree(plug)
        shutil.copytree(PROFILES / "smart-plug", plug)
        (ran,) = single(job(*arguments, fault=[str(plug), n, action]))
        if not ran.hit:
            break
        codes.append(ran.code)
        assert ran.code in (1, 2, 3) or ran.code == whole.code, ran.err
        assert "bug" not in ran.err
        if ran.out:
            assert all(now <= then for now, then in zip(standing(ran.json), best, strict=ran.code != 3))
    assert 10 < len(codes) < 39
    assert {2, 3} <= set(codes), "the profile cannot be read; an anchor cannot"


@pytest.mark.parametrize("action", ["EIO", "remove"])
def test_no_file_that_fails_while_it_is_packed_gives_a_bundle(plug, out, action):
    arguments = [
        "bundle",
        plug / "good.yaml",
        *ASKED,
        "-t",
        plug / "anchors",
        "--sign-with",
        KEY,
        "-o",
        out / "b",
    ]
    for n in (1, 3, 6, 9, 12):
        shutil.rmtree(plug)
        shutil.copytree(PROFILES / "smart-plug", plug)
        (ran,) = single(job(*arguments, fault=[str(plug), n, action], watch=out))
        assert ran.hit
        assert (ran.code in (2, 3), ran.files) == (True, {}), n
        assert "bug" not in ran.err


def test_inputs_without_permission_to_read_have_their_codes(plug):
    evidence = plug / "evidence" / "eat.cbor"
    anchor = plug / "anchors" / "update" / "update-ed25519.pub.pem"
    key = plug / "key.pem"
    key.write_bytes(KEY.read_bytes())
    closed = plug / "closed"
    closed.mkdir()
    for path in (evidence, anchor, key, closed):
        path.chmod(0)
    profile = plug / "good.yaml"
    wanted = [
        (["gate", profile, evidence, *ASKED], 3),
        (["verify", evidence], 3),
        (["inspect", closed], 3),
        (["assess", profile, "-t", anchor, *ASKED], 2),
        (["assess", profile, "-t", closed, *ASKED], 2),
        (["assess", profile, *ASKED, "-f", f"ear={plug}/r", "--sign-with", key], 2),
        (["assess", profile, evidence, *ASKED], 0),
        (["assess", key], 3),
        (["validate", key], 3),
        (["diff", key, key], 2),
        (["bundle", "show", key], 2),
        (["ics", "import", key], 3),
        (["gate", profile, "--policy", key], 2),
        (["gate", profile, "--against", key], 2),
    ]
    runs = single(*(job(*arguments, powerless=True) for arguments, _ in wanted))
    closed.chmod(0o755)
    for (arguments, code), ran in zip(wanted, runs, strict=True):
        assert ran.code == code, (arguments, ran.err)
        assert "bug" not in ran.err


@pytest.mark.parametrize("file", ["/proc/self/mem", "/dev/null", "/proc/self/environ"])
def test_files_that_the_system_makes_up_are_read_or_refused(file):
    runs = single(*(job(command, file) for command in ("inspect", "verify", "assess", "gate", "validate")))
    assert [ran.code for ran in runs] == [3] * 5


def test_a_folder_of_thousands_of_files_that_are_nothing_is_read_to_its_end(tmp_path, plug):
    many = tmp_path / "many"
    many.mkdir()
    for number in range(5_000):
        (many / f"{number:04}.txt").write_text("nothing\n")
    shutil.copy(plug / "evidence" / "eat.cbor", many)
    (ran,) = single(job("inspect", many, "-f", "json"))
    assert ran.code == 0
    assert [row["path"] for row in ran.json["artefacts"]] == [f"{many}/eat.cbor"]
    assert ran.err.count(f"{many}/") == 5_000
