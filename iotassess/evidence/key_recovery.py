"""Which key made this ECDSA signature? The signature itself says so (SEC 1 version 2 section 4.1.6).

So a signature can be held against any number of known thumbprints at the price of one: against the published
test keys, of which no copy is kept, and against key sets too large to be tried one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from iotassess.codec import effort, keys
from iotassess.codec.keys import Key
from iotassess.codec.keys_model import CURVES


class _Curve(NamedTuple):
    curve: ec.EllipticCurve
    size: int
    order: int
    prime: int


# Primes of the fields (SEC 2 version 2 section 2; NIST SP 800-186 section 3.2.1).
_PRIMES: Final[dict[str, int]] = {
    "P-256": 2**256 - 2**224 + 2**192 + 2**96 - 1,
    "P-384": 2**384 - 2**128 - 2**96 + 2**32 - 1,
    "P-521": 2**521 - 1,
    "secp256k1": 2**256 - 2**32 - 977,
}
_CURVES: Final[dict[str, _Curve]] = {name: _Curve(*CURVES[name], prime) for name, prime in _PRIMES.items()}


def _point(curve: _Curve, x: int) -> ec.EllipticCurvePublicKey:
    """Give the point with this x and an even y; ValueError where the curve has none."""
    encoded = b"\x02" + x.to_bytes(curve.size, "big")
    return ec.EllipticCurvePublicKey.from_encoded_point(curve.curve, encoded)


def _sum(curve: _Curve, left: tuple[int, int], right: tuple[int, int]) -> ec.EllipticCurvePublicKey | None:
    """Add two points with different x in affine coordinates (SEC 1 section 2.2.1)."""
    prime = curve.prime
    if left[0] == right[0]:  # never by chance; nothing is lost, as the signature counts as unknown
        return None
    slope = (right[1] - left[1]) * pow(right[0] - left[0], -1, prime) % prime
    x = (slope * slope - left[0] - right[0]) % prime
    y = (slope * (left[0] - x) - left[1]) % prime
    return ec.EllipticCurvePublicNumbers(x, y, curve.curve).public_key()


def signers(curve_name: str, r: int, s: int, digest: bytes) -> list[ec.EllipticCurvePublicKey]:
    """Give the (at most two) public keys under which an ECDSA signature holds.

    With R the point of abscissa r, the key is ``r⁻¹(sR - eG)``. The multiplications are left to
    ``cryptography``: eG is the public half of a private key, and the abscissa of sR what a key agreement
    gives, whose two ordinates stand for the two possible R. An abscissa beyond the order (one signature
    in 2^128) is not followed up.

    Args:
        curve_name: "P-256", "P-384", "P-521" or "secp256k1".
        r: first half of the signature, in 1 .. n-1.
        s: second half, in 1 .. n-1.
        digest: hash of the signed bytes.
    """
    effort.spend(2 * effort.of_curve(curve_name))  # the two multiplications take as long as verifying twice
    curve = _CURVES[curve_name]
    order = curve.order
    e = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - order.bit_length())
    inverse = pow(r, -1, order)
    try:
        scaled = ec.derive_private_key(s * inverse % order, curve.curve)
        shared = scaled.exchange(ec.ECDH(), _point(curve, r))
        first = _point(curve, int.from_bytes(shared, "big")).public_numbers()
        base = ec.derive_private_key(-e * inverse % order, curve.curve).public_key().public_numbers()
    except ValueError:  # r is no abscissa, so no key made this signature; or e is zero
        return []
    sums = (_sum(curve, (first.x, y), (base.x, base.y)) for y in (first.y, curve.prime - first.y))
    return [key for key in sums if key is not None]


class _Anybody:
    """Stands in for the public key of a :class:`Key`, and keeps who may have signed.

    It lets ``codec`` prepare the signed bytes as for any key, so there is one way in which they are made.
    """

    def __init__(self, curve_name: str) -> None:
        self.curve_name = curve_name
        self.signers: list[ec.EllipticCurvePublicKey] = []

    def verify(self, signature: bytes, data: bytes, scheme: ec.ECDSA) -> None:
        """Take what the method of that name of a public key takes; verifies nothing.

        Raises:
            InvalidSignature: always.
        """
        r, s = utils.decode_dss_signature(signature)
        algorithm = scheme.algorithm
        if isinstance(algorithm, hashes.HashAlgorithm):
            digest = hashes.Hash(algorithm)
            digest.update(data)
            self.signers = signers(self.curve_name, r, s, digest.finalize())
        raise InvalidSignature


def is_recoverable(alg: str) -> bool:
    """Tell whether signatures of ``alg`` (IANA COSE name) give away their key."""
    return _curve_of(alg) is not None


def _curve_of(alg: str) -> str | None:
    return next((name for name in _CURVES if keys.fits(Key("EC2", name, None, None, None), alg)), None)


def recover(alg: str, holds: Callable[[Key], bool]) -> list[Key]:
    """Give the public keys that may have made a signature; none where the algorithm hides them.

    Args:
        alg: IANA COSE algorithm name.
        holds: verifies the signature with a key.

    Returns:
        Keys with which ``holds`` says that it does, at most two.
    """
    curve_name = _curve_of(alg)
    if curve_name is None:
        return []
    anybody = _Anybody(curve_name)
    holds(Key("EC2", curve_name, anybody, None, None))
    found = [keys.from_cryptography(public) for public in anybody.signers]
    return [key for key in found if holds(key)]
