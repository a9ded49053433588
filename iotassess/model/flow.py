"""One flow that a network description allows, in one canonical line of text.

    DIRECTION TRANSPORT/PORT PEER

- *DIRECTION* says who may open the exchange, seen from the device: ``outbound`` (the device), ``inbound``
  (the peer) or ``both``.
- *TRANSPORT* is ``tcp``, ``udp``, ``icmp`` (of IPv4 or IPv6), ``any``, or the number of another IP protocol
  in decimal (IANA "Assigned Internet Protocol Numbers").
- *PORT* is a port in decimal, a range ``a-b`` with a < b, or ``any``. It is the port that is connected to:
  the peer's where the device opens the exchange, the device's own where the peer does. ``icmp`` has ``any``.
- *PEER* is ``dns:NAME`` (lower case, no final dot), ``net:PREFIX`` (IPv4 or IPv6, host bits zero),
  ``controller:URI`` (a class of controllers), ``my-controller``, ``local-networks``, ``same-manufacturer``,
  ``manufacturer:NAME``, ``model:URI`` (the classes of RFC 8520 section 8) or ``any``.

So ``outbound tcp/443 dns:updates.example``, ``both udp/5353 net:224.0.0.251/32``, ``outbound any/any
my-controller``. Two flows are the same where their texts are.
"""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Final, Literal, NamedTuple, Self, cast

Direction = Literal["outbound", "inbound", "both"]
Ports = tuple[int, int] | None
"""First and last port; None for any."""

ANY: Final = "any"
CLASSES: Final = ("my-controller", "local-networks", "same-manufacturer")
"""Peers that are a class by themselves."""

NAMED: Final = ("dns", "net", "controller", "manufacturer", "model")
"""Kinds of peers that have a name behind a colon."""

MAX_PORT: Final = 65_535
"""Largest port: 16 bits (RFC 9293 section 3.1, RFC 768)."""

_TEXT: Final = re.compile(
    r"(outbound|inbound|both) ([a-z]+|0|[1-9]\d{0,2})/(any|\d{1,5}(?:-\d{1,5})?) (\S+)", re.A
)
_TRANSPORTS: Final = frozenset({"tcp", "udp", "icmp", ANY, *map(str, range(256))}) - {"1", "6", "17", "58"}


class Flow(NamedTuple):
    """One flow.

    Attributes:
        direction: who may open it.
        transport: "tcp", "udp", "icmp", "any" or a protocol number.
        ports: ports that are connected to; None for any.
        peer: as in the text.
    """

    direction: Direction
    transport: str
    ports: Ports
    peer: str

    def __str__(self) -> str:
        return f"{self.direction} {self.transport}/{ports_text(self.ports)} {self.peer}"

    @property
    def peer_kind(self) -> str:
        """Kind of the peer: what stands before the colon, or the whole of it."""
        return self.peer.partition(":")[0]

    @property
    def peer_name(self) -> str:
        """Name of the peer: what stands behind the colon, or ""."""
        return self.peer.partition(":")[2]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the canonical text.

        Raises:
            ValueError: it is not canonical.
        """
        match = _TEXT.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r:.80} is no flow; expected e.g. 'outbound tcp/443 dns:updates.example'")
        direction, transport, ports, peer = match.groups()
        flow = cls(cast("Direction", direction), transport, _ports(ports), peer)
        if transport not in _TRANSPORTS or str(flow) != text or not _is_peer(flow):
            raise ValueError(f"{text!r:.80} is no flow in its canonical form")
        if flow.ports is not None and transport == "icmp":
            raise ValueError(f"{text!r:.80} is no flow: {transport} has no ports")
        return flow


def ports_text(ports: Ports) -> str:
    """Write ports: "any", "443" or "8000-8080"."""
    if ports is None:
        return ANY
    first, last = ports
    return str(first) if first == last else f"{first}-{last}"


def _ports(text: str) -> Ports:
    if text == ANY:
        return None
    first, _, last = text.partition("-")
    ports = int(first), int(last or first)
    if not ports[0] <= ports[1] <= MAX_PORT:
        raise ValueError(f"{text!r} is no range of ports")
    return ports


def _is_peer(flow: Flow) -> bool:
    kind, name = flow.peer_kind, flow.peer_name
    if flow.peer in CLASSES or flow.peer == ANY:
        return True
    if kind == "net":
        try:
            return str(ip_network(name)) == name
        except ValueError:
            return False
    if kind in ("dns", "manufacturer"):
        return bool(name) and name == name.lower() and not name.endswith(".")
    return kind in NAMED and bool(name)
