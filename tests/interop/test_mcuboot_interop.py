"""MCUboot images made with imgtool, read as those who made them say."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from iotassess.evidence.context import Context
from iotassess.evidence.mcuboot_test_keys import published_name
from iotassess.evidence.reading import read
from iotassess.evidence.trust import AnchorSpec, TrustStore
from iotassess.model.artefact import Artefact
from tests.evidence.signing import AS_OF

AUTHENTICITY = {
    "ecdsa-p256-encrypted.bin": (
        "the signature verifies, over a hash that nobody can compare with the bytes without the device's "
        "key: the signature is verified, the image is not"
    ),
}
"""Images whose signature verifies and which are not authenticated, each with its reason."""

FACTS = {
    **{
        (f"{name}.bin", f"boot_record.{label}"): "labels 2 and 5 of the record are the other way round there"
        for name in ("ecdsa-p256-protected-tlvs", "corrupt-security-counter")
        for label in ("measurement_value", "signer_id")
    },
}
"""Facts that are not read as the collectors read them, each with its reason."""


@pytest.fixture(scope="module")
def root() -> Path:
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder)


@pytest.fixture(scope="module")
def expected(root: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((root / "mcuboot" / "expected.json").read_text())
    assert len(found) >= 12
    return found


def store_of(root: Path, *names: str) -> TrustStore:
    return TrustStore.load(
        [AnchorSpec(root / "keys" / f"{name}.pub.pem", "update", "user") for name in names]
    )


@pytest.fixture(scope="module")
def artefacts(root: Path, expected: dict[str, Any]) -> dict[str, Artefact]:
    names = sorted({row["key"] for row in expected.values() if "key" in row})
    assert len(names) == 4
    return {
        # With the key that made it: the P-256 key of another folder would fit, too.
        name: read((root / "mcuboot" / name).read_bytes(), Context(name, store_of(root, *names), AS_OF))
        for name in expected
    }


def test_every_image_is_recognised_and_as_wellformed_as_it_should_be(artefacts, expected):
    for name, artefact in artefacts.items():
        assert artefact.kind == "mcuboot-image", name
        assert artefact.wellformed == expected[name]["wellformed"], name
        assert (artefact.sha256, artefact.size) == (expected[name]["sha256"], expected[name]["size"])


def test_every_signature_comes_out_as_expected(artefacts, expected):
    statuses = {"verified": "verified", "bad": "bad-signature"}
    for name, artefact in artefacts.items():
        row = expected[name]
        if row["signature"] not in statuses:
            assert artefact.signatures == (), name
            continue
        (signature,) = artefact.signatures
        assert signature.status == statuses[row["signature"]], name
        if row["signature"] == "verified":
            assert signature.key == row["key"], name
            wanted = "unverified" if name in AUTHENTICITY else "authenticated"
            assert artefact.authenticity == wanted, name
        else:
            assert artefact.authenticity == "failed", name


def test_what_is_not_valid_is_never_authenticated(artefacts, expected):
    for name, artefact in artefacts.items():
        row = expected[name]
        if row["verdict"] != "valid" or row["signature"] != "verified":
            assert artefact.authenticity != "authenticated", name


def test_without_keys_nothing_is_authenticated(root, expected):
    for name in expected:
        artefact = read((root / "mcuboot" / name).read_bytes(), Context(name, TrustStore(), AS_OF))
        assert artefact.authenticity in ("unverified", "unsigned", "failed"), name


def facts_of(claims: dict[str, Any]) -> dict[str, Any]:
    """The claims in the collectors' terms."""
    found = {
        name: claims[name]
        for name in ("encrypted", "header_size", "image_size", "load_addr", "magic", "protected_tlv_size")
    }
    hash_ = claims["hash"]
    found |= {
        "flags": claims["flags"]["value"],
        "computed_digest": hash_["computed"],
        "stored_digest": hash_["value"],
        "hash_ok": hash_["matches"],
        "payload_sha256": claims["payload"]["sha-256"],
        "trailing_bytes": claims["trailing_bytes"],
        "version": claims["version"],
    }
    if "key_hashes" in claims:
        (found["keyhash"],) = claims["key_hashes"]
    if claims["security_counter"] is not None:
        found["security_counter"] = claims["security_counter"]
    if claims["dependencies"]:
        found["dependencies"] = claims["dependencies"]
    if "boot_record" in claims:
        found["boot_record"] = claims["boot_record"]
    found["protected_tlvs"] = [
        {"name": tlv["type"]["name"], "type": tlv["type"]["value"], "value": tlv["value"]}
        for tlv in claims["protected_tlvs"]
    ]
    found["tlvs"] = [
        {"name": tlv["type"]["name"], "type": tlv["type"]["value"], "length": tlv["length"]}
        | ({"value": tlv["value"]} if tlv["type"]["value"] in (0x01, 0x10) else {})
        for tlv in claims["tlvs"]
    ]
    return found


def flattened(facts: Any, path: str = "") -> dict[str, Any]:
    if isinstance(facts, dict):
        inner = [flattened(value, f"{path}.{key}" if path else key) for key, value in facts.items()]
        return {key: value for part in inner for key, value in part.items()}
    return {path: facts}


def test_facts_agree_with_what_the_makers_read(artefacts, expected):
    compared = 0
    for name, row in expected.items():
        if not row["facts"]:
            continue
        own = flattened(facts_of(artefacts[name].claims))
        theirs = {key: value for key, value in flattened(row["facts"]).items() if value is not None}
        own = {key: value for key, value in own.items() if value is not None}
        assert own.keys() == theirs.keys(), name
        differing = {(name, key) for key in theirs if own[key] != theirs[key]}
        assert differing == {key for key in FACTS if key[0] == name}
        compared += len(theirs)
    assert compared >= 150


def test_the_hashes_of_published_keys_are_known(root):
    listed = json.loads((root / "mcuboot" / "known-test-keys.json").read_text())["keys"]
    signing = [key for key in listed if key["private_half_published"] and "enc-" not in key["path"]]
    assert len(signing) >= 16
    for key in signing:
        for alg in ("keyhash_sha256", "keyhash_sha384"):
            assert published_name(bytes.fromhex(key[alg])) is not None, key["path"]
