"""The release is the same wherever and whenever it is built, and holds what it must and nothing else."""

import base64
import csv
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import time
import zipfile

import pytest

from iotassess import __version__
from iotassess.baseline.loader import SHIPPED
from requirements import sbom, wheel
from tests.examples import ROOT

MOMENT = 1_700_000_000
KINDS = {".py", ".typed", ".yaml", ".json", ".html", ".css", ".js"}
"""What a package of ours is made of: source, marker of types, data, compiled data, templates."""


def tree(folder, umask):
    """A copy of what the wheel is built from, with dates of now and the modes that a umask leaves."""
    folder.mkdir()
    before = os.umask(umask)
    try:
        skip = shutil.ignore_patterns("__pycache__")
        for part in ("iotassess", "requirements"):
            shutil.copytree(ROOT / part, folder / part, copy_function=shutil.copyfile, ignore=skip)
        for file in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
            shutil.copyfile(ROOT / file, folder / file)
    finally:
        os.umask(before)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Source archive and wheel, built twice: in another folder, with another time zone and umask."""
    files = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "0")
        for name, umask, zone in (("one", 0o022, "UTC"), ("two of them", 0o077, "Pacific/Chatham")):
            patch.setenv("TZ", zone)
            time.tzset()
            source = tree(tmp_path_factory.mktemp("build") / name, umask)
            before = os.umask(umask)
            try:
                files.append(wheel.build(source, source / "dist", MOMENT))
            finally:
                os.umask(before)
    time.tzset()
    return files


@pytest.fixture(scope="module")
def members(built):
    """Member of the wheel → bytes."""
    with zipfile.ZipFile(built[0][1]) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_two_builds_have_the_same_bytes(built):
    one, two = built
    assert [file.name for file in one] == [file.name for file in two]
    assert [file.suffix for file in one] == [".gz", ".whl"]
    for ours, theirs in zip(one, two, strict=True):
        assert ours.read_bytes() == theirs.read_bytes(), ours.name


def test_the_digests_are_those_of_the_files_as_sha256sum_reads_them(built):
    files = built[0]
    told = wheel.digests(files)
    checked = subprocess.run(["sha256sum", "--check", "-"], cwd=files[0].parent, input=told.encode())
    assert checked.returncode == 0
    assert told.count("\n") == len(files)


def test_every_entry_is_dated_with_the_commit(built):
    archive, release = built[0]
    with tarfile.open(archive) as tar:
        assert {member.mtime for member in tar} == {MOMENT}
    with zipfile.ZipFile(release) as found:
        # Two seconds are as fine as the format counts.
        assert {info.date_time for info in found.infolist()} == {time.gmtime(MOMENT)[:6]}


def test_the_wheel_holds_every_file_of_the_package_as_it_is(built, members):
    source = built[0][0].parents[1]
    here = {
        file.relative_to(source).as_posix(): file.read_bytes()
        for file in (source / "iotassess").rglob("*")
        if file.is_file()
    }
    assert {name: data for name, data in members.items() if name.startswith("iotassess/")} == here


def test_the_wheel_holds_what_a_run_reads(members):
    catalogues = [id.replace("@", "-") for id in SHIPPED]
    for name in catalogues:
        assert f"iotassess/baseline/catalogues/{name}.yaml" in members
        assert f"iotassess/baseline/compiled/{name}.json" in members
    for name in (
        "py.typed",
        "policy/default.yaml",
        "baseline/technologies.yaml",
        "baseline/crosswalk.yaml",
        "evidence/own_test_keys.json",
        "report/html/templates/page.html",
        "report/html/templates/page.css",
        "report/html/templates/page.js",
    ):
        assert f"iotassess/{name}" in members


def test_the_wheel_holds_nothing_else(members):
    about = f"iotassess-{__version__}.dist-info"
    outside = {name for name in members if not name.startswith("iotassess/")}
    told = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE", "sboms/iotassess.cdx.json"}
    assert outside == {f"{about}/{name}" for name in told}
    suffixes = {"." + name.rpartition(".")[2] for name in members if name.startswith("iotassess/")}
    assert suffixes <= KINDS


def test_the_record_agrees_with_every_member(members):
    (name,) = [name for name in members if name.endswith(".dist-info/RECORD")]
    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(members[name].decode()))}
    assert rows.keys() == members.keys()
    assert rows.pop(name) == ["", ""]
    for member, (digest, size) in rows.items():
        found = base64.urlsafe_b64encode(hashlib.sha256(members[member]).digest()).rstrip(b"=").decode()
        assert (digest, int(size)) == (f"sha256={found}", len(members[member]))


def test_the_wheel_carries_our_bill_of_materials(members):
    (name,) = [name for name in members if "/sboms/" in name]
    assert members[name] == sbom.PLACE.read_bytes()


def test_the_moment_is_what_is_asked_for_else_that_of_the_commit(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "12")
    assert wheel.moment() == 12
    if not (ROOT / ".git").exists():
        pytest.skip("no repository, so no commit to ask")
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert MOMENT < wheel.moment() < 2**33
