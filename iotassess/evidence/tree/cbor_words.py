"""What is said of a CBOR item: its name by the grammar, its key, its bytes, what is unusual in its form."""

from __future__ import annotations

import struct

from iotassess.codec.cbor import encode_head
from iotassess.codec.cbor_tokens import Head
from iotassess.evidence.tree.common import CUT_HEX, WHOLE_HEX, quoted
from iotassess.evidence.tree.rules import ANY, Field, Rule, resolve
from iotassess.model.tree import Node


def placed(field: Field | None, place: int) -> tuple[Rule, str | None]:
    """Give rule and name of an item of an array."""
    if field is None:
        return ANY, None
    return resolve(field.rule), field.name.replace("{n}", str(place)) or None


def keyed(key: Node, rule: Rule) -> tuple[Field, str, str]:
    """Give field, name and mark of what stands at a key."""
    shown = brief(key)
    found: Field | None = None
    if key.type in ("uint", "nint"):
        found = rule.keys.get(int(key.value or 0))
    elif key.type == "text":
        found = rule.keys.get((key.value or "")[1:-1])
        if found is not None:
            return found, found.name, ""
    if found is not None:
        return found, f"{found.name} ({shown})", ""
    if rule.other is not None:
        return rule.other, rule.other.name.replace("{key}", shown), ""
    return Field(""), shown, "not assigned or unknown" if rule.keys else ""


def brief(node: Node, most: int = 60) -> str:
    """Write a key in one line.

    Args:
        node: the key.
        most: characters.
    """
    if node.type == "array":
        return f"[{', '.join(brief(child, 24) for child in node.children[:8])}]"[:most]
    if node.type == "tag" and node.children:
        return f"{(node.value or '').split()[1]}({brief(node.children[0])})"[:most]
    text = node.value or node.type
    return text if len(text) <= most else f"{text[: most - 1]}…"


def bytes_in_words(content: bytes) -> str:
    """Write a byte string in hex, and as text too where it is text."""
    if not content:
        return "h'' (empty)"
    if len(content) > WHOLE_HEX:
        text = f"h'{content[:CUT_HEX].hex()}…' ({len(content)} bytes)"
    else:
        text = f"h'{content.hex()}'"
    readable = len(content) > 1 and content[:256].isascii() and content[:256].decode("latin-1").isprintable()
    return f"{text} {quoted(content[:64].decode('latin-1'))}" if readable else text


def form_notes(head: Head, size: int) -> tuple[str, ...]:
    """Say what is unusual in how an item is encoded, though it can be read."""
    if head.info == 31:
        return ("indefinite length",)
    if head.major != 7:
        return ("head longer than needed",) if size > len(encode_head(0, head.argument)) else ()
    if head.info == 24 and head.argument < 32:
        return ("simple value below 32 in two bytes: not well-formed",)
    if head.info in (26, 27) and _is_long_float(head):
        return ("float longer than needed",)
    return ()


def _is_long_float(head: Head) -> bool:
    wide, narrow = (">f", ">e") if head.info == 26 else (">d", ">f")
    value = struct.unpack(wide, head.argument.to_bytes(1 << (head.info - 24), "big"))[0]
    try:
        return bool(value != value or struct.unpack(narrow, struct.pack(narrow, value))[0] == value)
    except OverflowError:
        return False


def marks_of(node: Node, rule: Rule) -> list[str]:
    """Write the marks of a rule; those about bytes mean what has bytes, and not a null in its place."""
    start, inner, end = map(hex_offset, (node.offset, node.offset + node.head, node.end))
    return [
        note.format(start=start, inner=inner, end=end)
        for note in rule.notes
        if node.type != "simple" and ("{inner}" not in note or (node.type == "bytes" and inner != end))
    ]


def hex_offset(offset: int) -> str:
    """Write an offset as it stands in marks."""
    return f"0x{offset:x}"
