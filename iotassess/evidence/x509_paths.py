"""The paths of a file's certificates, held against what the user named.

A path is held against the certificates that were named (:mod:`x5chain`), then against keys that were named by
themselves: one that made the signature of a certificate is its issuer's. Of several paths, as
cross-certificates make them, the best counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, cast

from cryptography import x509

from iotassess.codec import keys
from iotassess.codec.keys import Key, KeyFault
from iotassess.evidence import x5chain
from iotassess.evidence.certificates import Refused
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.trust import TrustStore
from iotassess.evidence.x509_bundle import Member, key_identifiers, signature_alg, verify_with
from iotassess.evidence.x509_claims import Convention, guess
from iotassess.model.artefact import INDEPENDENT, AnchorSource, Problem, Purpose
from iotassess.model.problems import problem

PURPOSE: Final[Purpose] = "identity"
"""Anchors of this purpose say which certificates are genuine."""

ROLES: Final[dict[Convention, tuple[Purpose | None, ...]]] = {
    "ca": (None,),
    "attestation-key": ("attestation",),
    "signer": ("update", "reference", "network", "results"),
}
"""What the extended key usages of a path have to allow; of any other certificate, to identify a device."""

MAX_BARE_KEYS: Final = 64
"""Named keys without a certificate that are tried on each certificate of a path."""


class Named(NamedTuple):
    """An anchor that a path builds to, whatever form it has.

    Attributes:
        name: its name.
        source: who named it.
        purpose: what for.
        keys: those of the certificates below it, leaf first, and its own; one more than it vouches for.
        itself: the last of these certificates is the anchor itself.
    """

    name: str
    source: AnchorSource
    purpose: Purpose | None
    keys: tuple[Key, ...]
    itself: bool = False

    @property
    def covers(self) -> int:
        """How many certificates of the path it vouches for."""
        return len(self.keys) - 1


class _Known(NamedTuple):
    """What was found out of the certificates for one path, and holds for every other.

    Attributes:
        links: which of them issued which.
        signers: by its position, the named key that made a certificate's signature, or None.
    """

    links: x5chain.Links
    signers: dict[int, Candidate | None]


class Best(NamedTuple):
    """The best path.

    Attributes:
        path: indices of the members, leaf first.
        named: what it builds to, or None.
        refused: why it builds to nothing, as problems; empty where nobody named its root.
        reason: the same in words.
    """

    path: tuple[int, ...]
    named: Named | None
    refused: tuple[Problem, ...] = ()
    reason: str = ""


def store_of(context: Context) -> TrustStore | None:
    """Give the store of anchors, or None where a decoder is tested with bare keys."""
    return cast("TrustStore", context.keys) if hasattr(context.keys, "certificates") else None


def best_path(candidates: Sequence[tuple[int, ...]], members: Sequence[Member], context: Context) -> Best:
    """Give the path that builds to the best anchor, with least above that; the first one where none builds.

    Args:
        candidates: paths from the leaf, as indices of the members; at least one.
        members: the certificates.
        context: anchors, and the moment of judgement.
    """
    found: list[Best] = []
    known = _Known({}, {})
    for path in candidates:
        for tried in _builds(path, members, context, known):
            found.append(tried)
            if _rank(tried) == _PERFECT:
                return tried
    return min(found, key=_rank)


_PERFECT: Final = (False, False, 0, True)


def _rank(tried: Best) -> tuple[bool, bool, int, bool]:
    named = tried.named
    if named is None:
        return True, True, 0, not tried.refused
    return False, named.source not in INDEPENDENT, max(0, len(tried.path) - named.covers), True


def _builds(
    path: tuple[int, ...], members: Sequence[Member], context: Context, known: _Known
) -> Iterator[Best]:
    """Try the uses that the leaf may have."""
    chain = [members[index] for index in path]
    convention = guess(chain[0])
    authority = convention == "ca"
    ders = [member.der for member in chain]
    store = store_of(context)
    anchors = () if store is None else store.certificates(PURPOSE)
    for purpose in ROLES.get(convention, (PURPOSE,)):
        built = x5chain.build(ders, anchors, context.as_of, purpose, authority=authority, known=known.links)
        anchor = built.anchor
        if anchor is not None:
            itself = chain[len(built.path) - 2].certificate == anchor.certificate
            yield Best(path, Named(anchor.name, anchor.source, anchor.purpose, built.path, itself))
            continue
        named = _by_bare_key(chain, context, purpose, authority, known)
        if isinstance(named, Named):
            yield Best(path, named)
        elif named is None:
            yield Best(path, None, built.problems, built.reason)
        else:
            refused = built.problems
            if named.id != "x509-untrusted":
                refused = (problem(named.id, named.reason),)
            yield Best(path, None, refused, named.reason)


def _by_bare_key(
    chain: Sequence[Member], context: Context, purpose: Purpose | None, authority: bool, known: _Known
) -> Named | Refused | None:
    """Find a named key that made a signature of the path; what forbids it to vouch for it; or None."""
    for index, member in enumerate(chain):
        if member.position not in known.signers:
            known.signers[member.position] = _signer(member.certificate, context)
        candidate = known.signers[member.position]
        if candidate is None:
            continue
        path = [one.certificate for one in chain[: index + 1]]
        try:
            x5chain.require_path(path, None, context.as_of, purpose, authority=authority)
            links = tuple(keys.from_cryptography(one.public_key()) for one in path)
        except Refused as fault:
            return fault
        except KeyFault as fault:
            return Refused("x509-untrusted", fault.message)
        source = candidate.source or "artefact"
        return Named(candidate.name, source, candidate.purpose, (*links, candidate.key))
    return None


def _signer(certificate: x509.Certificate, context: Context) -> Candidate | None:
    """Find the named key that made the signature of a certificate."""
    for candidate in _bare_keys(certificate, context, store_of(context)):
        if verify_with(certificate, candidate.key.material) == "holds":
            return candidate
    return None


def _bare_keys(
    certificate: x509.Certificate, context: Context, store: TrustStore | None
) -> Iterator[Candidate]:
    """Give the named keys that could have signed a certificate, and did not come from one themselves."""
    alg = signature_alg(certificate)
    family = ("ES256", "ES384", "ES512") if alg in ("ES256", "ES384", "ES512") else (alg,)
    tried = 0
    for name in family:
        for candidate in context.keys.candidates(PURPOSE, name, key_identifiers(certificate)[1]):
            if candidate.source is None or candidate.key.kind == "symmetric":
                continue
            if store is not None and store.certificate(candidate.name) is not None:
                continue
            tried += 1
            if tried > MAX_BARE_KEYS:
                return
            yield candidate
