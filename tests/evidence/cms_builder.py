"""CMS messages written byte by byte (X.690, RFC 5652), so that each can have the fault that a test wants."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
VOUCHER_JSON = "1.2.840.113549.1.9.16.1.40"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
PROTECTION = "1.2.840.113549.1.9.52"

SHA_1, SHA_256 = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1"
SHA_384, SHA_512 = "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"
SHAKE_256 = "2.16.840.1.101.3.4.2.12"
RSA, RSA_PSS, RSA_SHA_256 = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.11"
ECDSA_SHA_256, ECDSA_SHA_384 = "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3"
ED25519, ED448 = "1.3.101.112", "1.3.101.113"
MGF1 = "1.2.840.113549.1.1.8"

_HASH = {
    SHA_1: hashlib.sha1,
    SHA_256: hashlib.sha256,
    SHA_384: hashlib.sha384,
    SHA_512: hashlib.sha512,
}


def tlv(tag: int, *contents: bytes) -> bytes:
    body = b"".join(contents)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + body


def seq(*contents: bytes) -> bytes:
    return tlv(0x30, *contents)


def set_of(*contents: bytes) -> bytes:
    return tlv(0x31, *sorted(contents))


def octets(data: bytes) -> bytes:
    return tlv(0x04, data)


def integer(number: int) -> bytes:
    return tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1))


def oid(dotted: str) -> bytes:
    first, second, *others = map(int, dotted.split("."))
    encoded = b""
    for number in (40 * first + second, *others):
        part = bytes((number & 0x7F,))
        while number := number >> 7:
            part = bytes((0x80 | number & 0x7F,)) + part
        encoded += part
    return tlv(0x06, encoded)


def algorithm(name: str, *parameters: bytes) -> bytes:
    return seq(oid(name), *parameters)


def pss(hash_: str = SHA_256, salt: int = 32, mask: str | None = None, trailer: bytes = b"") -> bytes:
    parameters = seq(
        tlv(0xA0, algorithm(hash_)),
        tlv(0xA1, algorithm(MGF1, algorithm(mask or hash_))),
        tlv(0xA2, integer(salt)),
        trailer,
    )
    return algorithm(RSA_PSS, parameters)


def attribute(name: str, *values: bytes) -> bytes:
    return seq(oid(name), set_of(*values))


def digest(name: str, data: bytes) -> bytes:
    return hashlib.shake_256(data).digest(64) if name == SHAKE_256 else _HASH[name](data).digest()


def attributes_of(content: bytes, hash_: str = SHA_256, content_type: str = DATA) -> list[bytes]:
    return [
        attribute(CONTENT_TYPE, oid(content_type)),
        attribute(MESSAGE_DIGEST, octets(digest(hash_, content))),
        attribute(SIGNING_TIME, tlv(0x17, b"261031120000Z")),
    ]


def sign(key: Any, data: bytes, hash_: Any = None) -> bytes:
    """Sign as CMS carries it: ECDSA in DER."""
    if isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
        return key.sign(data)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hash_ or hashes.SHA256())
    default = hashes.SHA384() if key.curve.name == "secp384r1" else hashes.SHA256()
    return key.sign(data, ec.ECDSA(hash_ or default, deterministic_signing=True))


def sign_pss(key: rsa.RSAPrivateKey, data: bytes) -> bytes:
    return key.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())


def by_serial(certificate: x509.Certificate) -> bytes:
    return seq(certificate.issuer.public_bytes(), integer(certificate.serial_number))


def by_key_id(key_id: bytes) -> bytes:
    return tlv(0x80, key_id)


def signer(
    key: Any,
    sid: bytes,
    content: bytes,
    *,
    attributes: Sequence[bytes] | None = None,
    plain: bool = False,
    signature_algorithm: bytes | None = None,
    digest_algorithm: str = SHA_256,
    content_type: str = DATA,
    signature: bytes | None = None,
    signing: Any = sign,
    unsorted: bool = False,
) -> bytes:
    """One SignerInfo. ``plain`` leaves the signed attributes out, so that the content itself is signed."""
    if attributes is None:
        attributes = attributes_of(content, digest_algorithm, content_type)
    data = content if plain else set_of(*attributes)
    if signature is None:
        signature = signing(key, data)
    attributes = sorted(attributes, reverse=unsorted)
    return seq(
        integer(1),
        sid,
        algorithm(digest_algorithm),
        b"" if plain else tlv(0xA0, *attributes),
        signature_algorithm or algorithm(ECDSA_SHA_256),
        octets(signature),
    )


def message(
    content: bytes | None,
    signers: Sequence[bytes],
    certificates: Sequence[x509.Certificate | bytes] = (),
    *,
    content_type: str = DATA,
    version: int = 1,
) -> bytes:
    """ContentInfo around SignedData; ``content`` None makes it detached."""
    carried = [link if isinstance(link, bytes) else link.public_bytes(Encoding.DER) for link in certificates]
    body = seq(
        integer(version),
        set_of(algorithm(SHA_256)),
        seq(oid(content_type), b"" if content is None else tlv(0xA0, octets(content))),
        tlv(0xA0, *carried) if carried else b"",
        tlv(0x31, *signers),
    )
    return seq(oid(SIGNED_DATA), tlv(0xA0, body))


def signed(
    content: bytes,
    key: Any,
    chain: Sequence[x509.Certificate],
    *,
    detached: bool = False,
    content_type: str = DATA,
    **choices: Any,
) -> bytes:
    """A message with one signer, named by its certificate, which is the first of ``chain``."""
    info = signer(key, by_serial(chain[0]), content, content_type=content_type, **choices)
    return message(None if detached else content, [info], chain, content_type=content_type)
