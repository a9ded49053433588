"""Profiles that break one rule each: the rule's id, the profile, and the path that is blamed."""

from __future__ import annotations

import uuid

from tests.profile.fragments import (
    HEX32,
    ROOT_NONE,
    VENDOR,
    device,
    product,
    stages,
)

STRUCTURE: list[tuple[str, str, str]] = [
    # boot
    ("boot-stage-unknown", stages("name: a, verified_by: rom"), "boot.stages[0].verified_by"),
    ("boot-chain-loop", stages("name: a, verified_by: a"), "boot.stages[0].verified_by"),
    (
        "boot-chain-loop",
        stages("name: a, verified_by: b", "name: b, verified_by: a"),
        "boot.stages[0].verified_by",
    ),
    ("boot-chain-gap", stages("name: a, verified_by: hardware", "name: b"), "boot.stages[1].verified_by"),
    ("boot-chain-gap", stages("name: a", "name: b, verified_by: a"), "boot.stages[0].verified_by"),
    (
        "boot-chain-start",
        stages("name: a, verified_by: hardware", "name: b, verified_by: hardware"),
        "boot.stages[1].verified_by",
    ),
    ("boot-chain-start", stages("name: a, verified_by: a"), "boot.stages[0].verified_by"),
    ("boot-stage-reserved-name", stages("name: hardware"), "boot.stages[0].name"),
    ("immutable-updatable", stages("name: a, immutable: true, updatable: true"), "boot.stages[0].updatable"),
    (
        "immutable-updatable",
        "components: [{name: c, immutable: true, updatable: true}]",
        "components[0].updatable",
    ),
    (
        "immutable-updatable",
        "components: [{name: c, updatable: true}]\n" + stages("name: a, component: c, immutable: true"),
        "boot.stages[0].immutable",
    ),
    (
        "immutable-updatable",
        "components: [{name: c, immutable: true}]\n" + stages("name: a, component: c, updatable: true"),
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
    ("name-repeated", stages("name: a", "name: a"), "boot.stages[1].name"),
    (
        "name-repeated",
        f"devices: [{{instance_id: '01{HEX32}'}}, {{instance_id: '01{HEX32}'}}]",
        "devices[1].instance_id",
    ),
    ("component-unknown", stages("name: a, component: c"), "boot.stages[0].component"),
    (
        "component-unknown",
        "components: [{name: c}]\nevidence: [{image: c.bin, component: d}]",
        "evidence[0].component",
    ),
    ("key-unknown", stages("name: a, key: k"), "boot.stages[0].key"),
    ("trust-anchor-unknown", "update: {anchors: [k]}", "update.anchors[0]"),
    (
        "trust-anchor-purpose",
        "update: {anchors: [k]}\ntrust_anchors: [{name: k, purpose: [network]}]",
        "update.anchors[0]",
    ),
    (
        "boot-key-purpose",
        "keys: [{name: k, purpose: session}]\n" + stages("name: a, key: k"),
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
        product("vendor_domain: example.org") + f"\nidentity: {{vendor_id: {VENDOR}}}",
        "identity.vendor_id",
    ),
    (
        "vendor-id-underived",
        product("vendor_domain: example.com")
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
        product("vendor_domain: example.com") + f"\nidentity: {{class_id: {VENDOR}}}",
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
    ("instance-id-length", device("01" + "ab" * 5), "devices[0].instance_id"),
    ("instance-id-length", device("01" + "ab" * 33), "devices[0].instance_id"),
    ("instance-id-unusual", device("07" + "ab" * 32), "devices[0].instance_id"),
    ("instance-id-unusual", device("01" + "ab" * 15), "devices[0].instance_id"),
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
]
