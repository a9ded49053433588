"""Our own appraisals of tokens for a terminal: each line at most a hundred columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from iotassess.model import ar4si
from iotassess.model.appraisal import Appraisal, ComponentResult, ReferenceEntry
from iotassess.report.escape import safe

WIDTH: Final = 100
"""Columns: what a terminal of any age shows without breaking lines itself."""

MAX_UNREPORTED: Final = 10
"""References that nothing met, listed in the terminal; the JSON has all of them."""

MARKS: Final = {"affirming": "✓", "warning": "!", "contraindicated": "✗", "none": "·"}
OUTCOME_MARKS: Final = {"match": "✓", "digest-only": "!", "none": "✗", "no-reference": "·"}

_NARROWEST: Final = 20
"""Columns below which lines are not made narrower."""

_NAME = 40  # characters of somebody else's name


def lines(appraisals: Iterable[Appraisal], width: int = WIDTH) -> list[str]:
    """Write appraisals, one block a token.

    Args:
        appraisals: in the order of the call.
        width: columns.
    """
    return [line for one in appraisals for line in _block(one, max(width, _NARROWEST))]


def _block(appraisal: Appraisal, width: int) -> Iterator[str]:
    device = f" · device {safe(appraisal.device, _NAME)}" if appraisal.device else ""
    head = (
        f"appraisal of {safe(appraisal.token)}: {appraisal.status} · token {appraisal.authenticity}{device}"
    )
    yield from _wrapped(head, width, "", "  ")
    for source in appraisal.references:
        doubt = f": affirms nothing, as {source.doubt}" if source.doubt else ""
        grade = f", grade {source.grade}" if source.grade is not None else ""
        text = f"by {safe(source.path)} ({source.kind}, {source.authenticity}{grade}){doubt}"
        yield from _wrapped(text, width, "  ", "    ")
    if not appraisal.references:
        yield "  by no reference values"
    silent: list[str] = []
    for entry in appraisal.entries:
        if entry.value == ar4si.NO_CLAIM and entry.at is None:
            silent.append(entry.category)
            continue
        tier = ar4si.tier(entry.value)
        at = f" ({safe(entry.at)})" if entry.at else ""
        text = f"{MARKS[tier]} {safe(entry.category)} {entry.value} {tier}: {safe(entry.reason)}{at}"
        yield from _wrapped(text, width, "  ", "      ")
    if silent:
        yield from _wrapped(f"· no claim: {', '.join(map(safe, silent))}", width, "  ", "      ")
    doubted = frozenset(source.path for source in appraisal.references if source.doubt)
    for result in appraisal.components:
        yield from _wrapped(_component(result, doubted), width, "  ", "      ")
    for reference in appraisal.unreported[:MAX_UNREPORTED]:
        yield from _wrapped(f"· unreported: {_reference(reference)}", width, "  ", "      ")
    more = len(appraisal.unreported) - MAX_UNREPORTED
    if more > 0:
        yield from _wrapped(f"· and {more} more references that no component met", width, "  ", "      ")


def _component(result: ComponentResult, doubted: frozenset[str]) -> str:
    """Write one component; what agrees with a reference that affirms nothing gets no tick.

    Args:
        result: of the comparison.
        doubted: paths of artefacts whose reference values affirm nothing.
    """
    measured = result.component
    name = safe(measured.type, _NAME) if measured.type else "component"
    digest = f" {safe(measured.digest, _NAME)}" if measured.digest else ""
    found = f" · {_reference(result.reference)}" if result.reference else ""
    differs = f" · differs in {result.differences()}" if result.differs else ""
    idle = result.reference is not None and result.reference.artefact in doubted
    mark = OUTCOME_MARKS["no-reference"] if idle else OUTCOME_MARKS[result.outcome]
    worth = " (affirms nothing)" if idle else ""
    return f"{mark} [{measured.position}] {name}: {result.outcome}{worth}{digest}{found}{differs}"


def _reference(entry: ReferenceEntry) -> str:
    name = f"{safe(entry.name, _NAME)} " if entry.name else ""
    version = f"{safe(entry.version, _NAME)} " if entry.version else ""
    return f"{name}{version}in {safe(entry.artefact)} {safe(entry.path)}"


def _wrapped(text: str, width: int, first: str, further: str) -> list[str]:
    """Break a text into lines; a word that is longer than a line is broken, too."""
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=further, break_on_hyphens=False)
