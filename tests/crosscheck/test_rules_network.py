"""A network description against the connections and interfaces that the profile declares."""

import pytest

from iotassess.crosscheck.pipeline import crosscheck
from iotassess.model.artefact import Shown
from iotassess.model.claim import PRODUCT, Subject
from tests.crosscheck.scene import PROPERTIES, artefact, declare, profile

URL = "https://maker.example/mud.json"
PEER = "updates.maker.example"


def described(*flows, url=URL, restrictive=None, **fields):
    shown = [
        Shown(PRODUCT, "network.mud-url", url, "mud_url"),
        *(Shown(PRODUCT, "network.flow", flow, f"acl[0].ace[{i}]") for i, flow in enumerate(flows)),
    ]
    if restrictive is not None:
        shown.append(Shown(PRODUCT, "network.restrictive", restrictive, "acl[0]"))
    return artefact("mud", "network", shown, **fields)


def connection(name, **answers):
    subject = Subject("endpoint", name)
    return [
        declare("endpoint.any", True),
        declare("endpoint.name", name, subject),
        *(declare(f"endpoint.{key}", value, subject) for key, value in answers.items()),
    ]


def interface(name, **answers):
    subject = Subject("interface", name)
    return [
        declare("interface.any", True),
        declare("interface.name", name, subject),
        *(declare(f"interface.{key}", value, subject) for key, value in answers.items()),
    ]


UPDATES = connection("updates", protocol="http", direction="outbound", transport="tcp", port=443, peer=PEER)
TIME = connection("time", protocol="ntp", direction="outbound")
WEB = interface("web", transport="tcp", port=8443)


def told(mud, *declared):
    found = crosscheck(
        [*profile(), declare("network.mud-url", URL), *(c for rows in declared for c in rows)],
        [],
        [mud],
        PROPERTIES,
        example=False,
    )
    return [(d.id, d.severity) for d in found.discrepancies]


@pytest.mark.parametrize(
    "flow",
    [
        f"outbound tcp/443 dns:{PEER}",
        "outbound udp/123 dns:pool.ntp.example",  # a declared service of the network, whoever offers it
        "outbound udp/5683 my-controller",  # no name that a declaration could have
        "inbound tcp/8443 local-networks",
    ],
)
def test_what_is_declared_is_in_order(flow):
    assert told(described(flow), UPDATES, TIME, WEB) == []


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        ("outbound tcp/443 dns:other.example", "mud-peer-undeclared"),
        (f"outbound tcp/443 dns:{PEER}.evil.example", "mud-peer-undeclared"),
        (f"outbound tcp/443 dns:evil{PEER}", "mud-peer-undeclared"),
        ("outbound tcp/443 net:192.0.2.0/24", "mud-peer-undeclared"),
        (f"outbound tcp/any dns:{PEER}", "mud-permissive"),
        (f"outbound udp/443 dns:{PEER}", "mud-permissive"),
        ("inbound tcp/22 local-networks", "port-undeclared"),
        ("inbound tcp/any my-controller", "port-undeclared"),
        ("inbound udp/8443 local-networks", "port-undeclared"),
        ("both tcp/22 local-networks", "port-undeclared"),
        ("inbound udp/123 dns:time.example", "port-undeclared"),  # asking for the time opens no port
    ],
)
def test_what_is_not_declared_is_told(flow, expected):
    assert told(described(flow), UPDATES, TIME, WEB) == [(expected, "error")]


def test_a_description_that_nobody_signed_only_doubts():
    mud = described("outbound tcp/443 dns:other.example", authenticity="unsigned", signatures=())
    mud = artefact(
        "mud",
        "network",
        [s._replace(covered=False) for s in mud.shown],
        authenticity="unsigned",
        signatures=(),
    )
    assert told(mud, UPDATES) == [("mud-peer-undeclared", "warning")]


def test_a_description_of_another_product_says_nothing_about_this_one():
    mud = described("outbound tcp/443 dns:other.example", url="https://other.example/mud.json")
    assert {id for id, _ in told(mud, UPDATES)} == {"mud-url-mismatch", "evidence-for-other-product"}


def test_without_declared_connections_there_is_nothing_to_hold_a_peer_against():
    assert told(described("outbound tcp/443 dns:other.example", "inbound tcp/22 any")) == []


def test_a_connection_that_says_less_fits_more():
    anywhere = connection("cloud", peer=f"the maker's cloud, {PEER}:443")
    assert told(described(f"outbound udp/99 dns:{PEER}"), anywhere) == []


def test_a_network_may_be_declared_as_such():
    plant = connection("plant", peer="192.0.2.0/24 in the plant", direction="outbound")
    assert told(described("outbound tcp/502 net:192.0.2.0/24"), plant) == []


def test_a_description_that_allows_any_peer_contradicts_one_that_is_said_to_be_narrow():
    assert told(described(restrictive=False), [declare("network.restrictive", True)]) == [
        ("mud-permissive", "error")
    ]
    assert told(described(restrictive=False), [declare("network.restrictive", False)]) == []


def test_a_flow_in_no_known_form_is_passed_over():
    assert told(described("sideways tcp/1 any", "outbound tcp any", ""), UPDATES) == []
