"""Which requirement or feature an id names: qualified or not, in the newest edition or an older one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from iotassess.baseline.applicability import answers, questions
from iotassess.baseline.catalogue import Catalogue, Feature, Part, Requirement
from iotassess.baseline.loader import DEFAULTS, SHIPPED, load_catalogue
from iotassess.errors import UsageError
from iotassess.model.assessment import Assessment, PartResult

WHEN = "when"
"""Name of the question for an absence that is not a published feature."""


class Named(NamedTuple):
    """What an id names.

    Attributes:
        kind: a requirement, or a feature (a condition counts as one).
        catalogue: the baseline that is meant.
        id: in that baseline.
        also: other baselines in which the id stands.
        void: baselines in which it is void → what took its place there.
    """

    kind: Literal["requirement", "feature"]
    catalogue: Catalogue
    id: str
    also: tuple[str, ...] = ()
    void: Mapping[str, tuple[str, ...]] = {}

    @property
    def requirement(self) -> Requirement:
        """The requirement that it names."""
        return next(row for row in self.catalogue.requirements if row.id == self.id)

    @property
    def feature(self) -> Feature:
        """The feature that it names."""
        return self.catalogue.features[self.id]


def everything() -> Iterator[str]:
    """Ids of all requirements and features."""
    for catalogue in map(load_catalogue, SHIPPED):
        yield from (row.id for row in catalogue.requirements)
        yield from catalogue.features


def resolve(id: str) -> Named | None:
    """Find the requirement or feature that an id names.

    Args:
        id: as published, with the id of a baseline and ``/`` in front where only that one is meant.
    """
    prefix, slash, rest = id.rpartition("/")
    if slash:
        try:
            catalogue = load_catalogue(prefix)
        except UsageError:
            return None
        return _in(rest, [catalogue]) or _void_in(rest, catalogue)
    return _in(id, [load_catalogue(name) for name in SHIPPED])


def _in(id: str, catalogues: Sequence[Catalogue]) -> Named | None:
    """The first baseline in which an id stands, and where else it does."""
    for kind, holds in (("requirement", _has_row), ("feature", _has_feature)):
        found = [catalogue for catalogue in catalogues if holds(catalogue, id)]
        if found:
            first = found[0]
            others = (load_catalogue(name) for name in SHIPPED)
            also = tuple(c.id for c in others if c.id != first.id and holds(c, id))
            void = {c.id: c.void[id] for c in map(load_catalogue, SHIPPED) if id in c.void}
            return Named("requirement" if kind == "requirement" else "feature", first, id, also, void)
    return None


def _void_in(id: str, catalogue: Catalogue) -> Named | None:
    """The row of an older edition, for an id that is void in a newer one."""
    if id not in catalogue.void:
        return None
    family = [c for c in map(load_catalogue, SHIPPED) if c.family == catalogue.family]
    return _in(id, family)


def _has_row(catalogue: Catalogue, id: str) -> bool:
    return any(row.id == id for row in catalogue.requirements)


def _has_feature(catalogue: Catalogue, id: str) -> bool:
    return id in catalogue.features


def baselines_to_assess(id: str) -> tuple[str, ...]:
    """Baselines that have to be assessed to explain an id with a profile.

    Args:
        id: any id; one that names no requirement hangs on no baseline.
    """
    named = resolve(id)
    if named is None:
        return DEFAULTS
    shipped = named.catalogue.id in SHIPPED
    return (named.catalogue.id if shipped else id.rpartition("/")[0],)


def applicability(id: str) -> tuple[Catalogue, ...]:
    """Make a baseline of the questions that tell whether what an id names applies.

    Args:
        id: of a requirement or a feature; nothing is asked for any other.
    """
    named = resolve(id)
    rows: dict[str, Part] = {}
    if named is not None and named.kind == "feature":
        rows = {named.id: named.feature.absent}
    elif named is not None:
        absence = named.requirement.absence
        rows = {id: named.catalogue.features[id].absent for id in absence.features}
        if absence.when is not None and not rows:
            rows = {WHEN: absence.when}
    return (questions(rows),) if rows else ()


def answer_about(assessment: Assessment | None, id: str) -> PartResult | None:
    """What a profile answers to one of the questions of :func:`applicability`.

    Args:
        assessment: a run that they were part of; None without a profile.
        id: a feature, or :data:`WHEN`.
    """
    return None if assessment is None else answers(assessment).get(id)
