"""What one run over a fleet was asked for, as every worker gets it."""

from __future__ import annotations

import datetime
import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from iotassess.crosscheck.denylist import Denylist
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.fleet.sources import Partition
from iotassess.model.assessment import AsOf
from iotassess.model.fleet import Column


class Plan(NamedTuple):
    """What was asked for. Paths are absolute: a worker has a working directory of its own.

    Attributes:
        profiles: of the models, each as (path, name as given).
        references: artefacts to appraise by, besides those that the profiles name: (path, name as given).
        anchors: that the user named.
        device_keys: table of registered keys, or None.
        baselines: ids or files.
        denylist: keys and firmware that the user knows to be bad.
        as_of: moment of judgement.
        max_age: how long ago a token may have been received to speak of the present, or None.
        columns: attestation requirements, in the order of the result.
        out: folder of the result.
        digest: of all that the result depends on, hex.
        basis: digest of what tokens are judged by, hex: a worker that finds another one refuses.
    """

    profiles: tuple[tuple[str, str], ...]
    references: tuple[tuple[str, str], ...]
    anchors: tuple[AnchorSpec, ...]
    device_keys: str | None
    baselines: tuple[str, ...]
    denylist: Denylist
    as_of: AsOf
    max_age: datetime.timedelta | None
    columns: tuple[Column, ...] = ()
    out: str = ""
    digest: str = ""
    basis: str = ""


class Task(NamedTuple):
    """One part of the work."""

    plan: Plan
    partition: Partition

    def __str__(self) -> str:
        return str(self.partition)


class Done(NamedTuple):
    """What came of one part.

    Attributes:
        part: its number.
        records: rows written.
        seconds: of processor time that it took.
    """

    part: int
    records: int
    seconds: float


def digest_of(plan: Plan, **more: object) -> str:
    """Digest all that a result depends on.

    Args:
        plan: with everything but its digest.
        more: digests of the files that it names, the version of the tool.
    """
    said = {
        "baselines": plan.baselines,
        "as_of": [plan.as_of.start.isoformat(), plan.as_of.end.isoformat()],
        "max_age": None if plan.max_age is None else plan.max_age.total_seconds(),
        "columns": plan.columns,
        "denied": [sorted(plan.denylist.keys), sorted(map(str, plan.denylist.digests))],
        **more,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def absolute(path: Path) -> str:
    """Give a path that a process elsewhere on the machine finds, too."""
    return str(path.resolve())
