"""The YAML wall: hostile text in, plain values with their places out.

Only this file imports PyYAML. What is read is the core schema of YAML 1.2.2, and less than YAML
allows: one document, string keys, no tags, no merge keys, no duplicates. So a file means one thing to
every reader, and ``no`` is a country, not a boolean.

PyYAML's parser events are read one by one; its resolvers and constructors, which follow YAML 1.1 and
can run code, are never reached. The C parser is taken where PyYAML was built with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml
from yaml import cyaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from iotassess.codec.yaml_core import (
    MAX_NUMBER_LENGTH,
    MAX_SIZE,
    Mark,
    YamlFault,
    check_string,
    decode,
    mark_after,
    not_yaml,
    resolve,
)

__all__ = [
    "MAX_ALIASES",
    "MAX_DEPTH",
    "MAX_NODES",
    "MAX_NUMBER_LENGTH",
    "MAX_SIZE",
    "Document",
    "Mark",
    "Path",
    "YamlFault",
    "load",
]

MAX_NODES = 50_000
"""Most nodes (mappings, sequences, scalars and keys) once aliases are written out: twenty times a
full profile. This is what stops a file of a few lines that unfolds to billions of values."""

MAX_DEPTH = 32
"""Deepest nesting of collections. A profile needs eight; Python's own stack ends near a thousand."""

MAX_ALIASES = 256
"""Most aliases followed. A profile that repeats one certificate for each component needs dozens."""

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its value, and where each part of it stands.

    A path is the tuple of keys and indexes from the root, which is ``()``.

    Attributes:
        value: dict, list, str, int, float, bool or None, nested; nothing in it is shared.
        marks: path to where the value stands; for an alias, where the alias stands.
        keys: path to where the key of that value stands.
        raw: path to the source text of each unquoted scalar that is not a string. ``1.10`` has the
            value 1.1 here and its text in ``raw``, so a caller that wanted a string can say
            ``quote it: "1.10"``.
    """

    value: Any
    marks: Mapping[Path, Mark]
    keys: Mapping[Path, Mark]
    raw: Mapping[Path, str]

    def mark(self, path: Path) -> Mark:
        """Where ``path`` stands, or else the nearest of its ancestors that the text has."""
        for length in range(len(path), 0, -1):
            if (found := self.marks.get(path[:length])) is not None:
                return found
        return self.marks[()]


def load(data: bytes | str) -> Document:
    """Read one YAML 1.2 document, in time linear in the text with its aliases written out.

    Args:
        data: the file's bytes, in UTF-8 with or without a byte order mark, or its text.

    Returns:
        The document. Empty text, or nothing but comments, has the value None.

    Raises:
        YamlFault: the text is too long, not UTF-8, not YAML, or uses what is refused here.
    """
    text = decode(data)
    reader = _Reader(text)
    try:
        return reader.document()
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        mark = reader.place(at) if at else Mark(1, 1)
        raise not_yaml(f"{error.context}: {error.problem}", mark) from None
    except yaml.YAMLError as error:
        raise not_yaml(str(error), Mark(1, 1)) from None


# --- events -------------------------------------------------------------------------------------

# Where the two parsers of PyYAML disagree - tabs between tokens, directives, a comment close behind the
# indicator of a block scalar, a key without value in braces - the Python one decides, so that a file
# means the same whether or not the C one is there.
_DISAGREED = ("\t", ":[", ":]", ":{", ":}", ":,")
_DIRECTIVE = re.compile(r"^%|\r%", re.MULTILINE)
_COMMENT_AT_INDICATOR = re.compile(r"[|>][-+0-9]*#")


def _parsers_disagree(text: str) -> bool:
    """Whether the text may hold one of these; plain searches first, as most files hold none."""
    if any(mark in text for mark in _DISAGREED):
        return True
    if "%" in text and _DIRECTIVE.search(text) is not None:
        return True
    has_block_text = "|" in text or ">" in text
    return has_block_text and "#" in text and _COMMENT_AT_INDICATOR.search(text) is not None


class _PythonParser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """PyYAML's own parser, without its composer, resolver and constructor."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)
        self._last: Any = None

    def get_event(self) -> Any:
        try:
            self._last = super().get_event()  # type: ignore[no-untyped-call]  # the stubs' matter
        except (ValueError, OverflowError) as error:  # it gives out-of-range escapes to chr()
            raise yaml.MarkedYAMLError(
                problem=str(error), problem_mark=self._last and self._last.start_mark
            ) from None
        return self._last


