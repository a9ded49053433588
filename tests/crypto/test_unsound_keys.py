"""Keys that are none: with some of them everybody can sign, so that naming one has to be an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from iotassess.errors import UsageError
from iotassess.evidence.trust import AnchorSpec, TrustStore
from tests.crypto import making, second
from tests.crypto.making import ED448, ED25519, P256, cose, jws, read, rsa_key
from tests.evidence import cms_builder as der
from tests.evidence import signing
from tests.evidence.token_builder import b64

P_25519, P_448 = 2**255 - 19, 2**448 - 2**224 - 1
ORDER_8 = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
"""A point of order 8 (of the four, two have this y, and two its negative)."""


def ed25519_point(y: int, sign: int = 0) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


def ed448_point(y: int, sign: int = 0) -> bytes:
    return (y | sign << 455).to_bytes(57, "little")


def negative(point: bytes) -> bytes:
    return ed25519_point(P_25519 - int.from_bytes(point, "little"))


SMALL = {
    "the neutral element": ed25519_point(1),
    "the neutral element with the other sign": ed25519_point(1, 1),
    "the point of order 2": ed25519_point(P_25519 - 1),
    "a point of order 4": ed25519_point(0),
    "the other point of order 4": ed25519_point(0, 1),
    "a point of order 8": ORDER_8,
    "a point of order 8 with the other sign": ORDER_8[:-1] + bytes([ORDER_8[-1] | 0x80]),
    "the negative of a point of order 8": negative(ORDER_8),
    "zero written as the prime": ed25519_point(P_25519),
    "one written as the prime and one": ed25519_point(P_25519 + 1),
    "a large y that is not reduced": ed25519_point(P_25519 + 18),
}
SMALL_448 = {
    "the neutral element": ed448_point(1),
    "the point of order 2": ed448_point(P_448 - 1),
    "a point of order 4": ed448_point(0, 1),
    "one written as the prime and one": ed448_point(P_448 + 1),
}


def spki(algorithm: bytes, key: bytes) -> bytes:
    return der.seq(algorithm, der.tlv(3, b"\0" + key))


def ed25519_file(point: bytes) -> bytes:
    return spki(der.algorithm(der.ED25519), point)


def ed448_file(point: bytes) -> bytes:
    return spki(der.algorithm(der.ED448), point)


NUMBERS = P256.public_key().public_numbers()
X, Y = NUMBERS.x.to_bytes(32), NUMBERS.y.to_bytes(32)
EVEN = NUMBERS.y & 1
P256_FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
NAMED = der.algorithm("1.2.840.10045.2.1", der.oid("1.2.840.10045.3.1.7"))
POINTS = {
    "the point at infinity": b"\0",
    "zeros": b"\x04" + bytes(64),
    "a point beside the curve": b"\x04" + X + X,
    "an x beyond the field": b"\x04" + (P256_FIELD + 5).to_bytes(32) + Y,
    "coordinates without their form": X + Y,
    "a byte too many": b"\x04" + X + Y + b"\0",
    "a byte too few": b"\x04" + X + Y[:-1],
    "a hybrid point with the wrong parity": bytes((7 - EVEN,)) + X + Y,
    "a compressed x that is not on the curve": b"\x02" + (1).to_bytes(32),
    "coordinates of P-384": b"\x04" + X.rjust(48, b"\0") + Y.rjust(48, b"\0"),
}


def ec_file(point: bytes) -> bytes:
    return spki(NAMED, point)


def explicit_parameters() -> bytes:
    """P-256 written out (RFC 3279), with another generator: the key's own, whose private key is then 1."""
    field = der.seq(der.oid("1.2.840.10045.1.1"), der.integer(P256_FIELD))
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    curve = der.seq(der.octets((P256_FIELD - 3).to_bytes(32)), der.octets(b.to_bytes(32)))
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    generator = der.octets(b"\x04" + X + Y)
    parameters = der.seq(der.integer(1), field, curve, generator, der.integer(order), der.integer(1))
    return spki(der.algorithm("1.2.840.10045.2.1", parameters), b"\x04" + X + Y)


def rsa_file(modulus: int, exponent: int) -> bytes:
    numbers = der.seq(der.integer(modulus), der.integer(exponent))
    return spki(der.algorithm(der.RSA, b"\x05\0"), numbers)


def modulus() -> int:
    return rsa_key().public_key().public_numbers().n


def jwk(**members: Any) -> bytes:
    return json.dumps(members).encode()


