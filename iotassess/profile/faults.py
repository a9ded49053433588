"""Faults of a profile: what is wrong, where it stands, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from iotassess.codec.yaml import Document, Mark, Path
from iotassess.errors import ProfileError

MAX_SHOWN = 60
"""Most characters of somebody else's text in a message: enough to find it by."""

MAX_FAULTS = 200
"""Most faults that are told of one profile. Nobody corrects more in one go, and a hostile file could
have tens of thousands, each of which would be searched for a suggestion."""


class Fault(NamedTuple):
    """One thing that is wrong with, or unusual in, a profile.

    Attributes:
        severity: an error makes the profile unusable, a warning does not.
        message: got and expected, without the place.
        path: profile path (``update.transport[0]``); empty for the whole file.
        line: from 1.
        column: from 1, in characters.
        hint: what to write instead, or an empty string.
        rule: permanent id of the rule that it breaks.
    """

    severity: Literal["error", "warning"]
    message: str
    path: str
    line: int
    column: int
    hint: str
    rule: str


class InvalidProfile(ProfileError):  # noqa: N818 - what it is, not "…Error"
    """The profile has errors: all of them are in the message, and in ``faults`` for machines.

    Attributes:
        faults: errors and warnings in the order of the text.
    """

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        errors = [fault for fault in self.faults if fault.severity == "error"]
        lines = [render(fault, name) for fault in errors]
        if len(errors) >= MAX_FAULTS:
            lines.append(f"only the first {MAX_FAULTS} errors are told")
        super().__init__("\n".join(lines))


def render(fault: Fault, name: str) -> str:
    """Write a fault as ``file:line:column: message``, the hint indented below."""
    severity = "warning: " if fault.severity == "warning" else ""
    text = f"{name}:{fault.line}:{fault.column}: {severity}{fault.message}"
    return f"{text}\n  {fault.hint}" if fault.hint else text


def located(path: Path, message: str) -> str:
    """Put the path in front of a message that begins with what was got and does not say where."""
    return f"{path_text(path)}: {message}" if path and message.startswith("got ") else message


def path_text(path: Path) -> str:
    """Write a path as readers see it: ``("update", "transport", 0)`` → ``update.transport[0]``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.isidentifier() and step.isascii():
            text += f".{clip(step)}" if text else clip(step)
        else:
            text += f"[{shown(step)}]"
    return text


def clip(text: str) -> str:
    """Shorten a text that may be of any length."""
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def shown(value: object) -> str:
    """Quote a value of the profile for a message: short, and with nothing that steers a terminal."""
    return repr(clip(value)) if isinstance(value, str) else clip(repr(value))


def place(document: Document, path: Path, *, at_key: bool = False) -> Mark:
    """Where to point the reader for ``path``.

    Args:
        document: the profile's text.
        path: of a value that may be absent; then the nearest mapping or list around it is meant.
        at_key: point at the key rather than at its value.
    """
    if at_key and (mark := document.keys.get(path)) is not None:
        return mark
    return document.mark(path)
