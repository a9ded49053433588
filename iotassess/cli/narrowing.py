"""One command is made ready where one is called: making all of them is a twelfth of a short run.

What there is besides shows only in the help of the whole and where a command is misspelt; then all are made.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import typer

BEFORE_COMMANDS = ("--debug",)
"""Options of the whole that a command may follow; behind any other one nothing is left out."""


def narrowed(app: typer.Typer, arguments: Sequence[str]) -> typer.Typer:
    """Leave out the commands that are not called.

    Args:
        app: with all commands.
        arguments: of the command line.

    Returns:
        The same with one command or group of commands, or ``app`` itself where it is not plain which it is.
    """
    word = next((argument for argument in arguments if argument not in BEFORE_COMMANDS), "")
    commands = [info for info in app.registered_commands if _name(info) == word]
    groups = [info for info in app.registered_groups if info.name == word]
    if len(commands) + len(groups) != 1:
        return app
    found = copy.copy(app)
    found.registered_commands, found.registered_groups = commands, groups
    return found


def _name(info: typer.models.CommandInfo) -> str:
    """The name of a command: as it was given, or that of its function."""
    return info.name or typer.main.get_command_name(getattr(info.callback, "__name__", ""))
