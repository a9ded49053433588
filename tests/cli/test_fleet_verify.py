"""``fleet verify`` as it is called: what it writes, what it says, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.fleet import token_fleet as fleet
from tests.fleet.token_fleet import device, nonce_of, token

TOKENS = 6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    records = list(fleet.rows(TOKENS, 2))
    fleet.write_tokens(tmp_path / "tokens.parquet", iter(records))
    fleet.write_keys(tmp_path / "keys.parquet", 2)
    return tmp_path


def _arguments(folder: Path, *more: str) -> list[str]:
    return [
        *("fleet", "verify", str(folder / "tokens.parquet"), "-p", str(fleet.GOOD)),
        *("-t", str(fleet.EXAMPLE / "anchors"), "--device-keys", str(folder / "keys.parquet")),
        *("--as-of", "2026-11-01", "--max-age", "90d", "-o", str(folder / "out"), "--workers", "0", *more),
    ]


def test_a_row_for_each_record_and_a_summary(run, folder: Path) -> None:
    done = run(*_arguments(folder, "-b", "enisa-gp-tm"))
    assert done.code == 0
    assert done.out.startswith(f"EXAMPLE · {TOKENS} records · 100.0 % sound")
    table = pq.read_table(folder / "out" / "parts")
    assert table.num_rows == TOKENS
    assert set(table.column("verdict:enisa-gp-tm/GP-TM-03").to_pylist()) == {"verified"}
    assert f"{folder}/out/parts" in done.err


def test_the_formats_are_written_side_by_side(run, folder: Path) -> None:
    page, data = folder / "fleet.html", folder / "fleet.json"
    done = run(*_arguments(folder, "-f", f"html={page}", "-f", f"json={data}"))
    assert done.code == 0
    assert done.out == ""
    assert "<!doctype html>" in page.read_text().lower()
    summary = json.loads(data.read_text())
    assert summary["schema"] == "iotassess/fleet-summary/v1"
    assert summary["records"] == TOKENS


def test_exit_code_one_tells_that_not_all_is_sound_where_that_was_asked(run, folder: Path) -> None:
    assert run(*_arguments(folder, "--exit-code")).code == 0
    records = list(fleet.rows(TOKENS, 2))
    records[3]["token"] = token(device(5), nonce_of(3))
    fleet.write_tokens(folder / "tokens.parquet", iter(records))
    assert run(*_arguments(folder, "--restart")).code == 0
    assert run(*_arguments(folder, "--exit-code")).code == 1


def test_a_fleet_without_a_record_is_not_sound(run, folder: Path) -> None:
    fleet.write_tokens(folder / "tokens.parquet", iter([]))
    done = run(*_arguments(folder, "--exit-code"))
    assert done.code == 1
    assert run(*_arguments(folder)).code == 0


def test_what_is_there_of_another_run_is_refused(run, folder: Path) -> None:
    assert run(*_arguments(folder)).code == 0
    done = run(*_arguments(folder, "-b", "nist-ir-8259a"))
    assert done.code == 2
    assert "--restart" in done.err
    again = run(*_arguments(folder))
    assert again.code == 0
    assert "parts were done before" in again.err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--stale-after", "soon"], "--stale-after: got 'soon'"),
        (["-f", "sarif"], "expected one of text, json, html"),
        (["-b", "no-such"], "no-such"),
        (["-r", "missing.corim"], "missing.corim"),
        (["--scheduler", "tcp://127.0.0.1:1"], "scheduler"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_a_bad_option_is_told_before_anything_is_judged(
    run, folder: Path, more: list[str], said: str
) -> None:
    done = run(*_arguments(folder, *more))
    assert done.code == 2
    assert said in done.err
    assert not (folder / "out" / "parts").exists()


def test_without_an_output_folder_the_command_is_not_understood(run, folder: Path) -> None:
    done = run("fleet", "verify", str(folder / "tokens.parquet"))
    assert done.code == 2
    assert "--out" in done.err


def test_nothing_of_this_machine_is_in_the_summary(run, folder: Path) -> None:
    data = folder / "fleet.json"
    assert run(*_arguments(folder, "-f", f"json={data}")).code == 0
    summary = json.loads(data.read_text())
    del summary["models"]  # paths as they were given
    examples = ("problems", "faults", "discrepancies", "errors")
    assert str(folder) not in json.dumps({k: v for k, v in summary.items() if k not in examples})
