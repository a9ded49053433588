"""What a rule of the gate looks at, and how it says what it found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from iotassess.baseline.facts import Facts
from iotassess.model.artefact import Artefact, walk
from iotassess.model.assessment import Assessment, BaselineResult, Discrepancy, RequirementResult
from iotassess.model.comparison import Comparison
from iotassess.model.gate import Finding, Place
from iotassess.model.places import (
    NOWHERE,
    place_of_claims,
    place_of_discrepancy,
    place_of_requirement,
    place_of_role,
)
from iotassess.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class Scene:
    """One run, as the rules see it.

    Attributes:
        assessment: the result; its verdicts are settled.
        facts: all claims, to ask a probe.
        policy: what is asked.
        comparison: with the earlier result, or None without one.
        allow_example: the user lets an example pass.
        baselines: ids that have to be among those assessed.
        places: path of an artefact, or of one nested in it → the line of the profile that names the file.
    """

    assessment: Assessment
    facts: Facts
    policy: Policy
    comparison: Comparison | None = None
    allow_example: bool = False
    baselines: tuple[str, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)

    def artefacts(self) -> Iterator[Artefact]:
        """All artefacts, nested ones after what holds them."""
        return walk(self.assessment.artefacts)

    def place_of(self, path: str | None) -> Place:
        """The line of the profile that names an artefact, or the file that it is nested in."""
        return self.places.get(path or "", NOWHERE)

    def place_of_identity(self, name: str) -> Place:
        """The line of the profile that declares something that tells the product from others.

        Args:
            name: as results have it ("vendor", "implementation_id").
        """
        word = name.replace("_", "-")
        claims = (*self.facts.claims(f"product.{word}"), *self.facts.claims(f"identity.{word}"))
        return place_of_claims(claims) or place_of_claims(self.facts.claims("product.model")) or NOWHERE

    def rows(self) -> Iterator[tuple[BaselineResult, RequirementResult]]:
        """All requirements, each with its baseline."""
        for baseline in self.assessment.baselines:
            for row in baseline.requirements:
                yield baseline, row


def places_of(assessment: Assessment) -> dict[str, Place]:
    """Where the profile names each artefact."""
    return {
        inner.path: place_of_role(artefact.role)
        for artefact in assessment.artefacts
        for inner in walk([artefact])
    }


def name_of(baseline: BaselineResult, row: RequirementResult) -> str:
    """Write ``baseline/id``."""
    return f"{baseline.id}/{row.id}"


def fingerprint(*parts: object) -> str:
    """Make the fingerprint of a finding: the same for the same parts, in every run.

    Args:
        parts: rule, what it is about, and what tells it from others of that rule.
    """
    mark = json.dumps([str(part) for part in parts])
    return hashlib.sha256(mark.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def about_discrepancy(rule: str, found: Discrepancy, scene: Scene) -> Finding:
    """A finding about a disagreement: only its own fingerprint waives it."""
    first, offset = next(iter(found.located()), (None, None))
    return Finding(
        rule,
        found.id,
        f"{found.id}: {found.message}",
        place_of_discrepancy(found, scene.place_of),
        found.fingerprint,
        artefact=first.source.artefact if first else None,
        claim=first.source.path if first else None,
        offset=offset,
        discrepancies=(found.fingerprint,),
    )


def about_artefact(rule: str, artefact: Artefact, message: str, scene: Scene, *more: object) -> Finding:
    """A finding about one artefact as a whole."""
    mark = fingerprint(rule, artefact.path, *more)
    return Finding(rule, rule, message, scene.place_of(artefact.path), mark, artefact=artefact.path)


def about_requirement(
    rule: str, baseline: BaselineResult, row: RequirementResult, message: str, scene: Scene
) -> Finding:
    """A finding about one requirement: where it is contradicted, only the contradictions can be waived."""
    name = name_of(baseline, row)
    found = Finding(rule, name, message, place_of_requirement(row), fingerprint(rule, name))
    if row.verdict != "contradicted":
        return found._replace(requirement=name)
    errors = {d.fingerprint: d for d in scene.assessment.discrepancies if d.severity == "error"}
    marks = tuple(mark for mark in row.discrepancies if mark in errors)
    if marks:
        found = found._replace(place=place_of_discrepancy(errors[marks[0]], scene.place_of))
    return found._replace(discrepancies=marks)


def about_release(rule: str, message: str, *more: object, place: Place = NOWHERE) -> Finding:
    """A finding about the release as a whole."""
    return Finding(rule, rule, message, place, fingerprint(rule, *more))
