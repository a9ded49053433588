"""A scratch repository of a product, and machines that act as the services would."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples import ROOT
from tests.integrations import github_runner, scratch


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The JSON result of the good twin."""
    file = tmp_path_factory.mktemp("released") / "released.json"
    scratch.release_first(scratch.PRODUCT / "good.yaml", file)
    return file


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory, released: Path) -> scratch.Repository:
    """The repository that each test gets a copy of."""
    return scratch.make(tmp_path_factory.mktemp("pristine") / "repository", released)


@pytest.fixture
def product(tmp_path: Path, pristine: scratch.Repository) -> Iterator[scratch.Repository]:
    """A product's repository on main. Nothing in it may be run, and nothing that it says."""
    folder = tmp_path / "repository"
    shutil.copytree(pristine.origin.parent, folder, symlinks=True)
    repository = scratch.Repository(folder / "product", folder / "origin.git")
    repository.git("remote", "set-url", "origin", str(repository.origin))
    yield repository
    assert not list(tmp_path.rglob("pwned")), "something of the release was run"


@pytest.fixture
def runner(tmp_path: Path, product: scratch.Repository) -> github_runner.Runner:
    """GitHub's machine with the product, where iotassess is installed already: by this interpreter."""
    machine = github_runner.machine(tmp_path, product.root, ROOT)
    interpreter = machine.temp / "iotassess-venv" / "bin" / "python"
    interpreter.parent.mkdir(parents=True)
    interpreter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    interpreter.chmod(0o755)
    return machine


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[github_runner.Runner]:
    """GitHub's machine with a work tree that holds traps and little else, and nothing installed."""
    workspace = tmp_path / "work tree"
    workspace.mkdir()
    for name in scratch.TRAPS:
        (workspace / name).write_text(scratch.TRAP)
    yield github_runner.machine(tmp_path, workspace, ROOT)
    assert not list(tmp_path.rglob("pwned")), "something of the release was run"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The environment of a job of GitLab, in which python3 has iotassess."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (folder / "python3").chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(tmp_path), "LANG": "C.UTF-8", "CI_JOB_TOKEN": "secret"}
