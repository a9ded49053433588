"""What a catalogue is: one baseline document as data, checked when it is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from iotassess.model.claim import Value
from iotassess.model.verdict import Force, NotApplicable


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a requirement: a probe, arms joined by ``any_of`` or ``all_of``, or ``justified``.

    Attributes:
        join: "probe", "any_of", "all_of", or "justified": whether the profile gives a reason for each
            requirement of the same catalogue that is not met or not applicable.
        probe: probe id, for a probe.
        params: parameters set for it.
        min_grade: grade below which a "met" counts as weaker. It can only raise what is asked.
        reason: why this part belongs to the requirement.
        arms: for a group, strongest first.
        forces: for "justified", forces of the requirements that need a reason.
    """

    join: Literal["probe", "any_of", "all_of", "justified"]
    probe: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    min_grade: int = 0
    reason: str = ""
    arms: tuple[Part, ...] = ()
    forces: tuple[Force, ...] = ()

    def probes(self) -> Iterator[str]:
        """Ids of the probes in it, in order."""
        if self.join == "probe":
            yield self.probe
        for arm in self.arms:
            yield from arm.probes()


@dataclass(frozen=True, slots=True)
class Feature:
    """One published condition or feature that requirements hang on.

    Attributes:
        id: as published, with its kind: "C14", "F(q)".
        text: what it is, in our own words.
        absent: the part whose "met" means that it is absent.
    """

    id: str
    text: str
    absent: Part


@dataclass(frozen=True, slots=True)
class Absence:
    """When a requirement is not applicable.

    Attributes:
        basis: who says that it may be.
        when: the part whose "met" means that the feature is absent; None with basis "never".
        rationale: why, for our convention; what it hangs on, where that is published.
        features: ids of the published conditions and features, any of whose absence suffices.
    """

    basis: NotApplicable
    when: Part | None = None
    rationale: str = ""
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """One numbered item of a baseline.

    Attributes:
        gate_reason: why we chose it as a gate row, where the document has none.
        attestation_reason: why fresh evidence is to show it.
        status: its status as published, where the document has a notation for it ("M C F (14, e)").
        process: it asks what an organisation does: judged from documents, and counted apart.
        not_checkable: why no part asks anything; then the verdict is always not-assessed.
    """

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
    gate_reason: str = ""
    attestation_reason: str = ""
    status: str = ""
    process: bool = False
    not_checkable: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One edition of one baseline.

    Attributes:
        id: with ``@edition`` where several editions are shipped.
        sha256: digest of the file, and of those that it includes, so that a result can be tied to it.
        short_name: for one line of a report.
        features: published conditions and features by id.
        void: ids of an earlier edition that are void in this one → what took their place.
        words: verdict → the document's own word for it, where it has one.
        notice: what a reader of results must know of the document.
    """

    id: str
    edition: str
    title: str
    family: str
    sha256: str
    requirements: tuple[Requirement, ...]
    short_name: str = ""
    features: Mapping[str, Feature] = field(default_factory=dict)
    void: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Technology:
    """A means to meet requirements: one row of ``technologies.yaml``.

    Attributes:
        serves: links to requirements: requirement, baseline, source ("seed" or "our-judgement"), how.
        declared_by: answers of a profile that say that it is in use: alternatives, each of which joins
            properties of one subject with the values that they may have (None for whatever is said).
        goes_with: the technology that it is a variant or a companion of.
    """

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
    declared_by: tuple[Mapping[str, tuple[Value, ...] | None], ...] = ()
    goes_with: str = ""
