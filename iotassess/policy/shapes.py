"""The two files of the relying party as types: policies and waivers. The JSON Schemas are made from these."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter
from typing_extensions import TypedDict

from iotassess.model.artefact import Purpose
from iotassess.model.counter import CounterKind
from iotassess.model.durations import PATTERN
from iotassess.model.verdict import Level
from iotassess.model.waiver import WaiverReason
from iotassess.policy.policy import DebugState

CLOSED: Final = ConfigDict(extra="forbid", strict=True)

MAX_TEXT: Final = 500
"""Characters of a name, a path or an id in a policy or a waiver: what fits some lines of a report."""

MAX_PROSE: Final = 4000
"""Characters of a justification: a page, which reports repeat."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, pattern=r"^\S(.*\S)?$")]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=MAX_PROSE, pattern=r"\S")]
Hex256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Fingerprint = Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}$")]
RequirementName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*(@[a-z0-9.-]+)?/\S+$")]
Duration = Annotated[str, StringConstraints(pattern=PATTERN)]
Day = Annotated[str, StringConstraints(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
GradeOfEvidence = Annotated[int, Field(ge=3, le=5)]


class AnchorDocument(TypedDict):
    """A trust anchor, relative to the policy's folder; a folder's sub-folders may give purposes."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    path: Text
    purpose: NotRequired[Purpose]


class DebugDocument(TypedDict):
    """From which grade on evidence of which debug state counts."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    grade: NotRequired[GradeOfEvidence]
    state: NotRequired[DebugState]


class ShownDocument(TypedDict):
    """From which grade on evidence counts."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    grade: GradeOfEvidence


class WantedDocument(TypedDict):
    """What is wanted of a requirement."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    at_least: Literal["verified", "declared", "partial"]
    grade: NotRequired[Annotated[int, Field(ge=0, le=5)]]
    or_not_applicable: NotRequired[bool]


class IgnoringDocument(TypedDict):
    """Names of files in evidence folders that are no artefacts: ``*`` and ``?`` stand for anything."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    ignore: list[Text]


class UnsignedDocument(TypedDict):
    """Artefact kinds that need no signature."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    unsigned: list[Text]


class ProductDocument(TypedDict, total=False):
    """What tells the product from others."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    vendor: Text
    model: Text
    hardware_revision: Text
    vendor_id: Text
    class_id: Text
    implementation_id: Text
    oemid: Text
    hwmodel: Text


class PinnedDocument(TypedDict, total=False):
    """Which catalogue a baseline has to be."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    edition: Text
    sha256: Hex256


KindGroup = Text | Annotated[list[Text], Field(min_length=1)]
Count = Annotated[int, Field(ge=1, le=100)]

RULES: Final[dict[str, Any]] = {
    "no-contradiction": bool,
    "no-disagreement": bool,
    "no-error": bool,
    "artefacts-readable": bool,
    "artefacts-authenticated": bool | UnsignedDocument,
    "artefacts-bound": bool,
    "nothing-overlooked": bool | IgnoringDocument,
    "required-artefacts": bool | Annotated[list[KindGroup], Field(min_length=1)],
    "no-test-key": bool,
    "debug-shown-locked": bool | DebugDocument,
    "lifecycle-shown-secured": bool | ShownDocument,
    "mandatory-satisfied": bool,
    "minimum-level": Literal[False] | Annotated[dict[Text, Level], Field(min_length=1)],
    "minimum-verdict": Literal[False]
    | Annotated[
        dict[RequirementName, Literal["verified", "declared", "partial"] | WantedDocument],
        Field(min_length=1),
    ],
    "product-pinned": Literal[False] | Annotated[ProductDocument, Field(min_length=1)],
    "anchors-pinned": Literal[False]
    | Annotated[dict[Purpose, Annotated[list[Hex256], Field(min_length=1)]], Field(min_length=1)],
    "catalogues-pinned": Literal[False] | Annotated[dict[Text, PinnedDocument], Field(min_length=1)],
    "signature-threshold": Literal[False] | Annotated[dict[Text, Count], Field(min_length=1)],
    "certificates-outlast": bool | Duration,
    "support-lasts": bool | Duration,
    "evidence-recent": Literal[False] | Annotated[dict[Purpose, Duration], Field(min_length=1)],
    "earlier-result-given": bool,
    "earlier-result-passed": bool,
    "same-product": bool,
    "requirements-not-worse": bool,
    "artefacts-not-gone": bool,
    "counters-not-back": bool | Annotated[list[CounterKind], Field(min_length=1)],
}
"""Rule id → type of its value. True stands for the value in the shipped policy, false switches it off."""

RulesDocument = TypedDict("RulesDocument", RULES, total=False)  # type: ignore[misc]
RulesDocument.__pydantic_config__ = CLOSED  # type: ignore[attr-defined]


class PolicyDocument(TypedDict):
    """A policy file."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    schema: Literal["iotassess/policy/v1"]
    baselines: NotRequired[Annotated[list[Text], Field(min_length=1)]]
    trust_anchors: NotRequired[list[AnchorDocument]]
    rules: NotRequired[RulesDocument]


class FirmwareDocument(TypedDict, total=False):
    """Firmware versions that a waiver is for, both ends included."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    lowest: Text
    highest: Text


class WaiverDocument(TypedDict):
    """One waiver: for a requirement or for a discrepancy."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    requirement: NotRequired[RequirementName]
    discrepancy: NotRequired[Fingerprint]
    reason: WaiverReason
    justification: Prose
    approver: Text
    approved: Day
    expires: Day
    firmware: NotRequired[Annotated[FirmwareDocument, Field(min_length=1)]]


class WaiversDocument(TypedDict):
    """A waiver file."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    schema: Literal["iotassess/waivers/v1"]
    waivers: list[WaiverDocument]


DOCUMENTS: Final[dict[str, Any]] = {"policy": PolicyDocument, "waivers": WaiversDocument}


def document_schema(name: str) -> dict[str, Any]:
    """Make the JSON Schema (draft 2020-12) of a policy or waiver file.

    Args:
        name: a key of :data:`DOCUMENTS`; another one is a bug (``KeyError``).
    """
    made = TypeAdapter(DOCUMENTS[name]).json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:iotassess:{name}:v1",
        **made,
    }
