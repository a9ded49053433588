"""Probes about how the product as a whole behaves on a network."""

from __future__ import annotations

from iotassess.baseline.answers import Answer
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import is_text
from iotassess.baseline.registry import leaf, probe

YES = (True,)


@probe(
    "communication-restricted",
    question="Does the device communicate only with the peers that it needs?",
    reads=("network.restrictive", "endpoint.direction", "endpoint.peer"),
    kind="document",
)
def communication_restricted(facts: Facts) -> Answer:
    """The device talks to those whom it has to talk to, and it is said who they are.

    Looks at: network.restrictive; endpoint.direction and endpoint.peer of every declared connection.

    Why it matters: a device that talks to anybody can be used against anybody, and a list of needed peers is
    one only if it names them.

    Decides: met by "yes" where each declared connection names its peer, unless only the other side opens it;
    weaker where one does not; unmet by "no"; indeterminate when nothing is said.

    References: RFC 8520; ENISA GP-TM-43.
    """
    said = facts.judge("network.restrictive", YES, say="communication with needed peers only")
    if said.outcome != "met":
        return said
    nameless = [
        subject
        for subject in facts.subjects("endpoint", "endpoint.direction", "endpoint.peer")
        if facts.declared("endpoint.direction", subject) != "inbound"
        and not is_text(facts.declared("endpoint.peer", subject) or "")
    ]
    if nameless:
        return Answer("weaker", f"{nameless[0]} does not name its peer", said.claims)
    return said


leaf(
    "mud-file-published",
    "network.mud-url",
    is_text,
    question="Does the maker publish what the device needs to communicate with?",
    why="A network can hold a device to its intended communication only if somebody says what that is.",
    references="RFC 8520; ENISA GP-TM-43.",
    kind="evidence",
)
leaf(
    "mud-file-signed",
    "network.mud-signed",
    YES,
    question="Is the MUD file signed?",
    why="Whoever can change the file opens the network to the device, or the device to the network.",
    references="RFC 8520 section 13; ENISA GP-TM-43.",
    kind="evidence",
)
leaf(
    "unexpected-connections-refused",
    "network.default-deny",
    YES,
    question="Are incoming connections refused that are not expected?",
    why="What is not offered on purpose is offered by mistake.",
    references="ENISA GP-TM-44.",
)
leaf(
    "connections-selectively-disabled",
    "network.selective-disable",
    YES,
    question="Can single ports and connections be switched off?",
    why="An operator who cannot close one door has the choice between all and none.",
    references="ENISA GP-TM-45.",
)
leaf(
    "traffic-rate-limited",
    "network.rate-limited",
    YES,
    question="Is traffic limited in rate, sent and received?",
    why="Automated attacks live on speed, on the device as well as from it.",
    references="ENISA GP-TM-46.",
)
leaf(
    "network-segmented",
    "network.segmentation",
    YES,
    question="Is the system split so that a breach stays in one part?",
    why="In a flat network the weakest device is everybody's front door.",
    references="ENISA GP-TM-47.",
)
leaf(
    "compromise-contained",
    "network.compromise-contained",
    YES,
    question="Does the compromise of one device leave the others safe?",
    why="Some device of a fleet is always lost; the design decides whether it is the only one.",
    references="ENISA GP-TM-48.",
)
