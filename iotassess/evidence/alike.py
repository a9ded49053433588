"""PSA tokens that are alike: what is the same in all tokens of one model and release is worked out once.

Such tokens are of one length and differ in a few byte strings only: the signature, its key identifier, the
nonce, the device's instance identifier and the boot seed. Another content of the same length in a byte string
changes nothing about the CBOR around it (RFC 8949 section 3.1), and the rules ask nothing of the content of
these five but what is done here, each time and in full:

1. The signature is verified with the anchor that the key identifier leads to.
2. The nonce equals the challenge, where one was given.
3. The first byte of the instance identifier tells its type: it is among what must be the same.
4. Each is shown in hex, and the instance identifier is whose the verifying key is.

So a token whose other bytes equal those of one that was read in full, and found authentic, is put together
from that one. Whatever is not exactly so is read in full: a signature that does not verify at the first
attempt, another nonce, certificates, test keys, secrets. Only what an anchor vouched for is remembered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor
from iotassess.codec.cbor_tokens import read_head
from iotassess.codec.keys import verify as verify_with_key
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.peek import CWT_TAG, Peek
from iotassess.model.artefact import INDEPENDENT, Artefact, Shown, SignatureResult
from iotassess.model.claim import Subject

KIND: Final = "psa-token"

SIGN1_TAG: Final = 18

MAX_REMEMBERED: Final = 512
"""Tokens that others are held against: some hundred releases of some models. Each takes some
kilobytes."""

MAX_CUTS: Final = 32
"""Ways to cut tokens of one length and beginning: another one for each order of the claims."""

MAX_BYTES: Final = 4096
"""Longest token that is remembered; real ones have some five hundred bytes."""

READ_BEFORE: Final = 2
"""Tokens that are read in full before one is remembered: who has one token only does not pay for it."""

IN_VAIN: Final = 64
"""Tokens read in full, more than were met again, after which only each sixteenth is remembered: those of a
fleet that differ in more."""

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

_new: Final = tuple.__new__


class _Cut(NamedTuple):
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


class _Mould(NamedTuple):
    """What one token gave that was read in full.

    Attributes:
        artefact: what it was read as.
        alg: IANA name of the algorithm.
        covered: what the structure to be signed begins with, up to the payload.
        challenged: a challenge was given, which the nonce is held against.
        shown: its statements but the last, which is about the key.
        copies: claims that have values inside, and how to make such a value anew.
    """

    artefact: Artefact
    alg: str
    covered: bytes
    challenged: bool
    shown: tuple[Shown, ...]
    copies: tuple[tuple[str, Callable[[Any], Any]], ...]


class Moulds:
    """The tokens that others are held against. Forgets the oldest when there are too many."""

    def __init__(self) -> None:
        self._cuts: dict[tuple[int, bytes], list[_Cut]] = {}
        self._moulds: dict[tuple[bool, int, tuple[bytes, ...]], _Mould] = {}
        self._hints: tuple[bytes, ...] = ()
        self._read = 0
        self._met = 0

    def forget(self) -> None:
        """Forget all of them: the next token is read in full."""
        self._cuts.clear()
        self._moulds.clear()
        self._read = self._met = 0

    def recall(self, data: bytes, context: Context) -> Artefact | None:
        """Read a token by one that is alike; None where it has to be read in full.

        Args:
            data: any bytes.
            context: keys, challenge.
        """
        cuts = self._cuts.get((len(data), data[:2]))
        if cuts is None:
            return None
        challenged = context.nonce is not None
        for place, cut in enumerate(cuts):
            mould = self._moulds.get((challenged, place, cut.key(data)))
            if mould is not None:
                for hint in self._hints:  # by which another kind would be told from bytes anywhere
                    if hint in data:
                        return None
                self._met += 1
                return _cast(mould, cut, data, context)
        return None

    def remember(self, data: bytes, context: Context, artefact: Artefact) -> None:
        """Keep a token that was read in full, if others can be held against it.

        Args:
            data: its bytes.
            context: that it was read with.
            artefact: what it was read as.
        """
        if not _is_plain(data, context, artefact):
            return
        self._read += 1
        if self._read <= READ_BEFORE or (self._read - self._met > IN_VAIN and self._read % 16):
            return
        made = _take_apart(data, context, artefact)
        if made is None:
            return
        if not self._hints:
            from iotassess.evidence.suit_report import HINTS  # reading the token has imported it

            self._hints = HINTS
        cut, mould = made
        cuts = self._cuts.setdefault((len(data), data[:2]), [])
        place = next((place for place, known in enumerate(cuts) if known.spans == cut.spans), len(cuts))
        if place == MAX_CUTS or len(self._cuts) > MAX_REMEMBERED:
            self.forget()
            return
        if place == len(cuts):
            cuts.append(cut)
        while len(self._moulds) >= MAX_REMEMBERED:
            del self._moulds[next(iter(self._moulds))]
        self._moulds[mould.challenged, place, cut.key(data)] = mould


MOULDS: Final = Moulds()
"""Those of the process: they hold for whatever keys and challenge."""


# --- putting together ---------------------------------------------------------------------------


def _cast(mould: _Mould, cut: _Cut, data: bytes, context: Context) -> Artefact | None:
    """Put a token together that is alike; None where its signature, its key or its nonce is unusual."""
    free = cut.free(data)
    if mould.challenged and free[2] != context.nonce:
        return None
    kid = free[cut.kid] if cut.kid else None
    candidate = _only_candidate(context, mould.alg, kid)
    if candidate is None:
        return None
    key = candidate.key
    if not verify_with_key(key, mould.alg, mould.covered + free[1], free[0]):
        return None
    like = mould.artefact
    claims = dict(like.claims or {})
    for name, place in cut.claims:
        claims[name] = free[place].hex()
    for name, copy in mould.copies:
        claims[name] = copy(claims[name])
    device = claims["instance_id"]
    subject = _new(Subject, ("device", device, "instance-id"))
    about = (subject, "device.attestation-key", key.thumbprint, "signatures[0]", True, False, (), "")
    result = (
        like.signatures[0].type,
        mould.alg,
        None if kid is None else kid.hex(),
        "verified",
        candidate.name,
        candidate.source,
        key.thumbprint,
        candidate.purpose,
        None,
        False,
    )
    return Artefact(
        context.path,
        KIND,
        like.media_type,
        hashlib.sha256(data).hexdigest(),
        len(data),
        True,
        "authenticated" if candidate.source in INDEPENDENT else "intact",
        (_new(SignatureResult, result),),
        like.problems,
        claims,
        (*mould.shown, _new(Shown, about)),
        (),
        device,
        like.fresh,
        "attestation",
        context.role,
    )


def _only_candidate(context: Context, alg: str, kid: bytes | None) -> Candidate | None:
    """Give the anchor that is tried first, if it is the only one, or the one that the identifier names.

    None also for one that has to be looked at more closely: a certificate, a test key, a secret.
    """
    keys = context.keys
    candidates = keys.candidates("attestation", alg, kid)
    candidate = next(iter(candidates), None)
    if candidate is None or candidate.source is None or candidate.test_key is not None:
        return None
    key = candidate.key
    if key.kind == "symmetric" or key.thumbprint is None:
        return None
    if not (isinstance(candidates, tuple) and len(candidates) == 1) and (kid is None or key.kid != kid):
        return None
    certificate = getattr(keys, "certificate", None)
    return candidate if certificate is None or certificate(candidate.name) is None else None


# --- taking apart -------------------------------------------------------------------------------


def _is_plain(data: bytes, context: Context, artefact: Artefact) -> bool:
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


def _take_apart(data: bytes, context: Context, artefact: Artefact) -> tuple[_Cut, _Mould] | None:
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
    cut = _Cut(differing, _slices(_others(len(data), differing)), _slices(free), kid, changing)
    to_be_signed = cose.to_be_signed(message, signature)
    covered = to_be_signed[: len(to_be_signed) - len(payload)]
    copies = tuple(
        (name, _COPIES[type(inside)]) for name, inside in claims.items() if type(inside) in _COPIES
    )
    shown = artefact.shown[:-1]
    return cut, _Mould(artefact, signature.alg, covered, context.nonce is not None, shown, copies)


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
