"""The user's signing key out of a file: every form it may have, and why everything else is refused."""

from __future__ import annotations

import base64
import hashlib
import json
import os

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from iotassess.codec.signing_keys import MAX_SIGNING_KEY_BYTES, SigningKey, load_signing_key
from iotassess.errors import UsageError
from tests.evidence.signing import certificate

SCALAR = 0x0C0FFEE
EC = {
    "ES256": ec.derive_private_key(SCALAR, ec.SECP256R1()),
    "ES384": ec.derive_private_key(SCALAR, ec.SECP384R1()),
    "ES512": ec.derive_private_key(SCALAR, ec.SECP521R1()),
}
SEED = b"a seed of thirty-two bytes, here"
EDDY = ed25519.Ed25519PrivateKey.from_private_bytes(SEED)
EDDY_448 = ed448.Ed448PrivateKey.from_private_bytes(b"4" * 57)
P256 = EC["ES256"]
PASSWORD = BestAvailableEncryption(b"open sesame")
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE_NAMES = {"ES256": ("P-256", 1), "ES384": ("P-384", 2), "ES512": ("P-521", 3)}


def encoded(private, encoding, form=PrivateFormat.PKCS8, encryption=None):
    return private.private_bytes(encoding, form, encryption or NoEncryption())


def pem(private, form=PrivateFormat.PKCS8, encryption=None):
    return encoded(private, Encoding.PEM, form, encryption)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def halves(alg):
    """Private number and coordinates of an EC key, each as long as its curve asks for."""
    private = EC[alg]
    size = (private.curve.key_size + 7) // 8
    public = private.public_key().public_numbers()
    return tuple(number.to_bytes(size, "big") for number in (SCALAR, public.x, public.y))


def jwk(alg="ES256", **more):
    if alg == "EdDSA":
        raw = EDDY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        found = {"kty": "OKP", "crv": "Ed25519", "x": b64(raw), "d": b64(SEED)}
    else:
        d, x, y = map(b64, halves(alg))
        found = {"kty": "EC", "crv": CURVE_NAMES[alg][0], "x": x, "y": y, "d": d}
    return {name: value for name, value in {**found, **more}.items() if value is not ...}


def cose_key(alg="ES256", **more):
    if alg == "EdDSA":
        raw = EDDY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        found = {1: 1, -1: 6, -2: raw, -4: SEED}
    else:
        d, x, y = halves(alg)
        found = {1: 2, -1: CURVE_NAMES[alg][1], -2: x, -3: y, -4: d}
    found |= {int(name.strip("l_")) * (-1 if name.startswith("l_") else 1): v for name, v in more.items()}
    return {label: value for label, value in found.items() if value is not ...}


def load(tmp_path, data):
    path = tmp_path / "key.pem"
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return load_signing_key(path)


def refusal(tmp_path, data):
    with pytest.raises(UsageError) as caught:
        load(tmp_path, data)
    assert caught.value.hint
    assert str(tmp_path) in caught.value.message
    return str(caught.value)


# --- what is taken ------------------------------------------------------------------------------

