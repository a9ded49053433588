"""Crosscheck on one screen: bind, grade, join, and the rules that are not a join."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from iotassess.crosscheck.beside import with_findings_beside
from iotassess.crosscheck.denylist import NOTHING, Denylist
from iotassess.crosscheck.device_keys import SIGNING_KEY
from iotassess.crosscheck.join import join
from iotassess.crosscheck.registry import RULES
from iotassess.crosscheck.releases import of_one_release
from iotassess.crosscheck.rules import Scene
from iotassess.crosscheck.table import ClaimTable
from iotassess.crosscheck.weighing import Weighing
from iotassess.model.artefact import Artefact, Shown, walk
from iotassess.model.assessment import Discrepancy
from iotassess.model.claim import PRODUCT, Claim, Grade, Source, Subject, Value
from iotassess.model.vocabulary import Property

RELEASE_PROPERTIES = ("component.digest", "component.image-digest")
"""What says which digest a component of this release has; reference values say it where they say one."""

IMAGE_PROPERTIES = frozenset({"component.image-digest", "component.size"})
"""What is computed from an image's bytes, so that a manifest that gives its digest covers it."""


class Crosschecked(NamedTuple):
    """Everything that judgement needs.

    Attributes:
        table: all claims: declared, documented, evidenced.
        artefacts: top level, bound and graded, nested ones in their places.
        discrepancies: errors first, then in a stable order.
    """

    table: ClaimTable
    artefacts: tuple[Artefact, ...]
    discrepancies: tuple[Discrepancy, ...]


def crosscheck(
    declared: Sequence[Claim],
    documented: Iterable[Claim],
    artefacts: Sequence[Artefact],
    properties: Mapping[str, Property],
    *,
    example: bool,
    denylist: Denylist = NOTHING,
) -> Crosschecked:
    """Hold the declaration and the artefacts against each other.

    1. Add what no decoder can see: rollbacks, manifests of reports, keys and firmware of the denylist.
    2. Bind each artefact (nested ones by themselves) and resolve its subjects.
    3. Grade each artefact; a key that several devices hold authenticates none of them. Bind images by the
       manifests that are bound.
    4. Turn what the artefacts show into claims; a measurement is fresh only if a reference agrees.
    5. Join all claims, then apply the other rules.

    Args:
        declared: the profile's claims.
        documented: claims of grade 1.
        artefacts: decoded, in the order of the call.
        properties: the closed vocabulary.
        example: the profile is an example, so this repository's TEST ONLY keys are in order.
        denylist: keys and firmware that the user knows to be bad.
    """
    profile = ClaimTable(declared, properties)
    installed = next((c.value for c in profile.about(PRODUCT, "update.sequence-number")), None)
    number = installed if isinstance(installed, int) else None
    listed = with_findings_beside(artefacts, installed=number, denylist=denylist)
    weighing = Weighing(profile, example)
    weighed = weighing.weigh(listed)
    flat = tuple(walk(weighed))
    bounds, subjects = weighing.bounds, weighing.subjects
    shown = [c for a in flat for c in _claims(a, weighing)]
    table = ClaimTable([*declared, *documented, *_settle_measurements(shown, declared)], properties)
    scene = Scene(
        table=table,
        artefacts=flat,
        mismatches={
            path: tuple((d, _claim(s, path, subjects[path], 2)) for d, s in bound.mismatches)
            for path, bound in bounds.items()
        },
        because={path: bound.because for path, bound in bounds.items()},
        example=example,
        denied=frozenset(denylist.digests),
    )
    found = merged([*join(table), *(d for rule in RULES for d in rule(scene))])
    return Crosschecked(table, weighed, ranked(found))


def ranked(found: Iterable[Discrepancy]) -> tuple[Discrepancy, ...]:
    """Put discrepancies in the order of reports: errors first, the best shown first."""
    return tuple(sorted(found, key=lambda d: (d.severity != "error", -d.grade, d.id, d.fingerprint)))


