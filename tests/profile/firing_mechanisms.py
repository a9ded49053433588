"""Profiles that break one rule on mechanisms, features or the product: the rule, the profile, the path."""

from __future__ import annotations

from tests.profile.fragments import protocol


def way_in(row: str) -> str:
    return "\nauthentication_mechanisms: [{name: m, " + row + "}]"


def way_to_update(*rows: str) -> str:
    return "\nupdate_mechanisms: [" + ", ".join(f"{{name: m{i}, {row}}}" for i, row in enumerate(rows)) + "]"


def personal(row: str) -> str:
    return "\npersonal_data: [{name: a, " + row + "}]"


WAY_IN = "authentication_mechanisms[0]"
WAY_TO_UPDATE = "update_mechanisms[0]"

MECHANISMS: list[tuple[str, str, str]] = [
    # names
    (
        "name-repeated",
        "authentication_mechanisms: [{name: a}, {name: a}]",
        "authentication_mechanisms[1].name",
    ),
    ("name-repeated", "update_mechanisms: [{name: a}, {name: a}]", "update_mechanisms[1].name"),
    ("name-repeated", "product_components: [{name: a}, {name: b}, {name: a}]", "product_components[2].name"),
    (
        "name-repeated",
        "justifications: [{requirement: 5.1-1}, {requirement: 5.1-1}]",
        "justifications[1].requirement",
    ),
    # mechanisms of authentication
    (
        "password-mechanism-not-used",
        "auth: {passwords: {used: false}}" + way_in("method: password"),
        f"{WAY_IN}.method",
    ),
    (
        "password-mechanism-not-used",
        "auth: {passwords: {used: false}}" + way_in("method: pin"),
        f"{WAY_IN}.method",
    ),
    ("user-mechanism", "auth: {users_authenticate: false}" + way_in("of: user"), f"{WAY_IN}.of"),
    (
        "user-mechanism",
        "auth: {users_authenticate: true}" + way_in("of: machine"),
        "authentication_mechanisms",
    ),
    (
        "user-mechanism",
        "auth: {users_authenticate: true}\nauthentication_mechanisms: []",
        "authentication_mechanisms",
    ),
    *(
        (
            "mechanism-default-universal",
            f"auth: {{passwords: {{default_scheme: {scheme}}}}}"
            + way_in("method: pin, default_value: universal"),
            f"{WAY_IN}.default_value",
        )
        for scheme in ("unique", "none", "user-set")
    ),
    ("mechanism-default-none", way_in("default_value: none, entropy_bits: 20"), f"{WAY_IN}.entropy_bits"),
    ("mechanism-default-none", way_in("default_value: user-set, derivation: mac"), f"{WAY_IN}.derivation"),
    (
        "mechanism-not-cryptographic",
        way_in("cryptographic: false, algorithms: [ES256]"),
        f"{WAY_IN}.algorithms",
    ),
    (
        "mechanism-not-cryptographic",
        way_in("cryptographic: false, best_practice: true"),
        f"{WAY_IN}.best_practice",
    ),
    ("mechanism-not-cryptographic", way_in("cryptographic: false, method: fido"), f"{WAY_IN}.cryptographic"),
    (
        "mechanism-differs",
        "auth: {rate_limit: {present: true}}" + way_in("of: user, guessing_limited: false"),
        f"{WAY_IN}.guessing_limited",
    ),
    (
        "mechanism-differs",
        "auth: {rate_limit: {present: false}}" + way_in("of: user, guessing_limited: true"),
        f"{WAY_IN}.guessing_limited",
    ),
    (
        "mechanism-differs",
        "auth: {values_changeable: true}" + way_in("of: user, changeable: false"),
        f"{WAY_IN}.changeable",
    ),
    (
        "constraint-contradicted",
        "auth: {rate_limit: {present: true, prevented_by_constraint: true}}",
        "auth.rate_limit.prevented_by_constraint",
    ),
    (
        "constraint-contradicted",
        "update: {supported: true, prevented_by_constraint: true}",
        "update.prevented_by_constraint",
    ),
    # mechanisms of update
    (
        "update-mechanism-not-supported",
        "update: {supported: false}" + way_to_update("technology: suit"),
        "update_mechanisms",
    ),
    (
        "update-mechanism-not-supported",
        "update: {supported: true}\nupdate_mechanisms: []",
        "update_mechanisms",
    ),
    ("update-mechanism-not-supported", "update: {supported: false, local: true}", "update.local"),
    (
        "update-technologies-differ",
        "update: {mechanisms: [suit]}" + way_to_update("technology: suit", "technology: teep"),
        "update_mechanisms[1].technology",
    ),
    (
        "update-technologies-differ",
        "update: {mechanisms: [suit, teep]}" + way_to_update("technology: suit"),
        "update.mechanisms[1]",
    ),
    (
        "update-mechanism-without-ota",
        "update: {ota: false}" + way_to_update("over_network: true"),
        f"{WAY_TO_UPDATE}.over_network",
    ),
    (
        "update-mechanism-without-ota",
        "update: {ota: true}" + way_to_update("over_network: false"),
        "update.ota",
    ),
    (
        "update-mechanism-differs",
        "update: {authenticated: true}" + way_to_update("authenticated: true", "authenticated: false"),
        "update_mechanisms[1].authenticated",
    ),
    (
        "update-mechanism-differs",
        "update: {integrity_checked: true}" + way_to_update("simple: true", "integrity_checked: false"),
        "update_mechanisms[1].integrity_checked",
    ),
    (
        "update-mechanism-differs",
        "update: {trust_relationship: false}" + way_to_update("trust_relationship: true"),
        f"{WAY_TO_UPDATE}.trust_relationship",
    ),
    (
        "update-mechanism-differs",
        "update: {automatic: false}" + way_to_update("automatic: true"),
        f"{WAY_TO_UPDATE}.automatic",
    ),
    (
        "update-mechanism-differs",
        "update: {automatic: true}" + way_to_update("automatic: false", "automatic: false"),
        f"{WAY_TO_UPDATE}.automatic",
    ),
    (
        "update-mechanism-not-authenticated",
        way_to_update("authenticated: false, algorithms: [ES256]"),
        f"{WAY_TO_UPDATE}.algorithms",
    ),
    ("automatic-consent", "update: {automatic: false, automatic_consent: true}", "update.automatic_consent"),
    (
        "rollback-authorised",
        "update: {anti_rollback: true, rollback_authorised: true}",
        "update.rollback_authorised",
    ),
    # the product
    ("product-without-device", "product_components: [{name: a, kind: app}]", "product_components"),
    ("product-without-device", "product_components: []", "product_components"),
    (
        "product-of-two-devices",
        "product_components: [{name: a, kind: device}, {name: b}, {name: c, kind: device}]",
        "product_components[2].kind",
    ),
    ("isolable-and-updatable", "update: {supported: true}\nsupport: {isolable: true}", "support.isolable"),
    (
        "disclosure-policy-none",
        "support: {vulnerability_disclosure: {done: false}, disclosure_published: true}",
        "support.disclosure_published",
    ),
    (
        "training-not-done",
        "process: {training: {done: false}, training_records: {done: true}}",
        "process.training_records.done",
    ),
    (
        "justification-without-reason",
        "justifications: [{requirement: 5.1-1, answer: not-met}]",
        "justifications[0].answer",
    ),
    (
        "justification-without-answer",
        "justifications: [{requirement: 5.1-1, reason: because}]",
        "justifications[0].reason",
    ),
    # features
    ("debug-absent", "debug: {present: false, physical: true}", "debug.physical"),
    ("debug-absent", "debug: {present: false, state: enabled}", "debug.state"),
    ("debug-absent", "debug: {present: false, unlock: shared-credential}", "debug.unlock"),
    ("debug-absent", "debug: {present: false}\ninterfaces: [{name: i, type: debug}]", "interfaces[0].type"),
    (
        "security-state-unreported",
        "security_state: {reported: false, sent_elsewhere: true}",
        "security_state.sent_elsewhere",
    ),
    (
        "security-state-unread",
        "security_state: {reported: false, protected: true}",
        "security_state.protected",
    ),
    (
        "configuration-fixed",
        "configuration: {restorable: false, restore_authorised_only: true}",
        "configuration.restore_authorised_only",
    ),
    (
        "configuration-fixed",
        "configuration: {changeable: false}\n" + protocol("carries_configuration: true"),
        "protocols[0].carries_configuration",
    ),
    (
        "configuration-restoring",
        "configuration: {restorable: false}\nrecovery: {factory_reset: true}",
        "configuration.restorable",
    ),
    (
        "configuration-restoring",
        "configuration: {restorable: true}\nrecovery: {factory_reset: false, known_good_state: false}",
        "configuration.restorable",
    ),
    (
        "sensors-absent",
        "data: {external_sensors: false, sensors_documented: true}",
        "data.sensors_documented",
    ),
    (
        "consent-not-asked",
        personal("consent: false, consent_recorded: true"),
        "personal_data[0].consent_recorded",
    ),
    (
        "consent-not-asked",
        personal("consent: false, consent_withdrawable: true"),
        "personal_data[0].consent_withdrawable",
    ),
    (
        "personal-data-not-sent",
        personal("sent_to_services: false, stored_by_services: true"),
        "personal_data[0].stored_by_services",
    ),
    (
        "personal-data-without-connection",
        protocol("carries_personal_data: false") + personal("sent_to_services: true"),
        "personal_data[0].sent_to_services",
    ),
    (
        "aggregate-of-one",
        personal("aggregate_only: false, aggregated_early: true"),
        "personal_data[0].aggregated_early",
    ),
    (
        "input-not-validated",
        "software: {input_validation: {all_interfaces: true, network_interfaces: false}}",
        "software.input_validation.network_interfaces",
    ),
    (
        "input-not-validated",
        "software: {input_validation: {all_interfaces: true}}\n"
        "interfaces: [{name: i, input_validated: false}]",
        "interfaces[0].input_validated",
    ),
]
