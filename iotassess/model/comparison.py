"""One result held against an earlier one: what became better, worse, new or gone, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from iotassess.model.gate import Before

Change = Literal["worse", "gone", "new", "better", "same"]
"""From the worst to what needs no look."""
WORSE: tuple[Change, ...] = ("worse", "gone")
"""Changes for which an improvement elsewhere does not pay."""


class RequirementChange(NamedTuple):
    """What became of one requirement.

    Attributes:
        baseline: id of the baseline.
        id: of the requirement.
        title: its title.
        change: what became of it.
        before: verdict and grade in the earlier result ("verified, grade 5"), or None.
        after: the same now, or None.
        causes: which fact or artefact changed, each in one sentence.
        line: line of the profile that it rests on now, or None.
        column: column there, from 1.
        owed: what it is held against: what it was in the earlier result, or before a regression that the
            earlier result's gate let pass by a waiver.
    """

    baseline: str
    id: str
    title: str
    change: Change
    before: str | None
    after: str | None
    causes: tuple[str, ...] = ()
    line: int | None = None
    column: int = 1
    owed: Before | None = None

    @property
    def name(self) -> str:
        """``baseline/id``."""
        return f"{self.baseline}/{self.id}"


class ArtefactChange(NamedTuple):
    """What became of one artefact; ``before`` and ``after`` say what it is worth."""

    path: str
    kind: str
    change: Change
    before: str | None
    after: str | None


class CounterChange(NamedTuple):
    """What became of one counter; ``why`` says what is wrong with it."""

    kind: str
    of: str
    change: Change
    before: str | None
    after: str | None
    why: str
    source: str
    line: int | None = None
    column: int = 1


class BaselineChange(NamedTuple):
    """What became of one baseline.

    Attributes:
        id: of the baseline.
        before: edition in the earlier result, or None.
        after: edition now, or None.
        comparable: both are the same catalogue, byte for byte, so that its shares can be compared.
        shares: proven and claimed before and now, where they are comparable, else empty.
        levels: level before and now, or None.
    """

    id: str
    before: str | None
    after: str | None
    comparable: bool
    shares: tuple[tuple[float, float], ...] = ()
    levels: tuple[str | None, str | None] = (None, None)


class ProductChange(NamedTuple):
    """Something that tells the product from others, and that differs."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs, and the requirements that do not.

    Attributes:
        old_as_of: moment of the earlier result.
        new_as_of: moment of the other one.
        product: what says that the two are about different products.
        release: firmware version and the like, which a release may change.
        baselines: of both.
        requirements: of both, in the order of the newer one; those that are gone behind.
        artefacts: those that differ.
        counters: those that differ.
        contradictions: new ones (severity error), as sentences.
        old_passed: what the gate said of the earlier result, or None where none was asked.
    """

    old_as_of: str
    new_as_of: str
    product: tuple[ProductChange, ...]
    release: tuple[ProductChange, ...]
    baselines: tuple[BaselineChange, ...]
    requirements: tuple[RequirementChange, ...]
    artefacts: tuple[ArtefactChange, ...]
    counters: tuple[CounterChange, ...]
    contradictions: tuple[str, ...] = ()
    old_passed: bool | None = None

    @property
    def worse(self) -> bool:
        """Whether anything is worse: nothing that is better makes up for it."""
        changes: list[Change] = [row.change for row in self.requirements]
        changes += [row.change for row in self.artefacts]
        changes += [row.change for row in self.counters]
        gone = any(row.after is None for row in self.baselines)
        odd = gone or bool(self.product) or bool(self.contradictions)
        return odd or any(change in WORSE for change in changes)
