"""Arm CCA attestation tokens: a platform token and a realm token, and what ties them together.

In this order:

1. The collection is taken apart, and both COSE messages are opened.
2. The platform token's signature is checked with the trust anchors, its claims are read and shown.
3. The realm token's signature is checked with the key among its own claims.
4. The binder: the platform's nonce is the hash of that key, or the two do not belong together.
5. The whole is as authentic as the platform token; where a realm token is there and is not vouched for, it is
   "failed". The challenge is the realm token's, so it counts only where the binder holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor
from iotassess.codec.keys import KeyFault
from iotassess.errors import MalformedArtefact
from iotassess.evidence.authenticate import Checked, check_cose, with_failed_digest
from iotassess.evidence.cca_binder import Binder, check_binder, check_realm
from iotassess.evidence.cca_claims import NONCE, RAK, read_platform, read_realm
from iotassess.evidence.cca_members import PLATFORM, REALM, TAGS, Collection, Member, open_collection
from iotassess.evidence.context import Context
from iotassess.evidence.eat_message import explain_payload
from iotassess.evidence.eat_reading import Claims, Reading, to_json
from iotassess.evidence.eat_token import conclude
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact, Authenticity, Problem
from iotassess.model.problems import problem

MEDIA_TYPE: Final = 'application/eat-collection; profile="http://arm.com/CCA-SSD/1.0.0"'

_MEMBER_TYPE: Final = "application/eat+cwt"

_NOT_CHECKED: Final = Checked((), (), "unverified", False, None)


def is_cca_token(peek: Peek) -> bool:
    """Tell whether the bytes are a CCA token: by the collection's tag, or by the keys of its members."""
    if peek.tags:
        return peek.tags[0] in TAGS
    if not peek.is_cbor or not isinstance(peek.cbor, Mapping):
        return False
    return PLATFORM in peek.cbor or REALM in peek.cbor


class _Token(NamedTuple):
    """One of the two tokens, read.

    Attributes:
        member: as it stands in the collection.
        checked: what came of its signature.
        reading: its claims.
        claims: label → value, or None where they cannot be read.
    """

    member: Member
    checked: Checked
    reading: Reading
    claims: Claims | None


def decode(peek: Peek, context: Context) -> Artefact:
    """Read a CCA token, in the order that the head of this file gives.

    Args:
        peek: the bytes.
        context: keys, moment, challenge.

    Raises:
        MalformedArtefact: the bytes are no collection of the two tokens.
    """
    collection = open_collection(peek.cbor)
    platform = _read_platform(collection.platform, peek, context)
    realm = _read_realm(collection.realm, peek, context)
    binder = None
    if platform.claims is not None and realm.claims is not None:
        binder = check_binder(platform.claims, realm.claims)
    bound = binder is not None and binder.holds and realm.checked.verified
    reading, checked = platform.reading, platform.checked
    platform_nonce = reading.claims.get("nonce")
    own = tuple(reading.problems)
    if realm.member.present and not bound:
        checked = with_failed_digest(checked)
    _take_over(reading, realm)
    # The tokens' own problems come first, each with the name of its token.
    reading.problems[:] = [*own, *_of_realm(realm), *_of_binder(binder, realm)]
    found = conclude(
        reading, checked, kind="cca-token", media_type=MEDIA_TYPE, form="cca-token", claims=platform.claims
    )
    told = [one for one in found.shown if bound or one.property != "attestation.nonce-bound"]
    wrapping = (*collection.platform.problems, *collection.realm.problems)
    return replace(
        found,
        wellformed=platform.claims is not None and realm.claims is not None,
        problems=(*wrapping, *(_at_challenge(one, realm) for one in found.problems)),
        claims=_claims(collection, reading, realm, binder, platform_nonce),
        shown=tuple(told),
        nested=(*_nested(platform, realm, bound, own), *found.nested),
    )


# --- the two tokens -----------------------------------------------------------------------------


def _read_platform(member: Member, peek: Peek, context: Context) -> _Token:
    checked = _NOT_CHECKED
    if member.message is not None:
        checked = check_cose(member.message, context, "attestation")
    reading = Reading(context, peek.data, covered=checked.authenticity != "unsigned", trail=member.trail)
    claims = _decode_claims(member, reading)
    if claims is not None:
        read_platform(reading, claims)
    return _Token(member, checked, reading, claims)


