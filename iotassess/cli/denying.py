"""Denylists named on the command line, read where there are any."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from iotassess.crosscheck.denylist import NOTHING, Denylist


def read_denylists(files: Sequence[Path]) -> Denylist:
    """Read the denylists, where there are any: most runs do without the YAML that they are written in.

    Raises:
        UsageError: one of them is faulty.
    """
    if not files:
        return NOTHING
    from iotassess.crosscheck.denylist_file import load_denylists

    return load_denylists(files)
