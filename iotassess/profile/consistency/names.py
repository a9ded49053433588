"""Names: each used once, and each reference to one that exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.operations import Logging
from iotassess.model.profile.platform import Boot, Software, Stage
from iotassess.model.profile.update import Crypto, Update
from iotassess.profile.consistency.rule import Finding, Rule, contradiction
from iotassess.profile.faults import shown
from iotassess.profile.shape import list_paths
from iotassess.profile.suggestions import did_you_mean


def _stages(profile: Profile) -> list[Stage]:
    return (profile.boot or Boot()).stages or []


def _named(profile: Profile) -> Iterator[tuple[Path, str, Sequence[Any]]]:
    """Each list of named things: its path, the key that names its members, and the members."""
    lists: tuple[tuple[Path, str, Sequence[Any] | None], ...] = (
        (("product_components",), "name", profile.product_components),
        (("components",), "name", profile.components),
        (("devices",), "instance_id", profile.devices),
        (("boot", "stages"), "name", _stages(profile)),
        (("software", "services"), "name", (profile.software or Software()).services),
        (("update_mechanisms",), "name", profile.update_mechanisms),
        (("trust_anchors",), "name", profile.trust_anchors),
        (("keys",), "name", profile.keys),
        (("crypto", "libraries"), "name", (profile.crypto or Crypto()).libraries),
        (("protocols",), "name", profile.protocols),
        (("interfaces",), "name", profile.interfaces),
        (("authentication_mechanisms",), "name", profile.authentication_mechanisms),
        (("personal_data",), "name", profile.personal_data),
        (("data_flows",), "name", profile.data_flows),
        (("justifications",), "requirement", profile.justifications),
    )
    for path, key, members in lists:
        if members:
            yield path, key, members


def find_repeated_names(profile: Profile) -> Iterator[Finding]:
    """Claims and references are about a name; two things of one name would be mixed up."""
    for path, key, members in _named(profile):
        seen: dict[str, int] = {}
        for index, member in enumerate(members):
            name = getattr(member, key)
            if seen.setdefault(name, index) != index:
                yield Finding(
                    (*path, index, key),
                    f"{key} {shown(name)} stands twice in {'.'.join(map(str, path))}, "
                    f"first at index {seen[name]}",
                    "give each a name of its own",
                )


def _unknown(path: Path, got: str | None, kind: str, known: Collection[str]) -> Iterator[Finding]:
    if got is not None and got not in known:
        yield Finding(
            path,
            f"got {got}, expected the name of a declared {kind}",
            did_you_mean(got, known) or f"declare it under {kind.replace(' ', '_')}s",
        )


def find_unknown_components(profile: Profile) -> Iterator[Finding]:
    """Evidence is compared by component; one that is not declared has nothing to compare with."""
    known = {component.name: None for component in profile.components or []}
    for index, stage in enumerate(_stages(profile)):
        yield from _unknown(("boot", "stages", index, "component"), stage.component, "component", known)
    for index, entry in enumerate(profile.evidence or []):
        yield from _unknown(("evidence", index, "component"), entry.component, "component", known)


def find_unknown_keys(profile: Profile) -> Iterator[Finding]:
    """How a stage's key is kept and renewed stands with the key, so that must be there."""
    known = {key.name: None for key in profile.keys or []}
    for index, stage in enumerate(_stages(profile)):
        yield from _unknown(("boot", "stages", index, "key"), stage.key, "key", known)


def find_unknown_anchors(profile: Profile) -> Iterator[Finding]:
    """Who may sign an update is decided by its trust anchors, so they must be declared."""
    known = {anchor.name: None for anchor in profile.trust_anchors or []}
    for index, name in enumerate((profile.update or Update()).anchors or []):
        yield from _unknown(("update", "anchors", index), name, "trust anchor", known)


