"""Rollback: a manifest older than one that is known already (SUIT manifest section 8.4.2).

What is known is the installed number that the profile declares, and the other envelopes of the same call. A
decoder cannot see either, so the problem is added here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from iotassess.model.artefact import Artefact, walk
from iotassess.model.problems import problem


def _manifest(artefact: Artefact) -> tuple[object, ...]:
    """Which manifest an envelope is a release of: by its component id, or by target and components."""
    claims = artefact.claims or {}
    own = claims.get("manifest_component_id")
    if own:
        return ("id", repr(own))
    parts = ("vendor_ids", "class_ids", "components")
    return tuple(repr(claims.get(name)) for name in parts)


def _sequence(artefact: Artefact) -> int | None:
    number = (artefact.claims or {}).get("sequence_number")
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def with_rollbacks(artefacts: Sequence[Artefact], installed: int | None = None) -> tuple[Artefact, ...]:
    """Add ``suit-sequence-rollback`` to every envelope that would take a device back.

    Args:
        artefacts: in the order of the call.
        installed: sequence number of the installed release, when the profile declares one.
    """
    newest: dict[tuple[object, ...], tuple[int, str]] = {}
    for artefact in walk(artefacts):
        number = _sequence(artefact)
        if artefact.kind == "suit-envelope" and number is not None:
            key = _manifest(artefact)
            newest[key] = max(newest.get(key, (-1, "")), (number, artefact.path))
    return tuple(_judged(artefact, newest, installed) for artefact in artefacts)


def _judged(
    artefact: Artefact, newest: Mapping[tuple[object, ...], tuple[int, str]], installed: int | None
) -> Artefact:
    """Judge one artefact and those in it: a manifest may come inside another message."""
    if artefact.nested:
        inside = tuple(_judged(inner, newest, installed) for inner in artefact.nested)
        artefact = replace(artefact, nested=inside)
    number = _sequence(artefact)
    if artefact.kind != "suit-envelope" or number is None:
        return artefact
    best, path = newest[_manifest(artefact)]
    if installed is not None and number < installed:
        text = f"got sequence number {number}, expected at least {installed}, the installed one"
    elif number < best:
        text = f"got sequence number {number}, but {path} of the same manifest has {best}"
    else:
        return artefact
    note = problem(
        "suit-sequence-rollback",
        f"{text}; a device that accepts it goes back to older software: release with a higher number",
        at="sequence_number",
    )
    return replace(artefact, problems=(*artefact.problems, note))
