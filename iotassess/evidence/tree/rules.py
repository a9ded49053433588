"""The shape of a grammar: tables that name what stands at a key, an index, a tag, or inside a byte string.

A grammar decides nothing but names. What it does not know is shown all the same, and what does not fit it is
shown as what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal, NamedTuple

Words = Callable[[Any], str | None]
"""Says a number, text or byte string in words; None where there is nothing to add."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is known about one item, in any of the forms that it may have.

    Attributes:
        title: name of its type in the specification.
        keys: of a map: key → what stands there. Of an array with ``pairs``: number → its argument.
        other: what stands at keys that are not in ``keys``; None: such keys are not known.
        items: of an array: what stands at each place.
        rest: what stands at the places behind those.
        pairs: an array is a flat list of numbers, each with its argument.
        by: a key of the map, and its value → the rule to go by instead.
        inside: rule of the CBOR that a byte string wraps.
        form: what a byte string without ``inside`` is: "plain" is never opened, "der" is DER, "" is opened
            where it is CBOR from its first byte to its last.
        tags: tag number → what it is and holds.
        words: says a scalar in words.
        notes: marks; "{start}", "{inner}" and "{end}" stand for its offsets.
    """

    title: str = ""
    keys: Mapping[int | str, Field] = field(default_factory=dict)
    other: Field | None = None
    items: tuple[Field, ...] = ()
    rest: Field | None = None
    pairs: bool = False
    by: tuple[int, Mapping[int, Rule]] | None = None
    inside: Rule | str | None = None
    form: Literal["", "plain", "der"] = ""
    tags: Mapping[int, Field] = field(default_factory=dict)
    words: Words | None = None
    notes: tuple[str, ...] = ()


class Field(NamedTuple):
    """A name with what stands there.

    Attributes:
        name: by the specification; "{n}" stands for the place in an array.
        rule: the rule, or where it is: "module:name" of a rule in this package, for what contains itself.
    """

    name: str
    rule: Rule | str = Rule()


ANY = Rule()
PLAIN = Rule(form="plain")


def fields(names: Mapping[int, str], rules: Mapping[int, Rule | str] | None = None) -> dict[int | str, Field]:
    """Make the fields of a map from a table of names.

    Args:
        names: key → name.
        rules: key → rule, for those that have one.
    """
    known = rules or {}
    return {key: Field(name, known.get(key, ANY)) for key, name in names.items()}


def resolve(rule: Rule | str) -> Rule:
    """Give a rule that may be named by where it is.

    Args:
        rule: the rule, or "module:name".
    """
    if isinstance(rule, Rule):
        return rule
    module, _, name = rule.partition(":")
    found: Rule = getattr(import_module(f"iotassess.evidence.tree.{module}"), name)
    return found
