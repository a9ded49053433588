"""``iotassess explain TECHNOLOGY``: the page of one technology."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iotassess.baseline.catalogue import Technology
from iotassess.baseline.loader import SHIPPED
from iotassess.model.claim import Value
from iotassess.profile.technology import technology_rules
from iotassess.profile.technology.conditions import words
from iotassess.profile.technology.example import written
from iotassess.profile.technology.model import Conflict, From, Implied, Need, Rules
from iotassess.report.tree import Node


def technology_page(technology: Technology) -> Node:
    """Tell what a technology is, how it is declared, what it serves, what it needs, and what goes further."""
    specification = technology.specification
    rules = technology_rules()[technology.id]
    found = [
        Node(technology.summary),
        Node(f"specification: {specification['current']} ({specification['state']})"),
        Node(f"checked: {specification['checked']}"),
        Node(f"the seed (draft-moran-iot-nets-02) cites: {specification['seed_cites']}"),
    ]
    if technology.goes_with:
        found.append(Node(f"a variant or a companion of: {technology.goes_with}"))
    found += [
        _declaration(rules),
        *_elsewhere(technology),
        *_implied(rules),
        *_limits(rules),
        *_served(technology),
        Node("does not give", (Node(technology.does_not),)),
        _evidence(technology),
    ]
    further = tuple(Node(f"{step['technology']}: {step['how']}") for step in technology.goes_further)
    if further:
        found.append(Node("to go further", further))
    if technology.note:
        found.append(Node(f"note: {technology.note}"))
    return Node(f"{technology.id}: {technology.name}, a {technology.kind}", tuple(found))


def _declaration(rules: Rules) -> Node:
    """What a profile may say of it, with an example."""
    names = ", ".join(version.name for version in rules.versions if not version.instead)
    former = tuple(
        Node(f"{version.name}: replaced; see {version.instead}")
        for version in rules.versions
        if version.instead and not version.name[-2:].isdigit()
    )
    parameters = tuple(
        Node(f"{name}: {parameter.meaning} ({parameter.expected})")
        for name, parameter in rules.parameters.items()
    )
    return Node(
        "how to declare it in a profile",
        (
            Node(f"version: {names or 'any text, such as a product and its version'}", former),
            Node("parameters", parameters),
            Node("for example", (_example(rules),)),
        ),
    )


def _example(rules: Rules) -> Node:
    """An example as nodes: a level of the tree is a level of YAML, so that it can be copied as it stands."""
    entry = [Node(f'version: "{rules.version}"')] if rules.version else []
    if rules.example:
        parameters = tuple(Node(f"{name}: {written(value)}") for name, value in rules.example.items())
        entry.append(Node("parameters:", parameters))
    return Node("technologies:", (Node(f"- id: {rules.id}", tuple(entry)),))


def _elsewhere(technology: Technology) -> Iterator[Node]:
    """Other answers of a profile that say that it is in use."""
    if technology.declared_by:
        yield Node("in use, too, where a profile says", tuple(map(_way, technology.declared_by)))


def _way(way: Mapping[str, tuple[Value, ...] | None]) -> Node:
    parts = (
        f"{property} {'(anything)' if values is None else ' or '.join(map(_value, values))}"
        for property, values in way.items()
    )
    return Node(" with ".join(parts))


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _implied(rules: Rules) -> Iterator[Node]:
    """What follows for the profile where it does not say it itself."""
    if rules.implies:
        yield Node(
            "declared with it, where the profile does not say it itself", tuple(map(_follows, rules.implies))
        )


def _follows(rule: Implied) -> Node:
    value = f"the parameter {rule.value.parameter}" if isinstance(rule.value, From) else _value(rule.value)
    when = f" (where {' and '.join(map(words, rule.when))})" if rule.when else ""
    why = "" if isinstance(rule.value, From) else f": {rule.why}"
    return Node(f"{rule.property} = {value}{when}{why}")


def _limits(rules: Rules) -> Iterator[Node]:
    """What it needs, and what must not or should not go together."""
    inside = (Node(f"has inside: {', '.join(rules.builds_on)}"),) if rules.builds_on else ()
    needs = (*inside, *map(_need, rules.needs))
    if needs:
        yield Node("needs", needs)
    for severity, title in (("error", "must not go together"), ("warning", "seldom goes together")):
        rows = tuple(_conflict(row) for row in rules.conflicts if row.severity == severity)
        if rows:
            yield Node(title, rows)


def _need(need: Need) -> Node:
    when = f" (where {' and '.join(map(words, need.when))})" if need.when else ""
    return Node(f"{need.why}{when}: {'; or '.join(map(words, need.any_of))}")


def _conflict(conflict: Conflict) -> Node:
    return Node(f"{' and '.join(map(words, conflict.all_of))}: {conflict.why}")


def _served(technology: Technology) -> Iterator[Node]:
    """Requirements that it serves, by baseline."""
    for baseline in SHIPPED:
        rows = tuple(
            Node(f"{link['requirement']} ({link['source'].replace('-', ' ')}): {link['how']}")
            for link in technology.serves
            if link["baseline"] == baseline
        )
        if rows:
            yield Node(f"serves in {baseline}", rows)


def _evidence(technology: Technology) -> Node:
    """What shows it."""
    kinds = ", ".join(technology.evidence_kinds)
    head = (Node(f"artefact kinds: {kinds}"),) if kinds else ()
    return Node("evidence", (*head, Node(technology.evidence_how)))
