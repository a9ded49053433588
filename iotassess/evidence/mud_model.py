"""The leaves of ``ietf-mud:mud`` (RFC 8520 section 7): what a description says of itself and its product."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from iotassess.evidence.eat_reading import free_key, to_json
from iotassess.evidence.mud_lists import CURRENT, LEGACY, POLICIES
from iotassess.evidence.mud_reading import Reading, is_int, is_text, is_uri
from iotassess.model.assessment import AsOf

CONTAINER: Final = "ietf-mud:mud"

VERSION: Final = 1
"""The one version that there is (RFC 8520 section 3.1)."""

DEFAULT_CACHE_VALIDITY: Final = 48
"""Hours, where the file gives none (RFC 8520 section 3.5)."""

MAX_CACHE_VALIDITY: Final = 168
"""Hours: a week."""

MAX_EXTENSION: Final = 40
"""Longest name of an extension (RFC 8520 section 7, leaf-list extensions)."""

_TEXTS: Final = ("systeminfo", "mfg-name", "model-name", "firmware-rev", "software-rev")
_URIS: Final = ("documentation", "mud-signature")

_DATE_AND_TIME: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII
)


class Model(NamedTuple):
    """What later steps need of the description.

    Attributes:
        url: its own URL, or None where it cannot be read.
        signature_url: where its signature is, or None.
        firmware: firmware revision, or None.
    """

    url: str | None
    signature_url: str | None
    firmware: str | None


def read_date_and_time(value: Any) -> datetime.datetime | None:
    """Read a YANG date-and-time (RFC 6991 section 3) as UTC, to the second; None where it is none."""
    match = _DATE_AND_TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        return datetime.datetime.fromisoformat(match[1] + match[2]).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None


def read_model(mud: Mapping[str, Any], document: Mapping[str, Any], reading: Reading, as_of: AsOf) -> Model:
    """Read all leaves.

    Args:
        mud: the container.
        document: the whole file, for what else stands in it.
        reading: where claims and problems go.
        as_of: the moment to judge at.
    """
    claims = reading.claims
    version = mud.get("mud-version")
    if is_int(version, 0, 255):
        claims["mud_version"] = version
    if not is_int(version, VERSION, VERSION):
        reading.refuse("mud_version", version, f"{VERSION}")
    url = _read_url(mud, reading)
    _read_texts(mud, reading)
    _read_extensions(mud, reading)
    supported = mud.get("is-supported")
    if not isinstance(supported, bool):
        reading.refuse("is_supported", supported, "true or false")
    else:
        claims["is_supported"] = supported
        if not supported:
            message = "the maker says that it no longer supports the product; expected true while in use"
            reading.report("mud-unsupported", message, "is_supported")
    _read_times(mud, reading, as_of)
    _keep_others(mud, document, reading)
    return Model(url, claims.get("mud_signature"), claims.get("firmware_rev"))


def _read_url(mud: Mapping[str, Any], reading: Reading) -> str | None:
    url = mud.get("mud-url")
    if not is_uri(url):
        reading.refuse("mud_url", url, "the URL under which the maker publishes this file")
        return None
    found = str(url)
    reading.claims["mud_url"] = found
    if not found.lower().startswith("https://"):
        message = f"the URL begins with {found.partition(':')[0][:20]}:; expected https (RFC 8520 section 5)"
        reading.report("mud-url-not-https", message, "mud_url")
    return found


def _read_texts(mud: Mapping[str, Any], reading: Reading) -> None:
    for name in (*_TEXTS, *_URIS):
        if name not in mud:
            continue
        value, key = mud[name], name.replace("-", "_")
        if name in _URIS and not is_uri(value):
            reading.refuse(key, value, "a URI")
        elif not is_text(value):
            reading.refuse(key, value, "a text")
        else:
            reading.claims[key] = value


def _read_extensions(mud: Mapping[str, Any], reading: Reading) -> None:
    found = mud.get("extensions", [])
    if isinstance(found, list) and all(is_text(name) and len(name) <= MAX_EXTENSION for name in found):
        if found:
            reading.claims["extensions"] = found
    else:
        reading.refuse("extensions", found, f"an array of names of 1 to {MAX_EXTENSION} characters")


def _read_times(mud: Mapping[str, Any], reading: Reading, as_of: AsOf) -> None:
    hours = mud.get("cache-validity", DEFAULT_CACHE_VALIDITY)
    if not is_int(hours, 1, MAX_CACHE_VALIDITY):
        reading.refuse("cache_validity", hours, f"1 to {MAX_CACHE_VALIDITY} hours")
        hours = None
    else:
        reading.claims["cache_validity"] = hours
    updated = read_date_and_time(mud.get("last-update"))
    if updated is None:
        reading.refuse(
            "last_update", mud.get("last-update"), "a date and time like 2026-10-31T12:00:00+00:00"
        )
        return
    reading.claims["last_update"] = mud["last-update"]
    if hours is None:
        return
    try:
        until = updated + datetime.timedelta(hours=hours)
    except OverflowError:
        return
    if until < as_of.start:
        message = (
            f"last updated at {updated:%Y-%m-%d %H:%M} UTC and valid for {hours} hours, until "
            f"{until:%Y-%m-%d %H:%M}; get the file anew from its URL"
        )
        reading.report("mud-stale", message, "last_update")


_KNOWN: Final = frozenset(
    {
        *("mud-version", "mud-url", "last-update", "cache-validity", "is-supported", "extensions"),
        *(*_TEXTS, *_URIS, *POLICIES),
    }
)


def _keep_others(mud: Mapping[str, Any], document: Mapping[str, Any], reading: Reading) -> None:
    """Keep what is not understood, for people to look at: extensions, and what has another name."""
    other: dict[str, Any] = {}
    for name, value in mud.items():
        if name not in _KNOWN:
            other[free_key(name, other)] = to_json(value)
    for name, value in document.items():
        if name not in (CONTAINER, CURRENT, LEGACY):
            other[free_key(name, other)] = to_json(value)
    if other:
        reading.claims["other"] = other
