"""Probes about how each connection is protected on its way."""

from __future__ import annotations

from collections.abc import Callable

from iotassess.baseline.answers import Answer, all_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import Only, does_not_arise, each
from iotassess.baseline.probes._names import judge_names, suite_strength
from iotassess.baseline.probes.network._asking import ENDPOINT, PLUMBING, at_least, each_connection
from iotassess.baseline.registry import probe
from iotassess.model.claim import Subject, Value

NO = (False,)

SESSIONS = ("tls", "dtls", "quic", "oscore", "ace-oscore", "cose", "atls", "attested-tls", "ssh")
"""Protections that reach from end to end, or at least from peer to peer."""

CARRIES = (
    "endpoint.carries-credentials",
    "endpoint.carries-personal-data",
    "endpoint.carries-configuration",
)

TLS_OLDEST = (1, 2)
"""Oldest version of TLS and DTLS that RFC 9325 still allows."""


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
    return each_connection(facts, (), lambda connection: _security(facts, connection, SESSIONS))


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

    return each_connection(facts, ("endpoint.security-version",), ask)


def _modern_link(value: Value) -> bool:
    """Whether a link's protection is not one of the broken ones."""
    return str(value).strip().upper().replace("-", "") not in ("WEP", "WPA", "WPA1", "WPATKIP", "TKIP")


_VERSIONS: dict[str, Callable[[Value], bool]] = {
    "tls": at_least(TLS_OLDEST),
    "dtls": at_least(TLS_OLDEST),
    "atls": at_least(TLS_OLDEST),
    "attested-tls": at_least(TLS_OLDEST),
    "ssh": at_least((2,)),
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
            "endpoint.security-version", at_least((1, 3)), subject=connection, say="the version"
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
        met: tuple[str, ...] = SESSIONS
        if facts.declared("endpoint.transport", connection) == "link":
            met = (*SESSIONS, "link-layer")
        protected = facts.judge(
            "endpoint.security", met, weaker=("link-layer",), subject=connection, say="the protection"
        )
        if protected.outcome == "unmet" and carries.outcome == "indeterminate":
            return carries
        return protected

    return each_connection(facts, ("endpoint.carries-credentials",), ask)
