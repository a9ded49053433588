"""An assessment as a conformance statement needs it: with the conditions and features, and the reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from iotassess.assess import assess
from iotassess.baseline.absences import justification
from iotassess.baseline.applicability import answers, questions
from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.facts import Facts
from iotassess.baseline.loader import SHIPPED, load_catalogue, shipped_id
from iotassess.crosscheck.table import ClaimTable
from iotassess.errors import UsageError
from iotassess.intake import Request
from iotassess.model.assessment import Assessment, BaselineResult, PartResult
from iotassess.model.profile.leaves import all_properties
from iotassess.profile import LoadedProfile, claims

DEFAULT = "etsi-en-303-645"
"""The baseline whose Annex B defines the statement; without an edition it is the newest."""

Holds = Literal["yes", "no", "not known"]


@dataclass(frozen=True, slots=True)
class Reason:
    """What the profile's justifications say of one requirement.

    Attributes:
        answer: "not-met" or "not-applicable".
        text: why, or "" where nothing is said.
        source: where in the profile.
    """

    answer: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One profile judged against one baseline that has a pro forma.

    Attributes:
        catalogue: the baseline.
        assessment: with this baseline alone.
        features: id of a condition or feature → the answer to whether it is ABSENT.
        reasons: id of a requirement → what the profile says of it.
    """

    catalogue: Catalogue
    assessment: Assessment
    features: dict[str, PartResult]
    reasons: dict[str, Reason]

    @property
    def result(self) -> BaselineResult:
        """The verdicts."""
        return self.assessment.baselines[0]

    def holds(self, feature: str) -> Holds:
        """Whether a condition or feature holds, by what is declared and shown.

        What one side says is there and another is not, counts as there: nobody can rest on its absence.
        """
        absent = self.features[feature]
        if absent.outcome in ("unmet", "contradicted"):
            return "yes"
        return "no" if absent.outcome == "met" and not absent.disputed else "not known"


def statement_catalogue(name: str | None) -> Catalogue:
    """Load a baseline that has a pro forma: one whose rows have a published status.

    Args:
        name: as for ``-b``; None takes the newest edition of :data:`DEFAULT`.

    Raises:
        UsageError: there is no such baseline, or it has no statuses.
        CatalogueError: the catalogue is faulty.
    """
    catalogue = load_catalogue(name or DEFAULT)
    if not all(row.status for row in catalogue.requirements):
        raise UsageError(
            f"--baseline: got {catalogue.id}, which has no pro forma; expected a baseline whose "
            f"requirements have a published status, like {shipped_id(DEFAULT)}",
            hint="iotassess assess judges against any baseline",
        )
    return catalogue


def editions(catalogue: Catalogue) -> list[Catalogue]:
    """The shipped editions of the same document, the newest first; the catalogue itself among them."""
    name = catalogue.id.partition("@")[0]
    shipped = [load_catalogue(id) for id in SHIPPED if id.partition("@")[0] == name]
    return shipped if catalogue in shipped else [catalogue, *shipped]


def judge(loaded: LoadedProfile, request: Request, catalogue: Catalogue, *, tool_version: str) -> Judged:
    """Assess a profile, and ask about each condition and feature beside it.

    Args:
        loaded: the profile.
        request: artefacts, anchors, challenges, the moment.
        catalogue: the baseline.
        tool_version: for the result.

    Raises:
        UsageError: a file named on the command line is missing, or an anchor or challenge is unusable.
    """
    features = questions({feature.id: feature.absent for feature in catalogue.features.values()})
    assessment = assess(loaded, request, [catalogue, features], tool_version=tool_version)
    facts = Facts(ClaimTable(claims(loaded), all_properties()), request.as_of.date)
    reasons = {row.id: _reason(facts, catalogue.id, row.id) for row in catalogue.requirements}
    return Judged(
        catalogue,
        replace(assessment, baselines=assessment.baselines[:1]),
        answers(assessment),
        {id: reason for id, reason in reasons.items() if reason is not None},
    )


def _reason(facts: Facts, baseline: str, row: str) -> Reason | None:
    """What the profile answers about a requirement, and why."""
    said = justification(facts, baseline, row)
    if said is None:
        return None
    texts = [str(claim.value) for claim in facts.claims("justification.reason", said.subject)]
    return Reason(str(said.value), texts[0] if texts else "", str(said.source))
