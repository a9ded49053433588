"""Which algorithms a CMS signature names: object identifiers to the names of the COSE registry.

The hash of a signer (RFC 5652 section 5.3, digestAlgorithm) and that of the signature algorithm have to be
the same one, as RFC 5754 section 3 has it; a message in which they differ is not verified. Hashes for which
collisions are known (MD5, SHA-1) are named, and never computed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

_SHA2: Final = "2.16.840.1.101.3.4.2."
_PKCS1: Final = "1.2.840.113549.1.1."

DIGESTS: Final[dict[str, str]] = {
    f"{_SHA2}1": "sha-256",
    f"{_SHA2}2": "sha-384",
    f"{_SHA2}3": "sha-512",
    f"{_SHA2}12": "shake256",  # 512 bits of output (RFC 8702 section 3.1)
}
"""Object identifier of a hash → its name in the IANA Named Information registry (SHAKE256 has none there)."""

WEAK_DIGESTS: Final[dict[str, str]] = {
    "1.2.840.113549.2.2": "MD2",
    "1.2.840.113549.2.5": "MD5",
    "1.3.14.3.2.26": "SHA-1",
}
"""Hashes for which two contents with one digest can be made."""

_COMPUTE: Final[dict[str, Callable[[bytes], bytes]]] = {
    "sha-256": lambda data: hashlib.sha256(data).digest(),
    "sha-384": lambda data: hashlib.sha384(data).digest(),
    "sha-512": lambda data: hashlib.sha512(data).digest(),
    "shake256": lambda data: hashlib.shake_256(data).digest(64),
}

RSA_PSS: Final = f"{_PKCS1}10"

_PLAIN_RSA: Final = f"{_PKCS1}1"

_NAMES: Final[dict[str, tuple[str, str | None]]] = {  # OID: (COSE name, hash it implies or needs)
    "1.2.840.10045.4.3.2": ("ES256", "sha-256"),
    "1.2.840.10045.4.3.3": ("ES384", "sha-384"),
    "1.2.840.10045.4.3.4": ("ES512", "sha-512"),
    f"{_PKCS1}11": ("RS256", "sha-256"),
    f"{_PKCS1}12": ("RS384", "sha-384"),
    f"{_PKCS1}13": ("RS512", "sha-512"),
    "1.3.101.112": ("Ed25519", "sha-512"),  # RFC 8419 section 3
    "1.3.101.113": ("Ed448", "shake256"),
    "2.16.840.1.101.3.4.3.17": ("ML-DSA-44", None),  # RFC 9882: any hash that is strong enough
    "2.16.840.1.101.3.4.3.18": ("ML-DSA-65", None),
    "2.16.840.1.101.3.4.3.19": ("ML-DSA-87", None),
}
_BY_DIGEST: Final[dict[str, dict[str, str]]] = {
    _PLAIN_RSA: {"sha-256": "RS256", "sha-384": "RS384", "sha-512": "RS512"},
    RSA_PSS: {"sha-256": "PS256", "sha-384": "PS384", "sha-512": "PS512"},
}
_WEAK_SIGNATURES: Final[dict[str, str]] = {
    f"{_PKCS1}2": "RSA with MD2",
    f"{_PKCS1}4": "RSA with MD5",
    f"{_PKCS1}5": "RSA with SHA-1",
    "1.2.840.10045.4.1": "ECDSA with SHA-1",
    "1.2.840.10040.4.3": "DSA with SHA-1",
}

_WIDTHS: Final[dict[str, int]] = {"ES256": 32, "ES384": 48, "ES512": 66}
"""Bytes of r and of s on the one curve that COSE lets the algorithm have (RFC 9864)."""


class Algorithm(NamedTuple):
    """What a signer says about how it signed.

    Attributes:
        name: IANA COSE name, or "unknown (…)".
        digest: hash over content and attributes, or None where it is not one that is computed here.
        usable: whether a signature can be verified with it.
        why: why not, in words; "" where it can.
    """

    name: str
    digest: str | None
    usable: bool
    why: str = ""


def resolve(signature: str, digest: str, pss_digest: str | None = None, *, attributes: bool) -> Algorithm:
    """Find the algorithm of a signer.

    Args:
        signature: object identifier of the signature algorithm.
        digest: object identifier of the digest algorithm.
        pss_digest: for RSASSA-PSS the hash that its parameters name, where they are as RFC 8230 wants them.
        attributes: attributes are signed. Without them EdDSA signs the content itself, so that the digest
            algorithm plays no part (RFC 8419 section 3.2).
    """
    hash_ = DIGESTS.get(digest)
    weak = WEAK_DIGESTS.get(digest) or _WEAK_SIGNATURES.get(signature)
    if weak is not None:
        named = _NAMES.get(signature, (f"unknown ({_WEAK_SIGNATURES.get(signature, signature)})", None))[0]
        return Algorithm(named, None, False, f"{weak} is broken: another content with the digest can be made")
    if hash_ is None:
        return Algorithm(_name(signature), None, False, f"the digest algorithm {digest} is not computed here")
    if signature in _BY_DIGEST:
        name = _BY_DIGEST[signature].get(hash_)
        if name is None or (signature == RSA_PSS and pss_digest != hash_):
            return Algorithm(_name(signature), hash_, False, "RSA parameters that COSE has no name for")
        return Algorithm(name, hash_, True)
    if signature not in _NAMES:
        return Algorithm(_name(signature), hash_, False, f"the algorithm {signature} is not verified here")
    name, needed = _NAMES[signature]
    if needed not in (None, hash_) and (attributes or name not in ("Ed25519", "Ed448")):
        return Algorithm(name, hash_, False, f"{name} goes with {needed}, and the digest is {hash_}")
    return Algorithm(name, hash_, True)


def _name(signature: str) -> str:
    return _NAMES.get(signature, (f"unknown ({signature})", None))[0]


def compute(digest: str, data: bytes) -> bytes:
    """Hash ``data``; ``digest`` is a value of :data:`DIGESTS`."""
    return _COMPUTE[digest](data)


def to_cose_signature(alg: str, signature: bytes) -> bytes | None:
    """Turn a signature as CMS has it into the form that COSE has it in.

    ECDSA signatures are a DER structure in CMS (RFC 5753 section 7.2), and r and s side by side in COSE. Only
    the one DER encoding of a signature is taken.

    Returns:
        The signature, or None where it is no ECDSA signature of that algorithm.
    """
    width = _WIDTHS.get(alg)
    if width is None:
        return signature
    try:
        r, s = decode_dss_signature(signature)
        if encode_dss_signature(r, s) != signature:
            return None
        return r.to_bytes(width) + s.to_bytes(width)
    except (ValueError, OverflowError):  # no DER, negative, or too large for the curve
        return None
