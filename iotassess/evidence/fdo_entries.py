"""Who owns the device: every entry is signed by the owner before, from the manufacturer on (FDO 1.1 3.4).

Only the device can check the HMAC over the header, so what anybody else can believe hangs on the first
entry: its signature is the manufacturer's, and covers the header and the HMAC by their digest. A device's
certificate chain vouches for no voucher, though it builds to a named anchor: certificates are public, and
whoever has one can put it into a voucher of his own making.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from iotassess.codec import cose
from iotassess.codec.keys import Key
from iotassess.evidence import published_keys
from iotassess.evidence.authenticate import Checked, check_blocks
from iotassess.evidence.context import Context
from iotassess.evidence.fdo_layout import Entry, Hash, Owner, Voucher, members_of
from iotassess.evidence.signature_block import Block
from iotassess.evidence.trust import TrustStore
from iotassess.evidence.x509_claims import guess
from iotassess.model.artefact import Authenticity, Problem, SignatureResult, SignatureStatus
from iotassess.model.problems import problem

Classifier = Callable[[Key], published_keys.TestKey | None]

_OF_DEVICES: Final = frozenset({"idevid", "ldevid", "attestation-key", "endorsement-key"})
"""Certificates by which nobody is a manufacturer: else one stolen device could sign over all the others."""


class Ownership(NamedTuple):
    """What came of following the owners.

    Attributes:
        signatures: one for each entry.
        problems: what was found.
        authenticity: of the voucher.
        covered: the first entry covers the header by a digest that holds.
        chain_matches: the device's certificates are those that the header names; None where there are none.
    """

    signatures: tuple[SignatureResult, ...]
    problems: tuple[Problem, ...]
    authenticity: Authenticity
    covered: bool
    chain_matches: bool | None


def follow(voucher: Voucher, context: Context) -> Ownership:
    """Check the digests and signatures of all entries, and who vouches for the first.

    Args:
        voucher: the voucher.
        context: anchors, and the moment of judgement.
    """
    problems: list[Problem] = []
    matches = _chain_matches(voucher)
    if matches is False:
        message = (
            "the digest of the device's certificates is not the one that the header names: the chain was "
            "exchanged; get the voucher again from its owner"
        )
        problems.append(problem("fdo-chain-mismatch", message, at="device_certificate_chain"))
    if not voucher.entries:
        message = (
            "the voucher has no entry: only the device can check its HMAC, so nothing in it can be believed; "
            "have the manufacturer sign it over to an owner"
        )
        unsigned = problem("cose-unsigned", message, at="entries")
        return Ownership((), (*problems, unsigned), "unsigned", False, matches)
    digests = list(_wrong_digests(voucher))
    problems += digests
    statuses = []
    owner = voucher.header.manufacturer
    for index, entry in enumerate(voucher.entries):
        statuses.append(_status(entry, owner))
        problems += _explain(entry, owner, statuses[-1], index)
        owner = entry.owner
    checked = _first(voucher, context) if statuses[0] == "verified" else None
    problems += () if checked is None else checked.problems
    classify = _classifier(checked, context)
    problems += _published_owners(voucher, classify)
    authenticity = _authenticity(statuses, checked, broken=bool(digests) or matches is False)
    covered = not any(found.at == "entries[0].previous_hash" for found in digests)
    return Ownership(
        tuple(_results(voucher, statuses, checked, classify)), tuple(problems), authenticity, covered, matches
    )


def _authenticity(statuses: list[SignatureStatus], checked: Checked | None, *, broken: bool) -> Authenticity:
    if broken or "bad-signature" in statuses:
        return "failed"
    if checked is None or any(status != "verified" for status in statuses):
        return "unverified"
    return checked.authenticity


def _chain_matches(voucher: Voucher) -> bool | None:
    """Tell whether the header's digest is that of the certificates, one after the other."""
    digest, chain = voucher.header.chain_hash, voucher.chain
    if digest is None or chain is None:
        return None if digest is None and chain is None else False
    return bool(digest.matches(*chain))


