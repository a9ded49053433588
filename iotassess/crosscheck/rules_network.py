"""Cross-checks of a network description (MUD) with the connections and interfaces that the profile declares.

A flow of the description is *covered* by a declared connection where direction, transport, port and peer fit;
what the declaration leaves open fits everything. Names are compared as names, never looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from iotassess.crosscheck.join import make_discrepancy
from iotassess.crosscheck.rules import Scene
from iotassess.model.assessment import Discrepancy
from iotassess.model.claim import PRODUCT, Claim, Subject, Value, is_authoritative, is_declared
from iotassess.model.flow import Flow

USUAL_PORTS: Final[dict[str, frozenset[int]]] = {
    "dns": frozenset({53, 853}),
    "mdns": frozenset({5353}),
    "dhcp": frozenset({67, 68, 546, 547}),
    "ntp": frozenset({123}),
    "syslog": frozenset({514, 6514}),
}
"""Ports of the services that every network offers (IANA service names): their peer is the network's choice,
so that a description rarely names it."""

_WORD = re.compile(r"[^\s/,;()\[\]]+")


class _Connection(NamedTuple):
    """A declared connection."""

    subject: Subject
    protocol: Value | None
    direction: Value | None
    transport: Value | None
    port: Value | None
    peer: str


def undeclared_peer(scene: Scene) -> Iterator[Discrepancy]:
    """The description lets the device reach a peer that no declared connection names."""
    connections = _connections(scene)
    if not connections:
        return
    for claim, flow in _flows(scene):
        if flow.direction == "inbound" or not _is_named(flow):
            continue
        if any(_has_peer(connection, flow) for connection in connections) or _is_usual(flow, connections):
            continue
        yield make_discrepancy(
            "mud-peer-undeclared",
            PRODUCT,
            f"{claim.source} allows {flow}, but no declared connection has the peer {flow.peer}; declare it, "
            "or take it out of the description",
            declared=None,
            evidenced=[claim],
            properties=["network.flow", "endpoint.peer", "network.restrictive"],
            error=is_authoritative(claim),
        )


def undeclared_port(scene: Scene) -> Iterator[Discrepancy]:
    """The description opens a port, or lets the device use one, that the profile does not declare."""
    connections = _connections(scene)
    open_ports = _open_ports(scene, connections)
    for claim, flow in _flows(scene):
        if flow.direction == "outbound":
            found = _permissive(claim, flow, connections)
            if found is not None:
                yield found
            continue
        if not open_ports.declared or _is_open(open_ports.ports, flow) or _is_usual(flow, connections):
            continue
        if flow.direction == "both" and any(_covers(c, flow) for c in connections):
            continue
        yield make_discrepancy(
            "port-undeclared",
            PRODUCT,
            f"{claim.source} lets a peer open {flow}, but no declared interface or connection listens there; "
            "declare it, or close it",
            declared=None,
            evidenced=[claim],
            properties=["network.flow", "interface.port", "endpoint.port"],
            error=is_authoritative(claim),
        )


def _permissive(claim: Claim, flow: Flow, connections: list[_Connection]) -> Discrepancy | None:
    """A declared peer may be reached on other ports than the declared ones."""
    same = [c for c in connections if _has_peer(c, flow)]
    if not same or not _is_named(flow) or any(_covers(c, flow) for c in same):
        return None
    ports = ", ".join(sorted({f"{c.transport or 'any'}/{c.port or 'any'}" for c in same}))
    return make_discrepancy(
        "mud-permissive",
        PRODUCT,
        f"{claim.source} allows {flow}, but the connections declared to that peer use {ports}; "
        "narrow the description, or declare the connection",
        declared=None,
        evidenced=[claim],
        properties=["network.flow", "network.restrictive", "endpoint.port"],
        error=is_authoritative(claim),
    )


# --- the two sides ------------------------------------------------------------------------------


def _flows(scene: Scene) -> Iterator[tuple[Claim, Flow]]:
    for claim in scene.table.about(PRODUCT, "network.flow"):
        if claim.other:
            continue
        try:
            yield claim, Flow.parse(str(claim.value))
        except ValueError:  # no decoder shows one; a kind that somebody adds might
            continue


def _connections(scene: Scene) -> list[_Connection]:
    subjects = dict.fromkeys(c.subject for c in scene.table.of("endpoint.name"))
    return [
        _Connection(
            subject,
            _declared(scene, subject, "endpoint.protocol"),
            _declared(scene, subject, "endpoint.direction"),
            _declared(scene, subject, "endpoint.transport"),
            _declared(scene, subject, "endpoint.port"),
            str(_declared(scene, subject, "endpoint.peer") or ""),
        )
        for subject in subjects
    ]


def _declared(scene: Scene, subject: Subject, property: str) -> Value | None:
    return next((c.value for c in scene.table.about(subject, property) if is_declared(c)), None)


class _OpenPorts(NamedTuple):
    """Where the declared product listens: transport (None: not said) and port (None: not said)."""

    ports: frozenset[tuple[Value | None, Value | None]]
    declared: bool


def _open_ports(scene: Scene, connections: Iterable[_Connection]) -> _OpenPorts:
    """Ports of declared interfaces, and of connections that the other side opens."""
    interfaces = dict.fromkeys(c.subject for c in scene.table.of("interface.name"))
    found = {
        (_declared(scene, subject, "interface.transport"), _declared(scene, subject, "interface.port"))
        for subject in interfaces
        if _declared(scene, subject, "interface.port") is not None
    }
    found |= {(c.transport, c.port) for c in connections if c.direction in (None, "inbound", "both")}
    said = any(scene.table.of(id) for id in ("interface.any", "endpoint.any"))
    return _OpenPorts(frozenset(found), said)


# --- fitting ------------------------------------------------------------------------------------


def _is_named(flow: Flow) -> bool:
    """Whether a flow's peer is one that a declaration can name: a host or a network."""
    return flow.peer_kind in ("dns", "net")


