"""Probes about what a device can do for its own security and its owners (NIST IR 8259A)."""

import pytest

from iotassess.baseline.registry import probes
from tests.baseline.probe_cases import Case, ask, check, listed, said, title

PROPERTY_OF = {
    "physical-identifier-readable": "identity.physical-identifier",
    "settings-changeable": "configuration.changeable",
    "settings-changed-by-authorised-only": "configuration.authorised-only",
    "secure-configuration-restorable": "configuration.restorable",
    "restore-by-authorised-only": "configuration.restore-authorised-only",
    "erasure-by-authorised-only": "data.erasure-authorised-only",
    "factory-reset-offered": "recovery.factory-reset",
    "crypto-library-present": "library.any",
    "crypto-configurable": "crypto.configurable",
    "login-limit-configurable": "auth.rate-limit.configurable",
    "updates-local": "update.local",
    "updates-by-authorised-only": "update.authorised-only",
    "rollback-by-authorised": "update.rollback-authorised",
    "update-notice-recipients-configurable": "update.notification-recipients",
    "security-state-reported": "security-state.reported",
    "degraded-state-distinguished": "security-state.degraded-distinguished",
    "security-state-read-by-authorised-only": "security-state.read-authorised-only",
    "security-state-protected": "security-state.protected",
    "security-state-sent": "security-state.sent-elsewhere",
    "log-protected": "logging.protected",
}
"""Probe → property: met by yes, unmet by no."""

FIXED = said("configuration.changeable", False)
KEY = "device.attestation-key"
ATTESTED, MEASURES = "running-software-attested", "attestation.measures-software"
DISABLED, DENIED = "unneeded-interfaces-disabled", "debug-interfaces-denied"
SWITCHABLE = "automatic-updates-switchable"
NO_DEBUG = said("debug.present", False)


def interfaces(*leaves):
    """Declare interfaces: {leaf: value} each."""
    return listed("interface", *[(f"i{n}", {"type": "network", **leaf}) for n, leaf in enumerate(leaves)])


def updates(control, default=None, consent=None):
    """Tell who decides on automatic updates; None says nothing."""
    told = {"user-control": control, "automatic-default": default, "automatic-consent": consent}
    return [said(f"update.{leaf}", value) for leaf, value in told.items() if value is not None]


def key(device, value, grade=0):
    return said(KEY, value, grade, about=f"device {device}", device=device, artefact=f"{device}.cbor")


def sent(*ways):
    return [said("logging.transport.any", bool(ways)), *[said("logging.transport", way) for way in ways]]


