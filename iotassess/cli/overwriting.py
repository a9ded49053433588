"""Files to be written that are read in the same run: refused before anything is written.

A report in the place of its own profile, key or evidence would destroy what it is about, and one in the
place of the earlier result would be what the next release is held against, even where the gate failed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from iotassess.errors import UsageError
from iotassess.intake import Request
from iotassess.profile import LoadedProfile, documents, evidence_entries


def refuse_overwriting(
    outputs: Sequence[Path],
    request: Request,
    files: Iterable[Path | None],
    loaded: LoadedProfile | None = None,
) -> None:
    """Refuse to write what is read.

    Args:
        outputs: files to be written; what is not there yet, or no plain file, destroys nothing.
        request: names artefacts and anchors. In a folder of anchors every file counts as read, in one of
            artefacts what is an artefact: a report of an earlier run may lie there.
        files: other files that the command line names.
        loaded: the profile, which names files, too; None where it cannot be read.

    Raises:
        UsageError: one of the outputs is an input.
    """
    there = [path for path in outputs if _plain(path)]
    if not there:
        return
    named = [*filter(None, files), *request.artefacts, *(spec.path for spec in request.anchors)]
    if loaded is not None:
        named += _named_by(loaded)
    for path in there:
        if any(_same(path, other) for other in named) or _in_folder(path, request):
            raise UsageError(
                f"cannot write {path}: it is read in this run, and would be lost",
                hint="name another file for the output; nothing was written",
            )


def _plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError, RuntimeError):  # nothing there; what is wrong with it is told on writing
        return False


def _same(path: Path, other: Path) -> bool:
    """Whether two names, of which the first is there, mean one file: hard links do, too."""
    try:
        return os.path.samestat(path.stat(), other.stat())
    except (OSError, ValueError, RuntimeError):
        return False


def _named_by(loaded: LoadedProfile) -> Iterator[Path]:
    names = [entry.path for entry in evidence_entries(loaded)] + [row.path for row in documents(loaded)]
    for name in names:
        yield loaded.path.parent / name


def _in_folder(path: Path, request: Request) -> bool:
    """Whether a file is read as one of a folder that was named."""
    real = path.resolve()
    if any(real.is_relative_to(spec.path.resolve()) for spec in request.anchors):
        return True
    inside = any(real.is_relative_to(folder.resolve()) for folder in request.artefacts)
    return inside and _artefact(real, request)


def _artefact(path: Path, request: Request) -> bool:
    """Whether a file is of a known kind."""
    from iotassess.evidence.collect import collect  # hardly a run gets here
    from iotassess.evidence.context import Context
    from iotassess.evidence.trust import TrustStore
    from iotassess.evidence.verification import read_found

    (found,) = collect([path]).found
    return read_found(found, Context(str(path), TrustStore(), request.as_of)).kind is not None
