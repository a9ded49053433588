"""Certificate chains that come with a signature: do they build to a certificate that somebody named?

The checks are those of RFC 5280 section 6.1 that concern a chain given in order (RFC 9360 section 2): names
and signatures link, every certificate is valid at the moment that is judged, issuers are authorities and
may sign certificates, path lengths hold, no critical extension is left unread, and the leaf may sign for
the purpose. They are made one by one rather than by the path builder of ``cryptography``, which is made for
web servers: it wants a subject alternative name and refuses Ed25519. Nothing is fetched, and revocation is
not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from iotassess.codec import keys
from iotassess.codec.keys import Key, KeyFault
from iotassess.codec.keys_verify import MAX_RSA_BITS
from iotassess.evidence.certificates import (
    CertificateAnchor,
    Refused,
    is_issued_by,
    load,
    require_extended_purpose,
    require_issuer,
    require_leaf,
    require_purpose,
    require_sound,
    require_sound_signature,
)
from iotassess.model.artefact import Problem, Purpose
from iotassess.model.assessment import AsOf
from iotassess.model.problems import problem

MAX_CHAIN: Final = 10
"""Longest chain that is built: devices have two to four, and each link costs a verification."""


Links = dict[tuple[x509.Certificate, x509.Certificate], bool]
"""Whether a certificate was issued by another, as far as that was found out."""


class Built(NamedTuple):
    """What came of building a chain.

    Attributes:
        anchor: the named certificate that it builds to, or None.
        reason: why it does not build, or "".
        problems: the same as problems, where there is more to say than that nobody named its root.
        path: keys of the chain and its anchor, leaf first; those of the chain alone when it does not build.
    """

    anchor: CertificateAnchor | None
    reason: str
    problems: tuple[Problem, ...] = ()
    path: tuple[Key, ...] = ()


def leaf_key(chain: Sequence[bytes]) -> Key:
    """Give the public key of the first certificate of a chain, whatever the chain is worth.

    Raises:
        KeyFault: it is no certificate, or its key is of a type that signs nothing read here.
    """
    return keys.from_cryptography(load(chain[0]).public_key())


# --- paths --------------------------------------------------------------------------------------


def _rank(anchor: CertificateAnchor) -> tuple[bool, bool]:
    return anchor.source == "profile", anchor.purpose is None


def require_path(
    path: Sequence[x509.Certificate],
    anchor: str | None,
    as_of: AsOf,
    purpose: Purpose | None,
    *,
    authority: bool = False,
) -> None:
    """Check a linked path, leaf first.

    Args:
        path: certificates, each issued by the next.
        anchor: name of the anchor where that is the last certificate; None where the last one is signed
            with a key that was named by itself.
        as_of: the moment to judge at.
        purpose: what the leaf has signed for.
        authority: the first certificate is itself an authority, and held against what an issuer has to be.

    Raises:
        Refused: with the first thing that is wrong.
    """
    last = len(path) - 1 if anchor is not None else len(path)
    for index, certificate in enumerate(path):
        what = f"the anchor {anchor!r}" if index == last else f"certificate {index + 1} of the chain"
        require_sound(certificate, what, as_of)
        if index < last:
            require_sound_signature(certificate, what)
        if index > 0 or authority:
            require_issuer(certificate, what, _intermediates(path[1:index]))
        if 0 < index < last:
            require_extended_purpose(certificate, purpose, what)
    if authority:
        return
    if last > 0:
        require_leaf(path[0], purpose)
    else:  # the leaf itself was named, so it need not be anything but allowed to sign
        require_purpose(path[0], purpose, f"the anchor {anchor!r}")


def _within_reach(
    chain: Sequence[x509.Certificate], anchors: Iterable[CertificateAnchor]
) -> list[CertificateAnchor]:
    """Give the anchors that are in the chain, or have the name of an issuer of it; the user's first."""
    names = {certificate.issuer.public_bytes() for certificate in chain}
    prints = {certificate.fingerprint(hashes.SHA256()).hex() for certificate in chain}
    reached = (anchor for anchor in anchors if anchor.subject in names or anchor.fingerprint in prints)
    return sorted(reached, key=_rank)


def _intermediates(path: Sequence[x509.Certificate]) -> int:
    """Count certificates for the path length; those with issuer and subject alike do not count."""
    return sum(certificate.issuer != certificate.subject for certificate in path)


