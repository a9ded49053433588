"""Keys as they are written down, good and broken: PEM, DER, JWK, COSE_Key."""

from __future__ import annotations

import base64
import datetime
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from iotassess.codec import keys, keys_formats

mldsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.mldsa")

P256 = ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(65537, 2048)
ED25519 = ed25519.Ed25519PrivateKey.generate()
ED448 = ed448.Ed448PrivateKey.generate()
ML_DSA = mldsa.MLDSA65PrivateKey.generate()
ALL = {"P-256": P256, "RSA-2048": RSA, "Ed25519": ED25519, "Ed448": ED448, "ML-DSA-65": ML_DSA}


def print_of(private: Any) -> str | None:
    return keys.from_cryptography(private).thumbprint


def public_pem(private: Any) -> bytes:
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def private_pem(private: Any, form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    return private.private_bytes(Encoding.PEM, form, NoEncryption())


def certificate() -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST ONLY")])
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(P256.public_key()).serial_number(1)
    builder = builder.not_valid_before(day).not_valid_after(day + datetime.timedelta(days=1))
    return builder.sign(P256, hashes.SHA256())


# --- PEM and DER --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_every_encoding_of_a_key_gives_the_same_thumbprint(name: str) -> None:
    private = ALL[name]
    public = private.public_key()
    encodings = [
        public_pem(private),
        private_pem(private),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    ]
    loaded = [keys.load_pem_or_der(encoded) for encoded in encodings]
    assert [(key.thumbprint, key.private) for (key,) in loaded] == [
        (print_of(private), False),
        (print_of(private), True),
        (print_of(private), False),
        (print_of(private), True),
    ]


def test_traditional_pem_forms_are_read() -> None:
    pkcs1 = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1)
    parameters = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    data = pkcs1 + parameters + private_pem(P256, PrivateFormat.TraditionalOpenSSL)
    data += private_pem(RSA, PrivateFormat.TraditionalOpenSSL)
    found = keys.load_pem_or_der(data)
    assert [key.thumbprint for key in found] == [print_of(RSA), print_of(P256), print_of(RSA)]


def test_keys_and_certificates_of_one_pem_come_in_order() -> None:
    own = certificate()
    pem = own.public_bytes(Encoding.PEM)
    found = keys.load_pem_or_der(b"a comment\n" + pem + public_pem(ED25519) + b"\n\n" + pem)
    assert found[0] == own
    assert found[1].curve == "Ed25519"
    assert found[2] == own


def test_a_der_certificate_is_read() -> None:
    own = certificate()
    assert keys.load_pem_or_der(own.public_bytes(Encoding.DER)) == [own]


def test_an_encrypted_private_key_is_a_fault_and_not_a_question() -> None:
    encryption = BestAvailableEncryption(b"password")
    pkcs8 = P256.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    with pytest.raises(keys.KeyFault, match="ENCRYPTED PRIVATE KEY"):
        keys.load_pem_or_der(pkcs8)
    traditional = RSA.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, encryption)
    with pytest.raises(keys.KeyFault, match="PEM private key cannot be read"):
        keys.load_pem_or_der(traditional)
    der = P256.private_bytes(Encoding.DER, PrivateFormat.PKCS8, encryption)
    with pytest.raises(keys.KeyFault, match="neither a PEM nor a DER"):
        keys.load_pem_or_der(der)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "neither a PEM nor a DER"),
        (b"\x30\x82", "neither a PEM nor a DER"),
        (b"-----BEGIN nothing", "no key or certificate"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n", "no END line"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "PEM public key cannot"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "PEM certificate cannot"),
        (b"-----BEGIN X-----\nAAAA\n-----END X-----", "PEM block 'X' was given"),
        (b"x" * (keys_formats.MAX_KEY_FILE_BYTES + 1), "expected at most"),
    ],
    ids=["empty", "cut-der", "no-block", "no-end", "bad-key", "bad-cert", "other-label", "long"],
)
def test_a_broken_key_file_is_a_fault(data: bytes, message: str) -> None:
    with pytest.raises(keys.KeyFault, match=message):
        keys.load_pem_or_der(data)


def test_a_pem_with_thousands_of_blocks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_formats, "MAX_PEM_BLOCKS", 2)
    with pytest.raises(keys.KeyFault, match="more than 2 PEM blocks"):
        keys.load_pem_or_der(public_pem(ED25519) * 3)


