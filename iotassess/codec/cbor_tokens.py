"""A CBOR tokenizer that keeps offsets: to measure, to check, to find a value, to say what is wrong.

It builds no values. One pass, no recursion, so its time is linear and its memory is the nesting depth,
whatever the input. RFC 8949 section 3 gives the encoding; section 5.3.1 says what is well-formed.
"""

from __future__ import annotations

import struct
from contextvars import ContextVar
from typing import Final, NamedTuple

from iotassess.errors import MalformedArtefact

MAX_DEPTH: Final = 64
"""Deepest nesting of arrays, maps and tags in one item. The deepest known format needs about sixteen;
a byte string that wraps CBOR starts again at nought."""

MAX_ITEMS: Final = 50_000
"""Most data items in one artefact. The largest real manifest has some thousands; Python needs up to
a hundred bytes for each, so a 16 MB file of one-byte items would take a gigabyte."""

MAX_OUTSIDE_BYTES: Final = 1 << 20
"""Most bytes that are not the content of byte strings (heads and text): what a reader looks at."""

MAX_COMPOSITE_KEYS: Final = 256
"""Most keys of one map that are arrays, maps or tags. Python's hash of a tuple of numbers is not
seeded, so such keys can be made to collide, and then a map is filled in quadratic time. A SUIT manifest
has one for each component that its text describes."""

MAX_KEY_ITEMS: Final = 256
"""Most items in one map key. A key is hashed and compared as a whole at each level that it is nested."""

MAX_SCANNED_ITEMS: Final = 6 * MAX_ITEMS
"""Items that are stepped over for one file, all that is wrapped in it and each repetition counted: the
largest artefact alone is looked at some five times, in well under two seconds. Byte strings that wrap CBOR
start again at nought, and a file may have hundreds of them."""

MAX_EFFORT: Final = 5_000
"""What signatures and certificates of one file may cost, in verifications with a P-256 key, of a tenth of a
millisecond each: together half a second. The largest real file, a token with twenty others in it that each
bring a chain of three, takes some two hundred; with keys on P-384, which cost tenfold, two thousand."""

BREAK: Final = 0xFF
"""The byte that ends an item of indefinite length."""

_ARRAY, _MAP, _TAG, _OPEN_ARRAY, _OPEN_MAP = range(5)
_SHARED_TAGS: Final = frozenset({28, 29})


class Scan(NamedTuple):
    """What one pass over one item found.

    Attributes:
        end: offset just past the item.
        items: data items, counting keys, values, tags and chunks each for one.
        outside: bytes that are not the content of byte strings.
        depth: deepest nesting of arrays, maps and tags; 0 for a lone number or string.
        indefinite_at: offset of the first indefinite-length item, or None.
        nonpreferred_at: offset of the first head or float longer than it need be, or None.
        shared_at: offset of the first shared-reference tag (28, 29), or None.
    """

    end: int
    items: int
    outside: int
    depth: int
    indefinite_at: int | None
    nonpreferred_at: int | None
    shared_at: int | None

    @property
    def indefinite(self) -> bool:
        """Whether any item has an indefinite length."""
        return self.indefinite_at is not None

    @property
    def nonpreferred(self) -> bool:
        """Whether any number, length or float is not in its shortest form (RFC 8949 section 4.1)."""
        return self.nonpreferred_at is not None


class Head(NamedTuple):
    """The first bytes of one data item.

    Attributes:
        major: major type, 0 to 7.
        info: additional information, the low five bits: 31 is indefinite length (or break).
        argument: the value, length, count or tag number; 0 for an indefinite length.
        next: offset just past the head: of a string's content, of the first item inside.
    """

    major: int
    info: int
    argument: int
    next: int


def malformed(message: str, offset: int) -> MalformedArtefact:
    """Make the error for bytes that are not well-formed CBOR."""
    return MalformedArtefact("cbor-malformed", f"{message} at byte {offset}", offset=offset)


def _too_large(what: str, offset: int) -> MalformedArtefact:
    return MalformedArtefact("artefact-too-large", f"{what} up to byte {offset}", offset=offset)


def read_head(data: bytes, offset: int, end: int) -> Head:
    """Read the head of the item at ``offset``; nothing at or beyond ``end`` is looked at.

    Raises:
        MalformedArtefact: ``cbor-malformed`` if it is cut off or uses a reserved value.
    """
    if offset >= end:
        raise malformed("the data ends where an item was expected", offset)
    initial = data[offset]
    major, info = initial >> 5, initial & 0x1F
    if info < 24:
        return Head(major, info, info, offset + 1)
    if info == 31:
        if major in (0, 1, 6):
            raise malformed(f"major type {major} with an indefinite length", offset)
        return Head(major, info, 0, offset + 1)
    if info > 27:
        raise malformed(f"the reserved additional information {info}", offset)
    after = offset + 1 + (1 << (info - 24))
    if after > end:
        raise malformed("the data ends inside the head of an item", offset)
    return Head(major, info, int.from_bytes(data[offset + 1 : after], "big"), after)


