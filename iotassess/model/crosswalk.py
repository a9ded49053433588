"""Rows of the crosswalk: which requirements of two baselines have to do with each other, and in what way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Relationship = Literal[
    "equivalent-to", "equal-to", "subset-of", "superset-of", "intersects-with", "no-relationship"
]
"""The words of OSCAL's control mapping model, read from source to target."""

CONVERSE: Mapping[Relationship, Relationship] = {
    "equivalent-to": "equivalent-to",
    "equal-to": "equal-to",
    "subset-of": "superset-of",
    "superset-of": "subset-of",
    "intersects-with": "intersects-with",
    "no-relationship": "no-relationship",
}
"""The same relationship, read from target to source."""

Provenance = Literal["IOTOPS-01", "NIST-8259A-Table1", "our-judgement"]

PROVENANCES: Mapping[Provenance, str] = {
    "IOTOPS-01": "draft-ietf-iotops-security-summary-01 lists both under one heading",
    "NIST-8259A-Table1": "NIST IR 8259A, Table 1, has the measure beside the capability; the element is ours",
    "our-judgement": "nobody but us pairs them",
}
"""Who pairs two requirements → what that means."""


class Item(NamedTuple):
    """One requirement of one baseline."""

    baseline: str
    id: str

    def __str__(self) -> str:
        return f"{self.baseline}/{self.id}"


class Link(NamedTuple):
    """One row.

    Attributes:
        source: one requirement.
        target: the other one, of another baseline or edition.
        relationship: read from source to target.
        provenance: who pairs them.
        rationale: what they have in common, or what changed; a clause.
        cited_as: number by which the provenance cites ETSI's provision, where that is another one.
        line: in the crosswalk file, 1-based.
    """

    source: Item
    target: Item
    relationship: Relationship
    provenance: Provenance
    rationale: str
    cited_as: str = ""
    line: int = 0
