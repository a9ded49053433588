"""The gate's answer for a terminal: passed or not, each reason with its line, and the waivers."""

from __future__ import annotations

from collections.abc import Iterator

from iotassess.model.assessment import Assessment
from iotassess.model.gate import Finding, Gate
from iotassess.model.waiver import Waiver, WaiverUse
from iotassess.report.escape import safe
from iotassess.report.layout import Paragraph, paragraph

MOST = 100
"""Reasons that are shown; the JSON report has all of them."""
MOST_REASON = 600
"""Characters of a reason in the terminal; the JSON report has all of it."""

MOST_JUSTIFICATION = 200
"""Characters of a justification in the terminal; the JSON report has all of it."""

STATES = {
    "unused": "unused: nothing needed it; take it out",
    "expired": "expired: what it held back counts again",
    "not-yet": "not yet approved on that day",
    "other-firmware": "for other firmware versions",
}
"""State of a waiver that holds nothing back → how it is told."""


def answer(assessment: Assessment, gate: Gate) -> str:
    """The gate's answer in one line.

    Args:
        assessment: for the example mark.
        gate: the answer.
    """
    example = "EXAMPLE · " if assessment.example else ""
    if not gate.passed:
        count = len(gate.failures)
        return f"{example}gate: FAILED · {count} reason{'' if count == 1 else 's'}{_under(gate)}"
    word = "UNDECIDED" if gate.open else "passed"
    waived = f" · {len(gate.waived)} waived" if gate.waived else ""
    undecided = f" · {len(gate.undecided)} undecided" if gate.undecided else ""
    unneeded = f" · {len(gate.unneeded)} waivers unneeded" if gate.open and gate.unneeded else ""
    return f"{example}gate: {word}{waived}{undecided}{unneeded}{_under(gate)}"


def _under(gate: Gate) -> str:
    against = f" · against {safe(gate.against)}" if gate.against else ""
    return f" · policy {safe(gate.policy)} {gate.policy_sha256[:12]}{against}"


def style(gate: Gate) -> str:
    """Colour of the answer."""
    return "bold yellow" if gate.open else "bold green" if gate.passed else "bold red"


def blocks(assessment: Assessment, gate: Gate, profile: str) -> Iterator[Paragraph]:
    """The answer with everything that led to it.

    Args:
        assessment: for the waivers.
        gate: the answer.
        profile: name to point into the profile by.
    """
    yield paragraph(answer(assessment, gate), style(gate), hang=2)
    yield from _reasons(gate, profile)
    yield from _waived(gate)
    idle = [_idle(use) for use in assessment.waivers if use.state != "applied"]
    yield from _list("Waivers that hold nothing back", idle, "yellow")
    yield from _list("Undecided (mandatory, not assessed)", [safe(id) for id in gate.undecided], "magenta")
    off = [safe(id) for id, outcome in gate.rules.items() if outcome == "off"]
    yield from _list("Rules that the policy switches off", off, "yellow")


def _reasons(gate: Gate, profile: str) -> Iterator[Paragraph]:
    shown = gate.failures[:MOST]
    for found in shown:
        where = f"{safe(profile)}:{found.place.line}:{found.place.column}:"
        yield paragraph(f"{where} {safe(found.rule)}", "red", indent=2, hang=2)
        offset = "" if found.offset is None else f" (offset {found.offset}, 0x{found.offset:x})"
        yield paragraph(f"{safe(found.told, MOST_REASON)}{offset}", indent=4)
    if len(gate.failures) > len(shown):
        yield paragraph(f"… and {len(gate.failures) - len(shown)} more; -f json shows them", indent=2)


def _waived(gate: Gate) -> Iterator[Paragraph]:
    """What is held back, by waiver: each with its reason once."""
    held: dict[tuple[Waiver, ...], list[Finding]] = {}
    for found in gate.waived:
        held.setdefault(found.waivers, []).append(found)
    if held:
        yield paragraph(f"Waived ({len(gate.waived)})", "yellow", indent=2)
    for waivers, findings in held.items():
        for waiver in waivers:
            head = (
                f"{safe(waiver.file)}:{waiver.line}: {waiver.reason} until {waiver.expires}, approved by "
                f"{safe(waiver.approver)}: {safe(waiver.justification, MOST_JUSTIFICATION)}"
            )
            yield paragraph(f"- {head}", indent=4, hang=2)
        for found in findings:
            yield paragraph(f"{safe(found.rule)}: {safe(found.message, MOST_REASON)}", indent=6, hang=2)


def _idle(use: WaiverUse) -> str:
    waiver = use.waiver
    return f"{safe(waiver.file)}:{waiver.line}: {safe(waiver.target)}: {STATES[use.state]}"


def _list(title: str, items: list[str], colour: str) -> Iterator[Paragraph]:
    if items:
        yield paragraph(f"{title} ({len(items)})", colour, indent=2)
        for item in items:
            yield paragraph(f"- {item}", indent=4, hang=2)
