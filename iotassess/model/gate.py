"""What the gate says of one release: passed or not, by which rules, at which lines; waivers stay visible."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from iotassess.model.verdict import Outcome, Verdict
from iotassess.model.waiver import Waiver

RuleOutcome = Literal["passed", "failed", "waived", "off", "not-asked"]
"""A rule found nothing; found something; found only what is waived; is switched off by the policy; or had
nothing to ask about (no earlier result was given, the policy pins nothing)."""


class Place(NamedTuple):
    """A place in the profile, counted from 1."""

    line: int
    column: int = 1


class PartBefore(NamedTuple):
    """What one part of a requirement was."""

    probe: str
    outcome: Outcome
    grade: int


class Before(NamedTuple):
    """What a requirement was before it became worse; those of its parts that are held against each other."""

    verdict: Verdict
    grade: int
    parts: tuple[PartBefore, ...] = ()


class Finding(NamedTuple):
    """One thing that fails the gate, unless it is waived.

    Attributes:
        rule: id of the rule that fired.
        about: id of what it is about: a discrepancy, problem or requirement id (``baseline/id``), or the
            rule.
        message: why, and where, in one line.
        place: in the profile: its first line where nothing better is known.
        fingerprint: stable over runs (16 hex digits).
        artefact: path of the artefact that it is about, or None.
        claim: claim path in that artefact, or None.
        offset: byte offset in that artefact, or None.
        requirement: ``baseline/id`` of the requirement that it is about, or "".
        discrepancies: fingerprints that it rests on: all of them must be waived. Of a requirement that is
            contradicted they are those of the requirement.
        waivers: those that hold it back; none where it fails the gate.
        lapsed: the waiver that would hold it back if its time were not over, or None.
        before: what a requirement was before it became worse, or None: while a waiver holds that back, later
            releases are held against it.
    """

    rule: str
    about: str
    message: str
    place: Place
    fingerprint: str
    artefact: str | None = None
    claim: str | None = None
    offset: int | None = None
    requirement: str = ""
    discrepancies: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    lapsed: Waiver | None = None
    before: Before | None = None

    @property
    def told(self) -> str:
        """The message, with the waiver that would hold it back if its time were not over."""
        if self.lapsed is None:
            return self.message
        ended = f"its waiver ended on {self.lapsed.expires}, {self.lapsed.file}:{self.lapsed.line}"
        return f"{self.message} ({ended})"


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate's answer.

    Attributes:
        policy: name of the policy's file, or "default".
        policy_sha256: of that file.
        against: name of the earlier result's file, or None.
        rules: rule id → what it came to, every rule, in the order of the list of rules.
        findings: in the order of the rules; the waived ones among them.
        undecided: mandatory requirements (``baseline/id``) that are not assessed.
        titles: rule id → what holds where it passes.
        strict: the user asked that nothing is undecided, and that every waiver is needed.
        unneeded: waivers that hold nothing back, by what they are for, but those for other firmware.
    """

    policy: str
    policy_sha256: str
    against: str | None
    rules: dict[str, RuleOutcome]
    findings: tuple[Finding, ...] = ()
    undecided: tuple[str, ...] = ()
    titles: dict[str, str] = field(default_factory=dict)
    strict: bool = False
    unneeded: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that nothing holds back."""
        return tuple(f for f in self.findings if not f.waivers)

    @property
    def waived(self) -> tuple[Finding, ...]:
        """The findings that waivers hold back."""
        return tuple(f for f in self.findings if f.waivers)

    @property
    def passed(self) -> bool:
        """Whether nothing fails the gate."""
        return not self.failures

    @property
    def open(self) -> bool:
        """Whether it passed, and not as strictly as the user asked."""
        return self.passed and self.strict and bool(self.undecided or self.unneeded)
