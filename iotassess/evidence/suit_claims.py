"""The claims tree of an envelope: what ``verify`` and ``inspect`` print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from iotassess.evidence import suit_names as names
from iotassess.evidence.suit_authentication import Authentication
from iotassess.evidence.suit_commands import all_commands
from iotassess.evidence.suit_envelope import Envelope
from iotassess.evidence.suit_manifest import Component, Manifest, name_component
from iotassess.evidence.suit_payloads import Payload
from iotassess.evidence.suit_text import Text


def _hex(component: Component) -> list[str]:
    return [segment.hex() for segment in component]


def _text(text: Text) -> dict[str, Any]:
    tree: dict[str, Any] = {language: dict(fields) for language, fields in text.general.items()}
    for about in text.components:
        language = tree.setdefault(about.language, {})
        language.setdefault("components", {})[name_component(about.component)] = dict(about.fields)
    return tree


def make_claims(
    envelope: Envelope,
    manifest: Manifest | None,
    payloads: Sequence[Payload],
    authentication: Authentication,
    unread: Sequence[str] = (),
) -> dict[str, Any]:
    """Make the claims tree; JSON-ready, byte strings in lower-case hex.

    Args:
        envelope: opened envelope.
        manifest: its manifest; None where that cannot be read, which leaves little to say.
        payloads: its payloads.
        authentication: what came of signatures and digest.
        unread: claim paths of integrated dependencies that were left aside.
    """
    digest = authentication.digest
    outer: dict[str, Any] = {
        "digest_matches": authentication.digest_matches,
        "digest": None if digest is None else digest.as_claim(),
        "tagged": envelope.tagged,
        "delegation": names.DELEGATION in envelope.members,
    }
    if manifest is None:
        return {"layout": "unknown", **outer}
    sections = list(dict.fromkeys(member.name for member in manifest.members))
    commands = {"shared-sequence": manifest.shared, **manifest.sections}
    return {
        "layout": manifest.layout.id,
        "manifest_version": manifest.version,
        "sequence_number": manifest.sequence_number,
        "reference_uri": manifest.reference_uri,
        "manifest_component_id": None if manifest.component_id is None else _hex(manifest.component_id),
        "components": [_hex(component) for component in manifest.components],
        "vendor_ids": [value.hex() for value in manifest.identifiers("vendor-identifier")],
        "class_ids": [value.hex() for value in manifest.identifiers("class-identifier")],
        "payloads": [payload.as_claim() for payload in payloads],
        "sections": [*(["shared-sequence"] if manifest.shared is not None else []), *sections],
        "commands": {
            name: [command.name for command, _ in all_commands(sequence)]
            for name, sequence in commands.items()
            if sequence is not None
        },
        "severed": {member.name: member.present for member in manifest.members if member.severed},
        "not_evaluated": [*manifest.not_evaluated, *unread],
        "dependencies": len(manifest.dependencies),
        "integrated": {entry.label: len(entry.content) for entry in manifest.integrated},
        "text": _text(manifest.text),
        **outer,
    }
