"""Rules that a manifest has to keep beyond being readable (MS sections 6 to 8, TD, UM, FE, MTI)."""

from __future__ import annotations

import uuid
from collections.abc import Container, Sequence
from urllib.parse import urlsplit

from iotassess.codec import cose
from iotassess.evidence import suit_names as names
from iotassess.evidence.suit_commands import Command, Commands, all_commands
from iotassess.evidence.suit_faults import Reading
from iotassess.evidence.suit_manifest import Manifest, name_component
from iotassess.evidence.suit_parameters import UUID_BYTES
from iotassess.evidence.suit_payloads import Payload
from iotassess.evidence.suit_walk import Walked

EXHAUSTED_FROM = 1 << 32
"""A sequence number from which on a 32-bit counter, as many devices have, leaves no later update."""

_ACTING_BOOT = frozenset(names.BOOT)

_MAY_BEGIN = frozenset(
    {
        "set-component-index",
        "set-dependency-index",
        "try-each",
        "run-sequence",
        "override-multiple",
        "update-authorized",
        "wait",
    }
)
"""Commands that choose a component, leave it to the sequences inside, or apply to none."""


def check_rules(
    manifest: Manifest,
    walked: Walked,
    payloads: Sequence[Payload],
    messages: Sequence[cose.Message],
    reading: Reading,
) -> None:
    """Check everything that is not part of reading; problems go to ``reading``.

    Args:
        manifest: the manifest.
        walked: what a walk through its sequences found.
        payloads: its payloads.
        messages: authentication blocks.
        reading: where problems go.
    """
    _check_numbers(manifest, reading)
    _check_algorithms(manifest, payloads, messages, reading)
    indices = _component_indices(manifest)
    for name, commands in (("shared-sequence", manifest.shared), *manifest.sections.items()):
        if commands is not None:
            _check_sequence(name, commands, manifest, indices, reading)
    _check_walk(manifest, walked, reading)
    _check_identifiers(manifest, reading)
    _check_unreferenced(manifest, payloads, reading)


def _check_numbers(manifest: Manifest, reading: Reading) -> None:
    if manifest.layout.legacy:
        reading.add(
            "suit-legacy-layout",
            f"the manifest has the key numbers of {manifest.layout.id}, which a current device reads "
            "differently; make it anew with a current tool",
            "layout",
            (names.MANIFEST,),
        )
    if manifest.version is not None and manifest.version != 1:
        reading.add(
            "suit-manifest-version", f"manifest version {manifest.version}; expected 1", "manifest_version"
        )
    if manifest.sequence_number is not None and manifest.sequence_number >= EXHAUSTED_FROM:
        reading.add(
            "suit-sequence-number-exhausted",
            f"sequence number {manifest.sequence_number} is 2^32 or more: a device that accepts it may never "
            "accept another update",
            "sequence_number",
        )
    if _ACTING_BOOT.isdisjoint(manifest.sections):
        reading.add("suit-no-validate", "none of validate, load and invoke is there", "sections")


def _check_algorithms(
    manifest: Manifest, payloads: Sequence[Payload], messages: Sequence[cose.Message], reading: Reading
) -> None:
    for message in messages:
        for signature in message.signatures:
            if signature.fault is None and signature.alg_id not in names.MTI_AUTHENTICATION:
                reading.add(
                    "suit-alg-not-mti",
                    f"{signature.alg} is in none of the mandatory profiles; devices may know it all the same",
                    "authentication-wrapper",
                )
    for payload in payloads:
        encryption = payload.encryption
        if encryption is None or manifest.layout.legacy:
            continue
        pairs = {(encryption.content, exchange) for exchange in encryption.key_exchange}
        if pairs.isdisjoint(names.MTI_ENCRYPTION):
            reading.add(
                "suit-alg-not-mti",
                f"encryption of component {payload.component} ({', '.join(encryption.names)}) is in none of "
                "the mandatory profiles",
                f"payloads.{payload.component}.encryption",
                payload.trail,
            )


# --- sequences as they stand ----------------------------------------------------------------------


def _check_sequence(
    name: str, commands: Commands, manifest: Manifest, indices: frozenset[int], reading: Reading
) -> None:
    several = len(manifest.components) + len(manifest.dependencies) > 1
    if several and commands and commands[0].name not in _MAY_BEGIN:
        reading.add(
            "suit-component-index-range",
            f"{name} does not begin with set-component-index, though there are several components",
            name,
            commands[0].trail,
        )
    for command, depth in all_commands(commands):
        if (
            name == "shared-sequence"
            and command.name not in names.SHARED_COMMANDS
            and command.name != "unknown"
        ):
            reading.add(
                "suit-unknown-command",
                f"{command.name} is not allowed in the shared sequence, which only sets and checks",
                command.at,
                command.trail,
            )
        _check_indices(command, manifest, indices, reading)
        _check_settings(command, depth, indices, reading)
        if command.name == "try-each" and len(command.branches) < 2:
            reading.add(
                "suit-try-each-too-short",
                f"{len(command.branches)} branches at {command.at}; expected two or more to choose from",
                command.at,
                command.trail,
            )


def _component_indices(manifest: Manifest) -> frozenset[int]:
    """Component indices. TD has dependencies among the components; its own examples count on behind them."""
    return frozenset(range(len(manifest.components))) | {
        entry.component_index for entry in manifest.dependencies
    }


