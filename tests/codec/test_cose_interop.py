"""Conformance cases of others: signature results agree with what is known of them."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from iotassess.codec import cbor, cose, keys
from iotassess.errors import MalformedArtefact

DISAGREEMENTS = {
    "cose-wg--mac0-tests__mac-pass-01.cbor": "its algorithm is unprotected; it is never verified",
    "cose-wg--mac0-tests__mac-pass-02.cbor": "its algorithm is unprotected; it is never verified",
    "cose-wg--mac0-tests__mac-pass-03.cbor": "its algorithm is unprotected; it is never verified",
    "cose-wg--sign1-tests__sign-pass-01.cbor": "its algorithm is unprotected; it is never verified",
}


@pytest.fixture(scope="module")
def root() -> Path:
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder)


@pytest.fixture(scope="module")
def published(root: Path) -> dict[str, keys.Key]:
    files = sorted((root / "keys").glob("*.jwk"))
    return {file.stem: keys.from_jwk(json.loads(file.read_text())) for file in files}


def test_every_conformance_case_is_verified_as_expected(root: Path, published: dict[str, keys.Key]) -> None:
    expected: dict[str, dict[str, Any]] = json.loads((root / "cose" / "expected.json").read_text())
    assert len(expected) >= 16
    unlike = {}
    for name, entry in expected.items():
        data = (root / "cose" / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"]
        message = cose.parse(cbor.loads(data))
        aad = bytes.fromhex(entry.get("external_aad", ""))
        (signature,) = message.signatures
        verifying = {
            key_name
            for key_name, key in published.items()
            if cose.verify(message, signature, key, external_aad=aad)
        }
        wanted = {entry["key"]} if entry["signature"] == "verified" else set()
        if verifying != wanted:
            unlike[name] = (verifying, wanted)
        assert verifying <= wanted, name
        assert signature.alg_id == entry["alg_id"], name
        assert (signature.kid.hex() if signature.kid else None) == entry.get("kid"), name
        assert message.tagged == bool(entry["tags"]), name
        assert message.type == {
            "cose-sign1": "COSE_Sign1",
            "cose-mac0": "COSE_Mac0",
            "untagged-mac0": "COSE_Mac0",
        }.get(entry["kind"]), name
    assert unlike.keys() == DISAGREEMENTS.keys()


def signed_files(root: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Files of every folder whose outermost item is one COSE message with an attached payload."""
    found = []
    for folder in sorted(root.iterdir()):
        listing = folder / "expected.json"
        if folder.name in ("cose", "suit") or not listing.is_file():
            continue
        for name, entry in json.loads(listing.read_text()).items():
            if name.endswith(".cbor") and "signature" in entry:
                found.append((folder / name, entry))
    return found


def test_no_token_of_others_verifies_with_a_key_it_should_not(
    root: Path, published: dict[str, keys.Key]
) -> None:
    verified = 0
    for path, entry in signed_files(root):
        value = None
        try:
            value = cbor.loads(path.read_bytes())
        except MalformedArtefact:
            assert not entry["wellformed"] or entry.get("cbor"), path.name
            continue
        while isinstance(value, cbor.Tag) and value.number not in cose.TAGS:
            value = value.value
        if not isinstance(value, cbor.Tag):
            continue
        message = cose.parse(value)
        verifying = {
            name
            for name, key in published.items()
            for signature in message.signatures
            if cose.verify(message, signature, key)
        }
        verified += bool(verifying)
        if entry["signature"] != "verified":
            assert not verifying, path.name
        elif entry.get("alg_in") != "unprotected" and entry["key"] in published:
            assert entry["key"] in verifying, path.name
    assert verified >= 15
