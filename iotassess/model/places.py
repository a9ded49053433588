"""Where in the profile something stands that is found: one answer for the gate and for every report."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from iotassess.model.artefact import Role
from iotassess.model.assessment import Discrepancy, RequirementResult, claims_of
from iotassess.model.claim import Claim
from iotassess.model.gate import Place

NOWHERE = Place(1, 1)
"""Where is shown what no line of the profile is to blame for."""


def place_of_role(role: Role | None) -> Place:
    """The line that names a file."""
    return place_of_line(role.line, role.column) if role is not None else NOWHERE


def place_of_claims(claims: Iterable[Claim]) -> Place | None:
    """The line of the first claim that the profile makes; None where it makes none."""
    for claim in claims:
        if claim.source.artefact is None and claim.source.line:
            return place_of_line(claim.source.line, claim.source.column)
    return None


def place_of_requirement(row: RequirementResult) -> Place:
    """The line that a verdict rests on: of a part that is not met, else of any."""
    parts = sorted(row.parts, key=lambda part: part.outcome == "met")
    found = (place_of_claims(claims_of([part])) for part in parts)
    return next((place for place in found if place is not None), NOWHERE)


def place_of_discrepancy(found: Discrepancy, named: Callable[[str], Place]) -> Place:
    """The line that declares otherwise; else the one that names the artefact.

    Args:
        found: the disagreement.
        named: path of an artefact → the line that names it.
    """
    declared = place_of_claims([found.declared] if found.declared is not None else [])
    if declared is not None:
        return declared
    places = (named(claim.source.artefact or "") for claim in found.evidenced)
    return next((place for place in places if place != NOWHERE), NOWHERE)


def sound(place: Place) -> Place:
    """A place whose line and column are from 1, as all formats ask for."""
    return Place(max(place.line, 1), max(place.column, 1))


def place_of_line(line: int | None, column: int | None = 1) -> Place:
    """A line and column of the profile, either of which may not be known."""
    return sound(Place(line, column or 1)) if line else NOWHERE
