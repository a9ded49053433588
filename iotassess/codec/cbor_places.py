"""Finding many values in one CBOR item: each byte is gone over once, however many are asked for.

:func:`codec.cbor.locate` begins anew for each value. Of an array of some thousand that took minutes, so here
each array and map remembers how far it was gone over, and what began where.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from iotassess.codec.cbor import INTO, dumps, loads
from iotassess.codec.cbor_tokens import Head, read_head, scan
from iotassess.errors import MalformedArtefact

_ARRAY, _MAP, _TAG, _BYTES = 4, 5, 6, 2
_INDEFINITE: Final = 31


class Places:
    """One encoded item within other bytes.

    Args:
        data: the bytes that it is in.
        start: its offset.
        end: offset behind it.
    """

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._data, self._start, self._end = data, start, end
        self._inside: dict[int, _Container] = {}
        self._whole: dict[int, bool] = {}

    def find(self, path: Sequence[Any]) -> int | None:
        """Give the offset in the bytes of the value at ``path``, or None, as :func:`codec.cbor.locate`.

        Args:
            path: keys, indices and ``INTO``.

        Raises:
            MalformedArtefact, TypeError: a step is nothing that can be a key.
        """
        position, end = self._start, self._end
        try:
            for step in path:
                head = read_head(self._data, position, end)
                while head.major == _TAG:
                    position = head.next
                    head = read_head(self._data, position, end)
                found: int | None = None
                if step is INTO:
                    if head.major == _BYTES and head.info != _INDEFINITE and head.next + head.argument <= end:
                        found, end = head.next, head.next + head.argument
                elif head.major in (_ARRAY, _MAP):
                    found = self._container(position, head, end).find(step)
                if found is None:
                    return None
                position = found
        except MalformedArtefact:
            return None
        return position if self._is_whole(position, end) else None

    def _container(self, position: int, head: Head, end: int) -> _Container:
        inside = self._inside.get(position)
        if inside is None:
            inside = self._inside[position] = _Container(self._data, head, end)
        return inside

    def _is_whole(self, position: int, end: int) -> bool:
        """Tell whether an item stands there, as far as it says that it goes."""
        whole = self._whole.get(position)
        if whole is None:
            try:
                scan(self._data, position, end)
                whole = True
            except MalformedArtefact:
                whole = False
            self._whole[position] = whole
        return whole


class _Container:
    """What begins where in one array or map, as far as it was looked at."""

    def __init__(self, data: bytes, head: Head, end: int) -> None:
        self._is_map = head.major == _MAP
        self._known: dict[int | bytes, int] = {}
        self._rest = _pairs(data, head, end) if self._is_map else _elements(data, head, end)

    def find(self, step: object) -> int | None:
        """Give the offset of an element, or of a key's value; look further only if it is not known yet."""
        if self._is_map:
            wanted: int | bytes = dumps(step)
        elif type(step) is int and step >= 0:
            wanted = step
        else:
            return None
        while wanted not in self._known:
            more = next(self._rest, None)
            if more is None:
                return None
            self._known.setdefault(*more)  # of two equal keys the first counts
        return self._known[wanted]


def _elements(data: bytes, head: Head, end: int) -> Iterator[tuple[int, int]]:
    """Give index and offset of each element. It ends, too, where the rest cannot be read."""
    position, seen = head.next, 0
    try:
        while not _is_over(data, head, position, seen, end):
            yield seen, position
            position = scan(data, position, end).end
            seen += 1
    except MalformedArtefact:
        return


def _pairs(data: bytes, head: Head, end: int) -> Iterator[tuple[bytes, int]]:
    """Give each key, as it is written and as it is best written, with the offset of its value."""
    position, seen = head.next, 0
    try:
        while not _is_over(data, head, position, seen, end):
            after = scan(data, position, end).end
            encoded = data[position:after]
            yield encoded, after
            yield dumps(loads(encoded)), after
            position = scan(data, after, end).end
            seen += 1
    except (MalformedArtefact, TypeError):  # a key that cannot be one
        return


def _is_over(data: bytes, head: Head, position: int, seen: int, end: int) -> bool:
    """Tell whether there is no item at ``position``, after ``seen`` of them."""
    if head.info == _INDEFINITE:
        inner = read_head(data, position, end)
        return inner.major == 7 and inner.info == _INDEFINITE
    return seen >= head.argument
