"""The JSON wall: strict I-JSON (RFC 7493) in, plain values out; and values written the same every time.

Python's own parser does the work. What it lets through though two readers could disagree about it is
refused here: duplicate keys, NaN and Infinity, numbers beyond a float, lone surrogates.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any, Final, NoReturn

from iotassess.codec.cbor_tokens import LEDGER
from iotassess.errors import MalformedArtefact

__all__ = ["MAX_DEPTH", "MAX_ITEMS", "MAX_NUMBER_LENGTH", "MAX_SIZE", "dumps", "loads"]

MAX_SIZE: Final = 1 << 20
"""Longest text, in bytes: a token or MUD file has some thousand. Callers that read larger files of our
own making (earlier results) say so."""

MAX_DEPTH: Final = 64
"""Deepest nesting of arrays and objects: twice what nested tokens reach, and far from the thousand
where Python's parser itself gives up."""

MAX_ITEMS: Final = 100_000
"""Most commas and opening brackets of a text from somebody else, those within strings counted: a MUD file
with as many entries as are read has some twenty thousand. A mebibyte of empty arrays is a second's work."""

MAX_NUMBER_LENGTH: Final = 100
"""Most characters of a number: a float needs 25. Converting long integers takes quadratic time."""

_SHOWN = 60  # characters of somebody else's text in a message: enough to find it by

# A string, closed or not, or a bracket. The possessive quantifiers keep the search linear.
_STRUCTURE = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def loads(data: bytes | str, *, problem: str = "artefact-unrecognised", max_size: int = MAX_SIZE) -> Any:
    """Read one JSON text, in time linear in its length.

    Args:
        data: the bytes, in UTF-8 without a byte order mark (RFC 8259 section 8.1), or the text.
        problem: id to report when it is not what is read here.
        max_size: most bytes that are read.

    Returns:
        dict, list, str, int, float, bool or None, nested at most :data:`MAX_DEPTH` deep.

    Raises:
        MalformedArtefact: with ``problem``; of ``artefact-too-large`` where the text is too long.
    """
    if len(data) > max_size:
        raise MalformedArtefact(
            "artefact-too-large", f"the JSON text has {len(data)} bytes, at most {max_size} are read"
        )
    reader = _Reader(problem)
    text = reader.decode(data)
    if max_size <= MAX_SIZE:
        _charge(text)
    reader.refuse_depth(text)
    return reader.read(text)


def _charge(text: str) -> None:
    """Count what is in a text, for itself and for the file that is being read, in which there may be many.

    Raises:
        MalformedArtefact: ``artefact-too-large``: it is too much.
    """
    items = text.count(",") + text.count("[") + text.count("{")
    ledger = LEDGER.get()
    if items > MAX_ITEMS or (ledger is not None and ledger.items <= 0):
        raise MalformedArtefact(
            "artefact-too-large",
            f"more than {MAX_ITEMS} values in a JSON text, or in all that is in one file more than are read",
        )
    if ledger is not None:
        ledger.items -= items


def dumps(value: Any, *, sort: bool = False, indent: int | None = None) -> str:
    """Write ``value`` as JSON in ASCII, byte for byte the same for the same value.

    Args:
        value: what :func:`loads` returns; NaN and infinities are a bug (``ValueError``).
        sort: order the keys of objects by code point, instead of as they were put in.
        indent: spaces a level, or None for one line without spaces.
    """
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(value, sort_keys=sort, indent=indent, separators=separators, allow_nan=False)


class _Reader:
    """The hooks of one call of the parser: they know the problem to raise."""

    def __init__(self, problem: str) -> None:
        self._problem = problem

    def fail(self, message: str, offset: int | None = None) -> NoReturn:
        raise MalformedArtefact(self._problem, f"not JSON: {message}", offset=offset)

    def decode(self, data: bytes | str) -> str:
        try:
            if isinstance(data, bytes):
                return data.decode("utf-8")
            data.encode("utf-8")
        except UnicodeDecodeError as error:
            self.fail(f"byte 0x{error.object[error.start]:02x} is not UTF-8", error.start)
        except UnicodeEncodeError as error:
            self._fail_surrogate(error)
        return data

    def refuse_depth(self, text: str) -> None:
        """Count brackets outside strings before the parser, which is recursive, sees them."""
        if text.count("[") + text.count("{") <= MAX_DEPTH:
            return
        depth = 0
        for match in _STRUCTURE.finditer(text):
            depth += _STEPS.get(match.group(), 0)
            if depth > MAX_DEPTH:
                self.fail(
                    f"arrays and objects are nested more than {MAX_DEPTH} deep",
                    _offset(text, match.start()),
                )

    def read(self, text: str) -> Any:
        try:
            value = json.loads(
                text,
                object_pairs_hook=self._object,
                parse_int=self._int,
                parse_float=self._float,
                parse_constant=self._constant,
            )
        except json.JSONDecodeError as error:
            self.fail(
                f"{error.msg} in line {error.lineno}, column {error.colno}",
                _offset(text, error.pos),
            )
        if _SURROGATE_ESCAPE.search(text) is not None:
            self._refuse_surrogates(value)
        return value

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        entries = dict(pairs)
        if len(entries) < len(pairs):
            twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
            self.fail(f"the key {_shown(twice)} stands twice in one object; readers would disagree")
        return entries

    def _int(self, digits: str) -> int:
        self._refuse_length(digits)
        return int(digits)

    def _float(self, digits: str) -> float:
        self._refuse_length(digits)
        value = float(digits)
        if math.isinf(value):
            self.fail(f"the number {digits} is too large for a 64-bit float")
        return value

    def _refuse_length(self, digits: str) -> None:
        if len(digits) > MAX_NUMBER_LENGTH:
            self.fail(f"a number has {len(digits)} characters, at most {MAX_NUMBER_LENGTH} are read")

    def _constant(self, name: str) -> NoReturn:
        self.fail(f"{name} is a word of JavaScript, expected a number")

    def _refuse_surrogates(self, value: Any) -> None:
        """Lone surrogates are no characters: they could not be written out again as UTF-8."""
        try:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError as error:
            self._fail_surrogate(error)

    def _fail_surrogate(self, error: UnicodeEncodeError) -> NoReturn:
        code = ord(error.object[error.start])
        self.fail(f"the text holds the lone surrogate U+{code:04X}, which is no character")


def _offset(text: str, position: int) -> int:
    """Bytes in front of the character at ``position``."""
    return len(text[:position].encode("utf-8", "surrogatepass"))


def _shown(text: str) -> str:
    return ascii(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")
