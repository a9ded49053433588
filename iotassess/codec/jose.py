"""The JOSE wall: JSON Web Signatures (RFC 7515), compact form, out of hostile bytes; and JWK sets.

Only this file imports joserfc. Its strict base64url opens the three parts; the header is read by our
own strict JSON, as joserfc takes the last of two equal keys. Signatures are checked in one place for
COSE and JOSE alike, :func:`iotassess.codec.keys.verify`, where a public key never serves as a secret.

URLs in a header (``jku``, ``x5u``) are never followed.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from joserfc.util import urlsafe_b64decode

from iotassess.codec import json, keys
from iotassess.codec.keys import Key, KeyFault
from iotassess.errors import MalformedArtefact
from iotassess.model.artefact import Problem
from iotassess.model.problems import problem as make_problem

__all__ = ["MAX_CERTIFICATES", "MAX_KEYS", "Jws", "parse", "parse_jwk_set", "verify"]

MAX_CERTIFICATES: Final = 10
"""Most certificates of an ``x5c`` header: chains of devices have three or four."""

MAX_KEYS: Final = 1000
"""Most keys of one JWK set; more trust anchors in one file are a mistake or an attack."""

_SHOWN = 40  # characters of an attacker's text in a message

# "JSON Web Signature and Encryption Algorithms" registry to "COSE Algorithms" registry. Closed on
# purpose: a COSE-only name in a JWT ("HMAC 256/64") is no JOSE algorithm, and must not become one.
_COSE_NAMES: Final[Mapping[str, str]] = {
    **{
        name: name
        for name in (
            *("ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "Ed448"),
            *("PS256", "PS384", "PS512", "RS256", "RS384", "RS512"),
            *("ML-DSA-44", "ML-DSA-65", "ML-DSA-87"),
        )
    },
    "HS256": "HMAC 256/256",
    "HS384": "HMAC 384/384",
    "HS512": "HMAC 512/512",
}
_THUMBPRINTS: Final = {"x5t": "sha1", "x5t#S256": "sha256"}
NONE: Final = "none"
"""The JOSE algorithm of a token without signature (RFC 7518 section 3.6)."""


@dataclass(frozen=True, slots=True)
class Jws:
    """One JSON Web Signature in compact form, opened but not checked.

    Attributes:
        header: the protected header; compact form has no other.
        payload: the signed bytes.
        signing_input: what the signature covers: header and payload parts as they were written.
        signature: as JOSE carries it, ECDSA as r and s side by side (RFC 7518 section 3.4).
        alg: IANA COSE name; "none"; "unknown (...)" for one without; None where the header has none.
        kid: UTF-8 of the key identifier, or None.
        x5c: DER certificates that the header carries, the signer's first.
        embedded_jwk: public key that the header carries. It speaks for itself: a signature that only
            it verifies shows that the bytes are intact, not who signed.
        understood: False where a critical header is not understood; then nothing ever verifies.
        problems: what is wrong with the header.
    """

    header: Mapping[str, Any]
    payload: bytes
    signing_input: bytes
    signature: bytes
    alg: str | None
    kid: bytes | None
    x5c: tuple[bytes, ...]
    embedded_jwk: Key | None
    understood: bool
    problems: tuple[Problem, ...]

    @property
    def is_unsigned(self) -> bool:
        """Whether the token says that it has no signature."""
        return self.alg == NONE


def parse(text: bytes | str, *, problem: str = "artefact-unrecognised") -> Jws:
    """Open a compact JWS. White space around it, as editors leave it, is not part of it.

    Args:
        text: ``header.payload.signature``.
        problem: id to report when it is none.

    Raises:
        MalformedArtefact: it is not three parts of base64url with a strict JSON object first; of
            ``artefact-too-large`` when it is longer than :data:`iotassess.codec.json.MAX_SIZE`.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > json.MAX_SIZE:
        raise MalformedArtefact(
            "artefact-too-large",
            f"the token has {len(data)} bytes, at most {json.MAX_SIZE} are read",
        )
    parts = data.strip(b" \t\r\n").split(b".")
    if len(parts) != 3:
        raise MalformedArtefact(problem, _not_three_parts(data, len(parts)))
    header_bytes, payload, signature = (
        _base64url(part, name, problem)
        for part, name in zip(parts, ("header", "payload", "signature"), strict=True)
    )
    header = json.loads(header_bytes, problem=problem)
    if not isinstance(header, dict):
        raise MalformedArtefact(problem, "the header of the token is not a JSON object", at="header")
    problems: list[Problem] = []
    return Jws(
        header=header,
        payload=payload,
        signing_input=parts[0] + b"." + parts[1],
        signature=signature,
        alg=_read_alg(header, problems),
        kid=_read_kid(header, problems),
        x5c=_check_thumbprints(header, _read_x5c(header, problems), problems),
        embedded_jwk=_read_jwk(header, problems),
        understood=_read_crit(header, problems),
        problems=tuple(problems),
    )


def verify(jws: Jws, key: Key) -> bool:
    """Check the signature of ``jws`` with ``key``.

    False as well where the key does not fit the algorithm (a public key never fits an HMAC, a secret
    nothing else), where the token is unsigned, or has a critical header that is not understood.
    """
    name = jws.header.get("alg")
    if not jws.understood or not isinstance(name, str) or name not in _COSE_NAMES:
        return False
    return keys.verify(key, _COSE_NAMES[name], jws.signing_input, jws.signature)


