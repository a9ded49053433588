"""Products beside each other: counts, the worst first, and what changed. Nothing is read here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, get_args

from iotassess.baseline.catalogue import Catalogue
from iotassess.fleet.find_profiles import FoundProfiles
from iotassess.model.fleet_comparison import (
    WEAK,
    WORST_FIRST,
    Cell,
    FleetBaseline,
    FleetChange,
    FleetComparison,
    FleetNews,
    FleetRequirement,
    LevelNews,
    Product,
    ProductNews,
    Standing,
    VerdictNews,
)
from iotassess.model.verdict import MET, Force, Level, Verdict
from iotassess.policy.comparing import answer_step


class RequirementTitle(NamedTuple):
    """A requirement without an answer."""

    id: str
    title: str
    force: Force


class BaselineTitle(NamedTuple):
    """A baseline without an answer."""

    id: str
    edition: str
    title: str
    name: str
    sha256: str
    requirements: tuple[RequirementTitle, ...]


Titles = tuple[BaselineTitle, ...]


def titles_of(catalogues: Iterable[Catalogue]) -> Titles:
    """What catalogues are called, with their requirements in their order."""
    return tuple(
        BaselineTitle(
            c.id,
            c.edition,
            c.title,
            c.short_name,
            c.sha256,
            tuple(RequirementTitle(r.id, r.title, r.force) for r in c.requirements),
        )
        for c in catalogues
    )


def compare_products(
    products: Iterable[Product],
    titles: Titles,
    *,
    tool_version: str,
    as_of: str,
    found: FoundProfiles,
    news: Callable[[FleetComparison], FleetNews] | None = None,
) -> FleetComparison:
    """Put products beside each other.

    1. Order them as they were found, whatever the order in which they were done.
    2. Count each requirement's verdicts over all products, and each baseline's levels.
    3. Rank products and requirements by their weakest links: how often contradicted, then not satisfied, then
       not assessed, then partial. Among equals the order stays.
    4. Find what changed.

    Args:
        products: in any order.
        titles: of the baselines.
        tool_version: for the result.
        as_of: date.
        found: gives the order.
        news: finds what changed.
    """
    by_path = {product.path: product for product in products}
    ordered = tuple(by_path[row.shown] for row in found.profiles)
    made = FleetComparison(
        tool_version=tool_version,
        as_of=as_of,
        products=ordered,
        baselines=tuple(_baseline(title, ordered) for title in titles),
        worst=_worst_products(ordered),
        ignored=found.ignored,
        unread=found.unread,
    )
    return made if news is None else replace(made, news=news(made))


def _baseline(title: BaselineTitle, products: Sequence[Product]) -> FleetBaseline:
    standings = [(p.path, s) for p in products for s in p.standings if s.baseline == title.id]
    levels = Counter(standing.level for _, standing in standings)
    rows = tuple(_requirement(one, standings) for one in title.requirements)
    weak = [row for row in rows if any(row.counts[v] for v in WEAK)]
    weak.sort(key=lambda row: _rank(row.counts))
    every: tuple[Level, ...] = get_args(Level)
    return FleetBaseline(
        id=title.id,
        edition=title.edition,
        title=title.title,
        name=title.name,
        catalogue_sha256=title.sha256,
        levels={level: levels[level] for level in every},
        requirements=rows,
        worst=tuple(row.id for row in weak),
    )


def _requirement(title: RequirementTitle, standings: Sequence[tuple[str, Standing]]) -> FleetRequirement:
    answers = [(path, standing.cells[title.id].verdict) for path, standing in standings]
    counted = Counter(verdict for _, verdict in answers)
    worst = next((v for v in WEAK if counted[v]), None)
    return FleetRequirement(
        id=title.id,
        title=title.title,
        force=title.force,
        counts={verdict: counted[verdict] for verdict in WORST_FIRST},
        worst=tuple(path for path, verdict in answers if verdict == worst),
    )


def _rank(counts: Mapping[Verdict, int]) -> tuple[int, ...]:
    return tuple(-counts[verdict] for verdict in WEAK)


def _worst_products(products: Sequence[Product]) -> tuple[str, ...]:
    weak = [p for p in products if p.error or any(p.counts[v] for v in WEAK)]
    weak.sort(key=lambda product: (not product.error, _rank(product.counts)))
    return tuple(product.path for product in weak)


# --- what changed ------------------------------------------------------------------------------------------


class Earlier(NamedTuple):
    """An earlier comparison, as far as it is held against a new one.

    Attributes:
        catalogues: baseline id → SHA-256 of its catalogue.
    """

    as_of: str
    products: tuple[Product, ...]
    catalogues: Mapping[str, str]


def news_since(old: Earlier, new: FleetComparison) -> FleetNews:
    """Find what changed.

    A product is the same while its path, vendor and model are. What is gone is worse: of a product, baseline
    or requirement that is not judged any more, nothing is shown. Levels are compared where the catalogue is
    the same.

    Args:
        old: the earlier one.
        new: the other one.
    """
    before = {_identity(p): p for p in old.products}
    after = {_identity(p): p for p in new.products}
    # an unusable profile has no name: it is what was usable at its path, and the other way round
    for one, other in ((before, after), (after, before)):
        for key in [key for key in one if one[key].error and key not in other]:
            named = [k for k in other if k[0] == key[0] and k not in one]
            if len(named) == 1:
                one[named[0]] = one.pop(key)
    digests = {b.id: b.catalogue_sha256 for b in new.baselines}
    others = tuple(id for id in digests if id in old.catalogues and old.catalogues[id] != digests[id])
    products: list[ProductNews] = []
    levels: list[LevelNews] = []
    verdicts: list[VerdictNews] = []
    for key in sorted({*before, *after}):
        one_, other_ = before.get(key), after.get(key)
        products += _product_news(key, one_, other_)
        if one_ is not None and other_ is not None and not one_.error and not other_.error:
            levels += _level_news(one_, other_, others)
            verdicts += _verdict_news(one_, other_)
    return FleetNews(old.as_of, tuple(products), tuple(levels), tuple(verdicts), others)


_Identity = tuple[str, str, str]


def _identity(product: Product) -> _Identity:
    return product.path, product.vendor, product.model


def _product_news(key: _Identity, old: Product | None, new: Product | None) -> Iterator[ProductNews]:
    path, name = key[0], " ".join(filter(None, key[1:]))
    if old is None:
        yield ProductNews(path, name, "new", "it was not there before")
    elif new is None:
        yield ProductNews(path, name, "gone", "it is not there any more")
    elif new.error and not old.error:
        yield ProductNews(path, name, "worse", f"it cannot be assessed any more: {new.error}")
    elif old.error and not new.error:
        yield ProductNews(path, name, "better", "it can be assessed again")
    elif new.contradictions != old.contradictions:
        change: FleetChange = "worse" if new.contradictions > old.contradictions else "better"
        yield ProductNews(path, name, change, f"contradictions: {old.contradictions} → {new.contradictions}")


def _level_news(old: Product, new: Product, others: Sequence[str]) -> Iterator[LevelNews]:
    after = {standing.baseline: standing for standing in new.standings}
    for one in old.standings:
        other = after.get(one.baseline)
        if other is None or one.baseline in others or one.level == other.level:
            continue
        change: FleetChange = "worse" if other.level < one.level else "better"
        levels = (f"{one.level}{one.suffix}", f"{other.level}{other.suffix}")
        yield LevelNews(new.path, one.baseline, change, *levels)


def _verdict_news(old: Product, new: Product) -> Iterator[VerdictNews]:
    before = {standing.baseline: standing.cells for standing in old.standings}
    after = {standing.baseline: standing.cells for standing in new.standings}
    for baseline in dict.fromkeys((*after, *before)):
        ones, others = before.get(baseline, {}), after.get(baseline, {})
        for id in dict.fromkeys((*others, *ones)):
            change = _cell_change(ones.get(id), others.get(id))
            if change is not None:
                yield VerdictNews(
                    new.path, baseline, id, change, _worded(ones.get(id)), _worded(others.get(id))
                )


def _cell_change(old: Cell | None, new: Cell | None) -> FleetChange | None:
    if old is None:
        return "new"
    if new is None:
        return "gone"
    step = answer_step(old, new)
    return "worse" if step < 0 else "better" if step > 0 else None


def _worded(cell: Cell | None) -> str | None:
    if cell is None:
        return None
    return f"{cell.verdict}, grade {cell.grade}" if cell.verdict in MET else cell.verdict
