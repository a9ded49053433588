"""The trustworthiness vector of a token: eight categories, each with the reason for its value.

The mapping, a row a value (values and their meaning: draft-ietf-rats-ar4si-09 section 2.3.4; which claim of a
PSA token speaks to which category: RFC 9783, "AR4SI trustworthiness claims mappings"):

all
    99  the token's signature, or a digest under it, does not verify
    1   the token is malformed: elements that cannot be judged
instance-identity
    96  the key is denied, signs for other devices of the call too, or is not the one that is known of this
        device; or the lifecycle is one in which no verifier trusts the device (RFC 9783 section 4.3.1)
    97  keys of devices with this implementation are endorsed, and none of this device
    2   the signing key is the one that is declared or endorsed for this device
executables
    96  firmware is denied; a part failed its own check (RFC 9711 section 4.2.17); a component has another
        digest than the reference of its name and version
    33  a component has a digest that no reference has, or the digest under another name, version or signer;
        or software of others than the maker ran (oemboot, RFC 9711 section 4.2.8)
    1   measurements in a form that is not compared
    3   all components match: what is measured at boot says nothing of what is loaded later, so not 2
hardware
    97  a CoRIM that is bound to the product speaks of other implementations, and none of this one
    2   an authenticated CoRIM speaks of this implementation
configuration
    1   a configuration is measured that nothing here judges
runtime-opaque
    96  debug is enabled, or the lifecycle is debug of the root of trust
    32  debug may be enabled again, or the lifecycle is debug of the application
others
    0   tokens say nothing about them

A token, or references, that are not authenticated affirm nothing; what they say against the device stands
where the side that it is held against is authenticated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from iotassess.crosscheck.appraisal_measurements import Sets
from iotassess.model import ar4si
from iotassess.model.appraisal import ComponentResult, VectorEntry
from iotassess.model.artefact import Artefact

_UNTRUSTED_STATES: Final = frozenset(
    {"unknown", "assembly-and-test", "psa-rot-provisioning", "recoverable-psa-rot-debug", "decommissioned"}
)
"""Lifecycles in which a verifier must not trust what a device reports (RFC 9783 section 4.3.1)."""

_ROT_DEBUG, _APPLICATION_DEBUG = "recoverable-psa-rot-debug", "non-psa-rot-debug"
_ENABLED, _DISABLED = 0, 1
_FAILED: Final = 2
"""Result of a measured part (RFC 9711 section 4.2.17)."""


@dataclass(frozen=True, slots=True)
class View:
    """What the vector of one token is made from.

    Attributes:
        token: the token.
        doubt: why it affirms nothing, or "".
        sets: its claims sets.
        components: how its components compare with references that are trusted.
        others: whether there are references for its environment that are not.
        keys: thumbprints that are known to be this device's, from the profile or endorsed.
        expected: keys of devices with this implementation are endorsed, so that this one should be, too.
        shared: the key signs for other devices of the call, too.
        implementations: implementation identifiers that trusted CoRIMs speak of → path of the CoRIM.
        bound: one of them is bound to the product, so that this implementation should be among them.
    """

    token: Artefact
    doubt: str
    sets: Sets
    components: tuple[ComponentResult, ...]
    others: bool
    keys: Mapping[str, str]
    expected: bool
    shared: bool
    implementations: Mapping[str, str]
    bound: bool


def entries(view: View) -> tuple[VectorEntry, ...]:
    """Give one entry a category, in the order of their labels.

    Args:
        view: of one token.
    """
    if view.token.authenticity == "failed":
        reason = "the token's signature, or a digest under it, does not verify"
        return _all(ar4si.CRYPTO_FAILED, reason, "signatures")
    if not view.token.wellformed or view.token.claims is None:
        return _all(
            ar4si.UNKNOWN_ELEMENTS, "the token is malformed, so that nothing in it can be judged", None
        )
    return tuple(_restrained(view, _JUDGES[category](view, category)) for category in ar4si.CATEGORIES)


def _all(value: int, reason: str, at: str | None) -> tuple[VectorEntry, ...]:
    return tuple(VectorEntry(category, value, reason, at) for category in ar4si.CATEGORIES)


def _restrained(view: View, entry: VectorEntry) -> VectorEntry:
    """Let nothing be affirmed of a token that is not to be believed."""
    if not view.doubt or ar4si.tier(entry.value) != "affirming":
        return entry
    reason = f"not affirmed, as the token proves nothing: {view.doubt} ({entry.reason})"
    return entry._replace(value=ar4si.NO_CLAIM, reason=reason)


# --- claims -------------------------------------------------------------------------------------


def _values(view: View, key: str) -> Iterator[tuple[str, Any]]:
    """Give each value of a claim, of the token and of its submodules, with its path."""
    for prefix, claims in view.sets:
        if key in claims:
            yield f"{prefix}{key}", claims[key]


def _states(view: View) -> Iterator[tuple[str, str]]:
    for path, value in _values(view, "lifecycle"):
        if isinstance(value, Mapping):
            yield path, str(value.get("name"))


def _debug(view: View) -> Iterator[tuple[str, Any]]:
    for path, value in _values(view, "dbgstat"):
        if isinstance(value, Mapping):
            yield path, value.get("value")


def _has(view: View, id: str) -> bool:
    return any(found.id == id for found in view.token.problems)


# --- categories ---------------------------------------------------------------------------------


def _instance_identity(view: View, category: str) -> VectorEntry:
    def entry(value: int, reason: str, at: str | None = "signatures[0]") -> VectorEntry:
        return VectorEntry(category, value, reason, at)

    if _has(view, "key-denied"):
        return entry(96, "the key that signed it is denied")
    if view.shared:
        return entry(96, "the key that signed it signs for another device of this call, too")
    for path, state in _states(view):
        if state in _UNTRUSTED_STATES:
            return entry(96, f"in the lifecycle {state} no report of the device can be trusted", path)
    signing = {one.thumbprint for one in view.token.signatures if one.status == "verified" and one.thumbprint}
    if view.keys:
        if not signing:
            return entry(0, "a key of this device is known, and none verified the signature")
        known = sorted(signing & view.keys.keys())
        if known:
            return entry(2, f"signed with the key that {view.keys[known[0]]} gives for this device")
        givers = ", ".join(sorted(set(view.keys.values())))
        return entry(96, f"signed with another key than {givers} gives for this device")
    if view.expected and view.token.device:
        return entry(97, "keys of other devices are endorsed, and none of this device", None)
    return entry(0, "no key of this device is declared or endorsed", None)


def _configuration(view: View, category: str) -> VectorEntry:
    for path, _value in _values(view, "config"):
        return VectorEntry(
            category, 1, "a configuration is reported that no reference is compared with", path
        )
    return VectorEntry(category, 0, "the token reports no configuration that could be judged")


def _executables(view: View, category: str) -> VectorEntry:
    def entry(value: int, reason: str, at: str | None) -> VectorEntry:
        return VectorEntry(category, value, reason, at)

    if _has(view, "firmware-denied"):
        return entry(96, "a component has a digest that is denied", None)
    for path, groups in _values(view, "measres"):
        failed = _failed(groups)
        if failed:
            return entry(96, f"the device reports that {failed} failed its check", path)
    for one in view.components:
        if one.contradicted:
            reason = f"{_name(one)} has another digest than the references for that name"
            return entry(96, reason, f"{one.component.path}.digest")
    for one in view.components:
        if one.outcome == "none":
            return entry(
                33, f"{_name(one)} has a digest that no reference has", f"{one.component.path}.digest"
            )
    for one in view.components:
        if one.outcome == "digest-only":
            reason = f"{_name(one)} has the digest of a reference, but differs in {one.differences()}"
            return entry(33, reason, one.component.path)
    for path, value in _values(view, "oemboot"):
        if value is False:
            return entry(33, "the device did not boot with its maker's software only", path)
    return _affirmed_executables(view, category)


def _affirmed_executables(view: View, category: str) -> VectorEntry:
    """Say what nothing speaks against: affirmed where all components match, else no claim."""
    if not view.components:
        for path, _value in _values(view, "measurements"):
            return VectorEntry(
                category, 1, "measurements in a form that is not compared with references", path
            )
        return VectorEntry(category, 0, "no software component is measured")
    unknown = [one for one in view.components if one.outcome == "no-reference"]
    if not unknown:
        names = f"all {len(view.components)} measured components match references"
        return VectorEntry(category, 3, names, "sw_components")
    why = "the references for it are not authenticated" if view.others else "there is no reference for it"
    return VectorEntry(category, 0, f"{_name(unknown[0])}: {why}", unknown[0].component.path)


def _failed(groups: Any) -> str:
    """Name a measured part that failed, or "" where none did."""
    for group in groups if isinstance(groups, list) else ():
        for one in group.get("results", ()):
            if one.get("result", {}).get("value") == _FAILED:
                return str(one.get("id"))
    return ""


def _name(result: ComponentResult) -> str:
    component = result.component
    return component.type or f"component {component.position}"


def _hardware(view: View, category: str) -> VectorEntry:
    known = view.implementations
    for path, value in _values(view, "implementation_id"):
        if value in known:
            return VectorEntry(category, 2, f"{known[value]} speaks of this implementation", path)
        if known and view.bound:
            return VectorEntry(
                category, 97, "references speak of other implementations, not of this one", path
            )
        return VectorEntry(category, 0, "no authenticated reference speaks of this implementation", path)
    return VectorEntry(category, 0, "the token names no implementation")


def _runtime_opaque(view: View, category: str) -> VectorEntry:
    debug, states = list(_debug(view)), list(_states(view))
    for path, value in debug:
        if value == _ENABLED:
            return VectorEntry(category, 96, "debug is enabled, so that memory can be read", path)
    for path, state in states:
        if state == _ROT_DEBUG:
            return VectorEntry(category, 96, f"in the lifecycle {state} the root of trust can be read", path)
    for path, state in states:
        if state == _APPLICATION_DEBUG:
            return VectorEntry(
                category, 32, f"in the lifecycle {state} only the root of trust is closed", path
            )
    for path, value in debug:
        if value == _DISABLED:
            return VectorEntry(category, 32, "debug is off, and may be switched on again", path)
    return VectorEntry(category, 0, "nothing shows whether memory is encrypted or isolated")


def _not_shown(_view: View, category: str) -> VectorEntry:
    return VectorEntry(category, 0, "attestation tokens say nothing about it")


_JUDGES: Final[Mapping[str, Callable[[View, str], VectorEntry]]] = {
    "instance-identity": _instance_identity,
    "configuration": _configuration,
    "executables": _executables,
    "file-system": _not_shown,
    "hardware": _hardware,
    "runtime-opaque": _runtime_opaque,
    "storage-opaque": _not_shown,
    "sourced-data": _not_shown,
}
