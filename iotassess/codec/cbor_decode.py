"""Strict decoding: one item, no duplicates, nothing executed, only our own errors.

cbor2 builds the values; what it is too kind about is refused here, and what it refuses is explained in
our words, with the offset that the tokenizer finds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple, NoReturn

import cbor2

from iotassess.codec.cbor_tokens import (
    BREAK,
    MAX_COMPOSITE_KEYS,
    MAX_DEPTH,
    MAX_KEY_ITEMS,
    malformed,
    read_head,
    scan,
)
from iotassess.errors import MalformedArtefact

MAX_ARTEFACT_BYTES: Final = 16 << 20
"""Longest CBOR artefact. The largest content is an integrated payload: firmware of a small device."""

MEASURED_FROM: Final = 8 << 10
"""Data longer than this is measured before it is decoded. Tokens and manifests are shorter, and so is
what could be done with keys that collide; measuring costs ten times what decoding does."""

Simple = cbor2.CBORSimpleValue
"""A simple value other than false, true, null and undefined; ``.value`` is its number. It is equal to
that integer, so test for the type."""

UNDEFINED: Final = cbor2.undefined

MAPS: Final = (dict, cbor2.frozendict, Mapping)
"""What a decoded map is an instance of. The abstract class would do, but asking it takes far longer."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One tagged item, uninterpreted.

    Attributes:
        number: tag number, 0 to 2^64 - 1.
        value: the item inside; its arrays and maps may be immutable ones.
    """

    number: int
    value: Any


@dataclass(frozen=True, slots=True)
class OddKey:
    """A map key that Python would take for an integer: a boolean, a float or a simple value.

    Attributes:
        value: the key.
    """

    value: Any


class Read(NamedTuple):
    """One decoded item, and a remark about its bytes.

    Attributes:
        value: as :func:`loads` gives it.
        indefinite: whether any item of it has an indefinite length.
    """

    value: Any
    indefinite: bool


# --- decoding -----------------------------------------------------------------------------------


class _SharedReference(Exception):  # noqa: N818 - never leaves this file
    """A tag 28 or 29 was met."""


class _BadKey(Exception):  # noqa: N818 - never leaves this file
    """A map key holds a NaN, or too much; or a map has too many keys that can be made to collide.

    No two NaN are equal, so one could be there twice.
    """


def _refuse_shared(_value: Any, _immutable: bool) -> NoReturn:
    raise _SharedReference


def _plain_tag(number: int) -> Callable[[Any, bool], Tag]:
    return lambda value, _immutable: Tag(number, value)


def _other_tag(tag: cbor2.CBORTag, _immutable: bool) -> Tag:
    return Tag(tag.tag, tag.value)


# cbor2 acts on these tags by itself (it makes numbers of 2 and 3, compiles 35, parses 36 and 260 …).
# Everything up to 1100 is overridden, not only what it knows today; a test walks them all.
_TAG_DECODERS: Final[dict[int, Callable[[Any, bool], Any]]] = {
    number: _plain_tag(number) for number in (*range(1101), 43000, 55799)
}
_TAG_DECODERS.update({28: _refuse_shared, 29: _refuse_shared})

_PLAIN_KEYS: Final = frozenset({int, str, bytes})


def _look_at_key(key: Any, left: int = MAX_KEY_ITEMS) -> int:
    """Walk through one key, refusing a NaN and more than ``left`` items; gives how many are left."""
    left -= 1
    if left < 0 or (isinstance(key, float) and key != key):
        raise _BadKey
    if isinstance(key, Tag):
        left = _look_at_key(key.value, left)
    elif isinstance(key, tuple):
        for inner in key:
            left = _look_at_key(inner, left)
    elif isinstance(key, Mapping):
        for inner, value in key.items():
            left = _look_at_key(value, _look_at_key(inner, left))
    return left


def _map(decoded: Mapping[Any, Any], immutable: bool) -> Mapping[Any, Any]:
    """Let a map with ordinary keys pass; keep odd keys apart, and refuse bad ones."""
    if _PLAIN_KEYS.issuperset(map(type, decoded)):
        return decoded
    kept: dict[Any, Any] = {}
    composites = 0
    for key, value in decoded.items():
        _look_at_key(key)
        odd = isinstance(key, bool | float | Simple)
        composites += isinstance(key, Tag | tuple | Mapping)
        kept[OddKey(key) if odd else key] = value
    if composites > MAX_COMPOSITE_KEYS:
        raise _BadKey
    return cbor2.frozendict(kept) if immutable else kept


_PLAIN: Final[dict[str, Any]] = {"tag_hook": _other_tag, "semantic_decoders": _TAG_DECODERS}
_STRICT: Final[dict[str, Any]] = {"object_hook": _map, "allow_duplicate_keys": False, **_PLAIN}


_MARK: Final = os.urandom(16)
"""Follows every item that is decoded on the fast path; no input can contain it but by guessing."""

_MARK_ITEM: Final = b"\x50" + _MARK

_decode_definite: Final[Callable[[bytes], Any]] = partial(
    cbor2.loads, max_depth=MAX_DEPTH + 1, allow_indefinite=False, **_STRICT
)


_NOT_SURE: Final = object()


def _decode_fast(data: bytes) -> Any:
    """Decode short data that is sound and has definite lengths; otherwise give ``_NOT_SURE``.

    The item is decoded as the first of an array of two, with the mark as the second: only if the item
    ends where the data does, the mark comes out whole. That costs half of asking where it ended.
    """
    try:
        value, mark = _decode_definite(b"\x82" + data + _MARK_ITEM)
    except Exception:  # the careful way finds the reason
        return _NOT_SURE
    return value if type(mark) is bytes and mark == _MARK else _NOT_SURE


def _decode(data: bytes, max_depth: int, indefinite: bool) -> Any:
    """Decode the one item that the data is; raises whatever cbor2 does."""
    return cbor2.loads(data, max_depth=max_depth, allow_indefinite=indefinite, **_STRICT)


def read(data: bytes, *, max_depth: int = MAX_DEPTH) -> Read:
    """Decode exactly one item, strictly, and tell whether any length in it is indefinite.

    Args:
        data: the bytes, all of them.
        max_depth: deepest nesting of arrays, maps and tags.

    Raises:
        MalformedArtefact: ``cbor-malformed``, ``cbor-trailing-bytes``, ``cbor-duplicate-key``,
            ``cbor-too-deep``, ``cbor-shared-reference`` or ``artefact-too-large``, with the offset
            where it can be told. Nothing else, whatever the bytes.
    """
    if len(data) > MAX_ARTEFACT_BYTES:
        raise MalformedArtefact(
            "artefact-too-large",
            f"{len(data)} bytes of CBOR; at most {MAX_ARTEFACT_BYTES} are read",
            offset=MAX_ARTEFACT_BYTES,
        )
    if len(data) <= MEASURED_FROM and max_depth == MAX_DEPTH:
        value = _decode_fast(data)
        if value is not _NOT_SURE:
            return Read(value, False)
    if not data:
        raise malformed("no data; expected one CBOR item", 0)
    _require_sound(data, max_depth)
    # Without a break code there is no indefinite length, so a second attempt would be in vain.
    attempts = (False, True) if b"\xff" in data else (False,)
    reason: Exception | None = None
    for indefinite in attempts:
        try:
            return Read(_decode(data, max_depth, indefinite), indefinite)
        except Exception as fault:  # cbor2 raises its own errors, and those of what it calls
            reason = fault
    raise _explain(data, reason)


def loads(data: bytes, *, max_depth: int = MAX_DEPTH) -> Any:
    """Decode exactly one item, strictly: :func:`read` without the remark. Same errors."""
    if len(data) <= MEASURED_FROM and max_depth == MAX_DEPTH:
        value = _decode_fast(data)
        if value is not _NOT_SURE:
            return value
    return read(data, max_depth=max_depth).value


# --- what was wrong -----------------------------------------------------------------------------


def _require_sound(data: bytes, max_depth: int) -> None:
    """Scan one item that must be the whole of ``data``, without shared references."""
    found = scan(data, max_depth=max_depth)
    if found.end != len(data):
        raise MalformedArtefact(
            "cbor-trailing-bytes",
            f"{len(data) - found.end} bytes follow the CBOR item that ends at byte {found.end}",
            offset=found.end,
        )
    if found.shared_at is not None:
        raise MalformedArtefact(
            "cbor-shared-reference",
            f"a shared-reference tag (28 or 29) at byte {found.shared_at}",
            offset=found.shared_at,
        )


def _explain(data: bytes, fault: Exception | None) -> MalformedArtefact:
    """Say what made cbor2 refuse a sound item, in our words and with the offset."""
    try:
        _refuse_duplicates(data, 0)
    except MalformedArtefact as ours:
        return ours
    return MalformedArtefact("cbor-malformed", f"not decodable ({type(fault).__name__})")


def _refuse_duplicates(data: bytes, position: int) -> int:
    """Look for a repeated key in the well-formed item at ``position``; gives the offset past it.

    It calls itself for what is inside, at most :data:`MAX_DEPTH` deep.
    """
    head = read_head(data, position, len(data))
    if head.major not in (4, 5, 6):
        return scan(data, position).end
    position = head.next
    left = -1 if head.info == 31 else (1 if head.major == 6 else head.argument)
    seen: set[Any] = set()
    while left and not (left < 0 and data[position] == BREAK):
        key_at = position
        position = _refuse_duplicates(data, position)
        if head.major == 5:
            if _is_repeated(data[key_at:position], seen):
                raise MalformedArtefact(
                    "cbor-duplicate-key",
                    f"the map key at byte {key_at} is there twice, would be merged with another "
                    "by common decoders (1, 1.0, true), or contains a NaN",
                    offset=key_at,
                )
            position = _refuse_duplicates(data, position)
        left -= 1
    return position if left == 0 else position + 1


def _is_repeated(encoded: bytes, seen: set[Any]) -> bool:
    """Tell whether a key equals one that was seen, as Python sees it; remember it."""
    # In a map, as only there arrays and maps come back hashable; the value tells nothing.
    key = next(iter(cbor2.loads(b"\xa1" + encoded + b"\xf6", **_PLAIN)))
    try:
        _look_at_key(key)
    except _BadKey:
        return True
    if key in seen:
        return True
    seen.add(key)
    return False
