"""Why a requirement is judged otherwise than before: which fact or artefact changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from iotassess.policy.snapshot import (
    PROFILE,
    Plain,
    SnapArtefact,
    SnapClaim,
    SnapPart,
    SnapRequirement,
    Snapshot,
)

MOST: Final = 5
"""Causes that are told of one requirement; the results themselves have all of them."""

_About = tuple[bool, str, str]
"""Whether the profile says it, what it is about, and the property."""


class Said:
    """Everything that the answers of a result rest on: what is said in one place is not gone elsewhere.

    Attributes:
        result: the result.
        values: what it is about → values with their grades.
        artefacts: path → artefact.
    """

    def __init__(self, result: Snapshot) -> None:
        self.result = result
        self.values: dict[_About, set[tuple[Plain, int]]] = defaultdict(set)
        self.artefacts = {artefact.path: artefact for artefact in result.artefacts}
        for baseline in result.baselines.values():
            for row in baseline.requirements.values():
                for claim in _claims_of(row.parts):
                    self.values[_about(claim)].add((claim.value, claim.grade))


def causes(
    old: SnapRequirement, new: SnapRequirement, before: Said, after: Said, *, same_catalogue: bool
) -> tuple[str, ...]:
    """Name what changed behind a requirement, the likeliest cause first.

    Args:
        old: the requirement before.
        new: the requirement now.
        before: the whole earlier result.
        after: the whole result now.
        same_catalogue: both were judged by the same catalogue, so that their parts can be paired.
    """
    found = list(_disagreements(old, new, after.result))
    if same_catalogue:
        changed = [
            (one, other)
            for one, other in zip(old.parts, new.parts, strict=False)
            if (one.outcome, one.grade) != (other.outcome, other.grade)
        ]
        found += _claims([one for one, _ in changed], [other for _, other in changed], before, after)
    found += _artefacts(old, new, before, after)
    found += _claims(old.parts, new.parts, before, after)
    if not same_catalogue:
        found.append("the catalogue is another one")
    if not found:
        found += [text for text in new.because if text not in old.because]
    return tuple(dict.fromkeys(found))[:MOST]


def _disagreements(old: SnapRequirement, new: SnapRequirement, after: Snapshot) -> Iterator[str]:
    """Disagreements that touch it now and did not."""
    for found in after.discrepancies:  # the contradictions first
        if found.fingerprint in new.discrepancies and found.fingerprint not in old.discrepancies:
            yield f"{found.id}: {found.message}"


def _claims(old: Iterable[SnapPart], new: Iterable[SnapPart], before: Said, after: Said) -> Iterator[str]:
    """What is said otherwise than before, by the profile first; what is only not asked any more is none."""
    one, other = _grouped(old), _grouped(new)
    for about in sorted(one.keys() | other.keys(), key=lambda key: (not key[0], key)):
        then, now = one.get(about, []), other.get(about, [])
        gone = {(c.value, c.grade) for c in then} - after.values.get(about, set())
        come = {(c.value, c.grade) for c in now} - before.values.get(about, set())
        if gone or come:
            yield f"{about[2]} of {about[1]}: {_said(then, 'said')}, now {_said(now, 'says')}"


def _claims_of(parts: Iterable[SnapPart]) -> Iterator[SnapClaim]:
    for part in parts:
        yield from part.all_claims()


def _about(claim: SnapClaim) -> _About:
    return claim.source == PROFILE, claim.subject, claim.property


def _grouped(parts: Iterable[SnapPart]) -> dict[_About, list[SnapClaim]]:
    found: dict[_About, list[SnapClaim]] = defaultdict(list)
    for claim in dict.fromkeys(_claims_of(parts)):
        found[_about(claim)].append(claim)
    return found


def _said(claims: Iterable[SnapClaim], word: str) -> str:
    texts = [f"{_source(c)} {word} {_plain(c.value)}{_graded(c)}" for c in claims]
    return " and ".join(texts[:2]) + (f" and {len(texts) - 2} more" if len(texts) > 2 else "") or "nothing"


def _source(claim: SnapClaim) -> str:
    line = f" line {claim.line}" if claim.line else ""
    return f"{claim.source}{line}"


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _graded(claim: SnapClaim) -> str:
    return "" if claim.source == PROFILE else f" at grade {claim.grade}"


def _artefacts(old: SnapRequirement, new: SnapRequirement, before: Said, after: Said) -> Iterator[str]:
    """Artefacts that it rested on, and that are gone or worth something else."""
    claims = (*_claims_of(old.parts), *_claims_of(new.parts))
    for path in dict.fromkeys(claim.source for claim in claims if claim.source != PROFILE):
        one, other = before.artefacts.get(path), after.artefacts.get(path)
        if one is None:
            continue  # a document, or an artefact that is new
        if other is None:
            yield f"{path} is gone"
        elif _worth(one) != _worth(other):
            yield f"{path} was {_worth(one)}, and is {_worth(other)}"


def _worth(row: SnapArtefact) -> str:
    return f"{row.authenticity}, {row.binding}, grade {row.grade}"
