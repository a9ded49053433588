"""Attestation results (EAR, draft-ietf-rats-ear-03): what a verifier made of a device's evidence.

As JWT or CWT, or as a bare claims set in JSON or CBOR, which nobody signed. What Veraison's services print
as the result of a test, the map of appraisals alone, is read in JSON, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor, cose, jose, json
from iotassess.errors import MalformedArtefact
from iotassess.evidence.authenticate import Checked, check_cose, check_jws
from iotassess.evidence.context import Context
from iotassess.evidence.ear_appraisals import is_appraisal
from iotassess.evidence.ear_claims import PROFILES, read_appraisals_alone, read_result
from iotassess.evidence.eat_reading import Claims, Reading, describe
from iotassess.evidence.eat_times import is_in_time, judge_freshness, judge_times
from iotassess.evidence.eat_token import is_result
from iotassess.evidence.peek import COSE_TAGS, CWT_TAG, Peek
from iotassess.model.artefact import Artefact
from iotassess.model.problems import problem

UCCS_TAG: Final = 601
"""Unprotected CWT claims set (RFC 9781 section 4)."""

MEDIA_TYPES: Final = {
    "jwt": 'application/eat+jwt; eat_profile="tag:ietf.org,2026:rats/ear#03"',
    "cwt": 'application/eat+cwt; eat_profile="tag:ietf.org,2026:rats/ear#03"',
    "json": 'application/eat-ucs+json; eat_profile="tag:ietf.org,2026:rats/ear#03"',
    "cbor": 'application/eat-ucs+cbor; eat_profile="tag:ietf.org,2026:rats/ear#03"',
    "appraisals": "application/json",
}
"""Form → IANA media type (RFC 9782)."""

_PAYLOAD_TRAIL: Final[tuple[Any, ...]] = (2, cbor.INTO)
"""The payload is the third element of a COSE message, a byte string around the claims map."""


# --- whether it is one --------------------------------------------------------------------------


def is_ear(peek: Peek) -> bool:
    """Tell whether the bytes are an attestation result: a verifier's claims, in whichever form."""
    if peek.is_text:
        return _is_json_result(peek)
    if not peek.is_cbor:
        return False
    claims = peek.payload
    if claims is None:
        claims = _bare(peek.cbor)
    return claims is not None and _is_ear_set(claims, 265)


def _is_json_result(peek: Peek) -> bool:
    if peek.data.lstrip()[:1] == b"{":
        claims = peek.json
        return isinstance(claims, dict) and (
            _is_ear_set(claims, "eat_profile") or _are_appraisals_alone(claims)
        )
    if peek.data.count(b".") != 2:
        return False
    try:
        claims = json.loads(jose.parse(peek.data).payload)
    except MalformedArtefact:
        return False
    return isinstance(claims, dict) and _is_ear_set(claims, "eat_profile")


def _is_ear_set(claims: Claims, profile: int | str) -> bool:
    named = claims.get(profile)
    return is_result(claims) or (type(named) is str and named in PROFILES)


def _are_appraisals_alone(claims: Mapping[str, Any]) -> bool:
    return bool(claims) and all(is_appraisal(one) for one in claims.values())


def _bare(value: Any) -> Claims | None:
    if isinstance(value, cbor.Tag) and value.number == UCCS_TAG:
        value = value.value
    return value if isinstance(value, Mapping) else None


# --- reading it ---------------------------------------------------------------------------------


class _Opened(NamedTuple):
    """A result out of its protection.

    Attributes:
        form: key of :data:`MEDIA_TYPES`.
        reading: empty.
        checked: what came of the signature.
        claims: the claims set, or None where there is none to be read.
    """

    form: str
    reading: Reading
    checked: Checked
    claims: Claims | None


