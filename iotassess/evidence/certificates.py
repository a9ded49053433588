"""Single certificates: read, named as trust anchors, and held against what a signer or issuer has to be.

The checks are those of RFC 5280; :mod:`iotassess.evidence.x5chain` puts them together to paths.
"""

from __future__ import annotations

import hashlib
import warnings
from typing import Any, Final, Literal, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, ObjectIdentifier

from iotassess.codec import effort, keys
from iotassess.codec.keys import Key, KeyFault
from iotassess.codec.keys_verify import MAX_RSA_BITS, MIN_RSA_BITS
from iotassess.model.artefact import AnchorSource, Problem, Purpose
from iotassess.model.assessment import AsOf
from iotassess.model.problems import problem

MAX_CERTIFICATE_BYTES: Final = 1 << 16
"""Longest certificate: real ones have one to four kilobytes; with post-quantum keys and signatures
some twenty."""

_UNREADABLE: Final = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What ``cryptography`` raises for certificates that are none, at loading or when a field is first read."""

_SOUND_HASHES: Final = frozenset({"sha256", "sha384", "sha512", "sha3-256", "sha3-384", "sha3-512"})

_KEY_BITS: Final[tuple[tuple[Any, int, int], ...]] = (
    (rsa.RSAPublicKey, MIN_RSA_BITS, MAX_RSA_BITS),
    (ec.EllipticCurvePublicKey, 224, 521),  # NIST SP 800-131A: 112 bits of security
)

_READ_EXTENSIONS: Final = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,  # a name beside the subject: nothing to enforce here
        ExtensionOID.CERTIFICATE_POLICIES,  # any policy is acceptable (RFC 5280 section 6.1.1 (c))
    }
)
"""Extensions that may be critical. One that is critical and not read forbids the chain (section 4.2); so
do name constraints in any case, as they ought to be critical."""

_EKU: Final[dict[Purpose, frozenset[ObjectIdentifier]]] = {
    "update": frozenset({ExtendedKeyUsageOID.CODE_SIGNING}),
    "attestation": frozenset(
        map(
            ObjectIdentifier,
            (
                "2.23.133.8.3",  # tcg-kp-AIKCertificate
                "2.23.133.5.4.100.8",  # tcg-dice-kp-attestInit
                "2.23.133.5.4.100.9",  # tcg-dice-kp-attestLoc
            ),
        )
    ),
    "reference": frozenset(
        {
            ExtendedKeyUsageOID.CODE_SIGNING,
            ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # id-kp-documentSigning (RFC 9336)
            ObjectIdentifier("2.23.133.5.4.100.10"),  # tcg-dice-kp-assertInit
            ObjectIdentifier("2.23.133.5.4.100.11"),  # tcg-dice-kp-assertLoc
        }
    ),
    "identity": frozenset(
        {
            ExtendedKeyUsageOID.CLIENT_AUTH,
            ExtendedKeyUsageOID.SERVER_AUTH,
            ObjectIdentifier("2.23.133.5.4.100.6"),  # tcg-dice-kp-identityInit
            ObjectIdentifier("2.23.133.5.4.100.7"),  # tcg-dice-kp-identityLoc
        }
    ),
    "network": frozenset(
        {
            ExtendedKeyUsageOID.EMAIL_PROTECTION,  # what CMS signers, and so MUD files, commonly have
            ExtendedKeyUsageOID.CODE_SIGNING,
            ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
        }
    ),
    "results": frozenset(
        {
            ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
            ObjectIdentifier("1.3.6.1.5.5.7.3.37"),  # id-kp-jwt (RFC 9509)
        }
    ),
}
"""Extended key usages that let a leaf sign for a purpose; a certificate without the extension may too."""


class CertificateAnchor(NamedTuple):
    """A certificate that somebody named as trust anchor.

    Attributes:
        name: name of the anchor.
        certificate: the certificate.
        source: who named it.
        purpose: what it was named for, or None.
        key: its public key.
        fingerprint: SHA-256 over its DER, hex.
        subject: its subject in DER, by which chains find it.
    """

    name: str
    certificate: x509.Certificate
    source: AnchorSource
    purpose: Purpose | None
    key: Key
    fingerprint: str
    subject: bytes


class Refused(Exception):  # noqa: N818 - a finding that is caught where paths are built, not an error
    """A certificate is not what it has to be.

    Attributes:
        id: problem id that says so.
        reason: what is wrong with which certificate.
    """

    def __init__(self, id: str, reason: str) -> None:
        super().__init__(reason)
        self.id = id
        self.reason = reason


# --- reading ------------------------------------------------------------------------------------


def load(der: bytes) -> x509.Certificate:
    """Read one DER certificate with all its extensions, so that nothing about it fails later.

    Raises:
        KeyFault: it is none.
    """
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise KeyFault(f"the certificate has {len(der)} bytes; at most {MAX_CERTIFICATE_BYTES} are read")
    effort.spend(effort.READ_CERTIFICATE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about lax encodings, which only the extensions make dangerous
        try:
            certificate = x509.load_der_x509_certificate(der)
            _touch(certificate)
        except _UNREADABLE as fault:
            raise KeyFault(f"not a certificate that can be read ({type(fault).__name__})") from fault
    return certificate


def _touch(certificate: x509.Certificate) -> None:
    """Read every field that is used later; ``cryptography`` parses most of them only then."""
    _ = certificate.extensions, certificate.subject, certificate.issuer, certificate.public_key()
    _ = certificate.not_valid_before_utc, certificate.not_valid_after_utc, certificate.version


def name_anchor(
    name: str, certificate: x509.Certificate, source: AnchorSource, purpose: Purpose | None
) -> CertificateAnchor:
    """Make a trust anchor of a certificate.

    Raises:
        KeyFault: it is broken, or its key cannot be used.
    """
    der = certificate.public_bytes(Encoding.DER)
    sound = load(der)
    key = keys.from_cryptography(sound.public_key(), may_verify=may_sign(sound))
    subject = sound.subject.public_bytes()
    fingerprint = hashlib.sha256(der).hexdigest()
    return CertificateAnchor(name, sound, source, purpose, key, fingerprint, subject)


# --- single certificates ------------------------------------------------------------------------


def _extension(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> x509.ExtensionType | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def may_sign(certificate: x509.Certificate) -> bool:
    """Tell whether its key usage, if it has one, allows signatures over data (RFC 5280 section 4.2.1.3)."""
    usage = _extension(certificate, x509.KeyUsage)
    return not isinstance(usage, x509.KeyUsage) or usage.digital_signature


def is_authority(certificate: x509.Certificate) -> bool:
    """Tell whether its basic constraints make it a certification authority."""
    constraints = _extension(certificate, x509.BasicConstraints)
    return isinstance(constraints, x509.BasicConstraints) and constraints.ca


Validity = Literal["valid", "x509-expired", "x509-not-yet-valid"]


def validity(certificate: x509.Certificate, as_of: AsOf) -> Validity:
    """Tell whether a certificate is valid at the moment of judgement: "valid", or the problem's id."""
    if certificate.not_valid_before_utc > as_of.end:
        return "x509-not-yet-valid"
    if certificate.not_valid_after_utc < as_of.start:
        return "x509-expired"
    return "valid"