CASES: list[Case] = [
    # whose identifier it is
    Case("device-identifier-attested", "silence", [], "indeterminate"),
    Case("device-identifier-attested", "no device sampled", listed("device"), "indeterminate"),
    Case("device-identifier-attested", "one declared", [key("01", "aa")], "met"),
    Case("device-identifier-attested", "one verified", [key("01", "aa", 4)], "met", 4),
    Case("device-identifier-attested", "one fresh", [key("01", "aa", 5)], "met", 5),
    Case(
        "device-identifier-attested", "the least proven", [key("01", "aa", 5), key("02", "bb", 3)], "met", 3
    ),
    Case("device-identifier-attested", "shared", [key("01", "aa", 4), key("02", "aa", 4)], "unmet"),
    Case("device-identifier-attested", "nobody vouches for it", [key("01", "aa", 2)], "indeterminate"),
    Case(
        "device-identifier-attested",
        "another device has no key",
        [*listed("device", ("02", {"instance-id": "02"})), key("01", "aa", 4)],
        "weaker",
    ),
    # no settings
    Case("settings-absent", "silence", [], "indeterminate"),
    Case("settings-absent", "there are some", [said("configuration.changeable", True)], "unmet"),
    Case("settings-absent", "none", [FIXED], "met"),
    Case("settings-absent", "none, and none is told of", [FIXED, said("crypto.configurable", False)], "met"),
    Case("settings-absent", "only single ones denied", [said("crypto.configurable", False)], "indeterminate"),
    *[
        Case("settings-absent", f"yet {property}", [FIXED, said(property, True)], "unmet")
        for property in (
            "crypto.configurable",
            "auth.rate-limit.configurable",
            "update.user-control",
            "update.notification-control",
            "update.notification-recipients",
        )
    ],
    Case(
        "settings-absent",
        "yet a connection carries them",
        [FIXED, *listed("endpoint", ("cloud", {"carries-configuration": True}))],
        "unmet",
    ),
    # what evidence tells of the state
    Case(ATTESTED, "silence", [], "indeterminate"),
    Case(ATTESTED, "declared only", [said(MEASURES, True)], "met"),
    Case(ATTESTED, "a token with measurements", [said(MEASURES, True, 4, device="01")], "met", 4),
    Case(ATTESTED, "a token without", [said(MEASURES, False, 4, device="01")], "unmet"),
    Case(ATTESTED, "nobody vouches for it", [said(MEASURES, True, 2, device="01")], "indeterminate"),
    Case(
        ATTESTED,
        "one of two devices without",
        [said(MEASURES, True, 5, device="01"), said(MEASURES, False, 4, device="02")],
        "unmet",
    ),
    Case(
        ATTESTED,
        "the least proven device",
        [said(MEASURES, True, 5, device="01"), said(MEASURES, True, 3, device="02")],
        "met",
        3,
    ),
    Case(
        ATTESTED,
        "another product's",
        [said(MEASURES, True, 2, device="01", other=True)],
        "indeterminate",
    ),
    # interfaces that nobody needs
    Case(DISABLED, "silence", [], "indeterminate"),
    Case(DISABLED, "no interface", listed("interface"), "met"),
    Case(DISABLED, "of one nothing is said", interfaces({}), "indeterminate"),
    Case(DISABLED, "needed", interfaces({"required": True}), "met"),
    Case(
        DISABLED, "needed, and cannot be closed", interfaces({"required": True, "can-disable": False}), "met"
    ),
    Case(DISABLED, "can be closed", interfaces({"required": False, "can-disable": True}), "met"),
    Case(DISABLED, "need is not told, and it can be closed", interfaces({"can-disable": True}), "met"),
    Case(DISABLED, "off as sold", interfaces({"required": False, "enabled-default": False}), "met"),
    Case(
        DISABLED,
        "one is closed, and another can be",
        interfaces(
            {"required": False, "enabled-default": False, "can-disable": False},
            {"required": False, "enabled-default": True, "can-disable": True},
        ),
        "met",
    ),
    Case(
        DISABLED,
        "on for good",
        interfaces({"required": False, "enabled-default": True, "can-disable": False}),
        "unmet",
    ),
    Case(
        DISABLED,
        "on, and whether it can be closed is not told",
        interfaces({"enabled-default": True}),
        "indeterminate",
    ),
    Case(DISABLED, "one of two is silent", interfaces({"required": True}, {}), "weaker"),
    # no debug interface
    Case(DENIED, "silence", [], "indeterminate"),
    Case(DENIED, "said", [NO_DEBUG], "met"),
    Case(DENIED, "said otherwise", [said("debug.present", True)], "unmet"),
    Case(DENIED, "a debug interface is listed", [NO_DEBUG, *interfaces({"type": "debug"})], "unmet"),
    Case(DENIED, "secured", [NO_DEBUG, said("lifecycle", "secured", 4, device="01")], "met"),
    Case(DENIED, "only a lifecycle", [said("lifecycle", "secured", 4, device="01")], "indeterminate"),
    Case(
        DENIED, "a test device", [NO_DEBUG, said("lifecycle", "assembly-and-test", 4, device="01")], "weaker"
    ),
    Case(DENIED, "a test device, as declared", [NO_DEBUG, said("lifecycle", "assembly-and-test")], "weaker"),
    Case(
        DENIED, "being debugged", [NO_DEBUG, said("lifecycle", "non-psa-rot-debug", 4, device="01")], "unmet"
    ),
    # who decides on updates
    Case(SWITCHABLE, "silence", [], "indeterminate"),
    Case(SWITCHABLE, "only off by default", updates(None, False), "indeterminate"),
    Case(SWITCHABLE, "no control", updates(False), "unmet"),
    Case(SWITCHABLE, "no control, off by default", updates(False, False, True), "unmet"),
    Case(SWITCHABLE, "control of some kind", updates(True), "weaker"),
    Case(SWITCHABLE, "control, on by default", updates(True, True), "weaker"),
    Case(SWITCHABLE, "control, on by default, nobody is asked", updates(True, True, False), "weaker"),
    Case(SWITCHABLE, "control, off by default", updates(True, False), "met"),
    Case(SWITCHABLE, "control, with consent", updates(True, True, True), "met"),
    Case(
        SWITCHABLE,
        "as documented as its least documented fact",
        [*updates(True, False), said("update.user-control", True, 1)],
        "met",
    ),
    # where the log goes
    Case("log-sent", "silence", [], "indeterminate"),
    Case("log-sent", "nowhere", sent(), "unmet"),
    Case("log-sent", "none", sent("none"), "unmet"),
    *[Case("log-sent", way, sent(way), "met") for way in ("suit-report", "rats", "syslog-tls", "vendor")],
    Case("log-sent", "one way that is none", sent("none", "syslog-tls"), "met"),
]


