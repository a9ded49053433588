"""The claims sets of CCA tokens that come alone: signed each for itself, bare, or as the JSON of tools."""

from __future__ import annotations

import base64
import json
from typing import Any

import cbor2
import pytest

from tests.evidence import cca_builder as build
from tests.evidence.cca_builder import errors, ids, read
from tests.evidence.token_builder import IMPLEMENTATION, INSTANCE, SIGNER


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


PLATFORM_JSON: dict[str, Any] = {
    "cca-platform-profile": build.PROFILE,
    "cca-platform-challenge": b64(build.binder()),
    "cca-platform-implementation-id": b64(IMPLEMENTATION),
    "cca-platform-instance-id": b64(INSTANCE),
    "cca-platform-config": b64(b"\xcf"),
    "cca-platform-lifecycle": 0x3000,
    "cca-platform-sw-components": [{"measurement-value": b64(b"\xa3" * 32), "signer-id": b64(SIGNER)}],
    "cca-platform-service-indicator": "https://verifier.example/",
    "cca-platform-hash-algo-id": "sha-256",
}
REALM_JSON: dict[str, Any] = {
    "cca-realm-challenge": b64(build.CHALLENGE),
    "cca-realm-personalization-value": b64(b"\x70" * 64),
    "cca-realm-initial-measurement": b64(b"\x71" * 32),
    "cca-realm-extensible-measurements": [b64(b"\x72" * 32)] * 4,
    "cca-realm-hash-algo-id": "sha-256",
    "cca-realm-public-key": b64(build.RAK),
    "cca-realm-public-key-hash-algo-id": "sha-512",
}


def shown(artefact: Any, property: str) -> list[Any]:
    return [one.value for one in artefact.shown if one.property == property]


def test_a_platform_token_alone_is_read_by_its_own_rules():
    artefact = read(build.platform(), nonce=build.binder())
    assert (artefact.kind, artefact.authenticity) == ("eat-cwt", "authenticated")
    assert artefact.claims["instance_id"] == INSTANCE.hex()
    assert artefact.claims["nonce"] == build.binder().hex()
    assert shown(artefact, "attestation.format") == ["cca-token"]
    assert shown(artefact, "component.version") == ["1.0.1"]


def test_the_nonce_of_a_platform_token_alone_is_no_challenge():
    artefact = read(build.platform(), nonce=build.binder())
    assert artefact.fresh is None
    assert "eat-nonce-missing" in errors(artefact)
    assert shown(artefact, "attestation.nonce-bound") == []


def test_a_platform_token_alone_does_not_name_the_platform():
    artefact = read(build.platform())
    assert shown(artefact, "identity.implementation-id") == []
    assert artefact.claims["implementation_id"] == IMPLEMENTATION.hex()


def test_a_realm_token_alone_is_not_verified_by_its_own_key():
    artefact = read(build.realm())
    assert (artefact.kind, artefact.authenticity) == ("eat-cwt", "failed")
    assert read(build.realm(), build.anchor(build.REALM_KEY)).authenticity == "authenticated"


@pytest.mark.parametrize(
    ("claims", "key"),
    [
        (build.platform_claims(), "hash_algo_id"),
        (build.platform_claims({265: build.LEGACY}), "hash_algo_id"),
        (build.platform_claims({265: "tag:unknown"}), "hash_algo_id"),
        (build.realm_claims(), "personalization_value"),
        (build.realm_claims({265: ...}), "personalization_value"),
        (build.realm_claims({265: ..., 44237: ..., 44235: ...}), "initial_measurement"),
    ],
)
def test_a_bare_claims_set_is_unsigned(claims, key):
    artefact = read(cbor2.dumps(claims))
    assert (artefact.kind, artefact.authenticity) == ("eat-ucs", "unsigned")
    assert key in artefact.claims
    assert not any(one.covered for one in artefact.shown)


def test_a_tagged_claims_set_is_read_too():
    artefact = read(cbor2.dumps(cbor2.CBORTag(601, build.realm_claims())))
    assert artefact.claims["initial_measurement"] == "71" * 32
    assert errors(artefact) == set()


def test_psa_claims_stay_psa_claims():
    claims = build.platform_claims({265: "tag:psacertified.org,2023:psa#tfm", 2394: 1})
    artefact = read(cbor2.dumps(claims))
    assert shown(artefact, "attestation.format") == ["psa-token"]


@pytest.mark.parametrize("claims", [PLATFORM_JSON, REALM_JSON])
def test_json_claims_are_read(claims):
    artefact = read(json.dumps(claims).encode())
    assert (artefact.kind, artefact.media_type) == ("eat-ucs", "application/eat-ucs+json")
    assert (artefact.authenticity, errors(artefact)) == ("unsigned", set())


@pytest.mark.parametrize("name", sorted(PLATFORM_JSON.keys() - {"cca-platform-service-indicator"}))
def test_a_missing_name_is_a_missing_claim(name):
    claims = {key: value for key, value in PLATFORM_JSON.items() if key != name}
    assert errors(read(json.dumps(claims).encode())) & {"psa-claim-missing", "psa-no-sw-components"}


@pytest.mark.parametrize("name", sorted(REALM_JSON))
def test_a_value_of_another_type_is_reported(name):
    assert errors(read(json.dumps({**REALM_JSON, name: 7}).encode())) == {"psa-claim-invalid"}


@pytest.mark.parametrize("components", [7, [7], [{"measurement-value": 7, "x": 1}]])
def test_components_of_another_type_are_reported(components):
    claims = {**PLATFORM_JSON, "cca-platform-sw-components": components}
    assert "psa-claim-invalid" in errors(read(json.dumps(claims).encode()))


def test_a_file_with_both_claims_sets_is_read():
    both = {"cca-platform-token": PLATFORM_JSON, "cca-realm-delegated-token": REALM_JSON, "x": 1}
    artefact = read(json.dumps(both).encode())
    assert (artefact.kind, artefact.authenticity, errors(artefact)) == ("eat-ucs", "unsigned", set())
    assert artefact.claims["implementation_id"] == IMPLEMENTATION.hex()
    assert artefact.claims["realm"]["initial_measurement"] == "71" * 32
    assert artefact.claims["other"] == {"x": 1}


def test_a_file_with_one_of_the_claims_sets_is_read():
    artefact = read(json.dumps({"cca-realm-delegated-token": REALM_JSON}).encode())
    assert artefact.claims["realm"]["nonce"] == build.CHALLENGE.hex()
    assert artefact.shown == ()


def test_names_of_the_other_token_are_kept_as_they_are():
    mixed = {**PLATFORM_JSON, "cca-realm-challenge": "AA"}
    artefact = read(json.dumps(mixed).encode())
    assert artefact.claims["other"] == {"cca-realm-challenge": "AA"}
    assert ids(artefact)