def validity_problem(certificate: x509.Certificate, as_of: AsOf, what: str, at: str | None) -> Problem | None:
    """Give the problem that a certificate is past or before its validity, or None."""
    id = validity(certificate, as_of)
    return None if id == "valid" else problem(id, _out_of_date(certificate, what, id), at=at)


def _out_of_date(certificate: x509.Certificate, what: str, id: Validity) -> str:
    if id == "x509-expired":
        return f"{what} expired on {certificate.not_valid_after_utc:%Y-%m-%d}"
    return f"{what} is not valid before {certificate.not_valid_before_utc:%Y-%m-%d}"


def require_sound(certificate: x509.Certificate, what: str, as_of: AsOf) -> None:
    """Check what holds for every certificate of a path (RFC 5280 section 6.1.3 (a) and 6.1.5 (f)).

    This and the checks below raise :class:`Refused`; ``what`` is what they call the certificate.
    """
    id = validity(certificate, as_of)
    if id != "valid":
        raise Refused(id, _out_of_date(certificate, what, id))
    for extension in certificate.extensions:
        critical = extension.critical or extension.oid == ExtensionOID.NAME_CONSTRAINTS
        if critical and extension.oid not in _READ_EXTENSIONS:
            oid = extension.oid.dotted_string
            raise Refused("x509-untrusted", f"{what} has the extension {oid}, which is not evaluated")
    require_strong_key(certificate, what)


