"""ASN.1, in DER and in PEM."""

from __future__ import annotations

from iotassess.codec.cbor import MAX_ARTEFACT_BYTES as FULL
from tests.evidence import cms_builder as cms
from tests.evidence import mud_builder as mud
from tests.evidence import x509_builder as x509
from tests.fuzz.heavy.pieces import MEBIBYTE, filled


def cms_many_signers() -> bytes:
    chain = mud.CHAIN
    info = cms.signer(mud.ALICE, cms.by_serial(chain[0]), mud.data())
    return cms.message(mud.data(), [info] * 20_000, chain)


def cms_many_certificates() -> bytes:
    chain = mud.CHAIN
    info = cms.signer(mud.ALICE, cms.by_serial(chain[0]), mud.data())
    return cms.message(mud.data(), [info], list(chain) * 8_000)


def cms_items() -> bytes:
    return cms.seq(cms.oid(cms.SIGNED_DATA), cms.tlv(0xA0, cms.seq(b"\x05\x00" * ((FULL - 64) // 2))))


def cms_content() -> bytes:
    return cms.signed(mud.data() + b" " * (FULL - 8192), mud.ALICE, mud.CHAIN)


def cms_attributes() -> bytes:
    content = mud.data()
    many = [
        *cms.attributes_of(content),
        *[cms.attribute(f"1.2.3.{i}", cms.integer(i)) for i in range(3_000)],
    ]
    info = cms.signer(mud.ALICE, cms.by_serial(mud.CHAIN[0]), content, attributes=many)
    return cms.message(content, [info], mud.CHAIN)


def der_deep() -> bytes:
    return b"\x30\x84\x00\xff\xff\xf0" * (FULL // 6)


def der_small() -> bytes:
    return (
        b"\x30\x83"
        + (FULL - 5).to_bytes(3, "big")
        + b"\x30\x82\x00\x00"[:0]
        + b"\x05\x00" * ((FULL - 5) // 2)
    )


def der_certificate() -> bytes:
    """A certificate whose extension has 16 MiB."""
    huge = x509.unknown("1.2.3.4", bytes(FULL - 4096))
    return x509.der(x509.device(huge))


def der_extensions() -> bytes:
    return x509.pem(x509.device(*[x509.unknown(f"1.2.3.{i}", b"\x05\x00") for i in range(2_500)]))


def der_long_oid() -> bytes:
    inner = b"\x06\x83" + (FULL - 40).to_bytes(3, "big") + b"\x81" * (FULL - 41) + b"\x01"
    return b"\x30\x83" + len(inner).to_bytes(3, "big") + inner


def der_long_integer() -> bytes:
    inner = b"\x02\x83" + (FULL - 40).to_bytes(3, "big") + b"\x7f" * (FULL - 40)
    return b"\x30\x83" + len(inner).to_bytes(3, "big") + inner


def pem_many() -> bytes:
    return filled(x509.pem(x509.device(), x509.middle(), x509.root()))


def pem_chain_of_ten() -> bytes:
    certs = [x509.device(serial=f"SN-{i}") for i in range(5)]
    return x509.pem(*certs, *[x509.middle()] * 4, x509.root())


def pem_huge() -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" + b"A" * (FULL - 60) + b"\n-----END CERTIFICATE-----\n"


def pem_lines() -> bytes:
    return filled(b"A\n", b"-----BEGIN CERTIFICATE-----\n")


def pem_begins() -> bytes:
    return filled(b"-----BEGIN CERTIFICATE-----\n")


def pem_text_before() -> bytes:
    return filled(b"text \n")[: MEBIBYTE - 8192] + x509.pem(x509.device())
