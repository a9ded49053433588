"""COSE header buckets, read strictly (RFC 9052 section 3): which algorithm, which key, which rules.

pycose knows the header parameters and the algorithms. It gets what passed the CBOR wall and nothing
else: left to itself it decodes the protected bytes again with every tag active, takes ``{true: -7}`` and
``{"alg": -7}`` for ES256, and lets the last of two algorithms win.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from pycose import headers
from pycose.algorithms import CoseAlgorithm
from pycose.messages.sign1message import Sign1Message

from iotassess.codec import cbor
from iotassess.codec.keys_formats import COSE_ALGORITHMS
from iotassess.codec.keys_verify import is_mac, is_supported
from iotassess.errors import MalformedArtefact
from iotassess.model.artefact import Problem
from iotassess.model.problems import problem

Fault = Literal["malformed", "unsupported-alg"]
"""Why a signature is never verified, whatever the key: its status in the report."""

ALG, CRIT, CONTENT_TYPE, KID, X5CHAIN, X5T = 1, 2, 3, 4, 33, 34

UNDERSTOOD: Final = frozenset({ALG, CRIT, CONTENT_TYPE, KID, X5CHAIN})
"""Labels that are processed here, and may so be critical."""

_READ_BY_PYCOSE: Final = frozenset({CRIT, CONTENT_TYPE, KID, 5, 6, 10})
"""Labels whose values pycose checks the type of; the algorithm is looked up apart."""

MAX_CACHED_BYTES: Final = 4096
"""Longest protected header that is remembered. Millions of tokens share a handful of short ones; one
with a certificate chain in it is a device's own."""

MAX_CACHED: Final = 512
"""Most protected headers remembered: with the above, two megabytes."""

MAX_CHAIN: Final = 16
"""Longest certificate chain that is looked at; each link costs a signature verification."""

_OTHER_NAMES: Final = {
    14: "AES-MAC 128/64",
    15: "AES-MAC 256/64",
    25: "AES-MAC 128/128",
    26: "AES-MAC 256/128",
    -65535: "RS1",
}
_NAMES: Final = {**COSE_ALGORITHMS, **_OTHER_NAMES}


_ALGORITHMS: Final[dict[int | str, Any]] = CoseAlgorithm.get_registered_classes()  # type: ignore[no-untyped-call]
"""pycose's own table, by number and by its own names: adding to it is how an algorithm is registered."""


def _register_newer_algorithms() -> None:
    """Tell pycose 1.1.0 of the algorithms that were registered after it was made.

    It only looks them up; ``cryptography`` verifies. (ESP256 and its like: RFC 9864; HSS-LMS: RFC 8778;
    ML-DSA: RFC 9964; ES256K: RFC 8812.)
    """
    for identifier, name in COSE_ALGORITHMS.items():
        if identifier not in _ALGORITHMS:
            attribute = type(name, (CoseAlgorithm,), {"identifier": identifier, "fullname": name})
            CoseAlgorithm.register_attribute()(attribute)


_register_newer_algorithms()


class Bucket(NamedTuple):
    """One header bucket.

    Attributes:
        values: label (int or text) to value; empty if the bucket cannot be read.
        alg_id: value of label 1 as it stands there, or None.
        alg: its IANA name, or "unknown (…)", or None.
        kid: key identifier, or None.
        x5chain: certificates of label 33 in DER, leaf first.
        content_type: label 3, a media type or a CoAP content format, or None.
        problems: what is wrong with the bucket.
        fault: why nothing under it is verified, or None.
    """

    values: Mapping[int | str, Any]
    alg_id: int | str | None = None
    alg: str | None = None
    kid: bytes | None = None
    x5chain: tuple[bytes, ...] = ()
    content_type: int | str | None = None
    problems: tuple[Problem, ...] = ()
    fault: Fault | None = None


EMPTY: Final = Bucket(MappingProxyType({}))


def algorithm_name(alg_id: int | str) -> str:
    """Name an algorithm as the IANA registry does, or "unknown (-1234)".

    A text is never looked up: the registry has no algorithm of that form, though pycose takes the
    names of its own classes.
    """
    if type(alg_id) is int:
        attribute = _ALGORITHMS.get(alg_id)
        if attribute is not None:
            return _NAMES.get(alg_id, str(attribute.fullname))
    return f"unknown ({alg_id!s:.64})"


