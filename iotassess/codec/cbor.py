"""The CBOR wall: this file and its neighbours ``cbor_*`` are the only ones that call cbor2.

What comes out is plain: int, float, str, bytes, bool, None, :data:`UNDEFINED`, :data:`Simple`,
:class:`Tag`, arrays and maps. Arrays are ``list``, or ``tuple`` under a tag or in a key; maps are
``dict``, or an immutable mapping there: callers test for ``Sequence`` (and not bytes or str) and
``Mapping``. Nothing is interpreted: a date, a bignum or a regular expression is a :class:`Tag`.

A map key that Python takes for an integer though it is none (true, 1.0, simple value 16) is kept apart
as an :class:`OddKey`, so that ``claims.get(1)`` finds the label 1 and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import cbor2

from iotassess.codec.cbor_decode import (
    MAPS,
    MAX_ARTEFACT_BYTES,
    UNDEFINED,
    OddKey,
    Read,
    Simple,
    Tag,
    loads,
    read,
)
from iotassess.codec.cbor_tokens import (
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_OUTSIDE_BYTES,
    Head,
    Scan,
    read_head,
    scan,
)
from iotassess.errors import MalformedArtefact

__all__ = [
    "INTO",
    "MAPS",
    "MAX_ARTEFACT_BYTES",
    "MAX_DEPTH",
    "MAX_ITEMS",
    "MAX_OUTSIDE_BYTES",
    "UNDEFINED",
    "OddKey",
    "Read",
    "Scan",
    "Simple",
    "Tag",
    "dumps",
    "encode_head",
    "has_indefinite",
    "loads",
    "locate",
    "read",
    "scan",
]


def has_indefinite(data: bytes) -> bool:
    """Tell whether any item of the well-formed ``data`` has an indefinite length.

    Raises:
        MalformedArtefact: the data is not well-formed.
    """
    # Every indefinite length ends with a break code, so most data needs no second look.
    return b"\xff" in data and scan(data).indefinite


# --- encoding -----------------------------------------------------------------------------------


def encode_head(major: int, argument: int) -> bytes:
    """Encode the head of one item in its shortest form (RFC 8949 section 3)."""
    if argument < 24:
        return bytes((major << 5 | argument,))
    for info, size in ((24, 1), (25, 2), (26, 4)):
        if argument < 1 << (8 * size):
            return bytes((major << 5 | info,)) + argument.to_bytes(size, "big")
    return bytes((major << 5 | 27,)) + argument.to_bytes(8, "big")


def dumps(value: Any) -> bytes:
    """Encode one value in the core deterministic form (RFC 8949 section 4.2.1).

    Args:
        value: whatever :func:`loads` gives, and nothing else.

    Raises:
        TypeError: ``value`` contains something that :func:`loads` never gives.
    """
    if isinstance(value, Tag):
        return encode_head(6, value.number) + dumps(value.value)
    if isinstance(value, OddKey):
        return dumps(value.value)
    if isinstance(value, Mapping):
        # cbor2's canonical form sorts keys by length first, which is the older rule (section 4.2.3).
        pairs = sorted((dumps(key), dumps(inner)) for key, inner in value.items())
        return encode_head(5, len(pairs)) + b"".join(key + inner for key, inner in pairs)
    if isinstance(value, list | tuple):
        return encode_head(4, len(value)) + b"".join(map(dumps, value))
    if value is None or isinstance(value, int | float | str | bytes | Simple) or value is UNDEFINED:
        return cbor2.dumps(value, canonical=True)
    raise TypeError(f"a value of type {type(value).__name__} is not CBOR that was read here")


# --- finding ------------------------------------------------------------------------------------


class _Into:
    """Type of the marker :data:`INTO`."""

    def __repr__(self) -> str:
        return "INTO"


INTO: Final = _Into()
"""Path step into the CBOR that a byte string wraps."""


def locate(data: bytes, path: Sequence[Any]) -> int | None:
    """Find the offset of the value at ``path``, or None where there is none.

    Args:
        data: the encoded item.
        path: one step a level: a map key (as :func:`loads` gives it), an array index, or
            :data:`INTO` to step into a byte string that wraps CBOR. Tags are stepped through.

    Returns:
        Offset from the start of ``data`` of the value's first byte, its tag included. None also
        inside a byte string that comes in chunks: its content stands nowhere in one piece.
    """
    position, end = 0, len(data)
    try:
        for step in path:
            head = read_head(data, position, end)
            while head.major == 6:
                position = head.next
                head = read_head(data, position, end)
            found: int | None = None
            if step is INTO:
                if head.major == 2 and head.info != 31 and head.next + head.argument <= end:
                    found, end = head.next, head.next + head.argument
            elif head.major == 4:
                found = _find_index(data, head, end, step)
            elif head.major == 5:
                found = _find_key(data, head, end, step)
            if found is None:
                return None
            position = found
        scan(data, position, end)  # what stands there must be an item
    except MalformedArtefact:
        return None
    return position


def _is_over(data: bytes, head: Head, position: int, seen: int, end: int) -> bool:
    """Tell whether the array or map has no item at ``position``, after ``seen`` of them."""
    if head.info == 31:
        inner = read_head(data, position, end)
        return inner.major == 7 and inner.info == 31
    return seen >= head.argument


def _find_index(data: bytes, head: Head, end: int, index: object) -> int | None:
    if type(index) is not int or index < 0:
        return None
    position, seen = head.next, 0
    while not _is_over(data, head, position, seen, end):
        if seen == index:
            return position
        position = scan(data, position, end).end
        seen += 1
    return None


def _find_key(data: bytes, head: Head, end: int, key: object) -> int | None:
    wanted = dumps(key)
    position, seen = head.next, 0
    while not _is_over(data, head, position, seen, end):
        after = scan(data, position, end).end
        encoded = data[position:after]
        if encoded == wanted or dumps(loads(encoded)) == wanted:
            return after
        position = scan(data, after, end).end
        seen += 1
    return None
