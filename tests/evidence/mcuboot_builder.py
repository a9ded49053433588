"""MCUboot images made on the spot, each part of which a test can change."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.evidence.signing import ALICE

PAYLOAD = bytes(range(256)) * 3
COUNTER = (0x50, struct.pack("<I", 7))

SHA256, SHA384, SHA512 = 0x10, 0x11, 0x12
HASHES = {SHA256: "sha256", SHA384: "sha384", SHA512: "sha512"}
PREHASHED = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}


def header(
    *,
    size: int = 32,
    payload: int = len(PAYLOAD),
    protected: int = 0,
    flags: int = 0,
    version: tuple[int, int, int, int] = (1, 2, 3, 4),
    load: int = 0,
) -> bytes:
    packed = struct.pack("<IIHHIIBBHII", 0x96F3B83D, load, size, protected, payload, flags, *version, 0)
    return packed.ljust(size, b"\0")


def tlv(type_: int, value: bytes) -> bytes:
    return struct.pack("<HH", type_, len(value)) + value


def area(magic: int, *entries: tuple[int, bytes]) -> bytes:
    body = b"".join(tlv(*entry) for entry in entries)
    return struct.pack("<HH", magic, 4 + len(body)) + body


def public_bytes(key: Any) -> bytes:
    """The public half as MCUboot keeps it."""
    form = PublicFormat.PKCS1 if isinstance(key, rsa.RSAPrivateKey) else PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(Encoding.DER, form)


def sign(key: Any, message: bytes, name: str = "sha256") -> tuple[int, bytes]:
    """A signature TLV over a hash; Ed25519 takes any message."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return 0x24, key.sign(message)
    scheme = utils.Prehashed(PREHASHED[name])
    if isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        return 0x20 if key.key_size == 2048 else 0x23, key.sign(message, pss, scheme)
    deterministic = ec.ECDSA(scheme, deterministic_signing=True)
    return 0x22, key.sign(message, deterministic)


def image(
    key: Any = ALICE,
    *,
    payload: bytes = PAYLOAD,
    protected: tuple[tuple[int, bytes], ...] = (COUNTER,),
    hash_type: int = SHA256,
    unprotected: tuple[tuple[int, bytes], ...] | None = None,
    extra: tuple[tuple[int, bytes], ...] = (),
    pure: bool = False,
    with_hash: bool = True,
    key_hash: bytes | None = None,
    public_key: bool = False,
    rest: bytes = b"",
    **fields: Any,
) -> bytes:
    """An image; ``unprotected`` replaces hash and signature, ``extra`` comes after them."""
    before = area(0x6908, *protected) if protected else b""
    fields = {"payload": len(payload), "protected": len(before)} | fields
    signed = header(**fields) + payload + before
    name = HASHES[hash_type]
    digest = hashlib.new(name, signed).digest()
    if unprotected is None:
        unprotected = ((hash_type, digest),) if with_hash else ()
        if pure:
            unprotected += ((0x25, b"\x01"),)
        if key is not None:
            public = public_bytes(key)
            key_hash = hashlib.new(name, public).digest() if key_hash is None else key_hash
            unprotected += ((0x02, public) if public_key else (0x01, key_hash),)
            unprotected += (sign(key, signed if pure else digest, name),)
    return signed + area(0x6907, *unprotected, *extra) + rest


def flipped(data: bytes, at: int, bit: int = 1) -> bytes:
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]
