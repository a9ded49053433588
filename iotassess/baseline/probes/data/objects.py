"""Probes about data as such: where it is stored, and on its way."""

from __future__ import annotations

from collections.abc import Callable

from iotassess.baseline.answers import Answer
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import does_not_arise, each
from iotassess.baseline.registry import leaf, probe
from iotassess.model.claim import Subject

YES = (True,)
NO = (False,)

FLOW = ("data-flow.object-security", "data-flow.signed-at-source", "data-flow.stored-signed")

# --- stored data ------------------------------------------------------------------------------------------

leaf(
    "stored-data-encrypted",
    "data.at-rest.encrypted",
    YES,
    question="Is stored data encrypted?",
    why="Whoever has the device has its memory.",
    references="ENISA GP-TM-32 and GP-TM-38.",
)
leaf(
    "stored-data-intact",
    "data.at-rest.integrity-protected",
    YES,
    question="Is the integrity of stored data protected?",
    why="Data that can be changed unnoticed steers the device.",
    references="ENISA GP-TM-38.",
)
leaf(
    "stored-data-access-controlled",
    "data.at-rest.access-controlled",
    YES,
    question="Is access to stored data controlled?",
    why="Encryption does not tell apart those who use the device.",
    references="ENISA GP-TM-29.",
)
leaf(
    "storage-key-protected",
    "data.at-rest.key-storage",
    ("secure-element", "tpm", "tee", "otp"),
    weaker=("flash",),
    question="Is the key of encrypted storage kept in hardware?",
    why="A key beside the data that it protects opens it for whoever takes both.",
    references="ENISA GP-TM-32.",
)

# --- data on its way --------------------------------------------------------------------------------------


def _each_flow(facts: Facts, ask: Callable[[Subject], Answer]) -> Answer:
    """Ask about every flow of data."""
    return each(
        facts,
        "data-flow",
        FLOW,
        ask,
        empty=does_not_arise("the product is declared to have no flows of data"),
    )


@probe(
    "data-objects-protected",
    question="Is data protected as an object, from where it arises to where it is used?",
    reads=("data-flow.any", *FLOW),
    kind="document",
)
def data_objects_protected(facts: Facts) -> Answer:
    """Protection travels with the data.

    Looks at: data-flow.object-security of every flow.

    Why it matters: the protection of a connection ends at the first gateway; the data goes on.

    Decides: met by COSE or JOSE; weaker by another way; unmet by none; indeterminate for a flow of which
    nothing is said; does not arise without flows.

    References: RFC 9052; RFC 7515; ENISA GP-TM-41.
    """
    return _each_flow(
        facts,
        lambda flow: facts.judge(
            "data-flow.object-security",
            ("cose", "jose"),
            weaker=("other",),
            subject=flow,
            say="the protection of the data",
        ),
    )


@probe(
    "data-signed-at-source",
    question="Is data signed where it is captured?",
    reads=("data-flow.any", *FLOW),
    kind="document",
)
def data_signed_at_source(facts: Facts) -> Answer:
    """Data says where it comes from.

    Looks at: data-flow.signed-at-source of every flow.

    Why it matters: what is signed later vouches only for what arrived there.

    Decides: met when each is; unmet when one is not; indeterminate for a flow of which nothing is said; does
    not arise without flows.

    References: RFC 9052; ENISA GP-TM-41.
    """
    return _each_flow(
        facts,
        lambda flow: facts.judge(
            "data-flow.signed-at-source", YES, subject=flow, say="the signature at the source"
        ),
    )


@probe(
    "data-signature-kept",
    question="Does the signature stay with data that is stored?",
    reads=("data-flow.any", *FLOW),
    kind="document",
)
def data_signature_kept(facts: Facts) -> Answer:
    """Stored data can still be checked.

    Looks at: data-flow.stored-signed of every flow.

    Why it matters: data is used long after it arrived, by those who did not see it arrive.

    Decides: met when it stays with each; unmet when not with one; indeterminate for a flow of which nothing
    is said; does not arise without flows.

    References: RFC 9052; ENISA GP-TM-41.
    """
    return _each_flow(
        facts,
        lambda flow: facts.judge("data-flow.stored-signed", YES, subject=flow, say="the stored signature"),
    )


@probe(
    "data-flows-absent",
    question="Is the product declared to have no flows of data?",
    reads=("data-flow.any",),
    kind="document",
)
def data_flows_absent(facts: Facts) -> Answer:
    """No data goes from where it arises to where it is used.

    Looks at: whether the declared list of data flows is empty.

    Why it matters: what is asked of data on its way does not arise where there is none.

    Decides: met when the list is declared empty; unmet when it is not; indeterminate when nothing is said.

    References: our convention for ENISA GP-TM-41.
    """
    return facts.judge("data-flow.any", NO, say="whether there are flows of data")
