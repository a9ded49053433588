"""Steps: one thing to do about one part of a requirement, and what a step can refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from iotassess.baseline.registry import Probe
from iotassess.model.artefact import Artefact, Purpose, walk
from iotassess.model.assessment import Assessment, Discrepancy
from iotassess.model.vocabulary import Property

Action = Literal[
    "declare",
    "correct",
    "supply",
    "authenticate",
    "repair",
    "refresh",
    "document",
    "justify",
    "resolve",
    "stay",
]
"""What a step does; "stay" is no step: nothing can lift the part."""


class Step(NamedTuple):
    """One thing to do about one part.

    Attributes:
        probe: probe of the part; "any_of" or "all_of" for a group, with its arms in ``steps``.
        action: what it does.
        text: what to do, as a clause.
        leaves: profile paths that it is about.
        kinds: artefact kinds that would show it.
        anchors: purposes that anchors have to be named for.
        steps: of a group, those of its arms.
    """

    probe: str
    action: Action
    text: str
    leaves: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    anchors: tuple[Purpose, ...] = ()
    steps: tuple[Step, ...] = ()


class Known(NamedTuple):
    """What there is to refer to.

    Attributes:
        probes: by id.
        properties: by id.
        places: property → profile paths at which it is declared (``components[].digest``).
        purposes: artefact kind that can be read → purpose of the anchors that authenticate it, if any does.
    """

    probes: Mapping[str, Probe]
    properties: Mapping[str, Property]
    places: Mapping[str, tuple[str, ...]]
    purposes: Mapping[str, Purpose | None]


class Situation:
    """A requirement's result with what it hangs on.

    Args:
        known: what there is to refer to.
        assessment: the run that the result is from; None for a requirement alone.
    """

    def __init__(self, known: Known, assessment: Assessment | None = None) -> None:
        self.known = known
        self._artefacts: dict[str, Artefact] = {}
        self._discrepancies: tuple[Discrepancy, ...] = ()
        if assessment is not None:
            self._discrepancies = assessment.discrepancies
            self._artefacts = {artefact.path: artefact for artefact in walk(assessment.artefacts)}

    def artefact(self, path: str | None) -> Artefact | None:
        """The artefact that a claim was read from."""
        return self._artefacts.get(path or "")

    def disagreements(self, fingerprints: Iterable[str]) -> list[Discrepancy]:
        """Discrepancies by fingerprint."""
        wanted = set(fingerprints)
        return [d for d in self._discrepancies if d.fingerprint in wanted]

    def places(self, properties: Iterable[str]) -> tuple[str, ...]:
        """Profile paths of properties, each once."""
        return tuple(dict.fromkeys(place for id in properties for place in self.known.places.get(id, ())))

    def kinds(self, properties: Iterable[str]) -> tuple[str, ...]:
        """Artefact kinds that can be read and that show one of the properties."""
        shown = (kind for id in properties for kind in self._shown_by(id))
        return tuple(dict.fromkeys(kind for kind in shown if kind in self.known.purposes))

    def showable(self, properties: Iterable[str]) -> list[str]:
        """Those of the properties that an artefact can show."""
        return [id for id in properties if self.kinds([id])]

    def anchors(self, kinds: Iterable[str]) -> tuple[Purpose, ...]:
        """Purposes of the anchors that authenticate artefacts of some kinds."""
        found = (self.known.purposes.get(kind) for kind in kinds)
        return tuple(dict.fromkeys(purpose for purpose in found if purpose is not None))

    def decides(self, probe: str) -> str:
        """What the probe's own documentation says about the values that it asks for."""
        paragraphs = self.known.probes[probe].text.split("\n\n") if probe in self.known.probes else []
        found = next((p for p in paragraphs if p.startswith("Decides:")), "")
        words = " ".join(found.removeprefix("Decides:").split()).rstrip(".")
        return words.partition("; indeterminate")[0]

    def reads(self, probe: str) -> tuple[str, ...]:
        """Properties that a probe reads."""
        return self.known.probes[probe].reads if probe in self.known.probes else ()

    def _shown_by(self, property: str) -> tuple[str, ...]:
        row = self.known.properties.get(property)
        return row.shown_by if row is not None else ()


def option(purposes: Sequence[str]) -> str:
    """Write the option that names anchors for purposes."""
    return " and ".join(f"-t {purpose}=FILE" for purpose in purposes)


def listed(items: Iterable[str]) -> str:
    """Write items in a row, each once."""
    return ", ".join(dict.fromkeys(items))


def merged(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Say once what several parts need alike, where all of it is needed; alternatives stay as they are.

    Args:
        steps: all of them needed.
    """
    found: dict[tuple[str, tuple[Step, ...]], Step] = {}
    for step in steps:
        together = merged(step.steps) if step.probe == "all_of" else ()
        for one in together or (step,):
            key = (one.text, one.steps)
            same = found.get(key)
            found[key] = one if same is None else same._replace(probe=listed((same.probe, one.probe)))
    return tuple(found.values())


def why_stuck(steps: Iterable[Step]) -> str:
    """Say for which probes nothing can be done, and why.

    Args:
        steps: of action "stay".
    """
    found: dict[str, list[str]] = {}
    waiting = list(steps)
    while waiting:
        step = waiting.pop(0)
        if step.steps:
            waiting = [*step.steps, *waiting]
        else:
            found.setdefault(step.text, []).append(step.probe)
    return "; ".join(f"{why} ({listed(probes)})" for why, probes in found.items())
