"""Whether a requirement applies: the features it hangs on, how their absence is derived, and the answer."""

from __future__ import annotations

from collections.abc import Mapping

from iotassess.baseline.catalogue import Catalogue, Feature, Part, Requirement
from iotassess.cli.explain_ids import WHEN, Named, answer_about
from iotassess.cli.explain_parts import Locate, answered, asked
from iotassess.model.assessment import Assessment, PartResult
from iotassess.report.tree import Node


def applicability_node(
    catalogue: Catalogue, row: Requirement, assessment: Assessment | None, locate: Locate
) -> Node:
    """Tell when a requirement does not apply, and for a profile, whether.

    Args:
        catalogue: its baseline.
        row: the requirement.
        assessment: with the answers, or None without a profile.
        locate: finds byte offsets.
    """
    absence = row.absence
    if absence.when is None:
        return Node("it always applies")
    if not absence.features:
        about = _derivation(absence.when, answer_about(assessment, WHEN), locate)
        rationale = (Node(absence.rationale),) if absence.rationale else ()
        return Node(f"not applicable ({absence.basis}) when", (*about, *rationale))
    found = tuple(
        _feature_node(catalogue.features[id], answer_about(assessment, id), locate) for id in absence.features
    )
    return Node(f"not applicable ({absence.basis}) when one of these is absent", found)


def _feature_node(feature: Feature, answer: PartResult | None, locate: Locate) -> Node:
    told = f": {_told(answer)}" if answer is not None else ""
    return Node(f"{feature.id}, {feature.text}{told}", _derivation(feature.absent, answer, locate))


def _derivation(absent: Part, answer: PartResult | None, locate: Locate) -> tuple[Node, ...]:
    """How absence is derived; "met" means that the feature is absent."""
    if answer is None:
        return (asked(absent),)
    return (answered(answer, locate),)


def _told(answer: PartResult) -> str:
    """What an answer to the question of absence says of the feature."""
    if answer.outcome == "met":
        return "said to be absent, and disputed" if answer.disputed else "absent"
    if answer.outcome in ("indeterminate", "weaker"):
        return "open, so that it counts as there"
    return "there"


def feature_page(named: Named, assessment: Assessment | None, locate: Locate) -> Node:
    """Explain a published condition or feature.

    Args:
        named: which one.
        assessment: with its answer and the verdicts that hang on it, or None without a profile.
        locate: finds byte offsets.
    """
    catalogue, feature = named.catalogue, named.feature
    kind = "feature" if feature.id.startswith("F") else "condition"
    answer = answer_about(assessment, feature.id)
    told = f": {_told(answer)}" if answer is not None else ""
    about = [Node(f"a published {kind} of {catalogue.title}, edition {catalogue.edition}")]
    if named.also:
        places = ", ".join(f"{name}/{feature.id}" for name in named.also)
        about.append(Node(f"the id stands elsewhere, too: {places}"))
    about.append(Node("it is absent when", _derivation(feature.absent, answer, locate)))
    verdicts = {
        row.id: row.verdict
        for baseline in (assessment.baselines if assessment is not None else ())
        if baseline.id == catalogue.id
        for row in baseline.requirements
    }
    rows = tuple(
        Node(f"{row.id} {row.title}{_others(row, feature.id)}{_verdict(verdicts, row.id)}")
        for row in catalogue.requirements
        if feature.id in row.absence.features
    )
    about.append(Node("not applicable without it", rows or (Node("nothing hangs on it"),)))
    return Node(f"{feature.id} {feature.text}{told}", tuple(about))


def _others(row: Requirement, id: str) -> str:
    others = [other for other in row.absence.features if other != id]
    return f" (or without {' or '.join(others)})" if others else ""


def _verdict(verdicts: Mapping[str, str], id: str) -> str:
    return f": {verdicts[id]}" if id in verdicts else ""