def require_strong_key(certificate: x509.Certificate, what: str) -> None:
    """Check that the key of a certificate has a length that holds, and that can be used at all."""
    public = certificate.public_key()
    for kind, least, most in _KEY_BITS:
        if isinstance(public, kind) and not least <= public.key_size <= most:
            raise Refused(
                "x509-weak-key",
                f"{what} has a key of {public.key_size} bits; expected {least} to {most}",
            )


def require_sound_signature(certificate: x509.Certificate, what: str) -> None:
    """Check that a certificate is not signed with a broken hash."""
    try:
        used = certificate.signature_hash_algorithm  # None where the algorithm has no hash of its own: EdDSA
    except UnsupportedAlgorithm as fault:
        oid = certificate.signature_algorithm_oid.dotted_string
        raise Refused("x509-untrusted", f"{what} is signed with the unknown algorithm {oid:.60}") from fault
    if isinstance(used, hashes.HashAlgorithm) and used.name not in _SOUND_HASHES:
        raise Refused("x509-weak-signature", f"{what} is signed with {used.name}")


def require_issuer(certificate: x509.Certificate, what: str, below: int) -> None:
    """Check that a certificate may issue others (RFC 5280 section 6.1.4 (k) to (n)).

    Args:
        certificate: the issuer.
        what: what to call it.
        below: how many intermediate certificates lie between it and the leaf.
    """
    constraints = _extension(certificate, x509.BasicConstraints)
    if not isinstance(constraints, x509.BasicConstraints) or not constraints.ca:
        raise Refused("x509-untrusted", f"{what} is no certification authority")
    if constraints.path_length is not None and below > constraints.path_length:
        raise Refused(
            "x509-untrusted",
            f"{what} allows {constraints.path_length} certificates between it and the leaf; got {below}",
        )
    usage = _extension(certificate, x509.KeyUsage)
    if isinstance(usage, x509.KeyUsage) and not usage.key_cert_sign:
        raise Refused("x509-key-usage", f"the key usage of {what} does not allow signing certificates")


def require_leaf(certificate: x509.Certificate, purpose: Purpose | None) -> None:
    """Check that the leaf may sign artefacts of this purpose."""
    if is_authority(certificate):
        raise Refused("x509-ca-as-leaf", "the first certificate is a certification authority")
    require_purpose(certificate, purpose, "the first certificate")


def require_purpose(certificate: x509.Certificate, purpose: Purpose | None, what: str) -> None:
    """Check that key usage and extended key usage, where present, allow signing for the purpose."""
    if not may_sign(certificate):
        raise Refused("x509-key-usage", f"the key usage of {what} does not allow digital signatures")
    require_extended_purpose(certificate, purpose, what)


def require_extended_purpose(certificate: x509.Certificate, purpose: Purpose | None, what: str) -> None:
    """Check that the extended key usage, where present, covers the purpose.

    In an issuer it restricts what is below it: RFC 5280 section 4.2.1.12 leaves that open, and every
    validator of note does it.
    """
    usages = _extension(certificate, x509.ExtendedKeyUsage)
    if purpose is None or not isinstance(usages, x509.ExtendedKeyUsage):
        return
    allowed = _EKU[purpose] | {ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    if allowed.isdisjoint(usages):
        given = ", ".join(sorted(usage.dotted_string for usage in usages))
        raise Refused(
            "x509-key-usage", f"{what} is for other uses ({given:.200}) than signing for {purpose!r}"
        )


def use_problem(
    certificate: x509.Certificate, purpose: Purpose | None, what: str, at: str | None
) -> Problem | None:
    """Give the problem that the extended key usage of a named certificate excludes the purpose, or None."""
    try:
        require_extended_purpose(certificate, purpose, what)
    except Refused as fault:
        return problem(fault.id, fault.reason, at=at)
    return None


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Tell whether issuer name and signature of ``certificate`` are those of ``issuer``.

    Raises:
        MalformedArtefact: ``artefact-too-large``: the file that is being read has had its share of effort.
    """
    effort.spend(effort.of_public(issuer.public_key()))
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, *_UNREADABLE):
        return False
    return True
