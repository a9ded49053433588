"""Probes that tell whether a feature is absent: what says so, what shows it all the same, and silence."""

import pytest

from tests.baseline.probe_cases import Case, ask, check, listed, said, title

MECHANISM = "authentication-mechanism"
UPDATE = "update-mechanism"


def logins(*leaves):
    return listed(MECHANISM, *[(f"m{n}", leaf) for n, leaf in enumerate(leaves)])


def updates(*leaves):
    return listed(UPDATE, *[(f"u{n}", leaf) for n, leaf in enumerate(leaves)])


def keys(*leaves):
    return listed("key", *[(f"k{n}", leaf) for n, leaf in enumerate(leaves)])


def data(*leaves):
    return listed("personal-data", *[(f"d{n}", leaf) for n, leaf in enumerate(leaves)])


def interfaces(*leaves):
    return listed("interface", *[(f"i{n}", leaf) for n, leaf in enumerate(leaves)])


def endpoints(*leaves):
    return listed("endpoint", *[(f"e{n}", leaf) for n, leaf in enumerate(leaves)])


def components(*leaves):
    return listed("component", *[(f"c{n}", leaf) for n, leaf in enumerate(leaves)])


NO_DEBUG = said("debug.present", False)
NO_UPDATES = said("update.supported", False)
NO_LOGIN = said("auth.users-authenticate", False)
PROBES = (
    "updates-unsupported",
    "updates-possible",
    "software-updatable-throughout",
    "updates-ruled-out",
    "software-immutable",
    "automatic-updates-absent",
    "update-notices-absent",
    "automatic-updates-and-notices-absent",
    "network-updates-absent",
    "password-authentication-absent",
    "factory-passwords-absent",
    "user-login-absent",
    "cryptographic-authentication-absent",
    "network-authentication-absent",
    "guessing-limit-ruled-out",
    "critical-parameters-absent",
    "stored-parameters-absent",
    "service-parameters-absent",
    "hard-coded-identity-absent",
    "network-configuration-absent",
    "critical-parameters-stay",
    "debug-interfaces-absent",
    "debug-ports-absent",
    "change-detection-absent",
    "unused-interfaces-absent",
    "external-sensors-absent",
    "device-unconstrained",
    "device-constrained",
    "personal-data-unprocessed",
    "sent-personal-data-absent",
    "sent-sensitive-data-absent",
    "service-stored-personal-data-absent",
    "consent-based-processing-absent",
    "aggregate-only-processing-absent",
)
NO_DATA = ("personal-data-unprocessed", *PROBES[-5:])

