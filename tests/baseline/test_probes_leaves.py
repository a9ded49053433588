"""Probes that one declared answer decides: each allowed value has its outcome, and silence has none."""

import typing

import pytest

from iotassess.baseline.registry import probes
from iotassess.model.profile import Profile
from iotassess.model.profile.leaves import _strip, leaves
from tests.baseline.probe_cases import ask, said

YES_OR_NO = {
    "root-of-trust-immutable": "hardware.root-of-trust.immutable",
    "root-of-trust-verifies-next-stage": "hardware.root-of-trust.verifies-next-stage",
    "keys-not-exportable": "hardware.secure-storage.keys-nonexportable",
    "keys-protected-in-use": "hardware.secure-storage.protects-in-use",
    "privileged-code-minimal": "hardware.isolation.privileged-minimal",
    "tamper-protected": "hardware.tamper.protection",
    "tamper-detected": "hardware.tamper.detection",
    "tamper-handled-offline": "hardware.tamper.network-independent",
    "enclosure-resists-opening": "hardware.enclosure.resists-disassembly",
    "secure-boot-on": "boot.secure-boot",
    "secure-boot-enforced": "boot.enforced",
    "boot-measured": "boot.measured",
    "execution-monitored": "software.runtime-protection.execution-monitoring",
    "update-manifest-authenticated": "update.authenticated",
    "update-payload-integrity": "update.integrity-checked",
    "update-target-checked": "update.target-checked",
    "update-encrypted": "update.encrypted",
    "update-goes-to-other-slot": "update.ab-slots",
    "update-over-the-air": "update.ota",
    "update-server-secured": "update.server-secured",
    "update-server-authenticated": "update.server-authenticated",
    "update-chain-verified-first": "update.chain-verified-before-install",
    "failed-update-undone": "update.rollback-on-failure",
    "updates-automatic": "update.automatic",
    "updates-backward-compatible": "update.backward-compatible",
    "recovery-image-present": "recovery.recovery-image",
    "known-good-state-restorable": "recovery.known-good-state",
    "device-tests-itself": "recovery.self-test",
    "device-repairs-itself": "recovery.self-repair",
    "hung-device-restarts": "recovery.watchdog",
    "attestation-fresh": "attestation.nonce-bound",
    "reference-values-published": "attestation.reference-values-published",
    "crypto-best-practice": "crypto.best-practice",
    "insecure-crypto-disabled": "crypto.insecure-disabled",
    "crypto-lightweight": "crypto.lightweight",
    "identity-per-device": "identity.per-device",
    "enrolment-per-device": "identity.enrolment.per-device",
    "enrolment-scalable": "identity.enrolment.scalable",
    "storage-made-for-physical-attacks": "hardware.secure-storage.physical-attacks-considered",
    "mud-file-signed": "network.mud-signed",
    "unexpected-connections-refused": "network.default-deny",
    "connections-selectively-disabled": "network.selective-disable",
    "traffic-rate-limited": "network.rate-limited",
    "network-segmented": "network.segmentation",
    "compromise-contained": "network.compromise-contained",
    "stored-keys-guarded": "auth.rate-limit.covers-keys",
    "default-username-changed": "auth.passwords.default-username-changed",
    "least-privilege": "authorisation.least-privilege",
    "access-policy-enforced": "authorisation.policy-enforced",
    "authorisation-context-aware": "authorisation.contexts",
    "data-classified": "authorisation.data-classified",
    "stored-data-encrypted": "data.at-rest.encrypted",
    "stored-data-intact": "data.at-rest.integrity-protected",
    "stored-data-access-controlled": "data.at-rest.access-controlled",
    "impact-assessment-made": "data.gdpr.impact-assessment",
    "gdpr-compliance-reviewed": "data.gdpr.compliance-review",
    "data-rights-supported": "data.rights-supported",
    "data-erasable-from-device": "data.erasure-device",
    "data-erasable-from-services": "data.erasure-services",
    "data-portable": "data.export",
    "security-on-by-default": "defaults.security-enabled",
    "unused-functions-off": "defaults.unused-disabled",
    "input-validated": "software.input-validation.all-interfaces",
    "output-filtered": "software.input-validation.output-filtered",
    "fail-safe": "safety.fail-safe",
    "hazard-analysis-made": "safety.hazard-analysis",
    "essential-functions-offline": "resilience.essential-offline",
    "impacts-recorded": "resilience.impacts-recorded",
    "power-loss-survived": "resilience.power-recovery",
    "reconnects-orderly": "resilience.orderly-reconnect",
    "backend-flood-proof": "backend.ddos-protected",
    "backend-load-balanced": "backend.load-balanced",
    "security-events-logged": "logging.present",
    "log-retrieved-authenticated": "logging.retrieval-authenticated",
    "behaviour-monitored": "monitoring.behaviour",
    "malware-looked-for": "monitoring.malware",
    "integrity-checked-regularly": "monitoring.integrity",
    "threat-model-made": "process.threat-model",
    "threat-model-covers-authentication": "process.threat-model.covers-authentication",
}
"""Probe → property: met by yes, unmet by no."""

NO_OR_YES = {
    "storage-not-removable": "hardware.enclosure.storage-removable",
    "update-carries-no-secrets": "update.contains-secrets",
    "no-hard-coded-secrets": "software.hard-coded-secrets",
    "passwords-absent": "auth.passwords.used",
    "blank-passwords-refused": "auth.passwords.blank-allowed",
    "user-authentication-absent": "auth.users-authenticate",
    "personal-data-absent": "personal-data.any",
    "telemetry-absent": "telemetry.collected",
    "data-flows-absent": "data-flow.any",
    "connections-absent": "endpoint.any",
    "safety-irrelevant": "safety.relevant",
}
"""Probe → property: met by no, unmet by yes."""

