"""Product, identity, components and sampled devices: what is being assessed."""

from typing import Annotated, Literal

from pydantic import Field

from iotassess.model.profile.base import (
    Answer,
    Date,
    DigestText,
    Domain,
    Hex,
    Informative,
    Is,
    Name,
    Section,
    SuitComponentId,
    Text,
    Thumbprint,
    Uuid,
    ask,
)


class Product(Section):
    """Which product, in the maker's words."""

    vendor: Text = Field(description="The maker's name.")
    vendor_domain: Annotated[
        Domain | None, Informative("the vendor identifier is computed from it when none is declared")
    ] = ask("A DNS domain of the maker.")
    model: Text = Field(description="Model name.")
    hardware_revision: Text | None = ask("Hardware revision.")
    firmware_version: Text | None = ask("Version of the firmware release that this profile describes.")
    category: Annotated[Text | None, Informative("names the product in reports")] = ask(
        "Kind of device, in a few words."
    )
    constrained_class: Literal["class-0", "class-1", "class-2", "unconstrained"] | None = ask(
        "How constrained the device is (RFC 7228 section 3)."
    )
    released: Annotated[Date | None, Informative("checked against other dates")] = ask(
        "Date of this firmware release."
    )


class Enrolment(Section):
    """How a device gets its operational identity and credentials."""

    protocols: (
        list[Literal["est", "lwm2m-bootstrap", "brski", "fdo", "acme", "cmp", "matter", "manual", "other"]]
        | None
    ) = ask("Protocols by which a device is enrolled.")
    per_device: Answer = ask("Does every device get credentials of its own?")
    scalable: Answer = ask("Can keys be renewed across the fleet without touching each device?")


class Identity(Section):
    """Identifiers that artefacts use for this product."""

    vendor_id: Uuid | None = ask("SUIT vendor identifier.")
    class_id: Uuid | None = ask("SUIT class identifier.")
    implementation_id: Hex | None = ask("PSA implementation identifier, 32 bytes.")
    oemid: Text | None = ask(
        "EAT OEM identifier: a PEN in decimal, or 3 or 16 bytes in hex; with pen:, ieee: or random: in front."
    )
    hwmodel: Hex | None = ask("EAT hardware model, 1 to 32 bytes in hex.")
    per_device: Answer = ask("Has every device a unique, authenticated identity of its own?")
    hard_coded: Answer = ask("Is a per-device identity used for security hard-coded in the device?")
    tamper_resistant: Answer = ask(
        "Does that hard-coded identity resist physical, electrical and software change?"
    )
    physical_identifier: Answer = ask(
        "Has every device a unique identifier on or in it that authorised people can read?"
    )
    model_recognisable: Answer = ask("Can the user tell the model, from the device or its interface?")
    enrolment: Enrolment | None = ask("How a device is enrolled.")


class Component(Section):
    """One separately measured or updated part of the release."""

    name: Name = Field(description="Name within this profile.")
    description: Annotated[Text | None, Informative("for readers")] = ask("What it does.")
    kind: (
        Literal[
            "boot-rom",
            "bootloader",
            "secure-firmware",
            "application",
            "radio-firmware",
            "os",
            "data",
            "other",
        ]
        | None
    ) = ask("What kind of software it is.")
    version: Text | None = ask("Its version in this release.")
    digest: DigestText | None = ask("Digest of its image in this release.")
    size: int | None = ask("Size of its image in bytes.", ge=0)
    suit_component_id: SuitComponentId | None = ask(
        "Its SUIT component identifier: hex segments joined by '/'."
    )
    measurement_type: Text | None = ask("Its measurement type in attestation tokens.")
    swid_tag_id: Text | None = ask("Identifier of its software tag (CoSWID tag-id).")
    security_counter: int | None = ask("Security counter of its image, for MCUboot.", ge=0, le=0xFFFFFFFF)
    signer: Hex | None = ask("Signer identifier in attestation tokens: hash of the signing key.")
    immutable: Answer = ask("Can it never change after manufacture?")
    updatable: Answer = ask("Can it be updated in the field?")


class Device(Section):
    """One device whose artefacts are supplied as a sample."""

    instance_id: Hex = Field(description="PSA instance identifier or UEID, in hex.")
    serial: Text | None = ask("Serial number, as the device's certificate or voucher has it.")
    identity_key: Thumbprint | None = ask(
        "SHA-256 over the SubjectPublicKeyInfo of the key in the device's certificate, in hex."
    )
    attestation_key: Annotated[Thumbprint | None, Is("device.attestation-key")] = ask(
        "Thumbprint of the key that signs its tokens."
    )