# --- COSE_Key -----------------------------------------------------------------------------------


def cose_ec(private: Any = P256, curve: int = 1, **more: Any) -> dict[Any, Any]:
    numbers = private.public_key().public_numbers()
    size = (private.key_size + 7) // 8
    return {
        1: 2,
        -1: curve,
        -2: numbers.x.to_bytes(size, "big"),
        -3: numbers.y.to_bytes(size, "big"),
        **{int(label.removeprefix("l").replace("m", "-")): value for label, value in more.items()},
    }


def test_a_cose_ec_key_keeps_its_kid_and_algorithm() -> None:
    key = keys.from_cose_key(cose_ec(l2=b"kid", l3=-9, l4=[2]))
    assert (key.thumbprint, key.kid, key.alg, key.private) == (
        print_of(P256),
        b"kid",
        "ESP256",
        False,
    )


@pytest.mark.parametrize(
    ("curve", "identifier"),
    [(ec.SECP256R1, 1), (ec.SECP384R1, 2), (ec.SECP521R1, 3), (ec.SECP256K1, 8)],
)
def test_every_form_of_a_cose_ec_key_gives_the_same_key(curve: Any, identifier: int) -> None:
    private = ec.generate_private_key(curve())
    whole = cose_ec(private, identifier)
    numbers = private.private_numbers()
    size = (private.key_size + 7) // 8
    d = numbers.private_value.to_bytes(size, "big")
    compressed = {**whole, -3: numbers.public_numbers.y % 2 == 1}
    only_private = {1: 2, -1: identifier, -4: d}
    forms = [whole, compressed, only_private, {**whole, -4: d}]
    found = [keys.from_cose_key(form) for form in forms]
    assert {key.thumbprint for key in found} == {print_of(private)}
    assert [key.private for key in found] == [False, False, True, True]


def test_cose_keys_of_the_other_types_are_read() -> None:
    numbers = RSA.public_key().public_numbers()
    rsa_key = {1: 3, -1: numbers.n.to_bytes(256, "big"), -2: b"\x01\x00\x01"}
    ml_dsa = {1: 7, 3: -49, -1: ML_DSA.public_key().public_bytes_raw()}
    cases = [
        ({1: 1, -1: 6, -2: ED25519.public_key().public_bytes_raw()}, ED25519, False),
        ({1: 1, -1: 7, -2: ED448.public_key().public_bytes_raw()}, ED448, False),
        ({1: 1, -1: 6, -4: ED25519.private_bytes_raw()}, ED25519, True),
        (rsa_key, RSA, False),
        ({**rsa_key, -3: b"d"}, RSA, True),
        (ml_dsa, ML_DSA, False),
        ({1: 7, 3: -49, -2: ML_DSA.private_bytes_raw()}, ML_DSA, True),
    ]
    for obj, private, came_private in cases:
        key = keys.from_cose_key(obj)
        assert (key.thumbprint, key.private) == (print_of(private), came_private)
    secret = keys.from_cose_key({1: 4, -1: b"s" * 16, 2: b"k", 3: 5})
    assert (secret.material, secret.kid, secret.alg) == (b"s" * 16, b"k", "HMAC 256/256")


def test_a_cose_key_may_name_its_algorithm_in_text() -> None:
    assert keys.fits(keys.from_cose_key(cose_ec(l3="ES256")), "ES256")
    assert not keys.fits(keys.from_cose_key(cose_ec(l3="made-up")), "ES256")


def test_a_key_agreement_key_is_read_and_fits_no_signature() -> None:
    private = x25519.X25519PrivateKey.generate()
    key = keys.from_cose_key({1: 1, -1: 4, -2: private.public_key().public_bytes_raw()})
    assert key.curve == "X25519"
    assert not keys.fits(key, "EdDSA")


