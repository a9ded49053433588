"""Each rule of inner consistency fires on what it is about, at its place, and not on a sound profile."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import uuid

import pytest

from iotassess.profile import RULES, Fault, InvalidProfile, consistency, load_profile_bytes

HEX32 = "ab" * 32
VENDOR = uuid.uuid5(uuid.NAMESPACE_DNS, "example.com")


def _faults(text: str) -> tuple[Fault, ...]:
    """Everything that is told of a profile, whether it can be used or not."""
    if "product:" not in text:
        text += "\nproduct: {vendor: Example, model: Node 1}"
    try:
        return load_profile_bytes(text.encode(), "profile.yaml").faults
    except InvalidProfile as error:
        return error.faults


def _stages(*rows: str) -> str:
    return "boot: {stages: [" + ", ".join("{" + row + "}" for row in rows) + "]}"


def _product(more: str) -> str:
    return "product: {vendor: Example, model: Node 1, " + more + "}"


def _protocol(row: str) -> str:
    return "protocols: [{name: p, " + row + "}]"


def _device(instance_id: str) -> str:
    return f"devices: [{{instance_id: '{instance_id}'}}]"


ROOT_NONE = "hardware: {root_of_trust: {type: none}}\n"
NO_TEE = "hardware: {isolation: {tee: {present: false}}}\n"
DOCUMENT = f"{{path: a.pdf, digest: 'sha-256:{HEX32}', date: 2026-01-01}}"

FIRES: list[tuple[str, str, str]] = [
    # boot
    ("boot-stage-unknown", _stages("name: a, verified_by: rom"), "boot.stages[0].verified_by"),
    ("boot-chain-loop", _stages("name: a, verified_by: a"), "boot.stages[0].verified_by"),
    (
        "boot-chain-loop",
        _stages("name: a, verified_by: b", "name: b, verified_by: a"),
        "boot.stages[0].verified_by",
    ),
    ("boot-chain-gap", _stages("name: a, verified_by: hardware", "name: b"), "boot.stages[1].verified_by"),
    ("boot-chain-gap", _stages("name: a", "name: b, verified_by: a"), "boot.stages[0].verified_by"),
    (
        "boot-chain-start",
        _stages("name: a, verified_by: hardware", "name: b, verified_by: hardware"),
        "boot.stages[1].verified_by",
    ),
    ("boot-chain-start", _stages("name: a, verified_by: a"), "boot.stages[0].verified_by"),
    ("boot-stage-reserved-name", _stages("name: hardware"), "boot.stages[0].name"),
    ("immutable-updatable", _stages("name: a, immutable: true, updatable: true"), "boot.stages[0].updatable"),
    (
        "immutable-updatable",
        "components: [{name: c, immutable: true, updatable: true}]",
        "components[0].updatable",
    ),
    (
        "immutable-updatable",
        "components: [{name: c, updatable: true}]\n" + _stages("name: a, component: c, immutable: true"),
        "boot.stages[0].immutable",
    ),
    (
        "immutable-updatable",
        "components: [{name: c, immutable: true}]\n" + _stages("name: a, component: c, updatable: true"),
        "boot.stages[0].updatable",
    ),
    ("boot-without-root-of-trust", ROOT_NONE + "boot: {secure_boot: true}", "boot.secure_boot"),
    (
        "boot-without-root-of-trust",
        "hardware: {root_of_trust: {type: none, key_location: otp}}",
        "hardware.root_of_trust.key_location",
    ),
    (
        "secure-boot-not-enforced",
        "boot: {secure_boot: true, integrity_failure_action: ignore}",
        "boot.integrity_failure_action",
    ),
    ("secure-boot-not-enforced", "boot: {secure_boot: false, enforced: true}", "boot.enforced"),
    ("measured-boot-incomplete", "boot: {measured: true, measurement_store: none}", "boot.measurement_store"),
    (
        "measured-boot-incomplete",
        "boot: {measured: true, stages: [{name: a, measured_into: none}]}",
        "boot.stages[0].measured_into",
    ),
    (
        "root-of-trust-unusual",
        "hardware: {root_of_trust: {type: rom, immutable: false}}",
        "hardware.root_of_trust.immutable",
    ),
    (
        "root-of-trust-unusual",
        "hardware: {root_of_trust: {verifies_next_stage: false}}\nboot: {secure_boot: true}",
        "hardware.root_of_trust.verifies_next_stage",
    ),
    # names
    ("name-repeated", "keys: [{name: a}, {name: b}, {name: a}]", "keys[2].name"),
    ("name-repeated", _stages("name: a", "name: a"), "boot.stages[1].name"),
    (
        "name-repeated",
        f"devices: [{{instance_id: '01{HEX32}'}}, {{instance_id: '01{HEX32}'}}]",
        "devices[1].instance_id",
    ),
    ("component-unknown", _stages("name: a, component: c"), "boot.stages[0].component"),
    (
        "component-unknown",
        "components: [{name: c}]\nevidence: [{image: c.bin, component: d}]",
        "evidence[0].component",
    ),
    ("key-unknown", _stages("name: a, key: k"), "boot.stages[0].key"),
    ("trust-anchor-unknown", "update: {anchors: [k]}", "update.anchors[0]"),
    (
        "trust-anchor-purpose",
        "update: {anchors: [k]}\ntrust_anchors: [{name: k, purpose: [network]}]",
        "update.anchors[0]",
    ),
    (
        "boot-key-purpose",
        "keys: [{name: k, purpose: session}]\n" + _stages("name: a, key: k"),
        "boot.stages[0].key",
    ),
    (
        "component-locator-shared",
        "components: [{name: a, suit_component_id: '00'}, {name: b, suit_component_id: '00'}]",
        "components[1].suit_component_id",
    ),
    (
        "component-locator-shared",
        "components: [{name: a, measurement_type: BL}, {name: b, measurement_type: BL}]",
        "components[1].measurement_type",
    ),
    ("value-repeated", "update: {transport: [https, coaps, https]}", "update.transport[2]"),
    (
        "value-repeated",
        "trust_anchors: [{name: a, purpose: [update, update]}]",
        "trust_anchors[0].purpose[1]",
    ),
    ("none-and-others", "logging: {transport: [rats, none]}", "logging.transport"),
    ("none-and-others", "trust_anchors: [{name: a, protocols: [none, est]}]", "trust_anchors[0].protocols"),
    # identity
    ("uuid-form", "identity: {vendor_id: 00000000-0000-0000-0000-000000000000}", "identity.vendor_id"),
    ("uuid-form", "identity: {class_id: 6ba7b810-9dad-91d1-80b4-00c04fd430c8}", "identity.class_id"),
    ("uuid-form", "identity: {class_id: 6ba7b810-9dad-41d1-c0b4-00c04fd430c8}", "identity.class_id"),
    (
        "vendor-id-contradiction",
        _product("vendor_domain: example.org") + f"\nidentity: {{vendor_id: {VENDOR}}}",
        "identity.vendor_id",
    ),
    (
        "vendor-id-underived",
        _product("vendor_domain: example.com")
        + "\nidentity: {vendor_id: 3d0e1a0c-7f0b-4c0e-9d0a-000000000001}",
        "identity.vendor_id",
    ),
    (
        "class-id-underived",
        f"identity: {{vendor_id: {VENDOR}, class_id: {uuid.uuid5(VENDOR, 'Node 2')}}}",
        "identity.class_id",
    ),
    (
        "class-id-underived",
        _product("vendor_domain: example.com") + f"\nidentity: {{class_id: {VENDOR}}}",
        "identity.class_id",
    ),
    ("class-id-underived", f"identity: {{class_id: {VENDOR}}}", "identity.class_id"),
    (
        "implementation-id-length",
        "identity: {implementation_id: '" + "ab" * 31 + "'}",
        "identity.implementation_id",
    ),
    ("hwmodel-length", "identity: {oemid: '1', hwmodel: '" + "ab" * 33 + "'}", "identity.hwmodel"),
    ("hwmodel-without-oemid", "identity: {hwmodel: ab}", "identity.hwmodel"),
    ("oemid-form", "identity: {oemid: '0123'}", "identity.oemid"),
    ("oemid-form", "identity: {oemid: 'ABCDEF'}", "identity.oemid"),
    ("oemid-form", "identity: {oemid: '4294967296'}", "identity.oemid"),
    ("oemid-ambiguous", "identity: {oemid: '123456'}", "identity.oemid"),
    ("instance-id-length", _device("01" + "ab" * 5), "devices[0].instance_id"),
    ("instance-id-length", _device("01" + "ab" * 33), "devices[0].instance_id"),
    ("instance-id-unusual", _device("07" + "ab" * 32), "devices[0].instance_id"),
    ("instance-id-unusual", _device("01" + "ab" * 15), "devices[0].instance_id"),
    (
        "attestation-key-shared",
        f"devices: [{{instance_id: '01{HEX32}', attestation_key: {HEX32}}}, "
        f"{{instance_id: '01{'cd' * 32}', attestation_key: {HEX32}}}]",
        "devices[1].attestation_key",
    ),
    ("signer-length", "components: [{name: a, signer: abcd}]", "components[0].signer"),
    (
        "identity-not-hard-coded",
        "identity: {hard_coded: false, tamper_resistant: true}",
        "identity.tamper_resistant",
    ),
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
    ("protocol-version", _protocol("protocol: tls, version: '2.0'"), "protocols[0].version"),
    ("protocol-version", _protocol("protocol: dtls, version: '1.1'"), "protocols[0].version"),
    ("protocol-version", _protocol("protocol: mqtt, version: '4'"), "protocols[0].version"),
    ("protocol-version", _protocol("protocol: lwm2m, version: '1.3'"), "protocols[0].version"),
    ("protocol-version", _protocol("security: tls, security_version: '3'"), "protocols[0].security_version"),
    ("protocol-version-withdrawn", _protocol("protocol: tls, version: '1.0'"), "protocols[0].version"),
    (
        "protocol-version-withdrawn",
        _protocol("security: dtls, security_version: '1.0'"),
        "protocols[0].security_version",
    ),
    ("protocol-unversioned", _protocol("protocol: est, version: '1.0'"), "protocols[0].version"),
    (
        "protocol-transport",
        _protocol("protocol: coap, security: tls, transport: udp"),
        "protocols[0].transport",
    ),
    (
        "protocol-transport",
        _protocol("protocol: coap, security: dtls, transport: tcp"),
        "protocols[0].transport",
    ),
    ("protocol-transport", _protocol("security: quic, transport: tcp"), "protocols[0].transport"),
    (
        "protocol-transport",
        _protocol("protocol: http, version: '1.1', transport: udp"),
        "protocols[0].transport",
    ),
    (
        "protocol-transport",
        _protocol("protocol: http, version: '3', transport: tcp"),
        "protocols[0].transport",
    ),
    ("protocol-transport", _protocol("protocol: http, transport: udp"), "protocols[0].transport"),
    ("protocol-transport", _protocol("protocol: mqtt, transport: udp"), "protocols[0].transport"),
    ("protocol-transport", _protocol("protocol: ble, transport: tcp"), "protocols[0].transport"),
    ("protocol-transport", _protocol("protocol: tls, transport: udp"), "protocols[0].transport"),
    (
        "http-version-security",
        _protocol("protocol: http, version: '3', security: tls"),
        "protocols[0].security",
    ),
    (
        "http-version-security",
        _protocol("protocol: http, version: '2', security: quic"),
        "protocols[0].security",
    ),
    ("protocol-security", _protocol("protocol: mqtt, security: oscore"), "protocols[0].security"),
    ("protocol-security", _protocol("protocol: tls, security: none"), "protocols[0].security"),
    ("protocol-security", _protocol("protocol: dtls, security: tls"), "protocols[0].security"),
    ("oscore-over-http", _protocol("protocol: http, security: oscore"), "protocols[0].security"),
    ("atls-protocol", _protocol("protocol: dns, security: atls"), "protocols[0].security"),
    (
        "attested-tls-without-attestation",
        "attestation: {supported: false}\n" + _protocol("protocol: http, security: attested-tls"),
        "protocols[0].security",
    ),
    (
        "attested-tls-without-attestation",
        "attestation: {supported: false}\n" + _protocol("protocol: attested-tls"),
        "protocols[0].protocol",
    ),
    (
        "security-details-without-security",
        _protocol("security: none, security_version: '1.2'"),
        "protocols[0].security_version",
    ),
    (
        "security-details-without-security",
        _protocol("security: none, cipher_suites: [TLS_AES_128_CCM_SHA256]"),
        "protocols[0].cipher_suites",
    ),
    (
        "mutual-authentication-one-sided",
        _protocol("mutual_auth: true, credentials: none"),
        "protocols[0].credentials",
    ),
    (
        "mutual-authentication-one-sided",
        _protocol("mutual_auth: true, peer_validation: none"),
        "protocols[0].peer_validation",
    ),
    (
        "cipher-suite-version",
        _protocol("security: tls, security_version: '1.3', cipher_suites: [TLS_PSK_WITH_AES_128_CCM_8]"),
        "protocols[0].cipher_suites[0]",
    ),
    (
        "cipher-suite-version",
        _protocol("security: dtls, security_version: '1.2', cipher_suites: [TLS_AES_128_CCM_SHA256]"),
        "protocols[0].cipher_suites[0]",
    ),
    ("port-without-transport", _protocol("transport: link, port: 5684"), "protocols[0].port"),
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
        "auth: {passwords: {used: false}}\n" + _protocol("credentials: password"),
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
        "personal_data: []\n" + _protocol("carries_personal_data: true"),
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
        _product("released: 2026-01-02") + "\nsupport: {until: 2026-01-01}",
        "support.until",
    ),
    (
        "trust-anchor-ended",
        _product("released: 2026-01-02") + "\ntrust_anchors: [{name: a, expires: 2026-01-01}]",
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

SOUND: list[str] = [
    _stages("name: a", "name: b"),  # a chain that is not declared is not broken
    _stages("name: a, verified_by: hardware", "name: b, verified_by: a", "name: c, verified_by: a"),
    "boot: {measured: true, stages: [{name: a, immutable: true, measured_into: none}]}",
    "boot: {measured: true, stages: [{name: a, verified_by: hardware, measured_into: none}]}",
    "boot: {secure_boot: false, enforced: false, integrity_failure_action: ignore}",
    ROOT_NONE + "boot: {secure_boot: false}",
    "hardware: {root_of_trust: {type: otp, immutable: false, verifies_next_stage: false}}",
    "keys: [{name: k, purpose: update}]\n" + _stages("name: a, key: k"),
    "trust_anchors: [{name: k}]\nupdate: {anchors: [k], authenticated: true}",
    "components: [{name: a, suit_component_id: '00'}, {name: b, suit_component_id: '01'}]",
    "logging: {transport: [none]}",
    _product("vendor_domain: example.com")
    + f"\nidentity: {{vendor_id: {VENDOR}, class_id: {uuid.uuid5(VENDOR, 'Node 1')}}}",
    _product("vendor_domain: example.com") + f"\nidentity: {{class_id: {uuid.uuid5(VENDOR, 'Node 1')}}}",
    "identity: {oemid: '0'}",
    "identity: {oemid: '4294967295'}",
    "identity: {oemid: abcdef}",
    "identity: {oemid: '" + "ab" * 16 + "', hwmodel: ab}",
    _device("02" + "ab" * 6),
    _device("03" + "ab" * 14),
    f"devices: [{{instance_id: '01{HEX32}', attestation_key: {HEX32}}}, {{instance_id: '01{'cd' * 32}'}}]",
    "components: [{name: a, signer: '" + "ab" * 48 + "'}]",
    "hardware: {isolation: {mechanisms: [], tee: {present: false, managed_by: none}}}",
    "hardware: {isolation: {tee: {present: true}}}\nkeys: [{name: k, storage: tee}]",
    NO_TEE + "keys: [{name: k, storage: otp}]",
    "hardware: {secure_storage: {type: none, keys_nonexportable: false}}",
    "debug: {state: disabled-permanently, unlock: per-device-credential}",
    "debug: {state: disabled-fully-and-permanently, unlock: impossible}",
    "debug: {state: enabled}\ninterfaces: [{name: swd, type: debug, enabled_default: true}]",
    "debug: {state: disabled}\ninterfaces: [{name: web, type: web, enabled_default: true}]",
    "keys: [{name: k, symmetric: true, algorithm: A128GCM}, {name: l, symmetric: false, algorithm: ESP256}]",
    "keys: [{name: k, algorithm: ES256}]",
    "update: {supported: false, ota: false, automatic: false, transport: [], mechanisms: []}",
    "update: {ota: true, transport: [usb, https]}",
    "update: {ota: false, transport: [usb, cbor]}",
    "update: {authenticated: false, signature_algorithms: [], anchors: []}",
    "attestation: {supported: false, formats: [], nonce_bound: false}",
    _protocol("protocol: http, version: '3', security: quic, transport: udp"),
    _protocol("protocol: http, security: tls, transport: tcp"),
    _protocol("protocol: http, security: quic, transport: udp"),
    _protocol("protocol: coap, version: '1', security: oscore, transport: udp"),
    _protocol("protocol: coap, security: dtls, security_version: '1.3', transport: udp"),
    _protocol("protocol: lwm2m, version: '1.2', security: dtls, security_version: '1.2', transport: link"),
    _protocol("protocol: mqtt, version: '3.1.1', security: tls, security_version: '1.3', transport: tcp"),
    _protocol("protocol: mqtt, version: '5.0', transport: tcp"),
    _protocol("protocol: est, version: rfc7030, security: tls, transport: tcp"),
    _protocol("protocol: brski, security: tls, transport: tcp"),
    _protocol("protocol: quic, version: '2', security: quic, transport: udp"),
    _protocol("protocol: ble, version: '5.4', security: link-layer, transport: link"),
    _protocol("protocol: wifi, version: 6E, security: link-layer, security_version: wpa3, transport: link"),
    _protocol("protocol: coap, security: atls, security_version: '1.3', transport: udp"),
    _protocol("protocol: http, security: attested-tls, security_version: '1.3', transport: tcp"),
    _protocol("protocol: telnet, security: none, transport: tcp, mutual_auth: false, credentials: none"),
    _protocol(
        "security: tls, security_version: '1.2', cipher_suites: [TLS_PSK_WITH_AES_128_CCM_8, ECDHE-PSK]"
    ),
    _protocol("cipher_suites: [TLS_AES_128_CCM_SHA256]"),
    "attestation: {supported: false}\n" + _protocol("protocol: http, security: tls"),
    "auth: {passwords: {used: false, default_scheme: none, blank_allowed: false}, methods: [fido]}",
    "auth: {passwords: {default_scheme: user-set, entropy_bits: 20, min_length: 8}}",
    "auth: {passwords: {default_scheme: universal, forced_change: false}}",
    "auth: {passwords: {blank_allowed: true, min_length: 0}}",
    "auth: {users_authenticate: false, methods: [], mfa: none}",
    "auth: {credential_storage: {scheme: salted-kdf, kdf: argon2id}}",
    "auth: {rate_limit: {present: true, max_attempts: 5}}",
    "personal_data: []\ntelemetry: {collected: true, minimal: true}\ndata: {gdpr: {applicable: false}}",
    "telemetry: {minimal: false}\nprotocols: [{name: p, carries_personal_data: true}]",
    "logging: {present: false, events: [], storage: none, transport: [none]}",
    "logging: {present: false}",
    "data: {at_rest: {encrypted: false, key_storage: none}}",
    "data_flows: [{name: a, object_security: none, signed_at_source: false}]",
    "resilience: {essential_offline: true, cloud_dependency: partial}",
    "network: {mud_url: 'HTTPS://example.com/a.json'}",
    "hardware: {tamper: {detection: false, response: none}}",
    _product("released: 2026-01-01") + "\nsupport: {until: 2026-01-01}",
    "support: {until: 2030-01-01}\ntrust_anchors: [{name: a, expires: 2029-12-31, replaceable: true}]",
    "support: {until: 2030-01-01}\ntrust_anchors: [{name: a, expires: 2030-01-01}, {name: b}]",
    f"process: {{training: {{document: {DOCUMENT}}}, roles: {{done: false}}}}",
    "evidence: [{artefact: a/../b}, {artefact: ..b}, {artefact: a..b/c}]",
    "evidence: [{trust_anchor: a, purpose: update}, {trust_anchor: a, purpose: network}]",
    "evidence: [{artefact: a}, {trust_anchor: a}]",
]


@pytest.mark.parametrize(
    ("rule", "text", "path"), FIRES, ids=[f"{i}-{row[0]}" for i, row in enumerate(FIRES)]
)
def test_rule_fires_at_its_place(rule: str, text: str, path: str) -> None:
    found = [fault for fault in _faults(text) if fault.rule == rule]
    assert [fault.path for fault in found] == [path]
    assert found[0].message
    assert found[0].hint


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_every_rule_is_shown_to_fire(rule: consistency.Rule) -> None:
    severities = {
        fault.severity
        for id_, text, _ in FIRES
        if id_ == rule.id
        for fault in _faults(text)
        if fault.rule == rule.id
    }
    assert severities == {rule.severity}


@pytest.mark.parametrize("text", SOUND)
def test_sound_statements_are_not_blamed(text: str) -> None:
    assert _faults(text) == ()


def test_a_full_sound_profile_has_no_faults(full_text: str) -> None:
    assert _faults(full_text) == ()


def test_every_rule_says_why_it_is_there() -> None:
    for rule in RULES:
        assert inspect.getdoc(rule.find), rule.id
        assert rule.id == rule.id.lower()


def test_no_rule_is_left_out() -> None:
    registered = {rule.find for rule in RULES}
    written = set()
    for module in pkgutil.iter_modules(consistency.__path__, consistency.__name__ + "."):
        members = vars(importlib.import_module(module.name))
        written |= {f for name, f in members.items() if name.startswith("find_")}
    assert registered == written


def test_ids_stand_once() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_a_missing_verifier_is_shown_at_its_stage() -> None:
    text = """\
