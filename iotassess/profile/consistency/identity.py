"""Identifiers: in the form that the specification of each prescribes, and derived as it recommends."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.product import Identity
from iotassess.profile.consistency.rule import Finding, Rule, contradiction
from iotassess.profile.derive import oemid_form, vendor_uuid
from iotassess.profile.faults import shown

_UEID_BODIES = {1: (16, 24, 32), 2: (6, 8), 3: (14,)}
"""UEID type byte → lengths of what follows it, in bytes (RFC 9711 section 4.2.1.1, Table 1)."""

_MAX_PEN = 2**32 - 1
"""Largest private enterprise number (RFC 9371)."""


def _identity(profile: Profile) -> Identity:
    return profile.identity or Identity()


def find_foreign_uuids(profile: Profile) -> Iterator[Finding]:
    """SUIT identifiers are UUIDs of RFC 9562: its variant, and one of its versions 1 to 8."""
    identity = _identity(profile)
    for key in ("vendor_id", "class_id"):
        text = getattr(identity, key)
        value = uuid.UUID(text) if text is not None else None
        if value is not None and (value.variant != uuid.RFC_4122 or value.version not in range(1, 9)):
            yield Finding(
                ("identity", key),
                f"{text} is not a UUID of RFC 9562: its variant is not 10x or its version not 1 to 8",
                "copy the identifier from the manifest, or derive it as UUID version 5",
            )


def _derived_vendor(profile: Profile) -> Iterator[tuple[Finding, int | None]]:
    """The vendor identifier if it is not the UUIDv5 of the vendor's domain, and its version."""
    text, domain = _identity(profile).vendor_id, profile.product.vendor_domain
    if text is None or domain is None:
        return
    expected = vendor_uuid(domain)
    if uuid.UUID(text) != expected:
        finding = Finding(
            ("identity", "vendor_id"),
            f"got {text}, expected {expected}, the UUID version 5 of {domain}",
            "correct the identifier or product.vendor_domain, whichever is wrong",
        )
        yield finding, uuid.UUID(text).version


def find_contradicting_vendors(profile: Profile) -> Iterator[Finding]:
    """A version 5 vendor identifier is a hash of the domain (SUIT manifest section 8.4.8), so both agree."""
    yield from (finding for finding, version in _derived_vendor(profile) if version == 5)


def find_underived_vendors(profile: Profile) -> Iterator[Finding]:
    """Another version is allowed, but nobody can derive it from the domain that is declared."""
    yield from (finding for finding, version in _derived_vendor(profile) if version != 5)


def find_underived_classes(profile: Profile) -> Iterator[Finding]:
    """By convention the class is the UUIDv5 of vendor and model (SUIT manifest section 8.4.8)."""
    identity, product = _identity(profile), profile.product
    if identity.class_id is None:
        return
    if identity.vendor_id is not None:
        vendor = uuid.UUID(identity.vendor_id)
    elif product.vendor_domain is not None:
        vendor = vendor_uuid(product.vendor_domain)
    else:
        yield Finding(
            ("identity", "class_id"),
            "a class is declared without a vendor: no artefact can be bound by it",
            "add identity.vendor_id or product.vendor_domain",
        )
        return
    expected = uuid.uuid5(vendor, product.model)
    if uuid.UUID(identity.class_id) != expected:
        yield Finding(
            ("identity", "class_id"),
            f"got {identity.class_id}, by convention it is {expected}, "
            "the UUID version 5 of the vendor identifier and product.model",
            "nothing is wrong if manifests carry this identifier; otherwise correct it",
        )


def _wrong_length(path: Path, value: str | None, least: int, most: int, source: str) -> Iterator[Finding]:
    """A byte string in hex whose length is not in ``least`` … ``most`` bytes."""
    if value is not None and not least <= len(value) // 2 <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        yield Finding(
            path,
            f"got {len(value) // 2} bytes, expected {wanted} ({source})",
            "copy the identifier whole, as lower-case hex",
        )


def find_wrong_implementations(profile: Profile) -> Iterator[Finding]:
    """A PSA implementation identifier has exactly 32 bytes (RFC 9783 section 4.2.2)."""
    value = _identity(profile).implementation_id
    yield from _wrong_length(("identity", "implementation_id"), value, 32, 32, "RFC 9783 section 4.2.2")


def find_wrong_hwmodels(profile: Profile) -> Iterator[Finding]:
    """A hardware model has 1 to 32 bytes (RFC 9711 section 4.2.4)."""
    value = _identity(profile).hwmodel
    yield from _wrong_length(("identity", "hwmodel"), value, 1, 32, "RFC 9711 section 4.2.4")


def find_models_without_maker(profile: Profile) -> Iterator[Finding]:
    """A hardware model is unique only within its maker's identifier (RFC 9711 section 4.2.4)."""
    identity = _identity(profile)
    if identity.hwmodel is not None and identity.oemid is None:
        yield Finding(
            ("identity", "hwmodel"),
            "a hardware model is declared without oemid: no artefact can be bound by it",
            "add identity.oemid, which such tokens carry, too",
        )


