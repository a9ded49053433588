"""Build the release in ``dist/``, source archive and wheel, with their digests: ``make wheel``.

The same commit gives the same bytes, on any machine and at any time: the one time in the files is that of the
commit, and the backend and its version come from the lock.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from requirements.pins import ROOT


def build(root: Path, into: Path, moment: int) -> list[Path]:
    """Build source archive and wheel.

    Args:
        root: the source tree.
        into: folder to build in.
        moment: seconds since 1970 that every entry is dated with.
    """
    os.environ["SOURCE_DATE_EPOCH"] = str(moment)
    return [
        Path(file)
        for builder in (SdistBuilder, WheelBuilder)
        for file in builder(str(root)).build(directory=str(into))
    ]


def moment() -> int:
    """What ``SOURCE_DATE_EPOCH`` says, or when the commit was made that is checked out."""
    said = os.environ.get("SOURCE_DATE_EPOCH")
    if said:
        return int(said)
    log = ["git", "log", "--max-count=1", "--format=%ct"]
    return int(subprocess.run(log, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def digests(files: list[Path]) -> str:
    """What `sha256sum --check` reads: a line for each file."""
    return "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)


def main(into: Path) -> None:
    """Build, write ``SHA256SUMS`` beside what was built, and print it."""
    told = digests(build(ROOT, into, moment()))
    (into / "SHA256SUMS").write_text(told, "utf-8")
    print(told, end="")


if __name__ == "__main__":
    main(ROOT / "dist")
