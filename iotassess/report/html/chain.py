"""The boot chain as the page draws it: stages by how far from the hardware they are, each with its proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from iotassess.model.claim import Grade, is_authoritative
from iotassess.model.picture import BootStage, Picture, Relation, Shown
from iotassess.report.html.anchors import Anchors
from iotassess.report.html.evidence_map import summed
from iotassess.report.html.words import grade

State = Literal["contradicted", "doubted", "proven", "shown", "claimed"]
STATES: dict[State, str] = {
    "contradicted": "contradicted: an artefact disagrees with what is declared of it",
    "doubted": "in doubt: an artefact that nothing vouches for disagrees",
    "proven": "digest proven: authenticated evidence agrees with the declared one",
    "shown": "digest shown by artefacts that nothing authenticates",
    "claimed": "claimed: no artefact shows the digest that is declared",
}
"""State of a stage → what it means."""

ROLES = {
    "component.digest": "signed update",
    "component.image-digest": "image file",
    "component.measurement": "measured by",
    "component.reference": "reference value",
}
"""Property of the digest's family → what an artefact is to a stage that shows it."""


class Proof(NamedTuple):
    """What one artefact shows of a stage's component.

    Attributes:
        role: what it is to the stage.
        artefact: path.
        link: id of the artefact on the page.
        standing: how it stands to the declaration.
        grade: with its name.
    """

    role: str
    artefact: str
    link: str
    standing: str
    grade: str


class Stage(NamedTuple):
    """One stage.

    Attributes:
        name: as declared.
        component: that runs in it, or "".
        version: of the component, or "".
        digest: declared of it, shortened, or "".
        verifier: who verifies it before it runs, or "".
        algorithm: by which, or "".
        measured: where its measurement is kept, or "".
        line: of the profile.
        flags: what else is declared.
        state: how far it is shown.
        proofs: by whom.
    """

    name: str
    component: str
    version: str
    digest: str
    verifier: str
    algorithm: str
    measured: str
    line: int | None
    flags: tuple[str, ...]
    state: State
    proofs: tuple[Proof, ...]


class Step(NamedTuple):
    """Stages that are as many steps from the hardware: those of one step do not verify each other."""

    stages: tuple[Stage, ...]


def steps(picture: Picture, anchors: Anchors) -> tuple[Step, ...]:
    """The chain from the hardware on; none where no stage is declared.

    Args:
        picture: with the declared stages.
        anchors: ids of artefacts.
    """
    about: dict[str, list[Relation]] = {}
    for relation in picture.relations:
        if relation.subject.kind == "component":
            about.setdefault(relation.subject.name, []).append(relation)
    depth = _depths(picture.boot_chain)
    columns: dict[int, list[Stage]] = {}
    for stage in picture.boot_chain:
        columns.setdefault(depth[stage.name], []).append(
            _stage(stage, about.get(stage.component, ()), anchors)
        )
    return tuple(Step(tuple(columns[number])) for number in sorted(columns))


def _depths(stages: Sequence[BootStage]) -> Mapping[str, int]:
    """Steps from the hardware; a stage whose verifier is unknown, or that verifies itself, begins anew."""
    verifier = {stage.name: stage.says("verified-by") for stage in stages}
    found: dict[str, int] = {}
    for name in verifier:
        seen: list[str] = []
        at = name
        while at in verifier and at not in seen:
            seen.append(at)
            at = verifier[at]
        found[name] = len(seen) - 1
    return found


def _stage(stage: BootStage, relations: Sequence[Relation], anchors: Anchors) -> Stage:
    digests = [one for row in relations if row.family == "component.digest" for one in row.shown]
    named = stage.declared.get("name")
    return Stage(
        name=stage.name,
        component=stage.component,
        version=_declared(relations, "component.version"),
        digest=_declared(relations, "component.digest"),
        verifier=stage.says("verified-by"),
        algorithm=stage.says("algorithm"),
        measured="" if stage.says("measured-into") == "none" else stage.says("measured-into"),
        line=named.source.line if named is not None else None,
        flags=tuple(_flags(stage)),
        state=_state(relations),
        proofs=tuple(_proofs(digests, anchors)),
    )


def _proofs(digests: Sequence[Shown], anchors: Anchors) -> Iterator[Proof]:
    """One line for each artefact and role: digests by several algorithms are one statement."""
    together: dict[tuple[str, str], list[Shown]] = {}
    for one in digests:
        role = ROLES.get(one.claim.property, one.claim.property)
        together.setdefault((role, one.claim.source.artefact or ""), []).append(one)
    for (role, artefact), several in together.items():
        standing = summed(one.standing for one in several)
        best = max(one.claim.grade for one in several)
        yield Proof(role, artefact, anchors.known("artefact", artefact), standing, grade(best))


def _declared(relations: Sequence[Relation], family: str) -> str:
    for row in relations:
        if row.family == family and row.declared:
            return str(row.declared[0].value)
    return ""


def _flags(stage: BootStage) -> list[str]:
    words = (
        ("immutable", "immutable", ""),
        ("updatable", "updatable", "not updatable"),
        ("anti-rollback", "refuses older versions", "accepts older versions"),
    )
    found = [
        yes if claim.value is True else no
        for property, yes, no in words
        if (claim := stage.declared.get(property)) is not None
    ]
    return [word for word in found if word]


def _state(relations: Sequence[Relation]) -> State:
    """How far a stage is shown: a disagreement comes first, and only a declared digest can be proven.

    A reference value says which digest is in order, and nothing of this release.
    """
    shown = [one for row in relations for one in row.shown]
    against = [one.claim for one in shown if one.standing == "disagrees"]
    if against:
        return "contradicted" if any(map(is_authoritative, against)) else "doubted"
    agreeing = [
        one.claim
        for row in relations
        if row.family == "component.digest" and row.declared
        for one in row.shown
        if one.standing == "agrees" and one.claim.property != "component.reference" and not one.claim.other
    ]
    if not agreeing:
        return "claimed"
    return "proven" if any(claim.grade >= Grade.AUTHENTICATED for claim in agreeing) else "shown"
