"""Where records come from: one reader a form, each of which cuts its input into partitions.

A partition is a small description that a worker, perhaps on another machine, can read by itself; the same
input is always cut in the same way, so that a run can go on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

from iotassess.errors import UsageError
from iotassess.fleet.records import Record

PARTITION: Final = 5_000
"""Records of one partition, about: some seconds of work. It bounds what a worker holds at a time and what a
lost worker has to do again; below a thousand the files and the messages cost more than the work."""


class Partition(NamedTuple):
    """A part of one input.

    Attributes:
        number: of the part in the whole run; the result has it in its file name.
        form: which reader reads it.
        path: the input as the worker finds it.
        name: the input as the user named it; stands in every row.
        where: what the reader needs to know, which only it understands.
    """

    number: int
    form: str
    path: str
    name: str
    where: tuple[object, ...]

    def __str__(self) -> str:
        return f"part {self.number} ({self.name})"


class Source(NamedTuple):
    """One form of input.

    Attributes:
        id: name of the form.
        module: has ``cut(path, name, size) -> Iterator[tuple]`` (what goes into ``Partition.where``),
            ``records(partition) -> Iterator[Record]`` and ``digest(path) -> str``.
        suffixes: of files that have it.
    """

    id: str
    module: str
    suffixes: tuple[str, ...]


SOURCES: Final = (
    Source("folder", "iotassess.fleet.source_folder", ()),
    Source("tar", "iotassess.fleet.source_tar", (".tar",)),
    Source("json-lines", "iotassess.fleet.source_lines", (".jsonl", ".ndjson")),
    Source("parquet", "iotassess.fleet.source_parquet", (".parquet", ".pq")),
)

_COMPRESSED: Final = (".gz", ".tgz", ".bz2", ".xz", ".zst")


def source_of(path: Path) -> Source:
    """Tell which form an input has: a folder, or a file by its suffix.

    Raises:
        UsageError: it is missing, or has none of the forms.
    """
    if path.is_dir():
        return SOURCES[0]
    if not path.is_file():
        what = "is no plain file" if path.exists() else "does not exist"
        raise UsageError(f"{path} {what}; expected tokens: a folder, .tar, .jsonl or .parquet")
    suffix = path.suffix.lower()
    found = next((source for source in SOURCES if suffix in source.suffixes), None)
    if found is None:
        hint = (
            "decompress it first: parts of a compressed file cannot be read by themselves"
            if suffix in _COMPRESSED
            else f"known are {', '.join(s for source in SOURCES for s in source.suffixes)}, and folders"
        )
        raise UsageError(
            f"{path}: a file of tokens with the suffix {suffix or '(none)'} is not known", hint=hint
        )
    return found


def partitions(inputs: list[Path], size: int) -> Iterator[Partition]:
    """Cut all inputs into partitions, numbered through.

    Args:
        inputs: files and folders as the user named them.
        size: records of a partition, about.
    """
    index = 0
    for path in inputs:
        source = source_of(path)
        for where in import_module(source.module).cut(path, size):
            yield Partition(index, source.id, str(path.resolve()), str(path), where)
            index += 1


def records(partition: Partition) -> Iterator[Record]:
    """Read the records of a partition; what cannot be read is a record with an error."""
    source = next(source for source in SOURCES if source.id == partition.form)
    yield from import_module(source.module).records(partition)


def digest(inputs: list[Path]) -> str:
    """Digest all inputs, so that a run that goes on is known to go on with the same: SHA-256 in hex.

    Of a folder the names and sizes of its files count, of a file its bytes.
    """
    total = hashlib.sha256()
    for path in inputs:
        source = source_of(path)
        total.update(f"{source.id} {import_module(source.module).digest(path)}\n".encode())
    return total.hexdigest()


def digest_of_files(path: Path) -> str:
    """SHA-256 over a file, or over all files of a folder with their names, in hex.

    Raises:
        UsageError: one cannot be read.
    """
    if not path.is_dir():
        return digest_of_file(path)
    total = hashlib.sha256()
    for file in sorted(file for file in path.rglob("*") if file.is_file()):
        total.update(f"{str(file.relative_to(path))!a} {digest_of_file(file)}\n".encode())
    return total.hexdigest()


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file in hex.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        raise UsageError(f"{path} cannot be read: {fault.strerror}") from fault
