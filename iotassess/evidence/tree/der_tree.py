"""DER as a tree of tags, lengths and values (X.690), for certificates, keys and CMS."""

from __future__ import annotations

from typing import Final, NamedTuple

from iotassess.evidence.tree import words
from iotassess.evidence.tree.cbor_words import bytes_in_words
from iotassess.evidence.tree.common import (
    MAX_LEVELS,
    TOO_MANY,
    Budget,
    hex_of,
    left_out,
    plural,
    quoted,
    stopped,
)
from iotassess.evidence.tree.der_names import CERTIFICATE, OIDS, TAG_NAMES, Part
from iotassess.model.tree import STOPPED, Node

_NO_PART: Final = Part("")
_TEXTS: Final = {12: "utf-8", 18: "ascii", 19: "ascii", 20: "latin-1", 22: "ascii", 30: "utf-16-be"}
_TIMES: Final = (23, 24)
_MOST_INTEGER: Final = 8
"""Bytes of an integer that is written as a number; longer ones are serial numbers and keys."""


class Head(NamedTuple):
    """Identifier and length of one element.

    Attributes:
        tag: the identifier octet; of a long form its first octet.
        number: tag number.
        start: offset of the content.
        end: past the content.
    """

    tag: int
    number: int
    start: int
    end: int


class DerFaultError(Exception):
    """The bytes are no DER element; the message says what was expected."""


def certificate() -> Part:
    """Give the names of a certificate's fields."""
    return CERTIFICATE


def read_head(data: bytes, at: int, end: int) -> Head:
    """Read identifier and length of the element at ``at``.

    Raises:
        DerFaultError: they are cut off, or of a form that DER does not have.
    """
    position = at + 1
    if at >= end:
        raise DerFaultError("the data ends where an element was expected")
    tag = data[at]
    number = tag & 0x1F
    if number == 0x1F:
        number = 0
        while True:
            if position >= end or position > at + 4:
                raise DerFaultError("an identifier that does not end, or is longer than four bytes")
            number = number << 7 | data[position] & 0x7F
            position += 1
            if not data[position - 1] & 0x80:
                break
    if position >= end:
        raise DerFaultError("the data ends where a length was expected")
    first = data[position]
    position += 1
    size = first
    if first == 0x80:
        raise DerFaultError("an indefinite length, which DER does not have")
    if first > 0x80:
        count = first & 0x7F
        if count > 4 or position + count > end:
            raise DerFaultError("a length of more than four bytes, or cut off")
        size = int.from_bytes(data[position : position + count], "big")
        position += count
    if size > end - position:
        raise DerFaultError(f"an element of {plural(size, 'byte')} was announced, {end - position} are left")
    return Head(tag, number, position, position + size)


