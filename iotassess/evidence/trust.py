"""The trust anchors of a run: keys and certificates, each with a name, a purpose, and who named it.

:class:`TrustStore` answers for them; reading their files is :mod:`iotassess.evidence.anchor_files`. An anchor
that was named for a purpose serves for that purpose only; one that was named without serves for all, and
what it is worth then is the grading's matter (``SignatureResult.anchor_purpose``).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from iotassess.codec.keys import Key, KeyFault, fits
from iotassess.errors import UsageError
from iotassess.evidence import published_keys
from iotassess.evidence.anchor_files import Anchor, AnchorSpec, parse_anchor_spec, read_anchors
from iotassess.evidence.context import Candidate
from iotassess.evidence.published_keys import TestKey
from iotassess.model.artefact import Purpose
from iotassess.model.assessment import AnchorUse

if TYPE_CHECKING:  # certificates take long to import, and many runs have none
    from cryptography import x509

    from iotassess.evidence.certificates import CertificateAnchor

__all__ = ["AnchorSpec", "TrustStore", "parse_anchor_spec"]

_SHOWN_NAMES: Final = 5
"""Anchors that a note lists by name before it only counts them."""


class TrustStore:
    """All trust anchors of a run, ready to be asked millions of times.

    Attributes:
        notes: warnings about the anchors, for ``not_done`` or stderr.
    """

    def __init__(
        self,
        candidates: Iterable[Candidate] = (),
        certificates: Iterable[CertificateAnchor] = (),
        *,
        notes: Sequence[str] = (),
        example: bool = False,
    ) -> None:
        """Index the anchors.

        Args:
            candidates: the keys, those of the certificates among them; names are unique.
            certificates: the certificates.
            notes: warnings from reading them.
            example: the profile is an example, which may use this repository's TEST ONLY keys.
        """
        self._example = example
        self.notes = tuple(notes)
        self._in_order = tuple(candidates)
        self._certificates = tuple(certificates)
        self._certificate = {anchor.name: anchor for anchor in self._certificates}
        self._ranked = tuple(sorted(self._in_order, key=self._rank))
        self._fitting: dict[tuple[Purpose | None, str], tuple[Candidate, ...]] = {}
        self._by_identity: dict[str, list[Candidate]] = defaultdict(list)
        self._by_kid: dict[bytes, list[Candidate]] = defaultdict(list)
        kids: dict[str, set[bytes]] = defaultdict(set)
        for candidate in self._ranked:
            identity = _identity(candidate.key)
            self._by_identity[identity].append(candidate)
            if candidate.key.kid is not None:
                kids[identity].add(candidate.key.kid)
        # The same key may be named twice, by the profile with its identifier and by the user without:
        # a message with that identifier has to meet the user's first.
        for identity, known in kids.items():
            for kid in known:
                self._by_kid[kid] += self._by_identity[identity]

    @classmethod
    def load(
        cls, specs: Iterable[AnchorSpec], *, require_purpose: bool = False, example: bool = False
    ) -> TrustStore:
        """Read all anchors that were named.

        Args:
            specs: where, what for, and who named them.
            require_purpose: an anchor without purpose is worth less in this command, which is noted.
            example: the profile is an example, which may use this repository's TEST ONLY keys.

        Raises:
            UsageError: a file is missing, or is no trust anchor.
        """
        notes: list[str] = []
        taken: dict[str, int] = {}
        candidates: list[Candidate] = []
        certificates: list[CertificateAnchor] = []
        for spec in specs:
            for anchor in read_anchors(spec, notes):
                name = _unique(anchor.name, taken)
                key = anchor.content
                if not isinstance(key, Key):
                    certificate = _certificate(name, key, anchor)
                    certificates.append(certificate)
                    key = certificate.key
                known = _known_test_key(key, example)
                candidates.append(Candidate(name, key, anchor.source, anchor.purpose, known))
        if require_purpose:
            notes += _without_purpose(candidates)
        return cls(candidates, certificates, notes=notes, example=example)

    def candidates(self, purpose: Purpose | None, alg: str, kid: bytes | None) -> Iterable[Candidate]:
        """Give the keys that fit ``alg`` and serve for ``purpose``, in the order to try them in.

        A matching ``kid`` first; then the user's and the policy's before the profile's. Published test
        keys that nobody named are not among them (:mod:`iotassess.evidence.published_keys`).
        """
        fitting = self._fitting.get((purpose, alg))
        if fitting is None:
            fitting = tuple(
                anchor for anchor in self._ranked if _serves(anchor, purpose) and fits(anchor.key, alg)
            )
            self._fitting[purpose, alg] = fitting
        if kid is None or len(fitting) < 2 or kid not in self._by_kid:
            return fitting
        matching = [
            anchor for anchor in self._by_kid[kid] if _serves(anchor, purpose) and fits(anchor.key, alg)
        ]
        return _with_first(matching, fitting) if matching else fitting

    def misfits(self, purpose: Purpose | None, alg: str, kid: bytes) -> Sequence[Candidate]:
        """Give the anchors with that key identifier if there are any and none of them fits ``alg``."""
        named = [anchor for anchor in self._by_kid.get(kid, ()) if _serves(anchor, purpose)]
        return () if any(fits(anchor.key, alg) for anchor in named) else named

    def find(self, purpose: Purpose | None, alg: str, thumbprint: str) -> Candidate | None:
        """Give the anchor with that thumbprint that :meth:`candidates` would give first, or None."""
        for anchor in self._by_identity.get(thumbprint, ()):
            if _serves(anchor, purpose) and fits(anchor.key, alg):
                return anchor
        return None

    def certificates(self, purpose: Purpose | None) -> Sequence[CertificateAnchor]:
        """Give the certificates that serve for ``purpose``, which chains may build to."""
        return [anchor for anchor in self._certificates if anchor.purpose in (None, purpose)]

    def certificate(self, name: str) -> CertificateAnchor | None:
        """Give the certificate that the key of that anchor was taken from, or None."""
        return self._certificate.get(name)

    def test_key(self, key: Key) -> TestKey | None:
        """Tell whether a key that an anchor vouches for is a test key that must not be used."""
        return _known_test_key(key, self._example)

    def uses(self) -> tuple[AnchorUse, ...]:
        """Give the anchors as the result lists them, in the order in which they were named."""
        return tuple(
            AnchorUse(anchor.name, anchor.source, anchor.purpose, anchor.key.thumbprint)
            for anchor in self._in_order
            if anchor.source is not None
        )

    def _rank(self, anchor: Candidate) -> tuple[bool, bool, bool, bool]:
        """Order anchors by what they are worth: if one key has several names, the best has to be met."""
        return (
            anchor.source not in ("user", "policy"),
            anchor.purpose is None,
            anchor.source != "user",
            anchor.name in self._certificate,  # a bare key does not expire
        )


def _serves(anchor: Candidate, purpose: Purpose | None) -> bool:
    return anchor.purpose is None or anchor.purpose == purpose


def _identity(key: Key) -> str:
    """Give what makes two keys the same: the thumbprint, or the hash of a secret (never shown)."""
    if key.thumbprint is not None:
        return key.thumbprint
    return "secret " + hashlib.sha256(key.material).hexdigest()


def _with_first(first: Sequence[Candidate], all_: Sequence[Candidate]) -> Iterator[Candidate]:
    yield from first
    given = {id(anchor) for anchor in first}
    for anchor in all_:
        if id(anchor) not in given:
            yield anchor


def _known_test_key(key: Key, example: bool) -> TestKey | None:
    known = published_keys.test_key(key)
    return None if known == "own" and example else known


def _certificate(name: str, certificate: x509.Certificate, anchor: Anchor) -> CertificateAnchor:
    from iotassess.evidence.certificates import name_anchor

    try:
        return name_anchor(name, certificate, anchor.source, anchor.purpose)
    except KeyFault as fault:
        raise UsageError(
            f"trust anchor {name!r} cannot be used: {fault.message}",
            hint=fault.hint or "supply another certificate, or its public key",
        ) from fault


def _unique(name: str, taken: dict[str, int]) -> str:
    """Make the name of an anchor unique: a second "vendor" becomes "vendor (2)"."""
    unique = name
    while unique in taken:
        taken[name] += 1
        unique = f"{name} ({taken[name]})"
    taken[unique] = 1
    return unique


def _without_purpose(candidates: Sequence[Candidate]) -> list[str]:
    names = [anchor.name for anchor in candidates if anchor.purpose is None]
    if not names:
        return []
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return [
        f"trust anchors without a purpose ({', '.join(names[:_SHOWN_NAMES])}{more}) give grade 3 at most: "
        "name them as PURPOSE=PATH, or put them into folders named by purpose"
    ]