def _read_realm(member: Member, peek: Peek, context: Context) -> _Token:
    reading = Reading(context, peek.data, covered=False, trail=member.trail, prefix="realm.")
    claims = _decode_claims(member, reading)
    checked = _NOT_CHECKED
    if claims is not None and member.message is not None:
        read_realm(reading, claims)
        try:
            checked = check_realm(member.message, claims.get(RAK), context)
        except KeyFault as fault:
            reading.report("psa-claim-invalid", fault.message, "public_key", RAK)
    return _Token(member, checked, reading, claims)


def _decode_claims(member: Member, reading: Reading) -> Claims | None:
    """Decode the payload of a token: the bytes that its signature covers."""
    if member.message is None:
        return None
    payload = member.message.payload
    if payload is not None:
        try:
            claims = cbor.loads(payload)
        except MalformedArtefact:
            claims = None
        if isinstance(claims, Mapping):
            return claims
    explain_payload(reading, payload)
    return None


# --- the whole ----------------------------------------------------------------------------------


def _take_over(reading: Reading, realm: _Token) -> None:
    """Let the challenge be the realm token's: the platform's nonce is the binder."""
    reading.nonces = realm.reading.nonces
    reading.claims.pop("nonce", None)
    if "nonce" in realm.reading.claims:
        reading.claims["nonce"] = realm.reading.claims["nonce"]


def _of_realm(realm: _Token) -> list[Problem]:
    signature = (found._replace(at=f"realm.{found.at or 'signature'}") for found in realm.checked.problems)
    return [*signature, *realm.reading.problems]


def _of_binder(binder: Binder | None, realm: _Token) -> list[Problem]:
    if binder is None or binder.holds:
        return []
    message = f"the two tokens do not belong together: {binder.why}; get both from one request"
    return [problem("cca-binder-mismatch", message, at="binder", offset=realm.reading.offset_of(RAK))]


def _at_challenge(found: Problem, realm: _Token) -> Problem:
    """Let a problem of the challenge point to it: it stands in the realm token."""
    if found.id != "eat-nonce-mismatch":
        return found
    return found._replace(offset=realm.reading.offset_of(NONCE))


def _claims(
    collection: Collection, reading: Reading, realm: _Token, binder: Binder | None, platform_nonce: Any
) -> dict[str, Any]:
    """Put both claims sets together: the platform's at the top, the realm's beside them."""
    claims = {"collection_tag": collection.tag, **reading.claims}
    if platform_nonce is not None:
        claims["platform_nonce"] = platform_nonce
    if binder is not None:
        claims["binder"] = {"alg": binder.alg, "expected": binder.expected, "holds": binder.holds}
    if realm.claims is not None:
        claims["realm"] = realm.reading.claims
    if collection.other:
        claims["other_members"] = to_json(collection.other)
    return claims


def _nested(
    platform: _Token, realm: _Token, bound: bool, platform_problems: tuple[Problem, ...]
) -> list[Artefact]:
    """Give the two tokens as artefacts of their own. What they show, the whole shows."""
    found: list[Artefact] = []
    if platform.member.message is not None:
        problems = (*platform.checked.problems, *platform_problems)
        found.append(_token(platform, platform.checked.authenticity, problems))
    if realm.member.message is not None:
        authenticity: Authenticity = realm.checked.authenticity
        problems = (*realm.checked.problems, *realm.reading.problems)
        if bound and platform.checked.authenticity == "authenticated":
            authenticity = "authenticated"
        elif realm.checked.verified:
            message = "verified only by the key among its claims, which no trusted platform token vouches for"
            problems += (problem("cose-self-asserted-key", message, at="signature"),)
        found.append(_token(realm, authenticity, problems))
    return found


def _token(token: _Token, authenticity: Authenticity, problems: tuple[Problem, ...]) -> Artefact:
    member, reading = token.member, token.reading
    inside = tuple(
        found._replace(at=found.at and found.at.removeprefix(reading.prefix), offset=None)
        for found in problems
    )
    return Artefact(
        path=f"{reading.context.path}#{member.name}",
        kind="eat-cwt",
        media_type=_MEMBER_TYPE,
        sha256=hashlib.sha256(member.data).hexdigest(),
        size=len(member.data),
        wellformed=token.claims is not None,
        authenticity=authenticity,
        signatures=token.checked.signatures,
        problems=inside,
        claims=None if token.claims is None else _own_claims(token),
        purpose="attestation",
    )


def _own_claims(token: _Token) -> dict[str, Any]:
    """Give the claims of the one token: the platform's nonce is the one that it has itself."""
    nonce = (token.claims or {}).get(NONCE)
    claims = {key: value for key, value in token.reading.claims.items() if key != "nonce"}
    return {"nonce": nonce.hex(), **claims} if type(nonce) is bytes else claims
