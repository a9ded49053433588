"""Probes about every instance of a mechanism: the weakest counts, and evidence about one proves no other."""

import pytest

from tests.baseline.probe_cases import Case, ask, check, listed, said, title

PROPERTY_OF = {
    "hard-coded-identity-tamper-resistant": "identity.tamper-resistant",
    "algorithms-replaceable": "crypto.agile",
}
"""Probes that one declared answer decides: yes or no."""

MECHANISM = "authentication-mechanism"
PASSWORD = {"method": "password", "of": "user"}
MACHINE = {"of": "machine"}


def logins(*leaves):
    return listed(MECHANISM, *[(f"m{n}", leaf) for n, leaf in enumerate(leaves)])


def updates(*leaves):
    return listed("update-mechanism", *[(f"u{n}", leaf) for n, leaf in enumerate(leaves)])


def endpoints(*leaves):
    return listed("endpoint", *[(f"e{n}", leaf) for n, leaf in enumerate(leaves)])


FORCED = said("auth.passwords.forced-change", True)


OTA = said("update.ota", True)


def interfaces(*leaves):
    return listed("interface", *[(f"i{n}", leaf) for n, leaf in enumerate(leaves)])


def scheme(value):
    return said("auth.passwords.default-scheme", value)


AUTHENTICATED = "update-mechanisms-authenticated"
INTEGRITY = "update-mechanisms-integrity-checked"
TRUSTED = "update-mechanisms-trusted"
SHOWN = said("update.authenticated", True, 4)
DECLARED = said("update.authenticated", True)
TRUST = said("update.trust-relationship", True)
SUIT = {"technology": "suit", "over-network": True, "authenticated": True, "trust-relationship": True}
VENDOR = {"technology": "vendor", "over-network": True, "authenticated": True, "trust-relationship": True}
LOCAL = {"technology": "vendor", "over-network": False, "authenticated": True}
ONLY_SUIT = said("update.mechanisms", "suit")
NAMED_VENDOR = said("update.mechanisms", "vendor")

