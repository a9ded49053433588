"""One flow that a network description allows, and the text that it has as a claim.

The text is ``DIRECTION TRANSPORT/PORT PEER``, as in ``outbound tcp/443 dns:updates.example``:

- direction: ``outbound`` (the device opens it), ``inbound`` (the peer does), ``both`` (either may);
- transport: ``tcp``, ``udp``, ``icmp``, ``any``, or the number of an IP protocol;
- port of the side that listens: a number, a range ``a-b``, or ``any``;
- peer: ``dns:NAME``, ``net:CIDR``, ``controller:URI``, ``my-controller``, ``local-networks``,
  ``same-manufacturer``, ``manufacturer:NAME``, ``model:URI`` or ``any`` (RFC 8520 section 8).
"""

from __future__ import annotations

from typing import Final, NamedTuple

DIRECTIONS: Final = ("outbound", "inbound", "both")


class Flow(NamedTuple):
    """One flow; see the head of this file.

    Attributes:
        direction: who opens it, seen from the device.
        transport: what carries it.
        port: of the side that listens.
        peer: the other side.
    """

    direction: str
    transport: str
    port: str
    peer: str

    def __str__(self) -> str:
        return f"{self.direction} {self.transport}/{self.port} {self.peer}"


def parse(text: str) -> Flow | None:
    """Read the text of a flow; None if it is none.

    Args:
        text: as ``str(flow)`` writes it.
    """
    parts = text.split(" ", 2)
    if len(parts) != 3 or parts[0] not in DIRECTIONS or not parts[2]:
        return None
    transport, slash, port = parts[1].partition("/")
    return Flow(parts[0], transport, port, parts[2]) if slash and transport and port else None
