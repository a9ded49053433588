"""Whether features are absent, asked by themselves: a made-up catalogue beside a real one.

A requirement's result says that it is not applicable, and not what became of each condition and feature that
it hangs on. Asked as rows of a catalogue in the same run, they are answered over the same claims and
discrepancies, and the engine needs to know nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from iotassess.baseline.catalogue import Absence, Catalogue, Part, Requirement
from iotassess.model.assessment import Assessment, PartResult

APPLICABILITY = "applicability"
"""Id of the made-up catalogue; no baseline has it."""


def questions(asked: Mapping[str, Part]) -> Catalogue:
    """Make a catalogue of questions.

    Args:
        asked: id of a feature, or another name → the part that is met when it is absent.
    """
    rows = tuple(
        Requirement(id, id, "", "", "", "measure", False, False, (part,), Absence("never"), (), "")
        for id, part in asked.items()
    )
    return Catalogue(APPLICABILITY, "", "", "", "", rows)


def answers(assessment: Assessment) -> dict[str, PartResult]:
    """What a run answers to the questions that were asked in it, by their ids.

    Args:
        assessment: a run with :func:`questions` among its catalogues; without them there are no answers.
    """
    return {
        row.id: row.parts[0]
        for result in assessment.baselines
        if result.id == APPLICABILITY
        for row in result.requirements
    }
