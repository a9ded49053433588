"""What reading YAML needs besides a parser: places, faults, limits, and text and scalars as 1.2 has them.

The rules are those of YAML 1.2.2, section 5.1 (characters) and section 10.3.2 (the core schema).
``codec/yaml.py`` is the door to this module.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from iotassess.errors import IotassessError

MAX_SIZE = 1 << 20
"""Longest text, in bytes (or characters of a ``str``), as it is written and again with its aliases
written out. A catalogue, the largest file that people write for iotassess, has a tenth of it."""

MAX_NUMBER_LENGTH = 40
"""Most characters of an unquoted number: room for 128 bits in decimal. Longer ones are digests or
serial numbers whose quotes were forgotten, and converting them would take quadratic time."""


class Mark(NamedTuple):
    """A place in the text; the unit is one character, as editors count.

    Attributes:
        line: from 1.
        column: from 1.
    """

    line: int
    column: int


class YamlFault(IotassessError):  # noqa: N818 - a fault of the text, not of the program
    """The text is not what the YAML wall lets through. Callers add the file's name.

    Attributes:
        line: from 1.
        column: from 1.
        message: got and expected, without a place.
        hint: what to write instead.
    """

    def __init__(self, message: str, mark: Mark, *, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.line = mark.line
        self.column = mark.column


_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"

# What production 1 (c-printable) leaves out, and NEL, LS and PS, which PyYAML takes for line breaks and
# YAML 1.2 does not (they would shift the line numbers), and byte order marks inside the text. Written as
# what is refused: the same set as what is not allowed takes twenty times as long to compile.
_REFUSED_IN_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
# An escape in double quotes can still make these; nobody declares a device with them.
_REFUSED_IN_STRING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

_BREAK = re.compile("\r\n|\r|\n")


def decode(data: bytes | str) -> str:
    """The text of a file, without byte order mark.

    Raises:
        YamlFault: it is too long, not UTF-8, or holds a character that YAML 1.2 refuses.
    """
    if len(data) > MAX_SIZE:
        unit = "characters" if isinstance(data, str) else "bytes"
        raise YamlFault(
            f"the text has {len(data)} {unit}, at most {MAX_SIZE} are read",
            Mark(1, 1),
            hint="is this the right file? Keep large data in files of their own and name them",
        )
    text = (data if isinstance(data, str) else _decode_utf8(data)).removeprefix(_BOM)
    if (found := _REFUSED_IN_TEXT.search(text)) is not None:
        raise YamlFault(
            f"the character U+{ord(found.group()):04X} may not stand in the text",
            mark_after(text[: found.start()]),
            hint="remove it, or type the line again: many editors do not show it",
        )
    return text


def _decode_utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        before = data[: error.start].decode("utf-8")
        raise YamlFault(
            "the text is UTF-16, expected UTF-8"
            if utf16
            else f"the byte 0x{data[error.start]:02x} is not UTF-8",
            mark_after(before.removeprefix(_BOM)),
            hint="save the file as UTF-8",
        ) from None


def mark_after(before: str) -> Mark:
    """Where the character stands that follows ``before``."""
    breaks = list(_BREAK.finditer(before))
    return Mark(len(breaks) + 1, len(before) - (breaks[-1].end() if breaks else 0) + 1)


# What a parser complains of, by a fragment; what we say; what helps the author. First match wins.
_COMPLAINTS: tuple[tuple[str, str, str], ...] = (
    (
        r"'\\t'|tab character",
        "a tab stands where only spaces may",
        "put spaces, not tabs, before and around values",
    ),
    (
        "cannot start any token",
        "a text may not begin with this character",
        "put quotes around the text",
    ),
    (
        "mapping values are not allowed",
        "a colon starts a mapping where none may start",
        'put quotes around a text that contains ": ", and check the indentation',
    ),
    (
        "(sequence entries|mapping keys) are not allowed",
        "a - or ? starts a collection where none may start",
        "begin it on a line of its own, indented",
    ),
    (
        "could not find expected ':'",
        "a line has no colon, expected a key and a value",
        "write ': ' behind the key, or indent the line if it continues a text",
    ),
    (
        "expected ',' or|expected the node content|expected node content",
        "a [ or { is not closed as it should be",
        "look for a missing comma, bracket or brace; a text with a ? in it needs quotes",
    ),
    (
        "unexpected (end of stream|document)",
        "a quoted text has no closing quote",
        "close the quote; inside single quotes write '' for an apostrophe",
    ),
    (
        r"escape|chr\(\)|hexdecimal|Python int too large",
        "a backslash in double quotes makes no known character",
        "write two backslashes for one, or use single quotes",
    ),
    (
        "block scalar",
        "a block text (| or >) is not set out as it should be",
        "end the line behind | or >, and indent the text by spaces",
    ),
    (
        "document start",
        "the text goes on behind its end",
        "is the indentation of this line that of the first one?",
    ),
    (
        "expected key|block end|'-' indicator",
        "the line does not belong to the mapping or list that it stands in",
        "give it the same indentation as its neighbours, and close brackets before it",
    ),
    ("alias|anchor", "the name of an anchor or alias is not a word", "use letters and digits"),
    ("tag", "a tag is written in a way that YAML does not know", "remove the tag"),
    ("directive", "a line begins with % and is no directive", "put quotes around the text"),
)


def not_yaml(complaint: str, mark: Mark) -> YamlFault:
    """The fault to raise for what a parser said about the text at ``mark``.

    The two parsers of PyYAML word the same complaint differently, and neither says what to do.
    """
    for fragment, message, hint in _COMPLAINTS:
        if re.search(fragment, complaint):
            return YamlFault(f"not YAML: {message}", mark, hint=hint)
    return YamlFault("not YAML", mark, hint="look at this line and at the one before it")


def check_string(text: str, mark: Mark) -> str:
    """Return ``text``, the string at ``mark``, if it holds no control character and no surrogate.

    Raises:
        YamlFault: it does, by an escape in double quotes.
    """
    if text.isprintable():  # most are, and it is quickly told
        return text
    if (found := _REFUSED_IN_STRING.search(text)) is not None:
        raise YamlFault(
            f"the string holds the character U+{ord(found.group()):04X}, which is not text",
            mark,
            hint="remove the escape; binary values are written as hex",
        )
    return text


_CONSTANTS: Mapping[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_NUMBER = re.compile(
    r"(?P<dec>[-+]?[0-9]+) | 0o(?P<oct>[0-7]+) | 0x(?P<hex>[0-9a-fA-F]+)"
    r" | (?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)",
    re.VERBOSE,
)
_BASES = {"dec": 10, "oct": 8, "hex": 16}


def resolve(text: str, mark: Mark) -> Any:
    """The value of the unquoted scalar ``text`` at ``mark``, by the core schema.

    Returns:
        str, int, float, bool or None.

    Raises:
        YamlFault: it is a number that is too long or too large.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789" or (match := _NUMBER.fullmatch(text)) is None:
        return check_string(text, mark)
    if len(text) > MAX_NUMBER_LENGTH:
        raise YamlFault(
            f"the number has {len(text)} characters, at most {MAX_NUMBER_LENGTH} are read",
            mark,
            hint="a digest, a serial number or an id needs quotes",
        )
    kind = match.lastgroup or ""
    if kind in _BASES:
        return int(match[kind], _BASES[kind])
    value = float(text)
    if math.isinf(value):
        raise YamlFault(
            f"the number {text} is too large for a 64-bit float",
            mark,
            hint=f'if it is text, quote it: "{text}"',
        )
    return value
