"""Claim labels of older EAT drafts, which now mean something else (``docs``: RFC 9711 against its drafts).

Three numberings exist. The drafts of 2020 and 2021 used 11 to 20, and implementations private numbers around
-76000. Those of 2022 had 256 to 266 as now, but ten labels above in another order: what is "uptime" today was
the security level, "bootcount" was the uptime, and so on. A label that both assign is told apart by the type
of its value; where the types are alike, by the company that it keeps; and what stays doubtful is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from iotassess.evidence.eat_reading import Claims, Reading, describe
from iotassess.model.vocabulary import DEBUG_STATES

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


def is_draft_set(claims: Claims) -> bool:
    """Tell whether a bare map is a claims set of an older draft, where its labels alone leave it open.

    A private number of the time tells; no other structure has them. The small numbers of 2020 stand in other
    structures, too (CoSWID, COSE headers, CoMID), so that all labels have to be of that numbering, and each
    value has to be what it was then, or at least nothing that those structures have there.

    Args:
        claims: by label.
    """
    if any(type(label) is int and label in _PRIVATE for label in claims):
        return True
    return (
        len(claims) > 0
        and all(type(label) is int and label in _PLAUSIBLE for label in claims)
        and not _TELLING.isdisjoint(claims)
        and all(_PLAUSIBLE[label](value) for label, value in claims.items())
    )


def _is_text(value: Any) -> bool:
    return type(value) is str


def _is_time(value: Any) -> bool:
    return type(value) in (int, float)


def _is_bytes(value: Any) -> bool:
    return type(value) is bytes


def _is_nonce(value: Any) -> bool:
    return _is_bytes(value) or (_is_list(value) and len(value) > 0 and all(map(_is_bytes, value)))


def _is_truth(value: Any) -> bool:
    """Tell whether a value means true, false or nothing; a language, which CoSWID has there, does not."""
    return value is None or type(value) is bool or value in (0, 1) or value in ("true", "false")


def _is_place(value: Any) -> bool:
    return isinstance(value, Mapping) and all(_is_time(value.get(label)) for label in (1, 2))


def _is_submodules(value: Any) -> bool:
    return isinstance(value, Mapping) and all(type(name) in (str, bytes) for name in value)


_PLAUSIBLE: Final[dict[int, Callable[[Any], bool]]] = {
    1: _is_text,
    2: _is_text,
    3: _is_text,
    4: _is_time,
    5: _is_time,
    6: _is_time,
    7: _is_bytes,
    10: _is_nonce,
    11: _is_bytes,
    12: lambda value: type(value) in (int, str, bytes),
    13: _is_bytes,
    14: lambda value: type(value) is int and 1 <= value <= LAST_SECURITY_LEVEL,
    15: _is_truth,
    16: lambda value: type(value) is int and 0 <= value < len(DEBUG_STATES),
    17: _is_place,
    18: lambda value: type(value) in (int, str, bytes),
    19: lambda value: type(value) is int and value >= 0,
    20: _is_submodules,
}
"""Label of a CWT or of the drafts of 2020 → whether a value can be that claim."""

_TELLING: Final = frozenset(_EARLY)
"""Labels of which one at least has to be there; names and a nonce alone stand in many structures."""


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
