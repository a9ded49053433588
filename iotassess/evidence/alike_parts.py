"""How a PSA token is taken apart, so that others can be held against it (:mod:`iotassess.evidence.alike`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor
from iotassess.codec.cbor_tokens import read_head
from iotassess.evidence.context import Context
from iotassess.evidence.peek import CWT_TAG, Peek
from iotassess.model.artefact import Artefact, Shown

KIND: Final = "psa-token"

SIGN1_TAG: Final = 18

MAX_BYTES: Final = 4096
"""Longest token that is remembered; real ones have some five hundred bytes."""

_CHANGING: Final = ("nonce", "instance_id", "boot_seed")
"""Claims whose content may differ."""

_KNOWN: Final = frozenset(
    {
        "nonce",
        "instance_id",
        "profile",
        "boot_seed",
        "client_id",
        "lifecycle",
        "implementation_id",
        "sw_components",
        "certification_reference",
        "verification_service",
        "no_sw_measurements",
    }
)
"""Claims of PSA tokens: with another one, times among them, a token is not remembered."""


class Cut(NamedTuple):
    """How tokens of one layout are taken apart.

    Attributes:
        spans: start and end of each byte string that may differ.
        key: gives all bytes that must be the same.
        free: gives signature, payload and nonce, then key identifier, instance identifier and boot
            seed, as far as they are there.
        kid: place of the key identifier in that, or 0.
        claims: claims with their places in that.
    """

    spans: tuple[tuple[int, int], ...]
    key: Callable[[bytes], tuple[bytes, ...]]
    free: Callable[[bytes], tuple[bytes, ...]]
    kid: int
    claims: tuple[tuple[str, int], ...]


class Mould(NamedTuple):
    """What one token gave that was read in full.

    Attributes:
        artefact: what it was read as.
        alg: IANA name of the algorithm.
        covered: what the structure to be signed begins with, up to the payload.
        kid: the key identifier where it is among what must be the same.
        challenged: a challenge was given, which the nonce is held against.
        shown: its statements but the last, which is about the key.
        copies: claims that have values inside, and how to make such a value anew.
    """

    artefact: Artefact
    alg: str
    covered: bytes
    kid: bytes | None
    challenged: bool
    shown: tuple[Shown, ...]
    copies: tuple[tuple[str, Callable[[Any], Any]], ...]


def is_plain(data: bytes, context: Context, artefact: Artefact) -> bool:
    """Whether nothing about a token is out of the ordinary, so that others may be held against it."""
    claims, shown = artefact.claims, artefact.shown
    if claims is None or len(artefact.signatures) != 1 or artefact.nested or len(data) > MAX_BYTES:
        return False
    signature = artefact.signatures[0]
    return (
        artefact.kind == KIND
        and artefact.wellformed
        and artefact.authenticity in ("authenticated", "intact")
        and signature.status == "verified"
        and signature.anchor_source not in (None, "artefact")
        and signature.test_key is None
        and not signature.symmetric
        and signature.type == "COSE_Sign1"
        and bool(artefact.device)
        and claims.get("instance_id") == artefact.device
        and type(claims.get("nonce")) is str
        and _KNOWN.issuperset(claims)
        and all(map(_is_flat, claims.values()))
        and shown[-1].property == "device.attestation-key"
        and (context.nonce is None or artefact.fresh == "nonce")
    )


def take_apart(data: bytes, context: Context, artefact: Artefact) -> tuple[Cut, Mould] | None:
    """Make of a plain token what others are held against; None where a byte string is not in one piece."""
    from iotassess.codec import cose  # pycose takes long to import, and many runs have no COSE

    value = Peek(data).cbor
    if isinstance(value, cbor.Tag) and value.number == CWT_TAG:
        value = value.value
    if not isinstance(value, cbor.Tag) or value.number != SIGN1_TAG:
        return None
    message = cose.parse(value)
    signature, payload = message.signatures[0], message.payload
    if signature.x5chain or signature.alg is None or not payload or set(message.unprotected) - {4}:
        return None
    claims: dict[str, Any] = artefact.claims or {}
    labels = {name: label for label, name in _labels(payload, claims)}
    spans: dict[str, tuple[int, int]] = {}
    wanted: dict[str, tuple[tuple[Any, ...], bytes]] = {
        "signature": ((3,), signature.signature),
        "payload": ((2,), payload),
    }
    if 4 in message.unprotected:
        wanted["kid"] = ((1, 4), message.unprotected[4])
    for name in _CHANGING:
        if name in claims:
            if name not in labels:
                return None
            wanted[name] = ((2, cbor.INTO, labels[name]), bytes.fromhex(claims[name]))
    for name, (path, content) in wanted.items():
        span = _span(data, path)
        if span is None or data[span[0] : span[1]] != content:
            return None
        spans[name] = span
    first = spans["instance_id"]
    spans["instance_id"] = (first[0] + 1, first[1])  # its first byte is its type
    order = [name for name in ("signature", "payload", "nonce", "kid", *_CHANGING[1:]) if name in spans]
    free = [first if name == "instance_id" else spans[name] for name in order]
    kid = order.index("kid") if "kid" in order else 0
    changing = tuple((name, place) for place, name in enumerate(order) if name in _CHANGING)
    differing = tuple(sorted(span for name, span in spans.items() if name != "payload"))
    hexes = [content.hex() for name, (_, content) in wanted.items() if name != "payload" and content]
    if any(text in found.message for found in artefact.problems for text in hexes):
        return None
    cut = Cut(differing, _slices(_others(len(data), differing)), _slices(free), kid, changing)
    to_be_signed = cose.to_be_signed(message, signature)
    covered = to_be_signed[: len(to_be_signed) - len(payload)]
    copies = tuple(
        (name, _COPIES[type(inside)]) for name, inside in claims.items() if type(inside) in _COPIES
    )
    shown = artefact.shown[:-1]
    protected = None if "kid" in spans else signature.kid
    asked = context.nonce is not None
    # Whoever was given the artefact may change what is in its claims: what is remembered is not the same.
    own = {**claims, **{name: copy(claims[name]) for name, copy in copies}}
    return cut, Mould(replace(artefact, claims=own), signature.alg, covered, protected, asked, shown, copies)


def _labels(payload: bytes, claims: dict[str, Any]) -> Iterable[tuple[Any, str]]:
    """Give the labels of the byte strings that may differ, with their names in ``claims``."""
    from iotassess.evidence.psa_labels import BY_ID, find_profile

    found = cbor.loads(payload)
    while isinstance(found, cbor.Tag):
        found = found.value
    profile = find_profile(found) or next(iter(BY_ID.values()))
    for name in _CHANGING:
        label = profile.labels[name]
        value = found.get(label)
        if type(value) is bytes and claims.get(name) == value.hex():
            yield label, name


def _span(data: bytes, path: Sequence[Any]) -> tuple[int, int] | None:
    """Find where the content of a byte string stands; None where it is in chunks, or is none."""
    at = cbor.locate(data, path)
    if at is None:
        return None
    head = read_head(data, at, len(data))
    if head.major != 2 or head.info == 31:
        return None
    return head.next, head.next + head.argument


def _others(length: int, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give what lies between spans, which are in order and do not overlap."""
    found, at = [], 0
    for start, end in spans:
        if start > at:
            found.append((at, start))
        at = end
    if at < length:
        found.append((at, length))
    return found


def _slices(spans: Sequence[tuple[int, int]]) -> Callable[[bytes], tuple[bytes, ...]]:
    """Make what cuts spans out of bytes, two of them at least."""
    return itemgetter(*(slice(start, end) for start, end in spans))


def _is_flat(value: Any) -> bool:
    """Whether a copy of a claim, one level deep, shares nothing that can change with it."""
    if isinstance(value, dict):
        return all(type(inside) in (str, int) for inside in value.values())
    if isinstance(value, list):
        return all(isinstance(one, dict) and _is_flat(one) for one in value)
    return type(value) in (str, int)


def _copy_of_list(inside: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [dict(one) for one in inside]


_COPIES: Final[dict[type, Callable[[Any], Any]]] = {list: _copy_of_list, dict: dict}
