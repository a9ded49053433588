"""Rules that a CoRIM profile adds: the endorsements of PSA and of CCA (Arm).

draft-fdb-rats-psa-endorsements ("Reference Values", "Attestation Verification Keys") and
draft-ydb-rats-cca-endorsements, in the profiles of 2025. That digest algorithms are named by text is not
asked for: published CoRIMs of these profiles have numbers. The older identifiers
(``http://arm.com/psa/iot/1``) were used for CoRIMs of many shapes, so that no rule can be held against those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor
from iotassess.evidence.comid_digests import is_array
from iotassess.evidence.comid_environment import Environment
from iotassess.evidence.comid_measurement import CRYPTO_KEYS, DIGESTS, RAW_VALUE, VERSION, Measurement
from iotassess.evidence.comid_reading import Place, Reading
from iotassess.evidence.comid_values import BYTES, SPKI, UEID, tagged_bytes, typed
from iotassess.evidence.eat_reading import clip

_HASH_BYTES: Final = frozenset({32, 48, 64})

_INSTANCE_BYTES: Final = 33
"""A UEID of type RAND (0x01) with 32 bytes (RFC 9783 section 4.2.1)."""

_ROOT_KEYS: Final = "cca.rotpk."
"""How the names of root-of-trust public keys begin, which the CCA platform profile measures, too."""

_Check = Callable[[Reading, Measurement], None]


class Rules(NamedTuple):
    """What one profile asks for.

    Attributes:
        name: for messages.
        class_sizes: bytes that the class identifier may have, under tag 560.
        implementation: the class identifier is the implementation identifier.
        measured: measured element → how its measurement is checked.
        components: those of them that are components, or registers that stand for some.
        mandatory: measured element that each reference triple needs, or "".
        keys: rules for attest-key triples hold.
    """

    name: str
    class_sizes: frozenset[int]
    implementation: bool
    measured: Mapping[str, _Check]
    components: frozenset[str]
    mandatory: str = ""
    keys: bool = True


def _digests(reading: Reading, measurement: Measurement) -> None:
    if DIGESTS not in measurement.values:
        reading.breach("no digests; the profile asks for them", measurement.place)


def _one_digest(reading: Reading, measurement: Measurement) -> None:
    _digests(reading, measurement)
    if measurement.digests.size > 1:
        reading.breach(f"{measurement.digests.size} digests; the profile asks for one", measurement.place)


def _component(reading: Reading, measurement: Measurement) -> None:
    """A software component: digests, and exactly one signer identifier; no scheme of its version."""
    _digests(reading, measurement)
    version = measurement.values.get(VERSION)
    if isinstance(version, Mapping) and 1 in version:
        reading.breach("a version scheme, which the profile forbids", measurement.place)
    keys = measurement.values.get(CRYPTO_KEYS)
    content = tagged_bytes(keys[0], BYTES) if is_array(keys) and len(keys) == 1 else None
    if content is None or len(content) not in _HASH_BYTES:
        reading.breach(
            "the profile asks for exactly one signer identifier in cryptokeys (13): 32, 48 or 64 bytes "
            "under tag 560",
            measurement.place,
        )


def _raw(reading: Reading, measurement: Measurement) -> None:
    if RAW_VALUE not in measurement.values:
        reading.breach("no raw value (4); the profile asks for it", measurement.place)


def _any(reading: Reading, measurement: Measurement) -> None:
    """What later versions of the profile measure besides, and nothing here is held against."""
    reading.skip(f"measurements {clip(str(measurement.mkey))}")


_PSA: Final = Rules(
    "PSA",
    frozenset({32}),
    True,
    {"psa.software-component": _component},
    frozenset({"psa.software-component"}),
)
_CCA_PLATFORM: Final = Rules(
    "CCA platform",
    frozenset({32}),
    True,
    {
        "cca.software-component": _component,
        "cca.platform-config": _raw,
        "cca.platform-manufacturing-config": _any,
    },
    frozenset({"cca.software-component"}),
)
_CCA_REALM: Final = Rules(
    "CCA realm",
    _HASH_BYTES,
    False,
    {"cca.rim": _one_digest, "cca.rpv": _raw, **{f"cca.rem{index}": _one_digest for index in range(4)}},
    frozenset({"cca.rim", *(f"cca.rem{index}" for index in range(4))}),
    mandatory="cca.rim",
    keys=False,
)

_RULES: Final = {
    "tag:arm.com,2025:psa#1.0.0": _PSA,
    "tag:arm.com,2025:cca_platform#1.0.0": _CCA_PLATFORM,
    "tag:arm.com,2025:cca_realm#1.0.0": _CCA_REALM,
}


def rules_of(profile: Any) -> Rules | None:
    """Give the rules of a profile, or None where none are known.

    Args:
        profile: its identifier as the claims have it.
    """
    return _RULES.get(profile) if type(profile) is str else None


def is_class_sound(reading: Reading, rules: Rules, environment: Environment) -> bool:
    """Check the class identifier of an environment."""
    content = tagged_bytes(environment.class_id, BYTES)
    if content is not None and len(content) in rules.class_sizes:
        return True
    sizes = " or ".join(map(str, sorted(rules.class_sizes)))
    reading.breach(
        f"the {rules.name} profile asks for a class identifier of {sizes} bytes under tag 560",
        environment.place.at("class", 0) if environment.class_id is not None else environment.place,
    )
    return False


def _check_of(rules: Rules, mkey: Any) -> _Check | None:
    if type(mkey) is not str:
        return None
    if rules is _CCA_PLATFORM and mkey.startswith(_ROOT_KEYS):
        return _any
    return rules.measured.get(mkey)


def is_component_sound(reading: Reading, rules: Rules, measurement: Measurement) -> bool:
    """Check one measurement of a reference triple; tell whether it is a sound one of a component."""
    before = reading.faults
    check = _check_of(rules, measurement.mkey)
    if "authorized_by" in measurement.claims:
        reading.breach("keys that may authorise it, which the profile forbids", measurement.place)
    if check is None:
        got = "none" if measurement.mkey is None else clip(str(typed(measurement.mkey)["value"]))
        expected = ", ".join(rules.measured)
        message = f"the measured element is {got}; the {rules.name} profile asks for one of {expected}"
        reading.breach(message, measurement.place)
    else:
        check(reading, measurement)
    return reading.faults == before and measurement.mkey in rules.components


def check_reference(reading: Reading, rules: Rules, measured: set[str], place: Place) -> None:
    """Check a reference triple as a whole: what it has to measure at least."""
    if rules.mandatory and rules.mandatory not in measured:
        message = f"no measurement {rules.mandatory}; the {rules.name} profile asks for it"
        reading.breach(message, place)


def is_key_triple_sound(
    reading: Reading, rules: Rules, environment: Environment, keys: Any, place: Place
) -> bool:
    """Check one attest-key triple: the instance of a device, and its one key as PEM."""
    if not rules.keys:
        return True
    before = reading.faults
    instance = tagged_bytes(environment.instance, UEID)
    if instance is None or len(instance) != _INSTANCE_BYTES or instance[0] != 1:
        reading.breach(
            f"the {rules.name} profile asks for an instance of {_INSTANCE_BYTES} bytes under tag 550 that "
            "begins with 01",
            environment.place,
        )
    is_pem = is_array(keys) and len(keys) == 1 and isinstance(keys[0], cbor.Tag) and keys[0].number == SPKI
    if not is_pem:
        message = f"the {rules.name} profile asks for exactly one key, as PEM under tag 554"
        reading.breach(message, place)
    return reading.faults == before
