"""What one certificate says, as JSON; and what kind of certificate it looks like."""

from __future__ import annotations

import datetime
import hashlib
import warnings
from typing import Any, Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from iotassess.codec import keys
from iotassess.codec.keys import KeyFault
from iotassess.evidence.certificates import is_authority
from iotassess.evidence.x509_bundle import Member, key_identifiers, signature_alg
from iotassess.evidence.x509_extensions import (
    ATTESTING,
    EK_USAGE,
    HARDWARE_MODULE,
    IDENTIFYING,
    MUD_URL,
    SIGNING,
    TCG_ARC,
    device_serial,
    extension_name,
    hardware_modules,
    mud_signer,
    mud_url,
    subject_serials,
    usage_name,
    usages,
)

Convention = Literal["idevid", "ldevid", "attestation-key", "endorsement-key", "signer", "ca", "end-entity"]
"""What a certificate looks like. It is guessed: no certificate says which convention it follows."""

DEVICE: Final = frozenset({"idevid", "ldevid", "attestation-key", "end-entity"})
"""Conventions of certificates that are about one device."""

NO_EXPIRY: Final = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC)
"""GeneralizedTime 99991231235959Z: no well-defined expiration date (RFC 5280 section 4.1.2.5)."""

_KEY_USAGES: Final = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign"),
)

_READ: Final = frozenset(
    {
        *("2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.35", "2.5.29.37"),
        MUD_URL.dotted_string,
    }
)
"""Extensions that something is concluded from; the others are named only."""


def extension_of(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> Any:
    """Give the value of an extension, or None."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def never_expires(certificate: x509.Certificate) -> bool:
    """Tell whether its end is the date that stands for none."""
    return certificate.not_valid_after_utc >= NO_EXPIRY


def looks_like_device(member: Member) -> bool:
    """Tell whether an authority's certificate looks like one that is for a device.

    A hardware module, a MUD URL or the usage of an attestation key are a device's. A serial number may stand
    in the name of a root, too, but not in that of an authority that somebody else certified.
    """
    certificate = member.certificate
    if hardware_modules(certificate) or mud_url(certificate) is not None:
        return True
    if not ATTESTING.isdisjoint(usages(certificate) or ()):
        return True
    return bool(subject_serials(certificate)) and not member.self_signed


def guess(member: Member) -> Convention:
    """Guess the convention that a certificate follows (IEEE 802.1AR, TCG, or a signer's)."""
    certificate = member.certificate
    if is_authority(certificate) and not looks_like_device(member):
        return "ca"
    given = frozenset(usages(certificate) or ())
    if given & ATTESTING:
        return "attestation-key"
    if EK_USAGE in given:
        return "endorsement-key"
    if given & SIGNING and not given & IDENTIFYING:
        return "signer"
    if device_serial(certificate) is not None:
        lasting = never_expires(certificate) or bool(hardware_modules(certificate))
        return "idevid" if lasting else "ldevid"
    return "end-entity"


# --- JSON ---------------------------------------------------------------------------------------


def _time(moment: datetime.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment.year >= 1000 else moment.isoformat()


def _serial_number(certificate: x509.Certificate) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about one that is not positive, which harms nobody
        return f"{certificate.serial_number:x}"


def _public_key(member: Member) -> dict[str, Any]:
    public = member.certificate.public_key()
    found: dict[str, Any] = {"spki_sha256": member.spki_sha256}
    try:
        key = keys.from_cryptography(public)
    except KeyFault:
        found["alg"] = type(public).__name__.removeprefix("_").removesuffix("PublicKey")
        return found
    found["alg"] = {"EC2": "EC", "AKP": key.curve, "OKP": key.curve}.get(key.kind, key.kind)
    if isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        found["bits"] = public.key_size
    if key.kind in ("EC2", "OKP"):
        found["curve"] = key.curve
    return found


def _usage(certificate: x509.Certificate) -> list[str] | None:
    usage = extension_of(certificate, x509.KeyUsage)
    return None if usage is None else [name for name in _KEY_USAGES if getattr(usage, name)]


def _extensions(certificate: x509.Certificate) -> list[dict[str, Any]]:
    return [
        {
            "oid": extension.oid.dotted_string,
            "name": extension_name(extension.oid),
            "critical": extension.critical,
        }
        for extension in certificate.extensions
    ]


def not_evaluated(member: Member) -> list[str]:
    """Name the extensions that mean something, but which nothing is concluded from."""
    return [
        extension_name(extension.oid)
        for extension in member.certificate.extensions
        if extension.oid.dotted_string.startswith(TCG_ARC)
        or (extension.critical and extension.oid.dotted_string not in _READ)
    ]


def describe_certificate(member: Member) -> dict[str, Any]:
    """Give what one certificate says."""
    certificate = member.certificate
    own, issuers = key_identifiers(certificate)
    constraints = extension_of(certificate, x509.BasicConstraints)
    given = usages(certificate)
    serials = subject_serials(certificate)
    modules = hardware_modules(certificate)
    claims: dict[str, Any] = {
        "position": member.position,
        "sha256": hashlib.sha256(member.der).hexdigest(),
        "version": certificate.version.value + 1,
        "serial_number": _serial_number(certificate),
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "self_signed": member.self_signed,
        "validity": {
            "not_before": _time(certificate.not_valid_before_utc),
            "not_after": _time(certificate.not_valid_after_utc),
            "expires": not never_expires(certificate),
        },
        "public_key": _public_key(member),
        "signature_alg": signature_alg(certificate),
        "convention": guess(member),
        "ca": constraints is not None and constraints.ca,
        "path_length": None if constraints is None else constraints.path_length,
        "key_usage": _usage(certificate),
        "extended_key_usage": None if given is None else [usage_name(one) for one in given],
        "subject_key_identifier": None if own is None else own.hex(),
        "authority_key_identifier": None if issuers is None else issuers.hex(),
        "extensions": _extensions(certificate),
    }
    if serials:
        claims["device_serial"] = serials[0] if len(serials) == 1 else list(serials)
    if modules:
        claims["hardware_modules"] = [module._asdict() for module in modules]
    network = {"mud_url": mud_url(certificate), "mud_signer": mud_signer(certificate)}
    return claims | {name: value for name, value in network.items() if value is not None}


__all__ = ["DEVICE", "HARDWARE_MODULE", "Convention", "describe_certificate", "guess", "not_evaluated"]
