"""What the verdicts rest on: artefacts with their signatures and problems, and the appraisals of tokens."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from iotassess.model.artefact import Artefact, walk
from iotassess.model.assessment import Assessment
from iotassess.report.html.anchors import Anchors
from iotassess.report.html.words import grade

MOST_CLAIMS = 6_000
"""Characters of an artefact's claims: ``iotassess inspect`` shows all of them, byte by byte."""
MOST_CLAIMS_IN_ALL = 150_000
"""Characters of all artefacts' claims together, shared out evenly: the page is to stay below 3 MB."""


class Source(NamedTuple):
    """One artefact.

    Attributes:
        id: of its element.
        artefact: as read.
        depth: how many artefacts it is nested in.
        grade: with its name, or "".
        claims: as JSON text, or "".
        cut: the claims go on.
        named: line of the profile that names it, or None.
    """

    id: str
    artefact: Artefact
    depth: int
    grade: str
    claims: str
    cut: bool
    named: int | None


def sources(assessment: Assessment, anchors: Anchors) -> tuple[Source, ...]:
    """All artefacts, each before those that are nested in it.

    Args:
        assessment: to show.
        anchors: ids; those of artefacts are given here.
    """
    number = sum(1 for _ in walk(assessment.artefacts))
    most = min(MOST_CLAIMS, MOST_CLAIMS_IN_ALL // max(1, number))
    return tuple(_sources(assessment.artefacts, anchors, 0, most))


def _sources(artefacts: Iterable[Artefact], anchors: Anchors, depth: int, most: int) -> Iterator[Source]:
    for artefact in artefacts:
        text = "" if not artefact.claims else json.dumps(artefact.claims, indent=1, ensure_ascii=False)
        yield Source(
            id=anchors.of("artefact", artefact.path),
            artefact=artefact,
            depth=depth,
            grade="" if artefact.grade is None else grade(artefact.grade),
            claims=text[:most],
            cut=len(text) > most,
            named=artefact.role.line if artefact.role is not None else None,
        )
        yield from _sources(artefact.nested, anchors, depth + 1, most)
