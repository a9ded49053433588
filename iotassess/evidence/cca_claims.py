"""The claims of the two tokens of Arm CCA, one by one (draft-ffm-rats-cca-token; RMM specification, A7.2).

The platform token is a cousin of the PSA token, with its labels and rules; the realm token has labels of its
own. Both come in the spelling of the first RMM specification, too, whose realm token names no profile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from iotassess.evidence.eat_reading import Claims, Reader, Reading, describe, enumerated
from iotassess.evidence.eat_token import READERS, walk
from iotassess.evidence.psa_claims import make_readers
from iotassess.evidence.psa_components import HASH_LENGTHS, HASH_NAMES, refuse_claim
from iotassess.evidence.psa_labels import ARM_2, CLIENT_ID
from iotassess.model.vocabulary import UNINTELLIGIBLE

PLATFORM_PROFILES: Final = frozenset({"http://arm.com/CCA-SSD/1.0.0", "tag:arm.com,2023:cca_platform#1.0.0"})
REALM_PROFILES: Final = frozenset({"tag:arm.com,2023:realm#1.0.0", "tag:arm.com,2024:realm#2.0.0"})
"""Profile identifiers: the drafts and the tools have not settled on one for the realm token."""

NONCE, INSTANCE_ID, PROFILE = 10, 256, 265
LIFECYCLE, IMPLEMENTATION_ID, COMPONENTS, VERIFICATION_SERVICE = 2395, 2396, 2399, 2400
CONFIG, HASH_ALGORITHM = 2401, 2402

RPV, REALM_HASH, RAK, RIM, REM, RAK_HASH, MEC_POLICY = 44235, 44236, 44237, 44238, 44239, 44240, 44243
REALM_LABELS: Final = frozenset({RPV, REALM_HASH, RAK, RIM, REM, RAK_HASH, MEC_POLICY})

RAW_POINT_LENGTH: Final = 97
"""Bytes of an uncompressed point of P-384, the first form of the realm key."""

_CHALLENGE_LENGTH: Final = 64
_RPV_LENGTH: Final = 64
_EXTENSIBLE: Final = 4
"""Extensible measurements of a realm: always four."""

_REALM_INSTANCE_LENGTH: Final = 33

_MEC_POLICIES: Final = {0: "shared", 1: "private"}
"""Memory encryption contexts: one for several realms, or one of its own."""

Which = Literal["platform", "realm"]


def find_set(claims: Mapping[Any, Any]) -> Which | None:
    """Tell which of the two claims sets this is, or None: by its profile, else by labels nothing else has.

    Args:
        claims: by label.
    """
    named = claims.get(PROFILE)
    if type(named) is str:
        if named in PLATFORM_PROFILES:
            return "platform"
        if named in REALM_PROFILES:
            return "realm"
    if len(REALM_LABELS.intersection(claims)) > 1:
        return "realm"
    if CONFIG in claims and HASH_ALGORITHM in claims and CLIENT_ID not in claims:
        return "platform"
    return None


def read_set(reading: Reading, claims: Claims, which: Which) -> None:
    """Read one of the two claims sets.

    Args:
        reading: filled in.
        claims: by label.
        which: by whose rules.
    """
    (read_platform if which == "platform" else read_realm)(reading, claims)


def read_alone(reading: Reading, claims: Claims, which: Which) -> str:
    """Read a claims set that came without the other one.

    The nonce of a platform token is no challenge but what ties the realm token to it. And what a realm says
    is about the realm, not the product.

    Returns:
        The format of the evidence.
    """
    read_set(reading, claims, which)
    if which == "platform":
        reading.nonces = ()
    # The identity of the platform is shown by whole tokens only.
    reading.shown[:] = [found for found in reading.shown if found.property != "identity.implementation-id"]
    return "cca-token"


# --- platform -----------------------------------------------------------------------------------


def read_platform(reading: Reading, claims: Claims) -> None:
    """Read the claims of a platform token."""
    reading.settled = True
    walk(reading, claims, _PLATFORM)
    _require(reading, claims, _PLATFORM_MANDATORY, "platform")
    if LIFECYCLE not in claims:
        reading.show("lifecycle", UNINTELLIGIBLE, "lifecycle")
    if COMPONENTS not in claims:
        message = "no software component is measured; expected at least one"
        reading.report("psa-no-sw-components", message, "sw_components")


def _read_components(reading: Reading, value: Any, claims: Claims) -> None:
    """Read the components; one without a hash of its own has the platform's (label 2402)."""
    common = claims.get(HASH_ALGORITHM)
    if not isinstance(value, list | tuple) or type(common) is not str or common.lower() not in HASH_NAMES:
        _PSA[COMPONENTS](reading, value, claims)
        return
    bare = [index for index, one in enumerate(value) if isinstance(one, Mapping) and 6 not in one]
    completed: list[Any] = list(value)
    for index in bare:
        completed[index] = {**value[index], 6: common}
    _PSA[COMPONENTS](reading, completed, claims)
    for index in bare:
        reading.claims["sw_components"][index].pop("description", None)


def _hash_name(key: str, label: int) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is str:
            reading.claims[key] = value
            if value.lower() in HASH_NAMES:
                return
        refuse_claim(reading, key, label, value, f"one of {', '.join(HASH_NAMES)}")

    return read


