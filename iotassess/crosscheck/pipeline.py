"""Crosscheck on one screen: bind, grade, join, and the rules that are not a join."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from iotassess.crosscheck.binding import Bound, Resolver, bind, bind_image
from iotassess.crosscheck.device_keys import SIGNING_KEY, DeviceKeys
from iotassess.crosscheck.grading import artefact_grade, is_fresh
from iotassess.crosscheck.join import join
from iotassess.crosscheck.rollback import with_rollbacks
from iotassess.crosscheck.rules import RULES, Scene
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.artefact import Artefact, Shown, walk
from iotassess.model.assessment import Discrepancy
from iotassess.model.claim import PRODUCT, Claim, Grade, Source, Subject
from iotassess.model.vocabulary import Property

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
    installed = next((c.value for c in profile.about(PRODUCT, "update.sequence-number")), None)
    listed = with_rollbacks(artefacts, installed if isinstance(installed, int) else None)
    weighing = _Weighing(profile, example)
    weighed = weighing.weigh(listed)
    flat = tuple(walk(weighed))
    bounds, subjects = weighing.bounds, weighing.subjects
    shown = [c for a in flat for c in _claims(a, subjects[a.path], weighing.signed[a.path])]
    table = ClaimTable([*declared, *documented, *_settle_measurements(shown)], properties)
    scene = Scene(
        table=table,
        artefacts=flat,
        mismatches={
            path: tuple((d, _claim(s, path, subjects[path], 2)) for d, s in bound.mismatches)
            for path, bound in bounds.items()
        },
        because={path: bound.because for path, bound in bounds.items()},
        example=example,
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


class _Weighing:
    """Steps 2 and 3: what each artefact is about, and how far it is to be believed.

    Attributes:
        bounds: path → what the binding step said.
        subjects: path → the artefact's subjects in the profile's terms.
        signed: path → the grade that its signatures alone give, whatever discredits their keys.
    """

    def __init__(self, profile: ClaimTable, example: bool) -> None:
        self._profile = profile
        self._resolver = Resolver(profile)
        self._example = example
        self.bounds: dict[str, Bound] = {}
        self.subjects: dict[str, dict[Subject, Subject]] = {}
        self.signed: dict[str, int] = {}

    def weigh(self, artefacts: Iterable[Artefact]) -> tuple[Artefact, ...]:
        """Bind and grade artefacts, nested ones by themselves, and images by the manifests that are bound."""
        weighed = [self._bind(a) for a in artefacts]
        vouched = [a for a in walk(weighed) if self.signed[a.path] >= Grade.INTACT]
        keys = DeviceKeys(self._profile, vouched, self.subjects)
        weighed = [self._discredit(a, keys) for a in weighed]
        manifests = [
            (min(a.grade or 2, 4), a) for a in walk(weighed) if a.binding == "bound" and not _is_image(a)
        ]
        return tuple(_weigh_image(a, manifests) if _is_image(a) else a for a in weighed)

    def _bind(self, artefact: Artefact) -> Artefact:
        resolved = self._resolver.subjects(artefact.shown)
        bound = bind(artefact, self._profile, resolved)
        grade = artefact_grade(artefact, bound.binding, example=self._example)
        if grade == Grade.AUTHENTICATED and is_fresh(artefact):
            grade = int(Grade.FRESH)
        self.bounds[artefact.path] = bound
        self.subjects[artefact.path] = resolved
        self.signed[artefact.path] = grade
        nested = tuple(self._bind(inner) for inner in artefact.nested)
        return replace(artefact, binding=bound.binding, grade=grade, nested=nested)

    def _discredit(self, artefact: Artefact, keys: DeviceKeys) -> Artefact:
        most = keys.most(artefact, self.subjects[artefact.path])
        nested = tuple(self._discredit(inner, keys) for inner in artefact.nested)
        return replace(artefact, grade=min(self.signed[artefact.path], most), nested=nested)


def _is_image(artefact: Artefact) -> bool:
    return artefact.kind == "firmware-image"


def _weigh_image(image: Artefact, manifests: list[tuple[int, Artefact]]) -> Artefact:
    binding, grade = bind_image(image, manifests)
    return replace(image, binding=binding, grade=grade)


def _claim(shown: Shown, path: str, resolved: Mapping[Subject, Subject], grade: int) -> Claim:
    return Claim(resolved[shown.subject], shown.property, shown.value, grade, Source(path, shown.path))


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
        own = key_grade if shown.property == SIGNING_KEY else grade
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
