"""Next steps of a whole assessment: for each requirement, what lifts its verdict by one rung, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.next_steps import next_rise
from iotassess.baseline.registry import probes
from iotassess.baseline.steps import Known, Situation, Step
from iotassess.evidence.registry import KINDS
from iotassess.model.assessment import Assessment
from iotassess.model.picture import Rise
from iotassess.model.profile.leaves import all_properties, leaves


def place(path: tuple[str, ...]) -> str:
    """Write a profile path: ``components[].digest``; a list by its name.

    Args:
        path: keys, with ``"*"`` for the index in a list.
    """
    return ".".join(path).replace(".*", "[]")


@cache
def known() -> Known:
    """What steps can refer to: all probes, properties, places in the profile, and artefact kinds."""
    places: dict[str, list[str]] = {}
    for leaf in leaves():
        if leaf.property is not None:
            places.setdefault(leaf.property, []).append(place(leaf.path))
    return Known(
        probes=probes(),
        properties=all_properties(),
        places={id: tuple(dict.fromkeys(found)) for id, found in places.items()},
        purposes={kind.id: kind.purpose for kind in KINDS},
    )


def advise(assessment: Assessment, catalogues: Iterable[Catalogue]) -> Mapping[tuple[str, str], Rise]:
    """Tell what lifts each verdict by one rung.

    Args:
        assessment: settled.
        catalogues: those that it was made with, in its order.

    Returns:
        Baseline id and requirement id → the rise.
    """
    situation = Situation(known(), assessment)
    found: dict[tuple[str, str], Rise] = {}
    for catalogue, result in zip(catalogues, assessment.baselines, strict=True):
        for row, judged in zip(catalogue.requirements, result.requirements, strict=True):
            rise = next_rise(row, judged, situation)
            steps = tuple(text for step in rise.steps for text in _said(step))
            found[result.id, judged.id] = Rise(rise.now, rise.then, rise.needs == "all", steps, rise.note)
    return found


def _said(step: Step) -> Iterator[str]:
    """A step in words; of a group what it asks for, then its arms."""
    yield f"{step.probe}: {step.text}" if step.probe and not step.steps else step.text
    for arm in step.steps:
        yield from (f"- {text}" for text in _said(arm))
