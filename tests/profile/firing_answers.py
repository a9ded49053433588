"""Profiles that break one rule each: the rule's id, the profile, and the path that is blamed."""

from __future__ import annotations

from tests.profile.fragments import (
    DOCUMENT,
    HEX32,
    NO_TEE,
    product,
    protocol,
)

ANSWERS: list[tuple[str, str, str]] = [
    # platform
    (
        "tee-contradiction",
        "hardware: {isolation: {mechanisms: [mpu], tee: {present: true}}}",
        "hardware.isolation.mechanisms",
    ),
    (
        "tee-contradiction",
        "hardware: {isolation: {mechanisms: [tee], tee: {present: false}}}",
        "hardware.isolation.mechanisms",
    ),
    (
        "tee-contradiction",
        "hardware: {isolation: {tee: {present: false, technology: pmp}}}",
        "hardware.isolation.tee.technology",
    ),
    ("tee-absent", NO_TEE + "keys: [{name: k, storage: tee}]", "keys[0].storage"),
    ("tee-absent", NO_TEE + "data: {at_rest: {key_storage: tee}}", "data.at_rest.key_storage"),
    (
        "tee-absent",
        "hardware: {secure_storage: {type: tee}, isolation: {tee: {present: false}}}",
        "hardware.secure_storage.type",
    ),
    (
        "isolation-without-mechanism",
        "hardware: {isolation: {mechanisms: [], psa_isolation_level: 1}}",
        "hardware.isolation.psa_isolation_level",
    ),
    (
        "secure-storage-none",
        "hardware: {secure_storage: {type: none, keys_nonexportable: true}}",
        "hardware.secure_storage.keys_nonexportable",
    ),
    ("debug-state", "debug: {state: disabled-permanently, unlock: unprotected}", "debug.unlock"),
    (
        "debug-state",
        "debug: {state: disabled-fully-and-permanently, unlock: per-device-credential}",
        "debug.unlock",
    ),
    (
        "debug-state",
        "debug: {state: disabled}\ninterfaces: [{name: swd, type: debug, enabled_default: true}]",
        "interfaces[0].enabled_default",
    ),
    ("lifecycle-debug", "debug: {state: enabled}\nlifecycle: secured", "lifecycle"),
    ("key-kind", "keys: [{name: k, symmetric: true, algorithm: ES256}]", "keys[0].algorithm"),
    ("key-kind", "keys: [{name: k, symmetric: false, algorithm: HMAC 256/256}]", "keys[0].algorithm"),
    ("key-kind", f"keys: [{{name: k, symmetric: true, thumbprint: {HEX32}}}]", "keys[0].thumbprint"),
    (
        "attestation-key-common",
        "keys: [{name: k, purpose: attestation, symmetric: true, unique: false}]",
        "keys[0].unique",
    ),
    # update and attestation
    ("update-not-supported", "update: {supported: false, automatic: true}", "update.automatic"),
    ("update-not-supported", "update: {supported: false, mechanisms: [suit]}", "update.mechanisms"),
    (
        "update-not-supported",
        "update: {supported: false}\ncomponents: [{name: a, updatable: true}]",
        "components[0].updatable",
    ),
    ("ota-without-network", "update: {ota: true, transport: [usb]}", "update.transport"),
    ("network-without-ota", "update: {ota: false, transport: [usb, https]}", "update.transport[1]"),
    ("automatic-default", "update: {automatic: false, automatic_default: true}", "update.automatic_default"),
    (
        "update-not-authenticated",
        "update: {authenticated: false, signature_algorithms: [ES256]}",
        "update.signature_algorithms",
    ),
    ("update-not-authenticated", "update: {authenticated: true, anchors: []}", "update.anchors"),
    ("attestation-not-supported", "attestation: {supported: false, formats: [eat]}", "attestation.formats"),
    (
        "attestation-not-supported",
        "attestation: {supported: false}\nmonitoring: {attestation_interval_hours: 24}",
        "monitoring.attestation_interval_hours",
    ),
    ("attestation-without-format", "attestation: {supported: true, formats: []}", "attestation.formats"),
    (
        "trust-anchor-unmanaged",
        "trust_anchors: [{name: a, replaceable: true, protocols: [none]}]",
        "trust_anchors[0].protocols",
    ),
    # protocols
    ("protocol-version", protocol("protocol: tls, version: '2.0'"), "protocols[0].version"),
    ("protocol-version", protocol("protocol: dtls, version: '1.1'"), "protocols[0].version"),
    ("protocol-version", protocol("protocol: mqtt, version: '4'"), "protocols[0].version"),
    ("protocol-version", protocol("protocol: lwm2m, version: '1.3'"), "protocols[0].version"),
    ("protocol-version", protocol("security: tls, security_version: '3'"), "protocols[0].security_version"),
    ("protocol-version-withdrawn", protocol("protocol: tls, version: '1.0'"), "protocols[0].version"),
    (
        "protocol-version-withdrawn",
        protocol("security: dtls, security_version: '1.0'"),
        "protocols[0].security_version",
    ),
    ("protocol-unversioned", protocol("protocol: est, version: '1.0'"), "protocols[0].version"),
    (
        "protocol-transport",
        protocol("protocol: coap, security: tls, transport: udp"),
        "protocols[0].transport",
    ),
    (
        "protocol-transport",
        protocol("protocol: coap, security: dtls, transport: tcp"),
        "protocols[0].transport",
    ),
    ("protocol-transport", protocol("security: quic, transport: tcp"), "protocols[0].transport"),
    (
        "protocol-transport",
        protocol("protocol: http, version: '1.1', transport: udp"),
        "protocols[0].transport",
    ),
    (
        "protocol-transport",
        protocol("protocol: http, version: '3', transport: tcp"),
        "protocols[0].transport",
    ),
    ("protocol-transport", protocol("protocol: http, transport: udp"), "protocols[0].transport"),
    ("protocol-transport", protocol("protocol: mqtt, transport: udp"), "protocols[0].transport"),
    ("protocol-transport", protocol("protocol: ble, transport: tcp"), "protocols[0].transport"),
    ("protocol-transport", protocol("protocol: tls, transport: udp"), "protocols[0].transport"),
    (
        "http-version-security",
        protocol("protocol: http, version: '3', security: tls"),
        "protocols[0].security",
    ),
    (
        "http-version-security",
        protocol("protocol: http, version: '2', security: quic"),
        "protocols[0].security",
    ),
    ("protocol-security", protocol("protocol: mqtt, security: oscore"), "protocols[0].security"),
    ("protocol-security", protocol("protocol: tls, security: none"), "protocols[0].security"),
    ("protocol-security", protocol("protocol: dtls, security: tls"), "protocols[0].security"),
    ("oscore-over-http", protocol("protocol: http, security: oscore"), "protocols[0].security"),
    ("atls-protocol", protocol("protocol: dns, security: atls"), "protocols[0].security"),
    (
        "attested-tls-without-attestation",
        "attestation: {supported: false}\n" + protocol("protocol: http, security: attested-tls"),
        "protocols[0].security",
    ),
    (
        "attested-tls-without-attestation",
        "attestation: {supported: false}\n" + protocol("protocol: attested-tls"),
        "protocols[0].protocol",
    ),
    (
        "security-details-without-security",
        protocol("security: none, security_version: '1.2'"),
        "protocols[0].security_version",
    ),
    (
        "security-details-without-security",
        protocol("security: none, cipher_suites: [TLS_AES_128_CCM_SHA256]"),
        "protocols[0].cipher_suites",
    ),
    (
        "mutual-authentication-one-sided",
        protocol("mutual_auth: true, credentials: none"),
        "protocols[0].credentials",
    ),
    (
        "mutual-authentication-one-sided",
        protocol("mutual_auth: true, peer_validation: none"),
        "protocols[0].peer_validation",
    ),
    (
        "cipher-suite-version",
        protocol("security: tls, security_version: '1.3', cipher_suites: [TLS_PSK_WITH_AES_128_CCM_8]"),
        "protocols[0].cipher_suites[0]",
    ),
    (
        "cipher-suite-version",
        protocol("security: dtls, security_version: '1.2', cipher_suites: [TLS_AES_128_CCM_SHA256]"),
        "protocols[0].cipher_suites[0]",
    ),
    ("port-without-transport", protocol("transport: link, port: 5684"), "protocols[0].port"),
    (
        "port-without-transport",
        "interfaces: [{name: i, transport: link, port: 80}]",
        "interfaces[0].port",
    ),
    # access
    ("passwords-not-used", "auth: {passwords: {used: false, min_length: 8}}", "auth.passwords.min_length"),
    (
        "passwords-not-used",
        "auth: {methods: [fido, pin], passwords: {used: false}}",
        "auth.methods[1]",
    ),
    (
        "passwords-not-used",
        "auth: {passwords: {used: false}}\n" + protocol("credentials: password"),
        "protocols[0].credentials",
    ),
    (
        "default-password-none",
        "auth: {passwords: {default_scheme: none, forced_change: true}}",
        "auth.passwords.forced_change",
    ),
    (
        "default-password-none",
        "auth: {passwords: {default_scheme: user-set, derivation: mac}}",
        "auth.passwords.derivation",
    ),
    (
        "universal-password-derived",
        "auth: {passwords: {default_scheme: universal, derivation: mac}}",
        "auth.passwords.derivation",
    ),
    (
        "blank-password-length",
        "auth: {passwords: {blank_allowed: true, min_length: 8}}",
        "auth.passwords.blank_allowed",
    ),
    ("users-authenticate", "auth: {users_authenticate: false, methods: [app]}", "auth.methods"),
    ("users-authenticate", "auth: {users_authenticate: true, methods: []}", "auth.methods"),
    (
        "kdf-without-passwords",
        "auth: {credential_storage: {scheme: plain, kdf: scrypt}}",
        "auth.credential_storage.kdf",
    ),
    (
        "rate-limit-absent",
        "auth: {rate_limit: {present: false, max_attempts: 3}}",
        "auth.rate_limit.max_attempts",
    ),
    # operation
    (
        "personal-data-none",
        "personal_data: []\n" + protocol("carries_personal_data: true"),
        "protocols[0].carries_personal_data",
    ),
    ("personal-data-none", "personal_data: []\ntelemetry: {minimal: false}", "telemetry.minimal"),
    (
        "gdpr-without-personal-data",
        "personal_data: []\ndata: {gdpr: {applicable: true}}",
        "data.gdpr.applicable",
    ),
    (
        "consent-missing",
        "personal_data: [{name: a, legal_basis: consent, consent: false}]",
        "personal_data[0].consent",
    ),
    ("telemetry-not-collected", "telemetry: {collected: false, documented: true}", "telemetry.documented"),
    ("logging-absent", "logging: {present: false, events: [system]}", "logging.events"),
    ("logging-absent", "logging: {present: false, transport: [rats]}", "logging.transport"),
    (
        "encryption-without-key",
        "data: {at_rest: {encrypted: true, key_storage: none}}",
        "data.at_rest.key_storage",
    ),
    (
        "key-without-encryption",
        "data: {at_rest: {encrypted: false, key_storage: tpm}}",
        "data.at_rest.key_storage",
    ),
    (
        "object-security-none",
        "data_flows: [{name: a, object_security: none, stored_signed: true}]",
        "data_flows[0].stored_signed",
    ),
    (
        "offline-and-cloud",
        "resilience: {essential_offline: true, cloud_dependency: full}",
        "resilience.essential_offline",
    ),
    ("mud-url-scheme", "network: {mud_url: 'http://example.com/a.json'}", "network.mud_url"),
    (
        "tamper-response-without-detection",
        "hardware: {tamper: {detection: false, response: zeroise}}",
        "hardware.tamper.response",
    ),
    # dates, documents and files
    (
        "support-before-release",
        product("released: 2026-01-02") + "\nsupport: {until: 2026-01-01}",
        "support.until",
    ),
    (
        "trust-anchor-ended",
        product("released: 2026-01-02") + "\ntrust_anchors: [{name: a, expires: 2026-01-01}]",
        "trust_anchors[0].expires",
    ),
    (
        "trust-anchor-ends-before-support",
        "support: {until: 2030-01-01}\ntrust_anchors: [{name: a, expires: 2029-12-31}]",
        "trust_anchors[0].expires",
    ),
    (
        "document-of-nothing",
        f"process: {{training: {{done: false, document: {DOCUMENT}}}}}",
        "process.training.document",
    ),
    ("file-outside", "evidence: [{artefact: /etc/update.suit}]", "evidence[0].artefact"),
    ("file-outside", "evidence: [{artefact: ../update.suit}]", "evidence[0].artefact"),
    ("file-outside", "evidence: [{artefact: a/../../update.suit}]", "evidence[0].artefact"),
    ("file-outside", "evidence: [{trust_anchor: 'a\\..\\..\\b.pem'}]", "evidence[0].trust_anchor"),
    ("file-outside", "evidence: [{artefact: 'C:\\update.suit'}]", "evidence[0].artefact"),
    ("file-outside", "evidence: [{artefact: ~/update.suit}]", "evidence[0].artefact"),
    ("file-outside", "evidence: [{artefact: 'https://example.com/a'}]", "evidence[0].artefact"),
    (
        "file-outside",
        f"software: {{sbom: {{document: {DOCUMENT.replace('a.pdf', '/a.pdf')}}}}}",
        "software.sbom.document.path",
    ),
    ("image-without-component", "evidence: [{image: a.bin}]", "evidence[0].image"),
    (
        "evidence-detail-misplaced",
        "components: [{name: c}]\nevidence: [{trust_anchor: a.pem, component: c}]",
        "evidence[0].component",
    ),
    ("evidence-detail-misplaced", "evidence: [{artefact: a, purpose: update}]", "evidence[0].purpose"),
    ("evidence-detail-misplaced", "evidence: [{trust_anchor: a, nonce: ab}]", "evidence[0].nonce"),
    ("evidence-repeated", "evidence: [{artefact: a}, {artefact: ./a}]", "evidence[1].artefact"),
]
