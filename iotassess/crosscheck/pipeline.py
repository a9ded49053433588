"""Crosscheck on one screen: bind, grade, join, and the rules that are not a join."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from iotassess.crosscheck.binding import Bound, Resolver, bind, bind_image
from iotassess.crosscheck.grading import artefact_grade, is_fresh
from iotassess.crosscheck.join import join
from iotassess.crosscheck.rollback import with_rollbacks
from iotassess.crosscheck.rules import RULES, Scene
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.artefact import Artefact, Shown
from iotassess.model.assessment import Discrepancy
from iotassess.model.claim import PRODUCT, Claim, Grade, Source, Subject, Value
from iotassess.model.vocabulary import Property

_SIGNING_KEY = "device.attestation-key"

REFERENCE_PROPERTIES = ("component.digest", "component.image-digest")
"""What a measurement may be held against to be fresh."""


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
) -> Crosschecked:
    """Hold the declaration and the artefacts against each other.

    1. Add rollbacks, which no decoder can see.
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
    """
    profile = ClaimTable(declared, properties)
    resolver = Resolver(profile)
    installed = next((c.value for c in profile.about(PRODUCT, "update.sequence-number")), None)
    listed = with_rollbacks(artefacts, installed if isinstance(installed, int) else None)
    bounds: dict[str, Bound] = {}
    subjects: dict[str, dict[Subject, Subject]] = {}
    key_grades: dict[str, int] = {}

    def weigh(artefact: Artefact) -> Artefact:
        resolved = resolver.subjects(artefact.shown)
        bound = bind(artefact, profile, resolved)
        bounds[artefact.path] = bound
        subjects[artefact.path] = resolved
        grade = artefact_grade(artefact, bound.binding, example=example)
        if grade == Grade.AUTHENTICATED and is_fresh(artefact):
            grade = int(Grade.FRESH)
        key_grades[artefact.path] = grade
        if _is_foreign(artefact, profile, resolved):
            grade = int(Grade.DECODED)
        nested = tuple(weigh(inner) for inner in artefact.nested)
        return replace(artefact, binding=bound.binding, grade=grade, nested=nested)

    weighed = [weigh(a) for a in listed]
    shared = _shared_keys(_flatten(weighed), profile, subjects, key_grades)
    admitted = _admits_sharing(profile)
    weighed = [_discredit(a, shared, admitted) for a in weighed]
    flat = list(_flatten(weighed))
    manifests = [(min(a.grade or 2, 4), a) for a in flat if a.binding == "bound" and not _is_image(a)]
    weighed = [_weigh_image(a, manifests) if _is_image(a) else a for a in weighed]
    flat = list(_flatten(weighed))
    shown = [c for a in flat for c in _claims(a, subjects[a.path], key_grades[a.path])]
    table = ClaimTable([*declared, *documented, *_settle_measurements(shown)], properties)
    scene = Scene(
        table=table,
        artefacts=tuple(flat),
        mismatches={
            path: tuple((d, _claim(s, path, subjects[path], 2)) for d, s in bound.mismatches)
            for path, bound in bounds.items()
        },
        because={path: bound.because for path, bound in bounds.items()},
        example=example,
    )
    found = merged([*join(table), *(d for rule in RULES for d in rule(scene))])
    return Crosschecked(table, tuple(weighed), ranked(found))


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


def _flatten(artefacts: Iterable[Artefact]) -> Iterable[Artefact]:
    """Walk artefacts with the tokens nested in them."""
    for artefact in artefacts:
        yield artefact
        yield from _flatten(artefact.nested)


def _is_image(artefact: Artefact) -> bool:
    return artefact.kind == "firmware-image"


def _weigh_image(image: Artefact, manifests: list[tuple[int, Artefact]]) -> Artefact:
    binding, grade = bind_image(image, manifests)
    return replace(image, binding=binding, grade=grade)


def _claim(shown: Shown, path: str, resolved: Mapping[Subject, Subject], grade: int) -> Claim:
    return Claim(resolved[shown.subject], shown.property, shown.value, grade, Source(path, shown.path))


def _is_foreign(artefact: Artefact, profile: ClaimTable, resolved: Mapping[Subject, Subject]) -> bool:
    """Whether it is signed by another key than the one declared for the device that it speaks of.

    One that names no device must be signed by the key of one that is declared, where any is.
    """
    named = [shown for shown in artefact.shown if shown.property == _SIGNING_KEY]
    if named or artefact.device:
        return any(
            claim.value != shown.value
            for shown in named
            for claim in profile.about(resolved[shown.subject], _SIGNING_KEY)
        )
    known = {claim.value for claim in profile.of(_SIGNING_KEY)}
    keys = _keys(artefact)
    return bool(known and keys) and artefact.purpose == "attestation" and not keys & known


def _keys(artefact: Artefact) -> set[Value]:
    """What tells apart the keys that its signatures verified by: thumbprints, or names of shared secrets."""
    found = [s for s in artefact.signatures if s.status == "verified"]
    return {s.thumbprint or f"the secret {s.key}" for s in found if s.thumbprint or s.key}


def _shared_keys(
    artefacts: Iterable[Artefact],
    profile: ClaimTable,
    subjects: Mapping[str, Mapping[Subject, Subject]],
    key_grades: Mapping[str, int],
) -> frozenset[Value]:
    """Keys that sign for more than one device, as signatures verify or as the profile declares.

    A token that names no device is not one more device: it may be about one of those that are known.
    """
    holders: dict[Value, set[object]] = {}
    for claim in profile.of(_SIGNING_KEY):
        holders.setdefault(claim.value, set()).add(claim.subject)
    for artefact in artefacts:
        if artefact.purpose != "attestation" or key_grades[artefact.path] < Grade.INTACT:
            continue
        named = [s for s in artefact.shown if s.property == _SIGNING_KEY]
        for shown in named:
            holders.setdefault(shown.value, set()).add(subjects[artefact.path][shown.subject])
        if not named and artefact.device:
            for key in _keys(artefact):
                holders.setdefault(key, set()).add(artefact.device)
    return frozenset(key for key, devices in holders.items() if len(devices) > 1)


def _admits_sharing(profile: ClaimTable) -> bool:
    """Whether the profile says itself that attestation keys, or identities, are not those of one device."""
    if any(claim.value is False for claim in profile.about(PRODUCT, "identity.per-device")):
        return True
    attesting = [c.subject for c in profile.of("key.purpose") if c.value == "attestation"]
    by_vendor = {c.subject for c in profile.of("key.held-by") if c.value == "vendor"}
    return any(
        claim.value is False
        for subject in attesting
        if subject not in by_vendor
        for claim in profile.about(subject, "key.unique")
    )


def _discredit(artefact: Artefact, shared: frozenset[Value], admitted: bool) -> Artefact:
    """Take the authentication from what a key signed that several devices hold: any of them may have."""
    nested = tuple(_discredit(inner, shared, admitted) for inner in artefact.nested)
    grade = artefact.grade
    if artefact.purpose == "attestation" and (admitted or _keys(artefact) & shared):
        grade = min(grade or Grade.DECODED, Grade.INTACT)
    return replace(artefact, grade=grade, nested=nested)


def _claims(artefact: Artefact, resolved: Mapping[Subject, Subject], key_grade: int) -> Iterable[Claim]:
    """Turn an artefact's statements into graded claims.

    An observation is authoritative only when the profile names the file for that role. What no signature
    covers is at most decoded; an image's digest was computed here, so its manifest's grade applies.

    Args:
        artefact: bound and graded.
        resolved: its subjects in the profile's terms.
        key_grade: grade of the statement which key signed it, even where that key discredits the rest. Then
            what it says against the declaration still counts: else the declaration of another key, or of
            another device with this one, would silence it.
    """
    grade = artefact.grade or Grade.DECODED
    other = artefact.binding == "other"
    for shown in artefact.shown:
        own = key_grade if shown.property == _SIGNING_KEY else grade
        if not shown.covered and not _is_image(artefact):
            own = min(own, Grade.DECODED)
        yield Claim(
            resolved[shown.subject],
            shown.property,
            shown.value,
            int(own),
            Source(artefact.path, shown.path),
            observed=shown.observed and artefact.role is not None,
            other=other,
            device=artefact.device,
            vouched=bool(shown.covered) and key_grade >= Grade.AUTHENTICATED > grade,
        )


def _settle_measurements(claims: list[Claim]) -> Iterable[Claim]:
    """Let a measurement stay fresh only where a reference of grade ≥ 4 from another artefact equals it."""
    references = {
        (c.subject, c.value, c.source.artefact)
        for c in claims
        if c.property in REFERENCE_PROPERTIES and c.grade >= Grade.AUTHENTICATED
    }
    for claim in claims:
        if claim.property == "component.measurement" and claim.grade == Grade.FRESH:
            agrees = any(
                subject == claim.subject and value == claim.value and path != claim.source.artefact
                for subject, value, path in references
            )
            yield claim if agrees else claim._replace(grade=int(Grade.AUTHENTICATED))
        else:
            yield claim
