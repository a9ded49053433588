"""Probes about a hard-coded identity, about cryptographic libraries, and about each connection."""

from __future__ import annotations

from iotassess.baseline.answers import Answer, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import Only, does_not_arise, each
from iotassess.baseline.probes.features._absence import Sign, signs
from iotassess.baseline.probes.features.access import joins_network
from iotassess.baseline.probes.network._asking import ENDPOINT, verified_peer
from iotassess.baseline.probes.privacy import secured
from iotassess.baseline.registry import leaf, probe
from iotassess.model.claim import Subject

YES = (True,)
NO = (False,)

leaf(
    "hard-coded-identity-tamper-resistant",
    "identity.tamper-resistant",
    YES,
    question="Does a hard-coded identity resist change by physical, electrical and software means?",
    why="Whoever can write another identity into a device is whoever he wants to be.",
    references="ETSI EN 303 645 provision 5.4-2.",
)


leaf(
    "algorithms-replaceable",
    "crypto.agile",
    YES,
    question="Can cryptographic algorithms be replaced in the field?",
    why="Algorithms that are good today are broken within the life of a device.",
    references="ETSI EN 303 645 provision 5.5-3.",
)


@probe(
    "crypto-implementations-examined",
    question="Was the implementation of every cryptographic library reviewed or evaluated?",
    reads=("library.any", "library.version", "library.validation"),
    kind="document",
)
def crypto_implementations_examined(facts: Facts) -> Answer:
    """Somebody looked at the code that everything rests on.

    Looks at: library.validation of every cryptographic library.

    Why it matters: good algorithms fail by their implementation.

    Decides: met by a review as well as by a validation under FIPS 140, Common Criteria or PSA; unmet by none;
    the worst library counts; indeterminate for a library of which nothing is said; does not arise when the
    product is declared to have none.

    References: ETSI EN 303 645 provision 5.5-2.
    """
    return each(
        facts,
        "library",
        ("library.version", "library.validation"),
        lambda library: facts.judge(
            "library.validation",
            ("fips-140-3", "fips-140-2", "common-criteria", "psa", "reviewed"),
            subject=library,
            say="the validation",
        ),
        empty=does_not_arise("the product is declared to have no cryptographic library"),
    )


@probe(
    "connection-secrets-unshared",
    question="Does no connection rest on a secret that is the same in every device?",
    reads=("endpoint.any", "endpoint.protocol", "endpoint.direction", "endpoint.credentials"),
    kind="document",
)
def connection_secrets_unshared(facts: Facts) -> Answer:
    """No secret opens the services for the whole family.

    Looks at: endpoint.credentials of every connection, whether its key is among the keys or not.

    Why it matters: a key that every device has is known as soon as one device is opened.

    Decides: met by a certificate, a raw public key, a token, a pre-shared key of the device, or none; weaker
    by a password, which may be the same elsewhere; unmet by a key of the product family; indeterminate for a
    connection of which nothing is said; does not arise without connections, nor for the password of a Wi-Fi
    network that the device joins, which is its owner's.

    References: ETSI EN 303 645 provision 5.4-4.
    """

    def ask(connection: Subject) -> Answer:
        answer = facts.judge(
            "endpoint.credentials",
            ("certificate", "raw-public-key", "token", "psk-device", "none"),
            weaker=("password",),
            subject=connection,
            say="the credentials",
        )
        if answer.outcome == "weaker" and joins_network(facts, connection):
            return does_not_arise(f"{connection} is the network of somebody else", answer.claims)
        return answer

    return each(
        facts,
        "endpoint",
        ("endpoint.protocol", "endpoint.credentials"),
        ask,
        empty=does_not_arise("the product is declared to have no connection"),
    )


@probe(
    "credential-connections-current",
    question="Is every connection in which credentials travel protected by a current standard protocol?",
    reads=(
        *("endpoint.any", *ENDPOINT, "endpoint.transport", "endpoint.security-version"),
        *("endpoint.peer-validation", "endpoint.carries-credentials", "endpoint.credentials"),
    ),
    kind="document",
)
def credential_connections_current(facts: Facts) -> Answer:
    """No credential can be overheard, now or by a flaw of an old protocol.

    Looks at: endpoint.carries-credentials and endpoint.credentials of every connection, and what protects
    those in which credentials travel, or in which the device logs in with a password or a token.

    Why it matters: a password or key that was overheard once is known for good.

    Decides: met by a connection in which none travel; otherwise as personal-data-connections-protected does;
    indeterminate when it is not declared what a connection carries, nor that it is protected; does not arise
    without connections.

    References: RFC 9325; ETSI EN 303 645 provisions 5.5-6 and 5.5-7.
    """

    def ask(connection: Subject) -> Answer:
        carried = facts.judge(
            "endpoint.carries-credentials", NO, subject=connection, say="carrying credentials"
        )
        sent = facts.declared("endpoint.credentials", connection) in ("password", "token")
        if carried.outcome == "met" and (not sent or joins_network(facts, connection)):
            return carried
        answer = secured(facts, connection)
        return (
            carried if carried.outcome == "indeterminate" and answer.outcome != "met" and not sent else answer
        )

    return each(
        facts,
        "endpoint",
        (*ENDPOINT, "endpoint.carries-credentials", "endpoint.credentials"),
        ask,
        empty=does_not_arise("the product is declared to have no connection"),
    )


