"""What a COSE message says is inside it: its content type and its content.

Any kind may be signed; what kind it is then shows in the content type (RFC 9052 section 3.1), or in the
content. Nothing here checks a signature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from iotassess.codec import cbor, cose
from iotassess.errors import MalformedArtefact
from iotassess.evidence.peek import COSE_TAGS, SELF_DESCRIBED, Peek

_CONTENT_TYPE = 3


class Content(NamedTuple):
    """The inside of something that may be a COSE message, with its signatures still to be checked.

    Attributes:
        message: the message; None where there is none around the item.
        value: the decoded item: the message's payload, or the file's own.
        trail: where it stands, for ``cbor.locate``.
        fault: why the payload is not one strict CBOR item; None where it is.
    """

    message: cose.Message | None
    value: Any
    trail: tuple[Any, ...]
    fault: MalformedArtefact | None = None


def without_tag(value: Any, tag: int | None) -> Any:
    """Take a tag off, where it is there.

    Args:
        value: decoded item.
        tag: its number; None takes nothing off.
    """
    return value.value if isinstance(value, cbor.Tag) and value.number == tag else value


def is_message(value: Any) -> bool:
    """Tell whether a decoded item has the shape of a COSE message, tagged or not."""
    if isinstance(value, cbor.Tag):
        return value.number in COSE_TAGS
    return _is_shaped(value)


def look_inside(peek: Peek, tag: int | None = None) -> tuple[int | str | None, Any] | None:
    """Give content type and content of a COSE message; None where the bytes are none. Never raises.

    This is for telling kinds apart, and quick; whether the message is a sound one is found when it is opened.

    Args:
        peek: the bytes.
        tag: a tag that may stand around the message, besides its own.

    Returns:
        The content type, or None where it has none; and the decoded payload, or None where there is none
        or it is not CBOR.
    """
    if not peek.is_cbor:
        return None
    value = without_tag(peek.cbor, tag)
    if not is_message(value):
        return None
    parts = value.value if isinstance(value, cbor.Tag) else value
    if not _is_shaped(parts):
        return None
    inner = peek.payload  # decoded already, where it is a map
    if inner is None or value is not peek.cbor:
        inner = _decoded(parts[2])
    return _content_type(parts), inner


def _is_shaped(parts: Any) -> bool:
    """Tell whether an array has the first three elements of a COSE message."""
    return (
        isinstance(parts, Sequence)
        and not isinstance(parts, bytes | str)
        and len(parts) in (4, 5)
        and isinstance(parts[0], bytes)
        and isinstance(parts[2], bytes | None)
    )


def _decoded(data: bytes | None) -> Any:
    if data is None:
        return None
    try:
        return without_tag(cbor.loads(data), SELF_DESCRIBED)
    except MalformedArtefact:
        return None


def _content_type(parts: Sequence[Any]) -> int | str | None:
    """Read header 3 of the protected bucket; in the other one anybody can write it."""
    bucket = _decoded(parts[0])
    found = bucket.get(_CONTENT_TYPE) if isinstance(bucket, Mapping) else None
    return found if type(found) in (int, str) else None


def open_content(peek: Peek, tag: int | None = None) -> Content:
    """Open a COSE message, or give the item itself where there is none around it.

    Args:
        peek: the bytes.
        tag: a tag that may stand around the message.

    Raises:
        MalformedArtefact: the bytes are not one strict CBOR item, or no COSE message though they look like
            one.
    """
    value = without_tag(peek.cbor, tag)
    if not is_message(value):
        return Content(None, peek.cbor, ())
    message = cose.parse(value)
    trail = (2, cbor.INTO)
    if message.payload is None:
        detached = MalformedArtefact("cbor-malformed", "the payload is detached; expected it in the message")
        return Content(message, None, trail, detached)
    try:
        return Content(message, without_tag(cbor.loads(message.payload), SELF_DESCRIBED), trail)
    except MalformedArtefact as fault:
        return Content(message, None, trail, fault)
