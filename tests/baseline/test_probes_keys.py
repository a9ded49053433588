"""Probes about keys, trust anchors, enrolment and cryptography; and what counts as a strong name."""

import pytest

from iotassess.baseline.probes._names import STRONG, WEAK, WEAKER, algorithm_strength, suite_strength
from tests.baseline.probe_cases import Case, ask, check, listed, said, title

ENROL = "identity.enrolment.protocols"
VENDOR = {"held-by": "vendor"}
DEVICE = {"held-by": "device"}


def keys(*leaves):
    return listed("key", *[(f"k{n}", leaf) for n, leaf in enumerate(leaves)])


def anchors(*leaves):
    return listed("trust-anchor", *[(f"a{n}", leaf) for n, leaf in enumerate(leaves)])


def libraries(*leaves):
    return listed("library", *[(f"l{n}", leaf) for n, leaf in enumerate(leaves)])


def token(device, value, grade=4):
    return said("device.attestation-key", value * 32, grade, about=f"device {device}")


KEY_PROBES = ("keys-stored-safely", "keys-generated-safely", "keys-replaceable", "keys-recovery-safe")
ANCHOR_PROBES = (
    "trust-anchors-purposed",
    "trust-anchors-managed",
    "trust-anchors-replaceable",
    "trust-anchors-revocable",
    "trust-anchors-last",
)

