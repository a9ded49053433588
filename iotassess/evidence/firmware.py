"""Firmware images: bytes of which digest and size say something, and those of what the file holds.

Everything here is computed from the file itself, so it holds whoever signed: it is observed. A file that is
Intel HEX, ELF or an MCUboot image is digested as it is, and so are the bytes that it holds
(:mod:`firmware_content`): a manifest gives the digest of either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from iotassess.evidence import firmware_content
from iotassess.evidence.context import Context, Image, ImageFormat
from iotassess.evidence.firmware_content import HEAD_BYTES, MAX_CONTAINER_BYTES, Content
from iotassess.evidence.firmware_digests import COMPARED_ALGORITHMS, digest_of, show, subject_of
from iotassess.evidence.firmware_memory import ERASED, ZERO
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact
from iotassess.model.claim import Digest

__all__ = ["Examined", "decode", "describe", "digest_of", "examine"]

MEDIA_TYPE: Final = "application/octet-stream"

# --- reading ------------------------------------------------------------------------------------


class Examined(NamedTuple):
    """A file, digested and looked into.

    Attributes:
        size: bytes of the file.
        digests: of the file.
        format: what the file is.
        content: what it holds.
        content_size: bytes of that, or None.
        content_digests: of that; where something lies between its pieces, once with erased flash there and
            once with zeros, which are the two ways in which tools fill it.
    """

    size: int
    digests: tuple[Digest, ...]
    format: ImageFormat
    content: Content
    content_size: int | None
    content_digests: tuple[Digest, ...]

    def as_image(self, path: str, component: str | None) -> Image:
        """Give the image.

        Args:
            path: as given.
            component: SUIT component identifier that it is for, or None.
        """
        return Image(
            path,
            component,
            self.size,
            self.digests,
            self.content_digests,
            self.content_size,
            self.format,
            tuple(self.content.says.items()),
            self.content.problem,
            self.content.skipped,
        )


class _Kept:
    """The bytes of a file that passes by, as far as they are needed again."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self.size = 0
        self.format: ImageFormat | None = None
        self.whole = True

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Hand the pieces on."""
        for chunk in chunks:
            self.size += len(chunk)
            if self.whole:
                self._keep(chunk)
            yield chunk

    def _keep(self, chunk: bytes) -> None:
        self.chunks.append(chunk)
        if self.format is None and self.size >= HEAD_BYTES:
            self.format = firmware_content.format_of(b"".join(self.chunks))
        if self.format == "raw" or self.size > MAX_CONTAINER_BYTES:
            self.chunks.clear()
            self.whole = False


def examine(chunks: Iterable[bytes]) -> Examined:
    """Digest a file that is read piece by piece, and what it holds.

    Args:
        chunks: its bytes.
    """
    kept = _Kept()
    size, digests = digest_of(kept.watch(chunks))
    data = b"".join(kept.chunks)
    format = kept.format or firmware_content.format_of(data)
    if format == "raw":
        return Examined(size, digests, format, Content(), None, ())
    if not kept.whole:
        return Examined(size, digests, format, firmware_content.too_large_to_open(format), None, ())
    content = firmware_content.open_image(format, data)
    memory = content.memory
    if memory is None:
        return Examined(size, digests, format, content, None, ())
    if not memory.has_gaps:
        content_size, content_digests = digest_of(memory.chunks(ERASED))
        return Examined(size, digests, format, content, content_size, content_digests)
    # What lies between is more than the file has, so that it is hashed no oftener than it is compared.
    content_size, content_digests = digest_of(memory.chunks(ERASED), COMPARED_ALGORITHMS)
    content_digests += digest_of(memory.chunks(ZERO), COMPARED_ALGORITHMS)[1]
    return Examined(size, digests, format, content, content_size, content_digests)


# --- showing ------------------------------------------------------------------------------------


def describe(image: Image, context: Context) -> Artefact:
    """Give the artefact of an image whose digests are known.

    Args:
        image: the image.
        context: its name, and the role that the profile gives to it.
    """
    subject = subject_of(context)
    compared = _compared(image.digests)
    claims: dict[str, Any] = {
        "format": image.format,
        "digests": {digest.alg: digest.value for digest in compared},
        "size": image.size,
    }
    shown = list(show(subject, compared, image.size, "digests.", "size"))
    if image.content_size is not None:
        ways = _compared(image.content)
        filled, with_zeros = ways[: len(COMPARED_ALGORITHMS)], ways[len(COMPARED_ALGORITHMS) :]
        claims["content"] = {"size": image.content_size} | {d.alg: d.value for d in filled} | dict(image.says)
        shown += show(subject, filled, image.content_size, "content.", "content.size")
        if with_zeros:
            claims["content_with_zeros"] = {digest.alg: digest.value for digest in with_zeros}
            shown += list(show(subject, with_zeros, image.content_size, "content_with_zeros.", ""))[:-1]
    elif image.says:
        claims["content"] = dict(image.says)
    if image.skipped:
        claims["not_evaluated"] = [image.skipped]
    problem = image.problem
    return Artefact(
        context.path,
        "firmware-image",
        MEDIA_TYPE,
        compared[0].value,
        image.size,
        problem is None or problem.id != "firmware-malformed",
        "unsigned",
        problems=() if problem is None else (problem,),
        claims=claims,
        shown=tuple(shown),
        role=context.role,
    )


def _compared(digests: Iterable[Digest]) -> list[Digest]:
    return [digest for digest in digests if digest.alg in COMPARED_ALGORITHMS]


def decode(peek: Peek, context: Context) -> Artefact:
    """Decode an image that is in memory; its digests count whatever is wrong with what it holds."""
    return describe(examine((peek.data,)).as_image(context.path, None), context)
