"""What drawn reports show of the claims: who agrees with whom, and the boot chain. Nothing here judges."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from iotassess.crosscheck.agreement import agreement
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.assessment import Discrepancy
from iotassess.model.claim import Claim, Subject, is_declared
from iotassess.model.crosswalk import Link
from iotassess.model.picture import BootStage, Picture, Relation, Shown, Standing

STAGE = "boot-stage."
UNTOLD: Final = "not-compared"
"""Also of a difference that no discrepancy names: the rules allow it, so that it is not called one here."""


def draw(
    table: ClaimTable,
    discrepancies: Iterable[Discrepancy],
    components: Mapping[str, str],
    crosswalk: Sequence[Link],
    used: Iterable[Claim],
    locate: Callable[[Claim], int | None],
) -> Picture:
    """Make the picture of one assessment.

    Args:
        table: all claims.
        discrepancies: that were found; what stands in one never agrees.
        components: name of a boot stage → the component that runs in it.
        crosswalk: its rows between the baselines of the assessment.
        used: claims that requirements were answered with.
        locate: gives the byte offset of an artefact's claim, or None.
    """
    relations = _relations(table, discrepancies)
    placed = {claim: locate(claim) for claim in used if claim.source.artefact}
    placed |= {one.claim: locate(one.claim) for row in relations for one in row.shown}
    offsets = {claim: offset for claim, offset in placed.items() if offset is not None}
    return Picture(relations, _boot_chain(table, components), tuple(crosswalk), offsets)


def _relations(table: ClaimTable, discrepancies: Iterable[Discrepancy]) -> tuple[Relation, ...]:
    """Everything that artefacts show in terms that are compared; what only the profile says is left out."""
    disputed = {claim for found in discrepancies for claim in found.evidenced}
    rows: list[Relation] = []
    for (subject, family), claims in table.families().items():
        shown = [claim for claim in claims if not is_declared(claim)]
        if not shown:
            continue
        declared = [claim for claim in claims if is_declared(claim)]
        if not declared:
            declared = [c for c in table.about(subject, f"{family}.any") if c.value is False]
        rows.append(Relation(subject, family, tuple(declared), _standings(table, declared, shown, disputed)))
    return tuple(rows)


def _standings(
    table: ClaimTable, declared: Sequence[Claim], shown: Sequence[Claim], disputed: Collection[Claim]
) -> tuple[Shown, ...]:
    """How each claim of an artefact stands to the declaration; without one, to the other artefacts."""
    found: list[Shown] = []
    for claim in shown:
        others = declared or [
            other
            for other in shown
            if other.source.artefact != claim.source.artefact and not other.other and other not in disputed
        ]
        found.append(Shown(claim, _standing(table, claim, others, disputed)))
    agreeing = {(one.claim.source.artefact, one.claim.property) for one in found if one.standing == "agrees"}
    return tuple(_as_alternative(table, one, agreeing) for one in found)


def _standing(
    table: ClaimTable, claim: Claim, others: Iterable[Claim], disputed: Collection[Claim]
) -> Standing:
    if claim in disputed:
        return "disagrees"
    if claim.other:
        return "foreign"
    row = table.properties[claim.property]
    outcomes = {agreement(row, other.value, claim.value) for other in others}
    if "agrees" in outcomes:
        return "agrees"
    if "weaker" in outcomes:
        return "weaker"
    return UNTOLD


def _as_alternative(table: ClaimTable, one: Shown, agreeing: Collection[tuple[str | None, str]]) -> Shown:
    """One of several alternatives (an A or B slot) that differs where another one agrees."""
    several = table.properties[one.claim.property].cardinality == "alternatives"
    another = (one.claim.source.artefact, one.claim.property) in agreeing
    return one._replace(standing="alternative") if several and another and one.standing == UNTOLD else one


def _boot_chain(table: ClaimTable, components: Mapping[str, str]) -> tuple[BootStage, ...]:
    """The declared stages with everything that is declared of each."""
    stages: dict[Subject, dict[str, Claim]] = {}
    for claim in table.claims:
        if claim.subject.kind == "boot-stage" and claim.property.startswith(STAGE) and is_declared(claim):
            stages.setdefault(claim.subject, {}).setdefault(claim.property.removeprefix(STAGE), claim)
    return tuple(
        BootStage(subject.name, components.get(subject.name, ""), said) for subject, said in stages.items()
    )
