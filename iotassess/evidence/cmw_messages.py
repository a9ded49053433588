"""The messages in a wrapper: records, tags and collections of them, each read as an artefact of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeGuard

from iotassess.codec import cbor
from iotassess.evidence import cmw_types as types
from iotassess.evidence.context import MAX_NESTING
from iotassess.evidence.eat_json import decode_base64url
from iotassess.evidence.eat_reading import Reading, clip, describe, free_key
from iotassess.model.artefact import Artefact, Severity

MALFORMED: Final = "cmw-malformed"

TYPE_KEY: Final = "__cmwc_t"
"""Label that says what a collection is; no message has it."""

MAX_MESSAGES: Final = 256
"""Messages of one wrapper that are read. Each may be a token with a signature; the largest known collection
has some twenty."""

MAX_LEVELS: Final = 8
"""Collections within collections. The draft lets readers set a limit; real ones have one or two levels."""

RECORD_LENGTHS: Final = (2, 3)


def is_array(value: Any) -> TypeGuard[Sequence[Any]]:
    """Tell whether a decoded value is an array."""
    return isinstance(value, Sequence) and not isinstance(value, bytes | str)


def looks_like_cmw(value: Any) -> bool:
    """Tell whether a decoded value, of CBOR or JSON, is meant to be a wrapper.

    All that is in it has the shape of one, and something says so itself: a media type, a content format
    that is known here, the tag of one, or the type of a collection.
    """
    return _has_shape(value, MAX_LEVELS) and _says_so(value)


def _has_shape(value: Any, levels: int) -> bool:
    if isinstance(value, cbor.Tag):
        return types.is_tag(value.number)
    if is_array(value):
        if len(value) not in RECORD_LENGTHS:
            return False
        named = types.is_media_type(value[0]) and isinstance(value[1], bytes | str)
        return named or (types.is_format(value[0]) and isinstance(value[1], bytes))
    if not isinstance(value, Mapping) or not value:
        return False
    if TYPE_KEY in value:
        return True
    return levels > 0 and all(_has_shape(inner, levels - 1) for inner in value.values())


def _says_so(value: Any) -> bool:
    if isinstance(value, Mapping):
        return TYPE_KEY in value or any(map(_says_so, value.values()))
    return isinstance(value, cbor.Tag) or type(value[0]) is str or value[0] in types.CONTENT_FORMATS


class Wrapper:
    """One wrapper being read.

    Attributes:
        reading: where problems and nested artefacts go.
        broken: something is not what the CDDL prescribes.
        unread: claim paths of messages that were not evaluated, with the reason.
        count: messages met.
        full: there are more than are read.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.broken = False
        self.unread: list[str] = []
        self.count = 0
        self.full = False
        self._last: dict[str, int] = {}

    def wrong(self, message: str, path: str, *steps: Any) -> None:
        """Report what is not as the draft prescribes."""
        self.broken = True
        self.reading.report(MALFORMED, message, path, *steps)

    def read(self, value: Any, path: str = "", steps: tuple[Any, ...] = (), level: int = 0) -> dict[str, Any]:
        """Read one wrapper: a record, a tag, or a collection.

        Args:
            value: decoded item.
            path: claim path; empty for the outermost.
            steps: where it stands in the file.
            level: collections around it.
        """
        if isinstance(value, cbor.Tag) and types.is_tag(value.number):
            return self._tag(value, path, steps)
        if is_array(value):
            return self._record(value, path, steps)
        if isinstance(value, Mapping):
            return self._collection(value, path, steps, level)
        self.wrong(f"{path or 'the wrapper'} is {describe(value)}; expected a record", path or "cmw", *steps)
        return {}

    # --- one message --------------------------------------------------------------------------------

    def _record(self, value: Sequence[Any], path: str, steps: tuple[Any, ...]) -> dict[str, Any]:
        """Read ``[type, value, ?indicator]``."""
        found: dict[str, Any] = {"form": "record"}
        if len(value) not in RECORD_LENGTHS:
            self.wrong(f"a record of {len(value)} elements; expected 2 or 3", path or "record", *steps)
            return found
        kind = value[0]
        is_number = types.is_format(kind) and not self.reading.from_json
        if is_number or types.is_media_type(kind):
            found["type"] = kind
        else:
            expected = "a media type" if self.reading.from_json else "a media type or a content format"
            self.wrong(
                f"the type of a record is {describe(kind)}; expected {expected}", _at(path, "type"), *steps, 0
            )
            kind = None
        if len(value) == RECORD_LENGTHS[1]:
            self._indicator(found, value[2], path, steps)
        data = self._bytes(value[1], path, steps)
        if data is not None:
            self._message(found, kind, data, path)
        return found

    def _indicator(self, found: dict[str, Any], value: Any, path: str, steps: tuple[Any, ...]) -> None:
        if type(value) is int and 0 < value <= types.MAX_INDICATOR:
            found["indicator"] = {"value": value, "names": types.indicated(value)}
        else:
            message = f"the indicator is {describe(value)}; expected 1 to {types.MAX_INDICATOR}, or none"
            self.wrong(message, _at(path, "indicator"), *steps, 2)

    def _bytes(self, value: Any, path: str, steps: tuple[Any, ...]) -> bytes | None:
        """Give the bytes of a message: a byte string, or base64url in JSON."""
        at = _at(path, "value")
        if not self.reading.from_json:
            if type(value) is bytes:
                return value
            self.wrong(f"the value is {describe(value)}; expected a byte string", at, *steps, 1)
            return None
        data, strict = decode_base64url(value)
        if not strict:
            self.wrong(f"the value is {describe(value)}; expected base64url without padding", at, *steps)
        return data

    def _tag(self, value: cbor.Tag, path: str, steps: tuple[Any, ...]) -> dict[str, Any]:
        """Read a message under the tag of its content format (RFC 9277)."""
        number = types.format_of(value.number)
        found: dict[str, Any] = {"form": "tag", "tag": value.number, "type": number}
        if number is None:
            self.wrong(f"the tag {value.number} is made from no content format", _at(path, "tag"), *steps)
        if type(value.value) is not bytes:
            message = f"the tag is around {describe(value.value)}; expected a byte string"
            self.wrong(message, _at(path, "value"), *steps)
            return found
        self._message(found, number, value.value, path)
        return found

    def _message(self, found: dict[str, Any], kind: str | int | None, data: bytes, path: str) -> None:
        """Read a message as an artefact of its own, where its type is known."""
        found["size"] = len(data)
        self.count += 1
        where = path or "the message"
        if self.count > MAX_MESSAGES:
            self._too_many(path)
            return
        media_type = None if kind is None else types.media_type_of(kind)
        if media_type is not None and media_type != kind:
            found["media_type"] = media_type
        kinds = () if media_type is None else types.kinds_of(media_type)
        context = self.reading.context
        if not kinds:
            name = f"content format {kind}" if media_type is None else describe(media_type)
            self.unread.append(f"{where}: {'no type' if kind is None else name}, which is not read here")
            return
        if context.depth >= MAX_NESTING:
            message = f"{where} is more than {MAX_NESTING} levels inside; it was not read"
            self.reading.report("cbor-too-deep", message, _at(path, "value"))
        if context.read is None or context.depth >= MAX_NESTING or not context.may_nest():
            self.unread.append(f"{where}: nested too deep, or one of too many")
            return
        inner = replace(
            context,
            path=f"{context.path}#{path or 'value'}",
            images=(),
            companions=(),
            role=None,
            depth=context.depth + 1,
        )
        artefact = context.read(data, inner)
        self.reading.nested.append(artefact)
        found["kind"] = artefact.kind
        if artefact.kind is not None and artefact.kind not in kinds:
            self.wrong(
                f"{where} says that it is {clip(media_type or '')}, and is of kind {artefact.kind}",
                _at(path, "type"),
            )
        self._judge(artefact, where, _at(path, "value"))

    def _too_many(self, path: str) -> None:
        """Report, once, that there are more messages than are read: one of the rest may be bad."""
        if not self.full:
            self.full = True
            message = f"more than {MAX_MESSAGES} messages; the rest is not read"
            self.reading.report("artefact-too-large", message, path or None)
            self.unread.append(message)

    def _judge(self, artefact: Artefact, where: str, at: str) -> None:
        """Report a message that nobody vouches for: that the wrapper may be unsigned does not excuse it."""
        authenticity = artefact.authenticity
        excused = authenticity == "unsigned" and artefact.kind in types.unsigned_forms()
        if artefact.kind is None or authenticity == "authenticated" or excused:
            return
        bad = authenticity == "failed"
        why = "its signature does not verify" if bad else f"it is {authenticity}"
        message = f"{where}: {why}; name the key that signs it as trust anchor"
        # A wrapper that is not signed is worth what its messages are worth: a warning would let them pass.
        severity: Severity | None = "error" if bad or not self.reading.covered else None
        self.reading.report("eat-submod-unverified", message, at, severity=severity)

    # --- several ------------------------------------------------------------------------------------

    def _collection(
        self, value: Mapping[Any, Any], path: str, steps: tuple[Any, ...], level: int
    ) -> dict[str, Any]:
        """Read a collection: label → wrapper."""
        found: dict[str, Any] = {"form": "collection"}
        if level >= MAX_LEVELS:
            message = f"more than {MAX_LEVELS} collections within each other; it was not read"
            self.wrong(message, path, *steps)
            return found
        members: dict[str, Any] = {}
        for label, inner in value.items():
            if self.full:
                break
            if label == TYPE_KEY:
                self._collection_type(found, inner, path, steps)
                continue
            if type(label) not in (str, int):
                self.wrong(f"a label is {describe(label)}; expected a text or an integer", path or "members")
                continue
            name = free_key(label, members)
            at = f"{_at(path, 'members')}.{clip(name).replace('#', '_')}"
            at = self._free_path(at)
            members[name] = self.read(inner, at, (*steps, label), level + 1)
        found["members"] = members
        if not members:
            self.wrong("a collection without any message; expected one at least", path or "members", *steps)
        return found

    def _collection_type(self, found: dict[str, Any], value: Any, path: str, steps: tuple[Any, ...]) -> None:
        """Read the type of a collection: an absolute URI, or an object identifier."""
        inner = value.value if isinstance(value, cbor.Tag) and value.number == _URI_TAG else value
        if type(inner) is str and inner:
            found["collection_type"] = inner
        else:
            message = f"the collection type is {describe(value)}; expected a URI or an object identifier"
            self.wrong(message, _at(path, "collection_type"), *steps, TYPE_KEY)

    def _free_path(self, path: str) -> str:
        """Give a path that no other message has: labels are clipped, and may look like a path themselves."""
        plain = path
        while path in self.reading.paths:
            self._last[plain] = self._last.get(plain, 1) + 1  # not from 1 each time: there may be thousands
            path = f"{plain} ({self._last[plain]})"
        self.reading.paths.add(path)
        return path


_URI_TAG: Final = 32


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
