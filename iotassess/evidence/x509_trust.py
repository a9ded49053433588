"""Whether the certificates of a file build to something that the user named.

1. The signature of every certificate is verified with the keys of those in the file that have its issuer's
   name. Names that match with a key that does not: the file is not what it says, and fails.
2. The paths from the leaf are held against the anchors (:mod:`x509_paths`).
3. A path that ends in a self-signed certificate of the file holds together, which proves nothing: intact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import utils

from iotassess.codec import effort, keys
from iotassess.codec.keys import Key, KeyFault
from iotassess.codec.keys_model import CURVES
from iotassess.evidence import published_keys, x5chain
from iotassess.evidence.certificates import (
    CertificateAnchor,
    Refused,
    name_anchor,
    require_sound_signature,
)
from iotassess.evidence.context import Context
from iotassess.evidence.published_keys import TestKey
from iotassess.evidence.x509_bundle import (
    Bundle,
    Link,
    Member,
    issuers_by_name,
    key_identifiers,
    leaves,
    names_itself,
    paths,
    signature_alg,
    verify_with,
)
from iotassess.evidence.x509_claims import Convention, guess
from iotassess.evidence.x509_paths import PURPOSE, Best, Named, best_path, store_of
from iotassess.model.artefact import INDEPENDENT, Authenticity, Problem, SignatureResult, SignatureStatus
from iotassess.model.problems import problem


class Trust(NamedTuple):
    """What came of it.

    Attributes:
        order: indices of the members: the path from the leaf, then those that are on no path.
        length: how many of them are on the path.
        signatures: one for each certificate, in that order.
        problems: what was found.
        authenticity: of the file.
        convention: what the leaf looks like.
        anchored: which certificate of the path is itself the anchor, or None.
        wellformed: the certificates are one chain.
    """

    order: tuple[int, ...]
    length: int
    signatures: tuple[SignatureResult, ...]
    problems: tuple[Problem, ...]
    authenticity: Authenticity
    convention: Convention
    anchored: int | None = None
    wellformed: bool = True


class _Signed(NamedTuple):
    """One certificate in its place.

    Attributes:
        place: in the order that is reported; the leaf is 0.
        member: the certificate.
        status: what the file itself says of its signature; None where its issuer is not in it.
        issuer: the certificate of the file that made it, or None.
        covered: an anchor vouches for it.
    """

    place: int
    member: Member
    status: Link | None
    issuer: Member | None
    covered: bool


def trust(bundle: Bundle, context: Context) -> Trust:
    """Verify the signatures of a file's certificates, and find what they build to.

    Args:
        bundle: the certificates.
        context: anchors, and the moment of judgement.
    """
    members = bundle.members
    by_name = issuers_by_name(members)
    ends = leaves(by_name)
    links = [
        {at: verify_with(member.certificate, members[at].certificate.public_key()) for at in by_name[index]}
        for index, member in enumerate(members)
    ]
    holding = [[at for at, link in those.items() if link == "holds"] for those in links]
    best = best_path(paths(ends[0], holding), members, context) if len(ends) == 1 else None
    order = tuple(range(len(members)))
    if best is not None:
        order = (*best.path, *(index for index in order if index not in best.path))
    covers = 0 if best is None or best.named is None else best.named.covers
    signed = []
    for place, index in enumerate(order):
        member, those = members[index], holding[index]
        issuer = members[those[0]] if those else member if member.self_signed else None
        signed.append(_Signed(place, member, _own_status(member, links[index]), issuer, place < covers))
    if best is None:
        return _no_chain(signed, ends)
    return _conclude(signed, best, context)


def _own_status(member: Member, links: dict[int, Link]) -> Link | None:
    if member.self_signed or "holds" in links.values():
        return "holds"
    if "bad" in links.values():
        return "bad"
    if links:
        return "unsupported"
    if names_itself(member.certificate):
        return verify_with(member.certificate, member.certificate.public_key())
    return None


def _no_chain(signed: Sequence[_Signed], ends: Sequence[int]) -> Trust:
    if ends:
        where = ", ".join(str(index + 1) for index in ends)
        message = (
            f"{len(ends)} certificates that issued none of the others (number {where} of the file); expected "
            "one chain with one leaf: put each chain into a file of its own"
        )
    else:
        message = "the certificates issue each other in a circle; expected a chain that ends with one leaf"
    found = problem("x509-malformed", message, at="certificates")
    signatures = tuple(_by_the_file(one, None) for one in signed)
    order = tuple(one.member.position for one in signed)
    looks = guess(signed[0].member)
    return Trust(order, 0, signatures, (found,), "unverified", looks, wellformed=False)


def _conclude(signed: Sequence[_Signed], best: Best, context: Context) -> Trust:
    named = best.named
    length = len(best.path) if named is None else min(named.covers, len(best.path))
    chain = [one.member for one in signed[:length]]
    bad = _bad_signatures(signed, context)
    problems: list[Problem] = [*bad.values()]
    authenticity: Authenticity = "unverified"
    if bad:
        authenticity = "failed"
    elif named is not None:
        authenticity = "authenticated" if named.source in INDEPENDENT else "intact"
        problems += _passed_over(signed[length:], context)
    else:
        problems += best.refused or _untrusted(best.reason, chain)
        if _holds_together(chain, context):
            authenticity = "intact"
    test_key: TestKey | None = None
    if not bad:  # else nobody can say whose keys these are
        test_key, found = _test_key(chain, named, context)
        problems += found
    signatures = []
    for one in signed:
        if one.place in bad:
            signatures.append(_result(one.member, "bad-signature"))
        elif named is not None and one.covered:
            signatures.append(_by_anchor(one, named, test_key))
        else:
            signatures.append(_by_the_file(one, test_key))
    return Trust(
        tuple(one.member.position for one in signed),
        length,
        tuple(signatures),
        tuple(problems),
        authenticity,
        guess(chain[0]),
        named.covers - 1 if named is not None and named.itself else None,
    )


def _untrusted(reason: str, chain: Sequence[Member]) -> tuple[Problem, ...]:
    """Say that nothing named vouches for the chain, unless a broken hash is why nothing could."""
    for member in chain:
        try:
            require_sound_signature(member.certificate, "")
        except Refused:
            if not member.self_signed:
                return ()
    message = (
        f"it builds to no trust anchor ({reason}); name the certificate of the authority that issued it: "
        "-t identity=PATH"
    )
    return (problem("x509-untrusted", message, at="certificates[0]"),)


def _passed_over(others: Sequence[_Signed], context: Context) -> Iterator[Problem]:
    """Report what is not on the path to the anchor, and of which nothing shows who made it."""
    store = store_of(context)
    anchors = () if store is None else store.certificates(PURPOSE)
    for one in others:
        certificate = one.member.certificate
        if any(certificate == anchor.certificate for anchor in anchors):
            continue
        if (one.status or _against_anchors(certificate, anchors)) != "holds":
            message = (
                f"certificate {one.place + 1} is not part of the path to the trust anchor, and its signature "
                "was not verified, so that anybody may have added or changed it; leave it out, or name the "
                "certificate of its issuer: -t identity=PATH"
            )
            at = f"certificates[{one.place}]"
            yield problem("x509-untrusted", message, at=at, severity="warning")


# --- results ------------------------------------------------------------------------------------


def _result(member: Member, status: SignatureStatus) -> SignatureResult:
    issuers = key_identifiers(member.certificate)[1]
    kid = None if issuers is None else issuers.hex()
    return SignatureResult("X.509", signature_alg(member.certificate), kid, status)


def _by_anchor(one: _Signed, named: Named, test_key: TestKey | None) -> SignatureResult:
    return _result(one.member, "verified")._replace(
        key=named.name,
        anchor_source=named.source,
        anchor_purpose=named.purpose,
        thumbprint=named.keys[one.place + 1].thumbprint,
        test_key=test_key,
    )


def _by_the_file(one: _Signed, test_key: TestKey | None) -> SignatureResult:
    """Give the result for a signature that only a certificate of the same file verifies, or none."""
    if one.status == "holds" and one.issuer is not None:
        return _result(one.member, "verified")._replace(
            anchor_source="artefact", thumbprint=one.issuer.spki_sha256, test_key=test_key
        )
    return _result(one.member, "unsupported-alg" if one.status == "unsupported" else "no-key")


def _bad_signatures(signed: Sequence[_Signed], context: Context) -> dict[int, Problem]:
    """Give the certificates whose issuer is known by name and did not sign them, each with its problem."""
    found: dict[int, Problem] = {}
    store = store_of(context)
    anchors = () if store is None else store.certificates(PURPOSE)
    for one in signed:
        if one.covered:
            continue
        status, whose = one.status, "the certificate of its issuer in the file"
        if status is None:
            status = _against_anchors(one.member.certificate, anchors)
            whose = "the named certificate of its issuer"
        if status == "bad":
            message = (
                f"the signature of certificate {one.place + 1} of the chain does not verify with the key of "
                f"{whose}: it was changed, or its issuer has another key; get the certificates again"
            )
            found[one.place] = problem("cose-bad-signature", message, at=f"certificates[{one.place}]")
    return found


def _against_anchors(certificate: x509.Certificate, anchors: Sequence[CertificateAnchor]) -> Link | None:
    """Verify a signature with the anchors that have the issuer's name and, if it says which, its key."""
    wanted, key = certificate.issuer.public_bytes(), key_identifiers(certificate)[1]
    bad = False
    for anchor in anchors:
        own = key_identifiers(anchor.certificate)[0]
        if anchor.subject != wanted or (key is not None and own is not None and key != own):
            continue
        link = verify_with(certificate, anchor.certificate.public_key())
        if link == "holds":
            return "holds"
        bad = bad or link == "bad"
    return "bad" if bad else None


