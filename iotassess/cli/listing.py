"""``iotassess list``: every registry as a table or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from iotassess.baseline.loader import SHIPPED, load_catalogue, load_technologies
from iotassess.baseline.registry import probes
from iotassess.evidence.registry import KINDS
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.problems import PROBLEMS
from iotassess.model.profile.leaves import all_properties
from iotassess.report.escape import safe
from iotassess.report.registry import FORMATS

Row = dict[str, Any]


def baselines() -> Iterator[Row]:
    """Shipped baselines."""
    for name in SHIPPED:
        catalogue = load_catalogue(name)
        yield {
            "id": catalogue.id,
            "edition": catalogue.edition,
            "requirements": len(catalogue.requirements),
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
    """All probes."""
    for probe in probes().values():
        yield {"id": probe.id, "kind": probe.kind, "question": probe.question, "reads": list(probe.reads)}


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
    "technologies": technologies,
    "artefact-kinds": artefact_kinds,
    "problems": problems,
    "discrepancies": discrepancies,
    "formats": formats,
}
"""What can be listed → where its rows come from."""


def as_text(rows: list[Row], width: int) -> str:
    """Write rows as columns, the ids whole and the last text cut to the width. Lists are left to the JSON.

    Args:
        rows: of one list, so with the same keys.
        width: columns of the terminal.
    """
    keys = [key for key in (rows[0] if rows else {}) if not isinstance(rows[0][key], list)]
    cells = [[safe("" if row[key] is None else row[key]) for key in keys] for row in rows]
    widths = [max((len(line[i]) for line in cells), default=0) for i in range(len(keys))]
    widths[1:-1] = [min(w, MOST_OF_A_COLUMN) for w in widths[1:-1]]
    room = max(20, width - sum(w + 2 for w in widths[:-1]))
    found = []
    for line in cells:
        shown = [safe(text, w).ljust(w) for text, w in zip(line[:-1], widths, strict=False)]
        found.append("  ".join([*shown, safe(line[-1], room)]).rstrip())
    return "\n".join(found) + "\n"
