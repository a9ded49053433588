"""What an assessment is: the frozen values that renderers print and nothing can change any more."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple

from iotassess.model.appraisal import Appraisal
from iotassess.model.artefact import AnchorSource, Artefact, Overlooked, Purpose, Severity
from iotassess.model.claim import Claim, Grade, Subject
from iotassess.model.counter import Counter
from iotassess.model.gate import Gate, Place
from iotassess.model.picture import Picture
from iotassess.model.verdict import Force, Level, NotApplicable, Outcome, PartKind, Verdict
from iotassess.model.waiver import Waiver, WaiverUse


class AsOf(NamedTuple):
    """The one moment that everything is judged at, passed in by the caller.

    A bare date stands for a whole day: "not before" compares with its end, "expires" with its start.

    Attributes:
        start: first instant, UTC.
        end: last instant, UTC; equal to ``start`` for an exact time.
    """

    start: datetime.datetime
    end: datetime.datetime

    @property
    def date(self) -> datetime.date:
        """The day, UTC."""
        return self.start.date()


class Discrepancy(NamedTuple):
    """One disagreement, both sides named.

    Attributes:
        id: id in ``model/discrepancies.py``.
        fingerprint: stable over runs: id, subject and both values.
        severity: error when it rests on grade ≥ 4 or an observation, else warning.
        message: what is said, by whom, and what to do next.
        grade: of the strongest evidence in it.
        subject: what the two sides disagree about.
        properties: properties of the family that disagree; a part that reads one of them is touched.
        declared: the profile's claim, or None when artefacts disagree with each other.
        evidenced: the artefacts' claims.
        requirements: ids that it touches, filled in when baselines were evaluated.
        waiver: in force for its fingerprint, or None; it changes nothing here.
        offsets: of each of ``evidenced`` the byte offset in its file, or None; filled in at the end.
    """

    id: str
    fingerprint: str
    severity: Severity
    message: str
    grade: int
    subject: Subject
    properties: tuple[str, ...]
    declared: Claim | None
    evidenced: tuple[Claim, ...]
    requirements: tuple[str, ...] = ()
    offsets: tuple[int | None, ...] = ()
    waiver: Waiver | None = None

    def located(self) -> Iterator[tuple[Claim, int | None]]:
        """Give the artefacts' claims, each with its offset or None."""
        return zip_longest(self.evidenced, self.offsets[: len(self.evidenced)])


class AnchorUse(NamedTuple):
    """One trust anchor that was available to the run."""

    name: str
    source: AnchorSource
    purpose: Purpose | None
    thumbprint: str | None


@dataclass(frozen=True, slots=True)
class PartResult:
    """The answer to one part of a requirement.

    Attributes:
        probe: probe id, or "any_of" / "all_of" for a group.
        outcome: the answer.
        kind: whether evidence or only a document can show it.
        grade: grade at which it is met (0 when it is not met).
        because: one sentence.
        claims: claims used.
        disputed: an artefact below grade 4 disagrees.
        chosen: for ``any_of``, which arm answered (index), else None.
        arms: results of the arms of a group.
        question: the probe's question.
    """

    probe: str
    outcome: Outcome
    kind: PartKind
    grade: int
    because: str
    claims: tuple[Claim, ...] = ()
    disputed: bool = False
    chosen: int | None = None
    arms: tuple[PartResult, ...] = ()
    question: str = ""


def claims_of(parts: Iterable[PartResult]) -> Iterator[Claim]:
    """Claims that answers use, those of all arms among them.

    Args:
        parts: of a requirement.
    """
    for part in parts:
        yield from part.claims
        yield from claims_of(part.arms)


