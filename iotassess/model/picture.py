"""What a report that is drawn shows beside the verdicts: who agrees with whom, and how the device boots.

None of it judges. It is made from the same claims as the verdicts, and only where a report asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from iotassess.model.claim import Claim, Subject
from iotassess.model.crosswalk import Link

Standing = Literal["agrees", "weaker", "disagrees", "alternative", "foreign", "not-compared"]
"""How what an artefact shows stands to what it is held against: the same; true, but less; in a discrepancy;
one of several alternatives of which another one agrees; read in an artefact of another product or version, so
that it counts for nothing; or in terms that cannot be compared."""


class Shown(NamedTuple):
    """One claim of an artefact, and how it stands."""

    claim: Claim
    standing: Standing


class Relation(NamedTuple):
    """One thing of which the profile, artefacts, or both speak in terms that are compared.

    Attributes:
        subject: what it is about.
        family: id of the property that stands for all that are compared with each other.
        declared: the profile's claims; none where it is silent.
        shown: the artefacts' claims, in the order of the artefacts.
    """

    subject: Subject
    family: str
    declared: tuple[Claim, ...]
    shown: tuple[Shown, ...]


class BootStage(NamedTuple):
    """One declared stage of the boot chain, first to last.

    Attributes:
        name: as declared.
        component: declared component that runs in it, or "".
        declared: property below ``boot-stage.`` → the claim.
    """

    name: str
    component: str
    declared: dict[str, Claim]

    def says(self, property: str) -> str:
        """What the profile says of it, as text; "" where it is silent.

        Args:
            property: without ``boot-stage.`` in front.
        """
        claim = self.declared.get(property)
        return "" if claim is None else str(claim.value)


class Rise(NamedTuple):
    """What lifts a verdict by one rung.

    Attributes:
        now: where the requirement stands.
        then: where it stands afterwards, or "" where nothing lifts it.
        all: whether all steps are needed, or any of them is enough.
        steps: what to do; arms of a group after it, with a dash.
        note: what has to be known, or why nothing lifts it.
    """

    now: str
    then: str
    all: bool
    steps: tuple[str, ...]
    note: str = ""


class Picture(NamedTuple):
    """All of it.

    Attributes:
        relations: in the order of the claims.
        boot_chain: in the order of the profile.
        crosswalk: rows both ends of which stand in baselines of the assessment.
        offsets: byte offsets, in their files, of the artefacts' claims for which they are known.
        rises: baseline id and requirement id → what lifts the verdict.
    """

    relations: tuple[Relation, ...]
    boot_chain: tuple[BootStage, ...]
    crosswalk: tuple[Link, ...]
    offsets: Mapping[Claim, int]
    rises: Mapping[tuple[str, str], Rise] = MappingProxyType({})
