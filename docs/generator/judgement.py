"""Pages about what is asked: probes and baselines."""

from __future__ import annotations

from docs.generator.markdown import link, page, prose, table
from docs.generator.requirements import catalogues, file_of, home, place
from iotassess.baseline import loader
from iotassess.baseline.coverage import cover, sharing
from iotassess.baseline.registry import Probe, probes

HEADINGS = ("Looks at", "Why it matters", "Decides", "References")


def probe_page() -> str:
    """The page of probes, each with the requirements that ask it."""
    users: dict[str, list[str]] = {}
    for catalogue in catalogues():
        for row in catalogue.requirements:
            if home(catalogue, row) != catalogue.id:
                continue
            absence = row.absence.when.probes() if row.absence.when else ()
            for id in dict.fromkeys([id for part in row.parts for id in part.probes()] + list(absence)):
                users.setdefault(id, []).append(link(row.id, place(catalogue.id, row.id)))
    return page(
        "Probes",
        prose("""A probe is one question over [claims](../explanation/claims.md), as code without bytes,
        clock or network. Of kind *evidence* are those that a supported artefact kind can show; of kind
        *document* those that only a document can, or nobody but the maker. Silence is always
        `indeterminate`. Ids are permanent."""),
        *(_probe(row, users.get(row.id, [])) for row in probes().values()),
    )


def _probe(row: Probe, users: list[str]) -> str:
    reads = ", ".join(link(id, f"properties.md#{id}") for id in row.reads)
    lines = [f"## {row.id}", row.question, f"Kind: {row.kind}. Reads: {reads}."]
    if row.params:
        lines.append(
            "Parameters: " + ", ".join(f"`{k}` (default `{v}`)" for k, v in row.params.items()) + "."
        )
    lines.append(blocks_of(row.text))
    lines.append(f"Asked by: {', '.join(users) if users else 'no shipped baseline'}.")
    return "\n\n".join(line for line in lines if line)


def blocks_of(text: str) -> str:
    """Set the headings of a probe's documentation off, and make one paragraph of each block."""
    blocks = []
    for block in text.split("\n\n"):
        flat = " ".join(block.split())
        head = next((h for h in HEADINGS if flat.startswith(f"{h}:")), None)
        blocks.append(prose(f"**{head}:**{flat[len(head) + 1 :]}" if head else flat))
    return "\n\n".join(blocks)


def baselines() -> str:
    """The page that lists the baselines, with what is counted of them."""
    rows = []
    for catalogue in catalogues():
        counted = cover(catalogue, probes())
        rows.append(
            (
                link(catalogue.id, file_of(catalogue.id)),
                catalogue.edition,
                catalogue.title,
                counted.rows,
                counted.mandatory or "",
                counted.gates,
                counted.attestation,
                counted.in_part,
                counted.wholly,
                "yes" if catalogue.id in loader.DEFAULTS else "",
            )
        )
    shared = sharing(catalogues(), probes())
    head = ("id", "edition", "title", "requirements", "mandatory", "gate", "attestation")
    shown = ("evidence shows some of", "evidence shows all of", "assessed unless another is named")
    return page(
        "Baselines",
        prose("""What a profile and its artefacts are held against. Each is complete: requirements that no
        tool can check are there and marked. Titles and summaries are this project's own words; the
        published document decides."""),
        table((*head, *shown), rows),
        prose(f"""Probes are shared, verdicts are not: {shared.probes} probes answer {shared.requirements}
        requirements of {shared.baselines} baselines, and {shared.shared} of them are asked by more than one
        baseline. Which requirements are related, [the crosswalk](crosswalk.md) tells."""),
        prose("""`-b ID`, `-b ID@EDITION` or `-b FILE` chooses, `-b all` takes all.
        [Catalogues](catalogues.md) says how to write one."""),
    )
