"""One record of a fleet: a token, and what the operator's own system noted beside it.

The token is the device's, and so an attacker's. Device name, time, challenge and model are the operator's:
they say which token was asked for, when it came in, and which challenge went out.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import re
from typing import Any, Final, NamedTuple

from iotassess.codec.cbor_decode import MAX_ARTEFACT_BYTES

MAX_TOKEN_BYTES: Final = 256 << 10
"""Bytes of one token of a fleet. Real ones have some hundreds; a container of many certificates some ten
thousand. A single file may be larger (``collect.MAX_ARTEFACT_BYTES``): a million of them must not."""

MAX_NAME: Final = 256
"""Characters of a device's or model's name: they are columns of the result, and keys of its summary."""

MAX_NONCE_BYTES: Final = 64
"""RFC 9711 section 4.1: a nonce has 8 to 64 bytes."""

_BASE64: Final = re.compile(r"[A-Za-z0-9+/_\-\r\n]*={0,2}\s*")
_JWT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")

assert MAX_TOKEN_BYTES < MAX_ARTEFACT_BYTES  # noqa: S101 - the one is there because the other is too much


class Unreadable(ValueError):  # noqa: N818 - not an error of the program
    """A record holds no token; the message says what was got and what was expected."""


class Record(NamedTuple):
    """One token as it came in.

    Attributes:
        place: where it stands: file, and in it the row, line offset or member.
        token: its bytes; empty where they could not be read.
        device: the operator's name of the device, or None.
        hint: what may name the device too (a file's name), but need not.
        time: when it was received, UTC, or None.
        nonce: challenge that it answers, or None.
        model: the operator's name of the model, or None.
        error: why the record is none, or "".
    """

    place: str
    token: bytes
    device: str | None = None
    hint: str | None = None
    time: datetime.datetime | None = None
    nonce: bytes | None = None
    model: str | None = None
    error: str = ""


def bad(place: str, error: str) -> Record:
    """Make the record of something that is none: it becomes one row with its error."""
    return Record(place, b"", error=error)


def record(place: str, fields: dict[str, Any]) -> Record:
    """Make a record from the fields of a row or line; what is wrong with one makes it a bad one.

    Args:
        place: where it stands.
        fields: ``token`` (bytes; or text in base64, base64url, or a JWT) or ``token_hex``; optional
            ``device`` (or ``device_id``), ``time``, ``nonce`` (bytes or hex), ``model``.
    """
    try:
        device = fields.get("device")
        return Record(
            place,
            _token(fields),
            device=_name(fields.get("device_id") if device is None else device, "device"),
            time=moment(fields.get("time")),
            nonce=_nonce(fields.get("nonce")),
            model=_name(fields.get("model"), "model"),
        )
    except Unreadable as fault:
        return bad(place, str(fault))


def checked_size(token: bytes) -> bytes:
    """Refuse a token that is empty or too large.

    Raises:
        Unreadable: it is.
    """
    if not token:
        raise Unreadable("the token is empty")
    if len(token) > MAX_TOKEN_BYTES:
        raise Unreadable(f"the token has {len(token)} bytes; expected at most {MAX_TOKEN_BYTES}")
    return token


def _token(fields: dict[str, Any]) -> bytes:
    token = fields.get("token")
    if isinstance(token, bytes):
        return checked_size(token)
    if isinstance(token, str):
        return checked_size(_decoded(token))
    if token is not None:
        raise Unreadable(f"token: got {type(token).__name__}, expected bytes, or base64 as text")
    text = fields.get("token_hex")
    if not isinstance(text, str):
        raise Unreadable("no token: expected a field token (base64) or token_hex")
    return checked_size(_hex(text, "token_hex"))


def _decoded(text: str) -> bytes:
    if len(text) > 2 * MAX_TOKEN_BYTES:
        raise Unreadable(f"token: {len(text)} characters; expected at most {2 * MAX_TOKEN_BYTES}")
    if _JWT.fullmatch(text):
        return text.encode()
    if not _BASE64.fullmatch(text):
        raise Unreadable("token: text that is neither base64, nor base64url, nor a JWT")
    plain = "".join(text.split()).translate({45: 43, 95: 47}).rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as fault:
        raise Unreadable("token: not base64") from fault


def _hex(text: str, what: str) -> bytes:
    try:
        return binascii.unhexlify(text)
    except (binascii.Error, ValueError) as fault:
        raise Unreadable(f"{what}: not hexadecimal") from fault


def _name(value: object, what: str) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bytes):
        value = value.hex()
    if not isinstance(value, str):
        raise Unreadable(f"{what}: got {type(value).__name__}, expected text")
    if len(value) > MAX_NAME:
        raise Unreadable(f"{what}: {len(value)} characters; expected at most {MAX_NAME}")
    try:
        value.encode()
    except UnicodeEncodeError as fault:
        raise Unreadable(f"{what}: no valid Unicode text") from fault
    return value


def _nonce(value: object) -> bytes | None:
    if value is None or value in ("", b""):
        return None
    if isinstance(value, str):
        value = _hex(value, "nonce")
    if not isinstance(value, bytes):
        raise Unreadable(f"nonce: got {type(value).__name__}, expected bytes or hexadecimal text")
    if len(value) > MAX_NONCE_BYTES:
        raise Unreadable(f"nonce: {len(value)} bytes; expected at most {MAX_NONCE_BYTES}")
    return value


def moment(value: object) -> datetime.datetime | None:
    """Read a time: seconds since 1970, or text as in RFC 3339 with a zone; None stays None.

    Raises:
        Unreadable: it is neither, or lies outside the calendar.
    """
    if value is None or value == "":
        return None
    try:
        if isinstance(value, datetime.datetime):
            found = value
        elif isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.datetime.fromtimestamp(value, datetime.UTC)
        elif isinstance(value, str):
            found = datetime.datetime.fromisoformat(value)
        else:
            raise Unreadable(f"time: got {type(value).__name__}, expected RFC 3339 or seconds since 1970")
        if found.tzinfo is None:
            raise Unreadable("time: no zone; expected RFC 3339 as in 2026-11-01T12:00:00Z")
        return found.astimezone(datetime.UTC)
    except (ValueError, OverflowError, OSError) as fault:
        if isinstance(fault, Unreadable):
            raise
        raise Unreadable(
            "time: expected RFC 3339 as in 2026-11-01T12:00:00Z, or seconds since 1970"
        ) from fault
