"""MUD files, plain and in a CMS signature."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.evidence import cms_builder as cms
from tests.evidence import mud_builder as build

PEERS = st.sampled_from(["updates.example", "ntp.example", "", "x" * 300])
NETWORKS = st.sampled_from(["192.0.2.0/24", "2001:db8::/32", "0.0.0.0/0", "10.0.0.1", "x"])
PORTS = st.integers(-1, 70000).map(build.eq) | st.just({"lower-port": 1, "upper-port": 9})
MATCHES = st.fixed_dictionaries(
    {},
    optional={
        "ipv4": st.fixed_dictionaries(
            {},
            optional={
                "protocol": st.integers(0, 300),
                "ietf-acldns:dst-dnsname": PEERS,
                "destination-ipv4-network": NETWORKS,
            },
        ),
        "ipv6": st.fixed_dictionaries(
            {}, optional={"ietf-acldns:src-dnsname": PEERS, "source-ipv6-network": NETWORKS}
        ),
        "tcp": st.fixed_dictionaries(
            {},
            optional={
                "destination-port": PORTS,
                "ietf-mud:direction-initiated": st.sampled_from(["from-device", "x"]),
            },
        ),
        "udp": st.fixed_dictionaries({}, optional={"source-port": PORTS}),
        "mud": st.sampled_from(
            [{"local-networks": [None]}, {"controller": "urn:x"}, {"my-controller": [None]}, {}]
        ),
        "eth": st.just({"ethertype": "0x0800"}),
    },
)
ENTRIES = st.lists(
    st.builds(
        lambda name, forwarding, matches: build.ace(name, forwarding, **matches),
        st.text(min_size=1, max_size=8),
        st.sampled_from(["accept", "drop", "reject", 7]),
        MATCHES,
    ),
    max_size=6,
)
LEAVES = st.fixed_dictionaries(
    {},
    optional={
        "mud_version": st.integers(0, 3),
        "cache_validity": st.integers(-1, 400),
        "is_supported": st.booleans(),
        "systeminfo": st.text(max_size=70),
        "last_update": st.sampled_from(["2026-10-31T12:00:00Z", "2026-10-31T12:00:00+02:00", "yesterday"]),
        "mud_url": st.sampled_from([build.URL, "http://plain.example/x", "\u202e"]),
        "extensions": st.lists(st.text(max_size=50), max_size=3),
    },
)


def _document(outgoing: list[Any], incoming: list[Any], leaves: dict[str, Any]) -> bytes:
    return json.dumps(build.document(outgoing, incoming, **leaves)).encode()


plain = st.builds(_document, ENTRIES, ENTRIES, LEAVES)
signed = plain.map(lambda data: cms.signed(data, build.ALICE, build.CHAIN))
