"""Whether a profile fulfils a condition of a technology's rules, rules it out, or is silent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.statements import Technology
from iotassess.profile.technology.model import (
    Beside,
    Condition,
    Given,
    Member,
    Named,
    Parameter,
    Says,
    UpdatedOnlyBy,
)


def value_at(profile: Profile, path: str) -> Any:
    """What the profile says at a leaf; None where it says nothing."""
    here: Any = profile
    for key in path.split("."):
        here = getattr(here, key, None)
    return here


def first_of_each(profile: Profile) -> Iterator[tuple[int, Technology]]:
    """The declared technologies with their index; one that stands twice, which is an error, only once."""
    seen: set[str] = set()
    for index, technology in enumerate(profile.technologies or ()):
        if technology.id not in seen:
            seen.add(technology.id)
            yield index, technology


def same(value: Any, wanted: Any) -> bool:
    """Whether two answers are the same; true is not 1."""
    return bool(value == wanted) and type(value) is type(wanted)


def _has(value: Any, wanted: Iterable[Any]) -> bool:
    """Whether an answer, or a member of a list of answers, is among those that are wanted."""
    members = value if isinstance(value, list) else [value]
    return any(same(member, one) for member in members for one in wanted)


def holds(condition: Condition, profile: Profile, technology: Technology) -> bool:
    """Whether a condition is fulfilled.

    Args:
        condition: what is asked.
        profile: the whole profile.
        technology: the statement that the condition belongs to.
    """
    if isinstance(condition, Given):
        return _given(condition, (technology.parameters or {}).get(condition.parameter))
    if isinstance(condition, Named):
        return re.fullmatch(condition.pattern, technology.version or "") is not None
    if isinstance(condition, Beside):
        return any(row.id == condition.id for row in profile.technologies or ())
    if isinstance(condition, UpdatedOnlyBy):
        return _updated_only_by(condition.mechanisms, profile)
    if isinstance(condition, Says):
        value = value_at(profile, condition.path)
        return _has(value, condition.values) if condition.values else value not in (None, [])
    return any(
        all(_has(getattr(member, leaf), values) for leaf, values in condition.leaves.items())
        for member in value_at(profile, condition.path) or ()
    )


def all_hold(conditions: Iterable[Condition], profile: Profile, technology: Technology) -> bool:
    """Whether all conditions are fulfilled; true where there is none."""
    return all(holds(condition, profile, technology) for condition in conditions)


def _given(condition: Given, value: Any) -> bool:
    if value is None:
        return condition.silent
    if not condition.values:
        return True
    if condition.alone and isinstance(value, list):
        return bool(value) and all(_has(member, condition.values) for member in value)
    return _has(value, condition.values)


def _updated_only_by(mechanisms: tuple[str, ...], profile: Profile) -> bool:
    """Whether nothing hints at another update mechanism; one that is not told of is another one."""
    if value_at(profile, "update.supported") is False:
        return False
    named = [
        *(value_at(profile, "update.mechanisms") or ()),
        *(row.technology for row in profile.update_mechanisms or ()),
    ]
    return all(name in mechanisms for name in named)


def is_denied(condition: Condition, profile: Profile) -> bool:
    """Whether the profile rules a statement out: it answers there, and otherwise.

    A list of connections, stages or mechanisms rules out a member when each one that it has answers
    otherwise. Parameters, and technologies that are not declared, rule out nothing.
    """
    if isinstance(condition, Says):
        value = value_at(profile, condition.path)
        return bool(condition.values) and value is not None and not _has(value, condition.values)
    if isinstance(condition, Member):
        members = value_at(profile, condition.path)
        return members is not None and all(
            any(
                getattr(member, leaf) is not None and not _has(getattr(member, leaf), values)
                for leaf, values in condition.leaves.items()
            )
            for member in members
        )
    return False


def place_of(condition: Condition, here: Path, technology: Technology) -> Path:
    """Where a condition stands inside the statement of its technology.

    Args:
        condition: one that holds.
        here: path of the statement.
        technology: the statement.
    """
    if isinstance(condition, Given) and condition.parameter in (technology.parameters or {}):
        return (*here, "parameters", condition.parameter)
    return (*here, "version") if isinstance(condition, Named) else (*here, "id")


def words(condition: Condition) -> str:
    """Write a condition for readers, as it would be declared."""
    if isinstance(condition, Given):
        values = _or(condition.values)
        alone = " alone" if condition.alone else ""
        unless = ", or not said" if condition.silent else ""
        return f"parameter {condition.parameter}{f' {values}' if values else ''}{alone}{unless}"
    if isinstance(condition, Named):
        return f"version {condition.words}"
    if isinstance(condition, Beside):
        return f"technology {condition.id}"
    if isinstance(condition, UpdatedOnlyBy):
        return f"no other update mechanism is named than {_or(condition.mechanisms)}"
    if isinstance(condition, Says):
        return f"{condition.path}{f' {_or(condition.values)}' if condition.values else ''}"
    leaves = " and ".join(f"{leaf} {_or(values)}" for leaf, values in condition.leaves.items())
    return f"a member of {condition.path} with {leaves}"


def _or(values: Iterable[Any]) -> str:
    return " or ".join(str(value).lower() if isinstance(value, bool) else str(value) for value in values)


def misfit(parameter: Parameter, value: Any) -> tuple[int | None, Any] | None:
    """What of a parameter's value is not as it has to be.

    Returns:
        Index in the list, or None for the value as a whole, and what stands there; None where all is well.
    """
    if parameter.type == "some":
        if not isinstance(value, list):
            return None, value
        bad = (
            (n, member)
            for n, member in enumerate(value)
            if parameter.values and member not in parameter.values
        )
        return next(bad, None)
    return None if _fits(parameter, value) else (None, value)


def _fits(parameter: Parameter, value: Any) -> bool:
    if parameter.type == "flag":
        return isinstance(value, bool)
    if parameter.type == "number":
        return type(value) is int and parameter.least <= value <= parameter.most
    if parameter.type == "one":
        return isinstance(value, str) and value in parameter.values
    return isinstance(value, str) and (not parameter.form or re.fullmatch(parameter.form, value) is not None)
