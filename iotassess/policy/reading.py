"""Reading a policy file: its rules, the trust anchors that it names, the baselines that it asks for."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, get_args

from pydantic import TypeAdapter

from iotassess.baseline.loader import load_catalogue, shipped_id
from iotassess.codec import yaml
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.evidence.registry import KINDS
from iotassess.model.assessment import IDENTITIES
from iotassess.model.counter import COUNTER_KINDS
from iotassess.model.durations import FORM, duration
from iotassess.model.verdict import Level, Verdict
from iotassess.policy.policy import (
    RULE_IDS,
    SCHEMA,
    DebugShown,
    Pinned,
    Policy,
    Rules,
    Shown,
    Wanted,
)
from iotassess.policy.shapes import RULES, PolicyDocument
from iotassess.policy.strict import StrictFile, read_strict, validate
from iotassess.profile.derive import oemid_form
from iotassess.profile.faults import shown
from iotassess.profile.suggestions import did_you_mean

AT_LEAST: Final[Mapping[str, tuple[Verdict, ...]]] = {
    "verified": ("verified",),
    "declared": ("verified", "declared"),
    "partial": ("verified", "declared", "partial"),
}
"""Least verdict → the verdicts that are enough."""

_GROUPS = "a list, each member an artefact kind or a list of kinds of which one is enough"
EXPECTS: Final[Mapping[str, str]] = {
    "artefacts-authenticated": "true, false, or a mapping with unsigned: a list of artefact kinds",
    "nothing-overlooked": "true, false, or a mapping with ignore: a list of names of files",
    "required-artefacts": f"true, false, or {_GROUPS}",
    "debug-shown-locked": "true, false, or a mapping with grade (3 to 5) and state (locked, "
    "off-since-boot, off)",
    "lifecycle-shown-secured": "true, false, or a mapping with grade (3 to 5)",
    "minimum-level": f"false, or a mapping from a baseline to a level ({', '.join(get_args(Level))})",
    "minimum-verdict": "false, or a mapping from baseline/requirement to verified, declared or partial, or "
    "to a mapping with at_least, grade and or_not_applicable",
    "product-pinned": f"false, or a mapping with vendor, model, hardware_revision, {', '.join(IDENTITIES)}",
    "anchors-pinned": "false, or a mapping from a purpose to a list of thumbprints (64 lower-case digits)",
    "catalogues-pinned": "false, or a mapping from a baseline to a mapping with edition and sha256",
    "signature-threshold": "false, or a mapping from an artefact kind to a number from 1 to 100",
    "certificates-outlast": f"true, false, or {FORM}",
    "support-lasts": f"true, false, or {FORM}",
    "evidence-recent": f"false, or a mapping from a purpose to {FORM}",
    "counters-not-back": f"true, false, or a list of {', '.join(COUNTER_KINDS)}",
}
"""Rule id → its value in words; every other rule takes true or false."""

_FIELDS: Final[Mapping[str, str]] = {
    "baselines": "a list of ids of baselines, or of catalogue files",
    "trust_anchors": "a list of mappings with path and purpose",
    "purpose": "one of update, attestation, reference, identity, network, results",
    "path": "a path, relative to this file's folder",
    "rules": "a mapping from rules to their values",
}


def load_policy(path: Path) -> Policy:
    """Read a policy.

    Args:
        path: the file.

    Raises:
        PolicyError: it is missing, or is not what ``iotassess schema policy`` says.
    """
    read = read_strict(path, "a policy", SCHEMA)
    validate(read, _adapter(), _expects, _keys)
    value = read.document.value
    folder = path.parent
    return Policy(
        name=path.name,
        sha256=read.sha256,
        baselines=tuple(_baseline(folder, name) for name in value.get("baselines") or ()),
        anchors=tuple(
            AnchorSpec(folder / row["path"], row.get("purpose"), "policy")
            for row in value.get("trust_anchors") or ()
        ),
        rules=_rules(read, value.get("rules") or {}),
    )


@functools.cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(PolicyDocument)


def _expects(path: yaml.Path) -> str:
    if len(path) > 1 and path[0] == "rules":
        return EXPECTS.get(str(path[1]), "true or false")
    named = [step for step in path if isinstance(step, str)]
    return _FIELDS.get(named[-1] if named else "", "one text")


def _keys(path: yaml.Path) -> tuple[str, ...]:
    if path == ("rules",):
        return tuple(RULES)
    return () if path else ("schema", "baselines", "trust_anchors", "rules")


def _baseline(folder: Path, name: str) -> str:
    """A shipped baseline by its id, a catalogue file by its path from the policy's folder."""
    return shipped_id(name) or (str(folder / name) if name.endswith((".yaml", ".yml")) else name)


