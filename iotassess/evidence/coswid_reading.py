"""How the maps of a CoSWID are read: each member by its type, what is wrong reported, the rest kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor
from iotassess.evidence.eat_reading import Reading, clip, describe, enumerated, free_key, to_json
from iotassess.evidence.named_information import HASHES, Hash

MALFORMED: Final = "coswid-malformed"


class Place(NamedTuple):
    """Where something stands.

    Attributes:
        path: claim path; empty for the tag itself.
        trail: steps from the tag's map.
    """

    path: str
    trail: tuple[Any, ...]

    def member(self, name: str, key: Any) -> Place:
        """The place of one member of a map that stands here."""
        return Place(f"{self.path}.{name}" if self.path else name, (*self.trail, key))

    def item(self, index: int, *steps: Any) -> Place:
        """The place of one item of a list that stands here.

        Args:
            index: in the claims.
            steps: in the file; none where a single item stands for a list of it.
        """
        return Place(f"{self.path}[{index}]", (*self.trail, *steps))


class Unfit(NamedTuple):
    """What a reader gives instead of a value that is not of its type.

    Attributes:
        expected: what it should have been.
    """

    expected: str


Read = Callable[["Tag", Any, Place], Any]
"""Reads one member: gives what goes into the claims, or :class:`Unfit`."""


class Field(NamedTuple):
    """One member of a map.

    Attributes:
        name: in the claims.
        read: reads it.
        required: the map has to have it.
    """

    name: str
    read: Read
    required: bool = False


Fields = Mapping[int, Field]


class File(NamedTuple):
    """One file of a payload.

    Attributes:
        place: where it stands.
        digests: (hash, value, place) of each hash that is whole and known, of its right length.
    """

    place: Place
    digests: tuple[tuple[Hash, str, Place], ...]


class Tag:
    """One CoSWID being read.

    Attributes:
        reading: where problems go.
        broken: something has a type that the format does not allow there.
        files: of the payload, of all its directories.
        in_payload: what is being read belongs to the payload.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.broken = False
        self.files: list[File] = []
        self.in_payload = False

    def report(self, message: str, place: Place) -> None:
        """Report something that is not as the format prescribes."""
        self.reading.report(MALFORMED, message, place.path or None, *place.trail)

    def refuse(self, value: Any, expected: str, place: Place) -> None:
        """Report a value of the wrong type."""
        self.broken = True
        self.report(f"{place.path or 'the tag'} is {describe(value)}; expected {expected}", place)

    def read_map(self, value: Any, fields: Fields, place: Place) -> dict[str, Any] | None:
        """Read one map by its fields; members that nobody knows go to "other".

        Returns:
            The claims; None where it is no map, which is reported.
        """
        if not isinstance(value, Mapping):
            self.refuse(value, "a map", place)
            return None
        found: dict[str, Any] = {}
        other: dict[str, Any] = {}
        for key, inner in value.items():
            field = fields.get(key) if type(key) is int else None
            if field is None:
                other[free_key(key, other)] = to_json(inner)
                continue
            at = place.member(field.name, key)
            result = field.read(self, inner, at)
            if isinstance(result, Unfit):
                self.refuse(inner, result.expected, at)
                other[free_key(key, other)] = to_json(inner)
            else:
                found[field.name] = result
        for key, field in fields.items():
            if field.required and key not in value:
                where = f" in {place.path}" if place.path else ""
                self.report(f"no {field.name.replace('_', '-')} (index {key}){where}; it is mandatory", place)
        if other:
            found["other"] = other
        return found


# --- types ----------------------------------------------------------------------------------------


def text(_tag: Tag, value: Any, _place: Place) -> Any:
    """Read a text."""
    return value if type(value) is str else Unfit("a text")


def boolean(_tag: Tag, value: Any, _place: Place) -> Any:
    """Read a boolean."""
    return value if type(value) is bool else Unfit("a boolean")


def integer(_tag: Tag, value: Any, _place: Place) -> Any:
    """Read an integer."""
    return value if type(value) is int else Unfit("an integer")


