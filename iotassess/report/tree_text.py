"""What stands where in an artefact, for a terminal: offset, length, bytes, and what they say, in columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from iotassess.model.tree import DECODED, LEFT_OUT, STOPPED, Node
from iotassess.report.escape import safe
from iotassess.report.layout import Span, columns, fitted, painted

MAX_LINES: Final = 4_000
"""Lines of one artefact; the JSON has all items."""

_LEAST: Final = 22
"""Columns that the words get at least: levels for which there is no room stand below each other."""
_SHORT_MARKS: Final = 24
"""Columns of marks that stand behind the words, however long those are."""
_WIDE: Final = 96
"""Columns from which there is room for more bytes."""
_WITHOUT_BYTES: Final = frozenset({"json", "jws"})
"""Encodings whose text says what the bytes are."""


def render(node: Node, width: int, colour: bool = False) -> Iterator[str]:
    """Write a tree as lines of at most ``width`` columns.

    Args:
        node: the file.
        width: columns.
        colour: whether marks are coloured.
    """
    shown = _Columns(node, width, colour)
    yield f"{safe(node.value or '')}, {node.length} bytes"
    if not node.children:
        return
    yield painted([Span(shown.heading(), "bold")], colour)
    for count, (child, level, wrapped) in enumerate(_flat(node, 0)):
        if count >= MAX_LINES:
            left = sum(1 for _ in _flat(node, 0)) - count
            yield f"… {left} more items are not shown here; -f json has them"
            return
        yield from shown.lines(child, level, wrapped)


def _flat(node: Node, level: int) -> Iterator[tuple[Node, int, bool]]:
    """Give all nodes with their levels; what a tag or a byte string wraps stands as deep as that."""
    for child in node.children:
        wrapped = node.type in ("tag", "bytes") and child.name is None and child is node.children[0]
        yield child, level, wrapped
        yield from _flat(child, level if child.type in ("tag", "bytes") else level + 1)


class _Columns:
    """Widths of the columns of one tree, and its lines."""

    def __init__(self, node: Node, width: int, colour: bool) -> None:
        self.colour = colour
        self.width = width
        self.offset = max(8, len(f"{node.length:x}"))
        self.length = max(6, len(str(node.length)))
        self.hex = 0 if node.type in _WITHOUT_BYTES else 24 if width >= _WIDE else 14
        if node.type in ("binary", "elf", "intel-hex"):
            self.hex = 32
        start = self.offset + 1 + self.length + 2 + (self.hex + 2 if self.hex else 0)
        self.deepest = max((width - start - _LEAST) // 2 - 1, 2)

    def heading(self) -> str:
        """Name the columns."""
        shown = f"{'bytes':<{self.hex}}  " if self.hex else ""
        return f"{'offset':<{self.offset}} {'length':>{self.length}}  {shown}item"

    def lines(self, node: Node, level: int, wrapped: bool) -> Iterator[str]:
        """Write one node: its line, and its marks on the same or the next."""
        indent = "  " * min(level, self.deepest) + ("└ " if wrapped else "")
        shown = f"{_bytes(node, self.hex):<{self.hex}}  " if self.hex else ""
        before = f"{node.offset:0{self.offset}x} {node.length:>{self.length}}  {shown}{indent}"
        room = max(self.width - columns(before), _LEAST)
        name = safe(node.name) if node.name else ""
        value = safe(node.value) if node.value else ""
        text = f"{name}: {value}" if name and value else name or value
        style = {STOPPED: "bold red", LEFT_OUT: "yellow", "trailing": "red"}.get(node.type, "")
        notes = [safe(note) for note in node.notes]
        marks = f"[{'; '.join(notes)}]" if notes else ""
        told = node.type in (STOPPED, LEFT_OUT)
        if marks and columns(marks) <= _SHORT_MARKS and not told:
            text = fitted(text, max(room - 1 - columns(marks), _LEAST))
        if marks and columns(text) + 1 + columns(marks) <= room:
            yield before + painted([Span(text, style), Span(marks, "cyan")], self.colour)
            return
        if told or node.type == DECODED:
            yield from self._wrapped(before, text, style, room)
        else:
            yield (before + painted([Span(fitted(text, room), style)], self.colour)).rstrip()
        space = " " * columns(before)
        for note in notes:
            yield space + painted([Span(fitted(f"  [{note}]", room), "cyan")], self.colour)

    def _wrapped(self, before: str, text: str, style: str, room: int) -> Iterator[str]:
        """Write what must be read to its end, on as many lines as that takes."""
        line = ""
        for word in text.split(" "):
            if line and columns(line) + 1 + columns(word) > room:
                yield before + painted([Span(line, style)], self.colour)
                before, line = " " * columns(before), ""
            line = f"{line} {word}" if line else fitted(word, room)
        yield before + painted([Span(line, style)], self.colour)


def _bytes(node: Node, most: int) -> str:
    """Write the bytes of a node: its key, its head, its content, as far as there is room."""
    key = f"{node.key.hex}: " if node.key is not None else ""
    head, content = node.hex[: 2 * node.head], node.hex[2 * node.head :]
    text = f"{key}{head} {content}".rstrip() if node.head else f"{key}{node.hex}"
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