CASES = [
    *[Case(probe, "silence", [], "indeterminate") for probe in (*KEY_PROBES, "device-keys-unique")],
    *[Case(probe, "no keys", keys(), "not-applicable") for probe in (*KEY_PROBES, "device-keys-unique")],
    *[
        Case(probe, "a key of which nothing is told", keys({"purpose": "boot"}), "indeterminate")
        for probe in (*KEY_PROBES, "device-keys-unique")
    ],
    Case("keys-stored-safely", "in a TEE", keys({**DEVICE, "storage": "tee"}), "met"),
    Case(
        "keys-stored-safely", "in encrypted flash", keys({**DEVICE, "storage": "flash-encrypted"}), "weaker"
    ),
    Case("keys-stored-safely", "in plain flash", keys({**DEVICE, "storage": "flash-plain"}), "unmet"),
    Case("keys-stored-safely", "the maker's in a file", keys({**VENDOR, "storage": "file"}), "weaker"),
    Case("keys-stored-safely", "a device's in a file", keys({**DEVICE, "storage": "file"}), "unmet"),
    Case("keys-stored-safely", "a file, and whose is not told", keys({"storage": "file"}), "unmet"),
    Case(
        "keys-stored-safely",
        "one of two in the open",
        keys({**DEVICE, "storage": "tpm"}, {**DEVICE, "storage": "flash-plain"}),
        "unmet",
    ),
    Case(
        "keys-stored-safely",
        "one of two not told",
        keys({**DEVICE, "storage": "tpm"}, {"purpose": "identity"}),
        "weaker",
    ),
    Case("keys-generated-safely", "on the device", keys({"generation": "on-device"}), "met"),
    Case("keys-generated-safely", "in software", keys({"generation": "software"}), "weaker"),
    Case("keys-replaceable", "renewed", keys({"rotation": "on-demand"}), "met"),
    Case("keys-replaceable", "revoked", keys({"rotation": "never", "revocation": True}), "met"),
    Case("keys-replaceable", "never renewed, revocation not told", keys({"rotation": "never"}), "weaker"),
    Case("keys-replaceable", "not revoked, renewal not told", keys({"revocation": False}), "weaker"),
    Case("keys-replaceable", "neither", keys({"rotation": "never", "revocation": False}), "weaker"),
    Case("keys-recovery-safe", "safe", keys({"recovery-safe": True}), "met"),
    Case("keys-recovery-safe", "not safe", keys({"recovery-safe": True}, {"recovery-safe": False}), "unmet"),
    Case("device-keys-unique", "unique", keys({**DEVICE, "unique": True}), "met"),
    Case("device-keys-unique", "the same in all", keys({**DEVICE, "unique": False}), "unmet"),
    Case(
        "device-keys-unique",
        "the maker's is one key by nature",
        keys({**VENDOR, "unique": False}, {**DEVICE, "unique": True}),
        "met",
    ),
    Case(
        "device-keys-unique", "only the maker has keys", keys({**VENDOR, "unique": False}), "not-applicable"
    ),
    Case("device-keys-unique", "whose it is, is not told", keys({"unique": False}), "unmet"),
    Case(
        "device-keys-unique",
        "sampled devices share one",
        [*keys({**DEVICE, "unique": True}), token("01", "aa"), token("02", "aa")],
        "unmet",
    ),
    Case(
        "device-keys-unique",
        "sampled devices differ, which lends nothing",
        [*keys({**DEVICE, "unique": True}), token("01", "aa"), token("02", "bb")],
        "met",
        0,
    ),
    # trust anchors
    *[Case(probe, "silence", [], "indeterminate") for probe in ANCHOR_PROBES],
    *[Case(probe, "no anchors", anchors(), "unmet") for probe in ANCHOR_PROBES],
    Case("trust-anchors-purposed", "one each", anchors({"purpose": "update"}, {"purpose": "network"}), "met"),
    Case(
        "trust-anchors-purposed",
        "one without",
        anchors({"purpose": "update"}, {"revocation": "crl"}),
        "weaker",
    ),
    Case("trust-anchors-managed", "by EST", anchors({"protocols": "est"}), "met"),
    Case("trust-anchors-managed", "by hand", anchors({"protocols": "manual"}), "weaker"),
    Case("trust-anchors-managed", "not at all", anchors({"protocols": "none"}), "unmet"),
    Case("trust-anchors-replaceable", "yes", anchors({"replaceable": True}), "met"),
    Case(
        "trust-anchors-replaceable",
        "one not",
        anchors({"replaceable": True}, {"replaceable": False}),
        "unmet",
    ),
    Case("trust-anchors-revocable", "by lists", anchors({"revocation": "crl"}), "met"),
    Case("trust-anchors-revocable", "not", anchors({"revocation": "none"}), "unmet"),
    Case(
        "trust-anchors-last",
        "as long as support",
        [*anchors({"expires": "2032-01-01"}), said("support.until", "2032-01-01")],
        "met",
    ),
    Case(
        "trust-anchors-last",
        "a day less than support",
        [*anchors({"expires": "2031-12-31"}), said("support.until", "2032-01-01")],
        "unmet",
    ),
    Case(
        "trust-anchors-last",
        "less than support, but replaceable",
        [*anchors({"expires": "2027-01-01", "replaceable": True}), said("support.until", "2032-01-01")],
        "met",
    ),
    Case(
        "trust-anchors-last", "ends today", anchors({"expires": "2026-11-01", "replaceable": True}), "unmet"
    ),
    Case("trust-anchors-last", "has ended", anchors({"expires": "2020-01-01"}), "unmet"),
    Case(
        "trust-anchors-last",
        "the end of support is not told",
        anchors({"expires": "2030-01-01"}),
        "indeterminate",
    ),
    Case("trust-anchors-last", "no end told, but replaceable", anchors({"replaceable": True}), "met"),
    Case(
        "trust-anchors-last",
        "no end told, and not replaceable",
        anchors({"replaceable": False}),
        "indeterminate",
    ),
    # enrolment
    Case("enrolment-automated", "silence", [], "indeterminate"),
    Case("enrolment-automated", "by hand and by EST", [said(ENROL, "manual"), said(ENROL, "est")], "met"),
    Case("enrolment-automated", "by hand", [said(ENROL, "manual")], "weaker"),
    Case("enrolment-automated", "not at all", [said(f"{ENROL}.any", False)], "unmet"),
    # algorithms that only the maker can name
    Case("key-algorithms-strong", "silence", [], "indeterminate"),
    Case("key-algorithms-strong", "no keys", keys(), "not-applicable"),
    Case("key-algorithms-strong", "strong", keys({"algorithm": "ES256"}, {"algorithm": "RSA-3072"}), "met"),
    Case("key-algorithms-strong", "weaker", keys({"algorithm": "RS256"}), "weaker"),
    Case("key-algorithms-strong", "broken", keys({"algorithm": "RSA-1024"}), "unmet"),
    Case("key-algorithms-strong", "not told", keys({"purpose": "boot"}), "indeterminate"),
    Case("boot-algorithm-strong", "silence", [], "indeterminate"),
    Case("boot-algorithm-strong", "strong", [said("boot.algorithm", "Ed25519")], "met"),
    Case("boot-algorithm-strong", "weaker", [said("boot.algorithm", "RS256")], "weaker"),
    Case(
        "boot-algorithm-strong",
        "one stage is broken",
        [said("boot.algorithm", "ES256"), said("boot-stage.algorithm", "RS1", about="boot-stage app")],
        "unmet",
    ),
    Case(
        "boot-algorithm-strong",
        "of the stages alone",
        [said("boot-stage.algorithm", "ES256", about="boot-stage app")],
        "weaker",
    ),
    Case("crypto-libraries-validated", "silence", [], "indeterminate"),
    Case("crypto-libraries-validated", "none in use", libraries(), "not-applicable"),
    Case("crypto-libraries-validated", "validated", libraries({"validation": "psa"}), "met"),
    Case("crypto-libraries-validated", "reviewed", libraries({"validation": "reviewed"}), "weaker"),
    Case(
        "crypto-libraries-validated",
        "unchecked",
        libraries({"validation": "psa"}, {"validation": "none"}),
        "unmet",
    ),
    Case("crypto-libraries-validated", "not told", libraries({"version": "1.0"}), "indeterminate"),
]


