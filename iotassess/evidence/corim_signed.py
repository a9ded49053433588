"""A CoRIM in a COSE_Sign1: what its header says of signer, validity and content.

draft-ietf-rats-corim-11, "Signed CoRIM"; RFC 9597 (CWT claims in a header); draft-ietf-cose-hash-envelope,
in which the signed content is only the digest of a CoRIM that is somewhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iotassess.codec import cbor, cose
from iotassess.errors import MalformedArtefact
from iotassess.evidence.comid_environment import keep_other
from iotassess.evidence.comid_reading import Place, Reading
from iotassess.evidence.comid_values import text_of
from iotassess.evidence.corim_content import judge, read_moment, read_validity
from iotassess.evidence.eat_reading import describe, to_json

CONTENT_TYPE, META, CWT_CLAIMS = 3, 8, 15
HASH_ALG, PREIMAGE_TYPE, PREIMAGE_LOCATION = 258, 259, 260

UNDERSTOOD: Final = frozenset({META, CWT_CLAIMS, HASH_ALG, PREIMAGE_TYPE, PREIMAGE_LOCATION})
"""Headers that are processed here, and may so be critical."""

OLD_CONTENT_TYPE: Final = "application/corim-unsigned+cbor"

CONTENT_TYPES: Final = frozenset({"application/rim+cbor", OLD_CONTENT_TYPE})
"""Media types of the signed content, an older draft's too."""

_HASHES: Final = {-16: ("sha-256", 32), -43: ("sha-384", 48), -44: ("sha-512", 64)}
"""COSE algorithm → hash and bytes: a hash envelope has COSE's numbers, unlike a CoRIM's own digests."""

_CWT_TEXTS: Final = {1: "iss", 2: "sub"}
_CWT_TIMES: Final = {4: "exp", 5: "nbf"}


def is_hash_envelope(message: cose.Message) -> bool:
    """Tell whether the signed content is a digest."""
    return HASH_ALG in message.protected


def read_header(reading: Reading, message: cose.Message) -> dict[str, Any]:
    """Read the protected header of a signed CoRIM.

    What stands in the unprotected one is not signed, so it says nothing; it is reported.

    Args:
        reading: filled in.
        message: the message.
    """
    header, place = message.protected, Place("", (0, cbor.INTO))
    claims: dict[str, Any] = {}
    envelope = is_hash_envelope(message)
    content_type = header.get(PREIMAGE_TYPE if envelope else CONTENT_TYPE)
    claims["content_type"] = to_json(content_type)
    if type(content_type) is not str or content_type not in CONTENT_TYPES:
        label = PREIMAGE_TYPE if envelope else CONTENT_TYPE
        explanation = (
            f"{describe(content_type)} in the protected header ({label}); expected application/rim+cbor"
        )
        reading.breach(explanation, place.at("content_type", label))
    elif content_type == OLD_CONTENT_TYPE:
        reading.legacy[f"the content type {OLD_CONTENT_TYPE}"] = None
    if META in header:
        claims |= _read_meta(reading, header[META], place.at("signer", META))
    if CWT_CLAIMS in header:
        claims["cwt_claims"] = _read_cwt(reading, header[CWT_CLAIMS], place.at("cwt_claims", CWT_CLAIMS))
    if META not in header and CWT_CLAIMS not in header:
        reading.breach(
            "neither signer information (8) nor CWT claims (15) in the protected header; expected one",
            Place("signer", ()),
        )
    for label in sorted(UNDERSTOOD & set(message.unprotected)):
        reading.breach(
            f"the header {label} is not protected, so that anybody can have written it; it is not used",
            Place("signer", (1, label)),
        )
    if envelope or message.payload is None:
        _report_missing(reading, envelope=envelope)
    if envelope:
        claims["hash_envelope"] = _read_envelope(reading, message, place)
    return claims


def _report_missing(reading: Reading, *, envelope: bool) -> None:
    """Report that of what is signed nothing was read, however good the signature."""
    what = "only the digest of the manifest" if envelope else "the manifest, which is detached,"
    reading.report(
        "corim-content-missing",
        f"{what} is signed here, and the manifest is not in the file, so that nothing of it was read; "
        "supply the CoRIM with its content in the signature",
        Place("payload", (2,)),
    )


def _read_meta(reading: Reading, value: Any, place: Place) -> dict[str, Any]:
    """Read corim-meta: signer (0) with name (0) and URI (1), and the signature's validity (1)."""
    meta = None
    if type(value) is bytes:
        try:
            meta = cbor.loads(value)
        except MalformedArtefact as fault:
            reading.fault(f"signer information that cannot be decoded: {fault.message}", place)
            return {}
    signer = meta.get(0) if isinstance(meta, Mapping) else None
    if not isinstance(meta, Mapping) or not isinstance(signer, Mapping) or 0 not in signer:
        reading.fault(f"{describe(value)}; expected a map in a byte string, with the signer (0)", place)
        return {}
    shown = {"name": to_json(signer[0])}
    if 1 in signer:
        shown["uri"] = to_json(signer[1]) if text_of(signer[1]) is None else text_of(signer[1])
    keep_other(signer, {0, 1}, shown)
    claims: dict[str, Any] = {"signer": shown}
    if 1 in meta:
        at = Place("signature_validity", (*place.trail, cbor.INTO, 1))
        claims["signature_validity"] = read_validity(reading, meta[1], at)
    keep_other(meta, {0, 1}, shown)
    return claims


def _read_cwt(reading: Reading, value: Any, place: Place) -> dict[str, Any]:
    """Read CWT claims: issuer and subject; expiry and begin are the signature's validity, too."""
    if not isinstance(value, Mapping):
        reading.fault(f"{describe(value)}; expected a map of CWT claims", place)
        return {}
    claims: dict[str, Any] = {}
    for label, name in _CWT_TEXTS.items():
        if label in value:
            claims[name] = to_json(value[label])
            if type(value[label]) is not str:
                reading.breach(f"{describe(value[label])}; expected a text", place.at(name, label))
    moments = {}
    for label, name in _CWT_TIMES.items():
        if label in value:
            moments[label] = read_moment(value[label])
            claims[name] = to_json(value[label])
            if moments[label] is None:
                message = f"{describe(value[label])}; expected seconds since 1970, untagged"
                reading.fault(message, place.at(name, label))
    judge(reading, "the validity in its CWT claims", place, moments.get(5), moments.get(4), exclusive=True)
    if 1 not in value:
        reading.breach("no issuer (1); expected one", place)
    keep_other(value, {*_CWT_TEXTS, *_CWT_TIMES}, claims)
    return claims


def _read_envelope(reading: Reading, message: cose.Message, place: Place) -> dict[str, Any]:
    """Read a hash envelope: the CoRIM that it speaks of is not here, so that nothing of it is known."""
    number, payload = message.protected[HASH_ALG], message.payload or b""
    name, size = _HASHES.get(number, ("", 0)) if type(number) is int else ("", 0)
    if not size:
        reading.breach(
            f"the hash algorithm {describe(number)}; expected -16, -43 or -44",
            place.at("hash_envelope", HASH_ALG),
        )
    elif len(payload) != size:
        reading.fault(
            f"a {name} digest of {len(payload)} bytes; expected {size}", Place("hash_envelope", (2,))
        )
    reading.skip("the manifest whose digest is signed: it is not in this file")
    claims: dict[str, Any] = {"digest": {"alg": name or describe(number), "value": to_json(payload)}}
    if PREIMAGE_LOCATION in message.protected:
        claims["location"] = to_json(message.protected[PREIMAGE_LOCATION])
    return claims
