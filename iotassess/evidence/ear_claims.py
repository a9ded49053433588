"""An attestation result as a whole: when it was made, by which verifier, about what, and how it comes out.

draft-ietf-rats-ear-03 section 3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from iotassess.evidence.ear_appraisals import Appraised, read_appraisal, read_nonces, read_tier, report_status
from iotassess.evidence.ear_names import RESULT_NAMES, sort_claims
from iotassess.evidence.eat_json import decode_base64url
from iotassess.evidence.eat_reading import Claims, Reading, clip, describe, to_json
from iotassess.evidence.eat_submods import MAX_SUBMODULES, name_paths
from iotassess.evidence.eat_times import MAX_NONCE, MIN_NONCE, read_time
from iotassess.model import ar4si
from iotassess.model.ar4si import Tier

PROFILE: Final = "tag:ietf.org,2026:rats/ear#03"
VERAISON_PROFILE: Final = "tag:github.com,2023:veraison/ear"
PROFILES: Final = frozenset({PROFILE, VERAISON_PROFILE})
"""Profiles whose rules are checked: that of the draft, and the one that Veraison's libraries write."""

_TIMES: Final = ("exp", "nbf", "iat")
_TEXTS: Final = ("iss", "sub", "aud", "cti")
_MANDATORY: Final = ("profile", "iat", "verifier_id")
"""Claims without which it is not a result (section 3), besides the appraisals."""

_DEVELOPER, _BUILD = ("developer", 0), ("build", 1)


def read_result(reading: Reading, claims: Claims) -> bool:
    """Read a whole attestation result.

    Args:
        reading: filled in.
        claims: by name in JSON, by label in CBOR.

    Returns:
        Whether there is any appraisal in it.
    """
    found = sort_claims(reading, claims, RESULT_NAMES)
    for key in _MANDATORY:
        if key not in found:
            message = f"{key} is missing; an attestation result has it (draft-ietf-rats-ear section 3)"
            reading.report("ear-malformed", message, key)
    for key in _TIMES:
        if key in found:
            _read_moment(reading, key, *found[key])
    for key in _TEXTS:
        if key in found:
            reading.claims[key] = to_json(found[key][1])
    if "profile" in found:
        _read_profile(reading, *found["profile"])
    if "verifier_id" in found:
        _read_verifier(reading, *found["verifier_id"])
    if "raw_evidence" in found:
        _read_evidence(reading, *found["raw_evidence"])
    if "nonce" in found:
        _read_nonce(reading, *found["nonce"])
    overall = read_tier(reading, *found["status"]) if "status" in found else None
    if "submods" not in found:
        reading.report("ear-malformed", "submods is missing; it has the appraisals", "submods")
        _conclude(reading, [], overall, stated="status" in found)
        return False
    appraised = _read_appraisals(reading, *found["submods"])
    _conclude(reading, appraised, overall, stated="status" in found)
    return bool(appraised)


def read_appraisals_alone(reading: Reading, claims: Claims) -> bool:
    """Read a map of appraisals that nothing else stands around: less than a result, and not signed.

    Args:
        reading: filled in.
        claims: name → appraisal, in JSON.

    Returns:
        Whether there is any.
    """
    reading.claims["not_evaluated"] = ["a map of appraisals alone: it says not when, nor by which verifier"]
    appraised = _read_appraisals(reading, "submods", claims)
    _conclude(reading, appraised, None, stated=False)
    return bool(appraised)


# --- claims -------------------------------------------------------------------------------------


def _read_moment(reading: Reading, key: str, label: Any, value: Any) -> None:
    read_time(key, label)(reading, value, {})
    if key == "exp" and type(value) is float:
        message = f"exp is the floating-point number {describe(value)}; expected an integer"
        reading.report("ear-malformed", message, key, label)


def _read_profile(reading: Reading, label: Any, value: Any) -> None:
    if type(value) not in (str, bytes):
        _refuse(reading, "profile", label, value, "a URI")
        return
    reading.claims["profile"] = to_json(value)
    if value == VERAISON_PROFILE and "ear-legacy-claims" not in reading.counts:
        message = f"the profile is {VERAISON_PROFILE}, of an older draft; expected {PROFILE}"
        reading.report("ear-legacy-claims", message, "profile", label)
    if value not in PROFILES:
        message = f"the profile {describe(value)} is not known, so its own rules were not checked"
        reading.report("eat-profile-unknown", message, "profile", label)