@pytest.mark.parametrize(
    ("operations", "expected"),
    [(None, True), ([2], True), ([1], True), ([10], True), (["verify"], True)]
    + [([7], False), ([], False), ([True], False), ((3, 4), False)],
)
def test_key_operations_without_verify_keep_the_key_from_verifying(operations: Any, expected: bool) -> None:
    assert keys.fits(keys.from_cose_key(cose_ec(l4=operations)), "ES256") is expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({1: None}, "kty"),
        ({1: True}, "kty"),
        ({1: 5}, "kty"),
        ({1: "EC"}, "kty"),
        ({-1: 99}, "crv of the COSE_Key is unknown"),
        ({-1: None}, "crv"),
        ({-1: 6}, "crv"),
        ({-2: None}, "no x"),
        ({-2: "x"}, "not a byte string"),
        ({-2: b"\0" * 31}, "not 32 bytes long"),
        ({-2: b"\0" * 33}, "not 32 bytes long"),
        ({-3: None}, "neither a byte string nor a sign bit"),
        ({-3: 1}, "neither a byte string nor a sign bit"),
        ({-3: b"\x01" * 32}, "not a point"),
        ({-2: None, -4: b"\0" * 32}, "cannot be read"),
        ({-2: None, -4: b""}, "has 0 bytes"),
        ({-2: None, -4: b"\x01" * 33}, "has 33 bytes"),
        ({2: "text"}, "kid"),
        ({3: b"x"}, "alg"),
        ({4: 2}, "not a list"),
        ({4: "verify"}, "not a list"),
        ({1: 1}, "expected one of Ed25519"),
        ({1: 1, -1: 6, -2: b"\0" * 31}, "Ed25519 key cannot be read"),
        ({1: 1, -1: 6, -2: None}, "no public half"),
        ({1: 3, -1: None}, "no n"),
        ({1: 3, -1: b"\x01" * 256, -2: None}, "no e"),
        ({1: 3, -1: b"\x01" * 256, -2: b"\x02"}, "RSA key cannot be read"),
        ({1: 3, -1: b"\xff" * 1025, -2: b"\x03"}, "expected at most 8192"),
        ({1: 4, -1: None}, "no secret"),
        ({1: 4, -1: b""}, "expected at least 14"),
        ({1: 7, -1: b"x"}, "no algorithm"),
        ({1: 7, 3: -48, -1: b"x"}, "cannot be read"),
    ],
    ids=str,
)
def test_a_broken_cose_key_is_a_fault(change: dict[int, Any], message: str) -> None:
    with pytest.raises(keys.KeyFault, match=message):
        keys.from_cose_key({**cose_ec(), **change})


def test_what_is_no_map_is_no_key() -> None:
    with pytest.raises(keys.KeyFault, match="not a map"):
        keys.from_cose_key([1, 2])  # type: ignore[arg-type]
    with pytest.raises(keys.KeyFault, match="not a JSON object"):
        keys.from_jwk("{}")  # type: ignore[arg-type]


# --- JWK ----------------------------------------------------------------------------------------


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwk_ec(**more: Any) -> dict[str, Any]:
    numbers = P256.public_key().public_numbers()
    x, y = (b64(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, **more}


def test_a_jwk_keeps_its_kid_and_gets_the_cose_name_of_its_algorithm() -> None:
    key = keys.from_jwk(jwk_ec(kid="naïve", alg="ES256", use="sig", key_ops=["verify"]))
    assert (key.thumbprint, key.kid, key.alg) == (print_of(P256), "naïve".encode(), "ES256")
    secret = keys.from_jwk({"kty": "oct", "k": b64(b"s" * 64), "alg": "HS512"})
    assert (secret.material, secret.alg) == (b"s" * 64, "HMAC 512/512")
    assert keys.fits(secret, "HMAC 512/512")
    assert not keys.fits(secret, "HMAC 256/256")


def test_jwks_of_the_other_types_are_read() -> None:
    numbers = RSA.public_key().public_numbers()
    okp = {"kty": "OKP", "crv": "Ed25519", "x": b64(ED25519.public_key().public_bytes_raw())}
    akp_public = b64(ML_DSA.public_key().public_bytes_raw())
    cases: list[tuple[dict[str, Any], Any, bool]] = [
        (okp, ED25519, False),
        ({**okp, "d": "AAAA"}, ED25519, True),
        ({"kty": "RSA", "n": b64(numbers.n.to_bytes(256, "big")), "e": "AQAB"}, RSA, False),
        ({"kty": "AKP", "alg": "ML-DSA-65", "pub": akp_public}, ML_DSA, False),
        ({"kty": "AKP", "alg": "ML-DSA-65", "pub": akp_public, "priv": "AA"}, ML_DSA, True),
        (jwk_ec(d="AAAA"), P256, True),
    ]
    for obj, private, came_private in cases:
        key = keys.from_jwk(obj)
        assert (key.thumbprint, key.private) == (print_of(private), came_private)


@pytest.mark.parametrize("more", [{"use": "enc"}, {"key_ops": ["encrypt"]}, {"key_ops": []}])
def test_a_jwk_for_encryption_does_not_verify(more: dict[str, Any]) -> None:
    assert not keys.fits(keys.from_jwk(jwk_ec(**more)), "ES256")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kty": None}, "kty of the JWK is None"),
        ({"kty": "ec"}, "kty of the JWK is 'ec'"),
        ({"kty": 2}, "'kty' of the JWK is not a text"),
        ({"crv": "P-999"}, "crv of the JWK"),
        ({"crv": None}, "crv of the JWK"),
        ({"x": None}, "no x"),
        ({"y": None}, "no y"),
        ({"x": 7}, "'x' of the JWK is not a text"),
        ({"x": "AAAA"}, "not 32 bytes long"),
        ({"x": "AAAA+/=="}, "not base64url"),
        ({"x": "AAAAA"}, "not base64url"),
        ({"x": "ä"}, "not base64url"),
        ({"kid": 1}, "'kid' of the JWK is not a text"),
        ({"alg": 1}, "'alg' of the JWK is not a text"),
        ({"key_ops": "verify"}, "not a list"),
        ({"kty": "OKP", "crv": None}, "no curve"),
        ({"kty": "OKP", "crv": "Ed25519", "x": None}, "no public half"),
        ({"kty": "RSA"}, "no n"),
        ({"kty": "AKP"}, "no algorithm"),
        ({"kty": "oct"}, "no secret"),
        ({"kty": "oct", "k": "c2hvcnQ"}, "expected at least 14"),
    ],
    ids=str,
)
def test_a_broken_jwk_is_a_fault(change: dict[str, Any], message: str) -> None:
    with pytest.raises(keys.KeyFault, match=message):
        keys.from_jwk({**jwk_ec(), **change})


