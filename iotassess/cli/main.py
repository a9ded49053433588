"""The entry point: one function a command, and the one place that turns errors into exit codes."""

from __future__ import annotations

import errno
import gc
import os
import shutil
import sys
import traceback
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from iotassess.cli.narrowing import narrowed
from iotassess.errors import IotassessError, UsageError

BUG = 70
"""Exit code for a bug in iotassess (EX_SOFTWARE of sysexits)."""
MOST_OF_A_BUG = 300
"""Characters of an unexpected error that are shown: it may hold a whole file."""
COLLECT_AFTER = 200_000
"""Objects after which Python looks for garbage cycles: nearly all that a run makes lives until its end. An
assessment of a dozen artefacts makes fewer, so that they are not looked through in vain."""
REFUSALS = (errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
"""What a machine refuses that is full, or where nobody reads any longer: it can hit every call."""
NO_VERDICT = 3
NOT_ACCEPTABLE = 1

app = typer.Typer(
    name="iotassess",
    help="Hold what a product's maker declares against what its artefacts show.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Anchors = Annotated[
    list[str] | None,
    typer.Option(
        "-t", "--trust-anchor", metavar="[PURPOSE=]PATH", help="Key, certificate, or a folder of them."
    ),
]
Nonces = Annotated[
    list[str] | None,
    typer.Option("--nonce", metavar="[ARTEFACT=]HEX", help="Challenge that a token answers."),
]
MaxAge = Annotated[
    str | None, typer.Option("--max-age", metavar="DURATION", help="How old a signed time may be, like 24h.")
]
Moment = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE|TIME", help="Judge at this moment (UTC); default now.")
]
Denied = Annotated[
    list[Path] | None,
    typer.Option(
        "--deny", metavar="FILE", help="Denylist of keys and firmware digests; repeatable.", readable=False
    ),
]
Waivers = Annotated[
    Path | None,
    typer.Option("--waivers", metavar="FILE", help="Waivers; they change no verdict.", readable=False),
]
Baselines = Annotated[
    list[str] | None,
    typer.Option("-b", "--baseline", metavar="ID|FILE", help="Baseline, or all; repeatable."),
]
Formats = Annotated[
    list[str] | None, typer.Option("-f", "--format", metavar="NAME[=FILE]", help="Report format; repeatable.")
]
TextOrJson = Annotated[str, typer.Option("-f", "--format", metavar="text|json", help="text or json.")]
SignWith = Annotated[
    Path | None,
    typer.Option(
        "--sign-with", metavar="KEY", help="Private key to sign attestation results with.", readable=False
    ),
]
Artefacts = Annotated[
    list[Path] | None, typer.Argument(metavar="[ARTEFACT]...", show_default=False, readable=False)
]
NeededArtefacts = Annotated[
    list[Path], typer.Argument(metavar="ARTEFACT...", show_default=False, readable=False)
]


def _version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        from iotassess import __version__
        from iotassess.cli.output import write_stdout

        write_stdout(f"iotassess {__version__}\n")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when iotassess fails.")] = False,
) -> None:
    """Hold what a product's maker declares against what its artefacts show."""


@app.command()
def assess(
    profile: Annotated[Path, typer.Argument(show_default=False, readable=False)],
    artefacts: Artefacts = None,
    baseline: Baselines = None,
    trust_anchor: Anchors = None,
    nonce: Nonces = None,
    max_age: MaxAge = None,
    format: Formats = None,
    as_of: Moment = None,
    show: Annotated[str, typer.Option(metavar="all|failed", help="Requirements in the text report.")] = "all",
    deny: Denied = None,
    waivers: Waivers = None,
    sign_with: SignWith = None,
) -> None:
    """Assess a declared profile and its artefacts against baselines."""
    from iotassess.cli import asking, judging

    asked = asking.Asked(artefacts or [], trust_anchor or [], nonce or [], max_age, as_of, deny or [])
    wanted = judging.Wanted(baseline or [], format or [], show, sign_with)
    judging.assess(profile, asked, wanted, waivers=waivers)


