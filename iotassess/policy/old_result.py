"""An earlier result, read from ``assess -f json``: strictly, since a release is held against it."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from iotassess.codec import json
from iotassess.errors import MalformedArtefact, UsageError
from iotassess.model.artefact import Authenticity, Binding, Severity
from iotassess.model.counter import Counter, CounterKind
from iotassess.model.gate import Before, PartBefore
from iotassess.model.verdict import Level, Outcome, Verdict
from iotassess.model.visible import cut
from iotassess.policy.snapshot import (
    Plain,
    SnapArtefact,
    SnapBaseline,
    SnapClaim,
    SnapDiscrepancy,
    SnapPart,
    SnapRequirement,
    Snapshot,
    by_name,
)

SCHEMA: Final = "iotassess/assessment/v1"
MAX_BYTES: Final = 64 << 20
"""Largest result that is read: one of all baselines with two hundred artefacts has some ten megabytes."""

_STRICT: Final = ConfigDict(strict=True)
_Grade = Annotated[int, Field(ge=0, le=5)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Line = Annotated[int, Field(ge=1)]
_Hex = Annotated[str, StringConstraints(pattern="^([0-9a-f]{64})?$")]


class _Claim(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    source: str
    path: str
    line: _Line | None
    subject: str
    property: str
    value: bool | int | float | str
    grade: _Grade


class _PartBase(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    probe: str
    outcome: Outcome
    grade: _Grade
    because: str
    claims: list[_Claim]


class _Part(_PartBase, total=False):
    arms: list[_Part]


class _Requirement(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    id: str
    title: str
    verdict: Verdict
    grade: _Grade
    because: list[str]
    parts: list[_Part]
    discrepancies: list[str]


class _Baseline(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    id: str
    edition: str
    title: str
    catalogue_sha256: str
    level: Level
    suffix: Literal["", "!"]
    proven: _Share
    claimed: _Share
    requirements: Annotated[list[_Requirement], Field(min_length=1)]


class _Artefact(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    path: str
    kind: str | None
    sha256: _Hex
    authenticity: Authenticity
    binding: Binding | None
    grade: Annotated[int, Field(ge=2, le=5)] | None
    device: str | None
    component: str | None
    nested: list[_Artefact]


class _Counter(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    kind: CounterKind
    of: str
    value: Annotated[int, Field(ge=0)] | str
    content: list[str]
    source: str
    path: str
    line: _Line | None
    column: _Line


class _Discrepancy(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    id: str
    fingerprint: str
    severity: Severity
    message: str


class _PartBefore(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    probe: str
    outcome: Outcome
    grade: _Grade


class _Before(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    verdict: Verdict
    grade: _Grade
    parts: list[_PartBefore]


class _Finding(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    about: str
    before: _Before | None
    waived_by: list[dict[str, Any]]


class _Gate(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    passed: bool
    findings: list[_Finding]


class _Product(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    vendor: str
    model: str
    hardware_revision: str | None
    firmware_version: str | None


class _Tool(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    name: Literal["iotassess"]
    version: str


class _Result(TypedDict):
    __pydantic_config__ = _STRICT  # type: ignore[misc]
    schema: Literal["iotassess/assessment/v1"]
    tool: _Tool
    as_of: Annotated[str, StringConstraints(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    example: bool
    product: _Product
    identity: dict[str, str]
    baselines: list[_Baseline]
    artefacts: list[_Artefact]
    counters: list[_Counter]
    discrepancies: list[_Discrepancy]
    gate: _Gate | None


def read_result(path: Path) -> Snapshot:
    """Read an earlier result.

    Args:
        path: what ``assess`` or ``gate`` wrote with ``-f json``.

    Raises:
        UsageError: it is missing, or is not one.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or "not a path"
        raise UsageError(
            f"{path}: the earlier result cannot be read: {reason}",
            hint="name a file that `iotassess assess -f json=FILE` wrote",
        ) from None
    try:
        value = json.loads(data, max_size=MAX_BYTES)
    except MalformedArtefact as fault:
        raise _refused(path, fault.message) from None
    try:
        result = _adapter().validate_python(value)
    except ValidationError as error:
        raise _refused(path, _told(error)) from None
    if not result["baselines"]:
        raise _refused(path, "it holds no baseline, so that nothing can be held against it")
    _refuse_doubles(path, result)
    _refuse_contradictions(path, result)
    return _snapshot(path.name, result)


def _refused(path: Path, why: str) -> UsageError:
    return UsageError(
        f"{path}: not an earlier result ({SCHEMA}): {why}",
        hint="name a file that this version's `iotassess assess -f json=FILE` wrote, as it was written",
    )


@functools.cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(_Result)


