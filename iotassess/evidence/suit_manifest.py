"""The manifest: versions, common metadata, sections, text (MS section 8.4, TD, UM)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import suit_names as names
from iotassess.evidence.suit_commands import CommandReader, Commands, all_commands, all_settings
from iotassess.evidence.suit_digest import SuitDigest, read_digest
from iotassess.evidence.suit_envelope import Envelope
from iotassess.evidence.suit_faults import UNREADABLE, Reading, Trail
from iotassess.evidence.suit_layout import Layout, detect_layout
from iotassess.evidence.suit_members import (
    Integrated,
    Member,
    check_envelope_keys,
    check_manifest_keys,
    read_members,
)
from iotassess.evidence.suit_parameters import Setting
from iotassess.evidence.suit_text import Text, read_text

Component = tuple[bytes, ...]

_INTO_MANIFEST: Final[Trail] = (names.MANIFEST, cbor.INTO)
_INTO_COMMON: Final[Trail] = (*_INTO_MANIFEST, names.COMMON, cbor.INTO)


class Dependency(NamedTuple):
    """One manifest that this one depends on.

    Attributes:
        component_index: among the components; in the list form of drafts up to -16, -1 minus its place.
        digest: of its manifest, where the list form gives one.
        prefix: component prefix, or None.
    """

    component_index: int
    digest: SuitDigest | None
    prefix: Component | None


class Manifest(NamedTuple):
    """A manifest, read.

    Attributes:
        layout: the tables that it was read by.
        version: manifest version, or None if it has none.
        sequence_number: or None if it has none.
        reference_uri: where the full manifest is, or None.
        component_id: its own component identifier (TD), or None.
        components: component identifiers.
        dependencies: dependency manifests.
        shared: the shared sequence, or None where there is none (that can be read).
        sections: command sequences in the order of the manifest; None where the content is not there, or
            cannot be read.
        members: every member that may be severed, and every section.
        text: what people read about it.
        integrated: payloads in the envelope.
        settings: every parameter that any sequence sets, in order.
        shared_unread: there is a shared sequence, and it cannot be read.
        foreign: claim paths of members that no table assigns.
    """

    layout: Layout
    version: int | None
    sequence_number: int | None
    reference_uri: str | None
    component_id: Component | None
    components: tuple[Component, ...]
    dependencies: tuple[Dependency, ...]
    shared: Commands | None
    sections: dict[str, Commands | None]
    members: tuple[Member, ...]
    text: Text
    integrated: tuple[Integrated, ...]
    settings: tuple[Setting, ...]
    shared_unread: bool = False
    foreign: tuple[str, ...] = ()

    @property
    def unread(self) -> tuple[str, ...]:
        """Sequences that are not there, or cannot be read: what they do is not known."""
        shared = ("shared-sequence",) if self.shared_unread else ()
        return shared + tuple(name for name, commands in self.sections.items() if commands is None)

    @property
    def not_evaluated(self) -> tuple[str, ...]:
        """All that a device may act on and that is not looked into."""
        return self.unread + self.foreign

    def identifiers(self, parameter: str) -> tuple[bytes, ...]:
        """All values that a vendor or class identifier is set to, or that old conditions bring along.

        Args:
            parameter: "vendor-identifier" or "class-identifier".
        """
        found = dict.fromkeys(setting.value for setting in self.settings if setting.name == parameter)
        if self.layout.legacy:
            for sequence in (self.shared, *self.sections.values()):
                for command, _ in all_commands(sequence or ()):
                    if command.name == parameter and isinstance(command.argument, bytes):
                        found[command.argument] = None
        return tuple(found)


def name_component(component: Component) -> str:
    """A component identifier as claims name it: segments in hex, joined by slashes."""
    return "/".join(segment.hex() for segment in component)


class _Fields:
    """Reads the plain members of manifest and common, and reports what has the wrong type."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def wrong(self, at: str, trail: Trail, expected: str, got: Any) -> None:
        kind = "nothing" if got is None else type(got).__name__
        self.reading.malformed(
            MalformedArtefact(names.MALFORMED, f"got {kind}, expected {expected}"), at, trail
        )

    def uint(self, manifest: Mapping[Any, Any], key: int, at: str) -> int | None:
        value = manifest.get(key)
        if type(value) is int and value >= 0:
            return value
        self.wrong(at, (*_INTO_MANIFEST, key), "an unsigned integer", value)
        return None

    def component(self, value: Any, at: str, trail: Trail) -> Component | None:
        if isinstance(value, list | tuple) and all(isinstance(segment, bytes) for segment in value):
            return tuple(value)
        self.wrong(at, trail, "a component identifier (an array of byte strings)", value)
        return None

    def unwrapped(self, value: Any, at: str, trail: Trail) -> tuple[Any, Trail]:
        """Undo the byte string that drafts up to -06 had around components and dependencies."""
        if not isinstance(value, bytes):
            return value, trail
        inner = self.reading.loads(value, at, trail)
        return (None if inner is UNREADABLE else inner), (*trail, cbor.INTO)

    def components(self, common: Mapping[Any, Any]) -> tuple[Component, ...]:
        if common.get(names.COMPONENTS) is None:
            return ()  # allowed by the CDDL: a manifest of dependencies only
        value, trail = self.unwrapped(
            common[names.COMPONENTS], "components", (*_INTO_COMMON, names.COMPONENTS)
        )
        if not isinstance(value, list):
            self.wrong("components", trail, "an array of component identifiers", value)
            return ()
        found: list[Component] = []
        for index, entry in enumerate(value):
            self.reading.spend()
            component = self.component(entry, f"components[{index}]", (*trail, index))
            found.append(() if component is None else component)
        return tuple(found)

    def dependencies(self, common: Mapping[Any, Any]) -> tuple[Dependency, ...]:
        value, trail = self.unwrapped(
            common.get(names.DEPENDENCIES), "dependencies", (*_INTO_COMMON, names.DEPENDENCIES)
        )
        entries: list[tuple[Any, Any, bool]]
        if isinstance(value, Mapping):
            entries = [(index, entry, False) for index, entry in value.items()]
        elif isinstance(value, list):
            entries = [(-1 - place, entry, True) for place, entry in enumerate(value)]
        else:
            if names.DEPENDENCIES in common:
                self.wrong("dependencies", trail, "a map of component indices", value)
            return ()
        found: list[Dependency] = []
        for index, entry, listed in entries:
            self.reading.spend()
            at = f"dependencies[{-1 - index if listed else index}]"
            if type(index) is not int or not isinstance(entry, Mapping):
                self.wrong(at, trail, "a component index with a map of metadata", entry)
                continue
            found.append(self._dependency(index, entry, listed, at, trail))
        return tuple(found)

    def _dependency(
        self, index: int, entry: Mapping[Any, Any], listed: bool, at: str, trail: Trail
    ) -> Dependency:
        digest: SuitDigest | None = None
        if listed:
            try:
                digest = read_digest(entry.get(1))
            except MalformedArtefact as fault:
                self.reading.malformed(fault, at, trail)
        prefix = entry.get(2 if listed else 1)
        found = None if prefix is None else self.component(prefix, f"{at}.prefix", trail)
        return Dependency(index, digest, found)


