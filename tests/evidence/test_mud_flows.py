"""From entries to flows: who opens what with whom, and which entries let anybody through."""

from __future__ import annotations

import pytest

from iotassess.evidence.mud_flows import MAX_FLOWS
from iotassess.model.flow import Flow
from tests.evidence.mud_builder import (
    FROM,
    PEER,
    TO,
    ace,
    eq,
    flows,
    from_peer,
    ids,
    read_signed,
    shown,
    to_peer,
)

LOCAL = {"local-networks": [None]}
OUT = f"outbound tcp/443 dns:{PEER}"


def resolved(outgoing=(), incoming=()):
    artefact = read_signed(outgoing=outgoing, incoming=incoming)
    assert artefact.wellformed
    for text in flows(artefact):
        assert str(Flow.parse(text)) == text
    return flows(artefact)


# --- who opens it -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outgoing", "incoming", "expected"),
    [
        pytest.param(FROM, TO, [OUT], id="the way back is a mirror"),
        pytest.param(FROM, (), [OUT], id="a way out alone"),
        pytest.param(
            (), TO, [f"inbound tcp/any dns:{PEER}"], id="a way back that nobody asked for may be opened"
        ),
        pytest.param(
            (ace("o", ipv4=to_peer(), tcp={"destination-port": eq(443)}),),
            (
                ace(
                    "i",
                    ipv4=from_peer(),
                    tcp={"source-port": eq(443), "ietf-mud:direction-initiated": "from-device"},
                ),
            ),
            [OUT],
            id="the way back says so itself",
        ),
        pytest.param(
            (ace("o", mud=LOCAL, tcp={"source-port": eq(80)}),),
            (
                ace(
                    "i",
                    mud=LOCAL,
                    tcp={"destination-port": eq(80), "ietf-mud:direction-initiated": "to-device"},
                ),
            ),
            ["inbound tcp/80 local-networks"],
            id="a service of the device and its answers",
        ),
        pytest.param(
            (ace("o", mud=LOCAL, tcp={"source-port": eq(80)}),),
            (),
            ["outbound tcp/any local-networks"],
            id="answers that nobody asked for",
        ),
        pytest.param(
            (),
            (ace("i", mud=LOCAL, udp={"destination-port": eq(5683)}),),
            ["inbound udp/5683 local-networks"],
            id="a service of the device",
        ),
        pytest.param(
            (ace("o", mud={"my-controller": [None]}),),
            (ace("i", mud={"my-controller": [None]}),),
            ["both any/any my-controller"],
            id="either may open it",
        ),
        pytest.param(
            (ace("o", mud=LOCAL, udp={"source-port": eq(68), "destination-port": eq(67)}),),
            (ace("i", mud=LOCAL, udp={"source-port": eq(67), "destination-port": eq(68)}),),
            ["outbound udp/67 local-networks"],
            id="both ports and their mirror",
        ),
        pytest.param(
            (ace("o", ipv4={"protocol": 1, "destination-ipv4-network": "192.0.2.1/32"}, icmp={"type": 8}),),
            (ace("i", ipv4={"protocol": 1, "source-ipv4-network": "192.0.2.1/32"}, icmp={"type": 0}),),
            ["outbound icmp/any net:192.0.2.1/32"],
            id="a ping and its reply",
        ),
        pytest.param(
            (),
            (ace("i", mud=LOCAL, ipv6={"protocol": 58}, icmp={"type": 129}),),
            ["inbound icmp/any local-networks"],
            id="a reply to nothing",
        ),
        pytest.param(
            (ace("o", ipv4={"protocol": 17}, udp={"destination-port": eq(53)}),),
            (ace("i", ipv4=from_peer(protocol=17), udp={"source-port": eq(53)}),),
            ["outbound udp/53 any"],
            id="a mirror of what may go to anybody",
        ),
        pytest.param(
            (),
            (ace("i", mud=LOCAL, tcp={"direction-initiated": "from-device", "source-port": eq(1)}),),
            ["outbound tcp/1 local-networks"],
            id="a name without its module",
        ),
        pytest.param(
            (ace("o", mud={**LOCAL, "direction-initiated": "to-device"}, tcp={"source-port": eq(1)}),),
            (),
            ["inbound tcp/1 local-networks"],
            id="the direction in its place in drafts",
        ),
    ],
)
def test_who_opens_an_exchange(outgoing, incoming, expected):
    assert resolved(outgoing, incoming) == expected


