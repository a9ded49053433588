"""SUIT envelopes, manifests, commands and parameters (draft-ietf-suit-manifest-37 and its companions)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iotassess.evidence import suit_names as names
from iotassess.evidence.tree import cose, words
from iotassess.evidence.tree.rules import ANY, PLAIN, Field, Rule, fields

DIGEST: Final = Rule(
    "SUIT_Digest",
    items=(
        Field("algorithm", Rule(words=words.enum({**words.COSE_ALGORITHMS, 2: "sha-256 (draft registry)"}))),
        Field("digest", Rule(form="plain", notes=("digest",))),
    ),
)
WRAPPED_DIGEST: Final = Rule(inside=DIGEST, items=DIGEST.items, title=DIGEST.title)

# --- component identifiers ------------------------------------------------------------------------

COMPONENT_ID: Final = Rule("SUIT_Component_Identifier", rest=Field("segment {n}", PLAIN))
_WRAPPED_ID: Final = Rule("SUIT_Component_Identifier", rest=COMPONENT_ID.rest, inside=COMPONENT_ID)
COMPONENTS: Final = Rule("SUIT_Components", rest=Field("component {n}", COMPONENT_ID))
_INDEX: Final = Rule(rest=Field("index"))

# --- parameters -----------------------------------------------------------------------------------

_IDENTIFIER: Final = Rule(form="plain", words=words.identifier)
_ENCRYPTION: Final = Rule(
    inside=Rule(tags={96: Field("COSE_Encrypt", cose.ENCRYPT)}, items=cose.ENCRYPT.items)
)
_COMPARISONS: Final = {1: "greater", 2: "greater or equal", 3: "equal", 4: "lesser or equal", 5: "lesser"}
_VERSION: Final = Rule(
    "SUIT_Parameter_Version_Match",
    items=(
        Field("comparison", Rule(words=words.enum(_COMPARISONS))),
        Field("version", Rule(rest=Field("part {n}"))),
    ),
)
_WAIT: Final = {
    1: "authorization",
    2: "power",
    3: "network",
    4: "other-device-version",
    5: "time",
    6: "time-of-day",
    7: "day-of-week",
    8: "time-of-day-utc",
    9: "day-of-week-utc",
}
_METADATA: Final = {
    1: "default-permissions",
    2: "user-permissions",
    3: "group-permissions",
    4: "role-permissions",
    5: "file-type",
    6: "modification-time",
    7: "creation-time",
    8: "creator",
}
_PARAMETER_RULES: Final[dict[str, Rule]] = {
    "vendor-identifier": _IDENTIFIER,
    "class-identifier": _IDENTIFIER,
    "device-identifier": _IDENTIFIER,
    "image-digest": WRAPPED_DIGEST,
    "use-before": Rule(words=words.time),
    "content": PLAIN,
    "encryption-info": _ENCRYPTION,
    "invoke-args": ANY,
    "version": Rule(inside=_VERSION, items=_VERSION.items),
    "wait-info": Rule(inside=Rule(keys=fields(_WAIT)), keys=fields(_WAIT)),
    "component-metadata": Rule(inside=Rule(keys=fields(_METADATA))),
    "compression-info": Rule(inside=ANY),
    "unpack-info": Rule(inside=ANY),
}
TAKES_TIME: Final = frozenset({"use-before"})


def parameters(table: Mapping[int, str]) -> Rule:
    """Make the rule of a map of parameters.

    Args:
        table: number → name.
    """
    rules = {number: _PARAMETER_RULES[name] for number, name in table.items() if name in _PARAMETER_RULES}
    return Rule("SUIT_Parameters", keys=fields(table, rules))


# --- command sequences ----------------------------------------------------------------------------

REPORTING: Final = {0: "record-success", 1: "record-failure", 2: "sysinfo-success", 3: "sysinfo-failure"}
_POLICY: Final = Rule(words=words.bits(REPORTING))


def commands(table: Mapping[int, str], known: Mapping[int, str], sequence: str) -> Rule:
    """Make the rule of a command sequence: a flat list of commands, each with its argument.

    Args:
        table: number → name of the command.
        known: number → name of the parameter.
        sequence: where the rule of a sequence in a sequence is.
    """
    inside = Rule(inside=sequence)
    setting = parameters(known)
    rules: dict[str, Rule] = {
        "set-component-index": _INDEX,
        "set-dependency-index": _INDEX,
        "try-each": Rule(rest=Field("branch {n}", inside)),
        "run-sequence": inside,
        "set-parameters": setting,
        "override-parameters": setting,
        "override-multiple": Rule(other=Field("component {key}", setting)),
        "copy-params": ANY,
        "custom-condition": ANY,
    }
    known_commands: dict[int | str, Field] = {}
    for number, name in table.items():
        kind = "condition" if name in names.CONDITION_NAMES else "directive"
        known_commands[number] = Field(f"{kind} {name}", rules.get(name, _POLICY))
    return Rule("SUIT_Command_Sequence", keys=known_commands, pairs=True)


SEQUENCE: Final = commands(names.COMMANDS, names.PARAMETERS, "suit:SEQUENCE")
SEQUENCE_27: Final = commands(names.COMMANDS_27, names.PARAMETERS, "suit:SEQUENCE_27")
_PARAMETERS_16: Final = {
    number: f"{name} of draft -04" for number, name in names.PARAMETERS_04.items() if number in names.TELL_04
} | names.PARAMETERS_16
SEQUENCE_16: Final = commands(names.COMMANDS_16, _PARAMETERS_16, "suit:SEQUENCE_16")

# --- text -----------------------------------------------------------------------------------------

_COMPONENT_TEXT: Final = Field("component {key}", Rule(keys=fields(names.COMPONENT_TEXT)))
_TEXT: Final = Rule("SUIT_Text_Map", keys=fields(names.TEXT), other=_COMPONENT_TEXT)
_TEXTS: Final = Rule("SUIT_Text", keys=fields(names.TEXT), other=Field("language {key}", _TEXT))
"""By language; without languages in the first drafts."""

# --- manifest and envelope ------------------------------------------------------------------------

_DEPENDENCY: Final = Rule("SUIT_Dependency_Metadata", keys={1: Field("prefix", COMPONENT_ID)})
_OLD_DEPENDENCY: Final = Rule(
    "SUIT_Dependency", keys={1: Field("digest", WRAPPED_DIGEST), 2: Field("prefix", COMPONENT_ID)}
)


def common(sequence: Rule) -> Rule:
    """Make the rule of what all sequences share; the argument is the rule of a sequence."""
    dependencies = Rule(
        other=Field("dependency: component {key}", _DEPENDENCY), rest=Field("dependency {n}", _OLD_DEPENDENCY)
    )
    return Rule(
        "SUIT_Common",
        keys={
            names.DEPENDENCIES: Field(
                "dependencies", Rule(inside=dependencies, other=dependencies.other, rest=dependencies.rest)
            ),
            names.COMPONENTS: Field(
                "components", Rule("SUIT_Components", rest=COMPONENTS.rest, inside=COMPONENTS)
            ),
            names.OLD_DEPENDENCY_COMPONENTS: Field("dependency-components"),
            names.SHARED: Field("shared-sequence", Rule(inside=sequence)),
        },
    )


def _members(sections: Mapping[int, str], text: int, sequence: Rule) -> dict[int | str, Field]:
    """What a manifest and an envelope have in common: a section itself, or its digest where it is severed."""
    section = Rule(inside=sequence, items=DIGEST.items, title=DIGEST.title)
    found: dict[int | str, Field] = {key: Field(name, section) for key, name in sections.items()}
    found[text] = Field("text", Rule(inside=_TEXTS, items=DIGEST.items, title=DIGEST.title))
    found[14] = Field("coswid", Rule(inside="coswid:TAG", items=DIGEST.items, title=DIGEST.title))
    return found


def manifest(sections: Mapping[int, str], text: int, sequence: Rule) -> Rule:
    """Make the rule of a manifest.

    Args:
        sections: key → name of a command sequence.
        text: key of the text.
        sequence: rule of a sequence.
    """
    return Rule(
        "SUIT_Manifest",
        keys={
            **_members(sections, text, sequence),
            names.VERSION: Field("manifest-version"),
            names.SEQUENCE_NUMBER: Field("manifest-sequence-number"),
            names.COMMON: Field("common", Rule(inside=common(sequence))),
            names.REFERENCE_URI: Field("reference-uri"),
            names.COMPONENT_ID: Field("manifest-component-id", _WRAPPED_ID),
            names.SET_VERSION: Field("set-version", Rule(inside=ANY)),
        },
    )


_BLOCK_TAGS: Final = cose.messages(cose.signed(DIGEST))
_BLOCK: Final = Rule(
    inside=Rule(tags=_BLOCK_TAGS, items=cose.sign1(cose.signed(DIGEST)).items),
    tags=_BLOCK_TAGS,
)
_SIGNED_DIGEST: Final = Rule(
    inside=DIGEST,
    notes=("signed bytes from {inner} to {end}", "its digest is that of the manifest"),
    form="plain",
)
_WRAPPER: Final = Rule(
    "SUIT_Authentication",
    items=(Field("digest", _SIGNED_DIGEST),),
    rest=Field("authentication block {n}", _BLOCK),
)


def envelope(manifest: Rule, members: Mapping[int | str, Field], here: str) -> Rule:
    """Make the rule of an envelope.

    Args:
        manifest: rule of its manifest.
        members: those that can be severed.
        here: where the rule of an envelope in it is.
    """
    return Rule(
        "SUIT_Envelope",
        keys={
            **members,
            names.DELEGATION: Field("delegation", Rule(inside=ANY)),
            names.WRAPPER: Field("authentication-wrapper", Rule(inside=_WRAPPER, rest=_WRAPPER.rest)),
            names.MANIFEST: Field(
                "manifest", Rule(inside=manifest, notes=("digested bytes from {start} to {end}",))
            ),
        },
        other=Field("integrated payload {key}", Rule(tags={107: Field("SUIT_Envelope", here)})),
    )


def _generation(sections: Mapping[int, str], text: int, sequence: Rule, here: str) -> tuple[Rule, Rule]:
    found = manifest(sections, text, sequence)
    outer = {
        key: field
        for key, field in _members(sections, text, sequence).items()
        if key not in (7, 8, 9, 24) or sections is names.SECTIONS_16
    }
    return found, envelope(found, outer, here)


_SECTIONS_NOW: Final = names.SECTIONS | {17: "install of older drafts"}
_SECTIONS_27: Final = {key: name for key, name in names.SECTIONS.items() if key != 20} | {17: "install"}

MANIFEST, ENVELOPE = _generation(_SECTIONS_NOW, 23, SEQUENCE, "suit:ENVELOPE")
MANIFEST_27, ENVELOPE_27 = _generation(_SECTIONS_27, 23, SEQUENCE_27, "suit:ENVELOPE_27")
MANIFEST_16, ENVELOPE_16 = _generation(names.SECTIONS_16, 13, SEQUENCE_16, "suit:ENVELOPE_16")

ENVELOPES: Final[dict[Any, Rule]] = {
    "draft-17-27": Rule(
        tags={107: Field("SUIT_Envelope", ENVELOPE_27)},
        keys=ENVELOPE_27.keys,
        other=ENVELOPE_27.other,
        title="SUIT_Envelope",
    ),
    "draft-16-older": Rule(
        tags={n: Field("SUIT_Envelope", ENVELOPE_16) for n in (48, 107)},
        keys=ENVELOPE_16.keys,
        other=ENVELOPE_16.other,
        title="SUIT_Envelope",
    ),
}
"""Layout, as the decoder names it, → rule; another layout is read as the current one."""