def _common(manifest: Mapping[Any, Any], fields: _Fields) -> Mapping[Any, Any]:
    value = manifest.get(names.COMMON)
    trail = (*_INTO_MANIFEST, names.COMMON)
    if not isinstance(value, bytes):
        fields.wrong("common", trail, "a byte string", value)
        return {}
    common = fields.reading.loads(value, "common", trail)
    if common is UNREADABLE:
        return {}
    if not isinstance(common, Mapping):
        fields.wrong("common", trail, "a map", common)
        return {}
    return common


def read_manifest(envelope: Envelope, old_digest: bool, reading: Reading) -> Manifest | None:
    """Read the manifest of an envelope.

    Args:
        envelope: opened envelope.
        old_digest: see :func:`iotassess.evidence.suit_layout.detect_layout`.
        reading: where problems go.

    Returns:
        The manifest, or None where its bytes are not one CBOR map; ``reading.problems`` says why.
    """
    fields = _Fields(reading)
    manifest = reading.loads(envelope.manifest, "manifest", (names.MANIFEST,))
    if manifest is UNREADABLE:
        return None
    if not isinstance(manifest, Mapping):
        fields.wrong("manifest", (names.MANIFEST,), "a map", manifest)
        return None
    common = _common(manifest, fields)
    shared = common.get(names.SHARED)
    layout = detect_layout(manifest, shared, old_digest)
    foreign = check_manifest_keys(manifest, common, layout, reading)
    members = read_members(envelope, manifest, layout, reading)
    commands = CommandReader(reading, layout)
    sections: dict[str, Commands | None] = {}
    text = Text((), {})
    for member in members:
        if member.key in layout.sections:
            content = member.content
            sections[member.name] = (
                None if content is None else commands.read(content, member.name, member.trail)
            )
        elif member.name == "text" and member.content is not None:
            text = read_text(member.content, member.trail, reading)
    shared_commands: Commands | None = None
    if isinstance(shared, bytes):
        shared_commands = commands.read(shared, "shared-sequence", (*_INTO_COMMON, names.SHARED))
    elif shared is not None:
        fields.wrong("shared-sequence", (*_INTO_COMMON, names.SHARED), "a byte string", shared)
    reference = manifest.get(names.REFERENCE_URI)
    own_id = manifest.get(names.COMPONENT_ID)
    return Manifest(
        layout,
        fields.uint(manifest, names.VERSION, "manifest_version"),
        fields.uint(manifest, names.SEQUENCE_NUMBER, "sequence_number"),
        reference if isinstance(reference, str) else None,
        None
        if own_id is None
        else fields.component(own_id, "manifest_component_id", (*_INTO_MANIFEST, names.COMPONENT_ID)),
        fields.components(common),
        fields.dependencies(common),
        shared_commands,
        sections,
        members,
        text,
        check_envelope_keys(envelope, manifest, layout, reading),
        tuple(
            setting
            for sequence in (shared_commands, *sections.values())
            for setting in all_settings(sequence or ())
        ),
        shared is not None and shared_commands is None,
        foreign,
    )
