"""Which interfaces a network reaches: by their type, by what carries them, or by the number of a port."""

from __future__ import annotations

from collections.abc import Callable

from iotassess.baseline.answers import Answer
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import does_not_arise, each, silent
from iotassess.model.claim import PRODUCT, Subject

REACH = ("interface.type", "interface.transport", "interface.port")
"""Properties that tell it."""

NETWORK = ("network", "api", "web", "radio")
"""Types of interface that a network reaches, whatever else is told of them."""

CARRIED = ("tcp", "udp", "link")


def is_reached(facts: Facts, interface: Subject) -> bool | None:
    """Whether a network reaches an interface, whatever it is called; None where nothing tells."""
    kind = facts.declared("interface.type", interface)
    if kind in NETWORK or facts.declared("interface.transport", interface) in CARRIED:
        return True
    if facts.declared("interface.port", interface) is not None:
        return True
    return None if kind is None else False


def each_reached(
    facts: Facts, ask: Callable[[Subject], Answer], property: str, *more: str, empty: Answer
) -> Answer:
    """Ask about every declared interface that a network reaches; the worst counts.

    Args:
        facts: the claims.
        ask: the question about one interface.
        property: a property that it asks of, by which interfaces are found.
        more: others.
        empty: the answer when the declared list has no such interface.
    """

    def about(interface: Subject) -> Answer:
        reached = is_reached(facts, interface)
        if reached is None:
            return silent(f"interface.type of {interface} is not declared")
        if not reached:
            return does_not_arise(f"no network reaches {interface}", facts.claims("interface.any", PRODUCT))
        return ask(interface)

    answer = each(facts, "interface", (*REACH, property, *more), about, empty=empty)
    if answer.outcome != "not-applicable":
        return answer
    return empty._replace(claims=empty.claims or answer.claims)
