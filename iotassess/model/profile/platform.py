"""Hardware, debug, boot chain and software: what the device is built of."""

from typing import Annotated, Literal

from pydantic import Field

from iotassess.model.profile.base import Answer, Informative, Instances, Name, Practice, Section, Text, ask


class RootOfTrust(Section):
    """Where trust starts."""

    type: Literal["rom", "otp", "secure-element", "tpm", "none"] | None = ask("What it is made of.")
    immutable: Answer = ask("Is it impossible to change after manufacture?")
    verifies_next_stage: Answer = ask("Does it verify the first mutable stage before starting it?")
    key_location: Literal["otp", "fuse", "rom", "secure-element", "tpm", "flash"] | None = ask(
        "Where the verification key (or its hash) is."
    )


class SecureStorage(Section):
    """Where secrets are kept."""

    type: Literal["secure-element", "tpm", "tee", "otp-derived", "software", "none"] | None = ask(
        "What protects stored secrets."
    )
    keys_nonexportable: Answer = ask("Is it impossible to read private keys out?")
    protects_in_use: Answer = ask("Are keys protected while they are used, too?")
    physical_attacks_considered: Answer = ask("Are local and physical attacks part of its security target?")


class Tee(Section):
    """Trusted execution environment."""

    present: Answer = ask("Is there one?")
    technology: Literal["trustzone-m", "trustzone-a", "pmp", "enclave", "separate-core", "other"] | None = (
        ask("What it is built on.")
    )
    managed_by: Literal["teep", "vendor-update", "globalplatform", "none"] | None = ask(
        "How its contents are installed and managed."
    )


class Isolation(Section):
    """Separation of privileged from unprivileged code and data."""

    mechanisms: list[Literal["tee", "mpu", "mmu", "sandbox", "separate-core", "process"]] | None = ask(
        "Mechanisms in use; an empty list says that there is none."
    )
    psa_isolation_level: int | None = ask("PSA isolation level.", ge=1, le=3)
    privileged_minimal: Answer = ask("Does privileged code hold only what needs the privilege?")
    tee: Tee | None = ask("The trusted execution environment.")


class Tamper(Section):
    """Protection against, and detection of, physical tampering."""

    protection: Answer = ask("Is there protection against tampering (coating, seals, mesh …)?")
    detection: Answer = ask("Is tampering detected?")
    response: Literal["none", "log", "lock", "zeroise"] | None = ask("What happens then.")
    network_independent: Answer = ask("Do detection and response work without a network?")


class Enclosure(Section):
    """The case and what can be reached by opening it."""

    resists_disassembly: Answer = ask("Is it hard to open without leaving traces?")
    storage_removable: Answer = ask("Can the storage medium be removed easily?")


class Hardware(Section):
    """Security features of the hardware."""

    root_of_trust: RootOfTrust | None = ask("Where trust starts.")
    secure_storage: SecureStorage | None = ask("Where secrets are kept.")
    isolation: Isolation | None = ask("Separation of privileged code and data.")
    tamper: Tamper | None = ask("Physical tampering.")
    enclosure: Enclosure | None = ask("The case.")
    certification_reference: Annotated[
        Text | None, Informative("for readers: what a certificate covers, its register says")
    ] = ask("Certificate of the chip, for example a PSA reference.")


class Debug(Section):
    """Debug and test facilities."""

    present: Answer = ask("Has the device any debug interface, physical or reached over a network?")
    physical: Answer = ask("Is any of them a physical port?")

    state: (
        Literal[
            "enabled",
            "disabled",
            "disabled-since-boot",
            "disabled-permanently",
            "disabled-fully-and-permanently",
        ]
        | None
    ) = ask("State in devices as sold (RFC 9711 section 4.2.9).")
    unlock: Literal["impossible", "per-device-credential", "shared-credential", "unprotected"] | None = ask(
        "How it can be opened again."
    )


