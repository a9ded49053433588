"""A first look at bytes of unknown kind, shared by sniffing and decoding so that nothing is parsed twice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from iotassess.codec import cbor, json
from iotassess.errors import MalformedArtefact

COSE_TAGS = frozenset({17, 18, 97, 98})
"""COSE_Mac0, COSE_Sign1, COSE_Mac, COSE_Sign (RFC 9052 section 2)."""

CWT_TAG = 61
"""CBOR Web Token (RFC 8392 section 6)."""


class Peek:
    """Bytes with what was found out about them so far.

    Attributes:
        data: the artefact's bytes.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
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

    @cached_property
    def _decoded(self) -> tuple[Any, MalformedArtefact | None]:
        try:
            return cbor.loads(self.data), None
        except MalformedArtefact as fault:
            return None, fault

    @property
    def cbor(self) -> Any:
        """The decoded CBOR item.

        Raises:
            MalformedArtefact: the bytes are not one strict CBOR item.
        """
        value, fault = self._decoded
        if fault is not None:
            raise fault
        return value

    @property
    def is_cbor(self) -> bool:
        """Whether the bytes are one strict CBOR item."""
        return self._decoded[1] is None

    @cached_property
    def payload(self) -> Mapping[Any, Any] | None:
        """The claims map inside a COSE message (tagged, or below tag 61), or None if there is none."""
        if not self.is_cbor:
            return None
        value = self.cbor
        while isinstance(value, cbor.Tag) and value.number in COSE_TAGS | {CWT_TAG}:
            value = value.value
        if not isinstance(value, list | tuple) or len(value) not in (4, 5):
            return None
        inner = value[2]
        if not isinstance(inner, bytes):
            return None
        try:
            claims = cbor.loads(inner)
        except MalformedArtefact:
            return None
        return claims if isinstance(claims, Mapping) else None

    @property
    def is_text(self) -> bool:
        """Whether the bytes begin like printable ASCII (a JWT or JSON)."""
        head = self.data[:64].strip()
        return bool(head) and all(0x20 <= byte < 0x7F or byte in b"\t\r\n" for byte in head)

    @cached_property
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