def _holds_together(chain: Sequence[Member], context: Context) -> bool:
    """Tell whether the path ends in a self-signed certificate, and is sound up to there."""
    if not chain[-1].self_signed:
        return False
    try:
        top = name_anchor("its own root", chain[-1].certificate, "artefact", None)
    except KeyFault:
        return False
    ders = [member.der for member in chain]
    authority = guess(chain[0]) == "ca"
    return x5chain.build(ders, (top,), context.as_of, None, authority=authority).anchor is not None


# --- published keys -----------------------------------------------------------------------------


def _test_key(
    chain: Sequence[Member], named: Named | None, context: Context
) -> tuple[TestKey | None, tuple[Problem, ...]]:
    """Find a key of the path whose private half is published: with it anybody can make such a path."""
    store = store_of(context)
    classify = published_keys.test_key if store is None else store.test_key
    for place, key in enumerate(_keys(chain) if named is None else named.keys):
        kind = classify(key)
        if kind is None:
            continue
        whose = published_keys.title(key) or "a key whose private half is published"
        what = f"certificate {place + 1} of the chain" if place < len(chain) else "its issuer"
        message = (
            f"the key of {what} is {whose}, with which anybody can sign; expected a key that is kept "
            "secret: issue it anew"
        )
        at = f"certificates[{min(place, len(chain) - 1)}]"
        return kind, (problem("cose-test-key", message, at=at),)
    return None, ()