@pytest.mark.parametrize("forwarding", ["drop", "reject", "ietf-access-control-list:drop"])
def test_what_is_not_accepted_is_no_flow_and_ends_a_list_where_it_is_all(forwarding):
    assert resolved([ace("x", forwarding, ipv4=to_peer("a.example")), *FROM]) == [OUT]
    assert resolved([*FROM, ace("x", forwarding), ace("y", mud=LOCAL)]) == [OUT]
    assert resolved([ace("x", "ietf-access-control-list:accept", mud=LOCAL)]) == [
        "outbound any/any local-networks"
    ]


def test_the_same_of_two_families_is_one_flow():
    both = [
        ace("4", ipv4=to_peer(), tcp={"destination-port": eq(443)}),
        ace("6", ipv6=to_peer(PEER.upper() + "."), tcp={"destination-port": eq(443)}),
    ]
    assert resolved(both) == [OUT]


# --- what it matches ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matches", "expected"),
    [
        ({"mud": {"controller": "urn:ietf:params:mud:dns"}}, "any/any controller:urn:ietf:params:mud:dns"),
        ({"mud": {"same-manufacturer": [None]}}, "any/any same-manufacturer"),
        ({"mud": {"manufacturer": "Maker.example"}}, "any/any manufacturer:maker.example"),
        ({"mud": {"model": "https://m.example/x"}}, "any/any model:https://m.example/x"),
        ({"ietf-mud:mud-acl": {"local-networks": [None]}}, "any/any local-networks"),
        ({"mud": {"local-networks": [None], "controller": "urn:x:y"}}, "any/any controller:urn:x:y"),
        ({"ipv4": {"destination-ipv4-network": "192.0.2.77/24"}}, "any/any net:192.0.2.0/24"),
        ({"ipv6": {"destination-ipv6-network": "2001:db8::1/32"}}, "any/any net:2001:db8::/32"),
        ({"ipv4": {"ietf-acldns:dst-dnsname": "192.0.2.1"}}, "any/any net:192.0.2.1/32"),
        ({"ipv4": {"dst-dnsname": "a_b.example"}}, "any/any dns:a_b.example"),
        (
            {"mud": LOCAL, "ipv4": {"destination-ipv4-network": "224.0.0.251/32"}},
            "any/any net:224.0.0.251/32",
        ),
        ({"mud": LOCAL, "ipv4": {"destination-ipv4-network": "0.0.0.0/1"}}, "any/any local-networks"),
        ({"mud": LOCAL, "ipv4": {"destination-ipv4-network": "0.0.0.0/0"}}, "any/any local-networks"),
        (
            {"ipv4": {"destination-ipv4-network": "192.0.2.0/24", "ietf-acldns:dst-dnsname": "a.example"}},
            "any/any dns:a.example",
        ),
        (
            {"ipv4": {"ietf-acldns:dst-dnsname": "a.example", "destination-ipv4-network": "192.0.2.0/24"}},
            "any/any dns:a.example",
        ),
        ({"mud": LOCAL, "ipv4": {"protocol": 2, "ttl": 1, "dscp": 4}}, "2/any local-networks"),
        ({"mud": LOCAL, "ipv4": {"protocol": 0}}, "0/any local-networks"),
        (
            {"mud": LOCAL, "ipv6": {"protocol": 58}, "icmp": {"type": 128, "code": 0}},
            "icmp/any local-networks",
        ),
        ({"mud": LOCAL, "tcp": {"flags": "syn"}}, "tcp/any local-networks"),
        ({"mud": LOCAL, "udp": {}}, "udp/any local-networks"),
        ({"mud": LOCAL, "udp-acl": {"destination-port": {"port": 9}}}, "udp/9 local-networks"),
        ({"mud": LOCAL, "ipv4-acl": {"destination-port-range-or-operator": eq(9)}}, "any/9 local-networks"),
        (
            {"mud": LOCAL, "ipv4": {"protocol": 1, "destination-port-range-or-operator": eq(9)}},
            "icmp/any local-networks",
        ),
        ({"mud": LOCAL, "eth": {"ethertype": "0x0800"}}, "any/any local-networks"),
        ({"mud": LOCAL, "eth": {"destination-mac-address": "ff:ff:ff:ff:ff:ff"}}, "any/any local-networks"),
        ({"mud": LOCAL, "ipv4": {}, "eth": {"ethertype": "0x888e"}}, "any/any local-networks"),
    ],
)
def test_what_an_entry_matches(matches, expected):
    assert resolved([ace("x", **matches)]) == [f"outbound {expected}"]


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ({"operator": "eq", "port": 0}, ["0"]),
        ({"port": 7}, ["7"]),
        ({"operator": "lte", "port": 1023}, ["0-1023"]),
        ({"operator": "gte", "port": 1024}, ["1024-65535"]),
        ({"operator": "gte", "port": 0}, ["any"]),
        ({"operator": "lte", "port": 65535}, ["any"]),
        ({"operator": "neq", "port": 0}, ["1-65535"]),
        ({"operator": "neq", "port": 65535}, ["0-65534"]),
        ({"operator": "neq", "port": 80}, ["0-79", "81-65535"]),
        ({"lower-port": 5, "upper-port": 6}, ["5-6"]),
        ({"operator": "range", "lower-port": 5, "upper-port": 5}, ["5"]),
        ({"lower-port": 0, "upper-port": 65535}, ["any"]),
    ],
)
def test_ports_are_ranges(port, expected):
    assert resolved([ace("x", mud=LOCAL, udp={"destination-port": port})]) == [
        f"outbound udp/{text} local-networks" for text in expected
    ]