# Probe → property, values that meet it, values that meet it in part, values that do not.
CHOICES = {
    "hardware-root-of-trust": (
        "hardware.root-of-trust.type",
        ("rom", "otp", "secure-element", "tpm"),
        (),
        ("none",),
    ),
    "boot-key-unchangeable": (
        "hardware.root-of-trust.key-location",
        ("otp", "fuse", "rom", "secure-element", "tpm"),
        (),
        ("flash",),
    ),
    "secrets-in-hardware": (
        "hardware.secure-storage.type",
        ("secure-element", "tpm", "tee", "otp-derived"),
        (),
        ("software", "none"),
    ),
    "tamper-answered": ("hardware.tamper.response", ("lock", "zeroise"), ("log",), ("none",)),
    "debug-unlock-authenticated": (
        "debug.unlock",
        ("impossible", "per-device-credential"),
        ("shared-credential",),
        ("unprotected",),
    ),
    "boot-measurements-protected": (
        "boot.measurement-store",
        ("tpm", "secure-element", "protected-memory"),
        (),
        ("none",),
    ),
    "sideloading-controlled": (
        "software.sideloading",
        ("impossible", "authenticated"),
        (),
        ("unrestricted",),
    ),
    "integrity-failure-handled": (
        "boot.integrity-failure-action",
        ("halt", "recover"),
        ("alert",),
        ("ignore",),
    ),
    "random-numbers-strong": (
        "crypto.random-source",
        ("hardware", "hardware-seeded"),
        ("software",),
        ("none",),
    ),
    "second-factor-offered": ("auth.mfa", ("required", "available"), ("none",), ()),
    "credentials-stored-safely": (
        "auth.credential-storage.scheme",
        ("salted-kdf", "encrypted", "not-stored"),
        ("hashed",),
        ("plain",),
    ),
    "default-passwords-unique": (
        "auth.passwords.default-scheme",
        ("unique", "user-set"),
        ("none",),
        ("universal",),
    ),
    "authorisation-fine-grained": (
        "authorisation.model",
        ("roles", "capabilities", "access-lists"),
        ("single-role",),
        ("none",),
    ),
    "storage-key-protected": (
        "data.at-rest.key-storage",
        ("secure-element", "tpm", "tee", "otp"),
        ("flash",),
        ("none",),
    ),
    "cloud-dependency-limited": ("resilience.cloud-dependency", ("none", "partial"), (), ("full",)),
    "backend-absent": ("resilience.cloud-dependency", ("none",), (), ("partial", "full")),
    "log-durable": ("logging.storage", ("durable", "remote"), (), ("volatile", "none")),
    "device-secured": (
        "lifecycle",
        ("secured",),
        ("non-psa-rot-debug",),
        (
            "unknown",
            "assembly-and-test",
            "psa-rot-provisioning",
            "recoverable-psa-rot-debug",
            "decommissioned",
        ),
    ),
}

NAMED = {"mud-file-published": "network.mud-url", "data-controller-named": "data.gdpr.controller"}
"""Probe → property: met by any text."""

PROPERTY_OF = {**YES_OR_NO, **NO_OR_YES, **NAMED, **{id: row[0] for id, row in CHOICES.items()}}


def allowed(property):
    """Values that the profile model allows for a leaf."""
    path = next(leaf.path for leaf in leaves() if leaf.property == property)
    kind = Profile
    for key in path:
        kind = _strip(kind.model_fields[key].annotation)
    return typing.get_args(kind)


@pytest.mark.parametrize("probe", YES_OR_NO)
def test_yes_meets_it_and_no_does_not(probe: str) -> None:
    assert ask(probe, said(YES_OR_NO[probe], True)).outcome == "met"
    assert ask(probe, said(YES_OR_NO[probe], False)).outcome == "unmet"


@pytest.mark.parametrize("probe", NO_OR_YES)
def test_no_meets_it_and_yes_does_not(probe: str) -> None:
    assert ask(probe, said(NO_OR_YES[probe], False)).outcome == "met"
    assert ask(probe, said(NO_OR_YES[probe], True)).outcome == "unmet"


@pytest.mark.parametrize("probe", CHOICES)
def test_every_allowed_value_has_its_outcome(probe: str) -> None:
    property, met, weaker, unmet = CHOICES[probe]
    assert sorted((*met, *weaker, *unmet)) == sorted(allowed(property))
    for values, outcome in ((met, "met"), (weaker, "weaker"), (unmet, "unmet")):
        for value in values:
            assert ask(probe, said(property, value)).outcome == outcome, value


@pytest.mark.parametrize("probe", NAMED)
def test_a_name_meets_it_and_blanks_do_not(probe: str) -> None:
    assert ask(probe, said(NAMED[probe], "somebody")).outcome == "met"
    assert ask(probe, said(NAMED[probe], "  ")).outcome == "unmet"


@pytest.mark.parametrize("probe", PROPERTY_OF)
def test_silence_is_no_answer(probe: str) -> None:
    answer = ask(probe)
    assert (answer.outcome, answer.grade, answer.claims) == ("indeterminate", 0, ())


@pytest.mark.parametrize("probe", PROPERTY_OF)
def test_a_document_counts_for_more_than_a_word(probe: str) -> None:
    property = PROPERTY_OF[probe]
    good = CHOICES[probe][1][0] if probe in CHOICES else probe not in NO_OR_YES
    value = "somebody" if probe in NAMED else good
    assert ask(probe, said(property, value)).grade == 0
    assert ask(probe, said(property, value), said(property, value, 1)).grade == 1


@pytest.mark.parametrize("probe", PROPERTY_OF)
def test_the_property_exists_and_is_owned_up_to(probe: str) -> None:
    assert PROPERTY_OF[probe] in probes()[probe].reads
