"""Parquet: columns ``token``, and where they are known ``device``, ``time``, ``nonce``, ``model``.

A partition is a range of rows within one row group.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from iotassess.errors import UsageError
from iotassess.fleet.records import Record, bad, record
from iotassess.fleet.sources import Partition, digest_of_file

digest = digest_of_file

COLUMNS: Final = ("token", "token_hex", "device", "device_id", "time", "nonce", "model")

BATCH: Final = 1_000
"""Rows that are decoded at a time, so that large row groups do not fill the memory."""


def cut(path: Path, size: int) -> Iterator[tuple[int, int, int, int]]:
    """Cut the file into ranges: (row group, first row in it, rows, number of the first row in the file).

    Raises:
        UsageError: it is no Parquet file, or has no column of tokens.
    """
    try:
        with pq.ParquetFile(path) as file:
            names = set(file.schema_arrow.names)
            if len(names) != len(file.schema_arrow.names):
                raise UsageError(f"{path}: two columns have one name")
            if not names & {"token", "token_hex"}:
                raise UsageError(
                    f"{path}: no column token or token_hex; got {', '.join(sorted(names)[:10]) or 'none'}",
                    hint="name the column with the bytes of the tokens token",
                )
            before = 0
            for group in range(file.num_row_groups):
                rows = file.metadata.row_group(group).num_rows
                for start in range(0, rows, size):
                    yield group, start, min(size, rows - start), before + start
                before += rows
    except (pa.ArrowException, OSError, ValueError) as fault:
        raise UsageError(f"{path} cannot be read as Parquet: {' '.join(str(fault).split())[:200]}") from fault


def records(partition: Partition) -> Iterator[Record]:
    """Read the rows of a range."""
    group, start, count, first = cast("tuple[int, int, int, int]", partition.where)
    done = 0
    try:
        for row in _rows(Path(partition.path), group, start, count):
            yield record(f"{partition.name}#{first + done}", row)
            done += 1
    except (pa.ArrowException, OSError, ValueError, OverflowError) as fault:
        said = " ".join(str(fault).split())[:200]
        for number in range(done, count):  # each row that cannot be had is told
            yield bad(f"{partition.name}#{first + number}", f"the Parquet file cannot be read here: {said}")


def _rows(path: Path, group: int, start: int, count: int) -> Iterator[dict[str, Any]]:
    """Give rows as dictionaries; times as ``datetime`` with their zone."""
    with pq.ParquetFile(path) as file:
        names = [name for name in COLUMNS if name in file.schema_arrow.names]
        seen = 0
        for batch in file.iter_batches(batch_size=BATCH, row_groups=[group], columns=names):
            begin, end = max(start - seen, 0), min(start + count - seen, batch.num_rows)
            seen += batch.num_rows
            if begin < end:
                columns = [_values(batch.column(name).slice(begin, end - begin)) for name in names]
                for values in zip(*columns, strict=True):
                    yield dict(zip(names, values, strict=True))
            if seen >= start + count:
                return


def _values(column: pa.Array) -> list[Any]:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        # One without zone is taken as UTC: writers drop the zone more often than they mean local time.
        column = pc.cast(column, pa.timestamp("us"), safe=False).cast(pa.timestamp("us", tz="UTC"))
    return cast("list[Any]", column.to_pylist())
