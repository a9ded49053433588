"""CBOR items in large numbers, of whatever they may be part."""

from __future__ import annotations

from iotassess.codec.cbor import MAX_ARTEFACT_BYTES as FULL
from tests.fuzz.heavy.pieces import bstr, filled, head


def small_items() -> bytes:
    return filled(b"\x81\x00", head(4, (FULL - 9) // 2))


def one_array() -> bytes:
    return head(4, FULL - 9) + bytes(FULL - 9)


def one_map() -> bytes:
    pairs = b"".join(head(0, number) + b"\x00" for number in range((FULL - 9) // 10))
    return head(5, len(pairs) // 10) + pairs


def deep() -> bytes:
    return b"\x81" * (FULL - 1) + b"\x00"


def deep_tags() -> bytes:
    return b"\xd8\x3d" * (FULL // 2 - 1) + b"\xa0"


def endless_arrays() -> bytes:
    return b"\x9f" * FULL


def one_string() -> bytes:
    return b"\xd2" + head(2, FULL - 10) + bytes(FULL - 10)


def one_text() -> bytes:
    return head(3, FULL - 9) + b"a" * (FULL - 9)


def chunks() -> bytes:
    return filled(b"\x41\x00", b"\x5f", b"\xff")


def bignum() -> bytes:
    return b"\xc2" + head(2, FULL - 10) + b"\xff" * (FULL - 10)


def many_bignums() -> bytes:
    one = b"\xc2" + bstr(b"\xff" * 5000)
    return head(4, 3000) + one * 3000


def composite_keys() -> bytes:
    inner = b"".join(b"\x82" + head(0, number) + b"\x00\x00" for number in range(256))
    return b"\x81" + head(5, 256) + inner
