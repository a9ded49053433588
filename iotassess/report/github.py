"""GitHub annotations: workflow commands, one a line, that show at the lines of the profile in a pull request.

The runner reads ``::error file=…,line=…,col=…,title=…::message`` at the start of a line. It takes ``%0A`` and
the like back in the values, and ``%3A`` and ``%2C`` in the properties (actions/runner, ``ActionCommand.cs``).
No text of others has a line end here, so that none can begin a command of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from iotassess.model.assessment import Assessment
from iotassess.report.escape import safe
from iotassess.report.gate_text import answer
from iotassess.report.headline import headline
from iotassess.report.location import Locations, locate
from iotassess.report.notices import Notice, notices
from iotassess.report.registry import Look

Command = Literal["error", "warning", "notice"]

MOST: Final[Mapping[Command, int]] = {"error": 10, "warning": 10, "notice": 8}
"""GitHub shows ten of each a step (actions/toolkit, "Problem Matchers", Limitations) and drops the others
without a word. Two notices are kept for the ones at the end."""
MOST_MESSAGE: Final = 4_000
"""Characters of a message: the runner cuts it at 4,096 (``ExecutionContext.cs``)."""
MOST_TITLE: Final = 250
"""Characters of a title: GitHub takes 255 (REST API, check runs)."""
MOST_PATH: Final = 4_096
"""Characters of a path: what Linux takes."""
MOST_LINES: Final = 20
"""Lines that are named for annotations that are left out."""


def render(assessment: Assessment, look: Look) -> str:
    """Write workflow commands: the worst first, what GitHub would drop as a number, the answer at the end.

    Args:
        assessment: what to report, with or without the gate's answer.
        look: which profile was given, and in which folder.
    """
    locations = locate(assessment, look)
    lines = _commands(assessment, notices(assessment, locations), locations)
    return "".join(f"{line}\n" for line in lines)


def _commands(assessment: Assessment, found: Sequence[Notice], locations: Locations) -> Iterator[str]:
    left: dict[Command, list[Notice]] = {}
    for command, most in MOST.items():
        own = [notice for notice in found if _command(notice) == command]
        for notice in own[:most]:
            yield _annotation(command, notice, locations.profile)
        if own[most:]:
            left[command] = own[most:]
    if left:
        parts = ", ".join(_left(command, others) for command, others in left.items())
        where = f"{locations.profile} has more than GitHub shows of a step: {parts}; -f sarif has all"
        yield command_line("notice", {"title": "iotassess: more"}, where)
    yield command_line("notice", {"title": "iotassess"}, _answer(assessment, found))


def _command(notice: Notice) -> Command:
    """What is waived is shown, and warns of nothing."""
    if notice.waivers or notice.severity == "note":
        return "notice"
    return notice.severity


def _annotation(command: Command, notice: Notice, path: str) -> str:
    title = f"{notice.rule.id}: {notice.rule.means}" if notice.rule.means else notice.rule.id
    if path.startswith("="):
        path = f"./{path}"  # the runner drops what equals signs a value begins with
    properties = {
        "file": safe(path, MOST_PATH),
        "line": str(notice.place.line),
        "col": str(notice.place.column),
        "title": ("waived: " if notice.waivers else "") + safe(title, MOST_TITLE - len("waived: ")),
    }
    return command_line(command, properties, notice.said)


def _left(command: Command, others: Sequence[Notice]) -> str:
    """How many are left out, and at which lines they are."""
    lines = [str(line) for line in sorted({notice.place.line for notice in others})]
    shown = ", ".join(lines[:MOST_LINES]) + (" …" if len(lines) > MOST_LINES else "")
    word = "line" if len(lines) == 1 else "lines"
    return f"{len(others)} {command}{'' if len(others) == 1 else 's'} ({word} {shown})"


def _answer(assessment: Assessment, found: Sequence[Notice]) -> str:
    if assessment.gate is not None:
        return answer(assessment, assessment.gate)
    errors, warnings = (
        sum(_command(notice) == command for notice in found) for command in ("error", "warning")
    )
    lines = [headline(assessment, result) for result in assessment.baselines]
    return " | ".join([f"no gate was asked: {errors} errors, {warnings} warnings", *lines])


def command_line(command: Command, properties: Mapping[str, str], message: str) -> str:
    """Write one workflow command, in one line.

    Args:
        command: which.
        properties: name → value.
        message: text of anybody.
    """
    values = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {values}::{_data(safe(message, MOST_MESSAGE))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(safe(text).strip()).replace(":", "%3A").replace(",", "%2C")
