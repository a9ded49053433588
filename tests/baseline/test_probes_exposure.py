"""Probes about what of a device can be reached and attacked."""

from collections.abc import Mapping

import pytest

from iotassess.model.claim import Claim
from tests.baseline.probe_cases import Case, ask, check, listed, said, title

PROPERTY_OF = {"code-minimised": "software.unused-code-minimised"}

LOCKED = said("debug.state", "disabled-permanently", 4)
CASE = said("hardware.enclosure.resists-disassembly", True)


def interfaces(*leaves: Mapping[str, object]) -> list[Claim]:
    return listed("interface", *[(f"i{n}", leaf) for n, leaf in enumerate(leaves)])


def debug(**leaves: object) -> Mapping[str, object]:
    return {"type": "debug", **leaves}


def some(property: str, *values: str) -> list[Claim]:
    return [said(f"{property}.any", bool(values)), *[said(property, value) for value in values]]


TELLS = {"type": "network", "unauthenticated-disclosure": True}
SILENT = {"type": "api", "unauthenticated-disclosure": False}
USER_INPUT = "software.input-validation.user-interfaces"
NETWORK_INPUT = "software.input-validation.network-interfaces"
ALL_INPUT = "software.input-validation.all-interfaces"
MECHANISMS = "hardware.isolation.mechanisms"
CHECKED = {"type": "web", "input-validated": True}
UNCHECKED = {"type": "web", "input-validated": False}

OF_INPUT = [
    case
    for probe, own in (("user-input-validated", USER_INPUT), ("network-input-validated", NETWORK_INPUT))
    for case in (
        Case(probe, "silence", [], "indeterminate"),
        Case(probe, "the product says yes", [said(own, True)], "met"),
        Case(probe, "the product says no", [said(own, False)], "unmet"),
        Case(probe, "all interfaces", [said(ALL_INPUT, True)], "met"),
        Case(probe, "not all interfaces, but maybe these", [said(ALL_INPUT, False)], "indeterminate"),
        Case(probe, "these, though not all", [said(ALL_INPUT, False), said(own, True)], "met"),
        Case(probe, "each interface", interfaces(CHECKED), "met"),
        Case(probe, "one interface does not", interfaces(CHECKED, UNCHECKED), "unmet"),
        Case(probe, "one interface is silent", interfaces(CHECKED, {"type": "web"}), "weaker"),
        Case(
            probe,
            "the product speaks for a silent interface",
            [said(own, True), *interfaces({"type": "web"})],
            "met",
        ),
        Case(probe, "an interface denies the product", [said(own, True), *interfaces(UNCHECKED)], "unmet"),
        Case(probe, "the product denies an interface", [said(own, False), *interfaces(CHECKED)], "unmet"),
        Case(probe, "no such interface", interfaces({"type": "physical"}), "met"),
        Case(probe, "no interface at all", interfaces(), "met"),
        Case(probe, "an interface without a type", interfaces({"input-validated": True}), "indeterminate"),
        Case(
            probe,
            "the product says yes, an interface without a type no",
            [said(own, True), *interfaces({"input-validated": False})],
            "weaker",
        ),
        Case(
            probe,
            "the product says yes, an interface without a type, too",
            [said(own, True), *interfaces({"input-validated": True})],
            "met",
        ),
    )
]

