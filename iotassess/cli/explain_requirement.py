"""``iotassess explain REQUIREMENT``: from what it asks to what would lift its verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iotassess.baseline.catalogue import Catalogue, Requirement, Technology
from iotassess.baseline.crosswalk import home, related
from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.cli.explain_applicability import applicability_node
from iotassess.cli.explain_ids import Named
from iotassess.cli.explain_parts import Locate, answered, asked
from iotassess.cli.explain_steps import next_steps
from iotassess.model.assessment import Assessment, RequirementResult
from iotassess.model.crosswalk import Link
from iotassess.model.verdict import Verdict
from iotassess.report.tree import Node

SETTLED: tuple[Verdict, ...] = ("verified", "not-applicable")


def requirement_page(
    named: Named, technologies: Mapping[str, Technology], assessment: Assessment | None, locate: Locate
) -> Node:
    """Explain a requirement: what it asks, its parts (answered, when a profile was named), what would help.

    Args:
        named: which one.
        technologies: the technology table.
        assessment: of its baseline, or None without a profile.
        locate: finds byte offsets.
    """
    catalogue, row = named.catalogue, named.requirement
    result = _result(assessment, catalogue.id, row.id)
    head = f"{row.id} {row.title}"
    about = [Node(row.summary), *_document(named), *_marks(row)]
    if catalogue.notice:
        about.append(Node(f"of this baseline: {catalogue.notice}"))
    if row.not_checkable:
        about.append(Node(f"no tool can check it: {row.not_checkable}"))
    if result is not None:
        head += f": {result.verdict}" + (f" at grade {result.grade}" if result.verdict == "declared" else "")
        if result.verdict in catalogue.words:
            about.append(Node(f"in the document's own word: {catalogue.words[result.verdict]}"))
        about.append(Node("because", tuple(Node(line) for line in result.because)))
    if result is not None and result.parts:
        about.append(Node("parts", tuple(answered(part, locate) for part in result.parts)))
    elif row.parts:
        about.append(Node("it asks", tuple(asked(part) for part in row.parts)))
    about.append(applicability_node(catalogue, row, assessment, locate))
    if result is None or result.verdict not in SETTLED:
        about.append(Node("to meet it", (Node(row.remediation),)))
    about += _technologies(catalogue, row, result, technologies)
    about += _elsewhere(catalogue, row)
    about.append(next_steps(row, result, technologies, assessment))
    return Node(head, tuple(about))


def _result(assessment: Assessment | None, baseline: str, id: str) -> RequirementResult | None:
    if assessment is None:
        return None
    return next(
        (r for b in assessment.baselines if b.id == baseline for r in b.requirements if r.id == id), None
    )


def _document(named: Named) -> Iterator[Node]:
    """Which document it stands in, which others have the id, and what took its place."""
    catalogue, row = named.catalogue, named.requirement
    yield Node(f"{catalogue.title}, edition {catalogue.edition}, section {row.section}: {row.category}")
    if catalogue.id in SHIPPED:
        mine = home(catalogue.id, row.id)
        same = [name for name in named.also if home(name, row.id) == mine]
        other = [f"{name}/{row.id}" for name in named.also if name not in same]
        if same:
            yield Node(f"the same row stands in {', '.join(same)}")
        if other:
            yield Node(f"another row of this id: {', '.join(other)}")
    for name, successors in named.void.items():
        newer = load_catalogue(name)
        titles = {r.id: r.title for r in newer.requirements}
        rows = tuple(Node(f"{name}/{id}: {titles[id]}") for id in successors)
        yield Node(f"void in edition {newer.edition}; in its place", rows)


def _marks(row: Requirement) -> Iterator[Node]:
    """How binding it is, and what we chose it for, with the reasons."""
    if row.status:
        yield Node(f"status as published: {row.status}")
    reasons = []
    if row.gate_reason:
        reasons.append(Node(f"gate, since: {row.gate_reason}"))
    if row.attestation_reason:
        reasons.append(Node(f"attestation, since: {row.attestation_reason}"))
    marks = f"{', gate' if row.gate else ''}{', attestation' if row.attestation else ''}"
    yield Node(f"force: {row.force}{marks}", tuple(reasons))
    if row.classification:
        yield Node(f"kind of requirement: {row.classification}")
    if row.process:
        yield Node(
            "it asks what an organisation does: judged from dated documents, grade 1 at most, counted apart"
        )


def _technologies(
    catalogue: Catalogue,
    row: Requirement,
    result: RequirementResult | None,
    technologies: Mapping[str, Technology],
) -> Iterator[Node]:
    """Technologies in use that serve it; where it is not met, those that would."""
    if result is not None and result.in_use:
        names = tuple(
            Node(f"{id}: {technologies[id].name}" if id in technologies else id) for id in result.in_use
        )
        yield Node("technologies in use", names)
    if result is None or result.verdict not in SETTLED:
        means = tuple(_means(catalogue, row, technologies))
        if means:
            yield Node("technologies that help", means)


def _means(catalogue: Catalogue, row: Requirement, technologies: Mapping[str, Technology]) -> Iterator[Node]:
    """Technologies that serve a requirement: as their own rows say it, then those that only it names."""
    ids = {row.id, f"{catalogue.id}/{row.id}", f"{catalogue.id.partition('@')[0]}/{row.id}"}
    told = set()
    for technology in technologies.values():
        for link in technology.serves:
            if link["requirement"] in ids:
                basis = "" if link["source"] == "seed" else " (our judgement)"
                told.add(technology.id)
                yield Node(f"{_name(technology)}{basis}", (Node(link["how"]),))
    for id in row.technologies:
        if id in technologies and id not in told:
            yield Node(f"{_name(technologies[id])} (our judgement)")


def _name(technology: Technology) -> str:
    return f"{technology.id}: {technology.name}, {technology.specification['current']}"


def _elsewhere(catalogue: Catalogue, row: Requirement) -> Iterator[Node]:
    """Rows of the crosswalk: what other baselines ask about the same."""
    links = related(catalogue.id, row.id) if catalogue.id in SHIPPED else ()
    if links:
        yield Node("related elsewhere (a verdict never carries over)", tuple(map(_link, links)))


def _link(link: Link) -> Node:
    cited = f", which cites {link.cited_as} of edition 2.1.1" if link.cited_as else ""
    return Node(f"{link.relationship} {link.target} ({link.provenance}{cited})", (Node(link.rationale),))
