"""Names of files in a bundle: which ones may stand there, and which two would become one somewhere.

A bundle is unpacked on other people's disks, by other programs, too. So a name must mean the same file
everywhere, and never one outside of the folder that it is unpacked to.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

MAX_NAME_BYTES: Final = 1024
"""Bytes of a whole name: below what every file system takes."""

MAX_SEGMENT_BYTES: Final = 255
"""Bytes of a name between two slashes: the limit of the common file systems."""

_HARMFUL: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, format characters, lone surrogates, line and paragraph separators: a name that does not show."""


def why_not(name: str) -> str | None:
    """Say what is wrong with a name, or None where a bundle may have it.

    Args:
        name: path in the bundle, its parts joined by "/".
    """
    if any(unicodedata.category(char) in _HARMFUL for char in name):
        return "it has characters that do not show"
    if "\\" in name or ":" in name:
        return "it has a backslash or a colon, which lead elsewhere on some systems"
    parts = name.split("/")
    if "" in parts:
        return "it is absolute, empty, or has an empty part"
    if "." in parts or ".." in parts:
        return "it leaves the folder of the bundle, or stands still in it"
    if any(part != part.strip(" ") or part.endswith(".") for part in parts):
        return "a part of it begins or ends with a space, or ends with a dot, which some systems leave out"
    longest = max(len(part.encode()) for part in parts)
    if longest > MAX_SEGMENT_BYTES or len(name.encode()) > MAX_NAME_BYTES:
        return f"it is longer than {MAX_NAME_BYTES} bytes, or a part of it than {MAX_SEGMENT_BYTES}"
    return None


def folded(name: str) -> str:
    """Give what two names have in common that a disk may take for one: without case and way of writing."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def collision(names: Iterable[str]) -> tuple[str, str] | None:
    """Give the first two names that cannot lie beside each other, or None.

    They are the same but for case or Unicode normalisation, or one is a file where the other has a folder.

    Args:
        names: of files; one that stands there twice collides with itself.
    """
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    for name in names:
        key = folded(name)
        other = files.get(key) or folders.get(key)
        if other is not None:
            return other, name
        files[key] = name
        for folder in map(str, PurePosixPath(key).parents):
            if folder in files:
                return files[folder], name
            folders.setdefault(folder, name)
    return None


class Namer:
    """Gives names in a folder of the bundle, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def __call__(self, folder: str, name: str) -> str:
        """Give ``folder/name``, or with a number between the two where that is taken.

        Args:
            folder: in the bundle.
            name: one part.
        """
        path, count = f"{folder}/{name}", 1
        while folded(path) in self._taken:
            count += 1
            path = f"{folder}/{count}/{name}"
        self._taken.add(folded(path))
        return path
