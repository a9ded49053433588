"""The leaves of a voucher (RFC 8366 section 5.3, draft-ietf-anima-rfc8366bis), in JSON and in CBOR.

In JSON they have their names and bytes are base64 (RFC 7951); in CBOR they have schema item identifiers (SID,
RFC 9254) as differences to that of the voucher, 2451, and bytes are bytes. The numbers are those of the SID
file of ietf-voucher, which IANA has not published yet; the first twelve have been the same since 2021, and
the examples of draft-ietf-anima-constrained-voucher have them.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor
from iotassess.evidence.eat_reading import describe, enumerated, free_key, to_json
from iotassess.model.artefact import Problem
from iotassess.model.problems import problem

VOUCHER: Final = "voucher"
REQUEST: Final = "voucher-request"

NAMES: Final[dict[str, str]] = {
    "ietf-voucher:voucher": VOUCHER,
    "ietf-voucher-constrained:voucher": VOUCHER,
    "ietf-voucher-request:voucher": REQUEST,
    "ietf-voucher-request-constrained:voucher": REQUEST,
    "ietf-voucher-request-prm:voucher": REQUEST,
}
"""Name of the one member of the signed object → what it is."""

SID_TAG: Final = 47
"""CBOR tag of a SID that is given whole (RFC 9254 section 3.2)."""

SIDS: Final[dict[int, str]] = {2451: VOUCHER, 2501: REQUEST}

_LEAVES: Final = (
    *("assertion", "created-on", "domain-cert-revocation-checks", "expires-on", "idevid-issuer"),
    *("last-renewal-date", "nonce", "pinned-domain-cert", "pinned-domain-pubk", "pinned-domain-pubk-sha256"),
    *("serial-number", "additional-configuration-url", "est-domain", "manufacturer-private", "extensions"),
)
"""Leaves of a voucher in the order of their SIDs, the first of which is 2452."""

_REQUEST_LEAVES: Final = (
    *_LEAVES[:8],
    *("prior-signed-voucher-request", "proximity-registrar-cert", "proximity-registrar-pubk-sha256"),
    *("proximity-registrar-pubk", "serial-number", "agent-provided-proximity-registrar-cert"),
    *("agent-sign-cert", "agent-signed-data"),
)
"""Likewise of a voucher request, from 2502."""

_BY_SID: Final = {
    VOUCHER: {2452 + index: name for index, name in enumerate(_LEAVES)},
    REQUEST: {2502 + index: name for index, name in enumerate(_REQUEST_LEAVES)},
}

ASSERTIONS: Final = ("verified", "logged", "proximity", "agent-proximity")
"""How the owner was verified; value = index (RFC 8366 section 5.3, draft-ietf-anima-rfc8366bis)."""

NONCE_BYTES: Final = (8, 32)
"""RFC 8366 section 5.3, leaf nonce."""

_BINARY: Final = frozenset(
    {
        *("idevid-issuer", "nonce", "pinned-domain-cert", "pinned-domain-pubk", "pinned-domain-pubk-sha256"),
        *("prior-signed-voucher-request", "proximity-registrar-cert", "proximity-registrar-pubk"),
        *("proximity-registrar-pubk-sha256", "agent-provided-proximity-registrar-cert", "agent-sign-cert"),
        *("agent-signed-data", "manufacturer-private"),
    }
)
_DATES: Final = frozenset({"created-on", "expires-on", "last-renewal-date"})
_TEXTS: Final = frozenset({"serial-number", "additional-configuration-url", "est-domain"})
PINS: Final = ("pinned-domain-cert", "pinned-domain-pubk", "pinned-domain-pubk-sha256")

_DATE_AND_TIME: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII
)


class Fields(NamedTuple):
    """What a voucher says.

    Attributes:
        kind: "voucher" or "voucher-request".
        values: leaf → value: bytes, text, truth value, or a moment in UTC.
        claims: JSON-ready.
        problems: what is wrong.
    """

    kind: str
    values: Mapping[str, Any]
    claims: dict[str, Any]
    problems: tuple[Problem, ...]


def kind_of(document: Any) -> str | None:
    """Tell whether a signed object is a voucher or a request for one; None for neither."""
    if not isinstance(document, Mapping):
        return None
    for key in document:
        if isinstance(key, str) and key in NAMES:
            return NAMES[key]
        if type(key) is int and key in SIDS:
            return SIDS[key]
        if isinstance(key, cbor.Tag) and key.number == SID_TAG and key.value in SIDS:
            return SIDS[key.value]
    return None


def read_fields(document: Mapping[Any, Any]) -> Fields:
    """Read the leaves.

    Args:
        document: an object of which :func:`kind_of` says that it is a voucher or a request.
    """
    kind = kind_of(document) or VOUCHER
    reader = _Reader(kind)
    for key, value in document.items():
        found = kind_of({key: value})
        if found is None:
            reader.keep_other(key, value)
        elif not reader.opened:
            reader.open(value)
        else:
            reader.refuse("voucher", document, f"one voucher or request; a second, a {found}, is beside it")
            reader.keep_other(key, value)
    return Fields(kind, reader.values, reader.claims, tuple(reader.problems))


class _Reader:
    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.opened = False
        self.values: dict[str, Any] = {}
        self.claims: dict[str, Any] = {"type": kind}
        self.problems: list[Problem] = []

    def refuse(self, at: str, value: Any, expected: str) -> None:
        message = f"{at} is {describe(value)}; expected {expected}"
        self.problems.append(problem("voucher-malformed", message, at=at.replace("-", "_")))

    def keep_other(self, key: Any, value: Any) -> None:
        other = self.claims.setdefault("other", {})
        other[free_key(key, other)] = to_json(value)

    def open(self, inner: Any) -> None:
        self.opened = True
        if not isinstance(inner, Mapping):
            self.refuse("voucher", inner, "an object")
            return
        for key, value in inner.items():
            name = self.name(key)
            if name is None:
                self.keep_other(key, value)
            elif name in self.values:
                self.refuse(name, value, "one value: the leaf is there by its name and by its number")
            else:
                self.leaf(name, value)

    def name(self, key: Any) -> str | None:
        """Give the name of a leaf, or None where it is none that is known."""
        known = _BY_SID[self.kind]
        if isinstance(key, str):
            return key if key in known.values() else None
        base = next(sid for sid, kind in SIDS.items() if kind == self.kind)
        if type(key) is int:
            return known.get(base + key)
        if isinstance(key, cbor.Tag) and key.number == SID_TAG and type(key.value) is int:
            return known.get(key.value)
        return None

    def leaf(self, name: str, value: Any) -> None:
        reader: Callable[[str, Any], Any] = self.other
        if name in _BINARY:
            reader = self.binary
        elif name in _DATES:
            reader = self.date
        elif name in _TEXTS:
            reader = self.text
        elif name == "assertion":
            reader = self.assertion
        elif name == "domain-cert-revocation-checks":
            reader = self.truth
        found = reader(name, value)
        if found is not None:
            self.values[name] = found
        else:
            self.keep_other(name, value)

    def show(self, name: str, value: Any) -> None:
        self.claims[name.replace("-", "_")] = to_json(value)

    def other(self, name: str, value: Any) -> None:
        """A leaf of which nothing is made; it is kept."""

    def binary(self, name: str, value: Any) -> bytes | None:
        found = value if isinstance(value, bytes) else _from_base64(value)
        if not found:
            self.refuse(name, value, "bytes")
            return None
        if name == "nonce" and not NONCE_BYTES[0] <= len(found) <= NONCE_BYTES[1]:
            self.refuse(name, found, f"{NONCE_BYTES[0]} to {NONCE_BYTES[1]} bytes")
            return None
        self.show(name, found)
        return found

    def date(self, name: str, value: Any) -> datetime.datetime | None:
        match = _DATE_AND_TIME.fullmatch(value) if isinstance(value, str) else None
        try:
            moment = datetime.datetime.fromisoformat(match[1] + match[2]) if match else None
            found = moment.astimezone(datetime.UTC) if moment else None
        except (ValueError, OverflowError):
            found = None
        if found is None:
            self.refuse(name, value, "a date and time like 2026-10-31T12:00:00Z")
            return None
        self.show(name, value)
        return found

    def text(self, name: str, value: Any) -> str | None:
        if not isinstance(value, str) or not value:
            self.refuse(name, value, "a text")
            return None
        self.show(name, value)
        return value

    def truth(self, name: str, value: Any) -> bool | None:
        if not isinstance(value, bool):
            self.refuse(name, value, "true or false")
            return None
        self.show(name, value)
        return value

    def assertion(self, name: str, value: Any) -> str | None:
        index = ASSERTIONS.index(value) if isinstance(value, str) and value in ASSERTIONS else value
        if type(index) is not int or not 0 <= index < len(ASSERTIONS):
            self.refuse(name, value, "one of " + ", ".join(ASSERTIONS))
            return None
        self.claims["assertion"] = enumerated(index, ASSERTIONS[index])
        return ASSERTIONS[index]


def _from_base64(value: Any) -> bytes | None:
    """Open base64 as RFC 7951 section 6.6 has it; that of URLs without padding, which some write, as well."""
    if not isinstance(value, str):
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        pass
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