def _read_verifier(reading: Reading, label: Any, value: Any) -> None:
    """Read who appraised: developer and build of the verifier's software (AR4SI section 3.3)."""
    if not isinstance(value, Mapping):
        _refuse(reading, "verifier_id", label, value, "a map of developer and build")
        return
    entry: dict[str, Any] = {}
    for name, number in (_DEVELOPER, _BUILD):
        said = value.get(name if reading.from_json else number)
        if type(said) is str:
            entry[name] = said
            continue
        got = "missing" if said is None else describe(said)
        reading.report("ear-malformed", f"{name} is {got}; expected a text", f"verifier_id.{name}", label)
    reading.claims["verifier_id"] = entry


def _read_evidence(reading: Reading, label: Any, value: Any) -> None:
    """Read the evidence that was appraised: its size and digest tell which token of the call it was."""
    data = value
    if reading.from_json:
        data, _ = decode_base64url(value)
    if type(data) is not bytes:
        _refuse(reading, "raw_evidence", label, value, "the evidence as bytes")
        return
    reading.claims["raw_evidence"] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _read_nonce(reading: Reading, label: Any, value: Any) -> None:
    reading.nonces = read_nonces(reading, label, value)
    for nonce in reading.nonces:
        if not MIN_NONCE <= len(nonce) <= MAX_NONCE:
            message = f"a nonce of {len(nonce)} bytes; expected {MIN_NONCE} to {MAX_NONCE}"
            reading.report("eat-nonce-length", message, "nonce", label)


def _read_appraisals(reading: Reading, label: Any, value: Any) -> list[Appraised]:
    if not isinstance(value, Mapping) or not value:
        _refuse(reading, "submods", label, value, "a map of at least one appraisal")
        return []
    found: dict[str, Any] = {}
    reading.claims["submods"] = found
    names = [name for name in islice(value, MAX_SUBMODULES) if type(name) is str]
    paths = name_paths(reading, names)
    appraised: list[Appraised] = []
    if len(names) != len(value):
        message = f"{len(value)} appraisals, of which {len(names)} have a name and are read"
        reading.report("ear-malformed", message, "submods", label)
        appraised.append(_UNREADABLE)
    for name in names:
        one, path = value[name], paths[name]
        if not isinstance(one, Mapping):
            message = f"the appraisal is {describe(one)}; expected a map"
            reading.report("ear-malformed", message, path, label, name)
            found[name] = {"other": to_json(one)}
            appraised.append(_UNREADABLE)
            continue
        inner = reading.inside(path, None if reading.from_json else (label, name))
        appraised.append(read_appraisal(inner, one))
        found[name] = inner.claims
    return appraised


_UNREADABLE: Final = Appraised("none", (), frozenset())
"""An appraisal that cannot be read: it claims nothing, and it must not disappear behind the others."""


# --- what it comes to ---------------------------------------------------------------------------


def _conclude(reading: Reading, appraised: list[Appraised], overall: Tier | None, *, stated: bool) -> None:
    """State what the result comes to, about which device, and which challenge the evidence answered."""
    worst = ar4si.worst_status(one.status for one in appraised)
    if stated and appraised:
        worst = _weigh_overall(reading, overall or "none", worst)
    if any(one.example for one in appraised):
        worst = ar4si.worst_status([worst, "none"])
    if appraised:
        reading.show("attestation.appraisal", worst, "submods")
    devices = frozenset[str]().union(*(one.devices for one in appraised))
    if len(devices) == 1:
        reading.device = next(iter(devices))
    if not reading.nonces and appraised:
        # The challenge may have gone to the device alone: then each appraisal repeats it.
        first, *others = (set(one.nonces) for one in appraised)
        reading.nonces = tuple(sorted(first.intersection(*others)))


def _weigh_overall(reading: Reading, said: Tier, worst: Tier) -> Tier:
    """Hold the overall status against the worst appraisal; gives the worse of both."""
    if ar4si.is_better(said, worst):
        reading.report(
            "ear-malformed",
            f"the overall status is {said}, but the worst appraisal is {worst}: it must not promise more "
            "(draft-ietf-rats-ear section 3); the appraisals count",
            "status",
        )
    elif ar4si.is_better(worst, said):
        report_status(reading, said)
    return ar4si.worst_status([said, worst])


def _refuse(reading: Reading, key: str, label: Any, value: Any, expected: str) -> None:
    reading.report("ear-malformed", f"{key} is {describe(value)}; expected {expected}", key, label)
    reading.keep_other(clip(label) if type(label) is str else label, value)
