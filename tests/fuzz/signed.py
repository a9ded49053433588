"""What the signature of an artefact covers, told without the decoders: by cbor2 and by counting bytes."""

from __future__ import annotations

import struct
from typing import Any

import cbor2
from cbor2 import CBORTag

_COSE = ("eat-cwt", "psa-token", "corim", "coswid", "cose-message", "ear")


def signed_bytes(data: bytes, kind: str | None) -> bytes | None:
    """The bytes of an authenticated artefact that its signature or the digest under it covers.

    Args:
        data: the artefact.
        kind: as it was recognised.

    Returns:
        None for kinds of which it is not told here (X.509, CMS, bundles and collections).
    """
    if kind == "eat-jwt":
        return data.strip().rpartition(b".")[0]
    if kind == "mcuboot-image":
        size, protected, payload = struct.unpack_from("<HHI", data, 8)
        return data[: size + protected + payload]
    if kind == "suit-envelope":
        return _manifest(_plain(data))
    if kind in _COSE:
        return _payload(_plain(data))
    return None


def _plain(data: bytes) -> Any:
    value = cbor2.loads(data)
    while isinstance(value, CBORTag):
        value = value.value
    return value


def _manifest(envelope: Any) -> bytes:
    return bytes(envelope[3])


def _payload(message: Any) -> bytes | None:
    signed = isinstance(message, list | tuple) and len(message) == 4 and isinstance(message[2], bytes)
    return message[2] if signed else None
