"""Members of manifest and envelope that may be severed: where their content is, and whether it is covered.

The manifest has either the content itself, in a byte string, or its digest, in an array; then the envelope
may have the content, and the digest is made over the byte string with its header (MS sections 8.4.12, 8.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import suit_names as names
from iotassess.evidence.suit_digest import read_digest
from iotassess.evidence.suit_envelope import Envelope
from iotassess.evidence.suit_faults import Reading, Trail
from iotassess.evidence.suit_layout import Layout
from iotassess.evidence.suit_parameters import check_digest

_INTEGRATED_FROM = 24
"""Up to -13 integrated payloads had integer keys: 24 and more, or negative."""


class Integrated(NamedTuple):
    """One payload that the envelope brings along. Whoever has the envelope in hand may choose its key.

    Attributes:
        key: key in the envelope.
        uri: what a URI parameter has to be to mean it; of the integer keys of old drafts "#" and the number.
        label: name in claims and problems; of two payloads with one URI the second has another.
        content: its bytes.
    """

    key: str | int
    uri: str
    label: str
    content: bytes

    @property
    def fragment(self) -> str:
        """What comes behind the "#" in the path of an artefact in it; never the same for two keys.

        A key that is a fragment stands as it is; "=" and ":" mark the other ones, and no quoted key has them,
        nor a further "#" as that of an artefact within.
        """
        if isinstance(self.key, int):
            return f":{self.key}"
        if self.key.startswith("#"):
            return quote(self.key[1:])
        return f"={quote(self.key)}"


class Member(NamedTuple):
    """One member that the manifest names.

    Attributes:
        key: manifest key.
        name: the specification's.
        content: content of the byte string; None where it is severed and absent, its digest is wrong, or
            it is no byte string.
        trail: path to the byte string.
        severed: the manifest has only its digest.
        present: the content is there.
        intact: False where the digest does not hold.
    """

    key: int
    name: str
    content: bytes | None
    trail: Trail
    severed: bool = False
    present: bool = True
    intact: bool = True


def read_members(
    envelope: Envelope, manifest: Mapping[Any, Any], layout: Layout, reading: Reading
) -> tuple[Member, ...]:
    """Find the sections, the text and the software identifier, in the order of the manifest."""
    known = layout.sections.keys() | {layout.text, layout.coswid}
    found: list[Member] = []
    for key, value in manifest.items():
        if type(key) is not int or key not in known:
            continue
        name = layout.name_of(key)
        trail: Trail = (names.MANIFEST, cbor.INTO, key)
        if isinstance(value, bytes):
            found.append(Member(key, name, value, trail))
            if key in envelope.members:
                _report_unauthenticated(reading, key, f"{name} is in the manifest as well as in the envelope")
        elif key in layout.severable and isinstance(value, list):
            found.append(_severed(envelope, key, name, value, reading))
        else:
            fault = MalformedArtefact(
                names.MALFORMED,
                f"{type(value).__name__}; expected a byte string (or a digest where severable)",
            )
            reading.malformed(fault, name, trail)
            found.append(Member(key, name, None, trail, present=False))
    return tuple(found)


def _severed(envelope: Envelope, key: int, name: str, value: Any, reading: Reading) -> Member:
    digest_trail: Trail = (names.MANIFEST, cbor.INTO, key)
    member = Member(key, name, None, (key,), severed=True)
    copy = envelope.members.get(key)
    try:
        digest = read_digest(value)
    except MalformedArtefact as fault:
        reading.malformed(fault, name, digest_trail)
        return member._replace(present=copy is not None, intact=copy is None)
    check_digest(reading, digest, name, digest_trail)
    if copy is None:
        return member._replace(present=False)
    if isinstance(copy, bytes) and digest.matches(envelope.item(key)):
        return member._replace(content=copy)
    reading.add(
        "suit-severed-digest-mismatch",
        f"the envelope's {name} does not have the {digest.alg} digest {digest.value.hex()} that the manifest "
        "gives; it is not read",
        name,
        (key,),
    )
    return member._replace(intact=False)


def _report_unauthenticated(reading: Reading, key: int, why: str) -> None:
    reading.add(
        "suit-member-unauthenticated",
        f"{why}; the signature does not cover the envelope's member {key}, so remove it",
        f"envelope.{key}",
        (key,),
    )


def check_envelope_keys(
    envelope: Envelope, manifest: Mapping[Any, Any], layout: Layout, reading: Reading
) -> tuple[Integrated, ...]:
    """Report members that nothing covers, and give the integrated payloads."""
    integrated: dict[str, Integrated] = {}
    for key, value in envelope.members.items():
        number = type(key) is int
        if isinstance(key, str) or (number and layout.legacy and (key >= _INTEGRATED_FROM or key < 0)):
            uri = key if isinstance(key, str) else f"#{key}"
            label = uri
            while label in integrated:
                label += "'"
            if isinstance(value, bytes):
                integrated[label] = Integrated(key, uri, label, value)
            else:
                fault = MalformedArtefact(names.MALFORMED, "an integrated payload that is not a byte string")
                reading.malformed(fault, f"envelope.{label}", (key,))
        elif not number:
            fault = MalformedArtefact(names.MALFORMED, "an envelope key that is neither integer nor text")
            reading.malformed(fault, "envelope", ())
        elif key in (names.WRAPPER, names.MANIFEST) or (key == names.DELEGATION and layout.legacy):
            continue
        elif key not in manifest or key not in layout.severable:
            _report_unauthenticated(reading, key, f"the manifest does not name member {key} of the envelope")
    return tuple(integrated.values())


def check_manifest_keys(
    manifest: Mapping[Any, Any], common: Mapping[Any, Any], layout: Layout, reading: Reading
) -> tuple[str, ...]:
    """Report keys of manifest and common that the layout does not assign: a processor must abort on them.

    Returns:
        Claim paths of members that may say anything; those with a custom number, too, are somebody's own.
    """
    base = range(names.VERSION, names.SET_VERSION + 1)
    inner = {names.DEPENDENCIES, names.COMPONENTS, names.SHARED}
    inner |= {names.OLD_DEPENDENCY_COMPONENTS} if layout.legacy else set()
    into: Trail = (names.MANIFEST, cbor.INTO)
    foreign: list[str] = []
    for what, members, known, trail in (
        ("manifest", manifest, layout.sections.keys() | {layout.text, layout.coswid, *base}, into),
        ("common", common, inner, (*into, names.COMMON, cbor.INTO)),
    ):
        for key in members:
            if type(key) is not int:
                fault = MalformedArtefact(names.MALFORMED, f"a {what} key that is not an integer")
                reading.malformed(fault, what, trail)
            elif key not in known:
                foreign.append(f"{what}.{key}")
                if key >= names.CUSTOM_BELOW:
                    reading.add(
                        "suit-unknown-command",
                        f"member {key} of {what} is not assigned in layout {layout.id}",
                        foreign[-1],
                        (*trail, key),
                    )
    return tuple(foreign)
