"""The practices of a profile: statements about what people do, which documents can show."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from iotassess.model.profile import Profile
from iotassess.model.profile.base import Practice
from iotassess.model.profile.leaves import leaves


@cache
def _paths() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Property id and path of each practice. None of them stands in a list."""
    return tuple(
        (leaf.property, leaf.path[:-1]) for leaf in leaves() if leaf.property and leaf.path[-1] == "done"
    )


def practices(profile: Profile) -> Iterator[tuple[str, tuple[str, ...], Practice]]:
    """The declared practices: property id, path and statement of each, in the order of the model."""
    for id_, path in _paths():
        here: object = profile
        for key in path:
            here = getattr(here, key, None)
        if isinstance(here, Practice):
            yield id_, path, here
