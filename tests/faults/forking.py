"""Many runs of the program, each in a process of its own, forked from one warm one, with a fault in it.

Starting the program takes most of a second, and most of that is loading, which is not the subject. A fault is
put into the functions by which Python asks the system: the n-th call fails, or the process ends there.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import ctypes
import errno
import functools
import gc
import io
import json
import os
import resource
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

PLUG = Path(__file__).parents[2] / "profiles" / "smart-plug"
KEY = Path(__file__).parents[2] / "fixtures" / "keys" / "verifier.key.pem"
WARMING: tuple[tuple[object, ...], ...] = (
    ("gate", PLUG / "good.yaml", PLUG / "evidence", "-t", PLUG / "anchors", "-f", "json=/dev/null"),
    ("bundle", PLUG / "good.yaml", "-o", "/dev/null", "--sign-with", KEY),
    ("ics", "export", PLUG / "good.yaml", "-f", "csv=/dev/null"),
    ("explain", "GP-TM-03", PLUG / "good.yaml"),
)
"""Runs after which all that most runs need is loaded."""


class Ran(NamedTuple):
    """What came of one run.

    Attributes:
        code: as a shell gives it: 128 and the signal where the process was killed.
        out: standard output, as far as it was read.
        err: standard error.
        hit: whether the fault was met.
        files: contents of the watched folder afterwards, by path in it.
    """

    code: int
    out: str
    err: str
    hit: bool
    files: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def job(*arguments: object, **settings: Any) -> dict[str, Any]:
    """One run.

    Args:
        arguments: of the program.
        settings: ``cwd``; ``environment``; ``powerless`` (permissions count, for root, too);
            ``limits`` (name of the resource → soft limit; of RLIMIT_AS: more than is used already);
            ``out`` and ``err`` (a file, or "gone": a pipe without reader);
            ``late`` (seconds until a reader of pipes that do not wait begins);
            ``fault`` (calls, n, action): calls are "writing", or a folder whose files are opened for reading;
            n of 0 is one run for each call that there is;
            ``watch`` (a folder, whose files are given afterwards), ``old`` (name → text, put there before);
            ``together`` (how many run at once).
    """
    return {"arguments": [str(argument) for argument in arguments], **settings}


def forked(*jobs: dict[str, Any]) -> list[list[Ran]]:
    """Run jobs one after the other; each gives as many results as it has runs."""
    warm = _warm()
    assert warm.stdin
    assert warm.stdout
    warm.stdin.write(json.dumps(jobs, default=str) + "\n")
    warm.stdin.flush()
    results = [[Ran(*row) for row in rows] for rows in json.loads(warm.stdout.readline())]
    for ran in (ran for rows in results for ran in rows):
        assert "Traceback" not in ran.err, ran.err
        assert "Exception ignored" not in ran.err, ran.err
    return results


@functools.cache
def _warm() -> subprocess.Popen[str]:
    """The process that all runs of this one are forked from."""
    pipe = subprocess.PIPE
    warm = subprocess.Popen([sys.executable, __file__], stdin=pipe, stdout=pipe, text=True)
    atexit.register(_close, warm)
    return warm


def _close(warm: subprocess.Popen[str]) -> None:
    with warm:  # at the end of its input it ends
        pass


def single(*jobs: dict[str, Any]) -> list[Ran]:
    """Run jobs that have one run each."""
    return [ran for (ran,) in forked(*jobs)]


# --- the warm process ---------------------------------------------------------------------------


def main() -> None:
    """Read jobs from standard input, a list a line, and write what came of them to standard output."""
    from iotassess.cli.main import call

    answers = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    errors = os.dup(2)
    for number in (1, 2):
        os.dup2(nowhere, number)
    for arguments in WARMING:
        call([str(argument) for argument in arguments])
    os.dup2(errors, 2)
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps([_rows(one) for one in json.loads(line)]), file=answers, flush=True)


def _rows(one: dict[str, Any]) -> list[Ran]:
    if "fault" not in one or one["fault"][1]:
        return _run(one)
    rows: list[Ran] = []
    while not rows or rows[-1].hit:
        calls, _, action = one["fault"]
        rows += _run({**one, "fault": [calls, len(rows) + 1, action]})
    return rows


def _run(one: dict[str, Any]) -> list[Ran]:
    folder = Path(one.get("watch", "/nonexistent"))
    for name, text in one.get("old", {}).items():
        (folder / name).write_text(text)
    started = [_start(one) for _ in range(one.get("together", 1))]
    ended = [_end(*each, one.get("late", 0)) for each in started]
    files = {
        str(path.relative_to(folder)): path.read_bytes().decode("latin-1")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return [Ran(*each, files) for each in ended]


def _start(one: dict[str, Any]) -> tuple[int, int, int, int]:
    """Fork a run: its process, and where to read its output, its errors and that a fault was met."""
    pipes = [os.pipe() for _ in range(3)]
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            for number, (read, write) in enumerate(pipes):
                os.close(read)
                if number < 2:
                    os.dup2(_stream(one.get(("out", "err")[number]), write), number + 1)
                    os.close(write)
            _child(one, pipes[2][1])
        os._exit(99)
    for _, write in pipes:
        os.close(write)
    return (child, *(read for read, _ in pipes))


def _stream(wanted: str | None, pipe: int) -> int:
    if wanted is None:
        return pipe
    if wanted == "gone":
        read, write = os.pipe()
        os.close(read)
        return write
    return os.open(wanted, os.O_WRONLY | os.O_APPEND)


def _end(child: int, out: int, err: int, mark: int, late: float) -> tuple[int, str, str, bool]:
    texts = ["", "", ""]

    def read(number: int, handle: int) -> None:
        time.sleep(late)
        with os.fdopen(handle, "rb") as stream:
            texts[number] = stream.read().decode("utf-8", "replace")

    readers = [threading.Thread(target=read, args=each) for each in enumerate((out, err, mark))]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    status = os.waitpid(child, 0)[1]
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
    return code, texts[0], texts[1], bool(texts[2])


def _child(one: dict[str, Any], mark: int) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.update(one.get("environment", {}))
    os.chdir(one.get("cwd", "/"))
    if one.get("late"):
        os.set_blocking(1, False)
    if one.get("powerless"):
        _give_up_power()
    if "fault" in one:
        _arm(*one["fault"], mark)
    for name, value in one.get("limits", {}).items():
        which = getattr(resource, name)
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(which, (value + used * (name == "RLIMIT_AS"), resource.getrlimit(which)[1]))
    from iotassess.cli.main import run

    run(one["arguments"])


def _give_up_power() -> None:
    """Let permissions count, as they do for everybody but root: give all capabilities back."""
    header, sets = struct.pack("=Ii", 0x20080522, 0), bytes(24)  # version 3 of capset(2), this process; none
    if os.getuid() == 0 and ctypes.CDLL(None, use_errno=True).capset(header, sets):
        raise OSError(ctypes.get_errno(), "capset")


# --- faults -------------------------------------------------------------------------------------


def _arm(calls: str, nth: int, action: str, mark: int) -> None:
    met = 0

    def here(path: object = None) -> None:
        nonlocal met
        met += 1
        if met == nth or nth < 0:
            os.write(mark, b"x")
            _act(action, path)

    if calls == "writing":
        _arm_writing(here, errors=action.startswith("E"))
    else:
        _arm_reading(here, os.path.realpath(calls))


def _act(action: str, path: object) -> None:
    if action.startswith("SIG"):
        os.kill(os.getpid(), getattr(signal, action))
    elif action == "wait":
        time.sleep(0.3)
    elif action.startswith("sh:"):
        subprocess.run(["sh", "-c", action[3:]], check=True)
    elif action == "remove":
        Path(str(path)).unlink(missing_ok=True)
    else:
        number = getattr(errno, action)
        raise OSError(number, os.strerror(number), path)


def _arm_writing(here: Any, *, errors: bool) -> None:
    """Meet the fault in what makes, fills, names and removes files."""

    class Halved(io.BufferedWriter):
        """Writes in two pieces, between which something may happen."""

        def write(self, data: Any) -> int:
            half = len(data) // 2
            super().write(data[:half])
            super().flush()
            here()
            return half + super().write(data[half:])

    opened, io_opened = os.open, io.open

    def open_(path: Any, flags: int, *arguments: Any, **named: Any) -> int:
        if flags & os.O_CREAT:
            here(path)
        return opened(path, flags, *arguments, **named)

    def io_open(path: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        if "w" in mode:
            here(path)
        return io_opened(path, mode, *arguments, **named)

    names = ["fsync", "chmod", "replace", "mkdir"] + ([] if errors else ["unlink", "rmdir"])
    for name in names:
        setattr(os, name, _before(getattr(os, name), here))
    os.open, io.open, builtins.open = open_, io_open, io_open  # type: ignore[assignment]
    fdopened = os.fdopen
    os.fdopen = (  # type: ignore[assignment]
        lambda handle, mode="r", *rest, **named: (
            Halved(io.FileIO(handle, "wb")) if mode == "wb" else fdopened(handle, mode, *rest, **named)
        )
    )


def _before(function: Any, here: Any) -> Any:
    def first(*arguments: Any, **named: Any) -> Any:
        here()
        return function(*arguments, **named)

    return first


def _arm_reading(here: Any, folder: str) -> None:
    """Meet the fault where a file of a folder is opened."""
    opened, io_opened = os.open, io.open

    def inside(path: Any) -> bool:
        return isinstance(path, str | os.PathLike) and os.path.realpath(path).startswith(f"{folder}/")

    def open_(path: Any, *arguments: Any, **named: Any) -> int:
        if inside(path):
            here(path)
        return opened(path, *arguments, **named)

    def io_open(path: Any, *arguments: Any, **named: Any) -> Any:
        if inside(path):
            here(path)
        return io_opened(path, *arguments, **named)

    os.open, io.open, builtins.open = open_, io_open, io_open  # type: ignore[assignment]


if __name__ == "__main__":
    main()
