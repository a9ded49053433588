"""Rules about what nobody may exchange: product, signers and catalogues; and how many have signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iotassess.model.artefact import INDEPENDENT, Artefact, Purpose, SignatureResult
from iotassess.model.assessment import Assessment
from iotassess.model.gate import Finding
from iotassess.policy.policy import Pinned
from iotassess.policy.scene import Scene, about_artefact, about_release


def product_pinned(scene: Scene, value: Mapping[str, str]) -> Iterator[Finding]:
    """The product is the one that the policy names.

    Looks at: vendor, model, hardware revision and the identifiers that the profile declares.

    Why it matters: a profile whose identifiers are changed would fit the evidence of another, better product.

    Decides: fails on each that differs from the policy, or that the profile does not declare.
    """
    product = scene.assessment.product
    named = {
        "vendor": product.vendor,
        "model": product.model,
        "hardware_revision": product.hardware_revision,
        **scene.assessment.identity,
    }
    for name, wanted in value.items():
        got = named.get(name)
        if got != wanted:
            found = f"the profile declares {got}" if got is not None else "the profile declares none"
            message = f"{name}: {found}, the policy names {wanted}"
            yield about_release("product-pinned", message, name, place=scene.place_of_identity(name))


def anchors_pinned(scene: Scene, value: Mapping[Purpose, tuple[str, ...]]) -> Iterator[Finding]:
    """The signers are those that the policy names by thumbprint.

    Looks at: the signatures of every artefact that has one of the purposes that the policy lists.

    Why it matters: who can add a key to the folder of trust anchors could sign a release with it.

    Decides: fails on each artefact of such a purpose that no listed key or certificate verifies: the
    thumbprint is SHA-256 over the SubjectPublicKeyInfo, of the key itself or of the certificate that its
    chain ends in.
    """
    for artefact in scene.artefacts():
        pins = value.get(artefact.purpose) if artefact.purpose is not None else None
        if pins is None or not artefact.signatures:
            continue
        marks = {mark for s in _counting(artefact) for mark in _thumbprints(s, scene.assessment)}
        if marks.isdisjoint(pins):
            got = ", ".join(sorted(mark[:16] + "…" for mark in marks)) or "none"
            message = (
                f"{artefact.path}: verified by {got}, but the policy pins other keys for {artefact.purpose}"
            )
            yield about_artefact("anchors-pinned", artefact, message, scene)


def _counting(artefact: Artefact) -> Iterator[SignatureResult]:
    """Signatures that verify by an anchor that somebody independent named for the artefact's purpose."""
    for signature in artefact.signatures:
        named = signature.anchor_source in INDEPENDENT and signature.anchor_purpose == artefact.purpose
        if signature.status == "verified" and named and artefact.purpose is not None:
            yield signature


def _thumbprints(signature: SignatureResult, assessment: Assessment) -> Iterator[str]:
    """Of the key that verified, and of the anchor that its chain ends in."""
    if signature.thumbprint:
        yield signature.thumbprint
    for anchor in assessment.anchors:
        named = (anchor.name, anchor.source, anchor.purpose)
        if named == (signature.key, signature.anchor_source, signature.anchor_purpose) and anchor.thumbprint:
            yield anchor.thumbprint


def catalogues_pinned(scene: Scene, value: Mapping[str, Pinned]) -> Iterator[Finding]:
    """The catalogues are the editions, or the very files, that the policy names.

    Looks at: edition and digest of the catalogues of the run.

    Why it matters: a catalogue that changed asks other questions, so that a verdict may rise without any
    change of the product.

    Decides: fails where the edition or the digest differs, or the baseline is not assessed.
    """
    assessed = {baseline.id: baseline for baseline in scene.assessment.baselines}
    for id, pinned in value.items():
        found = assessed.get(id)
        if found is None:
            yield about_release("catalogues-pinned", f"{id} is not assessed, though the policy pins it", id)
            continue
        for what, got, wanted in (
            ("edition", found.edition, pinned.edition),
            ("digest", found.catalogue_sha256, pinned.sha256),
        ):
            if wanted and got != wanted:
                message = f"{id}: its {what} is {got}, the policy pins {wanted}"
                yield about_release("catalogues-pinned", message, id, what)


def signature_threshold(scene: Scene, value: Mapping[str, int]) -> Iterator[Finding]:
    """Enough anchors have signed the artefacts of a kind.

    Looks at: the signatures of every artefact of the kinds that the policy lists, by different public keys.

    Why it matters: one stolen key is then not enough for a release.

    Decides: counts signatures that verify by different keys that the user or the policy named for the
    purpose, test keys and shared secrets not among them; fails on each artefact that has fewer, and where
    there is none of the kind.
    """
    for kind, wanted in value.items():
        artefacts = [a for a in scene.artefacts() if a.kind == kind]
        if not artefacts:
            message = f"no {kind} was handed in, expected one with {wanted} signatures"
            yield about_release("signature-threshold", message, kind)
        for artefact in artefacts:
            strong = [s for s in _counting(artefact) if s.thumbprint and not _is_weak(s, scene)]
            # Leaf keys of one authority are one anchor, and one key under two names is one key.
            count = min(len({s.thumbprint for s in strong}), len({s.key for s in strong}))
            if count < wanted:
                message = (
                    f"{artefact.path}: {count} of the {wanted} signatures that are asked for, each by "
                    f"another key named for {artefact.purpose}"
                )
                yield about_artefact("signature-threshold", artefact, message, scene)


def _is_weak(signature: SignatureResult, scene: Scene) -> bool:
    own_of_an_example = signature.test_key == "own" and scene.assessment.example
    return signature.symmetric or (signature.test_key is not None and not own_of_an_example)
