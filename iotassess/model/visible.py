"""Text that does nothing and shows as it is: which characters do not, and how they are written instead.

Control characters could move a cursor or recolour a verdict, bidirectional ones could make a word read as
another. They are written as escapes, so that nothing is lost.
"""

from __future__ import annotations

import unicodedata

HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that do not show as what they are: controls, format characters (bidirectional and
zero-width among them), surrogates, private use, unassigned, line and paragraph separators."""


def visible(text: str) -> str:
    """Write every harmful character as an escape.

    Args:
        text: anything.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def cut(text: str, limit: int | None) -> str:
    """Shorten a text that is too long; it ends in "…" then.

    Args:
        text: what is shown.
        limit: most characters of the result, or None for all.
    """
    return text if limit is None or len(text) <= limit else text[: limit - 1] + "…"


def _shown(char: str) -> str:
    if unicodedata.category(char) not in HARMFUL:
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
