"""Probes that tell whether debug interfaces, change detection, unused interfaces or sensors are absent."""

from __future__ import annotations

from iotassess.baseline.answers import Answer
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import among, silent
from iotassess.baseline.probes._reach import NETWORK, REACH, is_reached
from iotassess.baseline.probes.features._absence import (
    NO,
    YES,
    Sign,
    absence,
    both,
    none,
    signs,
    unless,
)
from iotassess.model.claim import Subject
from iotassess.model.vocabulary import UNINTELLIGIBLE

DEBUGGABLE = ("enabled", "disabled", "disabled-since-boot", "disabled-permanently", UNINTELLIGIBLE)
"""Debug states of something that can be debugged. Only disabled-fully-and-permanently leaves nothing that
anybody could switch on again (RFC 9711 section 4.2.9)."""

DEBUG = (
    Sign("debug.state", DEBUGGABLE),
    Sign("lifecycle", ("non-psa-rot-debug", "recoverable-psa-rot-debug")),
    Sign("interface.type", ("debug",)),
    Sign("debug.physical", YES),
    Sign("debug.unlock", ("per-device-credential", "shared-credential", "unprotected")),
)

SHOWN = (Sign("debug.state", DEBUGGABLE, by_artefact=True),)
"""A token's word on hardware that can be debugged; whether that has a port is not told."""


def _no_debug(facts: Facts) -> Answer:
    said = facts.judge("debug.present", NO, say="whether there is a debug interface")
    return unless(said, signs(facts, DEBUG))


@absence(
    "debug-interfaces-absent",
    "Has the device no debug interface, physical or reached over a network?",
    ("debug.present", *DEBUG),
    "met when declared so; unmet by a listed debug interface, by any debug state of something that can be "
    "switched on again, disabled though it be, and by a lifecycle in which something is debugged;",
    "V3.1.3 feature (q).",
)
def debug_interfaces_absent(facts: Facts) -> Answer:
    """There is nothing to debug the device by."""
    return _no_debug(facts)


@absence(
    "debug-ports-absent",
    "Has the device no debug interface that is a physical port?",
    ("debug.present", *DEBUG, *REACH),
    "met when declared so, or when there is no debug interface at all, which whatever shows one denies; "
    "unmet by a physical one, and by a listed debug interface that is not said to be on a network (tcp or "
    "udp) or to have the number of a port; disputed by a token's debug state, unless nobody could switch "
    "debugging on;",
    "V3.1.3 feature (r); V2.1.1 condition 13.",
)
def debug_ports_absent(facts: Facts) -> Answer:
    """There is no pin to attach a debugger to."""
    physical = facts.judge("debug.physical", NO, say="whether a debug interface is a physical port")
    present = facts.declared("debug.present")
    if present is False:  # a denial of all debug interfaces, so that any of them refutes it
        return _no_debug(facts)
    ports = [
        among(facts, [c]).judge("interface.type", (), subject=c.subject)
        for c in facts.claims("interface.type")
        if c.value == "debug" and not is_reached(facts, c.subject)
    ]
    doubts = [answer._replace(outcome="indeterminate") for answer in signs(facts, SHOWN)]
    return unless(physical, [*ports, *doubts])


DETECTS = (
    Sign("boot.secure-boot", YES),
    Sign("boot.image-verified", YES),
    Sign("boot.measured", YES),
    Sign("boot.alerts-user", YES),
    Sign("boot.limits-network-on-change", YES),
    Sign("boot.integrity-failure-action", ("halt", "recover", "alert")),
    Sign("software.code-signing", YES),
    Sign("monitoring.integrity", YES),
    Sign("hardware.root-of-trust.verifies-next-stage", YES),
)


@absence(
    "change-detection-absent",
    "Does nothing detect unauthorised changes of the device's software?",
    ("boot.secure-boot", "boot.detects-changes", *DETECTS),
    "met when there is neither secure boot nor another detection; unmet by either, when a token, a manifest "
    "or the profile shows that software is verified or measured, and by what follows when that fails;",
    "V3.1.3 feature (s).",
)
def change_detection_absent(facts: Facts) -> Answer:
    """A change goes unnoticed."""
    said = both(
        (
            facts.judge("boot.secure-boot", NO, say="whether only authorised software boots"),
            facts.judge("boot.detects-changes", NO, say="whether changes are detected"),
        )
    )
    return unless(said, signs(facts, DETECTS))


@absence(
    "unused-interfaces-absent",
    "Is every interface that a network reaches needed for the intended use?",
    (
        *("interface.any", *REACH, "interface.required"),
        *("service.network", "service.needed"),
    ),
    "met when each interface of the declared list is needed, or no network reaches it; unmet by one that is "
    "not needed, switched off or not, and by a service on a network that is not needed; what is reached over "
    "tcp or udp, or has the number of a port, is such an interface, for debugging too;",
    "V3.1.3 feature (p).",
)
def unused_interfaces_absent(facts: Facts) -> Answer:
    """There is nothing to switch off."""

    def ask(interface: Subject) -> Answer:
        local = facts.judge("interface.type", lambda v: v not in NETWORK, subject=interface, say="the type")
        if local.outcome != "unmet" and not is_reached(facts, interface):
            return local
        return facts.judge("interface.required", YES, subject=interface, say="the need")

    listed = none(facts, "interface", ("interface.type", "interface.port", "interface.required"), ask)
    idle = [c for c in facts.claims("service.needed") if c.value is False]
    reached = [c for c in idle if facts.declared("service.network", c.subject) is True]
    untold = [c for c in idle if facts.declared("service.network", c.subject) is None]
    answer = unless(listed, [facts.judge("service.needed", YES, subject=c.subject) for c in reached])
    if untold and answer.outcome == "met":
        return silent(f"whether {untold[0].subject} is on a network is not told", answer.claims)
    return answer


@absence(
    "external-sensors-absent",
    "Can the device sense nothing around it?",
    ("data.external-sensors",),
    "met when declared so; unmet when it can;",
    "V3.1.3 feature (v).",
)
def external_sensors_absent(facts: Facts) -> Answer:
    """The device neither sees nor hears."""
    return facts.judge("data.external-sensors", NO, say="whether the device senses what is around it")


CONSTRAINED = ("class-0", "class-1")
UNCONSTRAINED = ("class-2", "unconstrained")
"""RFC 7228 section 3: class 2 can run what larger devices run, so that nothing rules out what is asked."""


@absence(
    "device-unconstrained",
    "Is the device unconstrained?",
    ("product.constrained-class",),
    "met by the class unconstrained and by class 2, which has room for what others do; unmet by the classes "
    "0 and 1 of RFC 7228;",
    "V2.1.1 condition 4.",
)
def device_unconstrained(facts: Facts) -> Answer:
    """The device has the means for whatever is asked."""
    return facts.judge("product.constrained-class", UNCONSTRAINED, say="the class of device")


@absence(
    "device-constrained",
    "Is the device constrained?",
    ("product.constrained-class",),
    "met by the classes 0 and 1 of RFC 7228; unmet by class 2 and the class unconstrained;",
    "V2.1.1 condition 5, which is absent in a constrained device.",
)
def device_constrained(facts: Facts) -> Answer:
    """The device lacks the means for some of what is asked."""
    return facts.judge("product.constrained-class", CONSTRAINED, say="the class of device")
