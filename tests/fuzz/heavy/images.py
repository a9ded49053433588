"""Firmware images that say that they are larger than they are."""

from __future__ import annotations

import struct

from iotassess.codec.cbor import MAX_ARTEFACT_BYTES as FULL
from tests.evidence import mcuboot_builder as mcuboot
from tests.fuzz.heavy.pieces import filled


def mcuboot_full() -> bytes:
    return mcuboot.image(payload=bytes(FULL - 8192))


def mcuboot_many_tlvs() -> bytes:
    return mcuboot.image(payload=bytes(FULL - (200 << 10)), extra=((0x70, b""),) * 15_000)


def mcuboot_many_signatures() -> bytes:
    signature = (0x22, b"\x30\x06\x02\x01\x01\x02\x01\x01")
    return mcuboot.image(payload=bytes(FULL - (200 << 10)), extra=(signature,) * 500)


def mcuboot_many_hashes() -> bytes:
    return mcuboot.image(
        payload=bytes(FULL - (200 << 10)), extra=((0x10, bytes(32)), (0x12, bytes(64))) * 250
    )


def mcuboot_many_keys() -> bytes:
    pair = ((0x01, bytes(32)), (0x22, bytes(70)), (0x24, bytes(64)), (0x20, bytes(256)))
    return mcuboot.image(payload=bytes(FULL - (200 << 10)), extra=pair * 120)


def hex_line(address: int, data: bytes, kind: int = 0) -> bytes:
    body = bytes((len(data), address >> 8 & 0xFF, address & 0xFF, kind)) + data
    return b":" + (body + bytes((-sum(body) & 0xFF,))).hex().upper().encode() + b"\n"


def hex_short_lines() -> bytes:
    lines = [
        hex_line(0, (page).to_bytes(2, "big"), 4) + b"".join(hex_line(a, b"\x00") for a in range(0, 65536, 2))
        for page in range(2)
    ]
    return filled(b"".join(lines), after=hex_line(0, b"", 1))


def hex_sparse() -> bytes:
    lines = [
        hex_line(0, page.to_bytes(2, "big"), 4) + hex_line(a, b"\x01")
        for page in range(1000)
        for a in range(0, 65536, 4096)
    ]
    return b"".join(lines)[: FULL - 20] + hex_line(0, b"", 1)


def hex_long_line() -> bytes:
    return b":" + b"0" * (FULL - 1)


def hex_newlines() -> bytes:
    return hex_line(0, b"\x00") + b"\n" * (FULL - 40)


def elf(segments: int, *, size: int = FULL, overlap: bool = False, span: int = 60 << 20) -> bytes:
    """ELF32 with program headers that spread, or all show the whole file."""
    header = b"\x7fELF\x01\x01\x01" + bytes(9)
    header += struct.pack("<HHIIIIIHHHHHH", 2, 40, 1, 0, 52, 0, 0, 52, 32, segments & 0xFFFF, 40, 0, 0)
    step = span // max(segments, 1)
    rows = []
    start = 52 + 32 * segments
    for index in range(segments):
        length = size - start if overlap else min(step, 64)
        rows.append(
            struct.pack("<IIIIIIII", 1, start, 0, index * (0 if overlap else step), length, length, 5, 1)
        )
    return (header + b"".join(rows)).ljust(size, b"\0")


def zeros() -> bytes:
    return bytes(FULL)


def spaces() -> bytes:
    return b" " * FULL


def random_like() -> bytes:
    import hashlib

    return hashlib.shake_128(b"sixteen mebibytes").digest(FULL)
