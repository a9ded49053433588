"""The maps of a CoSWID (RFC 9393 section 2): the tag, entities, links, payload, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iotassess.evidence import coswid_names as names
from iotassess.evidence.coswid_reading import (
    Field,
    Fields,
    File,
    Place,
    Read,
    Tag,
    Unfit,
    boolean,
    comparable,
    each,
    identifier,
    integer,
    is_hash,
    meta_text,
    moment,
    one_of,
    read_hash,
    size,
    some,
    text,
    uri,
)
from iotassess.evidence.eat_reading import to_json
from iotassess.evidence.named_information import Hash
from iotassess.evidence.version_schemes import VERSION_SCHEMES

MAX_DIRECTORIES: Final = 16
"""Directories within directories. The limit of nesting in CBOR allows some twenty; real tags have three."""


def _map(fields: Fields) -> Read:
    def read(tag: Tag, value: Any, place: Place) -> Any:
        return tag.read_map(value, fields, place)

    return read


# --- who, and how it relates to others -------------------------------------------------------------

ENTITY: Final[Fields] = {
    names.ENTITY_NAME: Field("name", text, required=True),
    names.REG_ID: Field("reg_id", uri),
    names.ROLE: Field("roles", some(one_of(names.ROLES)), required=True),
    names.THUMBPRINT: Field("thumbprint", read_hash),
    names.LANG: Field("lang", text),
}

LINK: Final[Fields] = {
    names.ARTIFACT: Field("artifact", text),
    names.HREF: Field("href", uri, required=True),
    names.MEDIA: Field("media", text),
    names.OWNERSHIP: Field("ownership", one_of(names.OWNERSHIPS)),
    names.REL: Field("rel", one_of(names.RELATIONS), required=True),
    names.MEDIA_TYPE: Field("media_type", text),
    names.USE: Field("use", one_of(names.USES)),
    names.LANG: Field("lang", text),
}

META: Final[Fields] = {
    **{number: Field(name, meta_text) for number, name in names.META.items()},
    names.ENTITLEMENT_DATA_REQUIRED: Field("entitlement_data_required", boolean),
    names.LANG: Field("lang", text),
}


# --- what it is made of ---------------------------------------------------------------------------


def _hashes(tag: Tag, value: Any, place: Place) -> Any:
    """Read the hash of a file. One is what RFC 9393 has; uswid writes several, an array of arrays."""
    several = not is_hash(value) and isinstance(value, list | tuple) and bool(value)
    if not several:
        return read_hash(tag, value, place)
    found = [
        read_hash(tag, inner, at) if is_hash(inner) else Unfit("a hash") for inner, at in each(value, place)
    ]
    return Unfit("a hash") if any(isinstance(one, Unfit) for one in found) else found


_ITEM: Final[Fields] = {
    names.KEY: Field("key", boolean),
    names.LOCATION: Field("location", text),
    names.FS_NAME: Field("fs_name", text, required=True),
    names.ROOT: Field("root", text),
    names.LANG: Field("lang", text),
}

_FILE: Final[Fields] = {
    **_ITEM,
    names.SIZE: Field("size", size),
    names.FILE_VERSION: Field("file_version", text),
    names.HASH: Field("hash", _hashes),
}


def _file(tag: Tag, value: Any, place: Place) -> Any:
    found = tag.read_map(value, _FILE, place)
    if found is not None and tag.in_payload:
        tag.files.append(File(place, _digests(value.get(names.HASH), place.member("hash", names.HASH))))
    return found


def _digests(value: Any, place: Place) -> tuple[tuple[Hash, str, Place], ...]:
    """Give the hashes that serve as references: none where the same algorithm has two values."""
    rows = ((value, place),) if is_hash(value) else tuple(each(value, place)) if value is not None else ()
    found = [(known, one[1].hex(), at) for one, at in rows if (known := comparable(one)) is not None]
    different = {(known.name, digest) for known, digest, _ in found}
    return tuple(found) if len(different) == len({name for name, _ in different}) else ()


def _directory(tag: Tag, value: Any, place: Place) -> Any:
    return tag.read_map(value, _DIRECTORY, place)


def _path_elements(tag: Tag, value: Any, place: Place) -> Any:
    # Each level adds one step named so; those above are the depth.
    if place.path.count("path_elements") > MAX_DIRECTORIES:
        tag.broken = True
        tag.report(f"{place.path[:60]}…: more than {MAX_DIRECTORIES} directories within each other", place)
        return to_json(value)
    return tag.read_map(value, _ELEMENTS, place)


_DIRECTORY: Final[Fields] = {**_ITEM, names.PATH_ELEMENTS: Field("path_elements", _path_elements)}

_ELEMENTS: Final[Fields] = {
    names.DIRECTORY: Field("directories", some(_directory)),
    names.FILE: Field("files", some(_file)),
}

_PROCESS: Final[Fields] = {
    names.PROCESS_NAME: Field("process_name", text, required=True),
    names.PID: Field("pid", integer),
    names.LANG: Field("lang", text),
}

_RESOURCE: Final[Fields] = {
    names.TYPE: Field("type", text, required=True),
    names.LANG: Field("lang", text),
}

PAYLOAD: Final[Fields] = {
    **_ELEMENTS,
    names.PROCESS: Field("processes", some(_map(_PROCESS))),
    names.RESOURCE: Field("resources", some(_map(_RESOURCE))),
    names.LANG: Field("lang", text),
}

EVIDENCE: Final[Fields] = {
    **PAYLOAD,
    names.DATE: Field("date", moment),
    names.DEVICE_ID: Field("device_id", text),
}


def _one_collection(fields: Fields, *, payload: bool) -> Read:
    """Make the reader of payload or evidence: one map; uswid writes several as an array, which is kept so."""

    def read(tag: Tag, value: Any, place: Place) -> Any:
        tag.in_payload = payload
        try:
            if isinstance(value, list | tuple):
                return some(_map(fields))(tag, value, place)
            return tag.read_map(value, fields, place)
        finally:
            tag.in_payload = False

    return read


# --- the tag --------------------------------------------------------------------------------------

COSWID: Final[Fields] = {
    names.TAG_ID: Field("tag_id", identifier, required=True),
    names.TAG_VERSION: Field("tag_version", integer, required=True),
    names.CORPUS: Field("corpus", boolean),
    names.PATCH: Field("patch", boolean),
    names.SUPPLEMENTAL: Field("supplemental", boolean),
    names.SOFTWARE_NAME: Field("software_name", text, required=True),
    names.SOFTWARE_VERSION: Field("software_version", text),
    names.VERSION_SCHEME: Field("version_scheme", one_of(VERSION_SCHEMES)),
    names.MEDIA: Field("media", text),
    names.SOFTWARE_META: Field("software_meta", some(_map(META))),
    names.ENTITY: Field("entities", some(_map(ENTITY)), required=True),
    names.LINK: Field("links", some(_map(LINK))),
    names.PAYLOAD: Field("payload", _one_collection(PAYLOAD, payload=True)),
    names.EVIDENCE: Field("evidence", _one_collection(EVIDENCE, payload=False)),
    names.LANG: Field("lang", text),
}


def read_coswid(tag: Tag, value: Any) -> dict[str, Any] | None:
    """Read the map of a CoSWID, and check what holds between its members.

    Returns:
        The claims; None where it is no map, which is reported.
    """
    claims = tag.read_map(value, COSWID, Place("", ()))
    if claims is not None:
        _check_creator(tag, value, claims)
        _check_together(tag, value, claims)
    return claims


def _check_creator(tag: Tag, value: Mapping[Any, Any], claims: Mapping[str, Any]) -> None:
    """Look for who made the tag: one entity has to have that role (RFC 9393 section 2.6)."""
    entities = claims.get("entities")
    if entities is None:
        return
    roles = [role["value"] for entity in entities for role in entity.get("roles", ())]
    if names.TAG_CREATOR not in roles and "tag-creator" not in roles:
        tag.report(
            "no entity has the role tag-creator (1): nobody says that he made this tag",
            Place("entities", (names.ENTITY,)),
        )


def _check_together(tag: Tag, value: Mapping[Any, Any], claims: Mapping[str, Any]) -> None:
    """Check the co-constraints of RFC 9393 section 2.4."""
    if names.PAYLOAD in value and names.EVIDENCE in value:
        tag.broken = True
        tag.report(
            "payload and evidence stand in one tag; what was delivered and what was found exclude each other",
            Place("evidence", (names.EVIDENCE,)),
        )
    patch, supplemental = claims.get("patch"), claims.get("supplemental")
    if patch is True and supplemental is True:
        tag.report(
            "patch and supplemental are both true; a tag is at most one", Place("patch", (names.PATCH,))
        )
    primary = not patch and not supplemental
    if (primary or claims.get("corpus") is True) and names.SOFTWARE_VERSION not in value:
        tag.report(
            "no software-version (index 13); a tag that is neither a patch nor supplemental has to have it",
            Place("", ()),
        )
