"""The three profiles of PSA attestation tokens, and the numbers that each gives to the same claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

RFC_9783: Final = "tag:psacertified.org,2023:psa#tfm"
PROFILE_2: Final = "http://arm.com/psa/2.0.0"
PROFILE_1: Final = "PSA_IOT_PROFILE_1"

NONCE, INSTANCE_ID, PROFILE, EAT_BOOT_SEED = 10, 256, 265, 268
CLIENT_ID, LIFECYCLE, IMPLEMENTATION_ID, BOOT_SEED = 2394, 2395, 2396, 2397
CERTIFICATION_REFERENCE, COMPONENTS, VERIFICATION_SERVICE = 2398, 2399, 2400

NO_MEASUREMENTS: Final = -75007
"""Claim of PROFILE_1 that says that nothing is measured; retired since."""

PROFILE_1_LABELS: Final[dict[int, int]] = {
    PROFILE: -75000,
    CLIENT_ID: -75001,
    LIFECYCLE: -75002,
    IMPLEMENTATION_ID: -75003,
    BOOT_SEED: -75004,
    CERTIFICATION_REFERENCE: -75005,
    COMPONENTS: -75006,
    NONCE: -75008,
    INSTANCE_ID: -75009,
    VERIFICATION_SERVICE: -75010,
}
"""Label of RFC 9783 (boot seed: of 2.0.0) → label of PROFILE_1."""


class PsaProfile(NamedTuple):
    """One profile of the PSA token.

    Attributes:
        id: its identifier, as the profile claim has it.
        labels: key in ``claims`` → label.
        mandatory: keys that every token of it has; software components and nonce have their own rules.
        boot_seed: shortest and longest boot seed in bytes.
        short_reference: the certification reference may be a bare EAN-13.
    """

    id: str
    labels: Mapping[str, int]
    mandatory: tuple[str, ...]
    boot_seed: tuple[int, int]
    short_reference: bool


_KEYS: Final = {
    "profile": PROFILE,
    "client_id": CLIENT_ID,
    "lifecycle": LIFECYCLE,
    "implementation_id": IMPLEMENTATION_ID,
    "certification_reference": CERTIFICATION_REFERENCE,
    "sw_components": COMPONENTS,
    "nonce": NONCE,
    "instance_id": INSTANCE_ID,
    "verification_service": VERIFICATION_SERVICE,
}
_ALWAYS: Final = ("nonce", "instance_id", "client_id", "lifecycle", "implementation_id")

TFM: Final = PsaProfile(
    RFC_9783, {**_KEYS, "boot_seed": EAT_BOOT_SEED}, ("profile", *_ALWAYS), (8, 32), False
)
"""RFC 9783 section 5.2."""

ARM_2: Final = PsaProfile(PROFILE_2, {**_KEYS, "boot_seed": BOOT_SEED}, ("profile", *_ALWAYS), (8, 32), True)
"""The drafts before RFC 9783. Their boot seed began with 32 bytes exactly and ended with 8 to 32."""

ARM_1: Final = PsaProfile(
    PROFILE_1,
    {
        **{key: PROFILE_1_LABELS[label] for key, label in _KEYS.items()},
        "boot_seed": PROFILE_1_LABELS[BOOT_SEED],
    },
    (*_ALWAYS, "boot_seed"),
    (32, 32),
    True,
)
"""PSA Attestation API 1.0: private labels, and the profile claim is optional."""

FROM_JSON: Final[dict[str, str]] = {
    "eat-profile": "profile",
    "psa-profile": "profile",
    "psa-client-id": "client_id",
    "psa-security-lifecycle": "lifecycle",
    "psa-implementation-id": "implementation_id",
    "psa-boot-seed": "boot_seed",
    "psa-certification-reference": "certification_reference",
    "psa-hardware-version": "certification_reference",
    "psa-hwver": "certification_reference",
    "psa-software-components": "sw_components",
    "psa-nonce": "nonce",
    "psa-instance-id": "instance_id",
    "psa-verification-service-indicator": "verification_service",
}
"""Names in the claims files of PSA tools → key in ``claims``; of two names for one key the first counts.
RFC 9783 defines no JSON form, so these are a convention of the tools."""

BY_ID: Final = {profile.id: profile for profile in (TFM, ARM_2, ARM_1)}

_OLD: Final = frozenset(PROFILE_1_LABELS.values()) | {NO_MEASUREMENTS}


def find_profile(claims: Mapping[Any, Any]) -> PsaProfile | None:
    """Find the profile by whose rules a claims set is to be read; None where it is no PSA claims set.

    Where its profile claim is absent or names none that is known, the labels tell.

    Args:
        claims: by label.
    """
    named = claims.get(PROFILE)
    if type(named) is str:
        profile = BY_ID.get(named)
        if profile is not None and profile is not ARM_1:
            return profile
    if not _OLD.isdisjoint(claims):
        return ARM_1
    # Arm CCA uses some of the same labels, with a profile of its own and without client identifier.
    if IMPLEMENTATION_ID in claims and (CLIENT_ID in claims or named is None):
        return TFM
    return None
