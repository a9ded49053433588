"""What certificates of devices carry beyond names and keys: serial numbers, hardware modules, MUD URLs.

The extensions that ``cryptography`` does not know are read here by hand, with a reader of DER that knows
definite lengths and nothing else. What a DICE or TPM extension says is not evaluated; it is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID, ObjectIdentifier

from iotassess.evidence.eat_reading import clip
from iotassess.evidence.x509_begin import read_der

MUD_URL: Final = ObjectIdentifier("1.3.6.1.5.5.7.1.25")
"""id-pe-mud-url: an IA5String (RFC 8520 section 11)."""

MUD_SIGNER: Final = ObjectIdentifier("1.3.6.1.5.5.7.1.30")
"""id-pe-mudsigner: the name of the one who signs the MUD file (RFC 8520 section 11)."""

HARDWARE_MODULE: Final = ObjectIdentifier("1.3.6.1.5.5.7.8.4")
"""id-on-hardwareModuleName: hwType and hwSerialNum (RFC 4108 section 5)."""

MAX_URL_CHARACTERS: Final = 2048
"""Longest MUD URL that is taken for one. RFC 8520 has those of DHCP fit 255 bytes."""

MAX_SERIALS: Final = 8
"""Serial numbers that are listed of one certificate; a device has one."""

EXTENSION_NAMES: Final[dict[str, str]] = {
    "1.3.6.1.5.5.7.1.25": "mudURL",
    "1.3.6.1.5.5.7.1.30": "mudsigner",
    "2.23.133.5.4.1": "tcg-dice-TcbInfo",
    "2.23.133.5.4.2": "tcg-dice-endorsement-manifest",
    "2.23.133.5.4.3": "tcg-dice-endorsement-manifest-uri",
    "2.23.133.5.4.4": "tcg-dice-Ueid",
    "2.23.133.5.4.5": "tcg-dice-MultiTcbInfo",
    "2.23.133.5.4.6": "tcg-dice-UCCS-evidence",
    "2.23.133.5.4.7": "tcg-dice-manifest-evidence",
    "2.23.133.5.4.8": "tcg-dice-MultiTcbInfoComp",
    "2.23.133.5.4.9": "tcg-dice-conceptual-message-wrapper",
    "2.23.133.5.4.11": "tcg-dice-TcbFreshness",
}
"""Extensions that ``cryptography`` has no name for (RFC 8520; TCG DICE Attestation Architecture 1.1)."""

TCG_ARC: Final = "2.23.133."
"""Extensions of the Trusted Computing Group: measurements and evidence, which are named and not evaluated."""

AK_USAGE: Final = "2.23.133.8.3"
EK_USAGE: Final = "2.23.133.8.1"
ATTESTING: Final = frozenset({AK_USAGE, "2.23.133.5.4.100.8", "2.23.133.5.4.100.9"})
"""Extended key usages of attestation keys: tcg-kp-AIKCertificate, tcg-dice-kp-attestInit and -attestLoc."""

SIGNING: Final = frozenset(
    {
        ExtendedKeyUsageOID.CODE_SIGNING.dotted_string,
        ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string,
        "1.3.6.1.5.5.7.3.36",  # id-kp-documentSigning (RFC 9336)
        "1.3.6.1.5.5.7.3.37",  # id-kp-jwt (RFC 9509)
        "2.23.133.5.4.100.10",  # tcg-dice-kp-assertInit
        "2.23.133.5.4.100.11",  # tcg-dice-kp-assertLoc
    }
)
"""Extended key usages of those who sign for many devices, and are none themselves."""

IDENTIFYING: Final = frozenset(
    {
        ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string,
        ExtendedKeyUsageOID.SERVER_AUTH.dotted_string,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string,
        "2.23.133.5.4.100.6",  # tcg-dice-kp-identityInit
        "2.23.133.5.4.100.7",  # tcg-dice-kp-identityLoc
    }
)
"""Extended key usages of devices that say who they are."""

USAGE_NAMES: Final[dict[str, str]] = {
    EK_USAGE: "tcg-kp-EKCertificate",
    "2.23.133.8.2": "tcg-kp-PlatformAttributeCertificate",
    AK_USAGE: "tcg-kp-AIKCertificate",
    "2.23.133.5.4.100.6": "tcg-dice-kp-identityInit",
    "2.23.133.5.4.100.7": "tcg-dice-kp-identityLoc",
    "2.23.133.5.4.100.8": "tcg-dice-kp-attestInit",
    "2.23.133.5.4.100.9": "tcg-dice-kp-attestLoc",
    "2.23.133.5.4.100.10": "tcg-dice-kp-assertInit",
    "2.23.133.5.4.100.11": "tcg-dice-kp-assertLoc",
    "2.23.133.5.4.100.12": "tcg-dice-kp-eca",
    "1.3.6.1.5.5.7.3.36": "documentSigning",
    "1.3.6.1.5.5.7.3.37": "jwt",
}

_INTEGER, _OCTETS, _OID, _IA5, _SEQUENCE = 0x02, 0x04, 0x06, 0x16, 0x30


class HardwareModule(NamedTuple):
    """A hardware module's name (RFC 4108 section 5).

    Attributes:
        type: object identifier of the hardware's type.
        serial: its serial number: text where the octets are printable ASCII, else hex.
    """

    type: str
    serial: str


# --- DER ----------------------------------------------------------------------------------------


def _only(data: bytes, tag: int) -> bytes | None:
    """Give the content where ``data`` is one item of that tag and nothing else."""
    item = read_der(data)
    return item[1] if item is not None and item[0] == tag and item[2] == len(data) else None


def _dotted(content: bytes) -> str | None:
    """Write an object identifier in numbers with dots (X.690 section 8.19)."""
    numbers: list[int] = []
    value = 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(value)
            value = 0
    if not numbers or content[-1] & 0x80 or len(content) > 64:
        return None
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


# --- what they say ------------------------------------------------------------------------------


def raw_extension(certificate: x509.Certificate, oid: ObjectIdentifier) -> bytes | None:
    """Give the value of an extension that ``cryptography`` does not know, or None."""
    for extension in certificate.extensions:
        if extension.oid == oid and isinstance(extension.value, x509.UnrecognizedExtension):
            return extension.value.value
    return None


def mud_url(certificate: x509.Certificate) -> str | None:
    """Give the MUD URL of a certificate, or None where there is none or it is no such string."""
    value = raw_extension(certificate, MUD_URL)
    content = None if value is None else _only(value, _IA5)
    if content is None or not 0 < len(content) <= MAX_URL_CHARACTERS:
        return None
    return content.decode("ascii") if all(0x20 < octet < 0x7F for octet in content) else None


def mud_signer(certificate: x509.Certificate) -> str | None:
    """Give the name of the MUD file's signer, as DER in hex, or None.

    ``cryptography`` makes no name of DER, and nothing is compared with it here.
    """
    value = raw_extension(certificate, MUD_SIGNER)
    return None if value is None or _only(value, _SEQUENCE) is None else value.hex()


def hardware_modules(certificate: x509.Certificate) -> tuple[HardwareModule, ...]:
    """Give the hardware module names among the alternative names of the subject."""
    try:
        names = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except x509.ExtensionNotFound:
        return ()
    found: list[HardwareModule] = []
    if isinstance(names, x509.SubjectAlternativeName):
        for name in names:
            if isinstance(name, x509.OtherName) and name.type_id == HARDWARE_MODULE:
                module = _hardware_module(name.value)
                found += [] if module is None else [module]
    return tuple(dict.fromkeys(found))[:MAX_SERIALS]


def _hardware_module(value: bytes) -> HardwareModule | None:
    content = _only(value, _SEQUENCE)
    kind = None if content is None else read_der(content)
    if content is None or kind is None or kind[0] != _OID:
        return None
    serial = _only(content[kind[2] :], _OCTETS)
    dotted = _dotted(kind[1])
    if not serial or dotted is None:
        return None
    printable = all(0x20 < octet < 0x7F for octet in serial)
    return HardwareModule(dotted, serial.decode("ascii") if printable else serial.hex())


def subject_serials(certificate: x509.Certificate) -> tuple[str, ...]:
    """Give the serialNumber attributes of the subject (X.520; 2.5.4.5), without the empty and repeated."""
    found: Iterator[str | bytes] = (
        attribute.value for attribute in certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    )
    return tuple(dict.fromkeys(text for text in found if isinstance(text, str) and text.strip()))[
        :MAX_SERIALS
    ]


def device_serial(certificate: x509.Certificate) -> str | None:
    """Give the serial number of the device that a certificate is for, or None where it names not one.

    The subject's serialNumber, which IEEE 802.1AR asks for, goes before that of a hardware module. Two
    different ones of the same kind name no device.
    """
    serials = subject_serials(certificate)
    if not serials:
        serials = tuple(dict.fromkeys(module.serial for module in hardware_modules(certificate)))
    return serials[0] if len(serials) == 1 else None


def usages(certificate: x509.Certificate) -> tuple[str, ...] | None:
    """Give the extended key usages in dotted numbers, or None where it has no such extension."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return None
    return tuple(oid.dotted_string for oid in found)


def usage_name(dotted: str) -> str:
    """Name an extended key usage; its number where it has no name here."""
    return USAGE_NAMES.get(dotted) or _known(ObjectIdentifier(dotted)) or dotted


def extension_name(oid: ObjectIdentifier) -> str:
    """Name an extension; its number where it has no name here."""
    return EXTENSION_NAMES.get(oid.dotted_string) or _known(oid) or clip(oid.dotted_string)


def _known(oid: ObjectIdentifier) -> str | None:
    name = oid._name  # the only way to its table of names
    return None if name == "Unknown OID" else name
