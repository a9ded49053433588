"""What a decoder is given besides the bytes: keys, the moment, the challenge, the payload files."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from iotassess.codec.cbor_tokens import MAX_EFFORT, MAX_SCANNED_ITEMS, Ledger
from iotassess.codec.keys import Key
from iotassess.model.artefact import AnchorSource, Artefact, Problem, Purpose, Role
from iotassess.model.assessment import AsOf
from iotassess.model.claim import Digest

if TYPE_CHECKING:  # most calls have no CMS
    from iotassess.codec.cms import Summary

MAX_NESTING = 8
"""Tokens within tokens. RFC 9711 sets no limit; real ones have three levels."""


MAX_NESTED_ARTEFACTS = 256
"""Artefacts within one file that are read, at all levels together. Each may have signatures to verify, and
containers in containers multiply: two levels of 120 are 14 400. The largest real token has some twenty."""


class Nested(Ledger):
    """What is within one file, as far as it was met; shared by all levels of it.

    Attributes:
        left: that may still be read.
        refused: that were not, as there were too many.
    """

    __slots__ = ("left", "refused")

    def __init__(self) -> None:
        self.items = MAX_SCANNED_ITEMS  # not by the other class: every token of a fleet makes one of these
        self.effort = MAX_EFFORT
        self.left = MAX_NESTED_ARTEFACTS
        self.refused = 0


class Candidate(NamedTuple):
    """One key that may verify a signature.

    Attributes:
        name: name of the anchor.
        key: the key.
        source: who named it; None for a published test key that nobody named.
        purpose: what it was named for, or None.
        test_key: see ``SignatureResult.test_key``.
    """

    name: str
    key: Key
    source: AnchorSource | None
    purpose: Purpose | None
    test_key: str | None


class Keys(Protocol):
    """Where decoders get keys from; ``trust.TrustStore`` is the real one."""

    def candidates(self, purpose: Purpose | None, alg: str, kid: bytes | None) -> Iterable[Candidate]:
        """Give keys that fit ``alg``: a matching ``kid`` first, the user's before others, test keys last."""
        ...


ImageFormat = Literal["raw", "intel-hex", "elf", "mcuboot"]
"""What an image file is; of all but raw bytes the digest of what it holds is taken, too."""


class Image(NamedTuple):
    """One payload file supplied beside a manifest (``--image``, or the profile's ``evidence:``).

    Attributes:
        path: as given.
        component: SUIT component identifier (hex segments joined by "/") that it is for, or None: any
            payload whose digest matches.
        size: bytes.
        digests: digests of the file under all supported algorithms.
        content: digests of what the file holds, where that is another sequence of bytes: the memory image of
            an Intel HEX or ELF file, what an MCUboot image boots. Where nothing fills part of it, once with
            erased flash (0xFF) there and once with zeros: all digests of the one, then all of the other.
        content_size: bytes of that, or None.
        format: what the file is.
        says: what else it says of what it holds: (name, JSON-ready value).
        problem: what is wrong with it, so that it could not be looked into; or None.
        skipped: why it was not looked into although nothing is wrong, or "".
    """

    path: str
    component: str | None
    size: int
    digests: tuple[Digest, ...]
    content: tuple[Digest, ...] = ()
    content_size: int | None = None
    format: ImageFormat = "raw"
    says: tuple[tuple[str, Any], ...] = ()
    problem: Problem | None = None
    skipped: str = ""


@dataclass(frozen=True, eq=False)
class Companion:
    """A file that belongs to another one of the call: a detached signature.

    Attributes:
        path: as given.
        data: its bytes.
    """

    path: str
    data: bytes

    @cached_property
    def summary(self) -> Summary:
        """What it signs, found out once however many files it is held against."""
        from iotassess.codec.cms import summarise

        return summarise(self.data)


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that reading one artefact depends on besides its bytes.

    Attributes:
        path: the artefact's name as given; nested tokens append ``#`` and a claim path.
        keys: trust anchors and published test keys.
        as_of: the moment to judge at.
        nonce: the challenge that the user gave for this artefact, or None.
        max_age: how long ago a signed time may be to count as fresh, or None.
        images: payload files.
        companions: detached signatures of the call, for the files that they sign.
        role: what the profile names the file for, or None.
        depth: how many tokens this one is nested in.
        read: reads a nested token: ``read(bytes, context) -> Artefact``; never raises.
        nested: counts what is nested in the file; reading one anew starts it anew.
    """

    path: str
    keys: Keys
    as_of: AsOf
    nonce: bytes | None = None
    max_age: datetime.timedelta | None = None
    images: tuple[Image, ...] = ()
    companions: tuple[Companion, ...] = ()
    role: Role | None = None
    depth: int = 0
    read: Callable[[bytes, Context], Artefact] | None = None
    nested: Nested = field(default_factory=Nested, compare=False, repr=False)

    @property
    def begun(self) -> bool:
        """Whether a file was read with it already that was charged to it."""
        nested = self.nested
        return nested.left != MAX_NESTED_ARTEFACTS or nested.items != MAX_SCANNED_ITEMS

    def may_nest(self) -> bool:
        """Tell whether one more artefact within the file may be read; one that may not is counted."""
        if self.nested.left > 0:
            return True
        self.nested.refused += 1
        return False