# --- whatever comes -----------------------------------------------------------------------------

_LEAF = st.none() | st.booleans() | st.integers(-70000, 70000) | st.binary(max_size=70)
_LEAF = _LEAF | st.text(max_size=6) | st.lists(st.integers(0, 12), max_size=3)


@given(st.dictionaries(st.integers(-5, 5), _LEAF), st.integers(1, 7), st.integers(-1, 8))
def test_no_cose_key_raises_anything_else(obj: dict[Any, Any], kty: int, crv: int) -> None:
    for candidate in (obj, {**obj, 1: kty}, {**obj, 1: kty, -1: crv}):
        with suppress(keys.KeyFault):
            assert keys.from_cose_key(candidate)


_MEMBERS = st.sampled_from(["kty", "crv", "x", "y", "n", "e", "k", "pub", "alg", "kid", "use", "d"])


@given(st.dictionaries(_MEMBERS, _LEAF), st.sampled_from(["EC", "OKP", "RSA", "oct", "AKP"]))
def test_no_jwk_raises_anything_else(obj: dict[str, Any], kty: str) -> None:
    for candidate in (obj, {**obj, "kty": kty}, {**jwk_ec(), **obj}):
        with suppress(keys.KeyFault):
            assert keys.from_jwk(candidate)


@given(st.binary(max_size=300))
def test_no_key_file_raises_anything_else(data: bytes) -> None:
    pem = b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(data) + b"\n-----END PUBLIC KEY-----"
    for candidate in (data, b"0\x82" + data, pem, pem.replace(b"PUBLIC KEY", b"CERTIFICATE")):
        with suppress(keys.KeyFault):
            assert keys.load_pem_or_der(candidate)


def test_the_published_keys_are_read_alike_from_pem_and_jwk() -> None:
    root = os.environ.get("IOTASSESS_INTEROP")
    if not root:
        pytest.skip("IOTASSESS_INTEROP is not set")
    folder = Path(root) / "keys"
    described = json.loads((folder / "keys.json").read_text())["keys"]
    assert described
    for name, entry in described.items():
        found: set[tuple[str, str | None]] = set()
        if "jwk" in entry:
            key = keys.from_jwk(json.loads((folder / entry["jwk"]).read_text()))
            found.add((key.kind, key.thumbprint))
        if "pem" in entry:
            for read in keys.load_pem_or_der((folder / entry["pem"]).read_bytes()):
                assert isinstance(read, keys.Key)
                found.add((read.kind, read.thumbprint))
        assert len(found) == 1, name
