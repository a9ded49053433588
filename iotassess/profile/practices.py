"""The practices of a profile: statements about what people do, which documents can show."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from iotassess.codec.yaml import Path
from iotassess.model.claim import PRODUCT, Subject
from iotassess.model.profile import Profile
from iotassess.model.profile.base import Practice
from iotassess.model.profile.leaves import Leaf, leaves


class Declared(NamedTuple):
    """One practice as it is declared.

    Attributes:
        property: its property id.
        path: where it stands.
        practice: what is declared.
        subject: what it is about: the product, or a member of a list.
    """

    property: str
    path: Path
    practice: Practice
    subject: Subject = PRODUCT


@cache
def _leaves() -> tuple[tuple[Leaf, str], ...]:
    """The leaf "done" of each practice, and the key that names the members of the list that it stands in."""
    keys = {leaf.subject: leaf.path[-1] for leaf in leaves() if leaf.names}
    found = [leaf for leaf in leaves() if leaf.property and leaf.path[-1] == "done"]
    return tuple((leaf, keys.get(leaf.subject, "")) for leaf in found)


def practices(profile: Profile) -> Iterator[Declared]:
    """The declared practices, in the order of the model."""
    for leaf, key in _leaves():
        yield from _below(leaf, key, profile, leaf.path[:-1], ())


def _below(leaf: Leaf, key: str, here: object, rest: tuple[str, ...], path: Path) -> Iterator[Declared]:
    """Follow a path down to the practices at its end; a list's members one by one."""
    if here is None:
        return
    if rest and rest[0] == "*":
        for index, member in enumerate(here if isinstance(here, list) else ()):
            yield from _below(leaf, key, member, rest[1:], (*path, index))
    elif rest:
        yield from _below(leaf, key, getattr(here, rest[0], None), rest[1:], (*path, rest[0]))
    elif isinstance(here, Practice) and leaf.property:
        subject = Subject(leaf.subject, getattr(here, key)) if key else PRODUCT
        yield Declared(leaf.property, path, here, subject)
