"""Making one command ready gives the same as making all of them."""

from __future__ import annotations

import pytest

from iotassess.cli.main import app, call
from iotassess.cli.narrowing import narrowed

COMMANDS = [info.name or info.callback.__name__ for info in app.registered_commands]
GROUPS = [info.name for info in app.registered_groups]


@pytest.mark.parametrize("word", [*COMMANDS, *GROUPS])
@pytest.mark.parametrize("before", [[], ["--debug"]])
def test_the_help_of_a_command_is_the_same_with_it_alone(capsys, monkeypatch, word, before):
    arguments = [*before, word, "--help"]
    found = narrowed(app, arguments)
    assert len(found.registered_commands) + len(found.registered_groups) == 1
    assert call(arguments) == 0
    alone = capsys.readouterr()
    monkeypatch.setattr("iotassess.cli.main.narrowed", lambda app, _: app)
    assert call(arguments) == 0
    assert capsys.readouterr() == alone
    assert word in alone.out


@pytest.mark.parametrize(
    "arguments",
    [[], ["--help"], ["--version", "assess"], ["asses"], ["--", "assess"], ["--debug"]],
)
def test_where_it_is_not_plain_which_command_is_called_none_is_left_out(arguments):
    assert narrowed(app, arguments) is app


def test_the_whole_keeps_all_commands():
    narrowed(app, ["assess"])
    assert len(app.registered_commands) == len(COMMANDS) > 5
    assert len(app.registered_groups) == len(GROUPS) > 1
