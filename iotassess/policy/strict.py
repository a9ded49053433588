"""Reading the relying party's own files strictly: YAML, a type, and every fault at file:line:column.

A policy or waiver file that was misread would let through what it is there to stop, so anything that is not
understood ends the run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from iotassess.codec import yaml
from iotassess.errors import PolicyError
from iotassess.profile.faults import path_text, shown
from iotassess.profile.suggestions import did_you_mean

MAX_FAULTS: Final = 20
"""Faults that are told of one file: nobody corrects more in one go."""

Expects = Callable[[yaml.Path], str]
"""What a value at a path should have been, in words."""
Keys = Callable[[yaml.Path], tuple[str, ...]]
"""The keys that a mapping at a path may have; none where any key may stand."""


class StrictFile(NamedTuple):
    """A file that was read.

    Attributes:
        path: as given.
        document: parsed, with places.
        sha256: of the file, hex.
    """

    path: Path
    document: yaml.Document
    sha256: str

    def fault(self, at: yaml.Path, message: str, hint: str = "", *, at_key: bool = False) -> PolicyError:
        """Make the error for something at a path."""
        mark = self.document.keys.get(at) if at_key else None
        mark = mark or self.document.mark(at)
        return PolicyError(f"{self.path}:{mark.line}:{mark.column}: {message}", hint=hint)


def read_strict(path: Path, what: str, schema: str) -> StrictFile:
    """Read a YAML file that says which format it has.

    Args:
        path: the file.
        what: it is, with its article, for messages.
        schema: value of its key ``schema``.

    Raises:
        PolicyError: it is missing, not YAML, or of another format.
    """
    try:
        with path.open("rb") as file:
            data = file.read(yaml.MAX_SIZE + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or "not a path"
        raise PolicyError(f"{path}: {what} cannot be read: {reason}", hint="check the path") from None
    try:
        document = yaml.load(data)
    except yaml.YamlFault as fault:
        told = f"{path}:{fault.line}:{fault.column}: {fault.message}"
        raise PolicyError(told, hint=fault.hint) from None
    read = StrictFile(path, document, hashlib.sha256(data).hexdigest())
    if not isinstance(document.value, dict):
        raise read.fault((), f"got no mapping, expected {what}", f"begin with 'schema: {schema}'")
    got = document.value.get("schema")
    if got != schema:
        at: yaml.Path = ("schema",) if "schema" in document.value else ()
        found = "no schema" if got is None else f"schema {shown(got)}"
        raise read.fault(at, f"got {found}, expected {schema}", f"write 'schema: {schema}' if it is {what}")
    return read


def validate(read: StrictFile, adapter: TypeAdapter[Any], expects: Expects, keys: Keys) -> None:
    """Hold a file against its type.

    Args:
        read: the file.
        adapter: of its type.
        expects: what a value should have been.
        keys: the keys that a mapping may have.

    Raises:
        PolicyError: with all that is wrong, in the order of the text, each at its place.
    """
    try:
        adapter.validate_python(read.document.value, strict=True)
    except ValidationError as error:
        rows = [_told(read, row, expects, keys) for row in error.errors(include_url=False)]
        paths = {row[0] for row in rows}
        # Of the members of a union each complains; the one that came furthest knows what is wrong.
        deepest = [row for row in rows if not any(len(p) > len(row[0]) == _shared(p, row[0]) for p in paths)]
        faults = {read.document.mark(row[0]): read.fault(*row, at_key=True) for row in reversed(deepest)}
        told = [str(faults[mark]) for mark in sorted(faults)][:MAX_FAULTS]
        raise PolicyError("\n".join(told)) from None


def _shared(first: yaml.Path, second: yaml.Path) -> int:
    """How many steps two paths begin with in common."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(first), len(second)))


def _told(
    read: StrictFile, row: Mapping[str, Any], expects: Expects, keys: Keys
) -> tuple[yaml.Path, str, str]:
    """Path, message and hint of one of pydantic's errors."""
    kind, path = row["type"], _existing(read.document.value, row["loc"])
    where = path_text(path)
    if kind == "extra_forbidden":
        known = keys(path[:-1])
        return path, f"unknown key {where}", did_you_mean(str(path[-1]), known) if known else ""
    if kind == "missing":
        around = where or "the file"
        return path, f"{around} has no {row['loc'][-1]}", f"add the key {row['loc'][-1]}"
    value = _at(read.document.value, path)
    got = "nothing" if value is None else shown(read.document.raw.get(path, value))
    if kind == "string_too_long":
        most = row["ctx"]["max_length"]
        return path, f"{where}: got {got} of {len(str(value))} characters, expected at most {most}", ""
    return path, f"{where}: got {got}, expected {expects(path)}", ""


def _existing(value: Any, loc: tuple[Any, ...]) -> yaml.Path:
    """The steps of pydantic's path that the text has; names of union members are none."""
    path: list[str | int] = []
    for step in loc:
        if isinstance(value, dict):
            there = step in value
        else:
            there = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if there:
            value = value[step]
            path.append(step)
    return tuple(path)


def _at(value: Any, path: yaml.Path) -> Any:
    """What stands at a path that the text has."""
    for step in path:
        value = value[step]
    return value
