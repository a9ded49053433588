"""From claims to verdicts: parts, then requirements, by the table of docs/explanation/verdicts.md."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from iotassess.baseline.absences import denied_absence, denied_answer, is_absent, justification, showing
from iotassess.baseline.answers import Answer, all_of, any_of
from iotassess.baseline.catalogue import Catalogue, Part, Requirement
from iotassess.baseline.facts import Facts
from iotassess.baseline.justified import judge_reasons
from iotassess.baseline.registry import Probe
from iotassess.baseline.technologies import serving
from iotassess.model.assessment import Discrepancy, PartResult, RequirementResult
from iotassess.model.claim import Claim, Grade, is_declared
from iotassess.model.verdict import Outcome, PartKind, Verdict


class Evaluator:
    """Evaluates requirements over one run's facts.

    Args:
        facts: the claims as probes see them.
        discrepancies: what the cross-checks found; an error contradicts, a warning disputes.
        known: probes by id.
        used: technologies in use.
    """

    def __init__(
        self,
        facts: Facts,
        discrepancies: Sequence[Discrepancy],
        known: Mapping[str, Probe],
        used: Collection[str] = (),
    ) -> None:
        self._facts = facts
        self._used = used
        self._known = known
        self._touching: dict[str, list[Discrepancy]] = {}
        self._answers: dict[tuple[str, str], PartResult] = {}
        self._parts: dict[int, tuple[Part, PartResult]] = {}
        self._shown: dict[int, tuple[Part, tuple[Claim, ...]]] = {}
        self._alone: Evaluator | None = None
        self.denied: dict[str, Discrepancy] = {}
        """Absences that are said and shown not to be so, by fingerprint."""
        for discrepancy in discrepancies:
            for property in discrepancy.properties:
                self._touching.setdefault(property, []).append(discrepancy)

    def touching(self, probe_ids: Iterable[str]) -> list[Discrepancy]:
        """Discrepancies about a property that one of the probes reads, each once."""
        if not self._touching:
            return []
        found: dict[str, Discrepancy] = {}
        for id in probe_ids:
            for property in self._known[id].reads:
                for discrepancy in self._touching.get(property, ()):
                    found[discrepancy.fingerprint] = discrepancy
        return list(found.values())

    def part(self, part: Part) -> PartResult:
        """Answer one part, once: features are parts that many requirements share."""
        kept = self._parts.get(id(part))
        if kept is None:
            # The part is kept beside its answer, so that no other one can come to have its identity.
            kept = self._parts[id(part)] = (part, self._answer(part))
        return kept[1]

    def _answer(self, part: Part) -> PartResult:
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
        kept = self._answers.get(key)
        if kept is not None:
            return kept
        probe = self._known[part.probe]
        answer: Answer = probe.run(self._facts, **part.params) if part.params else probe.run(self._facts)
        touching = self.touching((probe.id,))
        errors = [d for d in touching if d.severity == "error"] if touching else touching
        outcome, because, claims, grade, disputed = answer
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
            disputed=disputed or (bool(touching) and any(d.severity == "warning" for d in touching)),
            question=probe.question,
        )
        self._answers[key] = result
        return result

    def _group(self, part: Part) -> PartResult:
        """Join the arms of a group."""
        arms = tuple(self.part(arm) for arm in part.arms)
        answers = [Answer(a.outcome, a.because, a.claims, a.grade, a.disputed) for a in arms]
        if part.join == "any_of":
            asked = _answered(part.arms, answers)
            answer, chosen = any_of([answers[index] for index in asked])
            chosen = None if chosen is None else asked[chosen]
            answer = answer._replace(disputed=any(a.disputed for a in answers))
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

    def catalogue(self, catalogue: Catalogue) -> tuple[RequirementResult, ...]:
        """Judge all requirements of a catalogue, in its order.

        Those that ask for the reasons of others are judged when the others are.
        """
        found: dict[str, RequirementResult] = {}
        last = [r for r in catalogue.requirements if any(p.join == "justified" for p in r.parts)]
        late = {row.id for row in last}
        for row in catalogue.requirements:
            if row.id not in late:
                found[row.id] = self.requirement(row, catalogue.id, family=catalogue.family)
        others = tuple(found.values())
        for row in last:
            found[row.id] = self.requirement(row, catalogue.id, others, family=catalogue.family)
        return tuple(found[row.id] for row in catalogue.requirements)

    def _absence(self, row: Requirement, baseline: str) -> tuple[PartResult | None, list[Discrepancy]]:
        """Tell whether a requirement's feature is absent, and which words to that effect are denied."""
        when = row.absence.when
        absence = self.part(when) if when is not None else None
        if absence is not None and row.absence.features:
            absence = _undisputed(absence)
        said = justification(self._facts, baseline, row.id)
        denied: list[Discrepancy | None] = []
        shown: Sequence[Claim] = ()
        if when is not None and absence is not None and _answered_by_artefacts(absence):
            alone = self._said_alone(when)
            if alone.outcome == "met" or said is not None:
                shown = self._showing(when, absence)
            denied.append(denied_absence(row, alone, shown))
        if said is not None:
            denied.append(denied_answer(row, said, absence, shown))
        found = [d for d in denied if d is not None]
        self.denied.update((d.fingerprint, d) for d in found)
        return absence, found

    def _said_alone(self, when: Part) -> PartResult:
        """Tell whether a feature is absent by what is declared only."""
        if self._alone is None:
            self._alone = Evaluator(self._facts.declared_only(), (), self._known)
        return self._alone.part(when)

    def _showing(self, when: Part, absence: PartResult) -> tuple[Claim, ...]:
        """Claims of artefacts that show a feature which is not taken as absent; looked for once."""
        kept = self._shown.get(id(when))
        if kept is not None:
            return kept[1]
        probes = [self._known[id] for id in when.probes()]
        read = [c for p in probes for property in p.reads for c in self._facts.claims(property)]

        def says(claim: Claim) -> set[Outcome]:
            # What nothing vouches for answers nothing, so it is asked as if it were seen.
            seen = Evaluator(self._facts.among([claim._replace(observed=True)]), (), self._known)
            return {seen.part(leaf).outcome for leaf in _leaves(when)}

        found = showing(absence, read, says)
        self._shown[id(when)] = (when, found)
        return found

    def requirement(
        self,
        row: Requirement,
        baseline: str = "",
        others: Sequence[RequirementResult] = (),
        *,
        family: str = "",
    ) -> RequirementResult:
        """Judge one requirement.

        Args:
            row: the requirement.
            baseline: id of its baseline, by which justifications may name it.
            others: verdicts on the rest of the catalogue, for a part that asks for their reasons.
            family: of its baseline, by which technologies serve it.
        """
        parts = tuple(
            [
                judge_reasons(part, self._facts, baseline, others)
                if part.join == "justified"
                else self.part(part)
                for part in row.parts
            ]
        )
        if row.process:
            parts = tuple(_capped(part) for part in parts)
        absence, denied = self._absence(row, baseline)
        verdict, because = _verdict(parts, absence, row, denied)
        asked = [p for p in parts if p.outcome != "not-applicable"]
        proven = verdict in ("verified", "declared")
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
            status=row.status,
            process=row.process,
            in_use=serving(family, row.id, row.technologies, self._used) if self._used else (),
            not_applicable_basis=row.absence.basis,
            absence_shown=verdict == "not-applicable"
            and absence is not None
            and absence.grade >= Grade.AUTHENTICATED,
            discrepancies=self._fingerprints(row, denied),
        )

    def _fingerprints(self, row: Requirement, denied: Sequence[Discrepancy]) -> tuple[str, ...]:
        """Name the discrepancies that touch a requirement."""
        if not self._touching and not denied:
            return ()
        touching = self.touching([id for part in row.parts for id in part.probes()])
        return tuple(dict.fromkeys([d.fingerprint for d in (*touching, *denied)]))


