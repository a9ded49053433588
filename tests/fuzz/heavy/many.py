"""Many artefacts in one file, each of which takes as long as one may."""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterable

import cbor2
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cbor2 import CBORTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from iotassess.codec.cbor import MAX_ARTEFACT_BYTES as FULL
from tests.evidence import cms_builder as cms
from tests.evidence import corim_builder as corim
from tests.evidence import fdo_builder as fdo
from tests.evidence import mcuboot_builder as mcuboot
from tests.evidence import mud_builder as mud
from tests.evidence import signing
from tests.evidence import suit_builder as suit
from tests.evidence import token_builder as token
from tests.evidence import x509_builder as x509


def wrapped(media_type: str, piece: bytes) -> bytes:
    """A wrapper with as many copies of an artefact as are read, and have room."""
    count = min(256, (FULL - 4096) // (len(piece) + 64))
    return cbor2.dumps({f"m{i}": [media_type, piece] for i in range(count)})


@functools.cache
def hard_key() -> ec.EllipticCurvePrivateKey:
    """A key with which verifying takes long: the attacker names it himself."""
    return ec.derive_private_key(0x521, ec.SECP521R1())


@functools.cache
def hard_chain(length: int) -> tuple[bytes, ...]:
    key = hard_key()
    made = (
        signing.certificate(f"C{i}", key, f"C{i + 1}", key, ca=i > 0, hash_=hashes.SHA512())
        for i in range(length)
    )
    return tuple(one.public_bytes(Encoding.DER) for one in made)


def hard_signers(length: int, good: bool) -> bytes:
    """A token with as many signatures as are looked at, each with a chain of its own."""
    protected, payload = cbor2.dumps({1: -36}), cbor2.dumps(token.eat())
    der = hard_key().sign(
        cbor2.dumps(["Signature", b"", protected, b"", payload]),
        ec.ECDSA(hashes.SHA512(), deterministic_signing=True),
    )
    signature = b"".join(number.to_bytes(66, "big") for number in decode_dss_signature(der))
    signature = signature[:-1] + bytes((signature[-1] ^ (not good),))
    signer = [protected, {33: list(hard_chain(length))}, signature]
    return cbor2.dumps(CBORTag(98, [b"", {}, payload, [signer] * 32]))


def submods_with_chains() -> bytes:
    one = hard_signers(10, good=True)
    return token.sign1(token.eat({266: {f"s{i}": one for i in range((FULL - 8192) // (len(one) + 16))}}))


def submods_badly_signed() -> bytes:
    one = hard_signers(1, good=False)
    return token.sign1(token.eat({266: {f"s{i}": one for i in range(250)}}))


def submods_large_exponent() -> bytes:
    """RSA with an exponent as long as its modulus."""
    modulus = (1 << 3071) + (1 << 1500) + 1
    public = rsa.RSAPublicNumbers((1 << 3070) + 1, modulus).public_key()
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    leaf = asn1.Certificate.load(x509.der(x509.device()))
    leaf["tbs_certificate"]["subject_public_key_info"] = asn1_keys.PublicKeyInfo.load(spki)
    protected, payload = cbor2.dumps({1: -257}), cbor2.dumps(token.eat())
    signer = [protected, {33: leaf.dump(force=True)}, b"\x01" * 384]
    one = cbor2.dumps(CBORTag(98, [b"", {}, payload, [signer] * 32]))
    return token.sign1(token.eat({266: {f"s{i}": one for i in range(250)}}))


def wrapped_vouchers() -> bytes:
    owners = [fdo.MAKER, fdo.SHOP] * 30
    return wrapped("application/x-fdo-voucher", fdo.Voucher(owners=tuple(owners), maker=fdo.LARGE).build())


def wrapped_large_vouchers() -> bytes:
    owners = tuple([fdo.LARGE] * 60)
    return wrapped("application/x-fdo-voucher", fdo.Voucher(owners=owners, maker=fdo.LARGE, alg=-43).build())


def wrapped_cms() -> bytes:
    content = mud.data()
    info = cms.signer(mud.ALICE, cms.by_serial(mud.CHAIN[0]), content)
    return wrapped("application/pkcs7-mime", cms.message(content, [info] * 30, list(mud.CHAIN) * 10))


def wrapped_cms_items() -> bytes:
    content = mud.data()
    many = [*cms.attributes_of(content), *[cms.attribute(f"1.2.3.{i}", cms.integer(i)) for i in range(3_000)]]
    info = cms.signer(mud.ALICE, cms.by_serial(mud.CHAIN[0]), content, attributes=many)
    return wrapped("application/pkcs7-mime", cms.message(content, [info], mud.CHAIN))


def wrapped_chains() -> bytes:
    return wrapped("application/pem-certificate-chain", pem_of(hard_chain(10)))


def wrapped_leaves() -> bytes:
    """Certificates that may each be issued by each."""
    key = hard_key()
    ders = [
        signing.certificate(
            "C", key, "C", key, ca=True, hash_=hashes.SHA512(), until=x509.NOON + x509.YEAR * i
        )
        for i in range(1, 11)
    ]
    return wrapped(
        "application/pem-certificate-chain", pem_of(one.public_bytes(Encoding.DER) for one in ders)
    )


def pem_of(ders: Iterable[bytes]) -> bytes:
    rows = (base64.encodebytes(der) for der in ders)
    return b"".join(b"-----BEGIN CERTIFICATE-----\n" + row + b"-----END CERTIFICATE-----\n" for row in rows)


def wrapped_images() -> bytes:
    signature = (0x22, b"\x30\x06\x02\x01\x01\x02\x01\x01")
    return wrapped("application/octet-stream", mcuboot.image(payload=b"app", extra=(signature,) * 500))


def wrapped_mud() -> bytes:
    return wrapped(
        "application/mud+json", mud.data([mud.ace(f"e{i}", ipv4=mud.to_peer()) for i in range(500)])
    )


def wrapped_mud_items() -> bytes:
    return wrapped("application/mud+json", mud.data()[:-1] + b',"x":[' + b"[]," * 45_000 + b"0]}")


def wrapped_jwt() -> bytes:
    return wrapped("application/eat+jwt", token.jwt({f"c{i}": i for i in range(3_000)}))


def wrapped_coswid() -> bytes:
    files = [{24: f"f{i}", 20: 100, 7: [1, corim.DIGEST]} for i in range(200)]
    tag = {0: "id", 12: 0, 1: "software", 2: {31: "Acme", 33: [1, 2]}, 6: {17: files}}
    return wrapped("application/swid+cbor", cbor2.dumps(CBORTag(1398229316, tag)))


def wrapped_suit() -> bytes:
    plan = suit.good()
    plan.sections[7] = [3, 15] * 150
    return wrapped("application/suit-envelope+cose", plan.build())


def wrapped_corim() -> bytes:
    rows = [corim.measured(f"C{i}") for i in range(60)]
    return wrapped(
        "application/rim+cbor", corim.unsigned(corim.manifest(corim.comid({0: [corim.reference(*rows)]})))
    )


def wrapped_psa() -> bytes:
    return wrapped("application/eat+cwt", token.sign1(token.psa({2399: [token.COMPONENT] * 100})))
