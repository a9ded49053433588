"""Durations as users write them: a number and a unit."""

from __future__ import annotations

import datetime
import re
from typing import Final

FORM: Final = "a number with s, m, h, d or w, like 24h"
PATTERN: Final = "^[0-9]{1,6}[smhdw]$"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"([0-9]{1,6})([smhdw])", re.ASCII)


def duration(text: str) -> datetime.timedelta | None:
    """Read a duration such as ``90d``, ``12h`` or ``30m``; None where it is none."""
    match = _DURATION.fullmatch(text)
    return None if match is None else datetime.timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def written(span: datetime.timedelta) -> str:
    """Write a duration in the largest unit that it is a whole number of."""
    seconds = int(span.total_seconds())
    unit = next(u for u in ("w", "d", "h", "m", "s") if seconds % _UNITS[u] == 0 or u == "s")
    return f"{seconds // _UNITS[unit]}{unit}" if seconds else "0d"
