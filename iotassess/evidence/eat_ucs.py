"""EAT in an unprotected claims set: under CBOR tag 601 (RFC 9781), or bare, in CBOR or JSON.

Nothing in it is authenticated: it shows what somebody wrote down. A bare map counts only when it has claims
that nothing but an EAT or a PSA token has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iotassess.codec import cbor, json
from iotassess.errors import MalformedArtefact
from iotassess.evidence import cca_claims, cca_json, eat_drafts
from iotassess.evidence.context import Context
from iotassess.evidence.eat_json import CLEAR_NAMES, to_labels
from iotassess.evidence.eat_message import integer_labels
from iotassess.evidence.eat_reading import Claims, Reading
from iotassess.evidence.eat_token import EVIDENCE_LABELS, conclude, is_result, read_claims_set, unsigned
from iotassess.evidence.peek import Peek
from iotassess.evidence.psa import read_psa_claims
from iotassess.evidence.psa_labels import find_profile
from iotassess.model.artefact import Artefact

UCCS_TAG: Final = 601
"""Unprotected CWT claims set (RFC 9781 section 4)."""

_CLEAR_LABELS: Final = EVIDENCE_LABELS - {10}
"""Labels that tell a bare map: a nonce alone stands in other structures, too."""


def is_unprotected_claims_set(peek: Peek) -> bool:
    """Tell whether the bytes are a claims set without protection."""
    if peek.tags:
        return peek.tags[0] == UCCS_TAG
    if peek.is_text:
        claims = _json_object(peek)
        if claims is None or is_result(claims):
            return False
        return not CLEAR_NAMES.isdisjoint(claims) or _is_cca_json(claims)
    if not peek.is_cbor or not isinstance(peek.cbor, Mapping):
        return False
    found = peek.cbor
    if not integer_labels(found) or is_result(found):
        return False
    return (
        not _CLEAR_LABELS.isdisjoint(found)
        or cca_claims.find_set(found) is not None
        or eat_drafts.is_draft_set(found)
    )


def _is_cca_json(claims: Claims) -> bool:
    return cca_json.is_pair(claims) or cca_json.find_json(claims) is not None


def _json_object(peek: Peek) -> Mapping[str, Any] | None:
    if peek.data.lstrip()[:1] != b"{":
        return None
    try:
        found = json.loads(peek.data)
    except MalformedArtefact:
        return None
    return found if isinstance(found, dict) else None


def decode(peek: Peek, context: Context) -> Artefact:
    """Read an unprotected claims set.

    Args:
        peek: the bytes.
        context: moment and challenge; there is no signature to check.

    Raises:
        MalformedArtefact: the bytes are neither CBOR nor JSON, or hold no map.
    """
    claims: Any
    from_json = not peek.tags and peek.is_text
    if from_json:
        claims = json.loads(peek.data)
    else:
        claims = peek.cbor
        if isinstance(claims, cbor.Tag) and claims.number == UCCS_TAG:
            claims = claims.value
    if not isinstance(claims, Mapping):
        raise MalformedArtefact("eat-claim-type", "the claims set is not a map", at="claims")
    reading = Reading(context, peek.data, covered=False, trail=None if from_json else (), from_json=from_json)
    if from_json:
        form, claims = _read_json(reading, claims)
    else:
        form = _read(reading, claims)
    return conclude(
        reading,
        unsigned(),
        kind="eat-ucs",
        media_type="application/eat-ucs+json" if from_json else "application/eat-ucs+cbor",
        form=form,
        claims=claims,
    )


def _read_json(reading: Reading, claims: Mapping[str, Any]) -> tuple[str, Claims]:
    """Read JSON claims; gives the format of the evidence, and the claims by label."""
    which = cca_json.find_json(claims)
    if which is None and cca_json.is_pair(claims):
        return "cca-token", _read_pair(reading, claims)
    if which is None:
        converted = to_labels(reading, claims)
        return _read(reading, converted), converted
    converted = cca_json.to_labels(claims, which)
    return cca_claims.read_alone(reading, converted, which), converted


def _read_pair(reading: Reading, claims: Mapping[str, Any]) -> Claims:
    """Read the claims of both tokens of Arm CCA: the platform's at the top, the realm's inside."""
    converted: Claims = {}
    for name, value in claims.items():
        if name == cca_json.PLATFORM_SET and isinstance(value, dict):
            converted = cca_json.to_labels(value, "platform")
            cca_claims.read_alone(reading, converted, "platform")
        elif name == cca_json.REALM_SET and isinstance(value, dict):
            realm = reading.inside("realm", None)
            cca_claims.read_alone(realm, cca_json.to_labels(value, "realm"), "realm")
            reading.claims["realm"] = realm.claims
        else:
            reading.keep_other(name, value)
    return converted


def _read(reading: Reading, claims: Claims) -> str:
    """Read the claims by the rules that they ask for; gives the format of the evidence."""
    which = cca_claims.find_set(claims)
    if which is not None:
        return cca_claims.read_alone(reading, claims, which)
    if find_profile(claims) is not None:
        read_psa_claims(reading, claims)
        return "psa-token"
    read_claims_set(reading, claims)
    return "eat"
