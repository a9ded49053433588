"""Pages about what is read: artefact kinds, problems, discrepancies, properties."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from docs.generator.markdown import anchor, code, link, page, prose, table
from iotassess.baseline.technologies import load_technologies
from iotassess.crosscheck import join, rules
from iotassess.evidence.registry import KINDS
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.problems import PROBLEMS
from iotassess.model.profile.leaves import leaves
from iotassess.model.vocabulary import COMPARED, Property


def artefact_kinds() -> str:
    """The page of artefact kinds."""
    known = {kind.id for kind in KINDS}
    rows = [
        (
            anchor(kind.id),
            kind.title,
            kind.specification,
            code(*kind.media_types),
            code(kind.purpose) if kind.purpose else "none",
            "yes" if kind.sniff else "no: it must be named as an image",
            kind.unsigned_form,
        )
        for kind in KINDS
    ]
    shown = [(f"`{kind.id}`", _shown_by(kind.id)) for kind in KINDS]
    waiting = {k: t.name for t in load_technologies().values() for k in t.evidence_kinds if k not in known}
    return page(
        "Artefact kinds",
        prose("""What can be read. A kind is recognised by its bytes, in this order; the name of the file says
        nothing. Anchors of the purpose in the fifth column authenticate it."""),
        table(
            ("kind", "what", "specification", "media types", "purpose", "recognised", "has an unsigned form"),
            rows,
        ),
        "## What each can show",
        prose("""A property is shown where the artefact has it. What no signature covers has at most
        [grade 2](../explanation/verdicts.md#grades)."""),
        table(("kind", "properties"), shown),
        "## Not read yet" if waiting else "",
        "These kinds would show more of the [technologies](technologies.md). A file of such a kind is not "
        "recognised, and is reported as that."
        if waiting
        else "",
        table(
            ("kind", "one of the technologies that it would show"),
            [(f"`{k}`", t) for k, t in waiting.items()],
        )
        if waiting
        else "",
    )


def _shown_by(kind: str) -> str:
    found = [link(row.id, f"properties.md#{row.id}") for row in COMPARED.values() if kind in row.shown_by]
    return ", ".join(found) or "-"


def problems() -> str:
    """The page of problems."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for id, (severity, meaning) in PROBLEMS.items():
        groups.setdefault(id.split("-")[0], []).append((anchor(id), severity, meaning))
    blocks = [f"## {name}\n\n{table(('id', 'severity', 'meaning'), rows)}" for name, rows in groups.items()]
    return page(
        "Problems",
        prose("""What can be wrong with an artefact by itself, whatever the profile says. Ids are permanent.
        An error makes `verify` exit with 1; a warning or a note does not. `eat-nonce-missing` is an error
        when a nonce was given, `eat-submod-unverified` when the signature is bad."""),
        *blocks,
    )


def discrepancies() -> str:
    """The page of discrepancies."""
    rules_text = inspect.getsource(rules) + inspect.getsource(join)
    rows = [
        (anchor(id), meaning, ", ".join(_raised_by(id, rules_text)) or "no artefact kind that is read now")
        for id, meaning in DISCREPANCIES.items()
    ]
    return page(
        "Discrepancies",
        prose("""Where declaration and artefacts disagree, or two artefacts with each other. A discrepancy
        is an error, and makes a requirement contradicted, when it rests on grade 4 or more or on an
        observation; otherwise it is a warning, a doubt ([the join](../explanation/verdicts.md#the-join)).
        Ids are permanent."""),
        table(("id", "meaning", "raised by"), rows),
    )


def _raised_by(id: str, rules_text: str) -> Iterator[str]:
    for row in COMPARED.values():
        if row.discrepancy == id:
            yield link(row.id, f"properties.md#{row.id}")
    if f'"{id}"' in rules_text:
        yield "a rule of its own"


COMPARISONS = {
    "equal": "equal",
    "digest": "digest",
    "at-least": "at least",
    "member": "member of the declared ones",
    "refines": "the declared state or a stronger one",
    "none": "not compared",
}


def properties() -> str:
    """The page of properties: those that artefacts show, and the leaves of the profile."""
    shown = [
        (
            anchor(row.id),
            row.subject,
            row.type,
            row.meaning,
            code(*row.shown_by),
            _comparison(row),
            link(row.discrepancy, f"discrepancies.md#{row.discrepancy}") if row.discrepancy else "-",
        )
        for row in COMPARED.values()
    ]
    declared = [
        (anchor(str(leaf.property)), leaf.subject, leaf.type, leaf.question, f"`{_path(leaf.path)}`")
        for leaf in leaves()
        if leaf.property and leaf.property not in COMPARED
    ]
    silent = [(f"`{_path(leaf.path)}`", leaf.why) for leaf in leaves() if leaf.property is None]
    return page(
        "Properties",
        "The closed vocabulary of [claims](../explanation/claims.md). Ids are permanent.",
        "## Properties that artefacts show",
        "Properties of one family are compared with each other.",
        table(("property", "about", "type", "meaning", "shown by", "compared", "discrepancy"), shown),
        "## Properties that only a profile or a document states",
        "Each is a leaf of [the profile](profile.md); `[]` stands for a member of a list.",
        table(("property", "about", "type", "question", "profile"), declared),
        "## Leaves of the profile that make no claim",
        table(("profile", "why"), silent),
    )


def _comparison(row: Property) -> str:
    text = COMPARISONS[row.compare]
    if row.cardinality == "alternatives":
        text += ", one of several alternatives"
    if row.family:
        text += f", family `{row.family}`"
    if row.order:
        text += f": {' < '.join(row.order)}"
    return text


def _path(path: tuple[str, ...]) -> str:
    return ".".join(path).replace(".*", "[]")
