"""What verifying a fleet's tokens comes to: the frozen values that its summary is printed from."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from iotassess.model.assessment import AsOf

ComponentMatch = Literal[
    "match", "digest-only", "mismatch", "no-reference", "doubtful-reference", "not-measured"
]
"""How what a token measured compares with the reference values, worst component of all:

- match: every component equals one in digest, name, version and signer;
- digest-only: the digests do, something beside them differs or is not told;
- mismatch: for one there are references, and none has its digest;
- no-reference: for one there is none;
- doubtful-reference: they are not authenticated, or not about this product;
- not-measured: the token measures nothing."""

COMPONENT_MATCHES: Final[tuple[ComponentMatch, ...]] = (
    "match",
    "digest-only",
    "not-measured",
    "no-reference",
    "doubtful-reference",
    "mismatch",
)
"""Best first."""

Fault = Literal[
    "unreadable", "device-mismatch", "key-shared", "time-after-as-of", "model-unknown", "model-mismatch"
]
"""What is wrong with a record that is no problem of its token:

- unreadable: it holds no token;
- device-mismatch: the token is of another device than the record, or the key's, says;
- key-shared: its key is the key of several devices, so that it tells nobody which one it is;
- time-after-as-of: it was received after the moment that the fleet is judged at;
- model-unknown: no profile was given for its model;
- model-mismatch: its model is said to be one that it is not."""

FAULTS: Final[Mapping[Fault, str]] = {
    "unreadable": "the record holds no token",
    "device-mismatch": "the token is of another device than the record or the key says",
    "key-shared": "its key is the key of several devices",
    "time-after-as-of": "it was received after the moment of judgement",
    "model-unknown": "no profile was given for its model",
    "model-mismatch": "it is not of the model that the record names",
}
"""Fault → what it means, in a clause."""


class Column(NamedTuple):
    """One attestation requirement, whose verdict is a column of the result.

    Attributes:
        baseline: id.
        requirement: id as published.
        title: in our words.
    """

    baseline: str
    requirement: str
    title: str

    @property
    def name(self) -> str:
        """Name of the column."""
        return f"verdict:{self.baseline}/{self.requirement}"


class ModelUsed(NamedTuple):
    """A profile that tokens were judged by.

    Attributes:
        name: vendor and model.
        release: firmware version that it declares, or "".
        path: of the profile, as given.
        sha256: of the profile, hex.
        example: it is marked as an example.
    """

    name: str
    release: str
    path: str
    sha256: str
    example: bool


class ModelRow(NamedTuple):
    """One model in numbers.

    Attributes:
        model: name, or "" for records of none that is known.
        tokens: all of them.
        authenticated: how many of them.
        matched: authenticated, and all components match reference values.
        sound: see ``Summary.sound``.
    """

    model: str
    tokens: int
    authenticated: int
    matched: int
    sound: int


class FirmwareRow(NamedTuple):
    """One firmware version of a model in numbers; what an unauthenticated token says is not counted.

    Attributes:
        model: name, or "".
        firmware: version as the tokens say it, or "" where they say none.
        tokens: authenticated ones.
        matched: how many of them match reference values.
        sound: see ``Summary.sound``.
        devices: whose latest authenticated token says so.
        first: earliest time, or None where no record has one.
        last: latest time, or None.
    """

    model: str
    firmware: str
    tokens: int
    matched: int
    sound: int
    devices: int
    first: datetime.datetime | None
    last: datetime.datetime | None


class Count(NamedTuple):
    """How often something was found, and where for the first time.

    Attributes:
        id: problem id, fault or discrepancy id.
        tokens: in how many of them.
        example: place of the first record.
    """

    id: str
    tokens: int
    example: str


class VerdictRow(NamedTuple):
    """One attestation requirement over all records.

    Attributes:
        column: which.
        counts: verdict → tokens. A token that is not authenticated counts as not-assessed.
    """

    column: Column
    counts: Mapping[str, int]


class Period(NamedTuple):
    """The fleet in one stretch of time: drift is how these differ.

    Attributes:
        start: first day of it.
        tokens: received in it.
        authenticated: how many of them.
        matched: authenticated, and all components match reference values.
        sound: see ``Summary.sound``.
        firmware: version → authenticated tokens; the less frequent ones together under "(others)".
    """

    start: datetime.date
    tokens: int
    authenticated: int
    matched: int
    sound: int
    firmware: Mapping[str, int]


class SharedKey(NamedTuple):
    """A key that verified tokens of more than one device.

    Attributes:
        thumbprint: SHA-256 over its SubjectPublicKeyInfo, hex.
        devices: how many.
        named: the first of them.
    """

    thumbprint: str
    devices: int
    named: tuple[str, ...]


class StaleDevice(NamedTuple):
    """A device that was not heard of for too long.

    Attributes:
        device: its name.
        model: or "".
        last: time of its latest authenticated token, or None if none was authenticated.
    """

    device: str
    model: str
    last: datetime.datetime | None


class Worsened(NamedTuple):
    """A device whose latest token is worse than an earlier one of it.

    Attributes:
        device: its name.
        model: or "".
        was: when it was still sound.
        now: time of its latest token.
        because: faults, problems and discrepancies of that.
    """

    device: str
    model: str
    was: datetime.datetime
    now: datetime.datetime
    because: tuple[str, ...]


class Listed(NamedTuple):
    """The first rows of a list, and how long it is in all.

    Attributes:
        total: rows in all.
        rows: the first of them.
    """

    total: int
    rows: tuple[SharedKey | StaleDevice | Worsened, ...]


NOTHING_LISTED: Final = Listed(0, ())


@dataclass(frozen=True, slots=True)
class Summary:
    """A fleet's tokens in numbers.

    Attributes:
        tool_version: of iotassess.
        as_of: moment of judgement.
        example: judged by profiles that are examples, and with TEST ONLY keys.
        records: all of them, those that hold no token too.
        sound: tokens that are authenticated, of a known model and bound to a release of it, without fault
            and without problem of severity error, with no component that mismatches, whose appraisal does
            not warn, and that contradict nothing.
        authenticity: authenticity → tokens.
        component_match: ``ComponentMatch`` → authenticated tokens.
        devices: different ones that authenticated a token.
        models: profiles, in the order given.
        anchors: how many trust anchors of which kind the user named, in words.
        by_model: most tokens first.
        problems: of the tokens; most frequent first.
        faults: of the records.
        discrepancies: between tokens and profiles.
        errors: what unreadable records said, most frequent first; id is the message.
        by_firmware: by model, then most devices first.
        verdicts: in the order of the baselines.
        period: how long each of ``drift`` is.
        drift: in the order of time; empty where no record has a time.
        untimed: records without a time.
        worsened: devices that were sound once.
        shared_keys: most devices first.
        stale_after: seconds after which a device is stale, or None where that was not asked.
        stale: longest silent first.
        not_done: what was not compared, and why.
        cut: what is longer than what is told here.
    """

    tool_version: str
    as_of: AsOf
    example: bool
    records: int
    sound: int
    authenticity: Mapping[str, int]
    component_match: Mapping[str, int]
    devices: int
    models: tuple[ModelUsed, ...]
    anchors: tuple[str, ...]
    by_model: tuple[ModelRow, ...]
    problems: tuple[Count, ...]
    faults: tuple[Count, ...]
    discrepancies: tuple[Count, ...]
    errors: tuple[Count, ...]
    by_firmware: tuple[FirmwareRow, ...]
    verdicts: tuple[VerdictRow, ...]
    period: Literal["day", "week", "month", "quarter"]
    drift: tuple[Period, ...]
    untimed: int
    worsened: Listed
    shared_keys: Listed
    stale_after: float | None
    stale: Listed
    not_done: tuple[str, ...]
    cut: tuple[str, ...] = field(default=())

    @property
    def all_sound(self) -> bool:
        """Whether every record is sound; where there is none, nothing is."""
        return 0 < self.records == self.sound