@app.command()
def gate(
    profile: Annotated[Path, typer.Argument(show_default=False, readable=False)],
    artefacts: Artefacts = None,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", metavar="FILE", help="Policy; default is the shipped one.", readable=False),
    ] = None,
    waivers: Waivers = None,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", metavar="OLD.json", help="Earlier result to hold it against.", readable=False
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 4 where something is undecided, or a waiver is unused.")
    ] = False,
    allow_example: Annotated[
        bool, typer.Option("--allow-example", help="Let a profile pass that is marked as an example.")
    ] = False,
    baseline: Baselines = None,
    trust_anchor: Anchors = None,
    nonce: Nonces = None,
    max_age: MaxAge = None,
    format: Formats = None,
    as_of: Moment = None,
    show: Annotated[
        str, typer.Option(metavar="gate|failed|all", help="What the text report shows beside the answer.")
    ] = "gate",
    deny: Denied = None,
    sign_with: SignWith = None,
) -> None:
    """Hold a release against a policy; exit 1 if it does not pass."""
    from iotassess.cli import asking, gating, judging

    asked = asking.Asked(artefacts or [], trust_anchor or [], nonce or [], max_age, as_of, deny or [])
    terms = gating.Terms(policy, waivers, against, strict=strict, allow_example=allow_example)
    wanted = judging.Wanted(baseline or [], format or [], show, sign_with)
    code = gating.gate(profile, asked, terms, wanted)
    if code:
        raise typer.Exit(code)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD.json", show_default=False, readable=False)],
    new: Annotated[Path, typer.Argument(metavar="NEW.json", show_default=False, readable=False)],
    format: Annotated[
        str, typer.Option("-f", "--format", metavar="text|json|markdown", help="text, json or markdown.")
    ] = "text",
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 if anything is worse.")] = False,
) -> None:
    """Hold one result against an earlier one: what is better, worse, new or gone, and why."""
    from iotassess.cli import comparing

    worse = comparing.diff(old, new, format=format)
    if worse and exit_code:
        raise typer.Exit(NOT_ACCEPTABLE)


@app.command()
def verify(
    artefacts: NeededArtefacts,
    trust_anchor: Anchors = None,
    nonce: Nonces = None,
    max_age: MaxAge = None,
    image: Annotated[
        list[str] | None, typer.Option("--image", metavar="[COMPONENT=]FILE", help="Payload of a manifest.")
    ] = None,
    allow_unsigned: Annotated[
        bool, typer.Option("--allow-unsigned", help="Accept kinds that have an unsigned form.")
    ] = False,
    format: TextOrJson = "text",
    as_of: Moment = None,
    deny: Denied = None,
) -> None:
    """Authenticate artefacts and check them by their own rules; exit 1 if one does not pass."""
    from iotassess.cli import reading

    passed = reading.verify(
        artefacts,
        anchors=trust_anchor or [],
        nonces=nonce or [],
        max_age=max_age,
        images=image or [],
        allow_unsigned=allow_unsigned,
        format=format,
        as_of=as_of,
        denylists=deny or [],
    )
    if passed:
        raise typer.Exit(passed)


@app.command()
def inspect(artefacts: NeededArtefacts, format: TextOrJson = "text") -> None:
    """Show what is in artefacts; no judgement."""
    from iotassess.cli import reading

    code = reading.inspect(artefacts, format=format)
    if code:
        raise typer.Exit(code)


@app.command()
def validate(
    profiles: Annotated[list[Path], typer.Argument(metavar="PROFILE...", show_default=False, readable=False)],
    format: TextOrJson = "text",
) -> None:
    """Check profiles: schema and inner consistency, with file:line:column."""
    from iotassess.cli import validating

    if not validating.validate(profiles, format=format):
        raise typer.Exit(NO_VERDICT)


@app.command()
def explain(
    id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    profile: Annotated[Path | None, typer.Argument(show_default=False, readable=False)] = None,
    artefacts: Artefacts = None,
    trust_anchor: Anchors = None,
    nonce: Nonces = None,
    max_age: MaxAge = None,
    format: TextOrJson = "text",
    as_of: Moment = None,
    deny: Denied = None,
) -> None:
    """Explain a requirement (with its answer, given a profile), probe, property, technology or problem."""
    from iotassess.cli import asking, judging

    asked = asking.Asked(artefacts or [], trust_anchor or [], nonce or [], max_age, as_of, deny or [])
    judging.explain(id, profile, asked, format=format)


@app.command(name="list")
def list_(what: Annotated[str, typer.Argument(metavar="WHAT")], format: TextOrJson = "text") -> None:
    """List baselines, requirements, probes, properties, technologies, artefact-kinds, problems …."""
    from iotassess.cli import looking_up

    looking_up.list_rows(what, format)


@app.command()
def schema(what: Annotated[str, typer.Argument(metavar="WHAT")]) -> None:
    """Print the JSON Schema of a format: profile, policy, waivers, baseline, assessment, artefacts …."""
    from iotassess.cli import looking_up

    looking_up.print_schema(what)


waivers_app = typer.Typer(help="Waivers of the gate.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(waivers_app, name="waivers")


@waivers_app.command(name="check")
def waivers_check(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, readable=False)],
    format: TextOrJson = "text",
    as_of: Moment = None,
) -> None:
    """Check a waiver file, and tell which of its waivers hold."""
    from iotassess.cli import gating

    gating.check_waivers(file, format=format, as_of=as_of)


