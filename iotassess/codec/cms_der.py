"""Is it DER? A walk over tags and lengths before anything is parsed (X.690 sections 8 and 10).

The parser behind :mod:`iotassess.codec.cms` reads BER, in which one value has many encodings, and reads it
late. What this walk lets through has one reading: definite lengths in their shortest form, no string in
pieces, nothing behind the end. It is not recursive, and takes time linear in the size.
"""

from __future__ import annotations

from typing import Final

from iotassess.errors import MalformedArtefact

MAX_SIZE: Final = 2 << 20
"""Most bytes of one CMS message: twice the largest JSON text that is read, for certificates besides."""

MAX_ITEMS: Final = 20_000
"""Most ASN.1 items. A message with ten certificates has some two thousand; each costs time in the parser."""

MAX_DEPTH: Final = 32
"""Deepest nesting; a message with certificates has some twelve levels."""

MAX_NAME: Final = 64
"""Longest object identifier in octets; those in use have up to some twenty. The parser takes time quadratic
in the length to write one."""

MAX_INTEGER: Final = 2 << 10
"""Longest integer in octets: an RSA modulus of 16 384 bits, which is more than is ever verified with."""

_SEQUENCE_OR_SET: Final = (0x30, 0x31)
_LIMITS: Final = {0x06: ("object identifier", MAX_NAME), 0x02: ("integer", MAX_INTEGER)}


def fault(message: str, offset: int | None = None, *, at: str | None = None) -> MalformedArtefact:
    """Make the one error that reading CMS raises."""
    return MalformedArtefact("cms-malformed", message, offset=offset, at=at)


def require_der(data: bytes) -> None:
    """Check that ``data`` is one DER item.

    Raises:
        MalformedArtefact: it is not.
    """
    if len(data) > MAX_SIZE:
        raise MalformedArtefact(
            "artefact-too-large", f"the CMS message has {len(data)} bytes, at most {MAX_SIZE} are read"
        )
    ends = [len(data)]
    at = items = 0
    while ends:
        if at == ends[-1]:
            ends.pop()
            continue
        items += 1
        if items > MAX_ITEMS:
            raise fault(f"more than {MAX_ITEMS} ASN.1 items; a message with ten certificates has some 2000")
        tag, start, end = _head(data, at, ends[-1])
        if items == 1 and end != len(data):
            raise fault(f"{len(data) - end} bytes follow the message, which ends at byte {end}", end)
        if not tag & 0x20:
            at = end
            continue
        if len(ends) > MAX_DEPTH:
            raise fault(f"nested deeper than {MAX_DEPTH} levels", at)
        ends.append(end)
        at = start
    if not items:
        raise fault("there are no bytes")


def _head(data: bytes, at: int, limit: int) -> tuple[int, int, int]:
    """Read tag and length; give the tag, and where the contents begin and end."""
    tag = data[at]
    if tag & 0x1F == 0x1F:
        raise fault(f"a tag number above 30 at byte {at}; CMS has none", at)
    if tag < 0x40 and tag & 0x20 and tag not in _SEQUENCE_OR_SET:
        raise fault(f"a string in pieces at byte {at} (BER); expected DER, in which it is whole", at)
    if tag in (0x10, 0x11):
        raise fault(f"a sequence or set at byte {at} that is marked as primitive", at)
    if at + 1 >= limit:
        raise fault(f"the bytes end within the item at byte {at}", at)
    length, start = data[at + 1], at + 2
    if length == 0x80:
        raise fault(
            f"an indefinite length at byte {at} (BER); expected DER: write the message without streaming "
            "(openssl cms without -stream)",
            at,
        )
    if length > 0x80:
        width = length & 0x7F
        raw = data[start : min(start + width, limit)]
        if width > 4 or len(raw) < width:
            raise fault(f"a length of {width} bytes at byte {at} that goes beyond the end", at)
        length = int.from_bytes(raw)
        start += width
        if length < 0x80 or raw[0] == 0:
            raise fault(f"a length at byte {at} that is not in its shortest form; expected DER", at)
    if start + length > limit:
        raise fault(f"the item at byte {at} has {length} bytes, of which {limit - start} are there", at)
    if tag in _LIMITS:
        what, most = _LIMITS[tag]
        if length > most:
            raise fault(f"the {what} at byte {at} has {length} bytes; expected at most {most}", at)
    return tag, start, start + length
