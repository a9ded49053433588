"""MUD files of other people's tools, read as those who collected them say."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from iotassess.codec import keys
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import AsOf
from iotassess.model.flow import Flow

NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
AS_OF = AsOf(NOON, NOON)

DRAFT = "osmud--lightbulb2000.json"
EXCEPTIONS = {
    DRAFT: "its entries have the names of a draft, which the collectors did not look into: here they are read"
}
"""Files whose entries differ from what the collectors counted, each with its reason."""

LEAVES = ("mud-url", "mud-version", "last-update", "cache-validity", "is-supported", "systeminfo")
OPTIONAL = ("documentation", "mfg-name", "model-name")

FLOWS = {
    "mudgee--hue-bulb.json": 23,
    "mudgee--ring-doorbell.json": 9,
    "mudgee--wemo-switch.json": 18,
    "mudmaker--cloud-service.json": 1,
    "mudmaker--my-controller.json": 1,
    DRAFT: 1,
}
"""How many flows each file allows, counted by hand from its entries. Two of them accept frames of the type
0x0006, which is none; as nobody can tell that they carry no IP, they count."""


@pytest.fixture(scope="module")
def root() -> Path:
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder)


@pytest.fixture(scope="module")
def expected(root: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((root / "mud" / "expected.json").read_text())
    assert len(found) >= 6
    return found


@pytest.fixture(scope="module")
def store(root: Path) -> TrustStore:
    anchors = []
    for file in sorted((root / "keys").glob("*.jwk")):
        key = keys.from_jwk(json.loads(file.read_text()))
        anchors.append(Candidate(file.stem, key, "user", "network", None))
    return TrustStore(anchors)


@pytest.fixture(scope="module")
def artefacts(root: Path, expected: dict[str, Any], store: TrustStore) -> dict[str, Artefact]:
    return {name: read((root / "mud" / name).read_bytes(), Context(name, store, AS_OF)) for name in expected}


def entries(artefact: Artefact) -> list[dict[str, Any]]:
    assert artefact.claims is not None
    return [entry for acl in artefact.claims["acls"] for entry in acl["aces"]]


def test_each_file_is_the_one_that_was_collected(root, expected):
    for name, row in expected.items():
        assert hashlib.sha256((root / "mud" / name).read_bytes()).hexdigest() == row["sha256"], name


def test_each_is_recognised_and_wellformed(artefacts, expected):
    for name, artefact in artefacts.items():
        assert artefact.kind == "mud", name
        assert artefact.wellformed == expected[name]["wellformed"], name
        assert artefact.claims["legacy"] == (expected[name]["verdict"] == "legacy"), name


def test_none_has_a_signature_and_none_is_authenticated(artefacts, expected):
    for name, artefact in artefacts.items():
        assert expected[name]["signature"] == "n/a"
        assert (artefact.authenticity, artefact.signatures) == ("unsigned", ()), name
        assert not any(statement.covered for statement in artefact.shown), name


def test_only_what_is_so_is_reported(artefacts):
    """All are from 2018 and 2019 and unsigned; one lets the device talk to any STUN server."""
    for name, artefact in artefacts.items():
        more = {"mud-any-any"} if name == "mudgee--wemo-switch.json" else set()
        assert {found.id for found in artefact.problems} == {"mud-stale", "mud-unsigned"} | more, name


def test_the_leaves_agree(artefacts, expected):
    for name, artefact in artefacts.items():
        facts, claims = expected[name]["facts"], artefact.claims
        for leaf in (*LEAVES, *OPTIONAL):
            if leaf in LEAVES or leaf in facts:
                assert claims[leaf.replace("-", "_")] == facts[leaf], (name, leaf)
        assert claims["acl_container"] == facts["acl_container"]
        assert claims["from_device_policy"] == facts["policy_lists"]["from"]
        assert claims["to_device_policy"] == facts["policy_lists"]["to"]
        assert claims["unused_acls"] == facts["unused_lists"]


def counted(artefact: Artefact) -> dict[str, Any]:
    """The entries, counted as the collectors counted them."""
    found = entries(artefact)
    ends = [entry[side] for entry in found for side in ("source", "destination") if side in entry]
    ports = set()
    for entry in found:
        transport = {6: "tcp", 17: "udp"}.get(entry.get("protocol"))
        for side in ("source", "destination"):
            ports |= {f"{transport}/{side}-port/eq/{port}" for port in entry.get(f"{side}_ports", [])}
    protocols = Counter(str(entry["protocol"]) for entry in found if "protocol" in entry)
    return {
        "ace_count": len(found),
        "acls": [
            {"name": acl["name"], "type": acl["type"], "aces": len(acl["aces"])}
            for acl in artefact.claims["acls"]
        ],
        "actions": dict(Counter(entry["forwarding"] for entry in found)),
        "dns_names": sorted({end[4:] for end in ends if end.startswith("dns:")}),
        "networks": sorted({end[4:] for end in ends if end.startswith("net:")}),
        "mud_match_keys": sorted(
            {cls.partition(":")[0] for entry in found for cls in entry.get("classes", [])}
        ),
        "ports": sorted(ports),
        "protocols": dict(protocols),
    }


def test_the_entries_agree(artefacts, expected):
    different = set()
    for name, artefact in artefacts.items():
        found = counted(artefact)
        if found != {key: expected[name]["facts"][key] for key in found}:
            different.add(name)
    assert different == set(EXCEPTIONS)


def test_the_flows_are_those_of_the_entries(artefacts):
    for name, artefact in artefacts.items():
        texts = [statement.value for statement in artefact.shown if statement.property == "network.flow"]
        assert len(texts) == FLOWS[name], name
        parsed = [Flow.parse(text) for text in texts]
        named = {flow.peer_name for flow in parsed if flow.peer_kind == "dns"}
        told = {
            end[4:] for entry in entries(artefact) for end in entry.values() if re.match("dns:", str(end))
        }
        assert named == told, name
        assert "not_evaluated" not in artefact.claims


def test_damaged_files_are_never_authenticated(root, expected, store):
    for name in expected:
        data = (root / "mud" / name).read_bytes()
        for size in range(0, len(data), max(1, len(data) // 40)):
            artefact = read(data[:size], Context(name, store, AS_OF))
            assert artefact.authenticity in ("unsigned", "unverified"), name
