"""Names of files in a bundle: which ones may stand there, and which two would become one somewhere.

A bundle is unpacked on other people's disks, by other programs, too. So a name must mean the same file
everywhere, and never one outside of the folder that it is unpacked to.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

MAX_NAME_BYTES: Final = 1024
"""Bytes of a whole name: below what every file system takes."""

MAX_SEGMENT_BYTES: Final = 255
"""Bytes of a name between two slashes: the limit of the common file systems."""

MAX_PARTS: Final = 32
"""Parts of a name: each is a folder to be made when it is unpacked. Sources of a product have some ten."""

_HARMFUL: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, format characters, lone surrogates, line and paragraph separators: a name that does not show."""

_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2060-\u206f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U000e0000-\U000e0fff]"
)
"""Default-ignorable code points of other categories (Unicode, DerivedCoreProperties.txt): fillers, joiners
and variation selectors, with which two names look the same."""

_SPECIAL: Final = frozenset('<>"|?*')
"""Characters that Windows takes in no name, or for a pattern."""

_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$) *(\..*)?", re.DOTALL)
"""Names that are a device on Windows in every folder, with a suffix, too."""


def why_not(name: str) -> str | None:
    """Say what is wrong with a name, or None where a bundle may have it.

    Args:
        name: path in the bundle, its parts joined by "/".
    """
    if len(name) > MAX_NAME_BYTES or len(name.encode("utf-8", "replace")) > MAX_NAME_BYTES:
        return f"it is longer than {MAX_NAME_BYTES} bytes"
    if any(unicodedata.category(char) in _HARMFUL for char in name) or _UNSEEN.search(name):
        return "it has characters that do not show"
    if "\\" in name or ":" in name:
        return "it has a backslash or a colon, which lead elsewhere on some systems"
    if not _SPECIAL.isdisjoint(name):
        return (
            f"it has one of the characters {' '.join(sorted(_SPECIAL))}, which some systems take in no name"
        )
    parts = name.split("/")
    if len(parts) > MAX_PARTS:
        return f"it has {len(parts)} parts, at most {MAX_PARTS} are unpacked"
    if "" in parts:
        return "it is absolute, empty, or has an empty part"
    if "." in parts or ".." in parts:
        return "it leaves the folder of the bundle, or stands still in it"
    if any(part != part.strip(" ") or part.endswith(".") for part in parts):
        return "a part of it begins or ends with a space, or ends with a dot, which some systems leave out"
    if any(_DEVICES.fullmatch(folded(part)) for part in parts):
        return "a part of it is the name of a device on Windows"
    if max(len(part.encode()) for part in parts) > MAX_SEGMENT_BYTES:
        return f"a part of it is longer than {MAX_SEGMENT_BYTES} bytes"
    return None


def parents(name: str) -> Iterator[str]:
    """Give the folders that a file lies in, the innermost first.

    Args:
        name: path in the bundle; each of its folders is a copy of its beginning, so it must not be long.
    """
    while (end := name.rfind("/")) > 0:
        name = name[:end]
        yield name


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
