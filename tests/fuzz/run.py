"""Coverage-guided fuzzing of every reader: ``python -m tests.fuzz.run --all --seconds N``.

Each target runs in a process of its own, for as long as its share of the seconds. What it prints: executions,
edges found beyond those of the seeds, crashes. An input that breaks the contract, takes longer than
:data:`MOST_SECONDS` or more memory than :data:`MOST_MEBIBYTES` is kept in ``found/``, where the tests play it
again. It needs atheris, which the tool itself does not.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import io
import os
import pkgutil
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

FOUND = Path(__file__).parent / "found"
MOST_SECONDS = 10
MOST_MEBIBYTES = 2048
INSTRUMENTED = ("codec", "evidence", "profile", "policy", "baseline", "bundle")
"""Rooms that read bytes; of the others what these import."""
MOST_CRASHES = 5
"""Crashes of one target in a run, after which it is left to be mended."""

_STATISTIC = re.compile(rb"stat::number_of_executed_units:\s*(\d+)")
_EDGES = re.compile(rb"^#\d+\s+(\w+)\s+cov: (\d+)", re.MULTILINE)
_ARTIFACT = re.compile(r"(crash|timeout|oom|leak|slow-unit)-")


class Result(NamedTuple):
    """What one target did.

    Attributes:
        target: its id.
        executions: inputs tried.
        before: edges that the seeds reach.
        after: edges reached at the end.
        found: files of inputs that broke the contract, with the last line of what was raised.
    """

    target: str
    executions: int
    before: int
    after: int
    found: tuple[tuple[Path, str], ...]


def load(instrumented: bool = True) -> None:
    """Import everything that is to be watched, and what reads bytes, so that each process need not."""
    import atheris

    watched = atheris.instrument_imports(include=["iotassess"]) if instrumented else contextlib.nullcontext()
    with contextlib.redirect_stderr(io.StringIO()), watched:
        for room in INSTRUMENTED:
            package = importlib.import_module(f"iotassess.{room}")
            for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
                importlib.import_module(module.name)
        importlib.import_module("tests.fuzz.targets.table")


def child(check: Callable[[bytes], object], arguments: Sequence[str], log: Path, kept: Path) -> None:
    """Fuzz in this process until it ends; all that is printed goes to a file."""
    import atheris

    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    tried = 0

    def watched(data: bytes) -> None:
        nonlocal tried
        tried += 1
        try:
            check(data)
        except BaseException:  # whatever it is, the contract is broken
            (kept / f"crash-{hashlib.sha256(data).hexdigest()}").write_bytes(data)
            os.write(
                2,
                f"{traceback.format_exc()}\nstat::number_of_executed_units: {tried}\n".encode(
                    errors="replace"
                ),
            )
            os._exit(77)

    atheris.Setup(["fuzz", *arguments], watched)
    atheris.Fuzz()


def once(target: str, folder: Path, options: Sequence[str], corpus: Path) -> tuple[bytes, list[Path]]:
    """Fuzz one target in a process of its own; give what it printed, and the inputs that it stopped at."""
    from tests.fuzz.targets.table import BY_ID

    log, kept = folder / "log", folder / "kept"
    kept.mkdir(exist_ok=True)
    before = set(kept.iterdir())
    row = BY_ID[target]
    arguments = [
        *options,
        f"-max_len={row.longest}",
        f"-timeout={MOST_SECONDS}",
        f"-rss_limit_mb={MOST_MEBIBYTES}",
        f"-dict={folder / 'dictionary'}",
        f"-artifact_prefix={kept}/",
        "-print_final_stats=1",
        str(corpus),
    ]
    process = os.fork()
    if process == 0:
        try:
            child(row.check, arguments, log, kept)
        finally:
            os._exit(1)  # nothing of the parent's may run here
    os.waitpid(process, 0)
    return log.read_bytes(), sorted(set(kept.iterdir()) - before)


def fuzz(
    target: str, *, runs: int | None, seconds: float | None, corpus: Path | None, keep: Path = FOUND
) -> Result:
    """Fuzz one target, again after each crash, until its share is used up."""
    from tests.fuzz.targets import dictionary
    from tests.fuzz.targets.table import BY_ID

    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{target}-"))
    inputs = corpus / target if corpus else folder / "corpus"
    inputs.mkdir(parents=True, exist_ok=True)
    for data in BY_ID[target].seeds():
        (inputs / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    (folder / "dictionary").write_text(dictionary.text())
    end = time.monotonic() + (seconds or 0)
    executions, before, after = 0, 0, 0
    found: list[tuple[Path, str]] = []
    try:
        while len(found) < MOST_CRASHES:
            left = max(1, int(end - time.monotonic()))
            limits = [f"-max_total_time={left}"] if seconds else [f"-runs={(runs or 1000) - executions}"]
            log, crashes = once(
                target, folder, ["-seed=1" if not found else f"-seed={len(found) + 1}", *limits], inputs
            )
            done = _STATISTIC.search(log)
            executions += int(done.group(1)) if done else 0
            edges = {kind.decode(): int(count) for kind, count in _EDGES.findall(log)}
            before = before or edges.get("INITED", 0)
            after = max(after, *edges.values(), 0)
            found += [(_kept(path, target, keep), _last_line(log)) for path in crashes]
            if not crashes or (seconds and time.monotonic() + 1 > end) or (runs and executions >= runs):
                if done is None and not crashes:
                    raise RuntimeError(
                        f"{target}: the fuzzer ended early:\n{log[-2000:].decode(errors='replace')}"
                    )
                break
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Result(target, executions, before, after, tuple(found))


def _kept(path: Path, target: str, folder: Path) -> Path:
    """Keep an input that broke the contract."""
    data = path.read_bytes()
    folder.mkdir(exist_ok=True, parents=True)
    place = folder / f"{target}-{hashlib.sha256(data).hexdigest()[:8]}.bin"
    place.write_bytes(data)
    return place


def _last_line(log: bytes) -> str:
    """What was raised, and where."""
    lines = log.decode(errors="replace").splitlines()
    raised = [line for line in lines if re.match(r"\w*(Error|Exception|Fault|ERROR)\b", line)]
    places = [line.strip() for line in lines if line.startswith("  File ") and "iotassess" in line]
    return " | ".join([*raised[:1], *places[-1:]])


def told(result: Result) -> str:
    line = (
        f"{result.target:18s} {result.executions:9d} executions  {result.after:6d} edges "
        f"(+{max(0, result.after - result.before)} beyond the seeds)  {len(result.found)} found"
    )
    return "\n".join([line, *(f"    {path.name}: {what}" for path, what in result.found)])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--target", action="append", help="one reader; may be repeated")
    chosen.add_argument("--all", action="store_true", help="every reader")
    parser.add_argument("--runs", type=int, help="executions of each target")
    parser.add_argument("--seconds", type=float, help="seconds in all, shared by the targets")
    parser.add_argument("--corpus", type=Path, help="folder that keeps what reached something new")
    parser.add_argument("--keep", type=Path, default=FOUND, help="folder for what broke the contract")
    parser.add_argument("--plain", action="store_true", help="do not watch what is reached: it begins sooner")
    asked = parser.parse_args(arguments)
    load(instrumented=not asked.plain)
    from tests.fuzz.targets.table import BY_ID

    targets = list(BY_ID) if asked.all else asked.target
    unknown = sorted(set(targets) - set(BY_ID))
    if unknown:
        parser.error(f"no such target: {', '.join(unknown)}; there are {', '.join(BY_ID)}")
    share = asked.seconds / len(targets) if asked.seconds else None
    results = []
    for target in targets:
        results.append(fuzz(target, runs=asked.runs, seconds=share, corpus=asked.corpus, keep=asked.keep))
        print(told(results[-1]), flush=True)
    crashed = sum(len(result.found) for result in results)
    tried = sum(result.executions for result in results)
    print(f"{tried} executions of {len(results)} targets, {crashed} found")
    return 1 if crashed else 0


if __name__ == "__main__":
    sys.exit(main())
