"""Weighing: what each artefact is about, and how far it is to be believed.

Binding comes first, then the grade that signatures give, then what takes from it (a key of several devices)
or adds to it (a manifest that gives an image's digest).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from iotassess.crosscheck.binding import Bound, Resolver, bind, bind_image
from iotassess.crosscheck.device_keys import DeviceKeys
from iotassess.crosscheck.grading import artefact_grade, is_fresh
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.artefact import Artefact, walk
from iotassess.model.claim import Grade, Subject
from iotassess.model.vocabulary import TOKENS

UNSIGNED_IMAGE = "firmware-image"
IMAGES = frozenset({UNSIGNED_IMAGE, "mcuboot-image"})
"""Kinds whose digests are computed here, so that a manifest that gives one of them vouches for it."""


class Weighing:
    """Steps 2 and 3: what each artefact is about, and how far it is to be believed.

    Attributes:
        bounds: path → what the binding step said.
        subjects: path → the artefact's subjects in the profile's terms.
        signed: path → the grade that its signatures alone give, whatever discredits their keys.
        lent: path of an image → the grade that a manifest lends to its digests.
    """

    def __init__(self, profile: ClaimTable, example: bool) -> None:
        self._profile = profile
        self._resolver = Resolver(profile)
        self._example = example
        self.bounds: dict[str, Bound] = {}
        self.subjects: dict[str, dict[Subject, Subject]] = {}
        self.signed: dict[str, int] = {}
        self.lent: dict[str, int] = {}

    def weigh(self, artefacts: Iterable[Artefact]) -> tuple[Artefact, ...]:
        """Bind and grade artefacts, nested ones by themselves, and images by the manifests that are bound."""
        weighed = [self._bind(a) for a in artefacts]
        vouched = [a for a in walk(weighed) if self.signed[a.path] >= Grade.INTACT]
        keys = DeviceKeys(self._profile, vouched, self.subjects)
        weighed = [self._discredit(a, keys) for a in weighed]
        flat = list(walk(weighed))
        weighed = [self._lend(a, flat, keys) for a in weighed]
        manifests = [(min(a.grade or 2, 4), a) for a in walk(weighed) if _gives_digests(a)]
        return tuple(self._weigh_images(a, manifests) for a in weighed)

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
        scopes = tuple(bound.scopes.items())
        return replace(artefact, binding=bound.binding, scopes=scopes, grade=grade, nested=nested)

    def _discredit(self, artefact: Artefact, keys: DeviceKeys) -> Artefact:
        most = keys.most(artefact, self.subjects[artefact.path])
        nested = tuple(self._discredit(inner, keys) for inner in artefact.nested)
        return replace(artefact, grade=min(self.signed[artefact.path], most), nested=nested)

    def _lend(self, artefact: Artefact, flat: list[Artefact], keys: DeviceKeys) -> Artefact:
        """Bind what names another artefact of the call as what it is about, by what that is about."""
        nested = tuple(self._lend(inner, flat, keys) for inner in artefact.nested)
        subject = _subject_of(artefact, flat)
        if subject is None or artefact.binding == "other":
            return replace(artefact, nested=nested)
        binding = subject.binding or "unknown"
        because = f"it is about {subject.path}, whose binding it has"
        self.bounds[artefact.path] = Bound(binding, because)
        grade = artefact_grade(artefact, binding, example=self._example)
        self.signed[artefact.path] = grade
        most = keys.most(artefact, self.subjects[artefact.path])
        return replace(artefact, binding=binding, grade=min(grade, most), nested=nested)

    def _weigh_images(self, artefact: Artefact, manifests: list[tuple[int, Artefact]]) -> Artefact:
        """Bind images by the manifests that give their digests; a signed one keeps its own worth, too."""
        if artefact.kind not in IMAGES:
            return artefact
        binding, lent = bind_image(artefact, manifests)
        self.lent[artefact.path] = lent
        if artefact.kind == UNSIGNED_IMAGE:
            return replace(artefact, binding=binding, grade=lent)
        if binding == "bound" and artefact.binding != "bound":
            # Nothing but the manifest says whose image it is, so that it is worth no more than that.
            grade = min(artefact_grade(artefact, "bound", example=self._example), lent)
            self.signed[artefact.path] = grade
            return replace(artefact, binding="bound", grade=grade)
        return artefact


def _gives_digests(artefact: Artefact) -> bool:
    return artefact.binding == "bound" and artefact.kind not in IMAGES


def _subject_of(artefact: Artefact, flat: Iterable[Artefact]) -> Artefact | None:
    """What a report, message or result is about: the manifest that it names or brings, the evidence in it.

    They are named by a digest in the signed part, or stand in it, so that it is certain which one is meant.
    """
    claims = artefact.claims or {}
    if artefact.kind == "suit-report":
        return next((a for a in flat if a.path == claims.get("manifest")), None)
    if artefact.kind == "teep-message":
        return next((a for a in artefact.nested if a.kind == "suit-envelope" and a.binding == "bound"), None)
    if artefact.kind == "ear":
        digest = (claims.get("raw_evidence") or {}).get("sha256")
        return next((a for a in flat if digest and a.sha256 == digest and _is_evidence(a, artefact)), None)
    return None


def _is_evidence(token: Artefact, result: Artefact) -> bool:
    """Whether a result can be about it: a signed token that nothing refutes, of the device that it names."""
    return (
        token.kind in TOKENS
        and token.wellformed
        and token.authenticity not in ("failed", "unsigned")
        and (not result.device or result.device == token.device)
    )
