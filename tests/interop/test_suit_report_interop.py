"""SUIT reports of other people's tools: read as those who collected them say."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import Any

import pytest

from iotassess.evidence import suit_names
from iotassess.evidence.context import Context
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import AsOf

NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
AS_OF = AsOf(NOON, NOON)
DIGEST = "822f5820"
"""How a wrapped SHA-256 digest begins: array of two, -16, 32 bytes."""


@pytest.fixture(scope="module")
def root() -> Path:
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder) / "suit-report"


@pytest.fixture(scope="module")
def expected(root: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((root / "expected.json").read_text())
    assert len(found) >= 5
    return found


@pytest.fixture(scope="module")
def artefacts(root: Path, expected: dict[str, Any]) -> dict[str, Artefact]:
    return {name: read((root / name).read_bytes(), Context(name, TrustStore(), AS_OF)) for name in expected}


def test_every_report_is_recognised_wellformed_and_unsigned(artefacts, expected):
    for name, artefact in artefacts.items():
        assert artefact.kind == "suit-report", name
        assert artefact.wellformed == expected[name]["wellformed"], name
        assert (expected[name]["signature"], artefact.authenticity) == ("unsigned", "unsigned"), name
        assert not any(found.severity == "error" for found in artefact.problems), name


def properties(raw: dict[str, Any]) -> dict[str, Any]:
    """Parameters as the collectors read them, by name."""
    found: dict[str, Any] = {}
    for key, value in raw.items():
        if isinstance(value, str) and value.startswith(DIGEST):
            value = {"alg": "sha-256", "value": value.removeprefix(DIGEST)}
        found[suit_names.PARAMETERS[int(key)]] = value
    return found


def record(raw: Any) -> dict[str, Any]:
    if isinstance(raw, dict):
        rest = {key: value for key, value in raw.items() if key != "0"}
        return {"component_id": raw["0"], "properties": properties(rest)}
    names = {7: "validate", 16: "payload-fetch"}
    return {
        "manifest_id": raw[0],
        "section": {"value": raw[1], "name": names[raw[1]]},
        "offset": raw[2],
        "component_index": raw[3],
        "properties": properties(raw[4]),
    }


def test_facts_agree_with_what_others_read(artefacts, expected):
    failures = 0
    for name, row in expected.items():
        raw, claims = row["facts"]["raw"], artefacts[name].claims
        uri, (number, digest) = raw["99"]
        assert number == -16
        assert claims["reference"] == {"uri": uri, "digest": {"alg": "sha-256", "value": digest}}, name
        assert claims["records"] == [record(one) for one in raw["3"]], name
        (shown,) = artefacts[name].shown
        if raw["4"] is True:
            assert (claims["result"], shown.value) == (True, True), name
            continue
        failures += 1
        result = claims["result"]
        assert result["code"] == raw["4"]["5"], name
        assert result["record"] == record(raw["4"]["6"]), name
        assert result["reason"] == {"value": raw["4"]["7"], "name": "condition-failed"}, name
        assert shown.value is False, name
        assert "suit-report-failure" in {found.id for found in artefacts[name].problems}, name
    assert failures == 2
