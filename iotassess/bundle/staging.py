"""The files of a bundle in a private folder, for as long as an assessment needs them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def unpacked(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Write files into a new folder that nobody else can enter, and remove it afterwards.

    Args:
        files: path → bytes. Every path must have passed :func:`iotassess.bundle.names.why_not`, and no two
            may collide.

    Yields:
        The folder, resolved.
    """
    with tempfile.TemporaryDirectory(prefix="iotassess-") as name:
        root = Path(name).resolve()
        for path, data in files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        yield root