OF_DEBUG = [
    Case("debug-interfaces-guarded", "silence", [], "indeterminate"),
    Case("debug-interfaces-guarded", "none listed", interfaces({"type": "web"}), "not-applicable"),
    Case("debug-interfaces-guarded", "no interface", interfaces(), "not-applicable"),
    Case("debug-interfaces-guarded", "none listed and shown closed", [LOCKED, *interfaces()], "met", 4),
    Case("debug-interfaces-guarded", "no list, and shown closed", [LOCKED], "met", 4),
    Case(
        "debug-interfaces-guarded",
        "none listed, and shown open",
        [said("debug.state", "enabled", 4), *interfaces()],
        "unmet",
    ),
    *[
        Case("debug-interfaces-guarded", how, interfaces(debug(protection=how)), "met")
        for how in ("fused", "disabled", "authenticated")
    ],
    Case("debug-interfaces-guarded", "asks who", interfaces(debug(authenticated=True)), "met"),
    Case("debug-interfaces-guarded", "in the case", interfaces(debug(protection="physical")), "weaker"),
    Case("debug-interfaces-guarded", "open", interfaces(debug(protection="none")), "unmet"),
    Case(
        "debug-interfaces-guarded",
        "one of two open",
        interfaces(debug(protection="fused"), debug(protection="none")),
        "unmet",
    ),
    Case("debug-interfaces-guarded", "nothing said", interfaces(debug()), "indeterminate"),
    Case(
        "debug-interfaces-guarded",
        "shown closed, but not told how",
        [LOCKED, *interfaces(debug())],
        "indeterminate",
    ),
    Case(
        "debug-interfaces-guarded",
        "asks who, and of that the debug state tells nothing",
        [LOCKED, *interfaces(debug(authenticated=True))],
        "met",
        0,
    ),
    Case(
        "debug-interfaces-guarded",
        "fused by its word, and on a network by its number",
        [LOCKED, *interfaces(debug(protection="fused", port=4444))],
        "met",
        0,
    ),
    Case(
        "debug-interfaces-guarded",
        "declared fused and shown closed",
        [LOCKED, *interfaces(debug(protection="fused"))],
        "met",
        4,
    ),
    Case(
        "debug-interfaces-guarded",
        "in the case and shown closed",
        [LOCKED, *interfaces(debug(protection="physical"))],
        "weaker",
    ),
    Case(
        "debug-interfaces-guarded",
        "open, whatever is shown",
        [LOCKED, *interfaces(debug(protection="none"))],
        "unmet",
    ),
    Case(
        "debug-interfaces-guarded",
        "closed in this session only",
        [said("debug.state", "disabled-since-boot", 4), *interfaces(debug())],
        "indeterminate",
    ),
    Case(
        "debug-interfaces-guarded",
        "a shell on the network, of which the debug state tells nothing",
        [LOCKED, *interfaces(debug(transport="tcp"))],
        "indeterminate",
    ),
    Case(
        "debug-interfaces-guarded",
        "an authenticated shell has the grade of its declaration",
        [LOCKED, *interfaces(debug(transport="tcp", authenticated=True))],
        "met",
    ),
    Case("debug-ports-covered", "silence", [], "indeterminate"),
    Case("debug-ports-covered", "none listed", interfaces({"type": "web"}), "not-applicable"),
    Case(
        "debug-ports-covered",
        "none listed where there is one",
        [said("debug.physical", True), *interfaces({"type": "web"})],
        "indeterminate",
    ),
    Case("debug-ports-covered", "on the network", interfaces(debug(transport="tcp")), "not-applicable"),
    Case("debug-ports-covered", "covered", interfaces(debug(protection="physical")), "met"),
    Case("debug-ports-covered", "fused", interfaces(debug(protection="fused")), "weaker"),
    Case("debug-ports-covered", "in a hard case", [CASE, *interfaces(debug(protection="none"))], "weaker"),
    Case("debug-ports-covered", "open", interfaces(debug(protection="none")), "unmet"),
    Case(
        "debug-ports-covered",
        "one of two open",
        interfaces(debug(protection="physical"), debug(protection="disabled")),
        "unmet",
    ),
]

