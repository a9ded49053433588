"""Probes about input: that of every interface counts, and the weakest decides."""

from __future__ import annotations

from collections.abc import Collection

from iotassess.baseline.answers import Answer, all_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import Only, each
from iotassess.baseline.probes._reach import NETWORK
from iotassess.baseline.registry import probe
from iotassess.model.claim import Subject

YES = (True,)

INTERFACE = ("interface.type",)
"""By what the interfaces are found, beside what is asked."""

USER = ("user", "web")
"""Interfaces through which people put something in; a web page is reached over a network, too."""

EVERYWHERE = "software.input-validation.all-interfaces"


def _input_validated(facts: Facts, everywhere: str, types: Collection[str], what: str) -> Answer:
    """Ask about input by the statement for the whole product and by each interface: the weakest counts.

    What is said of the product answers for an interface of which nothing is said, and only for such.
    """
    wide = facts.judge(everywhere, YES, say=f"validation of input from every {what}")
    general = facts.judge(EVERYWHERE, YES, say="validation of input from every interface")
    if wide.outcome == "indeterminate" and general.outcome == "met":
        wide = general

    none = facts.judge("interface.any", (True, False), say="whether there are interfaces")

    def ask(interface: Subject) -> Answer:
        own = facts.judge("interface.input-validated", YES, subject=interface, say="validation of input")
        return wide if own.outcome == "indeterminate" and wide.outcome != "indeterminate" else own

    listed = each(
        facts,
        "interface",
        (*INTERFACE, "interface.input-validated"),
        ask,
        only=Only("interface.type", types),
        empty=none._replace(because=f"the declared interfaces have no {what} among them"),
    )
    # An interface that denies it may be of the kind that is asked about, where its type is not declared.
    denied = [c for c in facts.claims("interface.input-validated") if c.value is False]
    untyped = [c for c in denied if facts.declared("interface.type", c.subject) is None]
    if wide.outcome == "indeterminate":
        return listed
    if listed.outcome == "indeterminate" and not untyped:
        return wide
    return all_of((wide, listed))


INPUT = ("interface.any", *INTERFACE, "interface.input-validated", EVERYWHERE)


@probe(
    "user-input-validated",
    question="Is input from every user interface validated before it is used?",
    reads=("software.input-validation.user-interfaces", *INPUT),
    kind="document",
)
def user_input_validated(facts: Facts) -> Answer:
    """What people type cannot bring the device down.

    Looks at: software.input-validation.user-interfaces, or else software.input-validation.all-interfaces when
    it says yes; and interface.input-validated of every interface of type user or web.

    Why it matters: not everybody who uses an interface means well, and those who do mistype.

    Decides: met when the product validates it and no interface is declared otherwise, when each interface
    does, and when the declared interfaces have no user interface among them; unmet when the product or one
    interface does not; indeterminate when nothing is said.

    References: CWE-20; ETSI EN 303 645 5.13-1A.
    """
    return _input_validated(facts, "software.input-validation.user-interfaces", USER, "user interface")


@probe(
    "network-input-validated",
    question="Is data from every network interface validated before it is used?",
    reads=("software.input-validation.network-interfaces", *INPUT),
    kind="document",
)
def network_input_validated(facts: Facts) -> Answer:
    """What arrives from a network is data until it proved to be more.

    Looks at: software.input-validation.network-interfaces, or else software.input-validation.all-interfaces
    when it says yes; and interface.input-validated of every interface of type network, api, web or radio.

    Why it matters: what comes from a network comes from everybody on it.

    Decides: met when the product validates it and no interface is declared otherwise, when each interface
    does, and when the declared interfaces have no network interface among them; unmet when the product or one
    interface does not; indeterminate when nothing is said.

    References: CWE-20; ETSI EN 303 645 5.13-1B.
    """
    return _input_validated(
        facts, "software.input-validation.network-interfaces", NETWORK, "network interface"
    )