CASES = [
    *[Case(probe, "silence", [], "indeterminate") for probe in PROBES],
    *[Case(probe, "an empty list", data(), "met") for probe in NO_DATA],
    *[
        Case(probe, "a category of which little is told", data({"purpose": "x"}), "indeterminate")
        for probe in PROBES[-5:]
    ],
    # updates
    Case("updates-unsupported", "declared", [NO_UPDATES], "met"),
    Case("updates-unsupported", "an empty list of mechanisms", updates(), "met"),
    Case("updates-unsupported", "supported", [said("update.supported", True)], "unmet"),
    Case("updates-unsupported", "a mechanism all the same", [NO_UPDATES, *updates({})], "unmet"),
    Case("updates-unsupported", "over the air", [NO_UPDATES, said("update.ota", True)], "unmet"),
    Case(
        "updates-unsupported",
        "a component that can be updated",
        [NO_UPDATES, *components({"updatable": True})],
        "unmet",
    ),
    Case(
        "updates-unsupported",
        "what is declared of updates, if there were any",
        [NO_UPDATES, said("update.authenticated", True)],
        "met",
    ),
    Case(
        "updates-unsupported",
        "an authenticated manifest",
        [NO_UPDATES, said("update.authenticated", True, 4)],
        "unmet",
    ),
    Case(
        "updates-unsupported",
        "an unsigned one shows it as well, to whoever believes it",
        [NO_UPDATES, said("update.sequence-number", 3, 2)],
        "met",
    ),
    Case("updates-possible", "declared", [said("update.supported", True)], "met"),
    Case("updates-possible", "not supported", [NO_UPDATES], "unmet"),
    Case(
        "updates-possible",
        "supported, and no mechanism is there",
        [said("update.supported", True), *updates()],
        "unmet",
    ),
    Case(
        "updates-unsupported",
        "denied, and it is declared what is updated",
        [NO_UPDATES, said("update.covers", "firmware")],
        "unmet",
    ),
    Case(
        "software-updatable-throughout",
        "each component",
        [said("update.supported", True), *components({"updatable": True}, {"updatable": True})],
        "met",
    ),
    Case(
        "software-updatable-throughout",
        "no word of components",
        [said("update.supported", True)],
        "indeterminate",
    ),
    Case(
        "software-updatable-throughout",
        "one component of which it is not told",
        [said("update.supported", True), *components({"updatable": True}, {"kind": "os"})],
        "indeterminate",
    ),
    Case(
        "software-updatable-throughout",
        "a boot ROM, where none is exempt",
        [said("update.supported", True), *components({"updatable": True}, {"immutable": True})],
        "unmet",
        params={"exempt_immutable": False},
    ),
    Case(
        "software-updatable-throughout",
        "all of it, where none is exempt",
        [said("update.supported", True), *components({"updatable": True, "immutable": False})],
        "met",
        params={"exempt_immutable": False},
    ),
    Case(
        "updates-ruled-out",
        "an unconstrained device",
        [
            said("update.prevented-by-constraint", True),
            said("product.constrained-class", "unconstrained"),
        ],
        "unmet",
    ),
    Case(
        "automatic-updates-absent",
        "denied, and the user can switch them off",
        [said("update.automatic", False), said("update.user-control", True)],
        "unmet",
    ),
    Case(
        "network-updates-absent",
        "denied, and the mechanism is a network protocol",
        [said("update.ota", False), *updates({"technology": "lwm2m"})],
        "unmet",
    ),
    Case(
        "network-updates-absent",
        "denied, and a network protocol is named",
        [said("update.ota", False), said("update.mechanisms", "teep")],
        "unmet",
    ),
    Case("software-updatable-throughout", "not supported", [NO_UPDATES], "unmet"),
    Case(
        "software-updatable-throughout",
        "one component is stuck",
        [said("update.supported", True), *components({"updatable": False})],
        "unmet",
    ),
    Case(
        "software-updatable-throughout",
        "a boot ROM is not",
        [said("update.supported", True), *components({"updatable": False, "immutable": True})],
        "met",
    ),
    Case(
        "updates-possible",
        "no component is updatable, whatever the product says",
        [said("update.supported", True), *components({"updatable": False}, {"updatable": False})],
        "unmet",
    ),
    Case(
        "updates-possible",
        "one component is",
        [said("update.supported", True), *components({"updatable": False}, {"updatable": True})],
        "met",
    ),
    Case("updates-ruled-out", "declared", [said("update.prevented-by-constraint", True)], "met"),
    Case("updates-ruled-out", "not", [said("update.prevented-by-constraint", False)], "unmet"),
    Case(
        "updates-ruled-out",
        "there are updates",
        [said("update.prevented-by-constraint", True), said("update.supported", True)],
        "unmet",
    ),
    Case(
        "updates-ruled-out",
        "a manifest",
        [said("update.prevented-by-constraint", True), said("update.transport", "coaps", 3)],
        "unmet",
    ),
    Case("software-immutable", "all of it", components({"immutable": True}), "met"),
    Case(
        "software-immutable", "one can change", components({"immutable": True}, {"immutable": False}), "unmet"
    ),
    Case(
        "software-immutable",
        "one is not told",
        components({"immutable": True}, {"kind": "os"}),
        "indeterminate",
    ),
    Case("software-immutable", "no components", components(), "indeterminate"),
    Case(
        "software-immutable",
        "updates all the same",
        [*components({"immutable": True}), said("update.supported", True)],
        "unmet",
    ),
    Case("automatic-updates-absent", "declared", [said("update.automatic", False)], "met"),
    Case("automatic-updates-absent", "no updates", [NO_UPDATES], "met"),
    Case("automatic-updates-absent", "automatic", [said("update.automatic", True)], "unmet"),
    Case("automatic-updates-absent", "no mechanism is", updates({"automatic": False}), "met"),
    Case(
        "automatic-updates-absent",
        "one mechanism is",
        [said("update.automatic", False), *updates({"automatic": True})],
        "unmet",
    ),
    Case("update-notices-absent", "declared", [said("update.notifies-user", False)], "met"),
    Case("update-notices-absent", "no updates", [NO_UPDATES], "met"),
    Case("update-notices-absent", "notified", [said("update.notifies-user", True)], "unmet"),
    Case(
        "update-notices-absent",
        "they can be switched",
        [said("update.notifies-user", False), said("update.notification-control", True)],
        "unmet",
    ),
    Case("automatic-updates-and-notices-absent", "no updates", [NO_UPDATES], "met"),
    Case(
        "automatic-updates-and-notices-absent",
        "one of two",
        [said("update.automatic", False), said("update.notifies-user", True)],
        "unmet",
    ),
    Case(
        "automatic-updates-and-notices-absent",
        "one of two, the other not told",
        [said("update.automatic", False)],
        "indeterminate",
    ),
    Case("network-updates-absent", "declared", [said("update.ota", False)], "met"),
    Case("network-updates-absent", "over the air", [said("update.ota", True)], "unmet"),
    Case("network-updates-absent", "by a cable", updates({"over-network": False}), "met"),
    Case(
        "network-updates-absent",
        "a URI in a manifest",
        [said("update.ota", False), said("update.transport", "https", 4)],
        "unmet",
    ),
    Case(
        "network-updates-absent",
        "a local scheme",
        [said("update.ota", False), said("update.transport", "usb")],
        "met",
    ),
    # authentication
    Case("password-authentication-absent", "declared", [said("auth.passwords.used", False)], "met"),
    Case("password-authentication-absent", "used", [said("auth.passwords.used", True)], "unmet"),
    Case("password-authentication-absent", "no mechanism", logins({"method": "fido"}), "met"),
    Case(
        "password-authentication-absent",
        "a mechanism of which it is not told",
        logins({"of": "user"}),
        "indeterminate",
    ),
    Case(
        "password-authentication-absent",
        "a mechanism all the same",
        [said("auth.passwords.used", False), *logins({"method": "pin"})],
        "unmet",
    ),
    Case(
        "password-authentication-absent",
        "of a machine",
        [said("auth.passwords.used", False), *endpoints({"credentials": "password"})],
        "unmet",
    ),
    Case("factory-passwords-absent", "no passwords", [said("auth.passwords.used", False)], "met"),
    Case(
        "factory-passwords-absent", "the user's", [said("auth.passwords.default-scheme", "user-set")], "met"
    ),
    Case("factory-passwords-absent", "unique", [said("auth.passwords.default-scheme", "unique")], "unmet"),
    Case(
        "factory-passwords-absent", "universal", [said("auth.passwords.default-scheme", "universal")], "unmet"
    ),
    Case(
        "factory-passwords-absent",
        "a certificate of its own is no password",
        logins({"method": "certificate", "default-value": "unique"}),
        "met",
    ),
    Case(
        "factory-passwords-absent",
        "one mechanism has one",
        [
            said("auth.passwords.default-scheme", "user-set"),
            *logins({"method": "password", "default-value": "unique"}),
        ],
        "unmet",
    ),
    Case(
        "factory-passwords-absent",
        "the user's, and a connection's of which it is not told",
        [said("auth.passwords.default-scheme", "user-set"), *endpoints({"credentials": "password"})],
        "indeterminate",
    ),
    Case(
        "factory-passwords-absent",
        "the user's, and a connection's that is described",
        [
            said("auth.passwords.default-scheme", "user-set"),
            *endpoints({"credentials": "password"}),
            *logins({"of": "machine", "method": "password", "default-value": "user-set"}),
        ],
        "met",
    ),
    Case(
        "factory-passwords-absent",
        "the user's, and a mechanism of which it is not told",
        [said("auth.passwords.default-scheme", "user-set"), *logins({"method": "password"})],
        "indeterminate",
    ),
    *[
        Case(
            "user-login-absent", f"denied, and {property} is told", [NO_LOGIN, said(property, value)], "unmet"
        )
        for property, value in (
            ("auth.mfa", "available"),
            ("auth.values-changeable", True),
            ("auth.recovery.available", True),
            ("auth.credential-storage.scheme", "plain"),
        )
    ],
    Case(
        "user-login-absent",
        "denied, and nothing is stored",
        [NO_LOGIN, said("auth.credential-storage.scheme", "not-stored")],
        "met",
    ),
    *[
        Case("cryptographic-authentication-absent", name, claims, "unmet")
        for name, claims in (
            ("a password that is said to rest on none", logins({"method": "pin", "cryptographic": False})),
            ("passwords beside an empty list", [*logins(), said("auth.passwords.used", True)]),
            ("a login by password", [*logins(), said("auth.methods", "password")]),
            ("credentials of a connection", [*logins(), *endpoints({"credentials": "token"})]),
        )
    ],
    Case(
        "network-authentication-absent",
        "a web page that asks who is there",
        [*logins(), *interfaces({"type": "web", "authenticated": True})],
        "unmet",
    ),
    Case(
        "network-authentication-absent",
        "a button that asks who is there",
        [*logins(), *interfaces({"type": "user", "authenticated": True})],
        "met",
    ),
    Case(
        "guessing-limit-ruled-out",
        "an unconstrained device",
        [
            said("auth.rate-limit.prevented-by-constraint", True),
            said("product.constrained-class", "unconstrained"),
        ],
        "unmet",
    ),
    Case("user-login-absent", "declared", [NO_LOGIN], "met"),
    Case("user-login-absent", "they do", [said("auth.users-authenticate", True)], "unmet"),
    Case("user-login-absent", "machines only", logins({"of": "machine"}), "met"),
    Case("user-login-absent", "a mechanism of users", [NO_LOGIN, *logins({"of": "user"})], "unmet"),
    Case("user-login-absent", "a way to log in", [NO_LOGIN, said("auth.methods", "app")], "unmet"),
    Case(
        "cryptographic-authentication-absent",
        "a button",
        logins({"method": "button", "cryptographic": False}),
        "met",
    ),
    Case("cryptographic-authentication-absent", "nobody", [NO_LOGIN, *endpoints()], "met"),
    Case(
        "cryptographic-authentication-absent", "no user, and no word of machines", [NO_LOGIN], "indeterminate"
    ),
    Case("cryptographic-authentication-absent", "a certificate", logins({"method": "certificate"}), "unmet"),
    Case(
        "cryptographic-authentication-absent", "a password as a key", logins({"cryptographic": True}), "unmet"
    ),
    Case(
        "cryptographic-authentication-absent",
        "a connection whose peer is verified",
        [*logins(), *endpoints({"peer-validation": "ca-chain"})],
        "unmet",
    ),
    Case("network-authentication-absent", "a button", logins({"over-network": False}), "met"),
    Case("network-authentication-absent", "nobody", [NO_LOGIN, *endpoints()], "met"),
    Case("network-authentication-absent", "one mechanism", logins({"over-network": True}), "unmet"),
    Case("network-authentication-absent", "not told", logins({"method": "pin"}), "indeterminate"),
    Case(
        "network-authentication-absent",
        "a connection in which both sides authenticate",
        [*logins({"over-network": False}), *endpoints({"mutual-auth": True})],
        "unmet",
    ),
    Case(
        "guessing-limit-ruled-out",
        "declared",
        [said("auth.rate-limit.prevented-by-constraint", True)],
        "met",
    ),
    Case(
        "guessing-limit-ruled-out",
        "there is a limit",
        [said("auth.rate-limit.prevented-by-constraint", True), said("auth.rate-limit.present", True)],
        "unmet",
    ),
    # parameters
    *[
        Case(probe, f"no keys, but {name}", [*keys(), *listed("trust-anchor"), *claims], "unmet")
        for name, claims, which in (
            ("both sides authenticate", endpoints({"mutual-auth": True}), "csp stored service"),
            ("a shared key verifies the peer", endpoints({"peer-validation": "psk"}), "csp stored service"),
            ("a connection by OSCORE", endpoints({"security": "oscore"}), "csp stored service"),
            ("a chain verifies the peer", endpoints({"peer-validation": "ca-chain"}), "stored"),
            ("credentials travel", endpoints({"carries-credentials": True}), "csp stored"),
            ("a PIN", [said("auth.methods", "pin")], "csp stored"),
            ("a shared key", logins({"method": "pre-shared-key"}), "csp stored"),
            ("stored credentials", [said("auth.credential-storage.scheme", "hashed")], "csp stored"),
            ("some leave", [said("crypto.parameters-leave-device", True)], "csp stored"),
            ("stored data is encrypted", [said("data.at-rest.encrypted", True)], "csp stored"),
            ("attestation", [said("attestation.supported", True)], "csp stored"),
            ("secure boot", [said("boot.secure-boot", True)], "stored"),
            ("updates are verified", updates({"authenticated": True}), "stored"),
        )
        for short, probe in (
            ("csp", "critical-parameters-absent"),
            ("stored", "stored-parameters-absent"),
            ("service", "service-parameters-absent"),
        )
        if short in which.split()
    ],
    Case(
        "network-configuration-absent",
        "settings denied, and declared all the same",
        [said("configuration.changeable", False), said("crypto.configurable", True)],
        "indeterminate",
    ),
    Case(
        "network-configuration-absent",
        "no connection, but a web page",
        [*endpoints(), *interfaces({"type": "web"})],
        "indeterminate",
    ),
    Case(
        "critical-parameters-stay",
        "denied, and credentials travel",
        [said("crypto.parameters-leave-device", False), *endpoints({"carries-credentials": True})],
        "indeterminate",
    ),
    Case(
        "critical-parameters-stay",
        "the key of a wireless network is not sent",
        [
            said("crypto.parameters-leave-device", False),
            *endpoints({"credentials": "password", "protocol": "wifi"}),
        ],
        "met",
    ),
    Case(
        "factory-passwords-absent",
        "the user's, and that of a wireless network which the device joins",
        [
            said("auth.passwords.default-scheme", "user-set"),
            *endpoints({"credentials": "password", "protocol": "wifi", "direction": "outbound"}),
        ],
        "met",
    ),
    Case(
        "factory-passwords-absent",
        "the user's, and that of a wireless network which the device opens",
        [
            said("auth.passwords.default-scheme", "user-set"),
            *endpoints({"credentials": "password", "protocol": "wifi", "direction": "inbound"}),
        ],
        "indeterminate",
    ),
    Case(
        "critical-parameters-stay",
        "denied, and a token is sent",
        [
            said("crypto.parameters-leave-device", False),
            *endpoints({"credentials": "token", "direction": "outbound"}),
        ],
        "unmet",
    ),
    Case(
        "critical-parameters-stay",
        "those of others come in",
        [
            said("crypto.parameters-leave-device", False),
            *endpoints({"carries-credentials": True, "direction": "inbound"}),
        ],
        "met",
    ),
    Case("critical-parameters-absent", "no keys", keys(), "met"),
    Case("critical-parameters-absent", "a key", keys({"purpose": "boot"}), "unmet"),
    Case("critical-parameters-absent", "a password", [*keys(), said("auth.passwords.used", True)], "unmet"),
    Case("critical-parameters-absent", "a token", [*keys(), said("attestation.supported", True, 4)], "unmet"),
    Case("stored-parameters-absent", "neither keys nor anchors", [*keys(), *listed("trust-anchor")], "met"),
    Case("stored-parameters-absent", "no keys, and no word of anchors", keys(), "indeterminate"),
    Case(
        "stored-parameters-absent",
        "an anchor",
        [*keys(), *listed("trust-anchor", ("a", {"replaceable": True}))],
        "unmet",
    ),
    Case(
        "stored-parameters-absent",
        "the maker's keys only",
        [*keys({"held-by": "vendor"}), *listed("trust-anchor")],
        "met",
    ),
    Case(
        "stored-parameters-absent",
        "a manifest that is verified",
        [*keys(), *listed("trust-anchor"), said("update.authenticated", True, 4)],
        "unmet",
    ),
    Case("service-parameters-absent", "no keys", keys(), "met"),
    Case(
        "service-parameters-absent", "a storage key", keys({"held-by": "device", "purpose": "storage"}), "met"
    ),
    Case("service-parameters-absent", "the maker's", keys({"held-by": "vendor", "purpose": "update"}), "met"),
    Case(
        "service-parameters-absent",
        "a session key",
        keys({"held-by": "device", "purpose": "session"}),
        "unmet",
    ),
    Case(
        "service-parameters-absent",
        "credentials of a connection",
        [*keys(), *endpoints({"credentials": "certificate"})],
        "unmet",
    ),
    Case("hard-coded-identity-absent", "declared", [said("identity.hard-coded", False)], "met"),
    Case("hard-coded-identity-absent", "hard-coded", [said("identity.hard-coded", True)], "unmet"),
    Case("network-configuration-absent", "no settings", [said("configuration.changeable", False)], "met"),
    Case("network-configuration-absent", "no connection", endpoints(), "met"),
    Case(
        "network-configuration-absent",
        "one connection",
        [said("configuration.changeable", False), *endpoints({"carries-configuration": True})],
        "unmet",
    ),
    Case("critical-parameters-stay", "declared", [said("crypto.parameters-leave-device", False)], "met"),
    Case("critical-parameters-stay", "they leave", [said("crypto.parameters-leave-device", True)], "unmet"),
    Case("critical-parameters-stay", "there are none", keys(), "met"),
    # the device
    Case("debug-interfaces-absent", "declared", [NO_DEBUG], "met"),
    Case("debug-interfaces-absent", "present", [said("debug.present", True)], "unmet"),
    Case("debug-interfaces-absent", "one is listed", [NO_DEBUG, *interfaces({"type": "debug"})], "unmet"),
    Case("debug-interfaces-absent", "a list without one", interfaces({"type": "radio"}), "indeterminate"),
    *[
        Case(
            "debug-interfaces-absent",
            f"{state} by a token",
            [NO_DEBUG, said("debug.state", state, 4)],
            outcome,
        )
        for state, outcome in (
            ("enabled", "unmet"),
            ("disabled", "unmet"),
            ("disabled-since-boot", "unmet"),
            ("disabled-permanently", "unmet"),
            ("disabled-fully-and-permanently", "met"),
        )
    ],
    Case(
        "debug-interfaces-absent",
        "a lifecycle under debug",
        [NO_DEBUG, said("lifecycle", "recoverable-psa-rot-debug", 5)],
        "unmet",
    ),
    Case("debug-ports-absent", "no debug interface", [NO_DEBUG], "met"),
    Case("debug-ports-absent", "none is physical", [said("debug.physical", False)], "met"),
    Case("debug-ports-absent", "a port", [said("debug.physical", True)], "unmet"),
    Case(
        "debug-ports-absent",
        "denied, and one is listed",
        [said("debug.physical", False), *interfaces({"type": "debug"})],
        "unmet",
    ),
    Case(
        "debug-ports-absent",
        "a shell on the network is none",
        [said("debug.physical", False), *interfaces({"type": "debug", "transport": "tcp"})],
        "met",
    ),
    Case(
        "debug-interfaces-absent",
        "denied, and it can be opened",
        [NO_DEBUG, said("debug.unlock", "unprotected")],
        "unmet",
    ),
    Case(
        "debug-interfaces-absent",
        "denied, and it cannot be opened",
        [NO_DEBUG, said("debug.unlock", "impossible")],
        "met",
    ),
    *[
        Case(
            "change-detection-absent",
            f"denied, and {property} is told",
            [said("boot.secure-boot", False), said("boot.detects-changes", False), said(property, value)],
            "unmet",
        )
        for property, value in (
            ("boot.alerts-user", True),
            ("boot.limits-network-on-change", True),
            ("boot.integrity-failure-action", "halt"),
            ("monitoring.integrity", True),
            ("hardware.root-of-trust.verifies-next-stage", True),
        )
    ],
    Case(
        "unused-interfaces-absent",
        "a shell for debugging on the network",
        interfaces({"type": "debug", "transport": "tcp", "required": False}),
        "unmet",
    ),
    Case(
        "debug-ports-absent",
        "a token shows what is denied",
        [NO_DEBUG, said("debug.physical", False), said("debug.state", "enabled", 4)],
        "unmet",
    ),
    Case(
        "change-detection-absent",
        "neither",
        [said("boot.secure-boot", False), said("boot.detects-changes", False)],
        "met",
    ),
    Case("change-detection-absent", "one not told", [said("boot.secure-boot", False)], "indeterminate"),
    Case("change-detection-absent", "detected", [said("boot.detects-changes", True)], "unmet"),
    Case(
        "change-detection-absent",
        "a token shows secure boot",
        [
            said("boot.secure-boot", False),
            said("boot.detects-changes", False),
            said("boot.secure-boot", True, 4),
        ],
        "unmet",
    ),
    Case(
        "network-authentication-absent",
        "an interface that asks who is there, on a port, whatever it is called",
        [
            said("auth.users-authenticate", False),
            *interfaces({"type": "user", "port": 23, "authenticated": True}),
        ],
        "unmet",
    ),
    Case(
        "debug-ports-absent",
        "a debug interface with the number of a port is none to plug into",
        [said("debug.physical", False), *interfaces({"type": "debug", "port": 4444})],
        "met",
    ),
    Case("unused-interfaces-absent", "none", interfaces(), "met"),
    Case("unused-interfaces-absent", "needed", interfaces({"type": "radio", "required": True}), "met"),
    Case(
        "unused-interfaces-absent",
        "a shell by its number, whatever it is called",
        interfaces({"type": "user", "port": 23, "required": False}),
        "unmet",
    ),
    Case(
        "unused-interfaces-absent",
        "a service on the network that nobody needs",
        [
            *interfaces({"type": "radio", "required": True}),
            *listed("service", ("telnetd", {"network": True, "needed": False})),
        ],
        "unmet",
    ),
    Case(
        "unused-interfaces-absent",
        "a service that nobody needs, on no network",
        [
            *interfaces({"type": "radio", "required": True}),
            *listed("service", ("demo", {"network": False, "needed": False})),
        ],
        "met",
    ),
    Case(
        "unused-interfaces-absent",
        "a service that nobody needs, on no network or on one",
        [*interfaces({"type": "radio", "required": True}), *listed("service", ("demo", {"needed": False}))],
        "indeterminate",
    ),
    Case("unused-interfaces-absent", "a button", interfaces({"type": "user", "required": False}), "met"),
    Case("unused-interfaces-absent", "unused", interfaces({"type": "web", "required": False}), "unmet"),
    Case("unused-interfaces-absent", "not told", interfaces({"type": "api"}), "indeterminate"),
    Case("external-sensors-absent", "declared", [said("data.external-sensors", False)], "met"),
    Case("external-sensors-absent", "a camera", [said("data.external-sensors", True)], "unmet"),
    *[
        case
        for value in ("class-0", "class-1", "class-2", "unconstrained")
        for claims in [[said("product.constrained-class", value)]]
        for case in (
            Case("device-constrained", value, claims, "met" if value in ("class-0", "class-1") else "unmet"),
            Case(
                "device-unconstrained", value, claims, "unmet" if value in ("class-0", "class-1") else "met"
            ),
        )
    ],
    # personal data
    Case("personal-data-unprocessed", "a category", data({}), "unmet"),
    Case(
        "personal-data-unprocessed",
        "denied, and the law on it applies",
        [*data(), said("data.gdpr.applicable", True)],
        "unmet",
    ),
    Case(
        "sent-personal-data-absent",
        "not sent, but stored by a service",
        data({"sent-to-services": False, "stored-by-services": True}),
        "unmet",
    ),
    Case(
        "sent-sensitive-data-absent",
        "not sent, but stored by a service",
        data({"sensitive": True, "sent-to-services": False, "stored-by-services": True}),
        "unmet",
    ),
    Case(
        "sent-sensitive-data-absent",
        "not sensitive, and stored by a service",
        data({"sensitive": False, "stored-by-services": True}),
        "met",
    ),
    *[
        Case(
            probe,
            "a connection carries some of which no category is declared",
            [*data(), *endpoints({"carries-personal-data": True})],
            "indeterminate",
        )
        for probe in PROBES[-3:]
    ],
    *[
        Case(
            "consent-based-processing-absent",
            f"a contract, and {leaf}",
            data({"legal-basis": "contract", leaf: True}),
            "unmet",
        )
        for leaf in ("consent-withdrawable", "consent-recorded")
    ],
    *[
        Case(
            probe,
            "a connection carries some",
            [*data(), *endpoints({"carries-personal-data": True})],
            "unmet",
        )
        for probe in ("personal-data-unprocessed", "sent-personal-data-absent", "sent-sensitive-data-absent")
    ],
    Case("sent-personal-data-absent", "it stays", data({"sent-to-services": False}), "met"),
    Case(
        "sent-personal-data-absent",
        "one is sent",
        data({"sent-to-services": False}, {"sent-to-services": True}),
        "unmet",
    ),
    Case(
        "sent-sensitive-data-absent",
        "not sensitive",
        data({"sensitive": False, "sent-to-services": True}),
        "met",
    ),
    Case(
        "sent-sensitive-data-absent",
        "sensitive, and not sent",
        data({"sensitive": True, "sent-to-services": False}),
        "met",
    ),
    Case("sent-sensitive-data-absent", "both", data({"sensitive": True, "sent-to-services": True}), "unmet"),
    Case("sent-sensitive-data-absent", "not told", data({"sent-to-services": True}), "indeterminate"),
    Case("service-stored-personal-data-absent", "stored", data({"stored-by-services": True}), "unmet"),
    Case("consent-based-processing-absent", "consent", data({"legal-basis": "consent"}), "unmet"),
    Case("consent-based-processing-absent", "a contract", data({"legal-basis": "contract"}), "met"),
    Case(
        "consent-based-processing-absent",
        "a contract, and consent asked for",
        data({"legal-basis": "contract", "consent": True}),
        "unmet",
    ),
    Case("aggregate-only-processing-absent", "statistics", data({"aggregate-only": True}), "unmet"),
]


