"""Grades: how far what an artefact says is to be believed (docs: explanation/verdicts, "Grades")."""

from __future__ import annotations

from iotassess.model.artefact import INDEPENDENT, Artefact, Binding, SignatureResult
from iotassess.model.claim import Grade

OUT_OF_TIME = frozenset(
    {
        "eat-expired",
        "eat-not-yet-valid",
        "corim-expired",
        "corim-not-yet-valid",
        "x509-expired",
        "x509-not-yet-valid",
        "voucher-expired",
        "voucher-not-yet-valid",
    }
)
"""Problems that say that its own issuer does not stand by the artefact at the moment of judgement."""

TIME_CLAIMS = frozenset({"exp", "nbf", "iat"})
"""Where an error means that nobody can tell whether the issuer still stands by it."""


def in_time(artefact: Artefact) -> bool:
    """Whether the artefact is within its own validity, as far as it states one that can be read."""
    return not any(
        p.id in OUT_OF_TIME or (p.severity == "error" and p.at in TIME_CLAIMS) for p in artefact.problems
    )


def signature_grade(signature: SignatureResult, artefact: Artefact, *, example: bool) -> int:
    """Grade that one signature could give.

    Args:
        signature: its result.
        artefact: what it signs.
        example: the profile is an example, so this repository's TEST ONLY keys are in order.
    """
    if signature.status != "verified":
        return Grade.DECODED
    if signature.test_key == "published" or (signature.test_key == "own" and not example):
        return Grade.DECODED
    named = signature.anchor_source in INDEPENDENT
    if named and signature.anchor_purpose is not None and signature.anchor_purpose == artefact.purpose:
        return Grade.AUTHENTICATED
    return Grade.INTACT if signature.anchor_source is not None else Grade.DECODED


def artefact_grade(artefact: Artefact, binding: Binding, *, example: bool) -> int:
    """Grade of the covered bytes of an artefact, before freshness.

    Every rung must hold: well-formed, a signature that verifies and none that is bad, bound, in time.

    Args:
        artefact: decoded.
        binding: what the binding step said.
        example: see :func:`signature_grade`.
    """
    if not artefact.wellformed or binding != "bound" or not in_time(artefact):
        return Grade.DECODED
    if artefact.authenticity not in ("authenticated", "intact"):
        return Grade.DECODED
    best = max((signature_grade(s, artefact, example=example) for s in artefact.signatures), default=2)
    return min(best, Grade.INTACT) if artefact.authenticity == "intact" else best


def is_fresh(artefact: Artefact) -> bool:
    """Whether it is about one device at a known moment."""
    return bool(artefact.device) and artefact.fresh is not None
