"""Excerpts of real output in written pages: made by running the command, so that they cannot go stale.

A page marks one by a comment, followed by a fenced block that is filled in:

    <!-- output: list artefact-kinds | 1-3; /^eat-cwt/+1 -->

Before ``|`` stands the command line after ``iotassess``, run in the root of the repository; behind it the
parts to show (all of it without any): lines ``1-3`` (or ``7-``), or from the first line that a pattern finds,
so many (``+*``: up to the next empty line). A pattern is looked for behind the part before it. An ellipsis
stands where something was left out. ``{scratch}`` in a command is a folder that the commands of one page
share and that is gone afterwards.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

_BLOCK = re.compile(
    r"(<!-- output: (?P<mark>.*?) -->\n```text\n)(?P<old>.*?)(^```$)", re.DOTALL | re.MULTILINE
)
_LINES = re.compile(r"(\d+)-(\d*)$")
_FOUND = re.compile(r"/(.*)/\+(\d+|\*)$")
WIDTH = "100"
"""Columns of the terminal in excerpts."""


def refreshed(path: str, text: str, root: Path) -> str:
    """Fill in every excerpt of a page.

    Args:
        path: of the page, for messages.
        text: the page.
        root: where commands run.

    Raises:
        ValueError: a part does not fit the output.
    """

    def fill(block: re.Match[str]) -> str:
        command, _, parts = block["mark"].partition(" | ")
        lines = output(command.replace("{scratch}", scratch), root).splitlines()
        try:
            chosen = list(choose(lines, parts))
        except ValueError as fault:
            raise ValueError(f"{path}: excerpt of {command!r}: {fault}") from None
        return block[1] + "".join(f"{line}\n" for line in chosen) + block[4]

    with tempfile.TemporaryDirectory() as scratch:
        return _BLOCK.sub(fill, text)


def output(command: str, root: Path) -> str:
    """Run iotassess in this process and give what it writes, messages included.

    Args:
        command: the command line behind ``iotassess``.
        root: folder to run in.
    """
    from iotassess.cli.main import call

    written = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    before = dict(os.environ)
    os.environ.update(COLUMNS=WIDTH, NO_COLOR="1", TERM="dumb")
    try:
        with (
            contextlib.chdir(root),
            contextlib.redirect_stdout(written),
            contextlib.redirect_stderr(written),
        ):
            call(shlex.split(command))
    finally:
        os.environ.clear()
        os.environ.update(before)
    written.seek(0)
    return written.read()


def choose(lines: list[str], parts: str) -> Iterator[str]:
    """Give the wanted parts of an output, an ellipsis between them.

    Args:
        lines: the output.
        parts: see the head of this file; empty for all.

    Raises:
        ValueError: a part is not understood, or not there.
    """
    at = 0
    for index, part in enumerate(p.strip() for p in parts.split(";") if p.strip()):
        if span := _LINES.match(part):
            first, last = int(span[1]) - 1, int(span[2]) if span[2] else len(lines)
        elif found := _FOUND.match(part):
            first = next((i for i in range(at, len(lines)) if re.search(found[1], lines[i])), -1)
            last = _paragraph(lines, first) if found[2] == "*" else first + int(found[2])
        else:
            raise ValueError(f"got {part!r}, expected lines (1-12) or a pattern (/Proven/+3)")
        if first < 0 or last > len(lines):
            raise ValueError(f"{part!r} is not in its {len(lines)} lines")
        if index and first > at:
            yield "…"
        yield from lines[first:last]
        at = last
    if not parts.strip():
        yield from lines


def _paragraph(lines: list[str], first: int) -> int:
    """Where the paragraph ends that a line is in."""
    return next((i for i in range(first, len(lines)) if not lines[i].strip()), len(lines))
