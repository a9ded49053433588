"""The software components of a PSA token: what was measured, in which version, signed by whom.

RFC 9783 section 4.4.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from iotassess.evidence.eat_reading import Claims, Reader, Reading, describe, to_json
from iotassess.model.artefact import Shown
from iotassess.model.claim import Digest, Subject

HASH_LENGTHS: Final = {32: "sha-256", 48: "sha-384", 64: "sha-512"}
"""Lengths that nonce, measurement and signer identifier may have, and the usual hash of each."""

HASH_NAMES: Final = {
    "sha-256": 32,
    "sha-384": 48,
    "sha-512": 64,
    "sha3-256": 32,
    "sha3-384": 48,
    "sha3-512": 64,
}
"""Hash names that a measurement description can be (IANA Named Information registry) → length."""

MAX_REMEMBERED: Final = 256
"""Characters of the texts of a component that is remembered, so that memory stays flat."""

MAX_COMPONENTS_REMEMBERED: Final = 1024
"""Components remembered: some hundred releases of a dozen models."""

_PARTS: Final = {1: "type", 2: "digest", 4: "version", 5: "signer_id", 6: "description"}
"""Keys of a software component → name in ``claims``."""

_MAX_NAME: Final = 32
"""Characters of the name of a hash that is not known; those of real ones have a dozen."""

_OTHER_FAMILIES: Final = ("sha3", "shake", "blake", "sm3", "md5", "sha1")


def refuse_claim(reading: Reading, key: str, label: int, value: Any, expected: str) -> None:
    """Report a claim whose value the profile does not allow; one that cannot be shown is kept apart."""
    reading.report("psa-claim-invalid", f"{key} is {describe(value)}; expected {expected}", key, label)
    if key not in reading.claims:
        reading.keep_other(label, value)


def read_components(label: int) -> Reader:
    """Make the reader of the list of software components."""

    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if not isinstance(value, list | tuple):
            refuse_claim(reading, "sw_components", label, value, "an array of components")
            return
        if not value:
            message = "the list of software components is empty; expected at least one"
            reading.report("psa-no-sw-components", message, "sw_components", label)
        found = reading.claims["sw_components"] = []
        for index, component in enumerate(value):
            if type(component) is dict or isinstance(component, Mapping):
                found.append(_read_component(reading, component, label, index))
            else:
                message = f"component {index} is {describe(component)}; expected a map"
                reading.report("psa-claim-invalid", message, f"sw_components[{index}]", label, index)
                found.append({"other": to_json(component)})

    return read


def _read_component(reading: Reading, component: Claims, label: int, index: int) -> dict[str, Any]:
    """Read one software component (RFC 9783 section 4.4.1)."""
    get = component.get
    kind, value, version, signer_id, description = get(1), get(2), get(4), get(5), get(6)
    if (
        type(kind) is str
        and type(value) is bytes
        and type(signer_id) is bytes
        and (version is None or type(version) is str)
        and (description is None or type(description) is str)
        and len(component) == 3 + (version is not None) + (description is not None)
        and len(kind) + len(version or "") + len(description or "") <= MAX_REMEMBERED
        and len(reading.prefix) <= MAX_REMEMBERED
    ):
        texts = (kind, version, description)
        place = (reading.prefix, reading.trail, label, index)
        known = _read_plain(texts, value, signer_id, reading.covered, place)
        if known is not None:
            reading.shown += known[1]
            reading.measures = "sw_components"
            return dict(known[0])
    entry: dict[str, Any] = {}
    for key, text in ((1, kind), (4, version), (6, description)):
        if type(text) is str:
            entry[_PARTS[key]] = text
        elif text is not None:
            _refuse_part(reading, label, index, key, text, "a text")
    measurement = _read_measurement(reading, value, entry, label, index)
    _read_signer(reading, signer_id, entry, label, index)
    other = {key: part for key, part in component.items() if key not in _PARTS}
    if other:
        entry["other"] = to_json(other) | entry.get("other", {})
    place = (reading.prefix, reading.trail, label, index)
    reading.shown += _statements(entry, measurement, reading.covered, place)
    return entry


_Place = tuple[str, tuple[Any, ...] | None, int, int]
"""Where a component stands: path and steps of its claims set, label of the list, index in it."""


@lru_cache(maxsize=MAX_COMPONENTS_REMEMBERED)
def _read_plain(
    texts: tuple[str, str | None, str | None],
    value: bytes,
    signer_id: bytes,
    covered: bool,
    place: _Place,
) -> tuple[dict[str, Any], tuple[Shown, ...]] | None:
    """Read a component without fault; None if it is not one.

    All devices of a model that run one release have the same few, which are remembered.
    """
    kind, version, description = texts
    alg = HASH_LENGTHS.get(len(value))
    if alg is not None and description is not None:
        alg = _named_hash(description, alg)
    if not kind or alg is None or HASH_NAMES[alg] != len(value) or len(signer_id) not in HASH_LENGTHS:
        return None
    entry = {"type": kind}
    if version is not None:
        entry["version"] = version
    if description is not None:
        entry["description"] = description
    entry |= {"digest": value.hex(), "digest_alg": alg, "signer_id": signer_id.hex()}
    return entry, _statements(entry, Digest(alg, entry["digest"]), covered, place)


def _statements(
    entry: Mapping[str, Any], measurement: Digest | None, covered: bool, place: _Place
) -> tuple[Shown, ...]:
    """State measurement, version and signer of a component, as far as they are valid."""
    prefix, base, label, index = place
    kind = entry.get("type")
    subject = (
        Subject("component", kind, "measurement-type")
        if kind
        # One that nothing names is shown all the same: it must not disappear.
        else Subject("component", entry.get("signer_id", ""), "signer")
    )
    values = (
        (2, "component.measurement", measurement),
        (4, "component.version", entry.get("version")),
        (5, "component.signer", entry.get("signer_id")),
    )
    return tuple(
        Shown(
            subject,
            property,
            value,
            f"{prefix}sw_components[{index}].{_PARTS[key]}",
            covered,
            False,
            () if base is None else (*base, label, index, key),
        )
        for key, property, value in values
        if value is not None
    )


def _refuse_part(
    reading: Reading,
    label: int,
    index: int,
    key: int,
    value: Any,
    expected: str,
    id: str = "psa-claim-invalid",
) -> None:
    """Report one part of a component."""
    at = f"sw_components[{index}].{_PARTS[key]}"
    steps = (label, index) if value is None else (label, index, key)
    got = "missing" if value is None else describe(value)
    reading.report(id, f"{at} is {got}; expected {expected}", at, *steps)


def _read_measurement(
    reading: Reading, value: Any, entry: dict[str, Any], label: int, index: int
) -> Digest | None:
    """Read a measurement value; gives it as a digest, which is None only where there are no bytes.

    What is no digest of a known hash is one all the same, which nothing equals: a second
    measurement of a component must not disappear behind a good one.
    """
    if type(value) is not bytes:
        id = "psa-claim-missing" if value is None else "psa-claim-invalid"
        _refuse_part(reading, label, index, 2, value, "a byte string, the measurement", id)
        return None
    text = entry["digest"] = value.hex()
    size, usual = len(value), HASH_LENGTHS.get(len(value))
    description = entry.get("description")
    named = usual if description is None else _named_hash(description, usual)
    if usual is None or (named is not None and HASH_NAMES[named] != size):
        expected = f"the length of {named}" if named is not None else "32, 48 or 64 bytes"
        _refuse_part(reading, label, index, 2, value, expected, "psa-measurement-length")
        return Digest(named or _plain_name(description), text) if text else None
    reading.measures = "sw_components"
    if named is None:
        at = f"sw_components[{index}].digest"
        message = f"{at} is by {describe(description)}; expected one of {', '.join(HASH_NAMES)}"
        reading.report("eat-claim-type", message, at, label, index, 2)
        return Digest(_plain_name(description), text)
    entry["digest_alg"] = named
    return Digest(named, text)


def _plain_name(description: str | None) -> str:
    """Write the name of a hash that is not known here in the way of those that are."""
    words = re.findall("[a-z0-9]+", (description or "").lower())
    return "-".join(words)[:_MAX_NAME] or "unknown"


def _named_hash(description: str, usual: str | None) -> str | None:
    """Give the hash that a description names, ``usual``, or None for one that is not compared here.

    The description names the way of measuring (RFC 9783 section 4.4.1.6), in practice a hash or a
    word of the implementation. The latter leaves the hash to the length, unless it says that the
    hash is of another family.
    """
    compact = description.lower().replace("-", "").replace("_", "")
    for known in HASH_NAMES:
        if compact == known.replace("-", ""):
            return known
    foreign = any(family in compact for family in _OTHER_FAMILIES)
    return None if foreign else usual


def _read_signer(reading: Reading, value: Any, entry: dict[str, Any], label: int, index: int) -> None:
    """Read the identifier of the key that signed the component."""
    if type(value) is bytes and len(value) in HASH_LENGTHS:
        entry["signer_id"] = value.hex()
    elif value is None:
        expected = "32, 48 or 64 bytes: nothing says who made the software"
        _refuse_part(reading, label, index, 5, value, expected, "psa-signer-id-missing")
    else:
        _refuse_part(reading, label, index, 5, value, "32, 48 or 64 bytes")
        entry["other"] = {"signer_id": to_json(value)}
