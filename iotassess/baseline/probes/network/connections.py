"""Probes about the connections that the device makes or accepts, one by one."""

from __future__ import annotations

from collections.abc import Callable

from iotassess.baseline.answers import Answer, all_of, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import Only, does_not_arise, each, silent
from iotassess.baseline.probes._names import judge_names, suite_strength
from iotassess.baseline.registry import probe
from iotassess.model.claim import Subject, Value

YES = (True,)
NO = (False,)

ENDPOINT = ("endpoint.protocol", "endpoint.security", "endpoint.direction")
"""By what the connections are found, beside what is asked."""

SESSIONS = ("tls", "dtls", "quic", "oscore", "ace-oscore", "cose", "atls", "attested-tls", "ssh")
"""Protections that reach from end to end, or at least from peer to peer."""

PLUMBING = ("dns", "mdns", "dhcp", "ntp")
"""Protocols that set a network up. Few of them have a protected form that networks offer."""

CARRIES = (
    "endpoint.carries-credentials",
    "endpoint.carries-personal-data",
    "endpoint.carries-configuration",
)

TLS_OLDEST = (1, 2)
"""Oldest version of TLS and DTLS that RFC 9325 still allows."""


def _each(facts: Facts, find: tuple[str, ...], ask: Callable[[Subject], Answer]) -> Answer:
    """Ask about every connection."""
    return each(
        facts,
        "endpoint",
        (*ENDPOINT, *find),
        ask,
        empty=does_not_arise("the product is declared to have no connection"),
    )


def _security(
    facts: Facts, connection: Subject, met: tuple[str, ...], weaker: tuple[str, ...] = ()
) -> Answer:
    """Judge what protects a connection.

    The protection of a link is all there is to ask of the link itself; for what is carried further it covers
    the first hop alone. A protocol that sets the network up and carries nothing of the product's drops out.
    """
    if facts.declared("endpoint.transport", connection) == "link":
        met = (*met, "link-layer")
    answer = facts.judge(
        "endpoint.security", met, weaker=(*weaker, "link-layer"), subject=connection, say="the protection"
    )
    plumbing = facts.declared("endpoint.protocol", connection) in PLUMBING
    if answer.outcome == "unmet" and plumbing:
        carried = [facts.declared(property, connection) for property in CARRIES]
        if all(value is False for value in carried):
            return does_not_arise(f"{connection} carries nothing of the product's")
        if not any(carried):
            return answer._replace(outcome="weaker")
    return answer


SECURITY_READS = (*ENDPOINT, "endpoint.transport", *CARRIES)


@probe(
    "connections-protected",
    question="Is every connection protected?",
    reads=("endpoint.any", *SECURITY_READS),
    kind="document",
)
def connections_protected(facts: Facts) -> Answer:
    """Nothing travels in clear.

    Looks at: endpoint.security of every connection, with its transport, protocol and what it carries.

    Why it matters: networks have listeners, and on the way from the device to a service there are many.

    Decides: met by TLS, DTLS, QUIC, OSCORE, COSE, ATLS, attested TLS or SSH, and by the link's own protection
    for a link; weaker by the link's protection for what is carried further; unmet by none. DNS, mDNS, DHCP
    and NTP in clear are weaker, and drop out when declared to carry nothing of the product's. Indeterminate
    for a connection of which nothing is said; does not arise without connections.

    References: RFC 9325; ENISA GP-TM-38.
    """
    return _each(facts, (), lambda connection: _security(facts, connection, SESSIONS))


@probe(
    "transport-security-current",
    question="Is every connection secured by a current version of a standard protocol?",
    reads=("endpoint.any", *SECURITY_READS, "endpoint.security-version"),
    kind="document",
)
def transport_security_current(facts: Facts) -> Answer:
    """Communication is secured by the state of the art.

    Looks at: endpoint.security and endpoint.security-version of every connection.

    Why it matters: old versions have flaws that every attack tool knows.

    Decides: met by TLS and DTLS from 1.2, QUIC, OSCORE, COSE, SSH from 2, and the protection of a link other
    than WEP and the first WPA; weaker by ATLS and attested TLS, which are not standards yet, and by the
    link's protection for what is carried further; unmet by older versions and by none; indeterminate for a
    version that is not declared. DNS, mDNS, DHCP and NTP as in connections-protected.

    References: RFC 9325; RFC 9846; RFC 9147; ENISA GP-TM-39.
    """

    def ask(connection: Subject) -> Answer:
        kind = _security(
            facts,
            connection,
            ("tls", "dtls", "quic", "oscore", "ace-oscore", "cose", "ssh"),
            ("atls", "attested-tls"),
        )
        current = _VERSIONS.get(str(facts.declared("endpoint.security", connection)))
        if kind.outcome not in ("met", "weaker") or current is None:
            return kind
        version = facts.judge("endpoint.security-version", current, subject=connection, say="the version")
        return all_of((kind, version))

    return _each(facts, ("endpoint.security-version",), ask)


def _at_least(oldest: tuple[int, ...]) -> Callable[[Value], bool]:
    """Make a test for a version in dotted numbers; what is not in numbers does not pass."""

    def test(value: Value) -> bool:
        parts = str(value).strip().split(".")
        if not all(part.isdecimal() for part in parts):
            return False
        return tuple(int(part) for part in parts) >= oldest

    return test


def _modern_link(value: Value) -> bool:
    """Whether a link's protection is not one of the broken ones."""
    return str(value).strip().upper().replace("-", "") not in ("WEP", "WPA", "WPA1", "WPATKIP", "TKIP")


_VERSIONS: dict[str, Callable[[Value], bool]] = {
    "tls": _at_least(TLS_OLDEST),
    "dtls": _at_least(TLS_OLDEST),
    "atls": _at_least(TLS_OLDEST),
    "attested-tls": _at_least(TLS_OLDEST),
    "ssh": _at_least((2,)),
}


