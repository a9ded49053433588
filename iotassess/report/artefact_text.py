"""Artefacts for a terminal: what ``verify`` and ``inspect`` print."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from iotassess.model.appraisal import Appraisal
from iotassess.model.artefact import Artefact
from iotassess.model.tree import Node
from iotassess.report import appraisal_text, tree_text
from iotassess.report.escape import inert, safe

MARK = {"error": "✗", "warning": "!", "note": "·"}
MOST_VALUE = 160
"""Characters of one claim in the terminal; the JSON has all of it."""


def render(
    artefacts: Sequence[Artefact],
    trees: Sequence[Node] | None = None,
    *,
    appraisals: Sequence[Appraisal] = (),
    width: int = 100,
    colour: bool = False,
) -> str:
    """Render for a terminal.

    Args:
        artefacts: read.
        trees: of the bytes of each of them: show what they say and what stands where (``inspect``), not
            only whether it can be believed (``verify``).
        appraisals: of the tokens among them (``verify``).
        width: columns.
        colour: whether marks in the trees are coloured.
    """
    if trees is None:
        lines = [line for artefact in artefacts for line in _lines(artefact, False, "")]
        return _joined([*lines, *appraisal_text.lines(appraisals, width)])
    shown: list[str] = []
    for artefact, node in zip(artefacts, trees, strict=True):
        shown += [
            *([""] if shown else []),
            *_lines(artefact, True, ""),
            "",
            *tree_text.render(node, width, colour),
        ]
    return _joined(shown)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(map(inert, lines)) + "\n"


def _lines(artefact: Artefact, claims: bool, indent: str) -> Iterator[str]:
    formed = "" if artefact.wellformed else " · malformed"
    kind = safe(artefact.kind or "not recognised")
    yield f"{indent}{safe(artefact.path)}: {kind} · {artefact.authenticity}{formed} · {artefact.size} bytes"
    yield f"{indent}  sha256 {artefact.sha256}"
    for signature in artefact.signatures:
        source = signature.anchor_source or ("published" if signature.test_key else "not trusted")
        by = f" by {safe(signature.key)} ({source})" if signature.key else ""
        kid = f" · kid {safe(signature.kid, 40)}" if signature.kid else ""
        alg = safe(signature.alg or "no algorithm")
        yield f"{indent}  {signature.type} {alg}: {signature.status}{by}{kid}"
    for problem in artefact.problems:
        at = f" at {safe(problem.at)}" if problem.at else ""
        offset = f" (byte {problem.offset})" if problem.offset is not None else ""
        mark = MARK[problem.severity]
        yield f"{indent}  {mark} {problem.severity} {problem.id}{at}{offset}: {safe(problem.message)}"
    if claims and artefact.claims:
        for path, value in _leaves(artefact.claims, ""):
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
