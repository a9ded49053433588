"""``fleet assess``: folder trees in, a comparison of their products out."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path, PurePath
from typing import NamedTuple

from iotassess.baseline.loader import ALL, DEFAULTS, SHIPPED
from iotassess.cli.loading import load_catalogues
from iotassess.cli.main import colour_wanted, terminal_width
from iotassess.cli.options import Output, parse_as_of, parse_duration, parse_outputs
from iotassess.cli.output import current_folder, write_all
from iotassess.errors import UsageError
from iotassess.evidence.trust import TrustStore, parse_anchor_spec
from iotassess.fleet.assess import HowToAssess, assess_fleet
from iotassess.fleet.comparison import news_since
from iotassess.fleet.earlier import read_earlier
from iotassess.fleet.engine import engine, require_extra
from iotassess.fleet.find_profiles import find_profiles
from iotassess.model.fleet_comparison import FleetComparison
from iotassess.report.registry import Look

FORMATS = ("text", "json", "html", "csv", "parquet")
FEW = 24
"""Profiles up to which one process is done before others have started; used where --workers was not given."""


class FleetAsked(NamedTuple):
    """Options as they stand on the command line."""

    folders: Sequence[Path]
    baselines: Sequence[str]
    anchors: Sequence[str]
    anchors_beside: str | None
    nonce_beside: str | None
    max_age: str | None
    as_of: str | None
    against: Path | None

    def how(self) -> HowToAssess:
        """Parse what holds for every profile.

        Raises:
            UsageError, CatalogueError: an option, an anchor or a baseline is unusable.
        """
        load_catalogues(self.baselines)  # refuses what is none, before anything starts
        names = [id for name in self.baselines or DEFAULTS for id in (SHIPPED if name == ALL else (name,))]
        anchors = [parse_anchor_spec(text) for text in self.anchors]
        anchors = [spec._replace(path=spec.path.absolute()) for spec in anchors]
        TrustStore.load(anchors, require_purpose=True)
        return HowToAssess(
            baselines=tuple(dict.fromkeys(map(_baseline, names))),
            anchors=tuple(anchors),
            as_of=parse_as_of(self.as_of),
            max_age=parse_duration(self.max_age),
            anchors_beside=_beside("--anchors-beside", self.anchors_beside),
            nonce_beside=_beside("--nonce-beside", self.nonce_beside),
        )


class Where(NamedTuple):
    """Where the work is done."""

    workers: int | None
    scheduler: str | None


def assess(asked: FleetAsked, formats: Sequence[str], where: Where) -> bool:
    """Assess and write the reports; tell whether anything is worse than before.

    Args:
        asked: the options.
        formats: as on the command line.
        where: the work is done.

    Raises:
        UsageError: an option, or a file that is named, is unusable.
        FleetError: the run cannot be finished.
    """
    outputs = parse_outputs(list(formats), list(FORMATS))
    if any(one.format == "parquet" for one in outputs):
        require_extra()
        if any(one.format == "parquet" and one.file is None for one in outputs):
            raise UsageError("--format: parquet needs a file", hint="-f parquet=FILE")
    news = None if asked.against is None else partial(news_since, read_earlier(asked.against))
    how = asked.how()
    found = find_profiles(asked.folders)
    workers = where.workers
    if workers is None and where.scheduler is None and len(found.profiles) <= FEW:
        workers = 0
    with engine(workers=workers, scheduler=where.scheduler) as runs, _progress(len(found.profiles)) as tell:
        comparison = assess_fleet(found, how, runs, news=news, tell=tell)
    write_all([(one.file, _bytes(comparison, one)) for one in outputs])
    return comparison.news is not None and comparison.news.worse


def _bytes(comparison: FleetComparison, output: Output) -> bytes:
    if output.format == "parquet":
        from iotassess.fleet import comparison_parquet

        return comparison_parquet.render(comparison)
    name = "html.fleet_page" if output.format == "html" else f"fleet_comparison_{output.format}"
    to_terminal = output.file is None
    look = Look(
        width=terminal_width() if to_terminal else 100,
        colour=to_terminal and colour_wanted(),
        folder=current_folder(),
    )
    text: str = import_module(f"iotassess.report.{name}").render(comparison, look)
    return text.encode("utf-8", "backslashreplace")


def _baseline(name: str) -> str:
    """A catalogue file by its absolute path, as workers may start elsewhere; an id as it is."""
    return str(Path(name).absolute()) if Path(name).is_file() else name


def _beside(option: str, name: str | None) -> str:
    """A name below a profile's folder.

    Raises:
        UsageError: it leads out of it.
    """
    if name is None:
        return ""
    path = PurePath(name)
    if not name or path.is_absolute() or ".." in path.parts or "\0" in name:
        raise UsageError(f"{option}: got {name!r}, expected a name below each profile's folder, like anchors")
    return str(path)


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Show progress on standard error where that is a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    shown = (TextColumn("assessing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*shown, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("assessing", total=total)
        yield lambda done: progress.update(task, completed=done)
