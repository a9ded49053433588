"""Numbers and byte strings said in words: algorithms, times, identifiers, enumerations."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any, Final

from iotassess.codec.keys_formats import COSE_ALGORITHMS as _SIGNING
from iotassess.evidence.named_information import HASHES
from iotassess.evidence.suit_names import ENCRYPTION_ALGORITHMS
from iotassess.evidence.tree.rules import Words

_LATEST: Final = 253_402_300_799
"""Seconds of the last moment of the year 9999, beyond which Python has no dates."""

COSE_ALGORITHMS: Final[dict[int, str]] = {
    **ENCRYPTION_ALGORITHMS,
    -10: "direct + HKDF-SHA-256",
    -11: "direct + HKDF-SHA-512",
    -26: "ECDH-ES + HKDF-512",
    -27: "ECDH-SS + HKDF-256",
    -28: "ECDH-SS + HKDF-512",
    10: "AES-CCM-16-64-128",
    11: "AES-CCM-16-64-256",
    12: "AES-CCM-64-64-128",
    13: "AES-CCM-64-64-256",
    14: "AES-MAC 128/64",
    15: "AES-MAC 256/64",
    25: "AES-MAC 128/128",
    26: "AES-MAC 256/128",
    30: "AES-CCM-16-128-128",
    31: "AES-CCM-16-128-256",
    -14: "sha-1",
    -15: "sha-256/64",
    -16: "sha-256",
    -17: "sha-512/256",
    -18: "shake128",
    -43: "sha-384",
    -44: "sha-512",
    -45: "shake256",
    -65535: "RS1",
    **_SIGNING,
}
"""IANA COSE Algorithms registry."""


def enum(names: Mapping[int, str]) -> Words:
    """Make the words of an enumeration: "ES256 (-7)", or "7 (not assigned)".

    Args:
        names: number → name.
    """

    def words(value: Any) -> str | None:
        if type(value) is not int:
            return None
        return f"{names[value]} ({value})" if value in names else f"{value} (not assigned or unknown)"

    return words


def bits(names: Mapping[int, str]) -> Words:
    """Make the words of a set of flags: "success, failure (3)".

    Args:
        names: number of the bit → name.
    """

    def words(value: Any) -> str | None:
        if type(value) is not int or value < 0:
            return None
        found = [
            names.get(bit, f"bit {bit}") for bit in range(min(value.bit_length(), 64)) if value >> bit & 1
        ]
        return f"{', '.join(found) or 'none'} ({value})"

    return words


cose_algorithm = enum(COSE_ALGORITHMS)
ni_hash = enum({number: known.name for number, known in HASHES.items()})


def time(value: Any) -> str | None:
    """Say seconds since 1970 as a moment: "2026-11-01T00:00:00Z (1793491200)"."""
    if type(value) not in (int, float) or not 0 <= value <= _LATEST:
        return None
    moment = datetime.datetime.fromtimestamp(value, datetime.UTC)
    text = moment.isoformat(
        timespec="seconds" if type(value) is int or value == int(value) else "microseconds"
    )
    return f"{text.removesuffix('+00:00')}Z ({value})"


def identifier(value: Any) -> str | None:
    """Say sixteen bytes as a UUID; other byte strings are left as they are."""
    return f"UUID {uuid.UUID(bytes=value)}" if type(value) is bytes and len(value) == 16 else None


def oid(value: Any) -> str | None:
    """Say the content of an object identifier (X.690 section 8.19) in dotted form."""
    if type(value) is not bytes or not value or value[-1] & 0x80 or len(value) > 64:
        return None
    arcs: list[int] = []
    arc = 0
    for byte in value:
        arc = arc << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


_UEID_TYPES: Final = {1: "RAND", 2: "EUI", 3: "IMEI"}


def ueid(value: Any) -> str | None:
    """Say which type of UEID it is (RFC 9711 section 4.2.1.1)."""
    if type(value) is not bytes or not value:
        return None
    return f"h'{value[:64].hex()}' (type {_UEID_TYPES.get(value[0], 'unknown')})"
