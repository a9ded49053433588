"""CBOR tags by number, wherever they stand (IANA CBOR Tags registry)."""

from __future__ import annotations

from typing import Final

from iotassess.evidence.tree import words
from iotassess.evidence.tree.rules import ANY, PLAIN, Field, Rule

_UUID: Final = Rule(form="plain", words=words.identifier)
_OID: Final = Rule(form="plain", words=words.oid)
_KEY: Final = Rule(form="plain", notes=("key",))
_DER: Final = Rule(form="der", notes=("certificate",))

TAGS: Final[dict[int, Field]] = {
    0: Field("date and time"),
    1: Field("seconds since 1970", Rule(words=words.time)),
    2: Field("bignum", PLAIN),
    3: Field("negative bignum", PLAIN),
    16: Field("COSE_Encrypt0", "cose:ENCRYPT0"),
    17: Field("COSE_Mac0", "cose:MAC0"),
    18: Field("COSE_Sign1", "cose:SIGN1"),
    24: Field("encoded CBOR", Rule(inside=ANY)),
    32: Field("URI"),
    37: Field("UUID", _UUID),
    48: Field("SUIT_Envelope (draft)", "suit:ENVELOPE_16"),
    61: Field("CWT", "eat:TOKEN"),
    96: Field("COSE_Encrypt", "cose:ENCRYPT"),
    97: Field("COSE_Mac", "cose:MAC"),
    98: Field("COSE_Sign", "cose:SIGN"),
    107: Field("SUIT_Envelope", "suit:ENVELOPE"),
    111: Field("OID", _OID),
    112: Field("PEN (OID below 1.3.6.1.4.1)", _OID),
    399: Field("CCA token (older)", "cca:OLD_COLLECTION"),
    500: Field("CoRIM (older)", "corim:CORIM"),
    501: Field("unsigned CoRIM", "corim:CORIM"),
    502: Field("signed CoRIM (older)", "corim:SIGNED"),
    505: Field("CoSWID", Rule(inside="coswid:TAG", title="concise-swid-tag")),
    506: Field("CoMID", Rule(inside="comid:TAG")),
    508: Field("CoTL", Rule(inside=ANY)),
    550: Field("UEID", Rule(form="plain", words=words.ueid)),
    551: Field("UUID (older)", _UUID),
    552: Field("SVN"),
    553: Field("minimum SVN"),
    554: Field("public key in PEM", _KEY),
    555: Field("certificate in PEM", _KEY),
    556: Field("certificate chain in PEM", _KEY),
    557: Field("key thumbprint", "comid:DIGEST"),
    558: Field("COSE_Key", "cose:KEY"),
    559: Field("certificate thumbprint", "comid:DIGEST"),
    560: Field("bytes", PLAIN),
    561: Field("certificate path thumbprint", "comid:DIGEST"),
    562: Field("certificate in DER", _DER),
    563: Field("masked raw value"),
    564: Field("integer range"),
    600: Field("PSA implementation id (older)", PLAIN),
    601: Field("UCCS", "eat:CLAIMS"),
    602: Field("detached EAT bundle", "eat:BUNDLE"),
    907: Field("CCA token", "cca:COLLECTION"),
    1070: Field("SUIT_Manifest", "suit:MANIFEST"),
    55799: Field("CBOR"),
    1398229316: Field("CoSWID", "coswid:TAG"),
}
"""Tag number → what it is, and the rule of what it holds."""

_FIRST_FORMAT: Final = 1668546817
"""Tag of CoAP content format 0 (RFC 9277 section 4.3); those of the formats up to 65024 follow."""


def field_of(tag: int) -> Field | None:
    """Give what a tag is and holds; None where it is not known.

    Args:
        tag: its number.
    """
    if _FIRST_FORMAT <= tag <= _FIRST_FORMAT + 65024:
        return Field(f"CoAP content format {tag - _FIRST_FORMAT}")
    return TAGS.get(tag)
