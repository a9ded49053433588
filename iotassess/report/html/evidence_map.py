"""The evidence map: facts on one side, artefacts on the other, and a line wherever the two were compared.

A graph of two sides needs no layout engine: facts stand in rows by what they are about, artefacts in rows of
their own, and a line takes the colour of what the comparison came to. The table beside it says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from iotassess.model.artefact import Artefact, walk
from iotassess.model.claim import Grade
from iotassess.model.picture import Picture, Relation, Shown, Standing
from iotassess.report.html.anchors import Anchors
from iotassess.report.html.words import STANDINGS, grade, value

MOST_FACTS: Final = 120
"""Facts that are drawn, those in a discrepancy first: more cannot be told apart, and the table has them."""
MOST_ARTEFACTS: Final = 80
"""Artefacts that are drawn, likewise."""
MOST_LINES: Final = 400
"""Comparisons in the table; the JSON report has the claims of all of them."""

WIDTH: Final = 1000
FACTS_END: Final = 400
"""Where lines begin."""
ARTEFACTS_BEGIN: Final = 610
"""Where they end."""
ROW: Final = 24
"""Height of a row, in units of the drawing."""
FACT_CHARACTERS: Final = 44
ARTEFACT_CHARACTERS: Final = 42
"""Characters that fit on either side, in the drawing's fixed-width font."""


class Fact(NamedTuple):
    """A fact in the drawing.

    Attributes:
        key: for the lines that end here.
        y: middle of its row.
        text: the property, shortened.
        line: of the profile, or None where the profile is silent.
        standing: what its comparisons come to.
        vouched: anchors of the user vouch for one that agrees.
    """

    key: str
    y: float
    text: str
    line: int | None
    standing: Standing
    vouched: bool


class Heading(NamedTuple):
    """What the facts below it are about."""

    y: float
    text: str


class Node(NamedTuple):
    """An artefact in the drawing."""

    key: str
    y: float
    text: str
    link: str
    note: str


class Edge(NamedTuple):
    """A comparison: from a fact to an artefact.

    Attributes:
        fact: key.
        artefact: key.
        path: of the curve.
        standing: what it came to.
        title: the same in words.
        vouched: anchors of the user vouch for what the artefact shows.
    """

    fact: str
    artefact: str
    path: str
    standing: Standing
    title: str
    vouched: bool


class Line(NamedTuple):
    """A row of the table: one claim of an artefact, and what it was held against."""

    about: str
    family: str
    declared: str
    line: int | None
    artefact: str
    link: str
    where: str
    offset: int | None
    value: str
    grade: str
    standing: Standing


