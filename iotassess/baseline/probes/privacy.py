"""Personal data on its way to services, the consent that it rests on, and how little of it is kept."""

from __future__ import annotations

from collections.abc import Callable

from iotassess.baseline.answers import Answer, all_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import does_not_arise, each, silent
from iotassess.baseline.probes.network._asking import ENDPOINT, at_least
from iotassess.baseline.probes.network.connections import TLS_OLDEST
from iotassess.baseline.registry import probe
from iotassess.model.claim import Subject

YES = (True,)
NO = (False,)

OTHER_BASES = ("contract", "legal-obligation", "legitimate-interest", "none")
"""What personal data is processed on when it is not consent."""


CARRIES = "endpoint.carries-personal-data"


def _each_category(facts: Facts, find: tuple[str, ...], ask: Callable[[Subject], Answer]) -> Answer:
    """Ask about every category of personal data; without any there is nothing to go wrong with.

    Where a connection carries some, there is, whatever the list says.
    """
    empty = facts.judge("personal-data.any", NO, say="whether personal data is processed")
    if carried := [c for c in facts.claims(CARRIES) if c.value is True]:
        empty = silent("no personal data is declared, but a connection carries some", carried)
    return each(facts, "personal-data", find, ask, empty=empty)


def _unless(out: Answer, asked: Answer) -> Answer:
    """Answer what is asked, unless a category is out of the question.

    Args:
        out: "met" when the category is out of the question.
        asked: the answer for a category that is not. Where it is open whether it is, only "met" counts.
    """
    if out.outcome == "met":
        return out
    return out if out.outcome == "indeterminate" and asked.outcome != "met" else asked


# --- on the way to services -------------------------------------------------------------------------------

SENT = ("personal-data.sensitive", "personal-data.sent-to-services", "personal-data.protected-in-transit")


@probe(
    "personal-data-protected-in-transit",
    question="Is the confidentiality of all personal data that is sent to services protected on the way?",
    reads=("personal-data.any", *SENT, CARRIES),
    kind="document",
)
def personal_data_protected_in_transit(facts: Facts, *, sensitive_only: bool = False) -> Answer:
    """What the device tells its services, it tells nobody else.

    Looks at: personal-data.sent-to-services and personal-data.protected-in-transit of every category; with
    sensitive_only also personal-data.sensitive.

    Why it matters: data about people passes many hands on its way to a service.

    Decides: met when each category that is sent is protected, and when none is sent, or none is processed;
    unmet when one is sent without; indeterminate for one of which nothing is said, and when none is declared
    but a connection carries some (endpoint.carries-personal-data). With sensitive_only, categories that are
    declared not to be sensitive are left out.

    References: ETSI EN 303 645 5.8-1 and 5.8-2; Regulation (EU) 2016/679 article 32.
    """

    def ask(category: Subject) -> Answer:
        kept = facts.judge("personal-data.sent-to-services", NO, subject=category, say="being sent")
        safe = facts.judge("personal-data.protected-in-transit", YES, subject=category, say="the protection")
        answer = _unless(kept, safe)
        if not sensitive_only:
            return answer
        harmless = facts.judge("personal-data.sensitive", NO, subject=category, say="being sensitive")
        return _unless(harmless, answer)

    return _each_category(facts, SENT, ask)


@probe(
    "personal-data-connections-protected",
    question="Is every connection that carries personal data protected by a current standard protocol?",
    reads=(
        "endpoint.any",
        *ENDPOINT,
        "endpoint.transport",
        "endpoint.security-version",
        "endpoint.peer-validation",
        "endpoint.carries-personal-data",
    ),
    kind="document",
)
def personal_data_connections_protected(facts: Facts) -> Answer:
    """Personal data travels in no connection that can be overheard.

    Looks at: endpoint.carries-personal-data, endpoint.security and endpoint.security-version of every
    connection, and endpoint.peer-validation of those that the device makes.

    Why it matters: that data is protected shows, if at all, in how its connections are.

    Decides: met by a connection that carries none; by TLS and DTLS from 1.2, QUIC, OSCORE, COSE, SSH from 2,
    and by the protection of a link for the link itself; when there is no connection; weaker by ATLS and
    attested TLS, which are not standards yet, by the link's protection for what goes further, and when the
    device is declared not to verify its peer, whoever that is then; unmet by older versions and by none;
    indeterminate when it is not declared what a connection carries, nor that it is protected.

    References: RFC 9325; ETSI EN 303 645 5.8-1 and 5.8-2.
    """

    def ask(connection: Subject) -> Answer:
        empty = facts.judge(
            "endpoint.carries-personal-data", NO, subject=connection, say="carrying personal data"
        )
        return _unless(empty, secured(facts, connection))

    return each(
        facts,
        "endpoint",
        (*ENDPOINT, "endpoint.carries-personal-data"),
        ask,
        empty=facts.judge("endpoint.any", NO, say="whether there are connections"),
    )


