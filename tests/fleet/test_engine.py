"""The engine: the same results wherever it runs, and nothing lost when a worker is."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from iotassess.errors import FleetError, UsageError
from iotassess.fleet.engine import MOST_WORKERS, TASKS_A_WORKER, engine

pytest.importorskip("distributed", reason="the extra fleet is not installed")

ROOT = Path(__file__).parents[2]


class Deadly(NamedTuple):
    """A task that kills its worker, until a file says that it did."""

    number: int
    mark: str = ""
    always: bool = False

    def __str__(self) -> str:
        return f"task {self.number}"


def square(number: int) -> int:
    return number * number


def process(_: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def refuse_three(number: int) -> int:
    if number == 3:
        raise ValueError("three\nis not wanted")
    return number


def die_once(task: Deadly) -> int:
    if task.always or (task.mark and not Path(task.mark).exists()):
        if task.mark:
            Path(task.mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task.number


class Taken:
    """An iterable that counts how far it was consumed."""

    def __init__(self, of: int) -> None:
        self.of, self.count = of, 0

    def __iter__(self) -> Iterator[int]:
        for number in range(self.of):
            self.count += 1
            yield number


def each(engine, work, tasks, done: list) -> None:
    """Run tasks and note each result when it comes."""
    for pair in engine.map(work, tasks):
        done.append(pair)  # noqa: PERF402 - what came before an error has to be there


@pytest.fixture(scope="module")
def two():
    with engine(workers=2) as started:
        yield started


def test_two_processes_give_what_one_gives(two) -> None:
    with engine(workers=0) as alone:
        serial = sorted(alone.map(square, range(20)))

    assert serial == [(n, n * n) for n in range(20)]
    assert sorted(two.map(square, range(20))) == serial


def test_tasks_run_in_other_processes_and_in_more_than_one(two) -> None:
    ran_in: set[int] = set()
    for _, result in two.map(process, range(2_000)):  # the second may come up later
        ran_in.add(result)
        if len(ran_in) == 2:
            break

    assert len(ran_in) == 2
    assert os.getpid() not in ran_in


def test_serial_tasks_run_in_this_process() -> None:
    with engine(workers=0) as alone:
        assert {result for _, result in alone.map(process, range(2))} == {os.getpid()}


def test_only_a_window_of_tasks_is_taken_before_earlier_ones_are_done(two) -> None:
    tasks = Taken(30)
    done = 0
    for _ in two.map(square, tasks):
        done += 1
        assert tasks.count <= done + 2 * TASKS_A_WORKER
    assert done == tasks.count == 30


def test_a_consumer_that_stops_early_leaves_the_engine_usable(two) -> None:
    tasks = Taken(10_000)
    for _ in two.map(square, tasks):
        break

    assert tasks.count <= 1 + 2 * TASKS_A_WORKER
    assert sorted(two.map(square, [5])) == [(5, 25)]


@pytest.mark.parametrize("workers", [0, 2])
def test_a_task_that_raises_is_named_with_what_it_raised_and_earlier_results_stay(workers, two) -> None:
    done: list[tuple[int, int]] = []
    with engine(workers=0) as alone, pytest.raises(FleetError) as said:
        each(alone if workers == 0 else two, refuse_three, [1, 2, 3], done)

    assert str(said.value) == "3: ValueError: three is not wanted"
    assert set(done) <= {(1, 1), (2, 2)}
    if workers == 0:
        assert done == [(1, 1), (2, 2)]


def test_a_task_whose_worker_dies_runs_again_and_no_other_is_lost(two, tmp_path) -> None:
    tasks = [Deadly(n, str(tmp_path / "died") if n == 4 else "") for n in range(10)]

    results = [result for _, result in two.map(die_once, tasks)]

    assert (tmp_path / "died").exists()
    assert sorted(results) == list(range(10))


def test_a_task_that_always_kills_its_worker_is_named_when_all_others_are_done(two) -> None:
    done: list[tuple[Deadly, int]] = []

    with pytest.raises(FleetError, match=r"^task 1: every worker that ran it died"):
        each(two, die_once, [Deadly(n, always=n == 1) for n in range(8)], done)

    assert sorted(result for _, result in done) == [0, 2, 3, 4, 5, 6, 7]


def test_a_worker_with_another_version_is_refused() -> None:
    from iotassess.fleet.engine import Failure, attempt

    outcome = attempt("9.9.9", square, 2)

    assert isinstance(outcome, Failure)
    assert "expected 9.9.9" in outcome.said


def test_nothing_is_left_behind_and_only_this_machine_can_knock() -> None:
    program = """