def _profile(known: frozenset[str]) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is not str:
            refuse_claim(reading, "profile", PROFILE, value, "a text")
            return
        reading.claims["profile"] = value
        if value not in known:
            message = f"the profile is {describe(value)}; expected one of {', '.join(sorted(known))}"
            reading.report("eat-profile-unknown", message, "profile", PROFILE)

    return read


def _bytes(key: str, label: int, fits: Callable[[bytes], bool], expected: str) -> Reader:
    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if type(value) is bytes:
            reading.claims[key] = value.hex()
            if fits(value):
                return
        refuse_claim(reading, key, label, value, expected)

    return read


def _require(reading: Reading, claims: Claims, mandatory: Mapping[str, int], token: str) -> None:
    for key, label in mandatory.items():
        if label not in claims:
            message = f"no {key} (label {label}), which a CCA {token} token has to have"
            reading.report("psa-claim-missing", message, key)


_PSA: Final = make_readers(ARM_2)

_PLATFORM: Final[dict[Any, Reader]] = {
    **{label: reader for label, reader in READERS.items() if type(label) is not int or 0 < label < 2000},
    **{
        label: _PSA[label]
        for label in (NONCE, INSTANCE_ID, LIFECYCLE, IMPLEMENTATION_ID, VERIFICATION_SERVICE)
    },
    PROFILE: _profile(PLATFORM_PROFILES),
    COMPONENTS: _read_components,
    CONFIG: _bytes("config", CONFIG, bool, "at least one byte"),
    HASH_ALGORITHM: _hash_name("hash_algo_id", HASH_ALGORITHM),
}

_PLATFORM_MANDATORY: Final = {
    "profile": PROFILE,
    "nonce": NONCE,
    "implementation_id": IMPLEMENTATION_ID,
    "instance_id": INSTANCE_ID,
    "config": CONFIG,
    "lifecycle": LIFECYCLE,
    "hash_algo_id": HASH_ALGORITHM,
}


# --- realm --------------------------------------------------------------------------------------


def read_realm(reading: Reading, claims: Claims) -> None:
    """Read the claims of a realm token. They are about a realm, so that none is shown for the product."""
    reading.settled = True
    walk(reading, claims, _REALM)
    _require(reading, claims, _REALM_MANDATORY, "realm")


def _challenge(reading: Reading, value: Any, claims: Claims) -> None:
    if type(value) is not bytes:
        refuse_claim(reading, "nonce", NONCE, value, "one byte string")
        return
    reading.nonces = (value,)
    reading.claims["nonce"] = value.hex()
    if len(value) != _CHALLENGE_LENGTH:
        message = f"a challenge of {len(value)} bytes; expected {_CHALLENGE_LENGTH}"
        reading.report("eat-nonce-length", message, "nonce", NONCE)


def _is_key(value: bytes) -> bool:
    """Tell whether it has the form of a raw point, or begins like the map that a COSE_Key is."""
    return len(value) == RAW_POINT_LENGTH or (value[:1] != b"" and value[0] >> 5 == 5)


def _is_hash(value: bytes) -> bool:
    return len(value) in HASH_LENGTHS


def _is_hash_long(value: Any) -> bool:
    return type(value) is bytes and _is_hash(value)


def _extensible_measurements(reading: Reading, value: Any, claims: Claims) -> None:
    if isinstance(value, list | tuple) and all(type(one) is bytes for one in value):
        reading.claims["extensible_measurements"] = [one.hex() for one in value]
        if len(value) == _EXTENSIBLE and all(map(_is_hash_long, value)):
            return
    expected = f"an array of {_EXTENSIBLE} measurements of 32, 48 or 64 bytes"
    refuse_claim(reading, "extensible_measurements", REM, value, expected)


def _mec_policy(reading: Reading, value: Any, claims: Claims) -> None:
    if type(value) is int and value in _MEC_POLICIES:
        reading.claims["mec_policy"] = enumerated(value, _MEC_POLICIES[value])
        return
    refuse_claim(reading, "mec_policy", MEC_POLICY, value, "0 or 1")


_REALM: Final[dict[Any, Reader]] = {
    NONCE: _challenge,
    INSTANCE_ID: _bytes(
        "instance_id",
        INSTANCE_ID,
        lambda value: len(value) == _REALM_INSTANCE_LENGTH and value[0] == 1,
        f"{_REALM_INSTANCE_LENGTH} bytes, the first of them 01",
    ),
    PROFILE: _profile(REALM_PROFILES),
    RPV: _bytes(
        "personalization_value", RPV, lambda value: len(value) == _RPV_LENGTH, f"{_RPV_LENGTH} bytes"
    ),
    REALM_HASH: _hash_name("hash_algo_id", REALM_HASH),
    RAK: _bytes("public_key", RAK, _is_key, f"{RAW_POINT_LENGTH} bytes, or a COSE_Key"),
    RIM: _bytes("initial_measurement", RIM, _is_hash, "32, 48 or 64 bytes"),
    REM: _extensible_measurements,
    RAK_HASH: _hash_name("public_key_hash_algo_id", RAK_HASH),
    MEC_POLICY: _mec_policy,
}

_REALM_MANDATORY: Final = {
    "nonce": NONCE,
    "personalization_value": RPV,
    "hash_algo_id": REALM_HASH,
    "public_key": RAK,
    "initial_measurement": RIM,
    "extensible_measurements": REM,
    "public_key_hash_algo_id": RAK_HASH,
}
