"""The COSE working group's messages as files: named, verified and refused as their authors say."""

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
from iotassess.model.artefact import PURPOSES, Artefact
from iotassess.model.assessment import AsOf

NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
AS_OF = AsOf(NOON, NOON)

_UNPROTECTED = (
    "its algorithm is not in the protected header, where RFC 9052 section 3.1 wants it authenticated: "
    "it is never verified, whoever made it"
)
NOT_VERIFIED = {
    "cose-wg--mac0-tests__mac-pass-01.cbor": _UNPROTECTED,
    "cose-wg--mac0-tests__mac-pass-02.cbor": _UNPROTECTED
    + "; and additional data outside of it is not known",
    "cose-wg--mac0-tests__mac-pass-03.cbor": _UNPROTECTED,
    "cose-wg--sign1-tests__sign-pass-01.cbor": _UNPROTECTED,
}
"""Messages that their authors' key verifies and this tool does not, each with its reason."""


@pytest.fixture(scope="module")
def root() -> Path:
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder)


@pytest.fixture(scope="module")
def expected(root: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((root / "cose" / "expected.json").read_text())
    assert len(found) >= 16
    return found


@pytest.fixture(scope="module")
def artefacts(root: Path, expected: dict[str, Any]) -> dict[str, Artefact]:
    anchors = [
        Candidate(
            file.stem, keys.from_jwk(json.loads(file.read_text())), "user", PURPOSES[at % len(PURPOSES)], None
        )
        for at, file in enumerate(sorted((root / "keys").glob("*.jwk")))
    ]
    store = TrustStore(anchors)
    return {name: read((root / "cose" / name).read_bytes(), Context(name, store, AS_OF)) for name in expected}


def test_every_message_is_recognised_untagged_or_not(artefacts, expected):
    for name, artefact in artefacts.items():
        assert (artefact.kind, artefact.wellformed) == ("cose-message", expected[name]["wellformed"]), name
        assert artefact.claims["tagged"] == bool(expected[name]["tags"]), name
        assert artefact.shown == (), name


def test_every_message_verifies_with_its_key_or_not_at_all(artefacts, expected):
    verified = set()
    for name, artefact in artefacts.items():
        (signature,) = artefact.signatures
        if expected[name]["signature"] == "verified" and name not in NOT_VERIFIED:
            assert (artefact.authenticity, signature.key) == ("authenticated", expected[name]["key"]), name
            verified.add(name)
        else:
            assert artefact.authenticity in ("failed", "unverified"), name
            assert signature.status != "verified", name
    assert len(verified) >= 5


def test_what_is_not_verified_says_why(artefacts, expected):
    for name in NOT_VERIFIED:
        assert expected[name]["signature"] == "verified"
        assert "cose-alg-unprotected" in {found.id for found in artefacts[name].problems}
        assert any("additional data" in row for row in artefacts[name].claims["not_evaluated"])


def test_algorithms_and_key_identifiers_are_those_of_the_files(artefacts, expected):
    for name, row in expected.items():
        headers = artefacts[name].claims["protected"] | artefacts[name].claims["unprotected"]
        if "alg_id" in row and row["alg_id"] is not None:
            assert headers["alg"]["value"] == row["alg_id"], name
        if row.get("kid"):
            assert headers["kid"] == row["kid"], name


def test_without_keys_nothing_is_authenticated(root, expected):
    for name in expected:
        artefact = read((root / "cose" / name).read_bytes(), Context(name, TrustStore(), AS_OF))
        assert artefact.authenticity == "unverified", name
