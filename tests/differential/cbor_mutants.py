"""Edits of CBOR files, one at a time: another type, a member less or more, another length.

What stands in a byte string is opened where it is CBOR itself, and closed again, so that edits reach into it.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import cbor2

INTO = ">"
"""Step into what a byte string holds."""

_OTHER = {
    "int": -1,
    "text": "x",
    "bytes": b"\x00",
    "array": [],
    "map": {},
    "null": None,
    "float": 1.5,
}
"""Type → a value of it, to put where something else should stand."""

_TURNS = 2
"""Of the other types each place gets so many, in turn: all of them would take four times as long."""

_HASH_SIZES = (16, 20, 32, 33, 48, 64)
"""Byte strings of these lengths are hashes and identifiers, even where they look like CBOR."""

_REMOVED = object()

_PLAIN = {number: lambda value, _, number=number: cbor2.CBORTag(number, value) for number in range(1101)}


class Inside(NamedTuple):
    """A byte string that holds one CBOR item."""

    item: Any


class Mutant(NamedTuple):
    """One edited file.

    Attributes:
        at: steps to the edited place, joined by "/": keys and indices, "#" and a tag's number, ">".
        edit: what was done there.
        data: the file.
    """

    at: str
    edit: str
    data: bytes


def load(data: bytes) -> Any:
    """Decode one item; tags stay tags.

    Raises:
        ValueError: something follows it.
    """
    stream = io.BytesIO(data)
    found = cbor2.CBORDecoder(stream, read_size=1, semantic_decoders=_PLAIN).decode()
    if stream.tell() != len(data):
        raise ValueError("bytes follow the item")
    return found


def _open(value: Any) -> Any:
    if isinstance(value, cbor2.CBORTag):
        return cbor2.CBORTag(value.tag, _open(value.value))
    if isinstance(value, list | tuple):
        return [_open(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _open(one) for key, one in value.items()}
    if isinstance(value, bytes) and len(value) > 1 and value[0] >> 5 in (4, 5, 6):
        if len(value) in _HASH_SIZES:
            return value
        try:
            item = load(value)
        except (cbor2.CBORDecodeError, ValueError):
            return value
        return Inside(_open(item)) if cbor2.dumps(item) == value else value
    return value


def _close(value: Any) -> Any:
    if isinstance(value, Inside):
        return cbor2.dumps(_close(value.item))
    if isinstance(value, cbor2.CBORTag):
        return cbor2.CBORTag(value.tag, _close(value.value))
    if isinstance(value, list):
        return [_close(one) for one in value]
    if isinstance(value, dict):
        return {key: _close(one) for key, one in value.items()}
    return value


def _children(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Inside):
        yield INTO, value.item
    elif isinstance(value, cbor2.CBORTag):
        yield f"#{value.tag}", value.value
    elif isinstance(value, list):
        yield from enumerate(value)
    elif isinstance(value, dict):
        yield from value.items()


def _places(value: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Give all places; of an array's items of one shape only the first is gone into."""
    yield steps, value
    seen = set()
    for step, inner in _children(value):
        if isinstance(value, list) and isinstance(inner, list | dict | cbor2.CBORTag):
            shape = _shape(inner)
            if shape in seen:
                continue
            seen.add(shape)
        yield from _places(inner, (*steps, step))


def _shape(value: Any) -> Any:
    """Something that two items have in common that have the same members of the same types."""
    if isinstance(value, dict):
        return tuple((key, _shape(one)) for key, one in value.items())
    if isinstance(value, list):
        return tuple(_shape(one) for one in value)
    return (_type(value), _shape(value.value)) if isinstance(value, cbor2.CBORTag) else _type(value)


def _put(value: Any, steps: tuple[Any, ...], new: Any) -> Any:
    """Give the item with another one at a place, or none."""
    if not steps:
        return new
    step, rest = steps[0], steps[1:]
    if isinstance(value, Inside):
        return Inside(_put(value.item, rest, new))
    if isinstance(value, cbor2.CBORTag):
        return cbor2.CBORTag(value.tag, _put(value.value, rest, new))
    if isinstance(value, list):
        changed = {index: _put(one, rest, new) if index == step else one for index, one in enumerate(value)}
        return [one for one in changed.values() if one is not _REMOVED]
    changed = {key: _put(one, rest, new) if key == step else one for key, one in value.items()}
    return {key: one for key, one in changed.items() if one is not _REMOVED}


def _type(value: Any) -> str:
    if isinstance(value, Inside | bytes):
        return "bytes"
    names = {bool: "bool", int: "int", str: "text", list: "array", dict: "map", float: "float"}
    return "null" if value is None else names.get(type(value), "tag")


def _edits(value: Any, turn: int) -> Iterator[tuple[str, Any]]:
    """What can be done to one item.

    Args:
        value: the item.
        turn: any number that belongs to its place, whatever else is in the file.
    """
    own = _type(value)
    others = [(f"{own} to {name}", other) for name, other in _OTHER.items() if name != own]
    yield from (others[(turn + 3 * index) % len(others)] for index in range(_TURNS))
    if own == "array":
        yield "longer", [*value, 0]
    elif own == "map":
        yield "unknown number", {**value, -1: 0}
        yield "unknown text", {**value, "zz": 0}
    elif isinstance(value, bytes):
        yield "shorter", value[:-1]
        yield "longer", value + b"\x00"
    elif own == "int":
        yield "other sign", -value - 1


def mutants(data: bytes) -> Iterator[Mutant]:
    """Give all edits of a file.

    Args:
        data: one CBOR item.
    """
    root = _open(load(data))
    assert cbor2.dumps(_close(root)) == data, "the file is not written as it would be written here"
    for steps, value in _places(root):
        at = "/".join("id" if isinstance(step, tuple) else str(step) for step in steps)
        for edit, new in _edits(value, zlib.crc32(at.encode())):
            if steps or " to " not in edit:  # as a whole it stays what it is
                yield Mutant(at, edit, cbor2.dumps(_close(_put(root, steps, new))))
        if steps and not str(steps[-1]).startswith(("#", INTO)):
            yield Mutant(at, "removed", cbor2.dumps(_close(_put(root, steps, _REMOVED))))
