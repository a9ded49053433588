"""The text of a flow: one way to write each, and nothing else is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.model.flow import CLASSES, Flow


@pytest.mark.parametrize(
    "text",
    [
        "outbound tcp/443 dns:updates.example",
        "inbound tcp/8000-8080 local-networks",
        "both udp/5353 net:224.0.0.251/32",
        "outbound any/any my-controller",
        "outbound icmp/any net:2001:db8::/32",
        "outbound 0/any any",
        "outbound 255/any manufacturer:maker.example",
        "outbound udp/0-65535 controller:urn:ietf:params:mud:dns",
        "both tcp/any model:https://maker.example/m.json",
        "inbound any/any same-manufacturer",
        "outbound any/443 any",
    ],
)
def test_a_text_is_read_and_written_the_same(text):
    assert str(Flow.parse(text)) == text


def test_its_parts_are_told_apart():
    flow = Flow.parse("outbound udp/53-54 controller:urn:a:b")
    assert flow == ("outbound", "udp", (53, 54), "controller:urn:a:b")
    assert (flow.peer_kind, flow.peer_name) == ("controller", "urn:a:b")
    assert (Flow.parse("both any/any any").ports, Flow.parse("both any/any any").peer_name) == (None, "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sideways tcp/1 any",
        "outbound tcp any",
        "outbound tcp/1",
        "outbound tcp/1 ",
        "outbound  tcp/1 any",
        "outbound tcp/1 any ",
        "outbound tcp/1 any\n",
        "outbound tcp/01 any",
        "outbound tcp/٣ any",
        "outbound tcp/65536 any",
        "outbound tcp/5-4 any",
        "outbound tcp/5-5 any",
        "outbound tcp/99999999999999999999 any",
        "outbound sctp/1 any",
        "outbound 6/any any",  # which is written tcp
        "outbound 256/any any",
        "outbound icmp/1 any",
        "outbound tcp/1 dns:",
        "outbound tcp/1 dns:Updates.example",
        "outbound tcp/1 dns:updates.example.",
        "outbound tcp/1 net:192.0.2.1/24",
        "outbound tcp/1 net:here",
        "outbound tcp/1 controller:",
        "outbound tcp/1 friend:bob",
        "outbound tcp/1 everybody",
        "outbound tcp/1 my-controller:x",
    ],
)
def test_what_is_not_canonical_is_no_flow(text):
    with pytest.raises(ValueError, match=r"no flow|no range"):
        Flow.parse(text)


@given(
    st.sampled_from(["outbound", "inbound", "both"]),
    st.sampled_from(["tcp", "udp"]),
    st.none() | st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(sorted).map(tuple),
    st.sampled_from([*CLASSES, "any", "dns:a.example", "net:10.0.0.0/8"]),
)
def test_every_flow_survives_its_text(direction, transport, ports, peer):
    flow = Flow(direction, transport, ports, peer)
    assert Flow.parse(str(flow)) == flow


@given(st.text(max_size=60))
def test_any_text_is_a_flow_or_a_value_error(text):
    try:
        assert str(Flow.parse(text)) == text
    except ValueError:
        return
