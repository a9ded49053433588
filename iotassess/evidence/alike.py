"""PSA tokens that are alike: what is the same in all tokens of one model and release is worked out once.

Such tokens are of one length and differ in a few byte strings only: the signature, its key identifier, the
nonce, the device's instance identifier and the boot seed. Another content of the same length in a byte string
changes nothing about the CBOR around it (RFC 8949 section 3.1), and the rules ask nothing of the content of
these five but what is done here, each time and in full:

1. The signature is verified, with the anchors and in the order in which they are tried for any token.
2. The nonce equals the challenge, where one was given.
3. The first byte of the instance identifier tells its type: it is among what must be the same.
4. Each is shown in hex, and the instance identifier is whose the verifying key is.

So a token whose other bytes equal those of one that was read in full, and found authentic, is put together
from that one. Whatever is not exactly so is read in full: a signature that none of the first anchors
verifies, another nonce, certificates, test keys, secrets. Only what an anchor vouched for is remembered.
"""

from __future__ import annotations

import hashlib
from typing import Final

from iotassess.codec.keys import verify as verify_with_key
from iotassess.evidence.alike_parts import KIND, Cut, Mould, is_plain, take_apart
from iotassess.evidence.context import Candidate, Context
from iotassess.model.artefact import INDEPENDENT, Artefact, Shown, SignatureResult
from iotassess.model.claim import Subject

MAX_REMEMBERED: Final = 512
"""Tokens that others are held against: some hundred releases of some models. Each takes some
kilobytes."""

MAX_CUTS: Final = 32
"""Ways to cut tokens of one length and beginning: another one for each order of the claims."""

READ_BEFORE: Final = 2
"""Tokens that are read in full before one is remembered: who has one token only does not pay for it."""

MAX_TRIES: Final = 4
"""Anchors that are tried. More of them take so long that reading in full is nothing beside it."""

IN_VAIN: Final = 64
"""Tokens read in full, more than were met again, after which only each sixteenth is remembered: those of a
fleet that differ in more."""

_new: Final = tuple.__new__


class Moulds:
    """The tokens that others are held against. Forgets the oldest when there are too many."""

    def __init__(self) -> None:
        self._cuts: dict[tuple[int, bytes], list[Cut]] = {}
        self._moulds: dict[tuple[bool, int, tuple[bytes, ...]], Mould] = {}
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
        known = self._find(data, context)
        if known is None:
            return None
        for hint in self._hints:  # by which another kind would be told from bytes anywhere
            if hint in data:
                return None
        found = _cast(*known, data, context)
        self._met += found is not None
        return found

    def _find(self, data: bytes, context: Context) -> tuple[Mould, Cut] | None:
        challenged = context.nonce is not None
        for place, cut in enumerate(self._cuts.get((len(data), data[:2]), ())):
            mould = self._moulds.get((challenged, place, cut.key(data)))
            if mould is not None:
                return mould, cut
        return None

    def remember(self, data: bytes, context: Context, artefact: Artefact) -> None:
        """Keep a token that was read in full, if others can be held against it.

        Args:
            data: its bytes.
            context: that it was read with.
            artefact: what it was read as.
        """
        if not is_plain(data, context, artefact) or self._find(data, context) is not None:
            return
        self._read += 1
        if self._read <= READ_BEFORE or (self._read - self._met > IN_VAIN and self._read % 16):
            return
        made = take_apart(data, context, artefact)
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


def _cast(mould: Mould, cut: Cut, data: bytes, context: Context) -> Artefact | None:
    """Put a token together that is alike; None where its signature, its key or its nonce is unusual."""
    free = cut.free(data)
    if mould.challenged and free[2] != context.nonce:
        return None
    kid = free[cut.kid] if cut.kid else mould.kid
    candidate = _find_candidate(context, mould.alg, kid, mould.covered + free[1], free[0])
    if candidate is None:
        return None
    key, like = candidate.key, mould.artefact
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


def _find_candidate(
    context: Context, alg: str, kid: bytes | None, data: bytes, signature: bytes
) -> Candidate | None:
    """Give the anchor that verifies the signature, if it is among the first that are tried.

    None also for one that has to be looked at more closely: a certificate, a test key, a secret.
    """
    keys = context.keys
    for tried, candidate in enumerate(keys.candidates("attestation", alg, kid)):
        if candidate.source is None:
            continue
        key = candidate.key
        if tried >= MAX_TRIES or candidate.test_key is not None:
            return None
        if key.thumbprint is None:  # a secret
            return None
        if verify_with_key(key, alg, data, signature):
            certificate = getattr(keys, "certificate", None)
            return candidate if certificate is None or certificate(candidate.name) is None else None
    return None
