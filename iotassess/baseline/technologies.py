"""The technology table: means to meet requirements, one row each in ``technologies.yaml``; and their use."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from iotassess.baseline import compiled
from iotassess.baseline.catalogue import Technology
from iotassess.baseline.facts import Facts
from iotassess.codec import yaml
from iotassess.errors import CatalogueError
from iotassess.model.claim import Claim, Grade, Subject, Value

FILE = "technologies.yaml"


@cache
def load_technologies() -> Mapping[str, Technology]:
    """Load the technology table, by id in the table's order; once, as it cannot change during a run."""
    data = (resources.files("iotassess.baseline") / FILE).read_bytes()
    rows = compiled.unpack_rows(FILE, data)
    if rows is not None:
        return MappingProxyType({row["id"]: _technology(row) for row in rows})
    return read_technologies(data)


def read_technologies(data: bytes) -> Mapping[str, Technology]:
    """Read the technology table from YAML, checked.

    Args:
        data: the YAML file.

    Raises:
        CatalogueError: a row lacks a key, or stands twice.
    """
    document = yaml.load(data)
    found: dict[str, Technology] = {}
    for index, row in enumerate(document.value["technologies"]):
        line = document.mark(("technologies", index)).line
        try:
            technology = _technology(row)
        except KeyError as missing:
            raise CatalogueError(f"{FILE}:{line}: technology without {missing}") from None
        if technology.id in found:
            raise CatalogueError(f"{FILE}:{line}: technology {technology.id} stands twice")
        found[technology.id] = technology
    return MappingProxyType(found)


def _technology(row: Mapping[str, Any]) -> Technology:
    return Technology(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        summary=row["summary"].strip(),
        specification=row["specification"],
        serves=tuple(row["serves"]),
        does_not=row["does_not"].strip(),
        evidence_kinds=tuple(row["evidence"]["kinds"]),
        evidence_how=row["evidence"]["how"].strip(),
        goes_further=tuple(row.get("goes_further", ())),
        note=(row.get("note") or "").strip(),
        declared_by=tuple(
            {property: None if values == "any" else tuple(values) for property, values in way.items()}
            for way in row["declared_by"]
        ),
        goes_with=row.get("goes_with", ""),
    )


def technologies_in_use(facts: Facts) -> Mapping[str, tuple[Claim, ...]]:
    """Find the technologies that the profile says are in use.

    One is in use when the profile lists it among its technologies, or when other answers say so
    (``declared_by``). What artefacts show does not count: it tells what a file is, not what a product uses.

    Args:
        facts: all claims.

    Returns:
        Technology id → the declared claims that say so, in the table's order; those that nothing speaks of
        are not in it.
    """
    found: dict[str, tuple[Claim, ...]] = {}
    listed = _declared(facts, "technology.id")
    for technology in load_technologies().values():
        claims = [claim for claim in listed if claim.value == technology.id]
        for way in technology.declared_by:
            claims += _joined(facts, way)
        if claims:
            found[technology.id] = tuple(dict.fromkeys(claims))
    return MappingProxyType(found)


def _declared(facts: Facts, property: str) -> list[Claim]:
    """What the profile itself says of a property."""
    return [c for c in facts.claims(property) if c.grade == Grade.DECLARED and not c.observed]


def _joined(facts: Facts, way: Mapping[str, tuple[Value, ...] | None]) -> list[Claim]:
    """Claims of the subjects about which every property has one of its values."""
    columns: list[dict[Subject, list[Claim]]] = []
    for property, values in way.items():
        column: dict[Subject, list[Claim]] = {}
        for claim in _declared(facts, property):
            if values is None or _among(claim.value, values):
                column.setdefault(claim.subject, []).append(claim)
        columns.append(column)
    return [
        claim
        for subject in columns[0]
        if all(subject in column for column in columns)
        for column in columns
        for claim in column[subject]
    ]


def _among(value: Value, values: Iterable[Value]) -> bool:
    """Whether a value is one of some; ``True`` is not ``1``."""
    return any(value == wanted and isinstance(value, bool) == isinstance(wanted, bool) for wanted in values)


def serving(family: str, requirement: str, named: Collection[str], used: Collection[str]) -> tuple[str, ...]:
    """Technologies in use that serve a requirement: those that its row names, or whose row names it.

    Args:
        family: family of the requirement's baseline ("enisa"), since an id is unique in a family alone.
        requirement: its id.
        named: technologies that its row names.
        used: technologies in use.

    Returns:
        Ids, in the table's order.
    """
    links, places = _links(), _places()
    found = [id for id in used if id in places and (id in named or (family, requirement, id) in links)]
    if len(found) > 1:
        found.sort(key=places.__getitem__)
    return tuple(found)


@cache
def _places() -> Mapping[str, int]:
    """Where each technology stands in the table."""
    return {id: place for place, id in enumerate(load_technologies())}


@cache
def _links() -> frozenset[tuple[str, str, str]]:
    """Family, requirement and technology of each link."""
    return frozenset(
        (link["baseline"].partition("-")[0], link["requirement"], technology.id)
        for technology in load_technologies().values()
        for link in technology.serves
    )
