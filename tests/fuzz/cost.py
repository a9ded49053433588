"""What one input costs, measured in a process of its own: ``python -m tests.fuzz.cost NAME …``.

Time is processor time of this process. Memory is by how much the peak of its resident set exceeds what it was
after everything had been imported and the input been made; the kernel forgets the last peak when ``5`` is
written to ``/proc/self/clear_refs``. So the input itself, which the caller has to hold, is not counted.

How fast the machine is right now is measured in the same process by a loop of known length.
"""

from __future__ import annotations

import ctypes
import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

REFERENCE_SECONDS = 0.06
"""Processor time of :func:`reference` on the machine that the limit of two seconds is meant for: one core of
a server of 2020 that does nothing else."""

STATUS = Path("/proc/self/status")


def reference() -> float:
    """Time a loop of a million steps, which a processor that is shared or slow takes longer for."""
    begun = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number & 7
    return time.process_time() - begun


def slowness() -> float:
    """How many times slower than meant this machine is right now; never less than one."""
    return max(1.0, reference() / REFERENCE_SECONDS)


def _mebibytes(field: str) -> float:
    row = next(line for line in STATUS.read_text().splitlines() if line.startswith(field))
    return int(row.split()[1]) / 1024


def measure(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Do the work; give what came of it, processor seconds, and mebibytes."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before, begun = _mebibytes("VmRSS"), time.process_time()
    found = work()
    return found, time.process_time() - begun, _mebibytes("VmHWM") - before


def cost_of(name: str) -> dict[str, Any]:
    """Read one input of the table, and show what is in it; give the cost of each step."""
    from iotassess.errors import IotassessError
    from iotassess.evidence.reading import read
    from iotassess.evidence.tree import build
    from tests.fuzz.anchors import context
    from tests.fuzz.heavy.table import BY_NAME
    from tests.fuzz.targets.table import BY_ID

    row = BY_NAME[name]
    data = row.make()
    found: dict[str, Any] = {"name": name, "bytes": len(data), "steps": {}}
    if row.target in BY_ID and row.target != "any" and row.is_file:
        _, seconds, mebibytes = measure(lambda: BY_ID[row.target].check(data))
        found["steps"]["load"] = (seconds, mebibytes)
        return found
    try:
        artefact, *found["steps"]["read"] = measure(lambda: read(data, context()))
        if row.target not in ("any", artefact.kind):
            forced = row.target
            _, *found["steps"]["read as its kind"] = measure(lambda: read(data, context(), kind=forced))
        layout = (artefact.claims or {}).get("layout")
        _, *found["steps"]["tree"] = measure(lambda: build(data, artefact.kind, layout))
    except IotassessError as fault:
        found["raised"] = repr(fault)
    return found


def main(names: list[str]) -> None:
    from iotassess.evidence.reading import read
    from tests.fuzz.anchors import context
    from tests.fuzz.heavy.table import BY_NAME

    for kind in {BY_NAME[name].target for name in names}:  # import what each needs
        if not BY_NAME[names[0]].is_file and kind not in ("any", "profile"):
            read(b"\xa0", context(), kind=kind)
    for name in names:
        print(json.dumps(cost_of(name) | {"slowness": slowness()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
