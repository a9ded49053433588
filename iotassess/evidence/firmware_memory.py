"""The memory that an Intel HEX or ELF file fills: pieces at addresses, and what lies between them.

It is never laid out as a whole: a file of a hundred bytes can name two addresses four gigabytes apart. It is
digested piece by piece.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from typing import Final

MAX_SPAN: Final = 64 << 20
"""Widest memory image that is digested: the flash of a microcontroller with room to spare. A wider one has
pieces of several memories (flash, and configuration words elsewhere), which nobody ships as one image."""

ERASED: Final = 0xFF
"""What flash has where nothing was written, and what most tools put between two pieces (imgtool, and objcopy
with ``--gap-fill 0xff``, as Zephyr calls it)."""

ZERO: Final = 0x00
"""What ``objcopy -O binary`` puts there if nobody tells it otherwise."""

MAX_PIECES: Final = 1 << 16
"""Pieces that are kept: a linker makes a dozen. Each takes far more room than the line of a file that it is
made from."""

MAX_FILL: Final = 16
"""Times the bytes that the file gives that a memory image has at most where it is digested: a hundred bytes
that name two distant addresses would have megabytes of nothing hashed."""

FREE_FILL: Final = 1 << 20
"""Bytes that it may have besides, so that short images may have gaps."""

_CHUNK: Final = 1 << 16


class BrokenImageError(Exception):
    """A file is not as its format has it.

    Attributes:
        message: what is wrong and where.
        offset: byte offset in the file.
        too_large: nothing is wrong but its size.
    """

    def __init__(self, message: str, offset: int, *, too_large: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.too_large = too_large


class Memory:
    """Pieces of memory, added in any order."""

    def __init__(self) -> None:
        self._pieces: list[tuple[int, bytearray | memoryview, int]] = []

    def add(self, address: int, data: bytes | memoryview, offset: int) -> None:
        """Put bytes at an address.

        Args:
            address: where they go.
            data: the bytes; none are ignored.
            offset: where in the file they stand, for messages.

        Raises:
            BrokenImageError: there are more than :data:`MAX_PIECES` that do not follow one another.
        """
        if not data:
            return
        if self._pieces and isinstance(data, bytes):
            start, last, _ = self._pieces[-1]
            if isinstance(last, bytearray) and start + len(last) == address:
                last += data
                return
        if len(self._pieces) >= MAX_PIECES:
            message = f"more than {MAX_PIECES} pieces of memory; an image has a dozen"
            raise BrokenImageError(message, offset, too_large=True)
        self._pieces.append((address, bytearray(data) if isinstance(data, bytes) else data, offset))

    def settle(self) -> None:
        """Sort the pieces.

        Raises:
            BrokenImageError: two of them overlap.
        """
        self._pieces.sort(key=lambda piece: piece[0])
        for (start, data, _), (other, _, offset) in zip(self._pieces, self._pieces[1:], strict=False):
            if start + len(data) > other:
                message = (
                    f"what goes to address 0x{other:x} is given twice, so that nobody can tell what it is"
                )
                raise BrokenImageError(message, offset)

    @property
    def start(self) -> int:
        """Lowest address; 0 where there is nothing."""
        return self._pieces[0][0] if self._pieces else 0

    @property
    def span(self) -> int:
        """Bytes from the lowest to the highest address, what lies between included."""
        if not self._pieces:
            return 0
        start, data, _ = self._pieces[-1]
        return start + len(data) - self.start

    @property
    def given(self) -> int:
        """Bytes of all pieces."""
        return sum(len(data) for _, data, _ in self._pieces)

    @property
    def has_gaps(self) -> bool:
        """Whether something lies between that no piece fills."""
        return self.given < self.span

    @property
    def is_one_image(self) -> bool:
        """Whether the pieces stand close enough together to be digested as one."""
        return self.span <= min(MAX_SPAN, MAX_FILL * self.given + FREE_FILL)

    def first_within(self, start: int, end: int) -> int | None:
        """Give the lowest address at which a piece fills a part of some memory; None where none does.

        Args:
            start: address where that memory begins.
            end: address behind it.
        """
        index = bisect.bisect_right(self._pieces, start, key=lambda piece: piece[0])
        if index:
            before, data, _ = self._pieces[index - 1]
            if start < min(end, before + len(data)):
                return start
        if index < len(self._pieces) and self._pieces[index][0] < end:
            return self._pieces[index][0]
        return None

    def chunks(self, fill: int) -> Iterator[bytes | bytearray | memoryview]:
        """Give the memory from the lowest to the highest address, with ``fill`` where there is nothing."""
        padding = bytes([fill]) * _CHUNK
        position = self.start
        for address, data, _ in self._pieces:
            while position < address:
                gap = min(address - position, _CHUNK)
                yield padding[:gap]
                position += gap
            yield data
            position += len(data)
