"""Waivers: read strictly, and laid beside the result. They change what the gate lets pass, and no verdict."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from iotassess.codec import yaml
from iotassess.model.assessment import Assessment, BaselineResult, Discrepancy
from iotassess.model.gate import Finding
from iotassess.model.verdict import MET
from iotassess.model.versions import order
from iotassess.model.waiver import REASONS, Waiver, WaiverState, WaiverUse

SCHEMA: Final = "iotassess/waivers/v1"
MAX_DAYS: Final = 365
"""Longest that a waiver may hold: a year is when the risk has to be looked at again."""

NOTHING_OWED: Final = (*MET, "not-applicable")

_EXPECTS: Final[Mapping[str, str]] = {
    "waivers": "a list of waivers",
    "requirement": "baseline/id, like enisa-gp-tm/GP-TM-18",
    "discrepancy": "a fingerprint of 16 lower-case hex digits, as reports show it",
    "reason": f"one of {', '.join(REASONS)}",
    "justification": "a text that says why",
    "approver": "who answers for it",
    "approved": "a date as YYYY-MM-DD",
    "expires": "a date as YYYY-MM-DD",
    "firmware": "a mapping with lowest, highest, or both",
    "lowest": 'a version in quotes, like "3.2.0"',
    "highest": 'a version in quotes, like "3.2.9"',
}
_TOP: Final = ("schema", "waivers")
_KEYS: Final = (
    "requirement",
    "discrepancy",
    "reason",
    "justification",
    "approver",
    "approved",
    "expires",
    "firmware",
)


def load_waivers(path: Path) -> tuple[Waiver, ...]:
    """Read a waiver file.

    Args:
        path: the file.

    Raises:
        PolicyError: it is missing, or is not what ``iotassess schema waivers`` says; or a waiver is for
            nothing, for two things, or holds for more than a year.
    """
    from iotassess.policy.strict import read_strict, validate  # a run without waivers does not pay for it

    read = read_strict(path, "a waiver file", SCHEMA)
    validate(read, _adapter(), _expects, _keys)
    return tuple(_waiver(read, i, row) for i, row in enumerate(read.document.value["waivers"]))


@functools.cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    from iotassess.policy.shapes import WaiversDocument

    return TypeAdapter(WaiversDocument)


def _expects(path: yaml.Path) -> str:
    named = [step for step in path if isinstance(step, str)]
    if path and isinstance(path[-1], int):
        return "a mapping with requirement or discrepancy, reason, justification, approver, approved, expires"
    return _EXPECTS.get(named[-1] if named else "", "one text")


def _keys(path: yaml.Path) -> tuple[str, ...]:
    if path and path[-1] == "firmware":
        return ("lowest", "highest")
    return _KEYS if path else _TOP


def _waiver(read: Any, index: int, row: Mapping[str, Any]) -> Waiver:
    """Make one waiver of what the file says, once its types are right."""
    from iotassess.policy.reading import requirement_name

    here: yaml.Path = ("waivers", index)
    targets = [key for key in ("requirement", "discrepancy") if key in row]
    if len(targets) != 1:
        got = "both" if targets else "neither"
        hint = "give each target a waiver of its own" if targets else "name what is waived"
        raise read.fault(here, f"got {got}, expected either requirement or discrepancy", hint)
    for key in ("justification", "approver"):
        if not any(map(str.isalnum, row[key])):
            raise read.fault((*here, key), f"got nothing to read, expected {_EXPECTS[key]}")
    days = {key: _day(read, (*here, key), row[key]) for key in ("approved", "expires")}
    length = (days["expires"] - days["approved"]).days
    if length < 0:
        raise read.fault((*here, "expires"), f"expires on {days['expires']}, before it is approved")
    if length > MAX_DAYS:
        last = days["approved"] + datetime.timedelta(MAX_DAYS)
        told = f"expires {length} days after it is approved, expected at most {MAX_DAYS}"
        raise read.fault(
            (*here, "expires"), told, f"the last day that it can have is {last}; then look again"
        )
    requirement = row.get("requirement", "")
    if requirement:
        requirement = requirement_name(read, (*here, "requirement"), requirement)
    firmware = row.get("firmware") or {}
    if firmware.get("lowest") and firmware.get("highest"):
        _refuse_empty_range(read, (*here, "firmware"), firmware["lowest"], firmware["highest"])
    return Waiver(
        requirement=requirement,
        discrepancy=row.get("discrepancy", ""),
        reason=row["reason"],
        justification=" ".join(row["justification"].split()),
        approver=row["approver"],
        approved=days["approved"],
        expires=days["expires"],
        firmware_from=firmware.get("lowest", ""),
        firmware_to=firmware.get("highest", ""),
        file=read.path.name,
        line=read.document.mark((*here, targets[0])).line,
    )


def _day(read: Any, at: yaml.Path, text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise read.fault(at, f"got {text}, which no calendar has", "write year, month and day") from None


def _refuse_empty_range(read: Any, at: yaml.Path, lowest: str, highest: str) -> None:
    if order(lowest, highest) in ("lower", "unknown"):
        told = f"got {lowest} to {highest}, expected versions of which the second is not lower"
        raise read.fault(at, told, "number releases like 1.2.3")


# --- in a run ----------------------------------------------------------------------------------------------


def state_of(waiver: Waiver, day: datetime.date, firmware: str | None) -> WaiverState | None:
    """Why a waiver does not hold on a day for a firmware version; None where it does.

    Args:
        waiver: the waiver.
        day: the day of judgement, UTC; the day of approval and the last day count.
        firmware: version that the profile declares.
    """
    if day < waiver.approved:
        return "not-yet"
    if day > waiver.expires:
        return "expired"
    if waiver.firmware_from and not _in_order(waiver.firmware_from, firmware):
        return "other-firmware"
    if waiver.firmware_to and not _in_order(firmware, waiver.firmware_to):
        return "other-firmware"
    return None


def _in_order(first: str | None, second: str | None) -> bool:
    """Whether the second is known not to be lower; a version that is not declared is in no range."""
    return first is not None and second is not None and order(first, second) in ("higher", "equal")


def with_waivers(assessment: Assessment, waivers: Sequence[Waiver]) -> Assessment:
    """Lay waivers beside the requirements and discrepancies that they are for.

    Args:
        assessment: settled; no verdict changes.
        waivers: in the order of their file.
    """
    if not waivers:
        return assessment
    day, firmware = assessment.as_of.date, assessment.product.firmware_version
    states = {w: state_of(w, day, firmware) for w in waivers}
    holding = [w for w in waivers if states[w] is None]
    used: set[Waiver] = set()

    def first(wanted: Callable[[Waiver], bool]) -> Waiver | None:
        found = next((w for w in holding if wanted(w)), None)
        used.update(w for w in holding if wanted(w))
        return found

    baselines = tuple(_baseline(row, first) for row in assessment.baselines)
    discrepancies = tuple(_discrepancy(row, first) for row in assessment.discrepancies)
    return replace(
        assessment,
        baselines=baselines,
        discrepancies=discrepancies,
        waivers=tuple(WaiverUse(w, states[w] or ("applied" if w in used else "unused")) for w in waivers),
    )


_First = Callable[[Callable[[Waiver], bool]], Waiver | None]


def _baseline(result: BaselineResult, first: _First) -> BaselineResult:
    rows = []
    for row in result.requirements:
        name = f"{result.id}/{row.id}"
        open_ = row.verdict not in NOTHING_OWED and row.verdict != "contradicted"
        found = first(lambda w, name=name: w.requirement == name) if open_ else None  # type: ignore[misc]
        rows.append(replace(row, waiver=found) if found is not None else row)
    return replace(result, requirements=tuple(rows))


def _discrepancy(row: Discrepancy, first: _First) -> Discrepancy:
    return row._replace(waiver=first(lambda w: w.discrepancy == row.fingerprint))


def hold_back(
    findings: Iterable[Finding], uses: Sequence[WaiverUse]
) -> tuple[tuple[Finding, ...], tuple[WaiverUse, ...]]:
    """Let waivers hold findings of the gate back.

    Args:
        findings: what the rules found.
        uses: all waivers, with what was made of them before.

    Returns:
        The findings with their waivers; the waivers with what became of them: of those that hold, the ones
        that no finding needed are unused.
    """
    holding = [use.waiver for use in uses if use.state in ("applied", "unused")]
    lapsed = [use.waiver for use in uses if use.state == "expired"]
    found = tuple(_held(finding, holding, lapsed) for finding in findings)
    used = {waiver for finding in found for waiver in finding.waivers}
    return found, tuple(
        use._replace(state="applied" if use.waiver in used else "unused") if use.waiver in holding else use
        for use in uses
    )


def _held(finding: Finding, holding: Sequence[Waiver], lapsed: Sequence[Waiver]) -> Finding:
    """All that a finding rests on has to be waived, each by a waiver of its own."""
    by = tuple(_covering(finding, holding))
    if by:
        return finding._replace(waivers=by)
    once = [w for w in _covering(finding, [*holding, *lapsed]) if w in lapsed]
    return finding._replace(lapsed=once[0] if once else None)


def _covering(finding: Finding, waivers: Sequence[Waiver]) -> Iterator[Waiver]:
    """Waivers that together cover a finding; none where something stays uncovered."""
    if finding.discrepancies:
        found = [next((w for w in waivers if w.discrepancy == mark), None) for mark in finding.discrepancies]
        if all(w is not None for w in found):
            yield from (w for w in found if w is not None)
    elif finding.requirement:
        yield from [w for w in waivers if w.requirement == finding.requirement][:1]
