"""SignedData taken apart (RFC 5652 section 5): the inside of the CMS wall.

Only this file imports asn1crypto. It parses late, field by field as they are read, and then raises whatever
it likes; so every field is read here, once, and comes out as a plain value. It verifies nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from asn1crypto import cms as asn1
from asn1crypto import core, x509

from iotassess.codec import cms_algorithms as algorithms
from iotassess.codec.cms_der import fault
from iotassess.codec.cms_model import Certificate, SignedData, Signer

DATA: Final = "1.2.840.113549.1.7.1"
"""id-data: the content is any sequence of bytes."""

SIGNED_DATA: Final = "1.2.840.113549.1.7.2"

MAX_CERTIFICATES: Final = 32
"""Most certificates of a message; those of a signer and its issuers are two to four."""

MAX_SIGNERS: Final = 32
"""Most signers of a message: as many as are ever verified of one artefact."""

MAX_SERIAL: Final = 64
"""Longest serial number in octets. RFC 5280 section 4.1.2.2 allows 20; some authorities had longer ones."""

MAX_FITTING: Final = 8
"""Most certificates that are held against one signer. There is one, unless somebody made another like it."""

_ASN1_FAULTS: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
"""What asn1crypto raises on bytes that are not what the type says: no list of it is to be had."""

_PROTECTION: Final = "1.2.840.113549.1.9.52"
_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
_SIGNING_TIME: Final = "1.2.840.113549.1.9.5"


class _Encapsulated(core.Sequence):  # type: ignore[misc]
    """EncapsulatedContentInfo; asn1crypto's own one guesses at the type of the content."""

    _fields = [  # noqa: RUF012 - the form that asn1crypto asks for
        ("content_type", core.ObjectIdentifier),
        ("content", core.OctetString, {"explicit": 0, "optional": True}),
    ]


# --- the message ------------------------------------------------------------------------------------


def read(der: bytes) -> SignedData:
    """Read CMS SignedData.

    Args:
        der: its bytes, in DER.

    Raises:
        MalformedArtefact: ``cms-malformed`` where it is none.
    """
    try:
        return _read(der)
    except _ASN1_FAULTS as error:
        raise fault(f"not CMS SignedData by RFC 5652 ({type(error).__name__})") from None


def _read(der: bytes) -> SignedData:
    info = asn1.ContentInfo.load(der, strict=True)
    if info["content_type"].dotted != SIGNED_DATA:
        raise fault(f"CMS of the type {info['content_type'].dotted}; expected SignedData ({SIGNED_DATA})")
    body = info["content"]
    encapsulated = _Encapsulated.load(body["encap_content_info"].dump(), strict=True)
    content = encapsulated["content"]
    if encapsulated.contents != encapsulated["content_type"].dump() + content.dump():
        raise fault("something else than a type and the content in the encapsulated content", at="content")
    signers = body["signer_infos"]
    if len(signers) > MAX_SIGNERS:
        raise fault(f"{len(signers)} signers; at most {MAX_SIGNERS} are read")
    by_key_id = any(info["sid"].name == _BY_KEY_ID for info in signers)
    certificates = _certificates(body["certificates"], by_key_id)
    content_type = encapsulated["content_type"].dotted
    return SignedData(
        content_type,
        bytes(content.native) if isinstance(content, core.OctetString) else None,
        certificates,
        tuple(
            _signer(info, certificates, content_type, f"signers[{index}]")
            for index, info in enumerate(signers)
        ),
    )


_BY_KEY_ID: Final = "subject_key_identifier"


def _certificates(found: Any, by_key_id: bool) -> tuple[Certificate, ...]:
    if isinstance(found, core.Void):
        return ()
    if len(found) > MAX_CERTIFICATES:
        raise fault(f"{len(found)} certificates; at most {MAX_CERTIFICATES} are read")
    return tuple(_certificate(choice.chosen, by_key_id) for choice in found if choice.name == "certificate")


def _certificate(certificate: x509.Certificate, by_key_id: bool) -> Certificate:
    """Read what a chain is put in order by; extensions, which take most of the time, only if they count."""
    body = certificate["tbs_certificate"]
    key_id = certificate.key_identifier_value if by_key_id else None
    return Certificate(
        certificate.dump(),
        body["subject"].dump(),
        body["issuer"].dump(),
        _serial(body["serial_number"], "certificates"),
        None if key_id is None else bytes(key_id.native),
        body["subject_public_key_info"].dump(),
    )


def _serial(number: Any, at: str) -> int:
    size = len(number.contents)
    if size > MAX_SERIAL:
        raise fault(f"a serial number of {size} bytes; expected at most {MAX_SERIAL}", at=at)
    return int(number.native)


