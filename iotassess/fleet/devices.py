"""What only all records together show of single devices: shared keys, who fell silent, who got worse.

Devices are looked at some of them at a time, by the part into which a hash of their name falls, so that the
memory that it takes does not grow with the fleet.
"""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow.parquet as pq

from iotassess.fleet.rows import SHARDS
from iotassess.model.fleet import Listed, SharedKey, StaleDevice, Worsened

AT_A_TIME: Final = 200_000
"""Records whose devices are looked at together, about: some hundred bytes each."""

MOST_LISTED: Final = 100
"""Devices or keys that a summary names; the Parquet files have all of them."""

MOST_NAMED: Final = 5
"""Devices that are named beside a key that they share."""

MOST_REASONS: Final = 4
"""Reasons that are told for one device."""


@dataclass(slots=True)
class Findings:
    """What was found about single devices.

    Attributes:
        devices: how many authenticated a token, or are named by the operator.
        stale: silent for too long, longest first.
        worsened: latest first.
        now: (model, firmware) → devices whose latest authenticated token says so.
    """

    devices: int = 0
    stale: Listed = field(default_factory=lambda: Listed(0, ()))
    worsened: Listed = field(default_factory=lambda: Listed(0, ()))
    now: dict[tuple[str, str], int] = field(default_factory=dict)


class _Device:
    """One device so far."""

    __slots__ = ("because", "firmware", "last", "last_sound", "latest", "model", "sound")

    def __init__(self) -> None:
        self.model = ""
        self.last: datetime.datetime | None = None  # authenticated
        self.latest: datetime.datetime | None = None  # of all
        self.firmware: str | None = None
        self.sound = False
        self.last_sound: datetime.datetime | None = None
        self.because: tuple[str, ...] = ()


def shared_keys(parts: Sequence[Path], records: int) -> dict[str, SharedKey]:
    """Find the keys that verified tokens of more than one device.

    Args:
        parts: of the result.
        records: in all, to know how many to look at together.

    Returns:
        Thumbprint → what is told of it.
    """
    found: dict[str, SharedKey] = {}
    for low, high in _ranges(records):
        holders: dict[str, str | set[str]] = {}
        for key, whose, faults in _columns(parts, "key_shard", low, high, ("key", "device", "faults")):
            # Who is told of as another device than it should be already takes nobody else down.
            if key is None or whose is None or "device-mismatch" in faults:
                continue
            known = holders.setdefault(key, whose)
            if isinstance(known, set):
                known.add(whose)
            elif known != whose:
                holders[key] = {known, whose}
        for key, devices in holders.items():
            if isinstance(devices, set):
                found[key] = SharedKey(key, len(devices), tuple(heapq.nsmallest(MOST_NAMED, devices)))
    return found


def listed_keys(found: dict[str, SharedKey]) -> Listed:
    """Put shared keys in order, most devices first."""
    ordered = sorted(found.values(), key=lambda one: (-one.devices, one.thumbprint))
    return Listed(len(ordered), tuple(ordered[:MOST_LISTED]))


def look_at(parts: Sequence[Path], records: int, silent_since: datetime.datetime | None) -> Findings:
    """Look at every device.

    Args:
        parts: of the result, settled.
        records: in all.
        silent_since: devices that were not heard of after it are stale; None if that was not asked.
    """
    findings = Findings()
    stale: list[StaleDevice] = []
    worsened: list[Worsened] = []
    silent = worse = 0
    for low, high in _ranges(records):
        devices = _devices(parts, low, high)
        findings.devices += len(devices)
        for name, one in devices.items():
            if one.firmware is not None:
                key = (one.model, one.firmware)
                findings.now[key] = findings.now.get(key, 0) + 1
            if silent_since is not None and (one.last is None or one.last < silent_since):
                silent += 1
                stale.append(StaleDevice(name, one.model, one.last))
            if one.last_sound is not None and one.latest is not None and not one.sound:
                worse += 1
                worsened.append(Worsened(name, one.model, one.last_sound, one.latest, one.because))
        # Not more is kept than what is listed in the end.
        stale = heapq.nsmallest(MOST_LISTED, stale, key=_silence)
        worsened = heapq.nsmallest(MOST_LISTED, worsened, key=lambda w: (-w.now.timestamp(), w.device))
    findings.stale = Listed(silent, tuple(stale))
    findings.worsened = Listed(worse, tuple(worsened))
    return findings


def _silence(one: StaleDevice) -> tuple[float, str]:
    return (0.0 if one.last is None else one.last.timestamp(), one.device)


class _Seen(NamedTuple):
    """What is read of a row for this."""

    device: str | None
    time: datetime.datetime | None
    authenticity: str | None
    sound: bool
    model: str | None
    firmware: str | None
    problems: list[str]
    discrepancies: list[str]
    faults: list[str]


def _devices(parts: Sequence[Path], low: int, high: int) -> dict[str, _Device]:
    devices: dict[str, _Device] = {}
    for values in _columns(parts, "device_shard", low, high, _Seen._fields):
        row = _Seen(*values)
        if row.device is not None:
            _take(devices.setdefault(row.device, _Device()), row)
    return devices


def _take(one: _Device, row: _Seen) -> None:
    """Let a device's state follow from one more of its records, in whichever order they come."""
    authentic = row.authenticity == "authenticated" and "device-mismatch" not in row.faults
    if row.time is None or "time-after-as-of" in row.faults:  # when it was is not known
        if authentic and one.last is None:
            one.model, one.firmware = row.model or "", row.firmware or ""
        return
    if authentic and (one.last is None or row.time >= one.last):
        one.last, one.model, one.firmware = row.time, row.model or "", row.firmware or ""
    if row.sound and (one.last_sound is None or row.time > one.last_sound):
        one.last_sound = row.time
    # Of two at one moment the worse one counts, so that the order of the records does not.
    if (
        one.latest is None
        or row.time > one.latest
        or (row.time == one.latest and one.sound and not row.sound)
    ):
        one.latest, one.sound = row.time, row.sound
        reasons = dict.fromkeys([*row.faults, *row.discrepancies, *row.problems])
        one.because = tuple(reasons)[:MOST_REASONS] or (row.authenticity or "unreadable",)


def _ranges(records: int) -> Iterator[tuple[int, int]]:
    """Cut the shards into ranges, each of which is looked at by itself."""
    passes = max(1, min(SHARDS, -(-records // AT_A_TIME)))
    step = -(-SHARDS // passes)
    for low in range(0, SHARDS, step):
        yield low, min(low + step, SHARDS)


def _columns(
    parts: Iterable[Path], shard: str, low: int, high: int, names: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """Read some columns of the rows that fall into a range of shards."""
    import pyarrow.compute as pc

    whole = (low, high) == (0, SHARDS)
    for part in parts:
        table = pq.read_table(part, columns=[*names, shard], partitioning=None)
        if not whole:
            column = table.column(shard)
            table = table.filter(pc.and_(pc.greater_equal(column, low), pc.less(column, high)))
        yield from zip(*(table.column(name).to_pylist() for name in names), strict=True)
