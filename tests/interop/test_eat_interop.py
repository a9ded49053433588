"""Tokens of other people's tools: read without a crash, and as those who collected them say."""

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

NOT_CLEAR = "a bare map of one number, which other structures have, too: not taken for a token"
NO_TOKEN = "a bare map with a label that no draft and no RFC gives to a claim"

UNRECOGNISED = {
    "cose-wg-cwt--CWT__A_5.cbor": "encrypted: nothing in it can be read",
    "ctoken--bare_uccs.cbor": NOT_CLEAR,
    "ctoken--eat_test_profile_invalid_dup.cbor": "duplicate keys: not decoded, so there is no map to look at",
    "ctoken--eat_test_submods_invalid_duplicate.cbor": "duplicate keys: not decoded",
    "ctoken--valid_bool.cbor": NO_TOKEN,
    "ctoken--valid_bstr.cbor": NO_TOKEN,
    "ctoken--valid_int.cbor": NO_TOKEN,
    "ctoken--valid_null.cbor": NO_TOKEN,
    "ctoken--valid_text.cbor": NO_TOKEN,
}
"""Well-formed files that are read as no token, each with its reason."""

CLAIMS = {
    ("iat-verifier--submod-missing-claim.cbor", "cnf"): "bytes, which cnf is not: kept among the others",
    ("iat-verifier--submod-missing-claim.cbor", "implementation_id"): "a number: kept among the others",
    (
        "ctoken--eat_test_psa_swcomponents_invalid_measurement_value.cbor",
        "sw_components[0].digest",
    ): "a text: reported, and not shown as a digest",
    ("eat-rfc9711--submods.cbor", "submods.Android App Foo.swversion"): "text at 271 is a draft's swname",
    ("eat-rfc9711--submods.cbor", "submods.Linux Android.swversion"): "text at 271 is a draft's swname",
    ("eat-rfc9711--submods.cbor", "submods.Secure Element Eat.uptime"): "4 may be a draft's security level",
}
"""Claims that are not shown as the collectors read them, each with its reason."""

VERDICTS = {
    "psatoken-json--test-boot-seed-invalid-missing.json": "its profile 2.0.0 makes the boot seed optional",
    "psatoken-json--test-profile-invalid-unknown.json": "an unknown profile is a warning, and the rest fits",
    "eat-rfc9711-json--simple.json": "its swversion is a text, where the RFC has an array",
    "eat-rfc9711--submods.cbor": "keys that fit its nested tokens are at hand, and none of them made them",
}
"""Files whose verdict is not that of the publisher, each with its reason."""


@pytest.fixture(scope="module")
def root() -> Path:
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder)


