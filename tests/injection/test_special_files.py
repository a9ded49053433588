"""What is no plain file, in every place where the command line takes one: refused, and never waited for."""

import os
import signal
import socket
import stat
from pathlib import Path

import pytest

from iotassess.cli.main import call
from tests.injection.places import OUTPUTS, PLACES, work_in
from tests.report.hostile import harmful

SECONDS = 20
"""After so long a call counts as one that hangs; each of them takes a fraction of one."""

LISTED = {"assess ARTEFACT", "explain ARTEFACT", "explain PROFILE"}
"""What is named there may be unreadable: it is listed, and what needed it falls back."""

FOLDERS = {"assess ARTEFACT", "explain ARTEFACT", "gate ARTEFACT", "verify ARTEFACT", "inspect ARTEFACT"}
"""Places that take a folder, too."""


@pytest.fixture(autouse=True)
def in_time():
    def hang(*_):
        raise AssertionError(f"nothing came within {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, hang)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def special(tmp_path, monkeypatch):
    """Kind → the path of one."""
    work_in(tmp_path, monkeypatch)

    def make(kind):
        path = tmp_path / "special"
        if kind == "fifo":
            os.mkfifo(path)
        elif kind == "socket":
            with socket.socket(socket.AF_UNIX) as made:
                made.bind("special")
        elif kind == "folder":
            path.mkdir()
        elif kind == "loop":
            path.symlink_to(path)
        elif kind == "dangling":
            path.symlink_to(tmp_path / "nowhere")
        elif kind == "link to a pipe":
            os.mkfifo(tmp_path / "pipe")
            path.symlink_to(tmp_path / "pipe")
        elif kind == "below a file":
            path.write_bytes(b"x")
            return path / "inside"
        elif kind == "NUL":
            return f"{path}\0x"
        elif kind == "too long":
            return "x" * 5000
        else:
            path = Path(kind)
            if not path.exists() or not stat.S_ISCHR(path.stat().st_mode):
                pytest.skip(f"there is no device {kind} here")
        return path

    return make


def said(capfd, arguments):
    capfd.readouterr()
    code = call(arguments)
    shown = "".join(capfd.readouterr())
    assert "Traceback" not in shown
    assert harmful(shown) == set()
    return code, shown


KINDS = ("socket", "/dev/zero", "loop", "NUL", "too long")
EVIDENCE = sorted(place for place in PLACES if place.endswith((" ARTEFACT", " -t", "--image")))
"""What may come from the judged party. The other files are the user's own, who may name the pipe of
``<(command)``: it is waited for."""

SAME = ("gate PROFILE", "gate ARTEFACT", "gate --waivers", "explain", "ics export", "bundle create PROFILE")
"""Places that read as others do: one kind is enough to see that they do."""

TRIED = [(place, kind) for place in PLACES for kind in KINDS if kind == "NUL" or not place.startswith(SAME)]


@pytest.mark.parametrize(("place", "kind"), TRIED)
def test_what_is_no_plain_file_is_refused_at_once(special, monkeypatch, capfd, place, kind):
    if kind == "/dev/zero" and place.startswith(("bundle verify", "bundle show")):
        monkeypatch.setattr("iotassess.bundle.archive.MAX_TOTAL_BYTES", 1 << 20)
        monkeypatch.setattr("iotassess.cli.bundling.MAX_TOTAL_BYTES", 1 << 20, raising=False)
    code, shown = said(capfd, PLACES[place](str(special(kind))))
    assert code in (2, 3) or (code == 0 and place in LISTED), shown
    assert shown.strip()
    if code == 0:
        assert "special" in shown or "/dev/" in shown or "not" in shown


@pytest.mark.parametrize("place", sorted(set(PLACES) - FOLDERS))
def test_a_folder_where_a_file_is_wanted_is_refused(special, capfd, place):
    code, shown = said(capfd, PLACES[place](str(special("folder"))))
    assert code in (2, 3) or (code == 0 and place in LISTED), shown


@pytest.mark.parametrize("place", sorted(FOLDERS))
def test_an_empty_folder_of_artefacts_is_no_evidence(special, capfd, place):
    code, shown = said(capfd, PLACES[place](str(special("folder"))))
    assert code == (0 if place in LISTED else 3), shown


@pytest.mark.parametrize("kind", ["folder", "socket", "loop", "below a file", "NUL", "too long"])
@pytest.mark.parametrize("place", OUTPUTS)
def test_what_cannot_be_written_to_is_refused_and_left_alone(special, tmp_path, capfd, place, kind):
    path = special(kind)
    before = {one.name: one.lstat().st_mode for one in tmp_path.iterdir()}
    code, shown = said(capfd, OUTPUTS[place](str(path)))
    assert code == 2, shown
    assert {one.name: one.lstat().st_mode for one in tmp_path.iterdir()} == before


@pytest.mark.parametrize("kind", ["fifo", "link to a pipe"])
@pytest.mark.parametrize("place", EVIDENCE)
def test_a_pipe_among_evidence_is_not_waited_for(special, capfd, place, kind):
    code, shown = said(capfd, PLACES[place](str(special(kind))))
    assert code in (2, 3) or (code == 0 and place in LISTED), shown
    assert "no plain file" in shown or "known artefact" in shown or code == 0