@pytest.mark.parametrize("case", CASES, ids=title)
def test_answer(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("probe", PROPERTY_OF)
def test_yes_meets_it_and_no_does_not(probe: str) -> None:
    assert ask(probe, said(PROPERTY_OF[probe], True)).outcome == "met"
    assert ask(probe, said(PROPERTY_OF[probe], False)).outcome == "unmet"


@pytest.mark.parametrize("probe", PROPERTY_OF)
def test_silence_is_no_answer(probe: str) -> None:
    answer = ask(probe)
    assert (answer.outcome, answer.grade, answer.claims) == ("indeterminate", 0, ())


@pytest.mark.parametrize("probe", PROPERTY_OF)
def test_a_document_counts_for_more_than_a_word(probe: str) -> None:
    property = PROPERTY_OF[probe]
    assert ask(probe, said(property, True)).grade == 0
    assert ask(probe, said(property, True), said(property, True, 1)).grade == 1


@pytest.mark.parametrize("probe", PROPERTY_OF)
def test_the_property_is_owned_up_to_and_no_artefact_shows_it(probe: str) -> None:
    assert probes()[probe].reads == (PROPERTY_OF[probe],)
    assert probes()[probe].kind == "document"


def test_a_contradiction_about_the_state_is_none_about_the_report_of_it() -> None:
    assert probes()[ATTESTED].reads == (MEASURES,)
    assert probes()[ATTESTED].kind == "evidence"


def test_what_denies_an_absence_is_among_the_claims() -> None:
    set_all_the_same = said("crypto.configurable", True)
    assert set(ask("settings-absent", FIXED, set_all_the_same).claims) == {FIXED, set_all_the_same}


def test_a_lifecycle_that_makes_a_denial_doubtful_is_among_the_claims() -> None:
    lifecycle = said("lifecycle", "assembly-and-test", 4, device="01")
    answer = ask(DENIED, NO_DEBUG, lifecycle)
    assert set(answer.claims) == {NO_DEBUG, lifecycle}


def test_that_control_may_be_a_delay_only_is_told() -> None:
    assert "no more than putting an update off" in ask(SWITCHABLE, *updates(True)).because


def test_what_is_restored_was_defined_as_secure_by_somebody() -> None:
    assert "defined as secure" in probes()["secure-configuration-restorable"].question