def find_anchors_of_other_purpose(profile: Profile) -> Iterator[Finding]:
    """A trust anchor serves the purposes that it is for (RFC 6024), no others."""
    anchors = {anchor.name: anchor for anchor in profile.trust_anchors or []}
    for index, name in enumerate((profile.update or Update()).anchors or []):
        purpose = anchors[name].purpose if name in anchors else None
        if purpose is not None and "update" not in purpose:
            yield contradiction(
                ("update", "anchors", index),
                f"{name} verifies updates",
                f"its purpose is [{', '.join(purpose)}]",
                "add update to its purposes, or name another trust anchor",
            )


def find_keys_of_other_purpose(profile: Profile) -> Iterator[Finding]:
    """A key that boots the device and does something else, too, is lost twice at once (SP 800-57 part 1)."""
    keys = {key.name: key for key in profile.keys or []}
    for index, stage in enumerate(_stages(profile)):
        purpose = keys[stage.key].purpose if stage.key in keys else None
        if purpose not in (None, "boot", "update", "other"):
            yield contradiction(
                ("boot", "stages", index, "key"),
                f"key {stage.key} verifies stage {stage.name}",
                f"its purpose is {purpose}",
                "use a key for one purpose",
            )


def find_shared_locators(profile: Profile) -> Iterator[Finding]:
    """A manifest or token names a component by these; two of the same name cannot be told apart."""
    for key in ("suit_component_id", "measurement_type"):
        seen: dict[str, str] = {}
        for index, component in enumerate(profile.components or []):
            value = getattr(component, key)
            if value is not None and seen.setdefault(value, component.name) != component.name:
                yield Finding(
                    ("components", index, key),
                    f"{component.name} has the {key} of {seen[value]}: evidence cannot tell them apart",
                    "give each its own, as the artefacts do",
                )


def find_repeated_values(profile: Profile) -> Iterator[Finding]:
    """A value that stands twice says nothing more; it may stand for another that was meant."""
    for pattern in list_paths():
        for path, values in _declared(profile, pattern, ()):
            first: dict[object, int] = {}
            for index, value in enumerate(values):
                if first.setdefault(value, index) != index:
                    yield Finding((*path, index), f"{shown(value)} stands twice in the list", "keep one")


def _declared(here: Any, pattern: Sequence[str], path: Path) -> Iterator[tuple[Path, list[Any]]]:
    """The lists that a path with ``"*"`` leads to in the model."""
    if here is None:
        return
    if not pattern:
        yield path, here
    elif pattern[0] == "*":
        for index, member in enumerate(here):
            yield from _declared(member, pattern[1:], (*path, index))
    else:
        yield from _declared(getattr(here, pattern[0]), pattern[1:], (*path, pattern[0]))


def find_nothing_and_something(profile: Profile) -> Iterator[Finding]:
    """``none`` in a list says that there is nothing, so nothing else can stand beside it."""
    lists: list[tuple[Path, Sequence[str] | None]] = [
        (("trust_anchors", index, "protocols"), anchor.protocols)
        for index, anchor in enumerate(profile.trust_anchors or [])
    ]
    lists.append((("logging", "transport"), (profile.logging or Logging()).transport))
    for path, values in lists:
        if values and "none" in values and len(set(values)) > 1:
            yield contradiction(
                path, "none stands in the list", "other values do, too", "keep one or the other"
            )


RULES = (
    Rule("name-repeated", "error", find_repeated_names),
    Rule("component-unknown", "error", find_unknown_components),
    Rule("key-unknown", "error", find_unknown_keys),
    Rule("trust-anchor-unknown", "error", find_unknown_anchors),
    Rule("trust-anchor-purpose", "error", find_anchors_of_other_purpose),
    Rule("boot-key-purpose", "warning", find_keys_of_other_purpose),
    Rule("component-locator-shared", "warning", find_shared_locators),
    Rule("value-repeated", "warning", find_repeated_values),
    Rule("none-and-others", "error", find_nothing_and_something),
)
