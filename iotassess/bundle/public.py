"""What may leave the house: of keys the public half alone, and no file that holds a secret.

A trust anchor goes into a bundle as a file of its own, written anew from what was read, so that nothing that
stood beside the key in its file goes with it. A shared secret has no public half: it does not go at all.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from iotassess.codec import cbor, json
from iotassess.codec.keys import Key, KeyFault
from iotassess.codec.keys_formats import COSE_ALGORITHMS
from iotassess.errors import MalformedArtefact, UsageError
from iotassess.evidence.anchor_files import Anchor, parse_anchors

MAX_KEY_BYTES: Final = 1 << 16
"""Longest file that is tried as a key: a private one has some hundred bytes, with its chain some thousand."""

MAX_JSON_BYTES: Final = 4 << 20
"""Longest JSON that is parsed to look for a key; in a longer one each text between braces is searched."""

_PRIVATE: Final = re.compile(
    rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----|PuTTY-User-Key-File-[0-9]"
)

_PEM: Final = b"-----BEGIN "

_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of UTF-8 and UTF-16."""

_L: Final = rb"(?:[\x00-\x80]|\x81.|\x82..|\x83...)"
"""The length of a DER or BER value."""

_DER: Final = re.compile(
    rb"\x30" + _L + rb"(?:"
    rb"\x02\x01[\x00\x01]\x30" + _L + rb"\x06"  # PKCS #8: version, algorithm (RFC 5958 section 2)
    rb"|\x02\x01\x01\x04"  # an EC key: version, octets (RFC 5915 section 3)
    rb"|\x02\x01\x00\x02"  # an RSA key: version, modulus (RFC 8017 appendix A.1.2); a DSA key
    rb"|\x02\x01\x03\x30" + _L + rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"  # PKCS #12 (RFC 7292 section 4)
    rb"|\x30" + _L + rb"\x06[\x09\x0a]\x2a\x86\x48\x86\xf7\x0d\x01[\x05\x0c]"  # encrypted PKCS #8 (section 3)
    rb")",
    re.DOTALL,
)
"""How a private key, or a store of them, begins, whatever stands behind it."""

_HEAD: Final = 64
"""Bytes of a DER file that tell what it begins with."""

_KTY_MARK: Final = re.compile(rb'"kty"\s*:')
_SECRET_MARK: Final = re.compile(rb'"(?:d|k|priv)"\s*:\s*"')
_SECRET_MEMBERS: Final = ("d", "k", "priv")
"""Members of a JWK that are not public (RFC 7518 section 6, RFC 9964 section 3)."""

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
    """Let no file through that is or holds a private key or a shared secret in one of the usual forms.

    Found are PEM, OpenSSH, PGP and PuTTY keys and JWKs anywhere in a text (UTF-8 or UTF-16), COSE_Keys, and
    DER keys and PKCS #12 stores, also in base64, that the file begins with.

    Args:
        data: the file.
        name: what to call it.
        look_inside: look for a key inside, too. Of a firmware image only the whole is looked at: what is in
            it is the product's, and for its evidence to show.

    Raises:
        UsageError: it is one.
    """
    whole = data.lstrip().startswith(_PEM) or _PEM not in data
    text = _plain(data if look_inside else data[:MAX_KEY_BYTES])
    found = _begins_with_key(data, text) or ((look_inside or whole) and _is_secret(data))
    if found or (look_inside and (_PRIVATE.search(text) or _holds_jwk(text))):
        raise UsageError(
            f"{name} holds a private key or a shared secret, and a bundle carries none",
            hint="take it out of the file or the folder; of trust anchors only the public half is needed",
        )


def _plain(data: bytes) -> bytes:
    """A text without what UTF-16 and a byte order mark add to its ASCII characters."""
    if data[:2] == b"\0\0":
        return data  # no text
    for mark in _MARKS:
        data = data.removeprefix(mark)
    return data.replace(b"\0", b"").strip()


def _begins_with_key(data: bytes, text: bytes) -> bool:
    if _DER.match(data) or _PRIVATE.match(text) or (text[:1] in (b"{", b"[") and _holds_jwk(text)):
        return True
    head = b"".join(text[: 2 * _HEAD].split())[:_HEAD].translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return _DER.match(base64.b64decode(head[: len(head) // 4 * 4], validate=True)) is not None
    except binascii.Error:
        return False


def _holds_jwk(text: bytes) -> bool:
    """Whether a text holds a JWK that is not public, at any depth."""
    if not (_KTY_MARK.search(text) and _SECRET_MARK.search(text)):
        return False
    if len(text) <= MAX_JSON_BYTES:
        try:
            return _is_in(json.loads(text, max_size=MAX_JSON_BYTES))
        except MalformedArtefact:
            pass  # a key within another text
    flat = (found.group() for found in re.finditer(rb"[^{}]+", text))
    return any(_KTY_MARK.search(part) and _SECRET_MARK.search(part) for part in flat)


def _is_in(value: Any) -> bool:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if "kty" in one and any(isinstance(one.get(name), str) for name in _SECRET_MEMBERS):
                return True
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return False


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
