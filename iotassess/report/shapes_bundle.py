"""The JSON documents of bundles as types: the manifest in one, and what ``bundle verify`` says of it."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, StringConstraints
from typing_extensions import TypedDict

from iotassess.model.artefact import Authenticity, Purpose
from iotassess.model.bundle import Change, Command, Rerun
from iotassess.report.shapes import ProblemShape, SignatureShape, Tool

_STRICT: Final = ConfigDict(strict=True, extra="forbid")
"""A manifest is read strictly: what is not understood in it would be passed over in silence."""

FileRole = Literal[
    "profile",
    "artefact",
    "image",
    "document",
    "trust-anchor",
    "denylist",
    "waivers",
    "policy",
    "earlier-result",
    "catalogue",
    "unread",
    "result",
    "signer",
]
"""What a file is in a bundle for. An unread one was seen in a folder and not read: it is empty here."""

MAX_SECONDS: Final = 999_999 * 7 * 86_400
"""Longest age that can be asked for, in seconds: 999999 weeks."""

MAX_FILES: Final = 10_000
"""Files of one bundle: an assessment of two hundred artefacts has some five hundred."""

MAX_ANCHORS: Final = 1_000
"""Trust anchors of a call: one key each, and a set of keys has no more."""

MAX_CHALLENGES: Final = 1_000
"""Challenges of a call: one for each token."""

MAX_CATALOGUES: Final = 100
"""Baselines of a call, of a policy, and catalogues: some five are shipped."""

MAX_DENYLISTS: Final = 100
"""Files with denylists; each may have as many rows as it likes."""

_Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
_Moment = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?\+00:00$"),
]
_Challenge = Annotated[str, StringConstraints(pattern="^([0-9a-f]{2}){8,64}$")]
_Size = Annotated[int, Field(ge=0)]


class ManifestTool(TypedDict):
    """Which program made the bundle."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    name: Literal["iotassess"]
    version: str


class FileShape(TypedDict):
    """One file of the bundle.

    ``name`` is what the result calls it: of a trust anchor the anchor's name, of what the profile names its
    path from the profile, of artefacts of the command line the path in the bundle, of others the file's name.
    """

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    path: str
    role: FileRole
    name: str
    size: _Size
    sha256: _Sha256


class AnchorShape(TypedDict):
    """One trust anchor of the call: its file, what it was named for, and who named it."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    path: str
    purpose: Purpose | None
    source: Literal["user", "policy"]


class NonceShape(TypedDict):
    """One challenge, in hex; without an artefact it is for all of them."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    artefact: str | None
    value: _Challenge


class MomentShape(TypedDict):
    """The moment of judgement, in UTC: one instant, or the first and the last of a day."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    start: _Moment
    end: _Moment


class GateCallShape(TypedDict):
    """What the gate was asked; ``baselines`` are those that the policy names."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    policy: str | None
    baselines: Annotated[list[str], Field(max_length=MAX_CATALOGUES)]
    against: str | None
    strict: bool
    allow_example: bool


class CallShape(TypedDict):
    """What was asked, in paths of the bundle; a baseline is an id or a path."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    profile: str
    artefacts: Annotated[list[str], Field(max_length=MAX_FILES)]
    anchors: Annotated[list[AnchorShape], Field(max_length=MAX_ANCHORS)]
    nonces: Annotated[list[NonceShape], Field(max_length=MAX_CHALLENGES)]
    max_age: Annotated[int, Field(ge=0, le=MAX_SECONDS)] | None
    as_of: MomentShape
    baselines: Annotated[list[str], Field(min_length=1, max_length=MAX_CATALOGUES)]
    denylists: Annotated[list[str], Field(max_length=MAX_DENYLISTS)]
    waivers: str | None
    gate: GateCallShape | None


class CatalogueShape(TypedDict):
    """One catalogue that was judged by; one that is shipped with iotassess is not in the bundle."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    id: str
    edition: str
    sha256: _Sha256
    path: str | None


class BundleDocument(TypedDict):
    """The manifest of a bundle: what was asked, by which catalogues it was judged, and every other file."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    schema: Literal["iotassess/bundle/v1"]
    tool: ManifestTool
    call: CallShape
    catalogues: Annotated[list[CatalogueShape], Field(max_length=MAX_CATALOGUES)]
    files: Annotated[list[FileShape], Field(max_length=MAX_FILES)]


# --- what ``bundle verify`` says ----------------------------------------------------------------


class ReasonShape(TypedDict):
    """One reason why the bundle is not accepted; of one about the whole the path is null."""

    id: str
    path: str | None
    message: str


class BundleFileShape(TypedDict):
    """The file that was looked at."""

    path: str
    size: int
    sha256: str


class ManifestStateShape(TypedDict):
    """The manifest: its digest, what vouches for it, and how many files it lists."""

    sha256: str | None
    authenticity: Authenticity
    signatures: list[SignatureShape]
    problems: list[ProblemShape]
    files: int


class ChallengeShape(TypedDict):
    """A challenge that the maker named, in hex; without an artefact it is for all of them."""

    artefact: str | None
    value: str


class ResultShape(TypedDict):
    """What the result in the bundle is the result of, made by which version; null where that is not known.

    ``policy`` is the maker's, by its path in the bundle; null where the shipped one was asked, or none.
    ``max_age`` is how old a signed time may be to count as fresh, in seconds, as the maker chose; null where
    the maker did not. ``example`` says that the profile is an example, and no real product's.
    """

    command: Command
    as_of: str | None
    made_by: str | None
    policy: str | None
    challenges: list[ChallengeShape]
    max_age: int | None
    example: bool


DifferenceShape = TypedDict("DifferenceShape", {"at": str, "change": Change, "was": Any, "is": Any})
"""One place where the result in the bundle (``was``) and the one made from it (``is``) differ; ``at`` is a
JSON pointer into the result in the bundle, and of what was added into the new one."""


class RerunShape(TypedDict):
    """What came of making the assessment anew, and where it differs."""

    state: Rerun
    differences: list[DifferenceShape]
    left_out: int


class NamedAnchorShape(TypedDict):
    """One trust anchor that the verdicts rest on; the bundle's maker named it, or its profile did."""

    name: str
    source: str
    purpose: Purpose | None
    thumbprint: str | None


class BundleCheckDocument(TypedDict):
    """What came of verifying a bundle."""

    schema: Literal["iotassess/bundle-check/v1"]
    tool: Tool
    file: BundleFileShape
    accepted: bool
    reasons: list[ReasonShape]
    waived: list[ReasonShape]
    manifest: ManifestStateShape
    result: ResultShape
    rerun: RerunShape
    anchors: list[NamedAnchorShape]
