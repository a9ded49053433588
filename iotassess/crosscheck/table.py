"""The claim table: every claim of a run, indexed the two ways in which it is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from iotassess.model.claim import Claim, Subject
from iotassess.model.vocabulary import Property


class ClaimTable:
    """Claims by property and by what they are about. Filled once, then only read.

    Args:
        claims: all claims, subjects already resolved.
        properties: the closed vocabulary, by id.
    """

    def __init__(self, claims: Iterable[Claim], properties: Mapping[str, Property]) -> None:
        self.claims: tuple[Claim, ...] = tuple(claims)
        self.properties = properties
        self._by_property: dict[str, list[Claim]] = {}
        # The rest is of properties that were asked for.
        self._by_subject: dict[str, dict[Subject, list[Claim]]] = {}
        self._supporting: dict[str, list[Claim]] = {}
        self._supporting_by_subject: dict[str, dict[Subject, list[Claim]]] = {}
        for claim in self.claims:
            found = self._by_property.get(claim.property)
            if found is None:
                self._by_property[claim.property] = [claim]
            else:
                found.append(claim)

    def of(self, property: str) -> list[Claim]:
        """Claims of a property, whatever they are about."""
        return self._by_property.get(property, [])

    def about(self, subject: Subject, property: str) -> list[Claim]:
        """Claims of a property about one subject."""
        cells = self._by_subject.get(property)
        if cells is None:
            cells = self._by_subject[property] = _by_subject(self.of(property))
        return cells.get(subject, [])

    def supporting(self, property: str, subject: Subject | None = None) -> list[Claim]:
        """Claims of a property that may support an answer, all of them or those about one subject.

        Those of another product's artefacts are left out. The list is the table's own: only to be read.
        """
        if subject is not None:
            cells = self._supporting_by_subject.get(property)
            if cells is None:
                cells = self._supporting_by_subject[property] = _by_subject(self.supporting(property))
            return cells.get(subject, [])
        found = self._supporting.get(property)
        if found is None:
            found = [claim for claim in self.of(property) if not claim.other]
            self._supporting[property] = found
        return found

    def families(self) -> dict[tuple[Subject, str], list[Claim]]:
        """Claims grouped by subject and family: what is compared with each other."""
        groups: dict[tuple[Subject, str], list[Claim]] = defaultdict(list)
        for claim in self.claims:
            row = self.properties.get(claim.property)
            if row is not None and row.compare != "none":
                groups[claim.subject, row.joins].append(claim)
        return groups


def _by_subject(claims: Iterable[Claim]) -> dict[Subject, list[Claim]]:
    """Group claims by what they are about."""
    groups: dict[Subject, list[Claim]] = {}
    for claim in claims:
        group = groups.get(claim.subject)
        if group is None:
            groups[claim.subject] = [claim]
        else:
            group.append(claim)
    return groups
