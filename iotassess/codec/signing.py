"""Signing with the user's own key: COSE_Sign1 (RFC 9052 section 4.2) and compact JWS (RFC 7515 section 3.1).

pycose builds the headers, the message and its Sig_structure; ``cryptography`` signs. The same key and input
give the same bytes: ECDSA takes its secret number from the message (RFC 6979), EdDSA does so anyway. Neither
pycose nor joserfc can sign so themselves, which is why a JWS is put together here.

Reading the key: :mod:`iotassess.codec.signing_keys`. Verifying: :mod:`iotassess.codec.cose` and
:mod:`iotassess.codec.jose`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from pycose.messages.sign1message import Sign1Message

from iotassess.codec import cbor, json
from iotassess.codec.signing_keys import MAX_SIGNING_KEY_BYTES, SigningKey, load_signing_key
from iotassess.errors import UsageError

__all__ = ["MAX_SIGNING_KEY_BYTES", "SigningKey", "jws", "load_signing_key", "sign1"]

_ALG, _CONTENT_TYPE, _KID, _CWT_CLAIMS = 1, 3, 4, 15
"""Header labels (RFC 9052 table 3; RFC 9597 section 2 for the claims)."""

_IDENTIFIERS: Final = {"ES256": -7, "ES384": -35, "ES512": -36, "EdDSA": -8}
"""Name → number, IANA "COSE Algorithms" registry."""

_HASHES: Final[Mapping[str, tuple[type[hashes.HashAlgorithm], int]]] = {
    "ES256": (hashes.SHA256, 32),
    "ES384": (hashes.SHA384, 48),
    "ES512": (hashes.SHA512, 66),
}
"""Name → hash, and bytes of r and of s (RFC 9053 section 2.1, RFC 7518 section 3.4)."""


def sign1(
    key: SigningKey,
    payload: bytes,
    *,
    content_type: str | int | None = None,
    detached: bool = False,
    claims: Mapping[int, object] | None = None,
) -> bytes:
    """Sign ``payload`` as a tagged COSE_Sign1 (CBOR tag 18); all its headers are protected.

    Args:
        key: who signs.
        payload: the content.
        content_type: media type or CoAP content format of the content (header 3), or None.
        detached: leave the content out of the message; the signature covers it all the same.
        claims: CWT claims for the header (label 15, RFC 9597), or None: values that ``cbor.dumps`` writes.

    Returns:
        The encoded message, in core deterministic CBOR.
    """
    headers: dict[int, object] = {_ALG: _IDENTIFIERS[key.alg], _KID: key.kid}
    if content_type is not None:
        headers[_CONTENT_TYPE] = content_type
    if claims is not None:
        headers[_CWT_CLAIMS] = claims
    # pycose would write the headers in the order in which they come, and not recursively sorted; so it gets
    # them encoded, reads them, and signs the very bytes.
    message: Any = Sign1Message(
        phdr_encoded=cbor.dumps(headers), uhdr={}, payload=None if detached else payload
    )
    message.signature = _sign(key, message._create_sig_structure(payload if detached else None))
    encoded: bytes = message.encode(sign=False)
    return encoded


def jws(key: SigningKey, payload: bytes, *, typ: str) -> str:
    """Sign ``payload`` as a JWS in compact form.

    Args:
        key: who signs. Its identifier becomes ``kid``: the text that it is, or its hex.
        payload: the content.
        typ: media type of the whole, without "application/" (RFC 7515 section 4.1.9).

    Returns:
        ``header.payload.signature``, in ASCII.
    """
    header = json.dumps({"alg": key.alg, "typ": typ, "kid": _kid_text(key)})
    covered = b".".join((_base64url(header.encode()), _base64url(payload)))
    return b".".join((covered, _base64url(_sign(key, covered)))).decode()


def _kid_text(key: SigningKey) -> str:
    if key.kid.hex() == key.thumbprint:
        return key.thumbprint
    try:
        text = key.kid.decode("utf-8")
    except UnicodeDecodeError:
        return key.kid.hex()
    return text if text.isprintable() else key.kid.hex()


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _sign(key: SigningKey, data: bytes) -> bytes:
    """Sign as COSE and JOSE carry it: ECDSA as r and s side by side, EdDSA as it is."""
    private: Any = key.private
    if key.alg == "EdDSA":
        signature: bytes = private.sign(data)
        return signature
    digest, size = _HASHES[key.alg]
    try:
        scheme = ec.ECDSA(digest(), deterministic_signing=True)
    except UnsupportedAlgorithm as fault:  # pragma: no cover - depends on the OpenSSL that is linked
        raise UsageError(
            "the cryptography library here cannot sign deterministically (RFC 6979): its OpenSSL is too old",
            hint="install a wheel of cryptography with OpenSSL 3.2 or newer, or sign with an Ed25519 key",
        ) from fault
    r, s = decode_dss_signature(private.sign(data, scheme))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")
