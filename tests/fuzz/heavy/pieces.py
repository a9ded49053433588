"""What large inputs are put together of."""

from __future__ import annotations

from iotassess.codec.cbor import MAX_ARTEFACT_BYTES as FULL

MEBIBYTE = 1 << 20


def head(major: int, argument: int) -> bytes:
    """The head of a CBOR item, with a length of eight bytes."""
    return bytes((major << 5 | 27,)) + argument.to_bytes(8, "big")


def bstr(data: bytes) -> bytes:
    return head(2, len(data)) + data


def filled(piece: bytes, before: bytes = b"", after: bytes = b"", size: int = FULL) -> bytes:
    """As many pieces as have room, between two others."""
    return before + piece * ((size - len(before) - len(after)) // len(piece)) + after