class Stage(Section):
    """One step of the boot chain."""

    name: Name = Field(description="Name within this profile.")
    component: Annotated[Name | None, Informative("links the stage to a component")] = ask(
        "The component that runs in it."
    )
    verified_by: Name | None = ask("The stage that verifies it before it runs; 'hardware' for the first one.")
    algorithm: Text | None = ask("Algorithm by which it is verified.")
    key: Annotated[Name | None, Informative("links the stage to a key")] = ask("The key that verifies it.")
    measured_into: Literal["tpm-pcr", "boot-record", "dice", "none"] | None = ask(
        "Where its measurement goes."
    )
    immutable: Answer = ask("Can it never change?")
    updatable: Answer = ask("Can it be updated in the field?")
    anti_rollback: Answer = ask("Is an older version refused?")


class Boot(Section):
    """Boot chain and what it guarantees."""

    secure_boot: Answer = ask("Does only authorised software boot?")
    enforced: Answer = ask("Is it impossible to switch that off in devices as sold?")
    algorithm: Text | None = ask("Signature algorithm of the boot chain.")
    measured: Answer = ask("Is each stage measured before it runs?")
    measurement_store: Literal["tpm", "secure-element", "protected-memory", "none"] | None = ask(
        "Where measurements are kept."
    )
    image_verified: Answer = ask("Is every component held against its digest at every boot?")
    detects_changes: Answer = ask("Are unauthorised changes of software detected?")
    alerts_user: Answer = ask("Is the user or administrator alerted to such a change?")
    limits_network_on_change: Answer = ask("Does the device then connect only for the alert?")
    integrity_failure_action: Literal["halt", "recover", "alert", "ignore"] | None = ask(
        "What happens when verification fails."
    )
    stages: Annotated[list[Stage] | None, Instances("boot-stage")] = ask("The stages, first to last.")


class RuntimeProtection(Section):
    """Protection of running code."""

    nx: Answer = ask("Is data memory not executable?")
    aslr: Answer = ask("Are addresses randomised?")
    stack_canary: Answer = ask("Are stacks guarded?")
    cfi: Answer = ask("Is control flow checked?")
    mpu: Answer = ask("Is memory partitioned by an MPU or MMU?")
    execution_monitoring: Answer = ask("Is execution monitored for unexpected behaviour?")


class InputValidation(Section):
    """Handling of data that comes in and goes out."""

    all_interfaces: Answer = ask("Is input from every interface validated before it is used?")
    user_interfaces: Answer = ask("Is input from user interfaces validated before it is used?")
    network_interfaces: Answer = ask(
        "Is data from network interfaces and interfaces between services validated before it is used?"
    )
    output_filtered: Answer = ask("Is output filtered or encoded for where it goes?")
    fuzzing: Practice | None = ask("Fuzz testing of the interfaces.")


class Service(Section):
    """One process or service on the device."""

    name: Name = Field(description="Name within this profile.")
    privileges: Literal["least", "elevated", "root"] | None = ask("Privileges that it runs with.")
    network: Answer = ask("Does it talk to a network?")
    needed: Answer = ask("Is it needed for the intended use?")


class Software(Section):
    """What the software does to protect itself."""

    code_signing: Answer = ask("Is all code signed, and the signature checked before it runs?")
    sideloading: Literal["impossible", "authenticated", "unrestricted"] | None = ask(
        "Can software be loaded by another way than the update mechanism?"
    )
    runtime_protection: RuntimeProtection | None = ask("Protection of running code.")
    input_validation: InputValidation | None = ask("Handling of input and output.")
    services: Annotated[list[Service] | None, Instances("service")] = ask("Processes and services.")
    hard_coded_secrets: Answer = ask("Does the source or image have critical security parameters in it?")
    unused_code_minimised: Answer = ask("Is code reduced to what is needed?")
    sbom: Practice | None = ask("Software bill of materials.")
