"""Probes about users: passwords, logging in, and what services may do."""

import pytest

from tests.baseline.probe_cases import Case, check, listed, said, title

PW = "auth.passwords."
METHODS = "auth.methods"


def pw(**leaves):
    return [said(PW + leaf.replace("_", "-"), value) for leaf, value in leaves.items()]


def ways(*values):
    return [said(f"{METHODS}.any", True), *[said(METHODS, value) for value in values]]


def services(*leaves):
    return listed("service", *[(f"s{n}", leaf) for n, leaf in enumerate(leaves)])


LIMIT, ATTEMPTS = "auth.rate-limit.present", "auth.rate-limit.max-attempts"
RESET = {"credential-recovery-robust": "robust", "credential-recovery-discreet": "enumeration-safe"}

CASES = [
    # default passwords
    Case("default-passwords-hard-to-guess", "silence", [], "indeterminate"),
    Case("default-passwords-hard-to-guess", "random", pw(derivation="random", entropy_bits=40), "met"),
    Case("default-passwords-hard-to-guess", "too short", pw(derivation="random", entropy_bits=39), "unmet"),
    Case(
        "default-passwords-hard-to-guess", "the MAC address", pw(derivation="mac", entropy_bits=48), "unmet"
    ),
    Case("default-passwords-hard-to-guess", "another way", pw(derivation="other", entropy_bits=60), "weaker"),
    Case("default-passwords-hard-to-guess", "bits not told", pw(derivation="random"), "weaker"),
    Case(
        "default-passwords-hard-to-guess", "the user sets it", pw(default_scheme="user-set"), "not-applicable"
    ),
    Case(
        "default-passwords-hard-to-guess",
        "more bits asked for",
        pw(derivation="random", entropy_bits=40),
        "unmet",
        0,
        {"min_bits": 64},
    ),
    Case("default-password-changed-at-setup", "silence", [], "indeterminate"),
    Case("default-password-changed-at-setup", "forced", pw(forced_change=True), "met"),
    Case("default-password-changed-at-setup", "not forced", pw(forced_change=False), "unmet"),
    Case(
        "default-password-changed-at-setup", "none to change", pw(default_scheme="user-set"), "not-applicable"
    ),
    Case(
        "default-password-changed-at-setup",
        "a universal one stays",
        pw(default_scheme="universal", forced_change=False),
        "unmet",
    ),
    Case("weak-passwords-refused", "silence", [], "indeterminate"),
    Case("weak-passwords-refused", "both", pw(min_length=8, blocklist=True), "met"),
    Case("weak-passwords-refused", "short ones pass", pw(min_length=7, blocklist=True), "unmet"),
    Case("weak-passwords-refused", "common ones pass", pw(min_length=12, blocklist=False), "weaker"),
    Case("weak-passwords-refused", "one is not told", pw(min_length=12), "weaker"),
    Case(
        "weak-passwords-refused",
        "more asked for",
        pw(min_length=8, blocklist=True),
        "unmet",
        0,
        {"min_length": 15},
    ),
    # logging in
    Case("login-without-passwords", "silence", [], "indeterminate"),
    Case("login-without-passwords", "by keys", ways("certificate", "fido"), "met"),
    Case("login-without-passwords", "by PIN, too", ways("fido", "pin"), "unmet"),
    Case(
        "login-without-passwords", "passwords are used all the same", [*ways("app"), *pw(used=True)], "unmet"
    ),
    Case("login-without-passwords", "passwords declared unused", [*ways("app"), *pw(used=False)], "met"),
    Case("credential-hash-strong", "silence", [], "indeterminate"),
    Case("credential-hash-strong", "Argon2id", [said("auth.credential-storage.kdf", "argon2id")], "met"),
    Case("credential-hash-strong", "another", [said("auth.credential-storage.kdf", "other")], "weaker"),
    Case(
        "credential-hash-strong",
        "nothing stored",
        [said("auth.credential-storage.scheme", "not-stored")],
        "not-applicable",
    ),
    Case("login-attempts-limited", "silence", [], "indeterminate"),
    Case("login-attempts-limited", "limited", [said(LIMIT, True)], "met"),
    Case("login-attempts-limited", "after a hundred", [said(LIMIT, True), said(ATTEMPTS, 100)], "met"),
    Case("login-attempts-limited", "after more", [said(LIMIT, True), said(ATTEMPTS, 101)], "weaker"),
    Case(
        "login-attempts-limited",
        "fewer asked for",
        [said(LIMIT, True), said(ATTEMPTS, 10)],
        "weaker",
        0,
        {"max_attempts": 5},
    ),
    Case("login-attempts-limited", "not limited", [said(LIMIT, False)], "unmet"),
    Case(
        "login-attempts-limited", "nobody logs in", [said("auth.users-authenticate", False)], "not-applicable"
    ),
    *[Case(probe, "silence", [], "indeterminate") for probe in RESET],
    *[Case(probe, "good", [said(f"auth.recovery.{leaf}", True)], "met") for probe, leaf in RESET.items()],
    *[Case(probe, "bad", [said(f"auth.recovery.{leaf}", False)], "unmet") for probe, leaf in RESET.items()],
    *[Case(probe, "no reset", [said("auth.recovery.available", False)], "not-applicable") for probe in RESET],
    Case("services-least-privileged", "silence", [], "indeterminate"),
    Case("services-least-privileged", "none", services(), "not-applicable"),
    Case("services-least-privileged", "least", services({"privileges": "least"}), "met"),
    Case(
        "services-least-privileged",
        "elevated",
        services({"privileges": "least"}, {"privileges": "elevated"}),
        "weaker",
    ),
    Case("services-least-privileged", "root", services({"privileges": "root"}), "unmet"),
    Case(
        "services-least-privileged",
        "one not told",
        services({"privileges": "least"}, {"network": True}),
        "weaker",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=title)
def test_answer(case: Case) -> None:
    check(case)
