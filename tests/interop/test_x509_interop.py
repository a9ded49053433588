"""Certificates of other people's tools: read and built as those who collected them say."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import Any

import pytest

from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.evidence.context import Context
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import AsOf

NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
AS_OF = AsOf(NOON, NOON)

SIGNATURES = {"ecdsa-with-SHA256": "ES256", "ecdsa-with-SHA384": "ES384", "ecdsa-with-SHA512": "ES512"}


@pytest.fixture(scope="module")
def root() -> Path:
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder)


@pytest.fixture(scope="module")
def expected(root: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((root / "x509" / "expected.json").read_text())
    assert len(found) >= 9
    return found


def named(root: Path, *names: str) -> TrustStore:
    return TrustStore.load([AnchorSpec(root / "x509" / name, "identity") for name in names])


def read_one(root: Path, name: str, store: TrustStore) -> Artefact:
    return read((root / "x509" / name).read_bytes(), Context(name, store, AS_OF))


def test_every_certificate_builds_to_the_one_that_issued_it(root, expected):
    for name, row in expected.items():
        artefact = read_one(root, name, named(root, *row["issued_by"]))
        assert (artefact.kind, artefact.wellformed) == ("x509-chain", row["wellformed"]), name
        assert artefact.authenticity == "authenticated", (name, artefact.problems)
        assert {found.id for found in artefact.problems} <= {"cose-test-key"}, name


def test_nothing_is_authenticated_by_anything_else(root, expected):
    for name, row in expected.items():
        others = [other for other in expected if other not in row["issued_by"] and other != name]
        artefact = read_one(root, name, named(root, *others))
        if artefact.authenticity == "authenticated":  # the same issuer under another file's name
            key = artefact.signatures[0].key
            assert key.split(" ")[0] in {Path(issuer).stem for issuer in row["issued_by"]} | {
                Path(other).stem
                for other in others
                if expected[other]["facts"]["subject"] == row["facts"]["issuer"]
            }
        assert read_one(root, name, TrustStore()).authenticity in ("unverified", "intact"), name


def test_certificates_say_what_others_read_in_them(root, expected):
    compared = 0
    for name, row in expected.items():
        (claims,) = read_one(root, name, TrustStore()).claims["certificates"]
        facts = row["facts"]
        assert claims["subject"] == facts["subject"], name
        assert claims["issuer"] == facts["issuer"], name
        assert int(claims["serial_number"], 16) == int(facts["serial"], 16), name
        assert (claims["validity"]["not_before"], claims["validity"]["not_after"]) == (
            facts["not_before"],
            facts["not_after"],
        )
        assert (claims["ca"], claims["path_length"]) == (facts["ca"], facts["path_length"]), name
        assert ("key_cert_sign" in (claims["key_usage"] or ())) == facts["key_cert_sign"], name
        assert f"EC {claims['public_key']['curve']}" == facts["public_key"], name
        assert claims["signature_alg"] == SIGNATURES[facts["signature_algorithm"]], name
        assert claims["sha256"] == row["der_sha256"], name
        compared += 1
    assert compared >= 9


def test_bundles_build_in_any_order(root, expected):
    for stem, ending in (("corim-rs", "pem"), ("corim-store", "pem")):
        names = [f"{stem}-{part}.{ending}" for part in ("root", "leaf", "intermediate")]
        data = b"".join((root / "x509" / name).read_bytes() for name in names)
        artefact = read(data, Context(stem, named(root, names[0]), AS_OF))
        assert (artefact.authenticity, artefact.claims["chain_length"]) == ("authenticated", 3)
        assert artefact.claims["certificates"][0]["subject"] == expected[names[1]]["facts"]["subject"]


def test_certificates_of_authorities_show_no_device(root, expected):
    for name, row in expected.items():
        artefact = read_one(root, name, named(root, *row["issued_by"]))
        assert bool(artefact.shown) != row["facts"]["ca"], name


@pytest.mark.parametrize("folder", ["eat", "suit", "corim", "mcuboot", "mud", "other", "coswid"])
def test_nothing_else_is_taken_for_a_certificate_or_a_voucher(root, folder):
    for file in sorted((root / folder).iterdir()):
        artefact = read(file.read_bytes(), Context(file.name, TrustStore(), AS_OF))
        assert artefact.kind not in ("x509-chain", "fdo-voucher"), file.name
