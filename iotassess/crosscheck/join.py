"""The join: claims of one family about one subject, from different sources, must agree.

One function for all properties and all artefact kinds: a new kind is compared with every other kind, and
with the declaration, by emitting claims.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator

from iotassess.crosscheck.agreement import Agreement, agreement
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.assessment import Discrepancy
from iotassess.model.claim import Claim, Grade, Subject, is_authoritative, is_declared
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.vocabulary import Property

BETWEEN_ARTEFACTS = (
    "component.digest",
    "component.version",
    "component.signer",
    "component.size",
    "device.attestation-key",
    "network.mud-url",
)
"""Families in which two artefacts of one release must agree. Elsewhere (the way in which two updates are
transported, the state of two devices) each is held against the declaration alone."""


def make_discrepancy(
    id: str,
    subject: Subject,
    message: str,
    *,
    declared: Claim | None,
    evidenced: Iterable[Claim],
    properties: Iterable[str],
    error: bool,
) -> Discrepancy:
    """Build a discrepancy of the closed list.

    Args:
        id: an id of ``model.discrepancies``; another one is a bug (``KeyError``).
        subject: what the sides disagree about.
        message: what is said, by whom, what to do next.
        declared: the profile's side.
        evidenced: the artefacts' side.
        properties: a part that reads one of them is touched.
        error: it rests on grade ≥ 4 or on an observation.
    """
    DISCREPANCIES[id]
    claims = tuple(evidenced)
    mark = _mark(id, subject, declared, claims)
    return Discrepancy(
        id=id,
        fingerprint=hashlib.sha256(mark.encode()).hexdigest()[:16],
        severity="error" if error else "warning",
        message=message,
        grade=max((c.grade for c in claims), default=0),
        subject=subject,
        properties=tuple(dict.fromkeys(properties)),
        declared=declared,
        evidenced=claims,
    )


def _mark(id: str, subject: Subject, declared: Claim | None, claims: Iterable[Claim]) -> str:
    """What a fingerprint is made of: id, subject and both values, a line each.

    Where a value has line ends of its own, or imitates an absent one, it is written as JSON instead: no value
    may make two disagreements look like one, since a waiver for the one would cover the other.
    """
    values = sorted(f"{c.property}={c.value}" for c in claims)
    lines = [id, str(subject), str(declared.value if declared else None), *values]
    imitates = declared is not None and str(declared.value) == str(None)
    if imitates or any("\n" in line for line in lines):
        return json.dumps([lines, declared is not None])
    return "\n".join(lines)


def join(table: ClaimTable) -> list[Discrepancy]:
    """Hold all claims against each other and return the disagreements, in a stable order.

    Args:
        table: all claims, resolved and graded.
    """
    found: list[Discrepancy] = []
    for (subject, family), claims in table.families().items():
        declared = [c for c in claims if is_declared(c)]
        shown = [c for c in claims if not is_declared(c)]
        if not shown:
            continue
        against = _against_declaration(table, subject, family, declared, shown)
        found += against
        if family in BETWEEN_ARTEFACTS:
            # Who disagrees with the declaration is told of already, and who agrees with it beside it.
            told = {_side(claim) for discrepancy in against for claim in discrepancy.evidenced}
            found += _between_artefacts(table, subject, [c for c in shown if _side(c) not in told])
    return sorted(found, key=lambda d: (d.id, d.subject, d.fingerprint))


def _against_declaration(
    table: ClaimTable, subject: Subject, family: str, declared: list[Claim], shown: list[Claim]
) -> list[Discrepancy]:
    """Compare what artefacts show with what the profile declares."""
    row = table.properties[family]
    if not declared:
        declared = [c for c in table.about(subject, f"{family}.any") if c.value is False]
        if not declared:
            return []
    odd: dict[tuple[str, object], list[Claim]] = defaultdict(list)
    for claims in _alternatives(table, shown):
        if table.properties[claims[0].property].cardinality != "alternatives":
            if _disagrees(table, row, declared, claims[0]):
                odd["", claims[0].value] += claims
        elif _compare(table, declared, claims) == "disagrees":
            odd[claims[0].source.artefact or "", claims[0].property] += _odd_ones(table, claims, declared)
    told = {c for claims in odd.values() for c in claims}
    agreeing = [
        c
        for c in shown
        if (c.grade >= Grade.INTACT or c.observed)
        and c not in told
        and any(_agrees(table, d, c) for d in declared)
    ]
    return [_pair(table, subject, declared[0], claims, agreeing) for claims in odd.values()]


def _agrees(table: ClaimTable, declared: Claim, shown: Claim) -> bool:
    return agreement(table.properties[shown.property], declared.value, shown.value) == "agrees"


def _disagrees(table: ClaimTable, row: Property, declared: list[Claim], claim: Claim) -> bool:
    """Whether a shown value disagrees: with every declared member of a set, or with the one value."""
    if row.cardinality == "set" and declared[0].value is False and declared[0].property != row.id:
        return True
    verdicts = {agreement(table.properties[claim.property], d.value, claim.value) for d in declared}
    if row.cardinality == "set":
        return "disagrees" in verdicts and "agrees" not in verdicts
    return "disagrees" in verdicts


def _alternatives(table: ClaimTable, claims: list[Claim]) -> list[list[Claim]]:
    """Group claims: the alternatives that one artefact gives together, every other claim by itself."""
    groups: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for index, claim in enumerate(claims):
        together = table.properties[claim.property].cardinality == "alternatives"
        groups[claim.source.artefact, claim.property, None if together else index].append(claim)
    return list(groups.values())


def _compare(table: ClaimTable, first: list[Claim], second: list[Claim]) -> Agreement:
    """Hold alternatives against alternatives: one pair that agrees is enough."""
    found: set[Agreement] = set()
    for one in first:
        for other in second:
            row = max(table.properties[one.property], table.properties[other.property], key=_rank)
            found.add(agreement(row, one.value, other.value))
    order: tuple[Agreement, ...] = ("agrees", "weaker", "disagrees")
    return next((verdict for verdict in order if verdict in found), "incomparable")


def _side(claim: Claim) -> tuple[str | None, str]:
    """By whom and as what something was said; digests by several algorithms are one statement."""
    return claim.source.artefact, claim.property


def _odd_ones(table: ClaimTable, claims: list[Claim], against: list[Claim]) -> list[Claim]:
    """Those of several alternatives that can be held against the other side, and differ from it."""
    return [c for c in claims if _compare(table, [c], against) == "disagrees"]


def _rank(row: Property) -> int:
    return row.rank


def _pair(
    table: ClaimTable, subject: Subject, declared: Claim, claims: list[Claim], agreeing: list[Claim]
) -> Discrepancy:
    """Name both sides of a disagreement with the declaration, and which artefacts agree with it."""
    row = max((table.properties[c.property] for c in claims), key=lambda r: r.rank)
    values = ", ".join(dict.fromkeys(str(c.value) for c in claims))
    where = ", ".join(dict.fromkeys(str(c.source) for c in claims))
    line = f" (line {declared.source.line})" if declared.source.line else ""
    others = ", ".join(dict.fromkeys(str(c.source.artefact) for c in agreeing))
    also = f" ({others} agree{'s' if ',' not in others else ''} with the declaration)" if others else ""
    said = f"{subject}: {declared.source.path}{line} declares {declared.value}"
    message = (
        f"{said}, but {where} shows {values}{also}; "
        "correct the declaration, or find out why the artefact differs"
    )
    return make_discrepancy(
        row.discrepancy or "",
        subject,
        message,
        declared=declared,
        evidenced=claims,
        properties=[declared.property.removesuffix(".any"), *(c.property for c in claims), *row.touches],
        error=any(is_authoritative(c) for c in claims),
    )


def _between_artefacts(table: ClaimTable, subject: Subject, shown: list[Claim]) -> list[Discrepancy]:
    """Compare what two artefacts show about the same thing."""
    found: list[Discrepancy] = []
    for first, second in _disagreeing(table, _alternatives(table, shown)):
        row = max(table.properties[first[0].property], table.properties[second[0].property], key=_rank)
        one, other = _odd_ones(table, first, second), _odd_ones(table, second, first)
        message = (
            f"{subject}: {_said(one)}, but {_said(other)}; find out which of the two belongs to this release"
        )
        found.append(
            make_discrepancy(
                row.discrepancy or "",
                subject,
                message,
                declared=None,
                evidenced=(*one, *other),
                properties=(first[0].property, second[0].property, *row.touches),
                error=any(map(is_authoritative, one)) and any(map(is_authoritative, other)),
            )
        )
    return found


def _disagreeing(table: ClaimTable, groups: list[list[Claim]]) -> Iterator[tuple[list[Claim], list[Claim]]]:
    """Give each pair of artefacts' statements that disagree, in order.

    Hundreds of devices say the same, so what is said is compared and not who says it.
    """
    places: dict[tuple[object, ...], list[int]] = {}
    said = [tuple([(c.property, type(c.value), c.value) for c in group]) for group in groups]
    by: dict[tuple[object, ...], set[str | None]] = {}
    for place, what in enumerate(said):
        places.setdefault(what, []).append(place)
        by.setdefault(what, set()).add(groups[place][0].source.artefact)
    against = {
        what: [
            other
            for other, theirs in places.items()
            if (len(by[what]) > 1 or by[what] != by[other])
            and _compare(table, groups[own[0]], groups[theirs[0]]) == "disagrees"
        ]
        for what, own in places.items()
    }
    for index, first in enumerate(groups):
        later = [p for other in against[said[index]] for p in places[other][bisect(places[other], index) :]]
        for second in sorted(later):
            if first[0].source.artefact != groups[second][0].source.artefact:
                yield first, groups[second]


def _said(claims: list[Claim]) -> str:
    """Say what one artefact shows; of many alternatives the first and how many there are."""
    more = f" (or one of {len(claims) - 1} others)" if len(claims) > 1 else ""
    return f"{claims[0].source} shows {claims[0].value}{more}"
