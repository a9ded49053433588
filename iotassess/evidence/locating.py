"""Where claims stand in their files: offsets, only of what is shown.

A decoder says by a trail of keys and indices where it read a statement (:class:`model.artefact.Shown`). The
trail begins at the first byte of the artefact; a nested artefact is first found in the file that holds it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from iotassess.codec.cbor import locate
from iotassess.errors import MalformedArtefact
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import Discrepancy
from iotassess.model.claim import Claim
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
    files = {path: (artefact, file) for path, artefact, file in _all(artefacts)}

    @cache
    def offset_of(claim: Claim) -> int | None:
        found = files.get(claim.source.artefact or "")
        return None if found is None else _offset(claim, *found, data_of)

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


def _offset(claim: Claim, artefact: Artefact, file: Artefact, data_of: DataOf) -> int | None:
    """Find one claim; None where its decoder did not say where, or its bytes are not in the file."""
    stated = (
        shown
        for shown in artefact.shown
        if shown.trail and shown.property == claim.property and shown.path == claim.source.path
    )
    shown = next((one for one in stated if one.value == claim.value), None)
    if shown is None:
        return None
    data = data_of(file)
    if data is None:
        return None
    base = 0 if artefact is file else _base(data, file, artefact)
    if base is None:
        return None
    try:
        found = locate(data[base : base + artefact.size], shown.trail)
    except (MalformedArtefact, TypeError):  # a step that cannot be a key
        return None
    return None if found is None else base + found


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
