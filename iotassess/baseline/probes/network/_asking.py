"""What the probes about connections share."""

from __future__ import annotations

from collections.abc import Callable

from iotassess.baseline.answers import Answer, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import does_not_arise, each
from iotassess.model.claim import Subject, Value

ENDPOINT = ("endpoint.protocol", "endpoint.security", "endpoint.direction")
"""By what the connections are found, beside what is asked."""

PLUMBING = ("dns", "mdns", "dhcp", "ntp")
"""Protocols that set a network up. Few of them have a protected form that networks offer."""


def each_connection(facts: Facts, find: tuple[str, ...], ask: Callable[[Subject], Answer]) -> Answer:
    """Ask about every connection."""
    return each(
        facts,
        "endpoint",
        (*ENDPOINT, *find),
        ask,
        empty=does_not_arise("the product is declared to have no connection"),
    )


def verified_peer(facts: Facts, connection: Subject) -> Answer:
    """Ask whether the device knows who is at the other side: both authenticate, or it verifies the peer."""
    return any_of(
        (
            facts.judge("endpoint.mutual-auth", (True,), subject=connection, say="mutual authentication"),
            facts.judge(
                "endpoint.peer-validation",
                ("pinned", "ca-chain", "psk", "raw-public-key", "attestation"),
                weaker=("trust-on-first-use",),
                subject=connection,
                say="the verification of the peer",
            ),
        )
    )[0]


def at_least(oldest: tuple[int, ...]) -> Callable[[Value], bool]:
    """Make a test for a version in dotted numbers; what is not in numbers does not pass."""

    def test(value: Value) -> bool:
        parts = str(value).strip().split(".")
        if not all(part.isdecimal() for part in parts):
            return False
        return tuple(int(part) for part in parts) >= oldest

    return test
