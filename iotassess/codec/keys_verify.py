"""Which key fits which algorithm, and whether a signature holds.

Algorithm names are those of the IANA "COSE Algorithms" registry throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.constant_time import bytes_eq

from iotassess.codec import effort
from iotassess.codec.keys_model import CURVES, Key, mldsa

MIN_RSA_BITS: Final = 2048
"""RFC 8230 section 6.1: shorter moduli must not be used."""

MAX_RSA_BITS: Final = 8192
"""Longest RSA key, in bits: longer ones only cost time (verification grows with the square); no
product in the field has them."""

_ECDSA: Final[dict[str, tuple[str, ec.ECDSA]]] = {
    "ES256": ("P-256", ec.ECDSA(hashes.SHA256())),
    "ES384": ("P-384", ec.ECDSA(hashes.SHA384())),
    "ES512": ("P-521", ec.ECDSA(hashes.SHA512())),
    "ESP256": ("P-256", ec.ECDSA(hashes.SHA256())),
    "ESP384": ("P-384", ec.ECDSA(hashes.SHA384())),
    "ESP512": ("P-521", ec.ECDSA(hashes.SHA512())),
    "ES256K": ("secp256k1", ec.ECDSA(hashes.SHA256())),
}
_SIZES: Final[dict[str, tuple[ec.ECDSA, int, bytes]]] = {
    alg: (scheme, CURVES[curve][1], CURVES[curve][2].to_bytes(CURVES[curve][1], "big"))
    for alg, (curve, scheme) in _ECDSA.items()
}
"""Scheme, bytes of r and of s, and the order of the group in as many bytes."""

_EDDSA: Final = {
    "EdDSA": ("Ed25519", "Ed448"),
    "Ed25519": ("Ed25519",),
    "Ed448": ("Ed448",),
}
_RSA: Final[dict[str, tuple[bool, hashes.HashAlgorithm]]] = {  # name: (PSS or PKCS #1 v1.5, hash)
    "PS256": (True, hashes.SHA256()),
    "PS384": (True, hashes.SHA384()),
    "PS512": (True, hashes.SHA512()),
    "RS256": (False, hashes.SHA256()),
    "RS384": (False, hashes.SHA384()),
    "RS512": (False, hashes.SHA512()),
}
_HMAC: Final[dict[str, tuple[hashes.HashAlgorithm, int]]] = {  # name: (hash, tag length in bytes)
    "HMAC 256/64": (hashes.SHA256(), 8),
    "HMAC 256/256": (hashes.SHA256(), 32),
    "HMAC 384/384": (hashes.SHA384(), 48),
    "HMAC 512/512": (hashes.SHA512(), 64),
}
_ML_DSA: Final = ("ML-DSA-44", "ML-DSA-65", "ML-DSA-87")

# One operation under two names (RFC 9864): a key restricted to one of them takes the other.
_SAME: Final = {
    "ESP256": "ES256",
    "ESP384": "ES384",
    "ESP512": "ES512",
    "Ed25519": "EdDSA",
    "Ed448": "EdDSA",
}


def is_mac(alg: str) -> bool:
    """Tell whether ``alg`` is an HMAC, that is, needs a shared secret."""
    return alg in _HMAC


def is_supported(alg: str) -> bool:
    """Tell whether :func:`verify` can check signatures of ``alg`` at all."""
    if alg in _ML_DSA:
        return mldsa is not None
    return alg in _ECDSA or alg in _EDDSA or alg in _RSA or alg in _HMAC


def fits(key: Key, alg: str) -> bool:
    """Tell whether ``key`` has the type and curve that ``alg`` needs, and is not kept from it.

    ECDSA is bound to the curve of its fully specified form (RFC 9864), so ES256 needs P-256. An HMAC
    never fits a public key and a signature algorithm never fits a secret: that confusion is the
    classic way to forge a token.
    """
    if not key.may_verify:
        return False
    if key.alg is not None and _SAME.get(key.alg, key.alg) != _SAME.get(alg, alg):
        return False
    kind = key.kind
    if kind == "EC2":
        return alg in _ECDSA and _ECDSA[alg][0] == key.curve
    if kind == "OKP":
        # "Ed25519" and "Ed448" count as one above, so a key kept for one of them has to be on that curve
        return alg in _EDDSA and key.curve in _EDDSA[alg] and key.alg in (None, "EdDSA", key.curve)
    if kind == "RSA":
        return alg in _RSA and MIN_RSA_BITS <= key.material.key_size <= MAX_RSA_BITS
    if kind == "AKP":
        return alg in _ML_DSA and alg == key.curve
    return alg in _HMAC


_LONGEST: Final = max(size for _, size, _ in _SIZES.values())
_ZEROS: Final = bytes(_LONGEST)
_HEADS: Final = [bytes((2, n)) for n in range(_LONGEST + 1)]
_HEADS_OF_HIGH: Final = [bytes((2, n + 1, 0)) for n in range(_LONGEST + 1)]
"""Head of a DER INTEGER by the bytes of a number; where the highest bit is set, with the zero before it."""

_OUTER: Final = [bytes((0x30, n) if n < 0x80 else (0x30, 0x81, n)) for n in range(2 * (_LONGEST + 3) + 1)]
"""Head of a DER SEQUENCE by the bytes in it."""


def _integer(number: bytes) -> bytes:
    """Write a positive number as a DER INTEGER."""
    short = number if number[0] else number.lstrip(b"\0")
    return (_HEADS_OF_HIGH if short[0] & 0x80 else _HEADS)[len(short)] + short


def _der(signature: bytes, size: int, order: bytes) -> bytes | None:
    """Turn r and s, side by side, into the Ecdsa-Sig-Value of RFC 3279 section 2.2.3.

    What ``encode_dss_signature`` gives, without making integers of them, which takes twice as long.

    Args:
        signature: r and s, each of ``size`` bytes.
        size: bytes of each.
        order: of the curve's group, in as many bytes.

    Returns:
        None where r or s is not between 1 and the order.
    """
    r, s = signature[:size], signature[size:]
    zero = _ZEROS[:size]
    if not (zero < r < order and zero < s < order):  # of one length, so that bytes compare as numbers do
        return None
    body = _integer(r) + _integer(s)
    return _OUTER[len(body)] + body


def _verify_ecdsa(key: Key, alg: str, data: bytes, signature: bytes) -> bool:
    scheme, size, order = _SIZES[alg]
    if len(signature) != 2 * size:
        return False
    der = _der(signature, size, order)
    if der is None:
        return False
    key.material.verify(der, data, scheme)
    return True


def _verify_rsa(key: Key, alg: str, data: bytes, signature: bytes) -> bool:
    pss, digest = _RSA[alg]
    scheme: padding.AsymmetricPadding = padding.PKCS1v15()
    if pss:  # RFC 8230 section 2: the salt is as long as the hash, and the mask uses the same hash
        scheme = padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
    if len(signature) != (key.material.key_size + 7) // 8:
        return False
    key.material.verify(signature, data, scheme, digest)
    return True


def _verify_hmac(key: Key, alg: str, data: bytes, tag: bytes) -> bool:
    digest, size = _HMAC[alg]
    if len(tag) != size:
        return False
    context = hmac.HMAC(key.material, digest)
    context.update(data)
    return bytes_eq(context.finalize()[:size], tag)


def _verify_plain(key: Key, _alg: str, data: bytes, signature: bytes) -> bool:
    key.material.verify(signature, data)
    return True


_VERIFIERS: Final[dict[str, Callable[[Key, str, bytes, bytes], bool]]] = {
    "EC2": _verify_ecdsa,
    "OKP": _verify_plain,
    "RSA": _verify_rsa,
    "AKP": _verify_plain,
    "symmetric": _verify_hmac,
}


def verify(key: Key, alg: str, data: bytes, signature: bytes) -> bool:
    """Check one signature or MAC; False for any that does not hold, or if ``key`` does not fit.

    Args:
        key: the key to try.
        alg: IANA COSE algorithm name.
        data: the bytes that were signed (for COSE, the encoded Sig_structure or MAC_structure).
        signature: as COSE carries it: for ECDSA r and s side by side, each of the curve's length
            (RFC 9053 section 2.1); for HMAC the tag, cut to the algorithm's length.

    Raises:
        MalformedArtefact: ``artefact-too-large``: the file that is being read has had its share of effort.
    """
    if not fits(key, alg):
        return False
    effort.spend(effort.of_key(key))
    try:
        return _VERIFIERS[key.kind](key, alg, data, signature)
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
