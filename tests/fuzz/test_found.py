"""What once broke the contract, read again: every file of ``found/``, by the target that it is named for."""

from __future__ import annotations

from pathlib import Path

import pytest

from iotassess.evidence import fdo_layout
from tests.fuzz import run
from tests.fuzz.targets import artefacts
from tests.fuzz.targets.table import BY_ID

FILES = sorted(run.FOUND.glob("*.bin"))


def target_of(path: Path) -> str:
    """The target that a file is named for: ``<target>-<what it is, or eight digits of its digest>.bin``."""
    return max((id for id in BY_ID if path.name.startswith(f"{id}-")), key=len)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_once_broke_the_contract_keeps_it(path: Path):
    data, target = path.read_bytes(), BY_ID[target_of(path)]
    target.check(data)
    kind = next((row for row in artefacts.ROWS if row.id == target.id), None)
    if kind is not None:
        artefacts.thoroughly(data, kind)


def test_there_is_something_to_read_again():
    assert len(FILES) >= 10
    assert {"cmw", "fdo-voucher", "mud", "x509-chain", "profile"} <= {target_of(path) for path in FILES}


def test_reading_again_would_find_the_fault_anew(monkeypatch):
    def broken(data, trail):
        raise AssertionError("not found")

    monkeypatch.setattr(fdo_layout, "_slice", broken)
    path = next(path for path in FILES if target_of(path) == "fdo-voucher")
    with pytest.raises(AssertionError, match="not found"):
        test_what_once_broke_the_contract_keeps_it(path)
