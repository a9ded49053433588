"""Errors and exit codes: whose fault it was, in one message, and bugs that say that they are bugs."""

import io
import os
import sys
import tempfile
from pathlib import Path

import pytest

import iotassess
import iotassess.cli.main as program
from iotassess.cli.options import parse_as_of, parse_duration
from iotassess.cli.output import note, write_stdout
from iotassess.errors import CatalogueError, MalformedArtefact, PolicyError, ProfileError, UsageError


@pytest.fixture
def failing(monkeypatch):
    """Makes `iotassess list` fail."""

    def fail_with(error):
        def fail(*_):
            raise error

        monkeypatch.setattr("iotassess.cli.looking_up.list_rows", fail)

    return fail_with


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("what", hint="do this"), 2),
        (CatalogueError("what", hint="do this"), 2),
        (PolicyError("what", hint="do this"), 2),
        (ProfileError("what", hint="do this"), 3),
        (MalformedArtefact("cbor-malformed", "what"), 3),
    ],
)
def test_each_error_has_its_exit_code_and_one_message(run, failing, error, code):
    failing(error)
    ran = run("list", "formats")
    assert (ran.code, ran.out) == (code, "")
    assert ran.err == "iotassess: what\n" + ("  do this\n" if code == 2 or error.hint else "")


def test_an_error_with_hostile_text_is_made_harmless_line_by_line(run, failing):
    failing(UsageError("a\x1b[31mb\nsecond\u202eline"))
    assert run("list", "formats").err == "iotassess: a\\x1b[31mb\nsecond\\u202eline\n"


@pytest.mark.parametrize(
    "bug",
    [
        RuntimeError("broken"),
        KeyError("x"),
        RecursionError("too deep"),
        AssertionError("first line\nsecond \x1b[31mline"),
        OSError(5, "Input/output error"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
    ],
)
def test_a_bug_is_exit_70_and_one_line_that_asks_for_a_report(run, failing, bug):
    failing(bug)
    ran = run("list", "formats")
    assert (ran.code, ran.out) == (70, "")
    assert ran.err.count("\n") == 1
    assert ran.err.startswith(f"iotassess: a bug in iotassess ({type(bug).__name__}")
    assert "please report it" in ran.err
    assert "--debug" in ran.err
    assert "\x1b" not in ran.err


def test_a_bug_that_quotes_a_whole_file_is_cut(run, failing):
    failing(ValueError("x" * 100_000))
    assert len(run("list", "formats").err) < 1000


def test_debug_shows_the_traceback_and_keeps_the_exit_code(failing, capfd):
    failing(RuntimeError("broken"))
    assert program.call(["--debug", "list", "formats"]) == 70
    shown = capfd.readouterr().err
    assert "Traceback (most recent call last)" in shown
    assert "RuntimeError: broken" in shown
    assert "please report it" in shown


def test_debug_changes_nothing_where_there_is_no_bug(run):
    assert run("--debug", "list", "formats") == run("list", "formats")
    assert run("--debug", "list", "nothing").code == 2


def test_a_broken_pipe_is_no_failure(run, failing, monkeypatch):
    for name in ("stdout", "stderr"):  # typer puts something else there
        monkeypatch.setattr(sys, name, getattr(sys, name))
    failing(BrokenPipeError(32, "Broken pipe"))
    assert run("list", "formats").code == 0


def test_a_keyboard_interrupt_is_exit_130(run, failing):
    failing(KeyboardInterrupt())
    assert run("list", "formats").code == 130


def test_version_and_help_are_told_on_standard_output(run):
    assert run("--version") == (0, f"iotassess {iotassess.__version__}\n", "")
    helped = run("assess", "--help")
    assert (helped.code, helped.err) == (0, "")
    assert "--trust-anchor" in helped.out


class EndedError(Exception):
    """Stands for the end of the process."""


@pytest.fixture
def ends(monkeypatch):
    """Gives the code that a run ends the process with, instead of ending this one."""

    def end(code):
        raise EndedError(code)

    monkeypatch.setattr(program.os, "_exit", end)

    def run_to_its_end(*arguments):
        with pytest.raises(EndedError) as ended:
            program.run(*arguments)
        return ended.value.args[0]

    return run_to_its_end


def test_the_process_ends_with_the_code(ends, monkeypatch):
    assert ends(["list", "formats"]) == 0
    assert ends(["list", "nothing"]) == 2
    monkeypatch.setattr(sys, "argv", ["iotassess", "list", "nothing"])
    assert ends() == 2


@pytest.mark.parametrize(
    ("fault", "code"),
    [(None, 0), (BrokenPipeError(), 0), (OSError(28, "full"), 2), (ValueError("closed"), 2)],
)
def test_what_cannot_be_written_at_the_end_is_no_success(ends, monkeypatch, fault, code):
    class Stream(io.StringIO):
        def flush(self):
            if fault:
                raise fault

    monkeypatch.setattr(sys, "stdout", Stream())
    monkeypatch.setattr(program, "call", lambda _: 0)
    assert ends([]) == code
    monkeypatch.setattr(program, "call", lambda _: 1)
    assert ends([]) == 1
    monkeypatch.setattr(sys, "stdout", None)
    assert ends([]) == 1


# --- options ------------------------------------------------------------------------------------


def test_without_a_moment_it_is_now():
    moment = parse_as_of(None)
    assert moment.start == moment.end
    assert moment.start.utcoffset().total_seconds() == 0
    assert moment.start.microsecond == 0


def test_a_date_is_its_whole_day_and_a_time_itself():
    day = parse_as_of("2026-11-01")
    assert (day.start.isoformat(), day.end.isoformat()) == (
        "2026-11-01T00:00:00+00:00",
        "2026-11-01T23:59:59.999999+00:00",
    )
    time = parse_as_of("2026-11-01T12:00:00+02:00")
    assert time.start == time.end
    assert time.start.isoformat() == "2026-11-01T10:00:00+00:00"
    assert parse_as_of("2026-11-01T12:00Z") == parse_as_of("2026-11-01T12:00")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("90s", 90), ("30m", 1800), ("12h", 43200), ("1d", 86400), ("2w", 1209600)],
)
def test_a_duration_is_a_number_and_a_unit(text, seconds):
    assert parse_duration(text).total_seconds() == seconds


