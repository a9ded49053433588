"""The crosswalk between the baselines of an assessment as an OSCAL 1.2.1 mapping collection (NIST).

It says which requirements have to do with each other, in the words of OSCAL's control mapping model, and
nothing of any verdict: verdicts never cross it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from iotassess.errors import UsageError
from iotassess.model.assessment import Assessment, BaselineResult
from iotassess.model.crosswalk import PROVENANCES, Item, Link
from iotassess.report.oscal import document, metadata
from iotassess.report.oscal_ids import NAMESPACE, Ids, control_id, named
from iotassess.report.oscal_text import Object, filled, line, prop, props, prose
from iotassess.report.registry import Look

TITLE: Final = "Crosswalk between the baselines of an assessment"
SAID: Final = (
    "Which requirements of the baselines have to do with each other, by published documents or by our own "
    "judgement, as each entry says. It is for reading: common ground is no equivalence, and no verdict "
    "crosses it."
)

_Pair = tuple[str, str]
"""Ids of the two baselines of a mapping."""


def render(assessment: Assessment, look: Look) -> str:
    """Render as an OSCAL document in JSON.

    Args:
        assessment: whose picture has the crosswalk.
        look: does not matter here.

    Raises:
        UsageError: there is no row, and OSCAL has no form for a collection without any.
    """
    links = assessment.picture.crosswalk if assessment.picture is not None else ()
    if not links:
        ids = ", ".join(baseline.id for baseline in assessment.baselines) or "none"
        raise UsageError(
            f"oscal-mapping: the crosswalk has no row between the baselines that were assessed ({ids})",
            hint="assess two that it knows, for example -b enisa-gp-tm -b etsi-en-303-645",
        )
    pairs: dict[_Pair, list[Link]] = {}
    for link in links:
        pairs.setdefault((link.source.baseline, link.target.baseline), []).append(link)
    known = {baseline.id: baseline for baseline in assessment.baselines}
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    resources = {name: named(NAMESPACE, "catalogue", name) for name in names}
    body = {
        "metadata": {**metadata(assessment, TITLE), "remarks": SAID},
        "provenance": _provenance(),
        "mappings": [_mapping(pair, rows, resources, known, links) for pair, rows in pairs.items()],
        "back-matter": {"resources": [_resource(name, resources, known.get(name)) for name in names]},
    }
    return document("mapping-collection", body)


def _provenance() -> Object:
    """How the rows were made: paired one by one, by what the texts mean."""
    told = [prop("provenance", name, remarks=prose(means)) for name, means in PROVENANCES.items()]
    return {
        "method": "human",
        "matching-rationale": "semantic",
        "status": "not-complete",
        "mapping-description": SAID,
        "props": [row for rows in told for row in rows],
    }


def _resource(name: str, resources: dict[str, str], baseline: BaselineResult | None) -> Object:
    """A catalogue; of one that another baseline includes, only the id is known here."""
    edition = f", edition {baseline.edition}" if baseline is not None else ""
    members = {
        "baseline": name,
        "edition": baseline.edition if baseline is not None else None,
        "sha-256": baseline.catalogue_sha256 if baseline is not None else None,
    }
    return filled(
        uuid=resources[name],
        title=line(f"Catalogue {name}{edition}"),
        description=prose(baseline.title) if baseline is not None else "",
        props=props(members),
        remarks="It is no OSCAL catalogue; the ids of controls are those of our assessment results.",
    )


def _mapping(
    pair: _Pair,
    rows: Sequence[Link],
    resources: dict[str, str],
    known: dict[str, BaselineResult],
    links: Sequence[Link],
) -> Object:
    ids = Ids(named(NAMESPACE, "mapping", *pair))
    source, target = pair
    mapped = {end for link in links for end in (link.source, link.target)}
    return filled(
        uuid=ids.root,
        source_resource={"type": "catalog", "href": f"#{resources[source]}"},
        target_resource={"type": "catalog", "href": f"#{resources[target]}"},
        maps=[_map(ids, row) for row in rows],
        source_gap_summary=_gap(ids, known.get(source), mapped),
        target_gap_summary=_gap(ids, known.get(target), mapped),
    )


def _map(ids: Ids, row: Link) -> Object:
    members = {"provenance": row.provenance, "cited-as": row.cited_as}
    return filled(
        uuid=ids.new("map", row.source.id, row.target.id),
        relationship=row.relationship,
        sources=[_end(row.source)],
        targets=[_end(row.target)],
        props=props(members),
        remarks=prose(row.rationale),
    )


def _end(item: Item) -> Object:
    return filled(
        type="control", id_ref=control_id(item.baseline, item.id), props=props({"requirement": item.id})
    )


def _gap(ids: Ids, baseline: BaselineResult | None, mapped: Iterable[Item]) -> Object | None:
    """The requirements of a baseline that no row of the collection names."""
    if baseline is None:
        return None
    named_here = set(mapped)
    left = [row.id for row in baseline.requirements if Item(baseline.id, row.id) not in named_here]
    if not left:
        return None
    return {
        "uuid": ids.new("gap", baseline.id),
        "unmapped-controls": [{"with-ids": [control_id(baseline.id, id) for id in left]}],
    }
