"""SUIT reports against the envelopes of the same call: is the manifest that a device reports on the one here?

A report names its manifest by digest (draft-ietf-suit-report-18, suit-reference). A decoder sees one file, so
the comparison is made here. It is a digest that the envelope's own bytes were found to have that counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from iotassess.model.artefact import Artefact, walk
from iotassess.model.problems import problem


def with_report_matches(artefacts: Sequence[Artefact]) -> tuple[Artefact, ...]:
    """Tell for every report which envelope it is about.

    A report gets the claim ``manifest``, the path of that envelope. Where envelopes are there and it is about
    none of them, it gets ``suit-report-reference-mismatch`` and shows nothing any more: what came of another
    update is no answer here. Nothing is said as long as there is one whose digest cannot be compared.

    Args:
        artefacts: in the order of the call; those nested in them count, too.
    """
    envelopes = [found for found in walk(artefacts) if found.kind == "suit-envelope"]
    if not envelopes:
        return tuple(artefacts)
    return tuple(_matched(artefact, envelopes) for artefact in artefacts)


def _matched(artefact: Artefact, envelopes: Sequence[Artefact]) -> Artefact:
    nested = tuple(_matched(inner, envelopes) for inner in artefact.nested)
    if any(new is not old for new, old in zip(nested, artefact.nested, strict=True)):
        artefact = replace(artefact, nested=nested)
    return _report(artefact, envelopes) if artefact.kind == "suit-report" else artefact


def _report(report: Artefact, envelopes: Sequence[Artefact]) -> Artefact:
    claims = report.claims or {}
    digest = _digest((claims.get("reference") or {}).get("digest"))
    if digest is None or any(found.id == "suit-digest-length" for found in report.problems):
        return report
    found = [(envelope, _compare(envelope, digest)) for envelope in envelopes]
    about = next((envelope for envelope, same in found if same), None)
    if about is not None:
        return replace(report, claims={**claims, "manifest": about.path})
    if any(same is None for _, same in found):
        return report
    note = problem(
        "suit-report-reference-mismatch",
        f"the report is about the manifest with the {digest[0]} digest {digest[1]}; expected that of "
        f"{_named(envelopes)}: hand in the manifest that was reported on, or the report of this one",
        at="reference.digest",
    )
    return replace(report, problems=(*report.problems, note), shown=())


def _digest(value: Any) -> tuple[str, str] | None:
    """Give algorithm and value of a digest in claims."""
    return (value["alg"], value["value"]) if isinstance(value, dict) else None


def _compare(envelope: Artefact, digest: tuple[str, str]) -> bool | None:
    """Tell whether an envelope's manifest has a digest; None where that cannot be told."""
    claims = envelope.claims or {}
    own = _digest(claims.get("digest"))
    if own is None or own[0] != digest[0] or claims.get("digest_matches") is None:
        return None
    return own == digest and claims["digest_matches"] is True


def _named(envelopes: Sequence[Artefact]) -> str:
    """Name the envelopes, the first few of many."""
    names = [envelope.path for envelope in envelopes[:3]]
    more = len(envelopes) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
