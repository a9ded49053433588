"""Requirements as the page shows them: a line, and what it opens to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from iotassess.model.assessment import Assessment, BaselineResult, Discrepancy, PartResult, RequirementResult
from iotassess.model.claim import Claim
from iotassess.model.crosswalk import CONVERSE, Item, Link
from iotassess.model.picture import Picture, Rise
from iotassess.model.verdict import MET, VERDICTS
from iotassess.model.visible import cut
from iotassess.report.html.anchors import Anchors
from iotassess.report.html.words import value

MOST_CLAIMS = 12
"""Claims that are shown of a part, the best graded first: a part over many components may use hundreds, which
the JSON report has."""

MOST_WHY = 180
"""Characters of a reason in a row that is closed."""

UNMET = tuple(verdict for verdict in VERDICTS if verdict not in (*MET, "not-applicable"))
"""Verdicts that ask for a reason at once."""


class ClaimLine(NamedTuple):
    """One claim of a part: who says it, where, and what.

    Attributes:
        artefact: path of the artefact, or "" for the profile.
        link: id of the artefact on the page, or "".
        where: claim path.
        line: line of the profile, or None.
        offset: byte offset in the artefact, or None.
        property: id.
        value: as text.
        grade: 0 to 5.
        other: it is about another product, and counts for nothing.
    """

    artefact: str
    link: str
    where: str
    line: int | None
    offset: int | None
    property: str
    value: str
    grade: int
    other: bool


class Part(NamedTuple):
    """One question with its answer.

    Attributes:
        result: the answer.
        title: the question, or what the group asks for.
        because: why, where neither the arms, nor a discrepancy of the row, nor the claims tell it already.
        chosen: of several arms this one answered.
        claims: that it used.
        more: how many others it used.
        arms: of a group.
    """

    result: PartResult
    title: str
    because: str
    chosen: bool
    claims: tuple[ClaimLine, ...]
    more: int
    arms: tuple[Part, ...]


class Related(NamedTuple):
    """Requirements of other baselines that have to do with this one in one way; their verdicts are their own.

    Attributes:
        relationship: a word of OSCAL's control mapping model, read from this row.
        ends: name and id on the page of each.
    """

    relationship: str
    ends: tuple[tuple[str, str], ...]


class Row(NamedTuple):
    """One requirement.

    Attributes:
        id: of its element.
        position: of its baseline.
        result: the requirement with its verdict.
        why: of what is neither met nor inapplicable, the first reason, cut.
        word: the document's own word for the verdict, or "".
        because: reasons that no part tells already.
        parts: questions with answers.
        discrepancies: that touch it.
        in_use: names of technologies in use that serve it.
        technologies: names of those that would meet it.
        rise: what lifts the verdict, or None.
        related: of other baselines.
    """

    id: str
    position: int
    result: RequirementResult
    why: str
    word: str
    because: tuple[str, ...]
    parts: tuple[Part, ...]
    discrepancies: tuple[Discrepancy, ...]
    in_use: tuple[str, ...]
    technologies: tuple[str, ...]
    rise: Rise | None
    related: tuple[Related, ...]


class Group(NamedTuple):
    """Requirements of one category of one baseline, in the document's order."""

    category: str
    rows: tuple[Row, ...]


class Section(NamedTuple):
    """All requirements of one baseline."""

    position: int
    result: BaselineResult
    groups: tuple[Group, ...]


def sections(assessment: Assessment, anchors: Anchors) -> tuple[Section, ...]:
    """All rows by baseline and category.

    Args:
        assessment: to show.
        anchors: ids; those of requirements are given here.
    """
    for result in assessment.baselines:
        for row in result.requirements:
            anchors.of("requirement", (result.id, row.id), f"{result.id}-{row.id}")
    return tuple(
        Section(index, result, tuple(_groups(_Rows(assessment, result, index, anchors))))
        for index, result in enumerate(assessment.baselines)
    )


def touched(assessment: Assessment, anchors: Anchors) -> dict[str, tuple[tuple[str, str], ...]]:
    """Which rows a discrepancy touches; where two baselines have the id, both are named with theirs.

    Args:
        assessment: to show.
        anchors: ids, those of requirements among them.

    Returns:
        Fingerprint → name and id on the page of each row.
    """
    baselines: dict[str, set[str]] = {}
    rows = [(result.id, row) for result in assessment.baselines for row in result.requirements]
    for baseline, row in rows:
        baselines.setdefault(row.id, set()).add(baseline)
    found: dict[str, list[tuple[str, str]]] = {}
    for baseline, row in rows:
        name = row.id if len(baselines[row.id]) == 1 else f"{baseline}/{row.id}"
        for fingerprint in row.discrepancies:
            end = (name, anchors.of("requirement", (baseline, row.id), f"{baseline}-{row.id}"))
            found.setdefault(fingerprint, []).append(end)
    return {fingerprint: tuple(dict.fromkeys(ends)) for fingerprint, ends in found.items()}


