"""The JSON document of a comparison as types: what programs may rely on, and what its schema is made from."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from iotassess.model.comparison import Change
from iotassess.model.counter import CounterKind
from iotassess.model.verdict import Verdict


class EarlierShape(TypedDict):
    """The earlier result: its moment, and what the gate said of it, or null where it was not asked."""

    as_of: str
    gate_passed: bool | None


class LaterShape(TypedDict):
    """The later result: its moment."""

    as_of: str


class DifferenceShape(TypedDict):
    """Something that tells a product, or a release, from others, and that differs."""

    name: str
    before: str | None
    after: str | None


class TextsShape(TypedDict):
    """A text before and now; null where there is no baseline."""

    before: str | None
    after: str | None


class SharesShape(TypedDict):
    """A share before and now, 0 to 1."""

    before: float
    after: float


class BaselineChangeShape(TypedDict):
    """What became of one baseline; shares are null where the catalogue is another one."""

    id: str
    comparable: bool
    edition: TextsShape
    level: TextsShape
    proven: SharesShape | None
    claimed: SharesShape | None


class AnswerShape(TypedDict):
    """A verdict with its grade."""

    verdict: Verdict
    grade: int


class RequirementChangeShape(TypedDict):
    """What became of one requirement: verdict and grade before and now, and why they differ.

    It is held against what is owed: against what it was before a regression that was once waived.
    """

    baseline: str
    id: str
    title: str
    change: Change
    before: str | None
    after: str | None
    owed: AnswerShape | None
    causes: list[str]
    line: int | None
    column: int


class ArtefactChangeShape(TypedDict):
    """What became of one artefact: what it is worth before and now."""

    path: str
    kind: str
    change: Change
    before: str | None
    after: str | None


class CounterChangeShape(TypedDict):
    """What became of one counter, and what is wrong with it."""

    kind: CounterKind
    of: str
    change: Change
    before: str | None
    after: str | None
    why: str
    source: str
    line: int | None
    column: int


class CountsShape(TypedDict):
    """Requirements by what became of them."""

    worse: int
    gone: int
    new: int
    better: int
    same: int


class ComparisonDocument(TypedDict):
    """One result held against an earlier one."""

    schema: Literal["iotassess/comparison/v1"]
    notice: str
    worse: bool
    counts: CountsShape
    old: EarlierShape
    new: LaterShape
    product: list[DifferenceShape]
    release: list[DifferenceShape]
    baselines: list[BaselineChangeShape]
    requirements: list[RequirementChangeShape]
    artefacts: list[ArtefactChangeShape]
    counters: list[CounterChangeShape]
    contradictions: list[str]
