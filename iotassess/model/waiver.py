"""A waiver: somebody answers, for a time, for what would fail the gate. No verdict changes by it."""

from __future__ import annotations

import datetime
from typing import Literal, NamedTuple, get_args

WaiverReason = Literal[
    "compensating-control",
    "remediation-planned",
    "evidence-pending",
    "evidence-wrong",
    "third-party",
    "risk-accepted",
]
REASONS: dict[WaiverReason, str] = {
    "compensating-control": "another measure, named in the justification, keeps the risk down",
    "remediation-planned": "the fix is scheduled; the justification says for when",
    "evidence-pending": "it is done, and the artefact that shows it is not there yet",
    "evidence-wrong": "the artefact is known to be wrong, and the justification says how that was found out",
    "third-party": "the fix is a supplier's, and was asked for",
    "risk-accepted": "the risk was weighed and is borne until the waiver ends",
}
"""The closed list of reasons → what each means."""

if set(REASONS) != set(get_args(WaiverReason)):  # pragma: no cover - a slip in this file
    raise AssertionError("the reasons and their meanings differ")

WaiverState = Literal["applied", "unused", "expired", "not-yet", "other-firmware"]
"""What became of a waiver in a run: it holds a finding back, nothing needed it, its time is over or has not
come, or it is for other firmware versions."""


class Waiver(NamedTuple):
    """One waiver, for one requirement or one discrepancy.

    Attributes:
        requirement: ``baseline/id``, or "" where a discrepancy is waived.
        discrepancy: fingerprint (16 hex digits), or "" where a requirement is waived.
        reason: of the closed list.
        justification: why, in the approver's words.
        approver: who answers for it.
        approved: the day from which it holds, UTC.
        expires: the last day on which it holds, UTC.
        firmware_from: lowest firmware version that it is for, or "".
        firmware_to: highest firmware version that it is for, or "".
        file: name of the file that it stands in.
        line: where it stands there, from 1.
    """

    requirement: str
    discrepancy: str
    reason: WaiverReason
    justification: str
    approver: str
    approved: datetime.date
    expires: datetime.date
    firmware_from: str = ""
    firmware_to: str = ""
    file: str = ""
    line: int = 0

    @property
    def target(self) -> str:
        """What it is for, as readers see it."""
        return self.requirement or f"discrepancy {self.discrepancy}"


class WaiverUse(NamedTuple):
    """A waiver, and what became of it."""

    waiver: Waiver
    state: WaiverState
