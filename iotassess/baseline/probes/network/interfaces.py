"""Probes about network interfaces, web pages and APIs."""

from __future__ import annotations

from iotassess.baseline.answers import Answer, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import Only, does_not_arise, each
from iotassess.baseline.probes._reach import REACH, each_reached
from iotassess.baseline.registry import probe
from iotassess.model.claim import Subject

YES = (True,)
NO = (False,)

INTERFACE = ("interface.type", "interface.port")
"""By what the interfaces are found, beside what is asked."""

WEB = ("web", "api")
SPEAKING = ("network", "api", "web")
"""Interfaces that can tell somebody what went wrong."""


def _needed_or_off(facts: Facts, interface: Subject) -> Answer:
    """Ask whether an interface is needed, or else off in the factory state."""
    return any_of(
        (
            facts.judge("interface.required", YES, subject=interface, say="the need"),
            facts.judge("interface.enabled-default", NO, subject=interface, say="being on by default"),
        )
    )[0]


def _no_interface(facts: Facts) -> Answer:
    """Answer for a product declared without interfaces, where having none is the good state itself."""
    return facts.judge("interface.any", NO, say="whether there are interfaces")


@probe(
    "unneeded-interfaces-off",
    question="Is every interface that is not needed off by default?",
    reads=("interface.any", *INTERFACE, "interface.required", "interface.enabled-default"),
    kind="document",
)
def unneeded_interfaces_off(facts: Facts) -> Answer:
    """Nothing is open that nobody asked for.

    Looks at: interface.required and interface.enabled-default of every interface.

    Why it matters: what is on by default stays on.

    Decides: met when each is needed or off, and when the product is declared to have none; unmet when one is
    on without need; indeterminate for an interface of which nothing is said.

    References: ENISA GP-TM-08.
    """
    return each(
        facts,
        "interface",
        (*INTERFACE, "interface.required", "interface.enabled-default"),
        lambda interface: _needed_or_off(facts, interface),
        empty=_no_interface(facts),
    )


@probe(
    "exposed-ports-necessary",
    question="Is every exposed network interface necessary?",
    reads=("interface.any", *REACH, "interface.required", "interface.enabled-default"),
    kind="document",
)
def exposed_ports_necessary(facts: Facts) -> Answer:
    """Only what is needed can be reached from a network.

    Looks at: interface.required and interface.enabled-default of every interface of type network, api, web or
    radio, and of any other that goes over tcp or udp or has the number of a port.

    Why it matters: each open port is one more program that has to be without flaws.

    Decides: met when each is needed or off, and when the declared interfaces have none of these among them;
    unmet when one is on without need; indeterminate for an interface of which nothing is said.

    References: ENISA GP-TM-50.
    """
    none = facts.judge("interface.any", (True, False), say="whether there are interfaces")
    return each_reached(
        facts,
        lambda interface: _needed_or_off(facts, interface),
        "interface.required",
        "interface.enabled-default",
        empty=none._replace(because="the declared interfaces have no network interface among them"),
    )


@probe(
    "interfaces-authenticated",
    question="Is access to every network interface authenticated?",
    reads=("interface.any", *REACH, "interface.authenticated"),
    kind="document",
)
def interfaces_authenticated(facts: Facts) -> Answer:
    """Nobody uses the device unasked.

    Looks at: interface.authenticated of every interface of type network, api, web or radio, and of any other
    that goes over tcp or udp or has the number of a port.

    Why it matters: an interface without authentication belongs to whoever is in reach.

    Decides: met when access to each is authenticated; unmet when not to one; indeterminate for an interface
    of which nothing is said; does not arise without such interfaces.

    References: ENISA GP-TM-44.
    """
    return each_reached(
        facts,
        lambda interface: facts.judge(
            "interface.authenticated", YES, subject=interface, say="authentication"
        ),
        "interface.authenticated",
        empty=does_not_arise("the declared interfaces have no network interface among them"),
    )


@probe(
    "optional-interfaces-closable",
    question="Can every interface that is not always needed be switched off?",
    reads=("interface.any", *INTERFACE, "interface.required", "interface.can-disable"),
    kind="document",
)
def optional_interfaces_closable(facts: Facts) -> Answer:
    """An operator can close what is not in use.

    Looks at: interface.can-disable of every interface, except those declared as needed.

    Why it matters: what one customer needs is another's risk.

    Decides: met when each can be switched off; unmet when one cannot; indeterminate for an interface of which
    nothing is said; does not arise when every interface is needed.

    References: ENISA GP-TM-45.
    """

    def ask(interface: Subject) -> Answer:
        if facts.declared("interface.required", interface) is True:
            return does_not_arise(f"{interface} is needed", facts.claims("interface.required", interface))
        return facts.judge("interface.can-disable", YES, subject=interface, say="switching off")

    return each(
        facts,
        "interface",
        (*INTERFACE, "interface.required", "interface.can-disable"),
        ask,
        empty=does_not_arise("the product is declared to have no interface"),
    )


# --- web pages and APIs -----------------------------------------------------------------------------------


