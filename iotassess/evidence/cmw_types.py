"""What a conceptual message says it is: media types, CoAP content formats, indicator bits.

Names and numbers are IANA's (media types, CoAP Content-Formats, RATS Conceptual Message Wrapper Indicators).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from iotassess.evidence.registry import KINDS

FIRST_TAG: Final = 1668546817
"""CBOR tag of content format 0 (RFC 9277 appendix B)."""

LAST_TAG: Final = 1668612095

_FORMATS_A_ROW: Final = 255
"""A tag number never ends in the byte ff: content formats are laid out in rows of 255 (RFC 9277)."""

MAX_FORMAT: Final = 65535
"""Largest content format: 16 bits (RFC 7252 section 12.3)."""

CONTENT_FORMATS: Final = {
    18: 'application/cose; cose-type="cose-sign1"',
    50: "application/json",
    60: "application/cbor",
    61: "application/cwt",
    258: "application/swid+cbor",
    263: "application/eat+cwt",
    264: "application/eat+jwt",
    265: "application/eat-bun+cbor",
    266: "application/eat-bun+json",
    267: "application/eat-ucs+cbor",
    268: "application/eat-ucs+json",
    270: "application/suit-report+cose",
    273: "application/cmw+cbor",
    274: "application/cmw+json",
    275: "application/cmw+cose",
    276: "application/cmw+jws",
    287: "application/pkix-cert",
    295: "application/measured-component+cbor",
    296: "application/measured-component+json",
    601: "application/uccs+cbor",
    836: "application/voucher+cose",
    10003: 'application/eat+cwt; eat_profile="tag:psacertified.org,2023:psa#tfm"',
    10004: 'application/eat+cwt; eat_profile="tag:psacertified.org,2019:psa#legacy"',
    10570: "application/toc+cbor",
    10571: "application/ce+cbor",
}
"""Those that conceptual messages have, or that hold them."""

INDICATORS: Final = (
    "reference-values",
    "endorsements",
    "evidence",
    "attestation-results",
    "appraisal-policy",
)
"""Names of the indicator's bits, lowest first (draft-ietf-rats-msg-wrap-23 section 3.1)."""

MAX_INDICATOR: Final = (1 << 32) - 1
"""Largest indicator: 32 bits, of which five have names."""

_OLDER_NAMES: Final = {
    "application/cwt": ("eat-cwt", "psa-token", "ear"),
    "application/uccs+cbor": ("eat-ucs",),
    "application/cmw+cose": ("cmw",),
    "application/cmw+jws": ("cmw",),
    "application/signed-corim+cbor": ("corim",),
    "application/corim-signed+cbor": ("corim",),
    "application/corim-unsigned+cbor": ("corim",),
    "application/eat-collection": ("cca-token",),
}
"""Names besides those of the table of kinds: of earlier drafts, and of forms of one kind."""

_ANYTHING: Final = "application/octet-stream"
"""Says nothing about what it is."""

# A type and a subtype (RFC 6838 section 4.2); parameters are not looked at.
_MEDIA_TYPE: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
)


def is_media_type(value: Any) -> bool:
    """Tell whether a value is a text with a media type, with or without parameters."""
    return type(value) is str and _MEDIA_TYPE.fullmatch(value.partition(";")[0].rstrip(" ")) is not None


def is_format(value: Any) -> bool:
    """Tell whether a value is a number that a content format can have."""
    return type(value) is int and 0 <= value <= MAX_FORMAT


def is_tag(number: int) -> bool:
    """Tell whether a CBOR tag number is one that a content format is made into."""
    return FIRST_TAG <= number <= LAST_TAG


def format_of(tag: int) -> int | None:
    """Give the content format that a tag number was made from; None where it was made from none."""
    row, column = divmod(tag - FIRST_TAG, 256)
    return row * _FORMATS_A_ROW + column if column < _FORMATS_A_ROW else None


def media_type_of(value: str | int) -> str | None:
    """Give the media type for the type of a record; None for a content format that is not known here."""
    return value if isinstance(value, str) else CONTENT_FORMATS.get(value)


def kinds_of(media_type: str) -> tuple[str, ...]:
    """Give the artefact kinds that a media type can be; empty for one that is not read here."""
    return _kinds().get(media_type.partition(";")[0].strip().lower(), ())


@cache
def _kinds() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = dict(_OLDER_NAMES)
    for row in KINDS:
        for media_type in row.media_types:
            base = media_type.partition(";")[0].strip().lower()
            if base != _ANYTHING and row.sniff and row.id not in found.get(base, ()):
                found[base] = (*found.get(base, ()), row.id)
    return found


@cache
def unsigned_forms() -> frozenset[str]:
    """Give the artefact kinds whose specification has an unsigned form."""
    return frozenset(row.id for row in KINDS if row.unsigned_form)


def indicated(value: int) -> list[str]:
    """Name the bits of an indicator."""
    return [
        INDICATORS[bit] if bit < len(INDICATORS) else f"unknown (bit {bit})"
        for bit in range(value.bit_length())
        if value >> bit & 1
    ]
