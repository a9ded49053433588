"""Update, recovery, keys, trust anchors, cryptography, attestation."""

from typing import Annotated, Literal

from pydantic import Field

from iotassess.model.profile.base import (
    Answer,
    Date,
    Informative,
    Instances,
    Is,
    Name,
    Purpose,
    Section,
    Text,
    Thumbprint,
    ask,
)

Scheme = Literal["https", "coaps", "coap", "http", "mqtts", "tftp", "ftp", "ble", "usb", "cbor"]


Mechanism = Literal["suit", "teep", "mcuboot", "lwm2m", "os-package", "vendor"]


class UpdateMechanism(Section):
    """One way in which software of the device is updated (ETSI TS 103 701, 7-UpdMech)."""

    name: Name = Field(description="Name within this profile.")
    technology: Mechanism | None = ask("What it is built on.")
    over_network: Answer = ask("Can updates arrive by it over a network?")
    authenticated: Answer = ask("Is an update accepted by it only with a valid signature or MAC?")
    integrity_checked: Answer = ask("Is every payload held against an authenticated digest?")
    trust_relationship: Answer = ask("Are its network updates verified over a trust relationship?")
    best_practice: Answer = ask("Is its cryptography current best practice for the technology and its use?")
    algorithms: list[Text] | None = ask(
        "Algorithms that authenticate its updates (IANA COSE registry names)."
    )
    automatic: Answer = ask("Can it work automatically?")
    simple: Answer = ask("Is it simple for the user?")


class Update(Section):
    """How software is updated."""

    supported: Answer = ask("Can the software be updated at all?")
    ota: Answer = ask("Can it be updated over the air?")
    covers: list[Literal["firmware", "configuration", "applications", "secure-partition", "radio"]] | None = (
        ask("What can be updated.")
    )
    mechanisms: list[Mechanism] | None = ask("Update mechanisms.")
    automatic: Answer = ask("Can updates be automatic?")
    automatic_default: Answer = ask("Are automatic updates on by default?")
    automatic_consent: Answer = ask("Are they switched on at set-up only with the user's consent?")
    prevented_by_constraint: Answer = ask(
        "Do the resources that the use case leaves to the device rule out an update mechanism?"
    )
    local: Answer = ask("Can it be updated locally?")
    authorised_only: Answer = ask("Can only authorised users, services and devices start an update?")
    rollback_authorised: Answer = ask(
        "Can an authorised user, service or device go back to earlier software?"
    )
    user_control: Answer = ask("Can the user switch automatic updates on, off or later?")
    notifies_user: Answer = ask("Is the user told that a security update is needed, and why?")
    notification_control: Answer = ask("Can the user switch notifications of updates on and off?")
    notification_recipients: Answer = ask("Can it be set who is notified?")
    notifies_disruption: Answer = ask("Is the user told when an update disrupts basic functions?")
    checks_after_initialisation: Answer = ask(
        "Does the device, or a service for it, look for security updates once it is set up?"
    )
    checks_periodically: Answer = ask(
        "Does the device look for security updates at start and then regularly?"
    )
    simple: Answer = ask("Is an update simple for the user to apply?")
    timely: Answer = ask("Are security updates released without delay?")
    authenticated: Answer = ask("Is an update accepted only with a valid signature or MAC?")
    signature_algorithms: Annotated[list[Text] | None, Is("update.signature-algorithm")] = ask(
        "Algorithms that authenticate an update (IANA COSE registry names)."
    )
    integrity_checked: Answer = ask("Is every payload held against an authenticated digest?")
    target_checked: Answer = ask("Are vendor and class of device checked before installation?")
    trust_relationship: Answer = ask("Are network updates verified over a trust relationship?")
    encrypted: Answer = ask("Are payloads encrypted?")
    transport: list[Scheme] | None = ask("How payloads reach the device.")
    server_authenticated: Answer = ask("Does the device authenticate the update server?")
    server_secured: Answer = ask("Is the update server itself secured and maintained?")
    chain_verified_before_install: Answer = ask(
        "Are signature, signing certificate and chain verified before installation starts?"
    )
    contains_secrets: Answer = ask("Does an update package contain credentials or other secrets?")
    anti_rollback: Answer = ask("Is an update with a lower sequence number or version refused?")
    installed_sequence_number: Annotated[int | None, Is("update.sequence-number")] = ask(
        "Sequence number of the release that is in the field.", ge=0
    )
    ab_slots: Answer = ask("Is an update written to a slot that is not running?")
    rollback_on_failure: Answer = ask("Does the device go back to the old software when an update fails?")
    preserves_settings: Answer = ask("Do the user's settings survive an update?")
    notifies_on_change: Answer = ask("Is the user told when an update changes a setting?")
    backward_compatible: Answer = ask("Is an update compatible with what the device works with?")
    anchors: Annotated[list[Name] | None, Informative("links to the trust anchors")] = ask(
        "Trust anchors that verify updates."
    )


