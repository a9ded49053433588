"""CCA tokens and claims sets of other people's tools, against what those who collected them read."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import Any

import pytest

from iotassess.codec import keys
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import AsOf

NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
AS_OF = AsOf(NOON, NOON)


@pytest.fixture(scope="module")
def root() -> Path:
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder)


@pytest.fixture(scope="module")
def expected(root: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((root / "cca" / "expected.json").read_text())
    assert len(found) >= 30
    return found


@pytest.fixture(scope="module")
def store(root: Path) -> TrustStore:
    files = sorted((root / "keys").glob("*.jwk"))
    return TrustStore(
        [
            Candidate(file.stem, keys.from_jwk(json.loads(file.read_text())), "user", "attestation", None)
            for file in files
        ]
    )


@pytest.fixture(scope="module")
def artefacts(root: Path, expected: dict[str, Any], store: TrustStore) -> dict[str, Artefact]:
    return {name: read((root / "cca" / name).read_bytes(), Context(name, store, AS_OF)) for name in expected}


def test_every_file_is_recognised_and_wellformed(artefacts, expected):
    kinds = {"cca-token": "cca-token", "claims-set": "eat-ucs", "claims-json": "eat-ucs"}
    for name, row in expected.items():
        artefact = artefacts[name]
        assert (artefact.kind, artefact.wellformed) == (kinds[row["kind"]], row["wellformed"]), name


def test_every_signature_comes_out_as_expected(artefacts, expected):
    counted = 0
    for name, row in expected.items():
        artefact = artefacts[name]
        if row["signature"] == "unsigned":
            assert (artefact.authenticity, artefact.signatures) == ("unsigned", ()), name
            continue
        (signature,) = artefact.signatures
        assert (signature.status, signature.key) == ("verified", row["key"]), name
        inner = {one.path.rpartition("#")[2]: one for one in artefact.nested}
        # One realm token was signed with another key than the one in its claims, which is what counts.
        own_key = "embedded_key" in row["realm"]
        assert (inner["realm"].signatures[0].status == "verified") == own_key, name
        assert artefact.claims["binder"]["holds"] == row["binder_ok"], name
        good = row["binder_ok"] and own_key
        assert artefact.authenticity == ("authenticated" if good else "failed"), name
        assert inner["platform"].authenticity == "authenticated", name
        assert (inner["realm"].authenticity == "authenticated") == good, name
        counted += 1
    assert counted >= 7


def test_without_keys_nothing_is_authenticated(root, expected):
    for name in expected:
        artefact = read((root / "cca" / name).read_bytes(), Context(name, TrustStore(), AS_OF))
        assert artefact.authenticity in ("unverified", "unsigned", "failed"), name
        assert all(inner.authenticity != "authenticated" for inner in artefact.nested), name


RENAMED = {
    "cca_platform_config": "config",
    "cca_platform_hash_alg": "hash_algo_id",
    "realm_hash_alg": "hash_algo_id",
    "realm_initial_measurement": "initial_measurement",
    "realm_extensible_measurements": "extensible_measurements",
    "realm_personalization_value": "personalization_value",
    "realm_public_key": "public_key",
    "realm_public_key_hash_alg": "public_key_hash_algo_id",
    "realm_mec_policy": "mec_policy",
}
SAME = ("profile", "implementation_id", "instance_id", "verification_service")
COMPONENT = {
    "measurement": "digest",
    "signer": "signer_id",
    "type": "type",
    "version": "version",
    "hash": "description",
}
NOT_CLAIMS = ("family", "labels", "names", "ueid")


def disagreements(facts: dict[str, Any], claims: dict[str, Any]) -> set[str]:
    """What the collectors read and this project does not, claim by claim."""
    found = set()
    for key, value in facts.items():
        if key in NOT_CLAIMS:
            continue
        if key == "nonce":
            got: Any = [claims.get("nonce")]
        elif key == "lifecycle":
            got = claims["lifecycle"]["value"]
        elif key == "lifecycle_state":
            got = claims["lifecycle"]["name"].replace("-", "_")
        elif key == "sw_components":
            got = [
                {part: one[name] for part, name in COMPONENT.items() if name in one}
                for one in claims["sw_components"]
            ]
        else:
            assert key in SAME or key in RENAMED, key
            got = claims.get(RENAMED.get(key, key))
            if isinstance(got, dict):
                got = got["value"]
        if got != value:
            found.add(f"{key}: {got!r}, expected {value!r}")
    return found


def test_claims_agree_with_what_others_read(artefacts, expected):
    wrong, compared = {}, 0
    for name, row in expected.items():
        artefact = artefacts[name]
        pairs = [(row.get("facts", {}), artefact.claims)]
        if row["kind"] == "cca-token":
            inner = {one.path.rpartition("#")[2]: one.claims for one in artefact.nested}
            pairs = [(row[part]["facts"], inner[part]) for part in ("platform", "realm")]
        elif "cca-platform-token" in row["facts"]:
            realm = artefact.claims["realm"]
            facts = row["facts"]
            pairs = [
                (facts["cca-platform-token"], artefact.claims),
                (facts["cca-realm-delegated-token"], realm),
            ]
        for facts, claims in pairs:
            compared += len(facts)
            if found := disagreements(facts, claims):
                wrong.setdefault(name, set()).update(found)
    assert wrong == {}
    assert compared >= 300


def test_the_verdicts_of_others_show_in_the_problems(artefacts, expected):
    """What its publisher calls invalid has an error, and what is valid has none, but for test keys."""
    for name, row in expected.items():
        if row.get("uncertain") or row["verdict"] not in ("valid", "invalid"):
            continue
        errors = {found.id for found in artefacts[name].problems if found.severity == "error"}
        errors -= {"cose-test-key"}
        assert bool(errors) == (row["verdict"] == "invalid"), (name, errors)
