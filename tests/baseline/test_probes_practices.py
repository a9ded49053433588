"""Probes about what people do: a word is worth little, a dated document more, and an old one a word again."""

import datetime
import inspect

import pytest

from iotassess.baseline.probes import practices
from iotassess.baseline.registry import probes
from iotassess.model.profile.leaves import leaves
from tests.baseline.probe_cases import DAY, Case, ask, check, said, title

YEAR, THREE_YEARS = 366, 1096

# Probe → practice, and how many days its document counts.
PRACTICES = {
    "security-by-design": ("process.security-by-design", THREE_YEARS),
    "secure-development": ("process.secure-development", YEAR),
    "policies-integrated": ("process.policy-integration", THREE_YEARS),
    "power-saving-safe": ("process.power-design", THREE_YEARS),
    "architecture-compartmented": ("process.compartmentation", THREE_YEARS),
    "proven-solutions-chosen": ("process.proven-solutions", THREE_YEARS),
    "keys-managed-securely": ("process.key-management", YEAR),
    "privacy-by-design": ("process.privacy-by-design", THREE_YEARS),
    "intended-use-identified": ("process.intended-use", THREE_YEARS),
    "risks-assessed": ("process.risk-assessment", YEAR),
    "assets-managed": ("process.asset-management", YEAR),
    "security-test-planned": ("process.test-plan", YEAR),
    "code-reviewed": ("process.code-review", YEAR),
    "inputs-fuzzed": ("software.input-validation.fuzzing", YEAR),
    "software-bill-of-materials-made": ("software.sbom", YEAR),
    "vulnerability-disclosure-policy": ("support.vulnerability-disclosure", THREE_YEARS),
    "vulnerabilities-acted-on": ("process.vulnerability-handling", YEAR),
    "vulnerabilities-monitored": ("process.vulnerability-monitoring", YEAR),
    "incidents-handled": ("process.incident-response", YEAR),
    "threats-shared": ("process.information-sharing", YEAR),
    "end-of-life-planned": ("support.end-of-life-plan", THREE_YEARS),
    "staff-trained": ("process.training", YEAR),
    "training-recorded": ("process.training-records", YEAR),
    "roles-assigned": ("process.roles", YEAR),
    "processors-bound": ("process.processing-agreements", THREE_YEARS),
    "data-shared-with-consent": ("process.data-sharing", THREE_YEARS),
    "suppliers-managed": ("process.supplier-management", YEAR),
    "product-documented": ("process.product-documentation", YEAR),
    "queries-received": ("process.query-reception", YEAR),
    "security-news-disseminated": ("process.dissemination", YEAR),
    "customers-educated": ("process.customer-education", THREE_YEARS),
}

ELSEWHERE = {
    "data.gdpr.impact-assessment",
    "data.gdpr.compliance-review",
    "safety.hazard-analysis",
    "process.threat-model",
    "process.penetration-test",
    "process.security-audit",
}
"""Practices that probes about their subject ask for."""


def documented(property, days):
    """A practice that is declared, and shown by a document of some age."""
    date = (DAY - datetime.timedelta(days=days)).isoformat()
    return [
        said(property, True),
        said(property, True, 1, artefact="report.pdf"),
        said(f"{property}.document-date", date, 1, artefact="report.pdf"),
    ]


CASES = [
    case
    for probe, (property, days) in PRACTICES.items()
    for case in (
        Case(probe, "silence", [], "indeterminate"),
        Case(probe, "done", [said(property, True)], "met"),
        Case(probe, "not done", [said(property, False)], "unmet"),
        Case(probe, "documented", documented(property, 0), "met", 1),
        Case(probe, "documented long ago", documented(property, days), "met", 1),
        Case(probe, "documented too long ago", documented(property, days + 1), "met", 0),
        Case(probe, "documented, of unknown age", documented(property, 0)[:2], "met", 0),
        Case(probe, "recent enough here", documented(property, 2000), "met", 1, {"max_age_days": 2000}),
        Case(probe, "too old here", documented(property, 31), "met", 0, {"max_age_days": 30}),
        Case(probe, "only a date", [said(f"{property}.document-date", DAY.isoformat())], "indeterminate"),
    )
] + [
    Case("security-audited", "documented", documented("process.security-audit", 0), "met", 1),
    Case("penetration-tested", "documented", documented("process.penetration-test", 0), "met", 1),
]


@pytest.mark.parametrize("case", CASES, ids=title)
def test_answer(case: Case) -> None:
    check(case)


def test_every_probe_of_the_module_is_tried() -> None:
    written = inspect.getsource(practices).count("\n_practice(")
    assert len(PRACTICES) == written
    assert all(probes()[id].run.__module__ == practices.__name__ for id in PRACTICES)


def test_every_practice_of_the_profile_is_asked_for() -> None:
    dated = {leaf.property for leaf in leaves() if leaf.property and leaf.property.endswith(".document-date")}
    known = {property.removesuffix(".document-date") for property in dated}
    assert known == {property for property, _ in PRACTICES.values()} | ELSEWHERE | {"justification"}


def test_no_practice_is_asked_for_twice() -> None:
    asked = [property for property, _ in PRACTICES.values()]
    assert len(asked) == len(set(asked))
    assert not ELSEWHERE & set(asked)


@pytest.mark.parametrize("probe", PRACTICES)
def test_a_document_that_an_artefact_could_show_is_none(probe: str) -> None:
    assert probes()[probe].kind == "document"
    assert probes()[probe].params == {"max_age_days": PRACTICES[probe][1]}


@pytest.mark.parametrize("probe", PRACTICES)
def test_that_a_document_is_too_old_is_told(probe: str) -> None:
    property, days = PRACTICES[probe]
    assert ask(probe, *documented(property, days + 1)).because.endswith(f"older than {days} days")


def test_a_policy_for_suppliers_that_they_are_not_told_of_is_none() -> None:
    assert "suppliers told what is asked" in probes()["suppliers-managed"].question
