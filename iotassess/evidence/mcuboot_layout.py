"""Where things stand in an MCUboot image: header, payload, TLV areas (MCUboot design.md, "Image format").

The order is fixed: a header, padded to the size that it gives; the payload; the protected TLVs, where the
header gives them a size; the unprotected TLVs; then nothing, or padding up to the slot's trailer. All
numbers are little-endian. Hash and signatures cover everything before the unprotected TLVs.
"""

from __future__ import annotations

import struct
from typing import Any, Final, NamedTuple

from iotassess.errors import MalformedArtefact
from iotassess.evidence import mcuboot_names as names
from iotassess.evidence.eat_reading import to_json

MALFORMED: Final = "mcuboot-malformed"

MAX_TLVS: Final = 512
"""TLVs of one image; real ones have three to twelve. Two areas of 64 KiB have room for 32 000 empty ones."""

_HEADER: Final = struct.Struct("<IIHHIIBBHII")
_PAIR: Final = struct.Struct("<HH")
_VERSION: Final = struct.Struct("<BBHI")

HEADER_BYTES: Final = _HEADER.size
"""Least bytes of a header."""


class Version(NamedTuple):
    """An image version."""

    major: int
    minor: int
    revision: int
    build: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.revision}+{self.build}"

    @property
    def short(self) -> str:
        """As makers write it: a build number of nought is left out, as imgtool lets them."""
        return str(self) if self.build else f"{self.major}.{self.minor}.{self.revision}"


class Header(NamedTuple):
    """The header of an image.

    Attributes:
        load_address: where it is copied to, or 0.
        header_size: bytes up to the payload.
        protected_size: bytes of the area of protected TLVs, its head included; 0 where there is none.
        image_size: bytes of the payload.
        flags: see :data:`mcuboot_names.FLAGS`.
        version: of the image.
    """

    load_address: int
    header_size: int
    protected_size: int
    image_size: int
    flags: int
    version: Version

    @property
    def payload_end(self) -> int:
        """Offset behind the payload."""
        return self.header_size + self.image_size

    @property
    def covered_end(self) -> int:
        """Offset behind the last byte that the hash covers."""
        return self.payload_end + self.protected_size

    @property
    def encrypted(self) -> bool:
        """Whether it says that the payload is encrypted."""
        return bool(self.flags & names.ENCRYPTED)

    @property
    def compressed(self) -> bool:
        """Whether it says that the payload is compressed."""
        return bool(self.flags & names.COMPRESSED)

    def as_claim(self) -> dict[str, Any]:
        """The header in the claims tree."""
        known = [name for bit, name in names.FLAGS.items() if self.flags & bit]
        unknown = self.flags & ~sum(names.FLAGS)
        if unknown:
            known.append(f"unknown (0x{unknown:x})")
        return {
            "magic": f"0x{names.MAGIC:08x}",
            "version": str(self.version),
            "load_addr": self.load_address,
            "header_size": self.header_size,
            "image_size": self.image_size,
            "protected_tlv_size": self.protected_size,
            "flags": {"value": self.flags, "names": known},
            "encrypted": self.encrypted,
        }


class Tlv(NamedTuple):
    """One type-length-value entry.

    Attributes:
        type: its number.
        value: its bytes.
        offset: of its value, from the image's start.
        protected: it stands in the area that hash and signature cover.
    """

    type: int
    value: bytes
    offset: int
    protected: bool

    @property
    def name(self) -> str:
        """Its name, or "unknown"."""
        return names.TLV_NAMES.get(self.type, "unknown")

    def as_claim(self) -> dict[str, Any]:
        """The entry in the claims tree."""
        return {
            "type": {"value": self.type, "name": self.name},
            "length": len(self.value),
            "value": to_json(self.value),
        }


class Layout(NamedTuple):
    """An image, taken apart.

    Attributes:
        header: its header.
        tlvs: all entries, protected ones first.
        end: offset behind the last TLV.
    """

    header: Header
    tlvs: tuple[Tlv, ...]
    end: int

    def of(self, *types: int) -> list[Tlv]:
        """Give the entries of some types, in order."""
        return [tlv for tlv in self.tlvs if tlv.type in types]


def _wrong(message: str, offset: int, at: str | None = None) -> MalformedArtefact:
    return MalformedArtefact(MALFORMED, message, at=at, offset=offset)


