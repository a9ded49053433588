"""What tests of a fleet share: an operator's request, a judge of single records, the rows of a result."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from iotassess.cli.options import parse_as_of
from iotassess.crosscheck.denylist import NOTHING
from iotassess.evidence.trust import parse_anchor_spec
from iotassess.fleet import device_keys
from iotassess.fleet.plan import Plan
from iotassess.fleet.records import Record
from iotassess.fleet.rows import Row, rows_of
from iotassess.fleet.run import Asked
from iotassess.fleet.verify import Judge, columns
from iotassess.model.fleet import Column
from tests.fleet import token_fleet as making
from tests.fleet.token_fleet import EXAMPLE, GOOD

AS_OF = parse_as_of("2026-11-01")
RECEIVED = datetime.datetime(2026, 10, 31, 12, tzinfo=datetime.UTC)
WEEK = datetime.timedelta(days=7)
BASELINES = ("enisa-gp-tm",)
ANCHORS = (parse_anchor_spec(str(EXAMPLE / "anchors")),)


def asked(folder: Path, tokens: Path, **more: Any) -> Asked:
    """A request with the fleet's keys, into ``folder/out``."""
    given: dict[str, Any] = {
        "inputs": [tokens],
        "profiles": [GOOD],
        "out": folder / "out",
        "as_of": AS_OF,
        "anchors": ANCHORS,
        "keys": folder / "keys.parquet",
        "baselines": BASELINES,
        "max_age": WEEK,
        "partition": 5,
        **more,
    }
    return Asked(**given)


def judge(folder: Path, *, devices: int = 3, keys: Path | None = None, **more: Any) -> Judge:
    """A judge for single records."""
    if keys is None:
        keys = folder / "keys.parquet"
        making.write_keys(keys, devices)
    device_keys.build(keys, folder / "keys.sqlite")
    plan = Plan(
        profiles=((str(GOOD), "good.yaml"),),
        references=(),
        anchors=ANCHORS,
        device_keys=str(folder / "keys.sqlite"),
        baselines=BASELINES,
        denylist=NOTHING,
        as_of=AS_OF,
        max_age=WEEK,
    )._replace(**more)
    return Judge(plan._replace(columns=columns(plan)))


def record(token: bytes, number: int = 0, **more: Any) -> Record:
    """A record of a device's token, received the day before."""
    given: dict[str, Any] = {
        "device": making.device(number).name,
        "time": RECEIVED,
        "nonce": making.nonce_of(number),
        **more,
    }
    return Record("a record", token, **given)


def good(number: int = 0) -> Record:
    """A record with which nothing is wrong."""
    return record(making.token(making.device(number), making.nonce_of(number)), number)


def verdicts(judge: Judge, row: Row) -> dict[str, str | None]:
    """Requirement → verdict."""
    names = [column.requirement for column in judge.columns]
    return dict(zip(names, row.verdicts, strict=True))


def rows(parts: Path, columns: Sequence[Column]) -> list[Row]:
    """All rows of a result."""
    return [
        row
        for part in sorted(parts.glob("*.parquet"))
        for row in rows_of(pq.read_table(part, partitioning=None), columns)
    ]
