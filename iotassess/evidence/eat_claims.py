"""The claims of RFC 8392 and RFC 9711 one by one: by label, with type, length and what they need beside them.

Each reader takes one claim. Rules that the RFC's own examples break (a claim that needs another one, the
length of a UEID of type 0x01) are warnings, so that those examples are read and not refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iotassess.evidence.eat_reading import Claims, Reader, Reading, describe, enumerated, to_json
from iotassess.model.vocabulary import DEBUG_STATES, UNINTELLIGIBLE

MIN_UEID, MAX_UEID = 7, 33
"""Bytes of a UEID (RFC 9711 section 4.2.1)."""

_UEID_LENGTHS: Final = {1: ("RAND", (17, 25, 33)), 2: ("EUI", (7, 9)), 3: ("IMEI", (15,))}
"""Type byte → name and lengths in bytes, the type byte counted (RFC 9711 section 4.2.1.1, table 1)."""

_OEMID_FORMS: Final = {3: "ieee", 16: "random"}
"""Length → form of an OEM identifier in bytes (RFC 9711 section 4.2.3)."""

LAST_PEN: Final = 0xFFFFFFFF
"""Private enterprise numbers are sub-identifiers of an OID: 32 bits (RFC 9371 section 2.1)."""

MAX_HWMODEL: Final = 32
"""Bytes of a hardware model (RFC 9711 section 4.2.4)."""

LAST_INTENDED_USE: Final = 255

INTENDED_USES: Final = {1: "generic", 2: "registration", 3: "provisioning", 4: "csr", 5: "pop"}
"""RFC 9711 section 4.3.3."""

LOCATION_FIELDS: Final = {
    1: "latitude",
    2: "longitude",
    3: "altitude",
    4: "accuracy",
    5: "altitude-accuracy",
    6: "heading",
    7: "speed",
    8: "timestamp",
    9: "age",
}
"""RFC 9711 section 4.2.10."""


# --- plain claims -------------------------------------------------------------------------------


def read_text(key: str, label: Any) -> Reader:
    """Make the reader of a text claim."""

    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is str:
            reading.claims[key] = value
        else:
            reading.refuse(key, label, value, "a text")

    return read


def read_bytes(key: str, label: Any) -> Reader:
    """Make the reader of a byte string of any length."""

    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is bytes:
            reading.claims[key] = value.hex()
        else:
            reading.refuse(key, label, value, "a byte string")

    return read


def read_uint(key: str, label: Any) -> Reader:
    """Make the reader of an unsigned integer."""

    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is int and value >= 0:
            reading.claims[key] = value
        else:
            reading.refuse(key, label, value, "an unsigned integer")

    return read


def read_audience(reading: Reading, value: Any, claims: Claims) -> None:
    """Read aud: one text or an array of them (RFC 7519 section 4.1.3)."""
    values = value if isinstance(value, list | tuple) else (value,)
    if all(type(one) is str for one in values):
        reading.claims["aud"] = to_json(value)
    else:
        reading.refuse("aud", 3, value, "a text, or an array of texts")


def read_confirmation(reading: Reading, value: Any, claims: Claims) -> None:
    """Read cnf, a key that the token binds (RFC 8747): shown, not used to verify anything."""
    if isinstance(value, Mapping):
        reading.claims["cnf"] = to_json(value)
    else:
        reading.refuse("cnf", 8, value, "a map")


# --- identity -----------------------------------------------------------------------------------


def _check_ueid(reading: Reading, value: Any, path: str, *steps: Any) -> str | None:
    """Check one UEID; gives its hex, or None where it is no byte string."""
    if type(value) is not bytes:
        reading.report("eat-claim-type", f"{path} is {describe(value)}; expected a byte string", path, *steps)
        return None
    size = len(value)
    if not MIN_UEID <= size <= MAX_UEID:
        reading.report(
            "eat-ueid-length",
            f"a UEID of {size} bytes; expected {MIN_UEID} to {MAX_UEID}",
            path,
            *steps,
        )
        return value.hex()
    name, lengths = _UEID_LENGTHS.get(value[0], ("", ()))
    if size not in lengths:
        expected = f"{name} has {' or '.join(map(str, lengths))} bytes" if name else "types are 1, 2 and 3"
        reading.report(
            "eat-ueid-type",
            f"a UEID of type {value[0]} with {size} bytes; {expected}: it may not be unique",
            path,
            *steps,
        )
    return value.hex()


def read_ueid(reading: Reading, value: Any, claims: Claims) -> None:
    """Read ueid (RFC 9711 section 4.2.1): opaque, so that only the length is an error."""
    text = _check_ueid(reading, value, "ueid", 256)
    if text is None:
        reading.keep_other(256, value)
        return
    reading.claims["ueid"] = text
    reading.device = text


def read_sueids(reading: Reading, value: Any, claims: Claims) -> None:
    """Read sueids: a map of text to UEID (RFC 9711 section 4.2.2)."""
    if not isinstance(value, Mapping) or not all(type(name) is str for name in value):
        reading.refuse("sueids", 257, value, "a map of names to UEIDs")
        return
    found = {name: _check_ueid(reading, ueid, f"sueids.{name}", 257, name) for name, ueid in value.items()}
    reading.claims["sueids"] = {name: text for name, text in found.items() if text is not None}


def read_oemid(reading: Reading, value: Any, claims: Claims) -> None:
    """Read oemid in its three forms (RFC 9711 section 4.2.3)."""
    if type(value) is int and 0 <= value <= LAST_PEN:
        reading.claims["oemid"] = {"form": "pen", "value": value}
        reading.show("identity.oemid", f"pen:{value}", "oemid", 258)
        return
    form = _OEMID_FORMS.get(len(value)) if type(value) is bytes else None
    if form is None:
        reading.report(
            "eat-oemid-form",
            f"oemid is {describe(value)}; expected an enterprise number, 3 bytes (IEEE) or 16 bytes (random)",
            "oemid",
            258,
        )
        reading.keep_other(258, value)
        return
    reading.claims["oemid"] = {"form": form, "value": value.hex()}
    reading.show("identity.oemid", f"{form}:{value.hex()}", "oemid", 258)


def need(reading: Reading, claims: Claims, key: str, label: int, needed: str, needed_label: int) -> None:
    """Report a claim without the claim that it needs beside it."""
    if needed_label not in claims:
        reading.report(
            "eat-dependency",
            f"{key} without {needed}, which it needs beside it (RFC 9711 section 4.2)",
            key,
            label,
        )


def read_hwmodel(reading: Reading, value: Any, claims: Claims) -> None:
    """Read hwmodel: 1 to 32 bytes, which mean something beside oemid (RFC 9711 section 4.2.4)."""
    if type(value) is not bytes or not 1 <= len(value) <= MAX_HWMODEL:
        reading.refuse("hwmodel", 259, value, f"1 to {MAX_HWMODEL} bytes")
        return
    reading.claims["hwmodel"] = value.hex()
    reading.show("identity.hwmodel", value.hex(), "hwmodel", 259)
    need(reading, claims, "hwmodel", 259, "oemid", 258)


def read_profile(reading: Reading, value: Any, claims: Claims) -> None:
    """Read eat_profile: a URI, or an OID in bytes (RFC 9711 section 4.3.2)."""
    if type(value) is str and value:
        reading.claims["profile"] = value
    elif type(value) is bytes and value:
        reading.claims["profile"] = value.hex()
    else:
        reading.refuse("profile", 265, value, "a URI or an object identifier")


# --- state --------------------------------------------------------------------------------------


def read_oemboot(reading: Reading, value: Any, claims: Claims) -> None:
    """Read oemboot (RFC 9711 section 4.2.8)."""
    if type(value) is not bool:
        reading.refuse("oemboot", 262, value, "true or false")
        return
    reading.claims["oemboot"] = value
    reading.show("boot.secure-boot", value, "oemboot", 262)
    if not value:
        reading.report(
            "eat-oemboot-false",
            "oemboot is false: software that the maker did not authorise may have booted",
            "oemboot",
            262,
        )
    need(reading, claims, "oemboot", 262, "oemid", 258)


def read_dbgstat(reading: Reading, value: Any, claims: Claims) -> None:
    """Read dbgstat (RFC 9711 section 4.2.9). A submodule has its own; nothing is inherited."""
    if type(value) is not int or not 0 <= value < len(DEBUG_STATES):
        reading.report(
            "eat-dbgstat-invalid",
            f"dbgstat is {describe(value)}; expected 0 to {len(DEBUG_STATES) - 1}",
            "dbgstat",
            263,
        )
        reading.keep_other(263, value)
        reading.show("debug.state", UNINTELLIGIBLE, "dbgstat", 263)
        return
    state = DEBUG_STATES[value]
    reading.claims["dbgstat"] = enumerated(value, state)
    reading.show("debug.state", state, "dbgstat", 263)
    if value == 0:
        reading.report("eat-debug-enabled", "dbgstat is 0: debugging is enabled", "dbgstat", 263)
    elif value == 1:
        reading.report(
            "eat-debug-reenableable",
            "dbgstat is 1: debugging is disabled now, but may have been enabled since boot; "
            "expected 2 or higher in production",
            "dbgstat",
            263,
        )
    elif value == 3:
        need(reading, claims, "dbgstat", 263, "oemid", 258)


def read_intuse(reading: Reading, value: Any, claims: Claims) -> None:
    """Read intuse (RFC 9711 section 4.3.3)."""
    if type(value) is int and 1 <= value <= LAST_INTENDED_USE:
        reading.claims["intuse"] = enumerated(value, INTENDED_USES.get(value, "unknown"))
    else:
        reading.refuse("intuse", 275, value, f"1 to {LAST_INTENDED_USE}")


def read_location(reading: Reading, value: Any, claims: Claims) -> None:
    """Read location (RFC 9711 section 4.2.10): whoever gets the evidence learns where the device is."""
    reading.report(
        "eat-location-present", "the evidence says where the device is; leave location out", "location", 264
    )
    if (
        not isinstance(value, Mapping)
        or not all(_is_number(one) for one in value.values())
        or not (1 in value and 2 in value)
    ):
        reading.refuse("location", 264, value, "a map of numbers with latitude and longitude")
        return
    found: dict[str, Any] = {}
    for label, number in value.items():
        name = LOCATION_FIELDS.get(label) if type(label) is int else None
        found[name or f"other {describe(label)}"] = to_json(number)
    reading.claims["location"] = found


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


READERS: Final[dict[Any, Reader]] = {
    1: read_text("iss", 1),
    2: read_text("sub", 2),
    3: read_audience,
    7: read_bytes("cti", 7),
    8: read_confirmation,
    256: read_ueid,
    257: read_sueids,
    258: read_oemid,
    259: read_hwmodel,
    261: read_uint("uptime", 261),
    262: read_oemboot,
    263: read_dbgstat,
    264: read_location,
    265: read_profile,
    267: read_uint("bootcount", 267),
    268: read_bytes("boot_seed", 268),
    275: read_intuse,
    "jti": read_text("jti", "jti"),
}
"""Label → reader; ``eat_token`` adds those of the other files."""
