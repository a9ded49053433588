"""Encryption information of a payload: the COSE_Encrypt that a manifest carries (FE section 6).

Only the algorithms are read. Nothing is decrypted, and recipients' keys are nobody's business here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence.suit_names import ENCRYPTION_ALGORITHMS, MALFORMED

_ENCRYPT: Final = {96: 4, 16: 3}
"""Tags of COSE_Encrypt and COSE_Encrypt0 with the length of their arrays (RFC 9052 section 5)."""

MAX_RECIPIENTS: Final = 64
"""Recipients that are read. A manifest for many devices names one key for all of a model."""


class Encryption(NamedTuple):
    """How a payload is encrypted.

    Attributes:
        content: COSE number of the content encryption algorithm, or None where it is not given.
        key_exchange: COSE numbers of the recipients' algorithms, in order, each once.
    """

    content: int | None
    key_exchange: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """IANA COSE names of all algorithms that it names."""
        numbers = ((self.content,) if self.content is not None else ()) + self.key_exchange
        return tuple(name_of(number) for number in numbers)

    def as_claim(self) -> dict[str, Any]:
        """The encryption in the claims tree."""
        return {
            "alg": None if self.content is None else name_of(self.content),
            "key_exchange": [name_of(number) for number in self.key_exchange],
        }


def name_of(number: int) -> str:
    """IANA COSE name of an algorithm that encrypts content or keys."""
    return ENCRYPTION_ALGORITHMS.get(number, f"unknown ({number})")


def _algorithm(protected: Any, unprotected: Any) -> int | None:
    """Find header 1 in the two buckets of a layer; a protected one comes first."""
    buckets = [cbor.loads(protected)] if isinstance(protected, bytes) and protected else []
    for bucket in (*buckets, unprotected):
        if isinstance(bucket, Mapping) and type(bucket.get(1)) is int:
            return int(bucket[1])
    return None


def read_encryption(data: Any) -> Encryption:
    """Read the parameter's value: a byte string that wraps COSE_Encrypt or COSE_Encrypt0.

    Raises:
        MalformedArtefact: it is not one.
    """
    found = cbor.loads(data) if isinstance(data, bytes) else None
    if not isinstance(found, cbor.Tag) or found.number not in _ENCRYPT:
        raise MalformedArtefact(MALFORMED, "not encryption information; expected a wrapped tag 96")
    parts = found.value
    if not isinstance(parts, list | tuple) or len(parts) != _ENCRYPT[found.number]:
        raise MalformedArtefact(MALFORMED, "COSE_Encrypt is not an array of its length")
    recipients = parts[3] if found.number == 96 else ()
    if not isinstance(recipients, list | tuple):
        raise MalformedArtefact(MALFORMED, "the recipients of COSE_Encrypt are not an array")
    if len(recipients) > MAX_RECIPIENTS:
        message = f"{len(recipients)} recipients of COSE_Encrypt; at most {MAX_RECIPIENTS} are read"
        raise MalformedArtefact(MALFORMED, message)
    exchanges: list[int] = []
    for recipient in recipients:
        if not isinstance(recipient, list | tuple) or len(recipient) < 3:
            raise MalformedArtefact(MALFORMED, "a recipient of COSE_Encrypt is not an array of three or more")
        number = _algorithm(recipient[0], recipient[1])
        if number is not None and number not in exchanges:
            exchanges.append(number)
    return Encryption(_algorithm(parts[0], parts[1]), tuple(exchanges))
