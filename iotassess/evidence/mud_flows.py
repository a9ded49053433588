"""From access control entries to flows: who may open an exchange with whom, at which port.

A description has an entry for each way of a packet, so one exchange stands in it twice: from the device to
port 443 of a peer, and from port 443 of the peer to the device. The second is the mirror of the first, no
flow of its own. An entry is turned round to its two ports, the device's (*local*) and the peer's (*remote*):

1. Where ``direction-initiated`` says who opens the connection, that is it (RFC 8520 section 8.4).
2. Else an entry to the device whose remote port an entry from the device has, with the same peer and
   transport, is its mirror; likewise one from the device whose local port an entry to the device has.
3. Else packets may come unasked: an entry from the device is outbound, one to the device inbound.
4. What is both outbound and inbound is one flow of both directions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from typing import Final, Literal, NamedTuple

from iotassess.evidence.mud_lists import Entry, Lists
from iotassess.evidence.mud_matches import PortRanges
from iotassess.model.flow import ANY, Flow, Ports

MAX_FLOWS: Final = 1024
"""Most flows that are said of one file; more are no description of what a device needs."""

MIN_PREFIX: Final = 8
"""Shortest network prefix that is a peer of its own. Nobody but a registry has more than a /8: a shorter one
is a part of the internet, and two of them make the whole of it."""

_REPLIES: Final = frozenset({0, 129})
"""ICMP and ICMPv6 echo replies."""


class Reached(NamedTuple):
    """One entry, turned round to the device's point of view.

    Attributes:
        entry: the entry.
        outgoing: it is about packets from the device.
        peer: whom it reaches, as flows name it.
        local: ports of the device; empty for any.
        remote: ports of the peer.
    """

    entry: Entry
    outgoing: bool
    peer: str
    local: PortRanges
    remote: PortRanges

    @property
    def names_nobody(self) -> bool:
        """Whether no peer is named; what is not evaluated may still narrow it."""
        if self.entry.match.link_layer:
            return False
        if self.peer.startswith("net:"):
            return ip_network(self.peer.removeprefix("net:")).prefixlen < MIN_PREFIX
        return self.peer == ANY

    @property
    def is_open(self) -> bool:
        """Whether it reaches anybody."""
        return self.names_nobody and not self.entry.match.unseen

    @property
    def is_resolved(self) -> bool:
        """Whether all of what it matches is known, and is about IP."""
        return not (self.entry.match.unseen or self.entry.match.link_layer)


class Flows(NamedTuple):
    """What a description allows.

    Attributes:
        flows: each with the claim path of an entry that allows it.
        open: entries that reach anybody.
        obscure: entries that reach anybody, or those whom a match that is not evaluated leaves.
        unresolved: accepting entries of which a match is not evaluated.
    """

    flows: tuple[tuple[Flow, str], ...]
    open: tuple[Reached, ...]
    obscure: tuple[Reached, ...]
    unresolved: tuple[Entry, ...]


def resolve(lists: Lists) -> Flows:
    """Find the flows that the policies allow.

    Args:
        lists: policies and lists.
    """
    outgoing = [_reach(entry, True) for entry in lists.entries(lists.from_device) if entry.accepts]
    incoming = [_reach(entry, False) for entry in lists.entries(lists.to_device) if entry.accepts]
    everything = [*outgoing, *incoming]
    found: dict[tuple[str, Ports, str], tuple[set[str], str]] = {}
    for reached, opened in _opened(outgoing, incoming):
        ports = reached.remote if opened == "outbound" else reached.local
        transport = reached.entry.match.transport
        if transport == "icmp":
            ports = ()
        for each in ports or (None,):
            where = found.setdefault((transport, each, reached.peer), (set(), reached.entry.at))
            where[0].add(opened)
    flows = [
        (Flow(_direction(directions), transport, ports, peer), at)
        for (transport, ports, peer), (directions, at) in found.items()
    ]
    return Flows(
        tuple(flows),
        tuple(reached for reached in everything if reached.is_open),
        tuple(reached for reached in everything if reached.entry.match.unseen and reached.names_nobody),
        tuple(reached.entry for reached in everything if reached.entry.match.unseen),
    )


def _direction(directions: set[str]) -> Literal["outbound", "inbound", "both"]:
    if len(directions) > 1:
        return "both"
    return "outbound" if "outbound" in directions else "inbound"


def _reach(entry: Entry, outgoing: bool) -> Reached:
    match = entry.match
    named = match.destination if outgoing else match.source
    peer = named or next(iter(match.classes), ANY)
    if match.classes and named.startswith("net:") and ip_network(named[4:]).prefixlen < MIN_PREFIX:
        peer = match.classes[0]  # narrower than a part of the internet
    local = match.source_ports if outgoing else match.destination_ports
    remote = match.destination_ports if outgoing else match.source_ports
    return Reached(entry, outgoing, peer, local, remote)


def _opened(outgoing: Iterable[Reached], incoming: Iterable[Reached]) -> Iterator[tuple[Reached, str]]:
    """Give each resolved entry with the direction in which it lets an exchange be opened; no mirrors."""
    asked = {_key(reached, reached.remote) for reached in outgoing if reached.remote}
    served = {_key(reached, reached.local) for reached in incoming if reached.local}
    pinged = {_key(reached, ()) for reached in outgoing if reached.entry.match.transport == "icmp"}
    for reached in (*outgoing, *incoming):
        match = reached.entry.match
        if not reached.is_resolved:
            continue
        if match.initiated:
            yield reached, "outbound" if match.initiated == "from-device" else "inbound"
        elif reached.outgoing:
            if reached.remote or not reached.local or not _is_among(reached, reached.local, served):
                yield reached, "outbound"
        elif match.icmp_type in _REPLIES and _is_among(reached, (), pinged):
            continue
        elif not reached.remote or not _is_among(reached, reached.remote, asked):
            yield reached, "inbound"


def _is_among(reached: Reached, ports: PortRanges, others: set[tuple[str, str, PortRanges]]) -> bool:
    """Whether an entry the other way has the same transport and ports, and the same peer or any."""
    return not others.isdisjoint((_key(reached, ports), _key(reached._replace(peer=ANY), ports)))


def _key(reached: Reached, ports: PortRanges) -> tuple[str, str, PortRanges]:
    return reached.entry.match.transport, reached.peer, ports
