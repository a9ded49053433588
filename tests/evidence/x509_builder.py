"""Certificates of devices and signers for tests, made on the spot; and how tests have them read."""

from __future__ import annotations

import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID, ObjectIdentifier

from iotassess.evidence.certificates import name_anchor
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.reading import read as read_bytes
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import AsOf
from tests.evidence.signing import AS_OF, NOON, eku, key_usage

YEAR = datetime.timedelta(days=365)
FOREVER = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC)

ROOT = ec.derive_private_key(0x4007, ec.SECP256R1())
MIDDLE = ec.derive_private_key(0x11DD1E, ec.SECP384R1())
DEVICE = ec.derive_private_key(0xDE41CE, ec.SECP256R1())
OTHER = ec.derive_private_key(0x07E4, ec.SECP256R1())
EDDY = ed25519.Ed25519PrivateKey.from_private_bytes(b"e" * 32)

SERIAL = "SN-0001"
CLIENT = "1.3.6.1.5.5.7.3.2"
CODE = "1.3.6.1.5.5.7.3.3"
AK = "2.23.133.8.3"


def name(common: str, *, serial: str | tuple[str, ...] = ()) -> x509.Name:
    serials = (serial,) if isinstance(serial, str) else serial
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    attributes += [x509.NameAttribute(NameOID.SERIAL_NUMBER, one) for one in serials]
    return x509.Name(attributes)


def unknown(oid: str, value: bytes) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(ObjectIdentifier(oid), value)


def ia5(text: str) -> bytes:
    return bytes((0x16, len(text))) + text.encode()


def hardware_module(serial: bytes = b"HW-7", oid: bytes = b"\x2b\x06\x01\x04\x01") -> x509.GeneralName:
    inner = bytes((0x06, len(oid))) + oid + bytes((0x04, len(serial))) + serial
    return x509.OtherName(ObjectIdentifier("1.3.6.1.5.5.7.8.4"), bytes((0x30, len(inner))) + inner)


def certificate(
    subject: x509.Name,
    key: Any,
    issuer: x509.Name,
    issuer_key: Any,
    *extensions: Any,
    ca: bool | None = False,
    path_length: int | None = None,
    usage: tuple[str, ...] | None = None,
    since: datetime.datetime = NOON - YEAR,
    until: datetime.datetime = NOON + YEAR,
    hash_: Any = None,
    identifiers: bool = True,
    serial: int = 7,
) -> x509.Certificate:
    """One certificate; ``usage=()`` is no key usage, None the usual one."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(since)
        .not_valid_after(until)
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, path_length), True)
    if usage is None:
        usage = ("key_cert_sign", "crl_sign") if ca else ("digital_signature",)
    if usage:
        builder = builder.add_extension(key_usage(*usage), True)
    if identifiers:
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        issuers = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
        builder = builder.add_extension(own, False).add_extension(issuers, False)
    for extension in extensions:
        extension, critical = extension if isinstance(extension, tuple) else (extension, False)
        builder = builder.add_extension(extension, critical)
    if hash_ is None and not isinstance(issuer_key, ed25519.Ed25519PrivateKey):
        hash_ = hashes.SHA256()
    deterministic = True if isinstance(issuer_key, ec.EllipticCurvePrivateKey) else None
    return builder.sign(issuer_key, hash_, ecdsa_deterministic=deterministic)


def by_sha1(one: x509.Certificate, issuer_key: Any) -> x509.Certificate:
    """The same certificate signed with SHA-1, which ``cryptography`` verifies and does not make any more."""
    from asn1crypto import x509 as asn1

    parsed = asn1.Certificate.load(one.public_bytes(Encoding.DER))
    parsed["tbs_certificate"]["signature"] = {"algorithm": "sha1_ecdsa"}
    parsed["signature_algorithm"] = {"algorithm": "sha1_ecdsa"}
    data = parsed["tbs_certificate"].dump(force=True)
    parsed["signature_value"] = issuer_key.sign(data, ec.ECDSA(hashes.SHA1(), deterministic_signing=True))  # noqa: S303
    return x509.load_der_x509_certificate(parsed.dump(force=True))


def as_version_1(one: x509.Certificate, issuer_key: Any) -> bytes:
    """The same certificate in version 1, which has no extensions."""
    from asn1crypto import x509 as asn1

    parsed = asn1.Certificate.load(one.public_bytes(Encoding.DER))
    tbs = parsed["tbs_certificate"]
    tbs["version"] = "v1"
    del tbs["extensions"]
    data = tbs.dump(force=True)
    parsed["signature_value"] = issuer_key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    return parsed.dump(force=True)


def root(**more: Any) -> x509.Certificate:
    return certificate(name("Root"), ROOT, name("Root"), ROOT, **{"ca": True, **more})


def middle(*extensions: Any, **more: Any) -> x509.Certificate:
    return certificate(name("Middle"), MIDDLE, name("Root"), ROOT, *extensions, **{"ca": True, **more})


def device(*extensions: Any, serial: Any = SERIAL, key: Any = DEVICE, **more: Any) -> x509.Certificate:
    """The certificate of a device, issued by ``middle()``."""
    more = {"until": NOON + YEAR, "number": 7, **more}
    number = more.pop("number")
    return certificate(
        name("Device", serial=serial), key, name("Middle"), MIDDLE, *extensions, serial=number, **more
    )


def der(one: x509.Certificate) -> bytes:
    return one.public_bytes(Encoding.DER)


def pem(*chain: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in chain)


def spki(key: Any) -> str:
    import hashlib

    encoded = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()


def store(*anchors: Any, source: Any = "user", purpose: Any = "identity") -> TrustStore:
    """A store of certificates, or of keys by themselves."""
    from iotassess.codec import keys

    certificates, candidates = [], []
    for index, anchor in enumerate(anchors):
        called = "anchor" if index == 0 else f"anchor {index + 1}"
        if isinstance(anchor, x509.Certificate):
            named = name_anchor(called, anchor, source, purpose)
            certificates.append(named)
            candidates.append(Candidate(called, named.key, source, purpose, None))
        else:
            key = keys.from_cryptography(anchor.public_key())
            candidates.append(Candidate(called, key, source, purpose, None))
    return TrustStore(candidates, certificates)


def read(data: Any, *anchors: Any, as_of: AsOf = AS_OF, **more: Any) -> Artefact:
    """Have certificates read; ``data`` is bytes or certificates."""
    if isinstance(data, x509.Certificate):
        data = pem(data)
    elif not isinstance(data, bytes):
        data = pem(*data)
    return read_bytes(data, Context("file", store(*anchors, **more), as_of))


def ids(artefact: Artefact) -> list[str]:
    return [found.id for found in artefact.problems]


def shown(artefact: Artefact) -> dict[str, Any]:
    return {statement.property: statement.value for statement in artefact.shown}


__all__ = ["eku", "key_usage"]