@pytest.mark.parametrize("case", CASES, ids=title)
def test_a_case_has_its_answer(case):
    check(case)


@pytest.mark.parametrize("case", CASES, ids=title)
def test_an_absence_is_never_half_shown(case):
    assert ask(case.probe, *case.claims).outcome != "weaker"


@pytest.mark.parametrize(
    ("probe", "claims"),
    [
        ("debug-interfaces-absent", [NO_DEBUG, said("debug.state", "enabled", 2)]),
        ("debug-ports-absent", [NO_DEBUG, said("debug.state", "disabled", 2)]),
        ("debug-ports-absent", [said("debug.physical", False), said("debug.state", "disabled", 4)]),
        ("updates-unsupported", [NO_UPDATES, said("update.authenticated", False, 2)]),
        (
            "hard-coded-identity-absent",
            [
                said("identity.hard-coded", False),
                said("device.attestation-key", "ab" * 32, 5, about="device d"),
            ],
        ),
    ],
)
def test_what_nothing_vouches_for_raises_a_doubt_with_its_claims(probe, claims):
    answer = ask(probe, *claims)
    assert (answer.outcome, answer.disputed) == ("met", True)
    assert claims[1] in answer.claims


def test_an_artefact_that_shows_the_feature_is_named_and_among_the_claims():
    token = said("debug.state", "disabled-since-boot", 4)
    answer = ask("debug-interfaces-absent", NO_DEBUG, token)
    assert token in answer.claims
    assert NO_DEBUG in answer.claims
    assert "evidence.bin" in answer.because


def test_an_artefact_of_another_product_shows_nothing():
    token = said("debug.state", "enabled", 4, other=True)
    answer = ask("debug-interfaces-absent", NO_DEBUG, token)
    assert (answer.outcome, answer.disputed) == ("met", False)
