"""What comes with the extra ``xlsx`` only."""

from __future__ import annotations

from importlib.util import find_spec

from iotassess.errors import UsageError

NEEDED = ("openpyxl", "defusedxml")
"""Packages of the extra."""


def require_xlsx() -> None:
    """Make sure that workbooks can be read and written.

    Raises:
        UsageError: a package of the extra is not installed.
    """
    lacking = [name for name in NEEDED if find_spec(name) is None]
    if lacking:
        raise UsageError(
            f"xlsx: got no {' and no '.join(lacking)}, expected the extra that reads and writes workbooks",
            hint="pip install 'iotassess[xlsx]', or use CSV or Markdown",
        )
