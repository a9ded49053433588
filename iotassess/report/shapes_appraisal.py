"""Our own appraisals as types: the part of the JSON documents that ``appraisal_json`` writes."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from iotassess.model.appraisal import Outcome
from iotassess.model.ar4si import Tier
from iotassess.model.artefact import Authenticity


class DigestShape(TypedDict):
    """A digest; ``value`` is lower-case hex."""

    alg: str
    value: str


class ReferenceShape(TypedDict):
    """One measurement that reference values say is in order."""

    artefact: str
    path: str
    name: str | None
    version: str | None
    signers: list[str]
    digests: list[DigestShape]


class ComponentShape(TypedDict):
    """How one measured component compares with the reference values."""

    index: int
    path: str
    type: str | None
    outcome: Outcome
    reference: ReferenceShape | None
    differs: list[Literal["name", "version", "signer"]]


class VectorEntryShape(TypedDict):
    """One claim of the trustworthiness vector, with the reason for it."""

    category: str
    value: int
    tier: Tier
    meaning: str
    reason: str
    at: str | None


class StatusShape(TypedDict):
    """The worst tier of the vector, with its number (draft-ietf-rats-ear)."""

    value: int
    name: Tier


class ReferenceSourceShape(TypedDict):
    """An artefact by whose reference values a token was appraised."""

    path: str
    kind: str
    authenticity: Authenticity
    grade: int | None
    doubt: str | None


class AppraisalShape(TypedDict):
    """Our own appraisal of one attestation token (draft-ietf-rats-ar4si section 2.3)."""

    token: str
    kind: str
    device: str | None
    authenticity: Authenticity
    status: StatusShape
    trustworthiness_vector: dict[str, int]
    entries: list[VectorEntryShape]
    components: list[ComponentShape]
    unreported: list[ReferenceShape]
    references: list[ReferenceSourceShape]
