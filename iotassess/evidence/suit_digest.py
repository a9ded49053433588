"""SUIT_Digest: an algorithm number and a value (MS section 10)."""

from __future__ import annotations

import hashlib
from typing import Any, Final, Literal, NamedTuple

from iotassess.errors import MalformedArtefact
from iotassess.evidence.suit_names import MALFORMED


class Hash(NamedTuple):
    """A hash function.

    Attributes:
        name: as in claims ("sha-256").
        cose_name: as in the IANA COSE registry ("SHA-256").
        length: bytes of its value.
        function: its name in hashlib.
    """

    name: str
    cose_name: str
    length: int
    function: str


HASHES: Final = {
    -16: Hash("sha-256", "SHA-256", 32, "sha256"),
    -43: Hash("sha-384", "SHA-384", 48, "sha384"),
    -44: Hash("sha-512", "SHA-512", 64, "sha512"),
    -18: Hash("shake128", "SHAKE128", 32, "shake_128"),
    -45: Hash("shake256", "SHAKE256", 64, "shake_256"),
}
"""The algorithms that MS section 10 allows, by COSE number."""

LEGACY_HASHES: Final = {
    1: Hash("sha-224", "SHA-224", 28, "sha224"),
    2: HASHES[-16],
    3: HASHES[-43],
    4: HASHES[-44],
    5: Hash("sha3-224", "SHA3-224", 28, "sha3_224"),
    6: Hash("sha3-256", "SHA3-256", 32, "sha3_256"),
    7: Hash("sha3-384", "SHA3-384", 48, "sha3_384"),
    8: Hash("sha3-512", "SHA3-512", 64, "sha3_512"),
}
"""Numbers of the private registry that drafts up to -13 had."""


WEAK: Final = {-14: "SHA-1", -15: "SHA-256/64"}
"""COSE numbers of functions for which other bytes with the same digest can be made (RFC 9054)."""

OTHER: Final = WEAK | {-17: "SHA-512/256"}
"""COSE numbers that are assigned but that MS section 10 does not allow; they are named, not computed."""

_LEGACY_SHA_256: Final = 2

Protection = Literal["sound", "weak", "unknown"]


class SuitDigest(NamedTuple):
    """A digest as a manifest gives it.

    Attributes:
        number: algorithm number.
        value: the digest.
    """

    number: int
    value: bytes

    @property
    def hash(self) -> Hash | None:
        """The hash function, or None where the number is not assigned."""
        return HASHES.get(self.number) or LEGACY_HASHES.get(self.number)

    @property
    def alg(self) -> str:
        """Name of the algorithm as in claims."""
        found = self.cose_name
        return self.hash.name if self.hash else found.lower() if found else f"unknown ({self.number})"

    @property
    def cose_name(self) -> str | None:
        """Name of the algorithm in the IANA COSE registry, or None where the number is not assigned."""
        found = self.hash
        return found.cose_name if found else OTHER.get(self.number)

    @property
    def fits(self) -> bool:
        """Whether the value is as long as the algorithm makes it; True where that is not known."""
        found = self.hash
        return found is None or len(self.value) == found.length

    def protection(self, *, legacy: bool) -> Protection:
        """Tell what an image match with this digest is worth.

        Returns:
            "sound": nobody makes other bytes that pass. "weak": somebody may, or no bytes pass at all since
            the length is wrong. "unknown": it depends on what the device takes the number for.

        Args:
            legacy: the manifest has a layout in which the private number 2 is SHA-256.
        """
        if self.number in WEAK or not self.fits:
            return "weak"
        known = self.number in HASHES or (legacy and self.number == _LEGACY_SHA_256)
        return "sound" if known else "unknown"

    def matches(self, data: bytes) -> bool | None:
        """Whether this is the digest of ``data``; None where the algorithm is not known."""
        found = self.hash
        return None if found is None else compute(found, data) == self.value

    def as_claim(self) -> dict[str, str]:
        """The digest in the claims tree."""
        return {"alg": self.alg, "value": self.value.hex()}


def compute(function: Hash, data: bytes) -> bytes:
    """Digest ``data``."""
    made = hashlib.new(function.function, data)
    if function.function.startswith("shake"):
        return made.digest(function.length)  # type: ignore[call-arg]  # an XOF takes the length
    return made.digest()


def read_digest(value: Any) -> SuitDigest:
    """Read a decoded SUIT_Digest: an array of number, bytes and extensions.

    Raises:
        MalformedArtefact: it is not one.
    """
    if isinstance(value, list | tuple) and len(value) >= 2:
        number, digest = value[0], value[1]
        if type(number) is int and isinstance(digest, bytes):
            return SuitDigest(number, digest)
    raise MalformedArtefact(MALFORMED, "not a SUIT_Digest; expected an array of a number and a byte string")
