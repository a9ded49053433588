"""The commands ``fleet assess`` and ``fleet verify``; importing this adds them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iotassess.cli.main import NOT_ACCEPTABLE, Anchors, Baselines, Denied, MaxAge, Moment, app

fleet = typer.Typer(
    help="Many at once, on all cores or a dask cluster: products by the folder, tokens by the million.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(fleet, name="fleet")

Workers = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", help="Processes on this machine; default one a core, 0 none."),
]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="Dask cluster to use instead, like tcp://HOST:8786."),
]


@fleet.command(name="assess")
def fleet_assess(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", show_default=False)],
    baseline: Baselines = None,
    trust_anchor: Anchors = None,
    anchors_beside: Annotated[
        str | None,
        typer.Option(
            "--anchors-beside",
            metavar="NAME",
            help="Folder beside each profile with trust anchors that you vouch for.",
        ),
    ] = None,
    nonce_beside: Annotated[
        str | None,
        typer.Option(
            "--nonce-beside", metavar="NAME", help="File beside each profile with its challenge in hex."
        ),
    ] = None,
    max_age: MaxAge = None,
    as_of: Moment = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="OLD.json", help="Earlier comparison to hold this one against."),
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 1 if anything is worse than --against.")
    ] = False,
    format: Annotated[
        list[str] | None,
        typer.Option(
            "-f",
            "--format",
            metavar="NAME[=FILE]",
            help="text (the default), json, html, csv, or parquet=FILE; repeatable.",
        ),
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
) -> None:
    """Assess every profile of folder trees, and put the products beside each other."""
    from iotassess.cli import fleet_assess as assessing

    asked = assessing.FleetAsked(
        folders, baseline or [], trust_anchor or [], anchors_beside, nonce_beside, max_age, as_of, against
    )
    worse = assessing.assess(asked, format or [], assessing.Where(workers, scheduler))
    if worse and exit_code:
        raise typer.Exit(NOT_ACCEPTABLE)


@fleet.command(name="verify")
def fleet_verify(
    tokens: Annotated[list[Path], typer.Argument(metavar="TOKENS...", show_default=False)],
    out: Annotated[
        Path,
        typer.Option(
            "-o", "--out", metavar="FOLDER", help="Where the rows go, as Parquet.", show_default=False
        ),
    ],
    profile: Annotated[
        list[Path] | None,
        typer.Option("-p", "--profile", metavar="FILE", help="Profile of a model or release; repeatable."),
    ] = None,
    trust_anchor: Anchors = None,
    device_keys: Annotated[
        Path | None,
        typer.Option(
            "--device-keys", metavar="FILE|FOLDER", help="Registered key of each device: Parquet, JSON lines."
        ),
    ] = None,
    reference: Annotated[
        list[Path] | None,
        typer.Option("-r", "--reference", metavar="FILE", help="Reference values (CoRIM …); repeatable."),
    ] = None,
    baseline: Baselines = None,
    max_age: MaxAge = None,
    stale_after: Annotated[
        str | None,
        typer.Option("--stale-after", metavar="DURATION", help="Silence after which a device is stale."),
    ] = None,
    as_of: Moment = None,
    deny: Denied = None,
    format: Annotated[
        list[str] | None,
        typer.Option(
            "-f",
            "--format",
            metavar="NAME[=FILE]",
            help="Summary: text (the default), json, html; repeatable.",
        ),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Throw away what another run left in FOLDER.")
    ] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 1 unless every record is sound.")
    ] = False,
    workers: Workers = None,
    scheduler: Scheduler = None,
) -> None:
    """Verify a fleet's tokens (folder, .tar, .jsonl, .parquet): a row for each, and a summary."""
    from iotassess.cli import fleet_verify as verifying

    given = verifying.FleetTokens(
        tokens,
        profile or [],
        out,
        device_keys,
        reference or [],
        baseline or [],
        trust_anchor or [],
        max_age,
        stale_after,
        as_of,
        deny or [],
        restart,
    )
    sound = verifying.verify(given, format or [], verifying.Where(workers, scheduler))
    if exit_code and not sound:
        raise typer.Exit(NOT_ACCEPTABLE)
