"""``iotassess list``: every registry as a table or as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from iotassess.baseline.coverage import cover, uses
from iotassess.baseline.crosswalk import load_crosswalk
from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.baseline.registry import probes
from iotassess.baseline.technologies import load_technologies
from iotassess.evidence.registry import KINDS
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.problems import PROBLEMS
from iotassess.model.profile.leaves import all_properties
from iotassess.policy.policy import Rules
from iotassess.policy.registry import FIXED, RULES
from iotassess.report.escape import safe
from iotassess.report.registry import FORMATS

Row = dict[str, Any]


def baselines() -> Iterator[Row]:
    """Shipped baselines."""
    for name in SHIPPED:
        catalogue = load_catalogue(name)
        counted = cover(catalogue, probes())
        yield {
            "id": catalogue.id,
            "edition": catalogue.edition,
            "requirements": counted.rows,
            "mandatory": counted.mandatory,
            "gates": counted.gates,
            "attestation": counted.attestation,
            "shown_in_part": counted.in_part,
            "shown_wholly": counted.wholly,
            "title": catalogue.title,
        }


def requirements() -> Iterator[Row]:
    """All numbered items of the shipped baselines."""
    for name in SHIPPED:
        catalogue = load_catalogue(name)
        for row in catalogue.requirements:
            yield {
                "id": row.id,
                "baseline": catalogue.id,
                "force": row.force,
                "gate": row.gate,
                "title": row.title,
                "technologies": list(row.technologies),
            }


def all_probes() -> Iterator[Row]:
    """All probes, with the requirements that ask them and those that they tell the applicability of."""
    found = uses([load_catalogue(name) for name in SHIPPED], probes())
    for probe in probes().values():
        use = found[probe.id]
        yield {
            "id": probe.id,
            "kind": probe.kind,
            "asked_by": len(use.asked),
            "question": probe.question,
            "reads": list(probe.reads),
            "requirements": [f"{baseline}/{id}" for baseline, id in use.asked],
            "applicability": [f"{baseline}/{id}" for baseline, id in use.applicability],
        }


def properties() -> Iterator[Row]:
    """The closed vocabulary."""
    for row in all_properties().values():
        yield {
            "id": row.id,
            "subject": row.subject,
            "type": row.type,
            "shown_by": list(row.shown_by),
            "meaning": row.meaning,
        }


def crosswalk() -> Iterator[Row]:
    """Pairs of requirements of different baselines that have to do with each other."""
    for link in load_crosswalk():
        yield {
            "source": {"baseline": link.source.baseline, "id": link.source.id},
            "target": {"baseline": link.target.baseline, "id": link.target.id},
            "relationship": link.relationship,
            "provenance": link.provenance,
            "cited_as": link.cited_as or None,
            "rationale": link.rationale,
        }


def technologies() -> Iterator[Row]:
    """The technology table."""
    for technology in load_technologies().values():
        yield {
            "id": technology.id,
            "kind": technology.kind,
            "specification": technology.specification["current"],
            "state": technology.specification["state"],
            "name": technology.name,
            "serves": [link["requirement"] for link in technology.serves],
        }


def artefact_kinds() -> Iterator[Row]:
    """Artefact kinds that can be read."""
    for kind in KINDS:
        yield {
            "id": kind.id,
            "purpose": kind.purpose,
            "specification": kind.specification,
            "media_types": list(kind.media_types),
            "title": kind.title,
        }


def problems() -> Iterator[Row]:
    """Problems of artefacts."""
    for id, (severity, meaning) in PROBLEMS.items():
        yield {"id": id, "severity": severity, "meaning": meaning}


def discrepancies() -> Iterator[Row]:
    """Disagreements between declaration and artefacts."""
    for id, meaning in DISCREPANCIES.items():
        yield {"id": id, "meaning": meaning}


def rules() -> Iterator[Row]:
    """Rules of the gate."""
    default = Rules()
    for row in RULES:
        value = True if row.id in FIXED else default.of(row.id)
        yield {"id": row.id, "shipped_policy": "off" if value is False else "on", "title": row.title}


def formats() -> Iterator[Row]:
    """Report formats."""
    for row in FORMATS:
        yield {"id": row.id, "title": row.title}


MOST_OF_A_COLUMN = 44
"""Characters of a column between the id and the last one."""

LISTS: dict[str, Callable[[], Iterator[Row]]] = {
    "baselines": baselines,
    "requirements": requirements,
    "probes": all_probes,
    "properties": properties,
    "crosswalk": crosswalk,
    "technologies": technologies,
    "artefact-kinds": artefact_kinds,
    "problems": problems,
    "discrepancies": discrepancies,
    "rules": rules,
    "formats": formats,
}
"""What can be listed → where its rows come from."""


HEADINGS = {
    "requirements": ("rows", "requirements"),
    "mandatory": ("must", "mandatory"),
    "attestation": ("attested", "attestation rows"),
    "gates": ("gates", "gate rows"),
    "shown_in_part": ("in part", "shown in part by evidence"),
    "shown_wholly": ("wholly", "shown wholly by evidence"),
    "asked_by": ("asked by", "asked by"),
}
"""Key → heading of its column, and how it is named where a row is written out; else it is the key."""


def as_text(rows: list[Row], width: int) -> str:
    """Write rows as columns, the ids whole and the last text cut to the width. Lists are left to the JSON.

    Where a column holds numbers, the columns have headings, since a number does not tell what it counts; and
    where they do not fit, each row is written out.

    Args:
        rows: of one list, so with the same keys.
        width: columns of the terminal.
    """
    keys = [key for key in (rows[0] if rows else {}) if not isinstance(rows[0][key], (list, dict))]
    numbers = [isinstance(rows[0][key], int) and not isinstance(rows[0][key], bool) for key in keys]
    cells = [[safe("" if row[key] is None else row[key]) for key in keys] for row in rows]
    if any(numbers):
        cells.insert(0, [HEADINGS.get(key, (key, key))[0] for key in keys])
    widths = [max((len(line[i]) for line in cells), default=0) for i in range(len(keys))]
    widths[1:-1] = [min(w, MOST_OF_A_COLUMN) for w in widths[1:-1]]
    left = width - sum(w + 2 for w in widths[:-1])
    if any(numbers) and left < LEAST_OF_THE_LAST:
        return "".join(_written_out(keys, line, width) for line in cells[1:])
    found = []
    for line in cells:
        shown = [
            safe(text, w).rjust(w) if number else safe(text, w).ljust(w)
            for text, w, number in zip(line[:-1], widths, numbers, strict=False)
        ]
        found.append("  ".join([*shown, safe(line[-1], max(LEAST_OF_THE_LAST, left))]).rstrip())
    return "\n".join(found) + "\n"


LEAST_OF_THE_LAST = 20
"""Characters of the last column, whatever the width."""


def _written_out(keys: list[str], line: list[str], width: int) -> str:
    """One row under its id: the last text, then each value with its name."""
    names = [HEADINGS.get(key, (key, key))[1] for key in keys]
    values = ", ".join(f"{name} {text}" for name, text in zip(names[1:-1], line[1:-1], strict=True))
    wrapped = [
        row
        for text in (line[-1], values)
        for row in textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="  ")
    ]
    return "\n".join([line[0], *wrapped]) + "\n"


def crosswalk_as_text(rows: list[Row], width: int) -> str:
    """Write the crosswalk: a pair with its relationship and who pairs it, and below it why.

    Args:
        rows: of :func:`crosswalk`.
        width: columns of the terminal.
    """
    found = []
    for row in rows:
        source, target = (f"{row[end]['baseline']}/{row[end]['id']}" for end in ("source", "target"))
        cited = f", as {row['cited_as']}" if row["cited_as"] else ""
        pair = f"{source} {row['relationship']} {target} ({row['provenance']}{cited})"
        found += textwrap.wrap(safe(pair), width, subsequent_indent="    ", break_on_hyphens=False)
        found += textwrap.wrap(
            safe(row["rationale"]),
            width,
            initial_indent="  ",
            subsequent_indent="    ",
            break_on_hyphens=False,
        )
    return "\n".join(found) + "\n"


TEXTS: dict[str, Callable[[list[Row], int], str]] = {"crosswalk": crosswalk_as_text}
"""Lists that are not written as columns → how they are written."""
