"""BRSKI vouchers (RFC 8366, RFC 8995): the maker's word to one device about whom it belongs to.

A voucher names one device by its serial number and pins the certificate of the domain that it may join: so it
shows that devices are enrolled one by one, and get a trust anchor in the field. A request for a voucher shows
neither, as nobody has answered it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from iotassess.codec.keys import KeyFault
from iotassess.errors import MalformedArtefact
from iotassess.evidence import brski_forms
from iotassess.evidence.brski_fields import PINS, REQUEST, Fields, kind_of, read_fields
from iotassess.evidence.context import Context
from iotassess.evidence.eat_reading import describe
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact, Problem, Shown
from iotassess.model.claim import PRODUCT, Subject, Value
from iotassess.model.problems import problem

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MAX_SERIAL: Final = 256
"""Longest serial number that names a device: those of certificates have at most 64 characters (X.520)."""


def is_voucher(peek: Peek) -> bool:
    """Tell whether the bytes are a voucher, or a request for one, in CMS, JWS or COSE."""
    return brski_forms.is_voucher(peek)


def decode(peek: Peek, context: Context) -> Artefact:
    """Read a voucher or a voucher request.

    Args:
        peek: the bytes.
        context: anchors, moment.

    Raises:
        MalformedArtefact: the bytes are no signed voucher.
    """
    opened = brski_forms.open_voucher(peek, context)
    if kind_of(opened.document) is None:
        got = describe(opened.document)
        raise MalformedArtefact(
            "voucher-malformed", f"what is signed is {got}; expected a voucher", at="voucher"
        )
    fields = read_fields(opened.document)
    checked = opened.checked
    problems = (*fields.problems, *_require(fields), *_judge(fields, context), *checked.problems)
    sound = not any(found.id == "voucher-malformed" for found in problems)
    covered = checked.authenticity not in ("unsigned", "failed")
    return Artefact(
        context.path,
        "brski-voucher",
        opened.media_type,
        "",
        0,
        wellformed=sound,
        authenticity=checked.authenticity,
        signatures=checked.signatures,
        problems=problems,
        claims=_claims(fields, opened.about),
        shown=_show(fields, covered) if sound else (),
    )


def _claims(fields: Fields, about: dict[str, Any]) -> dict[str, Any]:
    claims = about | fields.claims
    pinned = fields.values.get("pinned-domain-cert")
    if pinned is not None:
        claims["pinned_domain_cert"] = {"sha256": hashlib.sha256(pinned).hexdigest(), "size": len(pinned)}
        certificate = _certificate(pinned)
        if certificate is not None:
            claims["pinned_domain_cert"] |= {
                "subject": certificate.subject.rfc4514_string(),
                "not_after": certificate.not_valid_after_utc.isoformat(),
            }
    if fields.kind == REQUEST:
        claims["not_evaluated"] = ["a request for a voucher: nobody has answered it, so it shows nothing"]
    return claims


def _certificate(der: bytes) -> Certificate | None:
    """Read the pinned certificate; None where it is none."""
    from iotassess.evidence import certificates  # most runs have none

    try:
        return certificates.load(der)
    except KeyFault:
        return None


def _require(fields: Fields) -> list[Problem]:
    """Check that what every voucher needs is there."""
    found: list[Problem] = []
    if "serial-number" not in fields.values:
        message = "no serial number: the voucher is about no device; expected that of one"
        found.append(problem("voucher-malformed", message, at="serial_number"))
    if fields.kind == REQUEST:
        return found
    if not any(name in fields.values for name in PINS):
        message = f"nothing is pinned; expected one of {', '.join(PINS)}"
        found.append(problem("voucher-malformed", message, at="pinned_domain_cert"))
    pinned = fields.values.get("pinned-domain-cert")
    if pinned is not None and _certificate(pinned) is None:
        message = f"what is pinned, {len(pinned)} bytes, is no X.509 certificate in DER; expected one"
        found.append(problem("voucher-malformed", message, at="pinned_domain_cert"))
    return found


def _judge(fields: Fields, context: Context) -> list[Problem]:
    """Hold the times against the moment of judgement (RFC 8995 section 5.6.1)."""
    if fields.kind == REQUEST:
        return []
    found: list[Problem] = []
    created, expires = fields.values.get("created-on"), fields.values.get("expires-on")
    if created is not None and created > context.as_of.end:
        message = f"created on {created:%Y-%m-%d %H:%M} UTC, which is yet to come; check the clocks"
        found.append(problem("voucher-not-yet-valid", message, at="created_on"))
    if expires is not None and expires < context.as_of.start:
        message = f"expired on {expires:%Y-%m-%d %H:%M} UTC; ask the maker's service for a new one"
        found.append(problem("voucher-expired", message, at="expires_on"))
    if "nonce" not in fields.values:
        until = f"until {expires:%Y-%m-%d}" if expires is not None else "for ever"
        message = f"no nonce, so the device takes it again {until}; expected 8 to 32 bytes of its request"
        found.append(problem("voucher-without-nonce", message, at="nonce"))
    return found


def _show(fields: Fields, covered: bool) -> tuple[Shown, ...]:
    if fields.kind == REQUEST:
        return ()
    serial = fields.values["serial-number"]

    def show(property_: str, value: Value, path: str, subject: Subject = PRODUCT) -> Shown:
        return Shown(subject, property_, value, path, covered=covered)

    statements = [
        show("identity.enrolment.protocols", "brski", "type"),
        show("identity.enrolment.per-device", True, "serial_number"),
    ]
    if len(serial) <= MAX_SERIAL:
        device = Subject("device", serial, "serial")
        statements.insert(0, show("device.serial", serial, "serial_number", device))
    if "pinned-domain-cert" in fields.values:
        statements.append(show("trust-anchor.transfer", "brski", "pinned_domain_cert"))
    return tuple(statements)
