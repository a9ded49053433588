"""What stands where in an artefact, as JSON: the same nodes as in the text."""

from __future__ import annotations

from typing import Any

from iotassess.model.tree import Node


def as_json(node: Node) -> dict[str, Any]:
    """Turn a tree into its JSON object; only the entry of a map has a ``key``."""
    found: dict[str, Any] = {
        "offset": node.offset,
        "length": node.length,
        "name": node.name,
        "type": node.type,
        "value": node.value,
        "hex": node.hex,
        "notes": list(node.notes),
        "children": [as_json(child) for child in node.children],
    }
    if node.key is not None:
        found["key"] = as_json(node.key)
    return found
