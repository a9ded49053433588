"""Text from profiles and artefacts made harmless for a terminal.

Control characters could move the cursor or recolour a verdict, bidirectional ones could make a word read
as another. They are shown as escapes instead, so that nothing is lost.
"""

from __future__ import annotations

import re
import unicodedata

from iotassess.model.visible import HARMFUL, cut, visible

_NOT_PLAIN = re.compile(r"[^\x20-\x7e\n]")
"""What must be looked at one by one: a large document has little of it."""


def safe(text: object, limit: int | None = None) -> str:
    """Write text so that it shows as it is and does nothing.

    Args:
        text: anything; ``str()`` of it is taken.
        limit: most characters of the result; a longer one ends in "…".
    """
    return cut(visible(str(text)), limit)


def inert(line: str) -> str:
    """Write a line so that a CI runner that reads it takes it for text.

    GitHub's runner acts on ``::command::`` at the start of a line, blanks before it or not, and on
    ``##[command]`` anywhere; one sign of each is written as an escape.

    Args:
        line: one line, already made harmless for a terminal.
    """
    rest = line.lstrip()
    if rest.startswith("::"):
        line = f"{line[: len(line) - len(rest)]}\\x3a{rest[1:]}"
    return line.replace("##[", "##\\x5b")


def escaped(json: str) -> str:
    """Escape harmful characters in JSON text, where they can stand in strings only; it stays the same JSON.

    Args:
        json: as ``json.dumps`` writes it; its line ends stay.
    """
    if json.isascii() and "\x7f" not in json:
        return json
    return _NOT_PLAIN.sub(lambda found: _in_json(found.group()), json)


def _in_json(char: str) -> str:
    if unicodedata.category(char) not in HARMFUL:
        return char
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
