"""Text from profiles and artefacts made harmless for a terminal.

Control characters could move the cursor or recolour a verdict, bidirectional ones could make a word read
as another. They are shown as escapes instead, so that nothing is lost.
"""

from __future__ import annotations

import unicodedata

_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that do not show as what they are: controls, format characters (bidirectional and
zero-width among them), surrogates, private use, unassigned, line and paragraph separators."""


def safe(text: object, limit: int | None = None) -> str:
    """Write text so that it shows as it is and does nothing.

    Args:
        text: anything; ``str()`` of it is taken.
        limit: most characters of the result; a longer one ends in "…".
    """
    plain = str(text)
    if not plain.isascii() or not plain.isprintable():
        plain = "".join(_shown(char) for char in plain)
    return plain if limit is None or len(plain) <= limit else plain[: limit - 1] + "…"


def _shown(char: str) -> str:
    if unicodedata.category(char) not in _HARMFUL:
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
