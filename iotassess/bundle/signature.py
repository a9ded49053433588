"""Who signed the manifest: a COSE_Sign1 over it (RFC 9052 section 4.2), its content detached.

The key that comes with a bundle shows no more than that nothing was changed since somebody signed it; who
that was, only an anchor tells that the user named for results.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

from iotassess.bundle.manifest import MANIFEST, MEDIA_TYPE, SIGNATURE, SIGNER
from iotassess.codec import cbor, cose
from iotassess.codec.cose_headers import CONTENT_TYPE
from iotassess.codec.keys import Key, KeyFault, is_mac
from iotassess.errors import MalformedArtefact
from iotassess.evidence.anchor_files import parse_anchors
from iotassess.evidence.authenticate import Checked, check_blocks
from iotassess.evidence.context import Context
from iotassess.evidence.published_keys import test_key
from iotassess.evidence.signature_block import Block
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Authenticity, Problem, SignatureResult
from iotassess.model.assessment import AsOf
from iotassess.model.bundle import Reason

NAME_IT = "if you know from elsewhere that this key is the maker's, name it: -t results=KEY"


class Signed(NamedTuple):
    """What came of checking the signature; reasons why it does not do, none where it does."""

    authenticity: Authenticity
    reasons: tuple[Reason, ...]
    signatures: tuple[SignatureResult, ...] = ()
    problems: tuple[Problem, ...] = ()


class _Refused(Exception):  # noqa: N818 - it never leaves this file
    """Why the signature is none that a bundle has."""


def check_signature(files: Mapping[str, bytes], store: TrustStore, as_of: AsOf, *, example: bool) -> Signed:
    """Check the signature over a manifest.

    Args:
        files: of the bundle; the manifest is among them.
        store: the user's anchors; those for results count.
        as_of: when the certificate of an anchor has to be valid.
        example: the profile is an example, so this repository's TEST ONLY keys are in order.
    """
    if SIGNATURE not in files:
        told = f"there is no {SIGNATURE}: nobody signed the manifest; expected the signature of the maker"
        return Signed("unsigned", (Reason("signature-missing", SIGNATURE, told),))
    try:
        message = _message(files[SIGNATURE])
        carried = _carried(files.get(SIGNER, b""))
    except _Refused as fault:
        return Signed("failed", (Reason("signature-failed", SIGNATURE, str(fault)),))
    signature, payload = message.signatures[0], files[MANIFEST]
    block = Block(
        type=signature.type,
        alg=signature.alg,
        kid=signature.kid,
        status=signature.fault,
        chain=(),
        carried=carried,
        holds=partial(cose.verify, message, signature, payload=payload),
        at=SIGNATURE,
        hashed=len(payload),
    )
    checked = check_blocks([block], Context(SIGNATURE, store, as_of), "results", at=SIGNATURE)
    checked = _with_test_key(checked)
    authenticity = _authenticity(checked)
    problems = (*message.problems, *checked.problems)
    reasons = tuple(_reasons(authenticity, checked, problems, example))
    return Signed(authenticity, reasons, checked.signatures, problems)


def _with_test_key(checked: Checked) -> Checked:
    """Tell that the private half of the key that verified is published, also where an example may use it."""
    published = None if checked.key is None else test_key(checked.key)
    if published is None:
        return checked
    told = tuple(one._replace(test_key=one.test_key or published) for one in checked.signatures)
    return checked._replace(signatures=told)


def _message(data: bytes) -> cose.Message:
    """Read the message; one that is not as bundles have it is refused, whatever its signature."""
    try:
        message = cose.parse(cbor.loads(data))
    except MalformedArtefact as fault:
        raise _Refused(f"it cannot be read: {fault.message}") from None
    if message.type != "COSE_Sign1" or not message.tagged:
        raise _Refused(f"got an {'' if message.tagged else 'untagged '}{message.type}, expected a COSE_Sign1")
    if message.payload is not None:
        raise _Refused(f"it has a content of its own; expected a signature over {MANIFEST}")
    if message.protected.get(CONTENT_TYPE) != MEDIA_TYPE:
        raise _Refused(f"it does not say under its signature that it is over {MEDIA_TYPE}")
    if message.unprotected:
        raise _Refused("it has headers that the signature does not cover")
    if is_mac(message.signatures[0].alg or ""):
        raise _Refused("it was made with a shared secret, which any of its holders can do")
    return message


def _carried(data: bytes) -> Key:
    """The signer's public key, as the bundle carries it."""
    try:
        found = parse_anchors(data)
    except KeyFault as fault:
        raise _Refused(f"{SIGNER} cannot be read: {fault.message}") from None
    key = found[0]
    if len(found) != 1 or not isinstance(key, Key) or key.private or key.kind == "symmetric":
        raise _Refused(f"{SIGNER} is not one public key")
    return key


def _authenticity(checked: Checked) -> Authenticity:
    """An anchor that was not named for results vouches for no result: it counts as one nobody named."""
    verified = [one for one in checked.signatures if one.status == "verified"]
    if checked.authenticity == "authenticated" and not any(o.anchor_purpose == "results" for o in verified):
        return "intact"
    return checked.authenticity


def _reasons(
    authenticity: Authenticity, checked: Checked, problems: tuple[Problem, ...], example: bool
) -> Iterator[Reason]:
    one = checked.signatures[0]
    if authenticity == "failed":
        told = "the signature does not hold: the manifest, or the signature, was changed after it was made"
        yield Reason("signature-failed", SIGNATURE, told)
    elif authenticity == "intact" and one.anchor_source == "user":
        told = f"the anchor {one.key} was not named for results, or is out of date: -t results=PATH"
        yield Reason("signature-not-vouched", SIGNATURE, told)
    elif authenticity == "intact":
        told = f"it holds by key {one.thumbprint}, which nobody but the bundle names; {NAME_IT}"
        yield Reason("signature-not-vouched", SIGNATURE, told)
    elif authenticity != "authenticated":
        why = next((found.message for found in problems if found.severity == "error"), "no key fits it")
        yield Reason("signature-unverified", SIGNATURE, why)
    if one.test_key == "published" or (one.test_key == "own" and not example):
        told = f"anybody can sign with the key {one.thumbprint}: its private half is published"
        yield Reason("signature-test-key", SIGNATURE, told)
