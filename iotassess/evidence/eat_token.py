"""A token's claims set as a whole, and the artefact that comes of it: shared by all kinds of token."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from iotassess.evidence import eat_claims, eat_drafts, eat_software
from iotassess.evidence.authenticate import Checked
from iotassess.evidence.eat_reading import Claims, Reader, Reading, describe, new_tuple
from iotassess.evidence.eat_submods import read_submods
from iotassess.evidence.eat_times import (
    is_bound_to_nonce,
    is_in_time,
    judge_freshness,
    judge_times,
    read_nonce,
    read_time,
)
from iotassess.evidence.psa_claims import make_readers, presenting
from iotassess.evidence.psa_labels import ARM_2, NO_MEASUREMENTS, PROFILE_1_LABELS, TFM
from iotassess.model.artefact import Artefact, Shown
from iotassess.model.claim import PRODUCT, Subject
from iotassess.model.problems import problem

RFC_9711: Final = "urn:ietf:rfc:rfc9711"
"""Profile identifier of the constrained device standard profile (RFC 9711 section 6.4)."""


def _read_submods(reading: Reading, value: Any, claims: Claims) -> None:
    read_submods(reading, value, read_claims_set)


READERS: Final[dict[Any, Reader]] = {
    # PSA claims in a token of another profile (Arm CCA has one) are shown; PSA rules are not its rules.
    **{
        label: presenting(reader, label)
        for label, reader in {**make_readers(ARM_2), **make_readers(TFM)}.items()
        if label > 2000
    },
    **eat_claims.READERS,
    **eat_software.READERS,
    4: read_time("exp", 4),
    5: read_time("nbf", 5),
    6: read_time("iat", 6),
    10: read_nonce,
    266: _read_submods,
}
"""Label → reader of an EAT claims set."""

EVIDENCE_LABELS: Final = frozenset({10, *range(256, 276), *range(2394, 2401), NO_MEASUREMENTS}) | set(
    PROFILE_1_LABELS.values()
)
"""Labels that only evidence about a device has; any other CWT (an access token) attests nothing."""

_RESULT_NAMES: Final = ("ear_status", "ear.status", "ear_verifier_id", "ear.verifier-id")


def is_result(claims: Claims) -> bool:
    """Tell whether a claims set is an attestation result (EAR) rather than evidence.

    It has EAT claims too, but it is a verifier's word about a device, not the device's.
    """
    if 1004 in claims or any(name in claims for name in _RESULT_NAMES):
        return True
    submods = claims.get(266, claims.get("submods"))
    return isinstance(submods, Mapping) and any(
        isinstance(one, Mapping) and (1000 in one or any(name in one for name in _RESULT_NAMES))
        for one in submods.values()
    )


def read_claims_set(reading: Reading, claims: Claims) -> None:
    """Read an EAT claims set, by label.

    Args:
        reading: filled in.
        claims: label → value; JSON claims after ``eat_json.to_labels``.
    """
    profile = claims.get(265)
    if profile == RFC_9711:
        reading.settled = True
    elif type(profile) is str or type(profile) is bytes:
        message = f"the profile {describe(profile)} is not known, so its own rules were not checked"
        reading.report("eat-profile-unknown", message, "profile", 265)
    doubtful = eat_drafts.find(reading, claims)
    walk(reading, claims, READERS, doubtful)


def walk(
    reading: Reading,
    claims: Claims,
    readers: Mapping[Any, Reader],
    skipped: frozenset[Any] = frozenset(),
) -> None:
    """Give each claim to its reader, and keep those that have none.

    Args:
        reading: filled in.
        claims: label → value.
        readers: label → reader.
        skipped: labels that are kept unread.
    """
    for label, value in claims.items():
        reader = readers.get(label)
        if reader is None or label in skipped:
            reading.keep_other(label, value)
        else:
            reader(reading, value, claims)


# --- the artefact -------------------------------------------------------------------------------


def conclude(
    reading: Reading,
    checked: Checked,
    *,
    kind: str,
    media_type: str,
    form: str,
    claims: Claims | None,
) -> Artefact:
    """Judge the token as a whole, and make the artefact.

    Args:
        reading: the token's claims set, read.
        checked: what came of its signatures; "unsigned" where it has none.
        kind: artefact kind.
        media_type: IANA media type.
        form: value of ``attestation.format``.
        claims: the claims set, or None where it cannot be read.
    """
    context, data = reading.context, reading.data
    fresh = None
    if claims is not None:
        if reading.times:
            judge_times(reading)
        fresh = judge_freshness(reading, checked.verified and is_in_time(reading.problems))
        if not EVIDENCE_LABELS.isdisjoint(claims):
            _show_token(reading, checked, form)
    return Artefact(
        path=context.path,
        kind=kind,
        media_type=media_type,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        wellformed=claims is not None,
        authenticity=checked.authenticity,
        signatures=checked.signatures,
        problems=(*checked.problems, *reading.problems),
        claims=None if claims is None else reading.claims,
        shown=tuple(reading.shown),
        nested=tuple(reading.nested),
        device=reading.device,
        fresh=fresh,
        purpose="attestation",
        role=context.role,
    )


@lru_cache(maxsize=64)
def _standing(
    form: str,
    algorithm: str | None,
    covered: bool,
    bound: bool | None,
    measures: bool | None,
    measured_at: str,
) -> tuple[Shown, ...]:
    """Statements that all tokens of one form and algorithm make alike."""
    found = [
        Shown(PRODUCT, "attestation.supported", True, "", covered),
        Shown(PRODUCT, "attestation.format", form, "", covered),
    ]
    if measures is not None:
        found.append(Shown(PRODUCT, "attestation.measures-software", measures, measured_at, covered))
    if bound is not None:
        found.append(Shown(PRODUCT, "attestation.nonce-bound", bound, "nonce", covered))
    if algorithm is not None:
        found.append(Shown(PRODUCT, "attestation.algorithm", algorithm, "signatures[0].alg", covered))
        found.append(Shown(PRODUCT, "crypto.algorithms", algorithm, "signatures[0].alg", covered))
    return tuple(found)


def _show_token(reading: Reading, checked: Checked, form: str) -> None:
    """Show what the token as a whole says about the product and the device."""
    algorithm: str | None = None
    if len(checked.signatures) > 0:
        first = checked.signatures[0]
        # One that is malformed may have been read where no signature covers it.
        if first.status != "malformed" and first.alg is not None and not first.alg.startswith("unknown"):
            algorithm = first.alg
    # A token inside another speaks for its own part only, and an opaque part may hold measurements.
    measures: bool | None = bool(reading.measures)
    if not measures and (reading.opaque or reading.context.depth):
        measures = None
    where = reading.measures or ("sw_components" if "sw_components" in reading.claims else "measurements")
    bound = is_bound_to_nonce(reading)
    reading.shown += _standing(form, algorithm, reading.covered, bound, measures, where)
    for index, other in enumerate(checked.signatures[1:], 1):
        if other.status != "malformed" and other.alg is not None and not other.alg.startswith("unknown"):
            reading.show("attestation.algorithm", other.alg, f"signatures[{index}].alg")
            reading.show("crypto.algorithms", other.alg, f"signatures[{index}].alg")
    key = checked.key
    if checked.verified and key is not None and key.thumbprint is not None and reading.device:
        device = new_tuple(Subject, ("device", reading.device, "instance-id"))
        reading.show("device.attestation-key", key.thumbprint, "signatures[0]", subject=device)


def unsigned() -> Checked:
    """What checking a claims set without any protection comes to."""
    found = problem("cose-unsigned", "a claims set without signature: anybody can have written it")
    return Checked((), (found,), "unsigned", False, None)
