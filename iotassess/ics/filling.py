"""From an assessment to a filled Table B.1: an answer and a detail for every row.

verified and declared become Y; partial, not-satisfied and contradicted become N; not-applicable becomes N/A.
What is not assessed stays empty: neither answer would be known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from iotassess.ics.judged import Judged, Reason
from iotassess.ics.table import MAX_DETAIL, Condition, Row, Statement, Support
from iotassess.model.artefact import Artefact, walk
from iotassess.model.assessment import PartResult, RequirementResult, proving
from iotassess.model.cells import plain
from iotassess.model.claim import grade_name
from iotassess.model.verdict import Verdict

SUPPORT: Mapping[Verdict, Support] = {
    "verified": "Y",
    "declared": "Y",
    "partial": "N",
    "not-satisfied": "N",
    "contradicted": "N",
    "not-applicable": "N/A",
    "not-assessed": "",
}
"""Verdict → answer."""

NOTICE = (
    "A self-assessment, filled in by iotassess from a declared profile and its artefacts: no certificate, "
    "and no evaluation by a laboratory. Titles and conditions are paraphrased; the standard's text decides."
)
EXAMPLE = "EXAMPLE: made from an example product's profile, which may use published test keys"

MOST_FILES = 5
"""Files of evidence named in one detail; the rest is counted."""


def fill(judged: Judged) -> Statement:
    """Fill the pro forma in.

    Args:
        judged: one profile, judged against the baseline.
    """
    assessment = judged.assessment
    product, result = assessment.product, judged.result
    about = {
        "Product": " ".join(x for x in (product.vendor, product.model) if x),
        "Hardware revision": product.hardware_revision or "",
        "Firmware version": product.firmware_version or "",
        "Profile": f"{assessment.profile_path}, SHA-256 {assessment.profile_sha256}",
        "Baseline": f"{result.title}, edition {result.edition}, catalogue SHA-256 {result.catalogue_sha256}",
        "As of": str(assessment.as_of.date),
        "Filled in by": f"iotassess {assessment.tool_version}",
    }
    return Statement(
        title=f"{plain(result.title)}, edition {plain(result.edition)}: implementation conformance statement",
        example=assessment.example,
        rows=tuple(_rows(judged)),
        conditions=tuple(_conditions(judged)),
        about=tuple((name, plain(text, MAX_DETAIL)) for name, text in about.items() if text),
        notices=tuple(plain(text) for text in (NOTICE, result.notice) if text),
        date=str(assessment.as_of.date),
    )


def _rows(judged: Judged) -> Iterator[Row]:
    artefacts = {a.path: a for a in walk(judged.assessment.artefacts)}
    rows = {row.id: row for row in judged.catalogue.requirements}
    for row in judged.result.requirements:
        words = chain(
            _told(row),
            _proof(row, artefacts),
            _absent(judged, row, rows[row.id].absence.features) if row.verdict == "not-applicable" else (),
            _justified(row, judged.reasons.get(row.id)),
        )
        detail = ". ".join(text.rstrip(".") for text in words if text) + "."
        yield Row(
            reference=row.id,
            status=row.status,
            support=SUPPORT[row.verdict],
            detail=plain(detail, MAX_DETAIL),
            title=plain(row.title),
            category=plain(row.category),
        )


def _told(row: RequirementResult) -> Iterator[str]:
    """The verdict with its because."""
    because = "; ".join(text for text in row.because if text)
    if row.verdict == "not-assessed":
        yield f"Not assessed, to be answered by hand: {because}"
    elif row.verdict == "declared":
        yield f"Declared, not proven (grade {row.grade} {grade_name(row.grade)}): {because}"
    elif row.verdict != "not-applicable":
        yield f"{row.verdict.capitalize()}: {because}"


def _proof(row: RequirementResult, artefacts: Mapping[str, Artefact]) -> Iterator[str]:
    """Which artefact proves it, by which anchor, at which grade."""
    if row.verdict != "verified":
        return
    paths = list(dict.fromkeys(proving(row.parts)))
    for path in paths[:MOST_FILES]:
        yield f"Proven by {_vouched(artefacts[path])}"
    if len(paths) > MOST_FILES:
        yield f"And by {len(paths) - MOST_FILES} more artefacts"
    yield f"Grade {row.grade} {grade_name(row.grade)}"


def _vouched(artefact: Artefact) -> str:
    """Who vouches for an artefact."""
    signature = next((s for s in artefact.signatures if s.status == "verified"), None)
    if signature is None:
        return f"{artefact.path} (its digest stands in a manifest that is bound to the product)"
    mark = f", thumbprint {signature.thumbprint[:16]}…" if signature.thumbprint else ""
    return (
        f"{artefact.path} ({signature.alg} by anchor {signature.key}{mark}, named by the "
        f"{signature.anchor_source} for {signature.anchor_purpose})"
    )


def _absent(judged: Judged, row: RequirementResult, features: Iterable[str]) -> Iterator[str]:
    """Which conditions and features are absent, and how that was derived."""
    absent = [id for id in features if judged.holds(id) == "no"]
    for id in absent:
        text = judged.catalogue.features[id].text
        yield f"{id} does not hold ({text}): {_derived(judged.features[id])}"
    if not absent:  # a catalogue that names no features
        yield "; ".join(text for text in row.because if text)


def _derived(absent: PartResult) -> str:
    """By what an absence is known."""
    return f"{absent.because} (grade {absent.grade} {grade_name(absent.grade)})"


def _justified(row: RequirementResult, reason: Reason | None) -> Iterator[str]:
    """The profile's own reason for what is not answered by Y."""
    if reason is not None and reason.text and SUPPORT[row.verdict] != "Y":
        yield f"Justification ({reason.source}): {reason.text}"


def _conditions(judged: Judged) -> Iterator[Condition]:
    for feature in judged.catalogue.features.values():
        absent = judged.features[feature.id]
        holds = judged.holds(feature.id)
        detail = _derived(absent) if holds == "no" else absent.because
        yield Condition(feature.id, plain(feature.text), holds, plain(detail, MAX_DETAIL))