def parse_jwk_set(data: bytes | str) -> list[Key]:
    """Read a JWK set (RFC 7517 section 5), or a single JWK as a set of one.

    Raises:
        KeyFault: it is no JSON object, is empty or too long, or one of its keys cannot be used.
    """
    try:
        value = json.loads(data)
    except MalformedArtefact as fault:
        raise KeyFault(
            f"the JWK set cannot be read: {fault.message}", hint="supply JSON of RFC 7517"
        ) from None
    members = value.get("keys", [value]) if isinstance(value, dict) else None
    if not isinstance(members, list) or not 0 < len(members) <= MAX_KEYS:
        raise KeyFault(
            f'the JSON is neither a JWK nor a set of 1 to {MAX_KEYS} of them under "keys"',
            hint='a set looks like {"keys": [{"kty": ...}, ...]}',
        )
    return [keys.from_jwk(member) for member in members]


# --- parts --------------------------------------------------------------------------------------


def _not_three_parts(data: bytes, count: int) -> str:
    if count == 5:
        return "the token is encrypted (JWE, five parts); only signed tokens (JWS) are read: decrypt it first"
    if data.lstrip()[:1] == b"{":
        return "JSON serialisation was given; expected a JWS in compact form, three parts with dots"
    return f"{count} part{'s' * (count != 1)} between dots; a JWS in compact form has three"


def _base64url(part: bytes, name: str, problem: str) -> bytes:
    try:
        return urlsafe_b64decode(part)
    except ValueError:  # binascii.Error is one
        raise MalformedArtefact(
            problem,
            f"the {name} of the token is not base64url without padding (RFC 7515 section 2)",
            at=name,
        ) from None


# --- header -------------------------------------------------------------------------------------


def _read_alg(header: Mapping[str, Any], problems: list[Problem]) -> str | None:
    name = header.get("alg")
    if not isinstance(name, str):
        got = "no alg" if name is None else f"an alg that is {_described(name)}"
        problems.append(make_problem("cose-alg-missing", f"the header has {got}; expected a name", at="alg"))
        return None
    if name == NONE:
        return NONE
    if name in _COSE_NAMES:
        return _COSE_NAMES[name]
    return f"unknown ({name[:_SHOWN]})"


def _read_kid(header: Mapping[str, Any], problems: list[Problem]) -> bytes | None:
    kid = header.get("kid")
    if kid is None or isinstance(kid, str):
        return None if kid is None else kid.encode("utf-8")
    problems.append(_wrong_type("kid", _described(kid), "a string"))
    return None


def _read_x5c(header: Mapping[str, Any], problems: list[Problem]) -> tuple[bytes, ...]:
    """RFC 7515 section 4.1.6: an array of certificates, DER in base64 (not base64url)."""
    chain = header.get("x5c")
    if chain is None:
        return ()
    if not isinstance(chain, list) or not 0 < len(chain) <= MAX_CERTIFICATES:
        problems.append(_wrong_type("x5c", _described(chain), f"1 to {MAX_CERTIFICATES} certificates"))
        return ()
    certificates: list[bytes] = []
    for index, text in enumerate(chain):
        try:
            certificates.append(base64.b64decode(text, validate=True))
        except (TypeError, ValueError):
            problems.append(_wrong_type(f"x5c[{index}]", _described(text), "DER in base64"))
            return ()
    return tuple(certificates)


def _check_thumbprints(
    header: Mapping[str, Any], chain: tuple[bytes, ...], problems: list[Problem]
) -> tuple[bytes, ...]:
    """Give the chain, or none where a thumbprint (RFC 7515 section 4.1.7) is not that of its first."""
    for name, digest in _THUMBPRINTS.items() if chain else ():
        given = header.get(name)
        if given is None:
            continue
        expected = hashlib.new(digest, chain[0], usedforsecurity=False).digest()
        if given != base64.urlsafe_b64encode(expected).rstrip(b"=").decode():
            message = f"{name} is not the digest of the first certificate in x5c, which is not used"
            problems.append(make_problem("cose-key-mismatch", message, at=name))
            return ()
    return chain


def _read_jwk(header: Mapping[str, Any], problems: list[Problem]) -> Key | None:
    """RFC 7515 section 4.1.3: a public key. A secret would let every reader forge."""
    if header.get("jwk") is None:
        return None
    try:
        key = keys.from_jwk(header["jwk"])
    except KeyFault as fault:
        problems.append(_wrong_type("jwk", f"unusable: {fault.message}", "a public key"))
        return None
    if key.kind == "symmetric" or key.private:
        problems.append(_wrong_type("jwk", "a secret that everybody can read", "a public key"))
        return None
    return key


def _read_crit(header: Mapping[str, Any], problems: list[Problem]) -> bool:
    """RFC 7515 section 4.1.11. No extension is understood here, not even ``b64`` of RFC 7797."""
    if "crit" not in header and header.get("b64", True) is True:
        return True
    crit = header.get("crit", ["b64"])
    named = isinstance(crit, list) and crit and all(isinstance(name, str) for name in crit)
    shown = ", ".join(repr(name)[:_SHOWN] for name in crit[:5]) if named else "not a list of names"
    problems.append(
        make_problem(
            "cose-crit-unknown",
            f"the critical headers are {shown}; expected none, as no extension is understood here, "
            "so the signature counts as not checked",
            at="crit",
        )
    )
    return False


def _wrong_type(at: str, got: str, expected: str) -> Problem:
    return make_problem("eat-claim-type", f"the header {at} is {got}; expected {expected}", at=at)


_DESCRIPTIONS: tuple[tuple[type, str], ...] = (
    (bool, "a boolean"),
    (int, "a number"),
    (float, "a number"),
    (str, "a text of another form"),
    (dict, "an object"),
)


def _described(value: Any) -> str:
    if isinstance(value, list):
        return f"an array of {len(value)}"
    return next((text for kind, text in _DESCRIPTIONS if isinstance(value, kind)), "null")