def _wrong_digests(voucher: Voucher) -> Iterator[Problem]:
    """Hold each entry against what comes before it: its bytes, and what the header says of the device."""
    header = voucher.header
    before: tuple[bytes, ...] = (voucher.header_raw, voucher.hmac_raw)
    for index, entry in enumerate(voucher.entries):
        what = "the header and its HMAC" if index == 0 else f"entry {index}"
        info = (header.guid, header.device_info.encode())
        rows: tuple[tuple[str, Hash, tuple[bytes, ...], str], ...] = (
            ("previous_hash", entry.previous, before, what),
            ("header_info_hash", entry.header_info, info, "the GUID and the device info"),
        )
        for name, digest, parts, of in rows:
            holds = digest.matches(*parts)
            if not holds:
                why = "is not that of" if holds is False else f"has the algorithm {digest.type}, not one for"
                message = (
                    f"entry {index + 1}: its digest {why} {of}; the entry does not belong to this voucher"
                )
                yield problem("fdo-entry-invalid", message, at=f"entries[{index}].{name}")
        before = (entry.raw,)


def _status(entry: Entry, owner: Owner) -> SignatureStatus:
    signature = entry.message.signatures[0]
    if signature.fault is not None:
        return signature.fault
    if owner.key is None:
        return "unsupported-alg"
    return "verified" if cose.verify(entry.message, signature, owner.key) else "bad-signature"


def _explain(entry: Entry, owner: Owner, status: SignatureStatus, index: int) -> Iterator[Problem]:
    at = f"entries[{index}]"
    whose = "the manufacturer" if index == 0 else f"the owner that entry {index} names"
    if index > 0 or status != "verified":  # those of the first come with checking who vouches for it
        for found in entry.message.problems:
            yield found._replace(at=at)
    if status == "bad-signature":
        message = f"entry {index + 1} is not signed by {whose}; get the voucher again from its owner"
        yield problem("fdo-entry-invalid", message, at=at)
    elif status != "verified":
        why = owner.why or "its signature cannot be checked"
        yield problem("fdo-entry-invalid", f"entry {index + 1}: {why}", at=at)


def _first(voucher: Voucher, context: Context) -> Checked:
    """Find out who vouches for the manufacturer's key, with which the first entry was verified."""
    entry, owner = voucher.entries[0], voucher.header.manufacturer
    signature = entry.message.signatures[0]
    own = None if owner.key is None else owner.key.thumbprint
    chain = () if owner.chain and guess(members_of(owner.chain[:1])[0]) in _OF_DEVICES else owner.chain

    def holds(key: Key) -> bool:
        """The header says whose signature it has to be; another key that verifies does not exist."""
        return own is not None and key.thumbprint == own

    block = Block(
        signature.type,
        signature.alg,
        signature.kid,
        None,
        chain,
        None if chain else owner.key,
        holds,
        "entries[0]",
    )
    checked = check_blocks((block,), context, "identity", at="entries[0]")
    known = tuple(found._replace(at="entries[0]") for found in entry.message.problems)
    return checked._replace(problems=(*known, *checked.problems))


def _results(
    voucher: Voucher, statuses: list[SignatureStatus], checked: Checked | None, classify: Classifier
) -> Iterator[SignatureResult]:
    """Give the results: what vouches for the first entry vouches for those that follow from it."""
    owners = (entry.owner.key for entry in voucher.entries if entry.owner.key is not None)
    published = next((kind for kind in map(classify, owners) if kind is not None), None)
    first = None if checked is None else checked.signatures[0]
    owner = voucher.header.manufacturer
    unbroken = True
    for entry, status in zip(voucher.entries, statuses, strict=True):
        signature = entry.message.signatures[0]
        kid = None if signature.kid is None else signature.kid.hex()
        unbroken = unbroken and status == "verified"
        result = SignatureResult(signature.type, signature.alg, kid, status)
        if first is not None and unbroken and owner.key is not None:
            result = first._replace(
                alg=signature.alg,
                kid=kid,
                thumbprint=owner.key.thumbprint,
                test_key=first.test_key or published,
            )
        yield result
        owner = entry.owner


def _classifier(checked: Checked | None, context: Context) -> Classifier:
    """Give what tells published keys: of a voucher that an anchor vouches for, as the store does."""
    vouched = checked is not None and checked.signatures[0].anchor_source in ("user", "policy", "profile")
    return (
        context.keys.test_key if vouched and isinstance(context.keys, TrustStore) else published_keys.test_key
    )


def _published_owners(voucher: Voucher, classify: Classifier) -> Iterator[Problem]:
    """Report owners whose private key everybody has: anybody can take the device over from them."""
    for index, entry in enumerate(voucher.entries):
        if entry.owner.key is not None and classify(entry.owner.key) is not None:
            message = (
                f"entry {index + 1} makes {published_keys.title(entry.owner.key)} the owner, with which "
                "anybody can sign; expected a key that is kept secret: sign it over anew"
            )
            yield problem("cose-test-key", message, at=f"entries[{index}].public_key")