def test_no_duration_is_none():
    assert parse_duration(None) is None


@pytest.mark.parametrize(
    ("columns", "width"), [("40", 40), ("72", 72), ("10", 40), ("500", 120), ("x", None)]
)
def test_the_width_of_the_terminal_is_kept_within_bounds(monkeypatch, columns, width):
    monkeypatch.setenv("COLUMNS", columns)
    assert program.terminal_width() == width or width is None
    assert 40 <= program.terminal_width() <= 120


# --- streams ------------------------------------------------------------------------------------


def test_colour_needs_a_terminal_that_wants_it(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert not program.colour_wanted()
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert program.colour_wanted()
    monkeypatch.setenv("NO_COLOR", "")
    assert program.colour_wanted(), "an empty NO_COLOR says nothing"
    monkeypatch.setenv("NO_COLOR", "1")
    assert not program.colour_wanted()
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not program.colour_wanted()
    monkeypatch.setattr(sys, "stdout", None)
    assert not program.colour_wanted()


def test_a_stand_in_without_bytes_is_written_as_text(monkeypatch):
    stand_in = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stand_in)
    write_stdout("é\n")
    assert stand_in.getvalue() == "é\n"


def test_closed_streams_take_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    write_stdout("x")
    note("x")


class Failing(io.StringIO):
    """A standard output that cannot be written."""

    def __init__(self, error):
        super().__init__()
        self.error = error
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - its user closes it

    @property
    def buffer(self):
        raise self.error

    def fileno(self):
        return self.file.fileno()


@pytest.fixture
def failing_output(monkeypatch):
    def set_up(error):
        output = Failing(error)
        monkeypatch.setattr(sys, "stdout", output)
        return output

    return set_up


def leads_nowhere(file):
    return os.fstat(file.fileno()).st_rdev == Path(os.devnull).stat().st_rdev


def test_a_full_disk_behind_standard_output_is_the_users_matter(failing_output):
    with failing_output(OSError(28, "No space left on device")).file as file:
        with pytest.raises(UsageError, match="cannot write to standard output: No space left on device"):
            write_stdout("x")
        assert os.fstat(file.fileno()).st_rdev == Path(os.devnull).stat().st_rdev, (
            "the flush at exit is quiet"
        )


def test_a_reader_that_went_away_is_no_fault(failing_output):
    with failing_output(BrokenPipeError(32, "Broken pipe")).file as file:
        write_stdout("x")
        assert leads_nowhere(file)


def test_lone_surrogates_are_written_as_escapes(capfdbinary):
    write_stdout("a\udc80b\n")
    assert capfdbinary.readouterr().out == b"a\\udc80b\n"
