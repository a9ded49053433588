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

from iotassess.evidence.context import Context
from iotassess.evidence.peek import Peek
from iotassess.evidence.x509_bundle import Bundle, Member, read_bundle
from iotassess.evidence.x509_claims import DEVICE, describe_certificate, never_expires, not_evaluated
from iotassess.evidence.x509_extensions import device_serial, mud_url, subject_serials
from iotassess.evidence.x509_rules import check_certificate
from iotassess.evidence.x509_trust import Trust, trust
from iotassess.model.artefact import Artefact, Problem, Shown
from iotassess.model.claim import PRODUCT, Subject

MEDIA_TYPES: Final = {"pem": "application/pem-certificate-chain", "der": "application/pkix-cert"}

_REVOCATION: Final = "revocation: no CRL and no OCSP response is looked at"


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
