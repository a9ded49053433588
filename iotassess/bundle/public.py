"""What may leave the house: of keys the public half alone, and no file that holds a secret.

A trust anchor goes into a bundle as a file of its own, written anew from what was read, so that nothing that
stood beside the key in its file goes with it. A shared secret has no public half: it does not go at all.
"""

from __future__ import annotations

import re
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from iotassess.codec import cbor
from iotassess.codec.keys import Key, KeyFault
from iotassess.codec.keys_formats import COSE_ALGORITHMS
from iotassess.errors import UsageError
from iotassess.evidence.anchor_files import Anchor, parse_anchors

MAX_KEY_BYTES: Final = 1 << 16
"""Longest file that is tried as a key: a private one has some hundred bytes, with its chain some thousand."""

_PRIVATE: Final = re.compile(rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----")

_PEM: Final = b"-----BEGIN "

_NUMBERS: Final = {name: number for number, name in COSE_ALGORITHMS.items()}
_EC_CURVES: Final = {"P-256": 1, "P-384": 2, "P-521": 3, "secp256k1": 8}
_OKP_CURVES: Final = {"X25519": 4, "X448": 5, "Ed25519": 6, "Ed448": 7}
_KTY, _KID, _ALG, _KEY_OPS = 1, 2, 3, 4
_OKP, _EC2, _RSA, _AKP = 1, 2, 3, 7
"""Labels and values of a COSE_Key (RFC 9052 section 7, RFC 9053 section 7, RFC 8230, RFC 9964)."""

_DERIVES: Final = 7
"""The operation that a key has here which must verify nothing: any but signing and verifying."""


def anchor_file(anchor: Anchor) -> tuple[str, bytes]:
    """Give the file of one trust anchor: its name in a folder, and its bytes.

    A key that has an identifier, or may be used for one algorithm only, becomes a COSE_Key, which keeps both;
    every other one, and every certificate, is PEM.

    Args:
        anchor: as read.

    Raises:
        UsageError: it is a shared secret, or of a type that cannot be written.
    """
    content = anchor.content
    if not isinstance(content, Key):
        return f"{anchor.name}.pem", content.public_bytes(Encoding.PEM)
    if content.kind == "symmetric":
        raise UsageError(
            f"trust anchor {anchor.name!r} is a shared secret, and a bundle carries none: whoever has it can "
            "forge what it authenticates",
            hint="leave it out, and what it authenticates shows as not verified; or have that signed instead",
        )
    if content.kid is None and content.alg is None and content.may_verify:
        return f"{anchor.name}.pem", _spki(content)
    data = cbor.dumps(_cose_key(content))
    (again,) = parse_anchors(data)
    if not isinstance(again, Key) or _told(again) != _told(content):
        raise UsageError(f"trust anchor {anchor.name!r} cannot be written as a COSE_Key", hint="name a PEM")
    return f"{anchor.name}.cbor", data


def refuse_secret(data: bytes, name: str, *, look_inside: bool = True) -> None:
    """Let no file through that is a private key or a shared secret, or holds a private key as text.

    Args:
        data: the file.
        name: what to call it.
        look_inside: look for a key inside, too. Of a firmware image only the whole is looked at: what is in
            it is the product's, and for its evidence to show.

    Raises:
        UsageError: it is one.
    """
    whole = data.lstrip().startswith(_PEM) or _PEM not in data
    if (look_inside and _PRIVATE.search(data)) or ((look_inside or whole) and _is_secret(data)):
        raise UsageError(
            f"{name} holds a private key or a shared secret, and a bundle carries none",
            hint="take it out of the file or the folder; of trust anchors only the public half is needed",
        )


def _is_secret(data: bytes) -> bool:
    if not data or len(data) > MAX_KEY_BYTES:
        return False
    try:
        found = parse_anchors(data)
    except KeyFault:
        return False
    return any(isinstance(one, Key) and (one.private or one.kind == "symmetric") for one in found)


def _spki(key: Key) -> bytes:
    pem: bytes = key.material.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


def _told(key: Key) -> tuple[Any, ...]:
    return key.kind, key.curve, key.kid, key.thumbprint, key.alg, key.may_verify


def _cose_key(key: Key) -> dict[int, Any]:
    found: dict[int, Any] = _public_numbers(key)
    if key.kid is not None:
        found[_KID] = key.kid
    if key.alg is not None:
        found[_ALG] = _NUMBERS.get(key.alg, key.alg)
    if not key.may_verify:
        found[_KEY_OPS] = [_DERIVES]
    return found


def _public_numbers(key: Key) -> dict[int, Any]:
    if key.kind == "EC2":
        size = (key.material.curve.key_size + 7) // 8
        point = key.material.public_numbers()
        x, y = point.x.to_bytes(size, "big"), point.y.to_bytes(size, "big")
        return {_KTY: _EC2, -1: _EC_CURVES[key.curve], -2: x, -3: y}
    if key.kind == "RSA":
        numbers = key.material.public_numbers()
        return {_KTY: _RSA, -1: _unsigned(numbers.n), -2: _unsigned(numbers.e)}
    raw = key.material.public_bytes(Encoding.Raw, PublicFormat.Raw)
    if key.kind == "AKP":
        return {_KTY: _AKP, _ALG: _NUMBERS[key.curve], -1: raw}
    return {_KTY: _OKP, -1: _OKP_CURVES[key.curve], -2: raw}


def _unsigned(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
