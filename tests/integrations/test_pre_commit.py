""".pre-commit-hooks.yaml: the hook that other repositories use, run as pre-commit runs it."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.examples import ROOT
from tests.integrations.scratch import TRAP, TRAPS, Repository

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS: list[dict[str, Any]] = yaml.safe_load(MANIFEST.read_text("utf-8"))
FAULTY = ROOT / "docs" / "how-to" / "faulty.yaml"
NEEDED = ("id", "name", "entry", "language")


def run(folder: Path, *files: str) -> subprocess.CompletedProcess[str]:
    """Run the hook's entry over files, from the environment that it is installed in."""
    command, *rest = [*shlex.split(HOOKS[0]["entry"]), *HOOKS[0]["args"], *files]
    installed = Path(sys.executable).parent / command
    return subprocess.run([str(installed), *rest], cwd=folder, capture_output=True, text=True)


def chosen(files: list[str]) -> list[str]:
    """The files that the hook is given, of those that are staged."""
    return [file for file in files if re.search(HOOKS[0]["files"], file)]


def test_the_hook_is_what_its_how_to_names() -> None:
    assert [hook["id"] for hook in HOOKS] == ["iotassess-validate"]
    assert all(hook[key] for hook in HOOKS for key in NEEDED)
    assert HOOKS[0]["language"] == "python"
    assert HOOKS[0]["types"] == ["yaml"]


@pytest.mark.skipif(importlib.util.find_spec("pre_commit") is None, reason="pre-commit is not installed")
def test_pre_commit_takes_the_manifest() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_profiles_are_chosen_by_their_names() -> None:
    profiles = [
        "profile.yaml",
        "a/profile.yml",
        "sn-33.profile.yaml",
        "a/sn-33-profile.yaml",
        "sn_profile.yml",
    ]
    others = [
        "policy.yaml",
        "waivers.yaml",
        "profiles.yaml",
        "profile.yaml.md",
        "a/myprofile.yaml",
        "profile/a.yaml",
    ]
    assert chosen([*profiles, *others]) == profiles


def test_the_profile_of_the_repository_passes(product: Repository) -> None:
    files = chosen(product.git("ls-files").splitlines())
    assert files == ["profile.yaml"]
    done = run(product.root, *files)
    assert done.returncode == 0, done.stderr
    assert "profile.yaml: valid" in done.stdout


def test_a_faulty_profile_fails_at_its_lines_beside_a_good_one(product: Repository) -> None:
    shutil.copy(FAULTY, product.root / "sn-33.profile.yaml")
    done = run(product.root, "profile.yaml", "sn-33.profile.yaml")
    assert done.returncode == 3
    assert re.search(r"^sn-33\.profile\.yaml:[0-9]+:[0-9]+: error: ", done.stdout, re.MULTILINE)


def test_no_name_of_a_file_is_an_option_or_a_command(tmp_path: Path) -> None:
    for name in TRAPS:
        (tmp_path / name).write_text(TRAP)
    names = ["--help.profile.yaml", "$(touch pwned).profile.yaml", "-f.profile.yaml"]
    for name in names:
        shutil.copy(FAULTY, tmp_path / name)
    done = run(tmp_path, *names)
    assert done.returncode == 3
    assert all(f"{name}:7:" in done.stdout for name in names)
    assert not (tmp_path / "pwned").exists()
