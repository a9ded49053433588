"""Where claims stand in their files: offsets, only of what is shown.

A decoder says by a trail of keys and indices where it read a statement (:class:`model.artefact.Shown`). The
trail begins at the first byte of the artefact; a nested artefact is first found in the file that holds it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property
from typing import Any

from iotassess.codec.cbor_places import Places
from iotassess.errors import MalformedArtefact
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import Discrepancy
from iotassess.model.claim import Claim, Value
from iotassess.model.tree import DECODED, Node

DataOf = Callable[[Artefact], bytes | None]
"""Gives the bytes of a file that was read, by its artefact; None where they are not at hand."""


Locate = Callable[[Claim], int | None]
"""Gives the byte offset of an artefact's claim in its file, or None."""


def locator(artefacts: Sequence[Artefact], data_of: DataOf) -> Locate:
    """Make the function that finds claims; what it found once it does not look for again.

    Args:
        artefacts: files, with those nested in them.
        data_of: gives the bytes of a file.
    """
    files = {path: _Statements(artefact, file, data_of) for path, artefact, file in _all(artefacts)}

    @cache
    def offset_of(claim: Claim) -> int | None:
        found = files.get(claim.source.artefact or "")
        return None if found is None else found.offset(claim)

    return offset_of


def with_offsets(discrepancies: Iterable[Discrepancy], locate: Locate) -> tuple[Discrepancy, ...]:
    """Fill in the offset of every claim of an artefact that a discrepancy shows.

    Args:
        discrepancies: as found.
        locate: finds them.
    """
    return tuple(row._replace(offsets=tuple(map(locate, row.evidenced))) for row in discrepancies)


def _all(artefacts: Iterable[Artefact]) -> Iterator[tuple[str, Artefact, Artefact]]:
    """Give path, artefact and file of every artefact, those nested in others too."""
    for file in artefacts:
        waiting = [file]
        while waiting:
            artefact = waiting.pop()
            yield artefact.path, artefact, file
            waiting += artefact.nested


class _Statements:
    """Where the statements of one artefact stand; gone through once, when the first is asked for."""

    def __init__(self, artefact: Artefact, file: Artefact, data_of: DataOf) -> None:
        self._artefact, self._file, self._data_of = artefact, file, data_of

    def offset(self, claim: Claim) -> int | None:
        """Find one claim; None where its decoder did not say where, or its bytes are not in the file."""
        trail = self._trails.get((claim.property, claim.source.path, claim.value))
        if trail is None or self._places is None:
            return None
        try:
            return self._places.find(trail)
        except (MalformedArtefact, TypeError):  # a step that cannot be a key
            return None

    @cached_property
    def _trails(self) -> dict[tuple[str, str, Value], tuple[Any, ...]]:
        """What is said → the trail of the first statement that says it and has one."""
        trails: dict[tuple[str, str, Value], tuple[Any, ...]] = {}
        for shown in self._artefact.shown:
            if shown.trail:
                trails.setdefault((shown.property, shown.path, shown.value), shown.trail)
        return trails

    @cached_property
    def _places(self) -> Places | None:
        """The artefact's bytes in its file, or None where they are not at hand."""
        data = self._data_of(self._file)
        if data is None:
            return None
        base = 0 if self._artefact is self._file else _base(data, self._file, self._artefact)
        return None if base is None else Places(data, base, min(base + self._artefact.size, len(data)))


def _base(data: bytes, file: Artefact, inner: Artefact) -> int | None:
    """Find the bytes of a nested artefact in its file, by their size and digest."""
    from iotassess.evidence.tree import build

    def search(node: Node) -> int | None:
        for start in {node.offset, node.offset + node.head}:
            if node.end - start == inner.size:
                digest = hashlib.sha256(memoryview(data)[start : node.end]).hexdigest()
                if digest == inner.sha256:
                    return start
        if node.type == DECODED or node.length < inner.size:
            return None
        return next((at for at in map(search, node.children) if at is not None), None)

    return search(build(data, file.kind, (file.claims or {}).get("layout")))
