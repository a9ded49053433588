"""The names and labels of an attestation result's claims, of the current draft and of older ones.

draft-ietf-rats-ear-03 sections 3, 4.4.1, 4.5 and 9.1. Older drafts, and Veraison's libraries still, write
``ear.status`` for ``ear_status``, and have one policy where there is a list now. Labels in CBOR are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iotassess.evidence.eat_reading import Reading, clip, describe

_DOTTED: Final = "ear."
"""How the names of older drafts begin."""


def _with_dots(names: Mapping[Any, str]) -> dict[Any, str]:
    """Add the older spelling of each name."""
    older = {
        name.replace("ear_veraison_", "ear.veraison.").replace("ear_", _DOTTED).replace("_", "-"): key
        for name, key in names.items()
        if type(name) is str and name.startswith("ear_")
    }
    return {**names, **older}


RESULT_NAMES: Final[Mapping[Any, str]] = _with_dots(
    {
        "iss": "iss",
        "sub": "sub",
        "aud": "aud",
        "exp": "exp",
        "nbf": "nbf",
        "iat": "iat",
        "jti": "cti",
        "eat_nonce": "nonce",
        "eat_profile": "profile",
        "submods": "submods",
        "ear_status": "status",
        "ear_raw_evidence": "raw_evidence",
        "ear_verifier_id": "verifier_id",
        **{1: "iss", 2: "sub", 3: "aud", 4: "exp", 5: "nbf", 6: "iat", 7: "cti", 10: "nonce"},
        **{265: "profile", 266: "submods", 1000: "status", 1002: "raw_evidence", 1004: "verifier_id"},
    }
)
"""Name or label → key in ``claims``, of the result as a whole."""

APPRAISAL_NAMES: Final[Mapping[Any, str]] = _with_dots(
    {
        "eat_profile": "profile",
        "eat_nonce": "nonce",
        "ear_status": "status",
        "ear_trustworthiness_vector": "trustworthiness_vector",
        "ear_appraisal_policy_ids": "appraisal_policy_ids",
        "ear_appraisal_policy_id": "appraisal_policy_ids",
        "ear_teep_claims": "teep_claims",
        "ear_veraison_annotated_evidence": "annotated_evidence",
        "ear_veraison_policy_claims": "policy_claims",
        "ear_veraison_key_attestation": "key_attestation",
        **{10: "nonce", 265: "profile", 1000: "status", 1001: "trustworthiness_vector"},
        **{1003: "appraisal_policy_ids", 65000: "teep_claims"},
        **{-70000: "annotated_evidence", -70001: "policy_claims", -70002: "key_attestation"},
    }
)
"""Name or label → key in ``claims``, of one appraisal."""

EXAMPLE_POLICY: Final = "urn:iotassess:appraisal:published-test-keys"
"""Policy that iotassess names where a profile is an example: keys whose private half is published counted."""

STATUS_NAMES: Final = ("ear_status", "ear.status")


def sort_claims(
    reading: Reading, claims: Mapping[Any, Any], names: Mapping[Any, str]
) -> dict[str, tuple[Any, Any]]:
    """Sort claims by what they are; unknown ones are kept apart, older names reported once.

    Args:
        reading: of the claims set.
        claims: by name in JSON, by label in CBOR.
        names: :data:`RESULT_NAMES` or :data:`APPRAISAL_NAMES`.

    Returns:
        Key → label and value. A claim that is there twice, under two spellings, is in it neither time:
        readers would disagree about which one counts.
    """
    wanted = str if reading.from_json else int
    found: dict[str, tuple[Any, Any]] = {}
    twice: set[str] = set()
    for label, value in claims.items():
        key = names.get(label) if type(label) is wanted else None
        if key is None:
            reading.keep_other(label, value)
        elif key in found or key in twice:
            _report_twice(reading, key, label)
            twice.add(key)
            for one in (found.pop(key, None), (label, value)):
                if one is not None:
                    reading.keep_other(*one)
        else:
            found[key] = (label, value)
        if key is not None and type(label) is str and label.startswith(_DOTTED):
            _report_older(reading, label, names)
    return found


def _report_twice(reading: Reading, key: str, label: Any) -> None:
    message = f"{key} is there twice, the second time as {describe(label)}; readers would disagree about it"
    reading.report("ear-malformed", message, key, label)


def _report_older(reading: Reading, label: str, names: Mapping[Any, str]) -> None:
    if "ear-legacy-claims" in reading.counts:
        return
    current = next(
        name for name, key in names.items() if type(name) is str and key == names[label] and "_" in name
    )
    reading.report("ear-legacy-claims", f"the name {clip(label)} is of an older draft; it is {current} now")
