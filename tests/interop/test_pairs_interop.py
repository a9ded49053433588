"""Tokens against the reference values of others: each component comes out as another matcher found."""

from __future__ import annotations

import datetime
import functools
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iotassess.codec import keys
from iotassess.crosscheck.appraisal import appraise
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import AsOf

NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
AS_OF = AsOf(NOON, NOON)

BAD_PROFILE = "it breaks a rule of its own profile, so that nothing in it is a reference"
OLD_CLASS = "its class identifier is under the tag of an integer (551), which no token's is"

_CCA_BAD = "corim/services-corim--scheme__arm-cca__test__corim__corim-cca-platform-bad-refval-"

DIFFERENT = {
    **{f"{_CCA_BAD}{case}.cbor": BAD_PROFILE for case in ("cryptokeys", "mkey", "no-mkey", "no-raw-value")},
    "corim/cocli--data__comid__2.cbor": OLD_CLASS,
}
"""Reference values with which the outcome is another one, each with its reason: it is worse in all."""


@pytest.fixture(scope="module")
def root() -> Path:
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder)


@pytest.fixture(scope="module")
def pairs(root: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((root / "pairs.json").read_text())["pairs"]
    assert len(found) >= 20
    return found


@pytest.fixture(scope="module")
def load(root: Path) -> Callable[[str], Artefact]:
    anchors = [
        Candidate(file.stem, keys.from_jwk(json.loads(file.read_text())), "user", None, None)
        for file in sorted((root / "keys").glob("*.jwk"))
    ]
    store = TrustStore(anchors)

    @functools.cache
    def load(name: str) -> Artefact:
        return read((root / name).read_bytes(), Context(name, store, AS_OF))

    return load


def outcomes(token: Artefact, *references: Artefact) -> list[str]:
    """What the comparison gives; the other matcher has one word for no digest and no reference."""
    appraisal = appraise([token, *references])[0]
    return ["none" if one.outcome == "no-reference" else one.outcome for one in appraisal.components]


def test_every_pair_comes_out_as_the_other_matcher_found(pairs, load):
    surprising = {}
    seen: set[str] = set()
    for pair in pairs:
        found = outcomes(load(pair["token"]), load(pair["corim"]))
        seen.update(found)
        if found != pair["per_component"]:
            surprising[pair["corim"]] = (found, pair["per_component"])
    assert seen == {"match", "digest-only", "none"}
    assert set(surprising) == set(DIFFERENT), surprising
    for found, wanted in surprising.values():
        assert set(found) == {"none"} != set(wanted)


def test_nothing_that_is_not_signed_makes_anything_affirmed(pairs, load):
    for pair in pairs:
        token, reference = load(pair["token"]), load(pair["corim"])
        for appraisal in appraise([token, reference]):
            if reference.authenticity != "authenticated":
                assert appraisal.status != "affirming", pair
                assert appraisal.vector["executables"] != 3, pair
