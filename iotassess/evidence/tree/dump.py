"""Bytes of no known structure: what can be said of them, and the first of them as a dump."""

from __future__ import annotations

import hashlib
import itertools
import re
import struct
from typing import Final

from iotassess.evidence.tree.common import left_out, plural
from iotassess.model.tree import Node

LINE: Final = 16
SHOWN_LINES: Final = 16

_ELF_MACHINES: Final = {
    3: "x86",
    8: "MIPS",
    40: "Arm",
    62: "x86-64",
    94: "Xtensa",
    183: "AArch64",
    243: "RISC-V",
}
_ELF_TYPES: Final = {1: "relocatable", 2: "executable", 3: "shared object", 4: "core"}
INTEL_HEX: Final = re.compile(rb"(?::[0-9A-Fa-f]{10,520}[ \t]*\r?\n)")
MAX_RECORDS: Final = 1 << 19
"""Records that are counted: sixteen mebibytes have room for three times as many, which takes seconds."""

_RECORD: Final = re.compile(rb"^:([0-9A-Fa-f]{2})([0-9A-Fa-f]{4})([0-9A-Fa-f]{2})", re.MULTILINE)


def digest_of(data: bytes, start: int, end: int) -> str:
    """Compute SHA-256 of a span, in hex."""
    return hashlib.sha256(memoryview(data)[start:end]).hexdigest()


def lines(data: bytes, start: int, end: int, most: int = SHOWN_LINES) -> tuple[Node, ...]:
    """Show the first bytes of a span, sixteen a line.

    Args:
        data: the file.
        start: of the first byte.
        end: past the last one.
        most: lines.
    """
    shown = min(end, start + most * LINE)
    found = []
    for at in range(start, shown, LINE):
        piece = data[at : min(at + LINE, shown)]
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in piece)
        found.append(Node(at, len(piece), "bytes", 0, None, text, piece.hex()))
    if shown < end:
        found.append(left_out(data, shown, end, f"the first {shown - start} are enough to recognise it"))
    return tuple(found)


def elf(data: bytes) -> str:
    """Say what an ELF file is (System V ABI, ELF header)."""
    if len(data) < 20:
        return "ELF file, cut off"
    bits = {1: "32-bit", 2: "64-bit"}.get(data[4], "unknown class")
    order = {1: "<", 2: ">"}.get(data[5], "<")
    kind, machine = struct.unpack_from(f"{order}HH", data, 16)
    what, whom = _ELF_TYPES.get(kind, f"type {kind}"), _ELF_MACHINES.get(machine, f"machine {machine}")
    return f"ELF file: {bits}, {what} for {whom}"


def intel_hex(data: bytes) -> str:
    """Count the records of an Intel HEX file and the bytes that they load."""
    counts: dict[int, int] = {}
    size = 0
    for found in itertools.islice(_RECORD.finditer(data), MAX_RECORDS):
        kind = int(found.group(3), 16)
        counts[kind] = counts.get(kind, 0) + 1
        size += int(found.group(1), 16) if kind == 0 else 0
    ended = "" if 1 in counts else ", without end record"
    if sum(counts.values()) == MAX_RECORDS:
        return f"Intel HEX: at least {MAX_RECORDS} records; more are not counted"
    return f"Intel HEX: {plural(sum(counts.values()), 'record')}, {plural(size, 'byte')} of data{ended}"
