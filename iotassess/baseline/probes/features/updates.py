"""Probes that tell whether updates, or what hangs on them, are absent."""

from __future__ import annotations

from collections.abc import Sequence

from iotassess.baseline.answers import Answer, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import same_fact, silent
from iotassess.baseline.probes.features._absence import (
    NO,
    YES,
    Sign,
    absence,
    both,
    none,
    other_than,
    signs,
    unless,
)
from iotassess.model.claim import Subject

MANIFEST = tuple(
    Sign(f"update.{name}", (), True)
    for name in (
        *("authenticated", "signature-algorithm", "integrity-checked", "target-checked", "encrypted"),
        *("transport", "sequence-number", "ab-slots"),
    )
)
"""An update manifest shows that there are updates, whatever else it says."""

UPDATES = (
    *(Sign(f"update.{name}", YES) for name in ("ota", "local", "automatic", "automatic-default")),
    Sign("update.mechanisms"),
    Sign("update.covers"),
    Sign("component.updatable", YES),
    *MANIFEST,
)
SCHEMES = ("https", "coaps", "coap", "http", "mqtts", "tftp", "ftp", "ble")
"""Schemes by which a payload arrives over a network; usb and cbor are local."""


NO_UPDATE: tuple[str | Sign, ...] = (
    "update.supported",
    "update-mechanism.any",
    "update.mechanisms.any",
    *UPDATES,
)


def _no_update(facts: Facts) -> Answer:
    said = same_fact(
        (
            facts.judge("update.supported", NO, say="whether software can be updated"),
            facts.judge("update-mechanism.any", NO, say="whether there is an update mechanism"),
            facts.judge("update.mechanisms.any", NO, say="whether there is an update mechanism"),
        )
    )
    return unless(said, signs(facts, UPDATES))


@absence(
    "updates-unsupported",
    "Is there no way to update the device's software?",
    NO_UPDATE,
    "met when updates are declared unsupported, or the list of mechanisms empty; unmet by a mechanism, a way "
    "or a component that can be updated, and by an update manifest;",
    "V3.1.3 condition 12 and feature (g); V2.1.1 condition 12.",
)
def updates_unsupported(facts: Facts) -> Answer:
    """Nothing can be updated."""
    return _no_update(facts)


NO_MECHANISM = (Sign("update-mechanism.any", NO), Sign("update.mechanisms.any", NO))


@absence(
    "updates-possible",
    "Can the device's software be updated?",
    ("update.supported", *NO_MECHANISM, "component.updatable"),
    "met when declared so; unmet when declared not, when a list of update mechanisms is declared empty, and "
    "when no component is declared updatable of those of which it is told; "
    "no artefact counts, since a manifest says nothing of the software that it does not carry;",
    "V3.1.3 condition 3, which is absent where updates are possible.",
)
def updates_possible(facts: Facts) -> Answer:
    """What is asked of devices without updates does not arise."""
    parts = facts.claims("component.updatable")
    fixed = bool(parts) and not any(claim.value for claim in parts)
    return unless(_updates(facts), signs(facts, (Sign("component.updatable", NO),)) if fixed else [])


def _updates(facts: Facts) -> Answer:
    said = facts.judge("update.supported", YES, say="whether software can be updated")
    return unless(said, signs(facts, NO_MECHANISM))


PER_COMPONENT = ("component.updatable", "component.immutable")


@absence(
    "software-updatable-throughout",
    "Can the device's software be updated, and every component that can change?",
    ("update.supported", *NO_MECHANISM, "component.any", "component.kind", *PER_COMPONENT),
    "met when updates are declared supported, and each component of the declared list can be updated or is "
    "immutable; unmet by one that is neither, or when updates are not supported; open where it is not told "
    "of one, or none is declared. With exempt_immutable off, one that is immutable counts as not updatable;",
    "V2.1.1 condition 3, which is absent where the software components can be updated; provision 5.3-1.",
)
def software_updatable_throughout(facts: Facts, *, exempt_immutable: bool = True) -> Answer:
    """No component stays as it was sold."""
    updatable, immutable = PER_COMPONENT

    def ask(component: Subject) -> Answer:
        own = facts.judge(updatable, YES, subject=component, say="whether it can be updated")
        wanted = YES if exempt_immutable else NO
        fixed = facts.judge(immutable, wanted, subject=component, say="whether it never changes")
        return fixed if fixed.outcome == ("met" if exempt_immutable else "unmet") else own

    found = facts.subjects("component", "component.any", "component.kind", *PER_COMPONENT)
    each = [ask(component) for component in found] or [silent("no component of the release is declared")]
    return both((_updates(facts), *each))


RULED_OUT = (
    Sign("update.supported", YES),
    Sign("update-mechanism.any", YES),
    Sign("product.constrained-class", ("unconstrained",)),
    *UPDATES,
)


