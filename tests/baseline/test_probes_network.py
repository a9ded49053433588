"""Probes about connections, interfaces and web pages."""

import pytest

from tests.baseline.probe_cases import Case, check, listed, said, title

TLS = {"protocol": "mqtt", "security": "tls", "security-version": "1.3"}
CLEAR = {"protocol": "mqtt", "security": "none"}
WIFI = {"protocol": "wifi", "security": "link-layer", "transport": "link"}
DNS = {"protocol": "dns", "security": "none"}
SUITE = "TLS_AES_128_GCM_SHA256"


def links(*leaves):
    return listed("endpoint", *[(f"c{n}", leaf) for n, leaf in enumerate(leaves)])


def faces(*leaves):
    return listed("interface", *[(f"i{n}", leaf) for n, leaf in enumerate(leaves)])


OF_CONNECTIONS = (
    "connections-protected",
    "transport-security-current",
    "link-protection-current",
    "cipher-suites-strong",
    "credentials-not-exposed",
    "peers-verified",
    "connections-mutually-authenticated",
    "listeners-authenticate",
    "connection-credentials-per-device",
    "insecure-services-absent",
)
OF_PAGES = {
    "web-sessions-encrypted": "encrypted",
    "web-forgery-prevented": "csrf-protected",
    "web-injection-tested": "injection-tested",
}
SILENT_ON_INTERFACES = (
    "unneeded-interfaces-off",
    "exposed-ports-necessary",
    "interfaces-authenticated",
    "optional-interfaces-closable",
    "error-messages-generic",
    "web-interface-absent",
    "interfaces-absent",
    *OF_PAGES,
)

