"""A fleet's summary as JSON (iotassess/fleet-summary/v1): all of it, in stable order.

Texts that come from tokens are values and never keys, so that none can stand for a member of the document.
"""

from __future__ import annotations

import datetime
from typing import Any, Final

from iotassess.model.fleet import (
    Count,
    FirmwareRow,
    Listed,
    ModelUsed,
    Period,
    SharedKey,
    StaleDevice,
    Summary,
    VerdictRow,
    Worsened,
)
from iotassess.report import artefact_json
from iotassess.report.fleet_summary_words import NOTICE, place

SCHEMA: Final = "iotassess/fleet-summary/v1"


def render(summary: Summary, *, folder: str = "") -> str:
    """Render as JSON text.

    Args:
        summary: what to show.
        folder: the current folder, absolute: paths are told from there; "" where it is not known.
    """
    return artefact_json.dumps(tree(summary, folder=folder))


def tree(summary: Summary, *, folder: str = "") -> dict[str, Any]:
    """Turn a summary into its JSON object.

    Args:
        summary: what to show.
        folder: as for :func:`render`.
    """
    return {
        "schema": SCHEMA,
        "notice": f"A summary of a fleet's tokens: {NOTICE}.",
        "tool": {"name": "iotassess", "version": summary.tool_version},
        "as_of": summary.as_of.date.isoformat(),
        "moment": {"start": _time(summary.as_of.start), "end": _time(summary.as_of.end)},
        "example": summary.example,
        "records": summary.records,
        "sound": summary.sound,
        "authenticity": dict(summary.authenticity),
        "component_match": dict(summary.component_match),
        "devices": summary.devices,
        "models": [_model(row, folder) for row in summary.models],
        "anchors": list(summary.anchors),
        "by_model": [row._asdict() for row in summary.by_model],
        "problems": [_count(row, folder) for row in summary.problems],
        "faults": [_count(row, folder) for row in summary.faults],
        "discrepancies": [_count(row, folder) for row in summary.discrepancies],
        "errors": [
            {"message": row.id, "records": row.tokens, "example": place(row.example, folder)}
            for row in summary.errors
        ],
        "by_firmware": [_firmware(row) for row in summary.by_firmware],
        "verdicts": [_verdict(row) for row in summary.verdicts],
        "period": summary.period,
        "drift": [_period(row) for row in summary.drift],
        "untimed": summary.untimed,
        "worsened": _listed(summary.worsened),
        "shared_keys": _listed(summary.shared_keys),
        "stale_after": summary.stale_after,
        "stale": _listed(summary.stale),
        "not_done": list(summary.not_done),
        "cut": list(summary.cut),
    }


def _model(row: ModelUsed, folder: str) -> dict[str, Any]:
    return {**row._asdict(), "path": place(row.path, folder)}


def _count(row: Count, folder: str) -> dict[str, Any]:
    return {**row._asdict(), "example": place(row.example, folder)}


def _firmware(row: FirmwareRow) -> dict[str, Any]:
    return {**row._asdict(), "first": _time(row.first), "last": _time(row.last)}


def _verdict(row: VerdictRow) -> dict[str, Any]:
    return {**row.column._asdict(), "column": row.column.name, "counts": dict(row.counts)}


def _period(row: Period) -> dict[str, Any]:
    firmware = [{"version": version, "tokens": tokens} for version, tokens in row.firmware.items()]
    return {**row._asdict(), "start": row.start.isoformat(), "firmware": firmware}


def _listed(rows: Listed) -> dict[str, Any]:
    return {"total": rows.total, "rows": [_row(row) for row in rows.rows]}


def _row(row: SharedKey | StaleDevice | Worsened) -> dict[str, Any]:
    if isinstance(row, SharedKey):
        return {**row._asdict(), "named": list(row.named)}
    if isinstance(row, StaleDevice):
        return {**row._asdict(), "last": _time(row.last)}
    return {**row._asdict(), "was": _time(row.was), "now": _time(row.now), "because": list(row.because)}


def _time(time: datetime.datetime | None) -> str | None:
    """Write a time as ISO 8601 in UTC, whichever zone object it came with."""
    return None if time is None else time.astimezone(datetime.UTC).isoformat()