@absence(
    "updates-ruled-out",
    "Do the resources that the use case leaves to the device rule out an update mechanism?",
    ("update.prevented-by-constraint", *RULED_OUT),
    "met when declared so; unmet when declared not, by whatever shows that there are updates, and of an "
    "unconstrained device;",
    "V3.1.3 condition 15, which is absent under such a constraint.",
)
def updates_ruled_out(facts: Facts) -> Answer:
    """The device has no room for updates."""
    said = facts.judge("update.prevented-by-constraint", YES, say="whether a constraint rules out updates")
    return unless(said, signs(facts, RULED_OUT))


@absence(
    "software-immutable",
    "Can none of the device's software ever change?",
    ("component.any", "component.kind", "component.immutable", Sign("update.supported", YES), *UPDATES),
    "met when every component of the declared list is immutable; unmet when one is not, and by whatever "
    "shows that there are updates;",
    "V3.1.3 feature (f). That it is so for security is for the justification to say.",
)
def software_immutable(facts: Facts) -> Answer:
    """There is nothing to update."""
    listed = facts.judge("component.any", YES, say="the list of components")
    each = none(
        facts,
        "component",
        ("component.kind", "component.immutable"),
        lambda c: facts.judge("component.immutable", YES, subject=c, say="whether it never changes"),
    )
    said = each if listed.outcome == "met" else silent("no component of the release is declared")
    return unless(said, signs(facts, (Sign("update.supported", YES), *UPDATES)))


AUTOMATIC = (
    Sign("update.automatic", YES),
    Sign("update.automatic-default", YES),
    Sign("update.user-control", YES),
    Sign("update-mechanism.automatic", YES),
)
NOTICES = (
    Sign("update.notifies-user", YES),
    Sign("update.notification-control", YES),
    Sign("update.notification-recipients", YES),
)


def _or_no_update(facts: Facts, said: Answer, wanted: Sequence[Sign]) -> Answer:
    """Take a feature of updates as absent when it is said to be, or when there are no updates at all."""
    if said.outcome == "unmet":
        return said
    return unless(any_of((said, _no_update(facts)))[0], signs(facts, wanted))


def _no_automatic(facts: Facts) -> Answer:
    mechanisms = none(
        facts,
        "update-mechanism",
        ("update-mechanism.automatic",),
        other_than(facts, "update-mechanism.automatic", YES),
    )
    declared = facts.judge("update.automatic", NO, say="whether updates can be automatic")
    return _or_no_update(facts, same_fact((declared, mechanisms)), AUTOMATIC)


def _no_notices(facts: Facts) -> Answer:
    said = facts.judge("update.notifies-user", NO, say="whether the user is told of updates")
    return _or_no_update(facts, said, NOTICES)


@absence(
    "automatic-updates-absent",
    "Can no update be automatic?",
    (*NO_UPDATE, *AUTOMATIC, "update-mechanism.any"),
    "met when declared so, for the product or for each of its mechanisms, or when there are no updates; "
    "unmet by one that can be automatic;",
    "V3.1.3 feature (h).",
)
def automatic_updates_absent(facts: Facts) -> Answer:
    """Every update needs somebody."""
    return _no_automatic(facts)


@absence(
    "update-notices-absent",
    "Is nobody notified of updates?",
    (*NO_UPDATE, *NOTICES),
    "met when declared so, or when there are no updates; unmet when users are notified, or notifications can "
    "be set;",
    "V3.1.3 feature (i).",
)
def update_notices_absent(facts: Facts) -> Answer:
    """There is no notification to switch."""
    return _no_notices(facts)


@absence(
    "automatic-updates-and-notices-absent",
    "Are there neither automatic updates nor notifications of updates?",
    (*NO_UPDATE, *AUTOMATIC, *NOTICES, "update-mechanism.any"),
    "met when both are absent; unmet when one is there;",
    "V2.1.1 condition 9.",
)
def automatic_updates_and_notices_absent(facts: Facts) -> Answer:
    """There is neither to control."""
    return both((_no_automatic(facts), _no_notices(facts)))


NETWORKED = ("lwm2m", "teep")
"""Update mechanisms that are network protocols."""

ARRIVES = (
    Sign("update.ota", YES),
    Sign("update.transport", SCHEMES),
    Sign("update-mechanism.over-network", YES),
    Sign("update-mechanism.technology", NETWORKED),
    Sign("update.mechanisms", NETWORKED),
)


@absence(
    "network-updates-absent",
    "Can no update arrive over a network?",
    (*NO_UPDATE, *ARRIVES, "update-mechanism.any"),
    "met when declared so, for the product or for each of its mechanisms, or when there are no updates; "
    "unmet by a mechanism over a network, be it by what it is built on, and by the scheme of a URI, declared "
    "or in a manifest;",
    "V3.1.3 feature (j); V2.1.1 condition 11.",
)
def network_updates_absent(facts: Facts) -> Answer:
    """Updates come by hand."""
    mechanisms = none(
        facts,
        "update-mechanism",
        ("update-mechanism.over-network",),
        other_than(facts, "update-mechanism.over-network", YES),
    )
    declared = facts.judge("update.ota", NO, say="whether updates come over the air")
    return _or_no_update(facts, same_fact((declared, mechanisms)), ARRIVES)
