"""MCUboot images: header, payload, areas of TLVs, trailer (MCUboot design documentation)."""

from __future__ import annotations

import struct
from typing import Final

from iotassess.evidence.tree.cbor_tree import CborTree
from iotassess.evidence.tree.cbor_words import bytes_in_words
from iotassess.evidence.tree.common import TOO_MANY, Budget, hex_of, left_out, plural, stopped
from iotassess.evidence.tree.dump import digest_of, lines
from iotassess.evidence.tree.rules import ANY
from iotassess.model.tree import Node

MAGIC: Final = bytes.fromhex("3db8f396")
"""IMAGE_MAGIC, little-endian."""

HEADER_SIZE: Final = 32
_INFO: Final = struct.Struct("<HH")
_UNPROTECTED, _PROTECTED = 0x6907, 0x6908
_BOOT_MAGICS: Final = (
    bytes.fromhex("77c295f360d2ef7f3552500f2cb67980"),
    bytes.fromhex("2de15d2941 0b8d77679c110f1f8a".replace(" ", "")),
)
"""The image trailer's last 16 bytes; of the second form the first two are the alignment."""

_FIELDS: Final = (
    ("magic", 0, "<I"),
    ("load address", 4, "<I"),
    ("header size", 8, "<H"),
    ("protected TLV size", 10, "<H"),
    ("image size", 12, "<I"),
    ("flags", 16, "<I"),
    ("version", 20, "<BBHI"),
    ("padding", 28, "<I"),
)
_FLAGS: Final = {
    0: "PIC",
    2: "ENCRYPTED_AES128",
    3: "ENCRYPTED_AES256",
    4: "NON_BOOTABLE",
    5: "RAM_LOAD",
    8: "ROM_FIXED",
    9: "COMPRESSED_LZMA1",
    10: "COMPRESSED_LZMA2",
    11: "COMPRESSED_ARM_THUMB",
}
TLVS: Final = {
    0x01: ("KEYHASH", "digest of a key"),
    0x02: ("PUBKEY", "key"),
    0x10: ("SHA256", "digest"),
    0x11: ("SHA384", "digest"),
    0x12: ("SHA512", "digest"),
    0x20: ("RSA2048_PSS", "signature"),
    0x21: ("ECDSA224", "signature"),
    0x22: ("ECDSA_SIG", "signature"),
    0x23: ("RSA3072_PSS", "signature"),
    0x24: ("ED25519", "signature"),
    0x25: ("SIG_PURE", ""),
    0x30: ("ENC_RSA2048", "encrypted key"),
    0x31: ("ENC_KW", "encrypted key"),
    0x32: ("ENC_EC256", "encrypted key"),
    0x33: ("ENC_X25519", "encrypted key"),
    0x34: ("ENC_X25519_SHA512", "encrypted key"),
    0x40: ("DEPENDENCY", ""),
    0x50: ("SEC_CNT", "security counter"),
    0x60: ("BOOT_RECORD", ""),
    0x70: ("DECOMP_SIZE", ""),
    0x71: ("DECOMP_SHA", "digest"),
    0x72: ("DECOMP_SIGNATURE", "signature"),
    0x73: ("COMP_DEC_SIZE", ""),
    0x74: ("UUID_VID", ""),
    0x75: ("UUID_CID", ""),
}
"""TLV type → name and what it is."""

_DER_TLVS: Final = frozenset({0x02, 0x22})
_BOOT_RECORD: Final = 0x60


def mcuboot(data: bytes, budget: Budget) -> tuple[Node, ...]:
    """Read an MCUboot image.

    Args:
        data: the file.
        budget: what is left to be shown.
    """
    end = len(data)
    if end < HEADER_SIZE:
        return (stopped(data, 0, end, f"a header of {HEADER_SIZE} bytes was expected"),)
    header_size, _, image_size = struct.unpack_from("<HHI", data, 8)
    nodes = [_header(data)]
    start = max(header_size, HEADER_SIZE)
    if start > HEADER_SIZE:
        rest = min(start, end)
        value = f"{plural(rest - HEADER_SIZE, 'byte')} up to the payload"
        nodes.append(
            Node(
                HEADER_SIZE,
                rest - HEADER_SIZE,
                "padding",
                0,
                "header padding",
                value,
                hex_of(data, HEADER_SIZE, rest),
            )
        )
    if start + image_size > end:
        why = f"a payload of {image_size} bytes at 0x{start:x} was announced, {max(end - start, 0)} are left"
        return (*nodes, stopped(data, min(start, end), end, why))
    nodes.append(_payload(data, start, start + image_size))
    position = start + image_size
    for magic, name in ((_PROTECTED, "protected TLV area"), (_UNPROTECTED, "TLV area")):
        if position + 4 <= end and _INFO.unpack_from(data, position)[0] == magic:
            area = _area(data, position, name, budget)
            nodes.append(area)
            position = area.end
        elif magic == _UNPROTECTED:
            why = f"the magic 0x{magic:04x} of the TLV area was expected"
            return (*nodes, stopped(data, position, end, why))
    if position < end:
        nodes.append(_trailer(data, position))
    return tuple(nodes)