CASES = [
    *[
        Case(probe, "silence", [], "indeterminate")
        for probe in (
            *("passwords-unique-or-user-set", "factory-passwords-hard-to-guess", "machine-passwords-absent"),
            *("authentication-cryptography-best-practice", "authentication-values-changeable"),
            *(
                "network-guessing-limited",
                AUTHENTICATED,
                INTEGRITY,
                TRUSTED,
                "update-mechanisms-best-practice",
            ),
            *("update-mechanism-automatic", "update-mechanisms-simple", "crypto-implementations-examined"),
            "configuration-connections-authenticated",
        )
    ],
    # passwords
    Case("passwords-unique-or-user-set", "unique", [scheme("unique")], "met"),
    Case("passwords-unique-or-user-set", "universal", [scheme("universal")], "unmet"),
    Case("passwords-unique-or-user-set", "no default", [scheme("none")], "weaker"),
    Case(
        "passwords-unique-or-user-set",
        "universal in the factory, changed by force",
        [scheme("universal"), said("auth.passwords.forced-change", True)],
        "met",
    ),
    Case(
        "passwords-unique-or-user-set",
        "one mechanism of users is universal, and changed by force",
        [
            FORCED,
            *logins({**PASSWORD, "default-value": "universal"}, {**PASSWORD, "default-value": "unique"}),
        ],
        "met",
    ),
    Case(
        "passwords-unique-or-user-set",
        "two are universal, of which one may be changed by force",
        [FORCED, *logins(*[{**PASSWORD, "default-value": "universal"}] * 2)],
        "weaker",
    ),
    Case(
        "passwords-unique-or-user-set",
        "universal, changed by force, of whom is not told",
        [FORCED, *logins({"method": "password", "default-value": "universal"})],
        "weaker",
    ),
    Case(
        "passwords-unique-or-user-set",
        "no user changes what machines have",
        [FORCED, scheme("unique"), *logins({**MACHINE, "method": "password", "default-value": "universal"})],
        "unmet",
    ),
    Case(
        "passwords-unique-or-user-set",
        "a connection's password that is in no mechanism",
        [scheme("unique"), *endpoints({"credentials": "password"})],
        "weaker",
    ),
    Case(
        "passwords-unique-or-user-set",
        "that of a wireless network which the device joins",
        [
            scheme("unique"),
            *endpoints({"credentials": "password", "protocol": "wifi", "direction": "outbound"}),
        ],
        "met",
    ),
    Case(
        "passwords-unique-or-user-set",
        "a connection's password that is described",
        [
            scheme("unique"),
            *endpoints({"credentials": "password"}),
            *logins({**MACHINE, "method": "password", "default-value": "unique"}),
        ],
        "met",
    ),
    Case(
        "factory-passwords-hard-to-guess",
        "a connection's password that is in no mechanism",
        [
            *logins({**PASSWORD, "default-value": "unique", "derivation": "random", "entropy-bits": 60}),
            *endpoints({"credentials": "password"}),
        ],
        "weaker",
    ),
    Case(
        "passwords-unique-or-user-set",
        "one mechanism is universal",
        [
            scheme("unique"),
            *logins({**PASSWORD, "default-value": "unique"}, {**PASSWORD, "default-value": "universal"}),
        ],
        "unmet",
    ),
    Case(
        "passwords-unique-or-user-set",
        "passwords unused, and a mechanism that has a universal one",
        [said("auth.passwords.used", False), *logins({**PASSWORD, "default-value": "universal"})],
        "unmet",
    ),
    Case(
        "passwords-unique-or-user-set",
        "one mechanism of which it is not told",
        [scheme("unique"), *logins(PASSWORD)],
        "weaker",
    ),
    Case("passwords-unique-or-user-set", "unused", [said("auth.passwords.used", False)], "not-applicable"),
    Case(
        "factory-passwords-hard-to-guess",
        "at random",
        logins({**PASSWORD, "default-value": "unique", "derivation": "random", "entropy-bits": 60}),
        "met",
    ),
    Case(
        "factory-passwords-hard-to-guess",
        "one of two from the address",
        logins(
            {**PASSWORD, "default-value": "unique", "derivation": "random", "entropy-bits": 60},
            {**PASSWORD, "default-value": "unique", "derivation": "mac", "entropy-bits": 60},
        ),
        "unmet",
    ),
    Case(
        "factory-passwords-hard-to-guess",
        "too short",
        logins({**PASSWORD, "default-value": "unique", "derivation": "keyed", "entropy-bits": 12}),
        "unmet",
    ),
    Case(
        "factory-passwords-hard-to-guess",
        "the user's",
        logins({**PASSWORD, "default-value": "user-set"}),
        "not-applicable",
    ),
    Case("machine-passwords-absent", "no passwords", [said("auth.passwords.used", False)], "met"),
    Case(
        "machine-passwords-absent",
        "passwords, and no word of machines",
        [said("auth.passwords.used", True)],
        "indeterminate",
    ),
    Case(
        "machine-passwords-absent",
        "those of users only",
        [said("auth.passwords.used", True), *logins(PASSWORD, {**MACHINE, "method": "certificate"})],
        "met",
    ),
    Case("machine-passwords-absent", "no machines", logins(PASSWORD), "met"),
    Case("machine-passwords-absent", "a machine's", logins({**MACHINE, "method": "password"}), "unmet"),
    Case(
        "machine-passwords-absent",
        "a connection's",
        [said("auth.passwords.used", False), *endpoints({"credentials": "password"})],
        "unmet",
    ),
    # other authentication
    Case("authentication-cryptography-best-practice", "all", [said("crypto.best-practice", True)], "met"),
    Case(
        "authentication-cryptography-best-practice",
        "one mechanism is not",
        [
            said("crypto.best-practice", True),
            *logins({"cryptographic": True, "best-practice": False, "method": "token"}),
        ],
        "unmet",
    ),
    Case(
        "authentication-cryptography-best-practice",
        "a mechanism that names a broken algorithm",
        logins({"cryptographic": True, "best-practice": True, "algorithms": "MD5"}),
        "unmet",
    ),
    Case(
        "authentication-cryptography-best-practice",
        "a password that is said to rest on none",
        [
            said("crypto.best-practice", True),
            *logins({**PASSWORD, "cryptographic": False, "best-practice": False}),
        ],
        "unmet",
    ),
    Case(
        "authentication-cryptography-best-practice",
        "a key of which it is not told",
        [said("crypto.best-practice", True), *logins({"method": "certificate"})],
        "weaker",
    ),
    Case(
        "authentication-cryptography-best-practice",
        "a button rests on none",
        [said("crypto.best-practice", True), *logins({"method": "button", "cryptographic": False})],
        "met",
    ),
    Case(
        "authentication-cryptography-best-practice",
        "a button of which it is not told",
        logins({"method": "button"}),
        "indeterminate",
    ),
    Case(
        "authentication-cryptography-best-practice",
        "a machine's, where users alone are asked about",
        [said("crypto.best-practice", True), *logins({**MACHINE, "method": "token", "best-practice": False})],
        "met",
        params={"users_only": True},
    ),
    Case("authentication-values-changeable", "all", [said("auth.values-changeable", True)], "met"),
    Case(
        "authentication-values-changeable",
        "one mechanism is not",
        [said("auth.values-changeable", True), *logins({**PASSWORD, "changeable": False})],
        "unmet",
    ),
    Case(
        "authentication-values-changeable",
        "no users",
        [said("auth.users-authenticate", False)],
        "not-applicable",
    ),
    Case("network-guessing-limited", "limited", [said("auth.rate-limit.present", True)], "met"),
    Case(
        "network-guessing-limited",
        "one mechanism is not",
        [
            said("auth.rate-limit.present", True),
            *logins({**PASSWORD, "over-network": True, "guessing-limited": False}),
        ],
        "unmet",
    ),
    Case(
        "network-guessing-limited",
        "keys too long to be guessed",
        logins({"method": "certificate", "over-network": True}),
        "met",
    ),
    Case(
        "network-guessing-limited",
        "a shared key may be short",
        logins({"method": "pre-shared-key", "over-network": True}),
        "indeterminate",
    ),
    # updates: which evidence counts for which mechanism
    Case(AUTHENTICATED, "declared", [DECLARED], "met", 0),
    Case(AUTHENTICATED, "not authenticated", [said("update.authenticated", False)], "unmet"),
    Case(AUTHENTICATED, "shown, nothing said of mechanisms", [DECLARED, SHOWN], "met", 0),
    Case(AUTHENTICATED, "shown only, nothing said at all", [SHOWN], "weaker"),
    Case(
        AUTHENTICATED, "shown, SUIT alone by name, of how many ways", [DECLARED, SHOWN, ONLY_SUIT], "met", 0
    ),
    Case(
        AUTHENTICATED,
        "shown, SUIT and another by name",
        [DECLARED, SHOWN, ONLY_SUIT, NAMED_VENDOR],
        "met",
        0,
    ),
    Case(AUTHENTICATED, "shown, another alone by name", [DECLARED, SHOWN, NAMED_VENDOR], "met", 0),
    Case(AUTHENTICATED, "shown, SUIT alone as an instance", [SHOWN, *updates(SUIT)], "met", 4),
    Case(
        AUTHENTICATED,
        "shown, SUIT alone as an instance, and a local way that none of them is",
        [DECLARED, SHOWN, said("update.local", True), *updates(SUIT)],
        "met",
        0,
    ),
    Case(
        AUTHENTICATED,
        "shown, SUIT alone as an instance, and nothing local",
        [DECLARED, SHOWN, said("update.local", False), *updates(SUIT)],
        "met",
        4,
    ),
    Case(
        AUTHENTICATED,
        "shown at grade 3",
        [said("update.authenticated", True, 3), *updates(SUIT)],
        "met",
        3,
    ),
    Case(AUTHENTICATED, "shown, and another instance", [SHOWN, *updates(SUIT, VENDOR)], "met", 0),
    Case(
        AUTHENTICATED,
        "shown, and another instance that is not",
        [SHOWN, *updates(SUIT, {**VENDOR, "authenticated": False})],
        "unmet",
    ),
    Case(
        AUTHENTICATED,
        "shown, and another of which it is not told",
        [SHOWN, *updates(SUIT, {"technology": "vendor"})],
        "weaker",
    ),
    Case(AUTHENTICATED, "shown, and two are built on SUIT", [SHOWN, *updates(SUIT, SUIT)], "met", 0),
    Case(
        AUTHENTICATED,
        "shown, and of what it is built is not told",
        [SHOWN, *updates({"authenticated": True})],
        "met",
        0,
    ),
    Case(
        AUTHENTICATED,
        "shown, and another that is named and not described",
        [DECLARED, SHOWN, ONLY_SUIT, NAMED_VENDOR, *updates(SUIT)],
        "met",
        0,
    ),
    Case(
        AUTHENTICATED,
        "shown, another is named, and nothing is declared of it",
        [SHOWN, NAMED_VENDOR, *updates(SUIT)],
        "weaker",
    ),
    Case(
        AUTHENTICATED,
        "shown not to be",
        [said("update.authenticated", False, 4), *updates(VENDOR)],
        "unmet",
    ),
    Case(AUTHENTICATED, "no mechanism", updates(), "not-applicable"),
    Case(
        AUTHENTICATED,
        "a local one is out of the question",
        [SHOWN, *updates(SUIT, LOCAL)],
        "met",
        4,
        {"over_network": True},
    ),
    Case(AUTHENTICATED, "none over a network", updates(LOCAL), "not-applicable", 0, {"over_network": True}),
    Case(
        INTEGRITY,
        "shown of the only one",
        [
            said("update.integrity-checked", True, 4),
            *updates({"technology": "suit", "integrity-checked": True}),
        ],
        "met",
        4,
    ),
    Case(
        INTEGRITY,
        "none over a network",
        updates({**LOCAL, "integrity-checked": True}),
        "not-applicable",
        0,
        {"over_network": True},
    ),
    Case(INTEGRITY, "not", [said("update.integrity-checked", False), ONLY_SUIT], "unmet"),
    Case(TRUSTED, "declared", [TRUST], "met", 0),
    Case(TRUSTED, "declared and shown", [TRUST, SHOWN, *updates(SUIT)], "met", 4),
    Case(TRUSTED, "shown, and another instance", [TRUST, SHOWN, *updates(SUIT, VENDOR)], "met", 0),
    Case(TRUSTED, "a manifest stands in for no declaration", [SHOWN, ONLY_SUIT], "indeterminate"),
    Case(
        TRUSTED,
        "declared that there is none",
        [said("update.trust-relationship", False), SHOWN, ONLY_SUIT],
        "unmet",
    ),
    Case(TRUSTED, "one of two has none", updates(SUIT, {**VENDOR, "trust-relationship": False}), "unmet"),
    Case("update-mechanisms-best-practice", "all", [said("crypto.best-practice", True)], "met"),
    Case("update-mechanisms-best-practice", "one is not", updates({"best-practice": False}), "unmet"),
    Case(
        "update-mechanisms-best-practice",
        "a weak algorithm",
        updates({"best-practice": True, "algorithms": "SHA-1"}),
        "unmet",
    ),
    Case("update-mechanism-automatic", "the product", [said("update.automatic", True)], "met"),
    Case(
        "update-mechanism-automatic",
        "one of two",
        updates({"automatic": False}, {"automatic": True}),
        "met",
    ),
    Case(
        "update-mechanism-automatic",
        "none of two",
        updates({"automatic": False}, {"automatic": False}),
        "unmet",
    ),
    Case(
        "update-mechanism-automatic",
        "the product is not",
        [said("update.automatic", False), *updates({"automatic": True})],
        "unmet",
    ),
    Case("update-mechanisms-simple", "all", [said("update.simple", True)], "met"),
    Case(
        "update-mechanisms-simple",
        "one is not",
        [said("update.simple", True), *updates({"simple": False})],
        "unmet",
    ),
    # libraries and settings
    Case(
        "crypto-implementations-examined",
        "reviewed",
        listed("library", ("l", {"validation": "reviewed"})),
        "met",
    ),
    Case("crypto-implementations-examined", "not", listed("library", ("l", {"validation": "none"})), "unmet"),
    Case("crypto-implementations-examined", "none", listed("library"), "not-applicable"),
    Case("connection-secrets-unshared", "silence", [], "indeterminate"),
    Case("connection-secrets-unshared", "its own", endpoints({"credentials": "psk-device"}), "met"),
    Case(
        "connection-secrets-unshared",
        "one of the family",
        endpoints({"credentials": "certificate"}, {"credentials": "psk-family"}),
        "unmet",
    ),
    Case("connection-secrets-unshared", "a password", endpoints({"credentials": "password"}), "weaker"),
    Case("connection-secrets-unshared", "not told", endpoints({"protocol": "coap"}), "indeterminate"),
    Case("connection-secrets-unshared", "no connection", endpoints(), "not-applicable"),
    Case(
        "connection-secrets-unshared",
        "the password of somebody's network, beside a token",
        endpoints(
            {"credentials": "password", "protocol": "wifi", "direction": "both"}, {"credentials": "token"}
        ),
        "met",
    ),
    Case(
        "connection-secrets-unshared",
        "the password of a network that the device opens",
        endpoints({"credentials": "password", "protocol": "wifi", "direction": "inbound"}),
        "weaker",
    ),
    Case("credential-connections-current", "silence", [], "indeterminate"),
    Case("credential-connections-current", "no connection", endpoints(), "not-applicable"),
    *[
        Case("credential-connections-current", name, endpoints(leaves), outcome)
        for name, leaves, outcome in (
            ("none travel", {"carries-credentials": False, "security": "none"}, "met"),
            (
                "in TLS 1.3",
                {"carries-credentials": True, "security": "tls", "security-version": "1.3"},
                "met",
            ),
            (
                "in TLS 1.0",
                {"carries-credentials": True, "security": "tls", "security-version": "1.0"},
                "unmet",
            ),
            ("in clear", {"carries-credentials": True, "security": "none"}, "unmet"),
            ("not told, in clear", {"security": "none"}, "indeterminate"),
            ("not told, and protected", {"security": "quic"}, "met"),
            (
                "denied, and a password is sent in clear",
                {"carries-credentials": False, "credentials": "password", "security": "none"},
                "unmet",
            ),
            (
                "the key of a wireless network is not sent",
                {
                    "carries-credentials": False,
                    "credentials": "password",
                    "security": "none",
                    "protocol": "wifi",
                    "direction": "both",
                },
                "met",
            ),
            (
                "the peer is not verified",
                {"carries-credentials": True, "security": "quic", "peer-validation": "none"},
                "weaker",
            ),
            (
                "on a link",
                {"carries-credentials": True, "security": "link-layer", "transport": "link"},
                "met",
            ),
        )
    ],
    Case("connections-declared", "silence", [], "indeterminate"),
    Case("connections-declared", "one", endpoints({"protocol": "coap"}), "met"),
    Case("connections-declared", "none", endpoints(), "met"),
    Case("connections-declared", "none, and updates over the air", [*endpoints(), OTA], "weaker"),
    Case(
        "connections-declared",
        "none, and a mechanism over a network",
        [*endpoints(), *updates({"over-network": True})],
        "weaker",
    ),
    Case(
        "connections-declared", "none, and a radio", [*endpoints(), *interfaces({"type": "radio"})], "weaker"
    ),
    Case("remote-debugging-necessary", "silence", [], "indeterminate"),
    Case("remote-debugging-necessary", "no interface", interfaces(), "not-applicable"),
    *[
        Case("remote-debugging-necessary", name, interfaces({"type": "debug", **leaves}), outcome)
        for name, leaves, outcome in (
            ("a port", {"required": False, "enabled-default": True}, "not-applicable"),
            ("needed", {"transport": "tcp", "required": True}, "met"),
            ("off", {"transport": "udp", "required": False, "enabled-default": False}, "met"),
            ("disabled", {"transport": "tcp", "required": False, "protection": "disabled"}, "met"),
            (
                "on without need",
                {"transport": "tcp", "required": False, "enabled-default": True},
                "unmet",
            ),
            ("not told", {"transport": "tcp"}, "indeterminate"),
        )
    ],
    Case(
        "configuration-connections-authenticated",
        "both sides",
        endpoints({"carries-configuration": True, "mutual-auth": True}),
        "met",
    ),
    Case(
        "configuration-connections-authenticated",
        "nobody",
        endpoints({"carries-configuration": True, "mutual-auth": False, "peer-validation": "none"}),
        "unmet",
    ),
    Case(
        "configuration-connections-authenticated",
        "no settings",
        endpoints({"carries-configuration": False}),
        "not-applicable",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=title)
def test_a_case_has_its_answer(case):
    check(case)


@pytest.mark.parametrize(("probe", "property"), PROPERTY_OF.items())
def test_yes_is_met_and_no_is_unmet(probe, property):
    assert ask(probe, said(property, True)).outcome == "met"
    assert ask(probe, said(property, False)).outcome == "unmet"


@pytest.mark.parametrize("probe", [AUTHENTICATED, TRUSTED])
def test_an_unsigned_manifest_disputes_what_is_declared(probe):
    doubt = said("update.authenticated", False, 2)
    answer = ask(probe, DECLARED, TRUST, doubt, *updates(SUIT))
    assert (answer.outcome, answer.grade, answer.disputed) == ("met", 0, True)


@pytest.mark.parametrize("others", [(VENDOR,), (SUIT,), ({"authenticated": True, "over-network": True},)])
@pytest.mark.parametrize("probe", [AUTHENTICATED, TRUSTED])
def test_what_is_shown_of_one_mechanism_proves_no_other(probe, others):
    leaves = ({**other, "trust-relationship": True} for other in others)
    assert ask(probe, DECLARED, TRUST, SHOWN, *updates(SUIT, *leaves)).grade == 0
