"""Parameters of a manifest: each value read by its type (MS section 8.4.8, UM, FE)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import suit_names as names
from iotassess.evidence.suit_digest import SuitDigest, read_digest
from iotassess.evidence.suit_encryption import Encryption, read_encryption
from iotassess.evidence.suit_faults import UNREADABLE, Reading, Trail
from iotassess.evidence.suit_layout import Layout

PEN_TAG: Final = 112
"""A vendor identifier that is a Private Enterprise Number (MS section 8.4.8, RFC 9371)."""

UUID_BYTES: Final = 16


class Setting(NamedTuple):
    """One parameter with the value that a command gives it.

    Attributes:
        name: of the parameter.
        value: hashable: SuitDigest, Encryption, bytes, int, str, bool; what nothing here looks into
            is its encoding.
        at: claim path.
        trail: path in the envelope.
    """

    name: str
    value: Any
    at: str
    trail: Trail


def _is_uint(value: Any) -> bool:
    return type(value) is int and value >= 0


class ParameterReader:
    """Reads parameter maps and reports what is wrong in them.

    Args:
        reading: where problems go.
        layout: the tables in use.
    """

    def __init__(self, reading: Reading, layout: Layout) -> None:
        self.reading = reading
        self.layout = layout
        self._readers: dict[str, Callable[[Any, str, Trail], Any]] = {
            "vendor-identifier": self._identifier,
            "class-identifier": self._identifier,
            "device-identifier": self._identifier,
            "image-digest": self._digest,
            "encryption-info": self._encryption,
            "image-size": self._uint,
            "component-slot": self._uint,
            "source-component": self._uint,
            "uri": self._text,
            "soft-failure": self._bool,
            "strict-order": self._bool,
            "content": self._bytes,
        }

    def read(self, value: Any, at: str, trail: Trail) -> tuple[Setting, ...]:
        """Read one parameter map.

        Args:
            value: the decoded argument of a setting command.
            at: claim path of the command.
            trail: path to the map.
        """
        if not isinstance(value, Mapping):
            self.reading.malformed(
                _wrong(f"{_kind(value)} where a map of parameters was expected"), at, trail
            )
            return ()
        found = (self._setting(number, content, at, trail) for number, content in value.items())
        return tuple(setting for setting in found if setting is not None)

    def _setting(self, number: Any, value: Any, at: str, trail: Trail) -> Setting | None:
        self.reading.spend()
        trail = (*trail, number)
        if type(number) is not int:
            self.reading.malformed(_wrong("a parameter key that is not an integer"), at, trail)
            return None
        name = self.layout.parameters.get(number)
        if name is None:
            place = f"{at}.{number}"
            if number >= names.CUSTOM_BELOW:
                self.reading.add(
                    "suit-unknown-parameter",
                    f"parameter {number} is not assigned (a processor must abort); expected one of the "
                    f"{self.layout.id} numbers, or a custom one below {names.CUSTOM_BELOW}",
                    place,
                    trail,
                )
            return Setting(f"parameter {number}", _frozen(value), place, trail)
        place = f"{at}.{name}"
        reader = self._readers.get(name)
        if reader is None:
            return Setting(name, _frozen(value), place, trail)
        try:
            return Setting(name, reader(value, place, trail), place, trail)
        except MalformedArtefact as fault:
            self.reading.malformed(fault, place, trail)
            return None

    def _identifier(self, value: Any, at: str, trail: Trail) -> bytes:
        if isinstance(value, cbor.Tag) and value.number == PEN_TAG and at.endswith(".vendor-identifier"):
            value = value.value
            if not isinstance(value, bytes):
                raise _wrong(f"a PEN of type {_kind(value)}; expected a byte string")
            return value
        if not isinstance(value, bytes):
            raise _wrong(f"an identifier of type {_kind(value)}; expected a byte string")
        if len(value) != UUID_BYTES:
            self.reading.add(
                "suit-uuid-length",
                f"{at} has {len(value)} bytes; expected a UUID of {UUID_BYTES}",
                at,
                trail,
            )
        return value

    def _digest(self, value: Any, at: str, trail: Trail) -> SuitDigest:
        if isinstance(value, bytes):
            value = self.reading.loads(value, at, trail)
            if value is UNREADABLE:
                raise _wrong("a digest that cannot be read")
        elif not self.layout.legacy:  # up to -04 it was not wrapped
            raise _wrong("a digest that is not wrapped in a byte string")
        digest = read_digest(value)
        check_digest(self.reading, digest, at, trail)
        return digest

    def _encryption(self, value: Any, _at: str, _trail: Trail) -> Encryption:
        return read_encryption(value)

    def _uint(self, value: Any, _at: str, _trail: Trail) -> int:
        if not _is_uint(value):
            raise _wrong(f"{_kind(value)}; expected an unsigned integer")
        return int(value)

    def _text(self, value: Any, _at: str, _trail: Trail) -> str:
        if not isinstance(value, str):
            raise _wrong(f"{_kind(value)}; expected a text string")
        return value

    def _bool(self, value: Any, _at: str, _trail: Trail) -> bool:
        if not isinstance(value, bool):
            raise _wrong(f"{_kind(value)}; expected true or false")
        return value

    def _bytes(self, value: Any, _at: str, _trail: Trail) -> bytes:
        if not isinstance(value, bytes):
            raise _wrong(f"{_kind(value)}; expected a byte string")
        return value


def check_digest(reading: Reading, digest: SuitDigest, at: str, trail: Trail = ()) -> None:
    """Report a digest of a wrong length, or of an algorithm that no mandatory profile has (MS section 10)."""
    if not digest.fits and digest.hash is not None:
        reading.add(
            "suit-digest-length",
            f"{at} has {len(digest.value)} bytes; {digest.alg} makes {digest.hash.length}",
            at,
            trail,
        )
    if digest.number != names.MTI_DIGEST:
        reading.add(
            "suit-digest-alg-not-mti",
            f"{at} is {digest.alg} (number {digest.number}); every profile has sha-256 (-16), so a device "
            "may not know it",
            at,
            trail,
        )


def _wrong(message: str) -> MalformedArtefact:
    return MalformedArtefact(names.MALFORMED, message)


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__


def _frozen(value: Any) -> Any:
    """A hashable stand-in for a value that nothing looks into."""
    return value if isinstance(value, bytes | str | int) else cbor.dumps(value)
