"""Finds the device profiles of folder trees: cheaply, without following a link, in a stable order."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from iotassess.errors import UsageError

SUFFIXES: Final = (".yaml", ".yml")
HEAD: Final = 64 << 10
"""Bytes in which a profile says that it is one: the line stands at its top, below comments."""
MOST_PROFILES: Final = 100_000
"""Profiles of one run: a hundred times the products of a large maker; no report of more is of use."""
_IS_PROFILE: Final = re.compile(
    rb"^\s*[\"']?schema[\"']?\s*:\s*[\"']?iotassess/profile/v[0-9]+[\"']?\s*(#.*)?\r?$", re.M
)


class FoundProfile(NamedTuple):
    """One profile.

    Attributes:
        shown: its path below the folder that was named, with "/"; after the folder's name where several were.
        path: absolute, for workers.
    """

    shown: str
    path: str


class FoundProfiles(NamedTuple):
    """What a search came to.

    Attributes:
        ignored: YAML files that are no profile.
        unread: what could not be looked into.
    """

    profiles: tuple[FoundProfile, ...]
    ignored: int
    unread: tuple[str, ...]


def find_profiles(folders: Sequence[Path]) -> FoundProfiles:
    """Find the profiles of folder trees, in the order of their paths; one that is found twice counts once.

    Args:
        folders: as the user named them; a file stands for itself.

    Raises:
        UsageError: a folder is missing, there are too many profiles, or none.
    """
    found: dict[str, FoundProfile] = {}
    ignored = 0
    unread: list[str] = []
    for folder, prefix in zip(folders, _prefixes(folders), strict=True):
        for path, said in _files(folder, prefix, unread):
            answer = _is_profile(path)
            if answer is None:
                unread.append(f"{said}: cannot be read")
            elif not answer:
                ignored += 1
            else:
                real = os.path.realpath(path)
                found.setdefault(real, FoundProfile(said, real))
                if len(found) > MOST_PROFILES:
                    raise UsageError(f"more than {MOST_PROFILES} profiles", hint="name fewer folders")
    if not found:
        names = ", ".join(map(str, folders))
        raise UsageError(
            f"{names}: no profile was found",
            hint="a profile is a .yaml file with the line `schema: iotassess/profile/v1`",
        )
    rows = sorted(found.values(), key=lambda row: row.shown.split("/"))
    return FoundProfiles(tuple(rows), ignored, tuple(sorted(unread)))


def _prefixes(folders: Sequence[Path]) -> Iterator[str]:
    """What stands before the paths below each folder: its name where there are several."""
    if len(folders) == 1:
        yield ""
        return
    seen: Counter[str] = Counter()
    for folder in folders:
        name = Path(folder).absolute().name or "root"
        seen[name] += 1
        yield f"{name}/" if seen[name] == 1 else f"{name}~{seen[name]}/"


def _files(folder: Path, prefix: str, unread: list[str]) -> Iterator[tuple[str, str]]:
    """Walk a tree and give its YAML files: path, and what it is shown as."""
    try:
        mode = folder.stat().st_mode  # the user may name a link; what is below it may not be one
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "not a path"
        raise UsageError(f"{folder}: {reason}", hint="name a folder of profiles") from None
    if stat.S_ISREG(mode):
        yield str(folder), f"{prefix.removesuffix('/')}" or folder.name
        return
    top = os.fspath(folder)

    def _note(fault: OSError) -> None:
        below = os.path.relpath(fault.filename or top, top).replace(os.sep, "/")
        unread.append(f"{prefix}{below}: {fault.strerror}")

    for here, folders, names in os.walk(top, onerror=_note, followlinks=False):
        folders.sort()
        for name in sorted(names):
            if not name.lower().endswith(SUFFIXES):
                continue
            path = os.path.join(here, name)  # noqa: PTH118 - a hundred thousand Path objects cost seconds
            if _is_plain(path):
                yield path, prefix + os.path.relpath(path, top).replace(os.sep, "/")


def _is_plain(path: str) -> bool:
    """Whether it is a file itself: no link, pipe or device."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def _is_profile(path: str) -> bool | None:
    """Whether its head says that it is a profile; None where it cannot be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return _IS_PROFILE.search(file.read(HEAD)) is not None
    except OSError:
        return None


def in_batches(profiles: Iterable[FoundProfile], size: int) -> Iterator[tuple[FoundProfile, ...]]:
    """Put profiles together, so that a message to a worker is worth its while."""
    batch: list[FoundProfile] = []
    for row in profiles:
        batch.append(row)
        if len(batch) == size:
            yield tuple(batch)
            batch = []
    if batch:
        yield tuple(batch)
