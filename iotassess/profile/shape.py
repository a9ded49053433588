"""The profile model seen from a path: which keys may stand there, and what is expected of a value."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import StringConstraints

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile, base, statements
from iotassess.model.profile.base import Section

_FORMS: tuple[tuple[Any, str], ...] = (
    (base.Name, "a name of up to 64 letters, digits, '.', '_' and '-'"),
    (base.Hex, "bytes in lower-case hex, two digits a byte"),
    (base.Thumbprint, "a SHA-256 thumbprint of 64 lower-case hex digits"),
    (base.Uuid, "a UUID in lower case (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)"),
    (base.DigestText, "a digest as sha-256:hex, sha-384:hex or sha-512:hex, in lower case and full length"),
    (base.SuitComponentId, "a SUIT component identifier: lower-case hex segments joined by '/'"),
    (
        statements.TechnologyId,
        "the id of a technology (iotassess list technologies): lower-case words and '-'",
    ),
    (
        statements.RequirementId,
        "the id of a requirement, with its baseline and '/' in front if that is meant",
    ),
    (base.Domain, "a DNS domain in lower case, such as example.com"),
)


def _pattern(annotation: Any) -> str:
    constraints = next(m for m in get_args(annotation) if isinstance(m, StringConstraints))
    return str(constraints.pattern)


FORMS: Mapping[str, str] = MappingProxyType({_pattern(kind): words for kind, words in _FORMS})
"""Regular expression of a leaf type → the form in words."""


def core(annotation: Any) -> Any:
    """Take ``None`` and ``Annotated`` off a type that the model uses, which has a few again and again."""
    try:
        return _core(annotation)
    except TypeError:  # something in its annotations has no hash
        return _core.__wrapped__(annotation)


@cache
def _core(annotation: Any) -> Any:
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif type(None) in (arguments := get_args(annotation)):
            annotation = next(a for a in arguments if a is not type(None))
        else:
            return annotation


def fields(section: type[Section]) -> dict[str, Any]:
    """The keys of a section as an author writes them, each with its bare type."""
    return {info.alias or name: core(info.annotation) for name, info in section.model_fields.items()}


def expected_at(path: Path) -> Any:
    """The bare type that the model expects at ``path``, or None where it knows no such path."""
    here: Any = Profile
    for step in path:
        if isinstance(step, int) and get_origin(here) is list:
            here = core(get_args(here)[0])
        elif isinstance(step, str) and is_section(here):
            here = fields(here).get(step)
        else:
            return None
    return here


def is_section(kind: Any) -> bool:
    """Whether a bare type is a mapping of the profile."""
    return isinstance(kind, type) and issubclass(kind, Section)


def keys_at(path: Path) -> tuple[str, ...]:
    """The keys that may stand in the mapping at ``path``."""
    here = expected_at(path)
    return tuple(fields(here)) if is_section(here) else ()


def allowed(kind: Any) -> tuple[str, ...]:
    """The values of an enumeration, or an empty tuple for another type."""
    return get_args(kind) if get_origin(kind) is Literal else ()


@cache
def homes() -> Mapping[str, tuple[str, ...]]:
    """Key → the paths at which it is known, to tell a key in the wrong section from an unknown one."""
    found: dict[str, tuple[str, ...]] = {}
    for path in _paths(Profile, ()):
        found[path[-1]] = (*found.get(path[-1], ()), ".".join(path))
    return found


@cache
def date_paths() -> tuple[tuple[str, ...], ...]:
    """Paths of the dates, ``"*"`` standing for each member of a list."""
    return tuple(path for path, kind in _all_leaves() if kind is datetime.date)


@cache
def list_paths() -> tuple[tuple[str, ...], ...]:
    """Paths of the lists of plain values, ``"*"`` standing for each member of an outer list."""
    return tuple(
        path
        for path, kind in _all_leaves()
        if get_origin(kind) is list and not is_section(core(get_args(kind)[0]))
    )


@cache
def _all_leaves() -> tuple[tuple[tuple[str, ...], Any], ...]:
    return tuple(_leaves(Profile, ()))


def _leaves(section: type[Section], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each path below a section with its bare type, sections among them not included."""
    for key, kind in fields(section).items():
        item = core(get_args(kind)[0]) if get_origin(kind) is list else None
        if is_section(kind):
            yield from _leaves(kind, (*path, key))
        elif item is not None and is_section(item):
            yield from _leaves(item, (*path, key, "*"))
        else:
            yield (*path, key), kind


def _paths(section: type[Section], path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every key below a section that stands in a mapping (not in a list) of the profile."""
    for key, kind in fields(section).items():
        yield (*path, key)
        if is_section(kind):
            yield from _paths(kind, (*path, key))


def present(value: Any, pattern: tuple[str, ...], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The values of a parsed profile that a path with ``"*"`` leads to, each with its own path.

    Args:
        value: a parsed value of any shape; what does not fit the pattern is passed over.
        pattern: keys, ``"*"`` for each member of a list.
        path: where ``value`` stands.
    """
    if not pattern:
        yield path, value
    elif pattern[0] == "*":
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from present(item, pattern[1:], (*path, index))
    elif isinstance(value, dict) and value.get(pattern[0]) is not None:
        yield from present(value[pattern[0]], pattern[1:], (*path, pattern[0]))
