"""X.509 certificates and chains of devices and signers (RFC 5280, IEEE 802.1AR).

The procedure, in the order of the code:

1. Find the certificates, in whatever order they stand (:mod:`x509_bundle`).
2. Verify their signatures, and build the chain to what was named (:mod:`x509_trust`).
3. Check each certificate by itself (:mod:`x509_rules`).
4. Say what the leaf shows: which device, its key, until when, and where its MUD file is.

Nothing is fetched: no revocation list, no OCSP, no certificate that is missing.
"""

from __future__ import annotations

from typing import Any, Final

from cryptography import x509

from iotassess.evidence.context import Context
from iotassess.evidence.peek import Peek
from iotassess.evidence.x509_bundle import Bundle, Member, has_pem_certificate, read_bundle
from iotassess.evidence.x509_claims import DEVICE, describe_certificate, never_expires, not_evaluated
from iotassess.evidence.x509_extensions import device_serial, mud_url, read_der, subject_serials
from iotassess.evidence.x509_rules import check_certificate
from iotassess.evidence.x509_trust import Trust, trust
from iotassess.model.artefact import Artefact, Problem, Shown
from iotassess.model.claim import PRODUCT, Subject

MEDIA_TYPES: Final = {"pem": "application/pem-certificate-chain", "der": "application/pkix-cert"}

_VERSION: Final = 0xA0
_INTEGER, _OID, _SEQUENCE = 0x02, 0x06, 0x30

_REVOCATION: Final = "revocation: no CRL and no OCSP response is looked at"


def is_certificate(peek: Peek) -> bool:
    """Tell whether the bytes are PEM certificates, or begin like one in DER, cut off or not."""
    return has_pem_certificate(peek.data) or (peek.is_der and _begins_like_certificate(peek.data))


def _begins_like_certificate(data: bytes) -> bool:
    """Tell a certificate from the other things in DER that begin with two sequences.

    What is signed begins with the explicit version of all certificates with extensions. Those of version 1
    begin with the serial number, as do requests and revocation lists, which are not read as certificates.
    """
    outer = _head(data, 0)
    inner = None if outer is None else _head(data, outer)
    if inner is None or outer is None or data[outer] != _SEQUENCE or inner >= len(data):
        return False
    if data[inner] == _VERSION:
        return data[inner + 1 : inner + 4] == b"\x03\x02\x01"
    return data[inner] == _INTEGER and _is_version_1(data)


def _head(data: bytes, at: int) -> int | None:
    """Give where the content of a DER item begins, though the item may be cut off."""
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F or data[at + 1] == 0x80:
        return None
    return at + 2 + (data[at + 1] & 0x7F if data[at + 1] & 0x80 else 0)


def _is_version_1(data: bytes) -> bool:
    item = read_der(data)
    inner = None if item is None or item[2] != len(data) else read_der(item[1])
    serial = None if inner is None else read_der(inner[1])
    if inner is None or serial is None:
        return False
    algorithm = read_der(inner[1], serial[2])
    if algorithm is None or algorithm[0] != _SEQUENCE or algorithm[1][:1] != bytes((_OID,)):
        return False  # a certificate request has a name here
    try:
        x509.load_der_x509_certificate(data)
    except ValueError:
        return False  # a revocation list
    return True


# --- reading ------------------------------------------------------------------------------------


def decode(peek: Peek, context: Context) -> Artefact:
    """Read a certificate or a chain.

    Args:
        peek: PEM, or one certificate in DER.
        context: anchors, and the moment of judgement.

    Raises:
        MalformedArtefact: there is no certificate, or one that cannot be read.
    """
    bundle = read_bundle(peek.data)
    found = trust(bundle, context)
    members = [bundle.members[index] for index in found.order]
    problems = [*_rules(members, found, context), *found.problems]
    return Artefact(
        path=context.path,
        kind="x509-chain",
        media_type=MEDIA_TYPES[bundle.form],
        sha256="",
        size=0,
        wellformed=found.wellformed,
        authenticity=found.authenticity,
        signatures=found.signatures,
        problems=tuple(_located(problems, members)),
        claims=_claims(bundle, members, found),
        shown=_shown(members[0], found),
    )


def _rules(members: list[Member], found: Trust, context: Context) -> list[Problem]:
    """Check the certificates by themselves; what keeps the path from building is said once."""
    problems: list[Problem] = []
    for place, member in enumerate(members):
        problems += check_certificate(member, place, context.as_of, anchored=place == found.anchored)
    return problems


def _located(problems: list[Problem], members: list[Member]) -> list[Problem]:
    """Give each problem the offset of its certificate; drop what an earlier one of its id says in place."""
    said = {found.id for found in problems if found.at is not None}
    kept: list[Problem] = []
    for found in problems:
        if found.at is None and found.id in said:
            continue
        place = _place(found.at)
        kept.append(found if place is None else found._replace(offset=members[place].offset))
    return kept


def _place(at: str | None) -> int | None:
    """Give the certificate that a claim path leads to."""
    head, bracket, rest = (at or "").partition("[")
    return int(rest.partition("]")[0]) if bracket and head == "certificates" else None


def _claims(bundle: Bundle, members: list[Member], found: Trust) -> dict[str, Any]:
    described = [describe_certificate(member) for member in members]
    unread = [
        f"certificates[{place}]: {name}"
        for place, member in enumerate(members)
        for name in not_evaluated(member)
    ]
    claims: dict[str, Any] = {
        "form": bundle.form,
        "convention": found.convention if found.wellformed else None,
        "chain_length": found.length if found.wellformed else None,
        "certificates": described,
    }
    if bundle.repeated:
        claims["repeated"] = bundle.repeated
    if bundle.other_blocks:
        claims["other_blocks"] = list(bundle.other_blocks)
        unread += [f"PEM block {label!r}" for label in dict.fromkeys(bundle.other_blocks)]
    claims["not_evaluated"] = [_REVOCATION, *unread]
    return claims


def _shown(leaf: Member, found: Trust) -> tuple[Shown, ...]:
    """Say which device the leaf is for. An authority's or a signer's certificate is for none."""
    if not found.wellformed or found.convention not in DEVICE:
        return ()
    certificate, at = leaf.certificate, "certificates[0]"
    serial = device_serial(certificate)
    key = leaf.spki_sha256
    device = Subject("device", key, "identity-key") if serial is None else Subject("device", serial, "serial")
    shown = [Shown(device, "device.identity-key", key, f"{at}.public_key.spki_sha256")]
    if serial is not None:
        where = "device_serial" if subject_serials(certificate) else "hardware_modules[0].serial"
        shown.append(Shown(device, "device.serial", serial, f"{at}.{where}"))
    if not never_expires(certificate):
        end = certificate.not_valid_after_utc.date().isoformat()
        shown.append(Shown(device, "device.certificate-expires", end, f"{at}.validity.not_after"))
    url = mud_url(certificate)
    if url is not None:
        shown.append(Shown(PRODUCT, "network.certified-mud-url", url, f"{at}.mud_url"))
    return tuple(shown)