def _has_peer(connection: _Connection, flow: Flow) -> bool:
    """Whether a connection's declared peer names the flow's host or network, as a word of its own."""
    wanted = flow.peer_name.casefold()
    words = (word.rstrip(".").casefold() for word in _WORD.findall(connection.peer))
    return any(wanted in (word, _without_port(word)) for word in words) or (
        "/" in wanted and wanted in connection.peer.casefold()
    )


def _without_port(word: str) -> str:
    host, colon, port = word.rpartition(":")
    return host if colon and port.isdigit() and ":" not in host else word


def _covers(connection: _Connection, flow: Flow) -> bool:
    """Whether direction, transport and port fit what is declared."""
    if flow.direction == "both" and connection.direction not in (None, "both"):
        return False
    usual = USUAL_PORTS.get(str(connection.protocol)) if connection.port is None else None
    if usual is not None:
        return any(_fits_port(port, flow) for port in usual)
    return _fits_transport(connection.transport, flow) and _fits_port(connection.port, flow)


def _fits_transport(transport: Value | None, flow: Flow) -> bool:
    return transport is None or transport == flow.transport


def _fits_port(port: Value | None, flow: Flow) -> bool:
    return port is None or flow.ports == (port, port)


def _is_open(ports: Iterable[tuple[Value | None, Value | None]], flow: Flow) -> bool:
    return any(_fits_transport(transport, flow) and _fits_port(port, flow) for transport, port in ports)


def _is_usual(flow: Flow, connections: Iterable[_Connection]) -> bool:
    """Whether it is a service of the network that the profile declares to use, whoever offers it.

    The device asks for such a service: what a peer may open towards it is none.
    """
    return flow.direction == "outbound" and any(
        flow.ports == (port, port)
        for connection in connections
        for port in USUAL_PORTS.get(str(connection.protocol), ())
        if connection.direction != "inbound" and _fits_transport(connection.transport, flow)
    )
