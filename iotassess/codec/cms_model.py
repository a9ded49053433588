"""What the CMS wall gives: plain values, of which nothing is read late (RFC 5652 section 5)."""

from __future__ import annotations

import datetime
from typing import NamedTuple


class Signer(NamedTuple):
    """One SignerInfo (RFC 5652 section 5.3).

    Attributes:
        issuer: DER of the issuer's name in the signer's certificate, or None.
        serial: serial number of that certificate, or None.
        key_id: subject key identifier of the signer's certificate where that names the signer, or None.
        alg: IANA COSE name of the signature algorithm, or "unknown (…)".
        digest_alg: hash over content and attributes ("sha-256" …), or None where it is none to be trusted.
        usable: the algorithms are ones that can be verified.
        why: why not, in words.
        attributes: DER of the signed attributes as they are signed (a SET OF), or None where there are none.
        content_type: object identifier in the signed attributes, or None.
        message_digest: digest of the content in the signed attributes, or None.
        signing_time: when the signer says that it signed, UTC, or None.
        signature: as COSE has it, or None where it is not one of the algorithm.
        certificates: indices of those carried certificates that it names. More than one fits where somebody
            made another with the same issuer and serial number; the key tells them apart.
    """

    issuer: bytes | None
    serial: int | None
    key_id: bytes | None
    alg: str
    digest_alg: str | None
    usable: bool
    why: str
    attributes: bytes | None
    content_type: str | None
    message_digest: bytes | None
    signing_time: datetime.datetime | None
    signature: bytes | None
    certificates: tuple[int, ...]


class Certificate(NamedTuple):
    """What of a carried certificate is needed to put a chain in order.

    Attributes:
        der: the certificate.
        subject: DER of its subject.
        issuer: DER of its issuer.
        serial: serial number.
        key_id: subject key identifier where a signer is named by one, or None.
        spki: DER of its SubjectPublicKeyInfo.
    """

    der: bytes
    subject: bytes
    issuer: bytes
    serial: int
    key_id: bytes | None
    spki: bytes


class SignedData(NamedTuple):
    """One CMS SignedData, opened but not checked.

    Attributes:
        content_type: object identifier of the type of the content.
        content: the content, or None where the signature is detached.
        certificates: those that the message carries, in its order.
        signers: those who signed.
    """

    content_type: str
    content: bytes | None
    certificates: tuple[Certificate, ...]
    signers: tuple[Signer, ...]