@probe(
    "link-protection-current",
    question="Is the protection of every link a current one?",
    reads=("endpoint.any", *ENDPOINT, "endpoint.security-version"),
    kind="document",
)
def link_protection_current(facts: Facts) -> Answer:
    """No link is protected by a broken scheme.

    Looks at: endpoint.security-version of every connection whose protection is that of the link.

    Why it matters: a neighbour with a laptop opens WEP in minutes.

    Decides: unmet by WEP and the first WPA; met by another scheme, and where the scheme is declared by the
    protocol alone (Thread, Zigbee, Bluetooth, LoRaWAN have one each); indeterminate for Wi-Fi without a
    scheme; does not arise without such connections.

    References: IEEE 802.11; ENISA GP-TM-39.
    """

    def ask(connection: Subject) -> Answer:
        version = facts.judge(
            "endpoint.security-version", _modern_link, subject=connection, say="the scheme of the link"
        )
        if version.outcome != "indeterminate":
            return version
        others = ("thread", "zigbee", "ble", "lorawan", "matter")
        scheme = facts.judge("endpoint.protocol", others, subject=connection, say="the link")
        return scheme if scheme.outcome == "met" else version

    return each(
        facts,
        "endpoint",
        (*ENDPOINT, "endpoint.security-version"),
        ask,
        only=Only("endpoint.security", ("link-layer",)),
        empty=does_not_arise("no connection relies on the protection of its link"),
    )


@probe(
    "cipher-suites-strong",
    question="Are all cipher suites of TLS connections strong?",
    reads=(
        "endpoint.any",
        *ENDPOINT,
        "endpoint.cipher-suites",
        "endpoint.security-version",
    ),
    kind="document",
)
def cipher_suites_strong(facts: Facts) -> Answer:
    """No connection can be talked down to a weak cipher.

    Looks at: endpoint.cipher-suites of every connection over TLS or DTLS.

    Why it matters: both sides agree on what the weaker side accepts.

    Decides: met by authenticated encryption with forward secrecy, and by version 1.3 without a list, which
    has nothing else; weaker without one of the two, or with a 64-bit tag; unmet by null, export, anonymous,
    RC4, DES or MD5 suites; indeterminate by an unknown name, and when nothing is said; does not arise without
    such connections.

    References: RFC 9325 section 4; RFC 7925; ENISA GP-TM-39.
    """

    def ask(connection: Subject) -> Answer:
        suites = judge_names(
            facts,
            ("endpoint.cipher-suites",),
            suite_strength,
            say=f"the cipher suite of {connection}",
            subject=connection,
        )
        if suites.outcome != "indeterminate" or suites.claims:
            return suites
        new = facts.judge(
            "endpoint.security-version", _at_least((1, 3)), subject=connection, say="the version"
        )
        return new if new.outcome == "met" else suites

    return each(
        facts,
        "endpoint",
        (*ENDPOINT, "endpoint.cipher-suites"),
        ask,
        only=Only("endpoint.security", ("tls", "dtls", "atls", "attested-tls")),
        empty=does_not_arise("no connection is over TLS or DTLS"),
    )


@probe(
    "credentials-not-exposed",
    question="Do credentials travel in protected connections only?",
    reads=("endpoint.any", *ENDPOINT, "endpoint.transport", "endpoint.carries-credentials"),
    kind="document",
)
def credentials_not_exposed(facts: Facts) -> Answer:
    """No credential can be overheard.

    Looks at: endpoint.carries-credentials and endpoint.security of every connection.

    Why it matters: a password or key that was overheard once is known for good.

    Decides: met by a connection that carries none, or is protected; weaker by one that only its link
    protects, further than the link; unmet by one in clear that carries credentials; indeterminate for one
    that is not declared to be protected, nor what it carries; does not arise without connections.

    References: ENISA GP-TM-40.
    """

    def ask(connection: Subject) -> Answer:
        carries = facts.judge(
            "endpoint.carries-credentials", NO, subject=connection, say="carrying credentials"
        )
        if carries.outcome == "met":
            return carries
        met = SESSIONS
        if facts.declared("endpoint.transport", connection) == "link":
            met = (*SESSIONS, "link-layer")
        protected = facts.judge(
            "endpoint.security", met, weaker=("link-layer",), subject=connection, say="the protection"
        )
        if protected.outcome == "unmet" and carries.outcome == "indeterminate":
            return carries
        return protected

    return _each(facts, ("endpoint.carries-credentials",), ask)


# --- peers ------------------------------------------------------------------------------------------------


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

    return _each(facts, ("endpoint.peer-validation",), ask)


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
    return _each(
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

    def ask(connection: Subject) -> Answer:
        return any_of(
            (
                facts.judge("endpoint.mutual-auth", YES, subject=connection, say="mutual authentication"),
                facts.judge(
                    "endpoint.peer-validation",
                    ("pinned", "ca-chain", "psk", "raw-public-key", "attestation"),
                    weaker=("trust-on-first-use",),
                    subject=connection,
                    say="the verification of the peer",
                ),
            )
        )[0]

    return each(
        facts,
        "endpoint",
        (*ENDPOINT, "endpoint.mutual-auth", "endpoint.peer-validation"),
        ask,
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
    return _each(
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
                "endpoint.version", _at_least((3,)), weaker=lambda _: True, subject=connection, say="SNMP"
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

    return _each(facts, (), ask)


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
    if facts.declared("endpoint.any") is None and facts.claims("endpoint.any"):
        return silent("whether there are connections is not declared", facts.claims("endpoint.any"))
    return facts.judge("endpoint.any", NO, say="whether there are connections")
