"""What the catalogues cover: counted, never written down.

How many rows each baseline has and how many of them evidence can show, and how many requirements of how many
baselines each probe serves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from iotassess.baseline.catalogue import Catalogue, Part, Requirement
from iotassess.baseline.registry import Probe
from iotassess.model.verdict import PartKind


class Coverage(NamedTuple):
    """One baseline, counted.

    Attributes:
        id: baseline id.
        rows: requirements.
        mandatory: those of force mandatory.
        gates: gate rows.
        attestation: rows that fresh evidence is to show.
        in_part: rows of which a supported artefact kind can show at least one question.
        wholly: rows that artefacts can show with nothing left to a document, so that they can be verified.
    """

    id: str
    rows: int
    mandatory: int
    gates: int
    attestation: int
    in_part: int
    wholly: int


class Use(NamedTuple):
    """Requirements that one probe serves, each named once, by the first baseline that has it.

    Attributes:
        asked: (baseline id, requirement id) of those that ask it.
        applicability: of those that it tells the applicability of.
    """

    asked: tuple[tuple[str, str], ...]
    applicability: tuple[tuple[str, str], ...]


class Sharing(NamedTuple):
    """How far probes are shared.

    Attributes:
        probes: probes that are asked by at least one requirement.
        requirements: requirements that ask at least one probe; a row that two baselines share counts once.
        baselines: catalogues that those stand in.
        shared: probes that rows of more than one catalogue ask; a row that is taken over counts once.
    """

    probes: int
    requirements: int
    baselines: int
    shared: int


def kind_of_part(part: Part, known: Mapping[str, Probe]) -> PartKind:
    """Tell whether artefacts alone can show a part.

    Args:
        part: of a requirement.
        known: probes by id.
    """
    if part.join == "probe":
        return known[part.probe].kind
    if part.join == "justified":
        return "document"
    join = any if part.join == "any_of" else all
    return "evidence" if join(kind_of_part(arm, known) == "evidence" for arm in part.arms) else "document"


def can_be_verified(row: Requirement, known: Mapping[str, Probe]) -> bool:
    """Whether artefacts can show all of a requirement."""
    if row.process or not row.parts:
        return False
    return all(kind_of_part(part, known) == "evidence" for part in row.parts)


def can_be_shown_in_part(row: Requirement, known: Mapping[str, Probe]) -> bool:
    """Whether artefacts can show anything of a requirement. What a process row asks, only documents do."""
    return not row.process and any(known[id].kind == "evidence" for part in row.parts for id in part.probes())


def cover(catalogue: Catalogue, known: Mapping[str, Probe]) -> Coverage:
    """Count one baseline.

    Args:
        catalogue: the baseline.
        known: probes by id.
    """
    rows = catalogue.requirements
    return Coverage(
        id=catalogue.id,
        rows=len(rows),
        mandatory=sum(row.force == "mandatory" for row in rows),
        gates=sum(row.gate for row in rows),
        attestation=sum(row.attestation for row in rows),
        in_part=sum(can_be_shown_in_part(row, known) for row in rows),
        wholly=sum(can_be_verified(row, known) for row in rows),
    )


def distinct(catalogues: Iterable[Catalogue]) -> Iterator[tuple[str, Requirement]]:
    """Requirements with the id of their baseline; one that a later baseline takes over is not told again."""
    seen: set[int] = set()
    for catalogue in catalogues:
        for row in catalogue.requirements:
            if id(row) not in seen:
                seen.add(id(row))
                yield catalogue.id, row


def uses(catalogues: Sequence[Catalogue], known: Mapping[str, Probe]) -> dict[str, Use]:
    """Tell which requirements each probe serves.

    Args:
        catalogues: baselines, those that others include first.
        known: probes by id; each gets an entry, also if nothing asks it.
    """
    asked: dict[str, dict[tuple[str, str], None]] = {probe: {} for probe in known}
    applicability: dict[str, dict[tuple[str, str], None]] = {probe: {} for probe in known}
    for baseline, row in distinct(catalogues):
        for part in row.parts:
            for probe in part.probes():
                asked[probe][(baseline, row.id)] = None
        for probe in row.absence.when.probes() if row.absence.when else ():
            applicability[probe][(baseline, row.id)] = None
    return {probe: Use(tuple(asked[probe]), tuple(applicability[probe])) for probe in known}


def sharing(catalogues: Sequence[Catalogue], known: Mapping[str, Probe]) -> Sharing:
    """Count how far probes are shared between requirements and baselines.

    Args:
        catalogues: baselines, those that others include first.
        known: probes by id.
    """
    asked = [use.asked for use in uses(catalogues, known).values() if use.asked]
    served = {item for items in asked for item in items}
    return Sharing(
        probes=len(asked),
        requirements=len(served),
        baselines=len({baseline for baseline, _ in served}),
        shared=sum(len({baseline for baseline, _ in items}) > 1 for items in asked),
    )
