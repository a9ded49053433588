"""From claims to verdicts: parts, then requirements, by the table of docs/explanation/verdicts.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from iotassess.baseline.answers import Answer, all_of, any_of
from iotassess.baseline.catalogue import Part, Requirement
from iotassess.baseline.facts import Facts
from iotassess.baseline.registry import Probe
from iotassess.model.assessment import Discrepancy, PartResult, RequirementResult
from iotassess.model.claim import Grade
from iotassess.model.verdict import PartKind, Verdict


class Evaluator:
    """Evaluates requirements over one run's facts.

    Args:
        facts: the claims as probes see them.
        discrepancies: what the cross-checks found; an error contradicts, a warning disputes.
        known: probes by id.
    """

    def __init__(
        self, facts: Facts, discrepancies: Sequence[Discrepancy], known: Mapping[str, Probe]
    ) -> None:
        self._facts = facts
        self._known = known
        self._touching: dict[str, list[Discrepancy]] = {}
        self._answers: dict[tuple[str, str], PartResult] = {}
        for discrepancy in discrepancies:
            for property in discrepancy.properties:
                self._touching.setdefault(property, []).append(discrepancy)

    def touching(self, probe_ids: Iterable[str]) -> list[Discrepancy]:
        """Discrepancies about a property that one of the probes reads, each once."""
        found: dict[str, Discrepancy] = {}
        for id in probe_ids:
            for property in self._known[id].reads:
                for discrepancy in self._touching.get(property, ()):
                    found[discrepancy.fingerprint] = discrepancy
        return list(found.values())

    def part(self, part: Part) -> PartResult:
        """Answer one part."""
        result = self._probe(part) if part.join == "probe" else self._group(part)
        if result.outcome == "met" and result.grade < part.min_grade:
            return _replaced(
                result,
                Answer(
                    "weaker",
                    f"{result.because}, at grade {result.grade} where {part.min_grade} is asked",
                    result.claims,
                    0,
                    result.disputed,
                ),
            )
        return result

    def _probe(self, part: Part) -> PartResult:
        """Run a probe and lay the discrepancies over its answer. Answers are kept: probes are shared."""
        key = (part.probe, repr(sorted(part.params.items())) if part.params else "")
        if key in self._answers:
            return self._answers[key]
        probe = self._known[part.probe]
        answer: Answer = probe.run(self._facts, **part.params)
        touching = self.touching([probe.id])
        errors = [d for d in touching if d.severity == "error"]
        outcome, because, claims, grade = answer.outcome, answer.because, answer.claims, answer.grade
        if errors:
            outcome, grade = "contradicted", 0
            because = f"{errors[0].id}: {errors[0].message}"
            sides = [c for d in errors for c in ((d.declared,) if d.declared else ()) + d.evidenced]
            claims = tuple(dict.fromkeys([*sides, *claims]))
        result = PartResult(
            probe=probe.id,
            outcome=outcome,
            kind=probe.kind,
            grade=grade,
            because=because,
            claims=claims,
            disputed=answer.disputed or any(d.severity == "warning" for d in touching),
            question=probe.question,
        )
        self._answers[key] = result
        return result

    def _group(self, part: Part) -> PartResult:
        """Join the arms of a group."""
        arms = tuple(self.part(arm) for arm in part.arms)
        answers = [Answer(a.outcome, a.because, a.claims, a.grade, a.disputed) for a in arms]
        if part.join == "any_of":
            answer, chosen = any_of(answers)
            # What an artefact could show by one arm is not turned into paper by answering with another.
            kind: PartKind = _kind(arms, any)
        else:
            answer, chosen = all_of(answers), None
            kind = _kind(arms, all)
        return PartResult(
            probe=part.join,
            outcome=answer.outcome,
            kind=kind,
            grade=answer.grade,
            because=answer.because,
            claims=answer.claims,
            disputed=answer.disputed,
            chosen=chosen,
            arms=arms,
            question=part.reason,
        )

    def requirement(self, row: Requirement) -> RequirementResult:
        """Judge one requirement."""
        parts = tuple(self.part(part) for part in row.parts)
        absence = self.part(row.absence.when) if row.absence.when is not None else None
        verdict, because = _verdict(parts, absence, row)
        asked = [p for p in parts if p.outcome != "not-applicable"]
        proven = verdict in ("verified", "declared")
        probes = [id for part in row.parts for id in part.probes()]
        return RequirementResult(
            id=row.id,
            title=row.title,
            summary=row.summary,
            category=row.category,
            force=row.force,
            gate=row.gate,
            attestation=row.attestation,
            verdict=verdict,
            grade=min((p.grade for p in asked), default=0) if proven else 0,
            because=because,
            parts=parts,
            technologies=row.technologies,
            remediation=row.remediation,
            not_applicable_basis=row.absence.basis,
            absence_shown=verdict == "not-applicable"
            and absence is not None
            and absence.grade >= Grade.AUTHENTICATED,
            discrepancies=tuple(d.fingerprint for d in self.touching(probes)),
        )


def _kind(arms: Sequence[PartResult], join: Callable[[Iterable[bool]], bool]) -> PartKind:
    """Kind of a group: with ``all`` evidence only if every arm is, with ``any`` if one arm is."""
    return "evidence" if join(arm.kind == "evidence" for arm in arms) else "document"


def _replaced(result: PartResult, answer: Answer) -> PartResult:
    """Put another answer into a result."""
    return PartResult(
        result.probe,
        answer.outcome,
        result.kind,
        answer.grade,
        answer.because,
        answer.claims,
        answer.disputed,
        result.chosen,
        result.arms,
        result.question,
    )


def _verdict(
    parts: Sequence[PartResult], absence: PartResult | None, row: Requirement
) -> tuple[Verdict, tuple[str, ...]]:
    """Apply the table, in its order, and say which parts decided.

    Args:
        parts: answers of the requirement's parts; an empty list never passes.
        absence: answer of the part whose "met" means that the feature is absent, or None.
        row: the requirement.
    """
    outcomes = {p.outcome for p in parts}
    asked = [p for p in parts if p.outcome != "not-applicable"]
    answered = [p for p in asked if p.outcome != "indeterminate"]

    def told(*wanted: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(p.because for p in parts if p.outcome in wanted))

    if "contradicted" in outcomes:
        return "contradicted", told("contradicted")
    if "unmet" in outcomes:
        return "not-satisfied", told("unmet")
    if _absent(absence) and absence is not None:
        return "not-applicable", (absence.because, row.absence.rationale)
    if not asked and parts and row.absence.basis != "never":
        return "not-applicable", (*told("not-applicable"), row.absence.rationale)
    if not answered:
        return "not-assessed", told("indeterminate", "not-applicable") or ("no part could be answered",)
    disputed = tuple(f"disputed: {p.because}" for p in asked if p.disputed)
    if len(answered) < len(asked) or "weaker" in outcomes or disputed:
        return "partial", (*told("weaker", "indeterminate"), *disputed)
    if all(p.grade >= Grade.AUTHENTICATED and _shown_by_evidence(p) for p in asked):
        return "verified", told("met")
    lowest = min(p.grade for p in asked)
    return "declared", tuple(dict.fromkeys(p.because for p in asked if p.grade == lowest))


def _shown_by_evidence(part: PartResult) -> bool:
    """Whether what answered a part is of the kind that an artefact can show."""
    answering = part if part.chosen is None else part.arms[part.chosen]
    return part.kind == "evidence" and answering.kind == "evidence"


def _absent(absence: PartResult | None) -> bool:
    """Whether the feature is absent: derived from facts, and nothing disputes it."""
    return absence is not None and absence.outcome == "met" and not absence.disputed
