"""The lock fixes every dependency that pyproject.toml names, in a version that it allows, by digests."""

import re
import subprocess
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from requirements import lock
from requirements.pins import FILES, PROJECT, pins, place
from tests.examples import ROOT

ABOUT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS = ABOUT["project"]["optional-dependencies"]
LOCKED = {file: pins(place(file).read_text("utf-8")) for file in FILES}


def named(extras):
    """Requirements of the project and of extras, those of extras that name extras of ours too."""
    for text in [*ABOUT["project"]["dependencies"], *(line for extra in extras for line in EXTRAS[extra])]:
        wanted = Requirement(text)
        if canonicalize_name(wanted.name) == PROJECT:
            yield from named(wanted.extras)
        else:
            yield wanted


@pytest.mark.parametrize(("file", "extras"), FILES.items(), ids=FILES)
def test_every_dependency_is_locked_in_a_version_that_is_allowed(file, extras):
    by_name = {}
    for pin in LOCKED[file]:
        by_name.setdefault(pin.name, []).append(pin)
    for wanted in named(extras):
        found = by_name.get(canonicalize_name(wanted.name), [])
        assert found, f"{wanted} is not in requirements/{file}.txt: make lock"
        for pin in found:
            assert wanted.specifier.contains(pin.version), f"{pin.name} {pin.version}: make lock"


def test_every_extra_and_what_builds_us_is_in_some_file():
    assert {extra for extras in FILES.values() for extra in extras} == set(EXTRAS)
    (backend,) = ABOUT["build-system"]["requires"]
    wanted = Requirement(backend)
    (pin,) = [pin for pin in LOCKED["dev"] if pin.name == wanted.name]
    assert wanted.specifier.contains(pin.version)


@pytest.mark.parametrize("file", FILES)
def test_every_entry_has_digests_and_somebody_who_asks_for_it(file):
    names = {pin.name for pin in LOCKED[file]} | {PROJECT}
    for pin in LOCKED[file]:
        assert pin.hashes, pin.name
        assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in pin.hashes), pin.name
        assert pin.wanted_by, pin.name
        assert {re.split(r"[ \[]", by)[0] for by in pin.wanted_by} <= names, pin


@pytest.mark.parametrize("file", FILES)
def test_the_lock_names_no_index_and_no_folder(file):
    """Whoever installs says where from; what is taken is fixed by the digests alone."""
    text = place(file).read_text("utf-8")
    assert re.findall(r"^--?(?:index|extra|find|trusted|e\b).*|file:|https?:", text, re.MULTILINE) == []


def test_the_files_agree_with_each_other():
    versions = {(pin.name, pin.marker, pin.version) for pin in LOCKED["run"]}
    everywhere = {(name, version) for name, _, version in versions}
    for file in ("dev", "tools"):
        there = {(pin.name, pin.version) for pin in LOCKED[file]}
        assert everywhere <= there


@pytest.mark.parametrize(
    "line", ["name>=1", "name", "name==1.*", "name==1,<2", "name @ https://example.com/a.whl"]
)
def test_an_entry_that_fixes_no_version_is_refused(line):
    with pytest.raises(ValueError, match="name"):
        pins(f"# by hand\n{line} \\\n    --hash=sha256:{'0' * 64}\n    # via iotassess (pyproject.toml)\n")


def test_an_entry_is_read_with_its_marker_its_digests_and_all_that_ask_for_it():
    text = (
        "# made\nA.b==1.0 ; python_version < '3.12' \\\n"
        "    --hash=sha256:00 \\\n    --hash=sha256:11\n    # via\n    #   -c run.txt\n    #   c\n    #   d\n"
        "c==2 --hash=sha256:22\n    # via iotassess (pyproject.toml)\n"
    )
    first, second = pins(text.replace("c==2 --hash", "c==2 \\\n    --hash"))
    assert first == ("a-b", "1.0", 'python_version < "3.12"', ("00", "11"), ("c", "d"))
    assert second == ("c", "2", "", ("22",), ("iotassess (pyproject.toml)",))


def test_each_file_is_made_to_agree_with_those_before_it():
    made = {file: lock.command(file, extras) for file, extras in FILES.items()}
    assert "--constraint" not in made["run"]
    assert made["tools"].count("--constraint") == 2
    assert all("--generate-hashes" in command and "--universal" in command for command in made.values())


def test_the_makefile_installs_what_is_locked_and_nothing_else():
    """As make itself expands it: no call of pip without digests but the one for this tree alone."""
    asked = ["make", "--always-make", "--dry-run", "lock", "assess"]
    shown = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    calls = [line for line in shown.splitlines() if "pip install" in line]
    assert len(calls) == 3
    for call in calls:
        assert "--require-hashes --requirement requirements/" in call or (
            "--no-deps --no-build-isolation --editable ." in call
        )
