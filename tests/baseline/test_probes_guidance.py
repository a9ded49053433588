"""Probes about what users are told, asked and promised."""

import pytest

from tests.baseline.probe_cases import Case, ask, check, said, title

YES_OR_NO = {
    "security-updates-timely": "update.timely",
    "automatic-updates-on-by-default": "update.automatic-default",
    "automatic-updates-consented": "update.automatic-consent",
    "automatic-updates-user-controlled": "update.user-control",
    "update-notices-switchable": "update.notification-control",
    "update-need-announced": "update.notifies-user",
    "update-disruption-announced": "update.notifies-disruption",
    "updates-looked-for-after-setup": "update.checks-after-initialisation",
    "updates-looked-for-regularly": "update.checks-periodically",
    "support-period-published": "support.published",
    "disclosure-policy-published": "support.disclosure-published",
    "disclosure-timelines-stated": "support.disclosure-timelines",
    "non-updatable-explained": "support.non-updatable-published",
    "non-updatable-isolable": "support.isolable",
    "non-updatable-replaceable": "support.hardware-replaceable",
    "model-recognisable": "identity.model-recognisable",
    "user-decisions-minimal": "guidance.minimal-decisions",
    "usable-security-practised": "guidance.usable",
    "secure-setup-explained": "guidance.secure-setup",
    "secure-setup-checkable": "guidance.setup-check",
    "erasure-explained": "data.erasure-instructions",
    "erasure-confirmed": "data.erasure-confirmed",
    "telemetry-explained": "telemetry.documented",
    "telemetry-examined": "telemetry.examined",
    "software-change-detected": "boot.detects-changes",
    "software-change-alerted": "boot.alerts-user",
    "connectivity-limited-on-change": "boot.limits-network-on-change",
    "network-outage-withstood": "resilience.network-outage",
    "power-outage-withstood": "resilience.power-outage",
}
"""Probe → property: met by yes, unmet by no."""

NAMED = {
    "support-period-defined": ("support.until", "2031-12-31"),
    "vulnerability-contact-named": ("support.contact", "security@example.com"),
}
"""Probe → property, and an answer that meets it."""

PROPERTY_OF = {**YES_OR_NO, **{id: row[0] for id, row in NAMED.items()}}

SENSES = said("data.external-sensors", True)
SENSES_NOTHING = said("data.external-sensors", False)

CASES = [
    Case("sensors-documented", "silence", [], "indeterminate"),
    Case("sensors-documented", "all", [SENSES, said("data.sensors-documented", True)], "met"),
    Case("sensors-documented", "not all", [SENSES, said("data.sensors-documented", False)], "unmet"),
    Case("sensors-documented", "documentation not told of", [SENSES], "indeterminate"),
    Case("sensors-documented", "nothing to document", [SENSES_NOTHING], "met"),
    Case(
        "sensors-documented",
        "not all, though none is said to be there",
        [SENSES_NOTHING, said("data.sensors-documented", False)],
        "unmet",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=title)
def test_answer(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("probe", YES_OR_NO)
def test_yes_meets_it_and_no_does_not(probe: str) -> None:
    assert ask(probe, said(YES_OR_NO[probe], True)).outcome == "met"
    assert ask(probe, said(YES_OR_NO[probe], False)).outcome == "unmet"
    assert ask(probe).outcome == "indeterminate"


@pytest.mark.parametrize("probe", NAMED)
def test_a_name_meets_it_and_blanks_do_not(probe: str) -> None:
    property, answer = NAMED[probe]
    assert ask(probe, said(property, answer)).outcome == "met"
    assert ask(probe, said(property, " ")).outcome == "unmet"
    assert ask(probe).outcome == "indeterminate"
