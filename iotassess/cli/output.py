"""Writing: whole files or nothing, and standard output that may be closed early."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from iotassess.errors import UsageError

STDOUT: Final = 1
"""Number of the standard output's stream."""

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_MOST_LINKS: Final = 40
"""Links that are followed to a stream: as many as the system follows."""

_MOST_NAME: Final = 40
"""Characters of a file's name in that of its temporary file, as it may be as long as names can be already."""


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
    write_all([(path, data)])


def write_all(outputs: Sequence[tuple[Path | None, bytes]]) -> None:
    """Write several files, each in the same way as :func:`write_file`, and what goes to a stream.

    1. Write every plain file beside its place, so that a full disk leaves all of them as they were.
    2. Put them in their places.
    3. Write to pipes, devices and standard output, which take nothing back.

    Args:
        outputs: file, or None for standard output; and its bytes.

    Raises:
        UsageError: one of them cannot be written.
    """
    plain = [(path, data) for path, data in outputs if path is not None and not _is_special(path)]
    if plain:
        _replace_all(plain)
    for path, data in outputs:
        if path is None:
            write_stdout_bytes(data)
        elif (path, data) not in plain:
            _write_special(path, data)


@contextlib.contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """Tell of what the system refuses as of a file that the user named.

    Raises:
        UsageError: it refuses something.
    """
    try:
        yield
    except (OSError, RuntimeError, ValueError) as fault:  # RuntimeError: a loop of links; ValueError: a NUL
        full = getattr(fault, "errno", None) in _FULL
        raise UsageError(
            f"cannot write {path}: {getattr(fault, 'strerror', None) or fault}",
            hint=f"{'make room, or ' if full else ''}name a file in a folder that can be written",
        ) from None


def _is_special(path: Path) -> bool:
    """Whether something is there that is no plain file, or an open stream."""
    with _told_of(path):
        try:
            return _stream(path) is not None or not stat.S_ISREG(path.stat().st_mode)
        except FileNotFoundError:
            return False


def _stream(path: Path) -> int | None:
    """Give the number of the open stream that a path such as ``/dev/stdout`` or ``/dev/fd/3`` names.

    Where it leads to a file, that file has an end to write at, and may be somebody's log.
    """
    for _ in range(_MOST_LINKS):
        folder = path.parent.resolve()
        if folder.name == "fd" and folder.parent == Path("/proc/self").resolve() and path.name.isdecimal():
            return int(path.name)
        if not path.is_symlink():
            return None
        path = folder / path.readlink()
    return None


def _write_special(path: Path, data: bytes) -> None:
    """Write to what is no plain file."""
    with _told_of(path):
        number = _stream(path)
        if number is None:
            path.write_bytes(data)
        elif number == STDOUT:
            write_stdout_bytes(data)
        else:
            with os.fdopen(os.dup(number), "wb") as stream:
                stream.write(data)


def _replace_all(files: Sequence[tuple[Path, bytes]]) -> None:
    """Put files with these bytes in the places of what is there, or leave everything as it was."""
    import tempfile  # it takes milliseconds, and most runs write no file

    from iotassess.bundle.staging import ending_in_order  # likewise

    made: list[tuple[Path, Path, Path]] = []
    with ending_in_order():
        try:
            for path, data in files:
                with _told_of(path):
                    place = path.resolve()
                    mode = _mode(place)
                    prefix = f".{place.name[:_MOST_NAME]}."
                    handle, name = tempfile.mkstemp(dir=place.parent, prefix=prefix, suffix=".part")
                    made.append((path, Path(name), place))
                    _fill(handle, data)
                    Path(name).chmod(mode)
            for path, part, place in made:
                with _told_of(path):
                    part.replace(place)
        finally:  # also where the user interrupts it
            for _, part, _ in made:
                with contextlib.suppress(OSError):
                    part.unlink()


def _mode(place: Path) -> int:
    """The usual mode of a new file, though not open to more people than the file that it replaces.

    Raises:
        PermissionError: that file is not to be written, which a rename would not mind.
    """
    mode = 0o666 & ~_umask()
    if not place.exists():
        return mode
    if not os.access(place, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return mode & place.stat().st_mode


def _fill(handle: int, data: bytes) -> None:
    """Write all bytes of a file through to the disk, and close it."""
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


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
    with contextlib.suppress(OSError, ValueError):  # a parent may have left it so, and half would be written
        os.set_blocking(sys.stdout.fileno(), True)
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
    from iotassess.report.escape import inert  # only a call with something to say needs it

    text = "\n".join(map(inert, text.split("\n")))
    encoding = sys.stderr.encoding or "utf-8"
    with contextlib.suppress(OSError):
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr, flush=True)
