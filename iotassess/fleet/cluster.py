"""The dask cluster that tasks run on: one that starts on this machine, or one that is there already."""

from __future__ import annotations

import logging
import re
import signal
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import resource_tracker

import dask
import dask.config
from distributed import Client, LocalCluster, Security
from distributed.comm.core import connect
from distributed.utils import LoopRunner

from iotassess.errors import FleetError, UsageError
from iotassess.fleet.dispatch import Dispatcher
from iotassess.fleet.engine import shortened

HOST = "127.0.0.1"
"""A cluster of this machine is reached from this machine only."""
LOST_WORKERS = 2
"""A task runs again after this many of its workers died, not more: the third death is its own doing."""
ADDRESS = re.compile(
    r"(tcp|tls)://(?P<host>[0-9A-Za-z._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\]):(?P<port>[0-9]{1,5})"
)
"""The forms of a scheduler's address that are taken; dask knows more, which are of no use to a user."""
_EXPECTED = (
    "expected the address of a dask scheduler that runs, like tcp://HOST:8786; for tls:// dask's "
    "configuration has to name the certificates"
)
CONNECT_SECONDS = 10
"""How long an existing cluster may take to answer, and to have a worker."""
START_SECONDS = 60
"""How long the first worker of this machine may take to start; a loaded machine takes several seconds."""
SILENT = logging.CRITICAL + 10
"""Above every level: what went wrong is said by our own errors."""

OWN = {
    "distributed.scheduler.allowed-failures": LOST_WORKERS,
    "distributed.scheduler.http.routes": [],  # nothing is served
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.target": False,  # results are small, and nothing goes to disk
    "distributed.worker.memory.spill": False,
    "distributed.diagnostics.nvml": False,
    "distributed.comm.timeouts.connect": "10s",  # it is also how long a dead worker is called for a result
    "distributed.logging": {"distributed": SILENT, "tornado": SILENT, "asyncio": SILENT},
}
"""What this machine's cluster differs in from dask's defaults."""


@contextmanager
def local_cluster(workers: int, memory: int | None) -> Iterator[Dispatcher]:
    """Start worker processes on this machine, and end them.

    Dask runs the pickles of whoever reaches its ports, so that they are open to this machine only, and
    every connection needs a certificate that was made for this run.

    Args:
        workers: how many.
        memory: limit of one, in bytes; None shares this machine's memory evenly.

    Raises:
        FleetError: they do not start.
    """
    with ExitStack() as stack:
        stack.enter_context(_silence())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="iotassess-fleet-"))
        stack.enter_context(_defaults(folder))
        with _interrupts_wait():
            try:
                cluster = stack.enter_context(
                    LocalCluster(
                        n_workers=workers,
                        threads_per_worker=1,
                        processes=True,
                        host=HOST,
                        dashboard_address=f"{HOST}:0",
                        scheduler_kwargs={"dashboard": False},
                        security=Security.temporary(),
                        silence_logs=SILENT,
                        local_directory=folder,
                        memory_limit="auto" if memory is None else memory,
                    )
                )
                client = stack.enter_context(Client(cluster, set_as_default=False, timeout=START_SECONDS))
                client.wait_for_workers(1, timeout=START_SECONDS)
            except (OSError, RuntimeError, ValueError) as fault:
                raise FleetError(
                    f"worker processes do not start: {shortened(fault)}",
                    hint="--workers 0 runs all in one process",
                ) from None
        yield Dispatcher(client, workers, partial(_revive, cluster, workers))


def _revive(cluster: LocalCluster, workers: int) -> None:
    """Put new nannies in the place of those that gave up.

    A nanny replaces its worker, unless that dies in the blink between its first word to the scheduler and
    the one to its nanny: then the nanny takes the start for failed.
    """
    for name, nanny in list(cluster.workers.items()):
        if not nanny.is_alive():
            cluster.worker_spec.pop(name, None)
    cluster.scale(workers)


@contextmanager
def existing_cluster(address: str) -> Iterator[Dispatcher]:
    """Use a cluster that is there already; it is left running.

    Certificates for ``tls://`` come from dask's own configuration.

    Args:
        address: of its scheduler.

    Raises:
        FleetError: it does not answer, has no workers, or runs other versions.
    """
    with ExitStack() as stack:
        stack.enter_context(_silence())
        _knock(address)
        try:
            client = stack.enter_context(Client(address, set_as_default=False, timeout=CONNECT_SECONDS))
        except (OSError, RuntimeError, ValueError, TypeError) as fault:
            raise FleetError(
                f"the cluster at {address} cannot be reached: {shortened(fault)}", hint=_EXPECTED
            ) from None
        try:
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError:
            raise FleetError(
                f"the cluster at {address} has no workers", hint="start some, and try again"
            ) from None
        try:
            client.get_versions(check=True)
        except ValueError as fault:
            raise FleetError(
                f"the cluster at {address} runs other versions: {shortened(fault)}",
                hint="install the same versions of dask and distributed here and there",
            ) from None
        yield Dispatcher(client)


def _knock(address: str) -> None:
    """Find out that somebody listens, before dask does: its client waits and leaves half of itself behind.

    Raises:
        UsageError: the address is none.
        FleetError: nobody listens there.
    """
    form = ADDRESS.fullmatch(address)
    if form is None or not 0 < int(form["port"]) < 1 << 16:
        raise UsageError(
            f"scheduler: got {shortened(address)!r}, expected tcp://HOST:PORT or tls://HOST:PORT"
        )
    loop = LoopRunner()
    loop.start()
    try:
        loop.run_sync(_connected, address)
    except (OSError, RuntimeError, ValueError, TypeError) as fault:
        raise FleetError(
            f"the cluster at {address} cannot be reached: {shortened(fault)}", hint=_EXPECTED
        ) from None
    finally:
        loop.stop()


async def _connected(address: str) -> None:
    """Connect as dask's client will, and part again."""
    options = Security().get_connection_args("client")
    comm = await connect(address, timeout=CONNECT_SECONDS, **options)
    await comm.close()


@contextmanager
def _defaults(folder: str) -> Iterator[None]:
    """Use dask's own defaults with :data:`OWN`, whatever the user's configuration says for other programs.

    Args:
        folder: for what dask writes (locks).
    """
    saved = dict(dask.config.config)
    dask.config.config.clear()
    dask.config.config.update(dask.config.merge(*dask.config.defaults))
    try:
        with dask.config.set({**OWN, "temporary-directory": folder}):
            yield
    finally:
        dask.config.config.clear()
        dask.config.config.update(saved)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep dask's log and warnings from standard error."""
    known = list(logging.Logger.manager.loggerDict)
    loggers = [
        logging.getLogger(name) for name in known if name.startswith(("distributed", "tornado", "asyncio"))
    ]
    levels = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.setLevel(SILENT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in levels:
            logger.setLevel(level)


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Hold an interrupt from the keyboard back while processes start.

    The thread that starts them, also later ones, is made meanwhile. It and they inherit that they hold it
    back, so that the interrupt, which a terminal sends to all of them, reaches this process only: it ends
    the others, in order.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    resource_tracker.ensure_running()  # where it runs already, starting a process leaves the mask alone
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
