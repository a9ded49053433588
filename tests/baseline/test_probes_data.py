"""Probes about data, updates and logs that have to be complete, and what people do."""

import datetime

import pytest

from tests.baseline.probe_cases import DAY, Case, ask, check, listed, said, title

EVENTS = ("authentication", "account-management", "access-rights", "security-rules", "system")
ALL_SOFTWARE = ("firmware", "configuration", "applications")


def some(property, *values):
    return [said(f"{property}.any", bool(values)), *[said(property, value) for value in values]]


def personal(*leaves):
    return listed("personal-data", *[(f"d{n}", leaf) for n, leaf in enumerate(leaves)])


def flows(*leaves):
    return listed("data-flow", *[(f"f{n}", leaf) for n, leaf in enumerate(leaves)])


OF_DATA = {
    "personal-data-purpose-bound": "purpose-bound",
    "personal-data-users-informed": "user-informed",
    "personal-data-necessary": "necessary",
}
ABOUT_DATA = (
    "personal-data-lawful",
    "personal-data-consented",
    "personal-data-purpose-stated",
    "personal-data-retention-limited",
    *OF_DATA,
)
ABOUT_FLOWS = ("data-objects-protected", "data-signed-at-source", "data-signature-kept")

CASES = [
    # personal data
    *[Case(probe, "silence", [], "indeterminate") for probe in ABOUT_DATA],
    *[Case(probe, "no personal data", personal(), "not-applicable") for probe in ABOUT_DATA],
    *[Case(probe, "not told", personal({"sensitive": True}), "indeterminate") for probe in ABOUT_DATA],
    *[Case(probe, "yes", personal({leaf: True}), "met") for probe, leaf in OF_DATA.items()],
    *[Case(probe, "no", personal({leaf: True}, {leaf: False}), "unmet") for probe, leaf in OF_DATA.items()],
    Case("personal-data-lawful", "contract", personal({"legal-basis": "contract"}), "met"),
    Case(
        "personal-data-lawful", "none", personal({"legal-basis": "consent"}, {"legal-basis": "none"}), "unmet"
    ),
    Case("personal-data-consented", "asked for", personal({"consent": True}), "met"),
    Case(
        "personal-data-consented",
        "asked for, though another basis would do",
        personal({"legal-basis": "contract", "consent": True}),
        "met",
    ),
    Case(
        "personal-data-consented",
        "not asked for",
        personal({"legal-basis": "consent", "consent": False}),
        "unmet",
    ),
    Case(
        "personal-data-consented",
        "another basis",
        personal({"legal-basis": "contract", "consent": False}),
        "weaker",
    ),
    Case(
        "personal-data-consented",
        "another basis, consent not told",
        personal({"legal-basis": "contract"}),
        "weaker",
    ),
    Case("personal-data-purpose-stated", "stated", personal({"purpose": "billing"}), "met"),
    Case(
        "personal-data-purpose-stated",
        "one without",
        personal({"purpose": "billing"}, {"sensitive": False}),
        "weaker",
    ),
    Case("personal-data-retention-limited", "a year", personal({"retention-days": 365}), "met"),
    Case("personal-data-retention-limited", "ten years", personal({"retention-days": 3650}), "met"),
    Case("personal-data-retention-limited", "for ever", personal({"retention-days": 36500}), "weaker"),
    Case(
        "personal-data-retention-limited",
        "less asked for",
        personal({"retention-days": 365}),
        "weaker",
        0,
        {"max_days": 30},
    ),
    Case("telemetry-minimal", "silence", [], "indeterminate"),
    Case("telemetry-minimal", "minimal", [said("telemetry.minimal", True)], "met"),
    Case("telemetry-minimal", "not minimal", [said("telemetry.minimal", False)], "unmet"),
    Case("telemetry-minimal", "none", [said("telemetry.collected", False)], "not-applicable"),
    Case("gdpr-not-applicable", "silence", [], "indeterminate"),
    Case("gdpr-not-applicable", "declared outside", [said("data.gdpr.applicable", False)], "met"),
    Case("gdpr-not-applicable", "declared inside", [said("data.gdpr.applicable", True)], "unmet"),
    Case("gdpr-not-applicable", "no personal data", personal(), "met"),
    Case("gdpr-not-applicable", "personal data, law not told", personal({"consent": True}), "unmet"),
    Case(
        "gdpr-not-applicable",
        "declared inside, without personal data",
        [*personal(), said("data.gdpr.applicable", True)],
        "unmet",
    ),
    # data on its way
    *[Case(probe, "silence", [], "indeterminate") for probe in ABOUT_FLOWS],
    *[Case(probe, "no flows", flows(), "not-applicable") for probe in ABOUT_FLOWS],
    Case("data-objects-protected", "COSE", flows({"object-security": "cose"}), "met"),
    Case("data-objects-protected", "another way", flows({"object-security": "other"}), "weaker"),
    Case(
        "data-objects-protected",
        "one of two not",
        flows({"object-security": "cose"}, {"object-security": "none"}),
        "unmet",
    ),
    Case("data-signed-at-source", "signed", flows({"signed-at-source": True}), "met"),
    Case("data-signed-at-source", "not signed", flows({"signed-at-source": False}), "unmet"),
    Case("data-signature-kept", "kept", flows({"stored-signed": True}), "met"),
    Case("data-signature-kept", "not kept", flows({"stored-signed": False}), "unmet"),
    # sets that have to be complete
    Case("log-covers-security-events", "silence", [], "indeterminate"),
    Case("log-covers-security-events", "all", some("logging.events", *EVENTS, "update"), "met"),
    Case("log-covers-security-events", "one missing", some("logging.events", *EVENTS[1:]), "weaker"),
    Case("log-covers-security-events", "others only", some("logging.events", "update"), "unmet"),
    Case("log-covers-security-events", "none", some("logging.events"), "unmet"),
    Case("updates-cover-all-software", "silence", [], "indeterminate"),
    Case("updates-cover-all-software", "all", some("update.covers", *ALL_SOFTWARE, "radio"), "met"),
    Case("updates-cover-all-software", "firmware alone", some("update.covers", "firmware"), "weaker"),
    Case("updates-cover-all-software", "none", some("update.covers"), "unmet"),
    Case("settings-survive-updates", "silence", [], "indeterminate"),
    Case("settings-survive-updates", "they survive", [said("update.preserves-settings", True)], "met"),
    Case(
        "settings-survive-updates",
        "they do not, but the user is told",
        [said("update.preserves-settings", False), said("update.notifies-on-change", True)],
        "met",
    ),
    Case(
        "settings-survive-updates",
        "neither",
        [said("update.preserves-settings", False), said("update.notifies-on-change", False)],
        "unmet",
    ),
    # cadences
    Case("attested-regularly", "silence", [], "indeterminate"),
    Case("attested-regularly", "weekly", [said("monitoring.attestation-interval-hours", 168)], "met"),
    Case("attested-regularly", "less often", [said("monitoring.attestation-interval-hours", 169)], "weaker"),
    Case("security-audited", "silence", [], "indeterminate"),
    Case("security-audited", "not done", [said("process.security-audit", False)], "unmet"),
    Case("security-audited", "done, as declared", [said("process.security-audit", True)], "met"),
    Case("penetration-tested", "silence", [], "indeterminate"),
    Case("penetration-tested", "not done", [said("process.penetration-test", False)], "unmet"),
    Case("penetration-tested", "done, as declared", [said("process.penetration-test", True)], "met"),
]


PRACTICES = {
    "security-audited": ("process.security-audit", 366),
    "penetration-tested": ("process.penetration-test", 183),
}


@pytest.mark.parametrize("case", CASES, ids=title)
def test_answer(case: Case) -> None:
    check(case)


def documented(property, days):
    date = (DAY - datetime.timedelta(days=days)).isoformat()
    return [
        said(property, True),
        said(property, True, 1, artefact="report.pdf"),
        said(f"{property}.document-date", date, 1, artefact="report.pdf"),
    ]


@pytest.mark.parametrize("probe", PRACTICES)
def test_a_document_counts_only_within_the_cadence(probe: str) -> None:
    property, days = PRACTICES[probe]
    assert ask(probe, *documented(property, days)).grade == 1
    late = ask(probe, *documented(property, days + 1))
    assert (late.outcome, late.grade) == ("met", 0)


@pytest.mark.parametrize("probe", PRACTICES)
def test_the_cadence_is_a_parameter(probe: str) -> None:
    property, _ = PRACTICES[probe]
    assert ask(probe, *documented(property, 700), max_age_days=731).grade == 1
    assert ask(probe, *documented(property, 31), max_age_days=30).grade == 0