CASES = [
    Case(
        "exposed-ports-necessary",
        "a shell by its number",
        faces({"type": "user", "port": 23, "required": False}),
        "indeterminate",
    ),
    Case(
        "exposed-ports-necessary",
        "a shell by its number, on and not needed",
        faces({"type": "user", "port": 23, "required": False, "enabled-default": True}),
        "unmet",
    ),
    Case(
        "interfaces-authenticated",
        "a shell for debugging over tcp",
        faces({"type": "debug", "transport": "tcp", "authenticated": False}),
        "unmet",
    ),
    Case("interfaces-authenticated", "no type", faces({"authenticated": True}), "indeterminate"),
    Case("communication-restricted", "silence", [], "indeterminate"),
    Case("communication-restricted", "declared", [said("network.restrictive", True)], "met"),
    Case("communication-restricted", "with anybody", [said("network.restrictive", False)], "unmet"),
    Case(
        "communication-restricted",
        "with a peer that has no name",
        [said("network.restrictive", True), *links({"direction": "outbound"})],
        "weaker",
    ),
    Case(
        "communication-restricted",
        "with a peer by name, and with whoever connects",
        [
            said("network.restrictive", True),
            *links({"direction": "outbound", "peer": "cloud.example"}, {"direction": "inbound"}),
        ],
        "met",
    ),
    *[Case(probe, "silence", [], "indeterminate") for probe in OF_CONNECTIONS],
    *[Case(probe, "no connections", links(), "not-applicable") for probe in OF_CONNECTIONS],
    Case("connections-protected", "TLS", links(TLS), "met"),
    Case("connections-protected", "one of two in clear", links(TLS, CLEAR), "unmet"),
    Case("connections-protected", "not told", links({"protocol": "mqtt"}), "indeterminate"),
    Case("connections-protected", "one of two not told", links(TLS, {"protocol": "mqtt"}), "weaker"),
    Case("connections-protected", "a link by its own protection", links(WIFI), "met"),
    Case(
        "connections-protected",
        "more than a link by the link's",
        links({**WIFI, "transport": "tcp"}),
        "weaker",
    ),
    Case("connections-protected", "DNS in clear", links(TLS, DNS), "weaker"),
    Case(
        "connections-protected",
        "DNS in clear that carries nothing",
        links(
            TLS,
            {
                **DNS,
                "carries-credentials": False,
                "carries-personal-data": False,
                "carries-configuration": False,
            },
        ),
        "met",
    ),
    Case(
        "connections-protected",
        "DHCP that configures",
        links({**DNS, "carries-configuration": True}),
        "unmet",
    ),
    Case("transport-security-current", "TLS 1.3", links(TLS), "met"),
    Case("transport-security-current", "TLS 1.2", links({**TLS, "security-version": "1.2"}), "met"),
    Case("transport-security-current", "TLS 1.1", links({**TLS, "security-version": "1.1"}), "unmet"),
    Case(
        "transport-security-current",
        "DTLS 1.0",
        links({"security": "dtls", "security-version": "1.0"}),
        "unmet",
    ),
    Case("transport-security-current", "SSL 3", links({**TLS, "security-version": "SSLv3"}), "unmet"),
    Case("transport-security-current", "a version not told", links({"security": "tls"}), "weaker"),
    Case("transport-security-current", "OSCORE has no version", links({"security": "oscore"}), "met"),
    Case("transport-security-current", "SSH 1", links({"security": "ssh", "security-version": "1"}), "unmet"),
    Case(
        "transport-security-current",
        "attested TLS, not a standard yet",
        links({"security": "attested-tls", "security-version": "1.3"}),
        "weaker",
    ),
    Case("transport-security-current", "none", links(CLEAR), "unmet"),
    Case("link-protection-current", "WPA3", links({**WIFI, "security-version": "WPA3"}), "met"),
    Case("link-protection-current", "WEP", links({**WIFI, "security-version": "wep"}), "unmet"),
    Case(
        "link-protection-current",
        "a broken scheme, whatever the protocol",
        links({**WIFI, "protocol": "thread", "security-version": "WEP"}),
        "unmet",
    ),
    Case(
        "link-protection-current", "the first WPA", links({**WIFI, "security-version": "WPA-TKIP"}), "unmet"
    ),
    Case("link-protection-current", "Wi-Fi without a scheme", links(WIFI), "indeterminate"),
    Case("link-protection-current", "Thread has but one", links({**WIFI, "protocol": "thread"}), "met"),
    Case("link-protection-current", "no link by itself", links(TLS), "not-applicable"),
    Case(
        "link-protection-current",
        "a protection that is not told",
        links({"protocol": "wifi"}),
        "indeterminate",
    ),
    Case("cipher-suites-strong", "strong", links({**TLS, "cipher-suites": SUITE}), "met"),
    Case("cipher-suites-strong", "1.3 has no others", links(TLS), "met"),
    Case("cipher-suites-strong", "1.2 has", links({**TLS, "security-version": "1.2"}), "indeterminate"),
    Case(
        "cipher-suites-strong",
        "no forward secrecy",
        links({**TLS, "cipher-suites": "TLS_RSA_WITH_AES_128_GCM_SHA256"}),
        "weaker",
    ),
    Case("cipher-suites-strong", "null", links({**TLS, "cipher-suites": "TLS_RSA_WITH_NULL_SHA"}), "unmet"),
    Case("cipher-suites-strong", "an unknown name", links({**TLS, "cipher-suites": "odd"}), "indeterminate"),
    Case("cipher-suites-strong", "no TLS", links({"security": "oscore"}), "not-applicable"),
    Case("credentials-not-exposed", "none carried", links({**CLEAR, "carries-credentials": False}), "met"),
    Case("credentials-not-exposed", "carried under TLS", links({**TLS, "carries-credentials": True}), "met"),
    Case(
        "credentials-not-exposed", "carried in clear", links({**CLEAR, "carries-credentials": True}), "unmet"
    ),
    Case("credentials-not-exposed", "in clear, what it carries not told", links(CLEAR), "indeterminate"),
    Case("credentials-not-exposed", "under TLS, what it carries not told", links(TLS), "met"),
    Case(
        "credentials-not-exposed",
        "by the link alone, further than the link",
        links({**WIFI, "transport": "tcp", "carries-credentials": True}),
        "weaker",
    ),
    Case(
        "credentials-not-exposed", "on a protected link", links({**WIFI, "carries-credentials": True}), "met"
    ),
    Case("peers-verified", "by certificates", links({**TLS, "peer-validation": "ca-chain"}), "met"),
    Case("peers-verified", "on first use", links({**TLS, "peer-validation": "trust-on-first-use"}), "weaker"),
    Case("peers-verified", "not", links({**TLS, "peer-validation": "none"}), "unmet"),
    Case("peers-verified", "DNS, not", links({**DNS, "peer-validation": "none"}), "weaker"),
    Case("peers-verified", "not told", links(TLS), "indeterminate"),
    Case("connections-mutually-authenticated", "both", links({**TLS, "mutual-auth": True}), "met"),
    Case("connections-mutually-authenticated", "one", links({**TLS, "mutual-auth": False}), "weaker"),
    Case(
        "listeners-authenticate", "both", links({**TLS, "direction": "inbound", "mutual-auth": True}), "met"
    ),
    Case(
        "listeners-authenticate",
        "the peer at least",
        links({**TLS, "direction": "both", "mutual-auth": False, "peer-validation": "psk"}),
        "met",
    ),
    Case(
        "listeners-authenticate",
        "anybody",
        links({**TLS, "direction": "inbound", "mutual-auth": False, "peer-validation": "none"}),
        "unmet",
    ),
    Case(
        "listeners-authenticate",
        "whoever came first",
        links({**TLS, "direction": "inbound", "mutual-auth": False, "peer-validation": "trust-on-first-use"}),
        "weaker",
    ),
    Case(
        "listeners-authenticate",
        "nothing comes in",
        links({**TLS, "direction": "outbound"}),
        "not-applicable",
    ),
    Case("listeners-authenticate", "which way is not told", links(TLS), "indeterminate"),
    Case("connection-credentials-per-device", "own", links({**TLS, "credentials": "certificate"}), "met"),
    Case(
        "connection-credentials-per-device", "password", links({**TLS, "credentials": "password"}), "weaker"
    ),
    Case(
        "connection-credentials-per-device",
        "family key",
        links({**TLS, "credentials": "psk-family"}),
        "unmet",
    ),
    Case("insecure-services-absent", "none", links(TLS), "met"),
    Case("insecure-services-absent", "Telnet", links(TLS, {"protocol": "telnet"}), "unmet"),
    Case("insecure-services-absent", "FTP in clear", links({"protocol": "ftp", "security": "none"}), "unmet"),
    Case(
        "insecure-services-absent", "FTP under TLS", links({"protocol": "ftp", "security": "tls"}), "weaker"
    ),
    Case("insecure-services-absent", "SNMP 3", links({"protocol": "snmp", "version": "3"}), "met"),
    Case("insecure-services-absent", "SNMP 2c", links({"protocol": "snmp", "version": "2c"}), "weaker"),
    Case("insecure-services-absent", "some SNMP", links({"protocol": "snmp"}), "weaker"),
    Case("insecure-services-absent", "not told", links({"security": "tls"}), "indeterminate"),
    # interfaces
    *[Case(probe, "silence", [], "indeterminate") for probe in SILENT_ON_INTERFACES],
    *[
        Case(probe, "declared, and nothing told", faces({"port": 80}), "indeterminate")
        for probe in SILENT_ON_INTERFACES
    ],
    Case("unneeded-interfaces-off", "none at all", faces(), "met"),
    Case("unneeded-interfaces-off", "needed", faces({"required": True, "enabled-default": True}), "met"),
    Case("unneeded-interfaces-off", "off", faces({"required": False, "enabled-default": False}), "met"),
    Case("unneeded-interfaces-off", "on", faces({"required": False, "enabled-default": True}), "unmet"),
    Case(
        "unneeded-interfaces-off", "on, the need not told", faces({"enabled-default": True}), "indeterminate"
    ),
    Case("exposed-ports-necessary", "none at all", faces(), "met"),
    Case("exposed-ports-necessary", "none on a network", faces({"type": "physical"}), "met"),
    Case("exposed-ports-necessary", "needed", faces({"type": "network", "required": True}), "met"),
    Case(
        "exposed-ports-necessary",
        "open without need",
        faces({"type": "web", "required": False, "enabled-default": True}),
        "unmet",
    ),
    Case("interfaces-authenticated", "all", faces({"type": "api", "authenticated": True}), "met"),
    Case("interfaces-authenticated", "one open", faces({"type": "web", "authenticated": False}), "unmet"),
    Case("interfaces-authenticated", "none on a network", faces({"type": "debug"}), "not-applicable"),
    Case("optional-interfaces-closable", "closable", faces({"required": False, "can-disable": True}), "met"),
    Case(
        "optional-interfaces-closable",
        "not closable",
        faces({"required": False, "can-disable": False}),
        "unmet",
    ),
    Case(
        "optional-interfaces-closable",
        "all needed",
        faces({"required": True, "can-disable": False}),
        "not-applicable",
    ),
    Case("optional-interfaces-closable", "none at all", faces(), "not-applicable"),
    *[Case(probe, "done", faces({"type": "web", leaf: True}), "met") for probe, leaf in OF_PAGES.items()],
    *[
        Case(probe, "not done", faces({"type": "api", leaf: False}), "unmet")
        for probe, leaf in OF_PAGES.items()
    ],
    *[Case(probe, "no page", faces({"type": "radio"}), "not-applicable") for probe in OF_PAGES],
    *[
        Case(probe, "one of two not told", faces({"type": "web", leaf: True}, {"type": "web"}), "weaker")
        for probe, leaf in OF_PAGES.items()
    ],
    Case("web-interface-absent", "none at all", faces(), "met"),
    Case("web-interface-absent", "others only", faces({"type": "radio"}, {"type": "debug"}), "met"),
    Case("web-interface-absent", "a page", faces({"type": "radio"}, {"type": "web"}), "unmet"),
    Case("web-interface-absent", "a type not told", faces({"type": "radio"}, {"port": 80}), "weaker"),
    Case("error-messages-generic", "generic", faces({"type": "web", "error-messages": "generic"}), "met"),
    Case("error-messages-generic", "detailed", faces({"type": "api", "error-messages": "detailed"}), "unmet"),
    Case("error-messages-generic", "nobody to tell", faces({"type": "radio"}), "not-applicable"),
    Case("interfaces-absent", "none at all", faces(), "met"),
    Case("interfaces-absent", "others only", faces({"type": "debug"}, {"type": "user"}), "met"),
    Case("interfaces-absent", "an interface", faces({"type": "network"}), "unmet"),
]


@pytest.mark.parametrize("case", CASES, ids=title)
def test_answer(case: Case) -> None:
    check(case)
