"""``fleet verify``: tokens by the million in, a row of Parquet for each and a summary out."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from iotassess.baseline.loader import ALL, DEFAULTS, SHIPPED
from iotassess.cli.denying import read_denylists
from iotassess.cli.loading import load_catalogues
from iotassess.cli.main import colour_wanted, terminal_width
from iotassess.cli.options import Output, parse_as_of, parse_duration, parse_outputs
from iotassess.cli.output import current_folder, note, write_all
from iotassess.evidence.trust import parse_anchor_spec
from iotassess.fleet.engine import engine, require_extra
from iotassess.model.fleet import Summary
from iotassess.report.escape import safe

if TYPE_CHECKING:  # they need the extra
    from iotassess.fleet.run import Progress as Far
    from iotassess.fleet.run import Tell

FORMATS = ("text", "json", "html")


class FleetTokens(NamedTuple):
    """Options as they stand on the command line."""

    tokens: Sequence[Path]
    profiles: Sequence[Path]
    out: Path
    keys: Path | None
    references: Sequence[Path]
    baselines: Sequence[str]
    anchors: Sequence[str]
    max_age: str | None
    stale_after: str | None
    as_of: str | None
    denylists: Sequence[Path]
    restart: bool


class Where(NamedTuple):
    """Where the work is done."""

    workers: int | None
    scheduler: str | None


def verify(given: FleetTokens, formats: Sequence[str], where: Where) -> bool:
    """Verify and write the summary; tell whether there are records and every one is sound.

    Args:
        given: the options.
        formats: as on the command line.
        where: the work is done.

    Raises:
        UsageError: an option, or a file that is named, is unusable.
        ProfileError: a profile is.
        FleetError: the run cannot be finished.
    """
    outputs = parse_outputs(list(formats), list(FORMATS))
    require_extra()
    from iotassess.fleet.run import Asked, run

    load_catalogues(given.baselines)  # refuses what is none, before anything starts
    names = [id for name in given.baselines or DEFAULTS for id in (SHIPPED if name == ALL else (name,))]
    asked = Asked(
        inputs=given.tokens,
        profiles=given.profiles,
        out=given.out,
        as_of=parse_as_of(given.as_of),
        anchors=[parse_anchor_spec(text) for text in given.anchors],
        keys=given.keys,
        references=given.references,
        baselines=tuple(dict.fromkeys(map(_baseline, names))),
        denylist=read_denylists(given.denylists),
        max_age=parse_duration(given.max_age),
        stale_after=parse_duration(given.stale_after, "--stale-after"),
        restart=given.restart,
    )
    with engine(workers=where.workers, scheduler=where.scheduler) as runs, _progress() as tell:
        outcome = run(asked, runs, tell)
    summary = outcome.summary
    write_all([(one.file, _bytes(summary, one)) for one in outputs])
    kept = f" ({outcome.kept} parts were done before)" if outcome.kept else ""
    note(safe(f"one row a record: {outcome.parts}{kept}"))
    return summary.all_sound


def _bytes(summary: Summary, output: Output) -> bytes:
    module = import_module(f"iotassess.report.fleet_summary_{output.format}")
    if output.format == "text":
        terminal = output.file is None
        text: str = module.render(
            summary,
            width=terminal_width() if terminal else 100,
            colour=terminal and colour_wanted(),
            folder=current_folder(),
        )
    else:
        text = module.render(summary, folder=current_folder())
    return text.encode("utf-8", "backslashreplace")


def _baseline(name: str) -> str:
    """A catalogue file by its absolute path, as workers may start elsewhere; an id as it is."""
    return str(Path(name).absolute()) if Path(name).is_file() else name


@contextlib.contextmanager
def _progress() -> Iterator[Tell]:
    """Show on standard error how far it is, where that is a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[records]} records"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("starting", total=None, records="0", rate="")
        kept: list[int] = []  # records of an earlier run, which cost no time in this one

        def tell(far: Far) -> None:
            kept.append(far.records) if not kept else None
            elapsed = shown.tasks[0].elapsed or 0.0
            rate = f"{(far.records - kept[0]) / elapsed:,.0f}/s" if elapsed > 1 else ""
            said = f"{far.records:,}"
            shown.update(
                task, description=far.step, completed=far.parts, total=far.of, records=said, rate=rate
            )

        yield tell
