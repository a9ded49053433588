"""``diff``: two results in, what became of everything out."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from iotassess.cli.main import colour_wanted, terminal_width
from iotassess.cli.output import write_stdout
from iotassess.errors import UsageError
from iotassess.policy.comparing import compare
from iotassess.policy.old_result import read_result
from iotassess.report.registry import Look

FORMATS = ("text", "json", "markdown")


def diff(old: Path, new: Path, *, format: str) -> bool:
    """Print what became of everything, and tell whether anything is worse.

    Args:
        old: the earlier result.
        new: the other one.
        format: of :data:`FORMATS`.

    Raises:
        UsageError: a file is missing or no result, or the format is unknown.
    """
    if format not in FORMATS:
        raise UsageError(f"--format: got {format!r}, expected {', '.join(FORMATS)}")
    found = compare(read_result(old), read_result(new))
    renderer = import_module(f"iotassess.report.comparison_{format}")
    look = Look(width=terminal_width(), colour=colour_wanted())
    write_stdout(renderer.render(found, look))
    return found.worse
