"""The outermost structure: members of the envelope, with the bytes that digests are made over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import suit_names as names
from iotassess.evidence.peek import Peek


class Envelope(NamedTuple):
    """An envelope, opened.

    Attributes:
        data: all of its bytes.
        tagged: it bears tag 107.
        members: decoded map.
        manifest: content of the byte string that wraps the manifest.
        manifest_item: that byte string with its CBOR header, exactly as it stands: what is digested.
    """

    data: bytes
    tagged: bool
    members: Mapping[Any, Any]
    manifest: bytes
    manifest_item: bytes

    def item(self, key: Any) -> bytes:
        """The encoded value of a member, header included, exactly as it stands in the file."""
        return _item(self.data, key)


def _item(data: bytes, key: Any) -> bytes:
    start = cbor.locate(data, (key,))
    return b"" if start is None else data[start : cbor.scan(data, start).end]


def is_suit_envelope(peek: Peek) -> bool:
    """Tell whether the bytes are meant to be an envelope: tag 107, or a map with its byte strings.

    An untagged map is taken for one if it has a manifest (3) that is wrapped in a byte string and decodes
    to a map with a version and a sequence number, or has an authentication wrapper (2) besides.
    """
    if peek.tags[:1] == (names.ENVELOPE_TAG,):
        return True
    if peek.tags or not peek.is_cbor or not isinstance(peek.cbor, Mapping):
        return False
    wrapper, manifest = peek.cbor.get(names.WRAPPER), peek.cbor.get(names.MANIFEST)
    if not isinstance(manifest, bytes):
        return False
    if isinstance(wrapper, bytes | list):
        return True
    try:
        inner = cbor.loads(manifest)
    except MalformedArtefact:
        return False
    return isinstance(inner, Mapping) and {names.VERSION, names.SEQUENCE_NUMBER} <= inner.keys()


def open_envelope(peek: Peek) -> Envelope:
    """Open an envelope.

    Raises:
        MalformedArtefact: the bytes are not one strict CBOR item, or not a map with a manifest in a byte
            string.
    """
    value = peek.cbor
    tagged = isinstance(value, cbor.Tag) and value.number == names.ENVELOPE_TAG
    members = value.value if tagged else value
    if not isinstance(members, Mapping):
        raise MalformedArtefact(
            names.MALFORMED, f"a SUIT envelope is a map; got {type(members).__name__}", offset=0
        )
    manifest = members.get(names.MANIFEST)
    if not isinstance(manifest, bytes):
        got = "none" if manifest is None else type(manifest).__name__
        raise MalformedArtefact(
            names.MALFORMED,
            f"a SUIT envelope has its manifest (key 3) in a byte string; got {got}",
            at="manifest",
            offset=cbor.locate(peek.data, (names.MANIFEST,)),
        )
    return Envelope(peek.data, tagged, members, manifest, _item(peek.data, names.MANIFEST))