def _keys(chain: Sequence[Member]) -> Iterator[Key]:
    """Give the keys of a path that builds to nothing, and the published one that signed the last of it."""
    for member in chain:
        try:
            yield keys.from_cryptography(member.certificate.public_key())
        except KeyFault:
            continue
    top = chain[-1].certificate
    signer = None if chain[-1].self_signed else published_keys.recognise(signature_alg(top), _holds_for(top))
    if signer is not None:
        yield signer


def _in_range(signature: bytes, curve: str) -> bool:
    """Tell whether both halves of an ECDSA signature are numbers that a key of the curve makes."""
    try:
        halves = utils.decode_dss_signature(signature)
    except ValueError:
        return False
    return all(0 < half < CURVES[curve][2] for half in halves)


def _holds_for(certificate: x509.Certificate) -> Any:
    """Give what verifies the signature of a certificate with a :class:`Key`."""

    def holds(key: Key) -> bool:
        effort.spend(effort.of_key(key))
        scheme: Any = certificate.signature_algorithm_parameters
        if key.kind != "EC2" or not _in_range(certificate.signature, key.curve):
            return verify_with(certificate, key.material) == "holds"
        try:
            key.material.verify(certificate.signature, certificate.tbs_certificate_bytes, scheme)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
            return False
        return True

    return holds
