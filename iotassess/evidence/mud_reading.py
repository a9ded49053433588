"""What a MUD file gives while it is read: claims, problems, and a few checks of types (RFC 7951).

Nothing here raises: what is not as the model wants it is reported as ``mud-malformed``, and reading goes on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from iotassess.evidence.eat_reading import MAX_SAME_PROBLEMS, describe
from iotassess.model.artefact import Problem
from iotassess.model.problems import problem

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+", re.A)
_HOST: Final = re.compile(r"(?=.{1,253}\.?\Z)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?)+", re.A)

MAX_URI: Final = 2048
"""Longest URI that is taken: RFC 8520 section 10 carries it in 253 octets, documentation links are longer."""


class Reading:
    """One MUD file being read.

    Attributes:
        claims: what was read, JSON-ready.
        problems: what is wrong.
    """

    __slots__ = ("_counts", "claims", "problems")

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self._counts: dict[str, int] = {}

    @property
    def is_sound(self) -> bool:
        """Whether the file is what its model prescribes, as far as it was read."""
        return "mud-malformed" not in self._counts

    def report(self, id: str, message: str, at: str | None = None) -> None:
        """Add one problem; of many of one id only the first are listed."""
        same = self._counts.get(id, 0)
        self._counts[id] = same + 1
        if same > MAX_SAME_PROBLEMS:
            return
        if same == MAX_SAME_PROBLEMS:
            message, at = f"more problems of this kind than the {MAX_SAME_PROBLEMS} listed", None
        self.problems.append(problem(id, message, at=at))

    def refuse(self, at: str, value: Any, expected: str) -> None:
        """Report a value that the model does not allow."""
        self.report("mud-malformed", f"{at} is {describe(value)}; expected {expected}", at)

    def mapping(self, parent: Mapping[str, Any], key: str, at: str) -> Mapping[str, Any]:
        """Give the object under ``key``; an empty one where there is none, or something else."""
        value = parent.get(key, {})
        if isinstance(value, dict):
            return value
        self.refuse(at, value, "an object")
        return {}

    def rows(self, parent: Mapping[str, Any], key: str, at: str) -> list[Mapping[str, Any]]:
        """Give the objects of the list under ``key``."""
        value = parent.get(key, [])
        if not isinstance(value, list):
            self.refuse(at, value, "an array of objects")
            return []
        for index, row in enumerate(value):
            if not isinstance(row, dict):
                self.refuse(f"{at}[{index}]", row, "an object")
        return [row for row in value if isinstance(row, dict)]


def is_text(value: Any) -> bool:
    """Whether a value is a text that is not empty."""
    return isinstance(value, str) and bool(value)


def is_uri(value: Any) -> bool:
    """Whether a value is an absolute URI (RFC 3986) of sensible length."""
    return isinstance(value, str) and len(value) <= MAX_URI and _URI.fullmatch(value) is not None


def is_host(value: Any) -> bool:
    """Whether a value is a host name, or an IPv4 address (RFC 6991, inet:host)."""
    return isinstance(value, str) and len(value) <= 254 and _HOST.fullmatch(value) is not None


def is_int(value: Any, least: int, most: int) -> bool:
    """Whether a value is an integer from ``least`` to ``most``."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def local_name(key: str) -> str:
    """Give a name without the name of its module (RFC 7951 section 4)."""
    return key.rpartition(":")[2]
