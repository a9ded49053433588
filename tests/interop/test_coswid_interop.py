"""CoSWIDs of other people's tools: read as those who collected them say."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import Any

import pytest

from iotassess.evidence.context import Context
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import AsOf

NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
AS_OF = AsOf(NOON, NOON)

UNRECOGNISED = {
    "corim-go--TestClass_MarshalCBOR_UUID_full_expected_23.cbor": "a class of a CoMID",
}
"""Files that are read as no CoSWID, each with its reason."""

VERDICTS = {
    "eat-rfc9711-coswid--hlos.cbor": "no entity has the role tag-creator (RFC 9393 section 2.6)",
    "uswid--dell-xps13.cbor": "no tag-version, which RFC 9393 section 2.3 makes mandatory",
    "uswid--lenovo-x1-carbon.cbor": "likewise",
}
"""Files whose verdict is not that of the publisher, each with its reason."""


@pytest.fixture(scope="module")
def root() -> Path:
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder) / "coswid"


@pytest.fixture(scope="module")
def expected(root: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((root / "expected.json").read_text())
    assert len(found) >= 9
    return found


@pytest.fixture(scope="module")
def artefacts(root: Path, expected: dict[str, Any]) -> dict[str, Artefact]:
    return {name: read((root / name).read_bytes(), Context(name, TrustStore(), AS_OF)) for name in expected}


def test_what_is_not_recognised_is_listed_with_its_reason(artefacts):
    assert {name for name, found in artefacts.items() if found.kind != "coswid"} == set(UNRECOGNISED)


def test_every_tag_is_as_wellformed_as_it_should_be_and_none_is_signed(artefacts, expected):
    for name, artefact in artefacts.items():
        if name not in UNRECOGNISED:
            assert artefact.wellformed == expected[name]["wellformed"], name
            assert (artefact.authenticity, artefact.signatures) == ("unsigned", ()), name
        assert expected[name]["signature"] == "unsigned"


def roles(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def files(payload: Any) -> list[dict[str, Any]]:
    """All files of a payload, those of its directories included."""
    found = list(payload.get("files", ()))
    for directory in payload.get("directories", ()):
        found += files(directory.get("path_elements", {}))
    return found


def test_facts_agree_with_what_others_read(artefacts, expected):
    compared = 0
    for name, row in expected.items():
        if name in UNRECOGNISED:
            continue
        claims, facts = artefacts[name].claims, row["facts"]
        for key in ("tag_id", "tag_version", "software_name", "software_version", "lang", "corpus"):
            assert claims.get(key) == facts.get(key), (name, key)
            compared += key in facts
        scheme = claims.get("version_scheme")
        assert (scheme and scheme["value"]) == facts.get("version_scheme"), name
        found = [
            {
                "name": one["name"],
                "regid": one.get("reg_id"),
                "role": [role["value"] for role in one["roles"]],
            }
            for one in claims["entities"]
        ]
        assert found == [{**one, "role": roles(one["role"])} for one in facts["entities"]], name
        assert ("payload" in claims) == facts.get("has_payload", False), name
        assert ("evidence" in claims) == facts.get("has_evidence", False), name
        listed = [
            {
                "name": one["fs_name"],
                "size": one.get("size"),
                "version": one.get("file_version"),
                "hash": one.get("hash", {}).get("value"),
            }
            for one in files(claims.get("payload", {}))
        ]
        wanted = [{**one, "hash": one["hash"] and one["hash"][1]} for one in facts.get("files", ())]
        assert listed == wanted, name
        compared += len(found) + len(listed)
    assert compared >= 40


def test_the_verdicts_of_others_show_in_the_problems(artefacts, expected):
    surprising = {
        name
        for name, row in expected.items()
        if name not in UNRECOGNISED
        and (row["verdict"] == "invalid")
        != any(found.severity == "error" for found in artefacts[name].problems)
    }
    assert surprising == set(VERDICTS)
