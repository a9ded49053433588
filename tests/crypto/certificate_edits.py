"""Certificates with a fault that no library makes: edited bytes, signed anew where that is the point."""

from __future__ import annotations

from typing import Any

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding

from tests.evidence.signing import DAY, MIDDLE_KEY, NOON, leaf

Link = x509.Certificate | bytes


def der(one: Link) -> bytes:
    return one if isinstance(one, bytes) else one.public_bytes(Encoding.DER)


def edited(one: x509.Certificate, issuer_key: Any, edit: Any) -> bytes:
    """A certificate whose signed part was edited and signed anew with ECDSA and SHA-256."""
    parsed = asn1.Certificate.load(der(one))
    edit(parsed["tbs_certificate"])
    data = parsed["tbs_certificate"].dump(force=True)
    signed = issuer_key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    parsed["signature_value"] = signed
    return parsed.dump(force=True)


def with_serial(number: int) -> bytes:
    def edit(tbs: Any) -> None:
        tbs["serial_number"] = number

    return edited(leaf(), MIDDLE_KEY, edit)


def with_other_algorithm_inside() -> bytes:
    def edit(tbs: Any) -> None:
        tbs["signature"] = {"algorithm": "sha384_ecdsa"}

    return edited(leaf(), MIDDLE_KEY, edit)


def with_other_algorithm_outside() -> bytes:
    parsed = asn1.Certificate.load(der(leaf()))
    parsed["signature_algorithm"] = {"algorithm": "sha384_ecdsa"}
    return parsed.dump(force=True)


def with_signature(change: Any) -> bytes:
    parsed = asn1.Certificate.load(der(leaf()))
    parsed["signature_value"] = change(parsed["signature_value"].native)
    return parsed.dump(force=True)


def long_form(signature: bytes) -> bytes:
    """The same numbers with the length of the sequence in its longer form, which is BER and not DER."""
    return b"\x30\x81" + signature[1:]


def padded(signature: bytes) -> bytes:
    """The same numbers with a zero too many before r."""
    size = signature[3]
    body = b"\x02" + bytes((size + 1,)) + b"\0" + signature[4:]
    return b"\x30" + bytes((len(body),)) + body


def negated(signature: bytes) -> bytes:
    """r as a negative number, as one reads it who forgets the sign octet."""
    assert signature[3] == 0x21, "r needs a sign octet here"
    body = b"\x02\x20" + signature[5:]
    return b"\x30" + bytes((len(body),)) + body


def leaf_with_large_r() -> bytes:
    for day in range(40):
        one = leaf(until=NOON + (30 + day) * DAY)
        if one.signature[3] == 0x21:
            return der(one)
    raise AssertionError("no such signature")


def large_r(change: Any) -> bytes:
    parsed = asn1.Certificate.load(leaf_with_large_r())
    parsed["signature_value"] = change(parsed["signature_value"].native)
    return parsed.dump(force=True)


def by_md5(one: x509.Certificate, issuer_key: Any) -> bytes:
    """The same certificate under RSA with MD5, which ``cryptography`` does not sign with."""
    import hashlib

    parsed = asn1.Certificate.load(der(one))
    parsed["tbs_certificate"]["signature"] = {"algorithm": "md5_rsa"}
    parsed["signature_algorithm"] = {"algorithm": "md5_rsa"}
    data = parsed["tbs_certificate"].dump(force=True)
    info = bytes.fromhex("3020300c06082a864886f70d020505000410") + hashlib.md5(data).digest()  # noqa: S324
    numbers = issuer_key.private_numbers()
    block = b"\x00\x01" + b"\xff" * (256 - 3 - len(info)) + b"\x00" + info
    value = pow(int.from_bytes(block), numbers.d, numbers.public_numbers.n)
    parsed["signature_value"] = value.to_bytes(256)
    return parsed.dump(force=True)


def side_by_side(signature: bytes) -> bytes:
    r, s = utils.decode_dss_signature(signature)
    return r.to_bytes(32) + s.to_bytes(32)