def _each_page(facts: Facts, property: str, say: str) -> Answer:
    """Ask a yes-or-no question about every web page and API."""
    return each(
        facts,
        "interface",
        (*INTERFACE, property),
        lambda interface: facts.judge(property, YES, subject=interface, say=say),
        only=Only("interface.type", WEB),
        empty=does_not_arise("the declared interfaces have no web page or API among them"),
    )


@probe(
    "web-sessions-encrypted",
    question="Is every session with a web page or API fully encrypted?",
    reads=("interface.any", *INTERFACE, "interface.encrypted"),
    kind="document",
)
def web_sessions_encrypted(facts: Facts) -> Answer:
    """A user's session is private.

    Looks at: interface.encrypted of every interface of type web or api.

    Why it matters: an overheard session cookie is as good as a password.

    Decides: met when each session is encrypted as a whole; unmet when one is not; indeterminate for an
    interface of which nothing is said; does not arise without such interfaces.

    References: RFC 9846; RFC 9000; ENISA GP-TM-40 and GP-TM-52.
    """
    return _each_page(facts, "interface.encrypted", "encryption of the whole session")


@probe(
    "web-forgery-prevented",
    question="Is every web page and API protected against forged requests?",
    reads=("interface.any", *INTERFACE, "interface.csrf-protected"),
    kind="document",
)
def web_forgery_prevented(facts: Facts) -> Answer:
    """Another site cannot act in a user's name.

    Looks at: interface.csrf-protected of every interface of type web or api.

    Why it matters: a browser sends a user's session with every request, whoever made the user send it.

    Decides: met when each is protected; unmet when one is not; indeterminate for an interface of which
    nothing is said; does not arise without such interfaces.

    References: ENISA GP-TM-52.
    """
    return _each_page(facts, "interface.csrf-protected", "protection against forged requests")


@probe(
    "web-injection-tested",
    question="Was every web page and API tested against script and SQL injection?",
    reads=("interface.any", *INTERFACE, "interface.injection-tested"),
    kind="document",
)
def web_injection_tested(facts: Facts) -> Answer:
    """Input to a page stays input.

    Looks at: interface.injection-tested of every interface of type web or api.

    Why it matters: input that becomes code runs with the rights of the page.

    Decides: met when each was tested; unmet when one was not; indeterminate for an interface of which nothing
    is said; does not arise without such interfaces.

    References: ENISA GP-TM-52.
    """
    return _each_page(facts, "interface.injection-tested", "the test against injection")


@probe(
    "web-interface-absent",
    question="Is the product declared to have no web page and no API?",
    reads=("interface.any", *INTERFACE),
    kind="document",
)
def web_interface_absent(facts: Facts) -> Answer:
    """There is no web session to protect.

    Looks at: interface.type of every interface, and whether the list is declared empty.

    Why it matters: what is asked of web pages does not arise where there are none.

    Decides: met when each declared interface is of another type, or when there is none at all; unmet when one
    is web or api; indeterminate for an interface without a type.

    References: our convention for ENISA GP-TM-52.
    """
    return each(
        facts,
        "interface",
        INTERFACE,
        lambda interface: facts.judge(
            "interface.type", lambda value: value not in WEB, subject=interface, say="the type"
        ),
        empty=_no_interface(facts),
    )


@probe(
    "error-messages-generic",
    question="Do error messages tell nothing that helps an attacker?",
    reads=("interface.any", *INTERFACE, "interface.error-messages"),
    kind="document",
)
def error_messages_generic(facts: Facts) -> Answer:
    """Errors do not explain the device to strangers.

    Looks at: interface.error-messages of every interface of type network, api or web.

    Why it matters: a version, a path or the word "unknown user" saves an attacker hours.

    Decides: met when each is generic; unmet when one is detailed; indeterminate for an interface of which
    nothing is said; does not arise without such interfaces.

    References: CWE-209; ENISA GP-TM-53.
    """
    return each(
        facts,
        "interface",
        (*INTERFACE, "interface.error-messages"),
        lambda interface: facts.judge(
            "interface.error-messages", ("generic",), subject=interface, say="error messages"
        ),
        only=Only("interface.type", SPEAKING),
        empty=does_not_arise("the declared interfaces have none among them that tells errors"),
    )


@probe(
    "interfaces-absent",
    question="Is the product declared to have no interface that could tell an error?",
    reads=("interface.any", *INTERFACE),
    kind="document",
)
def interfaces_absent(facts: Facts) -> Answer:
    """There is nobody to tell an error to.

    Looks at: interface.type of every interface, and whether the list is declared empty.

    Why it matters: what is asked of error messages does not arise where there are none.

    Decides: met when each declared interface is of a type that tells no errors, or when there is none at all;
    unmet when one is of type network, api or web; indeterminate for an interface without a type.

    References: our convention for ENISA GP-TM-53.
    """
    return each(
        facts,
        "interface",
        INTERFACE,
        lambda interface: facts.judge(
            "interface.type", lambda value: value not in SPEAKING, subject=interface, say="the type"
        ),
        empty=_no_interface(facts),
    )
