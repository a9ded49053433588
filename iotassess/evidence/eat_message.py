"""The COSE message around a token's claims set: opened, its signature checked, its payload decoded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor, cose
from iotassess.errors import MalformedArtefact
from iotassess.evidence.authenticate import Checked, check_cose
from iotassess.evidence.context import Context
from iotassess.evidence.eat_reading import Claims, Reading, describe
from iotassess.evidence.peek import CWT_TAG, Peek

_TRAIL: Final[tuple[Any, ...]] = (2, cbor.INTO)
"""The payload is the third element of every COSE message, a byte string around the claims map."""


class Opened(NamedTuple):
    """A token whose claims are still to be read.

    Attributes:
        reading: empty, with the problems of the payload.
        checked: what came of the signature.
        claims: label → value, or None where the payload is no claims set.
    """

    reading: Reading
    checked: Checked
    claims: Claims | None


def open_token(peek: Peek, context: Context) -> Opened:
    """Open a CWT: a COSE message, with or without tag 61 (RFC 8392 sections 6 and 7.2).

    Raises:
        MalformedArtefact: the bytes are no COSE message.
    """
    value = peek.cbor
    if isinstance(value, cbor.Tag) and value.number == CWT_TAG:
        value = value.value
    message = cose.parse(value)
    checked = check_cose(message, context, "attestation")
    covered = checked.authenticity != "unsigned"
    reading = Reading(context, peek.data, covered=covered, trail=_TRAIL)
    claims = peek.payload
    if claims is None:
        explain_payload(reading, message.payload)
    return Opened(reading, checked, claims)


def explain_payload(reading: Reading, payload: bytes | None) -> None:
    """Report why a payload is no claims set."""
    if payload is None:
        reading.report(
            "eat-claim-type", "the payload is detached; expected a claims set in the token", "payload"
        )
        return
    try:
        value = cbor.loads(payload)
    except MalformedArtefact as fault:
        reading.report(fault.problem, f"the claims set: {fault.message}", "payload")
        return
    message = f"the payload is {describe(value)}; expected a map of claims"
    reading.report("eat-claim-type", message, "payload")


def report_indefinite(reading: Reading, peek: Peek) -> None:
    """Report indefinite lengths, for a profile that asks for definite ones.

    Args:
        reading: of the token.
        peek: the token's bytes.
    """
    where = peek.indefinite_at
    if where is not None:
        message = "an item of indefinite length; the token's profile asks for definite lengths"
        reading.report("cbor-indefinite-length", message, where)


def _without_tags(value: Any) -> Any:
    while isinstance(value, cbor.Tag):
        value = value.value
    return value


def is_map_inside(peek: Peek) -> bool:
    """Tell whether a COSE message's payload begins like a map, though it could not be decoded."""
    if not peek.is_cbor:
        return False
    value = _without_tags(peek.cbor)
    if not isinstance(value, list | tuple) or len(value) not in (4, 5):
        return False
    payload = value[2]
    return isinstance(payload, bytes) and payload[:1] != b"" and payload[0] >> 5 == 5


def has_other_payload(peek: Peek) -> bool:
    """Tell whether a COSE message is about something else: its payload is whole CBOR, and no map.

    Such a message may have a token somewhere inside (a TEEP message has), and is none itself.
    """
    value = _without_tags(peek.cbor) if peek.is_cbor else None
    if not isinstance(value, list | tuple) or len(value) not in (4, 5) or not isinstance(value[2], bytes):
        return False
    return not is_map_inside(peek) and Peek(value[2]).is_cbor


def integer_labels(claims: Mapping[Any, Any]) -> bool:
    """Tell whether a map has the labels of a claims set: integers and texts."""
    return all(type(label) in (int, str) for label in claims)
