"""Update, recovery and attestation: answers that rule each other out."""

from __future__ import annotations

from collections.abc import Iterator

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.update import Attestation, Update
from iotassess.profile.consistency.rule import Finding, Rule, asserted, contradiction, say

_OF_UPDATES = (
    "ota",
    "covers",
    "mechanisms",
    "automatic",
    "automatic_default",
    "authenticated",
    "signature_algorithms",
    "integrity_checked",
    "target_checked",
    "encrypted",
    "transport",
    "anti_rollback",
    "ab_slots",
    "rollback_on_failure",
)
"""Answers that say how updates work, so that there are some."""

_WIRED = frozenset(("usb", "cbor"))
"""Ways of a payload that need no network; ``cbor`` is a payload inside its manifest."""


def _update(profile: Profile) -> Update:
    return profile.update or Update()


def find_updates_of_nothing(profile: Profile) -> Iterator[Finding]:
    """What cannot be updated has no update mechanism, automatic or other."""
    update = _update(profile)
    if update.supported is not False:
        return
    for path, said in asserted(update, ("update",), _OF_UPDATES):
        yield contradiction(path, said, "update.supported is false")
    for index, component in enumerate(profile.components or []):
        if component.updatable:
            path = ("components", index, "updatable")
            yield contradiction(path, f"component {component.name} is updatable", "update.supported is false")


def find_updates_not_over_the_air(profile: Profile) -> Iterator[Finding]:
    """Over the air means that a payload can come by a network or radio."""
    update = _update(profile)
    if update.ota and update.transport and _WIRED.issuperset(update.transport) and "usb" in update.transport:
        yield contradiction(("update", "transport"), f"transport is {say(update.transport)}", "ota is true")


def find_networks_without_ota(profile: Profile) -> Iterator[Finding]:
    """A payload that comes by a network comes over the air, unless every device is wired."""
    update = _update(profile)
    if update.ota is False:
        for index, way in enumerate(update.transport or []):
            if way not in _WIRED:
                yield contradiction(
                    ("update", "transport", index),
                    f"transport has {way}",
                    "ota is false",
                    "nothing is wrong if the network is a cable",
                )


def find_automatic_contradictions(profile: Profile) -> Iterator[Finding]:
    """Updates that cannot be automatic are not automatic by default."""
    update = _update(profile)
    if update.automatic is False and update.automatic_default:
        path = ("update", "automatic_default")
        yield contradiction(path, "automatic_default is true", "automatic is false")


def find_unauthenticated_contradictions(profile: Profile) -> Iterator[Finding]:
    """An authenticated update has an algorithm and a trust anchor; one without them is not authenticated."""
    update = _update(profile)
    if update.authenticated is False:
        keys = ("signature_algorithms", "anchors", "chain_verified_before_install")
        for path, said in asserted(update, ("update",), keys):
            yield contradiction(path, said, "update.authenticated is false")
    for key in ("signature_algorithms", "anchors"):
        if update.authenticated and getattr(update, key) == []:
            yield contradiction(("update", key), f"{key} is empty", "update.authenticated is true")


def find_attestation_of_nothing(profile: Profile) -> Iterator[Finding]:
    """A device that produces no evidence (RFC 9334 section 8.1) has no format and no algorithm for it."""
    attestation = profile.attestation or Attestation()
    if attestation.supported is not False:
        return
    keys = ("formats", "algorithms", "nonce_bound", "measures_software")
    for path, said in asserted(attestation, ("attestation",), keys):
        yield contradiction(path, said, "attestation.supported is false")
    here: Path = ("monitoring",)
    for path, said in asserted(profile.monitoring, here, ("attestation_interval_hours",)):
        yield contradiction(path, said, "attestation.supported is false")


def find_attestation_without_format(profile: Profile) -> Iterator[Finding]:
    """Evidence always has a format."""
    attestation = profile.attestation or Attestation()
    if attestation.supported and attestation.formats == []:
        yield contradiction(("attestation", "formats"), "formats is empty", "supported is true")


def find_unmanaged_replaceable_anchors(profile: Profile) -> Iterator[Finding]:
    """A trust anchor is replaced by some protocol, even if that is a hand and a cable (manual)."""
    for index, anchor in enumerate(profile.trust_anchors or []):
        if anchor.replaceable and anchor.protocols in ([], ["none"]):
            yield contradiction(
                ("trust_anchors", index, "protocols"),
                f"{anchor.name} is managed by no protocol",
                "replaceable is true",
            )


RULES = (
    Rule("update-not-supported", "error", find_updates_of_nothing),
    Rule("ota-without-network", "error", find_updates_not_over_the_air),
    Rule("network-without-ota", "warning", find_networks_without_ota),
    Rule("automatic-default", "error", find_automatic_contradictions),
    Rule("update-not-authenticated", "error", find_unauthenticated_contradictions),
    Rule("attestation-not-supported", "error", find_attestation_of_nothing),
    Rule("attestation-without-format", "error", find_attestation_without_format),
    Rule("trust-anchor-unmanaged", "warning", find_unmanaged_replaceable_anchors),
)
