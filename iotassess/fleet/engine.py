"""Runs one function over many tasks: in this process, on this machine's cores, or on a dask cluster.

The same tasks give the same results on each of them; only the order in which they finish differs.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import Any, NamedTuple, Protocol, TypeVar

from iotassess import __version__
from iotassess.errors import FleetError, UsageError

T = TypeVar("T")
R = TypeVar("R")

TASKS_A_WORKER = 2
"""Tasks that are under way for each worker: one runs, one waits. No worker idles, and memory is bounded."""
MOST_OF_A_TASK = 200
"""Characters of a task's name and of its error that are shown."""
MOST_WORKERS = 1024
"""Worker processes of one machine: more is a slip of the keyboard, and would take all of its memory."""


class Engine(Protocol):
    """What runs tasks."""

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[tuple[T, R]]:
        """Run work on every task, in any order as they finish.

        At most a window of tasks is taken from the iterable before earlier ones are done.

        Args:
            work: a function of a module (workers import it by name); what it gives must be picklable.
            tasks: picklable and small; ``str`` of one names it in errors.

        Raises:
            FleetError: a task failed for good; it is named. What was yielded stays done.
        """


class Failure(NamedTuple):
    """A task that raised, as text: not every exception survives its way from another process."""

    said: str


class Success(NamedTuple):
    """What a task gave."""

    result: object


def engine(
    *, workers: int | None = None, scheduler: str | None = None, memory: int | None = None
) -> AbstractContextManager[Engine]:
    """Start what runs tasks; leaving the context ends every process that it started.

    Args:
        workers: processes to start on this machine; 0 runs all in this process; None as many as it has cores.
        scheduler: address of a dask cluster to use instead (``tcp://…``, ``tls://…``); it is not shut down.
        memory: limit of one process that is started, in bytes; None shares this machine's memory evenly.

    Raises:
        UsageError: the options contradict each other, or dask is not installed.
        FleetError: the cluster cannot be reached, has no workers, or runs other versions.
    """
    if scheduler is not None and workers is not None:
        raise UsageError(
            "got both a number of workers and a scheduler, expected one of them",
            hint="a cluster brings its own workers; leave --workers out",
        )
    if workers is not None and not 0 <= workers <= MOST_WORKERS:
        raise UsageError(f"workers: got {workers}, expected 0 to {MOST_WORKERS}")
    if workers == 0:
        return contextlib.nullcontext(_Serial())
    if scheduler is not None:
        return _cluster_engine(scheduler)
    return _local_engine(workers or len(os.sched_getaffinity(0)), memory)


@contextmanager
def _local_engine(workers: int, memory: int | None) -> Iterator[Engine]:
    require_extra()
    from iotassess.fleet.cluster import local_cluster

    with local_cluster(workers, memory) as dispatcher:
        yield dispatcher


@contextmanager
def _cluster_engine(address: str) -> Iterator[Engine]:
    require_extra()
    from iotassess.fleet.cluster import existing_cluster

    with existing_cluster(address) as dispatcher:
        yield dispatcher


def require_extra() -> None:
    """Import what the extra installs.

    Raises:
        UsageError: it is not installed, or dask's own configuration cannot be read.
    """
    try:
        for module in ("dask", "distributed", "pyarrow"):
            import_module(module)
    except ImportError:
        raise UsageError(
            "fleet needs dask, distributed and pyarrow", hint="pip install 'iotassess[fleet]'"
        ) from None
    except ValueError as fault:  # a file of dask's configuration that is no YAML stops its import
        raise UsageError(f"dask cannot be started: {shortened(fault)}") from None


class _Serial:
    """Runs tasks one after another in this process."""

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[tuple[T, R]]:
        """See :class:`Engine`."""
        for task in tasks:
            yield task, result_of(task, attempt(__version__, work, task))


def attempt(version: str, work: Callable[[T], R], task: T) -> Success | Failure:
    """Run one task where a worker runs; what it raises becomes text.

    Args:
        version: of the iotassess that asks; a worker with another one might answer otherwise.
        work: the function.
        task: its argument.
    """
    if version != __version__:
        return Failure(f"a worker has iotassess {__version__}, expected {version}; install the same on both")
    try:
        return Success(work(task))
    except MemoryError:
        return Failure("out of memory")
    except Exception as fault:
        return Failure(f"{type(fault).__name__}: {shortened(fault)}")


def result_of(task: object, outcome: Success | Failure) -> Any:
    """Take the result out of an outcome.

    Raises:
        FleetError: the task failed.
    """
    if isinstance(outcome, Failure):
        raise FleetError(f"{shortened(task)}: {outcome.said}")
    return outcome.result


def shortened(text: object) -> str:
    """Text of anything on one line, cut where it gets long."""
    line = " ".join(str(text).split())
    return line if len(line) <= MOST_OF_A_TASK else f"{line[: MOST_OF_A_TASK - 1]}…"
