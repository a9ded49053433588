"""The few cross-checks that are not an agreement of two values, each its own function.

A rule sees the graded claims and the bound artefacts and returns discrepancies. Here are those about the
software and the worth of artefacts; all of them are listed in :mod:`iotassess.crosscheck.registry`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from iotassess.crosscheck.join import make_discrepancy
from iotassess.crosscheck.releases import of_one_release
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.artefact import Artefact, Purpose
from iotassess.model.assessment import Discrepancy
from iotassess.model.claim import PRODUCT, Claim, Digest, Grade, Source, Subject, is_authoritative

RESTS_ON: dict[Purpose, tuple[str, ...]] = {
    "update": ("update.authenticated",),
    "attestation": ("attestation.supported",),
}
"""What falls with the worth of an artefact of a purpose: when everybody can sign it, or it is another's."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a rule looks at.

    Attributes:
        table: all claims, resolved and graded.
        artefacts: bound and graded, nested ones included.
        mismatches: for each artefact about another product or version, the pairs that say so.
        example: the profile is an example.
        denied: digests of firmware that the user's denylist names.
    """

    table: ClaimTable
    artefacts: tuple[Artefact, ...]
    mismatches: dict[str, tuple[tuple[Claim, Claim], ...]]
    because: dict[str, str]
    example: bool
    denied: frozenset[Digest] = frozenset()


def other_product(scene: Scene) -> Iterator[Discrepancy]:
    """An artefact handed in as evidence is about another product or another version."""
    for artefact in scene.artefacts:
        pairs = scene.mismatches.get(artefact.path, ())
        if artefact.binding != "other" or not pairs:
            continue
        yield make_discrepancy(
            "evidence-for-other-product",
            PRODUCT,
            f"{artefact.path}: {scene.because[artefact.path]}; it supports nothing here: hand in the "
            "artefact of this release, or correct the declared identity",
            declared=pairs[0][0],
            evidenced=[shown for _, shown in pairs],
            properties=[*(shown.property for _, shown in pairs), *_rests_on(artefact)],
            error=False,
        )


def _rests_on(artefact: Artefact) -> tuple[str, ...]:
    """What is in doubt when an artefact that the profile hands in turns out to be worth nothing."""
    if artefact.role is None or artefact.purpose is None:
        return ()
    return RESTS_ON.get(artefact.purpose, ())


def undeclared_component(scene: Scene) -> Iterator[Discrepancy]:
    """An artefact speaks of a component that the profile does not declare."""
    if not scene.table.of("component.any"):
        return
    groups: dict[tuple[str, Subject], list[Claim]] = defaultdict(list)
    for claim in scene.table.claims:
        subject = claim.subject
        if subject.kind == "component" and subject.scheme in (
            "suit-component-id",
            "measurement-type",
            "signer",
        ):
            groups[claim.source.artefact or "", subject].append(claim)
    for (path, subject), claims in groups.items():
        yield make_discrepancy(
            "component-undeclared",
            subject,
            f"{path} speaks of a component with {subject.scheme} {subject.name!r}, which the profile does "
            "not declare; declare it, or find out what it is",
            declared=None,
            evidenced=claims,
            properties=["component.any", *(c.property for c in claims)],
            error=any(is_authoritative(c) for c in claims),
        )


def unmeasured_component(scene: Scene) -> Iterator[Discrepancy]:
    """A declared component with a measurement type is missing in a token that measures others."""
    expected = scene.table.of("component.measurement-type")
    measured: dict[str, list[Claim]] = defaultdict(list)
    for claim in scene.table.of("component.measurement"):
        if not claim.other:
            measured[claim.source.artefact or ""].append(claim)
    for path, claims in measured.items():
        present = {c.subject for c in claims}
        for wanted in expected:
            if wanted.subject in present:
                continue
            yield make_discrepancy(
                "component-unmeasured",
                wanted.subject,
                f"{path} measures {len(claims)} component(s), but not {wanted.subject.name} "
                f"(measurement type {wanted.value}); find out why the device leaves it out",
                declared=wanted,
                evidenced=claims,
                properties=["component.measurement"],
                error=any(is_authoritative(c) for c in claims),
            )


def unreferenced_measurement(scene: Scene) -> Iterator[Discrepancy]:
    """A device measured something that nothing declares or releases a digest for."""
    for claim in scene.table.of("component.measurement"):
        if claim.subject.scheme != "profile" or claim.other:
            continue
        peers = [
            *scene.table.about(claim.subject, "component.digest"),
            *scene.table.about(claim.subject, "component.image-digest"),
        ]
        released = {p.value for p in peers}
        peers += of_one_release(scene.table.about(claim.subject, "component.reference"), released)
        if any(getattr(p.value, "alg", None) == getattr(claim.value, "alg", "") for p in peers):
            continue
        yield make_discrepancy(
            "measurement-unreferenced",
            claim.subject,
            f"{claim.source}: nothing to hold {claim.value} against; declare the component's digest under "
            "the same algorithm, or hand in a manifest or reference values",
            declared=None,
            evidenced=[claim],
            properties=["component.measurement"],
            error=False,
        )


def test_key(scene: Scene) -> Iterator[Discrepancy]:
    """A key whose private half is published signs an artefact of a product that is not an example."""
    for artefact in scene.artefacts:
        for signature in artefact.signatures:
            own = signature.test_key == "own" and scene.example
            if signature.status != "verified" or signature.test_key is None or own:
                continue
            observed = artefact.role is not None
            claim = Claim(
                PRODUCT,
                "key.any",
                f"{signature.key}",
                artefact.grade or Grade.DECODED,
                Source(artefact.path, "signature"),
                observed=observed,
            )
            touched = RESTS_ON.get(artefact.purpose, ()) if artefact.purpose else ()
            yield make_discrepancy(
                "test-key-in-release",
                PRODUCT,
                f"{artefact.path} is signed with {signature.key}, whose private half is published: anybody "
                "can sign like that; sign the release with a key of your own",
                declared=None,
                evidenced=[claim],
                properties=touched,
                error=observed,
            )
