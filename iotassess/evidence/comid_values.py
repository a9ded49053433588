"""Values of a CoMID that say their type by a CBOR tag: identifiers, keys, versions, raw values."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping
from typing import Any, Final

from iotassess.codec import cbor, keys
from iotassess.codec.keys import Key, KeyFault
from iotassess.evidence.comid_digests import is_array
from iotassess.evidence.eat_reading import describe, to_json

URI, UUID, OID, UEID = 32, 37, 111, 550
SVN, MIN_SVN, BYTES, MASKED, RANGE = 552, 553, 560, 563, 564
SPKI, CERTIFICATE, CHAIN, COSE_KEY, DER_CERTIFICATE = 554, 555, 556, 558, 562
OLD_INT, IMPLEMENTATION_ID, REFVAL_ID, CONFIG_ID = 551, 600, 601, 602

_NAMES: Final = {
    URI: "uri",
    UUID: "uuid",
    OID: "oid",
    UEID: "ueid",
    OLD_INT: "int",
    SVN: "svn",
    MIN_SVN: "min-svn",
    SPKI: "pkix-spki-pem",
    CERTIFICATE: "pkix-cert-pem",
    CHAIN: "pkix-chain-pem",
    557: "key-thumbprint",
    COSE_KEY: "cose-key",
    559: "cert-thumbprint",
    BYTES: "bytes",
    561: "cert-path-thumbprint",
    DER_CERTIFICATE: "pkix-cert-der",
    MASKED: "masked-bytes",
    RANGE: "int-range",
    IMPLEMENTATION_ID: "psa-impl-id",
    REFVAL_ID: "psa-refval-id",
    CONFIG_ID: "cca-config-id",
}
"""CBOR tag → name in the claims."""

OLD_TAGS: Final = frozenset({OLD_INT, IMPLEMENTATION_ID, REFVAL_ID, CONFIG_ID})
"""Tags that older drafts and profiles gave to identifiers; today 560 and texts stand in their place."""

MAX_PEM_BYTES: Final = 64 << 10
"""Longest text of a key or chain; a chain of ten certificates has less than twenty kilobytes."""


def typed(value: Any) -> dict[str, Any]:
    """Show a value together with its type."""
    if isinstance(value, cbor.Tag):
        return {"type": _NAMES.get(value.number, f"tag {value.number}"), "value": to_json(value.value)}
    if type(value) is int:
        return {"type": "uint" if value >= 0 else "int", "value": value}
    if type(value) is str:
        return {"type": "text", "value": value}
    if type(value) is bytes:
        return {"type": "untagged-bytes", "value": to_json(value)}
    return {"type": "other", "value": to_json(value)}


def text_of(value: Any) -> str | None:
    """Give a text, or the text of a URI under tag 32; None where it is neither."""
    inner = value.value if isinstance(value, cbor.Tag) and value.number == URI else value
    return inner if type(inner) is str else None


def identifier(value: Any) -> Any:
    """Show a tag or manifest identifier: a text, or a UUID with or without its tag; None for others."""
    inner = value.value if isinstance(value, cbor.Tag) and value.number == UUID else value
    if type(inner) is bytes:
        return inner.hex() if len(inner) == 16 else None
    return inner if type(inner) is str and inner else None


def tagged_bytes(value: Any, *numbers: int) -> bytes | None:
    """Give the bytes under one of these tags, or None."""
    if isinstance(value, cbor.Tag) and value.number in numbers and type(value.value) is bytes:
        return value.value
    return None


def wrong_identifier(value: Any) -> str:
    """Say what is wrong with an identifier whose type is known, or nothing."""
    if not isinstance(value, cbor.Tag):
        return ""
    inner, number = value.value, value.number
    if number == UUID and (type(inner) is not bytes or len(inner) != 16):
        return f"a UUID that is {describe(inner)}; expected 16 bytes"
    if number == UEID and (type(inner) is not bytes or not 7 <= len(inner) <= 33):
        return f"a UEID that is {describe(inner)}; expected 7 to 33 bytes"
    if number in (OID, BYTES) and (type(inner) is not bytes or not inner):
        return f"{describe(inner)} under tag {number}; expected a byte string with content"
    return ""


# --- keys ---------------------------------------------------------------------------------------


def read_key(value: Any) -> Key | None:
    """Give the public key that a crypto-key entry holds or certifies; None where it holds none.

    A certificate is taken for its key alone: what it is worth is the CoRIM signer's word.

    Raises:
        KeyFault: it should hold one, and cannot be read.
    """
    if not isinstance(value, cbor.Tag):
        raise KeyFault(f"{describe(value)} without a tag that says what key it is")
    number, content = value.number, value.value
    if number in (SPKI, CERTIFICATE, CHAIN):
        if type(content) is not str or len(content) > MAX_PEM_BYTES:
            raise KeyFault(f"{describe(content)} under tag {number}; expected PEM in a text")
        return _from_pem(number, content)
    if number == DER_CERTIFICATE:
        if type(content) is not bytes:
            raise KeyFault(f"{describe(content)} under tag {number}; expected a DER certificate")
        return _certified(content)
    if number == COSE_KEY:
        if is_array(content) and len(content) == 1:  # a COSE_KeySet
            content = content[0]
        if not isinstance(content, Mapping):
            raise KeyFault(f"{describe(content)} under tag {number}; expected one COSE_Key")
        return keys.from_cose_key(content)
    return None


def _from_pem(number: int, text: str) -> Key:
    """Read PEM; a SubjectPublicKeyInfo may stand there as bare base64, too."""
    data = text.encode("utf-8", "surrogatepass")
    if number == SPKI and "-----BEGIN" not in text:
        try:
            data = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError) as fault:
            raise KeyFault("neither PEM nor base64") from fault
    first = keys.load_pem_or_der(data)[0]
    if isinstance(first, Key):
        if number != SPKI or first.private:
            raise KeyFault(f"{'a private key' if first.private else 'a bare key'} under tag {number}")
        return first
    if number == SPKI:
        raise KeyFault("a certificate; expected a SubjectPublicKeyInfo")
    from cryptography.hazmat.primitives.serialization import Encoding

    return _certified(first.public_bytes(Encoding.DER))


def _certified(der: bytes) -> Key:
    """Give the key of a certificate; it raises :class:`KeyFault`."""
    from iotassess.evidence.x5chain import leaf_key  # takes long to import, and most runs have none

    return leaf_key([der])


# --- values of measurements ---------------------------------------------------------------------


def wrong_svn(value: Any) -> str:
    """Say what is wrong with a security version number, or nothing."""
    inner = value.value if isinstance(value, cbor.Tag) and value.number in (SVN, MIN_SVN) else value
    if type(inner) is int and inner >= 0:
        return ""
    return f"{describe(value)}; expected a number of at least 0, under tag 552 or 553"


def wrong_raw_value(value: Any, mask: Any) -> str:
    """Say what is wrong with a raw value and the mask beside it, or nothing."""
    if isinstance(value, cbor.Tag) and value.number == MASKED:
        pair = value.value
        if not is_array(pair) or len(pair) != 2 or not all(type(part) is bytes for part in pair):
            return "under tag 563 expected an array of value and mask"
        value, mask = cbor.Tag(BYTES, pair[0]), pair[1]
    if mask is None:
        return ""
    content = value.value if isinstance(value, cbor.Tag) else value
    if type(mask) is not bytes or type(content) is not bytes or len(mask) != len(content):
        return f"a mask that is {describe(mask)} for {describe(content)}; expected as many bytes"
    return ""


def wrong_range(value: Any) -> str:
    """Say what is wrong with a range of integers, or nothing."""
    if type(value) is int:
        return ""
    ends = value.value if isinstance(value, cbor.Tag) and value.number == RANGE else None
    if not is_array(ends) or len(ends) != 2 or not all(end is None or type(end) is int for end in ends):
        return f"{describe(value)}; expected an integer, or two ends under tag 564"
    low, high = (-math.inf if ends[0] is None else ends[0]), (math.inf if ends[1] is None else ends[1])
    return "" if low <= high else f"from {describe(ends[0])} down to {describe(ends[1])}"
