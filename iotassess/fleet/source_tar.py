"""A tar archive of tokens, one a member. It is never unpacked: a part knows where its members' bytes are."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

from iotassess.errors import UsageError
from iotassess.fleet.records import MAX_TOKEN_BYTES, Record, bad
from iotassess.fleet.source_folder import TOKEN_SUFFIXES, device_name, shown
from iotassess.fleet.sources import Partition, digest_of_file

digest = digest_of_file

_BLOCK: Final = 1 << 20

_Member = tuple[str, int, int]
"""Name, offset of the bytes, number of them (-1: no plain file)."""


def cut(path: Path, size: int) -> Iterator[tuple[_Member, ...]]:
    """Cut the archive into lists of members, in its own order.

    Raises:
        UsageError: it is no tar archive, or is cut off in the middle.
    """
    members: list[_Member] = []
    try:
        with tarfile.open(path, "r:") as archive:
            while (member := archive.next()) is not None:
                archive.members = []  # type: ignore[attr-defined]  # else it remembers a million of them
                if member.isdir():
                    continue
                plain = member.isreg() and not member.issparse()
                members.append((member.name, member.offset_data, member.size if plain else -1))
                if len(members) == size:
                    yield tuple(members)
                    members = []
            end = archive.offset
        _require_end(path, end)
    except (tarfile.TarError, OSError, ValueError) as fault:
        raise UsageError(f"{path} cannot be read as a tar archive: {fault}") from fault
    if members:
        yield tuple(members)


def _require_end(path: Path, offset: int) -> None:
    """See that an archive ends where its members do.

    The library takes a damaged header, another archive behind this one, or the end of a file that was cut off
    for the end of the archive: tokens would be missing, and nobody would know.

    Raises:
        ValueError: something else than zeros follows, or nothing at all.
    """
    with path.open("rb") as file:
        file.seek(offset)
        rest = file.read(_BLOCK)
        while rest:
            if rest.count(0) != len(rest):
                raise ValueError(f"a damaged header at byte {offset}, or more behind its end")
            rest = file.read(_BLOCK)
        if file.tell() < offset + tarfile.BLOCKSIZE:
            raise ValueError("it is cut off: the mark of its end is missing")


def records(partition: Partition) -> Iterator[Record]:
    """Read the members of a partition."""
    with Path(partition.path).open("rb") as file:
        for name, offset, size in cast("tuple[_Member, ...]", partition.where):
            place = f"{partition.name}/{shown(name)}"
            if size < 0:
                yield bad(place, "no plain file; expected a token")
            elif not 0 < size <= MAX_TOKEN_BYTES:
                yield bad(place, f"the token has {size} bytes; expected 1 to {MAX_TOKEN_BYTES}")
            else:
                file.seek(offset)
                token = file.read(size)
                if len(token) < size:
                    yield bad(place, "the archive ends within this member")
                else:
                    yield Record(place, token, hint=device_name(name, TOKEN_SUFFIXES))