def proving(parts: Iterable[PartResult]) -> Iterator[str]:
    """Paths of the artefacts whose authenticated claims the answers rest on.

    Of alternatives it is the one that held.

    Args:
        parts: of a requirement that is verified.
    """
    for part in parts:
        chosen = part.arms[part.chosen] if part.chosen is not None else part
        for claim in chosen.claims:
            if claim.grade >= Grade.AUTHENTICATED and claim.source.artefact:
                yield claim.source.artefact


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """The verdict on one requirement, with everything that led to it.

    Attributes:
        status: its status as the document writes it, where it has a notation.
        process: it asks what an organisation does: from documents only, and counted apart.
        in_use: technologies that serve it and that the profile says are in use.
        absence_shown: that it is not applicable rests on evidence of grade ≥ 4.
        waiver: in force for it, or None; it changes no verdict.
    """

    id: str
    title: str
    summary: str
    category: str
    force: Force
    gate: bool
    attestation: bool
    verdict: Verdict
    grade: int
    because: tuple[str, ...]
    parts: tuple[PartResult, ...]
    technologies: tuple[str, ...]
    remediation: str
    status: str = ""
    process: bool = False
    in_use: tuple[str, ...] = ()
    not_applicable_basis: NotApplicable = "never"
    absence_shown: bool = False
    discrepancies: tuple[str, ...] = ()
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class BaselineResult:
    """One baseline's vector: counts, two ratios, and a level; every aggregate with its because.

    Attributes:
        proven: verified / (total - not-applicable whose absence is shown at grade ≥ 4), 0..1.
        claimed: (verified + declared + partial) / applicable, 0..1.
        mandatory: verdict → number, of mandatory requirements.
        recommended: the same of all others.
        process: the same of those that ask what an organisation does, which are in neither of the two.
        words: verdict → the document's own word for it.
        notice: what a reader must know of the document.
        because: ids that held the level down.
        suffix: "!" for what time does.
    """

    id: str
    edition: str
    title: str
    catalogue_sha256: str
    level: Level
    suffix: str
    proven: float
    claimed: float
    because: tuple[str, ...]
    total: int
    applicable: int
    mandatory: dict[Verdict, int]
    recommended: dict[Verdict, int]
    requirements: tuple[RequirementResult, ...]
    process: dict[Verdict, int] = field(default_factory=dict)
    short_name: str = ""
    words: dict[str, str] = field(default_factory=dict)
    notice: str = ""


IDENTITIES = ("vendor_id", "class_id", "implementation_id", "oemid", "hwmodel")
"""Identifiers that tell a product from others, by the profile's names below ``identity``."""


@dataclass(frozen=True, slots=True)
class ProductName:
    """Which product, in the maker's words."""

    vendor: str
    model: str
    hardware_revision: str | None = None
    firmware_version: str | None = None


class Remark(NamedTuple):
    """One thing that is unusual in the profile, or wrong with it.

    Attributes:
        rule: permanent id of the rule that it breaks.
        severity: an error makes the profile unusable.
        message: got, expected, and what to write instead.
        place: where.
    """

    rule: str
    severity: Severity
    message: str
    place: Place


@dataclass(frozen=True, slots=True)
class Assessment:
    """One profile, its artefacts and anchors, judged against baselines at one moment."""

    tool_version: str
    as_of: AsOf
    product: ProductName
    profile_path: str
    profile_sha256: str
    example: bool
    artefacts: tuple[Artefact, ...]
    anchors: tuple[AnchorUse, ...]
    discrepancies: tuple[Discrepancy, ...]
    baselines: tuple[BaselineResult, ...]
    not_done: tuple[str, ...]
    appraisals: tuple[Appraisal, ...] = ()
    """Our own appraisals of the tokens, in the order of the artefacts."""
    technologies: dict[str, str] = field(default_factory=dict)
    """Technology id → name, for those that the baselines mention."""
    identity: dict[str, str] = field(default_factory=dict)
    """What the profile says that tells this product from others: ``identity.vendor-id`` and so on → value."""
    counters: tuple[Counter, ...] = ()
    """What may only go up from release to release."""
    overlooked: tuple[Overlooked, ...] = ()
    """Files that were handed in, or that the profile names, and that count for nothing."""
    unusable: tuple[str, ...] = ()
    """What the user named and nothing could be made of: files, and folders that hold nothing."""
    remarks: tuple[Remark, ...] = ()
    """What is unusual in the profile, or wrong with it."""
    waivers: tuple[WaiverUse, ...] = ()
    """All waivers of the run, in the order of their file."""
    gate: Gate | None = None
    """The gate's answer, where it was asked."""
    picture: Picture | None = None
    """What only drawn reports show, where one was asked for."""
