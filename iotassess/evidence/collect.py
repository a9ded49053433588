"""Files and folders that were named: found, measured, and read within limits.

A file that cannot be read is still an artefact, with a problem. Of a folder every file that is not read is
listed, so that nothing is passed over in silence. Only plain files are read, so that nothing blocks, and a
link does not lead out of the folder that was named.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

from iotassess.codec.cbor import MAX_ARTEFACT_BYTES
from iotassess.errors import UsageError
from iotassess.evidence.context import Image
from iotassess.model.artefact import Overlooked, Problem
from iotassess.model.claim import Digest
from iotassess.model.problems import problem

__all__ = [
    "MAX_ARTEFACT_BYTES",
    "MAX_IMAGE_BYTES",
    "Collected",
    "Found",
    "collect",
    "collect_named",
    "digest_file",
    "kind_of",
    "locate_named",
    "read_image",
]

MAX_IMAGE_BYTES: Final = 256 << 20
"""Largest firmware image or document whose digest is computed: flash of devices ends below that."""

MAX_FILES: Final = 100_000
"""Files taken from one folder; more are listed as not read."""

MAX_DEPTH: Final = 32
"""Folders within folders that are walked; evidence of a product needs three or four."""

MAX_TOTAL_BYTES: Final = 1 << 30
"""Bytes held in memory for one run; the files beyond are listed as not read."""

_CHUNK: Final = 1 << 20

_HASHES: Final = {"sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}


class Found(NamedTuple):
    """One file.

    Attributes:
        path: as given; of a folder, its name as given and the path below it.
        data: the bytes, or None where they were not read.
        problem: why they were not, or None.
        sha256: in hex; empty where it could not be computed.
        size: bytes.
        folder: the folder that it was found in, as given; None for a file that was named itself.
    """

    path: str
    data: bytes | None
    problem: Problem | None
    sha256: str
    size: int
    folder: str | None = None


class Collected(NamedTuple):
    """All files of a run.

    Attributes:
        found: in the order given; those of a folder sorted by name.
        not_done: files that were not read, each with the reason.
        folders: folders that were named, as given.
    """

    found: list[Found]
    not_done: list[Overlooked]
    folders: list[str]


def kind_of(path: Path) -> Literal["file", "folder", "other", "missing"]:
    """Tell what is at a path, links followed. What may not be looked at counts as "other"."""
    try:
        mode = path.stat().st_mode
    except PermissionError:
        return "other"
    except (OSError, ValueError, RuntimeError):  # nothing there, a name too long, a NUL, a loop of links
        return "missing"
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "other"


# --- the command line ---------------------------------------------------------------------------


def collect(paths: Sequence[str | Path], root: Path = Path()) -> Collected:
    """Read the artefacts named on the command line.

    Args:
        paths: files and folders.
        root: folder that they are relative to; they are called as given all the same.

    Raises:
        UsageError: one of them does not exist.
    """
    collected = Collected([], [], [])
    total = 0
    for given in map(str, paths):
        path = root / given
        kind = kind_of(path)
        if kind == "missing":
            raise UsageError(
                f"{given} does not exist; expected an artefact or a folder of them",
                hint="check the path; if it is a link, check where it leads",
            )
        if kind != "folder":
            found = _read(path, given, None)
            total += len(found.data or b"")
            collected.found.append(found)
            continue
        collected.folders.append(given)
        for count, file in enumerate(_walk(path, path, given, collected.not_done, MAX_DEPTH)):
            name = _shown(file, path, given)
            if count >= MAX_FILES or total >= MAX_TOTAL_BYTES:
                why = "not read, as more than the limits allow was read before"
                collected.not_done.append(_overlooked(name, why))
                continue
            found = _read(file, name, given)
            total += len(found.data or b"")
            collected.found.append(found)
    return collected


def _shown(file: Path, folder: Path, given: str) -> str:
    return f"{given.rstrip('/')}/{file.relative_to(folder).as_posix()}"


def _overlooked(name: str, why: str) -> Overlooked:
    return Overlooked(name, f"{name}: {why}")


def _walk(current: Path, folder: Path, given: str, not_done: list[Overlooked], depth: int) -> Iterator[Path]:
    """Give the plain files of a folder, sorted by name, and note the others."""
    if not depth:
        deep = f"not read, as it is {MAX_DEPTH} folders deep"
        not_done.append(_overlooked(_shown(current, folder, given), deep))
        return
    try:
        entries = sorted(current.iterdir())
    except OSError as fault:
        unreadable = f"the folder cannot be read ({fault.strerror})"
        not_done.append(_overlooked(_shown(current, folder, given), unreadable))
        return
    for entry in entries:
        why = _why_not(entry, folder)
        if why:
            not_done.append(_overlooked(_shown(entry, folder, given), f"not read, {why}"))
        elif kind_of(entry) == "folder":
            yield from _walk(entry, folder, given, not_done, depth - 1)
        else:
            yield entry


def _why_not(entry: Path, folder: Path) -> str:
    """Say why an entry of a folder is not read, or nothing."""
    if entry.name.startswith("."):
        return "as it is hidden"
    kind = kind_of(entry)
    if not entry.is_symlink():
        return "" if kind in ("file", "folder") else "as it is no plain file"
    if kind == "missing":
        return "as the link leads nowhere"
    if not entry.resolve().is_relative_to(folder.resolve()):
        return "as the link leaves the folder"
    return "" if kind == "file" else "as only links to files are followed"


# --- the profile --------------------------------------------------------------------------------


def locate_named(folder: Path, name: str, *, allow_outside: bool = False) -> Path | Problem:
    """Find a file that the profile names.

    Args:
        folder: the profile's folder.
        name: path as the profile gives it, relative to that folder.
        allow_outside: the user said that paths may leave it.

    Returns:
        The path; or ``artefact-missing`` where there is no such file, or it lies outside the folder.
    """
    try:
        path = (folder / name).resolve()
        if not allow_outside and not path.is_relative_to(folder.resolve()):
            return problem(
                "artefact-missing",
                f"{name!r} leaves the folder of the profile, so it was not read: put it into that folder",
            )
    except (OSError, ValueError, RuntimeError) as fault:  # too long, a NUL in it, a loop of links
        return problem("artefact-missing", f"{name!r:.200} is no usable path ({type(fault).__name__})")
    kind = kind_of(path)
    if kind == "file":
        return path
    what = "does not exist" if kind == "missing" else "is not a plain file that can be read"
    return problem(
        "artefact-missing",
        f"the profile names {name!r:.200}, which {what}; expected a file relative to the profile's folder",
    )


def collect_named(folder: Path, name: str, *, allow_outside: bool = False) -> Found:
    """Read one artefact that the profile names; arguments as of :func:`locate_named`."""
    path = locate_named(folder, name, allow_outside=allow_outside)
    if isinstance(path, Problem):
        return Found(name, None, path, "", 0)
    return _read(path, name, None)


# --- reading ------------------------------------------------------------------------------------


class _NotPlainError(OSError):
    """What was opened is a device, a pipe or a folder."""


def _chunks(path: Path) -> Iterator[bytes]:
    """Read a plain file piece by piece.

    Raises:
        OSError: it cannot be read, or is no plain file.
    """
    # Without O_NONBLOCK opening a pipe waits for a writer, before anything can be found out about it.
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb", buffering=0) as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise _NotPlainError(0, "it is no plain file")
        while chunk := stream.read(_CHUNK):
            yield chunk


def _read(path: Path, name: str, folder: str | None) -> Found:
    """Read one artefact; one that is too large is only digested, and not at all beyond an image's size."""
    kept: list[bytes] = []
    digest = hashlib.sha256()
    size = 0
    try:
        for chunk in _chunks(path):
            size += len(chunk)
            if size > MAX_IMAGE_BYTES:
                return Found(name, None, _too_large(path.stat().st_size), "", path.stat().st_size, folder)
            digest.update(chunk)
            if size <= MAX_ARTEFACT_BYTES:
                kept.append(chunk)
    except OSError as fault:
        found = problem(
            "artefact-unrecognised", f"it cannot be read: {fault.strerror}; check its permissions"
        )
        return Found(name, None, found, "", 0, folder)
    if size > MAX_ARTEFACT_BYTES:
        return Found(name, None, _too_large(size), digest.hexdigest(), size, folder)
    return Found(name, b"".join(kept), None, digest.hexdigest(), size, folder)