product: {vendor: Example, model: Node 1}
boot:
  stages:
    - name: rom
      verified_by: hardware
    - name: loader
"""
    (fault,) = _faults(text)
    assert (fault.line, fault.column) == (6, 7)


def test_a_wrong_reference_is_shown_at_its_value() -> None:
    text = """\
product: {vendor: Example, model: Node 1}
trust_anchors:
  - name: release-key
update:
  anchors: [relase-key]
"""
    (fault,) = _faults(text)
    assert (fault.line, fault.column) == (5, 13)
    assert fault.hint == "did you mean release-key?"


def test_a_reference_to_an_undeclared_list_says_where_to_declare() -> None:
    (fault,) = _faults("update: {anchors: [a]}")
    assert fault.hint == "declare it under trust_anchors"


def test_warnings_alone_leave_the_profile_usable() -> None:
    text = b"product: {vendor: Example, model: Node 1}\nnetwork: {mud_url: 'http://example.com/a'}"
    loaded = load_profile_bytes(text, "profile.yaml")
    assert [fault.severity for fault in loaded.faults] == ["warning"]


def test_warnings_are_kept_beside_errors_but_not_in_the_message() -> None:
    text = b"""\
product: {vendor: Example, model: Node 1}
network: {mud_url: 'http://example.com/a'}
update: {automatic: false, automatic_default: true}
"""
    with pytest.raises(InvalidProfile) as caught:
        load_profile_bytes(text, "profile.yaml")
    assert [fault.severity for fault in caught.value.faults] == ["warning", "error"]
    assert "MUD" not in str(caught.value)
    assert "profile.yaml:3:47: automatic_default is true, but automatic is false" in str(caught.value)


def test_an_identifier_that_two_rules_concern_is_told_once_each() -> None:
    faults = _faults(
        "identity: {vendor_id: 00000000-0000-0000-0000-000000000000}\n" + _product("vendor_domain: a.example")
    )
    assert sorted(fault.rule for fault in faults) == ["uuid-form", "vendor-id-underived"]
