"""Texts of others, made to stand in one cell of a table and do nothing there."""

from __future__ import annotations

import re

from iotassess.model.visible import cut, visible

_LEADS = r"=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""What begins a formula in a spreadsheet, in the full-width forms too, which East Asian ones take for the
same, and what they drop before looking at it."""

_FORMULA = re.compile(rf"'*[{_LEADS}]")
_GUARDED = re.compile(rf"'+[{_LEADS}]")


def plain(text: object, limit: int | None = None) -> str:
    """Write text on one line, so that it shows as it is.

    Args:
        text: anything; ``str()`` of it is taken. White space becomes single spaces, what does not show
            becomes an escape.
        limit: most characters of the result; a longer one ends in "…".
    """
    line = " ".join(str(text).split())
    return cut(visible(line if limit is None else line[: limit + 1]), limit)


def guarded(cell: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would take for a formula.

    A cell that begins with such apostrophes already gets one more, so that :func:`unguarded` gives back
    what was there.
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """Take the apostrophe away that :func:`guarded` put there."""
    return cell[1:] if _GUARDED.match(cell) else cell
