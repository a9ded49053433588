"""Claim labels of older EAT drafts, which now mean something else (``docs``: RFC 9711 against its drafts).

Three numberings exist. The drafts of 2020 and 2021 used 11 to 20, and implementations private numbers around
-76000. Those of 2022 had 256 to 266 as now, but ten labels above in another order: what is "uptime" today was
the security level, "bootcount" was the uptime, and so on. A label that both assign is told apart by the type
of its value; where the types are alike, by the company that it keeps; and what stays doubtful is not read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from iotassess.evidence.eat_reading import Claims, Reading, describe

_EARLY: Final = {
    11: "ueid",
    12: "origination",
    13: "oemid",
    14: "security-level",
    15: "secure-boot",
    16: "debug",
    17: "location",
    18: "profile",
    19: "uptime",
    20: "submods",
}
"""Labels up to early 2021. RFC 9711 uses none of them."""

_PRIVATE: Final = range(-76100, -75999)
"""Private numbers of implementations before labels were registered."""

LAST_SECURITY_LEVEL: Final = 4
"""unrestricted, restricted, secure restricted, hardware: the claim was withdrawn before the RFC."""


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _starts_with(value: Any, kind: type) -> bool:
    return _is_list(value) and len(value) > 0 and type(value[0]) is kind


_SHIFTED: Final[dict[int, tuple[str, Callable[[Any], bool]]]] = {
    269: ("intended use", lambda value: type(value) is int),
    270: ("dloas", _is_list),
    271: ("software name", lambda value: type(value) is str),
    272: ("software version", lambda value: type(value) is str or _starts_with(value, str)),
    274: (
        "software evidence",
        lambda value: _is_list(value) and len(value) > 0 and _starts_with(value[0], int),
    ),
    275: ("measurement results", _is_list),
    276: ("boot count", lambda value: type(value) is int),
}
"""Label → its meaning in the drafts of 2022, and whether a value can only have that meaning."""

_ALIKE: Final = {261: "security level", 267: "uptime", 273: "manifests"}
"""Labels whose values had the same type under another meaning in the drafts of 2022."""

_NAMES: Final = frozenset(
    {
        "nonce",
        "security-level",
        "seclevel",
        "secboot",
        "secure-boot",
        "debug-disable",
        "origination",
        "swevidence",
        "odometer",
    }
)
"""JSON names that drafts had and RFC 9711 does not; its nonce is eat_nonce (section 4.1)."""


def find(reading: Reading, claims: Claims) -> frozenset[Any]:
    """Find labels of older drafts, report them, and give those that must not be read.

    Args:
        reading: of the claims set; ``draft`` is set where the 2022 numbering is certain.
        claims: the claims set.
    """
    if reading.from_json:
        doubtful: dict[Any, str] = {name: "a draft's name" for name in claims if name in _NAMES}
    else:
        doubtful = _find_labels(reading, claims)
    if not doubtful:
        return frozenset()
    named = ", ".join(f"{label} ({meaning})" for label, meaning in doubtful.items())
    first = next(iter(doubtful))
    reading.report(
        "eat-draft-labels",
        f"labels of an older EAT draft, not read: {named}; expected those of RFC 9711, or an eat_profile "
        "that says so",
        f"other.{first}",
        first,
    )
    return frozenset(doubtful)


def _find_labels(reading: Reading, claims: Claims) -> dict[Any, str]:
    found: dict[Any, str] = {}
    certain = reading.draft
    for label, value in claims.items():
        if type(label) is not int:
            continue
        if label in _EARLY:
            found[label] = f"was {_EARLY[label]}"
        elif label in _PRIVATE:
            found[label] = "private"
        elif label in _SHIFTED and not reading.settled and _SHIFTED[label][1](value):
            found[label] = f"was {_SHIFTED[label][0]}"
            certain = True
    if reading.settled:
        return found
    reading.draft = certain
    for label, meaning in _ALIKE.items():
        if label not in claims:
            continue
        value = claims[label]
        level = label == 261 and type(value) is int and 1 <= value <= LAST_SECURITY_LEVEL
        if certain or level:
            found[label] = f"was {meaning}, is {describe(value)}"
    return found
