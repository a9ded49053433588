"""Many products beside each other: what a folder tree of profiles comes to, and what changed since before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from iotassess.model.verdict import Force, Level, Verdict

WORST_FIRST: Final[tuple[Verdict, ...]] = (
    "contradicted",
    "not-satisfied",
    "not-assessed",
    "partial",
    "declared",
    "verified",
    "not-applicable",
)
"""Verdicts from the weakest link on; what does not apply is last."""
WEAK: Final = WORST_FIRST[:4]
"""Verdicts that leave something to do."""

FleetChange = Literal["worse", "better", "new", "gone"]


class Cell(NamedTuple):
    """One product's answer to one requirement."""

    verdict: Verdict
    grade: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One product before one baseline.

    Attributes:
        baseline: its id.
        proven: share, 0 to 1.
        claimed: share, 0 to 1.
        counts: verdict → number of requirements, every verdict, the worst first.
        cells: requirement id → answer, in the catalogue's order.
    """

    baseline: str
    level: Level
    suffix: str
    proven: float
    claimed: float
    counts: Mapping[Verdict, int]
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Product:
    """One profile of the tree.

    Attributes:
        path: below the folder that was named, with "/" on every system.
        sha256: of the profile, hex; "" where it could not be read.
        contradictions: disagreements that rest on authenticated evidence, or on an observation.
        authenticated: artefacts that verify by an anchor that the user named.
        artefacts: artefacts that were read.
        error: why nothing could be assessed, or "".
        standings: one a baseline; none where there is an error.
    """

    path: str
    sha256: str = ""
    vendor: str = ""
    model: str = ""
    hardware_revision: str | None = None
    firmware_version: str | None = None
    example: bool = False
    contradictions: int = 0
    artefacts: int = 0
    authenticated: int = 0
    error: str = ""
    standings: tuple[Standing, ...] = ()

    @property
    def counts(self) -> dict[Verdict, int]:
        """Requirements of all baselines by verdict, the worst first."""
        return {v: sum(s.counts.get(v, 0) for s in self.standings) for v in WORST_FIRST}


@dataclass(frozen=True, slots=True)
class FleetRequirement:
    """One requirement over all products.

    Attributes:
        counts: verdict → number of products, every verdict, the worst first.
        worst: paths of the products with the worst verdict that leaves something to do, sorted.
    """

    id: str
    title: str
    force: Force
    counts: Mapping[Verdict, int]
    worst: tuple[str, ...]

    @property
    def worst_verdict(self) -> Verdict:
        """The worst verdict that any product has."""
        return next((v for v in WORST_FIRST if self.counts.get(v)), "not-applicable")


@dataclass(frozen=True, slots=True)
class FleetBaseline:
    """One baseline over all products.

    Attributes:
        levels: level → number of products, every level.
        requirements: in the catalogue's order.
        worst: ids of requirements that leave something to do, the worst first.
    """

    id: str
    edition: str
    title: str
    name: str
    catalogue_sha256: str
    levels: Mapping[Level, int]
    requirements: tuple[FleetRequirement, ...]
    worst: tuple[str, ...]

    def requirement(self, id: str) -> FleetRequirement:
        """The requirement of an id."""
        return next(row for row in self.requirements if row.id == id)


class ProductNews(NamedTuple):
    """A product that came, went, or cannot be judged any more (or can again)."""

    path: str
    name: str
    change: FleetChange
    said: str


class LevelNews(NamedTuple):
    """A product's level before a baseline that went up or down."""

    path: str
    baseline: str
    change: FleetChange
    before: str
    after: str


class VerdictNews(NamedTuple):
    """A product's answer to a requirement that changed."""

    path: str
    baseline: str
    requirement: str
    change: FleetChange
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class FleetNews:
    """What changed since an earlier comparison.

    Attributes:
        as_of: of the earlier one.
        catalogues: ids of baselines whose catalogue is another one now; levels are not compared there.
    """

    as_of: str
    products: tuple[ProductNews, ...] = ()
    levels: tuple[LevelNews, ...] = ()
    verdicts: tuple[VerdictNews, ...] = ()
    catalogues: tuple[str, ...] = ()

    @property
    def worse(self) -> bool:
        """Whether anything is worse; what is gone is worse, as nothing is shown of it any more."""
        changes = [row.change for row in self.products]
        changes += [row.change for row in self.levels]
        changes += [row.change for row in self.verdicts]
        return any(change in ("worse", "gone") for change in changes)


@dataclass(frozen=True, slots=True)
class FleetComparison:
    """The profiles of folder trees, judged in the same way at the same moment.

    Attributes:
        as_of: date.
        products: in the order of their paths.
        worst: paths of products that leave something to do, the worst first; unusable ones before all.
        ignored: YAML files that are no profile.
        unread: folders and files that could not be looked into, with the reason.
        news: what changed, or None where nothing earlier was named.
    """

    tool_version: str
    as_of: str
    products: tuple[Product, ...]
    baselines: tuple[FleetBaseline, ...]
    worst: tuple[str, ...]
    ignored: int = 0
    unread: tuple[str, ...] = ()
    news: FleetNews | None = None

    @property
    def example(self) -> bool:
        """Whether any of the profiles is an example."""
        return any(product.example for product in self.products)

    def product(self, path: str) -> Product:
        """The product of a path."""
        return next(row for row in self.products if row.path == path)
