"""Digests in a CoRIM: ``[algorithm, value]`` with the numbers of the IANA Named Information registry.

They are not the algorithm numbers of COSE: 1 is SHA-256 here, and -16 there (draft-ietf-rats-corim-11;
registry of RFC 6920 section 9.4).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeGuard

from iotassess.evidence.comid_reading import MAX_DIGESTS, Place, Reading
from iotassess.evidence.eat_reading import clip, describe, to_json
from iotassess.evidence.named_information import HASHES
from iotassess.model.claim import Digest

_BY_NAME: Final = {known.name: known for known in HASHES.values()}

COMPARED: Final = frozenset({"sha-256", "sha-384", "sha-512"})
"""Algorithms whose values are shown as references: those that measurements are made with."""


class Read(NamedTuple):
    """One list of digests.

    Attributes:
        claims: JSON-ready.
        usable: index → digest that a measurement can be held against.
        size: how many digests there are.
    """

    claims: Any
    usable: dict[int, Digest]
    size: int


def is_array(value: Any) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Tell whether a decoded value is a CBOR array."""
    return isinstance(value, list | tuple)


def read_digest(reading: Reading, value: Any, place: Place) -> tuple[Any, Digest | None]:
    """Read one digest.

    Returns:
        What it says, JSON-ready, and the digest where it can be compared.
    """
    if not is_array(value) or len(value) != 2 or type(value[1]) is not bytes:
        reading.breach(f"{describe(value)}; expected an array of algorithm and byte string", place)
        return to_json(value), None
    number, content = value
    if type(number) not in (int, str):
        reading.breach(f"the algorithm {describe(number)}; expected a number or a name", place)
        return to_json(value), None
    known = HASHES.get(number) if type(number) is int else _BY_NAME.get(number)
    shown = {"alg": known.name if known else f"unknown ({clip(str(number))})", "value": to_json(content)}
    if known is None:
        if type(number) is int and number < 0:
            reading.breach(
                f"the algorithm {number} is one of COSE; expected a number of the Named Information registry",
                place,
            )
        else:
            reading.skip("digests of an unknown algorithm")
        return shown, None
    name, size = known.name, known.length
    if len(content) != size:
        reading.breach(f"a {name} digest of {len(content)} bytes; expected {size}", place)
        return shown, None
    if known.truncated:
        reading.report(
            "corim-digest-truncated",
            f"{place.path}: {name} keeps {8 * size} of 256 bits, so other software has it, too; "
            "expected a whole digest; it is not used",
            place,
        )
        return shown, None
    return shown, Digest(name, content.hex()) if name in COMPARED else None


def read_digests(reading: Reading, value: Any, place: Place) -> Read:
    """Read a list of digests of the same thing.

    Where an algorithm is there twice, nobody can tell which value is meant, so that neither is used
    ("Comparison for digests entries").
    """
    if not is_array(value) or not value:
        reading.breach(f"{describe(value)}; expected an array of digests", place)
        return Read(to_json(value), {}, 0)
    if len(value) > MAX_DIGESTS:
        reading.breach(f"{len(value)} digests; expected at most {MAX_DIGESTS}", place)
        return Read({"count": len(value)}, {}, len(value))
    claims: list[Any] = []
    found: dict[int, Digest] = {}
    for index, item in enumerate(value):
        shown, digest = read_digest(reading, item, place.at(f"[{index}]", index))
        claims.append(shown)
        if digest is not None:
            found[index] = digest
    algorithms = [digest.alg for digest in found.values()]
    usable = {index: digest for index, digest in found.items() if algorithms.count(digest.alg) == 1}
    if len(usable) < len(found):
        reading.skip("digests with the same algorithm twice")
    return Read(claims, usable, len(value))
