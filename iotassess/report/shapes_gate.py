"""The gate's part of the JSON documents as types: its answer, waivers, counters."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from iotassess.model.counter import CounterKind
from iotassess.model.gate import RuleOutcome
from iotassess.model.verdict import Outcome, Verdict
from iotassess.model.waiver import WaiverReason, WaiverState


class RangeShape(TypedDict):
    """Firmware versions, both ends included."""

    lowest: str | None
    highest: str | None


class WaiverShape(TypedDict):
    """One waiver, for a requirement or for a discrepancy."""

    requirement: str | None
    discrepancy: str | None
    reason: WaiverReason
    justification: str
    approver: str
    approved: str
    expires: str
    firmware: RangeShape
    file: str
    line: int


class WaiverUseShape(WaiverShape):
    """A waiver, and what became of it."""

    state: WaiverState


class CounterShape(TypedDict):
    """What may only go up from release to release."""

    kind: CounterKind
    of: str
    value: int | str
    content: list[str]
    source: str
    path: str
    line: int | None
    column: int


class OverlookedShape(TypedDict):
    """A file that was handed in, or that the profile names, and that counts for nothing."""

    path: str
    what: Literal["file", "document", "trust-anchor"]
    line: int | None


class PartBeforeShape(TypedDict):
    """What one part of a requirement was."""

    probe: str
    outcome: Outcome
    grade: Literal[0, 1, 2, 3, 4, 5]


class BeforeShape(TypedDict):
    """What a requirement was before it became worse."""

    verdict: Verdict
    grade: Literal[0, 1, 2, 3, 4, 5]
    parts: list[PartBeforeShape]


class FindingShape(TypedDict):
    """One thing that fails the gate, unless it is waived."""

    rule: str
    about: str
    message: str
    fingerprint: str
    line: int
    column: int
    artefact: str | None
    claim: str | None
    offset: int | None
    requirement: str | None
    discrepancies: list[str]
    waived_by: list[WaiverShape]
    lapsed: WaiverShape | None
    before: BeforeShape | None


class GateShape(TypedDict):
    """The gate's answer; its reasons are the findings that nothing holds back."""

    passed: bool
    strict: bool
    open: bool
    reasons: list[str]
    policy: str
    policy_sha256: str
    against: str | None
    rules: dict[str, RuleOutcome]
    findings: list[FindingShape]
    undecided: list[str]
