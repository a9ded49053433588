"""The CMS wall: SignedData (RFC 5652 section 5) out of hostile bytes.

The bytes have to be DER (:mod:`iotassess.codec.cms_der`); then :mod:`iotassess.codec.cms_read` takes them
apart. That is imported when there are some, as its parser takes long to load and most runs have no CMS.
Signatures are checked in one place for COSE, JOSE and CMS alike, :func:`iotassess.codec.keys.verify`.
"""

from __future__ import annotations

import base64
import binascii
import functools
import re
from typing import Final, NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from iotassess.codec import cms_algorithms as algorithms
from iotassess.codec import keys
from iotassess.codec.cms_begin import ARMOUR, is_cms
from iotassess.codec.cms_der import MAX_SIZE, fault, require_der
from iotassess.codec.cms_model import Certificate, SignedData, Signer
from iotassess.codec.keys import Key, KeyFault
from iotassess.errors import MalformedArtefact

__all__ = [
    "SignedData",
    "Signer",
    "Summary",
    "chain_of",
    "digest",
    "is_cms",
    "matches",
    "parse",
    "summarise",
    "verify",
]

MAX_REMEMBERED: Final = 256
"""Messages that are kept parsed: a file is looked at several times to find out what it is, and a signature
beside each file that it may belong to."""

MAX_REMEMBERED_BYTES: Final = 32 << 10
"""Longest message of those: all together they are a few megabytes."""

MAX_REMEMBERED_LARGE: Final = 2
"""Longer ones that are kept parsed: the file that is being looked at, and its signature."""

MAX_CHAIN: Final = 10
"""Longest chain that is put in order, as long as the longest that is built."""

_PEM: Final = re.compile(
    rb"\s*-----BEGIN (" + b"|".join(map(re.escape, ARMOUR)) + rb")-----([^-]*)-----END \1-----\s*"
)


def parse(data: bytes) -> SignedData:
    """Open CMS SignedData in DER, or in PEM (RFC 7468 sections 8 and 9).

    Args:
        data: all bytes.

    Raises:
        MalformedArtefact: ``cms-malformed`` where it is none; ``artefact-too-large``.
    """
    found = _remember(data) if len(data) <= MAX_REMEMBERED_BYTES else _remember_large(data)
    if isinstance(found, MalformedArtefact):
        raise MalformedArtefact(found.problem, found.message, at=found.at, offset=found.offset)
    return found


def _open(data: bytes) -> SignedData | MalformedArtefact:
    try:
        der = _unarmour(data) if data[:1] != b"\x30" else data
        require_der(der)
        from iotassess.codec.cms_read import read  # see the head of this file

        return read(der)
    except MalformedArtefact as error:
        return error.with_traceback(None)


_remember: Final = functools.lru_cache(maxsize=MAX_REMEMBERED)(_open)
_remember_large: Final = functools.lru_cache(maxsize=MAX_REMEMBERED_LARGE)(_open)


def _unarmour(data: bytes) -> bytes:
    if len(data) > 2 * MAX_SIZE:
        raise MalformedArtefact("artefact-too-large", f"{len(data)} bytes of PEM are too many")
    match = _PEM.fullmatch(data)
    if match is None:
        raise fault('neither DER nor one PEM block of "CMS" or "PKCS7"')
    try:
        return base64.b64decode(b"".join(match[2].split()), validate=True)
    except binascii.Error:
        raise fault("the PEM block holds no base64") from None


# --- checking -----------------------------------------------------------------------------------


def chain_of(signed: SignedData, signer: Signer, content: bytes) -> tuple[bytes, ...]:
    """Give the certificates of a signer, its own first, each followed by one with its issuer's name.

    Where the signer names several that are carried, its own is the first whose key verifies the signature.
    Nothing else is checked. Empty where the message does not carry the signer's certificate.

    Args:
        signed: the message.
        signer: one of its signers.
        content: as for :func:`verify`.
    """
    if not signer.certificates:
        return ()
    fitting = [signed.certificates[index] for index in signer.certificates]
    chain = fitting[:1]
    if len(fitting) > 1:
        chain = [one for one in fitting if _is_by(signed, signer, content, one)][:1] or chain
    left = [other for other in signed.certificates if other is not chain[0]]
    while len(chain) < MAX_CHAIN:
        issuer = next((other for other in left if other.subject == chain[-1].issuer), None)
        if issuer is None or chain[-1].issuer == chain[-1].subject:
            break
        left.remove(issuer)
        chain.append(issuer)
    return tuple(certificate.der for certificate in chain)


def _is_by(signed: SignedData, signer: Signer, content: bytes, certificate: Certificate) -> bool:
    try:
        key = keys.from_cryptography(load_der_public_key(certificate.spki))
    except (ValueError, TypeError, UnsupportedAlgorithm, KeyFault):
        return False
    return verify(signed, signer, content, key)


class Summary(NamedTuple):
    """What of a message tells whether it is the detached signature of a file.

    Attributes:
        detached: it has no content, or cannot be read.
        fault: why it cannot be read, or None.
        digests: of the content, as the signed attributes give them, each with the name of its hash; none
            where the content is in the message.
    """

    detached: bool
    fault: MalformedArtefact | None
    digests: frozenset[tuple[str, bytes]]


def summarise(data: bytes) -> Summary:
    """Find out what a message signs; a file may be held against many of them. Never raises."""
    try:
        signed = parse(data)
    except MalformedArtefact as error:
        return Summary(True, error.with_traceback(None), frozenset())
    if signed.content is not None:
        return Summary(False, None, frozenset())
    found = {
        (signer.digest_alg, signer.message_digest)
        for signer in signed.signers
        if signer.digest_alg is not None
        and signer.message_digest is not None
        and signer.content_type == signed.content_type
    }
    return Summary(True, None, frozenset(found))


def digest(name: str, content: bytes) -> bytes:
    """Hash a content; ``name`` is one of ``Summary.digests``."""
    return algorithms.compute(name, content)


def matches(signed: SignedData, signer: Signer, content: bytes) -> bool:
    """Tell whether a signer's signed attributes speak of this content; needs no key.

    True as well where there are no attributes: then the signature is over the content itself.
    """
    if signer.attributes is None:
        return True
    if signer.digest_alg is None or signer.content_type != signed.content_type:
        return False
    return algorithms.compute(signer.digest_alg, content) == signer.message_digest


def verify(signed: SignedData, signer: Signer, content: bytes, key: Key) -> bool:
    """Check one signer's signature with ``key`` (RFC 5652 section 5.6).

    With signed attributes their message digest has to be that of the content and their content type that
    of the message; the signature is then over the attributes. Without, it is over the content. False for
    anything else, and where the key does not fit the algorithm.

    Args:
        signed: the message.
        signer: one of its signers.
        content: the content; for a message that holds it, that and no other.
        key: the key to try.
    """
    if not signer.usable or signer.signature is None:
        return False
    if signed.content is not None and signed.content != content:
        return False
    if not matches(signed, signer, content):
        return False
    data = content if signer.attributes is None else signer.attributes
    return keys.verify(key, signer.alg, data, signer.signature)
