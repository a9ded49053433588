"""Assesses the profiles of folder trees, a few at a time on each worker; one bad profile is one row."""

from __future__ import annotations

import datetime
import functools
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from iotassess import __version__
from iotassess.assess import assess as judge
from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.loader import load_catalogue
from iotassess.errors import IotassessError, UsageError
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.evidence.verification import Nonce, parse_nonce
from iotassess.fleet.comparison import Titles, compare_products, titles_of
from iotassess.fleet.engine import Engine
from iotassess.fleet.find_profiles import FoundProfile, FoundProfiles, in_batches
from iotassess.intake import Request
from iotassess.model.artefact import walk
from iotassess.model.assessment import AsOf, Assessment, BaselineResult
from iotassess.model.cells import plain
from iotassess.model.fleet_comparison import WORST_FIRST, Cell, FleetComparison, FleetNews, Product, Standing
from iotassess.profile import load_profile

PROFILES_A_TASK: Final = 4
"""Profiles of one task: some 50 ms of work, against a few of them for its way to a worker and back."""
MOST_ERROR: Final = 600
"""Characters of what is wrong with a profile; `iotassess validate` tells all of it."""


class HowToAssess(NamedTuple):
    """What holds for every profile of a run.

    Attributes:
        baselines: ids, or absolute paths of catalogue files.
        anchors: that the user named for all products, with absolute paths.
        anchors_beside: name of a folder beside each profile whose anchors the user vouches for, or "".
        nonce_beside: name of a file beside each profile with the challenge in hex, or "".
    """

    baselines: tuple[str, ...]
    anchors: tuple[AnchorSpec, ...]
    as_of: AsOf
    max_age: datetime.timedelta | None = None
    anchors_beside: str = ""
    nonce_beside: str = ""


class AssessTask(NamedTuple):
    """A few profiles, for a worker."""

    profiles: tuple[FoundProfile, ...]
    how: HowToAssess

    def __str__(self) -> str:
        names = [row.shown for row in self.profiles]
        return names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"


def assess_fleet(
    found: FoundProfiles,
    how: HowToAssess,
    engine: Engine,
    *,
    news: Callable[[FleetComparison], FleetNews] | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> FleetComparison:
    """Assess profiles and put them beside each other. The result does not depend on the engine.

    Args:
        found: the profiles.
        how: what holds for all of them.
        engine: what runs it.
        news: finds what changed since an earlier comparison.
        tell: is called with the number of profiles that are done.

    Raises:
        FleetError: a task failed for good.
        UsageError, CatalogueError: an option is unusable.
    """
    catalogues = _catalogues(how.baselines)
    products: list[Product] = []
    tasks = (AssessTask(batch, how) for batch in in_batches(found.profiles, PROFILES_A_TASK))
    for _, rows in engine.map(assess_task, tasks):
        products += rows
        tell(len(products))
    titles: Titles = titles_of(catalogues)
    return compare_products(
        products, titles, tool_version=__version__, as_of=how.as_of.date.isoformat(), found=found, news=news
    )


def assess_task(task: AssessTask) -> tuple[Product, ...]:
    """Assess a few profiles. Runs on a worker."""
    catalogues = _catalogues(task.how.baselines)
    return tuple(_product(row, task.how, catalogues) for row in task.profiles)


@functools.lru_cache(maxsize=4)
def _catalogues(names: tuple[str, ...]) -> tuple[Catalogue, ...]:
    return tuple(load_catalogue(name) for name in names)


def _product(row: FoundProfile, how: HowToAssess, catalogues: Sequence[Catalogue]) -> Product:
    path = Path(row.path)
    try:
        loaded = load_profile(path)
        request = _request(path.parent, how)
        return _row(row.shown, judge(loaded, request, catalogues, tool_version=__version__))
    except IotassessError as fault:
        return Product(row.shown, error=_told(str(fault), path))
    except RecursionError as fault:
        return Product(row.shown, error=f"a bug in iotassess ({type(fault).__name__}); please report it")
    except Exception as fault:
        said = f"{type(fault).__name__}: {fault}"
        return Product(row.shown, error=f"a bug in iotassess ({_told(said, path)}); please report it")


def _told(text: str, path: Path) -> str:
    """An error on one line, without the folder of the run."""
    without = text.replace(str(path), path.name).replace(f"{path.parent}/", "")
    return plain("; ".join(line.strip() for line in without.split("\n")), MOST_ERROR)


def _request(folder: Path, how: HowToAssess) -> Request:
    anchors = [*how.anchors]
    if how.anchors_beside:
        beside = folder / how.anchors_beside
        if beside.is_symlink():
            raise UsageError(f"{how.anchors_beside}: a link, which is not followed")
        if beside.exists():
            anchors.append(AnchorSpec(beside, None))
    nonces: list[Nonce] = []
    if how.nonce_beside and (folder / how.nonce_beside).is_file():
        nonces.append(_nonce(folder, how.nonce_beside))
    return Request(as_of=how.as_of, anchors=anchors, nonces=nonces, max_age=how.max_age)


def _nonce(folder: Path, name: str) -> Nonce:
    file = folder / name
    if not file.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{name}: leads out of the profile's folder")
    with file.open("rb") as stream:
        text = stream.read(1024).decode("ascii", "replace").strip()
    return parse_nonce(text)


def _row(shown: str, made: Assessment) -> Product:
    artefacts = tuple(walk(made.artefacts))
    return Product(
        path=shown,
        sha256=made.profile_sha256,
        vendor=made.product.vendor,
        model=made.product.model,
        hardware_revision=made.product.hardware_revision,
        firmware_version=made.product.firmware_version,
        example=made.example,
        contradictions=sum(d.severity == "error" for d in made.discrepancies),
        artefacts=len(artefacts),
        authenticated=sum(a.authenticity == "authenticated" for a in artefacts),
        standings=tuple(map(_standing, made.baselines)),
    )


def _standing(result: BaselineResult) -> Standing:
    counted = Counter(row.verdict for row in result.requirements)
    return Standing(
        baseline=result.id,
        level=result.level,
        suffix=result.suffix,
        proven=round(result.proven, 6),
        claimed=round(result.claimed, 6),
        counts={verdict: counted[verdict] for verdict in WORST_FIRST},
        cells={row.id: Cell(row.verdict, row.grade) for row in result.requirements},
    )
