"""Signed and MACed COSE messages of no other kind (RFC 9052): who signed them, and nothing about what.

What they hold is not interpreted and shows nothing. As nobody can say what such a message is for, anchors of
every purpose are tried. Additional data that was signed and is not in the message cannot be known: it is
taken for empty, as nearly all are, so that a message with some does not verify.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from iotassess.codec import cbor, cose
from iotassess.codec.keys import Key
from iotassess.errors import MalformedArtefact
from iotassess.evidence.authenticate import check_cose
from iotassess.evidence.context import Candidate, Context, Keys
from iotassess.evidence.eat_reading import free_key, to_json
from iotassess.evidence.peek import COSE_TAGS, Peek
from iotassess.evidence.published_keys import TestKey
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import PURPOSES, Artefact, Purpose
from iotassess.model.problems import problem

if TYPE_CHECKING:  # certificates take long to import, and many runs have none
    from iotassess.evidence.certificates import CertificateAnchor

MAX_START: Final = 32
"""Bytes of the content that are shown: enough to tell text, CBOR, JSON and DER apart."""

MAX_LOOKED_INTO: Final = 4
"""Tags and arrays around a claims set that are looked through: a tag for CBOR, one for the claims set, and an
array or two."""

_HEADERS: Final[dict[int | str, str]] = {
    1: "alg",
    2: "crit",
    3: "content_type",
    4: "kid",
    5: "iv",
    6: "partial_iv",
    7: "counter_signature",
    11: "counter_signature_version_2",
    15: "cwt_claims",
    16: "typ",
    32: "x5bag",
    33: "x5chain",
    34: "x5t",
    35: "x5u",
}
"""Header parameters by their names in the IANA registry."""

_EXTERNAL_DATA: Final = (
    "additional data outside the message (RFC 9052 section 4.3): taken as empty; a message that was signed "
    "with some does not verify"
)
_ARRAY_HEADS: Final = frozenset({0x84, 0x85, 0x9F})
"""First bytes of an array of four, of five, and of one without a length."""


# --- recognising --------------------------------------------------------------------------------


def is_cose_message(peek: Peek) -> bool:
    """Tell whether the bytes are a COSE message with signatures or a MAC.

    By its tag, malformed or not; without one by the shape that RFC 9052 gives all of them, and an algorithm
    in a header.
    """
    tags = peek.tags
    if tags:
        if tags[0] not in COSE_TAGS:
            return False
        return _is_message(peek.cbor.value) if peek.is_cbor else _begins_like_message(peek.data)
    return peek.data[:1] in (b"\x84", b"\x85", b"\x9f") and peek.is_cbor and _has_algorithm(peek.cbor)


def _begins_like_message(data: bytes) -> bool:
    """Tell whether an array with a byte string at its start follows the tag, as far as there are bytes."""
    at = 1 + (1 if data[0] == 0xD8 else 0)
    return (
        data[at : at + 1] != b""
        and data[at] in _ARRAY_HEADS
        and (data[at + 1 : at + 2] or b"\x40")[0] >> 5 == 2
    )


def _is_message(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) in (4, 5) and type(value[0]) is bytes


def _has_algorithm(value: Any) -> bool:
    """Tell whether an untagged array is a message: protected, unprotected, content, signatures."""
    if not _is_message(value) or not isinstance(value[1], Mapping):
        return False
    if value[2] is not None and type(value[2]) is not bytes:
        return False
    if type(value[3]) is bytes:
        return _names_algorithm(value[0], value[1]) and (
            len(value) == 4 or isinstance(value[4], list | tuple)
        )
    signers = value[3]
    if len(value) != 4 or not isinstance(signers, list | tuple) or not 0 < len(signers) <= cose.MAX_SIGNERS:
        return False
    return all(
        isinstance(one, list | tuple)
        and len(one) == 3
        and type(one[0]) is bytes
        and isinstance(one[1], Mapping)
        and type(one[2]) is bytes
        and _names_algorithm(one[0], one[1])
        for one in signers
    )


def _names_algorithm(protected: bytes, unprotected: Mapping[Any, Any]) -> bool:
    try:
        headers = cbor.loads(protected) if protected else {}
    except MalformedArtefact:
        return False
    return isinstance(headers, Mapping) and (
        type(headers.get(1)) in (int, str) or type(unprotected.get(1)) in (int, str)
    )


# --- reading ------------------------------------------------------------------------------------


def decode(peek: Peek, context: Context) -> Artefact:
    """Read a COSE message.

    Args:
        peek: the bytes.
        context: anchors of all purposes, and the moment of judgement.

    Raises:
        MalformedArtefact: the bytes are no COSE message.
    """
    message = cose.parse(peek.cbor)
    checked = check_cose(message, replace(context, keys=any_purpose(context.keys)), None)
    problems = checked.problems
    if context.nonce is not None and not context.depth and _may_attest(message.payload):
        unseen = (
            "the content has claims of an attestation token, and is none by its form: its nonce was not "
            f"compared with the challenge {context.nonce.hex()}"
        )
        problems += (problem("eat-nonce-missing", unseen, at="payload", severity="error"),)
    return Artefact(
        path=context.path,
        kind="cose-message",
        media_type=f'application/cose; cose-type="{message.type.lower().replace("_", "-")}"',
        sha256="",
        size=0,
        wellformed=not any(
            found.severity == "error" and found.id.startswith("cbor-") for found in message.problems
        ),
        authenticity=checked.authenticity,
        signatures=checked.signatures,
        problems=problems,
        claims=_claims(message),
    )


def _may_attest(payload: bytes | None) -> bool:
    """Tell whether a content is a claims set of evidence, or has one just inside."""
    from iotassess.evidence.eat_token import EVIDENCE_LABELS  # only a call with a challenge gets here

    try:
        level = [] if payload is None else [cbor.loads(payload)]
    except MalformedArtefact:
        return False
    for _ in range(MAX_LOOKED_INTO):
        inside: list[Any] = []
        for value in level:
            if isinstance(value, Mapping):
                if not EVIDENCE_LABELS.isdisjoint(value):
                    return True
            elif isinstance(value, cbor.Tag):
                inside.append(value.value)
            elif isinstance(value, list | tuple):
                inside += value
        level = inside
    return False


def _claims(message: cose.Message) -> dict[str, Any]:
    claims: dict[str, Any] = {
        "type": message.type,
        "tagged": message.tagged,
        "protected": _headers(message.protected),
        "unprotected": _headers(message.unprotected),
        "payload": _payload(message.payload),
        "content": "not interpreted",
    }
    if message.type == "COSE_Sign":
        claims["signers"] = [
            {"protected": _headers(one.protected), "unprotected": _headers(one.unprotected)}
            for one in message.signatures
        ]
    claims["not_evaluated"] = ["the content", _EXTERNAL_DATA]
    return claims


def _payload(payload: bytes | None) -> dict[str, Any] | None:
    """Say how long the content is and how it begins; None where it is not in the message."""
    if payload is None:
        return None
    digest = hashlib.sha256(payload).hexdigest()
    return {"size": len(payload), "sha256": digest, "starts_with": payload[:MAX_START].hex()}


def _headers(values: Mapping[int | str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    other: dict[str, Any] = {}
    for label, value in values.items():
        name = _HEADERS.get(label) if type(label) is int else None
        if name is None:
            other[free_key(label, other)] = to_json(value)
        elif name == "alg" and type(value) in (int, str):
            found[name] = {"value": value, "name": cose.algorithm_name(value)}
        else:
            found[name] = to_json(value)
    if other:
        found["other"] = other
    return found


# --- keys of every purpose ----------------------------------------------------------------------


class AnyPurpose:
    """Anchors, whatever they were named for.

    Args:
        keys: the anchors.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def candidates(self, _purpose: Purpose | None, alg: str, kid: bytes | None) -> Iterator[Candidate]:
        """Give the keys that fit ``alg``, each once."""
        given: set[str] = set()
        for purpose in PURPOSES:
            for candidate in self._keys.candidates(purpose, alg, kid):
                if candidate.name not in given:
                    given.add(candidate.name)
                    yield candidate


