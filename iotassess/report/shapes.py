"""The JSON documents as types: what programs may rely on, and what the JSON Schemas are made from."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from iotassess.model.artefact import AnchorSource, Authenticity, Binding, Purpose, Severity, SignatureStatus
from iotassess.model.verdict import Force, Level, NotApplicable, Outcome, PartKind, Verdict
from iotassess.report.shapes_appraisal import AppraisalShape
from iotassess.report.shapes_gate import CounterShape, GateShape, OverlookedShape, WaiverShape, WaiverUseShape


class Tool(TypedDict):
    """Which program wrote it."""

    name: Literal["iotassess"]
    version: str


class SignatureShape(TypedDict):
    """One signature or MAC."""

    type: str
    alg: str | None
    kid: str | None
    status: SignatureStatus
    key: str | None
    anchor_source: AnchorSource | None
    anchor_purpose: Purpose | None
    thumbprint: str | None


class ProblemShape(TypedDict):
    """One problem of an artefact."""

    id: str
    severity: Severity
    message: str
    at: str | None
    offset: int | None


class TreeShape(TypedDict):
    """One item of a file's bytes, with all that is inside it; an entry of a map has its key.

    Offsets count from the start of the file; below an item of type "decoded" from the first decoded byte.
    """

    offset: int
    length: int
    name: str | None
    type: str
    value: str | None
    hex: str
    notes: list[str]
    children: list[TreeShape]
    key: NotRequired[TreeShape]


class ArtefactShape(TypedDict):
    """One artefact; nested tokens have the same shape. ``inspect`` adds the tree of a file's bytes."""

    path: str
    kind: str | None
    media_type: str | None
    sha256: str
    size: int
    wellformed: bool
    authenticity: Authenticity
    binding: Binding | None
    grade: Literal[2, 3, 4, 5] | None
    device: str | None
    component: str | None
    signatures: list[SignatureShape]
    problems: list[ProblemShape]
    claims: dict[str, Any]
    nested: list[ArtefactShape]
    tree: NotRequired[TreeShape]


class ArtefactsDocument(TypedDict):
    """Output of ``verify -f json`` and ``inspect -f json``."""

    schema: Literal["iotassess/artefacts/v1"]
    tool: Tool
    as_of: str
    artefacts: list[ArtefactShape]
    appraisals: NotRequired[list[AppraisalShape]]


class ProductShape(TypedDict):
    """Which product."""

    vendor: str
    model: str
    hardware_revision: str | None
    firmware_version: str | None


class ProfileShape(TypedDict):
    """Which profile."""

    path: str
    sha256: str


class DeclaredShape(TypedDict):
    """The profile's side of a discrepancy."""

    path: str
    line: int | None
    value: bool | int | float | str


class EvidencedShape(TypedDict):
    """An artefact's side of a discrepancy, with the offset of the claim's bytes in the file if known."""

    artefact: str | None
    claim: str
    value: bool | int | float | str
    offset: int | None


class DiscrepancyShape(TypedDict):
    """One disagreement."""

    id: str
    fingerprint: str
    severity: Severity
    message: str
    grade: Literal[0, 1, 2, 3, 4, 5]
    subject: str
    requirements: list[str]
    declared: DeclaredShape | None
    evidenced: list[EvidencedShape]
    waiver: WaiverShape | None


class AnchorShape(TypedDict):
    """One trust anchor that was available."""

    name: str
    source: AnchorSource
    purpose: Purpose | None
    thumbprint: str | None


class ClaimShape(TypedDict):
    """One claim that an answer used."""

    source: str
    path: str
    line: int | None
    subject: str
    property: str
    value: bool | int | float | str
    grade: Literal[0, 1, 2, 3, 4, 5]


class _Part(TypedDict):
    probe: str
    outcome: Outcome
    kind: PartKind
    grade: Literal[0, 1, 2, 3, 4, 5]
    because: str
    disputed: bool
    claims: list[ClaimShape]


class PartShape(_Part, total=False):
    """One part of a requirement; a group has arms."""

    chosen: int | None
    arms: list[PartShape]


class RequirementShape(TypedDict):
    """One requirement with its verdict."""

    id: str
    title: str
    category: str
    force: Force
    gate: bool
    attestation: bool
    verdict: Verdict
    grade: Literal[0, 1, 2, 3, 4, 5]
    because: list[str]
    status: str
    process: bool
    not_applicable_basis: NotApplicable
    parts: list[PartShape]
    technologies: list[str]
    in_use: list[str]
    remediation: str
    discrepancies: list[str]
    waiver: WaiverShape | None


class CountsShape(TypedDict):
    """Requirements by verdict."""

    total: int
    applicable: int
    mandatory: dict[Verdict, int]
    recommended: dict[Verdict, int]
    process: dict[Verdict, int]


class BaselineShape(TypedDict):
    """One baseline's result."""

    id: str
    edition: str
    title: str
    catalogue_sha256: str
    level: Level
    suffix: Literal["", "!"]
    proven: float
    claimed: float
    because: list[str]
    counts: CountsShape
    words: dict[Verdict, str]
    notice: str
    requirements: list[RequirementShape]


class AssessmentDocument(TypedDict):
    """Output of ``assess -f json``."""

    schema: Literal["iotassess/assessment/v1"]
    tool: Tool
    as_of: str
    notice: str
    product: ProductShape
    profile: ProfileShape
    artefacts: list[ArtefactShape]
    appraisals: list[AppraisalShape]
    discrepancies: list[DiscrepancyShape]
    anchors: list[AnchorShape]
    example: bool
    baselines: list[BaselineShape]
    not_done: list[str]
    identity: dict[str, str]
    counters: list[CounterShape]
    overlooked: list[OverlookedShape]
    waivers: list[WaiverUseShape]
    gate: GateShape | None
