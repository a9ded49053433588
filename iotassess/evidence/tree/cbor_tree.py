"""CBOR as a tree, from its bytes and not from decoded values, so that malformed bytes have one too.

One pass with the tokenizer of ``codec/cbor_tokens``. Where reading cannot go on, a node says so and takes
what is left of the enclosing byte string (or of the file); what stands behind that byte string is read on.
"""

from __future__ import annotations

import struct
from typing import Any, Final, NamedTuple

from iotassess.codec.cbor_tokens import Head, read_head, scan
from iotassess.errors import MalformedArtefact
from iotassess.evidence.tree.cbor_words import bytes_in_words, form_notes, hex_offset, keyed, marks_of, placed
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
from iotassess.evidence.tree.rules import ANY, PLAIN, Rule, resolve
from iotassess.evidence.tree.tags import field_of
from iotassess.model.tree import LEFT_OUT, STOPPED, Node

_TYPES: Final = ("uint", "nint", "bytes", "text", "array", "map", "tag", "simple")
_STRINGS: Final = {2: "byte string", 3: "text"}
_SIMPLE: Final = {20: "false", 21: "true", 22: "null", 23: "undefined"}
_FLOATS: Final = {25: ">e", 26: ">f", 27: ">d"}
_NOUNS: Final = {4: "item", 5: "entry"}
_LOOKED_AT: Final = 8
"""Entries of a map that are looked at for the key that tells its kind; it stands first in most."""

BREAK: Final = 0xFF


class Place(NamedTuple):
    """Where an item is looked for.

    Attributes:
        at: offset of its first byte.
        end: of the enclosing byte string or file.
        level: how deep.
    """

    at: int
    end: int
    level: int


