"""EAT as JSON Web Token (RFC 9711, RFC 7519): a JWS in compact form around a JSON claims set."""

from __future__ import annotations

from typing import Any, Final

from iotassess.codec import jose, json
from iotassess.errors import MalformedArtefact
from iotassess.evidence.authenticate import check_jws
from iotassess.evidence.context import Context
from iotassess.evidence.eat_json import to_labels
from iotassess.evidence.eat_reading import Claims, Reading, describe
from iotassess.evidence.eat_token import conclude, is_result, read_claims_set
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact

MEDIA_TYPE: Final = "application/eat+jwt"


def is_jwt(peek: Peek) -> bool:
    """Tell whether the bytes are a JWT with an object inside, and no attestation result."""
    if not peek.is_text or peek.data.count(b".") != 2:
        return False
    try:
        payload = jose.parse(peek.data).payload
    except MalformedArtefact:
        return False
    if payload.lstrip(b" \t\r\n")[:1] != b"{":
        return False
    try:
        claims = json.loads(payload)
    except MalformedArtefact:
        return True
    return not is_result(claims)


def decode(peek: Peek, context: Context) -> Artefact:
    """Read an EAT in a JWT; ``alg: none`` is read, too, and is unsigned.

    Args:
        peek: the bytes.
        context: keys, moment, challenge.

    Raises:
        MalformedArtefact: the bytes are no JWS in compact form.
    """
    jws = jose.parse(peek.data)
    checked = check_jws(jws, context, "attestation")
    reading = Reading(context, peek.data, covered=checked.authenticity != "unsigned", from_json=True)
    found = _claims(reading, jws.payload)
    claims: Claims | None = None
    if found is not None:
        claims = to_labels(reading, found)
        read_claims_set(reading, claims)
    return conclude(reading, checked, kind="eat-jwt", media_type=MEDIA_TYPE, form="eat", claims=claims)


def _claims(reading: Reading, payload: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(payload, problem="eat-claim-type")
    except MalformedArtefact as fault:
        reading.report(fault.problem, f"the claims set: {fault.message}", "payload")
        return None
    if isinstance(found, dict):
        return found
    reading.report("eat-claim-type", f"the payload is {describe(found)}; expected an object", "payload")
    return None