_OLDEST: dict[str, tuple[int, ...]] = {
    "tls": TLS_OLDEST,
    "dtls": TLS_OLDEST,
    "atls": TLS_OLDEST,
    "attested-tls": TLS_OLDEST,
    "ssh": (2,),
}
"""Oldest version of a protection that counts; the others have no version that would not."""


def secured(facts: Facts, connection: Subject) -> Answer:
    """Judge what protects a connection, and in which version."""
    met: tuple[str, ...] = ("tls", "dtls", "quic", "oscore", "ace-oscore", "cose", "ssh")
    if facts.declared("endpoint.transport", connection) == "link":
        met = (*met, "link-layer")
    kind = facts.judge(
        "endpoint.security",
        met,
        weaker=("atls", "attested-tls", "link-layer"),
        subject=connection,
        say="the protection",
    )
    outbound = facts.declared("endpoint.direction", connection) != "inbound"
    if (
        kind.outcome == "met"
        and outbound
        and facts.declared("endpoint.peer-validation", connection) == "none"
    ):
        kind = facts.judge(
            "endpoint.peer-validation", (), weaker=("none",), subject=connection, say="the peer"
        )
    oldest = _OLDEST.get(str(facts.declared("endpoint.security", connection)))
    if kind.outcome not in ("met", "weaker") or oldest is None:
        return kind
    version = facts.judge(
        "endpoint.security-version", at_least(oldest), subject=connection, say="the version"
    )
    return all_of((kind, version))


# --- consent ----------------------------------------------------------------------------------------------

CONSENT = "personal-data.consent"
ON_CONSENT = ("personal-data.any", "personal-data.legal-basis", CONSENT, CARRIES)


def _each_on_consent(facts: Facts, property: str, say: str) -> Answer:
    """Ask about every category that is processed on consent."""

    def ask(category: Subject) -> Answer:
        other = facts.judge(
            "personal-data.legal-basis", OTHER_BASES, subject=category, say="another legal basis than consent"
        )
        asked = facts.judge(property, YES, subject=category, say=say)
        # Consent that is asked for is relied on, whatever else is named as the basis.
        if facts.declared(CONSENT, category) is True:
            return asked
        return _unless(other, asked)

    return _each_category(facts, ("personal-data.legal-basis", CONSENT, property), ask)


@probe(
    "consent-obtained",
    question="Is consent asked for wherever personal data is processed on it?",
    reads=ON_CONSENT,
    kind="document",
)
def consent_obtained(facts: Facts) -> Answer:
    """Nobody's consent is taken for granted.

    Looks at: personal-data.consent of every category whose personal-data.legal-basis is consent.

    Why it matters: consent that was never asked for is no basis for anything.

    Decides: met when it is asked for in each such category, and when none is processed on consent; unmet when
    not in one; indeterminate for a category of which nothing is said, and when none is declared
    but a connection carries some (endpoint.carries-personal-data).

    References: Regulation (EU) 2016/679 articles 6 and 7; ETSI EN 303 645 6-2.
    """
    return _each_on_consent(facts, CONSENT, "asking for consent")


@probe(
    "consent-withdrawable",
    question="Can consent be withdrawn wherever personal data is processed on it?",
    reads=(*ON_CONSENT, "personal-data.consent-withdrawable"),
    kind="document",
)
def consent_withdrawable(facts: Facts) -> Answer:
    """Who agreed can change their mind.

    Looks at: personal-data.consent-withdrawable of every category whose personal-data.legal-basis is consent,
    or for which it is asked (personal-data.consent).

    Why it matters: consent that cannot end was given once by somebody who did not know what would follow.

    Decides: met when it can be withdrawn in each such category, and when none is processed on consent; unmet
    when not in one; indeterminate for a category of which nothing is said, and when none is declared
    but a connection carries some (endpoint.carries-personal-data).

    References: Regulation (EU) 2016/679 article 7(3); ETSI EN 303 645 6-3A.
    """
    return _each_on_consent(facts, "personal-data.consent-withdrawable", "withdrawing consent")


