"""The claims of PSA attestation tokens, one by one, with what RFC 9783 section 4 asks of each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from iotassess.evidence.eat_reading import Claims, Reader, Reading, describe, enumerated, to_json
from iotassess.evidence.psa_labels import NO_MEASUREMENTS, PsaProfile
from iotassess.model.artefact import Shown
from iotassess.model.claim import Digest, Subject
from iotassess.model.vocabulary import LIFECYCLES

HASH_LENGTHS: Final = {32: "sha-256", 48: "sha-384", 64: "sha-512"}
"""Lengths that nonce, measurement and signer identifier may have, and the usual hash of each."""

_HASH_NAMES: Final = {
    "sha-256": 32,
    "sha-384": 48,
    "sha-512": 64,
    "sha3-256": 32,
    "sha3-384": 48,
    "sha3-512": 64,
}
"""Hash names that a measurement description can be (IANA Named Information registry) → length."""

INSTANCE_ID_LENGTH: Final = 33
IMPLEMENTATION_ID_LENGTH: Final = 32
_RAND: Final = 1
"""UEID type of an instance identifier (RFC 9783 section 4.2.1)."""

_FIRST_CLIENT, _LAST_CLIENT = -(1 << 31), (1 << 31) - 1
_LAST_LIFECYCLE: Final = 0xFFFF

_STATES: Final = {number << 12: name for number, name in enumerate(LIFECYCLES)}
"""First value of each range of 256 → state (RFC 9783 section 4.3.1)."""

SECURED, APPLICATION_DEBUG, ROT_DEBUG = LIFECYCLES[3], LIFECYCLES[4], LIFECYCLES[5]


def lifecycle_state(value: int) -> str | None:
    """Name the state of a lifecycle value: its high byte counts. None outside the defined ranges."""
    return _STATES.get(value & 0xFF00) if 0 <= value <= _LAST_LIFECYCLE else None


def _invalid(reading: Reading, key: str, label: int, value: Any, expected: str) -> None:
    reading.report("psa-claim-invalid", f"{key} is {describe(value)}; expected {expected}", key, label)
    if key not in reading.claims:
        reading.keep_other(label, value)


def _nonce(label: int) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is bytes:
            reading.nonces = (value,)
            reading.claims["nonce"] = value.hex()
            if len(value) not in HASH_LENGTHS:
                message = f"a nonce of {len(value)} bytes; expected 32, 48 or 64"
                reading.report("eat-nonce-length", message, "nonce", label)
            return
        if isinstance(value, list | tuple) and value and all(type(one) is bytes for one in value):
            reading.nonces = tuple(value)
            reading.claims["nonce"] = [one.hex() for one in value]
        _invalid(reading, "nonce", label, value, "one byte string")

    return read


def _instance_id(label: int) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is bytes:
            text = reading.claims["instance_id"] = value.hex()
            if len(value) == INSTANCE_ID_LENGTH and value[0] == _RAND:
                reading.device = text
                return
        _invalid(reading, "instance_id", label, value, f"{INSTANCE_ID_LENGTH} bytes, the first of them 01")

    return read


def _implementation_id(label: int) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is bytes:
            text = reading.claims["implementation_id"] = value.hex()
            if len(value) == IMPLEMENTATION_ID_LENGTH:
                if not reading.prefix:
                    reading.show("identity.implementation-id", text, "implementation_id", label)
                return
        _invalid(reading, "implementation_id", label, value, f"{IMPLEMENTATION_ID_LENGTH} bytes")

    return read


def _client_id(label: int) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is int:
            reading.claims["client_id"] = value
            if value and _FIRST_CLIENT <= value <= _LAST_CLIENT:
                return
        _invalid(reading, "client_id", label, value, "a 32-bit integer other than 0")

    return read


def _lifecycle(label: int) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is not int:
            _invalid(reading, "lifecycle", label, value, "an integer of 16 bits")
            return
        state = lifecycle_state(value)
        if state == SECURED:
            reading.claims["lifecycle"] = {"value": value, "name": SECURED}
            reading.show("lifecycle", SECURED, "lifecycle", label)
            return
        _judge_lifecycle(reading, value, state, label)

    return read


def _judge_lifecycle(reading: Reading, value: int, state: str | None, label: int) -> None:
    """Report every state but "secured"."""
    reading.claims["lifecycle"] = enumerated(value, state or "invalid")
    if state is None:
        message = f"lifecycle {value:#06x} lies in no defined range; expected 0x3000 to 0x30ff"
        reading.report("psa-lifecycle-invalid", message, "lifecycle", label)
        return
    reading.show("lifecycle", state, "lifecycle", label)
    if state in (APPLICATION_DEBUG, ROT_DEBUG):
        reading.show("debug.state", "enabled", "lifecycle", label)
    id = "psa-lifecycle-debug" if state == APPLICATION_DEBUG else "psa-lifecycle-not-secured"
    message = f"lifecycle {value:#06x} is {state}; expected secured (0x3000 to 0x30ff) in the field"
    reading.report(id, message, "lifecycle", label)


def _boot_seed(label: int, low: int, high: int) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is bytes:
            reading.claims["boot_seed"] = value.hex()
            if low <= len(value) <= high:
                return
        expected = f"{low} bytes" if low == high else f"{low} to {high} bytes"
        _invalid(reading, "boot_seed", label, value, expected)

    return read


def _certification_reference(label: int, short: bool) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is str:
            reading.claims["certification_reference"] = value
            if value.isascii() and (
                (len(value) == 19 and value[13] == "-" and (value[:13] + value[14:]).isdigit())
                or (short and len(value) == 13 and value.isdigit())
            ):
                return
        expected = "13 digits, a hyphen and 5 digits" + (", or 13 digits" if short else "")
        _invalid(reading, "certification_reference", label, value, expected)

    return read


def _text(key: str, label: int) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is str:
            reading.claims[key] = value
        else:
            _invalid(reading, key, label, value, "a text")

    return read


def _profile(label: int, expected: str) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is str:
            reading.claims["profile"] = value
            if value != expected:
                message = f"the profile is {describe(value)}; expected {expected}, by whose rules it is read"
                reading.report("eat-profile-unknown", message, "profile", label)
            return
        _invalid(reading, "profile", label, value, "a text")

    return read


# --- software components ------------------------------------------------------------------------

MAX_REMEMBERED: Final = 256
"""Characters of the texts of a component that is remembered, so that memory stays flat."""

MAX_COMPONENTS_REMEMBERED: Final = 1024
"""Components remembered: some hundred releases of a dozen models."""

_PARTS: Final = {1: "type", 2: "digest", 4: "version", 5: "signer_id", 6: "description"}
"""Keys of a software component → name in ``claims``."""

_OTHER_FAMILIES: Final = ("sha3", "shake", "blake", "sm3", "md5", "sha1")


def _components(label: int) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if not isinstance(value, list | tuple):
            _invalid(reading, "sw_components", label, value, "an array of components")
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
            reading.measures = True
            return dict(known[0])
    entry: dict[str, Any] = {}
    for key, text in ((1, kind), (4, version), (6, description)):
        if type(text) is str:
            entry[_PARTS[key]] = text
        elif text is not None:
            _refuse_part(reading, label, index, key, text, "a text")
    measurement = _read_measurement(reading, value, entry, label, index)
    signer = _read_signer(reading, signer_id, entry, label, index)
    other = {key: part for key, part in component.items() if key not in _PARTS}
    if other:
        entry["other"] = to_json(other) | entry.get("other", {})
    if entry.get("type") or signer is not None:
        reading.shown += _statements(
            entry, measurement, reading.covered, (reading.prefix, reading.trail, label, index)
        )
    reading.measures |= measurement is not None
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
    if not kind or alg is None or _HASH_NAMES[alg] != len(value) or len(signer_id) not in HASH_LENGTHS:
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
        else Subject("component", entry["signer_id"], "signer")
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
    """Read a measurement value; gives it as a digest where it can be compared with one."""
    if type(value) is not bytes:
        id = "psa-claim-missing" if value is None else "psa-claim-invalid"
        _refuse_part(reading, label, index, 2, value, "a byte string, the measurement", id)
        return None
    text = entry["digest"] = value.hex()
    size = len(value)
    alg = HASH_LENGTHS.get(size)
    if alg is None:
        _refuse_part(reading, label, index, 2, value, "32, 48 or 64 bytes", "psa-measurement-length")
        return None
    if "description" in entry:
        alg = _named_hash(entry["description"], alg)
        if alg is None:
            return None
        if _HASH_NAMES[alg] != size:
            _refuse_part(reading, label, index, 2, value, f"the length of {alg}", "psa-measurement-length")
            return None
    entry["digest_alg"] = alg
    return Digest(alg, text)


def _named_hash(description: str, usual: str) -> str | None:
    """Give the hash that a description names, or None for one that is not compared here.

    The description names the way of measuring (RFC 9783 section 4.4.1.6), in practice a hash or a
    word of the implementation. The latter leaves the hash to the length, unless it says that the
    hash is of another family.
    """
    compact = description.lower().replace("-", "").replace("_", "")
    for known in _HASH_NAMES:
        if compact == known.replace("-", ""):
            return known
    foreign = any(family in compact for family in _OTHER_FAMILIES)
    return None if foreign else usual


def _read_signer(reading: Reading, value: Any, entry: dict[str, Any], label: int, index: int) -> str | None:
    """Read the identifier of the key that signed the component."""
    if type(value) is bytes and len(value) in HASH_LENGTHS:
        text: str = value.hex()
        entry["signer_id"] = text
        return text
    if value is None:
        expected = "32, 48 or 64 bytes: nothing says who made the software"
        _refuse_part(reading, label, index, 5, value, expected, "psa-signer-id-missing")
    else:
        _refuse_part(reading, label, index, 5, value, "32, 48 or 64 bytes")
        entry["other"] = {"signer_id": to_json(value)}
    return None


def _no_measurements(reading: Reading, value: Any, claims: Claims) -> None:
    """Read the retired claim that nothing is measured: 1 is its only value."""
    reading.claims["no_sw_measurements"] = to_json(value)
    if type(value) is not int or value != 1:
        message = f"no_sw_measurements is {describe(value)}; expected 1"
        reading.report("psa-claim-invalid", message, "no_sw_measurements", NO_MEASUREMENTS)


def make_readers(profile: PsaProfile) -> dict[Any, Reader]:
    """Make the readers of one profile: label → reader."""
    labels = profile.labels
    readers: dict[Any, Reader] = {
        labels["nonce"]: _nonce(labels["nonce"]),
        labels["instance_id"]: _instance_id(labels["instance_id"]),
        labels["profile"]: _profile(labels["profile"], profile.id),
        labels["client_id"]: _client_id(labels["client_id"]),
        labels["lifecycle"]: _lifecycle(labels["lifecycle"]),
        labels["implementation_id"]: _implementation_id(labels["implementation_id"]),
        labels["boot_seed"]: _boot_seed(labels["boot_seed"], *profile.boot_seed),
        labels["certification_reference"]: _certification_reference(
            labels["certification_reference"], profile.short_reference
        ),
        labels["sw_components"]: _components(labels["sw_components"]),
        labels["verification_service"]: _text("verification_service", labels["verification_service"]),
    }
    if labels["nonce"] < 0:
        readers[NO_MEASUREMENTS] = _no_measurements
    return readers


def presenting(reader: Reader, label: int) -> Reader:
    """Make a reader that shows a claim in a token of another profile, whose rules are not known here."""

    def read(reading: Reading, value: Any, claims: Claims) -> None:
        scratch = Reading(reading.context, b"", covered=False)
        reader(scratch, value, claims)
        if scratch.claims.pop("other", None) is not None:
            reading.keep_other(label, value)
        reading.claims.update(scratch.claims)
        reading.measures |= scratch.measures

    return read
