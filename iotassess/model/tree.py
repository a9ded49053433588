"""What stands where in the bytes of an artefact: the tree that ``inspect`` prints.

A node is about bytes, not about what they are worth. The tree is built by ``evidence/tree`` and printed by
``report/tree_text.py`` and ``report/tree_json.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

STOPPED: Final = "stopped"
"""Type of the node that says where reading ended, and why."""

LEFT_OUT: Final = "left-out"
"""Type of the node that stands for what is there and not shown."""

DECODED: Final = "decoded"
"""Type of a node whose children count their offsets from the first decoded byte (of base64)."""


class Node(NamedTuple):
    """One item of an artefact.

    Attributes:
        offset: of its first byte, from the start of the file; below a node of type :data:`DECODED` from the
            start of the decoded bytes.
        length: bytes, its head and all that is inside it included; the key of a map entry is not.
        type: what the encoding calls it: "map", "bytes", "object", "sequence" …
        head: bytes before its content; 0 where there is no such thing.
        name: by its specification, with the number or text that stands in the file; None where it has none.
        value: in words; None for what only holds others.
        hex: its bytes, those of its head alone where it has children; long ones end in "…".
        notes: marks: "signature", "duplicate key" …
        children: what is inside it, in the order of the bytes.
        key: the key of a map entry, which stands right before the value; None elsewhere.
    """

    offset: int
    length: int
    type: str
    head: int = 0
    name: str | None = None
    value: str | None = None
    hex: str = ""
    notes: tuple[str, ...] = ()
    children: tuple[Node, ...] = ()
    key: Node | None = None

    @property
    def end(self) -> int:
        """Offset just past it."""
        return self.offset + self.length


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, keys before their values, in the order of the bytes."""
    if node.key is not None:
        yield from walk(node.key)
    yield node
    for child in node.children:
        yield from walk(child)
