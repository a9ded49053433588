"""Whole runs: the same on any number of processes, whatever is killed, and never half a result."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pyarrow.parquet as pq
import pytest

from iotassess.errors import FleetError, UsageError
from iotassess.fleet import part as part_module
from iotassess.fleet.engine import engine
from iotassess.fleet.part import is_done, verify_part
from iotassess.fleet.plan import Task
from iotassess.fleet.rows import Row, metadata_of
from iotassess.fleet.run import Outcome, Progress, run
from iotassess.model.fleet import SharedKey, StaleDevice, Worsened
from tests.fleet import token_fleet as making
from tests.fleet.fleets import AS_OF, BASELINES, asked, rows
from tests.fleet.token_fleet import device, nonce_of, token

T = TypeVar("T")
R = TypeVar("R")

DEVICES = 4
TOKENS = 22


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys and tokens: most are good, some are damaged, foreign or none at all."""
    folder = tmp_path_factory.mktemp("fleet")
    making.write_keys(folder / "keys.parquet", DEVICES)
    records = list(making.rows(TOKENS, DEVICES))
    records[3]["token"] = b"nothing of the kind"
    records[8]["token"] = records[8]["token"][:-1] + b"\x00"
    records[13]["token"] = b""
    records[14]["device"] = "stranger"
    making.write_tokens(folder / "tokens.parquet", iter(records))
    return folder


def _serial(folder: Path, out: Path, **more: Any) -> Outcome:
    with engine(workers=0) as serial:
        return run(asked(folder, folder / "tokens.parquet", out=out, **more), serial)


