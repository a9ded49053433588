"""Binding: is an artefact about this product and this version, and which declared part does it mean?

Numbered as in docs/explanation/verdicts.md, "Binding":

1. Every identity that the artefact asserts in its covered bytes is held against the declared one. One that
   differs makes the artefact about another product (``other``).
2. The identities that agree must make up one of the sets of ``BINDING_SETS``; otherwise it is ``unknown``.
3. A version or a digest of the declared release must be among its covered statements. When it states some
   and none is the declared one, it is about another version (``other``); when it states none, ``unknown``.
   What speaks of no release at all by its nature (a certificate, a network description) needs none.
4. An image is bound when a bound manifest gives its digest; one that is signed itself also when its digest is
   the declared one of a component. A report is about what the manifest is about that it names, and another
   verifier's result about what the evidence is about that it holds.
5. An artefact that speaks of several products (reference values do) is bound scope by scope.

Silence binds nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from iotassess.crosscheck.agreement import agreement
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.artefact import Artefact, Binding, Shown
from iotassess.model.claim import PRODUCT, Claim, Digest, Subject, Value
from iotassess.model.vocabulary import BINDING_SETS, LOCATORS

RELEASE_FAMILIES = frozenset({"component.digest", "component.version", "product.firmware-version"})
"""Families that say which release it is. Sizes and hardware revisions do not."""

TIMELESS = frozenset({"identity", "network"})
"""Purposes of artefacts that are about a device or a model, whatever release it runs."""

SIGNED_IMAGE = "mcuboot-image"
ENDORSED_KEY = "device.endorsed-key"

_NO_SCOPES: Mapping[str, Binding] = MappingProxyType({})


class Bound(NamedTuple):
    """What the binding step found out about one artefact.

    Attributes:
        binding: bound, other or unknown.
        because: one clause.
        mismatches: (declared claim, statement) pairs that make it ``other``.
        scopes: binding of each scope, where it speaks of several products.
    """

    binding: Binding
    because: str
    mismatches: tuple[tuple[Claim, Shown], ...] = ()
    scopes: Mapping[str, Binding] = _NO_SCOPES


class Resolver:
    """Turns a decoder's subjects into declared ones.

    Args:
        declared: the profile's claims.
    """

    def __init__(self, declared: ClaimTable) -> None:
        self._declared = declared
        self._located: dict[tuple[str, object], list[Subject]] = defaultdict(list)
        self._by_digest: dict[Digest, list[Subject]] = defaultdict(list)
        for scheme, property in LOCATORS.items():
            for claim in declared.of(property):
                self._located[scheme, claim.value].append(claim.subject)
        for claim in declared.of("component.signer"):
            self._located["signer", claim.value].append(claim.subject)
        for claim in declared.of("device.attestation-key"):  # an attestation key may have a certificate, too
            if claim.subject not in self._located["identity-key", claim.value]:
                self._located["identity-key", claim.value].append(claim.subject)
        self._serials = {claim.subject for claim in declared.of("device.serial")}
        for claim in declared.of("component.digest"):
            if isinstance(claim.value, Digest):
                self._by_digest[claim.value].append(claim.subject)

    def subjects(self, shown: Iterable[Shown]) -> dict[Subject, Subject]:
        """Resolve the subjects of one artefact's statements.

        By the declared locator first; where that fits several components or none, by a digest that the
        artefact states for it, and a device by its key. A subject that stays unresolved keeps its own scheme.

        Args:
            shown: all statements of the artefact.
        """
        values: dict[Subject, list[Value]] = defaultdict(list)
        for statement in shown:
            if isinstance(statement.value, Digest) or statement.property == "device.identity-key":
                values[statement.subject].append(statement.value)
        return {
            statement.subject: self._one(statement.subject, values[statement.subject]) for statement in shown
        }

    def _one(self, subject: Subject, values: list[Value]) -> Subject:
        if subject.scheme == "profile" or subject.kind not in ("component", "device"):
            return subject
        if subject.kind == "device" and subject.scheme == "instance-id":
            return Subject("device", subject.name)
        found = self._located.get((subject.scheme, subject.name), [])
        if subject.kind == "device":
            return self._device(subject, found, values)
        if len(found) == 1:
            return found[0]
        digests = [value for value in values if isinstance(value, Digest)]
        same = {s for digest in digests for s in self._by_digest.get(digest, []) if not found or s in found}
        return same.pop() if len(same) == 1 else subject

    def _device(self, subject: Subject, found: list[Subject], keys: list[Value]) -> Subject:
        """A device by its own name, or else by the key that is certified for it.

        One with another serial number than the declared one is another device, whatever its key.
        """
        if not found:
            found = [s for key in keys for s in self._located.get(("identity-key", key), [])]
            if subject.scheme == "serial":
                found = [s for s in found if s not in self._serials]
        return found[0] if len(set(found)) == 1 else subject


def bind(
    artefact: Artefact,
    declared: ClaimTable,
    resolved: Mapping[Subject, Subject],
) -> Bound:
    """Decide what an artefact is about, steps 1 to 3, and 5.

    Args:
        artefact: decoded.
        declared: the profile's claims.
        resolved: its subjects in the profile's terms.
    """
    covered = [s for s in artefact.shown if s.covered]
    scopes = dict.fromkeys(s.scope for s in covered if s.scope)
    if artefact.kind == SIGNED_IMAGE:
        return _bind_signed_image(artefact, declared)
    if not scopes:
        return _bind_statements(covered, declared, resolved, artefact)
    found = {
        scope: _bind_statements([s for s in covered if s.scope in ("", scope)], declared, resolved, artefact)
        for scope in scopes
    }
    best = min(found.values(), key=lambda bound: ("bound", "unknown", "other").index(bound.binding))
    mismatches = tuple(pair for bound in found.values() for pair in bound.mismatches)
    return Bound(
        best.binding,
        best.because,
        mismatches if best.binding == "other" else (),
        {scope: bound.binding for scope, bound in found.items()},
    )


def _bind_statements(
    covered: list[Shown], declared: ClaimTable, resolved: Mapping[Subject, Subject], artefact: Artefact
) -> Bound:
    """Steps 1 to 3, for statements that are about one product."""
    matched, mismatched = _identities(covered, declared, resolved)
    if any(_has_declared_tag(s.subject, declared, resolved) for s in covered):
        matched.add("component.swid-tag-id")
    if mismatched:
        what = ", ".join(sorted({shown.property for _, shown in mismatched}))
        return Bound("other", f"it is about another product: {what} differs", tuple(mismatched))
    if not any(need <= matched for need in BINDING_SETS):
        return Bound("unknown", "it does not say which product it is about, or the profile does not")
    agree = f"{' and '.join(sorted(matched))} agree"
    same, different = _releases(covered, declared, resolved)
    if same:
        return Bound("bound", f"{agree}, and so does {same[0].property}")
    if different:
        return Bound("other", "it is about another version: no digest or version agrees", tuple(different))
    if artefact.purpose in TIMELESS or _only_endorses(covered):
        return Bound("bound", agree)
    return Bound("unknown", "it does not say which version it is about, or the profile does not")


def _has_declared_tag(subject: Subject, declared: ClaimTable, resolved: Mapping[Subject, Subject]) -> bool:
    """Whether a software tag has the identifier that the profile declares, and not only a digest of it."""
    if subject.scheme != "swid-tag-id":
        return False
    known = declared.about(resolved[subject], "component.swid-tag-id")
    return any(claim.value == subject.name for claim in known)


def _only_endorses(covered: list[Shown]) -> bool:
    """Whether nothing but keys of devices is told: those stay when the release changes."""
    return any(s.property == ENDORSED_KEY for s in covered) and not any(
        s.subject.kind == "component" for s in covered
    )


def _identities(
    covered: list[Shown], declared: ClaimTable, resolved: Mapping[Subject, Subject]
) -> tuple[set[str], list[tuple[Claim, Shown]]]:
    """Step 1: identity properties that agree, and pairs that do not. Alternatives agree by one of them.

    A device that the profile does not name may be of this product all the same, as it names a sample: the
    identity of a device can agree, and never makes an artefact another product's.
    """
    asserted: dict[str, list[Shown]] = defaultdict(list)
    for statement in covered:
        row = declared.properties.get(statement.property)
        if row is not None and row.identity:
            asserted[statement.property].append(statement)
    matched: set[str] = set()
    mismatched: list[tuple[Claim, Shown]] = []
    for property, statements in asserted.items():
        row = declared.properties[property]
        if row.subject == "device":
            if all(_is_declared_device(s, declared, resolved) for s in statements):
                matched.add(property)
            continue
        wanted = declared.about(PRODUCT, property)
        if not wanted:
            continue
        hits = [s for s in statements if any(s.value == claim.value for claim in wanted)]
        if hits and (row.cardinality == "alternatives" or len(hits) == len(statements)):
            matched.add(property)
        else:
            mismatched += [(wanted[0], s) for s in statements if s not in hits]
    return matched, mismatched


def _is_declared_device(statement: Shown, declared: ClaimTable, resolved: Mapping[Subject, Subject]) -> bool:
    """Whether a statement about a device agrees with what the profile declares of the device it names."""
    subject = resolved[statement.subject]
    known = [*declared.about(subject, statement.property)]
    if statement.property == "device.identity-key":
        known += declared.about(subject, "device.attestation-key")
    return any(claim.value == statement.value for claim in known)


def _bind_signed_image(artefact: Artefact, declared: ClaimTable) -> Bound:
    """Step 4: a signed image whose digest is that of a declared component is that component."""
    digests = {s.value for s in artefact.shown if s.property == "component.image-digest"}
    for claim in declared.of("component.digest"):
        if claim.value in digests:
            return Bound("bound", f"its digest is the declared one of {claim.subject}")
    return Bound("unknown", "its digest is that of no declared component")


def _releases(
    covered: list[Shown], declared: ClaimTable, resolved: Mapping[Subject, Subject]
) -> tuple[list[Shown], list[tuple[Claim, Shown]]]:
    """Step 3: statements about the release that agree with the declared ones, and pairs that do not."""
    same: list[Shown] = []
    different: list[tuple[Claim, Shown]] = []
    for statement in covered:
        row = declared.properties.get(statement.property)
        if row is None or row.joins not in RELEASE_FAMILIES:
            continue
        for claim in declared.about(resolved[statement.subject], row.joins):
            verdict = agreement(row, claim.value, statement.value)
            if verdict == "agrees":
                same.append(statement)
            elif verdict == "disagrees":
                different.append((claim, statement))
    return same, different


def bind_image(image: Artefact, bound_manifests: Iterable[tuple[int, Artefact]]) -> tuple[Binding, int]:
    """Bind an image by the digests that bound manifests give, step 4.

    Args:
        image: an artefact whose digests were computed here.
        bound_manifests: (grade, artefact) of every bound manifest.

    Returns:
        The binding, and the grade that the manifest lends: its own at most, 2 when none gives the digest.
    """
    digests = {s.value for s in image.shown if s.property == "component.image-digest"}
    grades = [
        grade
        for grade, manifest in bound_manifests
        for s in manifest.shown
        if s.property == "component.digest" and s.covered and s.value in digests
    ]
    return ("bound", max(grades)) if grades else ("unknown", 2)
