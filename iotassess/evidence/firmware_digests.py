"""Digests and size of an image, and what they show: for every kind of file that is one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from iotassess.evidence.context import Context
from iotassess.model.artefact import Shown
from iotassess.model.claim import Digest, Subject

COMPARED_ALGORITHMS: Final = ("sha-256", "sha-384", "sha-512")
"""Digests that are shown: what profiles declare, and manifests and tokens (RFC 9783 section 4.4.1) give."""

_HASHES: Final[dict[str, tuple[str, int]]] = {  # name: (name in hashlib, bytes of an extendable output)
    "sha-256": ("sha256", 0),
    "sha-384": ("sha384", 0),
    "sha-512": ("sha512", 0),
    "shake128": ("shake_128", 32),
    "shake256": ("shake_256", 64),
}
"""What a SUIT manifest may have of a payload (draft-ietf-suit-manifest section 10)."""


def digest_of(
    chunks: Iterable[bytes | bytearray | memoryview], algorithms: Sequence[str] = tuple(_HASHES)
) -> tuple[int, tuple[Digest, ...]]:
    """Compute size and digests of a file that is read piece by piece.

    Args:
        chunks: its bytes.
        algorithms: names of digests; all supported ones by default.
    """
    running = {alg: hashlib.new(_HASHES[alg][0]) for alg in algorithms}
    size = 0
    for chunk in chunks:
        size += len(chunk)
        for one in running.values():
            one.update(chunk)
    found = []
    for alg, one in running.items():
        length = _HASHES[alg][1]
        value: Any = one.hexdigest(length) if length else one.hexdigest()  # type: ignore[call-arg]
        found.append(Digest(alg, value))
    return size, tuple(found)


def subject_of(context: Context) -> Subject:
    """Give the component that a file is for: the one that the profile names, else the file itself."""
    role = context.role
    if role is not None and role.component is not None:
        return Subject("component", role.component)
    return Subject("component", context.path, "file")


def show(
    subject: Subject,
    digests: Iterable[Digest],
    size: int,
    prefix: str,
    size_path: str,
    *,
    covered: bool = False,
) -> Iterator[Shown]:
    """Show digests and size, which are observed.

    Args:
        subject: the component.
        digests: of its bytes, under :data:`COMPARED_ALGORITHMS`.
        size: of its bytes.
        prefix: claim path of the digests, up to their algorithm.
        size_path: claim path of the size.
        covered: a signature covers the bytes.
    """
    for digest in digests:
        path = prefix + digest.alg
        yield Shown(subject, "component.image-digest", digest, path, covered=covered, observed=True)
    yield Shown(subject, "component.size", size, size_path, covered=covered, observed=True)
