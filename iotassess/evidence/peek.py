"""A first look at bytes of unknown kind, shared by sniffing and decoding so that nothing is parsed twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, Literal, TypeVar

from iotassess.codec import cbor, json
from iotassess.codec.cbor import MAPS, Read
from iotassess.errors import MalformedArtefact

_Found = TypeVar("_Found")

COSE_TAGS = frozenset({17, 18, 97, 98})
"""COSE_Mac0, COSE_Sign1, COSE_Mac, COSE_Sign (RFC 9052 section 2)."""

CWT_TAG = 61
"""CBOR Web Token (RFC 8392 section 6)."""

SELF_DESCRIBED = 55799
"""Says that CBOR follows, and nothing about what (RFC 8949 section 3.4.6)."""


_ENVELOPES: Final = COSE_TAGS | {CWT_TAG}

_ARRAY: Final = (list, tuple)


class _Once(Generic[_Found]):
    """A property that is found out when it is asked for, and kept.

    That is ``functools.cached_property`` without the lock that it has before Python 3.12, which costs more
    than most of what is found here.
    """

    def __init__(self, find: Callable[[Any], _Found]) -> None:
        self._find = find
        self._name = find.__name__
        self.__doc__ = find.__doc__

    def __get__(self, peek: Any, _owner: type) -> _Found:
        found: _Found = self._find(peek)
        peek.__dict__[self._name] = found
        return found


class Peek:
    """Bytes with what was found out about them so far.

    Attributes:
        data: the artefact's bytes.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data

    @_Once
    def tags(self) -> tuple[int, ...]:
        """CBOR tag numbers that the bytes begin with, outermost first; read without decoding the rest."""
        found: list[int] = []
        at = 0
        data = self.data
        while at < len(data) and data[at] >> 5 == 6 and len(found) < 4:
            low = data[at] & 0x1F
            width = 1 << (low - 24) if 24 <= low <= 27 else 0
            if low > 27:
                break
            found.append(int.from_bytes(data[at + 1 : at + 1 + width]) if width else low)
            at += 1 + width
        return tuple(found)

    @_Once
    def _item(self) -> Read | MalformedArtefact:
        try:
            return cbor.read(self.data)
        except MalformedArtefact as fault:
            return fault

    @property
    def cbor(self) -> Any:
        """The decoded CBOR item.

        Raises:
            MalformedArtefact: the bytes are not one strict CBOR item.
        """
        item = self._item
        if isinstance(item, Read):
            return item.value
        raise item

    @property
    def is_cbor(self) -> bool:
        """Whether the bytes are one strict CBOR item."""
        return isinstance(self._item, Read)

    @_Once
    def _claims(self) -> Read | None:
        item = self._item
        if not isinstance(item, Read):
            return None
        value = item.value
        while isinstance(value, cbor.Tag) and value.number in _ENVELOPES:
            value = value.value
        if not isinstance(value, _ARRAY) or len(value) not in (4, 5):
            return None
        inner = value[2]
        if not isinstance(inner, bytes):
            return None
        try:
            claims = cbor.read(inner)
        except MalformedArtefact:
            return None
        value = claims.value
        if isinstance(value, MAPS):
            return claims
        if isinstance(value, cbor.Tag) and value.number == SELF_DESCRIBED and isinstance(value.value, MAPS):
            return claims._replace(value=value.value)
        return None

    @property
    def payload(self) -> Mapping[Any, Any] | None:
        """The claims map inside a COSE message (tagged, or below tag 61), or None if there is none."""
        claims = self._claims
        return None if claims is None else claims.value

    @property
    def indefinite_at(self) -> Literal["signature", "payload"] | None:
        """Where a length is indefinite in a COSE message with a claims map; None where all are definite."""
        item, claims = self._item, self._claims
        if isinstance(item, Read) and item.indefinite:
            return "signature"
        return "payload" if claims is not None and claims.indefinite else None

    @property
    def is_text(self) -> bool:
        """Whether the bytes begin like printable ASCII (a JWT or JSON)."""
        head = self.data[:64].strip()
        return bool(head) and all(0x20 <= byte < 0x7F or byte in b"\t\r\n" for byte in head)

    @_Once
    def json(self) -> Any:
        """The decoded JSON text, or None where the bytes are not one strict JSON object or array."""
        if self.data.lstrip(b" \t\r\n")[:1] not in (b"{", b"["):
            return None
        try:
            return json.loads(self.data)
        except MalformedArtefact:
            return None

    @property
    def is_der(self) -> bool:
        """Whether the bytes begin like one DER SEQUENCE with a length in its definite form (X.690)."""
        return len(self.data) > 4 and self.data[0] == 0x30 and self.data[1] != 0x80