def _is_issued(certificate: x509.Certificate, issuer: x509.Certificate, known: Links) -> bool:
    pair = certificate, issuer
    if pair not in known:
        known[pair] = is_issued_by(certificate, issuer)
    return known[pair]


def _find_path(
    chain: Sequence[x509.Certificate], anchor: CertificateAnchor, known: Links
) -> Sequence[x509.Certificate] | None:
    """Give the linked path from the leaf to ``anchor``, or None where there is none."""
    for index, certificate in enumerate(chain):
        if certificate == anchor.certificate:
            return chain[: index + 1]
        if certificate.issuer.public_bytes() == anchor.subject and _is_issued(
            certificate, anchor.certificate, known
        ):
            return [*chain[: index + 1], anchor.certificate]
    return None


def _linked(chain: Sequence[x509.Certificate], known: Links) -> tuple[Sequence[x509.Certificate], str]:
    """Give the part of the chain in which each is issued by the next, and why it ends there."""
    for index in range(len(chain) - 1):
        subject, issuer = chain[index], chain[index + 1]
        key = issuer.public_key()
        if isinstance(key, rsa.RSAPublicKey) and key.key_size > MAX_RSA_BITS:
            return chain[: index + 1], f"certificate {index + 2} has an RSA key of {key.key_size} bits"
        if not _is_issued(subject, issuer, known):
            return chain[: index + 1], f"certificate {index + 1} is not issued by the next"
    return chain, ""


def build(
    ders: Sequence[bytes],
    anchors: Iterable[CertificateAnchor],
    as_of: AsOf,
    purpose: Purpose | None,
    *,
    authority: bool = False,
    known: Links | None = None,
) -> Built:
    """Build a chain to one of the anchors.

    Args:
        ders: certificates in DER, leaf first; the anchor itself may be among them or not.
        anchors: certificates that were named for this purpose, or for all.
        as_of: the moment to judge at.
        purpose: what the leaf has signed for.
        authority: the chain is that of an authority, whose own certificate comes first.
        known: what was found out before of these certificates, where several chains are built of them;
            filled in.

    Returns:
        The anchor, the user's before the profile's; or why there is none. Never raises.
    """
    if len(ders) > MAX_CHAIN:
        return _refuse(Refused("x509-untrusted", f"{len(ders)} certificates; at most {MAX_CHAIN} are read"))
    try:
        chain = [load(der) for der in ders]
        path_keys = tuple(keys.from_cryptography(certificate.public_key()) for certificate in chain)
    except KeyFault as fault:
        return _refuse(Refused("x509-untrusted", f"a certificate of the chain: {fault.message}"))
    known = {} if known is None else known
    linked, broken = _linked(chain, known)
    refused: Refused | None = None
    for anchor in _within_reach(linked, anchors):
        path = _find_path(linked, anchor, known)
        if path is None:
            continue
        try:
            require_path(path, anchor.name, as_of, purpose, authority=authority)
        except Refused as fault:
            refused = refused or fault
            continue
        # A certificate of the anchor's name and key that another authority issued is no part of the path.
        inside = len(path) <= len(linked) and linked[len(path) - 1] == path[-1]
        own = path_keys[: len(path) if inside else len(path) - 1]
        return Built(anchor, "", (), (*own, anchor.key))
    nobody = broken or "it builds to no certificate that was named"
    return _refuse(refused or _weakly_signed(linked) or Refused("x509-untrusted", nobody), path_keys)


def _weakly_signed(linked: Sequence[x509.Certificate]) -> Refused | None:
    """Tell whether a path ends where it does as ``cryptography`` verifies no signature with a broken hash."""
    if linked[-1].issuer == linked[-1].subject:
        return None
    try:
        require_sound_signature(linked[-1], f"certificate {len(linked)} of the chain")
    except Refused as fault:
        return fault if fault.id == "x509-weak-signature" else None
    return None


def _refuse(fault: Refused, path: tuple[Key, ...] = ()) -> Built:
    # That nobody named the root is said by cose-self-asserted-key; anything else is said by its own id.
    problems = () if fault.id == "x509-untrusted" else (problem(fault.id, fault.reason),)
    return Built(None, fault.reason, problems, path)
