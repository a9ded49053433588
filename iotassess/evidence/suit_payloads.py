"""Payloads: what goes into components, and whether the bytes at hand have the digests of the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from iotassess.evidence.context import Image
from iotassess.evidence.suit_digest import SuitDigest
from iotassess.evidence.suit_encryption import Encryption
from iotassess.evidence.suit_faults import Reading, Trail
from iotassess.evidence.suit_manifest import Manifest, name_component
from iotassess.evidence.suit_state import Variant
from iotassess.evidence.suit_walk import Walked
from iotassess.model.claim import Digest


class Payload(NamedTuple):
    """One payload of a component, in one alternative.

    Attributes:
        component_index: component index.
        component: component identifier in hex segments; of a dependency without one, "dependency 0".
        digest: of the image, or None.
        size: of the image in bytes, or None.
        uri: where it comes from, or None.
        encryption: how it is encrypted, or None.
        encrypted: it is encrypted on its way, or its content is decrypted when it is copied on.
        transformed: what arrives is not what the digest is made over (encrypted, compressed, packed).
        dependency: it is another manifest.
        trail: path to the digest, or to another of its parameters.
    """

    component_index: int
    component: str
    digest: SuitDigest | None
    size: int | None
    uri: str | None
    encryption: Encryption | None
    encrypted: bool
    transformed: bool
    dependency: bool
    trail: Trail

    def as_claim(self) -> dict[str, Any]:
        """The payload in the claims tree."""
        claim: dict[str, Any] = {
            "component": self.component,
            "digest": None if self.digest is None else self.digest.as_claim(),
            "size": self.size,
            "uri": self.uri,
            "encrypted": self.encrypted,
        }
        if self.encryption is not None:
            claim["encryption"] = self.encryption.as_claim()
        if self.dependency:
            claim["dependency"] = True
        return claim


_TRANSFORMING = frozenset({"encryption-info", "compression-info", "unpack-info"})


def list_payloads(manifest: Manifest, walked: Walked) -> tuple[Payload, ...]:
    """Put together what the walk found: one payload for each component, digest, size and URI.

    What a component has at one point only (its digest when the device boots, say) is part of the payload that
    has the same and more.
    """
    dependencies = frozenset(entry.component_index for entry in manifest.dependencies)
    found: list[Payload] = []
    by_component: dict[int, list[Payload]] = {}
    for use in walked.uses:
        payload = _payload(manifest, use.component_index, use.variant, dependencies)
        by_component.setdefault(use.component_index, []).append(payload)
    for index in sorted(by_component):
        for payload in _largest(by_component[index]):
            if index in walked.encrypted_sources:
                payload = payload._replace(encrypted=True, transformed=True)
            found.append(payload)
    return tuple(found)


def _payload(manifest: Manifest, index: int, variant: Variant, dependencies: frozenset[int]) -> Payload:
    if 0 <= index < len(manifest.components):
        component = name_component(manifest.components[index])
    else:
        component = f"dependency {index if index >= 0 else -1 - index}"
    wanted = ("image-digest", "uri", "image-size", "content")
    trail = next(variant.parameters[name].trail for name in wanted if name in variant.parameters)
    encryption = variant.value("encryption-info")
    return Payload(
        index,
        component,
        variant.value("image-digest"),
        variant.value("image-size"),
        variant.value("uri"),
        encryption,
        encryption is not None,
        not _TRANSFORMING.isdisjoint(variant.parameters),
        index in dependencies,
        trail,
    )


def _is_part_of(part: Payload, whole: Payload) -> bool:
    pairs = ((part.digest, whole.digest), (part.size, whole.size), (part.uri, whole.uri))
    return all(one is None or one == other for one, other in pairs)


def _largest(payloads: Sequence[Payload]) -> Iterable[Payload]:
    """Drop what is part of another, and give the other what it knows of encryption."""
    ordered = sorted(payloads, key=_known, reverse=True)
    kept: list[Payload] = []
    for payload in ordered:
        place = next((i for i, other in enumerate(kept) if _is_part_of(payload, other)), None)
        if place is None:
            kept.append(payload)
            continue
        whole = kept[place]
        kept[place] = whole._replace(
            encryption=whole.encryption or payload.encryption,
            encrypted=whole.encrypted or payload.encrypted,
            transformed=whole.transformed or payload.transformed,
        )
    return kept


def _known(payload: Payload) -> int:
    return sum(value is not None for value in (payload.digest, payload.size, payload.uri))


def check_images(payloads: Sequence[Payload], images: Sequence[Image], reading: Reading) -> None:
    """Hold each supplied image against the payloads: those of its component, or else any."""
    for image in images:
        about = [
            payload
            for payload in payloads
            if not payload.dependency and image.component in (None, payload.component)
        ]
        matching = [payload for payload in about if _sizes_with(image, payload.digest)]
        if not matching:
            given = ", ".join(f"{p.digest.alg}:{p.digest.value.hex()}" for p in about if p.digest is not None)
            where = "any component" if image.component is None else f"component {image.component}"
            reading.add(
                "suit-payload-digest-mismatch",
                f"{image.path} does not have the digest that the manifest gives for {where} "
                f"({given or 'it gives none'}); is it the image of this release?",
                f"image.{image.path}",
            )
        sizes = {payload.size for payload in matching or about if payload.size is not None}
        own = {size for payload in matching for size in _sizes_with(image, payload.digest)} or {image.size}
        if sizes and own.isdisjoint(sizes) and (matching or image.component is not None):
            reading.add(
                "suit-payload-size-mismatch",
                f"{image.path} has {_listed(own)} bytes; the manifest says {_listed(sizes)}",
                f"image.{image.path}",
            )


def _sizes_with(image: Image, digest: SuitDigest | None) -> set[int]:
    """Give the size of what has that digest: of the file, or of what it holds; none where neither has it."""
    if digest is None:
        return set()
    wanted = Digest(digest.alg, digest.value.hex())
    sizes = {image.size} if wanted in image.digests else set()
    if image.content_size is not None and wanted in image.content:
        sizes.add(image.content_size)
    return sizes


def _listed(sizes: Iterable[int]) -> str:
    return " or ".join(map(str, sorted(sizes)))
