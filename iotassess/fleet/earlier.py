"""An earlier comparison, read from ``fleet assess -f json``: strictly, since a new one is held against it."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from iotassess.codec import json
from iotassess.errors import MalformedArtefact, UsageError
from iotassess.fleet.comparison import Earlier
from iotassess.model.fleet_comparison import WORST_FIRST, Cell, Product, Standing
from iotassess.model.verdict import Level, Verdict
from iotassess.model.visible import cut

SCHEMA: Final = "iotassess/fleet-comparison/v1"
MAX_BYTES: Final = 256 << 20
"""Largest comparison that is read: a thousand products before all baselines come to some thirty megabytes."""

_STRICT: Final = ConfigDict(strict=True)
_Share = Annotated[float, Field(ge=0, le=1)]
_Count = Annotated[int, Field(ge=0)]


class _Answer(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    id: str
    verdict: Verdict
    grade: Annotated[int, Field(ge=0, le=5)]


class _Standing(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    id: str
    level: Level
    suffix: Literal["", "!"]
    proven: _Share
    claimed: _Share
    requirements: Annotated[list[_Answer], Field(min_length=1)]


class _Product(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    path: str
    vendor: str
    model: str
    contradictions: _Count
    error: str | None
    baselines: list[_Standing]


class _Baseline(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    id: str
    catalogue_sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class _Comparison(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    schema: Literal["iotassess/fleet-comparison/v1"]
    as_of: Annotated[str, StringConstraints(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    products: Annotated[list[_Product], Field(min_length=1)]
    baselines: Annotated[list[_Baseline], Field(min_length=1)]


def read_earlier(path: Path) -> Earlier:
    """Read an earlier comparison.

    Args:
        path: what ``fleet assess`` wrote with ``-f json``.

    Raises:
        UsageError: it is missing, or is not one.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or "not a path"
        raise UsageError(
            f"{path}: the earlier comparison cannot be read: {reason}",
            hint="name a file that `iotassess fleet assess -f json=FILE` wrote",
        ) from None
    try:
        value = _adapter().validate_python(json.loads(data, max_size=MAX_BYTES))
    except MalformedArtefact as fault:
        raise _refused(path, fault.message) from None
    except ValidationError as error:
        raise _refused(path, _told(error)) from None
    _refuse_doubles(path, value)
    return Earlier(
        value["as_of"],
        tuple(map(_product, value["products"])),
        {row["id"]: row["catalogue_sha256"] for row in value["baselines"]},
    )


@functools.cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(_Comparison)


def _refused(path: Path, why: str) -> UsageError:
    return UsageError(
        f"{path}: not an earlier comparison ({SCHEMA}): {why}",
        hint="name a file that this version's `iotassess fleet assess -f json=FILE` wrote, as it was written",
    )


def _told(error: ValidationError) -> str:
    """The first of pydantic's errors, in our words."""
    row = error.errors(include_url=False)[0]
    where = ".".join(map(str, row["loc"])) or "the whole"
    if row["type"] == "missing":
        return f"it has no {cut(where, 120)}"
    return f"{cut(where, 120)}: got {cut(repr(row['input']), 60)}; {row['msg'].lower()}"


def _refuse_doubles(path: Path, value: Any) -> None:
    """What stands twice could be read in two ways."""
    lists = [("product", [row["path"] for row in value["products"]])]
    lists += [("baseline", [row["id"] for row in value["baselines"]])]
    for product in value["products"]:
        lists.append((f"baseline of {product['path']}", [row["id"] for row in product["baselines"]]))
        for row in product["baselines"]:
            lists.append((f"requirement of {product['path']}", [one["id"] for one in row["requirements"]]))
    for what, ids in lists:
        if len(ids) != len(set(ids)):
            raise _refused(path, f"a {cut(what, 80)} stands twice in it")


def _product(row: Any) -> Product:
    return Product(
        path=row["path"],
        vendor=row["vendor"],
        model=row["model"],
        contradictions=row["contradictions"],
        error=row["error"] or "",
        standings=tuple(map(_standing, row["baselines"])),
    )


def _standing(row: Any) -> Standing:
    cells = {one["id"]: Cell(one["verdict"], one["grade"]) for one in row["requirements"]}
    verdicts = [cell.verdict for cell in cells.values()]
    counts = {verdict: verdicts.count(verdict) for verdict in WORST_FIRST}
    return Standing(row["id"], row["level"], row["suffix"], row["proven"], row["claimed"], counts, cells)
