"""Probes about trust anchors: whom the device trusts, for what, and how that can change."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from iotassess.baseline.answers import Answer, all_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import answers_for, each, is_text, silent
from iotassess.baseline.registry import probe
from iotassess.model.claim import Subject, Value

YES = (True,)

ANCHOR = ("trust-anchor.purpose", "trust-anchor.revocation", "trust-anchor.expires")
"""By what the trust anchors are found, beside what is asked."""


def _each_anchor(facts: Facts, property: str, ask: Callable[[Subject], Answer]) -> Answer:
    """Ask about every trust anchor; a product that trusts nobody has no trust to manage."""
    nothing = facts.judge("trust-anchor.any", YES, say="whether there are trust anchors")
    return each(facts, "trust-anchor", (*ANCHOR, property), ask, empty=nothing)


@probe(
    "trust-anchors-purposed",
    question="Is it laid down what each trust anchor is trusted for?",
    reads=("trust-anchor.any", *ANCHOR),
    kind="document",
)
def trust_anchors_purposed(facts: Facts) -> Answer:
    """Trust has a purpose.

    Looks at: trust-anchor.purpose of every trust anchor.

    Why it matters: an anchor that is good for everything makes its loss the loss of everything.

    Decides: met when each has at least one purpose; unmet when the product trusts nobody; indeterminate for
    an anchor of which nothing is said.

    References: RFC 6024; ENISA GP-TM-07.
    """
    return _each_anchor(
        facts,
        "trust-anchor.purpose",
        lambda anchor: facts.judge("trust-anchor.purpose", is_text, subject=anchor, say="the purpose"),
    )


@probe(
    "trust-anchors-replaceable",
    question="Can every trust anchor be replaced in the field?",
    reads=("trust-anchor.any", *ANCHOR, "trust-anchor.replaceable"),
    kind="document",
)
def trust_anchors_replaceable(facts: Facts) -> Answer:
    """Trust can move on.

    Looks at: trust-anchor.replaceable of every trust anchor.

    Why it matters: keys are lost, companies are sold, algorithms age; the device stays.

    Decides: met when each can be replaced; unmet when one cannot, or the product trusts nobody; indeterminate
    for an anchor of which nothing is said.

    References: RFC 6024; RFC 7030; ENISA GP-TM-07.
    """
    return _each_anchor(
        facts,
        "trust-anchor.replaceable",
        lambda anchor: facts.judge("trust-anchor.replaceable", YES, subject=anchor, say="replacement"),
    )


MANAGING = ("est", "lwm2m-bootstrap", "brski", "fdo", "suit", "teep")
"""Protocols that are made to give a device its anchors, or to take them away."""


@probe(
    "trust-anchors-managed",
    question="Is every trust anchor managed by a protocol made for it?",
    reads=("trust-anchor.any", *ANCHOR, "trust-anchor.protocols", "trust-anchor.transfer"),
    kind="document",
)
def trust_anchors_managed(facts: Facts) -> Answer:
    """Trust is managed by protocols, not by hand.

    Looks at: trust-anchor.protocols of every trust anchor; and trust-anchor.transfer, which vouchers and TEEP
    messages show.

    Why it matters: what has to be done by hand on every device is not done.

    Decides: met by est, lwm2m-bootstrap, brski, fdo, suit or teep; weaker by hand; unmet by none, or when the
    product trusts nobody; indeterminate for an anchor of which nothing is said. An anchor is as proven as the
    best artefact of one of its protocols; the least proven anchor counts.

    References: RFC 7030; RFC 8995; RFC 9397; ENISA GP-TM-07.
    """

    def ask(anchor: Subject) -> Answer:
        said = facts.judge(
            "trust-anchor.protocols", MANAGING, weaker=("manual",), subject=anchor, say="the protocol"
        )
        if said.outcome != "met":
            return said
        named = {claim.value for claim in said.claims}
        seen = [c for c in facts.claims("trust-anchor.transfer") if c.value in named]
        best = max((int(c.grade) for c in seen if answers_for(c)), default=0)
        return said._replace(grade=max(said.grade, best), claims=(*said.claims, *seen))

    return _each_anchor(facts, "trust-anchor.protocols", ask)


@probe(
    "trust-anchors-revocable",
    question="Can trust in every anchor be withdrawn?",
    reads=("trust-anchor.any", *ANCHOR),
    kind="document",
)
def trust_anchors_revocable(facts: Facts) -> Answer:
    """Trust can end.

    Looks at: trust-anchor.revocation of every trust anchor.

    Why it matters: an anchor whose key has leaked must stop counting before its time.

    Decides: met by revocation lists, online status, short lifetimes or an update; unmet by none, or when the
    product trusts nobody; indeterminate for an anchor of which nothing is said.

    References: RFC 5280 section 5; RFC 6960; ENISA GP-TM-07.
    """
    return _each_anchor(
        facts,
        "trust-anchor.revocation",
        lambda anchor: facts.judge(
            "trust-anchor.revocation",
            ("crl", "ocsp", "short-lived", "update"),
            subject=anchor,
            say="the revocation",
        ),
    )


@probe(
    "trust-anchors-last",
    question="Does every trust anchor last as long as the product is supported?",
    reads=("trust-anchor.any", *ANCHOR, "trust-anchor.replaceable", "support.until"),
    kind="document",
)
def trust_anchors_last(facts: Facts) -> Answer:
    """No anchor ends and takes the updates with it.

    Looks at: trust-anchor.expires and trust-anchor.replaceable of every trust anchor, and support.until.

    Why it matters: a device whose anchor has expired can be reached by nobody, its maker included.

    Decides: unmet by an anchor that has expired, or that ends before support does and cannot be replaced; met
    by one that lasts until then, or that can be replaced; indeterminate for an anchor of which neither end
    nor replacement is declared, or where the end of support is not.

    References: ENISA GP-TM-07.
    """
    support = facts.declared("support.until")

    def ask(anchor: Subject) -> Answer:
        replaceable = facts.judge("trust-anchor.replaceable", YES, subject=anchor, say="replacement")
        expiry = facts.judge("trust-anchor.expires", _after(facts.as_of), subject=anchor, say="the end")
        if expiry.outcome in ("indeterminate", "unmet"):
            return (
                replaceable if expiry.outcome == "indeterminate" and replaceable.outcome == "met" else expiry
            )
        if replaceable.outcome == "met":
            return all_of((expiry, replaceable))
        if support is None:
            return silent(f"the end of {anchor} is declared, but not that of support")
        end = _after(datetime.date.fromisoformat(str(support)), same=True)
        return facts.judge("trust-anchor.expires", end, subject=anchor, say="the end")

    return _each_anchor(facts, "trust-anchor.replaceable", ask)


def _after(day: datetime.date, *, same: bool = False) -> Callable[[Value], bool]:
    """Make a test for a date after a day, or on it."""

    def test(value: Value) -> bool:
        date = datetime.date.fromisoformat(str(value))
        return date > day or (same and date == day)

    return test
