"""A folder of tokens, one a file. Its name without suffix may name the device."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

from iotassess.errors import UsageError
from iotassess.fleet.records import MAX_TOKEN_BYTES, Record, Unreadable, bad, checked_size
from iotassess.fleet.sources import Partition

TOKEN_SUFFIXES: Final = (".cbor", ".cwt", ".eat", ".psa", ".cose", ".jwt", ".token", ".bin")
"""Of files of tokens."""

MAX_FOLDER_DEPTH: Final = 16
"""Folders within folders; a link back up would go on for ever, so links are not followed either."""


def cut(path: Path, size: int) -> Iterator[tuple[str, ...]]:
    """Cut the folder into lists of names."""
    names: list[str] = []
    for name in _names(path):
        names.append(name)
        if len(names) == size:
            yield tuple(names)
            names = []
    if names:
        yield tuple(names)


def digest(path: Path) -> str:
    """Digest names, sizes and times of change; the bytes of a million files are not read twice for it."""
    total = hashlib.sha256()
    for name in _names(path):
        try:
            found = (path / name).lstat()
            state = f"{found.st_size} {found.st_mtime_ns}"
        except OSError:
            state = "gone"
        total.update(f"{os.fsencode(name).hex()} {state}\n".encode())
    return total.hexdigest()


def records(partition: Partition) -> Iterator[Record]:
    """Read the files of a partition."""
    folder = Path(partition.path)
    for name in cast("tuple[str, ...]", partition.where):
        yield _record(folder / name, f"{partition.name}/{shown(name)}", name)


def shown(name: str) -> str:
    """A file's name as text: bytes that are none are shown as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def device_name(name: str, suffixes: tuple[str, ...]) -> str:
    """The device that a file's name may name: all of it but a suffix that says what is in the file.

    Args:
        name: below the folder, with the folders in between: two sites may use one number.
        suffixes: that are taken off.
    """
    suffix = next((one for one in suffixes if name.lower().endswith(one) and len(name) > len(one)), "")
    return shown(name.removesuffix(name[len(name) - len(suffix) :]) if suffix else name)


def _record(path: Path, place: str, name: str) -> Record:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            token = file.read(MAX_TOKEN_BYTES + 1)
        return Record(place, checked_size(token), hint=device_name(name, TOKEN_SUFFIXES))
    except Unreadable as fault:
        return bad(place, str(fault))
    except OSError as fault:
        return bad(place, f"cannot be read: {fault.strerror}")


def _names(path: Path) -> Iterator[str]:
    """Names of plain files below a folder, sorted; those that begin with a dot are left out."""

    def walk(folder: Path, prefix: str, depth: int) -> Iterator[str]:
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as fault:
            raise UsageError(f"the folder {folder} cannot be read: {fault.strerror}") from fault
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if depth == MAX_FOLDER_DEPTH:
                    raise UsageError(f"{folder / entry.name}: more than {MAX_FOLDER_DEPTH} folders deep")
                yield from walk(folder / entry.name, f"{prefix}{entry.name}/", depth + 1)
            else:  # what is no plain file becomes a row that says so, when it is read
                yield prefix + entry.name

    yield from walk(path, "", 1)
