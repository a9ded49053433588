"""What a declared technology necessarily gives, without the profile saying it in so many words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.statements import Technology
from iotassess.profile.technology import technology_rules
from iotassess.profile.technology.conditions import all_hold, first_of_each, misfit
from iotassess.profile.technology.model import Answer, From, Implied, Rules


class Implication(NamedTuple):
    """One value that follows from a technology.

    Attributes:
        technology: its id.
        rule: what says that it follows.
        value: what follows; one of them, where a list does.
        source: where the profile says what it follows from.
    """

    technology: str
    rule: Implied
    value: Answer
    source: Path


def implications(profile: Profile) -> Iterator[Implication]:
    """What follows from the technologies that a profile declares, in their order.

    Whether the profile says the same, or something else, itself is for the caller to see to.
    """
    rules = technology_rules()
    for index, technology in first_of_each(profile):
        row = rules.get(technology.id)
        for rule in row.implies if row else ():
            if row and all_hold(rule.when, profile, technology):
                yield from _values(row, rule, technology, ("technologies", index))


def _values(row: Rules, rule: Implied, technology: Technology, here: Path) -> Iterator[Implication]:
    """The values of one implication: one, or those of the parameter that it takes them from."""
    if not isinstance(rule.value, From):
        yield Implication(row.id, rule, rule.value, (*here, "id"))
        return
    name = rule.value.parameter
    value = (technology.parameters or {}).get(name)
    if value is None or misfit(row.parameters[name], value) is not None:
        return
    path = (*here, "parameters", name)
    if isinstance(value, list):
        for number, member in enumerate(value):
            yield Implication(row.id, rule, member, (*path, number))
    else:
        yield Implication(row.id, rule, value, path)