@pytest.fixture(scope="module")
def expected(root: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((root / "eat" / "expected.json").read_text())
    assert len(found) >= 100
    return found


@pytest.fixture(scope="module")
def store(root: Path) -> TrustStore:
    anchors = []
    for file in sorted((root / "keys").glob("*.jwk")):
        key = keys.from_jwk(json.loads(file.read_text()))
        anchors.append(Candidate(file.stem, key, "user", "attestation", None))
    assert len(anchors) >= 20
    return TrustStore(anchors)


@pytest.fixture(scope="module")
def artefacts(root: Path, expected: dict[str, Any], store: TrustStore) -> dict[str, Artefact]:
    return {name: read((root / "eat" / name).read_bytes(), Context(name, store, AS_OF)) for name in expected}


def everything(artefact: Artefact) -> list[Artefact]:
    return [artefact, *(inner for nested in artefact.nested for inner in everything(nested))]


def test_what_is_not_recognised_is_listed_with_its_reason(artefacts, expected):
    missing = {
        name for name, found in artefacts.items() if found.kind is None and expected[name]["wellformed"]
    }
    assert missing == set(UNRECOGNISED)


def test_every_token_is_as_wellformed_as_it_should_be(artefacts, expected):
    for name, artefact in artefacts.items():
        if name not in UNRECOGNISED:
            assert artefact.wellformed == expected[name]["wellformed"], name


def test_every_signature_comes_out_as_expected(artefacts, expected):
    statuses = {
        "verified": {"verified"},
        "bad": {"bad-signature", "malformed"},
        # Keys of others that fit the algorithm are among the anchors, so "no key" is not said.
        "no-key": {"bad-signature", "no-key"},
    }
    counted = 0
    for name, artefact in artefacts.items():
        row = expected[name]
        wanted = statuses.get(row["signature"])
        if wanted is None:
            assert artefact.signatures == (), name
            continue
        (signature,) = artefact.signatures
        assert signature.status in wanted, (name, signature)
        if row["signature"] == "verified":
            assert (artefact.authenticity, signature.key) == ("authenticated", row["key"]), name
        counted += 1
    assert counted >= 20


def test_authenticated_is_never_given_where_it_should_not_be(artefacts, expected):
    for name, artefact in artefacts.items():
        if expected[name]["signature"] != "verified":
            assert artefact.authenticity != "authenticated", name
            assert all(signature.status != "verified" for signature in artefact.signatures), name
        for inner in artefact.nested:
            assert inner.authenticity != "authenticated", name


def test_without_keys_nothing_is_authenticated(root, expected):
    for name in expected:
        artefact = read((root / "eat" / name).read_bytes(), Context(name, TrustStore(), AS_OF))
        for found in everything(artefact):
            assert found.authenticity in ("unverified", "unsigned"), name


# --- claims -------------------------------------------------------------------------------------

SAME = (
    *("iss", "sub", "aud", "exp", "nbf", "iat", "cti", "cnf", "ueid", "hwmodel", "oemboot", "uptime"),
    *("bootcount", "profile", "client_id", "implementation_id", "instance_id", "certification_reference"),
    *("boot_seed", "swname", "verification_service", "no_sw_measurements"),
)
RENAMED = {"boot_seed_2397": "boot_seed", "hardware_version": "certification_reference"}
COMPONENT = {
    "measurement": "digest",
    "signer": "signer_id",
    "type": "type",
    "version": "version",
    "hash": "description",
}


def flattened(facts: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """What the collectors read, as claim path → value in this project's terms."""
    found: dict[str, Any] = {}
    for key, value in facts.items():
        name = prefix + RENAMED.get(key, key)
        if key == "ueid" and "instance_id" in facts:
            continue  # one claim under two names
        if key in SAME or key in RENAMED:
            found[name] = value
        elif key == "nonce":
            found[name] = value if len(value) > 1 else value[0]
        elif key == "oemid" or key in ("dbgstat", "lifecycle"):
            found[f"{name}.value"] = value
        elif key == "lifecycle_state":
            found[f"{prefix}lifecycle.name"] = value.replace("_", "-")
        elif key in ("hwversion", "swversion"):
            found[f"{name}.version"] = value if isinstance(value, str) else value[0]
        elif key == "sw_components":
            found[f"{name}.length"] = len(value)
            for index, component in enumerate(value):
                for part, text in component.items():
                    found[f"{name}[{index}].{COMPONENT[part]}"] = text
        elif key == "submods":
            for inner, row in value.items():
                found |= flattened(row.get("facts", {}), f"{name}.{inner}.")
                if row.get("kind") == "detached-digest":
                    found[f"{name}.{inner}.detached_digest.value"] = row["digest"]
    return found


def at(claims: Any, path: str) -> Any:
    """The value at a claim path, or None."""
    for step in path.replace("[", ".[").split("."):
        if step == "length":
            claims = len(claims)
        elif step.startswith("["):
            claims = claims[int(step[1:-1])] if isinstance(claims, list) else None
        else:
            claims = claims.get(step) if isinstance(claims, dict) else None
    return claims


def disagreements(facts: dict[str, Any], claims: Any, name: str) -> set[str]:
    found = set()
    for path, value in flattened(facts).items():
        excused = (name, path.removesuffix(".version").removesuffix(".value")) in CLAIMS
        if at(claims, path) != value and not excused:
            found.add(f"{path}: {at(claims, path)!r}, expected {value!r}")
        if at(claims, path) == value and excused:
            found.add(f"{path}: the exception is not needed any more")
    return found


def test_claims_agree_with_what_others_read(artefacts, expected):
    wrong, compared = {}, 0
    for name, row in expected.items():
        if row.get("uncertain") or not row.get("facts") or artefacts[name].kind is None:
            continue
        compared += len(flattened(row["facts"]))
        if found := disagreements(row["facts"], artefacts[name].claims, name):
            wrong[name] = found
    assert wrong == {}
    assert compared >= 900


def test_a_detached_bundle_agrees_with_what_others_read(artefacts, expected):
    name = "eat-rfc9711--valid_deb.cbor"
    row, claims = expected[name], artefacts[name].claims
    facts = dict(row["main_token"]["facts"])
    submods = {key: part for key, part in row["detached"].items() if part["digest_ok"]}
    assert submods
    facts["submods"] = submods
    assert disagreements(facts, claims, name) == set()
    assert "eat-detached-digest-mismatch" not in {found.id for found in artefacts[name].problems}


def test_the_verdicts_of_others_show_in_the_problems(artefacts, expected):
    """A claims set that its publisher calls invalid has an error, and a valid one has none."""
    surprising = {}
    for name, row in expected.items():
        artefact = artefacts[name]
        if row.get("uncertain") or artefact.kind is None or row["verdict"] not in ("valid", "invalid"):
            continue
        errors = {
            found.id
            for found in artefact.problems
            if found.severity == "error" and found.id.startswith(("eat-", "psa-", "cose-alg-missing"))
        } - {"eat-expired"}
        if bool(errors) != (row["verdict"] == "invalid"):
            surprising[name] = errors
    assert set(surprising) == set(VERDICTS), surprising


@pytest.mark.parametrize("folder", ["cca", "cose", "cmw", "ear", "corim", "coswid", "other"])
def test_no_file_of_another_kind_crashes_or_is_authenticated_wrongly(root, store, folder):
    files = [file for file in sorted((root / folder).iterdir()) if file.name != "expected.json"]
    assert files
    for file in files:
        artefact = read(file.read_bytes(), Context(file.name, store, AS_OF))
        for found in everything(artefact):
            json.dumps(found.claims, allow_nan=False)
            if found.kind in ("eat-cwt", "psa-token", "eat-jwt") and found.authenticity == "authenticated":
                assert any(signature.status == "verified" for signature in found.signatures)
