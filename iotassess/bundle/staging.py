"""The files of a bundle in a private folder, for as long as an assessment needs them."""

from __future__ import annotations

import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn

from iotassess.errors import UsageError

TERMINATED: Final = 128 + signal.SIGTERM
"""Exit code of a program that was asked to end, as shells give it."""


@contextmanager
def unpacked(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Write files into a new folder that nobody else can enter, and remove it afterwards.

    Args:
        files: path → bytes. Every path must have passed :func:`iotassess.bundle.names.why_not`, and no two
            may collide.

    Yields:
        The folder, resolved.

    Raises:
        UsageError: there is no room for them.
    """
    with ending_in_order(), ExitStack() as stack:
        try:
            root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="iotassess-"))).resolve()
            for path, data in files.items():
                place = root / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
        except OSError as fault:
            raise UsageError(
                f"the files of a bundle cannot be put into a temporary folder: {fault.strerror or fault}",
                hint="make room, or name a folder that can be written in TMPDIR",
            ) from None
        yield root


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Turn SIGTERM into an exception, so that what is half made is removed then, too.

    A program that has a handler of its own, or runs this in another thread, decides for itself.
    """
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    ):
        yield
        return
    signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _end(*_: Any) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not end the tidying up
    raise SystemExit(TERMINATED)
