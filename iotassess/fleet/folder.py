"""The folder of a result: what is in it while a run goes on, and when it is done.

- ``plan.json``: what the result depends on, so that only the same run goes on in it;
- ``parts.unfinished/``: parts that are done, while others are not; a later part may still take something back
  in them, so they are no result yet;
- ``parts.settling/``: the same when all are done, under another name, so that a worker that was given up for
  lost and still writes cannot undo what is taken back;
- ``parts/``: the result, there only when it is whole;
- ``keys.sqlite``: the registered keys;
- ``.lock``: held while a run goes on.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from iotassess import __version__
from iotassess.errors import UsageError

PLAN: Final = "plan.json"
UNFINISHED: Final = "parts.unfinished"
SETTLING: Final = "parts.settling"
FINISHED: Final = "parts"
KEYS: Final = "keys.sqlite"
_LOCK: Final = ".lock"
_FIRST: Final = frozenset({KEYS, f".{KEYS}.new", f".{PLAN}.new", _LOCK})
"""What a run writes before it knows its plan."""
_SCHEMA: Final = "iotassess/fleet-plan/v1"


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make the folder if it is missing, and hold it for this run alone.

    Raises:
        UsageError: it cannot be made, another run holds it, or it holds something else.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = sorted(entry.name for entry in folder.iterdir() if entry.name not in _FIRST)
        if others and not (folder / PLAN).is_file():
            raise UsageError(
                f"{folder} holds something else ({others[0]}); expected an empty folder, or a result",
                hint="name a new folder: --out FOLDER",
            )
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as fault:
        raise UsageError(
            f"cannot write into {folder}: {fault.strerror}", hint="name another folder: --out FOLDER"
        ) from fault
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise UsageError(
                f"{folder}: another run is writing here", hint="wait for it, or name another folder"
            ) from fault
        yield
    finally:
        os.close(lock)


def begin(folder: Path, digest: str, *, restart: bool) -> Path:
    """Give the folder of the parts, those of the same run still in it.

    Args:
        folder: of the result, locked.
        digest: of the plan.
        restart: throw away what another run made here.

    Raises:
        UsageError: it holds the result of another run.
    """
    known = _digest_in(folder)
    parts = folder / UNFINISHED
    later = (folder / SETTLING, folder / FINISHED)
    if known != digest or restart:
        if known is not None and not restart:
            raise UsageError(
                f"{folder} holds the result of another run: other input, options or version",
                hint="name a new folder, or throw that result away: --restart",
            )
        for old in (parts, *later):
            if old.is_dir():
                shutil.rmtree(old)
        _write(folder / PLAN, json.dumps({"schema": _SCHEMA, "tool": __version__, "digest": digest}) + "\n")
    else:
        for old in later:  # what is whole is only settled and summed up again
            if old.is_dir() and not parts.is_dir():
                old.rename(parts)
    parts.mkdir(exist_ok=True)
    _sweep(parts)
    return parts


def settle(folder: Path, parts: Collection[str]) -> Path:
    """Keep everybody from the parts who is not in this process, and give their folder.

    Args:
        folder: of the result.
        parts: names of the files that belong to it; another one is removed.
    """
    settling = folder / SETTLING
    (folder / UNFINISHED).rename(settling)
    for entry in settling.iterdir():
        if entry.name not in parts:
            entry.unlink()
    return settling


def finish(folder: Path) -> Path:
    """Make the parts the result, and give their folder."""
    finished = folder / FINISHED
    (folder / SETTLING).rename(finished)
    return finished


def _sweep(parts: Path) -> None:
    """Remove what processes left that were killed while they wrote."""
    for left in parts.glob(".*.new"):
        left.unlink(missing_ok=True)


def _digest_in(folder: Path) -> str | None:
    """Digest of the plan in a folder; "" for a plan that cannot be read, None where there is none."""
    path = folder / PLAN
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_bytes())
        return str(found["digest"]) if found["schema"] == _SCHEMA else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
