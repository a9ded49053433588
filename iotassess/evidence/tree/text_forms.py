"""Artefacts whose bytes are text that stands for other bytes: compact JWS, PEM."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from iotassess.evidence.tree.cbor_tree import CborTree
from iotassess.evidence.tree.common import Budget, hex_of, plural, stopped
from iotassess.evidence.tree.der_names import CERTIFICATE, CMS, PUBLIC_KEY, Part
from iotassess.evidence.tree.der_tree import DerTree
from iotassess.evidence.tree.grammars import root_of
from iotassess.evidence.tree.json_tree import JsonTree
from iotassess.model.tree import DECODED, Node

_PARTS: Final = ("header", "payload", "signature")
_COUNTED: Final = "offsets below count from the start of the decoded bytes"
_PEM: Final = re.compile(
    rb"-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/= \t\r\n]*+)(-----END [A-Z0-9 ]{1,40}-----)?"
)
_DER_PARTS: Final = {
    "CERTIFICATE": CERTIFICATE,
    "PKCS7": CMS,
    "CMS": CMS,
    "PUBLIC KEY": PUBLIC_KEY,
}
MAX_BLOCKS: Final = 64
"""PEM blocks that are shown; chains have a handful."""


def jws(data: bytes, budget: Budget) -> tuple[Node, ...]:
    """Read a JWS in compact form (RFC 7515 section 7.1): three parts in base64url.

    Args:
        data: the file.
        budget: what is left to be shown.
    """
    start = len(data) - len(data.lstrip(b" \t\r\n"))
    end = len(data.rstrip(b" \t\r\n"))
    nodes: list[Node] = []
    position = start
    for index in range(3):
        dot = data.find(b".", position, end) if index < 2 else end
        after = end if dot < 0 else dot
        nodes.append(_part(data, position, after, index, budget))
        if dot < 0:
            nodes.append(stopped(data, after, end, f'expected "." and the {_PARTS[index + 1]}'))
            break
        position = after + 1
    return tuple(nodes)


def _part(data: bytes, start: int, end: int, index: int, budget: Budget) -> Node:
    name = _PARTS[index]
    notes = ("signature",) if index == 2 else (f"signed bytes from 0x{start:x} to 0x{end:x}",)
    shown = hex_of(data, start, end)
    try:
        text = data[start:end]
        decoded = base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as fault:
        inside = (stopped(data, start, end, f"not base64url ({fault})"),)
        return Node(
            start, end - start, "base64url", 0, name, "not base64url", shown, ("incomplete", *notes), inside
        )
    if index == 2:
        value = (
            f"{plural(len(decoded), 'byte')}: h'{hex_of(decoded, 0, len(decoded))}'" if decoded else "empty"
        )
        return Node(start, end - start, "base64url", 0, name, value, shown, notes)
    children = JsonTree(decoded, budget).text(0, len(decoded))
    value = f"base64url of {plural(len(decoded), 'byte')}"
    return Node(start, end - start, DECODED, 0, name, value, shown, (*notes, _COUNTED), children)


def pem(data: bytes, budget: Budget, kind: str | None) -> tuple[Node, ...]:
    """Read PEM (RFC 7468), which ownership vouchers have around their CBOR, too.

    Args:
        data: the file.
        budget: what is left to be shown.
        kind: artefact kind, or None.
    """
    nodes: list[Node] = []
    for found in _PEM.finditer(data):
        if len(nodes) >= MAX_BLOCKS:
            break
        label = found.group(1).decode("ascii")
        shown = hex_of(data, *found.span())
        if "PRIVATE" in label or "SECRET" in label:
            children: tuple[Node, ...] = ()
            notes: tuple[str, ...] = ("secret key: not shown",)
            shown, value = "", f"PEM {label}"
        else:
            part = _DER_PARTS.get(label, Part(""))
            children, value, notes = _block(data, found, part, budget, kind)
        if found.group(3) is None:
            notes = ("incomplete: no END line", *notes)
        nodes.append(
            Node(found.start(), found.end() - found.start(), DECODED, 0, label, value, shown, notes, children)
        )
    if not nodes:
        nodes.append(stopped(data, 0, len(data), "no PEM block was found"))
    return tuple(nodes)


def _block(
    data: bytes, found: re.Match[bytes], part: Part, budget: Budget, kind: str | None
) -> tuple[tuple[Node, ...], str, tuple[str, ...]]:
    text = found.group(2).translate(None, b" \t\r\n")
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        start = found.start(2)
        inside = (stopped(data, start, found.end(2), f"not base64 ({fault})"),)
        return inside, "not base64", ("incomplete",)
    size = f"base64 of {plural(len(decoded), 'byte')}"
    if decoded[:1] == b"\x30":
        return DerTree(decoded, budget).sequence(0, len(decoded), part), f"{size} of DER", (_COUNTED,)
    children = CborTree(decoded, budget).sequence(0, len(decoded), root_of(kind))
    return children, f"{size} of CBOR", (_COUNTED,)
