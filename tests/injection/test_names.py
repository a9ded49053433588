"""Names of files that somebody else chose: every command says which file it means, and does nothing else."""

import re
from pathlib import Path

import pytest
import typer

from iotassess.cli.main import app, call
from tests.examples import copy
from tests.injection.places import NODE, OUTPUTS, PLACES, PROFILE, TOKEN, named, work_in
from tests.injection.texts import NAMES
from tests.report.hostile import harmful
from tests.report.test_github import read as read_by_runner

EVERYWHERE = {**PLACES, **OUTPUTS}
EVERYTHING = "".join(name.removesuffix(".bin") for name in NAMES.values()) + ".bin"
"""All of the names in one; the first decides how it begins."""

NO_PATHS = {"list", "schema"}
"""Commands that take no path."""


def commands(group, before=()):
    """Every command of the program: its words, and its parameters."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*before, name))
        else:
            yield " ".join((*before, name)), command


def said(capfd, arguments):
    """Exit code, and what both streams showed; nothing in it acts."""
    capfd.readouterr()
    code = call(arguments)
    shown = "".join(capfd.readouterr())
    assert harmful(shown) == set()
    assert "Traceback" not in shown
    assert [line for line in shown.split("\n") if read_by_runner(line)] == []
    return code, shown


def test_every_command_that_takes_a_path_is_tried():
    known = {place.rpartition(" ")[0] for place in EVERYWHERE}
    there = {name for name, _ in commands(typer.main.get_command(app))}
    fleet = {name for name in there if name.startswith("fleet")}
    assert there - known - NO_PATHS - fleet == set()


@pytest.mark.parametrize("place", EVERYWHERE)
def test_a_missing_file_is_named_by_a_name_that_does_nothing(tmp_path, monkeypatch, capfd, place):
    work_in(tmp_path, monkeypatch)
    path = named(tmp_path / "no", EVERYTHING)
    code, shown = said(capfd, EVERYWHERE[place](path))
    assert code in (2, 3)
    assert re.search("|".join((r"\.bin", r"no/", "none")), "".join(shown.split()))


@pytest.mark.parametrize("place", PLACES)
def test_a_file_of_another_kind_is_named_by_a_name_that_does_nothing(tmp_path, monkeypatch, capfd, place):
    work_in(tmp_path, monkeypatch)
    path = named(tmp_path, EVERYTHING)
    with open(path, "wb") as file:  # noqa: PTH123 - the name has bytes that are no text
        file.write(b"\x1b[2J\n::error::x\n\xff\xfe")
    code, _ = said(capfd, PLACES[place](path))
    assert code != 70
    if code == 0:
        assert place in ("assess ARTEFACT", "explain ARTEFACT", "verify --image", "explain PROFILE")


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("command", ["verify", "inspect", "assess"])
def test_a_folder_of_hostile_names_is_walked_and_told(tmp_path, monkeypatch, capfd, command, kind):
    work_in(tmp_path, monkeypatch)
    folder = tmp_path / "walked"
    folder.mkdir()
    data = Path(TOKEN).read_bytes()
    for before in ("", "second "):
        with open(named(folder, before + NAMES[kind]), "wb") as file:  # noqa: PTH123
            file.write(data)
    Path(named(folder, "link" + NAMES[kind])).symlink_to("/dev/zero")
    profile = [PROFILE, "-b", "nist-ir-8425"] if command == "assess" else []
    code, shown = said(capfd, [command, *profile, str(folder)])
    assert code in (0, 1)
    flat = "".join(shown.split())
    assert flat.count("psa-token") + flat.count("PSA") > 1


def test_names_that_differ_in_case_only_are_two_files(tmp_path, capfd):
    for name in ("Token.cbor", "token.cbor"):
        (tmp_path / name).write_bytes((NODE / "evidence/psa-token.cbor").read_bytes())
    if len(list(tmp_path.iterdir())) < 2:
        pytest.skip("this file system does not tell names apart by case")
    _, shown = said(capfd, ["verify", str(tmp_path)])
    assert "Token.cbor" in shown
    assert "token.cbor" in shown


@pytest.mark.parametrize("kind", ["terminal", "lines", "markup", "paths"])
def test_a_profile_in_a_folder_with_a_hostile_name_is_judged(tmp_path, capfd, kind):
    outer = tmp_path / NAMES[kind]
    outer.mkdir()
    folder = copy("sensor-node", outer)
    code, shown = said(capfd, ["assess", str(folder / "good.yaml"), "-b", "nist-ir-8425"])
    assert code == 0
    assert "level" in shown
