"""Probes about personal data on its way, the consent to it, and how little of it is kept."""

from collections.abc import Mapping

import pytest

from iotassess.model.claim import Claim
from tests.baseline.probe_cases import Case, ask, check, listed, said, title

PROPERTY_OF: dict[str, str] = {}


def personal(*leaves: Mapping[str, object]) -> list[Claim]:
    return listed("personal-data", *[(f"d{n}", {"name": f"d{n}", **leaf}) for n, leaf in enumerate(leaves)])


def connections(*leaves: Mapping[str, object]) -> list[Claim]:
    return listed("endpoint", *[(f"c{n}", leaf) for n, leaf in enumerate(leaves)])


SENT = {"sent-to-services": True}
KEPT = {"sent-to-services": False}
SAFE = {"protected-in-transit": True}
OPEN = {"protected-in-transit": False}
CARRIES = {"carries-personal-data": True}
TLS = {"security": "tls", "security-version": "1.3"}

IN_TRANSIT = "personal-data-protected-in-transit"
CONNECTIONS = "personal-data-connections-protected"
AGGREGATE = "aggregate-data-reduced-early"

OF_CONSENT = [
    case
    for probe, leaf in (
        ("consent-obtained", "consent"),
        ("consent-withdrawable", "consent-withdrawable"),
        ("consent-recorded", "consent-recorded"),
    )
    for case in (
        Case(probe, "silence", [], "indeterminate"),
        Case(probe, "no personal data", personal(), "met"),
        Case(probe, "on consent, yes", personal({"legal-basis": "consent", leaf: True}), "met"),
        Case(probe, "on consent, no", personal({"legal-basis": "consent", leaf: False}), "unmet"),
        Case(probe, "on consent, not told", personal({"legal-basis": "consent"}), "indeterminate"),
        Case(probe, "on another basis", personal({"legal-basis": "contract", leaf: False}), "met"),
        Case(probe, "on none", personal({"legal-basis": "none"}), "met"),
        Case(
            probe,
            "on another basis, and asked for all the same",
            personal(
                {"legal-basis": "contract", "consent": True, **({leaf: False} if leaf != "consent" else {})}
            ),
            "met" if leaf == "consent" else "unmet",
        ),
        Case(
            probe,
            "none declared, but a connection carries some",
            [*personal(), *connections(CARRIES)],
            "indeterminate",
        ),
        Case(probe, "basis not told, yes", personal({leaf: True}), "met"),
        Case(probe, "basis not told, no", personal({leaf: False}), "indeterminate"),
        Case(
            probe,
            "one of two",
            personal({"legal-basis": "contract"}, {"legal-basis": "consent", leaf: False}),
            "unmet",
        ),
        Case(
            probe,
            "one of two not told",
            personal({"legal-basis": "consent", leaf: True}, {"legal-basis": "consent"}),
            "weaker",
        ),
    )
]

OF_EACH = [
    case
    for probe, leaf in (
        ("personal-data-deleted-when-unneeded", "deleted-when-unneeded"),
        ("personal-data-anonymised", "anonymised"),
    )
    for case in (
        Case(probe, "silence", [], "indeterminate"),
        Case(probe, "no personal data", personal(), "not-applicable"),
        Case(probe, "yes", personal({leaf: True}), "met"),
        Case(probe, "no for one", personal({leaf: True}, {leaf: False}), "unmet"),
        Case(probe, "not told", personal({"sensitive": True}), "indeterminate"),
        Case(probe, "not told of one", personal({leaf: True}, {"sensitive": True}), "weaker"),
    )
]

