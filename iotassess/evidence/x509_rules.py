"""What every certificate has to be: in time, with a key and a signature that hold, and for its use."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Final

from cryptography import x509

from iotassess.evidence.certificates import (
    Refused,
    is_authority,
    may_sign,
    require_sound_signature,
    require_strong_key,
    validity_problem,
)
from iotassess.evidence.x509_bundle import Member
from iotassess.evidence.x509_claims import Convention, extension_of, guess, never_expires
from iotassess.evidence.x509_extensions import ATTESTING, IDENTIFYING, SIGNING, usage_name, usages
from iotassess.model.artefact import Problem
from iotassess.model.assessment import AsOf
from iotassess.model.problems import problem

SOON: Final = datetime.timedelta(days=90)
"""How long before its end a certificate is called out: time enough to replace it in the field."""


def check_certificate(
    member: Member, place: int, as_of: AsOf, *, anchored: bool, where: str = "certificates"
) -> Iterator[Problem]:
    """Check one certificate by itself.

    Args:
        member: the certificate.
        place: its place in the chain, the leaf's is 0.
        as_of: the moment of judgement.
        anchored: it is trusted for itself, so that its own signature does not matter.
        where: claim path of the chain.
    """
    certificate = member.certificate
    what, at = f"certificate {place + 1} of the chain", f"{where}[{place}]"
    late = validity_problem(certificate, as_of, what, f"{at}.validity")
    if late is not None:
        yield late
    else:
        yield from _ending(certificate, what, at, as_of)
    yield from _refused(lambda: require_strong_key(certificate, what), f"{at}.public_key")
    if not anchored:
        yield from _refused(lambda: require_sound_signature(certificate, what), f"{at}.signature_alg")
    yield from _usage(certificate, guess(member), what, at)
    if place == 0 and is_authority(certificate) and guess(member) != "ca":
        message = (
            f"{what} is for a device, and is a certification authority: whoever has the device's key can "
            "issue certificates; expected basic constraints without cA"
        )
        yield problem("x509-ca-as-leaf", message, at=f"{at}.ca")


def _refused(require: Callable[[], None], at: str) -> Iterator[Problem]:
    try:
        require()
    except Refused as fault:
        yield problem(fault.id, fault.reason, at=at)


def _ending(certificate: x509.Certificate, what: str, at: str, as_of: AsOf) -> Iterator[Problem]:
    end = certificate.not_valid_after_utc
    if not never_expires(certificate) and end - as_of.start < SOON:
        days = (end - as_of.start).days
        message = f"{what} ends on {end:%Y-%m-%d}, {days} days from then; renew it in time"
        yield problem("x509-ends-soon", message, at=f"{at}.validity")


def _usage(certificate: x509.Certificate, convention: Convention, what: str, at: str) -> Iterator[Problem]:
    if is_authority(certificate):
        usage = extension_of(certificate, x509.KeyUsage)
        if usage is not None and not usage.key_cert_sign:
            message = f"the key usage of {what}, an authority, does not allow signing certificates"
            yield problem("x509-key-usage", message, at=f"{at}.key_usage")
    elif not may_sign(certificate):
        message = f"the key usage of {what} does not allow digital signatures"
        yield problem("x509-key-usage", message, at=f"{at}.key_usage")
    given = usages(certificate)
    fitting = IDENTIFYING | ATTESTING | SIGNING
    if given is not None and convention != "ca" and fitting.isdisjoint(given):
        names = ", ".join(map(usage_name, given[:4])) or "nothing"
        message = f"the extended key usage of {what} ({names:.200}) is none of a device or a signer"
        yield problem("x509-key-usage", message, at=f"{at}.extended_key_usage")
