"""``iotassess explain``: from an id to everything that is known about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from iotassess.advice import place
from iotassess.baseline.coverage import uses
from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.baseline.registry import Probe, probes
from iotassess.baseline.technologies import load_technologies
from iotassess.cli.explain_applicability import feature_page
from iotassess.cli.explain_ids import everything, resolve
from iotassess.cli.explain_parts import Locate
from iotassess.cli.explain_requirement import requirement_page
from iotassess.cli.explain_technology import technology_page
from iotassess.errors import UsageError
from iotassess.evidence.registry import KINDS
from iotassess.model.assessment import Assessment
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.problems import PROBLEMS
from iotassess.model.profile.leaves import all_properties, leaves
from iotassess.model.visible import cut
from iotassess.policy.registry import rules
from iotassess.report.tree import Node

MOST_OF_AN_ID = 80
"""Characters of an unknown id that are repeated: the longest known one has some fifty."""


def explain(id: str, assessment: Assessment | None, locate: Locate) -> Node:
    """Explain an id.

    Args:
        id: requirement or feature (with ``baseline/`` in front where only that one is meant), probe,
            property, technology, problem, discrepancy, rule of the gate or artefact kind.
        assessment: of the profile that was named, so that a requirement is explained with its answer.
        locate: finds byte offsets.

    Raises:
        UsageError: nothing has that id; the nearest ids are named.
    """
    technologies = load_technologies()
    named = resolve(id)
    if named is not None and named.kind == "requirement":
        return requirement_page(named, technologies, assessment, locate)
    if named is not None:
        return feature_page(named, assessment, locate)
    if id in probes():
        return _probe(probes()[id])
    if id in technologies:
        return technology_page(technologies[id])
    if id in PROBLEMS:
        severity, meaning = PROBLEMS[id]
        return Node(f"{id}: a problem of an artefact ({severity})", (Node(meaning),))
    if id in DISCREPANCIES:
        return Node(f"{id}: a discrepancy", (Node(DISCREPANCIES[id]), *_discrepancy(id)))
    if id in rules():
        rule = rules()[id]
        return Node(f"{id}: {rule.title}", (Node("a rule of the gate"), Node(rule.text)))
    if id in all_properties():
        return _property(id)
    for kind in KINDS:
        if kind.id == id:
            return Node(
                f"{id}: an artefact kind", (Node(kind.title), Node(f"specification: {kind.specification}"))
            )
    raise _unknown(id, technologies)


def _unknown(id: str, technologies: Iterable[str]) -> UsageError:
    """Say that there is no such id, and which are near."""
    prefix, slash, rest = id.rpartition("/")
    if slash:
        try:
            ids = [row.id for row in load_catalogue(prefix).requirements]
        except UsageError as error:
            return error
        near = [f"{prefix}/{found}" for found in difflib.get_close_matches(rest, ids, 3)]
    else:
        ids = [*everything(), *probes(), *technologies, *PROBLEMS, *DISCREPANCIES, *rules()]
        ids += [*all_properties(), *(kind.id for kind in KINDS)]
        ids = list(dict.fromkeys(ids))
        near = difflib.get_close_matches(id, ids, 3) or difflib.get_close_matches(id.upper(), ids, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else "iotassess list shows the ids that there are"
    return UsageError(f"got {cut(repr(id), MOST_OF_AN_ID)}, which is no known id", hint=hint)


def _probe(probe: Probe) -> Node:
    """A probe: what it looks at, and which requirements it serves."""
    use = uses([load_catalogue(name) for name in SHIPPED], probes())[probe.id]
    about = [
        Node(f"a probe; {'evidence' if probe.kind == 'evidence' else 'only a document'} can show it"),
        Node(probe.text),
        Node(f"reads: {', '.join(probe.reads)}"),
        Node("asked by", tuple(_by_baseline(use.asked)) or (Node("no requirement"),)),
    ]
    if use.applicability:
        about.append(Node("tells whether these apply", tuple(_by_baseline(use.applicability))))
    return Node(f"{probe.id}: {probe.question}", tuple(about))


def _by_baseline(items: Iterable[tuple[str, str]]) -> Iterator[Node]:
    """One line for each baseline."""
    found: dict[str, list[str]] = {}
    for baseline, id in items:
        found.setdefault(baseline, []).append(id)
    for baseline, ids in found.items():
        yield Node(f"{baseline}: {', '.join(ids)}")


def _property(id: str) -> Node:
    row = all_properties()[id]
    places = [place(leaf.path) for leaf in leaves() if leaf.property == id]
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
