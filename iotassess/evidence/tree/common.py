"""What all builders of trees share: limits, the count of nodes, and how bytes and texts are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from iotassess.model.tree import LEFT_OUT, STOPPED, Node

MAX_NODES: Final = 10_000
"""Most items shown of one artefact: the largest real manifest has some thousands, and nobody reads more.
What is nested deep takes more room to write, and counts for more than one."""

TOO_MANY: Final = "more items than are shown"

MAX_LEVELS: Final = 64
"""Deepest nesting shown, wrapped items counted. Real artefacts have thirty levels at most."""

MAX_SCANNED: Final = 1 << 20
"""Bytes that may be looked through to find out whether a byte string wraps CBOR, or where an item ends that
is too deep to be shown; the same as a decoder looks at."""

WHOLE_HEX: Final = 64
"""Bytes of a value that are shown whole: a digest, a key, an ECDSA signature."""

CUT_HEX: Final = 32
"""Bytes that are shown of longer ones."""

MOST_TEXT: Final = 256
"""Characters of a text that are shown."""


@dataclass(slots=True)
class Budget:
    """What is left to be shown of one artefact.

    Attributes:
        nodes: items.
        scan: bytes that may be looked through ahead.
    """

    nodes: int = MAX_NODES
    scan: int = MAX_SCANNED

    def take(self, level: int) -> None:
        """Count one item.

        Args:
            level: how deep it is.
        """
        self.nodes -= 1 + level // 16


def hex_of(data: bytes, start: int, end: int, head: int = 0) -> str:
    """Write bytes in hex, long ones cut.

    Args:
        data: the file.
        start: of the first byte.
        end: past the last one.
        head: bytes of the item's head among them, which do not count as long.
    """
    if end - start - head <= WHOLE_HEX:
        return data[start:end].hex()
    return data[start : start + head + CUT_HEX].hex() + "…"


def cut_text(text: str) -> str:
    """Shorten a text that is too long to be shown."""
    return text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}…"


def quoted(text: str) -> str:
    """Write a text between quotes, cut if it is long; what could do harm is escaped when it is printed."""
    return '"' + cut_text(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def plural(number: int, noun: str) -> str:
    """Write a number with its noun.

    Args:
        number: how many.
        noun: in the singular; "y" becomes "ies".
    """
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"


def stopped(data: bytes, at: int, end: int, why: str, name: str | None = None) -> Node:
    """Make the node that says where reading stopped; it takes all bytes up to ``end``.

    Args:
        data: the file.
        at: offset of the first byte that could not be read.
        end: where the enclosing file or byte string ends.
        why: what was found, and what was expected.
        name: of what should stand there.
    """
    left = f"; {plural(end - at, 'byte')} not read" if end > at else ""
    return Node(at, end - at, STOPPED, 0, name, f"stopped here: {why}{left}", hex_of(data, at, end))


def left_out(data: bytes, at: int, end: int, why: str) -> Node:
    """Make the node that stands for what is not shown, up to ``end``; parameters as of :func:`stopped`."""
    return Node(
        at, end - at, LEFT_OUT, 0, None, f"{plural(end - at, 'byte')} not shown: {why}", hex_of(data, at, end)
    )
