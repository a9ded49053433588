"""What can be ruled about a technology in a profile: versions, parameters, needs, conflicts, implications."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]
Answer = bool | int | str


class Parameter(NamedTuple):
    """One thing that can be said of how a technology is used.

    Attributes:
        type: "flag" (true or false), "number", "text", "one" of the values, or "some" of them (a list).
        meaning: what it says.
        values: for "one" and "some", the words; empty for a list of free texts.
        least: smallest number.
        most: largest number.
        form: regular expression of a text.
        words: that form for readers.
    """

    type: Literal["flag", "number", "text", "one", "some"]
    meaning: str
    values: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    form: str = ""
    words: str = ""

    @property
    def expected(self) -> str:
        """What a value has to be, for readers."""
        if self.type == "flag":
            return "true or false"
        if self.type == "number":
            return f"a whole number from {self.least} to {self.most}"
        if self.type == "text":
            return self.words or "text"
        if not self.values:
            return "a list of texts"
        return f"{'one' if self.type == 'one' else 'a list'} of {', '.join(self.values)}"


def flag(meaning: str) -> Parameter:
    """A parameter that is true or false."""
    return Parameter("flag", meaning)


def one(meaning: str, *values: str) -> Parameter:
    """A parameter that is one of some words."""
    return Parameter("one", meaning, values)


def some(meaning: str, *values: str) -> Parameter:
    """A parameter that is a list of words; without any, a list of free texts."""
    return Parameter("some", meaning, values)


def number(meaning: str, least: int, most: int) -> Parameter:
    """A parameter that is a whole number, with its bounds."""
    return Parameter("number", meaning, least=least, most=most)


def text(meaning: str, form: str = "", words: str = "") -> Parameter:
    """A parameter that is a text, perhaps of a form."""
    return Parameter("text", meaning, form=form, words=words)


HTTPS = r"(?i)https://[^\s/]+\S*"
"""Form of an address that is fetched over TLS."""


class Version(NamedTuple):
    """A version or specification that a technology may name.

    Attributes:
        name: as it is to be written; ``*`` stands for the two digits of a revision.
        instead: for one that has been replaced, what replaced it and what that means.
    """

    name: str
    instead: str = ""

    def fits(self, written: str) -> bool:
        """Whether a profile names this one: case and separators do not matter."""
        before, star, _ = _plain(self.name).partition("*")
        plain = _plain(written)
        if not star:
            return plain == before
        revision = plain.removeprefix(before)
        return plain.startswith(before) and len(revision) == 2 and revision.isascii() and revision.isdecimal()


_SEPARATORS = re.compile(r"[\s._/-]+|(?<=[a-z])(?=[0-9])")


def _plain(name: str) -> str:
    """Take case and the choice of separators out of a name; there is one before a number, too."""
    return _SEPARATORS.sub(" ", name.strip().lower())


class Given(NamedTuple):
    """A parameter of the technology itself has one of some values.

    Attributes:
        parameter: its name.
        values: those values; empty for whatever is given.
        silent: whether it holds, too, where the parameter is not given.
        alone: for a list, all its members have to be among the values.
    """

    parameter: str
    values: tuple[Answer, ...] = ()
    silent: bool = False
    alone: bool = False


class Named(NamedTuple):
    """The version that is declared matches a regular expression.

    Attributes:
        pattern: of the version as written.
        words: the same for readers.
    """

    pattern: str
    words: str


class Beside(NamedTuple):
    """Another technology is declared, too.

    Attributes:
        id: of that technology.
    """

    id: str


class Says(NamedTuple):
    """The profile has one of some values at a leaf.

    Attributes:
        path: the leaf, with dots.
        values: those values; empty for whatever is said.
    """

    path: str
    values: tuple[Answer, ...] = ()


class Member(NamedTuple):
    """A list of the profile has a member with certain answers.

    Attributes:
        path: the list, with dots.
        leaves: leaf of a member → values, one of which it must have; all of them in the same member.
    """

    path: str
    leaves: Mapping[str, tuple[Answer, ...]]


class UpdatedOnlyBy(NamedTuple):
    """There are updates, and no other update mechanism is named than these.

    Attributes:
        mechanisms: names as in ``update.mechanisms``.
    """

    mechanisms: tuple[str, ...]


Condition = Given | Named | Beside | Says | Member | UpdatedOnlyBy


class Need(NamedTuple):
    """What a technology cannot do without.

    Attributes:
        any_of: what satisfies it; the first statement of the profile among them is the one that can rule it
            out, the others are further ways.
        why: a clause, for the message and the page.
        when: it is needed only where all of these hold.
        denied: how bad it is that the profile rules it out.
        silent: whether to tell when the profile says nothing of it, either.
    """

    any_of: tuple[Condition, ...]
    why: str
    when: tuple[Condition, ...] = ()
    denied: Severity = "error"
    silent: bool = False


class Conflict(NamedTuple):
    """What cannot be together, or hardly.

    Attributes:
        all_of: statements that are not all true at once; the first one is blamed.
        why: a sentence.
        severity: error where it is impossible, warning where it is unusual.
    """

    all_of: tuple[Condition, ...]
    why: str
    severity: Severity = "error"


class From(NamedTuple):
    """The value of an implied property is that of a parameter.

    Attributes:
        parameter: its name.
    """

    parameter: str


class Implied(NamedTuple):
    """A property that the technology necessarily gives.

    Attributes:
        property: id in the vocabulary.
        path: the leaf that declares it, with dots.
        value: what is implied.
        why: a clause.
        when: it is implied only where all of these hold.
    """

    property: str
    path: str
    value: Answer | From
    why: str
    when: tuple[Condition, ...] = ()


class Rules(NamedTuple):
    """What a profile may say of one technology.

    Attributes:
        id: of the technology.
        versions: versions and specifications that it may name; empty where any text will do.
        parameters: by name.
        builds_on: technologies that are inside it, so that they need not be declared.
        needs: what it cannot do without.
        conflicts: what does not go together with it.
        implies: what it necessarily gives.
        example: parameters of an example.
        version: version of that example.
    """

    id: str
    versions: tuple[Version, ...]
    parameters: Mapping[str, Parameter]
    builds_on: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    implies: tuple[Implied, ...] = ()
    example: Mapping[str, bool | int | str | list[str]] = MappingProxyType({})
    version: str = ""
