"""What a limit's edge is in these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from iotassess.errors import IotassessError
from iotassess.model.artefact import Artefact


class Edge(NamedTuple):
    """One limit on an input, at its edge.

    Attributes:
        told: size → what is said against an input of exactly that size; "" where it is read.
        says: words of what is said one above; ``{most}`` is the limit, ``{got}`` one more.
        smaller: the limit is set to this for the test, as the real edge takes more than a second; the
            constant is read when it is used, so that it is the same code.
        step: the next size above that an input can have, where not each can be had.
    """

    told: Callable[[int], str]
    says: str
    smaller: int | None = None
    step: int = 1


def refusal(function: Callable[[], object]) -> str:
    """What one of our own errors says, or "" where there is none."""
    try:
        function()
    except IotassessError as error:
        return str(error)
    return ""


def problems(artefact: Artefact, *ids: str) -> str:
    """Messages of an artefact's problems of these ids."""
    return " | ".join(one.message for one in artefact.problems if one.id in ids)


def noted(lines: Iterable[str], words: str) -> str:
    """Lines with the words in them."""
    return " | ".join(line for line in lines if words in line)