def decode(peek: Peek, context: Context) -> Artefact:
    """Read an attestation result.

    Args:
        peek: the bytes.
        context: keys, moment, challenge.

    Raises:
        MalformedArtefact: the bytes are none of the forms.
    """
    opened = _open(peek, context)
    reading, checked, claims = opened.reading, opened.checked, opened.claims
    fresh = None
    wellformed = False
    if claims is not None:
        alone = opened.form == "appraisals"
        wellformed = read_appraisals_alone(reading, claims) if alone else read_result(reading, claims)
        if reading.times:
            judge_times(reading)
        fresh = judge_freshness(reading, checked.verified and is_in_time(reading.problems))
        reading.claims["form"] = opened.form
    return Artefact(
        path=context.path,
        kind="ear",
        media_type=MEDIA_TYPES[opened.form],
        sha256=hashlib.sha256(peek.data).hexdigest(),
        size=len(peek.data),
        wellformed=wellformed,
        authenticity=checked.authenticity,
        signatures=checked.signatures,
        problems=(*checked.problems, *reading.problems),
        claims=None if claims is None else reading.claims,
        shown=tuple(reading.shown),
        device=reading.device,
        fresh=fresh,
        purpose="results",
        role=context.role,
    )


def _open(peek: Peek, context: Context) -> _Opened:
    if peek.is_text:
        if peek.data.lstrip()[:1] == b"{":
            return _open_json(peek, context)
        return _open_jwt(peek, context)
    value = peek.cbor
    claims = _bare(value)
    if claims is not None:
        reading = Reading(context, peek.data, covered=False, trail=())
        return _Opened("cbor", reading, _unsigned(), claims)
    return _open_cwt(peek, context)


def _open_json(peek: Peek, context: Context) -> _Opened:
    claims = json.loads(peek.data, problem="ear-malformed")
    reading = Reading(context, peek.data, covered=False, from_json=True)
    alone = not _is_ear_set(claims, "eat_profile") and _are_appraisals_alone(claims)
    return _Opened("appraisals" if alone else "json", reading, _unsigned(), claims)


def _open_jwt(peek: Peek, context: Context) -> _Opened:
    jws = jose.parse(peek.data, problem="ear-malformed")
    checked = check_jws(jws, context, "results")
    reading = Reading(context, peek.data, covered=checked.authenticity != "unsigned", from_json=True)
    try:
        claims = json.loads(jws.payload, problem="ear-malformed")
    except MalformedArtefact as fault:
        reading.report(fault.problem, f"the claims set: {fault.message}", "payload")
        return _Opened("jwt", reading, checked, None)
    return _Opened("jwt", reading, checked, _require_map(reading, claims))


def _open_cwt(peek: Peek, context: Context) -> _Opened:
    value = peek.cbor
    tagged = isinstance(value, cbor.Tag)
    if tagged and value.number == CWT_TAG:
        value = value.value
    elif not (isinstance(value, list | tuple) or (tagged and value.number in COSE_TAGS)):
        raise MalformedArtefact("ear-malformed", f"{describe(value)}; expected a token or a map of claims")
    message = cose.parse(value)
    checked = check_cose(message, context, "results")
    covered = checked.authenticity != "unsigned"
    reading = Reading(context, peek.data, covered=covered, trail=_PAYLOAD_TRAIL)
    claims: Any = None
    try:
        claims = None if message.payload is None else cbor.loads(message.payload)
    except MalformedArtefact as fault:
        reading.report(fault.problem, f"the claims set: {fault.message}", "payload")
        return _Opened("cwt", reading, checked, None)
    return _Opened("cwt", reading, checked, _require_map(reading, claims))


def _require_map(reading: Reading, claims: Any) -> Claims | None:
    if isinstance(claims, Mapping):
        return claims
    message = f"the payload is {describe(claims)}; expected a map of claims"
    reading.report("ear-malformed", message, "payload")
    return None


def _unsigned() -> Checked:
    found = problem("cose-unsigned", "an attestation result without signature: anybody can have written it")
    return Checked((), (found,), "unsigned", False, None)
