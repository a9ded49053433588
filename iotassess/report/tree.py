"""An explanation as an indented tree, for the terminal and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from iotassess.report.escape import inert, safe


@dataclass(frozen=True, slots=True)
class Node:
    """One line of an explanation with what belongs to it.

    Attributes:
        text: the line; wrapped where it is long.
        children: what belongs to it.
    """

    text: str
    children: tuple[Node, ...] = field(default=())


def lines(node: Node, width: int, indent: int = 0) -> Iterator[str]:
    """Write a tree as lines of at most ``width`` columns, two more spaces a level.

    Args:
        node: the root.
        width: columns.
        indent: spaces before it.
    """
    space = " " * indent
    room = max(width - indent, 30)
    for paragraph in safe_lines(node.text):
        wrapped = textwrap.wrap(paragraph, room, subsequent_indent="  ", break_on_hyphens=False) or [""]
        yield from (f"{space}{line}".rstrip() for line in wrapped)
    for child in node.children:
        yield from lines(child, width, indent + 2)


def safe_lines(text: str) -> list[str]:
    """Split text into lines and make each harmless."""
    return [safe(line) for line in text.split("\n")]


def as_json(node: Node) -> dict[str, Any]:
    """Turn a tree into a JSON object."""
    return {"text": node.text, "children": [as_json(child) for child in node.children]}


def render(node: Node, width: int) -> str:
    """Render for a terminal."""
    return "\n".join(map(inert, lines(node, width))) + "\n"
