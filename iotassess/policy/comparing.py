"""One result held against an earlier one: the procedure behind ``diff`` and the gate's ratchet.

1. Products: what tells them apart must be the same, or nothing else means anything.
2. Baselines: shares are compared only where both were judged by the same catalogue, byte for byte.
3. Requirements: by verdict, then grade, then part by part. One that is gone, or that does not apply any more,
   is worse.
4. Artefacts: of each kind, every one that was worth something has a successor that is worth as much.
5. Counters: none goes down or is gone, and none stays while what it counts has changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final

from iotassess.model.claim import Grade
from iotassess.model.comparison import (
    ArtefactChange,
    BaselineChange,
    Change,
    Comparison,
    CounterChange,
    ProductChange,
    RequirementChange,
)
from iotassess.model.counter import Counter
from iotassess.model.gate import Before, PartBefore
from iotassess.model.verdict import MET, Outcome, Verdict
from iotassess.model.versions import order
from iotassess.policy.causes import Said, causes
from iotassess.policy.snapshot import PROFILE, SnapArtefact, SnapBaseline, SnapPart, SnapRequirement, Snapshot

VERDICT_RANK: Final[Mapping[Verdict, int]] = {
    "contradicted": 0,
    "not-satisfied": 1,
    "not-assessed": 2,
    "partial": 3,
    "declared": 4,
    "verified": 5,
}
"""Verdict → rank; not-applicable has none, as it is no answer to the same question."""

OUTCOME_RANK: Final[Mapping[Outcome, int]] = {
    "contradicted": 0,
    "unmet": 1,
    "indeterminate": 2,
    "weaker": 3,
    "met": 4,
}
"""Outcome of a part → rank; not-applicable has none."""

NAMES: Final = ("vendor", "model")
RELEASE: Final = ("hardware_revision", "firmware_version")


def compare(old: Snapshot, new: Snapshot) -> Comparison:
    """Hold a result against an earlier one.

    Args:
        old: the earlier one.
        new: the other one.
    """
    known = {d.fingerprint for d in old.discrepancies if d.severity == "error"}
    contradictions = [d for d in new.discrepancies if d.severity == "error" and d.fingerprint not in known]
    return Comparison(
        old_as_of=old.as_of,
        new_as_of=new.as_of,
        product=(*_differing(NAMES, old.product, new.product), *_identities(old.identity, new.identity)),
        release=tuple(_differing(RELEASE, old.product, new.product)),
        baselines=tuple(_baselines(old, new)),
        requirements=tuple(_requirements(old, new)),
        artefacts=tuple(_artefacts(old.artefacts, new.artefacts)),
        counters=tuple(_counters(old.counters, new.counters)),
        contradictions=tuple(f"{d.id}: {d.message}" for d in contradictions),
        old_passed=old.passed,
    )


# --- 1. products -------------------------------------------------------------------------------------------


def _differing(
    names: Iterable[str], old: Mapping[str, str | None], new: Mapping[str, str | None]
) -> Iterator[ProductChange]:
    for name in names:
        if old.get(name) != new.get(name):
            yield ProductChange(name, old.get(name), new.get(name))


def _identities(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[ProductChange]:
    """An identifier that was declared has to stay; one that was not may be added."""
    return _differing(sorted(old), old, new)


# --- 2. baselines ------------------------------------------------------------------------------------------


def _baselines(old: Snapshot, new: Snapshot) -> Iterator[BaselineChange]:
    for id in dict.fromkeys((*new.baselines, *old.baselines)):
        before, after = old.baselines.get(id), new.baselines.get(id)
        same = before is not None and after is not None and before.sha256 == after.sha256
        shares: tuple[tuple[float, float], ...] = ()
        if same and before is not None and after is not None:
            shares = ((before.proven, after.proven), (before.claimed, after.claimed))
        levels = (_level(before), _level(after))
        one, other = (None if row is None else row.edition for row in (before, after))
        yield BaselineChange(id, one, other, same, shares, levels)


def _level(row: SnapBaseline | None) -> str | None:
    return None if row is None else f"{row.level}{row.suffix}"


# --- 3. requirements ---------------------------------------------------------------------------------------


def _requirements(old: Snapshot, new: Snapshot) -> Iterator[RequirementChange]:
    said = Said(old), Said(new)
    for id in dict.fromkeys((*new.baselines, *old.baselines)):
        before, after = old.baselines.get(id), new.baselines.get(id)
        same = before is not None and after is not None and before.sha256 == after.sha256
        rows_before = {} if before is None else before.requirements
        rows_after = {} if after is None else after.requirements
        for row_id in dict.fromkeys((*rows_after, *rows_before)):
            one, other = rows_before.get(row_id), rows_after.get(row_id)
            yield _requirement(id, one, other, said, same_catalogue=same)
    yield from _owed_and_gone(old, new)


def _owed_and_gone(old: Snapshot, new: Snapshot) -> Iterator[RequirementChange]:
    """Requirements that a waiver once let pass, and that neither result has any more."""
    for name, owed in old.owed.items():
        baseline, _, id = name.partition("/")
        found = [s.baselines[baseline].requirements for s in (old, new) if baseline in s.baselines]
        if not any(id in rows for rows in found):
            before = _worded(owed.verdict, owed.grade)
            yield RequirementChange(baseline, id, "", "gone", before, None, owed=owed)


def _requirement(
    baseline: str,
    old: SnapRequirement | None,
    new: SnapRequirement | None,
    said: tuple[Said, Said],
    *,
    same_catalogue: bool,
) -> RequirementChange:
    row = new or old
    assert row is not None  # noqa: S101 - an id comes from one of the two
    waived = said[0].result.owed.get(f"{baseline}/{row.id}")
    owed = waived or (None if old is None else before_of(old))
    change: Change
    if old is None:
        change = "new"
    elif new is None:
        change = "gone"
    else:
        change = requirement_change(old, new, by_parts=same_catalogue)
        if waived is not None and _is_below(before_of(new), waived):
            change = "worse"  # a waiver let it pass once, and it is not yet what it was before
    found: tuple[str, ...] = ()
    if old is not None and new is not None and change != "same":
        found = causes(old, new, *said, same_catalogue=same_catalogue)
    line = None if new is None else _line(new)
    before = None if owed is None else _worded(owed.verdict, owed.grade)
    after = None if new is None else _worded(new.verdict, new.grade)
    return RequirementChange(baseline, row.id, row.title, change, before, after, found, line, owed=owed)


def before_of(row: SnapRequirement) -> Before:
    """What a requirement is, for later ones to be held against."""
    return Before(row.verdict, row.grade, tuple(_parts_of(row.parts)))


def _parts_of(parts: Iterable[SnapPart]) -> Iterator[PartBefore]:
    """The parts that are held against each other: those of an ``all_of``, too."""
    for part in parts:
        yield PartBefore(part.probe, part.outcome, part.grade)
        if part.probe == "all_of":
            yield from _parts_of(part.arms)


def _is_below(now: Before, owed: Before) -> bool:
    """Whether a requirement is not what it was; parts count where they are the same questions."""
    steps = [answer_step((owed.verdict, owed.grade), (now.verdict, now.grade))]
    if [part.probe for part in now.parts] == [part.probe for part in owed.parts]:
        steps += [_outcome_step(*pair) for pair in zip(owed.parts, now.parts, strict=True)]
    return min(steps) < 0


def _worded(verdict: Verdict, grade: int) -> str:
    return f"{verdict}, grade {grade}" if verdict in MET else verdict


def _line(row: SnapRequirement) -> int | None:
    claims = (c for part in row.parts for c in part.all_claims())
    return next((c.line for c in claims if c.source == PROFILE and c.line), None)


def requirement_change(old: SnapRequirement, new: SnapRequirement, *, by_parts: bool) -> Change:
    """Tell whether a requirement is better or worse than it was.

    Args:
        old: before.
        new: now.
        by_parts: both have the same parts, so that these are held against each other, too.
    """
    steps = [answer_step((old.verdict, old.grade), (new.verdict, new.grade))]
    if by_parts:
        steps += _part_steps(old.parts, new.parts)
    return "worse" if min(steps) < 0 else "better" if max(steps) > 0 else "same"


def answer_step(old: tuple[Verdict, int], new: tuple[Verdict, int]) -> int:
    """The same for verdicts with their grades, which count where the verdict stays."""
    step = verdict_step(old[0], new[0])
    return new[1] - old[1] if old[0] == new[0] else step


def verdict_step(old: Verdict, new: Verdict) -> int:
    """Positive where a verdict is better than the other, negative where it is worse, else 0.

    What does not apply any more is worse, since nothing is shown of it. What applies now and did not is worse
    where it is not satisfied.
    """
    if old == new:
        return 0
    if new == "not-applicable":
        return -1
    if old == "not-applicable":
        return 1 if new in MET else -1
    return VERDICT_RANK[new] - VERDICT_RANK[old]


def _part_steps(old: Sequence[SnapPart], new: Sequence[SnapPart]) -> Iterator[int]:
    """Steps of parts in the same place; of alternatives the one that counts was chosen already."""
    for one, other in zip(old, new, strict=False):
        if one.probe != other.probe:
            continue
        yield _outcome_step(one, other)
        if one.probe == "all_of":
            yield from _part_steps(one.arms, other.arms)


def _outcome_step(old: SnapPart | PartBefore, new: SnapPart | PartBefore) -> int:
    if old.outcome == new.outcome:
        return new.grade - old.grade
    if new.outcome == "not-applicable":
        return -1
    if old.outcome == "not-applicable":
        return 1 if new.outcome == "met" else -1
    return OUTCOME_RANK[new.outcome] - OUTCOME_RANK[old.outcome]


# --- 4. artefacts ------------------------------------------------------------------------------------------


def _artefacts(old: Sequence[SnapArtefact], new: Sequence[SnapArtefact]) -> Iterator[ArtefactChange]:
    """Pair the artefacts of each kind: by path first, then the best with the best."""
    kinds: dict[str, tuple[list[SnapArtefact], list[SnapArtefact]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((old, new)):
        for row in rows:
            kinds[row.kind][side].append(row)
    for kind in sorted(kinds):
        yield from _of_kind(kind, *kinds[kind])


def _of_kind(kind: str, old: Sequence[SnapArtefact], new: Sequence[SnapArtefact]) -> Iterator[ArtefactChange]:
    """Pair what is about the same thing, then what has the same path, then the best with the best.

    Copies of one file, and several tokens of one device, fill one place; a component's image is succeeded by
    an image of that component alone.
    """
    before, after = _places(old), _places(new)
    both = [name for name in before if name in after]
    pairs: list[tuple[SnapArtefact, SnapArtefact | None]]
    pairs = [(before.pop(name), after.pop(name)) for name in both]
    pairs += [(before.pop(name), None) for name in [*before] if name[0] == "component"]
    others = {row.path: row for name, row in after.items() if name[0] != "component"}
    rest: list[SnapArtefact] = []
    for row in before.values():
        partner = others.pop(row.path, None)
        if partner is None:
            rest.append(row)
        else:
            pairs.append((row, partner))
    left = sorted(others.values(), key=lambda row: -row.grade)
    rest.sort(key=lambda row: -row.grade)
    pairs += zip_longest(rest, left[: len(rest)])
    for one, other in pairs:
        change = _artefact_change(one, other)
        if other is None or change != "same" or one.path != other.path or one.sha256 != other.sha256:
            path = one.path if other is None else other.path
            yield ArtefactChange(path, kind, change, _worth(one), _worth(other))
    come = [*left[len(rest) :], *(row for name, row in after.items() if name[0] == "component")]
    for row in come:
        yield ArtefactChange(row.path, kind, "new", None, _worth(row))


def _places(rows: Sequence[SnapArtefact]) -> dict[tuple[str, str], SnapArtefact]:
    """What artefacts of a kind are about → the best of them: a component, a device, or the file itself."""
    found: dict[tuple[str, str], SnapArtefact] = {}
    for row in sorted(rows, key=lambda row: -row.grade):
        if row.component:
            name = ("component", row.component)
        elif row.device:
            name = ("device", row.device)
        else:
            name = ("file", row.sha256 or row.path)
        found.setdefault(name, row)
    return found


def _artefact_change(old: SnapArtefact, new: SnapArtefact | None) -> Change:
    """What nothing vouched for may go; it was worth nothing."""
    if new is None:
        return "gone" if old.grade > Grade.DECODED else "same"
    return "worse" if new.grade < old.grade else "better" if new.grade > old.grade else "same"


def _worth(row: SnapArtefact | None) -> str | None:
    if row is None:
        return None
    return f"{row.authenticity}, {row.binding or 'not bound'}, grade {row.grade}"


# --- 5. counters -------------------------------------------------------------------------------------------


def _counters(
    old: Mapping[tuple[str, str], Counter], new: Mapping[tuple[str, str], Counter]
) -> Iterator[CounterChange]:
    for name in dict.fromkeys((*new, *old)):
        one, other = old.get(name), new.get(name)
        if one is None and other is not None:
            yield _new_counter(other, old.values())
        elif one is not None and other is None:
            yield _counter(one, "gone", one, None, "nothing that can be believed gives it any more")
        elif one is not None and other is not None:
            change, why = _counted(one, other)
            if change != "same":
                yield _counter(other, change, one, other, why)


def _new_counter(new: Counter, old: Iterable[Counter]) -> CounterChange:
    """A manifest that goes by another name than before starts where the others are: names can be changed."""
    numbers = [c.value for c in old if c.kind == new.kind == "suit-sequence-number"]
    highest = max((n for n in numbers if isinstance(n, int)), default=None)
    if highest is not None and isinstance(new.value, int) and new.value <= highest:
        why = f"a manifest of another name needs a number above {highest}, the highest of the earlier result"
        return _counter(new, "worse", None, new, why)
    return _counter(new, "new", None, new, "")


def _counter(
    at: Counter, change: Change, old: Counter | None, new: Counter | None, why: str
) -> CounterChange:
    before, after = (None if c is None else str(c.value) for c in (old, new))
    line, column = (None, 1) if new is None else (new.line, new.column)
    return CounterChange(at.kind, at.of, change, before, after, why, at.source, line, column)


def _counted(old: Counter, new: Counter) -> tuple[Change, str]:
    """Tell whether a counter went up, and why not."""
    if isinstance(old.value, int) and isinstance(new.value, int):
        step = "equal" if new.value == old.value else "higher" if new.value > old.value else "lower"
    else:
        step = order(str(old.value), str(new.value))
    if step == "lower":
        return "worse", "it went down; release with a higher one"
    if step == "unknown":
        return "worse", "whether it went up cannot be told from the two texts; number releases like 1.2.3"
    if step == "equal" and _changed(old.content, new.content):
        return "worse", "what it counts has changed; release with a higher one"
    return ("better" if step == "higher" else "same"), ""


def _changed(old: Iterable[str], new: Iterable[str]) -> bool:
    """Whether digests say that the bytes are others, or cannot say that they are the same any more."""
    before, after = _by_algorithm(old), _by_algorithm(new)
    common = before.keys() & after.keys()
    return bool(before) and (not common or any(before[alg] != after[alg] for alg in common))


def _by_algorithm(digests: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for text in digests:
        alg, _, value = text.partition(":")
        found[alg].add(value)
    return found