class DerTree:
    """Builds the tree of one file, or of a part of it.

    Attributes:
        data: the file, or what was decoded.
        budget: what is left to be shown.
    """

    def __init__(self, data: bytes, budget: Budget) -> None:
        self.data = data
        self.budget = budget
        self.halted = False

    def sequence(self, start: int, end: int, part: Part, level: int = 0) -> tuple[Node, ...]:
        """Read the one element that should fill a span, and say what stands behind it.

        Args:
            start: offset of the element.
            end: past the last byte of the span.
            part: its name and fields.
            level: how deep the span is.
        """
        found = [self.element(start, end, part, level)]
        after = found[0].end
        if after < end and not self.halted:
            value = f"{plural(end - after, 'byte')} behind the end of the element"
            found.append(Node(after, end - after, "trailing", 0, None, value, hex_of(self.data, after, end)))
        return tuple(found)

    def _halt(self, node: Node) -> Node:
        self.halted = True
        return node

    def element(self, at: int, end: int, part: Part, level: int) -> Node:
        """Read one element; parameters as of :meth:`sequence`."""
        if self.budget.nodes <= 0:
            return self._halt(left_out(self.data, at, end, TOO_MANY))
        self.budget.take(level)
        try:
            head = read_head(self.data, at, end)
        except DerFaultError as fault:
            return self._halt(stopped(self.data, at, end, str(fault), part.name or None))
        kind = _kind(head)
        opened = self._opened(head, part, level)
        size = head.start - at
        notes = tuple(note.format(start=f"0x{at:x}", end=f"0x{head.end:x}") for note in part.notes)
        name = part.name or None
        if opened is None:
            shown = hex_of(self.data, at, head.end, size)
            return Node(at, head.end - at, kind, size, name, self._value(head), shown, notes)
        shown = self.data[at : head.start].hex()
        value = f"{kind} of {plural(len(opened), 'element')}" if head.tag & 0x20 else f"{kind}, DER inside"
        if any(child.type == STOPPED for child in opened):
            notes = ("incomplete", *notes)
        return Node(at, head.end - at, kind, size, name, value, shown, notes, opened)

    def _opened(self, head: Head, part: Part, level: int) -> tuple[Node, ...] | None:
        """Read what is inside an element; None where it is to be shown as it is."""
        if level >= MAX_LEVELS:
            return None
        if head.tag & 0x20:
            return self._elements(head.start, head.end, part, level)
        start = head.start + 1 if head.tag == 3 else head.start  # a bit string begins with its unused bits
        if head.tag not in (3, 4) or "signature" in part.notes or not self._wraps(start, head.end):
            return None
        if head.tag == 3 and self.data[head.start]:
            return None
        inside = self._elements(start, head.end, _NO_PART, level)
        if start == head.start:
            return inside
        unused = Node(head.start, 1, "unused-bits", 0, None, "0 unused bits", "00")
        return (unused, *inside)

    def _wraps(self, start: int, end: int) -> bool:
        """Tell whether bytes are one element from the first to the last, such as values of extensions are."""
        if end - start < 2 or self.data[start] not in (0x01, 0x02, 0x03, 0x04, 0x0A, 0x16, 0x0C, 0x30):
            return False
        try:
            return read_head(self.data, start, end).end == end
        except DerFaultError:
            return False

    def _elements(self, start: int, end: int, part: Part, level: int) -> tuple[Node, ...]:
        children: list[Node] = []
        outer, self.halted = self.halted, False
        fields = list(part.parts)
        position = start
        while position < end and not self.halted:
            field = part.each or _next_field(fields, self.data[position])
            child = self.element(position, end, field, level + 1)
            children.append(child)
            position = child.end
        self.halted = outer
        return tuple(children)

    def _value(self, head: Head) -> str:
        content = self.data[head.start : head.end]
        name = f"{_kind(head)} "
        if head.tag & 0xC0:
            return name + bytes_in_words(content)
        if head.number == 6:
            dotted = words.oid(content)
            known = OIDS.get(dotted or "")
            return f"{known} ({dotted})" if known else f"{name}{dotted or bytes_in_words(content)}"
        if head.number in (2, 10) and 0 < len(content) <= _MOST_INTEGER:
            return name + str(int.from_bytes(content, "big", signed=True))
        if head.number == 1 and len(content) == 1:
            return name + ("true" if content[0] else "false")
        if head.number in _TEXTS:
            return name + quoted(content[:1024].decode(_TEXTS[head.number], "backslashreplace"))
        if head.number in _TIMES:
            return name + _time(content, head.number)
        return name.strip() if head.number == 5 and not content else name + bytes_in_words(content)


def _kind(head: Head) -> str:
    group = head.tag >> 6
    if group == 0:
        return TAG_NAMES.get(head.number, f"UNIVERSAL {head.number}")
    return f"[{('', 'APPLICATION ', '', 'PRIVATE ')[group]}{head.number}]"


def _next_field(fields: list[Part], tag: int) -> Part:
    """Take the next field whose tag fits; optional ones before it are left out."""
    for place, field in enumerate(fields):
        if field.tag is None or field.tag == tag:
            del fields[: place + 1]
            return field
    return _NO_PART


def _time(content: bytes, number: int) -> str:
    """Write a time as ISO 8601 where it has the form that certificates use (RFC 5280 section 4.1.2.5)."""
    text = content[:64].decode("ascii", "backslashreplace")
    if number == 23 and len(text) == 13 and text[:12].isdigit():
        text = ("20" if text[:2] < "50" else "19") + text
    if len(text) == 15 and text[:14].isdigit() and text[14] == "Z":
        return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:14]}Z"
    return quoted(text)
