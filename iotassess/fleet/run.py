"""A whole run over a fleet's tokens, on one screen.

1. Read what tokens are judged by: profiles, anchors, reference values, registered keys.
2. Open the folder of the result; what the same run did there before is kept.
3. Judge every part that is not done, on as many processes as the engine has.
4. Find the keys that several devices share, and take back what was said of their tokens.
5. Sum up, and only then make the parts the result.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from iotassess import __version__
from iotassess.crosscheck.denylist import NOTHING, Denylist
from iotassess.errors import FleetError, UsageError
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.fleet import device_keys, folder, sources
from iotassess.fleet.devices import listed_keys, look_at, shared_keys
from iotassess.fleet.engine import Engine
from iotassess.fleet.part import is_done, settle, tally_of, verify_part
from iotassess.fleet.plan import Plan, Task, absolute, digest_of
from iotassess.fleet.rows import part_path
from iotassess.fleet.sources import PARTITION, Partition
from iotassess.fleet.summing import sum_up
from iotassess.fleet.tally import Tally
from iotassess.fleet.verify import Judge, columns
from iotassess.intake import SAMPLE
from iotassess.model.assessment import AsOf
from iotassess.model.fleet import SharedKey, Summary


class Asked(NamedTuple):
    """What the user asked for.

    Attributes:
        inputs: files and folders of tokens.
        profiles: one a model, or a release of one.
        out: folder of the result.
        as_of: moment of judgement.
        anchors: trust anchors.
        keys: registered device keys, or None.
        references: artefacts to appraise by.
        baselines: ids or files.
        denylist: keys and firmware that are known to be bad.
        max_age: how long ago a token may have been received to speak of the present.
        stale_after: silence after which a device is stale, or None.
        partition: records of a part, about.
        restart: throw away what another run left in the folder.
    """

    inputs: Sequence[Path]
    profiles: Sequence[Path]
    out: Path
    as_of: AsOf
    anchors: Sequence[AnchorSpec] = ()
    keys: Path | None = None
    references: Sequence[Path] = ()
    baselines: Sequence[str] = ()
    denylist: Denylist = NOTHING
    max_age: datetime.timedelta | None = None
    stale_after: datetime.timedelta | None = None
    partition: int = PARTITION
    restart: bool = False


class Progress(NamedTuple):
    """How far a run is.

    Attributes:
        records: judged so far, those of an earlier run among them.
        parts: done.
        of: parts in all.
        step: what is being done.
    """

    records: int
    parts: int
    of: int
    step: str


Tell = Callable[[Progress], None]


class Outcome(NamedTuple):
    """What a run gave.

    Attributes:
        summary: in numbers.
        parts: folder of the Parquet files.
        kept: parts that an earlier run had done.
    """

    summary: Summary
    parts: Path
    kept: int


def run(asked: Asked, engine: Engine, tell: Tell = lambda _: None) -> Outcome:
    """Verify a fleet's tokens; see the head of this file for the steps.

    Args:
        asked: by the user.
        engine: that runs the parts.
        tell: is told how far it is.

    Raises:
        UsageError: an input, anchor, key or folder is unusable.
        ProfileError: a profile is.
        FleetError: a part cannot be done.
    """
    if not asked.inputs:
        raise UsageError("no tokens were named; expected a folder, .tar, .jsonl or .parquet")
    for path in asked.inputs:
        sources.source_of(path)
    with folder.locked(asked.out):
        plan, judge = _plan(asked)
        out = folder.begin(asked.out, plan.digest, restart=asked.restart)
        plan = plan._replace(out=absolute(out))
        partitions = list(sources.partitions(list(asked.inputs), asked.partition))
        kept = _judge(plan, partitions, engine, tell)
        names = [part_path(out, partition.number).name for partition in partitions]
        out = folder.settle(asked.out, frozenset(names))
        parts = [out / name for name in names]
        _require(parts, plan.digest)
        records = sum(tally_of(part).records for part in parts)
        tell(Progress(records, len(parts), len(parts), "looking for shared keys"))
        shared = _settle(parts, records, plan)
        tell(Progress(records, len(parts), len(parts), "summing up"))
        summary = _summary(asked, plan, judge, parts, shared)
        return Outcome(summary, folder.finish(asked.out), kept)


def _plan(asked: Asked) -> tuple[Plan, Judge]:
    table = asked.out / folder.KEYS
    keys = "" if asked.keys is None else device_keys.build(asked.keys, table)
    plan = Plan(
        profiles=tuple((absolute(path), str(path)) for path in asked.profiles),
        references=tuple((absolute(path), str(path)) for path in asked.references),
        anchors=tuple(spec._replace(path=spec.path.resolve()) for spec in asked.anchors),
        device_keys=None if asked.keys is None else absolute(table),
        baselines=tuple(asked.baselines),
        denylist=asked.denylist,
        as_of=asked.as_of,
        max_age=asked.max_age,
    )
    plan = plan._replace(columns=columns(plan))
    judge = Judge(plan)  # a profile or anchor that is unusable is told now, and not by a worker
    digest = digest_of(
        plan,
        version=__version__,
        partition=asked.partition,
        inputs=sources.digest(list(asked.inputs)),
        keys=keys,
        basis=judge.basis(),
    )
    return plan._replace(digest=digest, basis=judge.basis()), judge


def _judge(plan: Plan, partitions: Sequence[Partition], engine: Engine, tell: Tell) -> int:
    """Have every part judged that is not done, and give the number of those that were."""
    out = Path(plan.out)
    missing = [one for one in partitions if not is_done(part_path(out, one.number), plan.digest)]
    todo = {one.number for one in missing}
    kept = len(partitions) - len(todo)
    records = sum(
        tally_of(part_path(out, one.number)).records for one in partitions if one.number not in todo
    )
    done = kept
    tell(Progress(records, done, len(partitions), "verifying"))
    for _, result in engine.map(verify_part, (Task(plan, one) for one in missing)):
        records += result.records
        done += 1
        tell(Progress(records, done, len(partitions), "verifying"))
    return kept


def _require(parts: Sequence[Path], digest: str) -> None:
    """See that every part is there, and of this run: a worker of another one may have written late.

    Raises:
        FleetError: one is not.
    """
    for part in parts:
        if not is_done(part, digest):
            raise FleetError(
                f"{part.name} was replaced or damaged while the run went on",
                hint="run the same command again: what is done is kept",
            )


def _settle(parts: Sequence[Path], records: int, plan: Plan) -> dict[str, SharedKey]:
    shared = shared_keys(parts, records)
    if shared:
        for part in parts:
            settle(part, plan.columns, frozenset(shared))
    return shared


def _summary(
    asked: Asked, plan: Plan, judge: Judge, parts: Sequence[Path], shared: dict[str, SharedKey]
) -> Summary:
    tally = Tally(len(plan.columns))
    for part in parts:
        tally.merge(tally_of(part))
    since = None if asked.stale_after is None else asked.as_of.end - asked.stale_after
    found = look_at(parts, tally.records, since)
    return sum_up(tally, found, listed_keys(shared), asked_by(asked, judge), plan.columns)


def asked_by(asked: Asked, judge: Judge) -> Summary:
    """Make the summary of nothing: what it says of the run itself."""
    from iotassess.fleet.summing import empty

    return empty(
        as_of=asked.as_of,
        models=[model.used for model in judge.models],
        anchors=judge.anchors(),
        stale_after=None if asked.stale_after is None else asked.stale_after.total_seconds(),
        not_done=_not_done(asked, judge),
    )


def _not_done(asked: Asked, judge: Judge) -> list[str]:
    notes: list[str] = []
    if not asked.anchors and asked.keys is None:
        notes.append("no trust anchor (-t) and no device keys (--device-keys): no token can be authenticated")
    if not asked.profiles:
        notes.append("no profile was given: no token is held against a model, and no requirement is judged")
    if asked.max_age is None:
        notes.append("no --max-age: no token speaks of the present, whatever challenge it answers")
    if asked.stale_after is None:
        notes.append("no --stale-after: devices that fell silent are not looked for")
    if any(note.endswith(SAMPLE) for model in judge.models for note in model.not_done):
        notes.append("tokens and results of sample devices, which the profiles name, are not taken in")
    for model in judge.models:
        name = f"{model.used.name} {model.used.release}".strip()
        notes += [f"{name}: {note}" for note in model.not_done if not _is_ours(note)]
    return list(dict.fromkeys((*_as_named(judge.notes, asked.anchors), *notes)))


def _as_named(notes: Sequence[str], anchors: Sequence[AnchorSpec]) -> list[str]:
    """Name anchors as the user did: a result does not tell where it was made."""
    named = list(notes)
    for spec in anchors:
        named = [note.replace(str(spec.path.resolve()), str(spec.path)) for note in named]
    return named


def _is_ours(note: str) -> bool:
    """Whether a note of an assessment is about its command line, which is another one here."""
    return note.startswith(("no challenge was given", "no trust anchor was named")) or note.endswith(SAMPLE)
