"""An interpreter that runs nothing: it notes what it was called with, and plays the gate."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NamedTuple

_STUB = """#!{python} -I
import json, os, pathlib, sys
here = pathlib.Path({folder!r})
with (here / "calls").open("a") as file:
    print(json.dumps(sys.argv[1:]), file=file)
for name, stream in (("says", sys.stdout), ("complains", sys.stderr)):
    stream.buffer.write((here / name).read_bytes() if (here / name).exists() else b"")
    stream.flush()
for argument in sys.argv:
    format, _, name = argument.removeprefix("--format=").partition("=")
    if argument.startswith("--format=") and name:
        text = (here / format).read_bytes() if (here / format).exists() else format.encode()
        pathlib.Path(name).write_bytes(text)
if "venv" in sys.argv:
    made = pathlib.Path(sys.argv[-1]) / "bin" / "python"
    made.parent.mkdir(parents=True)
    made.symlink_to(sys.argv[0])
sys.exit(int((here / "code").read_text()) if (here / "code").exists() else 0)
"""


class Stub(NamedTuple):
    """The interpreter.

    Attributes:
        path: its executable.
        folder: where it finds its part (files says, complains, code, and one a format), and notes calls.
    """

    path: Path
    folder: Path

    def plays(self, **parts: str) -> None:
        """Write its part, by file."""
        for name, text in parts.items():
            (self.folder / name).write_text(text, newline="")

    @property
    def calls(self) -> list[list[str]]:
        """The arguments of each call."""
        file = self.folder / "calls"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def make(path: Path, folder: Path) -> Stub:
    """Write the interpreter to a path, in the place of what is there."""
    folder.mkdir()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_STUB.format(python=sys.executable, folder=str(folder)))
    path.chmod(0o755)
    return Stub(path, folder)