@pytest.mark.parametrize(
    "matches",
    [
        {"ipv4": {"protocol": 256}},
        {"ipv4": {"protocol": "tcp"}},
        {"ipv4": {"protocol": 17}, "tcp": {}},
        {"ipv4": {"protocol": 17}, "icmp": {}},
        {"ipv4": {"destination-ipv4-network": "here"}},
        {"ipv4": {"destination-ipv4-network": 1}},
        {"ipv4": {"ietf-acldns:dst-dnsname": "*.example"}},
        {"ipv4": {"ietf-acldns:dst-dnsname": ""}},
        {"ipv4": {"ietf-acldns:dst-dnsname": "a" * 300}},
        {"ipv4": 1},
        {"tcp": {"destination-port": 443}},
        {"tcp": {"destination-port": {"operator": "eq"}}},
        {"tcp": {"destination-port": {"operator": "is", "port": 1}}},
        {"tcp": {"destination-port": {"operator": 1, "port": 1}}},
        {"tcp": {"destination-port": {"port": 65536}}},
        {"tcp": {"destination-port": {"port": True}}},
        {"tcp": {"destination-port": {"lower-port": 2, "upper-port": 1}}},
        {"tcp": {"destination-port": {"lower-port": 2}}},
        {"tcp": {"ietf-mud:direction-initiated": "both"}},
        {"icmp": {"type": 256}},
        {"eth": {"ethertype": "ip"}},
        {"ietf-mud:mud": {"my-controller": True}},
        {"ietf-mud:mud": {"local-networks": False}},
        {"ietf-mud:mud": {"controller": "me"}},
        {"ietf-mud:mud": {"model": 1}},
        {"ietf-mud:mud": {"manufacturer": "a b"}},
    ],
)
def test_what_cannot_be_read_is_reported_and_makes_no_flow(matches):
    artefact = read_signed(outgoing=[ace("x", **matches), *FROM])
    assert ids(artefact) >= {"mud-malformed"}
    assert ids(artefact) == {"mud-malformed", "mud-any-any"}
    assert [found.at for found in artefact.problems if found.id == "mud-any-any"] == ["acls[0].aces[0]"]
    if matches != {"ipv4": 1}:
        assert flows(artefact) == [OUT]
        assert shown(artefact, "network.restrictive") == []


