"""Intel HEX: lines of text that say which bytes go where (Intel, "Hexadecimal Object File Format", 1988).

A line is ``:LLAAAATTDD…CC``: number of data bytes, address, type, data, and a checksum that makes the sum of
all bytes nought. What tools disagree about is refused rather than guessed: bytes that are given twice, and a
line that runs over the end of a 64 KiB segment.
"""

from __future__ import annotations

import re
from typing import Any, Final

from iotassess.evidence.firmware_memory import BrokenImageError, Memory

MAX_LINES: Final = 1 << 20
"""Lines that are read: 16 MiB of flash at the usual sixteen bytes a line, some seconds of work."""

_DATA, _END, _SEGMENT, _SEGMENT_START, _LINEAR, _LINEAR_START = range(6)
_FIXED: Final = {_END: 0, _SEGMENT: 2, _SEGMENT_START: 4, _LINEAR: 2, _LINEAR_START: 4}
"""Data bytes that a line of a type has."""

_SEGMENT_BYTES: Final = 1 << 16
_ADDRESSES: Final = 1 << 32
_OVERHEAD: Final = 5
"""Bytes of a line besides its data."""

_LINE: Final = re.compile(rb"[^\r\n\t ][^\r\n]*")
"""A line that is not blank: those are passed over, and not counted."""

MAX_LINE_BYTES: Final = 1024
"""Characters of a line: 521 with the most data that its length byte allows, and some blanks."""

_BEGINNING: Final = re.compile(rb"\s{0,16}:[0-9A-Fa-f]{10}")


def is_intel_hex(head: bytes) -> bool:
    """Tell by the first line.

    Args:
        head: the first 32 bytes or more.
    """
    return _BEGINNING.match(head) is not None


class _State:
    """What earlier lines said."""

    def __init__(self) -> None:
        self.base = 0
        self.segmented = True
        self.ended = False
        self.start: dict[str, int] = {}
        self.memory = Memory()


def read_intel_hex(data: bytes) -> tuple[Memory, dict[str, Any]]:
    """Read all lines.

    Args:
        data: the file.

    Returns:
        The memory that they fill, and where it says that execution starts.

    Raises:
        BrokenImageError: a line is not as the format has it.
    """
    state = _State()
    for count, line in enumerate(_LINE.finditer(data), start=1):
        position = line.start()
        if count > MAX_LINES:
            raise BrokenImageError(f"more than {MAX_LINES} lines", position, too_large=True)
        if state.ended:
            raise BrokenImageError(f"line {count} stands behind the end-of-file line", position)
        if line.end() - position > MAX_LINE_BYTES:
            raise BrokenImageError(f"line {count} has more than {MAX_LINE_BYTES} characters", position)
        _read_line(line[0].rstrip(), state, count, position)
    if not state.ended:
        raise BrokenImageError("there is no end-of-file line; is the file cut off?", len(data))
    return state.memory, dict(state.start)


def _read_line(text: bytes, state: _State, count: int, position: int) -> None:
    """Read one line into the state."""
    if text[:1] != b":":
        raise BrokenImageError(f"line {count} does not begin with a colon", position)
    try:
        record = bytes.fromhex(text[1:].decode("ascii"))
    except ValueError:
        raise BrokenImageError(f"line {count} has more than hexadecimal digits in pairs", position) from None
    if len(record) < _OVERHEAD or len(record) != record[0] + _OVERHEAD:
        given = record[0] if record else 0
        message = f"line {count} has {len(record)} bytes; with {given} of data it has {given + _OVERHEAD}"
        raise BrokenImageError(message, position)
    if sum(record) & 0xFF:
        raise BrokenImageError(f"the checksum of line {count} is wrong", position)
    kind, body = record[3], record[4:-1]
    address = int.from_bytes(record[1:3], "big")
    if kind == _DATA:
        _store(body, address, state, count, position)
        return
    if kind not in _FIXED:
        raise BrokenImageError(f"line {count} has type {kind}; expected 0 to 5", position)
    if len(body) != _FIXED[kind]:
        message = f"line {count} of type {kind} has {len(body)} bytes of data; expected {_FIXED[kind]}"
        raise BrokenImageError(message, position)
    value = int.from_bytes(body, "big")
    if kind == _END:
        state.ended = True
    elif kind == _SEGMENT:
        state.base, state.segmented = value << 4, True
    elif kind == _LINEAR:
        state.base, state.segmented = value << 16, False
    else:
        name = "start_segment" if kind == _SEGMENT_START else "start_linear"
        if state.start.setdefault(name, value) != value:
            raise BrokenImageError(f"line {count} gives a second start address", position)


def _store(body: bytes, address: int, state: _State, count: int, position: int) -> None:
    if state.segmented and address + len(body) > _SEGMENT_BYTES:
        message = f"line {count} runs over the end of its segment, where tools go on in different places"
        raise BrokenImageError(message, position)
    if state.base + address + len(body) > _ADDRESSES:
        raise BrokenImageError(f"line {count} runs over the end of memory", position)
    state.memory.add(state.base + address, body, position)