PRIVATE = {**EC, "EdDSA": EDDY}
FORMS = {
    **{f"PKCS #8 PEM {alg}": (private, alg, pem(private)) for alg, private in PRIVATE.items()},
    **{
        f"SEC 1 PEM {alg}": (private, alg, pem(private, PrivateFormat.TraditionalOpenSSL))
        for alg, private in EC.items()
    },
    **{
        f"PKCS #8 DER {alg}": (private, alg, encoded(private, Encoding.DER))
        for alg, private in PRIVATE.items()
    },
    **{
        f"SEC 1 DER {alg}": (private, alg, encoded(private, Encoding.DER, PrivateFormat.TraditionalOpenSSL))
        for alg, private in EC.items()
    },
    **{f"JWK {alg}": (private, alg, json.dumps(jwk(alg)).encode()) for alg, private in PRIVATE.items()},
    **{f"COSE_Key {alg}": (private, alg, cbor2.dumps(cose_key(alg))) for alg, private in PRIVATE.items()},
    "PEM Ed448": (EDDY_448, "EdDSA", pem(EDDY_448)),
    "COSE_Key without its public half": (P256, "ES256", cbor2.dumps(cose_key(l_2=..., l_3=...))),
    "PEM with Windows line ends": (P256, "ES256", pem(P256).replace(b"\n", b"\r\n")),
    "PEM after text and a byte order mark": (P256, "ES256", b"\xef\xbb\xbfthe lab's key\n" + pem(P256)),
    "PEM with its certificate": (
        *(P256, "ES256"),
        pem(P256) + certificate("Lab", P256, "Lab", P256).public_bytes(Encoding.PEM),
    ),
    "PEM after EC PARAMETERS": (
        *(P256, "ES256"),
        b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
        + pem(P256, PrivateFormat.TraditionalOpenSSL),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_private_key_is_read_in_every_form(tmp_path, form):
    private, alg, data = FORMS[form]
    key = load(tmp_path, data)
    assert key.alg == alg
    spki = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key.thumbprint == hashlib.sha256(spki).hexdigest()
    assert key.kid.hex() == key.thumbprint
    assert key.public_pem == private.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    assert key.public.thumbprint == key.thumbprint
    assert encoded(key.private, Encoding.DER) == encoded(private, Encoding.DER)


def test_a_key_identifier_of_the_file_is_kept(tmp_path):
    assert load(tmp_path, jwk(kid="lab")).kid == b"lab"
    assert load(tmp_path, cbor2.dumps({**cose_key(), 2: b"\x01"})).kid == b"\x01"
    assert load(tmp_path, jwk(kid="")).kid.hex() == load(tmp_path, jwk()).thumbprint


def test_a_key_that_may_sign_says_so_in_its_own_words(tmp_path):
    assert load(tmp_path, {**jwk(use="sig", key_ops=["sign", "verify"]), "alg": "ES256"}).alg == "ES256"
    assert load(tmp_path, cbor2.dumps({**cose_key(), 3: -7, 4: [1]})).alg == "ES256"
    assert load(tmp_path, cbor2.dumps({**cose_key(), 3: -9})).alg == "ES256"  # ESP256 is the same operation


def test_a_key_comes_through_a_pipe(tmp_path):
    reader, writer = os.pipe()
    os.write(writer, pem(P256))
    os.close(writer)
    try:
        assert load_signing_key(type(tmp_path)(f"/dev/fd/{reader}")).alg == "ES256"
    finally:
        os.close(reader)


def test_a_key_shows_its_private_half_nowhere(tmp_path):
    key = load(tmp_path, jwk("EdDSA", kid="lab"))
    for shown in (repr(key), str(key), f"{key}", f"{[key]}", repr(key.public)):
        assert SEED.hex() not in shown
        assert b64(SEED) not in shown
        assert "private" not in shown.lower().replace("private=true", "").replace("private=false", "")
        assert " at 0x" not in shown
    assert key.thumbprint in repr(key)


def test_a_key_cannot_be_changed(tmp_path):
    key = load(tmp_path, jwk())
    with pytest.raises(AttributeError):
        key.alg = "ES384"
    assert isinstance(key, SigningKey)


# --- what is refused ----------------------------------------------------------------------------

SET = {"keys": [jwk()]}
REFUSED = {
    "encrypted PKCS #8": (pem(P256, encryption=PASSWORD), "encrypted"),
    "encrypted SEC 1": (pem(P256, PrivateFormat.TraditionalOpenSSL, PASSWORD), "encrypted"),
    "encrypted DER": (encoded(P256, Encoding.DER, encryption=PASSWORD), "encrypted"),
    "public PEM": (
        P256.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "holds PUBLIC KEY",
    ),
    "public DER": (
        P256.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "is it a public key",
    ),
    "certificate": (certificate("Lab", P256, "Lab", P256).public_bytes(Encoding.PEM), "holds CERTIFICATE"),
    "certificate in DER": (
        certificate("Lab", P256, "Lab", P256).public_bytes(Encoding.DER),
        "or a certificate",
    ),
    "public JWK": (jwk(d=...), "is a public key"),
    "public COSE_Key": (cbor2.dumps(cose_key(l_4=...)), "is a public key"),
    "RSA": (pem(RSA), "RSA-2048"),
    "RSA in DER": (encoded(RSA, Encoding.DER), "RSA-2048"),
    "secp256k1": (pem(ec.derive_private_key(5, ec.SECP256K1())), "secp256k1"),
    "Brainpool": (pem(ec.derive_private_key(5, ec.BrainpoolP256R1())), "brainpool"),
    "X25519": (pem(x25519.X25519PrivateKey.from_private_bytes(SEED)), "X25519"),
    "secret JWK": ({"kty": "oct", "k": b64(SEED)}, "shared secret"),
    "secret COSE_Key": (cbor2.dumps({1: 4, -1: SEED}), "shared secret"),
    "OpenSSH": (pem(EDDY, PrivateFormat.OpenSSH), "ssh-keygen"),
    "two keys": (pem(P256) + pem(EDDY), "2 private keys"),
    "JWK set": (SET, "JWK set"),
    "COSE_KeySet": (cbor2.dumps([cose_key()]), "CBOR array"),
    "halves that do not belong together": (jwk(d=b64(b"\x01" * 32)), "does not belong"),
    "COSE halves that do not": (cbor2.dumps(cose_key("EdDSA", l_4=b"\x01" * 32)), "does not belong"),
    "d that is no number of the curve": (jwk(d=b64(b"\xff" * 32)), "no private key of P-256"),
    "d of zero": (jwk(d=b64(bytes(32))), "no private key of P-256"),
    "d that is too long": (jwk(d=b64(b"\x01" * 33)), "33 bytes"),
    "d that is too short for Ed25519": (jwk("EdDSA", d=b64(b"\x01" * 31)), "no private key of Ed25519"),
    "d that is no base64url": (jwk(d="ä"), "base64url"),
    "a point that is not on the curve": (jwk(x=b64(b"\x01" * 32)), "not a point"),
    "a key for another algorithm": ({**jwk(), "alg": "ES384"}, "restricted to ES384"),
    "a key for encryption": (jwk(use="enc"), "not for signatures"),
    "a JWK that may only verify": (jwk(key_ops=["verify"]), "do not allow to sign"),
    "a COSE_Key that may only verify": (cbor2.dumps({**cose_key(), 4: [2]}), "do not allow to sign"),
    "operations that are no names": (jwk(key_ops=[["sign"], True, 1.0]), "do not allow to sign"),
    "empty": (b"", "empty"),
    "blanks": (b" \n", "empty"),
    "text": (b"correct horse battery staple", "no private key"),
    "a cut PEM": (pem(P256)[:-30], "no whole PEM block"),
    "a PEM with nonsense in it": (
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "cannot be read",
    ),
    "JSON that is cut": (b'{"kty": "EC"', "JWK cannot be read"),
    "a JSON key twice": (b'{"kty": "EC", "kty": "OKP"}', "twice"),
    "JSON of something else": (b'{"a": 1}', "kty"),
    "CBOR that is cut": (cbor2.dumps(cose_key())[:-1], "COSE_Key cannot be read"),
    "CBOR of something else": (cbor2.dumps({1: 9}), "kty"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_anything_else_is_refused_with_its_reason_and_what_to_do(tmp_path, what):
    data, said = REFUSED[what]
    found = refusal(tmp_path, data)
    assert said in found
    assert b64(SEED) not in found
    assert SEED.hex() not in found


def test_what_is_expected_is_said_with_a_command_that_makes_it(tmp_path):
    found = refusal(tmp_path, pem(RSA))
    assert "expected an unencrypted private key on P-256" in found
    assert "openssl genpkey" in found
    assert "openssl pkey" in refusal(tmp_path, pem(P256, encryption=PASSWORD))


def test_a_file_that_is_too_large_is_refused_and_not_read_whole(tmp_path):
    filled = pem(P256).ljust(MAX_SIGNING_KEY_BYTES, b"\n")
    assert load(tmp_path, filled).alg == "ES256"
    assert str(MAX_SIGNING_KEY_BYTES) in refusal(tmp_path, filled + b"\n")
    with pytest.raises(UsageError, match="more than"):
        load_signing_key(type(tmp_path)("/dev/zero"))


def test_a_path_without_a_file_is_refused(tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        load_signing_key(tmp_path / "none.pem")
    with pytest.raises(UsageError, match="is a folder"):
        load_signing_key(tmp_path)
    with pytest.raises(UsageError, match=r"cannot be read|does not exist"):
        load_signing_key(type(tmp_path)("a\0b"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(tmp_path):
    path = tmp_path / "key.pem"
    path.write_bytes(pem(P256))
    path.chmod(0)
    with pytest.raises(UsageError, match="cannot be read"):
        load_signing_key(path)
