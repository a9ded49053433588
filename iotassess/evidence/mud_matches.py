"""What one access control entry matches: protocol, ports and peers (RFC 8519, RFC 8520 section 8).

Names of drafts before RFC 8519, which most files in the field still have, are read as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any, Final, NamedTuple

from iotassess.evidence.eat_reading import clip
from iotassess.evidence.mud_reading import Reading, is_host, is_int, is_uri, local_name
from iotassess.model.flow import MAX_PORT

PortRanges = tuple[tuple[int, int], ...]
"""Ranges of ports; empty for any."""

_TRANSPORTS: Final = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp"}
_LAYER_4: Final = {"tcp": 6, "udp": 17, "tcp-acl": 6, "udp-acl": 17}
_NETWORKS: Final = {
    **{f"source-{ip}-network": "source" for ip in ("ipv4", "ipv6")},
    **{f"destination-{ip}-network": "destination" for ip in ("ipv4", "ipv6")},
}
_NAMES: Final = {"src-dnsname": "source", "dst-dnsname": "destination"}
_PORTS: Final = {
    **{f"source-port{rest}": "source" for rest in ("", "-range-or-operator")},
    **{f"destination-port{rest}": "destination" for rest in ("", "-range-or-operator")},
}
_NARROWING: Final = frozenset(
    {
        *("dscp", "ecn", "length", "ttl", "ihl", "flags", "offset", "identification", "flow-label"),
        *("sequence-number", "acknowledgement-number", "data-offset", "reserved", "window-size"),
        *("urgent-pointer", "options", "code", "rest-of-header"),
    }
)
"""Header fields of RFC 8519 that narrow a match further and say nothing about peers or ports."""

_WITHOUT_IP: Final = frozenset({0x0806, 0x8035, 0x888E, 0x88CC, 0x88F7, 0x8892})
"""Types of frames that carry no IP: ARP, RARP, EAPOL, LLDP, PTP, PROFINET (IEEE 802 EtherType registry). What
others carry (VLAN tags, tunnels, encryption) is not told, so that such an entry reaches anybody."""

_CLASSES: Final = ("my-controller", "local-networks", "same-manufacturer")
_EMPTY: Final = [None]
"""How JSON writes a leaf of type empty (RFC 7951 section 6.9)."""

_MOST_SPECIFIC_FIRST: Final = (
    *("controller", "my-controller", "model", "manufacturer", "same-manufacturer", "local-networks"),
)


class Match(NamedTuple):
    """What an entry matches.

    Attributes:
        protocol: IP protocol number, or None for any.
        source_ports: of the sender.
        destination_ports: of the receiver.
        source: peer in the sender's place ("dns:…", "net:…"), or "".
        destination: peer in the receiver's place, or "".
        classes: classes of peers that RFC 8520 section 8 defines, the most specific first.
        initiated: "from-device", "to-device" or "".
        icmp_type: type of the ICMP message, or None.
        unseen: names of matches that are not evaluated: they may narrow the entry in any way.
        link_layer: it is about frames that carry no IP.
    """

    protocol: int | None = None
    source_ports: PortRanges = ()
    destination_ports: PortRanges = ()
    source: str = ""
    destination: str = ""
    classes: tuple[str, ...] = ()
    initiated: str = ""
    icmp_type: int | None = None
    unseen: tuple[str, ...] = ()
    link_layer: bool = False

    @property
    def transport(self) -> str:
        """Transport as flows have it."""
        if self.protocol is None:
            return "any"
        return _TRANSPORTS.get(self.protocol, str(self.protocol))


def read_match(matches: Mapping[str, Any], reading: Reading, at: str) -> Match:
    """Read the ``matches`` of one entry.

    Args:
        matches: the object.
        reading: where problems go.
        at: its claim path.
    """
    reader = _Reader(reading, at)
    for key in matches:
        name = local_name(key)
        place = f"{at}.{key}"
        if name in ("ipv4", "ipv6", "ipv4-acl", "ipv6-acl"):
            reader.layer_3(reading.mapping(matches, key, place), place)
        elif name in _LAYER_4:
            reader.protocol(_LAYER_4[name], place)
            reader.layer_4(reading.mapping(matches, key, place), place)
        elif name == "icmp":
            reader.icmp(reading.mapping(matches, key, place), place)
        elif name in ("mud", "mud-acl"):
            reader.classes(reading.mapping(matches, key, place), place)
        elif name in ("eth", "l2-acl"):
            reader.ethernet(reading.mapping(matches, key, place), place)
        else:
            reader.unseen.append(key)
    return reader.match()


class _Reader:
    """Collects the parts of one match."""

    def __init__(self, reading: Reading, at: str) -> None:
        self.reading = reading
        self.at = at
        self.fields: dict[str, Any] = {}
        self.found: list[str] = []
        self.unseen: list[str] = []
        self.ethertype: int | None = None
        self.has_layer_3 = False

    def match(self) -> Match:
        link_layer = self.ethertype in _WITHOUT_IP and not self.has_layer_3
        ordered = sorted(self.found, key=lambda peer: _MOST_SPECIFIC_FIRST.index(peer.partition(":")[0]))
        return Match(**self.fields, classes=tuple(ordered), unseen=tuple(self.unseen), link_layer=link_layer)

    def refuse(self, at: str, value: Any, expected: str) -> None:
        """Report a part that cannot be read. Nobody can tell then what the entry matches."""
        self.reading.refuse(at, value, expected)
        self.unseen.append(at.removeprefix(f"{self.at}."))

    def protocol(self, number: Any, at: str) -> None:
        known = self.fields.get("protocol")
        if not is_int(number, 0, 255):
            self.refuse(at, number, "a protocol number from 0 to 255")
        elif known not in (None, number) and {known, number} != {1, 58}:
            self.refuse(at, number, f"protocol {known}, as the same entry has it elsewhere")
        else:
            self.fields["protocol"] = number if known is None else known

    def layer_3(self, fields: Mapping[str, Any], at: str) -> None:
        self.has_layer_3 = True
        for key, value in fields.items():
            name, place = local_name(key), f"{at}.{key}"
            if name == "protocol":
                self.protocol(value, place)
            elif name in _NETWORKS:
                self.network(_NETWORKS[name], value, place)
            elif name in _NAMES:
                self.host(_NAMES[name], value, place)
            elif name in _PORTS:  # in drafts ports stood here
                self.ports(_PORTS[name], value, place)
            elif name not in _NARROWING:
                self.unseen.append(f"{place.removeprefix(f'{self.at}.')}")

    def layer_4(self, fields: Mapping[str, Any], at: str) -> None:
        self.has_layer_3 = True
        for key, value in fields.items():
            name, place = local_name(key), f"{at}.{key}"
            if name in _PORTS:
                self.ports(_PORTS[name], value, place)
            elif name == "direction-initiated":
                if value in ("from-device", "to-device"):
                    self.fields["initiated"] = value
                else:
                    self.refuse(place, value, '"from-device" or "to-device"')
            elif name not in _NARROWING:
                self.unseen.append(f"{place.removeprefix(f'{self.at}.')}")

    def icmp(self, fields: Mapping[str, Any], at: str) -> None:
        self.has_layer_3 = True
        if self.fields.get("protocol") != 58:
            self.protocol(1, at)
        kind = fields.get("type")
        if kind is None:
            return
        if is_int(kind, 0, 255):
            self.fields["icmp_type"] = kind
        else:
            self.refuse(f"{at}.type", kind, "a type from 0 to 255")

    def ethernet(self, fields: Mapping[str, Any], at: str) -> None:
        """Only the type of the frame is looked at: whether it carries IP."""
        value = fields.get("ethertype")
        try:
            self.ethertype = int(value, 16) if isinstance(value, str) else None
        except ValueError:
            self.refuse(f"{at}.ethertype", value, "a number in hex")

    def host(self, side: str, value: Any, at: str) -> None:
        if not is_host(value):
            self.refuse(at, value, "a host name")
            return
        try:
            self.fields[side] = f"net:{ip_network(ip_address(value))}"
        except ValueError:
            self.fields[side] = f"dns:{value.lower().rstrip('.')}"

    def network(self, side: str, value: Any, at: str) -> None:
        try:
            network = ip_network(value, strict=False) if isinstance(value, str) else None
        except ValueError:
            network = None
        if network is None:
            self.refuse(at, value, "a network with its prefix length, like 192.0.2.0/24")
        elif network.prefixlen and side not in self.fields:  # every address there is restricts nothing
            self.fields[side] = f"net:{network}"

    def ports(self, side: str, value: Any, at: str) -> None:
        ranges = _port_ranges(value)
        if ranges is None:
            self.refuse(at, clip(str(value)), "an operator with a port, or a lower and an upper port")
        else:
            self.fields[f"{side}_ports"] = ranges

    def classes(self, fields: Mapping[str, Any], at: str) -> None:
        for key, value in fields.items():
            name, place = local_name(key), f"{at}.{key}"
            if name in _CLASSES:
                if value == _EMPTY:
                    self.found.append(name)
                else:
                    self.refuse(place, value, "[null], as JSON writes an empty leaf")
            elif name in ("controller", "model"):
                if is_uri(value):
                    self.found.append(f"{name}:{value}")
                else:
                    self.refuse(place, value, "a URI")
            elif name == "manufacturer":
                if is_host(value):
                    self.found.append(f"{name}:{value.lower().rstrip('.')}")
                else:
                    self.refuse(place, value, "the maker's domain, as it stands in its MUD URLs")
            elif name == "direction-initiated":
                self.layer_4({key: value}, at)
            else:
                self.unseen.append(f"{place.removeprefix(f'{self.at}.')}")


def _port_ranges(value: Any) -> PortRanges | None:
    """Read ``port-range-or-operator`` (RFC 8519 section 4.2); None where it is none. () is any port."""
    if not isinstance(value, dict):
        return None
    lower: Any = value.get("lower-port")
    upper: Any = value.get("upper-port")
    if lower is not None or upper is not None:
        if not is_int(lower, 0, MAX_PORT) or not is_int(upper, lower, MAX_PORT):
            return None
        return () if (lower, upper) == (0, MAX_PORT) else ((lower, upper),)
    port: Any = value.get("port")
    operator = value.get("operator", "eq")
    if not is_int(port, 0, MAX_PORT):
        return None
    ranges: tuple[tuple[int, int], ...] | None = {
        "eq": ((port, port),),
        "lte": ((0, port),),
        "gte": ((port, MAX_PORT),),
        "neq": ((0, port - 1), (port + 1, MAX_PORT)),
    }.get(operator if isinstance(operator, str) else "")
    if ranges is None:
        return None
    ranges = tuple((first, last) for first, last in ranges if first <= last)
    return () if ranges == ((0, MAX_PORT),) else ranges
