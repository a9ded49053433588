"""What the tests of signatures share: keys, messages and certificates made on the spot; nothing is stored."""

from __future__ import annotations

import datetime
import hmac
import json
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID, ObjectIdentifier

from iotassess.codec import cbor, cose, keys
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.trust import TrustStore
from iotassess.model.assessment import AsOf

UTC = datetime.UTC
NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=UTC)
AS_OF = AsOf(NOON, NOON)
DAY = datetime.timedelta(days=1)

ALICE = ec.derive_private_key(0xA11CE, ec.SECP256R1())
BOB = ec.derive_private_key(0xB0B, ec.SECP256R1())
CAROL = ec.derive_private_key(0xCA401, ec.SECP384R1())
EDDY = ed25519.Ed25519PrivateKey.from_private_bytes(b"e" * 32)
SECRET = b"a shared secret of thirty-two by"
PAYLOAD = b"what is said"

_ECDSA = {-7: ("ES256", hashes.SHA256(), 32), -35: ("ES384", hashes.SHA384(), 48)}


def raw_ecdsa(private: ec.EllipticCurvePrivateKey, data: bytes, hash_: Any, size: int) -> bytes:
    r, s = utils.decode_dss_signature(private.sign(data, ec.ECDSA(hash_, deterministic_signing=True)))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def sign(private: Any, data: bytes, alg: int = -7) -> bytes:
    """Sign as COSE carries it, whatever the key is."""
    if isinstance(private, bytes):
        return hmac.digest(private, data, "sha256")
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private.sign(data)
    if isinstance(private, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
        return private.sign(data, pss, hashes.SHA256())
    _, hash_, size = _ECDSA[alg]
    return raw_ecdsa(private, data, hash_, size)


def alg_of(private: Any) -> int:
    if isinstance(private, bytes):
        return 5
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return -8
    if isinstance(private, rsa.RSAPrivateKey):
        return -37
    return -35 if private.curve.name == "secp384r1" else -7


def message(
    private: Any,
    *,
    payload: bytes = PAYLOAD,
    kid: bytes | None = None,
    chain: Sequence[x509.Certificate] = (),
    spoil: bool = False,
    protected: dict[Any, Any] | None = None,
    unprotected: dict[Any, Any] | None = None,
) -> cose.Message:
    """A COSE_Sign1, or COSE_Mac0 where the key is a secret, over ``payload``, parsed."""
    headers = {1: alg_of(private)} if protected is None else protected
    raw = cbor2.dumps(headers)
    outer = dict(unprotected or {})
    if kid is not None:
        outer[4] = kid
    if chain:
        outer[33] = [link.public_bytes(Encoding.DER) for link in chain]
    mac = isinstance(private, bytes)
    data = cbor2.dumps(["MAC0" if mac else "Signature1", raw, b"", payload])
    signature = sign(private, data, alg_of(private))
    if spoil:
        signature = signature[:-1] + bytes([signature[-1] ^ 1])
    tag = cbor2.CBORTag(17 if mac else 18, [raw, outer, payload, signature])
    return cose.parse(cbor.loads(cbor2.dumps(tag)))


def message_of_several(privates: Iterable[Any]) -> cose.Message:
    """A COSE_Sign with one signature each."""
    signers = []
    for private in privates:
        raw = cbor2.dumps({1: alg_of(private)})
        data = cbor2.dumps(["Signature", b"", raw, b"", PAYLOAD])
        signers.append([raw, {}, sign(private, data, alg_of(private))])
    return cose.parse(cbor.loads(cbor2.dumps(cbor2.CBORTag(98, [b"", {}, PAYLOAD, signers]))))


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def jwt(private: Any, header: dict[str, Any], payload: bytes = b"{}") -> str:
    """A JSON Web Signature; ``header`` says whatever the test wants, the key signs with its own algorithm."""
    start = f"{b64(json.dumps(header).encode())}.{b64(payload)}"
    return f"{start}.{b64(sign(private, start.encode(), alg_of(private)) if private is not None else b'')}"


def public(private: Any, kid: bytes | None = None) -> keys.Key:
    if isinstance(private, bytes):
        return keys.from_symmetric(private, kid)
    return keys.from_cryptography(private.public_key(), kid)


def named(
    private: Any,
    name: str = "anchor",
    *,
    source: Any = "user",
    purpose: Any = "update",
    kid: bytes | None = None,
    test_key: Any = None,
) -> Candidate:
    return Candidate(name, public(private, kid), source, purpose, test_key)


def context(*anchors: Candidate, store: TrustStore | None = None, as_of: AsOf = AS_OF) -> Context:
    return Context("artefact", store or TrustStore(anchors), as_of)


def jwk(private: ec.EllipticCurvePrivateKey, **more: Any) -> dict[str, Any]:
    numbers = private.public_key().public_numbers()
    size = (private.curve.key_size + 7) // 8
    return {
        "kty": "EC",
        "crv": {"secp256r1": "P-256", "secp384r1": "P-384"}[private.curve.name],
        "x": b64(numbers.x.to_bytes(size, "big")),
        "y": b64(numbers.y.to_bytes(size, "big")),
        **more,
    }


def pem(private: Any) -> bytes:
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def write(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


# --- certificates -------------------------------------------------------------------------------


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


KEY_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def key_usage(*allowed: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{bit: bit in allowed for bit in KEY_USAGES})


def eku(*oids: str) -> x509.ExtendedKeyUsage:
    return x509.ExtendedKeyUsage([ObjectIdentifier(oid) for oid in oids])


def certificate(
    subject: str,
    key: Any,
    issuer: str,
    issuer_key: Any,
    *extensions: tuple[x509.ExtensionType, bool],
    ca: bool | None = False,
    path_length: int | None = None,
    since: datetime.datetime = NOON - 30 * DAY,
    until: datetime.datetime = NOON + 30 * DAY,
    hash_: Any = None,
) -> x509.Certificate:
    """One certificate; ``ca=None`` leaves the basic constraints out."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(zlib.crc32(repr((subject, issuer, until)).encode()) + 1)
        .not_valid_before(since)
        .not_valid_after(until)
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, path_length), True)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    if hash_ is None and not isinstance(issuer_key, ed25519.Ed25519PrivateKey):
        hash_ = hashes.SHA256()
    deterministic = True if isinstance(issuer_key, ec.EllipticCurvePrivateKey) else None
    return builder.sign(issuer_key, hash_, ecdsa_deterministic=deterministic)


ROOT_KEY = ec.derive_private_key(0x4007, ec.SECP256R1())
MIDDLE_KEY = ec.derive_private_key(0x11DD1E, ec.SECP256R1())


def root(**more: Any) -> x509.Certificate:
    return certificate("Root", ROOT_KEY, "Root", ROOT_KEY, **{"ca": True, **more})


def middle(*extensions: tuple[x509.ExtensionType, bool], **more: Any) -> x509.Certificate:
    return certificate("Middle", MIDDLE_KEY, "Root", ROOT_KEY, *extensions, **{"ca": True, **more})


def leaf(*extensions: tuple[x509.ExtensionType, bool], **more: Any) -> x509.Certificate:
    """A leaf with ALICE's key, issued by ``middle()``."""
    return certificate("Leaf", ALICE, "Middle", MIDDLE_KEY, *extensions, **more)
