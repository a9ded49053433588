"""Writing: whole files or nothing, and standard output that may be closed early."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from pathlib import Path

from iotassess.errors import UsageError


def write_file(path: Path, text: str) -> None:
    """Write a file by temporary file and rename, so that nobody ever sees half of it.

    What a link leads to is written, and a device or pipe is written to: neither is replaced by a file.

    Raises:
        UsageError: the folder is missing, not writable, or full.
    """
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file of bytes in the same way as :func:`write_file`.

    Raises:
        UsageError: the folder is missing, not writable, or full.
    """
    try:
        if _is_special(path):
            path.write_bytes(data)
        else:
            _replace(path.resolve(), data)
    except (OSError, RuntimeError, ValueError) as fault:  # RuntimeError: a loop of links; ValueError: a NUL
        raise UsageError(
            f"cannot write {path}: {getattr(fault, 'strerror', None) or fault}",
            hint="name a file in a folder that can be written",
        ) from None


def _is_special(path: Path) -> bool:
    """Whether something is there that is no plain file."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return False


def _replace(path: Path, data: bytes) -> None:
    """Put a file with these bytes in the place of what is there, or leave everything as it was."""
    import tempfile  # it takes milliseconds, and most runs write no file

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _umask() -> int:
    """Read the process's file mode mask (it can only be read by setting it)."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def write_stdout(text: str) -> None:
    """Write to standard output as UTF-8, whatever the locale; a reader that went away is no error.

    Raises:
        UsageError: it leads to a file that cannot be written.
    """
    try:
        write_stdout_bytes(text.encode("utf-8", "backslashreplace"))
    except AttributeError:  # a stand-in without a byte stream
        sys.stdout.write(text)


def write_stdout_bytes(data: bytes) -> None:
    """Write bytes to standard output; a reader that went away is no error.

    Raises:
        UsageError: it leads to a file that cannot be written.
    """
    if sys.stdout is None:  # closed from the start: nobody wants it
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except OSError as fault:
        # Point the descriptor elsewhere, so that the flush at exit is quiet.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(fault, BrokenPipeError):
            return  # the reader has what it wanted
        raise UsageError(
            f"cannot write to standard output: {fault.strerror or fault}",
            hint="make room, or name a file that can be written",
        ) from None


def current_folder() -> str:
    """The folder that relative paths start in, absolute; "" where it was removed."""
    try:
        return str(Path.cwd())
    except OSError:
        return ""


def note(text: str) -> None:
    """Write one line to standard error, if there is any; it has nowhere to complain to."""
    if sys.stderr is None:
        return
    encoding = sys.stderr.encoding or "utf-8"
    with contextlib.suppress(OSError):
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr, flush=True)
