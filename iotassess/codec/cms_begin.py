"""Do these bytes begin like CMS? Apart from the wall: every file of a call is asked, and few are CMS."""

from __future__ import annotations

from typing import Final

ARMOUR: Final = (b"CMS", b"PKCS7", b"PKCS #7 SIGNED DATA")
"""Labels of PEM around CMS: RFC 7468 sections 8 and 9, and one that tools of the Netscape era wrote."""

_BEGINNINGS: Final = tuple(b"-----BEGIN " + label + b"-----" for label in ARMOUR)

_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
"""The object identifier of CMS SignedData in DER (RFC 5652 section 5.1)."""

_HEAD: Final = 20
"""Bytes that the identifier stands in: behind the head of the sequence around it."""

_LEAD: Final = 64
"""Bytes that armour begins in: white space may stand before it."""


def is_cms(data: bytes) -> bool:
    """Tell by the first bytes whether they are CMS SignedData, in DER, BER or PEM. Never raises."""
    if data[:1] == b"\x30":
        return _SIGNED_DATA in data[:_HEAD]
    return data[:_LEAD].lstrip().startswith(_BEGINNINGS)
