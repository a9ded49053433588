"""Artefacts for a terminal: what ``verify`` and ``inspect`` print."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from iotassess.model.artefact import Artefact
from iotassess.report.escape import safe

MARK = {"error": "✗", "warning": "!", "note": "·"}
MOST_VALUE = 160
"""Characters of one claim in the terminal; the JSON has all of it."""


def render(artefacts: Sequence[Artefact], *, claims: bool) -> str:
    """Render for a terminal.

    Args:
        artefacts: read.
        claims: show what they say (``inspect``), not only whether it can be believed (``verify``).
    """
    return "\n".join(line for artefact in artefacts for line in _lines(artefact, claims, "")) + "\n"


def _lines(artefact: Artefact, claims: bool, indent: str) -> Iterator[str]:
    formed = "" if artefact.wellformed else " · malformed"
    kind = safe(artefact.kind or "not recognised")
    yield f"{indent}{safe(artefact.path)}: {kind} · {artefact.authenticity}{formed} · {artefact.size} bytes"
    yield f"{indent}  sha256 {artefact.sha256}"
    for signature in artefact.signatures:
        by = f" by {safe(signature.key)} ({signature.anchor_source or 'published'})" if signature.key else ""
        kid = f" · kid {safe(signature.kid, 40)}" if signature.kid else ""
        alg = safe(signature.alg or "no algorithm")
        yield f"{indent}  {signature.type} {alg}: {signature.status}{by}{kid}"
    for problem in artefact.problems:
        at = f" at {safe(problem.at)}" if problem.at else ""
        offset = f" (byte {problem.offset})" if problem.offset is not None else ""
        mark = MARK[problem.severity]
        yield f"{indent}  {mark} {problem.severity} {problem.id}{at}{offset}: {safe(problem.message)}"
    if claims:
        for path, value in _leaves(artefact.claims or {}, ""):
            yield f"{indent}  {safe(path)} = {safe(value, MOST_VALUE)}"
    for inner in artefact.nested:
        yield from _lines(inner, claims, indent + "  ")


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Flatten a claims tree into paths and values; small lists and named values stay on one line."""
    if isinstance(value, dict) and set(value) == {"value", "name"}:
        yield path, f"{value['name']} ({value['value']})"
    elif isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{index}]")
    else:
        yield path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