@pytest.mark.parametrize(
    "matches",
    [
        {"ingress-intf": "eth0"},
        {"ipv4": {"hello": 1}},
        {"tcp": {"hello": 1}},
        {"mud": {"ol:owners": [None]}},
    ],
)
def test_a_match_that_is_not_known_makes_the_entry_unresolved(matches):
    artefact = read_signed(outgoing=[ace("x", **matches), *FROM])
    assert flows(artefact) == [OUT]
    (left,) = artefact.claims["not_evaluated"]
    assert left.startswith("acls[0].aces[0]: ")
    (found,) = artefact.problems
    assert (found.id, found.severity, found.at) == ("mud-any-any", "warning", "acls[0].aces[0]")
    assert "nobody can tell whom the entry 'x' accepts traffic to" in found.message
    assert shown(artefact, "network.restrictive") == []
    assert artefact.wellformed


@pytest.mark.parametrize(
    ("matches", "forwarding"),
    [
        ({"ipv4": {**to_peer(), "hello": 1}}, "accept"),
        ({"mud": {**LOCAL, "ol:owners": [None]}}, "accept"),
        ({"eth": {"ethertype": "0x888e"}, "hello": 1}, "accept"),
        ({"hello": 1}, "drop"),
    ],
)
def test_an_unknown_match_of_an_entry_that_names_a_peer_or_lets_nothing_through_is_not_called_out(
    matches, forwarding
):
    """What is unknown can only narrow it: all parts of a match have to hold (RFC 8519 section 3)."""
    assert read_signed(outgoing=[ace("x", forwarding, **matches), *FROM]).problems == ()


def test_an_entry_to_the_device_of_which_nobody_can_tell_is_called_out():
    artefact = read_signed(incoming=[*TO, ace("x", hello=1, ipv4=to_peer())])
    (found,) = artefact.problems
    assert (found.id, found.at) == ("mud-any-any", "acls[1].aces[1]")
    assert "accepts traffic from" in found.message


def test_frames_that_carry_no_ip_are_no_flow():
    artefact = read_signed(
        outgoing=[ace("x", mud=LOCAL, eth={"ethertype": "0x888e"}), ace("y", eth={"ethertype": "0x888e"})]
    )
    assert artefact.problems == ()
    assert flows(artefact) == [f"inbound tcp/any dns:{PEER}"]


# --- any to any ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outgoing", "incoming"),
    [
        ([ace("x")], ()),
        ([ace("x", ipv4={"protocol": 6}, tcp={"destination-port": eq(443)})], ()),
        ([ace("x", ipv4={"destination-ipv4-network": "0.0.0.0/0"})], ()),
        ([ace("x", ipv6={"destination-ipv6-network": "::/0"})], ()),
        ([ace("x", ipv4={"destination-ipv4-network": "128.0.0.0/1"})], ()),
        ([ace("x", ipv6={"destination-ipv6-network": "2000::/3"})], ()),
        ([ace("x", ipv4={"source-ipv4-network": "192.0.2.0/24"})], ()),  # the device's own side
        ([ace("x", eth={"ethertype": "0x86dd"})], ()),
        ((), [ace("x", ipv4=to_peer())]),
        ((), [ace("x", ipv4={"protocol": 17}, udp={"destination-port": eq(5683)})]),
    ],
)
def test_an_entry_for_anybody_is_called_out(outgoing, incoming):
    artefact = read_signed(outgoing=outgoing, incoming=incoming)
    assert ids(artefact) == {"mud-any-any"}
    assert shown(artefact, "network.restrictive") == [False]


def test_nothing_shows_that_a_device_is_restricted():
    assert shown(read_signed(), "network.restrictive") == []


@pytest.mark.parametrize(
    "entry",
    [
        ace("x", "drop"),
        ace("x", mud={"my-controller": [None]}),
        ace("x", ipv4={"destination-ipv4-network": "10.0.0.0/8"}),
    ],
)
def test_an_entry_with_a_peer_or_that_drops_is_not_called_out(entry):
    assert ids(read_signed(outgoing=[entry])) == set()


def test_more_flows_than_any_product_needs_are_not_all_said():
    but = {"destination-port": {"operator": "neq", "port": 5}}  # two flows each: below and above
    many = [ace(str(n), ipv4=to_peer(f"a{n}.example"), tcp=but) for n in range(MAX_FLOWS // 2 + 2)]
    artefact = read_signed(outgoing=many, incoming=())
    assert len(flows(artefact)) == len(artefact.claims["flows"]) == MAX_FLOWS
    assert artefact.claims["not_evaluated"] == [f"flows beyond the first {MAX_FLOWS} of {MAX_FLOWS + 4}"]