class AnyPurposeStore(AnyPurpose):
    """The same for a whole store, which knows certificates, too.

    Args:
        store: the anchors.
    """

    def __init__(self, store: TrustStore) -> None:
        super().__init__(store)
        self._store = store

    def certificates(self, _purpose: Purpose | None) -> Sequence[CertificateAnchor]:
        """Give the certificates."""
        return _each(anchor for purpose in PURPOSES for anchor in self._store.certificates(purpose))

    def certificate(self, name: str) -> CertificateAnchor | None:
        """Give the certificate of an anchor."""
        return self._store.certificate(name)

    def find(self, _purpose: Purpose | None, alg: str, thumbprint: str) -> Candidate | None:
        """Give the anchor with a thumbprint."""
        found = (self._store.find(purpose, alg, thumbprint) for purpose in PURPOSES)
        return next((candidate for candidate in found if candidate is not None), None)

    def misfits(self, _purpose: Purpose | None, alg: str, kid: bytes) -> Sequence[Candidate]:
        """Give the anchors with that key identifier, if there are any and none fits ``alg``."""
        if any(candidate.key.kid == kid for candidate in self.candidates(None, alg, kid)):
            return ()
        return [candidate for purpose in PURPOSES for candidate in self._store.misfits(purpose, alg, kid)]

    def test_key(self, key: Key) -> TestKey | None:
        """Tell whether a key is a published test key."""
        return self._store.test_key(key)


def any_purpose(keys: Keys) -> AnyPurpose:
    """Give anchors that serve whatever they were named for."""
    return AnyPurposeStore(keys) if isinstance(keys, TrustStore) else AnyPurpose(keys)


def _each(anchors: Iterable[CertificateAnchor]) -> list[CertificateAnchor]:
    return list({anchor.name: anchor for anchor in anchors}.values())
