"""``iotassess explain``: from an id to everything that is known about it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping

from iotassess.baseline.catalogue import Catalogue, Part, Requirement, Technology
from iotassess.baseline.loader import SHIPPED, load_catalogue, load_technologies
from iotassess.baseline.registry import Probe, probes
from iotassess.errors import UsageError
from iotassess.evidence.registry import KINDS
from iotassess.model.assessment import Assessment, PartResult, RequirementResult
from iotassess.model.claim import Claim
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.problems import PROBLEMS
from iotassess.model.profile.leaves import all_properties, leaves
from iotassess.model.verdict import Verdict
from iotassess.report.tree import Node

SATISFIED: tuple[Verdict, ...] = ("verified", "not-applicable")
Locate = Callable[[Claim], int | None]
"""Finds the byte offset of a claim in its artefact, where it can be told."""


def explain(id: str, assessment: Assessment | None, locate: Locate) -> Node:
    """Explain an id.

    Args:
        id: requirement, probe, property, technology, problem, discrepancy or artefact kind.
        assessment: of the profile that was named, so that a requirement is explained with its answer.
        locate: finds byte offsets.

    Raises:
        UsageError: nothing has that id; the nearest ids are named.
    """
    catalogues = [load_catalogue(name) for name in SHIPPED]
    technologies = load_technologies()
    for catalogue in catalogues:
        for row in catalogue.requirements:
            if row.id == id:
                return _requirement(catalogue, row, technologies, assessment, locate)
    if id in probes():
        return _probe(probes()[id], catalogues)
    if id in technologies:
        return _technology(technologies[id])
    if id in PROBLEMS:
        severity, meaning = PROBLEMS[id]
        return Node(f"{id}: a problem of an artefact ({severity})", (Node(meaning),))
    if id in DISCREPANCIES:
        return Node(f"{id}: a discrepancy", (Node(DISCREPANCIES[id]), *_discrepancy(id)))
    if id in all_properties():
        return _property(id)
    for kind in KINDS:
        if kind.id == id:
            return Node(
                f"{id}: an artefact kind", (Node(kind.title), Node(f"specification: {kind.specification}"))
            )
    everything = [
        *(row.id for catalogue in catalogues for row in catalogue.requirements),
        *probes(),
        *technologies,
        *PROBLEMS,
        *DISCREPANCIES,
        *all_properties(),
        *(kind.id for kind in KINDS),
    ]
    near = difflib.get_close_matches(id, everything, 3) or difflib.get_close_matches(
        id.upper(), everything, 3
    )
    hint = f"did you mean {' or '.join(near)}?" if near else "iotassess list shows the ids that there are"
    raise UsageError(f"got {id!r}, which is no known id", hint=hint)


def _requirement(
    catalogue: Catalogue,
    row: Requirement,
    technologies: Mapping[str, Technology],
    assessment: Assessment | None,
    locate: Locate,
) -> Node:
    """A requirement: what it asks, its parts (answered, when a profile was named), and what would meet it."""
    result = _result(assessment, catalogue.id, row.id)
    head = f"{row.id} {row.title}"
    about = [
        Node(row.summary),
        Node(f"{catalogue.title}, edition {catalogue.edition}, section {row.section}: {row.category}"),
        Node(f"force: {row.force}{', gate' if row.gate else ''}{', attestation' if row.attestation else ''}"),
    ]
    if row.classification:
        about.append(Node(f"kind of requirement: {row.classification}"))
    if result is None:
        about.append(Node("it asks", tuple(_asked(part) for part in row.parts)))
    else:
        head += f": {result.verdict}" + (f" at grade {result.grade}" if result.verdict == "declared" else "")
        about.append(Node("because", tuple(Node(line) for line in result.because)))
        about.append(Node("parts", tuple(_answered(part, locate) for part in result.parts)))
    if row.absence.when is not None:
        about.append(
            Node(
                f"not applicable ({row.absence.basis}) when",
                (_asked(row.absence.when), Node(row.absence.rationale)),
            )
        )
    if result is None or result.verdict not in SATISFIED:
        about.append(Node("to meet it", (Node(row.remediation),)))
        about.append(Node("technologies that help", tuple(_means(row, technologies))))
    cross = [
        f"{family}: {', '.join(x['id'] for x in rows)}" for family, rows in row.crosswalk.items() if rows
    ]
    if cross:
        about.append(Node("related elsewhere (a verdict never carries over)", tuple(Node(x) for x in cross)))
    return Node(head, tuple(about))


def _result(assessment: Assessment | None, baseline: str, id: str) -> RequirementResult | None:
    if assessment is None:
        return None
    return next(
        (r for b in assessment.baselines if b.id == baseline for r in b.requirements if r.id == id), None
    )


def _asked(part: Part) -> Node:
    """A part as a question."""
    if part.join == "probe":
        question = probes()[part.probe].question
        reason = (Node(f"why: {part.reason}"),) if part.reason else ()
        return Node(f"{part.probe}: {question}", reason)
    word = "one of these, the strongest first" if part.join == "any_of" else "all of these"
    return Node(word, tuple(_asked(arm) for arm in part.arms))


def _answered(part: PartResult, locate: Locate) -> Node:
    """A part with its answer, down to the profile's line and the artefact's claim."""
    grade = f" at grade {part.grade}" if part.outcome == "met" else ""
    doubt = ", disputed" if part.disputed else ""
    kind = "evidence can show it" if part.kind == "evidence" else "only a document can show it"
    if part.arms:
        word = "one of these" if part.probe == "any_of" else "all of these"
        chosen = part.arms[part.chosen].probe if part.chosen is not None else None
        by = f", answered by {chosen}" if chosen else ""
        arms = tuple(_answered(arm, locate) for arm in part.arms)
        return Node(f"[{part.outcome}{grade}{doubt}] {word}{by}", arms)
    claims = tuple(Node(_claim(claim, locate)) for claim in part.claims)
    text = f"[{part.outcome}{grade}{doubt}] {part.probe}: {part.question} ({kind})"
    return Node(text, (Node(part.because), *claims))


def _claim(claim: Claim, locate: Locate) -> str:
    source = claim.source
    what = f"{claim.property} = {claim.value}"
    if source.artefact is None:
        return f"profile line {source.line}: {source.path}: {what}"
    offset = locate(claim)
    place = f", byte {offset}" if offset is not None else ""
    return f"{source.artefact}: {source.path}{place}: {what} (grade {claim.grade})"


def _means(row: Requirement, technologies: Mapping[str, Technology]) -> Iterator[Node]:
    """Technologies that serve a requirement: those that the catalogue names, then our judgement."""
    for technology in technologies.values():
        for link in technology.serves:
            if link["requirement"] == row.id:
                basis = "" if link["source"] == "seed" else " (our judgement)"
                spec = technology.specification["current"]
                yield Node(f"{technology.id}: {technology.name}, {spec}{basis}", (Node(link["how"]),))


def _probe(probe: Probe, catalogues: Iterable[Catalogue]) -> Node:
    users = [
        row.id
        for catalogue in catalogues
        for row in catalogue.requirements
        if probe.id in {id for part in row.parts for id in part.probes()}
    ]
    return Node(
        f"{probe.id}: {probe.question}",
        (
            Node(f"a probe; {'evidence' if probe.kind == 'evidence' else 'only a document'} can show it"),
            Node(probe.text),
            Node(f"reads: {', '.join(probe.reads)}"),
            Node(f"asked by: {', '.join(users)}"),
        ),
    )


def _property(id: str) -> Node:
    row = all_properties()[id]
    places = [".".join(leaf.path) for leaf in leaves() if leaf.property == id]
    found = [
        Node(row.meaning),
        Node(f"about a {row.subject}; {row.type}; {row.cardinality}; compared: {row.compare}"),
        Node(f"declared at: {', '.join(places)}" if places else "cannot be declared"),
        Node(
            f"shown by: {', '.join(row.shown_by)}" if row.shown_by else "no supported artefact kind shows it"
        ),
    ]
    if row.discrepancy:
        found.append(Node(f"a disagreement is: {row.discrepancy}"))
    return Node(f"{id}: a property", tuple(found))


def _discrepancy(id: str) -> Iterator[Node]:
    compared = [row.id for row in all_properties().values() if row.discrepancy == id]
    if compared:
        yield Node(f"comes from comparing: {', '.join(compared)}")


def _technology(technology: Technology) -> Node:
    specification = technology.specification
    serves = tuple(
        Node(f"{link['requirement']} ({link['source']}): {link['how']}") for link in technology.serves
    )
    further = tuple(Node(f"{step['technology']}: {step['how']}") for step in technology.goes_further)
    found = [
        Node(technology.summary),
        Node(f"specification: {specification['current']} ({specification['state']})"),
        Node("serves", serves),
        Node("does not give", (Node(technology.does_not),)),
        Node("evidence", (Node(technology.evidence_how),)),
    ]
    if further:
        found.append(Node("to go further", further))
    if technology.note:
        found.append(Node(f"note: {technology.note}"))
    return Node(f"{technology.id}: {technology.name}, a {technology.kind}", tuple(found))
