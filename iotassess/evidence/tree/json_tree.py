"""JSON as a tree with the offset of every member, as far as it can be read (RFC 8259)."""

from __future__ import annotations

import re
from typing import Any, Final

from iotassess.codec import json
from iotassess.errors import MalformedArtefact
from iotassess.evidence.tree import words
from iotassess.evidence.tree.common import (
    MAX_LEVELS,
    TOO_MANY,
    Budget,
    cut_text,
    hex_of,
    left_out,
    plural,
    quoted,
    stopped,
)
from iotassess.evidence.tree.rules import Words
from iotassess.model.tree import LEFT_OUT, STOPPED, Node
from iotassess.model.vocabulary import DEBUG_STATES

_SPACE: Final = re.compile(rb"[ \t\r\n]*+")
_STRING: Final = re.compile(rb'"(?:[^"\\\x00-\x1f]++|\\.)*+"')
_NUMBER: Final = re.compile(rb"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_WORD: Final = re.compile(rb"(?:true|false|null)\b")

_WORDS: Final[dict[str, Words]] = {
    "exp": words.time,
    "nbf": words.time,
    "iat": words.time,
    "dbgstat": words.enum(dict(enumerate(DEBUG_STATES))),
    "intuse": words.enum({1: "generic", 2: "registration", 3: "provisioning", 4: "csr", 5: "pop"}),
}
"""Member of a token → what its number means (RFC 7519, RFC 9711)."""

_MARKS: Final = {"signature": "signature", "x5c": "certificates"}


class JsonTree:
    """Builds the tree of one JSON text.

    Attributes:
        data: the file, or what was decoded.
        budget: what is left to be shown.
    """

    def __init__(self, data: bytes, budget: Budget) -> None:
        self.data = data
        self.budget = budget
        self.halted = False

    def text(self, start: int, end: int, level: int = 0) -> tuple[Node, ...]:
        """Read the one value that should fill a span, and say what stands behind it.

        Args:
            start: offset of the text; spaces may stand before the value.
            end: past its last byte.
            level: how deep the span is.
        """
        found = [self.value(self._skip(start, end), end, level, None)]
        after = self._skip(found[0].end, end)
        if after < end and not self._is_halted():
            value = f"{plural(end - after, 'byte')} behind the end of the value"
            found.append(Node(after, end - after, "trailing", 0, None, value, hex_of(self.data, after, end)))
        return tuple(found)

    def _skip(self, at: int, end: int) -> int:
        found = _SPACE.match(self.data, at, end)
        return found.end() if found else at

    def _at(self, at: int, end: int) -> bytes:
        return self.data[at : at + 1] if at < end else b""

    def _is_halted(self) -> bool:
        return self.halted

    def _halt(self, node: Node) -> Node:
        self.halted = True
        return node

    def _stop(self, at: int, end: int, expected: str) -> Node:
        got = f"got 0x{self.data[at]:02x}" if at < end else "the data ends"
        return self._halt(stopped(self.data, at, end, f"{got}, expected {expected}"))

    def value(self, at: int, end: int, level: int, name: str | None) -> Node:
        """Read one value.

        Args:
            at: offset of its first byte.
            end: of the text.
            level: how deep it is.
            name: of the member, or None.
        """
        if self.budget.nodes <= 0:
            return self._halt(left_out(self.data, at, end, TOO_MANY))
        self.budget.take(level)
        first = self._at(at, end)
        if first in (b"{", b"["):
            if level >= MAX_LEVELS:
                return self._halt(left_out(self.data, at, end, f"nested more than {MAX_LEVELS} deep"))
            return self._members(at, end, level, first == b"{")
        if first == b'"':
            return self._string(at, end)
        for pattern, kind in ((_NUMBER, "number"), (_WORD, "literal")):
            found = pattern.match(self.data, at, end)
            if found:
                return self._scalar(at, found.end(), kind, name)
        return self._stop(at, end, "a value")

    def _scalar(self, at: int, after: int, kind: str, name: str | None) -> Node:
        text = cut_text(self.data[at:after].decode("ascii"))
        known = _WORDS.get(name or "")
        said = None
        if known is not None and kind == "number":
            said = known(self._parsed(at, after))
        return Node(at, after - at, kind, 0, None, said or text, hex_of(self.data, at, after))

    def _parsed(self, at: int, after: int) -> Any:
        try:
            return json.loads(self.data[at:after])
        except MalformedArtefact:
            return None

    def _string(self, at: int, end: int) -> Node:
        found = _STRING.match(self.data, at, end)
        if found is None:
            return self._stop(at, end, "a string that ends, without control characters")
        after = found.end()
        raw = self.data[at + 1 : after - 1]
        notes: tuple[str, ...] = ()
        text: Any = raw.decode(errors="backslashreplace")
        if b"\\" in raw or not raw.isascii():
            text = self._parsed(at, after)
            if type(text) is not str:
                notes = ("not a string of I-JSON: surrogates, escapes or UTF-8 are wrong",)
                text = raw.decode(errors="backslashreplace")
        return Node(at, after - at, "string", 0, None, quoted(text), hex_of(self.data, at, after), notes)

    def _members(self, at: int, end: int, level: int, is_object: bool) -> Node:
        """Read an object or array up to its bracket, or as far as it goes."""
        kind, noun, close = ("object", "member", b"}") if is_object else ("array", "item", b"]")
        children: list[Node] = []
        seen: set[str] = set()
        position = self._skip(at + 1, end)
        after = position + 1
        over = self._at(position, end) == close
        while not over:
            if is_object:
                child = self._member(position, end, level, seen)
            else:
                child = self.value(position, end, level + 1, None)._replace(name=f"[{len(children)}]")
            children.append(child)
            if self._is_halted():
                break
            position = self._skip(child.end, end)
            after = position + 1
            mark = self._at(position, end)
            over = mark == close
            if not over and mark != b",":
                children.append(self._stop(position, end, f'"," or "{close.decode()}"'))
                break
            position = self._skip(position + 1, end)
        notes: tuple[str, ...] = ()
        if self._is_halted():
            after, notes = end, ("incomplete",)
        count = sum(child.type not in (STOPPED, LEFT_OUT) for child in children)
        value = f"{kind} of {plural(count, noun)}"
        shown = self.data[at : at + 1].hex()
        return Node(at, after - at, kind, 1, None, value, shown, notes, tuple(children))

    def _member(self, at: int, end: int, level: int, seen: set[str]) -> Node:
        if self._at(at, end) != b'"':
            return self._stop(at, end, "a name between quotes")
        key = self._string(at, end)
        if self._is_halted():
            return key
        name = (key.value or "")[1:-1]
        position = self._skip(key.end, end)
        if self._at(position, end) != b":":
            return self._stop(position, end, '":"')._replace(key=key, name=name)
        found = self.value(self._skip(position + 1, end), end, level + 1, name)
        notes = ("duplicate member",) if name in seen else ()
        seen.add(name)
        marks = (_MARKS[name],) if name in _MARKS else ()
        return found._replace(name=name, key=key, notes=(*notes, *found.notes, *marks))
