"""What a catalogue is: one baseline document as data, checked when it is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from iotassess.model.verdict import Force, NotApplicable


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a requirement: a probe, or arms joined by ``any_of`` or ``all_of``.

    Attributes:
        join: "probe", "any_of" or "all_of".
        probe: probe id, for a probe.
        params: parameters set for it.
        min_grade: grade below which a "met" counts as weaker. It can only raise what is asked.
        reason: why this part belongs to the requirement.
        arms: for a group, strongest first.
    """

    join: Literal["probe", "any_of", "all_of"]
    probe: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    min_grade: int = 0
    reason: str = ""
    arms: tuple[Part, ...] = ()

    def probes(self) -> Iterator[str]:
        """Ids of the probes in it, in order."""
        if self.join == "probe":
            yield self.probe
        for arm in self.arms:
            yield from arm.probes()


@dataclass(frozen=True, slots=True)
class Absence:
    """When a requirement is not applicable.

    Attributes:
        basis: who says that it may be.
        when: the part whose "met" means that the feature is absent; None with basis "never".
        rationale: why, for our convention.
    """

    basis: NotApplicable
    when: Part | None = None
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One numbered item of a baseline."""

    id: str
    title: str
    summary: str
    category: str
    section: str
    force: Force
    gate: bool
    attestation: bool
    parts: tuple[Part, ...]
    absence: Absence
    technologies: tuple[str, ...]
    remediation: str
    classification: str = ""
    crosswalk: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One edition of one baseline.

    Attributes:
        sha256: digest of the file, so that a result can be tied to it.
    """

    id: str
    edition: str
    title: str
    family: str
    sha256: str
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Technology:
    """A means to meet requirements: one row of ``technologies.yaml``."""

    id: str
    name: str
    kind: str
    summary: str
    specification: Mapping[str, str]
    serves: tuple[Mapping[str, str], ...]
    does_not: str
    evidence_kinds: tuple[str, ...]
    evidence_how: str
    goes_further: tuple[Mapping[str, str], ...] = ()
    note: str = ""