CASES = [
    *OF_INPUT,
    *OF_DEBUG,
    Case("strangers-told-nothing", "silence", [], "indeterminate"),
    Case("strangers-told-nothing", "nothing", interfaces(SILENT, {"type": "physical"}), "met"),
    Case("strangers-told-nothing", "one tells", interfaces(SILENT, TELLS), "unmet"),
    Case("strangers-told-nothing", "one is silent on it", interfaces(SILENT, {"type": "radio"}), "weaker"),
    Case("strangers-told-nothing", "no network interface", interfaces({"type": "user"}), "met"),
    Case("strangers-told-nothing", "no interface", interfaces(), "met"),
    Case("physical-ports-not-exposed", "silence", [], "indeterminate"),
    Case("physical-ports-not-exposed", "needed", interfaces({"type": "physical", "required": True}), "met"),
    Case(
        "physical-ports-not-exposed",
        "not needed and closed",
        interfaces({"type": "physical", "required": False, "protection": "disabled"}),
        "met",
    ),
    Case(
        "physical-ports-not-exposed",
        "not needed, and takes a credential",
        interfaces(debug(required=False, protection="authenticated")),
        "weaker",
    ),
    Case(
        "physical-ports-not-exposed",
        "not needed and open",
        interfaces({"type": "physical", "required": False, "protection": "none"}),
        "unmet",
    ),
    Case("physical-ports-not-exposed", "need not told", interfaces({"type": "physical"}), "indeterminate"),
    Case("physical-ports-not-exposed", "no port", interfaces({"type": "web"}), "met"),
    Case(
        "physical-ports-not-exposed",
        "a shell on the network is no port",
        interfaces(debug(transport="tcp", required=False, protection="none")),
        "met",
    ),
    Case(
        "physical-ports-not-exposed",
        "a port beside a shell on the network",
        interfaces(debug(transport="tcp"), {"type": "physical", "required": False, "protection": "none"}),
        "unmet",
    ),
    Case("services-needed", "silence", [], "indeterminate"),
    Case("services-needed", "needed", listed("service", ("a", {"needed": True})), "met"),
    Case(
        "services-needed",
        "one is not",
        listed("service", ("a", {"needed": True}), ("b", {"needed": False})),
        "unmet",
    ),
    Case("services-needed", "not told", listed("service", ("a", {"network": True})), "indeterminate"),
    Case("services-needed", "no services", listed("service"), "met"),
    Case("memory-access-controlled", "silence", [], "indeterminate"),
    Case("memory-access-controlled", "MPU", [said("software.runtime-protection.mpu", True)], "met"),
    Case("memory-access-controlled", "NX", [said("software.runtime-protection.nx", True)], "met"),
    *[Case("memory-access-controlled", how, some(MECHANISMS, how), "met") for how in ("mpu", "mmu", "tee")],
    Case("memory-access-controlled", "separate core", some(MECHANISMS, "separate-core"), "weaker"),
    Case(
        "memory-access-controlled",
        "isolation by software, and nothing said of the rest",
        some(MECHANISMS, "sandbox", "process"),
        "indeterminate",
    ),
    Case(
        "memory-access-controlled",
        "none",
        [
            said("software.runtime-protection.mpu", False),
            said("software.runtime-protection.nx", False),
            *some(MECHANISMS, "sandbox"),
        ],
        "unmet",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=title)
def test_answer(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("probe", PROPERTY_OF)
def test_yes_meets_it_and_no_does_not(probe: str) -> None:
    assert ask(probe, said(PROPERTY_OF[probe], True)).outcome == "met"
    assert ask(probe, said(PROPERTY_OF[probe], False)).outcome == "unmet"
    assert ask(probe).outcome == "indeterminate"


@pytest.mark.parametrize(
    ("leaf", "outcome"),
    [
        ({"protection": "authenticated"}, "weaker"),
        ({"authenticated": True}, "weaker"),
        ({"authenticated": False}, "unmet"),
        ({"protection": "disabled"}, "met"),
        ({"protection": "none"}, "unmet"),
    ],
)
def test_authentication_in_place_of_disabling_is_weaker_where_that_is_asked(
    leaf: Mapping[str, object], outcome: str
) -> None:
    claims = interfaces({"type": "debug", **leaf})
    assert ask("debug-interfaces-guarded", *claims, authentication_suffices=False).outcome == outcome


def test_a_shell_on_the_network_is_left_out_where_ports_are_asked_about() -> None:
    shell = debug(transport="tcp", protection="none")
    alone = ask("debug-interfaces-guarded", *interfaces(shell), physical_only=True)
    assert alone.outcome == "not-applicable"
    assert alone.claims
    both = interfaces(shell, debug(protection="fused"))
    assert ask("debug-interfaces-guarded", *both, physical_only=True).outcome == "met"
    assert ask("debug-interfaces-guarded", *both).outcome == "unmet"


def test_a_debug_state_that_nothing_vouches_for_closes_no_interface() -> None:
    unvouched = said("debug.state", "disabled-permanently", 2)
    assert ask("debug-interfaces-guarded", unvouched, *interfaces(debug())).outcome == "indeterminate"
