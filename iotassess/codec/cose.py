"""The COSE wall: signed and MACed messages of RFC 9052, read and verified.

This file and ``cose_headers`` are the only ones that call pycose. It decodes header parameters and
algorithms there; the bytes to be signed are put together here, and ``cryptography`` verifies them (see
:mod:`iotassess.codec.keys`). Putting them together with pycose, and decoding the whole message with it,
costs a seventh of an ECDSA verification for each token; a test holds both to be byte for byte equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from iotassess.codec.cbor import MAPS, Tag, encode_head
from iotassess.codec.cose_headers import (
    EMPTY,
    UNDERSTOOD,
    X5T,
    Bucket,
    Fault,
    Protected,
    algorithm_name,
    explain_missing_algorithm,
    explain_other_certificate,
    is_direct_recipient,
    read_bucket,
    read_protected,
)
from iotassess.codec.keys import Key, is_mac
from iotassess.codec.keys import verify as verify_with_key
from iotassess.errors import MalformedArtefact
from iotassess.model.artefact import Problem
from iotassess.model.problems import problem

__all__ = [
    "MAX_SIGNERS",
    "TAGS",
    "Message",
    "Signature",
    "algorithm_name",
    "parse",
    "to_be_signed",
    "verify",
]

TAGS: Final = {18: "COSE_Sign1", 98: "COSE_Sign", 17: "COSE_Mac0", 97: "COSE_Mac"}
"""CBOR tags of the messages that are read (RFC 9052 table 1)."""

MAX_SIGNERS: Final = 32
"""Most signatures in one COSE_Sign. Each may be tried with every anchor; real ones have one to three."""

_CONTEXTS: Final = {
    "COSE_Sign1": b"\x84\x6aSignature1",
    "COSE_Sign": b"\x85\x69Signature",
    "COSE_Mac0": b"\x84\x64MAC0",
    "COSE_Mac": b"\x84\x63MAC",
}
"""Start of Sig_structure and MAC_structure (sections 4.4 and 6.3): array head and context string."""


class Signature(NamedTuple):
    """One COSE signature or MAC to check.

    Attributes:
        type: "COSE_Sign1", "COSE_Sign", "COSE_Mac0" or "COSE_Mac".
        alg: IANA name, "unknown (…)", or None; it may come from the unprotected header, but then
            ``fault`` is set.
        alg_id: the header's value, or None.
        kid: key identifier (protected, else unprotected, else the direct recipient's), or None.
        protected: header values that the signature covers.
        unprotected: header values that it does not cover.
        protected_raw: protected header as it was signed.
        signature: the signature or tag.
        x5chain: certificates of header 33 in DER, leaf first.
        x5chain_protected: whether they stand in the protected header.
        problems: what is wrong or doubtful about it.
        fault: why it is never verified ("malformed", "unsupported-alg"), or None.
        covered: what the structure to be signed begins with, up to the last protected header.
    """

    type: str
    alg: str | None
    alg_id: int | str | None
    kid: bytes | None
    protected: Mapping[int | str, Any]
    unprotected: Mapping[int | str, Any]
    protected_raw: bytes
    signature: bytes
    x5chain: tuple[bytes, ...]
    x5chain_protected: bool
    problems: tuple[Problem, ...]
    fault: Fault | None
    covered: bytes


class Message(NamedTuple):
    """One signed or MACed message.

    Attributes:
        type: "COSE_Sign1", "COSE_Sign", "COSE_Mac0" or "COSE_Mac".
        tagged: whether it said so itself, by its tag.
        payload: content, or None where it is detached.
        protected: the message's protected header values (of a COSE_Sign: the body's).
        unprotected: the message's unprotected header values.
        protected_raw: protected header as it was signed.
        content_type: header 3 (protected, else unprotected), or None.
        signatures: one for each signature; exactly one unless it is a COSE_Sign.
        problems: of the message and of all its signatures, in order.
    """

    type: str
    tagged: bool
    payload: bytes | None
    protected: Mapping[int | str, Any]
    unprotected: Mapping[int | str, Any]
    protected_raw: bytes
    content_type: int | str | None
    signatures: tuple[Signature, ...]
    problems: tuple[Problem, ...]


def _wrong(message: str) -> MalformedArtefact:
    return MalformedArtefact("cbor-malformed", f"not a COSE message: {message}")


def _is_array(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _infer_type(parts: Sequence[Any]) -> str:
    """Tell the type of an untagged message by its shape, and by its algorithm where that is alike."""
    if len(parts) == 5:
        return "COSE_Mac"
    if len(parts) == 4:
        if _is_array(parts[3]):
            return "COSE_Sign"
        alg = None
        if isinstance(parts[0], bytes):
            alg = read_protected(parts[0], "COSE_Sign1").bucket.alg
        if alg is None and isinstance(parts[1], Mapping):
            alg = read_bucket(parts[1], False).alg
        return "COSE_Mac0" if alg is not None and is_mac(alg) else "COSE_Sign1"
    raise _wrong(f"an array of {len(parts)}; expected 4 or 5 elements")


def _headers(
    kind: str, protected_raw: Any, unprotected: Any, understood: frozenset[int | str]
) -> tuple[Protected, Bucket, tuple[Problem, ...]]:
    """Read the two buckets of one layer; the problems are those of both, and of the pair."""
    if type(protected_raw) is not bytes:
        raise _wrong(f"a protected header of the {kind} is not a byte string")
    if not isinstance(unprotected, MAPS):
        raise _wrong(f"an unprotected header of the {kind} is not a map")
    first = read_protected(protected_raw, kind, understood)
    if not unprotected:
        return first, EMPTY, first.problems
    second = read_bucket(unprotected, False)
    problems = first.problems + second.problems
    covered = first.bucket.values
    for label in second.values:
        if label in covered:
            problems += (
                problem(
                    "cbor-duplicate-key",
                    f"header {label!r:.40} of the {kind} is both protected and unprotected",
                ),
            )
    return first, second, problems


def _signature(
    kind: str, layer: Sequence[Any], tag: Any, understood: frozenset[int | str], start: bytes
) -> tuple[Signature, Protected, Bucket]:
    """Read one signature with its two header buckets (``layer`` begins with them).

    ``start`` is what the structure to be signed begins with, up to this layer's protected header.
    """
    if type(tag) is not bytes:
        raise _wrong(f"the signature or tag of the {kind} is not a byte string")
    protected, second, problems = _headers(kind, layer[0], layer[1], understood)
    first, _, own, fault = protected
    if fault is None:
        if first.alg is None:
            problems += (explain_missing_algorithm(kind, second),)
            fault = "malformed"
        elif len(problems) > len(own):
            fault = "malformed"
    chain = first.x5chain or second.x5chain
    for bucket in (first, second) if chain else ():
        if X5T in bucket.values:
            other = explain_other_certificate(kind, bucket.values[X5T], chain)
            if other is not None:
                problems, chain = (*problems, other), ()
                break
    signature = Signature(
        kind,
        second.alg if first.alg is None else first.alg,
        second.alg_id if first.alg_id is None else first.alg_id,
        second.kid if first.kid is None else first.kid,
        first.values,
        second.values,
        layer[0],
        tag,
        chain,
        bool(chain and first.x5chain),
        problems,
        fault,
        start + protected.encoded,
    )
    return signature, protected, second


def _read_signers(
    parts: Sequence[Any], understood: frozenset[int | str]
) -> tuple[tuple[Signature, ...], Protected, Bucket, tuple[Problem, ...]]:
    """Read the body headers and the signatures of a COSE_Sign."""
    first, second, problems = _headers("COSE_Sign", parts[0], parts[1], understood)
    if not _is_array(parts[3]):
        raise _wrong("the signatures of the COSE_Sign are not an array")
    if len(parts[3]) > MAX_SIGNERS:
        raise MalformedArtefact(
            "artefact-too-large",
            f"a COSE_Sign with {len(parts[3])} signatures; at most {MAX_SIGNERS} are read",
        )
    start = _CONTEXTS["COSE_Sign"] + first.encoded
    signatures = []
    for layer in parts[3]:
        if not _is_array(layer) or len(layer) != 3:
            raise _wrong("a COSE_Signature is not an array of 3")
        signature, _, _ = _signature("COSE_Sign", layer, layer[2], understood, start)
        if problems:  # what is wrong with the body is wrong for each that signs it
            signature = signature._replace(fault="malformed")
        signatures.append(signature)
    if not signatures:
        problems += (problem("cose-empty-block", "a COSE_Sign without signatures"),)
    return tuple(signatures), first, second, problems


def _apply_recipients(signature: Signature, recipients: Any) -> Signature:
    """Find out whether the MAC key is the shared key itself; any other way to it is not supported."""
    if not _is_array(recipients) or not recipients:
        raise _wrong("the recipients of the COSE_Mac are not an array with content")
    if len(recipients) == 1 and is_direct_recipient(recipients[0]):
        kid = read_bucket(recipients[0][1], False).kid
        return signature._replace(kid=kid) if signature.kid is None else signature
    found = problem(
        "cose-alg-unsupported",
        "the MAC key of the COSE_Mac is wrapped or derived; only one direct recipient (alg -6) is supported",
    )
    return signature._replace(
        problems=(*signature.problems, found), fault=signature.fault or "unsupported-alg"
    )


def parse(
    value: Any, *, expect: str | None = None, understood: frozenset[int | str] = frozenset()
) -> Message:
    """Read a COSE_Sign1, COSE_Sign, COSE_Mac0 or COSE_Mac.

    Args:
        value: what ``cbor.loads`` gave: a :class:`Tag` (17, 18, 97, 98) or the bare array.
        expect: type of a bare array; without it the shape tells, and where a COSE_Sign1 and a
            COSE_Mac0 look alike, the algorithm. A tag is believed in any case.
        understood: labels that the caller processes, so that they may be critical.

    Raises:
        MalformedArtefact: ``cbor-malformed`` (not such a message), ``artefact-too-large`` (more
            than :data:`MAX_SIGNERS` signatures). What is wrong inside headers is in ``problems``.
    """
    problems: tuple[Problem, ...] = ()
    tagged = isinstance(value, Tag)
    parts = value.value if tagged else value
    if not _is_array(parts):
        raise _wrong(f"{type(parts).__name__} where an array was expected")
    if tagged:
        if value.number not in TAGS:
            raise _wrong(f"tag {value.number}; expected 17, 18, 97 or 98")
        kind = TAGS[value.number]
    else:
        kind = expect or _infer_type(parts)
        problems = (problem("cose-untagged", f"an array without tag, read as {kind}"),)
    size = 5 if kind == "COSE_Mac" else 4
    if len(parts) != size:
        raise _wrong(f"a {kind} of {len(parts)} elements; expected {size}")
    payload = parts[2]
    if payload is not None and not isinstance(payload, bytes):
        raise _wrong(f"the payload of the {kind} is neither a byte string nor nil")
    labels = UNDERSTOOD | understood if understood else UNDERSTOOD
    signatures: tuple[Signature, ...]
    if kind == "COSE_Sign":
        signatures, first, second, own = _read_signers(parts, labels)
        problems += own
    else:
        signature, first, second = _signature(kind, parts, parts[3], labels, _CONTEXTS[kind])
        if kind == "COSE_Mac":
            signature = _apply_recipients(signature, parts[4])
        signatures = (signature,)
    for signature in signatures:
        problems += signature.problems
    body = first.bucket
    return Message(
        kind,
        tagged,
        payload,
        body.values,
        second.values,
        parts[0],
        second.content_type if body.content_type is None else body.content_type,
        signatures,
        problems,
    )


def to_be_signed(
    message: Message,
    signature: Signature,
    payload: bytes | None = None,
    external_aad: bytes = b"",
) -> bytes:
    """Encode the Sig_structure or MAC_structure of one signature (RFC 9052 sections 4.4 and 6.3).

    Args:
        message: the message.
        signature: one of its signatures.
        payload: the content; None for the message's own.
        external_aad: data that is covered but not in the message.
    """
    content = (message.payload or b"") if payload is None else payload
    aad = encode_head(2, len(external_aad)) + external_aad if external_aad else b"\x40"
    return signature.covered + aad + encode_head(2, len(content)) + content


def verify(
    message: Message,
    signature: Signature,
    key: Key,
    *,
    payload: bytes | None = None,
    external_aad: bytes = b"",
) -> bool:
    """Check one signature with one key.

    False whenever the signature has a ``fault``, the key does not fit the algorithm, or the content
    is not known, or known twice and not the same.

    Args:
        message: the message.
        signature: one of its signatures.
        key: the key to try.
        payload: the content where it is detached.
        external_aad: data that is covered but not in the message.
    """
    if signature.fault is not None or signature.alg is None:
        return False
    content = message.payload if payload is None else payload
    if content is None or (message.payload is not None and message.payload != content):
        return False
    data = to_be_signed(message, signature, content, external_aad)
    return verify_with_key(key, signature.alg, data, signature.signature)
