"""PSA attestation tokens of all three profiles: RFC 9783, its drafts ("2.0.0"), and PSA_IOT_PROFILE_1.

What differs between the profiles is reported, not refused: labels of one profile in a token of another, a
boot seed that is optional here and mandatory there. A token with PSA claims and a profile that is not known
is read by the rules of RFC 9783, and says so.
"""

from __future__ import annotations

from typing import Any, Final

from iotassess.evidence.context import Context
from iotassess.evidence.eat_message import has_other_payload, open_token, report_indefinite
from iotassess.evidence.eat_reading import Claims, Reader, Reading
from iotassess.evidence.eat_token import READERS, conclude, walk
from iotassess.evidence.peek import CWT_TAG, Peek
from iotassess.evidence.psa_claims import make_readers
from iotassess.evidence.psa_labels import (
    ARM_1,
    ARM_2,
    BY_ID,
    EAT_BOOT_SEED,
    NO_MEASUREMENTS,
    PROFILE_1_LABELS,
    TFM,
    PsaProfile,
    find_profile,
)
from iotassess.model.artefact import Artefact
from iotassess.model.vocabulary import UNINTELLIGIBLE

MEDIA_TYPE: Final = 'application/eat+cwt; eat_profile="tag:psacertified.org,2023:psa#tfm"'

_PSA_TAGS: Final = frozenset({17, 18, CWT_TAG})

_ANY_PSA_LABEL: Final = (
    frozenset(PROFILE_1_LABELS) | frozenset(PROFILE_1_LABELS.values()) | {EAT_BOOT_SEED, NO_MEASUREMENTS}
)


def _readers(profile: PsaProfile) -> dict[Any, Reader]:
    """EAT claims may stand in a PSA token; a label that two profiles use is read by its own only."""
    plain = {label: reader for label, reader in READERS.items() if label not in _ANY_PSA_LABEL}
    return {**plain, **make_readers(profile)}


_READERS: Final = {profile.id: _readers(profile) for profile in (TFM, ARM_2, ARM_1)}


_MANDATORY: Final = {
    profile.id: tuple((key, profile.labels[key]) for key in profile.mandatory)
    for profile in (TFM, ARM_2, ARM_1)
}


def is_psa_token(peek: Peek) -> bool:
    """Tell whether the bytes are a PSA token, by its profile or its claims.

    One that is damaged counts where its profile can still be read in the bytes.
    """
    claims = peek.payload
    if claims is not None:
        return find_profile(claims) is not None
    if peek.tags[:1] == () or peek.tags[0] not in _PSA_TAGS or has_other_payload(peek):
        return False
    return any(id.encode() in peek.data for id in BY_ID)


def decode(peek: Peek, context: Context) -> Artefact:
    """Read a PSA token: COSE_Sign1 or COSE_Mac0 around its claims (RFC 9783 section 5.2).

    Args:
        peek: the bytes.
        context: keys, moment, challenge.

    Raises:
        MalformedArtefact: the bytes are no COSE message.
    """
    reading, checked, claims = open_token(peek, context)
    if claims is not None:
        profile = read_psa_claims(reading, claims)
        if profile is TFM:
            report_indefinite(reading, peek)
    return conclude(
        reading, checked, kind="psa-token", media_type=MEDIA_TYPE, form="psa-token", claims=claims
    )


def decode_bytes(data: bytes, context: Context) -> Artefact:
    """Read one of many PSA tokens, without finding out first what it is.

    Raises:
        MalformedArtefact: the bytes are no COSE message.
    """
    return decode(Peek(data), context)


def read_psa_claims(reading: Reading, claims: Claims) -> PsaProfile:
    """Read a PSA claims set by the rules of its profile.

    Args:
        reading: filled in.
        claims: label → value.

    Returns:
        The profile.
    """
    profile = find_profile(claims) or TFM
    reading.settled = True
    walk(reading, claims, _READERS[profile.id])
    done = reading.claims
    for key, label in _MANDATORY[profile.id]:
        if label not in claims:
            _report_missing(reading, profile, key)
            if key == "lifecycle":
                reading.show("lifecycle", UNINTELLIGIBLE, "lifecycle")
    if "sw_components" not in done and profile.labels["sw_components"] not in claims:
        reading.report(
            "psa-no-sw-components",
            "no software component is measured; expected at least one (RFC 9783 section 4.4.1)",
            "sw_components",
        )
    elif "no_sw_measurements" in done:
        message = "software components beside the claim that there are none; expected one of the two"
        reading.report("psa-claim-invalid", message, "no_sw_measurements", NO_MEASUREMENTS)
    if "other" in done:
        _report_other_profiles(reading, claims, profile)
    return profile


def _report_missing(reading: Reading, profile: PsaProfile, key: str) -> None:
    message = f"no {key} (label {profile.labels[key]}), which {profile.id} makes mandatory"
    reading.report("psa-claim-missing", message, key)


def _report_other_profiles(reading: Reading, claims: Claims, profile: PsaProfile) -> None:
    """Report labels that another profile of the token gives to a claim of this one."""
    readers = _READERS[profile.id]
    foreign = [label for label in claims if label in _ANY_PSA_LABEL and label not in readers]
    if foreign:
        reading.report(
            "eat-draft-labels",
            f"labels of another PSA profile, not read: {', '.join(map(str, foreign))}; expected those of "
            f"{profile.id} (its boot seed has label {profile.labels['boot_seed']})",
            f"other.{foreign[0]}",
            foreign[0],
        )
