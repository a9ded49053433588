"""What a comparison of two results says, before it is put into a format: counts, and what goes together.

Nothing here is escaped: each format does it in its own way, over the whole text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, get_args

from iotassess.model.comparison import (
    WORSE,
    ArtefactChange,
    BaselineChange,
    Change,
    Comparison,
    CounterChange,
    ProductChange,
    RequirementChange,
)
from iotassess.report.headline import percent

CHANGES: tuple[Change, ...] = get_args(Change)
SHARES = ("proven", "claimed")
NOTICE = "Two self-assessments against paraphrased requirements."
STOPPED = "The gate stopped the earlier result: hold releases against the last one that passed."
OTHER_CATALOGUE = "the catalogue differs, so that shares and levels are not compared"


class Section(NamedTuple):
    """Requirements that became the same.

    Attributes:
        change: what they became.
        title: a heading without their number.
        rows: without those of a whole baseline that is gone or new.
    """

    change: Change
    title: str
    rows: tuple[RequirementChange, ...]


def counts(comparison: Comparison) -> dict[Change, int]:
    """Requirements by what became of them, every change in its order."""
    found = Counter(row.change for row in comparison.requirements)
    return {change: found[change] for change in CHANGES}


def first_line(comparison: Comparison) -> str:
    """Whether anything is worse, and how many requirements became what."""
    answer = "WORSE" if comparison.worse else "not worse"
    number = " · ".join(f"{n} {change}" for change, n in counts(comparison).items())
    return f"{answer} · requirements: {number}"


def also_worse(comparison: Comparison) -> list[str]:
    """What is worse besides requirements."""
    found = []
    if comparison.product:
        found.append("it is another product")
    gone = sum(row.after is None for row in comparison.baselines)
    artefacts = sum(row.change in WORSE for row in comparison.artefacts)
    counters = sum(row.change in WORSE for row in comparison.counters)
    for number, word in ((gone, "baseline"), (artefacts, "artefact"), (counters, "counter")):
        if number:
            found.append(f"{number} {word}{'' if number == 1 else 's'}")
    return found


def sections(comparison: Comparison) -> Iterator[Section]:
    """Requirements that changed, the worst first; those of a whole baseline are told with it."""
    whole = {row.id for row in comparison.baselines if row.before is None or row.after is None}
    titles: dict[Change, str] = {"worse": "Worse", "gone": "Gone", "new": "New", "better": "Better"}
    for change, title in titles.items():
        rows = [r for r in comparison.requirements if r.change == change and r.baseline not in whole]
        if rows:
            yield Section(change, title, tuple(rows))


def baseline(row: BaselineChange, comparison: Comparison) -> str:
    """What became of a baseline, without its id: percentages only where the catalogue is the same."""
    number = sum(r.baseline == row.id for r in comparison.requirements)
    if row.after is None:
        return f"gone, with its {number} requirements: it was assessed, and is not any more"
    if row.before is None:
        return f"new, with {number} requirements: it was not assessed before"
    if not row.comparable:
        edition = f"edition {row.after} in both" if row.before == row.after else _edition(row)
        return f"{edition}; {OTHER_CATALOGUE}"
    shares = (
        f"{name} {arrow(percent(before), percent(after))}"
        for name, (before, after) in zip(SHARES, row.shares, strict=True)
    )
    return " · ".join((*shares, f"level {arrow(*row.levels)}"))


def _edition(row: BaselineChange) -> str:
    return f"edition {arrow(row.before, row.after)}"


def arrow(before: str | None, after: str | None) -> str:
    """Write what was and what is; once where nothing changed."""
    one, other = before or "none", after or "none"
    return one if one == other else f"{one} → {other}"


def product(row: ProductChange) -> str:
    """What tells the product from others, before and after."""
    return f"{row.name}: {arrow(row.before, row.after)}"


def requirement(row: RequirementChange) -> str:
    """Verdict and grade before and after, without name and title."""
    if row.before == row.after:
        return f"still {row.after}, but a part of it is {row.change}"
    return _step(row.before, row.after)


def artefact(row: ArtefactChange) -> str:
    """What became of an artefact, without its path."""
    if row.change != "same":
        return f"{row.change}: {_step(row.before, row.after)}"
    if row.after is None:
        return f"left out; nothing vouched for it: {row.before}"
    return f"another file, worth the same: {row.after}"


def counter(row: CounterChange) -> str:
    """What became of a counter, without its name."""
    why = f": {row.why}" if row.why else ""
    step = f"stayed {row.after}" if row.before == row.after else _step(row.before, row.after)
    return f"{row.change}: {step}{why} ({row.source})"


def counter_name(row: CounterChange) -> str:
    """Kind of a counter, and what it is of."""
    return f"{row.kind} of {row.of}" if row.of else row.kind


def _step(before: str | None, after: str | None) -> str:
    return f"{before or 'not there'} → {after or 'gone'}"
