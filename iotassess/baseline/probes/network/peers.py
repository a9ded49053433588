"""Probes about whom the device talks to, and with whose credentials."""

from __future__ import annotations

from iotassess.baseline.answers import Answer
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import Only, does_not_arise, each
from iotassess.baseline.probes.network._asking import (
    ENDPOINT,
    PLUMBING,
    at_least,
    each_connection,
    verified_peer,
)
from iotassess.baseline.registry import probe
from iotassess.model.claim import Subject

YES = (True,)
NO = (False,)


@probe(
    "peers-verified",
    question="Does the device verify every peer before it trusts it?",
    reads=("endpoint.any", *ENDPOINT, "endpoint.peer-validation"),
    kind="document",
)
def peers_verified(facts: Facts) -> Answer:
    """The device knows whom it talks to.

    Looks at: endpoint.peer-validation of every connection.

    Why it matters: data is as trustworthy as the one who sent it.

    Decides: met by a pinned key, a certificate chain, a pre-shared or raw public key, or attestation; weaker
    by trust on first use, and by none for DNS, mDNS, DHCP and NTP; unmet by none; indeterminate for a
    connection of which nothing is said; does not arise without connections.

    References: RFC 9525; RFC 9325; ENISA GP-TM-42.
    """

    def ask(connection: Subject) -> Answer:
        plumbing = facts.declared("endpoint.protocol", connection) in PLUMBING
        return facts.judge(
            "endpoint.peer-validation",
            ("pinned", "ca-chain", "psk", "raw-public-key", "attestation"),
            weaker=("trust-on-first-use", "none") if plumbing else ("trust-on-first-use",),
            subject=connection,
            say="the verification of the peer",
        )

    return each_connection(facts, ("endpoint.peer-validation",), ask)


@probe(
    "connections-mutually-authenticated",
    question="Do both sides of every connection authenticate?",
    reads=("endpoint.any", *ENDPOINT, "endpoint.mutual-auth"),
    kind="document",
)
def connections_mutually_authenticated(facts: Facts) -> Answer:
    """Others know that they talk to this device.

    Looks at: endpoint.mutual-auth of every connection.

    Why it matters: a service that does not know the device takes data from anybody.

    Decides: met when both sides authenticate; weaker when only one does; indeterminate for a connection of
    which nothing is said; does not arise without connections.

    References: ENISA GP-TM-42.
    """
    return each_connection(
        facts,
        ("endpoint.mutual-auth",),
        lambda connection: facts.judge(
            "endpoint.mutual-auth", YES, weaker=NO, subject=connection, say="mutual authentication"
        ),
    )


@probe(
    "listeners-authenticate",
    question="Does the device authenticate whoever connects to it?",
    reads=("endpoint.any", *ENDPOINT, "endpoint.mutual-auth", "endpoint.peer-validation"),
    kind="document",
)
def listeners_authenticate(facts: Facts) -> Answer:
    """Nobody unknown gets a connection.

    Looks at: endpoint.mutual-auth and endpoint.peer-validation of every connection that can come in.

    Why it matters: a service that answers anybody is found by everybody.

    Decides: met when both sides authenticate or the peer is verified otherwise; weaker by trust on first use;
    unmet when neither; indeterminate for a connection of which nothing is said; does not arise when no
    connection comes in.

    References: ENISA GP-TM-44.
    """
    return each(
        facts,
        "endpoint",
        (*ENDPOINT, "endpoint.mutual-auth", "endpoint.peer-validation"),
        lambda connection: verified_peer(facts, connection),
        only=Only("endpoint.direction", ("inbound", "both")),
        empty=does_not_arise("no connection comes in"),
    )


@probe(
    "connection-credentials-per-device",
    question="Does the device authenticate with credentials of its own?",
    reads=("endpoint.any", *ENDPOINT, "endpoint.credentials"),
    kind="document",
)
def connection_credentials_per_device(facts: Facts) -> Answer:
    """No connection rests on a secret of the whole family.

    Looks at: endpoint.credentials of every connection.

    Why it matters: a key that every device has is known as soon as one device is opened.

    Decides: met by a certificate, a raw public key, a token, a pre-shared key of the device, or none; weaker
    by a password, which may be the same elsewhere; unmet by a key of the product family; indeterminate for a
    connection of which nothing is said; does not arise without connections.

    References: ENISA GP-TM-48 and GP-TM-49.
    """
    return each_connection(
        facts,
        ("endpoint.credentials",),
        lambda connection: facts.judge(
            "endpoint.credentials",
            ("certificate", "raw-public-key", "token", "psk-device", "none"),
            weaker=("password",),
            subject=connection,
            say="the credentials",
        ),
    )


@probe(
    "insecure-services-absent",
    question="Is the device free of protocols that are insecure by design?",
    reads=("endpoint.any", *ENDPOINT, "endpoint.version"),
    kind="document",
)
def insecure_services_absent(facts: Facts) -> Answer:
    """No protocol is in use that has no security to switch on.

    Looks at: endpoint.protocol of every connection.

    Why it matters: Telnet with a default password is how the large botnets grew.

    Decides: unmet by Telnet, FTP or TFTP that nothing protects; weaker by them under a protection, and by
    SNMP before version 3 or of an undeclared version; met otherwise; indeterminate for a connection of which
    nothing is said; does not arise without connections.

    References: ENISA GP-TM-08.
    """

    def ask(connection: Subject) -> Answer:
        protocol = facts.declared("endpoint.protocol", connection)
        if protocol == "snmp":
            version = facts.judge(
                "endpoint.version", at_least((3,)), weaker=lambda _: True, subject=connection, say="SNMP"
            )
            weak = Answer("weaker", f"{connection} is SNMP of an undeclared version")
            return weak if version.outcome == "indeterminate" else version
        protected = facts.declared("endpoint.security", connection) not in (None, "none")
        insecure = ("telnet", "ftp", "tftp")
        return facts.judge(
            "endpoint.protocol",
            lambda value: value not in insecure,
            weaker=insecure if protected else (),
            subject=connection,
            say="the protocol",
        )

    return each_connection(facts, (), ask)


@probe(
    "connections-absent",
    question="Is the product declared to have no connection at all?",
    reads=("endpoint.any",),
    kind="document",
)
def connections_absent(facts: Facts) -> Answer:
    """The product communicates with nobody.

    Looks at: whether the declared list of connections is empty.

    Why it matters: what is asked of connections does not arise where there are none.

    Decides: met when the list is declared empty; unmet when it is not; indeterminate when nothing is said.

    References: our convention for the ENISA rows that presuppose connections.
    """
    return facts.judge("endpoint.any", NO, say="whether there are connections")