def size(_tag: Tag, value: Any, _place: Place) -> Any:
    """Read a number of bytes."""
    return value if type(value) is int and value >= 0 else Unfit("a size in bytes")


def identifier(_tag: Tag, value: Any, _place: Place) -> Any:
    """Read a tag identifier: a text, or the 16 bytes of a UUID (RFC 9393 section 2.3)."""
    if type(value) is str and value:
        return value
    if type(value) is bytes and len(value) == 16:
        return value.hex()
    return Unfit("a text, or the 16 bytes of a UUID")


def uri(_tag: Tag, value: Any, _place: Place) -> Any:
    """Read a URI: a text, or a text under tag 32, as CDDL's ``uri`` has it."""
    inner = value.value if isinstance(value, cbor.Tag) and value.number == 32 else value
    return inner if type(inner) is str else Unfit("a URI")


def moment(_tag: Tag, value: Any, _place: Place) -> Any:
    """Read a date: epoch time, under tag 1 (RFC 9393 section 2.9.4); uswid writes it bare, and as a float."""
    inner = value.value if isinstance(value, cbor.Tag) and value.number == 1 else value
    return to_json(inner) if type(inner) in (int, float) else Unfit("seconds since 1970")


def meta_text(_tag: Tag, value: Any, _place: Place) -> Any:
    """Read a text of software-meta. uswid writes one that is a commit hash as bytes; nothing rests on it."""
    return to_json(value) if type(value) in (str, bytes) else Unfit("a text")


def one_of(values: Mapping[int, str]) -> Read:
    """Make the reader of an enumeration: a number, or a text for what has none."""

    def read(_tag: Tag, value: Any, _place: Place) -> Any:
        if type(value) is str:
            return {"value": value, "name": clip(value)}
        if type(value) is int:
            return enumerated(value, values.get(value, "unknown"))
        return Unfit("a number or a text")

    return read


def some(read: Read) -> Read:
    """Make the reader of one item, or of an array of them; it always gives a list."""

    def read_some(tag: Tag, value: Any, place: Place) -> Any:
        found = []
        for inner, at in each(value, place):
            result = read(tag, inner, at)
            if isinstance(result, Unfit):
                tag.refuse(inner, result.expected, at)
            elif result is not None:
                found.append(result)
        if not found and isinstance(value, list | tuple) and not value:
            return Unfit("one item or more")
        return found

    return read_some


def each(value: Any, place: Place) -> Iterable[tuple[Any, Place]]:
    """Give the items of what is one or an array of several, each with its place."""
    if isinstance(value, list | tuple):
        return ((inner, place.item(index, index)) for index, inner in enumerate(value))
    return ((value, place.item(0)),)


# --- hashes ---------------------------------------------------------------------------------------


def is_hash(value: Any) -> bool:
    """Tell whether a value has the shape of a hash: an algorithm's number, and bytes."""
    return (
        isinstance(value, Sequence)
        and not isinstance(value, bytes | str)
        and len(value) == 2
        and type(value[0]) is int
        and type(value[1]) is bytes
    )


def read_hash(tag: Tag, value: Any, place: Place) -> Any:
    """Read one hash entry (RFC 9393 section 2.9.1); an unknown algorithm is listed, never matched."""
    if not is_hash(value):
        return Unfit("an array of a hash algorithm's number and bytes")
    number, digest = value
    known = HASHES.get(number)
    if known is not None and len(digest) != known.length:
        tag.broken = True
        tag.report(
            f"{place.path} has {len(digest)} bytes; expected {known.length}, as {known.name} has",
            place,
        )
    name = known.name if known is not None else f"unknown ({number})"
    return {"alg": name, "value": digest.hex()}


def comparable(value: Any) -> Hash | None:
    """Give the algorithm of a hash that can be compared with a measurement; None for any other.

    Args:
        value: as it stands in the file.
    """
    if not is_hash(value):
        return None
    known = HASHES.get(value[0])
    return known if known is not None and known.comparable and len(value[1]) == known.length else None