ics = typer.Typer(
    help="Fill in ETSI's conformance statement (EN 303 645 Table B.1), or check a filled one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(ics, name="ics")

Statement = Annotated[
    str | None,
    typer.Option(
        "-b",
        "--baseline",
        metavar="ID|FILE",
        help="etsi-en-303-645, the newest edition or @edition.",
    ),
]


@ics.command(name="export")
def ics_export(
    profile: Annotated[Path, typer.Argument(show_default=False, readable=False)],
    artefacts: Artefacts = None,
    baseline: Statement = None,
    trust_anchor: Anchors = None,
    nonce: Nonces = None,
    max_age: MaxAge = None,
    as_of: Moment = None,
    format: Annotated[
        list[str] | None,
        typer.Option(
            "-f", "--format", metavar="NAME[=FILE]", help="csv (the default), markdown or xlsx; repeatable."
        ),
    ] = None,
) -> None:
    """Assess a profile and fill Table B.1 in: reference, status, support and detail of every provision."""
    from iotassess.cli import asking, conformance

    asked = asking.Asked(artefacts or [], trust_anchor or [], nonce or [], max_age, as_of)
    conformance.export(profile, asked, baseline=baseline, formats=format or [])


@ics.command(name="import")
def ics_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, readable=False)],
    profile: Annotated[Path | None, typer.Argument(show_default=False, readable=False)] = None,
    artefacts: Artefacts = None,
    baseline: Statement = None,
    trust_anchor: Anchors = None,
    nonce: Nonces = None,
    max_age: MaxAge = None,
    as_of: Moment = None,
    format: TextOrJson = "text",
) -> None:
    """Check a filled Table B.1 (CSV, Markdown, xlsx), alone or against a profile; exit 1 on an error."""
    from iotassess.cli import asking, conformance

    asked = asking.Asked(artefacts or [], trust_anchor or [], nonce or [], max_age, as_of)
    if not conformance.import_(file, profile, asked, baseline=baseline, format=format):
        raise typer.Exit(NOT_ACCEPTABLE)


import iotassess.cli.bundle_commands  # noqa: E402 - adds its commands, which take the options above
import iotassess.cli.fleet_commands  # noqa: E402, F401 - likewise


def terminal_width() -> int:
    """Columns of the terminal, between 40 and 120; 100 where there is none."""
    return max(40, min(shutil.get_terminal_size((100, 24)).columns, 120))


def colour_wanted() -> bool:
    """Whether to colour: standard output is a terminal and NO_COLOR is not set."""
    if sys.stdout is None or not sys.stdout.isatty():
        return False
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the contract's code.

    Args:
        arguments: as in ``sys.argv[1:]``; None takes those of the process.
    """
    gc.set_threshold(COLLECT_AFTER)
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # whatever else is installed, it reads no profile
    leave(call(sys.argv[1:] if arguments is None else arguments))


def leave(code: int) -> NoReturn:
    """End the process at once: taking hundreds of modules and all that was read apart is a third of a run.

    Everything is written and closed by now; what stands in the buffers of the two streams goes out here.

    Args:
        code: exit code; where standard output cannot be written it is that of bad usage.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except BrokenPipeError:  # the reader has what it wanted
            continue
        except (OSError, ValueError):  # a full disk; closed
            code = code or UsageError.exit_code
    os._exit(code)


def call(arguments: list[str]) -> int:
    """Run a command line and give its exit code; errors go to standard error as one message."""
    try:
        narrowed(app, arguments)(args=arguments, prog_name="iotassess")
    except SystemExit as stop:
        if isinstance(stop.__context__, BrokenPipeError):  # the reader has what it wanted
            return 0
        return stop.code if isinstance(stop.code, int) else 0
    except IotassessError as error:
        _complain(str(error))
        return error.exit_code
    except Exception as bug:
        if "--debug" in arguments:
            traceback.print_exc()
        refused = _refused(bug)
        if refused:
            _complain(refused)
            return UsageError.exit_code
        what = " ".join(f"{type(bug).__name__}: {bug}".split())
        _complain(
            f"a bug in iotassess ({what[:MOST_OF_A_BUG]}); please report it with the command "
            "and, if you may, the files; --debug before the command shows a traceback"
        )
        return BUG
    return 0


def _refused(bug: Exception) -> str:
    """Say what the machine did not give, which is nobody's bug; "" where it is one."""
    if isinstance(bug, MemoryError):
        return "there is not enough memory\n  give iotassess more, or hand in fewer or smaller files"
    if isinstance(bug, OSError) and bug.errno in REFUSALS:
        file = f" ({bug.filename})" if bug.filename is not None else ""
        return f"the system refused: {bug.strerror}{file}\n  make room, or raise the limit"
    return ""


def _complain(text: str) -> None:
    """Write an error to standard error, made harmless."""
    from iotassess.cli.output import note
    from iotassess.report.escape import inert, safe

    note(
        "\n".join(
            inert(f"iotassess: {safe(line)}" if i == 0 else safe(line))
            for i, line in enumerate(text.split("\n"))
        )
    )
