"""A comparison of many products as Parquet: the rows and columns of the CSV, with types."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq

from iotassess.model.fleet_comparison import FleetComparison
from iotassess.report.fleet_comparison_csv import COLUMNS, rows

TYPES = {"grade": pa.int8(), "example": pa.bool_()}
"""Columns that hold no text."""
SCHEMA = pa.schema(
    [(name, TYPES.get(name, pa.string())) for name in COLUMNS],
    metadata={"schema": "iotassess/fleet-comparison-table/v1"},
)


def render(comparison: FleetComparison) -> bytes:
    """Render as the bytes of a Parquet file; the same comparison gives the same bytes.

    Args:
        comparison: what to show.
    """
    table = pa.Table.from_pylist(
        [{name: _clean(value) for name, value in row.items()} for row in rows(comparison)], schema=SCHEMA
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _clean(value: str | int | bool | None) -> str | int | bool | None:
    """Text that UTF-8 can hold: a file's name may have bytes that are none."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
