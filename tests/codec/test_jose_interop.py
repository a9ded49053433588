"""The JOSE wall against tokens that other people's tools signed."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from iotassess.codec import jose
from iotassess.codec.keys import Key

FOLDERS = ("ear", "eat")


@pytest.fixture(scope="module")
def root() -> Path:
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder)


@pytest.fixture(scope="module")
def keys(root: Path) -> dict[str, Key]:
    folder = root / "keys"
    return {path.stem: jose.parse_jwk_set(path.read_bytes())[0] for path in folder.glob("*.jwk")}


def test_each_token_verifies_by_the_key_that_signed_it_and_by_no_other(
    root: Path, keys: dict[str, Key]
) -> None:
    seen = 0
    for folder in FOLDERS:
        expected: dict[str, dict[str, Any]] = json.loads((root / folder / "expected.json").read_text())
        for name in filter(lambda name: name.endswith(".jwt"), expected):
            row = expected[name]
            parsed = jose.parse((root / folder / name).read_bytes())
            verifying = [key for key, value in keys.items() if jose.verify(parsed, value)]
            assert verifying == ([row["key"]] if row["signature"] == "verified" else []), name
            assert parsed.header["alg"] == row["alg"], name
            assert parsed.problems == (), name
            seen += 1
    assert seen
