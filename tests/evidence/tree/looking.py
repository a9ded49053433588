"""Trees looked into: what covers which bytes, and one node by its names."""

from __future__ import annotations

from collections.abc import Iterator

from iotassess.model.tree import DECODED, LEFT_OUT, STOPPED, Node, walk

__all__ = ["LEFT_OUT", "STOPPED", "find", "named", "of_type", "spans", "stops", "walk"]


def spans(node: Node) -> Iterator[tuple[int, int]]:
    """Spans of all heads and leaves of the same bytes, in order; none of them empty."""
    if node.key is not None:
        yield from spans(node.key)
    inside = node.children if node.type != DECODED else ()
    own = node.head if inside else node.length
    if own and (node.head or not inside):
        yield node.offset, own
    for child in inside:
        yield from spans(child)


def covers(node: Node) -> bool:
    """Whether heads and leaves take every byte of a file once."""
    position = 0
    for start, size in spans(node):
        if start != position:
            return False
        position += size
    return position == node.length


def stops(node: Node) -> list[Node]:
    """Nodes at which reading stopped."""
    return of_type(node, STOPPED)


def of_type(node: Node, kind: str) -> list[Node]:
    """All nodes of a type."""
    return [found for found in walk(node) if found.type == kind]


def named(node: Node) -> list[str]:
    """Names of all nodes that have one."""
    return [found.name for found in walk(node) if found.name]


def find(node: Node, *names: str) -> Node:
    """The node at a path of names; those between are left out where they have none."""
    for name in names:
        node = next(found for found in walk(node) if found is not node and found.name == name)
    return node