def read_version(data: bytes) -> Version:
    """Read eight bytes of an image version."""
    return Version(*_VERSION.unpack(data))


def read_header(data: bytes) -> Header:
    """Read the header.

    Args:
        data: the image.

    Raises:
        MalformedArtefact: the image is shorter than a header, or does not begin like one.
    """
    if len(data) < HEADER_BYTES:
        raise _wrong(f"{len(data)} bytes; an MCUboot image has a header of {HEADER_BYTES} at least", 0)
    magic, load, size, protected, payload, flags, *version, _padding = _HEADER.unpack_from(data)
    if magic != names.MAGIC:
        raise _wrong(f"the image begins with 0x{magic:08x}; expected 0x{names.MAGIC:08x}", 0)
    return Header(load, size, protected, payload, flags, Version(*version))


def read_layout(data: bytes, header: Header) -> Layout:
    """Find the TLVs.

    Args:
        data: the image.
        header: its header.

    Raises:
        MalformedArtefact: sizes do not fit each other or the image, or there is no TLV area where one
            has to be.
    """
    if header.header_size < HEADER_BYTES:
        message = f"the header says that it has {header.header_size} bytes; it needs {HEADER_BYTES} at least"
        raise _wrong(message, 8, "header_size")
    if header.payload_end > len(data):
        raise _wrong(
            f"header and payload end at byte {header.payload_end}, the file at {len(data)}; is it cut off?",
            12,
            "image_size",
        )
    start = header.payload_end
    magic, size = _area(data, start)
    tlvs: list[Tlv] = []
    if magic == names.PROTECTED_AREA:
        if size != header.protected_size:
            message = (
                f"the protected TLVs have {size} bytes, and the header gives them {header.protected_size}; "
                "MCUboot refuses the image"
            )
            raise _wrong(message, start, "protected_tlv_size")
        tlvs += _entries(data, start, size, protected=True, room=MAX_TLVS)
        start += size
        magic, size = _area(data, start)
    elif header.protected_size:
        message = f"the header gives {header.protected_size} bytes to protected TLVs, and there are none"
        raise _wrong(message, start, "protected_tlv_size")
    if magic != names.UNPROTECTED_AREA:
        raise _wrong(
            f"0x{magic:04x} where the TLVs begin; expected 0x{names.UNPROTECTED_AREA:04x}", start, "tlvs"
        )
    tlvs += _entries(data, start, size, protected=False, room=MAX_TLVS - len(tlvs))
    return Layout(header, tuple(tlvs), start + size)


def _area(data: bytes, start: int) -> tuple[int, int]:
    """Read the head of a TLV area: what it is, and its size with the head."""
    if start + _PAIR.size > len(data):
        raise _wrong(
            f"the file ends at byte {len(data)}, where TLVs were to begin; is it cut off?", start, "tlvs"
        )
    magic, size = _PAIR.unpack_from(data, start)
    if magic in (names.PROTECTED_AREA, names.UNPROTECTED_AREA) and (
        size < _PAIR.size or start + size > len(data)
    ):
        raise _wrong(
            f"a TLV area of {size} bytes at byte {start} of {len(data)}; is the file cut off?", start, "tlvs"
        )
    return magic, size


def _entries(data: bytes, start: int, size: int, *, protected: bool, room: int) -> list[Tlv]:
    """Read the entries of one area, which they have to fill."""
    found: list[Tlv] = []
    position, end = start + _PAIR.size, start + size
    at = "protected_tlvs" if protected else "tlvs"
    while position < end:
        if len(found) >= room:
            message = f"more than {MAX_TLVS} TLVs; an image has a dozen"
            raise MalformedArtefact("artefact-too-large", message, at=at, offset=position)
        if position + _PAIR.size > end:
            raise _wrong(f"{end - position} bytes behind the last whole TLV of its area", position, at)
        type_, length = _PAIR.unpack_from(data, position)
        position += _PAIR.size
        if position + length > end:
            message = f"TLV 0x{type_:02x} has {length} bytes, and its area only {end - position} more"
            raise _wrong(message, position - _PAIR.size, f"{at}[{len(found)}]")
        found.append(Tlv(type_, data[position : position + length], position, protected))
        position += length
    return found
