"""From verdicts to a baseline's vector: counts, two ratios, a level; the weakest link, no averages."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.facts import Facts
from iotassess.model.assessment import BaselineResult, PartResult, RequirementResult
from iotassess.model.claim import Grade
from iotassess.model.verdict import VERDICTS, Level, Verdict

SOON = datetime.timedelta(days=30)
"""How long before its end a trust anchor counts as about to expire: one release cycle to replace it."""


def score(catalogue: Catalogue, requirements: Sequence[RequirementResult], facts: Facts) -> BaselineResult:
    """Sum one baseline up.

    Args:
        catalogue: the baseline.
        requirements: its requirements' results, all of them.
        facts: for what time does to a level.
    """
    total = len(requirements)
    by: dict[Verdict, list[RequirementResult]] = {v: [] for v in VERDICTS}
    for requirement in requirements:
        by[requirement.verdict].append(requirement)
    absent = by["not-applicable"]
    shown_absent = sum(r.absence_shown for r in absent)
    published = sum(r.not_applicable_basis == "published" for r in absent)
    applicable = total - published
    level, because = _level(requirements)
    return BaselineResult(
        id=catalogue.id,
        edition=catalogue.edition,
        title=catalogue.title,
        catalogue_sha256=catalogue.sha256,
        level=level,
        suffix="!" if _time_is_up(facts) else "",
        proven=_ratio(len(by["verified"]), total - shown_absent),
        claimed=_ratio(len(by["verified"]) + len(by["declared"]) + len(by["partial"]), applicable),
        because=because,
        total=total,
        applicable=applicable,
        mandatory=_count(r for r in requirements if r.force == "mandatory" and not r.process),
        recommended=_count(r for r in requirements if r.force != "mandatory" and not r.process),
        requirements=tuple(requirements),
        process=_count(r for r in requirements if r.process),
        short_name=catalogue.short_name,
        words=dict(catalogue.words),
        notice=catalogue.notice,
    )


def _ratio(part: int, whole: int) -> float:
    """A share; nothing of nothing is nothing."""
    return part / whole if whole else 0.0


def _count(rows: Iterable[RequirementResult]) -> dict[Verdict, int]:
    counts: dict[Verdict, int] = dict.fromkeys(VERDICTS, 0)
    for row in rows:
        counts[row.verdict] += 1
    return counts


def _level(requirements: Sequence[RequirementResult]) -> tuple[Level, tuple[str, ...]]:
    """The highest level whose needs all hold, and the ids that hold the next one back.

    Where a baseline has no mandatory rows, its gate rows play that part. A list that is empty or wholly
    not applicable reaches nothing, and without a part that evidence can show nothing above L1 is reached.
    """
    gates = [r for r in requirements if r.gate]
    mandatory = [r for r in requirements if r.force == "mandatory"] or gates
    attested = [r for r in requirements if r.attestation]
    rungs: tuple[tuple[Level, Level, list[RequirementResult], list[str]], ...] = (
        ("L0", "L1", mandatory, [r.id for r in mandatory if not _answered(r)]),
        ("L1", "L2", gates, [r.id for r in gates if not _holds(r, "evidence", Grade.AUTHENTICATED)]),
        (
            "L2",
            "L3",
            mandatory,
            [
                r.id
                for r in mandatory
                if not _holds(r, "evidence", Grade.AUTHENTICATED)
                or not _holds(r, "document", Grade.DOCUMENTED)
            ],
        ),
        ("L3", "L4", attested, [r.id for r in attested if not _holds(r, "evidence", Grade.FRESH)]),
    )
    for below, above, rows, missing in rungs:
        if not any(r.verdict != "not-applicable" for r in rows):
            return below, (f"{above}: no applicable requirement to reach it by",)
        if above != "L1" and not any(_shown(r) for r in rows):
            return below, (f"{above}: no requirement that evidence can show to reach it by",)
        if missing:
            return below, tuple(f"{above}: {id}" for id in missing)
    return "L4", ()


def _answered(row: RequirementResult) -> bool:
    return row.verdict not in ("not-assessed", "not-satisfied", "contradicted")


def _shown(row: RequirementResult) -> bool:
    """Whether an applicable requirement has a part that evidence can show, so that something is proven."""
    return row.verdict != "not-applicable" and any(p.kind == "evidence" for p in _asked(row.parts))


def _holds(row: RequirementResult, kind: str, grade: Grade) -> bool:
    """Whether every part of a kind holds at a grade, and nothing in the row failed."""
    if row.verdict == "not-applicable":
        return True
    if not _answered(row):
        return False
    return all(
        part.outcome == "met" and part.grade >= grade and not part.disputed
        for part in _asked(row.parts)
        if part.kind == kind
    )


def _asked(parts: Iterable[PartResult]) -> Iterator[PartResult]:
    """Parts that count: those of an ``all_of`` one by one, an ``any_of`` as a whole."""
    for part in parts:
        if part.outcome == "not-applicable":
            continue
        if part.probe == "all_of":
            yield from _asked(part.arms)
        else:
            yield part


def _time_is_up(facts: Facts) -> bool:
    """Whether support has ended or a trust anchor is about to expire."""
    ends = [c.value for c in facts.claims("support.until")]
    expiries = [c.value for c in facts.claims("trust-anchor.expires")]
    today = facts.as_of
    return any(datetime.date.fromisoformat(str(v)) < today for v in ends) or any(
        datetime.date.fromisoformat(str(v)) < today + SOON for v in expiries
    )
