"""Connections: what carries what, protected by what, in a version that exists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.network import Interface, Protocol
from iotassess.profile.consistency.rule import Finding, Rule, contradiction
from iotassess.profile.consistency.versions import UNVERSIONED, VERSIONS
from iotassess.profile.faults import shown


def _protocols(profile: Profile) -> Iterator[tuple[int, Protocol]]:
    return enumerate(profile.protocols or [])


def find_unknown_versions(profile: Profile) -> Iterator[Finding]:
    """A version that the protocol, or its protection, never had."""
    for index, row in _protocols(profile):
        for key, version, name in (
            ("version", row.version, row.protocol),
            ("security_version", row.security_version, row.security),
        ):
            versions = VERSIONS.get(name or "")
            if version is not None and versions and not re.fullmatch(versions.pattern, version):
                yield Finding(
                    ("protocols", index, key),
                    f"got {key} {shown(version)}, expected a version of {name}: {versions.words}",
                    "write the number alone, in quotes",
                )


def find_withdrawn_versions(profile: Profile) -> Iterator[Finding]:
    """A version that its makers have withdrawn (TLS 1.0 and 1.1: RFC 8996)."""
    for index, row in _protocols(profile):
        for key, version, name in (
            ("version", row.version, row.protocol),
            ("security_version", row.security_version, row.security),
        ):
            versions = VERSIONS.get(name or "")
            if versions and version in versions.deprecated:
                yield Finding(
                    ("protocols", index, key),
                    f"{name} {version} is withdrawn: it protects nothing",
                    "move to a current version",
                )


def find_needless_versions(profile: Profile) -> Iterator[Finding]:
    """Protocols such as EST have a specification and no version number, so a number says nothing."""
    for index, row in _protocols(profile):
        named = row.protocol is not None and row.protocol not in VERSIONS
        if row.version is not None and named and not UNVERSIONED.fullmatch(row.version):
            yield Finding(
                ("protocols", index, "version"),
                f"{row.protocol} has no version numbers, got {shown(row.version)}",
                "remove it, or name the specification, such as rfc7030",
            )


CARRIERS: Mapping[str | None, tuple[str, ...]] = MappingProxyType(
    {
        "tls": ("tcp", "link"),  # on a link: EAP-TLS
        "dtls": ("udp", "link"),  # on a link: LwM2M over SMS and non-IP bearers
        "quic": ("udp",),
        "ssh": ("tcp",),
        "telnet": ("tcp",),
        "ftp": ("tcp",),
        "tftp": ("udp",),
        "ntp": ("udp",),
        "mdns": ("udp",),
        "dhcp": ("udp",),
        "ble": ("link",),
        "zigbee": ("link",),
        "wifi": ("link",),
        "lorawan": ("link",),
    }
)
"""Protocol or protection → what can carry it. Others run over more than one, or depend on a version."""


def _carriers(row: Protocol) -> tuple[tuple[str, ...], str] | None:
    """What can carry a connection, and which of its answers says so."""
    if row.security in CARRIERS:
        return CARRIERS[row.security], f"security is {row.security}"
    if row.protocol == "http" and row.version is not None:
        return ("udp",) if row.version == "3" else ("tcp",), f"http {row.version} is declared"
    if row.protocol == "http" and row.security in (None, "none"):
        return ("tcp",), "http is declared"
    if row.protocol == "mqtt" and row.security in (None, "none"):
        return ("tcp", "link"), "mqtt is declared"
    if row.protocol in CARRIERS:
        return CARRIERS[row.protocol], f"protocol is {row.protocol}"
    return None


def find_impossible_carriers(profile: Profile) -> Iterator[Finding]:
    """TLS needs a stream (RFC 8446 section 1), DTLS datagrams (RFC 9147), QUIC is UDP (RFC 9000)."""
    for index, row in _protocols(profile):
        carriers = _carriers(row)
        if row.transport is not None and carriers and row.transport not in carriers[0]:
            instead = " or ".join(carriers[0])
            yield contradiction(
                ("protocols", index, "transport"),
                f"transport is {row.transport}",
                carriers[1],
                f"it runs over {instead}; correct one of the two",
            )


def find_http3_without_quic(profile: Profile) -> Iterator[Finding]:
    """HTTP/3 is HTTP over QUIC (RFC 9114), and only that; older versions do not run over it."""
    for index, row in _protocols(profile):
        if row.protocol != "http" or None in (row.version, row.security):
            continue
        if (row.version == "3") != (row.security == "quic"):
            yield contradiction(
                ("protocols", index, "security"),
                f"security is {row.security}",
                f"http {row.version} is declared",
                "quic protects http 3, and no other version",
            )


OWN_PROTECTION: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "tls": ("tls", "atls", "attested-tls"),
        "dtls": ("dtls", "attested-tls"),
        "quic": ("quic", "tls", "attested-tls"),
        "atls": ("atls", "tls", "attested-tls"),
        "attested-tls": ("attested-tls", "tls", "dtls", "atls"),
        "oscore": ("oscore", "ace-oscore"),
        "ace-oscore": ("ace-oscore", "oscore"),
        "cose": ("cose", "oscore", "ace-oscore", "tls", "dtls", "quic", "atls", "attested-tls", "link-layer"),
        "ssh": ("ssh",),
        "telnet": ("none", "tls", "link-layer"),
        "tftp": ("none", "dtls", "link-layer"),
    }
)
"""Protocol that settles by itself what protects it → what ``security`` may then be."""

OVER_COAP = frozenset(
    ("coap", "lwm2m", "lwm2m-bootstrap", "est", "brski", "teep", "fdo", "rats", "suit-report", "cose", "dns")
    + ("oscore", "ace-oscore", "http")
)
"""Protocols that exist over CoAP, so that OSCORE can protect them; HTTP by RFC 8613 section 11."""


def find_impossible_protection(profile: Profile) -> Iterator[Finding]:
    """Some protocols are a protection themselves; OSCORE protects CoAP messages (RFC 8613 section 1)."""
    for index, row in _protocols(profile):
        if row.protocol is None or row.security is None:
            continue
        own = OWN_PROTECTION.get(row.protocol)
        without_coap = row.security in ("oscore", "ace-oscore") and row.protocol not in OVER_COAP
        if without_coap or (own and row.security not in own):
            yield contradiction(
                ("protocols", index, "security"),
                f"security is {row.security}",
                f"protocol is {row.protocol}",
                f"{row.protocol} takes {' or '.join(own)}"
                if own
                else f"{row.protocol} does not run over CoAP",
            )


def find_oscore_over_http(profile: Profile) -> Iterator[Finding]:
    """OSCORE over HTTP exists for proxies (RFC 8613 section 11), hardly in devices."""
    for index, row in _protocols(profile):
        if row.protocol == "http" and row.security in ("oscore", "ace-oscore"):
            yield Finding(
                ("protocols", index, "security"),
                f"security is {row.security} and protocol is http, expected coap",
                "nothing is wrong if the device sends OSCORE in HTTP to a proxy",
            )


def find_nested_atls(profile: Profile) -> Iterator[Finding]:
    """Application-layer TLS travels inside an application protocol, so it does not protect a transport."""
    for index, row in _protocols(profile):
        if row.security == "atls" and row.protocol in ("dtls", "quic", "ssh", "dhcp", "mdns", "ntp", "dns"):
            yield contradiction(
                ("protocols", index, "security"),
                "security is atls",
                f"protocol is {row.protocol}, which carries no application records",
            )


def find_unattested_tls(profile: Profile) -> Iterator[Finding]:
    """Attested TLS carries evidence in its handshake, so a device must be able to produce some."""
    if profile.attestation is None or profile.attestation.supported is not False:
        return
    for index, row in _protocols(profile):
        if row.security == "attested-tls" or row.protocol == "attested-tls":
            key = "security" if row.security == "attested-tls" else "protocol"
            yield contradiction(
                ("protocols", index, key), f"{key} is attested-tls", "attestation.supported is false"
            )


def find_protection_details_of_nothing(profile: Profile) -> Iterator[Finding]:
    """What is not protected has no version of a protection and no cipher suites."""
    for index, row in _protocols(profile):
        if row.security == "none":
            for key in ("security_version", "cipher_suites"):
                if getattr(row, key):
                    yield contradiction(("protocols", index, key), f"{key} is given", "security is none")


def find_one_sided_authentication(profile: Profile) -> Iterator[Finding]:
    """Both sides authenticate only if the device verifies its peer and has something to show."""
    for index, row in _protocols(profile):
        for key in ("peer_validation", "credentials"):
            if row.mutual_auth and getattr(row, key) == "none":
                yield contradiction(("protocols", index, key), f"{key} is none", "mutual_auth is true")


def find_suites_of_other_versions(profile: Profile) -> Iterator[Finding]:
    """TLS 1.3 has cipher suites of its own (RFC 8446 appendix B.4), without WITH in their names."""
    for index, row in _protocols(profile):
        if row.security not in ("tls", "dtls", "attested-tls", "atls") or row.security_version is None:
            continue
        for member, suite in enumerate(row.cipher_suites or []):
            if suite.startswith("TLS_") and ("_WITH_" in suite) == (row.security_version == "1.3"):
                yield Finding(
                    ("protocols", index, "cipher_suites", member),
                    f"{shown(suite)} is no cipher suite of {row.security} {row.security_version}",
                    "if both versions are in use, declare a connection for each",
                )


def find_ports_without_transport(profile: Profile) -> Iterator[Finding]:
    """Ports belong to TCP and UDP; a link has none."""
    rows: list[tuple[Path, Protocol | Interface]] = [
        *((("protocols", index), row) for index, row in _protocols(profile)),
        *((("interfaces", index), row) for index, row in enumerate(profile.interfaces or [])),
    ]
    for path, row in rows:
        if row.transport == "link" and row.port is not None:
            yield contradiction((*path, "port"), f"port is {row.port}", "transport is link")


RULES = (
    Rule("protocol-version", "error", find_unknown_versions),
    Rule("protocol-version-withdrawn", "warning", find_withdrawn_versions),
    Rule("protocol-unversioned", "warning", find_needless_versions),
    Rule("protocol-transport", "error", find_impossible_carriers),
    Rule("http-version-security", "error", find_http3_without_quic),
    Rule("protocol-security", "error", find_impossible_protection),
    Rule("oscore-over-http", "warning", find_oscore_over_http),
    Rule("atls-protocol", "error", find_nested_atls),
    Rule("attested-tls-without-attestation", "error", find_unattested_tls),
    Rule("security-details-without-security", "error", find_protection_details_of_nothing),
    Rule("mutual-authentication-one-sided", "error", find_one_sided_authentication),
    Rule("cipher-suite-version", "warning", find_suites_of_other_versions),
    Rule("port-without-transport", "warning", find_ports_without_transport),
)
