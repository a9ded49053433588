"""The claims of PSA attestation tokens, one by one, with what RFC 9783 section 4 asks of each."""

from __future__ import annotations

from typing import Any, Final

from iotassess.evidence.eat_reading import (
    SECURED,
    Claims,
    Reader,
    Reading,
    describe,
    enumerated,
    speaks_against,
    to_json,
)
from iotassess.evidence.psa_components import HASH_LENGTHS, read_components, refuse_claim
from iotassess.evidence.psa_labels import NO_MEASUREMENTS, PsaProfile
from iotassess.model.claim import PRODUCT
from iotassess.model.vocabulary import LIFECYCLES, UNINTELLIGIBLE

INSTANCE_ID_LENGTH: Final = 33
IMPLEMENTATION_ID_LENGTH: Final = 32
_RAND: Final = 1
"""UEID type of an instance identifier (RFC 9783 section 4.2.1)."""

_FIRST_CLIENT, _LAST_CLIENT = -(1 << 31), (1 << 31) - 1
_LAST_LIFECYCLE: Final = 0xFFFF

_STATES: Final = {number << 12: name for number, name in enumerate(LIFECYCLES)}
"""First value of each range of 256 → state (RFC 9783 section 4.3.1)."""

APPLICATION_DEBUG, ROT_DEBUG = LIFECYCLES[4], LIFECYCLES[5]


def lifecycle_state(value: int) -> str | None:
    """Name the state of a lifecycle value: its high byte counts. None outside the defined ranges."""
    return _STATES.get(value & 0xFF00) if 0 <= value <= _LAST_LIFECYCLE else None


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
        refuse_claim(reading, "nonce", label, value, "one byte string")

    return read


def _instance_id(label: int) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is bytes:
            text = reading.claims["instance_id"] = value.hex()
            if len(value) == INSTANCE_ID_LENGTH and value[0] == _RAND:
                reading.device = text
                return
        refuse_claim(
            reading, "instance_id", label, value, f"{INSTANCE_ID_LENGTH} bytes, the first of them 01"
        )

    return read


def _implementation_id(label: int) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is bytes:
            text = reading.claims["implementation_id"] = value.hex()
            if len(value) == IMPLEMENTATION_ID_LENGTH:
                reading.show("identity.implementation-id", text, "implementation_id", label)
                return
        refuse_claim(reading, "implementation_id", label, value, f"{IMPLEMENTATION_ID_LENGTH} bytes")

    return read


def _client_id(label: int) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is int:
            reading.claims["client_id"] = value
            if value and _FIRST_CLIENT <= value <= _LAST_CLIENT:
                return
        refuse_claim(reading, "client_id", label, value, "a 32-bit integer other than 0")

    return read


def _lifecycle(label: int) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is not int:
            refuse_claim(reading, "lifecycle", label, value, "an integer of 16 bits")
            reading.show("lifecycle", UNINTELLIGIBLE, "lifecycle", label)
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
        reading.show("lifecycle", UNINTELLIGIBLE, "lifecycle", label)
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
        refuse_claim(reading, "boot_seed", label, value, expected)

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
        refuse_claim(reading, "certification_reference", label, value, expected)

    return read


def _text(key: str, label: int) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is str:
            reading.claims[key] = value
        else:
            refuse_claim(reading, key, label, value, "a text")

    return read


def _profile(label: int, expected: str) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is str:
            reading.claims["profile"] = value
            if value != expected:
                message = f"the profile is {describe(value)}; expected {expected}, by whose rules it is read"
                reading.report("eat-profile-unknown", message, "profile", label)
            return
        refuse_claim(reading, "profile", label, value, "a text")

    return read


# --- all of them ---------------------------------------------------------------------------------


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
        labels["sw_components"]: read_components(labels["sw_components"]),
        labels["verification_service"]: _text("verification_service", labels["verification_service"]),
    }
    if labels["nonce"] < 0:
        readers[NO_MEASUREMENTS] = _no_measurements
    return readers


def presenting(reader: Reader, label: int) -> Reader:
    """Make a reader that shows a claim in a token of another profile, whose rules are not known here.

    So it states nothing for the product; a lifecycle that is not "secured" speaks against it all the same.
    """

    def read(reading: Reading, value: Any, claims: Claims) -> None:
        scratch = Reading(reading.context, b"", covered=False)
        reader(scratch, value, claims)
        if scratch.claims.pop("other", None) is not None:
            reading.keep_other(label, value)
        reading.claims.update(scratch.claims)
        reading.measures = reading.measures or scratch.measures
        for found in scratch.shown:
            if found.subject == PRODUCT and speaks_against(found.property, found.value):
                reading.show(found.property, found.value, found.path, label)

    return read
