"""Parts of a requirement in an explanation: as questions, and with their answers down to the bytes."""

from __future__ import annotations

from collections.abc import Callable

from iotassess.baseline.catalogue import Part
from iotassess.baseline.registry import probes
from iotassess.model.assessment import PartResult
from iotassess.model.claim import Claim
from iotassess.report.tree import Node

Locate = Callable[[Claim], int | None]
"""Finds the byte offset of a claim in its artefact, where it can be told."""


def asked(part: Part) -> Node:
    """A part as a question."""
    reason = (Node(f"why: {part.reason}"),) if part.reason else ()
    if part.join == "probe":
        return Node(f"{part.probe}: {probes()[part.probe].question}", reason)
    if part.join == "justified":
        which = " or ".join(part.forces)
        return Node(f"justified: has each {which} requirement that is not met its reason?", reason)
    word = "one of these, the strongest first" if part.join == "any_of" else "all of these"
    return Node(word, (*reason, *(asked(arm) for arm in part.arms)))


def answered(part: PartResult, locate: Locate) -> Node:
    """A part with its answer, down to the profile's line and the artefact's claim.

    Args:
        part: the answer.
        locate: finds byte offsets.
    """
    grade = f" at grade {part.grade}" if part.outcome == "met" else ""
    doubt = ", disputed" if part.disputed else ""
    kind = "evidence can show it" if part.kind == "evidence" else "only a document can show it"
    if part.arms:
        word = "one of these" if part.probe == "any_of" else "all of these"
        chosen = part.arms[part.chosen].probe if part.chosen is not None else None
        by = f", answered by {_NAMES.get(chosen, chosen)}" if chosen else ""
        arms = tuple(answered(arm, locate) for arm in part.arms)
        return Node(f"[{part.outcome}{grade}{doubt}] {word}{by}", arms)
    claims = tuple(Node(_claim(claim, locate)) for claim in part.claims)
    text = f"[{part.outcome}{grade}{doubt}] {part.probe}: {part.question} ({kind})"
    return Node(text, (Node(part.because), *claims))


_NAMES = {"all_of": "those that belong together", "any_of": "one of its own alternatives"}
"""How a group is named that has no name."""


def _claim(claim: Claim, locate: Locate) -> str:
    source = claim.source
    what = f"{claim.property} = {claim.value}"
    if source.artefact is None:
        return f"profile line {source.line}: {source.path}: {what}"
    offset = locate(claim)
    place = f", byte {offset}" if offset is not None else ""
    return f"{source.artefact}: {source.path}{place}: {what} (grade {claim.grade})"
