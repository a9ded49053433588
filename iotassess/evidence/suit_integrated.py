"""Integrated payloads: bytes that the envelope brings along and no signature covers, but a digest may.

Whoever has the envelope in hand can exchange them. So each is held against every component that it is for:
that one component has no digest for it is no reason not to look at the next one's.
"""

from __future__ import annotations

from collections.abc import Sequence

from iotassess.errors import MalformedArtefact
from iotassess.evidence.peek import Peek
from iotassess.evidence.suit_digest import SuitDigest, compute
from iotassess.evidence.suit_envelope import is_suit_envelope, open_envelope
from iotassess.evidence.suit_faults import Reading
from iotassess.evidence.suit_manifest import Manifest
from iotassess.evidence.suit_members import Integrated
from iotassess.evidence.suit_payloads import Payload
from iotassess.evidence.suit_walk import Walked


class _Checker:
    """Holds one integrated payload after the other against what the manifest says of it."""

    def __init__(
        self, manifest: Manifest, walked: Walked, payloads: Sequence[Payload], reading: Reading
    ) -> None:
        self.manifest = manifest
        self.payloads = payloads
        self.reading = reading
        self.targets: dict[int, set[int]] = {}
        for index, variant in walked.uses:
            source = variant.value("source-component")
            if source is not None:
                self.targets.setdefault(source, set()).add(index)

    def check(self, entry: Integrated) -> bool | None:
        """Check one payload: True, False, or None where that cannot be told."""
        about = [payload for payload in self.payloads if payload.uri == entry.uri]
        if not about and self.manifest.unread:
            self._report(
                "suit-payload-unreferenced",
                entry,
                f"only what is not there ({', '.join(self.manifest.unread)}) can refer to it: nothing says "
                "what it has to be",
            )
            return None
        found = [
            self._component(entry, index, [payload for payload in about if payload.component_index == index])
            for index in dict.fromkeys(payload.component_index for payload in about)
        ]
        return False if False in found else None if None in found else True

    def _component(self, entry: Integrated, index: int, about: Sequence[Payload]) -> bool | None:
        """Check it for one component."""
        plain = [payload for payload in about if not payload.transformed]
        if not plain:
            return True  # ciphertext has no digest in the manifest
        images = [entry.content]
        if any(payload.dependency for payload in plain):
            inner = dependency_item(entry.content)  # TD: the digest of a dependency is that of its manifest
            images += [] if inner is None else [inner]
        given = [payload.digest for payload in plain if payload.digest is not None]
        if not given:
            return self._indirectly(entry, index, images)
        if any(_has_any(image, given) for image in images):
            return True
        unknown = [digest for digest in given if digest.hash is None]
        if unknown:
            self._report(
                "suit-digest-alg-not-mti",
                entry,
                f"nothing here can make the {unknown[0].alg} digest that component {plain[0].component} "
                "gives for it, so nobody knows whether these are the bytes that were signed for",
            )
            return None
        self._mismatch(entry, given[0], plain[0].component)
        return None if len(plain) < len(about) else False

    def _indirectly(self, entry: Integrated, index: int, images: Sequence[bytes]) -> bool | None:
        """Check it against what the component, or one that it is copied to, has to be later on."""
        later = {index} | self.targets.get(index, set())
        given = [
            (payload.digest, payload.component)
            for payload in self.payloads
            if payload.component_index in later and not payload.transformed and payload.digest is not None
        ]
        if not given:  # never held against anything: the walk says so, unless it does not know
            return None if self.manifest.unread else True
        if any(_has_any(image, [digest for digest, _ in given]) for image in images):
            return True
        self._mismatch(entry, *given[0])
        return None

    def _mismatch(self, entry: Integrated, digest: SuitDigest, component: str) -> None:
        self._report(
            "suit-payload-digest-mismatch",
            entry,
            f"it does not have the {digest.alg} digest {digest.value.hex()} of component {component}",
        )

    def _report(self, id: str, entry: Integrated, message: str) -> None:
        start = f"the integrated payload {entry.label!r:.60} ({len(entry.content)} bytes)"
        self.reading.add(id, f"{start}: {message}", f"integrated.{entry.label}", (entry.key,))


def check_integrated(
    manifest: Manifest, walked: Walked, payloads: Sequence[Payload], reading: Reading
) -> bool | None:
    """Hold each integrated payload against the digest of each component that its URI is for.

    Args:
        manifest: the manifest.
        walked: what a walk through it found.
        payloads: its payloads.
        reading: where problems go.

    Returns:
        False where one does not have a digest that the signed manifest says it has; None where that cannot be
        told of one.
    """
    checker = _Checker(manifest, walked, payloads, reading)
    found = [checker.check(entry) for entry in manifest.integrated]
    return False if False in found else None if None in found else True


def _has_any(content: bytes, digests: Sequence[SuitDigest]) -> bool:
    """Whether one of the digests is that of ``content``; it is digested once for each algorithm."""
    functions = {digest.hash for digest in digests if digest.hash is not None}
    values = {function: compute(function, content) for function in functions}
    return any(digest.hash is not None and values[digest.hash] == digest.value for digest in digests)


def dependency_item(content: bytes) -> bytes | None:
    """The wrapped manifest of an integrated envelope, as it is digested; None where it is no envelope."""
    peek = Peek(content)
    try:
        return open_envelope(peek).manifest_item if is_suit_envelope(peek) else None
    except MalformedArtefact:
        return None
