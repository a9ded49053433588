"""What all parts of the profile share: strictness, the way to write a leaf, and the leaf types.

Every run pays for importing the model. So its modules do without ``from __future__ import annotations``, as
pydantic would compile each annotation from its text, and a section is not built by itself, but with the
profile when the first one is read.
"""

import datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from iotassess.model.claim import SubjectKind


class Section(BaseModel):
    """One mapping of the profile: closed (unknown keys are errors), strictly typed, frozen."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, populate_by_name=True, defer_build=True
    )


class Instances(NamedTuple):
    """Marks a list of sections as instances of a subject, named by one of their leaves.

    Attributes:
        kind: subject kind of each; the prefix of its leaves' property ids.
        key: leaf that names an instance within the profile.
    """

    kind: SubjectKind
    key: str = "name"


class Is(NamedTuple):
    """Marks a leaf whose property id is not its path.

    Attributes:
        property: the id in the vocabulary.
    """

    property: str


class Informative(NamedTuple):
    """Marks a leaf (or a section) that no claim is made of, and says why.

    Attributes:
        why: a clause for the reference page.
    """

    why: str


def ask(question: str, **constraints: Any) -> Any:
    """Write an optional leaf: the question that it answers becomes its description.

    Args:
        question: what the maker answers, as a sentence.
        constraints: passed on to ``pydantic.Field`` (``ge``, ``examples`` …).
    """
    return Field(default=None, description=question, **constraints)


Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""Identifier by which one part of the profile refers to another."""

MAX_TEXT = 2000
"""Characters of a text: a reason has some sentences, and every report repeats it."""

MAX_HEX = 1024
"""Digits of bytes in hex: the longest identifiers have 64 bytes, a public key a few hundred."""

MAX_DOMAIN = 253
"""Characters of a domain name without the last dot (RFC 1035 section 3.1)."""

MAX_PATH = 1024
"""Characters of a path in the profile: below what every file system takes."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, strip_whitespace=True)]
Hex = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2})+$", max_length=MAX_HEX)]
"""Bytes in lower-case hex."""

Thumbprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 over a key's SubjectPublicKeyInfo in DER, lower-case hex."""

Uuid = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
DigestText = Annotated[
    str,
    StringConstraints(pattern=r"^(sha-256:[0-9a-f]{64}|sha-384:[0-9a-f]{96}|sha-512:[0-9a-f]{128})$"),
]
"""``algorithm:hex``, the algorithm named as in the IANA Named Information registry."""

SuitComponentId = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2})*(/([0-9a-f]{2})*)*$")]
"""A SUIT component identifier: its byte-string segments in hex, joined by ``/``."""

Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=MAX_DOMAIN)]
Path = Annotated[str, StringConstraints(min_length=1, max_length=MAX_PATH)]
"""A file, relative to the profile's folder."""

Date = Annotated[datetime.date, Field(strict=False)]
"""``YYYY-MM-DD``."""

Answer = bool | None
"""Tri-state: yes, no, or not declared."""

Purpose = Literal["update", "attestation", "reference", "identity", "network", "results"]


class Document(Section):
    """A file that supports a statement. Its digest is recomputed; its date is held against as-of."""

    path: Path = Field(description="The file, relative to the profile's folder.")
    digest: DigestText = Field(description="Digest of the file, so that a later change is noticed.")
    date: Date = Field(description="Date of the document.")
    title: Text | None = ask("What it is called.")


class Practice(Section):
    """Something that people do: whether it is done, and the document that shows it."""

    done: Answer = ask("Is it done?")
    document: Document | None = ask("The dated document that shows it.")
