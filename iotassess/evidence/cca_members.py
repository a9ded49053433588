"""The collection that holds the two tokens of Arm CCA, taken apart, and each token's COSE message opened.

Under CBOR tag 399 a member is a byte string with the token; under tag 907 it is a record of content type and
byte string (a conceptual message wrapper). What is decoded here is what the signatures cover: the payload is
decoded once, and of nothing else is a claim read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor, cose
from iotassess.errors import MalformedArtefact
from iotassess.evidence.eat_reading import describe
from iotassess.evidence.peek import CWT_TAG
from iotassess.model.artefact import Problem
from iotassess.model.problems import problem

LEGACY_TAG: Final = 399
COLLECTION_TAG: Final = 907
TAGS: Final = frozenset({LEGACY_TAG, COLLECTION_TAG})

PLATFORM, REALM = 44234, 44241
"""Keys of the members."""

_EAT_CWT: Final = 263
"""CoAP content format of application/eat+cwt (RFC 9782)."""

_MEDIA_TYPE: Final = "application/eat+cwt"


class Member(NamedTuple):
    """One of the two tokens, as far as it could be opened.

    Attributes:
        name: "platform" or "realm".
        data: its bytes; empty where it did not stand in a byte string.
        message: the COSE message, or None.
        trail: steps from the start of the file to its payload.
        problems: of the wrapping, or why it could not be read.
        present: the collection has something under its key.
    """

    name: str
    data: bytes
    message: cose.Message | None
    trail: tuple[Any, ...]
    problems: tuple[Problem, ...]
    present: bool


class Collection(NamedTuple):
    """Both members.

    Attributes:
        tag: CBOR tag of the collection, or None.
        platform: the platform token.
        realm: the realm token.
        other: what else the collection has.
    """

    tag: int | None
    platform: Member
    realm: Member
    other: Mapping[Any, Any]


def open_collection(value: Any) -> Collection:
    """Take a collection apart.

    Args:
        value: the decoded CBOR item.

    Raises:
        MalformedArtefact: it is no map with one of the two tokens.
    """
    tag: int | None = None
    if isinstance(value, cbor.Tag):
        tag, value = value.number, value.value
    if not isinstance(value, Mapping):
        message = f"the collection is {describe(value)}; expected a map of platform and realm token"
        raise MalformedArtefact("cca-token-incomplete", message, at="collection")
    if PLATFORM not in value and REALM not in value:
        message = f"the collection has neither platform ({PLATFORM}) nor realm token ({REALM})"
        raise MalformedArtefact("cca-token-incomplete", message, at="collection")
    other = {key: inner for key, inner in value.items() if key not in (PLATFORM, REALM)}
    platform = _open_member(value, "platform", PLATFORM, tag)
    return Collection(tag, platform, _open_member(value, "realm", REALM, tag), other)


def _open_member(members: Mapping[Any, Any], name: str, key: int, tag: int | None) -> Member:
    if key not in members:
        why = f"no {name} token (key {key}); expected platform and realm token, which only hold together"
        return Member(name, b"", None, (), (problem("cca-token-incomplete", why, at=name),), False)
    item, trail, problems = _unwrap(members[key], name, key, tag)
    data = b""
    if isinstance(item, bytes):
        data, trail = item, (*trail, cbor.INTO)
        try:
            item = cbor.loads(data)
        except MalformedArtefact as fault:
            return _unreadable(name, data, trail, problems, fault.message)
    if isinstance(item, cbor.Tag) and item.number == CWT_TAG:
        item = item.value
    try:
        message = cose.parse(item)
    except MalformedArtefact as fault:
        return _unreadable(name, data, trail, problems, fault.message)
    return Member(name, data, message, (*trail, 2, cbor.INTO), problems, True)


def _unreadable(
    name: str, data: bytes, trail: tuple[Any, ...], problems: tuple[Problem, ...], why: str
) -> Member:
    found = problem("cca-token-incomplete", f"the {name} token cannot be read: {why}", at=name)
    return Member(name, data, None, trail, (*problems, found), True)


def _unwrap(
    value: Any, name: str, key: int, tag: int | None
) -> tuple[Any, tuple[Any, ...], tuple[Problem, ...]]:
    """Give what the wrapping holds, where it stands, and what is wrong with the wrapping."""
    wrong = ""
    trail: tuple[Any, ...] = (key,)
    content = value
    if isinstance(value, list | tuple) and 2 <= len(value) <= 3 and type(value[0]) in (int, str):
        content, trail = value[1], (key, 1)
        if tag != COLLECTION_TAG:
            wrong = "is a record; outside tag 907 it is a byte string"
        elif not _is_token_type(value[0]):
            wrong = f"has the content type {describe(value[0])}; expected {_EAT_CWT} ({_MEDIA_TYPE})"
    elif tag == COLLECTION_TAG:
        wrong = "is no record of content type and byte string, which it is under tag 907"
    if not isinstance(content, bytes):
        wrong = f"holds {describe(content)}; expected a byte string with the token"
    if not wrong:
        return content, trail, ()
    return content, trail, (problem("cmw-malformed", f"the {name} member {wrong}", at=name),)


def _is_token_type(value: int | str) -> bool:
    if isinstance(value, str):
        return value.partition(";")[0].strip().lower() == _MEDIA_TYPE
    return value == _EAT_CWT
