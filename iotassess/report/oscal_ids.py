"""Identifiers in OSCAL: UUIDs that follow from names, and requirement ids written as tokens.

OSCAL tells two kinds of UUIDs apart ("Identifier use"): that of a document changes with its content, and that
of a thing in it stays while the thing does. All are of version 5 (RFC 9562, section 5.5), so that the same
assessment gives the same bytes.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter
from typing import Final

NAMESPACE: Final = uuid.UUID("3d839135-8d13-4b8c-b6f9-7cbb00b1aaff")
"""Namespace of all UUIDs that we make; drawn once."""

OBJECTIVE: Final = "_obj"
METHOD: Final = "_mth"
"""What is appended to the id of a control for its objective and its method, as NIST's catalogues do."""

_ESCAPED: Final = re.compile(r"[^A-Za-z0-9.\-]")
_PARSED: Final = re.compile(r"_u([0-9a-f]+)_|(_\.)|([A-Za-z0-9.\-])")
_SEPARATOR: Final = "_."


def named(namespace: uuid.UUID | str, *names: object) -> str:
    """Make the UUID of something by its names.

    Args:
        namespace: in which the names are unique.
        names: ``str()`` of each is taken; what is no Unicode is escaped, and no name can pass for two.
    """
    space = namespace if isinstance(namespace, uuid.UUID) else uuid.UUID(namespace)
    return str(uuid.uuid5(space, json.dumps([str(name) for name in names])))


class Ids:
    """Gives UUIDs below one thing, and none of them twice.

    Attributes:
        root: UUID of the thing.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self._given: Counter[tuple[str, ...]] = Counter()

    def new(self, *names: object) -> str:
        """Make the UUID of something; the second of the same names gets another one.

        Args:
            names: what it is called below the thing.
        """
        key = tuple(str(name) for name in names)
        number = self._given[key]
        self._given[key] += 1
        return named(self.root, *key, number) if number else named(self.root, *key)


def control_id(baseline: str, id: str) -> str:
    """Write a requirement as the id of a control: a token, not shared by two baselines.

    A token begins with a letter or ``_`` and has letters, digits, ``.``, ``-`` and ``_`` (TokenDatatype). Any
    other character, and ``_`` itself, becomes ``_uHEX_``; ``_.`` stands between baseline and id. A first
    character that no token begins with is written so, too. :func:`requirement_of` reads it back.

    Args:
        baseline: id of the baseline.
        id: as published.
    """
    first, rest = baseline[:1], baseline[1:]
    shown = _ESCAPED.sub(_hex, first) if first.isalpha() else "".join(map(_code, first))
    return f"{shown}{_ESCAPED.sub(_hex, rest)}{_SEPARATOR}{_ESCAPED.sub(_hex, id)}"


def requirement_of(control: str) -> tuple[str, str]:
    """Read baseline and id back from what :func:`control_id` wrote.

    Args:
        control: a control's id.

    Raises:
        ValueError: it is none of ours.
    """
    parts, at = [""], 0
    while at < len(control):
        found = _PARSED.match(control, at)
        if found is None:
            break
        code, separator, char = found.groups()
        if separator:
            parts.append("")
        else:
            parts[-1] += char or chr(int(code, 16))
        at = found.end()
    if at < len(control) or len(parts) != 2:
        raise ValueError(f"got {control!r}, expected a control id of ours")
    return parts[0], parts[1]


def _hex(found: re.Match[str]) -> str:
    return _code(found.group())


def _code(char: str) -> str:
    return f"_u{ord(char):x}_"
