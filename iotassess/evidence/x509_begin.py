"""How a file of certificates begins: told without reading them, as every artefact is asked."""

from __future__ import annotations

import re
from typing import Final

from iotassess.evidence.peek import Peek

MAX_BUNDLE_BYTES: Final = 1 << 20
"""Longest file of certificates: ten of the longest that are read, in PEM with text between them."""

BEGIN: Final = re.compile(rb"^[ \t]*-----BEGIN ([A-Z0-9 ]{1,40})-----[ \t]*\r?$", re.MULTILINE)
LABELS: Final = frozenset({b"CERTIFICATE", b"X509 CERTIFICATE"})

_VERSION: Final = 0xA0
_INTEGER, _OID, _SEQUENCE = 0x02, 0x06, 0x30


def is_certificate(peek: Peek) -> bool:
    """Tell whether the bytes are PEM certificates, or begin like one in DER, cut off or not."""
    return has_pem_certificate(peek.data) or (peek.is_der and _begins_like_certificate(peek.data))


def _begins_like_certificate(data: bytes) -> bool:
    """Tell a certificate from the other things in DER that begin with two sequences.

    What is signed begins with the explicit version of all certificates with extensions. Those of version 1
    begin with the serial number, as do requests and revocation lists, which are not read as certificates.
    """
    outer = _head(data, 0)
    inner = None if outer is None else _head(data, outer)
    if inner is None or outer is None or data[outer] != _SEQUENCE or inner >= len(data):
        return False
    if data[inner] == _VERSION:
        return data[inner + 1 : inner + 4] == b"\x03\x02\x01"
    return data[inner] == _INTEGER and _is_version_1(data)


def _head(data: bytes, at: int) -> int | None:
    """Give where the content of a DER item begins, though the item may be cut off."""
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F or data[at + 1] == 0x80:
        return None
    return at + 2 + (data[at + 1] & 0x7F if data[at + 1] & 0x80 else 0)


def _is_version_1(data: bytes) -> bool:
    item = read_der(data)
    inner = None if item is None or item[2] != len(data) else read_der(item[1])
    serial = None if inner is None else read_der(inner[1])
    if inner is None or serial is None:
        return False
    algorithm = read_der(inner[1], serial[2])
    if algorithm is None or algorithm[0] != _SEQUENCE or algorithm[1][:1] != bytes((_OID,)):
        return False  # a certificate request has a name here
    from cryptography import x509  # takes long to import

    try:
        x509.load_der_x509_certificate(data)
    except ValueError:
        return False  # a revocation list
    return True


def has_pem_certificate(data: bytes) -> bool:
    """Tell whether the bytes are text with a PEM certificate in it that begins a line."""
    if b"-----BEGIN " not in data or data.lstrip()[:1] in (b"{", b"["):
        return False
    found = next((m for m in BEGIN.finditer(data[:MAX_BUNDLE_BYTES]) if m[1] in LABELS), None)
    if found is None:
        return False
    return not any(byte < 0x20 and byte not in b"\t\r\n" for byte in data[: found.start()])


def read_der(data: bytes, at: int = 0) -> tuple[int, bytes, int] | None:
    """Read one DER item (X.690 section 8.1) with a definite length and a tag of one octet.

    Args:
        data: the bytes.
        at: where it begins.

    Returns:
        Its tag, its content and where it ends; None where there is none.
    """
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
        return None
    size, start = data[at + 1], at + 2
    if size & 0x80:
        width = size & 0x7F
        if not 1 <= width <= 4 or start + width > len(data):
            return None
        size = int.from_bytes(data[start : start + width], "big")
        start += width
    return (data[at], data[start : start + size], start + size) if start + size <= len(data) else None