@probe(
    "consent-recorded",
    question="Can a record of consent be kept wherever personal data is processed on it?",
    reads=(*ON_CONSENT, "personal-data.consent-recorded"),
    kind="document",
)
def consent_recorded(facts: Facts) -> Answer:
    """It can be shown who agreed to what, and who no longer does.

    Looks at: personal-data.consent-recorded of every category whose personal-data.legal-basis is consent, or
    for which it is asked (personal-data.consent).

    Why it matters: without a record, a withdrawal is forgotten and a consent cannot be shown.

    Decides: met when a record can be kept in each such category, and when none is processed on consent; unmet
    when not in one; indeterminate for a category of which nothing is said, and when none is declared
    but a connection carries some (endpoint.carries-personal-data).

    References: Regulation (EU) 2016/679 article 7(1); ETSI EN 303 645 6-3B.
    """
    return _each_on_consent(facts, "personal-data.consent-recorded", "a record of consent")


# --- as little as possible --------------------------------------------------------------------------------


def _no_personal_data(facts: Facts, find: tuple[str, ...], ask: Callable[[Subject], Answer]) -> Answer:
    """Ask about every category of personal data; without any the question does not arise."""
    none = does_not_arise("the product is declared to process no personal data")
    return each(facts, "personal-data", find, ask, empty=none)


@probe(
    "personal-data-deleted-when-unneeded",
    question="Is every category of personal data deleted when its purpose no longer needs it?",
    reads=("personal-data.any", "personal-data.deleted-when-unneeded"),
    kind="document",
)
def personal_data_deleted_when_unneeded(facts: Facts) -> Answer:
    """Data goes with its purpose.

    Looks at: personal-data.deleted-when-unneeded of every category.

    Why it matters: data that serves no purpose any more can only leak.

    Decides: met when each is deleted; unmet when one is not; indeterminate for a category of which nothing is
    said; does not arise without personal data.

    References: Regulation (EU) 2016/679 article 5(1)(e); ETSI EN 303 645 6-6.
    """
    property = "personal-data.deleted-when-unneeded"
    return _no_personal_data(
        facts,
        (property,),
        lambda category: facts.judge(property, YES, subject=category, say="deletion in time"),
    )


AGGREGATE = ("personal-data.aggregate-only", "personal-data.aggregated-early", "personal-data.necessary")


@probe(
    "aggregate-data-reduced-early",
    question="Is personal data that only serves an aggregate result kept minimal, and aggregated early?",
    reads=("personal-data.any", *AGGREGATE),
    kind="document",
)
def aggregate_data_reduced_early(facts: Facts) -> Answer:
    """Data about many people does not stay data about each of them.

    Looks at: personal-data.aggregated-early and personal-data.necessary of every category whose
    personal-data.aggregate-only says so.

    Why it matters: a sum tells little of anybody; what it was made from tells everything.

    Decides: met when each such category is necessary, and aggregated as early and kept as short as can be,
    and when there is none; unmet when one is not; indeterminate for a category of which nothing is said; does
    not arise without personal data.

    References: ETSI EN 303 645 6-7; Regulation (EU) 2016/679 article 25.
    """

    def ask(category: Subject) -> Answer:
        other = facts.judge(
            "personal-data.aggregate-only", NO, subject=category, say="serving an aggregate result only"
        )
        reduced = all_of(
            (
                facts.judge("personal-data.aggregated-early", YES, subject=category, say="early aggregation"),
                facts.judge("personal-data.necessary", YES, subject=category, say="necessity"),
            )
        )
        return _unless(other, reduced)

    return _no_personal_data(facts, AGGREGATE, ask)


@probe(
    "personal-data-anonymised",
    question="Are technologies of anonymisation used for every category of personal data that allows it?",
    reads=("personal-data.any", "personal-data.anonymised"),
    kind="document",
)
def personal_data_anonymised(facts: Facts) -> Answer:
    """Where a name is not needed, it is taken off.

    Looks at: personal-data.anonymised of every category.

    Why it matters: data that points to nobody harms nobody when it is lost.

    Decides: met when they are used for each; unmet when not for one; indeterminate for a category of which
    nothing is said; does not arise without personal data.

    References: ETSI EN 303 645 6-8; Regulation (EU) 2016/679 article 25.
    """
    return _no_personal_data(
        facts,
        ("personal-data.anonymised",),
        lambda category: facts.judge("personal-data.anonymised", YES, subject=category, say="anonymisation"),
    )
