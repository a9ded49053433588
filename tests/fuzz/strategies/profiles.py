"""Profiles in YAML: the examples with parts left out, exchanged and added, written in other ways."""

from __future__ import annotations

import functools
import json
from typing import Any

from hypothesis import strategies as st

from iotassess.codec import yaml
from tests.examples import PROFILES, TWINS

WORDS = st.sampled_from(
    ["no", "yes", "1.10", "2026-11-01", "~", "0x10", "é", "\u202e", "-", "a: b", "*x", "&x", "<<"]
) | st.text(max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)


@functools.cache
def examples() -> tuple[Any, ...]:
    return tuple(
        yaml.load((PROFILES / product / f"{twin}.yaml").read_bytes()).value for product, twin in TWINS
    )


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths to everything in a value but itself."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, inner in inside for place in ((*path, key), *places(inner, (*path, key)))]


@functools.cache
def _places(index: int) -> list[tuple[Any, ...]]:
    return places(examples()[index])


def edited(value: Any, path: tuple[Any, ...], change: Any) -> Any:
    """The value with what stands at a path exchanged; ``...`` leaves it out."""
    if not path:
        return change
    if (
        not isinstance(value, dict | list)
        or (isinstance(value, list) and path[0] >= len(value))
        or (isinstance(value, dict) and path[0] not in value)
    ):
        return value  # it went with an earlier edit
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    if len(path) == 1 and change is ...:
        del copy[path[0]]
    else:
        copy[path[0]] = edited(value[path[0]], path[1:], change)
    return copy


def written(value: Any, indent: str = "") -> str:
    """YAML in blocks, with every string quoted."""
    if isinstance(value, dict) and value:
        return "".join(
            f"\n{indent}{json.dumps(key)}:{written(inner, indent + '  ')}" for key, inner in value.items()
        )
    if isinstance(value, list) and value:
        return "".join(f"\n{indent}-{written(inner, indent + '  ')}" for inner in value)
    return f" {json.dumps(value)}"


@st.composite
def profiles(draw: st.DrawFn) -> bytes:
    """An example with up to four changes; in blocks, or as the JSON that YAML holds, too."""
    index = draw(st.integers(0, len(examples()) - 1))
    value = examples()[index]
    for path in draw(st.lists(st.sampled_from(_places(index)), max_size=4)):
        value = edited(value, path, draw(st.just(...) | VALUES))
    if draw(st.booleans()) or not isinstance(value, dict):
        return json.dumps(value).encode()
    return written(value).lstrip("\n").encode("utf-8", "backslashreplace")
