"""One CoMID: who says it, and the triples in it (draft-ietf-rats-corim-11, concise-mid-tag)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iotassess.codec import cbor
from iotassess.evidence.comid_digests import is_array
from iotassess.evidence.comid_environment import keep_other
from iotassess.evidence.comid_reading import Place, Reading
from iotassess.evidence.comid_rules import rules_of
from iotassess.evidence.comid_triples import read_triples
from iotassess.evidence.comid_values import OID, identifier, text_of
from iotassess.evidence.eat_reading import describe, enumerated, to_json

LANGUAGE, IDENTITY, ENTITIES, LINKED, TRIPLES, PROFILE = range(6)

_COMID_ROLES: Final = ("tag-creator", "creator", "maintainer")
_CORIM_ROLES: Final = ("", "manifest-creator", "manifest-signer")
_RELATIONS: Final = ("supplements", "replaces")

MAX_ENTITIES: Final = 64
"""Entities and linked tags that are shown; real ones name one or two."""


def read_comid(reading: Reading, value: Any, place: Place, profile: Any = None) -> dict[str, Any]:
    """Read one CoMID.

    Args:
        reading: filled in.
        value: the decoded map.
        place: where it stands.
        profile: of the CoRIM around it, as the claims have it; its own goes before.
    """
    if not isinstance(value, Mapping):
        reading.fault(f"{describe(value)}; expected a CoMID as a map", place)
        return {}
    claims: dict[str, Any] = {}
    if LANGUAGE in value:
        claims["lang"] = to_json(value[LANGUAGE])
    claims |= read_identity(reading, value.get(IDENTITY), place.at("tag_id", IDENTITY))
    if ENTITIES in value:
        claims["entities"] = read_entities(
            reading, value[ENTITIES], place.at("entities", ENTITIES), of_manifest=False
        )
    if LINKED in value:
        claims["linked_tags"] = _read_linked(reading, value[LINKED], place.at("linked_tags", LINKED))
    if PROFILE in value:
        profile = claims["profile"] = read_profile(reading, value[PROFILE], place.at("profile", PROFILE))
    triples = value.get(TRIPLES)
    at = place.at("triples", TRIPLES)
    if isinstance(triples, Mapping) and triples:
        claims["triples"] = read_triples(reading, triples, at, rules_of(profile))
    else:
        reading.fault(f"{describe(triples)}; expected a map of triples (4)", at)
    keep_other(value, {LANGUAGE, IDENTITY, ENTITIES, LINKED, TRIPLES, PROFILE}, claims)
    return claims


def read_identity(reading: Reading, value: Any, place: Place) -> dict[str, Any]:
    """Read a tag identity: identifier (0) and version (1)."""
    tag_id = identifier(value.get(0)) if isinstance(value, Mapping) else None
    if tag_id is None:
        reading.fault(f"{describe(value)}; expected a map with the tag's identifier (0)", place)
        return {}
    claims: dict[str, Any] = {"tag_id": tag_id}
    if 1 in value:
        claims["tag_version"] = to_json(value[1])
        if type(value[1]) is not int or value[1] < 0:
            reading.breach(f"the tag version {describe(value[1])}; expected a number", place)
    return claims


def read_profile(reading: Reading, value: Any, place: Place) -> Any:
    """Read a profile: a URI, or an object identifier in hex; older drafts had a list of them."""
    if is_array(value) and value:
        reading.legacy["a list of profiles"] = None
        return [read_profile(reading, item, place) for item in value[:8] if not is_array(item)]
    text = text_of(value)
    if text is not None:
        return text
    if isinstance(value, cbor.Tag) and value.number == OID and type(value.value) is bytes:
        return value.value.hex()
    reading.fault(f"{describe(value)}; expected a URI or an object identifier", place)
    return to_json(value)


def read_entities(reading: Reading, value: Any, place: Place, *, of_manifest: bool) -> list[dict[str, Any]]:
    """Read entities: name (0), registration identifier (1) and roles (2).

    Args:
        reading: filled in.
        value: the array.
        place: where it stands.
        of_manifest: their roles are those of a CoRIM, which differ from those of a CoMID.
    """
    if not is_array(value) or not value:
        reading.fault(f"{describe(value)}; expected an array of entities", place)
        return []
    names = _CORIM_ROLES if of_manifest else _COMID_ROLES
    shown = []
    for index, item in enumerate(value[:MAX_ENTITIES]):
        at = place.at(f"[{index}]", index)
        roles = item.get(2) if isinstance(item, Mapping) else None
        if not isinstance(item, Mapping) or 0 not in item or not is_array(roles):
            reading.fault(f"{describe(item)}; expected a map with name (0) and roles (2)", at)
            continue
        entity: dict[str, Any] = {"name": to_json(item[0])}
        if 1 in item:
            entity["regid"] = to_json(item[1]) if text_of(item[1]) is None else text_of(item[1])
        entity["roles"] = [
            enumerated(role, names[role] if 0 <= role < len(names) else "")
            if type(role) is int
            else to_json(role)
            for role in roles
        ]
        keep_other(item, {0, 1, 2}, entity)
        shown.append(entity)
    if len(value) > MAX_ENTITIES:
        reading.skip(f"entities beyond the first {MAX_ENTITIES}", len(value) - MAX_ENTITIES)
    return shown


def _read_linked(reading: Reading, value: Any, place: Place) -> list[dict[str, Any]]:
    if not is_array(value) or not value:
        reading.fault(f"{describe(value)}; expected an array of linked tags", place)
        return []
    shown = []
    for index, item in enumerate(value[:MAX_ENTITIES]):
        target = identifier(item.get(0)) if isinstance(item, Mapping) else None
        relation = item.get(1) if isinstance(item, Mapping) else None
        if target is None or type(relation) is not int:
            at = place.at(f"[{index}]", index)
            reading.fault(f"{describe(item)}; expected a map with tag (0) and relation (1)", at)
            continue
        known = 0 <= relation < len(_RELATIONS)
        shown.append(
            {"tag_id": target, "relation": enumerated(relation, _RELATIONS[relation] if known else "")}
        )
    reading.skip("links to other tags", len(value))
    return shown
