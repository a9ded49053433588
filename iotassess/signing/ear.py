"""An attestation result (EAR) as bytes of a file: in JSON or CBOR, signed by the user's key or by nobody.

The input is the text that ``iotassess.report.ear`` renders, so that signing can change nothing in it.

JSON, not signed: the claims set as it was rendered. Signed: compact JWS of type "eat+jwt" (RFC 9782).
CBOR, not signed: UCCS, tag 601 (RFC 9781). Signed: CWT, a COSE_Sign1 with tag 18 (RFC 8392); the tag 61 is
left out, since libraries for COSE expect what is tagged 18.

draft-ietf-rats-ear-03 sections 3.2, 3.3 (both serialisations), 5 (media types) and 9.1 (labels).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final

from iotassess.codec import cbor, json, signing
from iotassess.codec.signing import SigningKey
from iotassess.model import ar4si

JWT_TYPE: Final = "eat+jwt"

CONTENT_TYPE: Final = 'application/eat-ucs+cbor; eat_profile="tag:ietf.org,2026:rats/ear#03"'
"""What the payload of the CWT is (RFC 9782). It stands in the protected header, so that a signature over
something else by the same key can never be shown as one over a result."""

UCCS_TAG: Final = 601

_Convert = Callable[[Any], Any]


def as_json(text: str, key: SigningKey | None) -> bytes:
    """Give the file of a result in JSON.

    Args:
        text: the claims set.
        key: who signs, or None for nobody.
    """
    if key is None:
        return text.encode()
    return signing.jws(key, json.dumps(_read(text)).encode(), typ=JWT_TYPE).encode()


def as_cbor(text: str, key: SigningKey | None) -> bytes:
    """Give the file of a result in CBOR.

    Args:
        text: the claims set in JSON.
        key: who signs, or None for nobody.
    """
    claims = _convert(_read(text), _RESULT)
    if key is None:
        return cbor.dumps(cbor.Tag(UCCS_TAG, claims))
    return signing.sign1(key, cbor.dumps(claims), content_type=CONTENT_TYPE)


def _read(text: str) -> Any:
    # The text is ours, and as long as the call has tokens: the limit is for other people's.
    return json.loads(text, max_size=len(text))


def _convert(claims: Mapping[str, Any], table: Mapping[str, tuple[int, _Convert]]) -> dict[int, Any]:
    """Bring claims into their CBOR form; one that is in no table is a bug (``KeyError``)."""
    return {table[name][0]: table[name][1](value) for name, value in claims.items()}


def _same(value: Any) -> Any:
    return value


def _nonces(value: Any) -> Any:
    return [_bytes(one) for one in value] if isinstance(value, list) else _bytes(value)


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _appraisals(submods: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _convert(one, _APPRAISAL) for name, one in submods.items()}


_VERIFIER: Final[Mapping[str, tuple[int, _Convert]]] = {"developer": (0, _same), "build": (1, _same)}
_VECTOR: Final[Mapping[str, tuple[int, _Convert]]] = {
    name: (label, _same) for label, name in enumerate(ar4si.CATEGORIES)
}
_STATUS: Final = (1000, ar4si.STATUS_VALUES.__getitem__)
_PROFILE: Final[tuple[int, _Convert]] = (265, _same)

_APPRAISAL: Final[Mapping[str, tuple[int, _Convert]]] = {
    "eat_profile": _PROFILE,
    "eat_nonce": (10, _nonces),
    "ear_status": _STATUS,
    "ear_trustworthiness_vector": (1001, lambda value: _convert(value, _VECTOR)),
    "ear_appraisal_policy_ids": (1003, _same),
    "urn:iotassess:ear-token": (-75202, _same),
}
_RESULT: Final[Mapping[str, tuple[int, _Convert]]] = {
    "eat_profile": _PROFILE,
    "iat": (6, _same),
    "ear_verifier_id": (1004, lambda value: _convert(value, _VERIFIER)),
    "ear_status": _STATUS,
    "submods": (266, _appraisals),
    "urn:iotassess:ear-result": (-75201, _same),
}
"""Name of a claim → its label and what makes the CBOR form of its value. Labels below -65536 are for whoever
wants them (RFC 8392 section 9.1); ours are told from others' by ``eat_profile`` of the appraisal."""