def _undisputed(absence: PartResult) -> PartResult:
    """Of several features any absence suffices, so one that nothing disputes settles it."""
    arms = absence.arms if absence.probe == "any_of" else ()
    return next((arm for arm in arms if arm.outcome == "met" and not arm.disputed), absence)


def _answered(arms: Sequence[Part], answers: Sequence[Answer]) -> list[int]:
    """Which arms of ``any_of`` are alternatives here: all but those that wait for evidence that is not there.

    What counts only from evidence on cannot be declared, so that silence about it leaves the other arms as
    they are: a product that is declared without is not "perhaps" because a device might have shown otherwise.
    An artefact that nothing vouches for is no answer either, so that adding one changes nothing.
    """
    waiting = {
        index
        for index, (arm, answer) in enumerate(zip(arms, answers, strict=True))
        if arm.min_grade >= Grade.INTACT and answer.outcome == "indeterminate"
    }
    return [index for index in range(len(answers)) if index not in waiting] or list(range(len(answers)))


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
    parts: Sequence[PartResult],
    absence: PartResult | None,
    row: Requirement,
    denied: Sequence[Discrepancy] = (),
) -> tuple[Verdict, tuple[str, ...]]:
    """Apply the table, in its order, and say which parts decided.

    Args:
        parts: answers of the requirement's parts; an empty list never passes.
        absence: answer of the part whose "met" means that the feature is absent, or None.
        row: the requirement.
        denied: words that it is not applicable, which are shown to be wrong.
    """
    outcomes = {p.outcome for p in parts}

    def told(*wanted: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys([p.because for p in parts if p.outcome in wanted]))

    if row.not_checkable:
        return "not-assessed", (f"no tool can check it: {row.not_checkable}",)
    lies = tuple([f"{d.id}: {d.message}" for d in denied if d.severity == "error"]) if denied else ()
    if "contradicted" in outcomes or lies:
        return "contradicted", (*told("contradicted"), *lies)
    if "unmet" in outcomes:
        return "not-satisfied", told("unmet")
    if absence is not None and is_absent(absence):
        return "not-applicable", (absence.because, row.absence.rationale)
    asked = [p for p in parts if p.outcome != "not-applicable"]
    answered = [p for p in asked if p.outcome != "indeterminate"]
    if not asked and parts and row.absence.basis == "our-convention":
        return "not-applicable", (*told("not-applicable"), row.absence.rationale)
    if not answered:
        return "not-assessed", told("indeterminate", "not-applicable") or ("no part could be answered",)
    disputed = (
        *[f"disputed: {p.because}" for p in asked if p.disputed],
        *[f"disputed: {d.message}" for d in denied],
    )
    if len(answered) < len(asked) or "weaker" in outcomes or disputed:
        return "partial", (*told("weaker", "indeterminate"), *disputed)
    if all(p.grade >= Grade.AUTHENTICATED and _shown_by_evidence(p) for p in asked):
        return "verified", told("met")
    lowest = min([p.grade for p in asked])
    return "declared", tuple(dict.fromkeys([p.because for p in asked if p.grade == lowest]))


def _answered_by_artefacts(absence: PartResult) -> bool:
    """Whether an artefact has a part in it that a feature is not taken as absent."""
    if is_absent(absence):
        return False
    return absence.disputed or not all(is_declared(claim) for claim in absence.claims)


def _leaves(part: Part) -> Iterator[Part]:
    """The probes of a part, each with its parameters."""
    if part.join == "probe":
        yield part
    for arm in part.arms:
        yield from _leaves(arm)


def _capped(part: PartResult) -> PartResult:
    """Take what a document can show at most as the grade of a part, and of its arms."""
    arms = tuple(_capped(arm) for arm in part.arms)
    return replace(part, grade=min(part.grade, Grade.DOCUMENTED), arms=arms)


def _shown_by_evidence(part: PartResult) -> bool:
    """Whether what answered a part is of the kind that an artefact can show."""
    answering = part if part.chosen is None else part.arms[part.chosen]
    return part.kind == "evidence" and answering.kind == "evidence"
