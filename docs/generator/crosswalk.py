"""The page of the crosswalk: what of other baselines is related to a requirement, and who says so."""

from __future__ import annotations

from itertools import groupby

from docs.generator.markdown import link, page, prose, table
from docs.generator.requirements import place
from iotassess.baseline.crosswalk import load_crosswalk
from iotassess.model.crosswalk import PROVENANCES, Link


def crosswalk_page() -> str:
    """The page of all pairs, by the two baselines that they join."""
    blocks = []
    rows = load_crosswalk()
    for (source, target), links in groupby(rows, key=lambda row: (row.source.baseline, row.target.baseline)):
        blocks.append(f"## {source} and {target}")
        blocks.append(
            table(
                ("requirement", "relationship", "requirement", "who pairs them", "what they have in common"),
                [_row(row) for row in links],
            )
        )
    return page(
        "Crosswalk",
        prose("""Requirements of different baselines that have to do with each other. The relationship is read
        from left to right, in the words of OSCAL's control mapping model. It is for reading: common ground is
        no equivalence, and a verdict never crosses it."""),
        table(("who pairs them", "what that means"), [(f"`{k}`", v) for k, v in PROVENANCES.items()]),
        *blocks,
    )


def _row(row: Link) -> tuple[str, ...]:
    cited = f" (as {row.cited_as})" if row.cited_as else ""
    return (
        link(row.source.id, place(*row.source)),
        row.relationship,
        link(row.target.id, place(*row.target)),
        f"{row.provenance}{cited}",
        row.rationale,
    )
