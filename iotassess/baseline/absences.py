"""Lying absences: what the profile says is not there, or does not apply, and what is there all the same.

A feature can be said to be absent in two ways: by the facts that its absence is derived from, and by a
justification that answers "not-applicable". Neither makes a requirement inapplicable when an artefact, or
the profile itself, shows the feature.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from iotassess.baseline.catalogue import Requirement
from iotassess.baseline.facts import Facts
from iotassess.crosscheck.join import make_discrepancy
from iotassess.model.assessment import Discrepancy, PartResult
from iotassess.model.claim import PRODUCT, Claim, Grade, Subject, is_authoritative, is_declared
from iotassess.model.verdict import Outcome

CONTRADICTION = "not-applicable-contradiction"


def justification(facts: Facts, baseline: str, row: str) -> Claim | None:
    """What the profile's justifications answer about a requirement; the one for this baseline alone first.

    Args:
        facts: the claims.
        baseline: id of the baseline, with or without its edition in the justification.
        row: id of the requirement.
    """
    answers = facts.by_name("justification.answer")
    if not answers:
        return None
    for name in (f"{baseline}/{row}", f"{baseline.partition('@')[0]}/{row}", row):
        if name in answers:
            return answers[name]
    return None


def is_absent(absence: PartResult | None) -> bool:
    """Whether a feature is absent: derived from facts, and nothing disputes it."""
    return absence is not None and absence.outcome == "met" and not absence.disputed


def showing(
    absence: PartResult, read: Iterable[Claim], says: Callable[[Claim], Collection[Outcome]]
) -> tuple[Claim, ...]:
    """Claims of artefacts that show a feature: none that agrees that it is absent is among them.

    Args:
        absence: whether the feature is absent, by all claims.
        read: all claims that its probes look at. An answer rests on those that support it, so that one of
            an artefact that nothing vouches for is missing there, although it disputes the answer.
        says: what the probes would answer by one claim.
    """
    shown = [c for c in dict.fromkeys((*absence.claims, *read)) if not is_declared(c)]
    if absence.outcome == "met":  # what is vouched for was heard, and did not speak against it
        shown = [c for c in shown if c.grade == Grade.DECODED and not c.observed]
    answers = [(claim, says(claim)) for claim in shown]
    denying = tuple(claim for claim, outcomes in answers if "unmet" in outcomes or "weaker" in outcomes)
    if absence.outcome == "contradicted":  # by a cross-check, which may be about something else
        return denying
    return denying or tuple(claim for claim, outcomes in answers if "met" not in outcomes)


def denied_absence(row: Requirement, alone: PartResult, shown: Sequence[Claim]) -> Discrepancy | None:
    """Tell whether artefacts show a feature that the profile alone says is absent.

    Args:
        row: the requirement.
        alone: whether the feature is absent, by what is declared only.
        shown: claims of artefacts that show it.
    """
    if alone.outcome != "met" or not shown:
        return None
    said = next((c for c in alone.claims if is_declared(c)), None)
    subject = said.subject if said else PRODUCT
    where = f"{said.source}" if said else "the profile"
    return make_discrepancy(
        CONTRADICTION,
        subject,
        f"{where} makes {_hangs_on(row)} absent ({alone.because}), but {shown[0].source} shows it: "
        f"{shown[0].property} is {shown[0].value}; declare what the device has, or supply evidence of the "
        "device as it is sold",
        declared=said,
        evidenced=shown,
        properties=(),
        error=any(map(is_authoritative, shown)),
    )


def denied_answer(
    row: Requirement, said: Claim, absence: PartResult | None, shown: Sequence[Claim]
) -> Discrepancy | None:
    """Tell whether a justification answers "not-applicable" where that cannot be.

    Args:
        row: the requirement.
        said: the answer of the justification.
        absence: whether the feature is absent, by all claims; None where the baseline knows no such thing.
        shown: claims of artefacts that show it.
    """
    if said.value != "not-applicable" or is_absent(absence):
        return None
    if absence is None:
        why = f"{row.id} is never not applicable"
    elif absence.outcome == "met":
        if not shown:
            return None  # a doubt that cross-checks raised, and told
        why = f"{_hangs_on(row)} is there, by {shown[0].source}"
    elif absence.outcome == "indeterminate":
        return None  # nothing is shown either way, and the answer changes nothing
    else:
        why = f"{_hangs_on(row)} is there ({absence.because})"
    return make_discrepancy(
        CONTRADICTION,
        Subject("justification", said.subject.name),
        f"{said.source} answers not-applicable for {row.id}, but {why}; correct the answer, or what is "
        "declared of the feature",
        declared=said,
        evidenced=shown,
        properties=(),
        error=any(map(is_authoritative, shown)),
    )


def _hangs_on(row: Requirement) -> str:
    return " or ".join(row.absence.features) or f"what {row.id} presupposes"
