"""Probes about the components of a product: the weakest counts, and no list is no answer (NIST IR 8425)."""

import pytest

from iotassess.baseline.registry import probes
from tests.baseline.probe_cases import Case, ask, check, listed, said, title

KIND = "product-component"
NAMED = "product-components-named"

EVERY = {
    "product-components-identified": "identified",
    "product-components-inventoried": "inventoried",
    "component-settings-by-authorised-only": "settings-authorised",
    "product-components-restorable": "restorable",
    "component-stored-data-protected": "stored-data-protected",
    "component-data-deletable": "data-deletable",
    "component-sent-data-protected": "sent-data-protected",
    "component-interfaces-necessary": "interfaces-necessary",
    "component-access-limited": "access-limited",
    "component-privileges-least": "least-privilege",
    "component-updates-verified": "updates-verified",
    "product-components-kept-current": "kept-current",
    "component-state-recorded": "state-recorded",
}
"""Probe → leaf that has to hold for every component."""

WHERE_NEEDED = {
    "product-settings-applied": "settings-applied",
    "component-input-checked": "input-checked",
    "component-transmission-blocked": "transmission-blocked",
    "component-onboarding-controlled": "onboarding-controlled",
}
"""Probe → leaf that has to hold for some components, not necessarily all."""

KEPT = "service-kept-data-deletable"
ERASABLE, NOT_ERASABLE = said("data.erasure-services", True), said("data.erasure-services", False)
NO_TELEMETRY, TELEMETRY = said("telemetry.collected", False), said("telemetry.collected", True)


def personal(stored):
    """Declare one category of personal data, and whether a service can store it."""
    return listed("personal-data", ("voice", {"name": "voice", "stored-by-services": stored}))


PROPERTY_OF: dict[str, str] = {}
"""No probe here is answered by one product-wide leaf."""


def product(*leaves):
    """Declare components: {leaf: value} each; what is only named says nothing else."""
    found = [(f"c{n}", {"name": f"c{n}", **leaf}) for n, leaf in enumerate(leaves)]
    return listed(KIND, *found)


def cases(probe, leaf):
    yes, no = {leaf: True}, {leaf: False}
    other = "weaker" if probe in WHERE_NEEDED else "unmet"
    return [
        Case(probe, "silence", [], "indeterminate"),
        Case(probe, "an empty list", listed(KIND), "indeterminate"),
        Case(probe, "components named only", product({}, {}), "indeterminate"),
        Case(probe, "one that holds", product(yes), "met"),
        Case(probe, "one that does not hold", product(no), "unmet"),
        Case(probe, "all hold", product(yes, yes), "met"),
        Case(probe, "one of two does not hold", product(yes, no), other),
        Case(probe, "none holds", product(no, no), "unmet"),
        Case(probe, "one of two is silent", product(yes, {}), "weaker"),
        Case(probe, "one is silent and one does not hold", product({}, no), "unmet"),
    ]


CASES: list[Case] = [
    *[case for probe, leaf in (EVERY | WHERE_NEEDED).items() for case in cases(probe, leaf)],
    Case(KEPT, "silence", [], "indeterminate"),
    Case(KEPT, "deletable", [ERASABLE], "met"),
    Case(KEPT, "deletable, whatever is kept", [ERASABLE, TELEMETRY, *personal(True)], "met"),
    Case(KEPT, "not deletable", [NOT_ERASABLE], "unmet"),
    Case(KEPT, "not deletable, and kept", [NOT_ERASABLE, NO_TELEMETRY, *personal(True)], "unmet"),
    Case(KEPT, "telemetry is collected", [NOT_ERASABLE, TELEMETRY, *personal(False)], "unmet"),
    Case(KEPT, "of telemetry nothing is said", [NOT_ERASABLE, *personal(False)], "unmet"),
    Case(KEPT, "of personal data nothing is said", [NO_TELEMETRY], "indeterminate"),
    Case(KEPT, "nothing is kept", [NO_TELEMETRY, *personal(False)], "not-applicable"),
    Case(KEPT, "nothing is there", [NOT_ERASABLE, NO_TELEMETRY, *listed("personal-data")], "not-applicable"),
    Case(NAMED, "silence", [], "indeterminate"),
    Case(NAMED, "an empty list", listed(KIND), "indeterminate"),
    Case(NAMED, "a device", product({"kind": "device"}), "met"),
    Case(NAMED, "a device and its app", product({"kind": "device"}, {"kind": "app"}), "met"),
    Case(NAMED, "no device among them", product({"kind": "hub"}, {"kind": "app"}), "weaker"),
    Case(NAMED, "what one is, is not told", product({"kind": "device"}, {}), "weaker"),
]


@pytest.mark.parametrize("case", CASES, ids=title)
def test_answer(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("probe", EVERY | WHERE_NEEDED)
def test_only_documents_answer_for_components(probe: str) -> None:
    row = probes()[probe]
    assert row.kind == "document"
    assert row.reads == (f"{KIND}.any", f"{KIND}.{(EVERY | WHERE_NEEDED)[probe]}")


@pytest.mark.parametrize("probe", [*EVERY, *WHERE_NEEDED, NAMED])
def test_an_empty_list_is_looked_at_and_answers_nothing(probe: str) -> None:
    answer = ask(probe, said(f"{KIND}.any", False))
    assert answer.outcome == "indeterminate"
    assert [c.property for c in answer.claims] == [f"{KIND}.any"]


def test_the_answer_tells_what_the_product_consists_of() -> None:
    answer = ask(NAMED, *product({"kind": "device"}, {"kind": "service"}))
    assert "c0, c1" in answer.because
    assert {c.property for c in answer.claims} == {f"{KIND}.name", f"{KIND}.kind"}


def test_that_services_keep_nothing_rests_on_what_is_declared() -> None:
    answer = ask(KEPT, NO_TELEMETRY, *listed("personal-data"))
    assert {c.property for c in answer.claims} == {"telemetry.collected", "personal-data.any"}
