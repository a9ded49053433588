"""Concise software identification tags (CoSWID, RFC 9393): bare, under their CBOR tag, or signed.

The procedure, in the order of the code:

1. Open the COSE message, where there is one, and check its signatures.
2. Read the tag's map from the signed bytes, member by member; what is wrong is reported.
3. Check what holds between members: who made the tag, payload or evidence, versions.
4. Show the version, and the one file's hash, of software that the tag is a reference for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from iotassess.codec import cbor
from iotassess.evidence import coswid_names as names
from iotassess.evidence.authenticate import Checked, check_cose
from iotassess.evidence.context import Context
from iotassess.evidence.cose_content import look_inside, open_content, without_tag
from iotassess.evidence.coswid_entries import read_coswid
from iotassess.evidence.coswid_reading import Tag
from iotassess.evidence.eat_reading import Reading
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact, Shown
from iotassess.model.claim import Digest, Subject
from iotassess.model.problems import problem

MEDIA_TYPE: Final = "application/swid+cbor"

_SIGNS: Final[dict[int, type | tuple[type, ...]]] = {
    names.TAG_ID: (str, bytes),
    names.SOFTWARE_NAME: str,
    names.ENTITY: (Mapping, list, tuple),
    names.LINK: (Mapping, list, tuple),
    names.SOFTWARE_META: (Mapping, list, tuple),
    names.PAYLOAD: (Mapping, list, tuple),
    names.TAG_VERSION: int,
    names.SOFTWARE_VERSION: str,
    names.VERSION_SCHEME: (int, str),
}
"""Members by which a bare map is told, with their types."""

_ENOUGH: Final = 3
"""So many of them a bare map has to have: any two stand in other structures, too."""


def is_coswid(peek: Peek) -> bool:
    """Tell whether the bytes are a CoSWID: under its tag, signed as one, or a bare map that looks like one.

    A map that has one of the first three members in another type is something else (a CoRIM, a claims set).
    """
    if peek.tags[:1] == (names.TAG,):
        return True
    if not peek.is_cbor:
        return False
    inside = look_inside(peek)
    if inside is None:
        return _looks_like_one(peek.cbor)
    content_type, value = inside
    if isinstance(value, cbor.Tag):
        return value.number == names.TAG
    return content_type in names.CONTENT_TYPES or _looks_like_one(value)


def _looks_like_one(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    fits = {key: isinstance(value[key], kind) for key, kind in _SIGNS.items() if key in value}
    leading = (names.TAG_ID, names.SOFTWARE_NAME, names.ENTITY)
    return sum(fits.values()) >= _ENOUGH and all(fits.get(key, True) for key in leading)


def decode(peek: Peek, context: Context) -> Artefact:
    """Read one CoSWID.

    Args:
        peek: its bytes.
        context: anchors and moment.

    Raises:
        MalformedArtefact: the bytes are not one strict CBOR item, or no COSE message though they look like
            one.
    """
    content = open_content(peek, names.TAG)
    message = content.message
    checked = _unsigned() if message is None else check_cose(message, context, "reference")
    covered = checked.authenticity != "unsigned"
    reading = Reading(context, peek.data, covered=covered, trail=content.trail)
    tag = Tag(reading)
    claims = None
    if content.fault is not None:
        reading.report(content.fault.problem, f"the signed tag: {content.fault.message}", "payload")
    else:
        claims = read_coswid(tag, without_tag(content.value, names.TAG))
    if claims is not None:
        _show(reading, tag, claims)
    return Artefact(
        path=context.path,
        kind="coswid",
        media_type=MEDIA_TYPE,
        sha256=hashlib.sha256(peek.data).hexdigest(),
        size=len(peek.data),
        wellformed=claims is not None and not tag.broken,
        authenticity=checked.authenticity,
        signatures=checked.signatures,
        problems=(*checked.problems, *reading.problems),
        claims=claims,
        shown=tuple(reading.shown),
        purpose="reference",
        role=context.role,
    )


def _unsigned() -> Checked:
    found = problem(
        "cose-unsigned", "a software tag without signature: anybody can have written it; sign it with COSE"
    )
    return Checked((), (found,), "unsigned", False, None)


def _show(reading: Reading, tag: Tag, claims: Mapping[str, Any]) -> None:
    """Show what the tag is a reference for.

    A patch or a supplemental tag has the version and the files of what is added, not of the software;
    evidence is what was found on some device, not what should be there.
    """
    name = claims.get("tag_id")
    if not name or claims.get("patch") or claims.get("supplemental") or "evidence" in claims:
        return
    subject = Subject("component", name, "swid-tag-id")
    version = claims.get("software_version")
    if version is not None:
        at = names.SOFTWARE_VERSION
        reading.show("component.reference-version", version, "software_version", at, subject=subject)
    if len(tag.files) != 1 or tag.broken:  # what could not be read may be another file
        return
    for known, value, place in tag.files[0].digests:
        trail = (*reading.trail, *place.trail) if reading.trail is not None else ()
        digest = Digest(known.name, value)
        reading.shown.append(
            Shown(subject, "component.reference", digest, place.path, reading.covered, trail=trail)
        )