@pytest.mark.parametrize("case", CASES, ids=title)
def test_answer(case: Case) -> None:
    check(case)


def test_unvouched_shared_keys_do_not_answer() -> None:
    claims = [*keys({**DEVICE, "unique": True}), token("01", "aa", 2), token("02", "aa", 2)]
    assert ask("device-keys-unique", *claims).outcome == "met"


@pytest.mark.parametrize(
    ("name", "strength"),
    [
        ("ES256", "strong"),
        ("es256", "strong"),
        (" ESP256 ", "strong"),
        ("EdDSA", "strong"),
        ("HMAC 256/256", "strong"),
        ("HMAC 256/64", "weak"),
        ("ChaCha20/Poly1305", "strong"),
        ("SHA-256", "strong"),
        ("SHA-256/64", "weak"),
        ("ML-DSA-65", "strong"),
        ("HSS-LMS", "strong"),
        ("RS1", "weak"),
        ("SHA-1", "weak"),
        ("MD5", "weak"),
        ("3DES", "weak"),
        ("RC4", "weak"),
        ("RSA-2047", "weak"),
        ("RSA-1024", "weak"),
        ("RSA-2048", "strong"),
        ("rsa-pss 4096", "strong"),
        ("RSA2048", "strong"),
        ("RS256", "weaker"),
        ("A128CTR", "weaker"),
        ("AES-CCM-16-64-128", "weaker"),
        ("AES-CCM-16-128-128", "strong"),
        ("RSA", "unknown"),
        ("our own cipher", "unknown"),
        ("", "unknown"),
        ("none", "weak"),
    ],
)
def test_strength_of_an_algorithm(name: str, strength: str) -> None:
    assert algorithm_strength(name) == strength


def test_no_name_is_on_two_lists() -> None:
    assert not STRONG & WEAKER
    assert not STRONG & WEAK
    assert not WEAKER & WEAK


@pytest.mark.parametrize(
    ("name", "strength"),
    [
        ("TLS_AES_128_GCM_SHA256", "strong"),
        ("TLS_CHACHA20_POLY1305_SHA256", "strong"),
        ("TLS_AES_128_CCM_8_SHA256", "weaker"),
        ("TLS_SHA256_SHA256", "weak"),
        ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "strong"),
        ("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "strong"),
        ("TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", "weaker"),
        ("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "weaker"),
        ("TLS_RSA_WITH_AES_128_GCM_SHA256", "weaker"),
        ("TLS_PSK_WITH_AES_128_CCM_8", "weaker"),
        ("TLS_RSA_WITH_NULL_SHA256", "weak"),
        ("TLS_DH_anon_WITH_AES_128_GCM_SHA256", "weak"),
        ("TLS_RSA_EXPORT_WITH_RC4_40_MD5", "weak"),
        ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", "weak"),
        ("ECDHE-ECDSA-AES128-GCM-SHA256", "strong"),
        ("RC4-SHA", "weak"),
        ("something", "unknown"),
    ],
)
def test_strength_of_a_cipher_suite(name: str, strength: str) -> None:
    assert suite_strength(name) == strength
