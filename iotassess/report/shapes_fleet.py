"""The JSON document of a fleet's comparison as types: what programs may rely on, and its schema's origin."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from iotassess.model.fleet_comparison import FleetChange
from iotassess.model.verdict import Force, Level, Verdict
from iotassess.report.shapes import Tool


class FleetCountsShape(TypedDict):
    """Profiles that were found, those of them that nothing could be made of, and YAML files that are none."""

    products: int
    unusable: int
    ignored: int


class FleetRequirementShape(TypedDict):
    """A requirement over all products: products by verdict, and those with the worst one."""

    id: str
    title: str
    force: Force
    counts: dict[Verdict, int]
    worst_products: list[str]


class FleetBaselineShape(TypedDict):
    """A baseline over all products: products by level, and requirements."""

    id: str
    edition: str
    title: str
    catalogue_sha256: str
    levels: dict[Level, int]
    requirements: list[FleetRequirementShape]
    worst_requirements: list[str]


class FleetAnswerShape(TypedDict):
    """A product's answer to a requirement."""

    id: str
    verdict: Verdict
    grade: int


class FleetStandingShape(TypedDict):
    """A product before a baseline; shares from 0 to 1."""

    id: str
    level: Level
    suffix: Literal["", "!"]
    proven: float
    claimed: float
    counts: dict[Verdict, int]
    requirements: list[FleetAnswerShape]


class FleetArtefactsShape(TypedDict):
    """Artefacts of a product that were read, and those that an anchor of the user's authenticates."""

    read: int
    authenticated: int


class FleetProductShape(TypedDict):
    """One profile; with an error it was not assessed, and has no baselines."""

    path: str
    sha256: str | None
    vendor: str
    model: str
    hardware_revision: str | None
    firmware_version: str | None
    example: bool
    error: str | None
    artefacts: FleetArtefactsShape
    contradictions: int
    counts: dict[Verdict, int]
    baselines: list[FleetStandingShape]


class ProductNewsShape(TypedDict):
    """A product that came, went, or changed as a whole."""

    path: str
    name: str
    change: FleetChange
    message: str


class LevelNewsShape(TypedDict):
    """A level that went up or down."""

    path: str
    baseline: str
    change: FleetChange
    before: str
    after: str


class VerdictNewsShape(TypedDict):
    """An answer that changed; null where there is none."""

    path: str
    baseline: str
    requirement: str
    change: FleetChange
    before: str | None
    after: str | None


class FleetNewsShape(TypedDict):
    """What changed since an earlier comparison."""

    worse: bool
    old_as_of: str
    other_catalogues: list[str]
    products: list[ProductNewsShape]
    levels: list[LevelNewsShape]
    verdicts: list[VerdictNewsShape]


class FleetComparisonDocument(TypedDict):
    """JSON of ``fleet assess``."""

    schema: Literal["iotassess/fleet-comparison/v1"]
    notice: str
    tool: Tool
    as_of: str
    example: bool
    counts: FleetCountsShape
    baselines: list[FleetBaselineShape]
    products: list[FleetProductShape]
    worst_products: list[str]
    changes: FleetNewsShape | None
    not_done: list[str]
