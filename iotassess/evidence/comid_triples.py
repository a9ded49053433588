"""The triples of a CoMID: which environment has which reference values, endorsements and keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from iotassess.evidence.comid_digests import is_array
from iotassess.evidence.comid_environment import Environment, read_environment, show_environment
from iotassess.evidence.comid_measurement import (
    FLAGS,
    RANGE,
    RAW_VALUE,
    SVN,
    Measurement,
    read_keys,
    read_measurement,
)
from iotassess.evidence.comid_reading import Place, Reading
from iotassess.evidence.comid_rules import (
    Rules,
    check_reference,
    is_class_sound,
    is_component_sound,
    is_key_triple_sound,
)
from iotassess.evidence.eat_reading import describe, free_key, to_json
from iotassess.model.claim import Subject

_REFERENCE, _ENDORSED, _IDENTITY, _ATTEST_KEY = range(4)

_NOT_EVALUATED: Final = {
    4: "trust dependency triples",
    5: "membership triples",
    6: "CoSWID triples",
    7: "conditional endorsement series of an older draft",
    8: "conditional endorsement series",
    9: "multi-environment conditional endorsements",
    10: "conditional endorsements",
}

_NOT_COMPARED: Final = {
    SVN: "security version numbers",
    FLAGS: "flags",
    RAW_VALUE: "raw values",
    RANGE: "ranges of integers",
}
"""Measurement values that nothing which is read elsewhere can be held against."""

_Reader = Callable[[Reading, Any, Place, Rules | None], Any]


def read_triples(
    reading: Reading, value: Mapping[Any, Any], place: Place, rules: Rules | None
) -> dict[str, Any]:
    """Read the triples map of one CoMID.

    Args:
        reading: filled in.
        value: the map.
        place: where it stands.
        rules: of the profile, or None.
    """
    claims: dict[str, Any] = {}
    other: dict[str, Any] = {}
    for key, inner in value.items():
        known = type(key) is int
        if known and key in _READERS:
            name, read = _READERS[key]
            claims[name] = _read_list(reading, inner, place.at(name, key), rules, read)
        elif known and key in _NOT_EVALUATED:
            count = len(inner) if is_array(inner) else 1
            reading.skip(_NOT_EVALUATED[key], count)
            claims[_NOT_EVALUATED[key].replace(" ", "_").lower()] = to_json(inner)
        else:
            reading.skip("triples of an unknown kind")
            other[free_key(key, other)] = to_json(inner)
    if other:
        claims["other"] = other
    return claims


def _read_list(reading: Reading, value: Any, place: Place, rules: Rules | None, read: _Reader) -> list[Any]:
    if not is_array(value) or not value:
        reading.fault(f"{describe(value)}; expected an array of triples", place)
        return []
    shown = []
    for index, item in enumerate(value):
        at = place.at(f"[{index}]", index)
        if not reading.may_read(at, entries=1):
            break
        if not is_array(item) or not 2 <= len(item) <= 3:
            reading.fault(f"{describe(item)}; expected a triple as an array of 2", at)
            continue
        shown.append(read(reading, item, at, rules))
    return shown


def _read_measurements(reading: Reading, value: Any, place: Place) -> list[Measurement]:
    if not is_array(value) or not value:
        reading.fault(f"{describe(value)}; expected an array of measurements", place)
        return []
    found = []
    for index, item in enumerate(value):
        at = place.at(f"[{index}]", index)
        if not reading.may_read(at, entries=1):
            break
        measurement = read_measurement(reading, item, at)
        if measurement is not None:
            found.append(measurement)
    return found


# --- the four kinds -----------------------------------------------------------------------------


def _require_two(reading: Reading, item: Any, place: Place) -> None:
    if len(item) > 2:
        reading.breach("a third member, which nobody knows; expected environment and measurements", place)


def _read_endorsed(reading: Reading, item: Any, place: Place, rules: Rules | None) -> dict[str, Any]:
    _require_two(reading, item, place)
    environment = read_environment(reading, item[0], place.at("environment", 0))
    measurements = _read_measurements(reading, item[1], place.at("measurements", 1))
    return {
        "environment": None if environment is None else environment.claims,
        "measurements": [measurement.claims for measurement in measurements],
    }


def _read_reference(reading: Reading, item: Any, place: Place, rules: Rules | None) -> dict[str, Any]:
    _require_two(reading, item, place)
    environment = read_environment(reading, item[0], place.at("environment", 0))
    measurements = _read_measurements(reading, item[1], place.at("measurements", 1))
    if environment is not None:
        _show_reference(reading, environment, measurements, place, rules)
    return {
        "environment": None if environment is None else environment.claims,
        "measurements": [measurement.claims for measurement in measurements],
    }


def _show_reference(
    reading: Reading,
    environment: Environment,
    measurements: list[Measurement],
    place: Place,
    rules: Rules | None,
) -> None:
    """Show the references of one environment; nothing of what breaks a rule."""
    sound = rules is None or is_class_sound(reading, rules, environment)
    usable = []
    for measurement in measurements:
        fits = rules is None or is_component_sound(reading, rules, measurement)
        if sound and fits and measurement.sound:
            usable.append(measurement)
    if rules is not None:
        named = {measurement.mkey for measurement in measurements if type(measurement.mkey) is str}
        check_reference(reading, rules, named, place)
    if not sound:
        return
    show_environment(reading, environment, implementation=rules is None or rules.implementation)
    if "instance" in environment.claims or "group" in environment.claims:
        # They say nothing about the other devices of the model, and it cannot be said here of which they do.
        reading.skip("reference values for one device, or for a group of devices")
        return
    for measurement in usable:
        _show_measurement(reading, environment, measurement)
        for key, what in _NOT_COMPARED.items():
            if key in measurement.values:
                reading.skip(f"{what} of reference values")
        if "authorized_by" in measurement.claims:
            reading.skip("keys that have to authorise a measurement")


def _show_measurement(reading: Reading, environment: Environment, measurement: Measurement) -> None:
    scope, place = environment.scope, measurement.place
    name, at = measurement.name
    if name:
        subject = Subject("component", name, "measurement-type")
    elif measurement.digests.usable:
        # Nobody gives this name to anything, so that only the digest can say what it is.
        subject = Subject("component", place.path, "file")
    else:
        return
    for index, digest in measurement.digests.usable.items():
        where = place.at(f"digests[{index}]", 1, 2, index, 1)
        reading.show("component.reference", digest, where, scope, subject)
    version, at = measurement.version
    if version:
        reading.show("component.reference-version", version, at, scope, subject)
    for signer, at in measurement.signers:
        reading.show("component.reference-signer", signer, at, scope, subject)
    if measurement.digests.usable:
        reading.show("attestation.reference-values-published", True, place.at("digests", 1, 2), scope)


def _read_identity(reading: Reading, item: Any, place: Place, rules: Rules | None) -> dict[str, Any]:
    _, claims = _read_key_triple(reading, item, place)
    return claims


def _read_attest_key(reading: Reading, item: Any, place: Place, rules: Rules | None) -> dict[str, Any]:
    before = reading.faults
    environment, claims = _read_key_triple(reading, item, place)
    if environment is None:
        return claims
    if rules is not None and rules.keys:
        is_class_sound(reading, rules, environment)
        is_key_triple_sound(reading, rules, environment, item[1], place.at("keys", 1))
    device = environment.device
    if not device or reading.faults > before:
        return claims
    show_environment(reading, environment, implementation=rules is None or rules.implementation)
    subject = Subject("device", device, "instance-id")
    for index, key in enumerate(claims["keys"]):
        if "spki_sha256" in key:
            at = place.at(f"keys[{index}]", 1, index)
            reading.show("device.endorsed-key", key["spki_sha256"], at, environment.scope, subject)
    return claims


def _read_key_triple(reading: Reading, item: Any, place: Place) -> tuple[Environment | None, dict[str, Any]]:
    """Read environment, keys and conditions; a key that should be one and is none breaks the triple."""
    environment = read_environment(reading, item[0], place.at("environment", 0))
    at = place.at("keys", 1)
    keys = read_keys(reading, item[1], at)
    for index, key in enumerate(keys):
        if "unreadable" in key:
            reading.breach(key["unreadable"], at.at(f"[{index}]", index))
    claims: dict[str, Any] = {
        "environment": None if environment is None else environment.claims,
        "keys": keys,
    }
    if len(item) > 2:
        claims["conditions"] = to_json(item[2])
        reading.skip("conditions of keys")
    return environment, claims


_READERS: Final[dict[int, tuple[str, _Reader]]] = {
    _REFERENCE: ("reference", _read_reference),
    _ENDORSED: ("endorsed", _read_endorsed),
    _IDENTITY: ("identity", _read_identity),
    _ATTEST_KEY: ("attest_key", _read_attest_key),
}
"""Key of the triples map → name, and how one triple is read."""
