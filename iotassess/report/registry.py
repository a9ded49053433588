"""The one table of report formats. Adding a format is one module and one row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, NamedTuple

from iotassess.model.assessment import Assessment


@dataclass(frozen=True, slots=True)
class Look:
    """How a report is to look; none of it changes what it says.

    Attributes:
        width: columns of the terminal.
        colour: whether ANSI colours may be used.
        show: all requirements, or only those that are neither verified nor declared.
    """

    width: int = 100
    colour: bool = False
    show: Literal["all", "failed"] = "all"


class Format(NamedTuple):
    """One report format.

    Attributes:
        id: name for ``-f``.
        title: what it is for.
        suffix: usual file suffix.
        render: "module:function" of ``(Assessment, Look) -> str``.
    """

    id: str
    title: str
    suffix: str
    render: str


FORMATS: tuple[Format, ...] = (
    Format("text", "for a terminal", ".txt", "iotassess.report.text:render"),
    Format(
        "json", "for programs (iotassess/assessment/v1)", ".json", "iotassess.report.assessment_json:render"
    ),
)


def renderer(id: str) -> Callable[[Assessment, Look], str]:
    """Import the renderer of a format.

    Args:
        id: a format of :data:`FORMATS`; another one is a bug (``KeyError``).
    """
    rows = {row.id: row for row in FORMATS}
    module, _, name = rows[id].render.partition(":")
    function: Callable[[Assessment, Look], str] = getattr(import_module(module), name)
    return function