COMMUNICATES = (
    Sign("update.ota", YES),
    Sign("update-mechanism.over-network", YES),
    Sign("interface.type", ("network", "api", "web", "radio")),
)


@probe(
    "connections-declared",
    question="Is the list of connections declared, and not empty where other facts show one?",
    reads=("endpoint.any", *(sign.property for sign in COMMUNICATES)),
    kind="document",
)
def connections_declared(facts: Facts) -> Answer:
    """No connection escapes by being left out of an empty list.

    Looks at: whether the list of connections is declared, and, when it is empty, update.ota,
    update-mechanism.over-network and interface.type.

    Why it matters: what is asked of each connection is asked of nothing where none is declared.

    Decides: met by connections, and by an empty list that nothing speaks against; weaker when updates come
    over a network, or a network interface is listed, all the same; indeterminate when nothing is said. It is
    never unmet: an interface may be there and switched off.

    References: ETSI EN 303 645 provision 5.5-1.
    """
    listed = facts.judge("endpoint.any", (True, False), say="whether there are connections")
    if facts.declared("endpoint.any") is not False:
        return listed
    shown = signs(facts, COMMUNICATES)
    if not shown:
        return listed
    because = f"no connection is declared, but {shown[0].because}"
    return Answer("weaker", because, tuple(dict.fromkeys((*listed.claims, *shown[0].claims))))


@probe(
    "remote-debugging-necessary",
    question="Is every debug interface within a network's reach needed, or else off in the factory state?",
    reads=(
        *("interface.any", "interface.type", "interface.transport", "interface.required"),
        *("interface.enabled-default", "interface.protection"),
    ),
    kind="document",
)
def remote_debugging_necessary(facts: Facts) -> Answer:
    """No shell waits on the network for nobody.

    Looks at: interface.required, interface.enabled-default and interface.protection of every interface of
    type debug whose interface.transport is tcp or udp.

    Why it matters: a service for debugging is a way in that was made to be one.

    Decides: met when each is needed, off in the factory state, fused or disabled; unmet when one is on
    without need; indeterminate for one of which nothing is said; does not arise when the declared interfaces
    have none among them.

    References: ETSI EN 303 645 provision 5.6-1.
    """
    none = does_not_arise("the declared interfaces have no debug interface on a network among them")

    def ask(shell: Subject) -> Answer:
        if facts.declared("interface.transport", shell) not in ("tcp", "udp"):
            return none._replace(claims=tuple(facts.claims("interface.any")))
        arms = [
            facts.judge("interface.required", YES, subject=shell, say="the need"),
            facts.judge("interface.enabled-default", NO, subject=shell, say="being on by default"),
        ]
        guard = facts.judge(
            "interface.protection", ("fused", "disabled"), subject=shell, say="the protection"
        )
        return any_of([*arms, guard] if guard.outcome == "met" else arms)[0]

    return each(
        facts,
        "interface",
        ("interface.type", "interface.transport"),
        ask,
        only=Only("interface.type", ("debug",)),
        empty=none,
    )


@probe(
    "configuration-connections-authenticated",
    question="Does the device authenticate its peer wherever security-relevant settings can be changed?",
    reads=(
        *("endpoint.any", "endpoint.protocol", "endpoint.carries-configuration", "endpoint.mutual-auth"),
        "endpoint.peer-validation",
    ),
    kind="document",
)
def configuration_connections_authenticated(facts: Facts) -> Answer:
    """Nobody unknown changes a setting from afar.

    Looks at: endpoint.mutual-auth and endpoint.peer-validation of every connection by which security-relevant
    settings can be changed (endpoint.carries-configuration).

    Why it matters: whoever may change the settings may switch the security off.

    Decides: met when both sides authenticate, or the device verifies its peer, in each; weaker by trust on
    first use; unmet when in one it does neither; indeterminate for a connection of which it is not told; does
    not arise when no connection carries settings.

    References: ETSI EN 303 645 provision 5.5-5.
    """
    return each(
        facts,
        "endpoint",
        ("endpoint.protocol", "endpoint.carries-configuration"),
        lambda connection: verified_peer(facts, connection),
        empty=does_not_arise("no connection carries security-relevant settings"),
        only=Only("endpoint.carries-configuration", YES),
    )