def _rules(read: StrictFile, value: Mapping[str, Any]) -> Rules:
    defaults = Rules()
    found: dict[str, Any] = {}
    for id in RULE_IDS:
        given = value.get(id, True)
        default = defaults.of(id)
        if id not in value or (given is True and not isinstance(default, bool)):
            given = default
        elif given is not False and not isinstance(given, bool):
            given = _CONVERT[id](read, ("rules", id), given)
        found[id.replace("-", "_")] = given
    return Rules(**found)


# --- values -------------------------------------------------------------------------------------------------


def _ignored(read: StrictFile, at: yaml.Path, value: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(value["ignore"])


def _unsigned(read: StrictFile, at: yaml.Path, value: Mapping[str, Any]) -> tuple[str, ...]:
    for i, kind in enumerate(value["unsigned"]):
        _kind(read, (*at, "unsigned", i), kind)
    return tuple(value["unsigned"])


def _required(read: StrictFile, at: yaml.Path, value: list[Any]) -> tuple[tuple[str, ...], ...]:
    groups = [[group] if isinstance(group, str) else group for group in value]
    for i, group in enumerate(value):
        kinds = (
            [(at + (i,), group)]
            if isinstance(group, str)
            else [(at + (i, j), k) for j, k in enumerate(group)]
        )
        for place, kind in kinds:
            _kind(read, place, kind)
    return tuple(map(tuple, groups))


def _kind(read: StrictFile, at: yaml.Path, kind: str, *, at_key: bool = False) -> None:
    known = [row.id for row in KINDS]
    if kind not in known:
        raise read.fault(
            at, f"got {shown(kind)}, which is no artefact kind", did_you_mean(kind, known), at_key=at_key
        )


def _debug(read: StrictFile, at: yaml.Path, value: Mapping[str, Any]) -> DebugShown:
    return DebugShown()._replace(**value)


def _shown(read: StrictFile, at: yaml.Path, value: Mapping[str, Any]) -> Shown:
    return Shown(value["grade"])


def _levels(read: StrictFile, at: yaml.Path, value: Mapping[str, Level]) -> Mapping[str, Level]:
    found: dict[str, Level] = {}
    for name, level in value.items():
        _once(read, (*at, name), found, shipped_id(name) or name)
        found[shipped_id(name) or name] = level
    return MappingProxyType(found)


def _once(read: StrictFile, at: yaml.Path, found: Mapping[str, Any], name: str) -> None:
    """Refuse a second value for what goes by two names."""
    if name in found:
        raise read.fault(at, f"{name} stands twice, under two names", "keep one of the two", at_key=True)


def _wanted(read: StrictFile, at: yaml.Path, value: Mapping[str, Any]) -> Mapping[str, Wanted]:
    found: dict[str, Wanted] = {}
    for name, wish in value.items():
        wish = {"at_least": wish} if isinstance(wish, str) else wish
        verdicts = AT_LEAST[wish["at_least"]]
        if wish.get("or_not_applicable"):
            verdicts = (*verdicts, "not-applicable")
        whole = requirement_name(read, (*at, name), name, at_key=True)
        _once(read, (*at, name), found, whole)
        found[whole] = Wanted(verdicts, wish.get("grade", 0))
    return MappingProxyType(found)


def requirement_name(read: StrictFile, at: yaml.Path, name: str, *, at_key: bool = False) -> str:
    """Give ``baseline/id`` with the baseline's whole id.

    Args:
        read: the file that names it.
        at: where.
        name: ``baseline/id``; without an edition the newest one is meant.
        at_key: the name is a key.

    Raises:
        PolicyError: a shipped baseline has no such requirement.
    """
    baseline, _, id = name.partition("/")
    whole = shipped_id(baseline)
    if whole is None:  # a catalogue of somebody else's, which is not at hand here
        return name
    known = [row.id for row in load_catalogue(whole).requirements]
    if id not in known:
        hint = (
            did_you_mean(id, known) if len(known) <= MAX_NAMED else "iotassess list requirements shows them"
        )
        raise read.fault(
            at, f"got {shown(name)}, but {whole} has no requirement {shown(id)}", hint, at_key=at_key
        )
    return f"{whole}/{id}"


MAX_NAMED: Final = 40
"""Most ids that a hint lists."""


def _product(read: StrictFile, at: yaml.Path, value: Mapping[str, str]) -> Mapping[str, str]:
    """Identifiers as results have them, though a policy may write them as a profile does."""
    plain: dict[str, Callable[[str], str]] = {"vendor_id": _uuid, "class_id": _uuid, "oemid": _oemid}
    return MappingProxyType({name: plain.get(name, str)(text) for name, text in value.items()})


def _uuid(text: str) -> str:
    return text.lower().replace("-", "")


def _oemid(text: str) -> str:
    return oemid_form(text) or text


def _anchors(
    read: StrictFile, at: yaml.Path, value: Mapping[Any, list[str]]
) -> Mapping[Any, tuple[str, ...]]:
    return MappingProxyType({purpose: tuple(marks) for purpose, marks in value.items()})


def _catalogues(
    read: StrictFile, at: yaml.Path, value: Mapping[str, Mapping[str, str]]
) -> Mapping[str, Pinned]:
    found: dict[str, Pinned] = {}
    for name, row in value.items():
        if not row:
            raise read.fault(
                (*at, name), f"got nothing for {shown(name)}, expected edition or sha256, or both"
            )
        _once(read, (*at, name), found, shipped_id(name) or name)
        found[shipped_id(name) or name] = Pinned(row.get("edition", ""), row.get("sha256", ""))
    return MappingProxyType(found)


def _threshold(read: StrictFile, at: yaml.Path, value: Mapping[str, int]) -> Mapping[str, int]:
    for kind in value:
        _kind(read, (*at, kind), kind, at_key=True)
    return MappingProxyType(dict(value))


def _span(read: StrictFile, at: yaml.Path, value: str) -> datetime.timedelta:
    found = duration(value)
    if found is None:  # its pattern was held against it before
        raise read.fault(at, f"got {shown(value)}, expected {FORM}")
    return found


def _spans(read: StrictFile, at: yaml.Path, value: Mapping[Any, str]) -> Mapping[Any, datetime.timedelta]:
    return MappingProxyType({purpose: _span(read, (*at, purpose), text) for purpose, text in value.items()})


def _counted(read: StrictFile, at: yaml.Path, value: list[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(value))


_CONVERT: Final[Mapping[str, Callable[[StrictFile, yaml.Path, Any], Any]]] = {
    "artefacts-authenticated": _unsigned,
    "nothing-overlooked": _ignored,
    "required-artefacts": _required,
    "debug-shown-locked": _debug,
    "lifecycle-shown-secured": _shown,
    "minimum-level": _levels,
    "minimum-verdict": _wanted,
    "product-pinned": _product,
    "anchors-pinned": _anchors,
    "catalogues-pinned": _catalogues,
    "signature-threshold": _threshold,
    "certificates-outlast": _span,
    "support-lasts": _span,
    "evidence-recent": _spans,
    "counters-not-back": _counted,
}
"""Rule whose value is more than true or false → what turns it into the rule's own."""