def _header(data: bytes) -> Node:
    children = []
    for name, at, form in _FIELDS:
        values = struct.unpack_from(form, data, at)
        size = struct.calcsize(form)
        if name == "version":
            value = "{}.{}.{}+{}".format(*values)
        elif name == "flags":
            found = [_FLAGS.get(bit, f"bit {bit}") for bit in range(32) if values[0] >> bit & 1]
            value = f"{', '.join(found) or 'none'} (0x{values[0]:08x})"
        elif name in ("magic", "load address"):
            value = f"0x{values[0]:08x}"
        else:
            value = str(values[0])
        children.append(Node(at, size, "field", 0, name, value, data[at : at + size].hex()))
    return Node(0, HEADER_SIZE, "header", 0, "image header", f"{HEADER_SIZE} bytes", "", (), tuple(children))


def _payload(data: bytes, start: int, end: int) -> Node:
    value = f"{plural(end - start, 'byte')}, sha-256 {digest_of(data, start, end)}"
    children = lines(data, start, end, 4)
    return Node(
        start,
        end - start,
        "payload",
        0,
        "payload",
        value,
        "",
        ("digested together with the header",),
        children,
    )


def _area(data: bytes, start: int, name: str, budget: Budget) -> Node:
    magic, size = _INFO.unpack_from(data, start)
    end = min(start + max(size, 4), len(data))
    info = Node(
        start,
        4,
        "field",
        0,
        "info",
        f"magic 0x{magic:04x}, {plural(size, 'byte')}",
        data[start : start + 4].hex(),
    )
    children = [info]
    position = start + 4
    notes: tuple[str, ...] = ()
    while position < end:
        if budget.nodes <= 0:
            children.append(left_out(data, position, end, TOO_MANY))
            break
        budget.nodes -= 1
        found = _tlv(data, position, end, budget)
        children.append(found)
        if found.type == "stopped":
            notes = ("incomplete",)
        position = found.end
    if size < 4 or start + size > len(data):
        notes = (f"a size of {size} bytes, {len(data) - start} are left", *notes)
    return Node(
        start,
        end - start,
        "tlv-area",
        0,
        name,
        plural(len(children) - 1, "entry"),
        "",
        notes,
        tuple(children),
    )


def _tlv(data: bytes, at: int, end: int, budget: Budget) -> Node:
    if at + 4 > end:
        return stopped(data, at, end, "a TLV of at least 4 bytes was expected")
    kind, size = _INFO.unpack_from(data, at)
    after = at + 4 + size
    name, mark = TLVS.get(kind, ("vendor" if 0xA0 <= kind <= 0xFFFE else "unknown", ""))
    title = f"{name} (0x{kind:02x})"
    if after > end:
        why = f"a value of {plural(size, 'byte')} was announced, {end - at - 4} are left"
        return stopped(data, at, end, why, title)
    content = data[at + 4 : after]
    value = bytes_in_words(content)
    children: tuple[Node, ...] = ()
    shown = hex_of(data, at, after, 4)
    if kind == 0x50 and size == 4:
        value = str(int.from_bytes(content, "little"))
    elif kind == _BOOT_RECORD and size:
        children = CborTree(data, budget).sequence(at + 4, after, ANY)
        value = f"{plural(size, 'byte')}, CBOR inside"
    notes = (mark,) if mark and mark != "security counter" else ()
    return Node(
        at,
        4 + size,
        "tlv",
        4,
        title,
        value,
        shown if not children else data[at : at + 4].hex(),
        notes,
        children,
    )


def _trailer(data: bytes, start: int) -> Node:
    """What stands behind the TLVs: padding, and the image trailer with the state of the swap."""
    end = len(data)
    value = plural(end - start, "byte")
    last = data[-16:]
    if end - start < 32 or (last != _BOOT_MAGICS[0] and last[2:] != _BOOT_MAGICS[1]):
        return Node(start, end - start, "trailing", 0, "behind the TLVs", value, hex_of(data, start, end))
    align = 8 if last == _BOOT_MAGICS[0] else int.from_bytes(last[:2], "little")
    children: list[Node] = []
    position = start
    for name, at in (("copy done", end - 16 - 2 * align), ("image ok", end - 16 - align)):
        if at < position or align > 4096:
            continue
        if at > position:
            children.append(
                Node(
                    position,
                    at - position,
                    "padding",
                    0,
                    "padding and swap state",
                    plural(at - position, "byte"),
                    hex_of(data, position, at),
                )
            )
        said = {1: "set (1)", 0xFF: "not set (0xff)"}.get(data[at], f"0x{data[at]:02x}")
        children.append(Node(at, 1, "field", 0, name, said, f"{data[at]:02x}"))
        position = at + 1
    children.append(
        Node(
            position,
            end - 16 - position,
            "padding",
            0,
            "padding",
            plural(end - 16 - position, "byte"),
            hex_of(data, position, end - 16),
        )
    )
    children.append(Node(end - 16, 16, "field", 0, "magic", f"alignment of {align}", last.hex()))
    return Node(start, end - start, "trailer", 0, "image trailer", value, "", (), tuple(children))
