"""What checking signatures may cost for one file.

A file may hold hundreds of tokens and chains, each with a key of its own choice: sixteen mebibytes have room
for minutes of verification. So everything that calculates with a key asks here first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from iotassess.codec.cbor_tokens import LEDGER
from iotassess.errors import MalformedArtefact

if TYPE_CHECKING:
    from iotassess.codec.keys_model import Key

READ_CERTIFICATE: Final = 2
"""Effort of reading a certificate and its key, in the unit of ``cbor_tokens.MAX_EFFORT``."""

_OF_CURVE: Final = {
    "": 1,
    "P-256": 1,
    "Ed25519": 2,
    "Ed448": 4,
    "ML-DSA-44": 5,
    "ML-DSA-65": 5,
    "ML-DSA-87": 5,
}
_OF_OTHER: Final = 10
"""Effort of one verification with a key on any other curve: P-384 takes eight times as long as P-256."""

_SHORT_EXPONENT: Final = 17
"""Bits of 65537, the exponent that nearly all RSA keys have; the effort grows with their number."""


def spend(effort: int) -> None:
    """Take effort from what the file that is being read may cost; nothing happens where none is read.

    Args:
        effort: in the unit of ``cbor_tokens.MAX_EFFORT``.

    Raises:
        MalformedArtefact: ``artefact-too-large``: there is none left.
    """
    ledger = LEDGER.get()
    if ledger is None:
        return
    ledger.effort -= effort
    if ledger.effort < 0:
        raise MalformedArtefact(
            "artefact-too-large",
            "checking all signatures and certificates of this one file takes too long; supply what is in it "
            "as files of their own",
        )


def of_curve(name: str) -> int:
    """Give the effort of one verification with a key on a curve, or of a parameter set; "" is a secret."""
    return _OF_CURVE.get(name, _OF_OTHER)


def of_key(key: Key) -> int:
    """Give the effort of one verification with a key."""
    return of_rsa(key.material) if key.kind == "RSA" else _OF_CURVE.get(key.curve, _OF_OTHER)


def of_rsa(public: Any) -> int:
    """Give the effort of one verification with an RSA key: it grows with the modulus and with the exponent.

    Args:
        public: a public key of ``cryptography``.
    """
    size: int = public.key_size
    exponent: int = public.public_numbers().e.bit_length()
    return max(1, size * size * exponent // (2 * 2048 * 2048 * _SHORT_EXPONENT))


def of_public(public: Any) -> int:
    """Give the effort of one verification with a public key of ``cryptography``, of whatever type."""
    if isinstance(public, rsa.RSAPublicKey):
        return of_rsa(public)
    if not isinstance(public, ec.EllipticCurvePublicKey):
        return _OF_OTHER
    if isinstance(public.curve, ec.SECP256R1):
        return 1
    return 2 * _OF_OTHER if "brainpool" in public.curve.name else _OF_OTHER
