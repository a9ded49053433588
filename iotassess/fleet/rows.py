"""One row of the result a record, and the Parquet files that rows are written to.

A part is written beside its place and renamed, so that it is there whole or not at all. The same rows give
the same bytes.
"""

from __future__ import annotations

import datetime
import os
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from iotassess.model.fleet import Column

SHARDS: Final = 256
"""Parts into which devices and keys fall by a hash of their names, so that a summary over all devices can be
made for a few of them at a time."""


class Row(NamedTuple):
    """What came of one record.

    Attributes:
        record: place of the record.
        device: the operator's name of the device; else the identity in the token, if it is authenticated.
        instance: identity in the token, hex; None where it has none.
        model: vendor and model of the profile that it was judged by, or None.
        release: firmware version that this profile declares, or None.
        time: when it was received, UTC.
        sha256: of the token, hex; None where there is none.
        kind: artefact kind, or None.
        authenticity: as ``verify`` says it; None where there is no token.
        key: thumbprint of the key that verified it, or None.
        anchor: name of the trust anchor, or None.
        binding: bound, other or unknown; None where no profile fits.
        grade: of what it says, or None.
        fresh: "nonce", "time", or None.
        firmware: version that it says.
        lifecycle: that it says.
        debug: state that it says.
        component_match: see ``model.fleet.ComponentMatch``; None where it was not appraised.
        unmatched: measured components that match no reference value.
        status: of the appraisal (AR4SI tier), or None.
        problems: ids, in the order found.
        discrepancies: ids that the token has a part in.
        faults: see ``model.fleet.Fault``.
        error: what is wrong with the record, or None.
        sound: see ``model.fleet.Summary``.
        verdicts: of the attestation requirements, in the order of the columns; None where there is no token.
    """

    record: str
    device: str | None = None
    instance: str | None = None
    model: str | None = None
    release: str | None = None
    time: datetime.datetime | None = None
    sha256: str | None = None
    kind: str | None = None
    authenticity: str | None = None
    key: str | None = None
    anchor: str | None = None
    binding: str | None = None
    grade: int | None = None
    fresh: str | None = None
    firmware: str | None = None
    lifecycle: str | None = None
    debug: str | None = None
    component_match: str | None = None
    unmatched: tuple[str, ...] = ()
    status: str | None = None
    problems: tuple[str, ...] = ()
    discrepancies: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    error: str | None = None
    sound: bool = False
    verdicts: tuple[str | None, ...] = ()


_TEXTS: Final = pa.list_(pa.string())
_TYPES: Final[dict[str, pa.DataType]] = {
    "time": pa.timestamp("us", tz="UTC"),
    "grade": pa.int8(),
    "sound": pa.bool_(),
    "unmatched": _TEXTS,
    "problems": _TEXTS,
    "discrepancies": _TEXTS,
    "faults": _TEXTS,
}
FIELDS: Final = tuple(name for name in Row._fields if name != "verdicts")


def schema(columns: Sequence[Column]) -> pa.Schema:
    """Give the schema of the result: a column a field of :class:`Row`, and one a requirement.

    Args:
        columns: attestation requirements of the baselines that tokens are judged by.
    """
    fields = [pa.field(name, _TYPES.get(name, pa.string())) for name in FIELDS]
    fields += [pa.field(column.name, pa.string()) for column in columns]
    fields += [pa.field("device_shard", pa.uint8()), pa.field("key_shard", pa.uint8())]
    return pa.schema(fields)


def shard(name: str | None) -> int:
    """Give the part that a device or key falls into."""
    return 0 if name is None else zlib.crc32(name.encode()) % SHARDS


def table_of(rows: Sequence[Row], columns: Sequence[Column]) -> pa.Table:
    """Make the Arrow table of some rows."""
    wanted = schema(columns)
    values: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [() for _ in Row._fields]
    by_name = dict(zip(Row._fields, values, strict=True))
    verdicts = list(zip(*by_name["verdicts"], strict=True)) if rows and columns else [() for _ in columns]
    arrays = [
        *(by_name[name] for name in FIELDS),
        *verdicts,
        [shard(device) for device in by_name["device"]],
        [shard(key) for key in by_name["key"]],
    ]
    made = [pa.array(a, type=f.type) for a, f in zip(arrays, wanted, strict=True)]
    return pa.Table.from_arrays(made, schema=wanted)


def rows_of(table: pa.Table, columns: Sequence[Column]) -> list[Row]:
    """Give the rows of a table that ``table_of`` made."""
    lists = [table.column(name).to_pylist() for name in FIELDS]
    lists = [
        [tuple(one or ()) for one in values] if name in _TYPES and _TYPES[name] == _TEXTS else values
        for name, values in zip(FIELDS, lists, strict=True)
    ]
    verdicts = [table.column(column.name).to_pylist() for column in columns]
    per_row = list(zip(*verdicts, strict=True)) if columns else [()] * table.num_rows
    return [Row._make((*fields, v)) for fields, v in zip(zip(*lists, strict=True), per_row, strict=True)]


def part_path(folder: Path, index: int) -> Path:
    """Give the file of a part."""
    return folder / f"part-{index:06d}.parquet"


def write_part(path: Path, table: pa.Table, metadata: Mapping[str, str]) -> None:
    """Write a part whole or not at all.

    Args:
        path: of the part.
        table: its rows.
        metadata: goes into the file's own metadata.
    """
    own = {f"iotassess.{name}": text for name, text in metadata.items()}
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with temporary.open("wb") as file:
            pq.write_table(table.replace_schema_metadata(own), file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def metadata_of(path: Path) -> dict[str, str] | None:
    """Read what ``write_part`` put into a part's metadata; None where the file is none of ours."""
    try:
        found = pq.read_metadata(path).metadata or {}
        return {
            name.decode().removeprefix("iotassess."): text.decode()
            for name, text in found.items()
            if name.startswith(b"iotassess.")
        }
    except (pa.ArrowException, OSError, ValueError):
        return None
