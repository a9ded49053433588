"""What a hostile bundle may cost: every list has a limit, and nothing is left behind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from iotassess.bundle import archive, manifest
from iotassess.bundle.archive import MAX_ENTRIES, MAX_FOLDERS, UnreadableBundle
from iotassess.bundle.manifest import MANIFEST, SIGNATURE
from iotassess.bundle.names import MAX_PARTS, why_not
from iotassess.report.shapes_bundle import (
    MAX_ANCHORS,
    MAX_CATALOGUES,
    MAX_CHALLENGES,
    MAX_DENYLISTS,
    MAX_FILES,
)
from tests.bundle.making import edited, files, looked_at, together, written

ROW = {"path": "x", "role": "unread", "name": "x", "size": 0, "sha256": "0" * 64}
LISTS = {
    "artefacts": (["profile"], MAX_FILES),
    "anchors": ([{"path": "x", "purpose": None, "source": "user"}], MAX_ANCHORS),
    "nonces": ([{"artefact": None, "value": "00" * 8}], MAX_CHALLENGES),
    "baselines": (["nist-ir-8425"], MAX_CATALOGUES),
    "denylists": (["x"], MAX_DENYLISTS),
}


def why(change):
    """Why a manifest with a change is refused."""
    value = json.loads(files()[MANIFEST])
    change(value)
    with pytest.raises(UnreadableBundle) as caught:
        manifest.read(written(value))
    return caught.value.message


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_the_call_has_a_limit(name):
    rows, most = LISTS[name]
    told = why(lambda m: m["call"].update({name: rows * (most + 1)}))
    assert f"call.{name}: list should have at most {most} items" in told
    assert len(told) < 300


def test_the_list_of_files_has_a_limit():
    told = why(lambda m: m.update(files=[ROW] * (MAX_FILES + 1)))
    assert f"files: list should have at most {MAX_FILES} items" in told
    assert MAX_FILES + len({MANIFEST, SIGNATURE}) == MAX_ENTRIES


def test_what_the_call_names_twice_is_refused():
    artefact = json.loads(files()[MANIFEST])["call"]["artefacts"] or ["profile"]
    told = why(lambda m: m["call"].update(artefacts=artefact * 2))
    assert f"names the artefact {artefact[0]!r} twice" in told
    anchors = json.loads(files()[MANIFEST])["call"]["anchors"]
    told = why(lambda m: m["call"].update(anchors=[anchors[0], anchors[0]]))
    assert f"names the trust anchor {anchors[0]['path']!r} twice" in told


def test_the_first_file_that_is_listed_twice_is_told():
    assert "it lists 'profile/good.yaml' twice" in why(
        lambda m: m["files"].append(next(r for r in m["files"] if r["path"] == "profile/good.yaml"))
    )


def test_a_folder_of_the_bundle_is_an_artefact_of_the_call_and_part_of_a_name_is_not():
    value = json.loads(files()[MANIFEST])
    value["call"]["artefacts"] = ["profile/evidence", "profile"]
    assert manifest.read(written(value)).call.artefacts == ("profile/evidence", "profile")
    assert "'profile/evidenc', of which it lists nothing" in why(
        lambda m: m["call"].update(artefacts=["profile/evidenc"])
    )


@pytest.mark.parametrize("path", ["a/" * 5000 + "x", "a/" * MAX_PARTS + "x", "../x", "nul"])
def test_a_manifest_lists_no_name_that_an_archive_may_not_have(path):
    assert why_not(path) in why(lambda m: m["files"].append({**ROW, "path": path}))


def test_a_long_name_in_a_message_is_cut():
    assert len(why(lambda m: m["call"].update(artefacts=["y" * 100_000]))) < 500
    assert len(why(lambda m: m["files"][0].update(name="y" * 100_000))) < 800


def test_a_name_has_a_limit_of_parts():
    assert why_not("/".join(["a"] * MAX_PARTS)) is None
    assert f"at most {MAX_PARTS}" in why_not("/".join(["a"] * (MAX_PARTS + 1)))


def test_an_archive_has_a_limit_of_folders_in_all(monkeypatch):
    assert MAX_FOLDERS < MAX_ENTRIES
    monkeypatch.setattr(archive, "MAX_FOLDERS", 6)
    data = archive.write({"a/b/c/1": b"", "a/b/c/2": b"", "d/e/f/3": b""})
    assert len(archive.read(data)) == 3
    with pytest.raises(UnreadableBundle, match="8 folders; a bundle has at most 6"):
        archive.write({"a/b/c/1": b"", "a/b/d/2": b"", "e/f/g/h/3": b""})
    monkeypatch.setattr(archive, "MAX_FOLDERS", 5)
    with pytest.raises(UnreadableBundle, match="6 folders"):
        archive.read(data)


ENDED = """
import os, signal, sys
from iotassess.bundle.staging import unpacked
with unpacked({"a/b": b"x"}) as root:
    print(root, flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
    signal.pause()
"""


def test_nothing_is_left_behind_when_the_program_is_asked_to_end():
    done = subprocess.run([sys.executable, "-c", ENDED], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip()
    assert done.returncode == 143
    assert not Path(done.stdout.strip()).exists()


KEPT = """
import os, signal
from iotassess.bundle.staging import unpacked
before = signal.getsignal(signal.SIGTERM)
with unpacked({"a": b"x"}):
    assert signal.getsignal(signal.SIGTERM) is not before
assert signal.getsignal(signal.SIGTERM) is before
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with unpacked({"a": b"x"}):
    os.kill(os.getpid(), signal.SIGTERM)
print("went on")
"""


def test_the_handler_of_a_program_stays_its_own():
    done = subprocess.run([sys.executable, "-c", KEPT], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("went on\n", "")


def test_a_signature_that_is_none_at_all_costs_no_assessment():
    found = looked_at(together({**files(), SIGNATURE: b"nonsense"}))
    assert (found.authenticity, found.rerun) == ("failed", "not-done")
    changed = edited(files(), lambda m: m["tool"].update(version="9.9.9"))
    assert looked_at(together(changed)).rerun == "identical", "of one that does not hold it is made"