CASES = [
    *OF_CONSENT,
    *OF_EACH,
    Case(IN_TRANSIT, "silence", [], "indeterminate"),
    Case(IN_TRANSIT, "no personal data", personal(), "met"),
    Case(IN_TRANSIT, "nothing sent", personal(KEPT), "met"),
    Case(IN_TRANSIT, "sent and protected", personal({**SENT, **SAFE}, KEPT), "met"),
    Case(IN_TRANSIT, "one in clear", personal({**SENT, **SAFE}, {**SENT, **OPEN}), "unmet"),
    Case(IN_TRANSIT, "protection not told", personal(SENT), "indeterminate"),
    Case(IN_TRANSIT, "protected, sending not told", personal(SAFE), "met"),
    Case(IN_TRANSIT, "in clear, sending not told", personal(OPEN), "indeterminate"),
    Case(IN_TRANSIT, "harmless data in clear", personal({**SENT, **OPEN, "sensitive": False}), "unmet"),
    Case(CONNECTIONS, "silence", [], "indeterminate"),
    Case(CONNECTIONS, "no connection", connections(), "met"),
    Case(
        CONNECTIONS, "carries none", connections({"carries-personal-data": False, "security": "none"}), "met"
    ),
    Case(CONNECTIONS, "TLS 1.3", connections({**CARRIES, **TLS}), "met"),
    Case(
        CONNECTIONS, "peer not verified", connections({**CARRIES, **TLS, "peer-validation": "none"}), "weaker"
    ),
    Case(
        CONNECTIONS,
        "peer not verified, and an old version",
        connections({**CARRIES, **TLS, "security-version": "1.0", "peer-validation": "none"}),
        "unmet",
    ),
    Case(
        CONNECTIONS,
        "peer not verified where it connects to the device",
        connections({**CARRIES, **TLS, "peer-validation": "none", "direction": "inbound"}),
        "met",
    ),
    Case(CONNECTIONS, "OSCORE", connections({**CARRIES, "security": "oscore"}), "met"),
    Case(
        CONNECTIONS,
        "TLS 1.0",
        connections({**CARRIES, "security": "tls", "security-version": "1.0"}),
        "unmet",
    ),
    Case(CONNECTIONS, "version not told", connections({**CARRIES, "security": "tls"}), "weaker"),
    Case(CONNECTIONS, "in clear", connections({**CARRIES, "security": "none"}), "unmet"),
    Case(
        CONNECTIONS, "one in clear", connections({**CARRIES, **TLS}, {**CARRIES, "security": "none"}), "unmet"
    ),
    Case(
        CONNECTIONS,
        "the link's protection, for more",
        connections({**CARRIES, "security": "link-layer"}),
        "weaker",
    ),
    Case(
        CONNECTIONS,
        "the link's protection, for the link",
        connections({**CARRIES, "security": "link-layer", "transport": "link"}),
        "met",
    ),
    Case(
        CONNECTIONS,
        "no standard yet",
        connections({**CARRIES, "security": "attested-tls", "security-version": "1.3"}),
        "weaker",
    ),
    Case(CONNECTIONS, "load not told, protected", connections(TLS), "met"),
    Case(CONNECTIONS, "load not told, in clear", connections({"security": "none"}), "indeterminate"),
    Case(AGGREGATE, "silence", [], "indeterminate"),
    Case(AGGREGATE, "no personal data", personal(), "not-applicable"),
    Case(AGGREGATE, "none for an aggregate", personal({"aggregate-only": False}), "met"),
    Case(
        AGGREGATE,
        "reduced",
        personal({"aggregate-only": True, "aggregated-early": True, "necessary": True}),
        "met",
    ),
    Case(
        AGGREGATE,
        "late",
        personal({"aggregate-only": True, "aggregated-early": False, "necessary": True}),
        "unmet",
    ),
    Case(
        AGGREGATE,
        "more than needed",
        personal({"aggregate-only": True, "aggregated-early": True, "necessary": False}),
        "unmet",
    ),
    Case(AGGREGATE, "half told", personal({"aggregate-only": True, "aggregated-early": True}), "weaker"),
    Case(AGGREGATE, "purpose not told", personal({"aggregated-early": False}), "indeterminate"),
]


@pytest.mark.parametrize("case", CASES, ids=title)
def test_answer(case: Case) -> None:
    check(case)


@pytest.mark.parametrize(
    ("leaves", "outcome"),
    [
        ({**SENT, **OPEN, "sensitive": False}, "met"),
        ({**SENT, **OPEN, "sensitive": True}, "unmet"),
        ({**SENT, **SAFE, "sensitive": True}, "met"),
        ({**SENT, **SAFE}, "met"),
        ({**SENT, **OPEN}, "indeterminate"),
        ({**KEPT, "sensitive": True}, "met"),
    ],
)
def test_harmless_data_is_left_out_where_only_sensitive_data_is_asked_about(
    leaves: Mapping[str, object], outcome: str
) -> None:
    assert ask(IN_TRANSIT, *personal(leaves), sensitive_only=True).outcome == outcome


def test_one_harmless_category_does_not_hide_a_sensitive_one() -> None:
    claims = personal({**SENT, **OPEN, "sensitive": False}, {**SENT, **OPEN, "sensitive": True})
    assert ask(IN_TRANSIT, *claims, sensitive_only=True).outcome == "unmet"


def test_an_empty_list_of_personal_data_is_said_and_not_silence() -> None:
    assert ask(IN_TRANSIT, said("personal-data.any", False)).claims
    assert ask(IN_TRANSIT, said("personal-data.any", True)).outcome == "indeterminate"