def _check_indices(command: Command, manifest: Manifest, indices: frozenset[int], reading: Reading) -> None:
    argument = command.argument
    allowed: Container[int]
    if command.name == "set-component-index":
        allowed, what = indices, f"{len(manifest.components)} components"
    elif command.name == "set-dependency-index":
        allowed, what = range(len(manifest.dependencies)), f"{len(manifest.dependencies)} dependencies"
    else:
        return
    wanted = argument if isinstance(argument, list) else [argument]
    for index in wanted:
        if type(index) is int and index not in allowed:
            reading.add(
                "suit-component-index-range",
                f"index {index!r:.20} at {command.at}, but there are {what}",
                command.at,
                command.trail,
            )


def _check_settings(command: Command, depth: int, indices: frozenset[int], reading: Reading) -> None:
    settings = (*command.settings, *(setting for _, found in command.targets for setting in found))
    for setting in settings:
        if setting.name == "soft-failure" and depth == 0:
            reading.add(
                "suit-soft-failure-misplaced",
                f"{setting.at} stands outside try-each and run-sequence, where nothing can fail softly",
                setting.at,
                setting.trail,
            )
        elif setting.name == "source-component" and setting.value not in indices:
            reading.add(
                "suit-component-index-range",
                f"{setting.at} is {setting.value}, which is no component's index",
                setting.at,
                setting.trail,
            )
        elif setting.name == "uri" and scheme_of(setting.value) in names.PLAINTEXT_SCHEMES:
            reading.add(
                "suit-uri-plaintext",
                f"{setting.value!r:.80} is fetched over {scheme_of(setting.value)}: who is on the way sees "
                "which update a device installs, and can withhold it",
                setting.at,
                setting.trail,
            )


def scheme_of(uri: str) -> str:
    """Scheme of a URI in lower case; empty for a relative reference or what is no URI."""
    try:
        return urlsplit(uri).scheme.lower()
    except ValueError:
        return ""


# --- sequences as they run ------------------------------------------------------------------------


def _check_walk(manifest: Manifest, walked: Walked, reading: Reading) -> None:
    for parameter, id in (
        ("vendor-identifier", "suit-vendor-condition-missing"),
        ("class-identifier", "suit-class-condition-missing"),
    ):
        too_early = any(missing.command.name == parameter for missing in walked.missing)
        if parameter in walked.lacking and not too_early:
            reading.add(
                id,
                f"no {parameter} condition passes on every way through the manifest; set the parameter and "
                "check it in the shared sequence",
                "shared-sequence",
            )
    for command, parameter, index in walked.missing:
        is_condition = command.name in names.CONDITION_NAMES
        late = is_condition and (index, parameter) in walked.ever_set
        reading.add(
            "suit-condition-before-parameter" if late else "suit-parameter-missing",
            f"{command.name} at {command.at} uses {parameter} of component {_name(manifest, index)}, which "
            + ("is set only later, or in another procedure" if late else "is not set"),
            command.at,
            command.trail,
        )
    for pending in walked.unmatched:
        if pending.command != "write":
            reading.add(
                "suit-fetch-without-image-match",
                f"what {pending.command} at {pending.at} puts into a component is never held against a "
                "sound digest; add image-match after it",
                pending.at,
            )
    for command in walked.processed_unchecked:
        reading.add(
            "suit-dependency-unverified",
            f"{command.at} processes a dependency without dependency-integrity before it",
            command.at,
            command.trail,
        )


def _name(manifest: Manifest, index: int) -> str:
    if 0 <= index < len(manifest.components):
        return name_component(manifest.components[index])
    return f"(dependency {index if index >= 0 else -1 - index})"


def _check_identifiers(manifest: Manifest, reading: Reading) -> None:
    """Compare identifiers with the text that they should be made from (MS section 8.4.8)."""
    vendors = [value for value in manifest.identifiers("vendor-identifier") if len(value) == UUID_BYTES]
    classes = [value for value in manifest.identifiers("class-identifier") if len(value) == UUID_BYTES]
    for text in manifest.text.components:
        domain, model = text.fields.get("vendor-domain"), text.fields.get("model-info")
        if domain and vendors and uuid.uuid5(uuid.NAMESPACE_DNS, domain).bytes not in vendors:
            reading.add(
                "suit-vendor-id-not-uuid5",
                f"no vendor identifier is the UUIDv5 of the vendor domain {domain!r:.80} in the text",
                "vendor_ids",
                text.trail,
            )
        expected = (
            {uuid.uuid5(uuid.UUID(bytes=vendor), model).bytes for vendor in vendors} if model else set()
        )
        if expected and classes and expected.isdisjoint(classes):
            reading.add(
                "suit-vendor-id-not-uuid5",
                f"no class identifier is the UUIDv5 of vendor identifier and model {model!r:.80} in the text",
                "class_ids",
                text.trail,
            )


def _check_unreferenced(manifest: Manifest, payloads: Sequence[Payload], reading: Reading) -> None:
    used = {payload.uri for payload in payloads}
    used.update(setting.value for setting in manifest.settings if setting.name == "uri")
    for entry in manifest.integrated:
        if entry.uri not in used:
            reading.add(
                "suit-payload-unreferenced",
                f"no URI of the manifest refers to the integrated payload {entry.label!r:.60}: nothing "
                "covers it",
                f"integrated.{entry.label}",
                (entry.key,),
            )
