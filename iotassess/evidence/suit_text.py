"""Text for people: what the authors say about the update and its components (MS section 8.4.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import suit_names as names
from iotassess.evidence.suit_faults import UNREADABLE, Reading, Trail


class ComponentText(NamedTuple):
    """What a text says about one component.

    Attributes:
        language: language tag; empty in drafts that had none.
        component: component identifier.
        fields: name of the field → text.
        trail: path to the component's map.
    """

    language: str
    component: tuple[bytes, ...]
    fields: dict[str, str]
    trail: Trail


class Text(NamedTuple):
    """All text of a manifest.

    Attributes:
        components: one entry for each language and component.
        general: language tag → name of the field → text.
    """

    components: tuple[ComponentText, ...]
    general: dict[str, dict[str, str]]


def _is_component(key: Any) -> bool:
    return isinstance(key, tuple) and all(isinstance(segment, bytes) for segment in key)


def _named(value: Mapping[Any, Any], table: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    for key, content in value.items():
        if type(key) is int and isinstance(content, str):
            yield table.get(key, f"text {key}"), content


def read_text(data: bytes, trail: Trail, reading: Reading) -> Text:
    """Read the text member: a map of languages, or in older drafts the map of one language.

    Args:
        data: content of the byte string.
        trail: path to the byte string.
        reading: where problems go.
    """
    value = reading.loads(data, "text", trail)
    if value is UNREADABLE:
        return Text((), {})
    if not isinstance(value, Mapping):
        fault = MalformedArtefact(names.MALFORMED, f"{type(value).__name__}; expected a map")
        reading.malformed(fault, "text", trail)
        return Text((), {})
    inner = (*trail, cbor.INTO)
    languages = {key: content for key, content in value.items() if isinstance(key, str)}
    found: list[ComponentText] = []
    general: dict[str, dict[str, str]] = {}
    for language, content, path in (
        *((key, content, (*inner, key)) for key, content in languages.items()),
        ("", {key: content for key, content in value.items() if key not in languages}, inner),
    ):
        if not isinstance(content, Mapping):
            fault = MalformedArtefact(names.MALFORMED, f"{type(content).__name__}; expected a map")
            reading.malformed(fault, f"text.{language}", path)
            continue
        if fields := dict(_named(content, names.TEXT)):
            general[language] = fields
        found.extend(
            ComponentText(language, key, dict(_named(about, names.COMPONENT_TEXT)), (*path, key))
            for key, about in content.items()
            if _is_component(key) and isinstance(about, Mapping)
        )
    return Text(tuple(found), general)
