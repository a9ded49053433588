"""A large assessment, made by repeating a real one: each copy has its own rows, artefacts and lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from iotassess.model.artefact import Artefact, walk
from iotassess.model.assessment import Assessment, BaselineResult, RequirementResult
from iotassess.model.picture import Picture
from tests.report.hostile import poisoned

REQUIREMENTS = 500
ARTEFACTS = 200
"""What one page has to hold."""


def enlarged(found: Assessment, requirements: int = REQUIREMENTS, artefacts: int = ARTEFACTS) -> Assessment:
    """Repeat an assessment until it has so many requirements and artefacts.

    Args:
        found: with a picture.
        requirements: how many, over all baselines.
        artefacts: how many, without those nested in others.
    """
    there = sum(len(result.requirements) for result in found.baselines)
    rounds = -(-max(requirements * 1000 // there, artefacts * 1000 // len(found.artefacts)) // 1000)
    copies = [found, *(_copy(found, number) for number in range(2, rounds + 1))]
    kept = tuple(artefact for copy in copies for artefact in copy.artefacts)[:artefacts]
    paths = {artefact.path for artefact in walk(kept)}
    results = _baselines([copy.baselines for copy in copies], requirements)
    rows = {(result.id, row.id) for result in results for row in result.requirements}
    picture = _together([copy.picture for copy in copies if copy.picture is not None], paths, rows)
    return replace(
        found,
        artefacts=kept,
        discrepancies=_concerning((d for copy in copies for d in copy.discrepancies), paths),
        appraisals=tuple(a for copy in copies for a in copy.appraisals if a.token in paths),
        baselines=results,
        picture=picture,
    )


def _copy(found: Assessment, number: int) -> Assessment:
    """The same of another unit: its artefacts, components and requirements have names of their own."""
    paths = {artefact.path for artefact in walk(found.artefacts)}
    own = {d.fingerprint: f"{d.fingerprint[:-2]}{number:02x}" for d in found.discrepancies}
    components = {
        relation.subject.name
        for relation in (found.picture.relations if found.picture else ())
        if relation.subject.kind == "component"
    }
    ids = {row.id for result in found.baselines for row in result.requirements}

    def renamed(text: str) -> str:
        if text in paths:
            return f"unit-{number}/{text}"
        if text in own:
            return own[text]
        return f"{text}.{number}" if text in components or text in ids else text

    return _renamed(found, renamed)


def _renamed(found: Assessment, change: Callable[[str], str]) -> Assessment:
    picture = found.picture
    return replace(
        found,
        artefacts=poisoned(found.artefacts, change),
        discrepancies=poisoned(found.discrepancies, change),
        appraisals=poisoned(found.appraisals, change),
        baselines=tuple(
            replace(result, requirements=poisoned(result.requirements, change)) for result in found.baselines
        ),
        picture=picture and Picture(
            relations=poisoned(picture.relations, change),
            boot_chain=(),
            crosswalk=poisoned(picture.crosswalk, change),
            offsets={poisoned(claim, change): offset for claim, offset in picture.offsets.items()},
            rises={(baseline, change(id)): rise for (baseline, id), rise in picture.rises.items()},
        ),
    )  # fmt: skip


def _baselines(copies: list[tuple[BaselineResult, ...]], most: int) -> tuple[BaselineResult, ...]:
    """Each baseline with the rows of its copies, shared out as they are in the first."""
    first = copies[0]
    there = sum(len(result.requirements) for result in first)
    found: list[BaselineResult] = []
    left = most
    for index, result in enumerate(first):
        last = index == len(first) - 1
        share = left if last else most * len(result.requirements) // there
        rows: list[RequirementResult] = [row for copy in copies for row in copy[index].requirements][:share]
        left -= len(rows)
        found.append(replace(result, requirements=tuple(rows), total=len(rows), applicable=len(rows)))
    return tuple(found)


def _together(pictures: list[Picture], paths: set[str], rows: set[tuple[str, str]]) -> Picture:
    first = pictures[0]
    return Picture(
        relations=tuple(
            relation._replace(shown=shown)
            for picture in pictures
            for relation in picture.relations
            if (shown := tuple(one for one in relation.shown if one.claim.source.artefact in paths))
        ),
        boot_chain=first.boot_chain,
        crosswalk=tuple(
            link
            for picture in pictures
            for link in picture.crosswalk
            if {tuple(link.source), tuple(link.target)} <= rows
        ),
        offsets={claim: at for picture in pictures for claim, at in picture.offsets.items()},
        rises={row: rise for picture in pictures for row, rise in picture.rises.items()},
    )


def _concerning(discrepancies: Iterable[Any], paths: set[str]) -> tuple[Any, ...]:
    def kept() -> Iterator[Any]:
        for found in discrepancies:
            if all(claim.source.artefact in paths for claim in found.evidenced):
                yield found

    return tuple(kept())


def count(found: Assessment) -> tuple[int, int]:
    """Requirements and artefacts of an assessment."""
    artefacts: tuple[Artefact, ...] = found.artefacts
    return sum(len(result.requirements) for result in found.baselines), len(artefacts)