def _parser(text: str) -> Any:
    if yaml.__with_libyaml__ and not _parsers_disagree(text):
        return cyaml.CParser(text)  # type: ignore[attr-defined]  # PyYAML exports it; its stubs do not
    return _PythonParser(text)


# --- values -------------------------------------------------------------------------------------

_new_mark = tuple.__new__  # a mark is made for each key and value: this takes half the time of Mark()


class _Reader:
    """Reads parser events into one document, in the order of the text: the first fault is the one told.

    Where a text has anchors, events are kept, and those of an anchored node are read again at each of its
    aliases. So every alias gets values and paths of its own, and what it adds is counted like anything
    else. Events are told apart by their class, as PyYAML derives none of them from another.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = len(text)
        self._parse: Callable[[], Any] = _parser(text).get_event
        self._next = self._keep if "&" in text else self._parse
        self._events: list[Any] = []
        self._at = 0  # index of the event that is read next, where events are kept
        self._anchors: dict[str, int] = {}  # name to the index of its node's event
        self._open: set[int] = set()  # indexes of the anchored nodes that are not yet read to their end
        self._nodes = 0
        self._characters = 0
        self._aliases = 0
        self._marks: dict[Path, Mark] = {}
        self._keys: dict[Path, Mark] = {}
        self._raw: dict[Path, str] = {}

    def document(self) -> Document:
        self._next()  # the stream's start
        event = self._next()
        value: Any = None
        self._marks[()] = Mark(1, 1)
        if event.__class__ is DocumentStartEvent:
            _refuse_directives(event, self.place(event.start_mark))
            value = self._value(self._next(), (), 0, False)
            self._next()  # the document's end
            event = self._next()
        if event.__class__ is DocumentStartEvent:
            raise YamlFault(
                "a second document begins here, one is read",
                self.place(event.start_mark),
                hint="remove the '---', or put each document into a file of its own",
            )
        return Document(value, self._marks, self._keys, self._raw)

    def _keep(self) -> Any:
        """The next event, which an alias may have read before and may have read again."""
        if self._at == len(self._events):
            self._events.append(self._parse())
        self._at += 1
        return self._events[self._at - 1]

    def place(self, mark: Any) -> Mark:
        """Our mark of PyYAML's; the C parser sees a line behind a last line that is not ended."""
        if mark.index < self._end:
            return _new_mark(Mark, (mark.line + 1, mark.column + 1))
        return mark_after(self._text)

    def _value(self, event: Any, path: Path, depth: int, flow: bool) -> Any:
        """The node that begins with ``event``.

        Args:
            event: its first event.
            path: where it stands.
            depth: in how many collections that is.
            flow: whether brackets or braces are open there.
        """
        kind = event.__class__
        mark = self.place(event.start_mark)
        if kind is AliasEvent:
            value = self._alias(event, mark, path, depth)
            self._marks[path] = mark
            return value
        self._marks[path] = mark
        if kind is ScalarEvent:
            value = self._scalar(event, mark, flow)
            if not isinstance(value, str):
                self._raw[path] = event.value
            return value
        self._admit(event, mark)
        if depth == MAX_DEPTH:
            raise YamlFault(
                f"collections are nested more than {MAX_DEPTH} deep",
                mark,
                hint="no file of iotassess needs that; is a bracket or an indentation wrong?",
            )
        read = self._mapping if kind is MappingStartEvent else self._sequence
        if event.anchor is None:
            return read(path, depth + 1, flow or event.flow_style)
        index = self._at - 1
        self._open.add(index)
        value = read(path, depth + 1, flow or event.flow_style)
        self._open.discard(index)
        return value

    def _sequence(self, path: Path, depth: int, flow: bool) -> list[Any]:
        items: list[Any] = []
        while (event := self._next()).__class__ is not SequenceEndEvent:
            items.append(self._value(event, (*path, len(items)), depth, flow))
        return items

    def _mapping(self, path: Path, depth: int, flow: bool) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while (event := self._next()).__class__ is not MappingEndEvent:
            mark = self.place(event.start_mark)
            key = self._key(event, mark, flow)
            here = (*path, key)
            if key in entries:
                raise YamlFault(
                    f"the key {_shown(key)} stands twice, first in line {self._keys[here].line}",
                    mark,
                    hint="keep one of the two",
                )
            self._keys[here] = mark
            entries[key] = value = self._value(self._next(), here, depth, flow)
            if value is None and not self._raw[here]:  # nothing is there: its key is the place to look at
                self._marks[here] = mark
        return entries

    def _key(self, event: Any, mark: Mark, flow: bool) -> str:
        if event.__class__ is not ScalarEvent:
            raise YamlFault(
                f"a key is {_described(event)}, expected a string",
                mark,
                hint="write the key out as plain text",
            )
        key = self._scalar(event, mark, flow)
        if not isinstance(key, str):
            text = event.value
            raise YamlFault(
                f"the key {_shown(text)} is {_described(key)}, expected a string",
                mark,
                hint=f'quote it: "{text}"' if text else "write a key before the colon",
            )
        if key == "<<" and event.implicit[0]:
            raise YamlFault(
                "the merge key << is not part of YAML 1.2",
                mark,
                hint="write the entries out, or use an alias for the whole mapping",
            )
        return key

    def _scalar(self, event: Any, mark: Mark, flow: bool) -> Any:
        """The value of a key or scalar."""
        text: str = event.value
        plain = event.implicit[0]  # neither quoted nor a block scalar
        if flow and plain and "?" in text:
            raise YamlFault(  # PyYAML's C parser reads it, and its Python parser does not
                "a ? stands in an unquoted text in brackets or braces",
                mark,
                hint="put quotes around the text",
            )
        self._characters += len(text)
        self._admit(event, mark)
        return resolve(text, mark) if plain else check_string(text, mark)

    def _alias(self, event: Any, mark: Mark, path: Path, depth: int) -> Any:
        """The anchored node, read again as if it were written out at the alias."""
        name = event.anchor
        index = self._anchors.get(name)
        if index is None:
            raise YamlFault(
                f"the alias *{_clipped(name)} has no anchor before it",
                mark,
                hint="write the anchor, & and the name, in front of the value that is meant",
            )
        if index in self._open:
            raise YamlFault(
                f"the alias *{_clipped(name)} stands inside the value that it names",
                mark,
                hint="a value cannot contain itself; write out what is meant",
            )
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            raise YamlFault(
                f"more than {MAX_ALIASES} aliases are followed",
                mark,
                hint="write some of the values out",
            )
        back, self._at = self._at, index
        # What the alias stands in does not matter: the node was read before, where it is written.
        value = self._value(self._next(), path, depth, False)
        self._at = back
        return value

    def _admit(self, event: Any, mark: Mark) -> None:
        """Count one node that is not an alias, refuse its tag, note its anchor."""
        self._nodes += 1
        if self._nodes > MAX_NODES or self._characters > MAX_SIZE:
            raise YamlFault(
                f"the document has more than {MAX_NODES} values or {MAX_SIZE} characters, "
                "aliases written out",
                mark,
                hint="use fewer aliases, or split the file",
            )
        if event.tag is not None:
            raise YamlFault(
                f"the tag {_shown(event.tag)} stands here, expected none",
                mark,
                hint="remove the tag; quotes make a string",
            )
        if event.anchor is not None:
            self._note_anchor(event.anchor, mark)

    def _note_anchor(self, name: str, mark: Mark) -> None:
        """Note where the node of an anchor begins: with the event that was read last."""
        index = self._at - 1
        if self._anchors.setdefault(name, index) != index:
            first = self.place(self._events[self._anchors[name]].start_mark)
            raise YamlFault(
                f"the anchor &{_clipped(name)} stands twice, first in line {first.line}",
                mark,
                hint="give each anchor a name of its own",
            )


def _refuse_directives(event: DocumentStartEvent, mark: Mark) -> None:
    if event.version not in (None, (1, 2)):
        raise YamlFault(
            f"a directive asks for YAML {'.'.join(map(str, event.version))}, 1.2 is read",
            mark,
            hint="remove the %YAML line; no, on and yes are strings here",
        )
    if event.tags:
        raise YamlFault(
            "a %TAG directive stands here, but no tags are read",
            mark,
            hint="remove the %TAG line",
        )


_DESCRIPTIONS: tuple[tuple[type, str], ...] = (
    (AliasEvent, "an alias"),
    (SequenceStartEvent, "a sequence"),
    (MappingStartEvent, "a mapping"),
    (bool, "a boolean"),
    (int, "a number"),
    (float, "a number"),
    (type(None), "null"),
)

_SHOWN = 60  # characters of somebody else's text in a message: enough to find it by


def _described(thing: object) -> str:
    return next(text for kind, text in _DESCRIPTIONS if isinstance(thing, kind))


def _clipped(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _shown(text: str) -> str:
    return repr(_clipped(text))
