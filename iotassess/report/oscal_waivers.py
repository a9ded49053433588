"""Waivers in OSCAL: an approved deviation of a risk, which stays an open risk, with who answers for it."""

from __future__ import annotations

from collections.abc import Sequence

from iotassess.model.waiver import REASONS, Waiver
from iotassess.report.oscal_ids import Ids
from iotassess.report.oscal_text import Object, day_end, day_start, filled, line, own, prop, props, prose


def waiver_props(waiver: Waiver) -> list[Object]:
    """Everything about a waiver as properties."""
    members = {
        "waiver-for": waiver.target,
        "waiver-approver": waiver.approver,
        "waiver-approved": waiver.approved.isoformat(),
        "waiver-expires": waiver.expires.isoformat(),
        "waiver-firmware-from": waiver.firmware_from,
        "waiver-firmware-to": waiver.firmware_to,
        "waiver-file": waiver.file,
        "waiver-line": waiver.line,
    }
    reason = prop("waiver-reason", waiver.reason, remarks=prose(REASONS[waiver.reason]))
    return [*reason, *props(members)]


def deviation(ids: Ids, held: Sequence[Waiver], lapsed: Sequence[Waiver] = ()) -> Object:
    """The status of a risk, and what waivers add to it.

    Args:
        ids: for the entries of its log.
        held: waivers that cover all of it; none where something stays uncovered.
        lapsed: those whose time is over.
    """
    entries = [_entry(ids, waiver, ended=False) for waiver in held]
    entries += [_entry(ids, waiver, ended=True) for waiver in lapsed if waiver not in held]
    return filled(
        status="deviation-approved" if held else "open",
        deadline=day_end(min(waiver.expires for waiver in held)) if held else None,
        risk_log={"entries": entries} if entries else None,
    )


def _entry(ids: Ids, waiver: Waiver, *, ended: bool) -> Object:
    said = f"{waiver.justification} Approved by {waiver.approver}, {waiver.approved} to {waiver.expires}."
    return filled(
        uuid=ids.new("risk-log", waiver.target, waiver.file, waiver.line),
        title=line("A deviation whose time is over" if ended else "A deviation that was approved"),
        description=prose(said),
        start=day_start(waiver.approved),
        end=day_end(waiver.expires) if ended else None,
        props=[own("type", "dr-approved"), *waiver_props(waiver)],
        status_change=None if ended else "deviation-approved",
    )