def merged(found: Iterable[Discrepancy]) -> list[Discrepancy]:
    """Put discrepancies of one fingerprint together: the worst severity counts, and every artefact is named.

    The same disagreement may be shown by a worthless copy of an artefact and by the artefact itself; the
    copy must not hide it.
    """
    groups: dict[str, Discrepancy] = {}
    for one in found:
        first = groups.get(one.fingerprint)
        if first is None:
            groups[one.fingerprint] = one
            continue
        worse = (
            one if (one.severity == "error", one.grade) > (first.severity == "error", first.grade) else first
        )
        groups[one.fingerprint] = worse._replace(
            grade=max(first.grade, one.grade),
            properties=tuple(dict.fromkeys([*first.properties, *one.properties])),
            evidenced=tuple(dict.fromkeys([*first.evidenced, *one.evidenced])),
        )
    return list(groups.values())


def _claim(shown: Shown, path: str, resolved: Mapping[Subject, Subject], grade: int) -> Claim:
    return Claim(resolved[shown.subject], shown.property, shown.value, grade, Source(path, shown.path))


def _claims(artefact: Artefact, weighing: Weighing) -> Iterable[Claim]:
    """Turn an artefact's statements into graded claims.

    An observation is authoritative only when the profile names the file for that role. What no signature
    covers is at most decoded; an image's digest was computed here, so its manifest's grade applies. What an
    artefact of this product says of another one beside it is nobody's business here.

    Args:
        artefact: bound and graded.
        weighing: what was found out about it. The grade of its signatures counts for the statement which key
            signed it, even where that key discredits the rest. Then what it says against the declaration
            still counts: else the declaration of another key, or of another device with this one, would
            silence it.
    """
    grade = artefact.grade or Grade.DECODED
    key_grade = weighing.signed[artefact.path]
    resolved = weighing.subjects[artefact.path]
    scopes = weighing.bounds[artefact.path].scopes
    other = artefact.binding == "other"
    device = artefact.device or _named_device(artefact, resolved)
    for shown in artefact.shown:
        binding = scopes.get(shown.scope, artefact.binding) if shown.scope else artefact.binding
        if binding == "other" and not other:
            continue
        own = key_grade if shown.property == SIGNING_KEY else grade
        if shown.property in IMAGE_PROPERTIES and artefact.path in weighing.lent:
            own = max(own if shown.covered else Grade.DECODED, weighing.lent[artefact.path])
        elif not shown.covered or (shown.scope and binding != "bound"):
            own = min(own, Grade.DECODED)
        yield Claim(
            resolved[shown.subject],
            shown.property,
            shown.value,
            int(own),
            Source(artefact.path, shown.path),
            observed=shown.observed and artefact.role is not None,
            other=other,
            device=device,
            kind=artefact.kind or "",
            vouched=bool(shown.covered) and key_grade >= Grade.AUTHENTICATED > grade,
        )


def _named_device(artefact: Artefact, resolved: Mapping[Subject, Subject]) -> str:
    """The one device that a certificate or voucher is about, by the profile's name if it has one; or ""."""
    if artefact.purpose != "identity":
        return ""
    named = {resolved[s.subject] for s in artefact.shown if s.subject.kind == "device"}
    return named.pop().name if len(named) == 1 else ""


def _settle_measurements(claims: list[Claim], declared: Iterable[Claim]) -> Iterable[Claim]:
    """Let a measurement stay fresh only where a reference of grade ≥ 4 from another artefact equals it.

    Args:
        claims: of all artefacts.
        declared: the profile's.
    """
    released: dict[Subject, set[Value]] = defaultdict(set)
    for claim in (*declared, *claims):
        if claim.property in RELEASE_PROPERTIES and (claim.grade != Grade.DECODED or claim.observed):
            released[claim.subject].add(claim.value)
    listed: dict[Subject, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.property == "component.reference":
            listed[claim.subject].append(claim)
    known = [c for c in claims if c.property in RELEASE_PROPERTIES]
    known += [c for subject, rows in listed.items() for c in of_one_release(rows, released[subject])]
    references = {(c.subject, c.value, c.source.artefact) for c in known if c.grade >= Grade.AUTHENTICATED}
    for claim in claims:
        if claim.property == "component.measurement" and claim.grade == Grade.FRESH:
            agrees = any(
                subject == claim.subject and value == claim.value and path != claim.source.artefact
                for subject, value, path in references
            )
            yield claim if agrees else claim._replace(grade=int(Grade.AUTHENTICATED))
        else:
            yield claim
