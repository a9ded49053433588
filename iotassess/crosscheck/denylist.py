"""The user's denylist: keys and firmware that are known to be bad, whoever signed what with them.

A signature by a denied key still verifies, but nobody stands behind it: it counts as one that nobody named
a key for. An artefact that speaks of denied firmware keeps its worth, as it tells the truth about something
bad. Neither can be seen by a decoder, so both are added here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from iotassess.model.artefact import Artefact, Authenticity, Problem, SignatureResult
from iotassess.model.claim import Digest
from iotassess.model.problems import problem

MAX_TOLD: Final = 20
"""Denied digests that are told of for one artefact; the rest are counted."""


class Denylist(NamedTuple):
    """What must not be used any more.

    Attributes:
        keys: SHA-256 over a SubjectPublicKeyInfo in hex → why, or "".
        digests: digest of an image → why, or "".
    """

    keys: dict[str, str]
    digests: dict[Digest, str]


NOTHING: Final = Denylist({}, {})


def with_denied(artefacts: Sequence[Artefact], denylist: Denylist) -> tuple[Artefact, ...]:
    """Mark every artefact, nested ones too, that a denied key signed or that speaks of denied firmware.

    Args:
        artefacts: as read.
        denylist: of the user.
    """
    if denylist == NOTHING:
        return tuple(artefacts)
    return tuple(_judged(artefact, denylist) for artefact in artefacts)


def _judged(artefact: Artefact, denylist: Denylist) -> Artefact:
    signatures = tuple(_without_trust(s, denylist) for s in artefact.signatures)
    changed = signatures != artefact.signatures
    problems = (*_denied_keys(artefact, denylist), *_denied_digests(artefact, denylist))
    return replace(
        artefact,
        signatures=signatures,
        authenticity=_left(artefact, signatures) if changed else artefact.authenticity,
        problems=(*artefact.problems, *problems),
        nested=tuple(_judged(inner, denylist) for inner in artefact.nested),
    )


def _without_trust(signature: SignatureResult, denylist: Denylist) -> SignatureResult:
    """Take the anchor from a signature whose key is denied: nobody who named it may be relied on."""
    if signature.status != "verified" or signature.thumbprint not in denylist.keys:
        return signature
    return signature._replace(anchor_source=None, anchor_purpose=None)


def _left(artefact: Artefact, signatures: Sequence[SignatureResult]) -> Authenticity:
    """What authenticity the signatures leave that are not denied."""
    if artefact.authenticity not in ("authenticated", "intact"):
        return artefact.authenticity
    sources = {s.anchor_source for s in signatures if s.status == "verified"}
    if artefact.authenticity == "authenticated" and sources & {"user", "policy"}:
        return "authenticated"
    return "intact" if sources & {"user", "policy", "profile", "artefact"} else "unverified"


def _denied_keys(artefact: Artefact, denylist: Denylist) -> list[Problem]:
    return [
        problem(
            "key-denied",
            f"signed by the key {s.thumbprint} ({s.key}), which the denylist names"
            f"{_why(denylist.keys[s.thumbprint])}; have it signed anew with a key that is trusted",
            at="signatures" if len(artefact.signatures) == 1 else f"signatures[{index}]",
        )
        for index, s in enumerate(artefact.signatures)
        if s.status == "verified" and s.thumbprint is not None and s.thumbprint in denylist.keys
    ]


def _denied_digests(artefact: Artefact, denylist: Denylist) -> list[Problem]:
    found = [
        problem(
            "firmware-denied",
            f"{shown.path} is {shown.value}, which the denylist names{_why(denylist.digests[shown.value])}",
            at=shown.path,
        )
        for shown in artefact.shown
        if isinstance(shown.value, Digest) and shown.value in denylist.digests
    ]
    if len(found) > MAX_TOLD:
        rest = problem("firmware-denied", f"{len(found) - MAX_TOLD} more that the denylist names")
        return [*found[:MAX_TOLD], rest]
    return found


def _why(reason: str) -> str:
    return f": {reason}" if reason else ""