@pytest.fixture(scope="module")
def result(fleet: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return _serial(fleet, tmp_path_factory.mktemp("serial") / "out")


def _bytes(parts: Path) -> dict[str, bytes]:
    return {part.name: part.read_bytes() for part in sorted(parts.iterdir())}


def _rows(outcome: Outcome) -> list[Row]:
    return rows(outcome.parts, [row.column for row in outcome.summary.verdicts])


# --- what comes out -----------------------------------------------------------------------------


def test_every_record_is_one_row_bad_ones_too(result: Outcome) -> None:
    found = _rows(result)
    assert len(found) == TOKENS == result.summary.records
    assert [int(row.record.rpartition("#")[2]) for row in found] == list(range(TOKENS))
    assert {i for i, row in enumerate(found) if row.error} == {3, 13}
    assert {i for i, row in enumerate(found) if not row.sound} == {3, 8, 13, 14}


def test_the_summary_is_what_the_rows_say(result: Outcome) -> None:
    found, summary = _rows(result), result.summary
    tokens = [row for row in found if row.authenticity]
    assert summary.sound == sum(row.sound for row in found)
    assert summary.authenticity == {
        value: sum(row.authenticity == value for row in tokens) for value in summary.authenticity
    }
    assert sum(summary.authenticity.values()) == len(tokens)
    for position, row in enumerate(summary.verdicts):
        for verdict, count in row.counts.items():
            assert count == sum(one.verdicts[position] == verdict for one in tokens)
    assert {count.id: count.tokens for count in summary.faults} == {
        fault: sum(fault in row.faults for row in found) for row in found for fault in row.faults
    }
    assert sum(row.tokens for row in summary.by_model) == len(tokens)
    assert sum(period.tokens for period in summary.drift) == len([row for row in tokens if row.time])
    assert sum(row.devices for row in summary.by_firmware) == DEVICES


def test_the_columns_are_named_after_the_requirements(result: Outcome) -> None:
    (first, *_) = sorted(result.parts.iterdir())
    names = pq.read_schema(first).names
    assert {f"verdict:{BASELINES[0]}/GP-TM-03"} <= set(names)
    assert [row.column.name for row in result.summary.verdicts] == [n for n in names if ":" in n]


def test_progress_is_told_up_to_the_end(fleet: Path, tmp_path: Path) -> None:
    told: list[Progress] = []
    with engine(workers=0) as serial:
        run(asked(fleet, fleet / "tokens.parquet", out=tmp_path / "out"), serial, told.append)
    verifying = [one for one in told if one.step == "verifying"]
    assert [one.records for one in verifying] == sorted(one.records for one in verifying)
    assert (verifying[-1].records, verifying[-1].parts) == (TOKENS, verifying[-1].of)


# --- processes ----------------------------------------------------------------------------------

_MARK = "IOTASSESS_TEST_DIED"


def _dies_once(task: Task) -> Any:
    """Do a part, and take the worker down in the middle of it the first time that this part is met."""
    mark = Path(os.environ[_MARK]) / f"died-{task.partition.number}"
    if task.partition.number in (1, 3) and not mark.exists():
        mark.touch()
        write = part_module.write_part

        def write_half(path: Path, *_: object) -> None:
            path.with_name(f".{path.name}.{os.getpid()}.new").write_bytes(b"half a part")
            os.kill(os.getpid(), signal.SIGKILL)

        part_module.write_part = write_half
        try:
            verify_part(task)
        finally:
            part_module.write_part = write
    return verify_part(task)


def test_two_processes_one_killed_in_the_middle_give_what_one_process_gives(
    fleet: Path, result: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(_MARK, str(tmp_path))
    monkeypatch.setattr("iotassess.fleet.run.verify_part", _dies_once)
    with engine(workers=2) as cluster:
        outcome = run(asked(fleet, fleet / "tokens.parquet", out=tmp_path / "out"), cluster)
    assert {path.name for path in tmp_path.glob("died-*")} == {"died-1", "died-3"}
    assert _bytes(outcome.parts) == _bytes(result.parts)
    assert outcome.summary == result.summary


# --- going on where it stopped ------------------------------------------------------------------


class _Stops:
    """An engine that fails after some parts, as one that was killed."""

    def __init__(self, after: int) -> None:
        self.after = after

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[tuple[T, R]]:
        for task in itertools.islice(tasks, self.after):
            yield task, work(task)
        raise FleetError("killed")


def test_a_run_goes_on_where_it_stopped(fleet: Path, result: Outcome, tmp_path: Path) -> None:
    request = asked(fleet, fleet / "tokens.parquet", out=tmp_path / "out")
    with pytest.raises(FleetError):
        run(request, _Stops(2))
    assert not (request.out / "parts").exists()
    (request.out / "parts.unfinished" / ".part-000004.parquet.1.new").write_bytes(b"half")
    with engine(workers=0) as serial:
        outcome = run(request, serial)
    assert outcome.kept == 2
    assert _bytes(outcome.parts) == _bytes(result.parts)
    assert outcome.summary == result.summary


def test_a_part_that_is_damaged_is_made_anew(fleet: Path, result: Outcome, tmp_path: Path) -> None:
    request = asked(fleet, fleet / "tokens.parquet", out=tmp_path / "out")
    with pytest.raises(FleetError):
        run(request, _Stops(3))
    (request.out / "parts.unfinished" / "part-000001.parquet").write_bytes(b"PAR1 half a part")
    with engine(workers=0) as serial:
        outcome = run(request, serial)
    assert outcome.kept == 2
    assert _bytes(outcome.parts) == _bytes(result.parts)


def test_the_same_run_once_more_does_nothing_anew(fleet: Path, result: Outcome) -> None:
    out = result.parts.parent
    before = _bytes(result.parts)
    again = _serial(fleet, out)
    assert again.kept == len(before)
    assert _bytes(again.parts) == before
    assert again.summary == result.summary


@pytest.mark.parametrize(
    "more",
    [
        {"as_of": AS_OF._replace(end=AS_OF.end - datetime.timedelta(hours=1))},
        {"max_age": None},
        {"anchors": ()},
        {"keys": None},
        {"baselines": ("nist-ir-8259a",)},
        {"partition": 6},
        {"profiles": []},
    ],
    ids=lambda more: next(iter(more)),
)
def test_another_run_is_not_mixed_with_what_is_there(
    fleet: Path, result: Outcome, more: dict[str, Any]
) -> None:
    before = _bytes(result.parts)
    with pytest.raises(UsageError, match="another run"):
        _serial(fleet, result.parts.parent, **more)
    assert _bytes(result.parts) == before


def test_restart_throws_the_other_result_away(fleet: Path, tmp_path: Path) -> None:
    _serial(fleet, tmp_path / "out", partition=9)
    outcome = _serial(fleet, tmp_path / "out", restart=True)
    assert outcome.kept == 0
    assert outcome.summary.records == TOKENS
    assert len(_bytes(outcome.parts)) == -(-TOKENS // 5)


def test_two_runs_do_not_write_into_one_folder(fleet: Path, tmp_path: Path) -> None:
    from iotassess.fleet.folder import locked

    with locked(tmp_path / "out"), pytest.raises(UsageError, match="another run is writing"):
        _serial(fleet, tmp_path / "out")
    assert _serial(fleet, tmp_path / "out").summary.records == TOKENS


def test_a_folder_that_holds_something_else_is_left_alone(fleet: Path, tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(UsageError, match="something else"):
        _serial(fleet, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]


def test_a_part_of_another_plan_is_not_taken_for_done(result: Outcome) -> None:
    (first, *_) = sorted(result.parts.iterdir())
    plan = (metadata_of(first) or {})["plan"]
    assert is_done(first, plan)
    assert not is_done(first, plan[::-1])


# --- what only all records together show --------------------------------------------------------


def _run_over(folder: Path, records: list[dict[str, Any]], **more: Any) -> Outcome:
    making.write_tokens(folder / "tokens.parquet", iter(records))
    making.write_keys(folder / "keys.parquet", DEVICES)
    return _serial(folder, folder / "out", **more)


def _record(number: int, day: datetime.datetime, data: bytes | None = None) -> dict[str, Any]:
    one = device(number)
    return {
        "device": one.name,
        "token": data or token(one, nonce_of(number)),
        "time": day,
        "nonce": nonce_of(number),
        "model": "SN-33",
    }


OCTOBER = datetime.datetime(2026, 10, 1, tzinfo=datetime.UTC)


def test_devices_that_fell_silent_are_found_longest_first(tmp_path: Path) -> None:
    days = (5, 30, 12, 29)
    records = [_record(n, OCTOBER + datetime.timedelta(days=day)) for n, day in enumerate(days)]
    records.append(_record(3, OCTOBER + datetime.timedelta(days=30.5), b"not a token"))
    found = _run_over(tmp_path, records, stale_after=datetime.timedelta(days=7)).summary.stale
    assert found.total == 2
    assert [one.device for one in found.rows if isinstance(one, StaleDevice)] == [
        device(0).name,
        device(2).name,
    ]


def test_a_device_that_was_sound_and_is_no_more_is_found(tmp_path: Path) -> None:
    debug = token(device(1), nonce_of(1), {2395: 0x4000})
    days = [OCTOBER + datetime.timedelta(days=day) for day in (1, 2, 3)]
    records = [
        _record(0, days[0]),
        _record(0, days[1]),
        _record(1, days[2], debug),
        _record(1, days[0]),
        _record(2, days[0], token(device(2), nonce_of(2), {2395: 0x4000})),
        _record(2, days[1]),
    ]
    found = _run_over(tmp_path, records).summary.worsened
    assert found.total == 1
    (one,) = (row for row in found.rows if isinstance(row, Worsened))
    assert (one.device, one.was, one.now) == (device(1).name, days[0], days[2])
    assert "psa-lifecycle-debug" in one.because


def test_a_key_that_signs_for_two_devices_takes_back_what_was_said_of_both(tmp_path: Path) -> None:
    """No key is registered: one anchor stands for the whole fleet, as a factory's mistake would have it."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from iotassess.evidence.trust import parse_anchor_spec
    from tests.fleet.fleets import ANCHORS

    group = device(0).key
    anchor = tmp_path / "group.pem"
    anchor.write_bytes(group.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    shared = [making.signed(group, making.claims_of(device(n), nonce_of(n))) for n in range(3)]
    days = [OCTOBER + datetime.timedelta(days=n) for n in range(3)]
    records = [_record(n, day, data) for n, (day, data) in enumerate(zip(days, shared, strict=True))]
    anchors = (*ANCHORS, parse_anchor_spec(f"attestation={anchor}"))
    outcome = _run_over(tmp_path, records, keys=None, anchors=anchors, partition=2)
    found = outcome.summary.shared_keys
    assert found.total == 1
    (one,) = (row for row in found.rows if isinstance(row, SharedKey))
    assert one.devices == 3
    all_rows = _rows(outcome)
    assert {row.authenticity for row in all_rows} == {"authenticated"}
    assert {row.faults for row in all_rows} == {("key-shared",)}
    assert {verdict for row in all_rows for verdict in row.verdicts} == {"not-assessed"}
    assert outcome.summary.sound == 0
    one_device = [_record(0, day, shared[0]) for day in days]
    alone = tmp_path / "alone"
    alone.mkdir()
    held = _rows(_run_over(alone, one_device, keys=None, anchors=anchors))
    assert {row.faults for row in held} == {()}
    assert "not-assessed" not in {verdict for row in held for verdict in row.verdicts}


def test_looking_at_some_devices_at_a_time_finds_the_same(
    fleet: Path, result: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iotassess.fleet.devices.AT_A_TIME", 3)
    assert _serial(fleet, tmp_path / "out").summary == result.summary


def test_without_anchors_and_profiles_nothing_is_sound_and_that_is_said(fleet: Path, tmp_path: Path) -> None:
    summary = _serial(fleet, tmp_path / "out", anchors=(), keys=None, profiles=[]).summary
    assert summary.sound == 0
    assert "authenticated" not in summary.authenticity
    assert any("no trust anchor" in note for note in summary.not_done)
    assert any("no profile" in note for note in summary.not_done)


def test_an_unusable_profile_or_key_ends_the_run_before_any_part(fleet: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("schema: nonsense\n")
    from iotassess.errors import ProfileError

    with pytest.raises(ProfileError):
        _serial(fleet, tmp_path / "out", profiles=[broken])
    keys = tmp_path / "keys.jsonl"
    keys.write_text('{"device": "d", "key": "AAAA"}\n')
    with pytest.raises(UsageError, match="key of 'd'"):
        _serial(fleet, tmp_path / "out", keys=keys)
    assert not (tmp_path / "out" / "parts").exists()


def test_a_summary_has_no_path_of_this_machine(result: Outcome, fleet: Path) -> None:
    text = repr(dataclasses.asdict(dataclasses.replace(result.summary, problems=(), faults=(), errors=())))
    assert str(result.parts.parent) not in text
