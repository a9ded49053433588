"""JSON claims into the form that CBOR claims have: labels for names, bytes for base64url, numbers for words.

RFC 9711 defines each claim once for both encodings (section 7 and appendix D); so that each is also read
once, JSON is brought into the CBOR form first. What cannot be converted is left as it is, and the claim's
reader refuses it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, Final

from iotassess.evidence.eat_reading import Reading, clip
from iotassess.evidence.psa_labels import BY_ID, FROM_JSON, TFM
from iotassess.model.vocabulary import DEBUG_STATES

_Convert = Callable[[Any], Any]

_URLSAFE: Final = str.maketrans("+/", "-_")


def decode_base64url(text: Any) -> tuple[bytes | None, bool]:
    """Decode base64url; other base64 is read, too.

    Returns:
        The bytes, or None where the text is no base64 at all; and whether it was base64url without
        padding, as RFC 9711 section 7.2.2 and RFC 7515 section 2 have it.
    """
    if type(text) is not str or not text.isascii():
        return None, False
    bare = text.rstrip("=").translate(_URLSAFE)
    try:
        data = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None, False
    return data, bare == text


def _to_number(names: Mapping[str, int]) -> _Convert:
    return lambda value: names.get(value, value) if type(value) is str else value


def _to_result(value: Any) -> Any:
    """Convert measres: ``[[system, [[identifier, word]]]]``."""
    try:
        return [
            [system, [[identifier, _RESULTS.get(word, word)] for identifier, word in results]]
            for system, results in value
        ]
    except (TypeError, ValueError):
        return value


def _to_location(value: Any) -> Any:
    if type(value) is not dict:
        return value
    return {_LOCATION.get(name, name): number for name, number in value.items()}


def _unchanged(value: Any) -> Any:
    return value


_RESULTS: Final = {"success": 1, "fail": 2, "not-run": 3, "absent": 4}
_INTENDED_USES: Final = {"generic": 1, "registration": 2, "provisioning": 3, "csr": 4, "pop": 5}
_LOCATION: Final = {
    "latitude": 1,
    "longitude": 2,
    "altitude": 3,
    "accuracy": 4,
    "altitude-accuracy": 5,
    "heading": 6,
    "speed": 7,
    "timestamp": 8,
    "age": 9,
}

_BYTES: Final = object()
"""Marks a claim whose value is base64url, or an array or object of it."""

_NAMES: Final[dict[str, tuple[int, Any]]] = {
    "iss": (1, _unchanged),
    "sub": (2, _unchanged),
    "aud": (3, _unchanged),
    "exp": (4, _unchanged),
    "nbf": (5, _unchanged),
    "iat": (6, _unchanged),
    "cnf": (8, _unchanged),
    "eat_nonce": (10, _BYTES),
    "ueid": (256, _BYTES),
    "sueids": (257, _BYTES),
    "oemid": (258, _BYTES),
    "hwmodel": (259, _BYTES),
    "hwversion": (260, _unchanged),
    "uptime": (261, _unchanged),
    "oemboot": (262, _unchanged),
    "dbgstat": (263, _to_number({name: number for number, name in enumerate(DEBUG_STATES)})),
    "location": (264, _to_location),
    "eat_profile": (265, _unchanged),
    "submods": (266, _unchanged),
    "bootcount": (267, _unchanged),
    "bootseed": (268, _BYTES),
    "dloas": (269, _unchanged),
    "swname": (270, _unchanged),
    "swversion": (271, _unchanged),
    "manifests": (272, _unchanged),
    "measurements": (273, _unchanged),
    "measres": (274, _to_result),
    "intuse": (275, _to_number(_INTENDED_USES)),
}
"""JSON name → label and conversion (RFC 9711 appendix D)."""

_ANY_TOKEN: Final = {"iss", "sub", "aud", "exp", "nbf", "iat", "cnf", "location"}

CLEAR_NAMES: Final = (frozenset(_NAMES) | frozenset(FROM_JSON)) - _ANY_TOKEN
"""Names that only an EAT or PSA claims set has."""

COMPONENT_NAMES: Final[dict[str, tuple[Any, bool]]] = {
    "measurement-type": (1, False),
    "measurement-value": (2, True),
    "version": (4, False),
    "signer-id": (5, True),
    "measurement-description": (6, False),
}
"""Members of a PSA software component in JSON → key, and whether the value is base64."""


def to_labels(reading: Reading, claims: Mapping[str, Any]) -> dict[Any, Any]:
    """Convert one JSON claims set; what the readers will not understand keeps its name and value.

    Args:
        reading: gets the problems of the encoding.
        claims: the JSON object.
    """
    converted: dict[Any, Any] = {}
    psa = _psa_names(claims)
    for name, value in claims.items():
        if name in psa:
            converted[psa[name]] = _psa_value(FROM_JSON[name], value)
        elif name in _NAMES and _NAMES[name][0] not in psa.values():
            label, convert = _NAMES[name]
            converted[label] = _bytes_in(reading, value, name) if convert is _BYTES else convert(value)
        else:
            converted[name] = value
    return converted


def _psa_names(claims: Mapping[str, Any]) -> dict[str, int]:
    """Give the label of each PSA name, by the profile that the claims set names."""
    named = claims.get("eat-profile", claims.get("psa-profile"))
    profile = BY_ID.get(named, TFM) if type(named) is str else TFM
    keys: dict[str, str] = {}
    for name, key in FROM_JSON.items():
        if name in claims:
            keys.setdefault(key, name)
    return {name: profile.labels[key] for key, name in keys.items()}


def _bytes_in(reading: Reading, value: Any, name: str) -> Any:
    """Decode a base64url text, or each text of an array or object."""
    if isinstance(value, list):
        return [_bytes_in(reading, one, name) for one in value]
    if isinstance(value, dict):
        return {key: _bytes_in(reading, one, name) for key, one in value.items()}
    data, strict = decode_base64url(value)
    if data is None:
        return value
    if not strict:
        reading.report(
            "eat-claim-type",
            f"{name} is base64 in another form than base64url without padding",
            clip(name),
        )
    return data


def _psa_value(key: str, value: Any) -> Any:
    """Decode a PSA claim: the tools that write them as JSON use base64 with padding."""
    if key == "sw_components":
        return [_psa_component(one) for one in value] if isinstance(value, list) else value
    if key in _PSA_BYTES:
        data, _ = decode_base64url(value)
        return value if data is None else data
    return value


_PSA_BYTES: Final = frozenset({"nonce", "instance_id", "boot_seed", "implementation_id"})


def _psa_component(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    converted: dict[Any, Any] = {}
    for name, inner in value.items():
        key, is_base64 = COMPONENT_NAMES.get(name, (name, False))
        data = decode_base64url(inner)[0] if is_base64 else None
        converted[key] = inner if data is None else data
    return converted
