"""Hands tasks to a dask cluster, a window at a time, and takes what they give."""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar, cast

from distributed import wait
from distributed.scheduler import KilledWorker

from iotassess import __version__
from iotassess.errors import FleetError
from iotassess.fleet.engine import TASKS_A_WORKER, Failure, Success, attempt, result_of, shortened

if TYPE_CHECKING:
    from distributed import Client, Future

T = TypeVar("T")
R = TypeVar("R")

LOOK_SECONDS = 1.0
"""How often the number of workers is read again: a cluster may grow or shrink while it works."""
TOO_FEW_SECONDS = 5.0
"""How long workers may be missing before new ones are made: one that is replaced takes two or three."""
WITHOUT_WORKERS_SECONDS = 60.0
"""How long a run waits for a worker when all are gone: a cluster that replaces one needs that long."""


class Dispatcher:
    """Runs tasks on the workers that a client reaches.

    Args:
        client: of the cluster.
        wanted: how many workers there should be; 0 where others care for that.
        revive: starts workers until there are as many.
    """

    def __init__(self, client: Client, wanted: int = 0, revive: Callable[[], None] = lambda: None) -> None:
        self._client = client
        self._wanted = wanted
        self._revive = revive
        self._workers = 0
        self._looked = self._seen = self._full = time.monotonic()
        self._look()

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[tuple[T, R]]:
        """See :class:`iotassess.fleet.engine.Engine`.

        1. Keep a window of tasks under way, and yield what finishes.
        2. A task that was under way when a worker died is run again by the cluster, which gives it up after
           some deaths. It need not be the culprit: one that waited for the dying worker looks the same. So
           what was given up waits until all others are done.
        3. Run each of those alone. Who kills its worker now is named.
        """
        suspects: deque[T] = deque()
        yield from self._run(work, iter(tasks), suspects, alone=False)
        if suspects:
            yield from self._run(work, iter(suspects), deque(), alone=True)

    def _run(
        self, work: Callable[[T], R], tasks: Iterator[T], suspects: deque[T], *, alone: bool
    ) -> Iterator[tuple[T, R]]:
        under_way: dict[Future[object], T] = {}
        try:
            while True:
                window = 1 if alone else TASKS_A_WORKER * max(1, self._look())
                for task in itertools.islice(tasks, max(0, window - len(under_way))):
                    under_way[self._client.submit(attempt, __version__, work, task, pure=False)] = task
                if not under_way:
                    return
                for future in self._finished(under_way):
                    if future.status in ("pending", "lost"):  # its result died with a worker: it runs again
                        continue
                    task = under_way.pop(future)
                    outcome = self._outcome(future, task, alone=alone)
                    if outcome is None:
                        suspects.append(task)
                    else:
                        yield task, cast(R, result_of(task, outcome))
        finally:
            if under_way:
                self._client.cancel(list(under_way), force=True)

    def _finished(self, under_way: dict[Future[object], T]) -> list[Future[object]]:
        """Wait for at least one of the tasks; none where it is time to look at the workers again."""
        try:
            with self._client.as_current():
                return list(wait(list(under_way), timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED").done)
        except TimeoutError:
            self._look()
            return []

    @staticmethod
    def _outcome(future: Future[object], task: T, *, alone: bool) -> Success | Failure | None:
        """Take what a task gave; None where the cluster gave it up and it may not be to blame."""
        if future.status == "cancelled":
            raise FleetError(
                f"{shortened(task)}: the connection to the cluster was lost",
                hint="run the same command again: what is done is kept",
            )
        try:
            return cast("Success | Failure", future.result())
        except KilledWorker:
            if not alone:
                return None
            return Failure("every worker that ran it died, perhaps for want of memory")
        except Exception as fault:  # it could not be taken apart or put together on its way
            return Failure(f"{type(fault).__name__}: {shortened(fault)}")

    def _look(self) -> int:
        """Count the workers, at most once a moment.

        Raises:
            FleetError: there has been none for too long.
        """
        now = time.monotonic()
        if self._workers and now - self._looked < LOOK_SECONDS:
            return self._workers
        self._looked = now
        self._workers = sum(self._client.nthreads().values())
        if self._workers >= self._wanted:
            self._full = now
        elif now - self._full > TOO_FEW_SECONDS:
            self._revive()
            self._full = now
        if self._workers:
            self._seen = now
        elif now - self._seen > WITHOUT_WORKERS_SECONDS:
            raise FleetError(
                f"the cluster has had no worker for {WITHOUT_WORKERS_SECONDS:.0f} seconds",
                hint="start workers and run the same command again: what is done is kept",
            )
        return self._workers
