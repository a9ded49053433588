"""The claim: the one row shape in which declaration and evidence meet (docs: explanation/claims).

A claim is ``(subject, property, value, grade, source)``. The profile yields claims of grade 0, documents
claims of grade 1, artefacts claims of what they show; nothing else does. Probes and cross-checks see
claims and never bytes.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Literal, NamedTuple

SubjectKind = Literal[
    "product",
    "component",
    "boot-stage",
    "device",
    "key",
    "trust-anchor",
    "endpoint",
    "interface",
    "service",
    "library",
    "personal-data",
    "data-flow",
    "product-component",
    "update-mechanism",
    "authentication-mechanism",
    "technology",
    "justification",
]

Scheme = Literal[
    "profile",
    "suit-component-id",
    "measurement-type",
    "signer",
    "swid-tag-id",
    "instance-id",
    "serial",
    "identity-key",
    "file",
]


class Grade(IntEnum):
    """How far a claim is to be believed: the grade of the bytes that it was read from."""

    DECLARED = 0
    """The profile says so, and nothing else."""
    DOCUMENTED = 1
    """A supplied document says so; its digest was recomputed and its date fits."""
    DECODED = 2
    """An artefact says so: unsigned, no key for it, not bound, or signed by a published test key."""
    INTACT = 3
    """Its signature verifies, by a key that nobody independent named for this purpose."""
    AUTHENTICATED = 4
    """Its signature verifies to an anchor that the user named for this purpose, and it is bound."""
    FRESH = 5
    """Authenticated, about one device, at a known moment."""


def grade_name(grade: int) -> str:
    """The word for a grade, as reports write it.

    Args:
        grade: 0 to 5.
    """
    return Grade(grade).name.lower()


class Digest(NamedTuple):
    """A digest value with its algorithm.

    Attributes:
        alg: hash name as in the IANA Named Information registry ("sha-256", "sha-384", "sha-512").
        value: lower-case hex.
    """

    alg: str
    value: str

    def __str__(self) -> str:
        return f"{self.alg}:{self.value}"


Value = bool | int | float | str | Digest


class Subject(NamedTuple):
    """What a claim is about.

    Attributes:
        kind: product, component, boot stage …
        name: its name in ``scheme``; empty for the product.
        scheme: whose naming this is. ``profile`` is the declared name; a decoder uses the artefact's own
            terms (a SUIT component identifier, a measurement's type) and the binding step resolves it.
    """

    kind: SubjectKind
    name: str = ""
    scheme: str = "profile"

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" if self.name else self.kind


PRODUCT = Subject("product")


class Source(NamedTuple):
    """Where a claim was read.

    Attributes:
        artefact: path of the artefact or document as given; None for the profile.
        path: claim path inside it (``sw_components[0].digest``) or profile path (``debug.state``).
        line: line in the profile, 1-based; None for an artefact.
        column: column in the profile, 1-based; None for an artefact.
    """

    artefact: str | None
    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        if self.artefact is None:
            return f"profile:{self.line} {self.path}" if self.line else f"profile {self.path}"
        return f"{self.artefact} {self.path}"


class Claim(NamedTuple):
    """One statement with its grade and its source.

    Attributes:
        subject: what it is about; after binding always in the profile's terms where that was possible.
        property: id in :mod:`iotassess.model.vocabulary`.
        value: a plain hashable value of the property's type.
        grade: how far it is to be believed (:class:`Grade`).
        source: where it was read.
        observed: iotassess computed it itself about a file that the profile names for this role, so it
            is authoritative about that file whoever signed it.
        other: its artefact is about another product or version: it never supports a verdict.
        device: identity of the one device that it is about (hex), or "" when it is about the model.
        vouched: an anchor of the user vouches for it, though it has a lower grade as the key discredits it:
            it proves nothing more, and its disagreement counts all the same.
        kind: of the artefact that it was read in; "" for the profile's side.
    """

    subject: Subject
    property: str
    value: Value
    grade: int
    source: Source
    observed: bool = False
    other: bool = False
    device: str = ""
    vouched: bool = False
    kind: str = ""


def is_declared(claim: Claim) -> bool:
    """Whether this is the profile's side (declared or documented), not an artefact's."""
    return claim.grade <= Grade.DOCUMENTED and not claim.observed


def is_authoritative(claim: Claim) -> bool:
    """Whether a disagreement with it is a contradiction rather than a doubt."""
    return claim.grade >= Grade.AUTHENTICATED or claim.observed or claim.vouched
