"""Files and folders: what is read, what is listed as not read, and what never blocks or leads astray."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
from pathlib import Path

import pytest

from iotassess.errors import UsageError
from iotassess.evidence import collect
from iotassess.evidence.collect import Found, collect_named, digest_file, kind_of, locate_named, read_image
from iotassess.model.artefact import Problem
from tests.evidence.signing import write


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def test_files_are_read_and_digested_in_the_order_given(tmp_path):
    second, first = write(tmp_path / "a", b"aa"), write(tmp_path / "b", b"b")
    collected = collect.collect([first, str(second)])
    assert collected.found == [
        Found(str(first), b"b", None, sha256(b"b"), 1),
        Found(str(second), b"aa", None, sha256(b"aa"), 2),
    ]
    assert (collected.not_done, collected.folders) == ([], [])


def test_a_missing_file_is_the_users_mistake(tmp_path):
    for path in (tmp_path / "none", "x" * 5000, tmp_path / "dangling"):
        if path == tmp_path / "dangling":
            path.symlink_to(tmp_path / "nowhere")
        with pytest.raises(UsageError, match="does not exist"):
            collect.collect([path])


def test_a_folder_is_walked_in_order_and_paths_stay_as_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("d/b", "d/sub/c", "d/a"):
        write(tmp_path / name, name)
    collected = collect.collect(["d/"])
    assert [found.path for found in collected.found] == ["d/a", "d/b", "d/sub/c"]
    assert {found.folder for found in collected.found} == {"d/"}
    assert collected.folders == ["d/"]


def test_what_is_not_read_of_a_folder_is_listed_with_the_reason(tmp_path):
    folder = tmp_path / "d"
    write(folder / "good", b"1")
    write(folder / ".hidden", b"2")
    write(folder / ".git/config", b"3")
    write(tmp_path / "outside", b"4")
    write(folder / "sub/inside", b"5")
    (folder / "leaves").symlink_to(tmp_path / "outside")
    (folder / "stays").symlink_to(folder / "sub/inside")
    (folder / "dangles").symlink_to(folder / "nowhere")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "up").symlink_to(tmp_path)
    (folder / "around").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket"))
        collected = collect.collect([folder])
    assert [Path(found.path).name for found in collected.found] == ["good", "stays", "inside"]
    reasons = {Path(one.path).name: one.said.split(", ")[1] for one in collected.not_done}
    assert reasons == {
        ".git": "as it is hidden",
        ".hidden": "as it is hidden",
        "around": "as only links to files are followed",
        "dangles": "as the link leads nowhere",
        "leaves": "as the link leaves the folder",
        "loop": "as the link leads nowhere",
        "pipe": "as it is no plain file",
        "socket": "as it is no plain file",
        "up": "as the link leaves the folder",
    }


def test_a_pipe_that_was_named_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/null"):
        (found,) = collect.collect([path]).found
        assert found.data is None
        assert found.problem.id == "artefact-unrecognised"
        assert "no plain file" in found.problem.message


def test_a_file_that_cannot_be_read_is_an_artefact_with_a_problem(tmp_path, monkeypatch):
    path = write(tmp_path / "a", b"1")

    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    (found,) = collect.collect([path]).found
    assert (found.data, found.sha256, found.size) == (None, "", 0)
    assert "Permission denied" in found.problem.message


def test_a_path_that_may_not_be_looked_at_is_there(monkeypatch):
    def refuse(self, **_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    assert kind_of(Path("anything")) == "other"


def test_kinds_of_paths(tmp_path):
    assert kind_of(write(tmp_path / "file", b"")) == "file"
    assert kind_of(tmp_path) == "folder"
    assert kind_of(Path("/dev/null")) == "other"
    assert kind_of(tmp_path / "none") == kind_of(Path("a\0b")) == "missing"


def test_a_file_that_is_too_large_is_digested_and_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(collect, "MAX_ARTEFACT_BYTES", 4)
    monkeypatch.setattr(collect, "MAX_IMAGE_BYTES", 8)
    monkeypatch.setattr(collect, "_CHUNK", 3)
    fits, large, huge = (write(tmp_path / name, b"x" * size) for name, size in (("f", 4), ("l", 8), ("h", 9)))
    found = collect.collect([fits, large, huge]).found
    assert [one.data for one in found] == [b"xxxx", None, None]
    assert [one.size for one in found] == [4, 8, 9]
    assert [one.sha256 for one in found] == [sha256(b"xxxx"), sha256(b"x" * 8), ""]
    assert [one.problem.id for one in found[1:]] == ["artefact-too-large"] * 2


def test_a_folder_too_full_too_large_or_too_deep_is_read_in_part_and_says_so(tmp_path, monkeypatch):
    for index in range(4):
        write(tmp_path / "d" / str(index), b"xx")
    monkeypatch.setattr(collect, "MAX_FILES", 3)
    collected = collect.collect([tmp_path / "d"])
    assert (len(collected.found), len(collected.not_done)) == (3, 1)
    monkeypatch.setattr(collect, "MAX_TOTAL_BYTES", 3)
    collected = collect.collect([tmp_path / "d"])
    assert (len(collected.found), len(collected.not_done)) == (2, 2)
    assert "limits" in collected.not_done[0].said
    write(tmp_path.joinpath("e", *["f"] * 40, "g"), b"1")
    collected = collect.collect([tmp_path / "e"])
    assert collected.found == []
    assert "32 folders deep" in collected.not_done[0].said


def test_a_folder_that_cannot_be_listed_is_listed(tmp_path, monkeypatch):
    def refuse(self):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    collected = collect.collect([tmp_path])
    assert collected.found == []
    assert "the folder cannot be read (Permission denied)" in collected.not_done[0].said


# --- the profile --------------------------------------------------------------------------------


def test_a_file_that_the_profile_names_is_read_below_its_folder(tmp_path):
    write(tmp_path / "p/evidence/a", b"1")
    found = collect_named(tmp_path / "p", "evidence/a")
    assert (found.path, found.data, found.problem) == ("evidence/a", b"1", None)
    assert collect_named(tmp_path / "p", "./evidence/../evidence/a").data == b"1"
    assert collect_named(tmp_path / "p", str(tmp_path / "p/evidence/a")).data == b"1"


def test_a_file_outside_the_profiles_folder_is_not_read_unless_the_user_says_so(tmp_path):
    outside = write(tmp_path / "secret", b"1")
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "link").symlink_to(outside)
    for name in ("../secret", str(outside), "link", "../p/../secret"):
        found = collect_named(folder, name)
        assert (found.data, found.problem.id) == (None, "artefact-missing")
        assert "leaves the folder" in found.problem.message
        assert collect_named(folder, name, allow_outside=True).data == b"1"


@pytest.mark.parametrize("name", ["none", ".", "a\0b", "x" * 5000, "loop"])
def test_a_file_that_the_profile_names_and_that_is_not_there_is_missing(tmp_path, name):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    found = locate_named(tmp_path, name)
    assert isinstance(found, Problem)
    assert found.id == "artefact-missing"


# --- images and documents -----------------------------------------------------------------------


def test_an_image_is_digested_piece_by_piece(tmp_path, monkeypatch):
    monkeypatch.setattr(collect, "_CHUNK", 3)
    image = read_image(write(tmp_path / "a.bin", b"firmware"), "a.bin", "00/6170")
    assert (image.path, image.component, image.size) == ("a.bin", "00/6170", 8)
    assert image.digests[0] == ("sha-256", sha256(b"firmware"))


def test_an_image_that_cannot_be_read_is_a_problem(tmp_path, monkeypatch):
    assert read_image(tmp_path / "none", "none").id == "artefact-missing"
    assert read_image(tmp_path, "folder").id == "artefact-unrecognised"
    monkeypatch.setattr(collect, "MAX_IMAGE_BYTES", 4)
    assert read_image(write(tmp_path / "large", b"12345"), "large").id == "artefact-too-large"


def test_a_document_is_digested_unless_something_is_wrong(tmp_path, monkeypatch):
    path = write(tmp_path / "policy.pdf", b"policy")
    for alg in ("sha-256", "sha-384", "sha-512"):
        assert digest_file(path, alg) == (alg, hashlib.new(alg.replace("-", ""), b"policy").hexdigest())
    assert digest_file(path, "md5") is None
    assert digest_file(tmp_path / "none", "sha-256") is None
    assert digest_file(tmp_path, "sha-256") is None
    monkeypatch.setattr(collect, "MAX_IMAGE_BYTES", 4)
    assert digest_file(path, "sha-256") is None