def _too_large(size: int) -> Problem:
    return problem(
        "artefact-too-large",
        f"{size} bytes; an artefact has at most {MAX_ARTEFACT_BYTES}. A firmware image is named with "
        "--image, or as image in the profile's evidence",
    )


def read_image(path: Path, name: str, component: str | None = None) -> Image | Problem:
    """Digest one firmware image.

    Args:
        path: where it is.
        name: how it is called in results: as given.
        component: SUIT component identifier that it is for (hex segments joined by "/"), or None.

    Returns:
        The image; or why it was not read: ``artefact-missing``, ``artefact-too-large``,
        ``artefact-unrecognised``.
    """
    if kind_of(path) == "missing":
        return problem("artefact-missing", f"the image {name!r} does not exist; check its path")
    from iotassess.evidence import firmware  # and what it looks into images with: most runs have none

    try:
        examined = firmware.examine(_limited(_chunks(path)))
    except _TooLargeError:
        return problem(
            "artefact-too-large", f"the image {name!r} has more than {MAX_IMAGE_BYTES} bytes; it was not read"
        )
    except OSError as fault:
        return problem("artefact-unrecognised", f"the image {name!r} cannot be read: {fault.strerror}")
    return examined.as_image(name, component)


class _TooLargeError(Exception):
    """More bytes than are read."""


def _limited(chunks: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_IMAGE_BYTES:
            raise _TooLargeError
        yield chunk


def digest_file(path: Path, alg: str) -> Digest | None:
    """Compute the digest of a document.

    Args:
        path: where it is.
        alg: "sha-256", "sha-384" or "sha-512".

    Returns:
        The digest; None where the file cannot be read, has more than :data:`MAX_IMAGE_BYTES`, or the
        algorithm is another one.
    """
    if alg not in _HASHES:
        return None
    digest = hashlib.new(_HASHES[alg])
    try:
        for chunk in _limited(_chunks(path)):
            digest.update(chunk)
    except (OSError, _TooLargeError):
        return None
    return Digest(alg, digest.hexdigest())
