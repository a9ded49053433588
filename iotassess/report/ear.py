"""Our appraisals of the tokens as an attestation result (EAR): the claims set in JSON, not signed.

draft-ietf-rats-ear-03 sections 3 (the claims), 3.1 (an appraisal), 4 (extensions). What stands here is what
``crosscheck`` made of each token and nothing besides; verdicts on requirements have no place in an EAR.
Signing it, and writing it in CBOR, is the business of ``iotassess.signing.ear``.

Names of appraisals (the draft asks for a documented scheme): the kind of the token, ``psa-token``; the second
token of a kind is ``psa-token-2``, in the order of the call. Where no token was appraised the only one is
:data:`NOTHING`, which claims nothing: an EAR without any is not allowed, and one that affirms would be a lie.

Two claims of our own, which the draft permits and a reader that does not know them ignores:

- :data:`RESULT_CLAIM` beside the appraisals: ``example`` (the profile is an example, so that keys count whose
  private half is published) and ``profile_sha256`` (what the product was declared to be, whose keys count);
- :data:`TOKEN_CLAIM` in each: ``path``, ``sha256``, ``kind`` and ``authenticity`` of the token, so that a
  result cannot be taken for one about other evidence.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from iotassess.model import ar4si
from iotassess.model.appraisal import Appraisal
from iotassess.model.artefact import Artefact, walk
from iotassess.model.assessment import Assessment
from iotassess.report import artefact_json
from iotassess.report.escape import safe
from iotassess.report.registry import Look

PROFILE: Final = "tag:ietf.org,2026:rats/ear#03"
"""What the draft wants in ``eat_profile``; each of its editions has its own."""

APPRAISAL_PROFILE: Final = "urn:iotassess:ear-appraisal:v1"
"""``eat_profile`` of an appraisal: the draft wants one where it has extensions."""

RESULT_CLAIM: Final = "urn:iotassess:ear-result"
TOKEN_CLAIM: Final = "urn:iotassess:ear-token"  # noqa: S105 - the name of a claim

POLICY: Final = "urn:iotassess:appraisal:"
"""How the identifier of our appraisal begins; the version of the tool, whose rules they are, ends it."""

EXAMPLE_POLICY: Final = "urn:iotassess:appraisal:published-test-keys"
"""Policy in force where the profile is an example: keys count whose private half everybody has."""

NOTHING: Final = "nothing-appraised"

_NONCE: Final = re.compile(r"(?:[0-9a-f]{2}){8,64}")
"""Hex of a nonce, 8 to 64 bytes (RFC 9711 section 4.1)."""


def render(assessment: Assessment, look: Look) -> str:
    """Render as the JSON text of an EAR claims set."""
    return artefact_json.dumps(tree(assessment))


def tree(assessment: Assessment) -> dict[str, Any]:
    """Turn the appraisals of an assessment into an EAR claims set."""
    policies = [POLICY + safe(assessment.tool_version)]
    if assessment.example:
        policies.append(EXAMPLE_POLICY)
    artefacts = {one.path: one for one in reversed(tuple(walk(assessment.artefacts)))}
    submods = {
        name: _appraisal(one, artefacts.get(one.token), policies)
        for name, one in _named(assessment.appraisals)
    }
    return {
        "eat_profile": PROFILE,
        "iat": int(assessment.as_of.start.timestamp()),
        "ear_verifier_id": {
            "developer": "iotassess",
            "build": f"iotassess {safe(assessment.tool_version)}",
        },
        "ear_status": ar4si.worst_status(one.status for one in assessment.appraisals),
        "submods": submods or {NOTHING: _claim_nothing(policies)},
        RESULT_CLAIM: {"example": assessment.example, "profile_sha256": assessment.profile_sha256},
    }


def _named(appraisals: tuple[Appraisal, ...]) -> Iterator[tuple[str, Appraisal]]:
    """Give each appraisal the name of its token's kind, with a number from the second of a kind on."""
    seen: Counter[str] = Counter()
    for one in appraisals:
        seen[one.kind] += 1
        yield one.kind if seen[one.kind] == 1 else f"{one.kind}-{seen[one.kind]}", one


def _appraisal(appraisal: Appraisal, token: Artefact | None, policies: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "eat_profile": APPRAISAL_PROFILE,
        "ear_status": appraisal.status,
        "ear_trustworthiness_vector": appraisal.vector,
        "ear_appraisal_policy_ids": list(policies),
    }
    nonce = _nonce((token.claims or {}).get("nonce")) if token is not None else None
    if nonce is not None:
        found["eat_nonce"] = nonce
    found[TOKEN_CLAIM] = {
        "path": safe(appraisal.token),
        "sha256": None if token is None else token.sha256,
        "kind": appraisal.kind,
        "authenticity": appraisal.authenticity,
    }
    return found


def _claim_nothing(policies: list[str]) -> dict[str, Any]:
    return {
        "ear_status": "none",
        "ear_trustworthiness_vector": dict.fromkeys(ar4si.CATEGORIES, ar4si.NO_CLAIM),
        "ear_appraisal_policy_ids": list(policies),
    }


def _nonce(read: object) -> str | list[str] | None:
    """Write the nonce of a token as EAT in JSON has it; None where one of several cannot be written.

    Args:
        read: hex, or a list of it, as the token's decoder gives it.
    """
    several = read if isinstance(read, list) else [read]
    good = [one for one in several if isinstance(one, str) and _NONCE.fullmatch(one)]
    if not good or len(good) < len(several):
        return None
    found = [base64.urlsafe_b64encode(bytes.fromhex(one)).rstrip(b"=").decode() for one in good]
    return found if len(found) > 1 else found[0]
