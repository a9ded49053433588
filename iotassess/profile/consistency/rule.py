"""What a rule of inner consistency is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile


class Finding(NamedTuple):
    """One place where a rule does not hold.

    Attributes:
        path: the value that is wrong; where two disagree, the one that is easier to correct.
        message: got and expected, without the place.
        hint: what to write instead.
    """

    path: Path
    message: str
    hint: str


class Rule(NamedTuple):
    """One statement about a profile as a whole that always holds, or nearly always.

    Attributes:
        id: permanent id.
        severity: error where two statements contradict each other or an identifier cannot be what it
            is called; warning where something is unusual, or cannot be compared with evidence.
        find: yields each place where it does not hold. Its docstring says why the rule is there.
    """

    id: str
    severity: Literal["error", "warning"]
    find: Callable[[Profile], Iterator[Finding]]


def contradiction(path: Path, got: str, because: str, hint: str = "") -> Finding:
    """A statement that another one rules out."""
    return Finding(
        path, f"{got}, but {because}", hint or "correct one of the two, or remove what is not known"
    )


def is_given(answer: Any) -> bool:
    """Whether an answer asserts something: neither undeclared, nor no, nor "none", nor an empty list."""
    return answer not in (None, False, "none", [])


def asserted(section: Any, path: Path, keys: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    """The keys of a section that assert something, each with its path and how to say it.

    Args:
        section: a section of the profile, or None.
        path: where it stands.
        keys: which of its keys to look at.
    """
    for key in keys:
        answer = getattr(section, key, None)
        if is_given(answer):
            yield (*path, key), f"{key} is {say(answer)}"


def say(answer: Any) -> str:
    """Write an answer as it stands in YAML."""
    if isinstance(answer, bool):
        return str(answer).lower()
    if isinstance(answer, list):
        return f"[{', '.join(map(str, answer))}]"
    return str(answer)
