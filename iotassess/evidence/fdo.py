"""FIDO Device Onboard ownership vouchers (FDO 1.1 section 3.4): who made a device, and who owns it.

The procedure, in the order of the code:

1. Open the voucher: header, HMAC, device certificates, entries (:mod:`fdo_layout`). This alone may fail.
2. Follow the owners from the manufacturer on (:mod:`fdo_entries`).
3. Check the device's certificates by themselves.
4. Say what it shows: that devices of the product are onboarded by FDO, one by one, and which one this is.
"""

from __future__ import annotations

from iotassess.evidence.context import Context
from iotassess.evidence.fdo_claims import make_claims
from iotassess.evidence.fdo_entries import Ownership, follow
from iotassess.evidence.fdo_layout import Voucher, members_of, open_voucher
from iotassess.evidence.peek import Peek
from iotassess.evidence.x509_claims import never_expires
from iotassess.evidence.x509_extensions import device_serial
from iotassess.evidence.x509_rules import check_certificate
from iotassess.model.artefact import Artefact, Problem, Shown
from iotassess.model.claim import PRODUCT, Subject

CHAIN = "device_certificate_chain"


def decode(peek: Peek, context: Context) -> Artefact:
    """Read an ownership voucher.

    Args:
        peek: its bytes.
        context: anchors, and the moment of judgement.

    Raises:
        MalformedArtefact: the bytes are none.
    """
    voucher = open_voucher(peek)
    ownership = follow(voucher, context)
    return Artefact(
        path=context.path,
        kind="fdo-voucher",
        media_type=None,
        sha256="",
        size=0,
        wellformed=True,
        authenticity=ownership.authenticity,
        signatures=ownership.signatures,
        problems=(*ownership.problems, *_certificate_problems(voucher, context)),
        claims=make_claims(voucher, ownership),
        shown=tuple(_shown(voucher, ownership)),
    )


def _certificate_problems(voucher: Voucher, context: Context) -> list[Problem]:
    """Check the device's certificate; those above it are not relied on here."""
    if voucher.chain is None:
        return []
    device = members_of(voucher.chain[:1])[0]
    return list(check_certificate(device, 0, context.as_of, anchored=False, where=CHAIN))


def _shown(voucher: Voucher, ownership: Ownership) -> list[Shown]:
    covered = ownership.covered
    shown = [
        Shown(PRODUCT, "identity.enrolment.protocols", "fdo", "protocol_version", covered),
        Shown(PRODUCT, "identity.enrolment.per-device", True, "header.guid", covered),
        Shown(PRODUCT, "trust-anchor.transfer", "fdo", "header.public_key", covered),
    ]
    if voucher.chain is None:
        return shown
    covered = covered and ownership.chain_matches is True
    device = members_of(voucher.chain[:1])[0]
    key, serial = device.spki_sha256, device_serial(device.certificate)
    subject = (
        Subject("device", key, "identity-key") if serial is None else Subject("device", serial, "serial")
    )
    at = f"{CHAIN}[0]"
    shown.append(Shown(subject, "device.identity-key", key, f"{at}.public_key.spki_sha256", covered))
    if not never_expires(device.certificate):
        end = device.certificate.not_valid_after_utc.date().isoformat()
        shown.append(Shown(subject, "device.certificate-expires", end, f"{at}.validity.not_after", covered))
    return shown
