"""Hash algorithms by the IANA registry "Named Information Hash Algorithm" (RFC 6920 section 9.4).

CoMID and CoSWID number their digests by it. Its numbers are not those of the COSE registry.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Hash(NamedTuple):
    """One hash algorithm.

    Attributes:
        name: as registered.
        length: bytes of its value.
        comparable: whether a digest of it serves as a reference: it is whole, and devices measure with it.
    """

    name: str
    length: int
    comparable: bool = False

    @property
    def truncated(self) -> bool:
        """Whether only the first bits of the hash are kept: too few to tell one image from another."""
        return self.name.startswith("sha-256-")


HASHES: Final = {
    1: Hash("sha-256", 32, True),
    2: Hash("sha-256-128", 16),
    3: Hash("sha-256-120", 15),
    4: Hash("sha-256-96", 12),
    5: Hash("sha-256-64", 8),
    6: Hash("sha-256-32", 4),
    7: Hash("sha-384", 48, True),
    8: Hash("sha-512", 64, True),
    9: Hash("sha3-224", 28),
    10: Hash("sha3-256", 32),
    11: Hash("sha3-384", 48),
    12: Hash("sha3-512", 64),
}
"""Number → hash algorithm."""
