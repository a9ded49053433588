"""Ids of elements that links lead to: each once, made of signs that an address bar shows as they are."""

from __future__ import annotations

import re
from collections.abc import Hashable

_ODD = re.compile(r"[^A-Za-z0-9._-]+")
MOST = 80
"""Characters of a name in an id: a path may be long."""


class Anchors:
    """Gives every thing of the page an id of its own."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, Hashable], str] = {}
        self._taken: set[str] = set()

    def of(self, kind: str, thing: Hashable, name: str = "") -> str:
        """The id of a thing, made when it is first asked for.

        Args:
            kind: what it is ("requirement"); two kinds never share an id.
            thing: what tells it from others of its kind.
            name: to make the id of; by default the thing as text.
        """
        key = (kind, thing)
        if key not in self._ids:
            stem = f"{kind}-{_ODD.sub('-', name or str(thing))[:MOST]}"
            id, number = stem, 1
            while id in self._taken:
                number += 1
                id = f"{stem}--{number}"
            self._taken.add(id)
            self._ids[key] = id
        return self._ids[key]

    def known(self, kind: str, thing: Hashable) -> str:
        """The id of a thing that has one; "" for any other, so that no link leads nowhere.

        Args:
            kind: what it is.
            thing: what tells it from others.
        """
        return self._ids.get((kind, thing), "")
