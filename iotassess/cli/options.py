"""Options that need more than a type: moments, durations, formats, nonces."""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path
from typing import NamedTuple

from iotassess.errors import UsageError
from iotassess.model.assessment import AsOf
from iotassess.model.durations import FORM, duration

UTC = datetime.UTC
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_as_of(text: str | None) -> AsOf:
    """Read ``--as-of``: a date stands for its whole day, a time for itself; without one, now.

    Args:
        text: ``YYYY-MM-DD`` or an ISO 8601 time; without offset it is UTC.

    Raises:
        UsageError: it is neither, or the clock shows no date.
    """
    if text is None:
        try:
            now = datetime.datetime.now(tz=UTC).replace(microsecond=0)
        except (ValueError, OverflowError, OSError):
            raise UsageError(
                "the clock of this machine shows no year from 1 to 9999", hint="name the moment: --as-of DATE"
            ) from None
        return AsOf(now, now)
    try:
        if _DATE.fullmatch(text):
            start = datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)
            return AsOf(start, start + datetime.timedelta(days=1, microseconds=-1))
        if not _DATE.fullmatch(text[:10]):
            raise ValueError  # noqa: TRY301 - a date in another form would be taken for its midnight
        moment = datetime.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"--as-of: got {text!r}, expected a date like 2026-11-01 or a time like 2026-11-01T12:00:00Z"
        ) from None
    return AsOf(moment, moment)


def parse_duration(text: str | None, option: str = "--max-age") -> datetime.timedelta | None:
    """Read a duration such as ``90d``, ``12h`` or ``30m``.

    Raises:
        UsageError: it is not one.
    """
    if text is None:
        return None
    found = duration(text)
    if found is None:
        raise UsageError(f"{option}: got {text!r}, expected {FORM}")
    return found


class Output(NamedTuple):
    """One wanted report: its format, and the file to write it to (None: standard output)."""

    format: str
    file: Path | None


def parse_outputs(values: list[str], known: list[str]) -> list[Output]:
    """Read ``-f NAME[=FILE]``, repeated.

    Args:
        values: as given; none means ``text`` on standard output.
        known: format ids.

    Raises:
        UsageError: an unknown format, an empty file name, one file twice, or two for standard output.
    """
    found: list[Output] = []
    for value in values or ["text"]:
        name, equals, file = value.partition("=")
        if name not in known:
            raise UsageError(f"--format: got {name!r}, expected one of {', '.join(known)}")
        if equals and not file:
            raise UsageError(f"--format: got {value!r}, expected a file name after '='")
        found.append(Output(name, Path(file) if equals else None))
    if sum(output.file is None for output in found) > 1:
        raise UsageError(
            "--format: only one report can go to standard output; give the others a file: NAME=FILE"
        )
    files = [output.file for output in found if output.file is not None]
    if len(files) != len({_real(file) for file in files}):
        raise UsageError("--format: two reports would be written to the same file")
    return found


def _real(file: Path) -> str:
    """The path that a file's name leads to, for telling whether two are one."""
    try:
        return os.path.realpath(file)
    except ValueError:  # a NUL
        return str(file)


def check_format(format: str) -> None:
    """Check a format that is text or JSON.

    Raises:
        UsageError: it is neither.
    """
    if format not in ("text", "json"):
        raise UsageError(f"--format: got {format!r}, expected text or json")
