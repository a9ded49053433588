"""Firmware images: bytes as they are, of which only digest and size say anything.

Everything here is computed from the file itself, so it holds whoever signed: it is observed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, Final

from iotassess.evidence.context import Context, Image
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact, Shown
from iotassess.model.claim import Digest, Subject

MEDIA_TYPE: Final = "application/octet-stream"

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


def digest_of(chunks: Iterable[bytes]) -> tuple[int, tuple[Digest, ...]]:
    """Compute size and all supported digests of a file that is read piece by piece."""
    running = {alg: hashlib.new(name) for alg, (name, _) in _HASHES.items()}
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


def describe(image: Image, context: Context) -> Artefact:
    """Give the artefact of an image whose digests are known.

    Args:
        image: the image.
        context: its name, and the role that the profile gives to it.
    """
    role = context.role
    subject = Subject("component", context.path, "file")
    if role is not None and role.component is not None:
        subject = Subject("component", role.component)
    digests = {digest.alg: digest for digest in image.digests if digest.alg in COMPARED_ALGORITHMS}
    shown = [
        Shown(subject, "component.image-digest", digest, f"digests.{alg}", covered=False, observed=True)
        for alg, digest in digests.items()
    ]
    shown.append(Shown(subject, "component.size", image.size, "size", covered=False, observed=True))
    return Artefact(
        context.path,
        "firmware-image",
        MEDIA_TYPE,
        digests["sha-256"].value,
        image.size,
        True,
        "unsigned",
        claims={"digests": {alg: digest.value for alg, digest in digests.items()}, "size": image.size},
        shown=tuple(shown),
        role=role,
    )


def decode(peek: Peek, context: Context) -> Artefact:
    """Decode an image that is in memory; nothing about it can be malformed."""
    size, digests = digest_of((peek.data,))
    return describe(Image(context.path, None, size, digests), context)
