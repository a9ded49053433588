"""Hardware, debug and keys: answers that rule each other out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.operations import Data
from iotassess.model.profile.platform import Debug, Hardware, Isolation
from iotassess.profile.consistency.rule import Finding, Rule, asserted, contradiction
from iotassess.profile.faults import shown


def _isolation(profile: Profile) -> Isolation:
    return (profile.hardware or Hardware()).isolation or Isolation()


def find_tee_contradictions(profile: Profile) -> Iterator[Finding]:
    """A trusted execution environment is a mechanism of isolation: both lists have it, or neither."""
    isolation = _isolation(profile)
    tee, mechanisms = isolation.tee, isolation.mechanisms
    here: Path = ("hardware", "isolation")
    if tee is None or tee.present is None:
        return
    if mechanisms is not None and tee.present != ("tee" in mechanisms):
        verb = "stands" if "tee" in mechanisms else "does not stand"
        yield contradiction(
            (*here, "mechanisms"),
            f"tee {verb} in mechanisms",
            f"hardware.isolation.tee.present is {str(tee.present).lower()}",
        )
    if not tee.present:
        for path, said in asserted(tee, (*here, "tee"), ("technology", "managed_by")):
            yield contradiction(path, said, "hardware.isolation.tee.present is false")


def find_uses_of_an_absent_tee(profile: Profile) -> Iterator[Finding]:
    """Nothing is kept in a trusted execution environment that is not there."""
    tee = _isolation(profile).tee
    if tee is None or tee.present is not False:
        return
    storage = (profile.hardware or Hardware()).secure_storage
    at_rest = (profile.data or Data()).at_rest
    places: list[tuple[Path, Any]] = [
        (("hardware", "secure_storage", "type"), storage and storage.type),
        (("data", "at_rest", "key_storage"), at_rest and at_rest.key_storage),
    ]
    places += [(("keys", index, "storage"), key.storage) for index, key in enumerate(profile.keys or [])]
    for path, kept_in in places:
        if kept_in == "tee":
            yield contradiction(path, f"{path[-1]} is tee", "hardware.isolation.tee.present is false")


def find_isolation_of_nothing(profile: Profile) -> Iterator[Finding]:
    """Isolation levels of PSA need a mechanism that isolates."""
    isolation = _isolation(profile)
    if isolation.mechanisms == [] and isolation.psa_isolation_level is not None:
        yield contradiction(
            ("hardware", "isolation", "psa_isolation_level"),
            f"psa_isolation_level is {isolation.psa_isolation_level}",
            "mechanisms is empty",
        )


def find_storage_of_nothing(profile: Profile) -> Iterator[Finding]:
    """Secrets that nothing protects can be read out."""
    storage = (profile.hardware or Hardware()).secure_storage
    if storage is not None and storage.type == "none":
        keys = ("keys_nonexportable", "protects_in_use", "physical_attacks_considered")
        for path, said in asserted(storage, ("hardware", "secure_storage"), keys):
            yield contradiction(path, said, "hardware.secure_storage.type is none")


def find_debug_contradictions(profile: Profile) -> Iterator[Finding]:
    """Debug that is off for good (RFC 9711 section 4.2.9) cannot be opened by just anybody."""
    debug = profile.debug or Debug()
    fully = debug.state == "disabled-fully-and-permanently" and debug.unlock not in (None, "impossible")
    weakly = debug.state == "disabled-permanently" and debug.unlock in ("unprotected", "shared-credential")
    if fully or weakly:
        yield contradiction(("debug", "unlock"), f"unlock is {debug.unlock}", f"state is {debug.state}")
    if debug.state is not None and debug.state != "enabled":
        for index, interface in enumerate(profile.interfaces or []):
            if interface.type == "debug" and interface.enabled_default:
                yield contradiction(
                    ("interfaces", index, "enabled_default"),
                    f"debug interface {interface.name} is enabled in the factory state",
                    f"debug.state is {debug.state}",
                )


def find_lifecycle_contradictions(profile: Profile) -> Iterator[Finding]:
    """A secured device has its debug facilities closed (RFC 9783 section 4.3.1)."""
    if profile.debug is not None and profile.debug.state == "enabled" and profile.lifecycle == "secured":
        yield contradiction(("lifecycle",), "lifecycle is secured", "debug.state is enabled")


_SHARED = re.compile(r"(HMAC|AES|A(128|192|256)|ChaCha20|CMAC)", re.IGNORECASE)
_PAIRED = re.compile(
    r"(ES|ESP|PS|RS)(256|384|512)|EdDSA|Ed(25519|448)|ML-DSA|HSS-LMS|ECDSA|RSA", re.IGNORECASE
)


def find_keys_of_other_kind(profile: Profile) -> Iterator[Finding]:
    """A MAC or cipher has a shared secret, a signature a pair; only a pair has a public half."""
    for index, key in enumerate(profile.keys or []):
        algorithm = key.algorithm or ""
        wrong = _PAIRED if key.symmetric else _SHARED if key.symmetric is False else None
        if wrong is not None and wrong.match(algorithm):
            yield contradiction(
                ("keys", index, "algorithm"),
                f"algorithm is {shown(algorithm)}",
                f"symmetric is {str(key.symmetric).lower()}",
            )
        if key.symmetric and key.thumbprint is not None:
            yield contradiction(
                ("keys", index, "thumbprint"), "a thumbprint of the public half is given", "symmetric is true"
            )


def find_shared_attestation_secrets(profile: Profile) -> Iterator[Finding]:
    """With one secret in all devices, evidence of one can be forged on any other (RFC 9334 section 12.1)."""
    for index, key in enumerate(profile.keys or []):
        if key.purpose == "attestation" and key.symmetric and key.unique is False:
            yield Finding(
                ("keys", index, "unique"),
                f"attestation key {key.name} is a secret that all devices share",
                "evidence signed by it does not say which device it is of; give each device its own",
            )


RULES = (
    Rule("tee-contradiction", "error", find_tee_contradictions),
    Rule("tee-absent", "error", find_uses_of_an_absent_tee),
    Rule("isolation-without-mechanism", "error", find_isolation_of_nothing),
    Rule("secure-storage-none", "error", find_storage_of_nothing),
    Rule("debug-state", "error", find_debug_contradictions),
    Rule("lifecycle-debug", "warning", find_lifecycle_contradictions),
    Rule("key-kind", "error", find_keys_of_other_kind),
    Rule("attestation-key-common", "warning", find_shared_attestation_secrets),
)