import json, psutil, tempfile, pathlib, sys
from iotassess.fleet.engine import engine
from tests.fleet.test_engine import square
if __name__ == "__main__":
    with engine(workers=1) as e:
        assert dict(e.map(square, [3])) == {3: 9}
        family = [psutil.Process(), *psutil.Process().children(recursive=True)]
        heard = [c.laddr[0] for p in family for c in p.net_connections() if c.status == "LISTEN"]
    left = [c.cmdline() for c in psutil.Process().children(recursive=True)]
    print(json.dumps({"heard": heard, "left": left}))
"""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": folder}  # no HOME
        ran = subprocess.run(
            [sys.executable, "-W", "error::ResourceWarning", "-c", program],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        left_in_folder = list(Path(folder).iterdir())

    assert ran.stderr == ""
    import json

    said = json.loads(ran.stdout)
    assert set(said["heard"]) == {"127.0.0.1"}
    assert [line for line in said["left"] if "resource_tracker" not in " ".join(line)] == []
    assert left_in_folder == []


def test_who_has_no_certificate_of_this_run_is_not_served(two) -> None:
    from distributed import Client

    address = two._client.scheduler.address
    host, port = address.removeprefix("tls://").split(":")
    assert address.startswith("tls://127.0.0.1:")
    with pytest.raises(OSError, match=r"Timed out|timed out|handshake|reset by peer"):
        Client(f"tcp://{host}:{port}", timeout=1, set_as_default=False)


def test_the_keyboard_ends_a_run_in_order() -> None:
    program = """
import os, signal, time
from iotassess.fleet.engine import engine
from tests.fleet.test_engine import square, sleep
if __name__ == "__main__":
    try:
        with engine(workers=1) as e:
            print("ready", flush=True)
            list(e.map(sleep, [30]))
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    family = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: every process of the group gets it
    out, err = process.communicate(timeout=120)

    assert (out, err) == ("interrupted\n", "")
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []


def sleep(seconds: float) -> None:
    time.sleep(seconds)


@pytest.fixture
def existing():
    """A cluster that somebody else runs: a scheduler and two workers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_TEMPORARY_DIRECTORY": folder}
        command = [sys.executable, "-m", "distributed.cli.dask_spec", "--spec"]
        common = '"dashboard": false, "host": "127.0.0.1"'
        options = f'{{"port": {port}, {common}, "dashboard_address": "127.0.0.1:0"}}'
        scheduler = f'{{"cls": "dask.distributed.Scheduler", "opts": {options}}}'
        workers = f'{{"cls": "dask.distributed.Worker", "opts": {{"nthreads": 2, {common}}}}}'
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment, "cwd": ROOT}
        address = f"tcp://127.0.0.1:{port}"
        started = [
            subprocess.Popen([*command, scheduler], **quiet),
            subprocess.Popen([*command, workers, address], **quiet),
        ]
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield address, started
        for process in started:
            process.terminate()
        for process in started:
            process.wait(10)


def test_an_existing_cluster_is_used_and_left_running(existing) -> None:
    address, started = existing

    with engine(scheduler=address) as remote:
        assert sorted(remote.map(square, range(6))) == [(n, n * n) for n in range(6)]
        pids = {result for _, result in remote.map(process, range(6))}

    assert pids == {started[1].pid}
    assert [process.poll() for process in started] == [None, None]


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch) -> None:
    monkeypatch.setattr("iotassess.fleet.cluster.CONNECT_SECONDS", 0.3)
    with pytest.raises(FleetError, match=re.escape("the cluster at tcp://127.0.0.1:9 cannot be reached")):  # noqa: SIM117
        with engine(scheduler="tcp://127.0.0.1:9"):
            pytest.fail("it was reached")


@pytest.mark.parametrize("address", ["nonsense", "gopher://127.0.0.1:1", "tls://127.0.0.1:9", ""])
def test_an_address_that_is_none_is_an_error_of_ours(address, monkeypatch) -> None:
    monkeypatch.setattr("iotassess.fleet.cluster.CONNECT_SECONDS", 0.3)
    with pytest.raises((FleetError, UsageError)), engine(scheduler=address):
        pytest.fail("it was reached")


@pytest.mark.parametrize("workers", [-1, MOST_WORKERS + 1])
def test_a_number_of_workers_out_of_range_is_refused(workers) -> None:
    with pytest.raises(UsageError, match=f"got {workers}, expected 0 to {MOST_WORKERS}"):
        engine(workers=workers)


def test_workers_and_a_scheduler_contradict_each_other() -> None:
    with pytest.raises(UsageError, match="expected one of them"):
        engine(workers=1, scheduler="tcp://127.0.0.1:9")


def test_without_the_extra_it_is_said_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"pip install 'iotassess\[fleet\]'"), engine(workers=1):
        pytest.fail("it started")
