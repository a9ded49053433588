"""When two tokens must get the same answer, so that it is worked out once.

Tokens of a fleet differ in what tells one device and one moment from another: identity, key, challenge, boot
seed, times. No verdict rests on *which* value these have, only on whether it is one that somebody else in the
run speaks of: the profile, reference values, a denylist. So the class of a token is everything that it says,
with each such value exchanged for its rank among those of the token, unless the run mentions it. Whatever is
not known to tell devices apart is part of the class as it is: forgetting one costs time, and no verdict.
"""

from __future__ import annotations

import marshal
from collections.abc import Hashable, Iterable, Iterator
from typing import Any, Final

from iotassess.model.artefact import Artefact, Shown, walk
from iotassess.model.claim import Claim, Digest

DEVICE_CLAIMS: Final = frozenset(
    {
        "nonce",
        "ueid",
        "sueids",
        "instance_id",
        "boot_seed",
        "bootseed",
        "bootcount",
        "uptime",
        "iat",
        "exp",
        "nbf",
        "cti",
        "jti",
        "odometer",
    }
)
"""Claims that tell one device or one moment from another, by the names in ``Artefact.claims``."""

DEVICE_PROPERTIES: Final = frozenset({"device.attestation-key"})
"""Properties whose value does. The subject of a statement about a device always does."""

Mentioned = frozenset[str]
"""Texts that something else in the run has."""


def class_of(artefact: Artefact, mentioned: Mentioned) -> Hashable:
    """Give what two tokens have in common exactly if they must get the same answer.

    Args:
        artefact: as read, before it is bound or graded.
        mentioned: of the run that it is judged in (``mentions``).
    """
    return _Ranks(mentioned).artefact(artefact)


class _Ranks:
    """Exchanges values of one token for their ranks, so that equal ones stay equal and others do not."""

    __slots__ = ("_mentioned", "_ranks")

    def __init__(self, mentioned: Mentioned) -> None:
        self._mentioned = mentioned
        self._ranks: dict[str, int] = {}

    def _rank(self, value: object) -> Hashable:
        text = value if isinstance(value, str) else repr(value)
        if text in self._mentioned or not text:
            return text
        return self._ranks.setdefault(text, len(self._ranks))

    def artefact(self, one: Artefact) -> Hashable:
        rank = self._rank
        return (
            one.kind,
            one.wellformed,
            one.authenticity,
            one.fresh,
            one.purpose,
            rank(one.device),
            # What a key is called, and which key identifier led to it, is nobody's business but the reader's.
            tuple(
                (s.type, s.alg, s.status, s.anchor_source, rank(s.thumbprint), s.anchor_purpose, s.test_key,
                 s.symmetric)
                for s in one.signatures
            ),
            tuple((p.id, p.severity, p.at) for p in one.problems),
            tuple(
                s[:6] + s[7:]
                if s.subject.kind != "device" and s.property not in DEVICE_PROPERTIES
                else self._statement(s)
                for s in one.shown
            ),
            None if one.claims is None else _written(self._claims(one.claims)),
            tuple(map(self.artefact, one.nested)),
        )  # fmt: skip

    def _statement(self, one: Shown) -> Hashable:
        """A statement about a device, or about its key; where it stands in the bytes is no part of it."""
        rank, subject = self._rank, one.subject
        whose = subject if subject.kind != "device" else (subject.scheme, rank(subject.name))
        value = rank(one.value) if one.property in DEVICE_PROPERTIES else one.value
        return (whose, one.property, value, one.path, one.covered, one.observed, one.scope)

    def _claims(self, tree: dict[str, Any]) -> list[tuple[str, Any]]:
        """The claims in their order; those of one device or moment only by rank."""
        rank = self._rank
        return [
            (
                name,
                rank(value)
                if name in DEVICE_CLAIMS
                else self._submodules(value)
                if name == "submods" and isinstance(value, dict)
                else value,
            )
            for name, value in tree.items()
        ]

    def _submodules(self, tree: dict[str, Any]) -> list[tuple[str, Any]]:
        """Claims sets by their names, which whoever made the token chose: no claim is meant by them."""
        return [(name, self._claims(v) if isinstance(v, dict) else v) for name, v in tree.items()]


def _written(tree: Any) -> bytes | str:
    """Write claims down in a way that equal ones share: quickly where they are plain values.

    Version 2 of the form has no references, which would tell equal values apart by how they came about.
    """
    try:
        return marshal.dumps(tree, 2)
    except ValueError:
        return repr(tree)


def mentions(claims: Iterable[Claim], artefacts: Iterable[Artefact], others: Iterable[str]) -> Mentioned:
    """Collect every text that a run has besides the token.

    Args:
        claims: the profile's.
        artefacts: reference values and all else that is judged beside the token.
        others: of denylists.
    """
    found: set[str] = set(others)
    for claim in claims:
        found.update(_texts((claim.subject.name, claim.value)))
    for one in walk(artefacts):
        found.update(_texts((one.device, one.claims)))
        for shown in one.shown:
            found.update(_texts((shown.subject.name, shown.value, shown.scope)))
        for signature in one.signatures:
            found.update(_texts((signature.thumbprint, signature.kid)))
    return frozenset(found)


def _texts(value: object) -> Iterator[str]:
    """Give every text in a value; what is no text as it is written."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Digest):
        yield value.value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _texts(inner)
    elif value is not None:
        yield repr(value)