def _told(error: ValidationError) -> str:
    """The first of pydantic's errors, in our words."""
    row = error.errors(include_url=False)[0]
    where = ".".join(map(str, row["loc"])) or "the whole"
    if row["type"] == "missing":
        return f"it has no {cut(where, 120)}"
    return f"{cut(where, 120)}: got {cut(repr(row['input']), 60)}; {row['msg'].lower()}"


def _refuse_doubles(path: Path, result: Any) -> None:
    """What stands twice could be read in two ways."""
    for what, ids in (
        ("baseline", [b["id"] for b in result["baselines"]]),
        *((f"requirement of {b['id']}", [r["id"] for r in b["requirements"]]) for b in result["baselines"]),
        ("counter", [(c["kind"], c["of"]) for c in result["counters"]]),
    ):
        if len(ids) != len(set(ids)):
            twice = next(id for id in ids if ids.count(id) > 1)
            raise _refused(path, f"the {what} {cut(repr(twice), 80)} stands twice in it")


NUMBERS: Final = (
    "suit-sequence-number",
    "installed-sequence-number",
    "mcuboot-security-counter",
    "corim-svn",
)
"""Counters that are numbers; the others are versions, in text."""


def _refuse_contradictions(path: Path, result: Any) -> None:
    """A result that does not agree with itself was not written by us."""
    try:
        datetime.date.fromisoformat(result["as_of"])
    except ValueError:
        raise _refused(path, f"as_of is {result['as_of']}, which no calendar has") from None
    for row in result["counters"]:
        if isinstance(row["value"], int) != (row["kind"] in NUMBERS):
            raise _refused(path, f"the counter {row['kind']} of {cut(row['of'], 60)} is of the wrong type")
    counted = any(row["kind"] == "firmware-version" for row in result["counters"])
    if result["product"]["firmware_version"] is not None and not counted:
        raise _refused(path, "its product has a firmware version, and its counters have none")
    gate = result["gate"]
    if gate is not None and gate["passed"] != all(row["waived_by"] for row in gate["findings"]):
        raise _refused(path, "its gate's answer does not agree with what the gate found")


def _snapshot(name: str, result: Any) -> Snapshot:
    return Snapshot(
        name=name,
        tool_version=result["tool"]["version"],
        as_of=result["as_of"],
        example=result["example"],
        product=result["product"],
        identity=result["identity"],
        baselines={row["id"]: _baseline(row) for row in result["baselines"]},
        artefacts=tuple(_artefacts(result["artefacts"])),
        counters=by_name(_counter(row) for row in result["counters"]),
        discrepancies=tuple(
            SnapDiscrepancy(d["id"], d["fingerprint"], d["severity"], d["message"])
            for d in result["discrepancies"]
        ),
        passed=None if result["gate"] is None else result["gate"]["passed"],
        owed={} if result["gate"] is None else _owed(result["gate"]["findings"]),
    )


def _owed(findings: Iterable[Any]) -> dict[str, Before]:
    return {
        row["about"]: _before(row["before"])
        for row in findings
        if row["before"] is not None and row["waived_by"]
    }


def _before(row: Any) -> Before:
    parts = tuple(PartBefore(part["probe"], part["outcome"], part["grade"]) for part in row["parts"])
    return Before(row["verdict"], row["grade"], parts)


def _baseline(row: Any) -> SnapBaseline:
    return SnapBaseline(
        row["id"],
        row["edition"],
        row["title"],
        row["catalogue_sha256"],
        row["level"],
        row["suffix"],
        row["proven"],
        row["claimed"],
        {r["id"]: _requirement(r) for r in row["requirements"]},
    )


def _requirement(row: Any) -> SnapRequirement:
    return SnapRequirement(
        row["id"],
        row["title"],
        row["verdict"],
        row["grade"],
        tuple(row["because"]),
        _parts(row["parts"]),
        tuple(row["discrepancies"]),
    )


def _parts(rows: Iterable[Any]) -> tuple[SnapPart, ...]:
    return tuple(
        SnapPart(
            row["probe"],
            row["outcome"],
            row["grade"],
            row["because"],
            tuple(_claim(c) for c in row["claims"]),
            _parts(row.get("arms", ())),
        )
        for row in rows
    )


def _claim(row: Any) -> SnapClaim:
    value: Plain = row["value"]
    return SnapClaim(
        row["source"], row["path"], row["line"], row["subject"], row["property"], value, row["grade"]
    )


def _artefacts(rows: Sequence[Any]) -> Iterator[SnapArtefact]:
    for row in rows:
        yield SnapArtefact(
            row["path"],
            row["kind"] or "",
            row["sha256"],
            row["authenticity"],
            row["binding"],
            row["grade"] or 0,
            row["device"] or "",
            row["component"] or "",
        )
        yield from _artefacts(row["nested"])


def _counter(row: Any) -> Counter:
    return Counter(
        row["kind"],
        row["of"],
        row["value"],
        tuple(row["content"]),
        row["source"],
        row["path"],
        row["line"],
        row["column"],
    )
