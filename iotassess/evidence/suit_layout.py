"""The four layout generations of SUIT manifests, and how to tell them apart.

Keys 7, 8 and 9 mean dependency-resolution, payload-fetch and install up to draft -16, and validate, load and
invoke from -17 on; install moved to 17 there and to 20 in -28. Whoever reads one generation by the tables
of another takes an *install* for an *invoke*. Only what the signature covers is looked at here: an unsigned
member of the envelope must not change how the signed manifest is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import suit_names as names

LayoutId = Literal["current", "draft-17-27", "draft-16-older", "unknown"]


class Layout(NamedTuple):
    """The tables that one manifest is read by.

    Attributes:
        id: as in the claims.
        sections: manifest key → name of the command sequence.
        text: manifest key of the text.
        coswid: manifest key of the concise software identifier.
        severable: manifest keys whose value may be a digest, with the content in the envelope.
        commands: number → name.
        parameters: number → name.
        legacy: older than -28 (or a mixture), so that older shapes are to be understood.
    """

    id: LayoutId
    sections: Mapping[int, str]
    text: int
    coswid: int
    severable: frozenset[int]
    commands: Mapping[int, str]
    parameters: Mapping[int, str]
    legacy: bool

    def name_of(self, key: int) -> str:
        """The name of a manifest member that can be severed, or of any section."""
        if key == self.text:
            return "text"
        return "coswid" if key == self.coswid else self.sections[key]


CURRENT: Final = Layout(
    "current",
    names.SECTIONS,
    23,
    14,
    frozenset({14, 15, 16, 18, 20, 23}),
    names.COMMANDS,
    names.PARAMETERS,
    False,
)
DRAFT_17: Final = Layout(
    "draft-17-27",
    {key: name for key, name in names.SECTIONS.items() if key != 20} | {17: "install"},
    23,
    14,
    frozenset({14, 15, 16, 17, 18, 23}),
    names.COMMANDS_27,
    names.PARAMETERS,
    True,
)
DRAFT_16: Final = Layout(
    "draft-16-older",
    names.SECTIONS_16,
    13,
    14,
    frozenset({7, 8, 9, 13, 14}),
    names.COMMANDS_16,
    names.PARAMETERS_16,
    True,
)
DRAFT_04: Final = DRAFT_16._replace(parameters=names.PARAMETERS_04)
UNKNOWN: Final = CURRENT._replace(id="unknown", legacy=True)
"""Keys of more than one generation: read as a current processor would, and marked."""

LAYOUTS: Final = (CURRENT, DRAFT_17, DRAFT_16, DRAFT_04, UNKNOWN)

_ONLY_16: Final = frozenset({10, 11, 12, 13})
_SINCE_17: Final = frozenset({5, 6, 15, 16, 18, 23, 24})
_ACTS: Final = frozenset({18, 21, 22})
"""Write, fetch, copy: what an install does and an invoke does not."""

_LOOK_DEPTH: Final = 4
"""Sequences within sequences that are looked into to find the layout; examples have two."""
_LOOK_SEQUENCES: Final = 256
"""Sequences that are looked into: those of any manifest that a device could hold."""


def _look(data: Any, depth: int, left: list[int]) -> Iterator[tuple[int, Any]]:
    """Give the commands of a sequence and of those inside it, as far as they can be read."""
    if not isinstance(data, bytes) or depth == 0 or left[0] <= 0:
        return
    left[0] -= 1
    try:
        items = cbor.loads(data)
    except MalformedArtefact:
        return
    if not isinstance(items, list):
        return
    for number, argument in zip(items[::2], items[1::2], strict=False):
        if type(number) is not int:
            return
        yield number, argument
        for inner in argument if isinstance(argument, list) else (argument,):
            yield from _look(inner, depth - 1, left)


def look_into(data: Any) -> list[tuple[int, Any]]:
    """Give (number, argument) of the commands of an encoded sequence, those of its branches included."""
    return list(_look(data, _LOOK_DEPTH, [_LOOK_SEQUENCES]))


def _is_legacy_by_content(manifest: Mapping[Any, Any]) -> bool | None:
    """Tell by what keys 7, 8 and 9 hold; None where they do not tell."""
    if any(isinstance(manifest.get(key), list) for key in (7, 8, 9)):
        return True  # validate, load and invoke were never severable
    if 9 in manifest:
        found = {number for number, _ in look_into(manifest[9])}
        if found & _ACTS:
            return True
        if 23 in found:
            return False
    for key, telling in ((7, {13, 21}), (8, {21})):
        if key in manifest and telling & {number for number, _ in look_into(manifest[key])}:
            return True
    return None


def _uses_04_parameters(manifest: Mapping[Any, Any], shared: Any) -> bool:
    for data in (shared, *(manifest.get(key) for key in names.SECTIONS_16)):
        for number, argument in look_into(data):
            if number in (19, 20) and isinstance(argument, Mapping) and names.TELL_04 & argument.keys():
                return True
    return False


def detect_layout(manifest: Mapping[Any, Any], shared: Any, old_digest: bool) -> Layout:
    """Choose the tables for a manifest.

    Args:
        manifest: decoded manifest.
        shared: its encoded shared sequence, or None.
        old_digest: the digest that is signed has an algorithm number that went out of use before -14.
    """
    old, since = bool(_ONLY_16 & manifest.keys()), bool(_SINCE_17 & manifest.keys())
    middle, new = 17 in manifest, 20 in manifest
    if old + middle + new > 1 or (old and since):
        return UNKNOWN
    if middle:
        return DRAFT_17
    if not old and (new or since):
        return CURRENT
    if not old:
        by_content = _is_legacy_by_content(manifest)
        if by_content is False or (by_content is None and not old_digest):
            return CURRENT
    return DRAFT_04 if _uses_04_parameters(manifest, shared) else DRAFT_16
