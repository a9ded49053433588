"""ELF: which bytes of the file a loader puts where (System V ABI, "Object Files", program headers).

Only what is loaded counts: the segments of type PT_LOAD, at their physical addresses, as flash has them and
as ``objcopy -O binary`` writes them. Symbols and debugging information are not loaded, and are not compared.
"""

from __future__ import annotations

import struct
from typing import Any, Final

from iotassess.evidence.firmware_memory import BrokenImageError, Memory

MAGIC: Final = b"\x7fELF"

MAX_SEGMENTS: Final = 1024
"""Program headers that are read; firmware has two to a dozen."""

_CLASS_32, _CLASS_64 = 1, 2
_LITTLE, _BIG = 1, 2
_IDENT_BYTES: Final = 16
_LOAD: Final = 1

_HEADERS: Final = {_CLASS_32: "HHIIIIIHHHHHH", _CLASS_64: "HHIQQQIHHHHHH"}
_SEGMENTS: Final = {_CLASS_32: "IIIIIIII", _CLASS_64: "IIQQQQQQ"}
_ADDRESS_BITS: Final = {_CLASS_32: 32, _CLASS_64: 64}


def is_elf(head: bytes) -> bool:
    """Tell by the first bytes."""
    return head.startswith(MAGIC)


def read_elf(data: bytes) -> tuple[Memory, dict[str, Any]]:
    """Read the loadable segments.

    Args:
        data: the file.

    Returns:
        The memory that they fill, and what the header says: class, byte order, machine, entry point.

    Raises:
        BrokenImageError: header or program headers are not as the format has them, or lead out of the file.
    """
    if len(data) < _IDENT_BYTES:
        raise BrokenImageError(f"{len(data)} bytes; an ELF file has a header", len(data))
    word, order = data[4], data[5]
    if word not in _HEADERS or order not in (_LITTLE, _BIG):
        raise BrokenImageError(f"class {word} and byte order {order}; expected 1 or 2 of each", 4)
    endian = "<" if order == _LITTLE else ">"
    header = struct.Struct(endian + _HEADERS[word])
    if len(data) < _IDENT_BYTES + header.size:
        raise BrokenImageError("the file ends within its header; is it cut off?", len(data))
    fields = header.unpack_from(data, _IDENT_BYTES)
    _type, machine, _version, entry, table, _sections, _flags, _size, width, count, *_rest = fields
    said: dict[str, Any] = {
        "class": 32 if word == _CLASS_32 else 64,
        "byte_order": "little" if order == _LITTLE else "big",
        "machine": machine,
        "entry": entry,
    }
    segment = struct.Struct(endian + _SEGMENTS[word])
    if count > MAX_SEGMENTS:
        message = f"{count} program headers; at most {MAX_SEGMENTS} are read"
        raise BrokenImageError(message, _IDENT_BYTES, too_large=True)
    if count and (width < segment.size or table + count * width > len(data)):
        message = f"{count} program headers of {width} bytes at byte {table} do not fit the file"
        raise BrokenImageError(message, _IDENT_BYTES)
    rows = [segment.unpack_from(data, table + index * width) for index in range(count)]
    loads = [_in_order(row, word) for row in rows if row[0] == _LOAD]
    return _load(data, loads, 1 << _ADDRESS_BITS[word]), said


def _in_order(row: tuple[int, ...], word: int) -> tuple[int, int, int, int, int]:
    """Give offset, virtual and physical address, and sizes in file and memory: the two classes differ."""
    if word == _CLASS_32:
        _, offset, virtual, physical, in_file, in_memory, _, _ = row
    else:
        _, _, offset, virtual, physical, in_file, in_memory, _ = row
    return offset, virtual, physical, in_file, in_memory


def _load(data: bytes, loads: list[tuple[int, int, int, int, int]], limit: int) -> Memory:
    memory = Memory()
    view = memoryview(data)
    # Linkers that know of one address only leave the physical ones at nought.
    use_virtual = all(physical == 0 for _, _, physical, _, _ in loads)
    for offset, virtual, physical, in_file, in_memory in loads:
        address = virtual if use_virtual else physical
        if offset + in_file > len(data):
            message = f"a segment of {in_file} bytes at byte {offset} leads out of the file; is it cut off?"
            raise BrokenImageError(message, min(offset, len(data)))
        if in_file > in_memory or address + in_file > limit:
            message = f"the segment at byte {offset} does not fit the memory that it is loaded to"
            raise BrokenImageError(message, offset)
        memory.add(address, view[offset : offset + in_file], offset)
    _require_zeroes_beside(memory, loads)
    return memory


def _require_zeroes_beside(memory: Memory, loads: list[tuple[int, int, int, int, int]]) -> None:
    """Check that no segment is to be zeroed where another one is loaded.

    Zeroes are written where the program runs: at virtual addresses. What a segment has in memory but not in
    the file takes no room at its physical address, where flash may well have the next segment.
    """
    memory.settle()
    for offset, virtual, _, in_file, in_memory in loads:
        taken = memory.first_within(virtual + in_file, virtual + in_memory)
        if taken is not None:
            message = (
                f"the segment at byte {offset} has address 0x{taken:x} zeroed, where another one is loaded"
            )
            raise BrokenImageError(message, offset)
