"""Certificate files: one fault each, held against the certificate and against the bare key of the issuer."""

from __future__ import annotations

from typing import Any

import pytest
from asn1crypto import core
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests.crypto import second
from tests.crypto.test_unsound_keys import ORDER_8, ed25519_point, explicit_parameters, modulus, rsa_file
from tests.evidence import cms_builder as der
from tests.evidence import x509_builder as build
from tests.evidence.x509_builder import MIDDLE, NOON, device, ids, middle, read

TRUSTED = {"certificate": middle(), "key": MIDDLE}


def edited(edit: Any, *, outside: Any = None) -> bytes:
    """A device's certificate whose signed part was edited and signed anew, as its issuer signs."""
    parsed = asn1.Certificate.load(build.der(device()))
    edit(parsed["tbs_certificate"])
    if outside is not None:
        parsed["signature_algorithm"] = {"algorithm": outside}
    data = parsed["tbs_certificate"].dump(force=True)
    parsed["signature_value"] = MIDDLE.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    return parsed.dump(force=True)


def with_key(spki: bytes) -> bytes:
    from asn1crypto.keys import PublicKeyInfo

    def edit(tbs: Any) -> None:
        tbs["subject_public_key_info"] = PublicKeyInfo.load(spki)

    return edited(edit)


def set_(name: str, value: Any) -> Any:
    def edit(tbs: Any) -> None:
        tbs[name] = value

    return edit


def nothing(_tbs: Any) -> None: ...


def extension_twice(tbs: Any) -> None:
    tbs["extensions"].append(tbs["extensions"][0])


def small_order(point: bytes) -> bytes:
    from tests.crypto.test_unsound_keys import ed25519_file

    return with_key(ed25519_file(point))


def spoiled() -> bytes:
    data = build.der(device())
    return data[:-1] + bytes((data[-1] ^ 1,))


ALGORITHM = {
    "another algorithm inside": lambda: edited(set_("signature", {"algorithm": "sha384_ecdsa"})),
    "another family inside": lambda: edited(set_("signature", {"algorithm": "sha256_rsa"})),
    "parameters inside": lambda: edited(
        set_("signature", {"algorithm": "sha256_ecdsa", "parameters": core.Null()})
    ),
}


@pytest.mark.parametrize("trusted", TRUSTED)
@pytest.mark.parametrize("name", ALGORITHM)
def test_the_algorithm_beside_the_signature_has_to_be_the_signed_one(name, trusted):
    """Nothing covers what stands outside: RFC 5280 section 4.1.1.2 wants it to be what stands inside."""
    found = read(ALGORITHM[name](), TRUSTED[trusted])
    expected = {"certificate": ("failed", ["cose-bad-signature"]), "key": ("unverified", ["x509-untrusted"])}
    if name == "parameters inside":
        expected = dict.fromkeys(TRUSTED, ("unverified", ["x509-malformed"]))
    assert (found.authenticity, ids(found)) == expected[trusted]
    assert not any(one.status == "verified" for one in found.signatures)
    good = read(edited(nothing), TRUSTED[trusted])
    assert (good.authenticity, [one.status for one in good.signatures]) == ("authenticated", ["verified"])


@second.needs_openssl
def test_openssl_agrees_on_the_algorithm():
    trusted = [build.der(middle())]
    assert second.chain_holds([edited(nothing)], trusted, NOON)
    for name in ("another algorithm inside", "another family inside"):
        assert not second.chain_holds([ALGORITHM[name]()], trusted, NOON)


FAULTS: dict[str, tuple[Any, str, set[str]]] = {
    "one bit of its signature": (spoiled, "failed", {"cose-bad-signature"}),
    "an extension twice": (lambda: edited(extension_twice), "unverified", {"x509-malformed"}),
    "a curve written out": (lambda: with_key(explicit_parameters()), "unverified", {"x509-malformed"}),
    "RSA with the exponent 1": (lambda: with_key(rsa_file(modulus(), 1)), "unverified", {"x509-malformed"}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_broken_certificate_authenticates_no_device(name):
    make, authenticity, expected = FAULTS[name]
    found = read(make(), middle())
    assert (found.authenticity, set(ids(found))) == (authenticity, expected)
    assert read(edited(nothing), middle()).authenticity == "authenticated"


@pytest.mark.parametrize("trusted", TRUSTED)
@pytest.mark.parametrize("point", [ORDER_8, ed25519_point(1), ed25519_point(0)], ids=["8", "1", "4"])
def test_a_certificate_over_a_point_of_small_order_identifies_nobody(point, trusted):
    found = read(small_order(point), TRUSTED[trusted])
    assert (found.authenticity, ids(found)) == ("unverified", ["x509-untrusted"])
    good = small_order(build.EDDY.public_key().public_bytes_raw())
    assert read(good, TRUSTED[trusted]).authenticity == "authenticated"


def test_a_certificate_over_an_even_modulus_identifies_nobody():
    found = read(with_key(rsa_file(modulus() + 1, 65537)), middle())
    assert (found.authenticity, ids(found)) == ("unverified", ["x509-untrusted"])
    assert read(with_key(rsa_file(modulus(), 65537)), middle()).authenticity == "authenticated"


@pytest.mark.parametrize("number", [0, -1, -(2**63), 2**159], ids=str)
def test_a_strange_serial_number_is_read_and_forbids_nothing(number):
    """RFC 5280 section 4.1.2.2 asks for positive ones, and has readers be ready for others."""
    found = read(edited(set_("serial_number", number)), middle())
    assert (found.authenticity, ids(found)) == ("authenticated", [])
    assert read(edited(set_("serial_number", number)), build.root()).authenticity == "unverified"


@pytest.mark.parametrize("tag", [0x13, 0x0C], ids=["PrintableString", "UTF8String"])
def test_a_zero_octet_in_a_name_is_not_its_end(tag):
    """Who takes the zero for the end of the text reads the serial number of another device."""
    parsed = asn1.Certificate.load(build.der(device(serial="SN-0001X")))
    data = parsed["tbs_certificate"].dump()
    assert b"\x13\x08SN-0001X" in data
    data = data.replace(b"\x13\x08SN-0001X", bytes((tag, 8)) + b"SN-0001\0")
    signature = MIDDLE.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    algorithm = parsed["signature_algorithm"].dump()
    found = read(der.seq(data, algorithm, der.tlv(3, b"\0" + signature)), middle())
    devices = {one.subject.name for one in found.shown if one.subject.kind == "device"}
    assert "SN-0001" not in devices
    assert found.authenticity == ("authenticated" if tag == 0x0C else "unverified")
    good = read(device(), middle())
    assert "SN-0001" in {one.subject.name for one in good.shown if one.subject.kind == "device"}
