"""JSON lines: one object a line. A partition is a range of bytes, and owns the lines that begin in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from iotassess.fleet.records import MAX_TOKEN_BYTES, Record, bad, record
from iotassess.fleet.sources import Partition, digest_of_file

digest = digest_of_file

MAX_LINE_BYTES: Final = 2 * MAX_TOKEN_BYTES + (8 << 10)
"""A token in hexadecimal, and the other fields."""

USUAL_LINE_BYTES: Final = 1 << 10
"""Bytes of a line as they usually are, to cut a file into parts without reading it."""


def cut(path: Path, size: int) -> Iterator[tuple[int, int]]:
    """Cut the file into ranges of bytes: (start, end)."""
    total, step = path.stat().st_size, size * USUAL_LINE_BYTES
    for start in range(0, total, step):
        yield start, min(start + step, total)


def records(partition: Partition) -> Iterator[Record]:
    """Read the lines that begin within a range."""
    start, end = cast("tuple[int, int]", partition.where)
    with Path(partition.path).open("rb") as file:
        if start:
            file.seek(start - 1)
            _skip_line(file)  # the line before, whose end may lie within the range
        while (offset := file.tell()) < end:
            line = file.readline(MAX_LINE_BYTES + 1)
            if not line:
                return
            place = f"{partition.name}@{offset}"
            if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
                _skip_line(file)
                yield bad(place, f"a line of more than {MAX_LINE_BYTES} bytes")
            elif line.strip():
                yield _record(place, line)


def _skip_line(file: BinaryIO) -> None:
    while (line := file.readline(1 << 16)) and not line.endswith(b"\n"):
        pass


def _record(place: str, line: bytes) -> Record:
    try:
        fields = json.loads(line, object_pairs_hook=once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as fault:
        return bad(place, f"no JSON object: {fault if isinstance(fault, _Twice) else 'expected one a line'}")
    if not isinstance(fields, dict):
        return bad(place, "no JSON object: expected one a line")
    return record(place, fields)


class _Twice(ValueError):  # noqa: N818 - becomes a record with an error
    """A member of an object is there twice."""


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members; one that is there twice makes it none.

    Raises:
        ValueError: there is one.
    """
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice("a member is there twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
