"""The unsigned content of a CoRIM: the map under tag 501, and the tags in it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence.comid_digests import is_array, read_digest
from iotassess.evidence.comid_environment import keep_other
from iotassess.evidence.comid_reading import Place, Reading
from iotassess.evidence.comid_tag import (
    MAX_ENTITIES,
    read_comid,
    read_entities,
    read_identity,
    read_profile,
)
from iotassess.evidence.comid_values import identifier, text_of
from iotassess.evidence.context import MAX_NESTING
from iotassess.evidence.eat_reading import describe, to_json
from iotassess.evidence.eat_times import LAST_TIME

ID, TAGS, DEPENDENT, PROFILE, VALIDITY, ENTITIES = range(6)
COSWID, COMID, COTS, COTL = 505, 506, 507, 508

_TAG_NAMES: Final = {COSWID: "coswid", COMID: "comid", COTS: "cots", COTL: "cotl"}

MAX_TAGS: Final = 256
"""Tags in one CoRIM that are read; real ones have one to three."""

_EPOCH: Final = 1
"""Tag of a number of seconds since 1970 (RFC 8949 section 3.4.2)."""


def read_content(reading: Reading, value: Any, place: Place) -> dict[str, Any]:
    """Read the CoRIM map.

    Args:
        reading: filled in.
        value: the decoded map, without its tag.
        place: where it stands.
    """
    if not isinstance(value, Mapping):
        reading.fault(f"{describe(value)}; expected a CoRIM as a map", place)
        return {}
    claims: dict[str, Any] = {}
    claims["id"] = identifier(value.get(ID))
    if claims["id"] is None:
        message = f"{describe(value.get(ID))}; expected a text or a UUID as identifier (0)"
        reading.fault(message, place.at("id", ID))
    profile = None
    if PROFILE in value:
        profile = claims["profile"] = read_profile(reading, value[PROFILE], place.at("profile", PROFILE))
    if VALIDITY in value:
        claims["validity"] = read_validity(reading, value[VALIDITY], place.at("validity", VALIDITY))
    if ENTITIES in value:
        claims["entities"] = read_entities(
            reading, value[ENTITIES], place.at("entities", ENTITIES), of_manifest=True
        )
    if DEPENDENT in value:
        at = place.at("dependent_rims", DEPENDENT)
        claims["dependent_rims"] = _read_dependent(reading, value[DEPENDENT], at)
    claims["tags"] = _read_tags(reading, value.get(TAGS), place.at("tags", TAGS), profile)
    keep_other(value, {ID, TAGS, DEPENDENT, PROFILE, VALIDITY, ENTITIES}, claims)
    return claims


# --- when it holds ------------------------------------------------------------------------------


def read_moment(value: Any) -> datetime.datetime | None:
    """Read seconds since 1970; None where they are no moment between 1970 and 9999."""
    # The order of the comparisons makes NaN fall out, too.
    if type(value) not in (int, float) or not 0 <= value <= LAST_TIME:
        return None
    return datetime.datetime.fromtimestamp(value, datetime.UTC)


def judge(
    reading: Reading,
    what: str,
    place: Place,
    not_before: datetime.datetime | None,
    not_after: datetime.datetime | None,
    *,
    exclusive: bool = False,
) -> None:
    """Hold a validity against the moment: a bare date stands for its whole day.

    Args:
        reading: filled in.
        what: whose validity it is.
        place: where it stands.
        not_before: first moment, or None.
        not_after: last moment, or None.
        exclusive: ``not_after`` is the first moment at which it does not hold any more (RFC 8392's exp).
    """
    as_of = reading.context.as_of
    if not_after is not None and (as_of.start > not_after or (exclusive and as_of.start == not_after)):
        reading.report(
            "corim-expired",
            f"{what} ended at {_iso(not_after)}, and it is judged at {_iso(as_of.start)}; get a newer "
            "manifest, or judge at a time when it held (--as-of)",
            place,
        )
    if not_before is not None and as_of.end < not_before:
        reading.report(
            "corim-not-yet-valid",
            f"{what} begins at {_iso(not_before)}, and it is judged at {_iso(as_of.end)}",
            place,
        )


def read_validity(reading: Reading, value: Any, place: Place, *, judged: bool = True) -> dict[str, Any]:
    """Read a validity map: not-before (0) and not-after (1), and hold it against the moment.

    One that cannot be read is a fault: nobody can tell whether its maker still stands by the manifest.

    Args:
        reading: filled in.
        value: the map.
        place: where it stands.
        judged: whether the moment has to be within it.
    """
    if not isinstance(value, Mapping) or 1 not in value:
        reading.fault(f"{describe(value)}; expected a map with the end (1) of the validity", place)
        return {}
    claims: dict[str, Any] = {}
    moments: dict[int, datetime.datetime] = {}
    for key, name in ((0, "not_before"), (1, "not_after")):
        if key not in value:
            continue
        item = value[key]
        moment = read_moment(item.value) if isinstance(item, cbor.Tag) and item.number == _EPOCH else None
        if moment is None:
            message = f"{describe(item)}; expected seconds since 1970 under tag 1, at most of the year 9999"
            reading.fault(message, place.at(name, key))
            claims[name] = to_json(item)
        else:
            moments[key] = moment
            claims[name] = _iso(moment)
    keep_other(value, {0, 1}, claims)
    if judged:
        what = "its signature's validity" if place.path == "signature_validity" else "its validity"
        judge(reading, what, place, moments.get(0), moments.get(1))
    return claims


def _iso(moment: datetime.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


# --- what it depends on -------------------------------------------------------------------------


def _read_dependent(reading: Reading, value: Any, place: Place) -> list[dict[str, Any]]:
    if not is_array(value) or not value:
        reading.fault(f"{describe(value)}; expected an array of locators", place)
        return []
    shown = []
    for index, item in enumerate(value[:MAX_ENTITIES]):
        at = place.at(f"[{index}]", index)
        links = item.get(0) if isinstance(item, Mapping) else None
        texts = [text_of(link) for link in (links if is_array(links) else (links,))]
        if not isinstance(item, Mapping) or not texts or None in texts:
            reading.fault(f"{describe(item)}; expected a map with the manifest's URI (0)", at)
            continue
        entry: dict[str, Any] = {"href": texts if is_array(links) else texts[0]}
        if 1 in item:
            entry["thumbprint"] = _read_thumbprint(reading, item[1], at.at("thumbprint", 1))
        keep_other(item, {0, 1}, entry)
        shown.append(entry)
    reading.skip("manifests that it depends on", len(value))
    return shown


def _read_thumbprint(reading: Reading, value: Any, place: Place) -> Any:
    if is_array(value) and value and all(is_array(item) for item in value):
        return [
            read_digest(reading, item, place.at(f"[{index}]", index))[0]
            for index, item in enumerate(value[:MAX_ENTITIES])
        ]
    return read_digest(reading, value, place)[0]


# --- the tags -----------------------------------------------------------------------------------


def _read_tags(reading: Reading, value: Any, place: Place, profile: Any) -> list[dict[str, Any]]:
    if not is_array(value) or not value:
        reading.fault(f"{describe(value)}; expected an array of tags (1)", place)
        return []
    shown = []
    for index, item in enumerate(value[:MAX_TAGS]):
        shown.append(_read_tag(reading, item, place.at(f"[{index}]", index), profile))
    if len(value) > MAX_TAGS:
        reading.fault(f"{len(value)} tags; at most {MAX_TAGS} are read", place)
    return shown


def _read_tag(reading: Reading, item: Any, place: Place, profile: Any) -> dict[str, Any]:
    counted = type(item) is bytes
    if type(item) is bytes:  # older encoders wrapped the tag itself, too
        reading.legacy["tags in byte strings"] = None
        if not reading.may_read(place, size=len(item)):
            return {}
        try:
            item, place = cbor.loads(item), Place(place.path, (*place.trail, cbor.INTO))
        except MalformedArtefact as fault:
            reading.fault(f"a tag that cannot be decoded: {fault.message}", place)
            return {}
    if not isinstance(item, cbor.Tag):
        reading.fault(f"{describe(item)}; expected a CoMID (506), CoSWID (505) or tag list (508)", place)
        return {}
    number, content = item.number, item.value
    claims: dict[str, Any] = {"tag": number, "kind": _TAG_NAMES.get(number, "unknown")}
    if number == COSWID:
        return claims | _read_coswid(reading, content, place, counted=counted)
    if number not in (COMID, COTL):
        reading.skip(f"tags of kind {claims['kind']} ({number})")
        claims["value"] = to_json(content)
        return claims
    inside, at = content, place
    if type(content) is bytes:
        at = Place(place.path, (*place.trail, cbor.INTO))
        if not reading.may_read(place, size=0 if counted else len(content)):
            return claims
        try:
            inside = cbor.loads(content)
        except MalformedArtefact as fault:
            reading.fault(f"a {claims['kind']} that cannot be decoded: {fault.message}", place)
            return claims
    else:
        reading.legacy["tags that are no byte strings"] = None
    if number == COMID:
        return claims | read_comid(reading, inside, at, profile)
    return claims | _read_tag_list(reading, inside, at)


def _read_coswid(reading: Reading, content: Any, place: Place, *, counted: bool) -> dict[str, Any]:
    """Have a CoSWID read as an artefact of its own; what it states stays its own word."""
    if type(content) is not bytes:
        reading.legacy["tags that are no byte strings"] = None
        content = cbor.dumps(content)
    if not reading.may_read(place, size=0 if counted else len(content)):
        return {}
    context = reading.context
    if context.read is None or context.depth >= MAX_NESTING:
        reading.skip("CoSWID tags")
        return {}
    inner = replace(
        context,
        path=f"{context.path}#{place.path}",
        images=(),
        role=None,
        depth=context.depth + 1,
    )
    artefact = context.read(content, inner)
    reading.nested.append(artefact)
    if artefact.kind != "coswid" or not artefact.wellformed:
        reading.fault(f"no CoSWID that can be read (kind {artefact.kind}); expected one under tag 505", place)
    return artefact.claims or {}


def _read_tag_list(reading: Reading, value: Any, place: Place) -> dict[str, Any]:
    """Read a concise tag list (CoTL): which tags hold together, and for how long."""
    if not isinstance(value, Mapping):
        reading.fault(f"{describe(value)}; expected a tag list as a map", place)
        return {}
    claims = read_identity(reading, value.get(0), place.at("tag_id", 0))
    members = value.get(1)
    if is_array(members) and members:
        claims["tags"] = [
            read_identity(reading, member, place.at(f"tags[{index}]", 1, index))
            for index, member in enumerate(members[:MAX_TAGS])
        ]
    else:
        reading.fault(f"{describe(members)}; expected an array of tag identities (1)", place.at("tags", 1))
    claims["validity"] = read_validity(reading, value.get(2), place.at("validity", 2), judged=False)
    reading.skip("tag lists")
    return claims