def find_wrong_oemids(profile: Profile) -> Iterator[Finding]:
    """The three forms of RFC 9711 section 4.2.3, written so that they compare as text."""
    text = _identity(profile).oemid
    if text is None:
        return
    form, _, value = (oemid_form(text) or "").partition(":")
    if not form or (form == "pen" and int(value) > _MAX_PEN):
        yield Finding(
            ("identity", "oemid"),
            f"got {shown(text)}, expected a private enterprise number in decimal, or 3 or 16 bytes in hex",
            "write a PEN without leading zeros; write hex in lower case without separators",
        )


def find_ambiguous_oemids(profile: Profile) -> Iterator[Finding]:
    """Six decimal digits are both a PEN and an IEEE identifier in hex; they are taken as a PEN."""
    text = _identity(profile).oemid
    if text is not None and re.fullmatch("[1-9][0-9]{5}", text):
        yield Finding(
            ("identity", "oemid"),
            f"{text} can be read as 3 bytes in hex, too; it is taken as a private enterprise number",
            f"write pen:{text} or ieee:{text}",
        )


def find_wrong_instances(profile: Profile) -> Iterator[Finding]:
    """A UEID has 7 to 33 bytes (RFC 9711 section 4.2.1); a PSA instance identifier is one of 33."""
    for index, device in enumerate(profile.devices or []):
        path: Path = ("devices", index, "instance_id")
        yield from _wrong_length(path, device.instance_id, 7, 33, "RFC 9711 section 4.2.1")


def find_unusual_instances(profile: Profile) -> Iterator[Finding]:
    """Receivers take a UEID as it is, but a type or length that nobody creates points to a slip."""
    for index, device in enumerate(profile.devices or []):
        value = bytes.fromhex(device.instance_id)
        bodies = _UEID_BODIES.get(value[0])
        if 7 <= len(value) <= 33 and (bodies is None or len(value) - 1 not in bodies):
            wanted = f"{' or '.join(map(str, bodies))} bytes behind it" if bodies else "type 01, 02 or 03"
            yield Finding(
                ("devices", index, "instance_id"),
                f"got type {value[0]:02x} and {len(value) - 1} bytes, expected {wanted} (RFC 9711, Table 1)",
                "a PSA instance identifier is 01 and 32 bytes: 33 in all",
            )


def find_shared_device_keys(profile: Profile) -> Iterator[Finding]:
    """A key that two devices sign with identifies neither (RFC 9783 section 4.2.1)."""
    seen: dict[str, int] = {}
    for index, device in enumerate(profile.devices or []):
        key = device.attestation_key
        if key is not None and seen.setdefault(key, index) != index:
            yield Finding(
                ("devices", index, "attestation_key"),
                f"devices {seen[key]} and {index} have the same attestation key",
                "is one of the two copied by mistake?",
            )


def find_wrong_signers(profile: Profile) -> Iterator[Finding]:
    """A signer identifier is a hash of 32, 48 or 64 bytes (RFC 9783 section 4.4.1)."""
    for index, component in enumerate(profile.components or []):
        if component.signer is not None and len(component.signer) not in (64, 96, 128):
            yield Finding(
                ("components", index, "signer"),
                f"got {len(component.signer) // 2} bytes, expected a hash of 32, 48 or 64",
                "copy the signer identifier whole",
            )


def find_identities_ruled_out(profile: Profile) -> Iterator[Finding]:
    """Devices with a key each have an identity each."""
    identity = _identity(profile)
    if identity.hard_coded is False and identity.tamper_resistant:
        yield contradiction(
            ("identity", "tamper_resistant"),
            "tamper_resistant is true of the hard-coded identity",
            "hard_coded is false",
        )


RULES = (
    Rule("uuid-form", "error", find_foreign_uuids),
    Rule("vendor-id-contradiction", "error", find_contradicting_vendors),
    Rule("vendor-id-underived", "warning", find_underived_vendors),
    Rule("class-id-underived", "warning", find_underived_classes),
    Rule("implementation-id-length", "error", find_wrong_implementations),
    Rule("hwmodel-length", "error", find_wrong_hwmodels),
    Rule("hwmodel-without-oemid", "warning", find_models_without_maker),
    Rule("oemid-form", "error", find_wrong_oemids),
    Rule("oemid-ambiguous", "warning", find_ambiguous_oemids),
    Rule("instance-id-length", "error", find_wrong_instances),
    Rule("instance-id-unusual", "warning", find_unusual_instances),
    Rule("attestation-key-shared", "warning", find_shared_device_keys),
    Rule("signer-length", "warning", find_wrong_signers),
    Rule("identity-not-hard-coded", "warning", find_identities_ruled_out),
)
