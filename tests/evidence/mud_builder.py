"""MUD files made on the spot: a small good one, and what tests change in it."""

from __future__ import annotations

import json
from typing import Any

from iotassess.evidence.context import Companion, Context
from iotassess.evidence.reading import read as read_any
from iotassess.evidence.trust import TrustStore
from tests.evidence import cms_builder as build
from tests.evidence.signing import ALICE, AS_OF, leaf, middle, named, root

Json = dict[str, Any]
PEER = "updates.example"
URL = "https://maker.example/mud.json"


def ace(name: str, forwarding: str = "accept", **matches: Any) -> Json:
    """One entry; ``mud=`` stands for ``ietf-mud:mud``."""
    if "mud" in matches:
        matches["ietf-mud:mud"] = matches.pop("mud")
    return {"name": name, "matches": matches, "actions": {"forwarding": forwarding}}


def to_peer(peer: str = PEER, protocol: int = 6) -> Json:
    return {"protocol": protocol, "ietf-acldns:dst-dnsname": peer}


def from_peer(peer: str = PEER, protocol: int = 6) -> Json:
    return {"protocol": protocol, "ietf-acldns:src-dnsname": peer}


def eq(port: int) -> Json:
    return {"operator": "eq", "port": port}


def policy(*names: str) -> Json:
    return {"access-lists": {"access-list": [{"name": name} for name in names]}}


FROM = (ace("out", ipv4=to_peer(), tcp={"destination-port": eq(443)}),)
TO = (ace("back", ipv4=from_peer(), tcp={"source-port": eq(443)}),)


def document(
    outgoing: Any = FROM, incoming: Any = TO, *, drop: tuple[str, ...] = (), top: Any = None, **leaves: Any
) -> Json:
    """A MUD file; underscores in the names of leaves stand for hyphens."""
    mud: Json = {
        "mud-version": 1,
        "mud-url": URL,
        "last-update": "2026-10-31T12:00:00Z",
        "cache-validity": 48,
        "is-supported": True,
        "from-device-policy": policy("from"),
        "to-device-policy": policy("to"),
    }
    mud |= {name.replace("_", "-"): value for name, value in leaves.items()}
    for name in drop:
        del mud[name]
    lists = [
        {"name": "from", "type": "ipv4-acl-type", "aces": {"ace": list(outgoing)}},
        {"name": "to", "type": "ipv4-acl-type", "aces": {"ace": list(incoming)}},
    ]
    return {"ietf-mud:mud": mud, "ietf-access-control-list:acls": {"acl": lists}} | (top or {})


def data(*args: Any, **choices: Any) -> bytes:
    return json.dumps(document(*args, **choices)).encode()


def anchor(**choices: Any) -> Any:
    return named(ALICE, "signer", **{"purpose": "network", **choices})


CHAIN = (leaf(), middle(), root())


def signature(file: bytes, key: Any = ALICE, **choices: Any) -> bytes:
    return build.signed(file, key, CHAIN, detached=True, **choices)


def context(*anchors: Any, path: str = "mud.json", beside: Any = (), as_of: Any = AS_OF) -> Context:
    companions = tuple(Companion(name, content) for name, content in beside)
    return Context(path, TrustStore(anchors), as_of, companions=companions)


def read(file: bytes, *anchors: Any, **choices: Any) -> Any:
    return read_any(file, context(*anchors, **choices))


def read_signed(file: bytes | None = None, **choices: Any) -> Any:
    """Read a file with a good signature by a key that the user named."""
    file = data(**choices) if file is None else file
    return read(file, anchor(), beside=[("mud.p7s", signature(file))])


def ids(artefact: Any) -> set[str]:
    return {found.id for found in artefact.problems}


def shown(artefact: Any, property_: str) -> list[Any]:
    return [one.value for one in artefact.shown if one.property == property_]


def flows(artefact: Any) -> list[Any]:
    return shown(artefact, "network.flow")
