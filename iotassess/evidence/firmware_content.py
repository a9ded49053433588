"""What an image file holds: the bytes that run, where the file is more than those.

One release is built as raw bytes, as Intel HEX, as ELF and as signed MCUboot image, and a manifest gives the
digest of one of them. So the digest of what a file holds is taken besides that of the file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from iotassess.errors import MalformedArtefact
from iotassess.evidence import mcuboot_names
from iotassess.evidence.context import ImageFormat
from iotassess.evidence.firmware_elf import is_elf, read_elf
from iotassess.evidence.firmware_hex import is_intel_hex, read_intel_hex
from iotassess.evidence.firmware_memory import BrokenImageError, Memory
from iotassess.evidence.mcuboot_layout import read_header, read_layout
from iotassess.model.artefact import Problem
from iotassess.model.problems import problem

MAX_CONTAINER_BYTES: Final = 64 << 20
"""Largest Intel HEX, ELF or MCUboot file that is looked into, as that takes it into memory as a whole. Of a
larger one the digest of the file is computed like that of any image."""

HEAD_BYTES: Final = 32
"""Bytes that :func:`format_of` looks at."""

_READERS: Final[dict[str, Callable[[bytes], tuple[Memory, dict[str, Any]]]]] = {
    "intel-hex": read_intel_hex,
    "elf": read_elf,
}


class Content(NamedTuple):
    """What a file holds.

    Attributes:
        memory: the bytes; None where they are those of the file, or cannot be told.
        says: what else the file says, JSON-ready.
        problem: what is wrong with it, or None.
        skipped: why the bytes cannot be told although nothing is wrong, or "".
    """

    memory: Memory | None = None
    says: dict[str, Any] = {}  # noqa: RUF012 - never changed
    problem: Problem | None = None
    skipped: str = ""


def format_of(head: bytes) -> ImageFormat:
    """Tell the format of an image.

    Args:
        head: its first bytes, :data:`HEAD_BYTES` or more where it has them.
    """
    if is_intel_hex(head):
        return "intel-hex"
    if is_elf(head):
        return "elf"
    return "mcuboot" if head.startswith(mcuboot_names.MAGIC_BYTES) else "raw"


def too_large_to_open(format: ImageFormat) -> Content:
    """Give the content of a file that has more than :data:`MAX_CONTAINER_BYTES`."""
    message = f"more than {MAX_CONTAINER_BYTES} bytes of {format}: only the file as a whole was digested"
    return Content(problem=problem("artefact-too-large", message, at="content"))


def open_image(format: ImageFormat, data: bytes) -> Content:
    """Find out what a file holds. Never raises.

    Args:
        format: its format; raw bytes hold nothing but themselves.
        data: its bytes.
    """
    if format == "mcuboot":
        return _open_mcuboot(data)
    try:
        memory, says = _READERS[format](data)
        memory.settle()
    except BrokenImageError as fault:
        id = "artefact-too-large" if fault.too_large else "firmware-malformed"
        message = f"{fault.message} (the file as a whole was digested all the same)"
        return Content(problem=problem(id, message, at="content", offset=fault.offset))
    if not memory.span:
        return Content(None, says, skipped="content (the file holds nothing that is loaded)")
    says["address"] = memory.start
    if not memory.is_one_image:
        why = (
            f"content ({memory.given} bytes that reach over {memory.span} bytes of memory, which is no one "
            "image)"
        )
        return Content(None, says, skipped=why)
    return Content(memory, says)


def _open_mcuboot(data: bytes) -> Content:
    """Find what an MCUboot image boots; whether its hash and signatures hold is another matter."""
    try:
        header = read_header(data)
        read_layout(data, header)
    except MalformedArtefact as fault:
        id = fault.problem if fault.problem == "artefact-too-large" else "firmware-malformed"
        return Content(problem=problem(id, fault.message, at="content", offset=fault.offset))
    says = {"version": str(header.version)}
    if header.encrypted or header.compressed or not header.image_size:
        return Content(None, says, skipped="content (encrypted, compressed or empty)")
    memory = Memory()
    memory.add(0, memoryview(data)[header.header_size : header.payload_end], header.header_size)
    return Content(memory, says)