def _malformed(message: str) -> Problem:
    return problem("cbor-malformed", f"COSE header: {message}")


def _read_chain(value: Any) -> tuple[bytes, ...] | None:
    """Read x5chain (RFC 9360 section 2): one certificate, or an array of them; None if neither."""
    if isinstance(value, bytes):
        return (value,)
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MAX_CHAIN:
        return None
    return tuple(value) if all(isinstance(link, bytes) for link in value) else None


def _check_with_pycose(values: Mapping[int | str, Any]) -> Problem | None:
    """Have pycose check the types of the header parameters it knows."""
    known = {
        label: list(value) if isinstance(value, tuple) else value
        for label, value in values.items()
        if label in _READ_BY_PYCOSE
    }
    try:
        decoded = Sign1Message(phdr=known).phdr
    except Exception as fault:  # it raises what comes; each means a bad value
        return _malformed(f"{fault!s:.80}")
    kid = decoded.get(headers.KID)
    if type(values.get(CONTENT_TYPE)) is bool:
        return _malformed("the content type is a boolean")
    return None if kid is None or type(kid) is bytes else _malformed("the key id is no byte string")


def _check_critical(values: Mapping[int | str, Any], understood: frozenset[int | str]) -> str:
    """Say what forbids processing by the crit parameter (RFC 9052 section 3.1), or nothing."""
    listed = values[CRIT]
    if not isinstance(listed, list | tuple) or not listed:
        return "crit is not an array of labels"
    for label in listed:
        if type(label) not in (int, str):
            return "crit holds something that is no label"
        if label not in values:
            return f"crit names {label!r:.40}, which is not in the protected header"
        if label not in understood:
            return f"the header {label!r:.40} is critical and not understood"
    return ""


def read_bucket(
    values: Mapping[Any, Any], protected: bool, understood: frozenset[int | str] = UNDERSTOOD
) -> Bucket:
    """Read one decoded header map; whatever is wrong with it is in its problems.

    Args:
        values: the decoded map.
        protected: whether it is the protected one; crit is an error in the other.
        understood: labels that may be critical.
    """
    if not values:
        return EMPTY
    if not protected and len(values) == 1 and type(values.get(KID)) is bytes:
        # The most frequent unprotected header by far; it needs no second opinion.
        return Bucket(values, None, None, values[KID])
    for label in values:
        if type(label) is not int and type(label) is not str:
            found = _malformed("a label is neither an integer nor a text")
            return Bucket(MappingProxyType({}), problems=(found,), fault="malformed")
    problems: list[Problem] = []
    found_by_pycose = _check_with_pycose(values)
    if found_by_pycose is not None:
        problems.append(found_by_pycose)
    alg_id, alg, kid = values.get(ALG), None, values.get(KID)
    chain: tuple[bytes, ...] = ()
    if alg_id is not None and type(alg_id) is not int and type(alg_id) is not str:
        problems.append(_malformed("the algorithm is neither an integer nor a text"))
        alg_id = None
    if alg_id is not None:
        alg = algorithm_name(alg_id)
    if X5CHAIN in values:
        read = _read_chain(values[X5CHAIN])
        if read is None:
            problems.append(_malformed(f"x5chain is not 1 to {MAX_CHAIN} certificates in byte strings"))
        chain = read or ()
    if CRIT in values:
        wrong = _check_critical(values, understood) if protected else "crit is in the unprotected header"
        if wrong:
            problems.append(problem("cose-crit-unknown", wrong))
    content_type = values.get(CONTENT_TYPE)
    return Bucket(
        MappingProxyType(dict(values)),
        alg_id,
        alg,
        kid if type(kid) is bytes else None,
        chain,
        content_type if type(content_type) in (int, str) else None,
        tuple(problems),
        "malformed" if problems else None,
    )


def _decode_protected(raw: bytes, understood: frozenset[int | str]) -> Bucket:
    if not raw:
        return EMPTY
    try:
        values = cbor.loads(raw)
    except MalformedArtefact as fault:
        found = problem(fault.problem, f"protected COSE header: {fault.message}")
        return Bucket(MappingProxyType({}), problems=(found,), fault="malformed")
    if not isinstance(values, Mapping):
        found = _malformed("the protected header is not a map")
        return Bucket(MappingProxyType({}), problems=(found,), fault="malformed")
    return read_bucket(values, True, understood)