class CborTree:
    """Builds the tree of one file.

    Attributes:
        data: the file.
        budget: what is left to be shown.
    """

    def __init__(self, data: bytes, budget: Budget) -> None:
        self.data = data
        self.budget = budget
        self.halted = False  # reading stopped in the byte string that is being read, or in the file

    # --- one item after the other ---------------------------------------------------------------

    def sequence(self, start: int, end: int, rule: Rule, level: int = 0) -> tuple[Node, ...]:
        """Read the one item that should fill a span, and say what stands behind it.

        Args:
            start: offset of the item.
            end: past the last byte of the span.
            rule: what is known about the item.
            level: how deep the span is.
        """
        outer, self.halted = self.halted, False
        found = [self.item(Place(start, end, level), rule, None)]
        after = found[0].end
        if after < end and not self.halted:
            value = f"{plural(end - after, 'byte')} behind the end of the item"
            found.append(Node(after, end - after, "trailing", 0, None, value, hex_of(self.data, after, end)))
        self.halted = outer
        return tuple(found)

    def item(self, place: Place, rule: Rule, name: str | None, key: Node | None = None) -> Node:
        """Read one item, whatever it is.

        Args:
            place: where.
            rule: what is known about it.
            name: what stands there.
            key: its key in a map.
        """
        at, end, _ = place
        if self.budget.nodes <= 0:
            return self._halt(left_out(self.data, at, end, TOO_MANY)._replace(key=key))
        try:
            head = read_head(self.data, at, end)
        except MalformedArtefact as fault:
            return self._stop(at, end, fault, name, key)
        if head.major == 7 and head.info == 31:
            why = "a break code where an item was expected"
            return self._halt(stopped(self.data, at, end, why, name)._replace(key=key))
        self.budget.take(place.level)
        notes = form_notes(head, head.next - at)
        if head.major in (4, 5, 6):
            node = self._container(place, head, rule)
        elif head.major in (2, 3):
            node = self._string(place, head, rule)
        else:
            node = self._scalar(at, head, rule)
        return node._replace(name=name, key=key, notes=(*notes, *node.notes, *marks_of(node, rule)))

    def _stop(
        self, at: int, end: int, fault: MalformedArtefact, name: str | None = None, key: Node | None = None
    ) -> Node:
        why = fault.message.removesuffix(f" at byte {fault.offset}").rstrip(",")
        return self._halt(stopped(self.data, at, end, why, name)._replace(key=key))

    def _halt(self, node: Node) -> Node:
        self.halted = True
        return node

    # --- numbers and strings --------------------------------------------------------------------

    def _scalar(self, at: int, head: Head, rule: Rule) -> Node:
        value: Any
        if head.major < 2:
            value = head.argument if head.major == 0 else -1 - head.argument
            kind = _TYPES[head.major]
        elif head.info in _FLOATS:
            size = 1 << (head.info - 24)
            value = struct.unpack(_FLOATS[head.info], head.argument.to_bytes(size, "big"))[0]
            kind = "float"
        else:
            value = _SIMPLE.get(head.argument, f"simple value {head.argument}")
            kind = "simple"
        words = rule.words(value) if rule.words is not None else None
        length = head.next - at
        return Node(at, length, kind, length, None, words or str(value), self.data[at : head.next].hex())

    def _string(self, place: Place, head: Head, rule: Rule) -> Node:
        at, end, level = place
        kind = _TYPES[head.major]
        if head.info == 31:
            return self._chunks(place, head)
        after = head.next + head.argument
        size = head.next - at
        if after > end:
            return self._cut_off(place, head, rule)
        node = Node(at, after - at, kind, size, None, None, hex_of(self.data, at, after, size))
        if head.major == 3:
            return self._text(node, rule)
        return self._bytes(node, rule, level)

    def _cut_off(self, place: Place, head: Head, rule: Rule) -> Node:
        """Show a string that is longer than the data; of CBOR that it should wrap what is there."""
        at, end, level = place
        left = end - head.next
        what = f"{plural(head.argument, 'byte')} of a {_STRINGS[head.major]} were announced, {left} are left"
        children: tuple[Node, ...] = ()
        value = None
        if rule.inside is not None and head.major == 2 and left > 0 and level < MAX_LEVELS:
            children = self.sequence(head.next, end, resolve(rule.inside), level + 1)
            value = f"{plural(left, 'byte')} of {head.argument}, CBOR inside"
        if not any(has_halted(child) for child in children):
            start = children[-1].end if children else head.next
            children = (*children, stopped(self.data, start, end, what))
        self.halted = True
        shown = self.data[at : head.next].hex()
        return Node(
            at, end - at, _TYPES[head.major], head.next - at, None, value, shown, ("incomplete",), children
        )

    def _text(self, node: Node, rule: Rule) -> Node:
        content = self.data[node.offset + node.head : node.end]
        notes: tuple[str, ...] = ()
        try:
            text = content.decode()
        except UnicodeDecodeError as fault:
            text = content.decode(errors="backslashreplace")
            notes = (f"not UTF-8 at {hex_offset(node.offset + node.head + fault.start)}",)
        words = rule.words(text) if rule.words is not None else None
        return node._replace(value=words or quoted(text), notes=notes)

    def _bytes(self, node: Node, rule: Rule, level: int) -> Node:
        start, end = node.offset + node.head, node.end
        if start < end and level < MAX_LEVELS:
            opened = self._open(start, end, rule, level)
            if opened is not None:
                what, children = opened
                head = self.data[node.offset : start].hex()
                value = f"{plural(end - start, 'byte')}, {what} inside"
                return node._replace(value=value, hex=head, children=children)
        content = self.data[start:end]
        words = rule.words(content) if rule.words is not None else None
        return node._replace(value=words or bytes_in_words(content))

    def _open(self, start: int, end: int, rule: Rule, level: int) -> tuple[str, tuple[Node, ...]] | None:
        """Read what a byte string wraps; None where it is to be shown as it is."""
        if rule.inside is not None:
            return "CBOR", self.sequence(start, end, resolve(rule.inside), level + 1)
        if rule.form == "der":
            from iotassess.evidence.tree.der_tree import DerTree, certificate

            if self.data[start] != 0x30:
                return None
            return "DER", DerTree(self.data, self.budget).sequence(start, end, certificate(), level + 1)
        if rule.form == "plain" or end - start < 2 or self.data[start] >> 5 not in (4, 5, 6):
            return None
        return ("CBOR", self.sequence(start, end, ANY, level + 1)) if self._wraps(start, end) else None

    def _wraps(self, start: int, end: int) -> bool:
        """Tell whether bytes are one CBOR item from the first to the last."""
        if self.budget.scan <= 0:
            return False
        try:
            found = scan(self.data, start, end)
        except MalformedArtefact as fault:
            self.budget.scan -= (fault.offset or end) - start
            return False
        self.budget.scan -= found.outside
        return found.end == end

    def _chunks(self, place: Place, head: Head) -> Node:
        """Read a string of indefinite length, chunk by chunk."""
        _, end, level = place
        kind = _TYPES[head.major]
        children: list[Node] = []
        position, size = head.next, 0
        while not self.halted:
            if position < end and self.data[position] == BREAK:
                children.append(self._break(position))
                break
            if position < end and self.data[position] >> 5 != head.major:
                stop = stopped(
                    self.data, position, end, f"a chunk of the {_STRINGS[head.major]} was expected"
                )
                children.append(self._halt(stop))
                break
            chunk = self.item(Place(position, end, level + 1), PLAIN, f"chunk {len(children)}")
            children.append(chunk)
            if self.data[position : position + 1] == bytes((head.major << 5 | 31,)) and not self.halted:
                self.halted = True  # a chunk has a length (RFC 8949 section 3.2.3)
                children[-1] = chunk._replace(notes=(*chunk.notes, "a chunk of indefinite length"))
                children.append(stopped(self.data, chunk.end, end, "a chunk must have a definite length"))
            position = chunk.end
            size += chunk.length - chunk.head
        value = f"{plural(size, 'byte')} in chunks"
        return self._closed(place, head, kind, value, children)

    def _break(self, at: int) -> Node:
        self.budget.nodes -= 1
        return Node(at, 1, "break", 1, None, "end of the item", "ff")

    # --- arrays, maps, tags ---------------------------------------------------------------------

    def _closed(self, place: Place, head: Head, kind: str, value: str, children: list[Node]) -> Node:
        """Make the node of an item with others inside, whether or not all of them could be read."""
        at = place.at
        end = children[-1].end if children else head.next
        notes = ("incomplete",) if self.halted else ()
        shown = self.data[at : head.next].hex()
        return Node(at, end - at, kind, head.next - at, None, value, shown, notes, tuple(children))

    def _container(self, place: Place, head: Head, rule: Rule) -> Node:
        if place.level >= MAX_LEVELS:
            return self._unopened(place, head)
        if head.major == 6:
            return self._tag(place, head, rule)
        if rule.by is not None and head.major == 5:
            rule = self._chosen(place, head, rule)
        size = "indefinite length" if head.info == 31 else plural(head.argument, _NOUNS[head.major])
        kind = _TYPES[head.major]
        children = self._entries(place, head, rule) if head.major == 5 else self._items(place, head, rule)
        title = f"{rule.title}: " if rule.title else ""
        return self._closed(place, head, kind, f"{title}{kind} of {size}", children)

    def _unopened(self, place: Place, head: Head) -> Node:
        """Show an item that is too deep without what is inside it."""
        at, end, _ = place
        kind = _TYPES[head.major]
        why = f"nested more than {MAX_LEVELS} deep"
        try:
            after = scan(self.data, at, min(end, at + max(self.budget.scan, 0))).end
        except MalformedArtefact:
            self.budget.scan = 0
            return self._halt(left_out(self.data, at, end, why))
        self.budget.scan -= after - at
        shown = self.data[at : head.next].hex()
        inside = (left_out(self.data, head.next, after, why),) if after > head.next else ()
        return Node(at, after - at, kind, head.next - at, None, f"{kind}, {why}", shown, (), inside)

    def _tag(self, place: Place, head: Head, rule: Rule) -> Node:
        number = head.argument
        known = rule.tags.get(number) or field_of(number)
        title, inner = known or (rule.title, rule)
        child = self.item(Place(head.next, place.end, place.level + 1), resolve(inner), None)
        value = f"tag {number} {title}".rstrip() if known else f"tag {number}"
        return self._closed(place, head, "tag", value, [child])

    def _is_over(self, place: Place, head: Head, position: int, seen: int, children: list[Node]) -> bool:
        """Tell whether an array or map is at its end; the break code is added to the children."""
        if self.halted:
            return True
        if head.info != 31:
            return seen >= head.argument
        if position < place.end and self.data[position] == BREAK:
            children.append(self._break(position))
            return True
        return False

    def _items(self, place: Place, head: Head, rule: Rule) -> list[Node]:
        children: list[Node] = []
        position, seen = head.next, 0
        while not self._is_over(place, head, position, seen, children):
            inside = Place(position, place.end, place.level + 1)
            if rule.pairs:
                last = head.info != 31 and seen + 1 >= head.argument
                child = self._pair(inside, rule, last)
                seen += 1
            else:
                field = rule.items[seen] if seen < len(rule.items) else rule.rest
                child = self.item(inside, *placed(field, seen))
            children.append(child)
            position = child.end
            seen += 1
        return children

    def _pair(self, place: Place, rule: Rule, last: bool) -> Node:
        """Read a number with its argument, from a flat list of both."""
        key = self.item(place, PLAIN, None)
        if self.halted or last or self.data[key.end : key.end + 1] == b"\xff":
            return key._replace(notes=(*key.notes, "without its argument"))
        field, name, note = keyed(key, rule)
        value = self.item(place._replace(at=key.end), resolve(field.rule), name, key)
        return value._replace(notes=(note, *value.notes)) if note else value

    def _entries(self, place: Place, head: Head, rule: Rule) -> list[Node]:
        children: list[Node] = []
        position, seen = head.next, 0
        keys: set[object] = set()
        while not self._is_over(place, head, position, seen, children):
            key = self.item(Place(position, place.end, place.level + 1), PLAIN, None)
            if self.halted:
                children.append(key)
                break
            field, name, note = keyed(key, rule)
            value = self.item(Place(key.end, place.end, place.level + 1), resolve(field.rule), name, key)
            same = self._identity(key)
            notes = ((note,) if note else ()) + (("duplicate key",) if same in keys else ())
            keys.add(same)
            children.append(value._replace(notes=(*notes, *value.notes)) if notes else value)
            position = value.end
            seen += 1
        return children

    def _identity(self, key: Node) -> object:
        """Give what tells keys apart: the value of a number or string, whatever length its head has."""
        if key.type in ("uint", "nint"):
            return key.value
        if key.type in ("bytes", "text") and not key.children:
            return key.type, self.data[key.offset + key.head : key.end]
        return self.data[key.offset : key.end]

    def _chosen(self, place: Place, head: Head, rule: Rule) -> Rule:
        """Find the rule that the value of one key chooses, looking at the first entries only."""
        assert rule.by is not None  # noqa: S101 - asked by the caller
        wanted, rules = rule.by
        position = head.next
        try:
            for _ in range(min(head.argument, _LOOKED_AT)):
                key = read_head(self.data, position, place.end)
                value = read_head(self.data, self._past(key), place.end)
                if key.major == 0 and key.argument == wanted and value.major < 2:
                    number = value.argument if value.major == 0 else -1 - value.argument
                    return rules.get(number, rule)
                position = self._past(value)
        except MalformedArtefact:
            pass  # it is found again, and told, when the map is read
        return rule

    def _past(self, head: Head) -> int:
        """Offset past a number or string; containers are not looked into."""
        if head.major in (4, 5, 6) or head.info == 31:
            raise MalformedArtefact("cbor-malformed", "not looked into")
        return head.next + (head.argument if head.major in (2, 3) else 0)


def has_halted(node: Node) -> bool:
    """Tell whether reading ended in a node, in that byte string or in one that ends with it."""
    if node.type in (STOPPED, LEFT_OUT, "trailing"):
        return node.type != "trailing"
    return bool(node.children) and has_halted(node.children[-1])