class Map(NamedTuple):
    """The drawing and its table.

    Attributes:
        height: in units of the drawing.
        headings: what facts are about.
        facts: on the left.
        nodes: artefacts, on the right.
        edges: the worst last, so that nothing hides it.
        lines: of the table, the worst first.
        undrawn: facts that are not drawn.
        untold: comparisons that the table leaves out.
        counts: standing → comparisons, the worst first.
    """

    height: float
    headings: tuple[Heading, ...]
    facts: tuple[Fact, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    lines: tuple[Line, ...]
    undrawn: int
    untold: int
    counts: tuple[tuple[Standing, int], ...]


ORDER: Final = tuple(STANDINGS)
"""Standings, the worst first."""


def evidence_map(picture: Picture, artefacts: Iterable[Artefact], anchors: Anchors) -> Map:
    """Lay the map out.

    Args:
        picture: with the relations.
        artefacts: all of them, for what is known of each.
        anchors: ids of artefacts.
    """
    relations = _most_telling(picture.relations)
    paths = _paths(relations)
    headings, facts, left = _left(relations)
    known = {artefact.path: artefact for artefact in walk(artefacts)}
    height = max(left, len(paths) * ROW * 1.5)
    nodes = tuple(_nodes(paths, known, anchors, height))
    edges = tuple(_edges(relations, facts, nodes))
    lines = sorted(_lines(picture, anchors), key=lambda line: ORDER.index(line.standing))
    counts = [(one, sum(line.standing == one for line in lines)) for one in ORDER]
    return Map(
        height=height,
        headings=headings,
        facts=facts,
        nodes=nodes,
        edges=edges,
        lines=tuple(lines[:MOST_LINES]),
        undrawn=len(picture.relations) - len(relations),
        untold=max(0, len(lines) - MOST_LINES),
        counts=tuple((one, number) for one, number in counts if number),
    )


def worst(standings: Iterable[Standing]) -> Standing:
    """The worst of some standings.

    Args:
        standings: at least one.
    """
    return min(standings, key=ORDER.index)


def summed(standings: Iterable[Standing]) -> Standing:
    """What comparisons of one fact come to: what counts for nothing does not hide that others agree.

    Args:
        standings: at least one.
    """
    found = set(standings)
    order: tuple[Standing, ...] = ("disagrees", "weaker", "agrees", "alternative", "foreign")
    return next((one for one in order if one in found), "not-compared")


def _most_telling(relations: Sequence[Relation]) -> list[Relation]:
    """Those that are drawn, in their own order: what disagrees is never left out for what agrees."""
    ranked = sorted(
        range(len(relations)), key=lambda i: ORDER.index(worst(s.standing for s in relations[i].shown))
    )
    return [relations[i] for i in sorted(ranked[:MOST_FACTS])]


def _paths(relations: Iterable[Relation]) -> list[str]:
    """Artefacts that are drawn, in the order in which facts name them."""
    standing: dict[str, Standing] = {}
    for relation in relations:
        for one in relation.shown:
            path = one.claim.source.artefact or ""
            standing[path] = worst((one.standing, standing.get(path, "agrees")))
    kept = sorted(standing, key=lambda path: ORDER.index(standing[path]))[:MOST_ARTEFACTS]
    return [path for path in standing if path in set(kept)]


def _left(relations: Sequence[Relation]) -> tuple[tuple[Heading, ...], tuple[Fact, ...], float]:
    """Facts below headings, and how far down they reach."""
    headings: list[Heading] = []
    facts: list[Fact] = []
    y, about = 0.0, ""
    for number, relation in enumerate(relations):
        subject = str(relation.subject)
        if subject != about or not facts:
            about = subject
            headings.append(Heading(y + ROW * 0.7, _cut(subject, FACT_CHARACTERS)))
            y += ROW
        line = relation.declared[0].source.line if relation.declared else None
        standing = summed(one.standing for one in relation.shown)
        text = _cut(relation.family.removeprefix("component."), FACT_CHARACTERS - 10)
        vouched = any(one.standing == "agrees" and _vouched(one) for one in relation.shown)
        facts.append(Fact(f"f{number}", y + ROW / 2, text, line, standing, vouched))
        y += ROW
    return tuple(headings), tuple(facts), y


def _nodes(
    paths: Sequence[str], known: dict[str, Artefact], anchors: Anchors, height: float
) -> Iterator[Node]:
    """Artefacts, spread over the whole height."""
    step = height / max(1, len(paths))
    for number, path in enumerate(paths):
        artefact = known.get(path)
        note = ""
        if artefact is not None:
            worth = f", grade {grade(artefact.grade)}" if artefact.grade is not None else ""
            note = f"{artefact.kind or 'unrecognised'}, {artefact.authenticity}{worth}"
        text = path if len(path) <= ARTEFACT_CHARACTERS else f"…{path[1 - ARTEFACT_CHARACTERS :]}"
        yield Node(f"a{number}", (number + 0.5) * step, text, anchors.known("artefact", path), note)


def _edges(relations: Sequence[Relation], facts: Sequence[Fact], nodes: Sequence[Node]) -> list[Edge]:
    """One line for each fact and artefact, by the worst of their comparisons."""
    paths = _paths(relations)
    at = dict(zip(paths, nodes, strict=True))
    found: list[Edge] = []
    for relation, fact in zip(relations, facts, strict=True):
        together: dict[str, list[Shown]] = {}
        for one in relation.shown:
            together.setdefault(one.claim.source.artefact or "", []).append(one)
        for path, several in together.items():
            node = at.get(path)
            if node is not None:
                standing = worst(one.standing for one in several)
                telling = [one for one in several if one.standing == standing]
                best = max(one.claim.grade for one in telling)
                title = f"{relation.subject} {relation.family}: {path} {STANDINGS[standing][1]}, grade {best}"
                curve = _curve(fact.y, node.y)
                found.append(Edge(fact.key, node.key, curve, standing, title, any(map(_vouched, telling))))
    return sorted(found, key=lambda edge: -ORDER.index(edge.standing))


def _vouched(one: Shown) -> bool:
    return one.claim.grade >= Grade.AUTHENTICATED and not one.claim.other


def _curve(start: float, end: float) -> str:
    bend = (FACTS_END + ARTEFACTS_BEGIN) // 2
    return f"M{FACTS_END} {start:.0f}C{bend} {start:.0f} {bend} {end:.0f} {ARTEFACTS_BEGIN} {end:.0f}"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _lines(picture: Picture, anchors: Anchors) -> Iterator[Line]:
    for relation in picture.relations:
        declared = relation.declared
        for one in relation.shown:
            path = one.claim.source.artefact or ""
            yield Line(
                about=str(relation.subject),
                family=relation.family,
                declared=", ".join(dict.fromkeys(value(claim) for claim in declared)),
                line=declared[0].source.line if declared else None,
                artefact=path,
                link=anchors.known("artefact", path),
                where=one.claim.source.path,
                offset=picture.offsets.get(one.claim),
                value=value(one.claim),
                grade=grade(one.claim.grade),
                standing=one.standing,
            )
