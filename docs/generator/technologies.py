"""The page of technologies."""

from __future__ import annotations

from collections.abc import Mapping

from docs.generator.markdown import items, link, page, prose, table
from docs.generator.requirements import catalogues, place
from iotassess.baseline.catalogue import Technology
from iotassess.baseline.technologies import load_technologies
from iotassess.evidence.registry import KINDS


def page_of_all() -> str:
    """The page of technologies."""
    rows = load_technologies().values()
    overview = table(
        ("id", "name", "kind", "specification", "state"),
        [
            (link(t.id, f"#{t.id}"), t.name, t.kind, t.specification["current"], t.specification["state"])
            for t in rows
        ],
    )
    ids = {r.id: c.id for c in reversed(catalogues()) for r in c.requirements}
    return page(
        "Technologies",
        prose("""Means to meet requirements. For each requirement that is not met, the report names those that
        would help."""),
        overview,
        *(_technology(t, ids) for t in rows),
    )


def _technology(row: Technology, ids: Mapping[str, str]) -> str:
    known = {kind.id for kind in KINDS}
    served = []
    for serves in row.serves:
        id = serves["requirement"]
        name = link(id, place(ids[id], id)) if id in ids else f"`{id}`"
        basis = "" if serves["source"] == "seed" else " (our judgement)"
        served.append((0, f"{name}{basis}: {serves['how']}"))
    kinds = [
        link(k, f"artefact-kinds.md#{k}") if k in known else f"`{k}` (not read yet)"
        for k in row.evidence_kinds
    ]
    lines = [
        f"## {row.id}",
        prose(f"**{row.name}**, {row.kind}. {row.summary}"),
        f"Specification: {row.specification['current']} ({row.specification['state']}).",
        "Serves:",
        items(served),
        prose(f"What it does not do: {row.does_not}"),
        prose(f"Evidence: {', '.join(kinds) if kinds else 'no artefact kind'}. {row.evidence_how}"),
    ]
    if row.goes_further:
        lines.append("To go further:")
        further = [
            (0, f"{link(x['technology'], '#' + x['technology'])}: {x['how']}") for x in row.goes_further
        ]
        lines.append(items(further))
    if row.note:
        lines.append(prose(f"Note: {row.note}"))
    return "\n\n".join(lines)
