"""The order of two versions, as far as their texts tell: unknown is an answer.

Numbers joined by dots compare number by number, however many there are (RFC 9393 section 4.1,
"multipartnumeric"). What follows a hyphen makes an earlier version of the same number (Semantic Versioning
2.0.0 section 11). What follows a plus sign is MCUboot's build number where it is a number; any other build is
not ordered (Semantic Versioning section 10).
"""

from __future__ import annotations

import re
from typing import Literal

Order = Literal["lower", "equal", "higher", "unknown"]

MAX_LENGTH = 128
"""Most characters of a version that are looked at: the longest real ones have forty."""

_VERSION = re.compile(
    r"v?(?P<numbers>[0-9]+(?:\.[0-9]+)*)(?:-(?P<pre>[0-9A-Za-z.-]+))?(?:\+(?P<build>[0-9A-Za-z.-]+))?",
    re.ASCII,
)


def order(first: str, second: str) -> Order:
    """Tell whether ``second`` is lower or higher than ``first``.

    Args:
        first: a version.
        second: another one.

    Returns:
        ``unknown`` where the texts differ and have no order that their form tells.
    """
    if first == second:
        return "equal"
    if len(first) > MAX_LENGTH or len(second) > MAX_LENGTH:
        return "unknown"
    one, other = _VERSION.fullmatch(first), _VERSION.fullmatch(second)
    if one is None or other is None:
        return "unknown"
    a, b = _numbers(one["numbers"]), _numbers(other["numbers"])
    length = max(len(a), len(b))
    a, b = a + [0] * (length - len(a)), b + [0] * (length - len(b))
    if a != b:
        return "higher" if b > a else "lower"
    if one["pre"] != other["pre"]:
        return _by_prerelease(one["pre"], other["pre"])
    return _by_build(one["build"], other["build"])


def _numbers(text: str) -> list[int]:
    return [int(digits) for digits in text.split(".")]


def _by_prerelease(first: str | None, second: str | None) -> Order:
    """Semantic Versioning section 11.3 and 11.4."""
    if first is None or second is None:
        return "lower" if first is None else "higher"
    a, b = first.split("."), second.split(".")
    for one, other in zip(a, b, strict=False):
        if one == other:
            continue
        if one.isdigit() and other.isdigit():
            if int(one) == int(other):
                continue
            return "higher" if int(other) > int(one) else "lower"
        if one.isdigit() != other.isdigit():
            return "higher" if one.isdigit() else "lower"
        return "higher" if other > one else "lower"
    if len(a) == len(b):
        return "equal"
    return "higher" if len(b) > len(a) else "lower"


def _by_build(first: str | None, second: str | None) -> Order:
    """A number counts up from 0, which is what no build stands for; others have no order."""
    a, b = first or "0", second or "0"
    if a == b:
        return "equal"
    if not (a.isdigit() and b.isdigit()):
        return "unknown"
    if int(a) == int(b):
        return "equal"
    return "higher" if int(b) > int(a) else "lower"
