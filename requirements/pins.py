"""What the lock is made of, and how it is read.

Each file of the lock fixes a set of extras of ``pyproject.toml``: for each distribution a version, the
digests of all its files, and what asked for it. pip takes nothing else (``--require-hashes``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "iotassess"

FILES: Mapping[str, tuple[str, ...]] = {
    "run": ("xlsx", "fleet"),
    "dev": ("test", "lint", "docs"),
    "tools": ("test", "mutate", "lock"),
}
"""File of the lock → extras that it holds besides what every run needs; each agrees with those before."""

_VIA = "# via"


class Pin(NamedTuple):
    """One entry of the lock.

    Attributes:
        name: of the distribution, in its canonical form.
        version: the one and only.
        marker: where it is wanted; "" for everywhere.
        hashes: SHA-256 of its files in hex.
        wanted_by: distributions that ask for it, ours with the extras that do.
    """

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]


def place(file: str) -> Path:
    """Where a file of the lock lies."""
    return ROOT / "requirements" / f"{file}.txt"


def pins(text: str) -> list[Pin]:
    """Read a file of the lock.

    Args:
        text: what `uv pip compile` wrote.

    Raises:
        ValueError: an entry is not of the form ``name==version``.
    """
    return [_pin(entry) for entry in _entries(text)]


def _entries(text: str) -> Iterator[list[str]]:
    entry: list[str] = []
    for line in text.splitlines():
        if line and not line.startswith((" ", "#")):
            if entry:
                yield entry
            entry = []
        if entry or not line.startswith("#"):
            entry.append(line.strip())
    if entry:
        yield entry


def _pin(lines: list[str]) -> Pin:
    wanted = Requirement(lines[0].rstrip(" \\"))
    exact = re.fullmatch(r"==([^,*]+)", str(wanted.specifier))
    if exact is None:
        raise ValueError(f"got {lines[0]!r}, expected name==version")
    hashes = [line.split("--hash=sha256:")[1].rstrip(" \\") for line in lines if line.startswith("--hash")]
    return Pin(
        canonicalize_name(wanted.name),
        exact.group(1),
        str(wanted.marker or ""),
        tuple(hashes),
        tuple(_wanted_by(lines)),
    )


def _wanted_by(lines: list[str]) -> Iterator[str]:
    """The comments below an entry: one in the line of ``# via``, or one a line after it."""
    comments = [line for line in lines if line.startswith("#")]
    for comment in comments:
        by = comment.removeprefix(_VIA).strip("# ")
        if by and not by.startswith(("-c ", "-r ")):
            yield by