def _signer(info: Any, certificates: Sequence[Certificate], content_type: str, at: str) -> Signer:
    sid = info["sid"]
    issuer = serial = key_id = None
    if sid.name == _BY_KEY_ID:
        key_id = bytes(sid.chosen.native)
    else:
        issuer = sid.chosen["issuer"].dump()
        serial = _serial(sid.chosen["serial_number"], at)
    attributes = _read_attributes(info["signed_attrs"], at)
    digest = info["digest_algorithm"]
    signature = info["signature_algorithm"]
    algorithm = algorithms.resolve(
        signature["algorithm"].dotted,
        digest["algorithm"].dotted,
        _pss_digest(signature),
        attributes=attributes is not None,
    )
    if attributes is None and content_type != DATA:
        raise fault(
            f"content of the type {content_type} without signed attributes, which RFC 5652 section 5.3 "
            "demands: the signature does not say what it is about",
            at=at,
        )
    own = attributes or _NO_ATTRIBUTES
    if own.protection is not None and own.protection != (digest.contents, signature.contents):
        raise fault("its algorithms are not those that the signed attributes name (RFC 6211)", at=at)
    return Signer(
        issuer,
        serial,
        key_id,
        algorithm.name,
        algorithm.digest,
        algorithm.usable,
        algorithm.why,
        own.signed,
        own.content_type,
        own.message_digest,
        own.signing_time,
        algorithms.to_cose_signature(algorithm.name, bytes(info["signature"].native)),
        _find(certificates, issuer, serial, key_id),
    )


def _find(
    certificates: Sequence[Certificate], issuer: bytes | None, serial: int | None, key_id: bytes | None
) -> tuple[int, ...]:
    found = [
        index
        for index, certificate in enumerate(certificates)
        if (
            certificate.key_id == key_id
            if key_id is not None
            else (certificate.issuer, certificate.serial) == (issuer, serial)
        )
    ]
    return tuple(found[:MAX_FITTING])


def _pss_digest(signature: Any) -> str | None:
    """Give the hash of RSASSA-PSS parameters that are as COSE has them (RFC 8230 section 2)."""
    if signature["algorithm"].dotted != algorithms.RSA_PSS:
        return None
    parameters = signature["parameters"]
    if not isinstance(parameters, core.Sequence):
        return None
    hash_ = algorithms.DIGESTS.get(parameters["hash_algorithm"]["algorithm"].dotted)
    mask = parameters["mask_gen_algorithm"]
    mask_hash = algorithms.DIGESTS.get(mask["parameters"]["algorithm"].dotted)
    if hash_ is None or mask["algorithm"].native != "mgf1" or mask_hash != hash_:
        return None
    same = int(parameters["salt_length"].native) == len(algorithms.compute(hash_, b""))
    return hash_ if same and int(parameters["trailer_field"]) == 1 else None


class _Attributes(NamedTuple):
    signed: bytes | None
    content_type: str | None
    message_digest: bytes | None
    signing_time: datetime.datetime | None
    protection: tuple[bytes, bytes] | None


_NO_ATTRIBUTES: Final = _Attributes(None, None, None, None, None)


def _read_attributes(attributes: Any, at: str) -> _Attributes | None:
    """Read the signed attributes (RFC 5652 section 11); each type may be there once, with one value.

    What is signed is their DER encoding as a SET OF (section 5.4), so in the order of their encodings.
    """
    if isinstance(attributes, core.Void):
        return None
    found: dict[str, Any] = {}
    for attribute in attributes:
        name = attribute["type"].dotted
        if name in found:
            raise fault(f"the signed attribute {name} is there twice", at=at)
        found[name] = attribute["values"]
    if _CONTENT_TYPE not in found or _MESSAGE_DIGEST not in found:
        raise fault("signed attributes without content type or message digest (RFC 5652 section 5.3)", at=at)
    content_type = _only(found[_CONTENT_TYPE], at).dotted
    message_digest = bytes(_only(found[_MESSAGE_DIGEST], at).native)
    encodings = sorted(attribute.dump() for attribute in attributes)
    when = protection = None
    if _SIGNING_TIME in found:
        when = _time(_only(found[_SIGNING_TIME], at).native, at)
    if _PROTECTION in found:
        value = _only(found[_PROTECTION], at)
        protection = (value["digest_algorithm"].contents, value["signature_algorithm"].contents)
    return _Attributes(_set_of(encodings), content_type, message_digest, when, protection)


def _time(when: datetime.datetime, at: str) -> datetime.datetime:
    if when.tzinfo is None:
        raise fault("a signing time without time zone; expected UTC (RFC 5652 section 11.3)", at=at)
    return when.astimezone(datetime.UTC)


def _only(values: Any, at: str) -> Any:
    if len(values) != 1:
        raise fault(f"a signed attribute with {len(values)} values; expected one", at=at)
    return values[0]


def _set_of(encodings: Sequence[bytes]) -> bytes:
    """Encode a SET OF what is encoded already."""
    contents = b"".join(encodings)
    size = len(contents)
    if size < 0x80:
        return bytes((0x31, size)) + contents
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((0x31, 0x80 | len(length))) + length + contents
