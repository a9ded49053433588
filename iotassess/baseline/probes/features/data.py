"""Probes that tell whether personal data of a sort is absent."""

from __future__ import annotations

from collections.abc import Callable

from iotassess.baseline.answers import Answer, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import silent
from iotassess.baseline.probes.features._absence import (
    YES,
    Sign,
    absence,
    none,
    other_than,
    signs,
    unless,
)
from iotassess.model.claim import Subject

SENT = "personal-data.sent-to-services"
SENSITIVE = "personal-data.sensitive"
STORED = "personal-data.stored-by-services"
AGGREGATE = "personal-data.aggregate-only"
CONSENT = ("personal-data.consent", "personal-data.consent-withdrawable", "personal-data.consent-recorded")
CATEGORY = ("personal-data.any", "personal-data.purpose")
"""By what the categories are found, beside what is asked."""

CARRIED = (Sign("endpoint.carries-personal-data", YES),)
"""A connection that carries personal data shows that there is some, whatever the list of categories says."""

PROCESSED = (*CARRIED, Sign("data.gdpr.applicable", YES))
LEAVES = (*CARRIED, Sign(STORED, YES))
"""What a service can store was sent to it."""


def _no_category(facts: Facts, find: tuple[str, ...], ask: Callable[[Subject], Answer] | None) -> Answer:
    """Ask whether no declared category is of a sort."""
    return none(facts, "personal-data", ("personal-data.purpose", *find), ask)


def _unless_carried(facts: Facts, said: Answer) -> Answer:
    """Believe no empty list of personal data where a connection carries some, of a sort that is not told."""
    carried = signs(facts, CARRIED)
    if not carried or facts.declared("personal-data.any") is not False:
        return said
    claims = tuple(dict.fromkeys(c for a in (said, *carried) for c in a.claims))
    return silent("no personal data is declared, but a connection carries some", claims)


@absence(
    "personal-data-unprocessed",
    "Is no personal data processed?",
    (*CATEGORY, *PROCESSED),
    "met when the list of personal data is declared empty; unmet by a category, by a connection that carries "
    "personal data, and when the GDPR is declared to apply, which is about nothing else;",
    "V3.1.3 feature (z).",
)
def personal_data_unprocessed(facts: Facts) -> Answer:
    """There is no personal data."""
    return unless(_no_category(facts, (), None), signs(facts, PROCESSED))


@absence(
    "sent-personal-data-absent",
    "Is no personal data sent to services?",
    (*CATEGORY, SENT, *LEAVES),
    "met when no category is sent; unmet by one that is, or that a service can store, and by a connection "
    "that carries personal data;",
    "V3.1.3 feature (t).",
)
def sent_personal_data_absent(facts: Facts) -> Answer:
    """Personal data stays on the device."""
    return unless(_no_category(facts, (SENT,), other_than(facts, SENT, YES)), signs(facts, LEAVES))


@absence(
    "sent-sensitive-data-absent",
    "Is no sensitive personal data sent to services?",
    (*CATEGORY, SENT, STORED, SENSITIVE, *CARRIED),
    "met when each category is not sensitive, or not sent, and when there is no personal data; unmet by one "
    "that is sensitive and sent, or stored by a service, and by a connection that carries personal data of "
    "which no category is declared;",
    "V3.1.3 feature (u).",
)
def sent_sensitive_data_absent(facts: Facts) -> Answer:
    """What could harm somebody stays on the device."""

    def ask(category: Subject) -> Answer:
        sent = other_than(facts, SENT, YES)(category)
        stored = other_than(facts, STORED, YES)(category)
        sent = stored if stored.outcome == "unmet" else sent
        return any_of((other_than(facts, SENSITIVE, YES)(category), sent))[0]

    said = _no_category(facts, (SENT, SENSITIVE), ask)
    carried = signs(facts, CARRIED)
    return unless(said, carried) if facts.declared("personal-data.any") is False else said


def service_stored_personal_data_absent(facts: Facts) -> Answer:
    """Ask whether no declared category of personal data can be stored by a service."""
    return _no_category(facts, (STORED,), other_than(facts, STORED, YES))


@absence(
    "service-stored-personal-data-absent",
    "Can no service store personal data?",
    (*CATEGORY, STORED, *CARRIED),
    "met when no category can be stored by a service; unmet by one that can; open when no personal data is "
    "declared, and a connection carries some;",
    "V3.1.3 feature (x).",
)
def services_hold_nothing(facts: Facts) -> Answer:
    """Services keep nothing about people."""
    return _unless_carried(facts, service_stored_personal_data_absent(facts))


@absence(
    "consent-based-processing-absent",
    "Is no personal data processed on the basis of consent?",
    (*CATEGORY, "personal-data.legal-basis", *CONSENT, *CARRIED),
    "met when each category has another basis, and consent is not asked for; unmet by one that rests on it, "
    "or for which it is asked, withdrawn or recorded; open when no personal data is declared, and a "
    "connection carries some;",
    "V3.1.3 feature (y); V2.1.1 condition 7.",
)
def consent_based_processing_absent(facts: Facts) -> Answer:
    """Nobody's consent is relied on."""

    def ask(category: Subject) -> Answer:
        basis = other_than(facts, "personal-data.legal-basis", ("consent",))(category)
        asked = [other_than(facts, property, YES)(category) for property in CONSENT]
        return next((answer for answer in asked if answer.outcome == "unmet"), basis)

    return _unless_carried(facts, _no_category(facts, ("personal-data.legal-basis", *CONSENT), ask))


@absence(
    "aggregate-only-processing-absent",
    "Is no personal data processed only for a result about many people?",
    (*CATEGORY, AGGREGATE, *CARRIED),
    "met when no category is; unmet by one that is; open when no personal data is declared, and a connection "
    "carries some;",
    "V3.1.3 feature (aa).",
)
def aggregate_only_processing_absent(facts: Facts) -> Answer:
    """No processing is for statistics alone."""
    return _unless_carried(facts, _no_category(facts, (AGGREGATE,), other_than(facts, AGGREGATE, YES)))