_SMALLEST: Final = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}


def _is_long_head(head: Head) -> bool:
    """Tell whether a number, length, count or tag number takes more bytes than it needs."""
    return head.info in _SMALLEST and head.argument < _SMALLEST[head.info]


def _is_long_float(head: Head) -> bool:
    """Tell whether a float has the same value in a shorter form (NaN: in two bytes)."""
    if head.info not in (26, 27):
        return False
    wide, narrow = (">f", ">e") if head.info == 26 else (">d", ">f")
    value = struct.unpack(wide, head.argument.to_bytes(1 << (head.info - 24), "big"))[0]
    if value != value:
        return True
    try:
        return bool(struct.unpack(narrow, struct.pack(narrow, value))[0] == value)
    except OverflowError:
        return False


class Ledger:
    """What reading one file may still cost.

    Attributes:
        items: that may still be stepped over; not positive when it is used up.
        effort: that signatures may still take (:mod:`iotassess.codec.effort`); negative when it is used up.
    """

    __slots__ = ("effort", "items")

    def __init__(self) -> None:
        self.items = MAX_SCANNED_ITEMS
        self.effort = MAX_EFFORT


LEDGER: Final[ContextVar[Ledger | None]] = ContextVar("LEDGER", default=None)
"""Of the file that is being read; None where nobody counts."""


