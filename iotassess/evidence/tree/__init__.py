"""What stands where in an artefact: any bytes in, a tree out, never an error.

The way the bytes are encoded is told by the bytes; the names in it are told by the artefact's kind.
"""

from __future__ import annotations

import re
from typing import Final

from iotassess.codec.cbor_tokens import scan
from iotassess.errors import MalformedArtefact
from iotassess.evidence.tree import dump
from iotassess.evidence.tree.common import MAX_NODES, Budget
from iotassess.model.tree import Node

__all__ = ["MAX_NODES", "build", "unread"]

_JWS: Final = re.compile(rb"\s*[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?\s*")
_PEM: Final = re.compile(rb"-----BEGIN [A-Z0-9 ]{1,40}-----")
_LOOKED_AT: Final = 4096
"""Bytes in which the first PEM block must begin: text may stand before it."""

_NO_CBOR: Final = frozenset(
    {"firmware-image", "mcuboot-image", "x509-chain", "mud-signed", "cms-signature", "mud"}
)


def build(data: bytes, kind: str | None, layout: str | None = None) -> Node:
    """Make the tree of one artefact, in time linear in its size.

    Args:
        data: all of its bytes.
        kind: artefact kind, or None where it was not recognised.
        layout: of a SUIT manifest, as its decoder names it.

    Returns:
        A node for the whole file, whose type names the encoding: "cbor", "json", "jws", "pem", "der",
        "mcuboot", "elf", "intel-hex", "binary", "empty".
    """
    budget = Budget()
    encoding = _encoding(data, kind)
    value, children = _read(data, encoding, kind, layout, budget)
    return Node(0, len(data), encoding, 0, None, value, "", (), children)


def unread(size: int, why: str) -> Node:
    """Make the tree of a file that was not read.

    Args:
        size: bytes.
        why: not.
    """
    return Node(0, size, "unread", 0, None, f"not read: {why}")


def _encoding(data: bytes, kind: str | None) -> str:
    """Tell by its first bytes how an artefact is encoded; what begins like nothing else may be CBOR."""
    first = data[:64].lstrip(b" \t\r\n")
    if not data:
        return "empty"
    if first[:1] in (b"{", b"["):
        return "json"
    is_text = all(0x20 <= byte < 0x7F or byte in b"\t\r\n" for byte in data[:64])
    if is_text and _PEM.search(data, 0, _LOOKED_AT):
        return "pem"
    if (kind in ("eat-jwt", "ear") or first[:2] == b"ey") and _JWS.fullmatch(data):
        return "jws"
    for magic, encoding in ((b"\x3d\xb8\xf3\x96", "mcuboot"), (b"\x7fELF", "elf")):
        if data.startswith(magic):
            return encoding
    if dump.INTEL_HEX.match(data):
        return "intel-hex"
    if is_text:
        return "binary"  # text of another kind; its first byte would pass for CBOR or DER
    if data[0] == 0x30 and len(data) > 4 and data[1] != 0x80:
        return "der"
    return "cbor" if _may_be_cbor(data, kind) else "binary"


def _may_be_cbor(data: bytes, kind: str | None) -> bool:
    if kind in _NO_CBOR:
        return False
    if kind is not None or data[0] >> 5 in (4, 5, 6):
        return True
    try:
        return scan(data).end == len(data)
    except MalformedArtefact:
        return False


def _read(
    data: bytes, encoding: str, kind: str | None, layout: str | None, budget: Budget
) -> tuple[str, tuple[Node, ...]]:
    """Read an artefact by its encoding: what it is in words, and its nodes; imports what that needs."""
    end = len(data)
    if encoding == "cbor":
        from iotassess.evidence.tree.cbor_tree import CborTree
        from iotassess.evidence.tree.grammars import root_of

        return "CBOR", CborTree(data, budget).sequence(0, end, root_of(kind, layout))
    if encoding == "json":
        from iotassess.evidence.tree.json_tree import JsonTree

        return "JSON", JsonTree(data, budget).text(0, end)
    if encoding in ("jws", "pem"):
        from iotassess.evidence.tree import text_forms

        if encoding == "jws":
            return "JWS in compact form", text_forms.jws(data, budget)
        return "PEM", text_forms.pem(data, budget, kind)
    if encoding == "der":
        from iotassess.evidence.tree.der_names import CERTIFICATE, CMS, Part
        from iotassess.evidence.tree.der_tree import DerTree

        part = {"x509-chain": CERTIFICATE, "mud-signed": CMS, "cms-signature": CMS, "brski-voucher": CMS}
        return "DER", DerTree(data, budget).sequence(0, end, part.get(kind or "", Part("")))
    if encoding == "mcuboot":
        from iotassess.evidence.tree.mcuboot_tree import mcuboot

        return "MCUboot image", mcuboot(data, budget)
    if encoding == "elf":
        return dump.elf(data), dump.lines(data, 0, end)
    if encoding == "intel-hex":
        return dump.intel_hex(data), dump.lines(data, 0, end)
    return "no structure that is known here" if data else "empty", dump.lines(data, 0, end)
