"""Conceptual message wrappers of other people: read as those who collected them say."""

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
from iotassess.model.artefact import Artefact, walk
from iotassess.model.assessment import AsOf

NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
AS_OF = AsOf(NOON, NOON)

OTHER = {
    "corim-go--TestCMW_Signed_CBOR_Verify_phdr_failures_lit_414.cbor": "its content type is that of CoSERV, "
    "which is what its publisher's test refuses it for",
}
"""Files that are read as no wrapper, each with its reason."""

NOT_CBOR = {
    "cmw--Value.cbor": "the value of a certificate extension: DER around a wrapper, which is read",
    "cmw--Value-2.cbor": "likewise",
}
"""Files that the collectors call malformed since they looked for CBOR, each with its reason."""

VERDICTS = {
    "cmw--collection-cbor-mixed-keys.cbor": "its publisher refuses labels of both types; the draft does not",
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
    found: dict[str, dict[str, Any]] = json.loads((root / "cmw" / "expected.json").read_text())
    assert len(found) >= 11
    return found


@pytest.fixture(scope="module")
def artefacts(root: Path, expected: dict[str, Any]) -> dict[str, Artefact]:
    anchors = [
        Candidate(file.stem, keys.from_jwk(json.loads(file.read_text())), "user", "attestation", None)
        for file in sorted((root / "keys").glob("*.jwk"))
    ]
    assert len(anchors) >= 20
    store = TrustStore(anchors)
    return {name: read((root / "cmw" / name).read_bytes(), Context(name, store, AS_OF)) for name in expected}


def test_what_is_no_wrapper_is_listed_with_its_reason(artefacts):
    assert {name for name, found in artefacts.items() if found.kind != "cmw"} == set(OTHER)


def test_every_wrapper_is_as_wellformed_as_it_should_be(artefacts, expected):
    different = {
        name
        for name, artefact in artefacts.items()
        if name not in OTHER and artefact.wellformed != expected[name]["wellformed"]
    }
    assert different == set(NOT_CBOR)


def test_nothing_is_authenticated(artefacts, expected):
    for name, artefact in artefacts.items():
        if name in OTHER:
            continue
        assert expected[name]["signature"] == "unsigned"
        assert (artefact.authenticity, artefact.signatures) == ("unsigned", ()), name
        for inner in walk(artefact.nested):
            assert inner.authenticity != "authenticated", (name, inner.path)


def test_facts_agree_with_what_others_read(artefacts, expected):
    forms = {"cmw-record": "record", "cmw-tag": "tag", "cmw-collection": "collection"}
    for name, row in expected.items():
        if name in OTHER or name in NOT_CBOR:
            continue
        claims, facts = artefacts[name].claims, row["facts"]
        if row["kind"] == "cmw-json":
            assert claims["encoding"] == "json", name
            assert claims["form"] == {"list": "record", "dict": "collection"}[facts["type"]], name
            continue
        assert claims["form"] == forms[row["kind"]], name
        if claims["form"] == "record":
            assert (claims["type"], claims["size"]) == (facts["type"], facts["value_length"]), name
            assert claims.get("indicator", {}).get("value") == facts["indicator"], name
        elif claims["form"] == "tag":
            assert claims["tag"] == facts["tag"], name
        else:
            assert list(claims["members"]) == facts["members"], name


def test_the_verdicts_of_others_show_in_the_problems(artefacts, expected):
    """Of the wrapper itself: the drafts' examples have messages in them that are none."""
    surprising = {
        name
        for name, row in expected.items()
        if name not in OTHER
        and (row["verdict"] == "invalid")
        != any(found.id == "cmw-malformed" for found in artefacts[name].problems)
    }
    assert surprising == set(VERDICTS)
