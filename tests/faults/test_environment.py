"""Surroundings that lack something: a locale, a home, a name of the user, a folder to work in, a terminal."""

import os
import subprocess
import sys

import pytest

from tests.examples import DAY, ROOT, options
from tests.faults.forking import job, single

NAME = "Zähler \N{LATIN CAPITAL LETTER L WITH STROKE}ódź \N{CJK UNIFIED IDEOGRAPH-6C34}"


@pytest.fixture
def named(plug):
    """A profile of a product whose name is not ASCII, with a warning that quotes it."""
    text = (plug / "good.yaml").read_text().replace("SP-1", NAME)
    (plug / "named.yaml").write_text(text)
    return plug / "named.yaml"


def started(arguments, **settings):
    """Start the program itself, and let nothing be told but by it."""
    done = subprocess.run(
        [sys.executable, "-m", "iotassess", *map(str, arguments)],
        capture_output=True,
        timeout=120,
        **settings,
    )
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_an_empty_environment_a_closed_input_and_a_removed_folder_change_nothing(named, tmp_path):
    arguments = ["assess", named, *options("smart-plug", named.parent), "-f", "json"]
    usual = started(arguments, env={**os.environ, "PYTHONUTF8": "1"})
    assert usual[0] == 0
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'cd "$1"; rmdir "$1"; shift; exec "$@" <&-'
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    command = ["sh", "-c", script, "-", gone, sys.executable, "-m", "iotassess", *arguments]
    done = subprocess.run(list(map(str, command)), capture_output=True, env=bare, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == usual
    assert not gone.exists()


def test_ascii_streams_escape_errors_and_get_reports_in_utf_8(named):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii:strict", "LC_ALL": "POSIX"}
    code, out, _ = started(["assess", named, "--as-of", DAY], env=environment)
    assert code == 0
    assert NAME in out.decode("utf-8")
    code, out, err = started(["assess", named.with_name(f"{NAME}.yaml")], env=environment)
    assert (code, out) == (2, b"")
    assert b"Z\\xe4hler \\u0141\\xf3d\\u017a \\u6c34.yaml: there is no such file" in err


def test_without_a_home_and_without_rights_the_same_is_told(bare, tmp_path):
    arguments = ["assess", bare, "--as-of", DAY, "-b", "nist-ir-8425"]
    surroundings = {"HOME": "/nonexistent", "TMPDIR": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent"}
    tmp_path.chmod(0o555)
    usual, poor = single(
        job(*arguments), job(*arguments, powerless=True, cwd=str(tmp_path), environment=surroundings)
    )
    tmp_path.chmod(0o755)
    assert usual.code == 0
    assert poor == usual


def test_no_shape_of_the_terminal_changes_what_is_told(bare):
    shapes = [{"COLUMNS": each} for each in ("0", "1", "-5", "garbage", "9" * 40, "")]
    shapes += [{"TERM": "dumb"}, {"TERM": ""}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}, {"LINES": "x"}]
    usual = {"COLUMNS": "100", "TERM": "xterm"}
    jobs = [job("list", "formats", environment={**usual, **each}) for each in ({}, *shapes)]
    first, *others = single(*jobs)
    assert first.code == 0
    words = first.out.split()
    for shape, ran in zip(shapes, others, strict=True):
        assert ran.code == 0, shape
        assert "\x1b" not in ran.out
        assert ran.out.split() == words or "COLUMNS" in shape, shape
        assert sorted(set(ran.out.split()) & {"json", "html", "sarif"}) == ["html", "json", "sarif"]


@pytest.mark.parametrize("command", ["bundle", "assess"])
def test_a_run_leaves_nothing_in_home_the_working_folder_and_the_temporary_one(plug, tmp_path, out, command):
    places = {
        name: tmp_path / name for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "work")
    }
    for place in places.values():
        place.mkdir()
    key = ROOT / "fixtures" / "keys" / "verifier.key.pem"
    arguments = [command, plug / "good.yaml", "--as-of", DAY]
    arguments += ["-f", f"json={out}/r"] if command == "assess" else ["-o", out / "r", "--sign-with", key]
    environment = {name: str(place) for name, place in places.items()}
    (ran,) = single(job(*arguments, environment=environment, cwd=str(places["work"]), watch=out))
    assert (ran.code, list(ran.files)) == (0, ["r"])
    assert [path for place in places.values() for path in place.rglob("*")] == []
