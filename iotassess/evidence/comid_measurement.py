"""One measurement of an environment: what it has to be, or is (draft-ietf-rats-corim-11, measurement-map)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor
from iotassess.codec.keys import KeyFault
from iotassess.evidence.comid_digests import Read, is_array, read_digests
from iotassess.evidence.comid_environment import keep_other
from iotassess.evidence.comid_reading import Place, Reading
from iotassess.evidence.comid_values import (
    BYTES,
    CONFIG_ID,
    IMPLEMENTATION_ID,
    OID,
    REFVAL_ID,
    UUID,
    read_key,
    tagged_bytes,
    text_of,
    typed,
    wrong_identifier,
    wrong_range,
    wrong_raw_value,
    wrong_svn,
)
from iotassess.evidence.eat_reading import describe, free_key, to_json

VERSION, SVN, DIGESTS, FLAGS, RAW_VALUE, RAW_MASK, MAC, IP, SERIAL, UEID, UUID_VALUE, NAME = range(12)
CRYPTO_KEYS, REGISTERS, RANGE = 13, 14, 15
_MKEY, _MVAL, _AUTHORISED = range(3)
_LABEL, _REFVAL_VERSION, _SIGNER = 1, 4, 5

_FLAGS: Final = (
    "is-configured",
    "is-secure",
    "is-recovery",
    "is-debug",
    "is-replay-protected",
    "is-integrity-protected",
    "is-runtime-meas",
    "is-immutable",
    "is-tcb",
    "is-confidentiality-protected",
)

_NAMES: Final = {
    VERSION: "version",
    SVN: "svn",
    DIGESTS: "digests",
    FLAGS: "flags",
    RAW_VALUE: "raw_value",
    RAW_MASK: "raw_value_mask",
    MAC: "mac_addr",
    IP: "ip_addr",
    SERIAL: "serial_number",
    UEID: "ueid",
    UUID_VALUE: "uuid",
    NAME: "name",
    CRYPTO_KEYS: "cryptokeys",
    REGISTERS: "integrity_registers",
    RANGE: "int_range",
}

_BYTE_SIZES: Final = {MAC: (6, 8), IP: (4, 16), UEID: tuple(range(7, 34)), UUID_VALUE: (16,)}

MARKERS: Final = frozenset({"psa.software-component", "cca.software-component", "cca.platform-config"})
"""Texts by which profiles mark what kind of thing is measured: names of a kind, not of a component."""

_NO_DIGESTS: Final = Read(None, {}, 0)


class Measurement(NamedTuple):
    """One measurement that could be read.

    Attributes:
        claims: JSON-ready.
        place: where it stands.
        mkey: what is measured, as it stands there, or None.
        values: the measurement values, as they stand there.
        digests: those that a measurement can be held against.
        sound: nothing is wrong with it.
    """

    claims: dict[str, Any]
    place: Place
    mkey: Any
    values: Mapping[Any, Any]
    digests: Read
    sound: bool

    @property
    def refval(self) -> Mapping[Any, Any]:
        """The map of a PSA reference value identifier (older drafts), or an empty one."""
        mkey = self.mkey
        if isinstance(mkey, cbor.Tag) and mkey.number in (REFVAL_ID, IMPLEMENTATION_ID):
            return mkey.value if isinstance(mkey.value, Mapping) else {}
        return {}

    @property
    def name(self) -> tuple[str, Place]:
        """The name of what is measured, with its place; "" where it has none."""
        values, refval, at = self.values, self.refval, self.place
        if type(values.get(NAME)) is str:
            return values[NAME], at.at("name", _MVAL, NAME)
        if type(refval.get(_LABEL)) is str:
            return refval[_LABEL], at.at("mkey", _MKEY, _LABEL)
        if type(self.mkey) is str and self.mkey not in MARKERS:
            return self.mkey, at.at("mkey", _MKEY)
        return "", at

    @property
    def version(self) -> tuple[str, Place]:
        """The version of what is measured, with its place; "" where it has none."""
        version, refval, at = self.values.get(VERSION), self.refval, self.place
        if isinstance(version, Mapping) and type(version.get(0)) is str:
            return version[0], at.at("version", _MVAL, VERSION, 0)
        if type(refval.get(_REFVAL_VERSION)) is str:
            return refval[_REFVAL_VERSION], at.at("mkey", _MKEY, _REFVAL_VERSION)
        return "", at

    @property
    def signers(self) -> list[tuple[str, Place]]:
        """Identifiers of the keys that sign it, in hex, with their places."""
        found = []
        cryptokeys, refval, at = self.values.get(CRYPTO_KEYS), self.refval, self.place
        if is_array(cryptokeys):
            for index, key in enumerate(cryptokeys):
                content = tagged_bytes(key, BYTES)
                if content:
                    where = at.at(f"cryptokeys[{index}]", _MVAL, CRYPTO_KEYS, index)
                    found.append((content.hex(), where))
        if type(refval.get(_SIGNER)) is bytes:
            found.append((refval[_SIGNER].hex(), at.at("mkey", _MKEY, _SIGNER)))
        return found


def read_measurement(reading: Reading, value: Any, place: Place) -> Measurement | None:
    """Read one measurement map; None where it is none."""
    if not isinstance(value, Mapping) or not isinstance(value.get(_MVAL), Mapping):
        reading.fault(f"{describe(value)}; expected a map with measurement values (1)", place)
        return None
    before = reading.faults
    claims: dict[str, Any] = {}
    mkey = value.get(_MKEY)
    if _MKEY in value:
        claims["mkey"] = _read_mkey(reading, mkey, place.at("mkey", _MKEY))
    values = value[_MVAL]
    if not values:
        reading.breach("no measurement value; expected at least one", place)
    digests = _NO_DIGESTS
    for key, inner in values.items():
        name = _NAMES.get(key) if type(key) is int else None
        if name is None:
            continue
        at = place.at(name, _MVAL, key)
        if key == DIGESTS:
            digests = read_digests(reading, inner, at)
            claims[name] = digests.claims
        else:
            claims[name] = _READERS[key](reading, inner, at, values)
    keep_other(values, set(_NAMES), claims)
    if _AUTHORISED in value:
        claims["authorized_by"] = read_keys(
            reading, value[_AUTHORISED], place.at("authorized_by", _AUTHORISED)
        )
    return Measurement(claims, place, mkey, values, digests, reading.faults == before)


def read_keys(reading: Reading, value: Any, place: Place) -> list[dict[str, Any]]:
    """Show keys, certificates and thumbprints; where there is a key, with the SHA-256 of its encoding."""
    if not is_array(value) or not value:
        reading.breach(f"{describe(value)}; expected an array of keys", place)
        return []
    shown = []
    for index, item in enumerate(value):
        at = place.at(f"[{index}]", index)
        if not reading.may_read(at, entries=1):
            break
        entry = typed(item)
        try:
            key = read_key(item)
        except KeyFault as fault:
            entry["unreadable"] = fault.message
        else:
            if key is not None and key.thumbprint is not None:
                entry["spki_sha256"] = key.thumbprint
        shown.append(entry)
    return shown


_KEY_TYPES: Final[Mapping[int, tuple[type, ...]]] = {
    **dict.fromkeys((554, 555, 556), (str,)),
    **dict.fromkeys((557, 559, 561), (list, tuple)),
    558: (Mapping, bytes),
    **dict.fromkeys((560, 562), (bytes,)),
}
"""Tag of a key, certificate or thumbprint → what stands under it (crypto-key-type-choice)."""


def _is_key(item: Any) -> bool:
    return isinstance(item, cbor.Tag) and isinstance(item.value, _KEY_TYPES.get(item.number, ()))


# --- one value ----------------------------------------------------------------------------------

_Reader = Callable[[Reading, Any, Place, Mapping[Any, Any]], Any]


def _read_mkey(reading: Reading, value: Any, place: Place) -> dict[str, Any]:
    if isinstance(value, cbor.Tag):
        if value.number in (REFVAL_ID, IMPLEMENTATION_ID):
            reading.legacy[f"a measured element under tag {value.number}"] = None
            if not isinstance(value.value, Mapping) or type(value.value.get(_SIGNER)) is not bytes:
                reading.breach("a PSA reference value without signer (5)", place)
        elif value.number == CONFIG_ID:
            reading.legacy[f"a measured element under tag {CONFIG_ID}"] = None
        elif value.number in (UUID, OID) and wrong_identifier(value):
            reading.breach(wrong_identifier(value), place)
    elif type(value) is not str and (type(value) is not int or value < 0):
        reading.breach(f"{describe(value)}; expected a number, a text or a tagged identifier", place)
    return typed(value)


def _read_version(reading: Reading, value: Any, place: Place, _: Mapping[Any, Any]) -> Any:
    if not isinstance(value, Mapping) or type(value.get(0)) is not str:
        reading.breach(f"{describe(value)}; expected a map with the version (0) as text", place)
        return to_json(value)
    shown = {"version": value[0]}
    if 1 in value:
        shown["scheme"] = to_json(value[1])
    keep_other(value, {0, 1}, shown)
    return shown


def _read_svn(reading: Reading, value: Any, place: Place, _: Mapping[Any, Any]) -> Any:
    wrong = wrong_svn(value)
    if wrong:
        reading.breach(wrong, place)
    return typed(value)


def _read_flags(reading: Reading, value: Any, place: Place, _: Mapping[Any, Any]) -> Any:
    if type(value) is int:
        reading.legacy["flags as a number"] = None
        return value
    if not isinstance(value, Mapping) or not value:
        reading.breach(f"{describe(value)}; expected a map of flags", place)
        return to_json(value)
    shown: dict[str, Any] = {}
    for key, inner in value.items():
        known = type(key) is int and 0 <= key < len(_FLAGS)
        shown[_FLAGS[key] if known else free_key(key, shown)] = to_json(inner)
        if known and type(inner) is not bool:
            reading.breach(f"{_FLAGS[key]} is {describe(inner)}; expected true or false", place)
    return shown


def _read_raw_value(reading: Reading, value: Any, place: Place, values: Mapping[Any, Any]) -> Any:
    wrong = wrong_raw_value(value, values.get(RAW_MASK))
    if wrong:
        reading.breach(wrong, place)
    return typed(value)


def _read_mask(reading: Reading, value: Any, place: Place, values: Mapping[Any, Any]) -> Any:
    if RAW_VALUE not in values:
        reading.breach("a mask without raw value", place)
    return to_json(value)


def _bytes_reader(key: int) -> _Reader:
    sizes = _BYTE_SIZES[key]

    def read(reading: Reading, value: Any, place: Place, _: Mapping[Any, Any]) -> Any:
        inner = value.value if isinstance(value, cbor.Tag) else value  # UEIDs and UUIDs come with a tag, too
        if type(inner) is not bytes or len(inner) not in sizes:
            expected = f"{sizes[0]} to {sizes[-1]}" if len(sizes) > 2 else " or ".join(map(str, sizes))
            reading.breach(f"{describe(inner)}; expected {expected} bytes", place)
        return to_json(inner)

    return read


def _read_text(reading: Reading, value: Any, place: Place, _: Mapping[Any, Any]) -> Any:
    if text_of(value) is None:
        reading.breach(f"{describe(value)}; expected a text", place)
    return to_json(value)


def _read_crypto_keys(reading: Reading, value: Any, place: Place, _: Mapping[Any, Any]) -> Any:
    for index, item in enumerate(value if is_array(value) else ()):
        if not _is_key(item):
            at = place.at(f"[{index}]", index)
            reading.breach(f"{describe(item)}; expected a tagged key, certificate or thumbprint", at)
    return read_keys(reading, value, place)


def _read_registers(reading: Reading, value: Any, place: Place, _: Mapping[Any, Any]) -> Any:
    if not isinstance(value, Mapping) or not value:
        reading.breach(f"{describe(value)}; expected a map of registers", place)
        return to_json(value)
    shown: dict[str, Any] = {}
    for key, inner in value.items():
        name = free_key(key, shown)
        at = place.at(name.replace(".", "_"), key)
        if not reading.may_read(at, entries=1):
            break
        shown[name] = read_digests(reading, inner, at).claims
    reading.skip("integrity registers", len(shown))
    return shown


def _read_range(reading: Reading, value: Any, place: Place, _: Mapping[Any, Any]) -> Any:
    wrong = wrong_range(value)
    if wrong:
        reading.breach(wrong, place)
    return typed(value)


_READERS: Final[dict[int, _Reader]] = {
    VERSION: _read_version,
    SVN: _read_svn,
    FLAGS: _read_flags,
    RAW_VALUE: _read_raw_value,
    RAW_MASK: _read_mask,
    SERIAL: _read_text,
    NAME: _read_text,
    CRYPTO_KEYS: _read_crypto_keys,
    REGISTERS: _read_registers,
    RANGE: _read_range,
    **{key: _bytes_reader(key) for key in _BYTE_SIZES},
}
