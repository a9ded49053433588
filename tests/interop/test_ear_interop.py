"""Attestation results of other people's verifiers: read as those who collected them say."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import Any

import pytest

from iotassess.codec import keys
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.eat_json import decode_base64url
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore
from iotassess.model import ar4si
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import AsOf

NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
AS_OF = AsOf(NOON, NOON)

PUBLISHED = {
    "ear--ear_L1.jwt": "its iat is a floating-point number, which the draft forbids (RFC 9711 section 4.3.1)",
}
"""Files whose publishers call them valid and that have an error of form all the same."""


@pytest.fixture(scope="module")
def root() -> Path:
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder)


@pytest.fixture(scope="module")
def expected(root: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((root / "ear" / "expected.json").read_text())
    assert len(found) >= 18
    return found


@pytest.fixture(scope="module")
def artefacts(root: Path, expected: dict[str, Any]) -> dict[str, Artefact]:
    anchors = [
        Candidate(file.stem, keys.from_jwk(json.loads(file.read_text())), "user", "results", None)
        for file in sorted((root / "keys").glob("*.jwk"))
    ]
    assert len(anchors) >= 20
    store = TrustStore(anchors)
    return {name: read((root / "ear" / name).read_bytes(), Context(name, store, AS_OF)) for name in expected}


def test_every_file_is_recognised_and_wellformed(artefacts, expected):
    for name, found in artefacts.items():
        assert found.kind == "ear", name
        assert found.wellformed == expected[name]["wellformed"], name


def test_every_signature_comes_out_as_expected(artefacts, expected):
    verified = 0
    for name, found in artefacts.items():
        row = expected[name]
        if row["signature"] == "unsigned":
            assert (found.authenticity, found.signatures) == ("unsigned", ()), name
            continue
        (signature,) = found.signatures
        if row["signature"] == "verified":
            assert (found.authenticity, signature.key) == ("authenticated", row["key"]), name
            verified += 1
        else:
            assert found.authenticity in ("intact", "unverified", "failed"), name
    assert verified >= 5


def test_a_key_in_the_header_is_intact_at_most(artefacts, expected):
    embedded = [name for name, row in expected.items() if "embedded_key" in row]
    assert embedded
    for name in embedded:
        assert artefacts[name].authenticity == "intact", name


def test_without_keys_nothing_is_authenticated(root, expected):
    for name in expected:
        found = read((root / "ear" / name).read_bytes(), Context(name, TrustStore(), AS_OF))
        assert found.authenticity in ("unverified", "unsigned", "intact"), name


def test_no_result_is_taken_for_evidence(root, expected, artefacts):
    for found in artefacts.values():
        assert {statement.property for statement in found.shown} == {"attestation.appraisal"}


def status_name(value: Any) -> str:
    return ar4si.STATUSES[value] if isinstance(value, int) else str(value)


def category(name: str) -> str:
    return ar4si.CATEGORIES[int(name)] if name.isdigit() else name


def test_the_facts_agree(artefacts, expected):
    compared = 0
    for name, row in expected.items():
        facts, claims = row["facts"], artefacts[name].claims
        assert claims is not None, name
        for key in ("iat", "profile"):
            assert claims.get(key) == facts.get(key), (name, key)
        if "verifier_id" in facts:
            said = facts["verifier_id"]
            developer, build = said.get("developer", said.get("0")), said.get("build", said.get("1"))
            assert claims["verifier_id"] == {"developer": developer, "build": build}, name
        if "nonce" in facts:
            assert claims["nonce"] == (decode_base64url(facts["nonce"])[0] or b"").hex(), name
        assert set(claims["submods"]) == set(facts["submods"]), name
        for attester, wanted in facts["submods"].items():
            found = claims["submods"][attester]
            assert found["status"]["name"] == status_name(wanted["status"]), name
            policies = [wanted["policy"]] if isinstance(wanted["policy"], str) else wanted["policy"]
            assert found.get("appraisal_policy_ids") == policies, name
            vector = {key: entry["value"] for key, entry in found.get("trustworthiness_vector", {}).items()}
            assert vector == {category(key): value for key, value in (wanted["vector"] or {}).items()}, name
            compared += 1
    assert compared >= 20


def test_only_the_faults_that_are_known_are_reported(artefacts, expected):
    """No publisher's file breaks the draft but for those listed; the older spelling is told of."""
    found = {
        name
        for name, artefact in artefacts.items()
        if any(one.id in ("ear-malformed", "eat-iat-float") for one in artefact.problems)
    }
    assert found == set(PUBLISHED)
    for name, row in expected.items():
        older = any(one.id == "ear-legacy-claims" for one in artefacts[name].problems)
        assert older == (row["facts"]["naming"] == "dotted"), name


def test_the_status_of_an_appraisal_is_shown(artefacts, expected):
    for name, row in expected.items():
        statuses = [status_name(one["status"]) for one in row["facts"]["submods"].values()]
        (statement,) = artefacts[name].shown
        assert statement.value == ar4si.worst_status(statuses), name