def _groups(rows: _Rows) -> Iterator[Group]:
    by_category: dict[str, list[RequirementResult]] = {}
    for row in rows.result.requirements:
        by_category.setdefault(row.category, []).append(row)
    for category, members in by_category.items():
        yield Group(category, tuple(map(rows.row, members)))


class _Rows:
    """Makes the rows of one baseline."""

    def __init__(self, assessment: Assessment, result: BaselineResult, index: int, anchors: Anchors) -> None:
        self.result = result
        self._index = index
        self._anchors = anchors
        self._names = assessment.technologies
        self._found = {found.fingerprint: found for found in assessment.discrepancies}
        picture = assessment.picture or NOTHING
        self._offsets: Mapping[Claim, int] = picture.offsets
        self._rises = picture.rises
        self._links: dict[Item, list[Link]] = {}
        for link in picture.crosswalk:
            turned = link._replace(
                source=link.target, target=link.source, relationship=CONVERSE[link.relationship]
            )
            self._links.setdefault(link.source, []).append(link)
            self._links.setdefault(link.target, []).append(turned)

    def row(self, row: RequirementResult) -> Row:
        """Make one row."""
        found = tuple(self._found[f] for f in row.discrepancies if f in self._found)
        parts = tuple(self._part(part, found) for part in row.parts)
        told = {part.because for part in row.parts}
        return Row(
            id=self._anchors.of("requirement", (self.result.id, row.id)),
            position=self._index,
            result=row,
            why=cut(next(iter(row.because), ""), MOST_WHY) if row.verdict in UNMET else "",
            word=self.result.words.get(row.verdict, ""),
            because=tuple(text for text in row.because if text not in told),
            parts=parts,
            discrepancies=found,
            in_use=self._named(row.in_use),
            technologies=self._named(row.technologies),
            rise=self._rises.get((self.result.id, row.id)),
            related=tuple(self._related(row.id)),
        )

    def _named(self, technologies: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._names.get(id, id) for id in technologies)

    def _part(self, part: PartResult, told: Sequence[Discrepancy], *, chosen: bool = False) -> Part:
        # A group's claims are those of its arms.
        claims = [] if part.arms else sorted(part.claims, key=lambda claim: (claim.other, -claim.grade))
        claims = list(dict.fromkeys(claims))
        shown = claims[:MOST_CLAIMS]
        return Part(
            result=part,
            title=part.question or GROUPS.get(part.probe, part.probe),
            because="" if part.arms or _told(part, shown, told) else part.because,
            chosen=chosen,
            claims=tuple(map(self._line, shown)),
            more=len(claims) - len(shown),
            arms=tuple(self._part(arm, told, chosen=i == part.chosen) for i, arm in enumerate(part.arms)),
        )

    def _line(self, claim: Claim) -> ClaimLine:
        artefact = claim.source.artefact or ""
        return ClaimLine(
            artefact=artefact,
            link=self._anchors.known("artefact", artefact),
            where=claim.source.path,
            line=claim.source.line,
            offset=self._offsets.get(claim),
            property=claim.property,
            value=value(claim),
            grade=int(claim.grade),
            other=claim.other,
        )

    def _related(self, id: str) -> Iterator[Related]:
        found: dict[str, list[tuple[str, str]]] = {}
        for link in self._links.get(Item(self.result.id, id), ()):
            target = link.target
            end = (str(target), self._anchors.known("requirement", (target.baseline, target.id)))
            found.setdefault(link.relationship, []).append(end)
        for relationship, ends in found.items():
            yield Related(relationship, tuple(ends))


def _told(part: PartResult, shown: Iterable[Claim], discrepancies: Iterable[Discrepancy]) -> bool:
    """Whether a reason says no more than a discrepancy of the row does, or than the claims below it.

    A part that is not met keeps its own reason: of many claims it names the one that fails.
    """
    if any(one.message in part.because for one in discrepancies):
        return True
    ends = tuple(f" is {value(claim)} by {claim.source}" for claim in shown)
    return (
        part.outcome == "met" and bool(ends) and all(one.endswith(ends) for one in part.because.split("; "))
    )


GROUPS = {"any_of": "one of these", "all_of": "all of these"}
"""Group → what it asks for."""

NOTHING = Picture((), (), (), {})
