"""CoRIM (draft-ietf-rats-corim-11): reference values and endorsements, signed or not.

Numbered as they are read:

1. Take off the tags of older drafts (500, 502).
2. Unsigned, the map stands under tag 501. Signed, it is the payload of a COSE_Sign1: what is decoded are
   exactly the bytes that are signed.
3. Check the signature, by keys for reference values; read who signed and until when it holds.
4. Read the manifest and each tag in it; what is a reference value or an endorsed key is shown.
"""

from __future__ import annotations

from typing import Any, Final

from iotassess.codec import cbor, cose
from iotassess.errors import MalformedArtefact
from iotassess.evidence.authenticate import check_cose
from iotassess.evidence.comid_artefact import conclude, unsigned
from iotassess.evidence.comid_reading import Place, Reading
from iotassess.evidence.context import Context
from iotassess.evidence.corim_content import read_content
from iotassess.evidence.corim_signed import (
    CONTENT_TYPES,
    PREIMAGE_TYPE,
    UNDERSTOOD,
    is_hash_envelope,
    read_header,
)
from iotassess.evidence.eat_reading import describe
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact

UNSIGNED_TAG: Final = 501
OUTER_TAG, SIGNED_TAG = 500, 502
SIGN1_TAG: Final = 18

_TAGS: Final = frozenset({OUTER_TAG, UNSIGNED_TAG, SIGNED_TAG})

_PAYLOAD_HEADS: Final = tuple(bytes((0xD9,)) + tag.to_bytes(2) for tag in sorted(_TAGS))
"""How a payload with one of the tags begins."""

_CONTENT_TYPES: Final = tuple(name.encode() for name in sorted(CONTENT_TYPES))

MAX_HEADER_LOOKED_AT: Final = 256
"""Bytes at the beginning of damaged data in which the content type is looked for: the protected header
comes first, and has it before any certificate."""

MEDIA_TYPE, SIGNED_MEDIA_TYPE = "application/rim+cbor", "application/rim+cose"


def is_corim(peek: Peek) -> bool:
    """Tell whether the bytes are a CoRIM: by their tags, or by the content that a COSE_Sign1 says it has."""
    tags = peek.tags
    if tags[:1] and tags[0] in _TAGS:
        return True
    if tags[:1] not in ((SIGN1_TAG,), ()):
        return False
    if not peek.is_cbor:
        head = peek.data[:MAX_HEADER_LOOKED_AT]
        return bool(tags) and any(name in head for name in _CONTENT_TYPES)
    value = peek.cbor.value if tags else peek.cbor
    if not isinstance(value, list | tuple) or len(value) != 4:
        return False
    protected, _, payload, _ = value
    if type(payload) is bytes and payload.startswith(_PAYLOAD_HEADS):
        return True
    if type(protected) is not bytes or not any(name in protected for name in _CONTENT_TYPES):
        return False
    try:
        header = cbor.loads(protected)
    except MalformedArtefact:
        return True
    return hasattr(header, "get") and any(header.get(label) in CONTENT_TYPES for label in (3, PREIMAGE_TYPE))


def decode(peek: Peek, context: Context) -> Artefact:
    """Read a CoRIM.

    Args:
        peek: the bytes.
        context: keys, moment.

    Raises:
        MalformedArtefact: the bytes are no CBOR, or neither a CoRIM map nor a COSE_Sign1.
    """
    value, legacy = _unwrap(peek.cbor)
    if isinstance(value, cbor.Tag) and value.number == UNSIGNED_TAG:
        return _decode_unsigned(value.value, legacy, peek, context)
    return _decode_signed(value, legacy, peek, context)


def _unwrap(value: Any) -> tuple[Any, list[str]]:
    """Take off the tags that older drafts put outside."""
    legacy = []
    for number in (OUTER_TAG, SIGNED_TAG):
        if isinstance(value, cbor.Tag) and value.number == number:
            value = value.value
            legacy.append(f"the outer tag {number}")
    return value, legacy


def _decode_unsigned(value: Any, legacy: list[str], peek: Peek, context: Context) -> Artefact:
    reading = Reading(context, peek.data, covered=False)
    reading.legacy.update(dict.fromkeys(legacy))
    claims = {"layout": "unsigned", **read_content(reading, value, Place("", ()))}
    return conclude(reading, unsigned("a CoRIM"), claims, MEDIA_TYPE, "corim")


def _decode_signed(value: Any, legacy: list[str], peek: Peek, context: Context) -> Artefact:
    try:
        message = cose.parse(value, expect="COSE_Sign1", understood=UNDERSTOOD)
    except MalformedArtefact as fault:
        raise MalformedArtefact(
            "corim-malformed", f"neither a CoRIM under tag 501 nor a signed one: {fault.message}"
        ) from fault
    if message.type != "COSE_Sign1":
        raise MalformedArtefact("corim-malformed", f"a CoRIM in a {message.type}; expected a COSE_Sign1")
    reading = Reading(context, peek.data, covered=True)
    reading.legacy.update(dict.fromkeys(legacy))
    payload = message.payload
    if payload is None:  # nothing can be verified without it, which does not make the signature bad
        message = message._replace(
            signatures=tuple(signature._replace(fault="malformed") for signature in message.signatures)
        )
        reading.skip("the manifest that is signed: it is not in this file")
    checked = check_cose(message, context, "reference")
    claims = {"layout": "signed", **read_header(reading, message)}
    if payload is not None and not is_hash_envelope(message):
        claims |= _read_payload(reading, payload)
    return conclude(reading, checked, claims, SIGNED_MEDIA_TYPE, "corim")


def _read_payload(reading: Reading, payload: bytes) -> dict[str, Any]:
    """Read the signed bytes: the map under tag 501, or bare as older drafts had it."""
    place = Place("", (2, cbor.INTO))
    try:
        value, legacy = _unwrap(cbor.loads(payload))
    except MalformedArtefact as fault:
        reading.fault(f"the signed content cannot be decoded: {fault.message}", Place("payload", (2,)))
        return {}
    reading.legacy.update(dict.fromkeys(legacy))
    if isinstance(value, cbor.Tag) and value.number == UNSIGNED_TAG:
        value = value.value
    elif isinstance(value, cbor.Tag):
        reading.fault(f"{describe(value)} is signed; expected tag {UNSIGNED_TAG}", place)
        return {}
    else:
        reading.legacy[f"signed content without tag {UNSIGNED_TAG}"] = None
    return read_content(reading, value, place)
