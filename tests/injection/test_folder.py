"""A profile names files of its own folder: whatever else it names, nothing of it is read or told."""

import hashlib
import json
import os
import signal
import socket

import pytest

from iotassess.cli.main import call
from tests.examples import copy, edit, options
from tests.report.hostile import harmful

SECRET = b"-----BEGIN SECRET-----\nroot:x:0:0: do not tell\n"


@pytest.fixture(autouse=True)
def in_time():
    def hang(*_):
        raise AssertionError("nothing came within 20 seconds")

    before = signal.signal(signal.SIGALRM, hang)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def above(folder, outside):
    return f"../{outside.name}/secret.bin"


def above_from_within(folder, outside):
    return f"evidence/../../{outside.name}/secret.bin"


def absolute(folder, outside):
    return str(outside / "secret.bin")


def linked(folder, outside):
    (folder / "link").symlink_to(outside / "secret.bin")
    return "link"


def linked_twice(folder, outside):
    (folder / "second").symlink_to(outside / "secret.bin")
    (folder / "link").symlink_to("second")
    return "link"


def in_a_linked_folder(folder, outside):
    (folder / "linked").symlink_to(outside, target_is_directory=True)
    return "linked/secret.bin"


def loop(folder, outside):
    (folder / "one").symlink_to("two")
    (folder / "two").symlink_to("one")
    return "one"


def folder_loop(folder, outside):
    (folder / "self").symlink_to(".")
    return "self/" * 60 + "missing.bin"


def device(folder, outside):
    return "/dev/zero"


def linked_device(folder, outside):
    (folder / "endless").symlink_to("/dev/zero")
    return "endless"


def pipe(folder, outside):
    os.mkfifo(folder / "pipe")
    return "pipe"


def socket_of_somebody(folder, outside):
    before = os.getcwd()  # noqa: PTH109 - a socket's path has to be short
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("socket")
    finally:
        os.chdir(before)
    return "socket"


def a_folder(folder, outside):
    return "evidence"


def the_folder_itself(folder, outside):
    return "."


def home(folder, outside):
    return "~/secret.bin"


def variable(folder, outside):
    return "$OUTSIDE/secret.bin"


def address(folder, outside):
    return (outside / "secret.bin").as_uri()


def windows(folder, outside):
    return "C:\\Windows\\win.ini"


def long(folder, outside):
    return "x" * 1000


def hostile(folder, outside):
    return "no\x1b[2J\n::error::x\u202e\u2028.bin"


WAYS = (
    above, above_from_within, absolute, linked, linked_twice, in_a_linked_folder, loop, folder_loop, device,
    linked_device, pipe, socket_of_somebody, a_folder, the_folder_itself, home, variable, address, windows,
    long, hostile,
)  # fmt: skip
ROLES = ("artefact", "image", "trust_anchor", "document")


def planted(folder, way, roles=ROLES):
    """The profile with the way in some roles."""
    path = json.dumps(way)
    pairs = {
        "artefact": ("evidence:\n", f"evidence:\n  - artefact: {path}\n"),
        "image": ("evidence:\n", f"evidence:\n  - image: {path}\n    component: app\n"),
        "trust_anchor": ("evidence:\n", f"evidence:\n  - trust_anchor: {path}\n    purpose: update\n"),
        "document": ("path: documents/sbom.md", f"path: {path}"),
    }
    profile = folder / "planted.yaml"
    profile.write_bytes((folder / "good.yaml").read_bytes())
    edit(profile, *(pairs[role] for role in roles))
    return str(profile)


def judged(capfd, folder, profile):
    """The result of an assessment, as text, with all that was said; "" where the profile is refused."""
    out = folder / "out.json"
    code = call(
        ["assess", profile, "-b", "nist-ir-8425", *options("sensor-node", folder), "-f", f"json={out}"]
    )
    told = "".join(capfd.readouterr())
    assert "Traceback" not in told
    assert harmful(told) == set()
    assert code in (0, 3), told
    assert code == 0 or "planted.yaml:" in told
    return told + out.read_text() if code == 0 else ""


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nothing_outside_the_folder_is_read_whatever_the_profile_names(tmp_path, monkeypatch, capfd, way):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.bin").write_bytes(SECRET)
    monkeypatch.setenv("HOME", str(outside))
    monkeypatch.setenv("OUTSIDE", str(outside))
    folder = copy("sensor-node", tmp_path)
    path = way(folder, outside)
    told = [judged(capfd, folder, planted(folder, path))]
    if not told[0]:  # one of the roles refuses it: then each by itself
        told = [judged(capfd, folder, planted(folder, path, (role,))) for role in ROLES]
    for one in filter(None, told):
        assert "do not tell" not in one
        assert _digest(SECRET) not in one
        assert '"artefact-missing"' in one or '"artefact-unrecognised"' in one or "not read" in one


def _digest(data):
    return hashlib.sha256(data).hexdigest()


def test_the_same_file_within_the_folder_is_read(tmp_path, capfd):
    folder = copy("sensor-node", tmp_path)
    (folder / "secret.bin").write_bytes(SECRET)
    profile = planted(folder, "secret.bin", ("image",))
    out = tmp_path / "out.json"
    assert call(["assess", profile, "-b", "nist-ir-8425", "-f", f"json={out}"]) == 0
    assert _digest(SECRET) in out.read_text()
