"""Texts of profiles, artefacts and foreign tables, made to stand in one cell and do nothing there."""

from __future__ import annotations

from iotassess.model.visible import cut, visible


def plain(text: object, limit: int | None = None) -> str:
    """Write text on one line, so that it shows as it is.

    Args:
        text: anything; ``str()`` of it is taken. White space becomes single spaces, what does not show
            becomes an escape.
        limit: most characters of the result; a longer one ends in "…".
    """
    line = " ".join(str(text).split())
    return cut(visible(line if limit is None else line[: limit + 1]), limit)