class Recovery(Section):
    """Return to a good state."""

    recovery_image: Answer = ask("Is there a recovery image that cannot be overwritten?")
    factory_reset: Answer = ask("Can the device be reset to its factory state?")
    known_good_state: Answer = ask("Can the device return to a state known to be secure after a breach?")
    watchdog: Answer = ask("Does a watchdog restart a device that hangs?")
    self_test: Answer = ask("Does the device test itself?")
    self_repair: Answer = ask("Does the device repair itself after a fault?")


class TrustAnchor(Section):
    """One key or certificate that the device trusts."""

    name: Name = Field(description="Name within this profile.")
    purpose: list[Purpose] | None = ask("What it is trusted for.")
    replaceable: Answer = ask("Can it be replaced in the field?")
    protocols: (
        list[Literal["est", "lwm2m-bootstrap", "brski", "fdo", "suit", "teep", "manual", "none"]] | None
    ) = ask("Protocols by which it is managed.")
    revocation: Literal["crl", "ocsp", "short-lived", "update", "none"] | None = ask(
        "How trust is withdrawn."
    )
    expires: Date | None = ask("When it expires.")


class Key(Section):
    """One key, or one kind of key that every device has."""

    name: Name = Field(description="Name within this profile.")
    purpose: (
        Literal["update", "boot", "attestation", "identity", "session", "storage", "user", "other"] | None
    ) = ask("What it is used for.")
    algorithm: Text | None = ask("Algorithm that it is used with.")
    held_by: Literal["device", "vendor", "both"] | None = ask("Who holds the secret half.")
    storage: (
        Literal["secure-element", "tpm", "tee", "otp", "flash-encrypted", "flash-plain", "hsm", "file"] | None
    ) = ask("Where the secret half is kept.")
    symmetric: Answer = ask("Is it a shared secret?")
    unique: Answer = ask("Is it different in every device?")
    generation: Literal["on-device", "injected", "hsm", "software"] | None = ask("Where it is made.")
    rotation: Literal["automatic", "on-demand", "never"] | None = ask("How it is renewed.")
    revocation: Answer = ask("Can it be revoked?")
    recovery_safe: Answer = ask("Do its update and recovery give nothing away to an attacker?")
    thumbprint: Annotated[Thumbprint | None, Informative("for readers; anchors are named by the user")] = ask(
        "Thumbprint of the public half."
    )


class Library(Section):
    """One cryptographic library or module."""

    name: Name = Field(description="Name within this profile.")
    version: Text | None = ask("Its version.")
    validation: Literal["fips-140-3", "fips-140-2", "common-criteria", "psa", "reviewed", "none"] | None = (
        ask("How its implementation was checked.")
    )


class Crypto(Section):
    """Cryptography in the product."""

    algorithms: list[Text] | None = ask("All algorithms in use (IANA COSE registry names where they exist).")
    best_practice: Answer = ask("Are all algorithms and key sizes current best practice?")
    insecure_disabled: Answer = ask("Are insecure algorithms and protocols disabled?")
    agile: Answer = ask("Can algorithms be replaced by an update?")
    configurable: Answer = ask("Can the cryptography be configured, for example its key length?")
    parameters_leave_device: Answer = ask("Can critical security parameters leave the device?")
    lightweight: Answer = ask("Do the suites in use suit a constrained device?")
    random_source: Literal["hardware", "hardware-seeded", "software", "none"] | None = ask(
        "Source of random numbers."
    )
    libraries: Annotated[list[Library] | None, Instances("library")] = ask("Cryptographic libraries.")


class Attestation(Section):
    """Remote attestation (RFC 9334)."""

    supported: Answer = ask("Can the device produce evidence?")
    formats: Annotated[
        list[Literal["psa-token", "eat", "cca-token", "tpm-quote", "dice"]] | None, Is("attestation.format")
    ] = ask("Formats of the evidence.")
    algorithms: Annotated[list[Text] | None, Is("attestation.algorithm")] = ask(
        "Algorithms that sign the evidence (IANA COSE registry names)."
    )
    nonce_bound: Answer = ask("Does the evidence contain the verifier's challenge?")
    measures_software: Answer = ask("Does the evidence have measurements of the running software?")
    verifier: Text | None = ask("Who appraises the evidence.")
    reference_values_published: Answer = ask("Are reference values supplied to verifiers?")