def number(value: int) -> str:
    return b64(value.to_bytes(max(1, (value.bit_length() + 7) // 8)))


UNUSABLE: dict[str, Any] = {
    **{f"Ed25519, {name}": ed25519_file(point) for name, point in SMALL.items()},
    **{f"Ed448, {name}": ed448_file(point) for name, point in SMALL_448.items()},
    **{f"P-256, {name}": ec_file(point) for name, point in POINTS.items()},
    "a JWK of small order": jwk(kty="OKP", crv="Ed25519", x=b64(ORDER_8)),
    "a COSE_Key of small order": cbor2.dumps({1: 1, -1: 6, -2: ed25519_point(1)}),
    "a JWK beside the curve": jwk(kty="EC", crv="P-256", x=b64(X), y=b64(X)),
    "a JWK with short coordinates": jwk(kty="EC", crv="P-256", x=b64(X[1:]), y=b64(Y)),
    "a COSE_Key beside the curve": cbor2.dumps({1: 2, -1: 1, -2: X, -3: X}),
    "a COSE_Key of P-256 that says P-384": cbor2.dumps({1: 2, -1: 2, -2: X, -3: Y}),
    "parameters of the curve written out": explicit_parameters,
    "RSA with the exponent 1": lambda: rsa_file(modulus(), 1),
    "RSA with the exponent 0": lambda: rsa_file(modulus(), 0),
    "RSA with an even exponent": lambda: rsa_file(modulus(), 65536),
    "RSA with an even modulus": lambda: rsa_file(modulus() + 1, 65537),
    "RSA with a power of two": lambda: rsa_file(2**2047, 65537),
    "RSA with an exponent beyond the modulus": lambda: rsa_file(modulus(), modulus() + 2),
    "RSA with a negative modulus": lambda: spki(
        der.algorithm(der.RSA, b"\x05\0"), der.seq(der.tlv(2, modulus().to_bytes(256)), der.integer(65537))
    ),
    "a JWK with the exponent 1": lambda: jwk(kty="RSA", n=number(modulus()), e=number(1)),
    "a COSE_Key with the exponent 1": lambda: cbor2.dumps({1: 3, -1: modulus().to_bytes(256), -2: b"\x01"}),
}
TWINS: dict[str, tuple[Any, Any, str]] = {
    "Ed25519": (lambda: ed25519_file(ED25519.public_key().public_bytes_raw()), ED25519, "EdDSA"),
    "Ed448": (lambda: ed448_file(ED448.public_key().public_bytes_raw()), ED448, "Ed448"),
    "P-256": (lambda: ec_file(b"\x04" + X + Y), P256, "ES256"),
    "compressed": (lambda: ec_file(bytes((2 + EVEN,)) + X), P256, "ES256"),
    "hybrid": (lambda: ec_file(bytes((6 + EVEN,)) + X + Y), P256, "ES256"),
    "RSA": (lambda: rsa_file(modulus(), 65537), None, "RS256"),
    "a JWK": (lambda: jwk(kty="EC", crv="P-256", x=b64(X), y=b64(Y)), P256, "ES256"),
    "a COSE_Key": (lambda: cbor2.dumps({1: 2, -1: 1, -2: X, -3: Y}), P256, "ES256"),
    "a compressed COSE_Key": (lambda: cbor2.dumps({1: 2, -1: 1, -2: X, -3: bool(EVEN)}), P256, "ES256"),
}


def load(folder: Path, data: bytes) -> TrustStore:
    file = folder / "anchor.key"
    file.write_bytes(data)
    return TrustStore.load([AnchorSpec(file, "attestation", "user")])


@pytest.mark.parametrize("name", TWINS)
def test_the_builders_of_key_files_make_good_ones(tmp_path, name):
    written, private, alg = TWINS[name]
    store = load(tmp_path, written())
    assert read(cose(private or rsa_key(), alg), store=store).authenticity == "authenticated"


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_key_that_is_none_cannot_be_named(tmp_path, name):
    with pytest.raises(UsageError, match=r"anchor\.key"):
        load(tmp_path, making.bytes_of(UNUSABLE[name]))


# --- signatures without a private key -----------------------------------------------------------

ANYBODYS = ed25519_point(1) + bytes(32)
"""R is the neutral element and S is zero: with the neutral element as key it holds for every message."""


def by_anybody(**more: Any) -> bytes:
    return cose(ED25519, "EdDSA", signature=ANYBODYS, **more)


def weak_certificate(public: Any) -> bytes:
    issuer = signing.name("Issuer")

    class Subject:
        """What a certificate is made for, reduced to its public half."""

        def public_key(self) -> Any:
            return public

    made = signing.certificate("Issuer", Subject(), "Issuer", P256)
    assert made.issuer == issuer
    return made.public_bytes(Encoding.DER)


def test_everybody_can_sign_for_a_point_of_small_order():
    weak = ed25519.Ed25519PublicKey.from_public_bytes(ed25519_point(1))
    for message in (b"one", b"another"):
        weak.verify(ANYBODYS, message)  # which is why such a key is refused


def test_the_second_implementation_takes_such_a_key_too_so_that_we_are_stricter():
    weak = ed25519.Ed25519PublicKey.from_public_bytes(ed25519_point(1))
    assert second.cose_holds(by_anybody(), [weak])


@pytest.mark.parametrize("point", SMALL.values(), ids=SMALL)
def test_a_carried_certificate_over_a_point_of_small_order_shows_nothing(point):
    weak = weak_certificate(ed25519.Ed25519PublicKey.from_public_bytes(point))
    found = read(by_anybody(unprotected={33: weak}), P256)
    assert found.authenticity == "unverified"
    assert [one.id for one in found.problems] == ["cose-key-mismatch", "cose-no-key"]
    good = weak_certificate(ED25519.public_key())
    assert read(cose(ED25519, "EdDSA", unprotected={33: good})).authenticity == "intact"


def test_a_carried_certificate_over_a_small_point_of_ed448_shows_nothing():
    weak = weak_certificate(ed448.Ed448PublicKey.from_public_bytes(ed448_point(1)))
    signature = ed448_point(1) + bytes(57)
    found = read(cose(ED448, "EdDSA", signature=signature, unprotected={33: weak}))
    assert found.authenticity == "unverified"
    assert [one.id for one in found.problems] == ["cose-key-mismatch", "cose-no-key"]
    good = weak_certificate(ED448.public_key())
    assert read(cose(ED448, "EdDSA", unprotected={33: good})).authenticity == "intact"


def test_a_small_point_in_the_header_of_a_json_token_shows_nothing():
    weak = {"kty": "OKP", "crv": "Ed25519", "x": b64(ed25519_point(1))}
    found = read(jws(ED25519, "EdDSA", jwk=weak, signature=ANYBODYS))
    assert found.authenticity == "unverified"
    assert [one.id for one in found.problems] == ["eat-claim-type", "cose-no-key"]
    good = {**weak, "x": b64(ED25519.public_key().public_bytes_raw())}
    assert read(jws(ED25519, "EdDSA", jwk=good)).authenticity == "intact"


# --- keys that can be named and verify nothing --------------------------------------------------


def off_the_curve() -> ed25519.Ed25519PublicKey:
    """y = 2 has no x: OpenSSL takes the bytes for a key, and finds out when it verifies."""
    return ed25519.Ed25519PublicKey.from_public_bytes(ed25519_point(2))


class _Public:
    """The public half alone, in place of a private key."""

    def __init__(self, public: Any) -> None:
        self._public = public

    def public_key(self) -> Any:
        return self._public


def test_an_edwards_key_beside_the_curve_verifies_nothing():
    row = making.Row(
        "off the curve",
        by_anybody(),
        *making.BAD,
        (making.anchor(_Public(off_the_curve())), ED25519),
        cose(ED25519, "EdDSA"),
    )
    making.hold(row)
    making.agree(row, second.cose_holds)


@pytest.mark.parametrize(
    ("curve", "size"), [(ec.SECP224R1(), 28), (ec.BrainpoolP256R1(), 32), (ec.SECP192R1(), 24)]
)
def test_a_key_on_a_curve_without_an_algorithm_fits_nothing(curve, size):
    private = ec.derive_private_key(0xC0FFEE, curve)
    numbers = making.numbers_of(private, making.structure(cbor2.dumps({1: -7})), making.hash_of("ES256"))
    found = read(cose(P256, signature=making.side_by_side(*numbers, size)), private)
    assert (found.authenticity, found.signatures[0].status) == ("unverified", "no-key")
    assert read(cose(P256), private, P256).authenticity == "authenticated"


@pytest.mark.parametrize("alg", ["PS256", "RS256"])
def test_an_rsa_key_of_1024_bits_fits_nothing(alg):
    short = rsa_key(1024)
    found = read(cose(short, alg), short)
    assert (found.authenticity, found.signatures[0].status) == ("unverified", "no-key")
    assert read(cose(rsa_key(), alg), rsa_key(), short).authenticity == "authenticated"


def test_an_rsa_key_of_16384_bits_fits_nothing(tmp_path):
    store = load(tmp_path, rsa_file(2**16383 + 1, 65537))
    found = read(cose(rsa_key(), "RS256", signature=bytes(2048)), store=store)
    assert (found.authenticity, found.signatures[0].status) == ("unverified", "no-key")
    assert read(cose(rsa_key(), "RS256"), rsa_key()).authenticity == "authenticated"