_CERTIFICATE_HASHES: Final = {-14: "sha1", -16: "sha256", -43: "sha384", -44: "sha512"}
"""Digests of an x5t. SHA-1 is taken: it only has to tell one certificate from another of the same key."""


def explain_other_certificate(kind: str, thumbprint: Any, chain: Sequence[bytes]) -> Problem | None:
    """Say that x5t (RFC 9360 section 2) is not the digest of the chain's first certificate, or nothing."""
    if isinstance(thumbprint, list | tuple) and len(thumbprint) == 2:
        name = _CERTIFICATE_HASHES.get(thumbprint[0]) if type(thumbprint[0]) is int else None
        if name is not None and thumbprint[1] == hashlib.new(name, chain[0], usedforsecurity=False).digest():
            return None
    return problem(
        "cose-key-mismatch",
        f"x5t of the {kind} is not the digest of the first certificate in x5chain, which is not used",
    )


class Protected(NamedTuple):
    """The protected header of one signature, with what can be said of it alone.

    Attributes:
        bucket: the header.
        encoded: the byte string that the signature covers, with its head. A header without values is
            covered as an empty string, however it was written (RFC 9052 section 4.4).
        problems: of the bucket, then of the algorithm where there is one.
        fault: of the bucket, else of the algorithm.
    """

    bucket: Bucket
    encoded: bytes
    problems: tuple[Problem, ...]
    fault: Fault | None


def _read_protected(raw: bytes, kind: str, understood: frozenset[int | str]) -> Protected:
    bucket = _decode_protected(raw, understood)
    problems, fault = bucket.problems, bucket.fault
    if bucket.alg is not None:
        found, forbids = judge_algorithm(kind, bucket.alg)
        if found is not None:
            problems += (found,)
            fault = fault or forbids
    encoded = cbor.encode_head(2, len(raw)) + raw if bucket.values else b"\x40"
    return Protected(bucket, encoded, problems, fault)


_read_protected_once = lru_cache(maxsize=MAX_CACHED)(_read_protected)


def read_protected(raw: bytes, kind: str, understood: frozenset[int | str] = UNDERSTOOD) -> Protected:
    """Read the encoded protected header: an empty byte string, or one that wraps a map.

    Args:
        raw: content of the byte string, as it was signed.
        kind: "COSE_Sign1", "COSE_Sign", "COSE_Mac0" or "COSE_Mac".
        understood: labels that may be critical.
    """
    if len(raw) <= MAX_CACHED_BYTES:
        return _read_protected_once(raw, kind, understood)
    return _read_protected(raw, kind, understood)


def explain_missing_algorithm(kind: str, unprotected: Bucket) -> Problem:
    """Say that the protected header has no algorithm, and whether the other one has."""
    if unprotected.alg is None:
        return problem(
            "cose-alg-missing",
            f"no algorithm header in the {kind}; expected label 1 in the protected header",
        )
    return problem(
        "cose-alg-unprotected",
        f"{unprotected.alg} stands in the unprotected header of the {kind}; expected it in the "
        "protected one, so it is not verified",
    )


def judge_algorithm(kind: str, alg: str) -> tuple[Problem | None, Fault | None]:
    """Say what is wrong or doubtful with a protected algorithm, and whether that forbids its use."""
    if not is_supported(alg):
        found = problem("cose-alg-unsupported", f"{alg} cannot be verified by this tool")
        return found, "unsupported-alg"
    if is_mac(alg) != (kind in ("COSE_Mac0", "COSE_Mac")):
        return problem("cose-alg-unsupported", f"{alg} is not for a {kind}"), "malformed"
    if alg == "HMAC 256/64":
        found = problem("cose-alg-weak", "HMAC 256/64 truncates the tag to 64 bits; expected HMAC 256/256")
        return found, None
    return None, None


def is_direct_recipient(recipient: Any) -> bool:
    """Tell whether a COSE_recipient says that the MAC key is the shared key itself (alg -6).

    RFC 9053 section 6.1.1: empty protected header, alg in the unprotected one, empty ciphertext.
    """
    if not isinstance(recipient, Sequence) or len(recipient) != 3:
        return False
    protected, unprotected, ciphertext = recipient
    if protected not in (b"", b"\xa0") or ciphertext != b"" or not isinstance(unprotected, Mapping):
        return False
    bucket = read_bucket(unprotected, False)
    return bucket.fault is None and bucket.alg_id == -6
