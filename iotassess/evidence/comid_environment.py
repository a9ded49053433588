"""Which thing a triple is about: class, instance and group (draft-ietf-rats-corim-11, environment-map)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor
from iotassess.evidence.comid_reading import Place, Reading
from iotassess.evidence.comid_values import (
    BYTES,
    IMPLEMENTATION_ID,
    OLD_TAGS,
    UEID,
    UUID,
    tagged_bytes,
    typed,
    wrong_identifier,
)
from iotassess.evidence.eat_reading import describe, free_key, to_json

IMPLEMENTATION_ID_BYTES: Final = 32
"""RFC 9783 section 4.2.2."""

_CLASS, _INSTANCE, _GROUP = 0, 1, 2
_CLASS_ID, _VENDOR, _MODEL, _LAYER, _INDEX = range(5)

_CLASS_TEXTS: Final = {_VENDOR: "vendor", _MODEL: "model"}
_CLASS_NUMBERS: Final = {_LAYER: "layer", _INDEX: "index"}


class Environment(NamedTuple):
    """One environment that could be read.

    Attributes:
        claims: JSON-ready.
        place: where it stands.
        scope: names it among the environments of the artefact; equal ones have the same.
        class_id: value of its class identifier as it stands there, or None.
        instance: value of its instance as it stands there, or None.
        vendor: maker's name, or "".
        model: name of the model, or "".
    """

    claims: dict[str, Any]
    place: Place
    scope: str
    class_id: Any
    instance: Any
    vendor: str
    model: str

    @property
    def implementation_id(self) -> str:
        """The PSA implementation identifier in hex, or "" where it has none."""
        content = tagged_bytes(self.class_id, BYTES, IMPLEMENTATION_ID)
        return content.hex() if content is not None and len(content) == IMPLEMENTATION_ID_BYTES else ""

    @property
    def device(self) -> str:
        """The identifier of the one device that it is, in hex, or "" where it has none."""
        content = tagged_bytes(self.instance, UEID, BYTES, UUID)
        return content.hex() if content is not None else ""


def read_environment(reading: Reading, value: Any, place: Place) -> Environment | None:
    """Read one environment map; None where it is none."""
    if not isinstance(value, Mapping) or not value:
        reading.fault(f"{describe(value)}; expected a map with class, instance or group", place)
        return None
    claims: dict[str, Any] = {}
    known: Mapping[Any, Any] = {}
    if _CLASS in value:
        known = _read_class(reading, value[_CLASS], place.at("class", _CLASS), claims)
    for key, name in ((_INSTANCE, "instance"), (_GROUP, "group")):
        if key in value:
            claims[name] = _read_identifier(reading, value[key], place.at(name, key))
    keep_other(value, {_CLASS, _INSTANCE, _GROUP}, claims)
    scope = reading.environments.setdefault(cbor.dumps(value), f"environment[{len(reading.environments)}]")
    vendor, model = known.get(_VENDOR), known.get(_MODEL)
    return Environment(
        claims,
        place,
        scope,
        known.get(_CLASS_ID),
        value.get(_INSTANCE),
        vendor if type(vendor) is str else "",
        model if type(model) is str else "",
    )


def show_environment(reading: Reading, environment: Environment, *, implementation: bool) -> None:
    """Say which product it is, as far as it says so.

    Args:
        reading: filled in.
        environment: that something is stated of.
        implementation: whether 32 bytes of class identifier are an implementation identifier; there are
            profiles in which they are something else.
    """
    scope, place = environment.scope, environment.place.at("class", _CLASS)
    if environment.class_id is not None:
        if implementation and environment.implementation_id:
            at = place.at("class_id", _CLASS_ID)
            reading.show("identity.implementation-id", environment.implementation_id, at, scope)
        return
    if environment.vendor:
        reading.show("product.vendor", environment.vendor, place.at("vendor", _VENDOR), scope)
    if environment.model:
        reading.show("product.model", environment.model, place.at("model", _MODEL), scope)


def _read_class(reading: Reading, value: Any, place: Place, claims: dict[str, Any]) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping) or not value:
        reading.fault(
            f"{describe(value)}; expected a map with class-id, vendor, model, layer or index", place
        )
        return {}
    found: dict[str, Any] = {}
    if _CLASS_ID in value:
        found["class_id"] = _read_identifier(reading, value[_CLASS_ID], place.at("class_id", _CLASS_ID))
    for key, name in _CLASS_TEXTS.items():
        if key in value:
            found[name] = to_json(value[key])
            if type(value[key]) is not str:
                reading.breach(f"{describe(value[key])}; expected a text", place.at(name, key))
    for key, name in _CLASS_NUMBERS.items():
        if key in value:
            found[name] = to_json(value[key])
            if type(value[key]) is not int or value[key] < 0:
                reading.breach(f"{describe(value[key])}; expected a number", place.at(name, key))
    keep_other(value, {_CLASS_ID, *_CLASS_TEXTS, *_CLASS_NUMBERS}, found)
    claims["class"] = found
    return value


def _read_identifier(reading: Reading, value: Any, place: Place) -> dict[str, Any]:
    wrong = wrong_identifier(value)
    if wrong:
        reading.breach(wrong, place)
    elif isinstance(value, cbor.Tag) and value.number in OLD_TAGS:
        reading.legacy[f"an identifier under tag {value.number}"] = None
    return typed(value)


def keep_other(value: Mapping[Any, Any], known: set[int], claims: dict[str, Any]) -> None:
    """Keep the members of a map that are not known, for people to look at.

    Args:
        value: the map.
        known: keys that are shown under their own name.
        claims: filled in.
    """
    other: dict[str, Any] = {}
    for key, inner in value.items():
        if key not in known:
            other[free_key(key, other)] = to_json(inner)
    if other:
        claims["other"] = other
