"""The work on one part: its records judged, its rows written. This is what runs on workers."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

from iotassess.fleet.plan import Done, Task
from iotassess.fleet.rows import Row, metadata_of, part_path, rows_of, table_of, write_part
from iotassess.fleet.sources import records
from iotassess.fleet.tally import Tally
from iotassess.fleet.verify import NOT_ASSESSED, judge_of
from iotassess.model.fleet import Column

_ONE_AT_A_TIME = threading.Lock()
"""A worker may have several threads: they would gain nothing, and what is remembered is not made for them."""


def verify_part(task: Task) -> Done:
    """Judge the records of a part and write its rows."""
    start = time.process_time()
    plan, partition = task
    with _ONE_AT_A_TIME:
        judge = judge_of(plan)
        rows = [judge.row(record) for record in records(partition)]
        write(part_path(Path(plan.out), partition.number), rows, plan.columns, plan.digest)
    return Done(partition.number, len(rows), time.process_time() - start)


def write(path: Path, rows: Sequence[Row], columns: Sequence[Column], digest: str) -> None:
    """Write rows with their numbers, whole or not at all.

    Args:
        path: of the part.
        rows: in the order of the records.
        columns: attestation requirements.
        digest: of the plan.
    """
    tally = Tally.of(rows, len(columns))
    write_part(path, table_of(rows, columns), {"plan": digest, "tally": tally.dumps()})


def is_done(path: Path, digest: str) -> bool:
    """Whether a part is there, made by the same plan."""
    if not path.is_file():
        return False
    found = metadata_of(path)
    return found is not None and found.get("plan") == digest


def tally_of(path: Path) -> Tally:
    """Read the numbers of a part.

    Raises:
        ValueError: the file is no part.
    """
    return Tally.loads((metadata_of(path) or {}).get("tally", ""))


def settle(path: Path, columns: Sequence[Column], shared: frozenset[str]) -> bool:
    """Take back what was said of tokens whose key turned out to be the key of several devices.

    Args:
        path: of the part.
        columns: attestation requirements.
        shared: thumbprints of those keys.

    Returns:
        Whether there were any.
    """
    import pyarrow.parquet as pq

    if shared.isdisjoint(pq.read_table(path, columns=["key"], partitioning=None).column("key").to_pylist()):
        return False
    rows = rows_of(pq.read_table(path, partitioning=None), columns)
    settled = [_unsaid(row) if row.key in shared else row for row in rows]
    if settled == rows:
        return False
    write(path, settled, columns, (metadata_of(path) or {}).get("plan", ""))
    return True


def _unsaid(row: Row) -> Row:
    return row._replace(
        faults=tuple(dict.fromkeys((*row.faults, "key-shared"))),
        sound=False,
        verdicts=tuple(NOT_ASSESSED for _ in row.verdicts),
    )
