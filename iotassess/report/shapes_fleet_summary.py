"""The JSON document of a fleet's summary as types: what programs may rely on, and its schema's origin."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from iotassess.report.shapes import Tool


class MomentShape(TypedDict):
    """The moment of judgement, a whole day or an instant; ISO 8601, UTC."""

    start: str
    end: str


class ModelUsedShape(TypedDict):
    """A profile that tokens were judged by."""

    name: str
    release: str
    path: str
    sha256: str
    example: bool


class ModelRowShape(TypedDict):
    """One model in tokens; the model is "" for records of none that is known."""

    model: str
    tokens: int
    authenticated: int
    matched: int
    sound: int


class FirmwareRowShape(TypedDict):
    """One firmware version of a model in authenticated tokens; "" where they say none."""

    model: str
    firmware: str
    tokens: int
    matched: int
    sound: int
    devices: int
    first: str | None
    last: str | None


class CountShape(TypedDict):
    """An id, in how many tokens it was found, and the place of the first."""

    id: str
    tokens: int
    example: str


class MessageShape(TypedDict):
    """What unreadable records said, how many of them, and the place of the first."""

    message: str
    records: int
    example: str


class VerdictRowShape(TypedDict):
    """One attestation requirement: verdict → tokens."""

    baseline: str
    requirement: str
    title: str
    column: str
    counts: dict[str, int]


class VersionShape(TypedDict):
    """A firmware version and its authenticated tokens."""

    version: str
    tokens: int


class PeriodShape(TypedDict):
    """The fleet in one stretch of time; versions most frequent first."""

    start: str
    tokens: int
    authenticated: int
    matched: int
    sound: int
    firmware: list[VersionShape]


class SharedKeyShape(TypedDict):
    """A key that verified tokens of more than one device, and the first of these."""

    thumbprint: str
    devices: int
    named: list[str]


class StaleDeviceShape(TypedDict):
    """A device that was not heard of for too long; null if no token of it was ever authenticated."""

    device: str
    model: str
    last: str | None


class WorsenedShape(TypedDict):
    """A device whose latest token is worse than an earlier one of it."""

    device: str
    model: str
    was: str
    now: str
    because: list[str]


class SharedKeysShape(TypedDict):
    """How many there are, and the first of them."""

    total: int
    rows: list[SharedKeyShape]


class StaleDevicesShape(TypedDict):
    """How many there are, and the first of them."""

    total: int
    rows: list[StaleDeviceShape]


class WorsenedDevicesShape(TypedDict):
    """How many there are, and the first of them."""

    total: int
    rows: list[WorsenedShape]


class FleetSummaryDocument(TypedDict):
    """JSON of ``fleet verify``; times are ISO 8601 in UTC, ``stale_after`` is in seconds."""

    schema: Literal["iotassess/fleet-summary/v1"]
    notice: str
    tool: Tool
    as_of: str
    moment: MomentShape
    example: bool
    records: int
    sound: int
    authenticity: dict[str, int]
    component_match: dict[str, int]
    devices: int
    models: list[ModelUsedShape]
    anchors: list[str]
    by_model: list[ModelRowShape]
    problems: list[CountShape]
    faults: list[CountShape]
    discrepancies: list[CountShape]
    errors: list[MessageShape]
    by_firmware: list[FirmwareRowShape]
    verdicts: list[VerdictRowShape]
    period: Literal["day", "week", "month", "quarter"]
    drift: list[PeriodShape]
    untimed: int
    worsened: WorsenedDevicesShape
    shared_keys: SharedKeysShape
    stale_after: float | None
    stale: StaleDevicesShape
    not_done: list[str]
    cut: list[str]