class _Scanner:
    """One pass over one item.

    ``remaining``, ``kinds`` and ``composites`` (keys that are containers) are the stack of open
    containers; ``key_level`` is the height of the stack under the outermost key that is open, or -1,
    and ``key_items`` the number of items before it.
    """

    __slots__ = (
        "composites",
        "data",
        "end",
        "indefinite_at",
        "items",
        "key_items",
        "key_level",
        "kinds",
        "max_depth",
        "nonpreferred_at",
        "opaque",
        "remaining",
        "shared_at",
        "start",
    )

    def __init__(self, data: bytes, start: int, end: int, max_depth: int) -> None:
        self.data = data
        self.start = start
        self.end = end
        self.max_depth = max_depth
        self.items = 0
        self.opaque = 0
        self.remaining: list[int] = []
        self.kinds: list[int] = []
        self.composites: list[int] = []
        self.key_level = -1
        self.key_items = 0
        self.indefinite_at: int | None = None
        self.nonpreferred_at: int | None = None
        self.shared_at: int | None = None

    def count(self, offset: int) -> None:
        """Count one item, and stop where there are too many of them, or of the bytes around them."""
        self.items += 1
        if self.items > MAX_ITEMS:
            raise _too_large(f"more than {MAX_ITEMS} CBOR items", offset)
        if offset - self.start - self.opaque > MAX_OUTSIDE_BYTES:
            raise _too_large(f"more than {MAX_OUTSIDE_BYTES} bytes outside byte strings", offset)
        if self.key_level >= 0 and self.items - self.key_items > MAX_KEY_ITEMS:
            raise _too_large(f"a map key of more than {MAX_KEY_ITEMS} items", offset)

    def open(self, kind: int, remaining: int, offset: int) -> None:
        """Push one container."""
        if self.kinds and self.kinds[-1] in (_MAP, _OPEN_MAP) and self.remaining[-1] % 2 == 0:
            self.composites[-1] += 1
            if self.composites[-1] > MAX_COMPOSITE_KEYS:
                raise _too_large(
                    f"a map with more than {MAX_COMPOSITE_KEYS} keys that are arrays, maps or tags",
                    offset,
                )
            if self.key_level < 0:
                self.key_level, self.key_items = len(self.kinds), self.items - 1
        self.kinds.append(kind)
        self.remaining.append(remaining)
        self.composites.append(0)

    def pop(self) -> None:
        """Pop one container."""
        self.kinds.pop()
        self.remaining.pop()
        self.composites.pop()
        if len(self.kinds) == self.key_level:
            self.key_level = -1

    def close_item(self) -> bool:
        """Note that one item is complete, and with it perhaps its containers; True at the end."""
        remaining, kinds = self.remaining, self.kinds
        while remaining:
            remaining[-1] -= 1
            if kinds[-1] >= _OPEN_ARRAY or remaining[-1]:
                return False
            self.pop()
        return True

    def string(self, head: Head, offset: int) -> int:
        """Step over one byte or text string; gives the offset past it."""
        if head.info != 31:
            return self.chunk(head, offset)
        position = head.next
        while True:
            inner = read_head(self.data, position, self.end)
            if inner.major == 7 and inner.info == 31:
                return inner.next
            if inner.major != head.major or inner.info == 31:
                raise malformed("a chunk of a string of another type", position)
            self.count(position)
            position = self.chunk(inner, position)

    def chunk(self, head: Head, offset: int) -> int:
        """Step over one definite-length string; gives the offset past it."""
        after = head.next + head.argument
        if after > self.end:
            raise malformed(
                f"a string of {head.argument} bytes, but {self.end - head.next} are left,", offset
            )
        if head.major == 2:
            self.opaque += head.argument
            return after
        if head.argument > MAX_OUTSIDE_BYTES:
            self.count(after)
        try:
            str(memoryview(self.data)[head.next : after], "utf-8")
        except UnicodeDecodeError as fault:
            raise malformed("text that is not UTF-8", head.next + fault.start) from None
        return after

    def break_code(self, offset: int) -> bool:
        """Close the innermost container of indefinite length; True at the end of the item."""
        if not self.kinds or self.kinds[-1] < _OPEN_ARRAY:
            raise malformed("a break code outside an indefinite-length item", offset)
        if self.kinds[-1] == _OPEN_MAP and self.remaining[-1] % 2:
            raise malformed("a map that ends after a key", offset)
        self.pop()
        return self.close_item()

    def container(self, head: Head, offset: int) -> bool:
        """Open one array, map or tag; True if it is empty and was the whole item."""
        if head.major == 6:
            if head.argument in _SHARED_TAGS and self.shared_at is None:
                self.shared_at = offset
            self.open(_TAG, 1, offset)
        elif head.info == 31:
            self.open(_OPEN_ARRAY if head.major == 4 else _OPEN_MAP, 0, offset)
        else:
            remaining = head.argument << (head.major - 4)
            if remaining > self.end - head.next:  # each item takes at least one byte
                raise malformed(
                    f"{remaining} items announced, but {self.end - head.next} bytes are left,",
                    offset,
                )
            self.open(_ARRAY if head.major == 4 else _MAP, remaining, offset)
            if not remaining:
                self.pop()
                return self.close_item()
        return False

    def run(self) -> Scan:
        """Step over the item at ``start``."""
        position, depth, done = self.start, 0, False
        while not done:
            offset = position
            head = read_head(self.data, offset, self.end)
            major, info, argument, position = head
            if major == 7 and info == 31:
                done = self.break_code(offset)
                continue
            self.count(offset)
            if info > 23:
                self.note_form(head, offset)
            if major in (2, 3):
                position = self.string(head, offset)
            elif major in (4, 5, 6):
                done = self.container(head, offset)
                level = len(self.kinds)
                if level > depth:
                    depth = level
                    if depth > self.max_depth:
                        raise MalformedArtefact(
                            "cbor-too-deep",
                            f"nested more than {self.max_depth} deep at byte {offset}",
                            offset=offset,
                        )
                continue
            elif info == 24 and major == 7 and argument < 32:
                raise malformed(f"the simple value {argument} in two bytes", offset)
            done = self.close_item()
        outside = position - self.start - self.opaque
        if outside > MAX_OUTSIDE_BYTES:  # by the last text: items are counted where they begin
            raise _too_large(f"more than {MAX_OUTSIDE_BYTES} bytes outside byte strings", position)
        return Scan(
            end=position,
            items=self.items,
            outside=outside,
            depth=depth,
            indefinite_at=self.indefinite_at,
            nonpreferred_at=self.nonpreferred_at,
            shared_at=self.shared_at,
        )

    def note_form(self, head: Head, offset: int) -> None:
        """Note the first indefinite length and the first form that is longer than needed."""
        if head.info == 31:
            if self.indefinite_at is None:
                self.indefinite_at = offset
        elif self.nonpreferred_at is None:
            is_long = _is_long_float(head) if head.major == 7 else _is_long_head(head)
            if is_long:
                self.nonpreferred_at = offset


def scan(data: bytes, start: int = 0, end: int | None = None, *, max_depth: int = MAX_DEPTH) -> Scan:
    """Step over the one item at ``start`` and say what was seen; bytes after it are let be.

    Args:
        data: the bytes; offsets count from their start.
        start: where the item begins.
        end: where the data ends for this purpose; None for all of it.
        max_depth: deepest nesting that is accepted.

    Raises:
        MalformedArtefact: ``cbor-malformed``, ``cbor-too-deep`` or ``artefact-too-large``, with the
            offset of the fault.
    """
    scanner = _Scanner(data, start, len(data) if end is None else end, max_depth)
    ledger = LEDGER.get()
    if ledger is None:
        return scanner.run()
    if ledger.items <= 0:
        raise _too_large(f"more than {MAX_SCANNED_ITEMS} CBOR items in all that is in one file", start)
    try:
        return scanner.run()
    finally:
        ledger.items -= scanner.items
