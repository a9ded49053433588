"""Keys that are packed: what verifies by the original verifies by the copy; nothing secret goes along."""

import base64
import json

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)

from iotassess.bundle.public import MAX_JSON_BYTES, anchor_file, refuse_secret
from iotassess.codec.keys import Key
from iotassess.codec.keys_model import mldsa
from iotassess.errors import UsageError
from iotassess.evidence.anchor_files import AnchorSpec, parse_anchors, read_anchors
from tests.bundle.making import KEYS

PUBLIC = sorted(KEYS.glob("*.pub.*")) + sorted(KEYS.glob("*.cert.pem"))
PRIVATE = sorted(KEYS.glob("*.key.pem"))


def anchors(path):
    return list(read_anchors(AnchorSpec(path, "update"), []))


def identity(content):
    if not isinstance(content, Key):
        return content
    return content.kind, content.curve, content.kid, content.thumbprint, content.alg, content.may_verify


def check_copy(tmp_path, anchor):
    """Write the copy, read it again, and give its bytes."""
    name, data = anchor_file(anchor)
    copy = tmp_path / name
    copy.write_bytes(data)
    (again,) = anchors(copy)
    assert again.name == anchor.name
    assert identity(again.content) == identity(anchor.content)
    assert not (isinstance(again.content, Key) and again.content.private)
    assert anchor_file(again) == (name, data), "a copy of the copy is the copy"
    return data


@pytest.mark.parametrize("path", [*PUBLIC, *PRIVATE], ids=lambda path: path.name)
def test_a_key_keeps_what_it_is_and_loses_the_rest(path, tmp_path):
    (anchor,) = anchors(path)
    data = check_copy(tmp_path, anchor)
    assert b"PRIVATE" not in data


PEM_KEYS = {
    "P-384": ec.derive_private_key(7, ec.SECP384R1()),
    "P-521": ec.derive_private_key(7, ec.SECP521R1()),
    "secp256k1": ec.derive_private_key(7, ec.SECP256K1()),
    "Ed448": ed448.Ed448PrivateKey.from_private_bytes(b"k" * 57),
    "X25519": x25519.X25519PrivateKey.from_private_bytes(b"k" * 32),
    "RSA-2048": rsa.generate_private_key(65537, 2048),
} | ({} if mldsa is None else {"ML-DSA-44": mldsa.MLDSA44PrivateKey.from_seed_bytes(b"k" * 32)})


@pytest.mark.parametrize("curve", PEM_KEYS)
@pytest.mark.parametrize("extra", [{2: b"\xff\x00 kid"}, {4: [7]}, {2: b"", 4: [2]}, {}], ids=str)
def test_a_key_of_every_type_keeps_identifier_and_use(curve, extra, tmp_path):
    file = tmp_path / "in.pem"
    public = PEM_KEYS[curve].public_key()
    file.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (anchor,) = anchors(file)
    key = anchor.content
    kid, operations = extra.get(2), extra.get(4)
    named = Key(key.kind, key.curve, key.material, kid, key.thumbprint, None, False, operations != [7])
    if named.kind == "AKP":
        named = Key(
            *identity(named)[:2], key.material, kid, key.thumbprint, key.curve, False, named.may_verify
        )
    check_copy(tmp_path, anchor._replace(content=named))


def test_an_algorithm_that_nobody_knows_stays_the_only_one(tmp_path):
    jwk = json.loads((KEYS / "update-p256.pub.jwk.json").read_text())
    file = tmp_path / "a.jwk"
    file.write_text(json.dumps({**jwk, "alg": "ES999"}))
    (anchor,) = anchors(file)
    check_copy(tmp_path, anchor)
    assert anchor.content.alg == "ES999"


def test_a_set_of_keys_becomes_one_file_each_under_the_same_names(tmp_path):
    jwks = [
        json.loads((KEYS / f"{name}.pub.jwk.json").read_text()) for name in ("update-p256", "update-ed25519")
    ]
    file = tmp_path / "vendor.jwks"
    file.write_text(json.dumps({"keys": jwks}))
    found = anchors(file)
    assert [anchor.name for anchor in found] == ["vendor[0]", "vendor[1]"]
    for anchor in found:
        check_copy(tmp_path, anchor)


def test_what_stands_beside_a_key_in_its_file_does_not_go_with_it(tmp_path):
    file = tmp_path / "vendor.pem"
    file.write_bytes(b"password: hunter2\n" + (KEYS / "update-p256.pub.pem").read_bytes())
    (anchor,) = anchors(file)
    assert b"hunter2" not in anchor_file(anchor)[1]


SECRET = {"kty": "oct", "k": "c2VjcmV0IHNlY3JldCBzZWNyZXQ", "kid": "s"}


def test_a_shared_secret_is_refused_and_told_why(tmp_path):
    file = tmp_path / "shared.jwk"
    file.write_text(json.dumps(SECRET))
    (anchor,) = anchors(file)
    with pytest.raises(UsageError, match="'shared' is a shared secret, and a bundle carries none"):
        anchor_file(anchor)


EC_KEY = PEM_KEYS["P-384"]
DER = EC_KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
SECRETS = {
    "PKCS #8": EC_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    "SEC 1": EC_KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
    "encrypted": EC_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")),
    "DER": EC_KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    "within a document": b"# Keys\n\n" + PRIVATE[0].read_bytes() + b"\nkeep it safe\n",
    "beside a certificate": (KEYS / "masa.cert.pem").read_bytes() + (KEYS / "masa.key.pem").read_bytes(),
    "PGP": b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n",
    "OpenSSH": b"-----BEGIN OPENSSH PRIVATE KEY-----\n",
    "secret as JWK": json.dumps(SECRET).encode(),
    "private JWK": json.dumps(
        {**json.loads((KEYS / "update-p256.pub.jwk.json").read_text()), "d": "AQAB"}
    ).encode(),
    "secret as COSE_Key": cbor2.dumps({1: 4, -1: b"secret secret secret"}),
    "PKCS #12": pkcs12.serialize_key_and_certificates(None, EC_KEY, None, None, NoEncryption()),
    "DER with more behind": DER + bytes(100_000),
    "encrypted DER": EC_KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")),
    "SEC 1 DER with more behind": EC_KEY.private_bytes(
        Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    + b"\0",
    "RSA DER with more behind": PEM_KEYS["RSA-2048"].private_bytes(
        Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    + b"\0",
    "DER in base64": base64.encodebytes(DER),
    "DER in base64url": base64.urlsafe_b64encode(DER).rstrip(b"="),
    "PEM in UTF-16": PRIVATE[0].read_text().encode("utf-16"),
    "PEM in UTF-16 without a mark": PRIVATE[0].read_text().encode("utf-16-be"),
    "JWK with a mark": b"\xef\xbb\xbf" + json.dumps(SECRET).encode(),
    "JWK in UTF-16": json.dumps(SECRET).encode("utf-16"),
    "JWK in an object": json.dumps({"config": {"key": SECRET}}).encode(),
    "JWK in a list": json.dumps([[SECRET]]).encode(),
    "JWK with an object in it": json.dumps({"kty": "oct", "more": {"a": {}}, "k": "c2VjcmV0"}).encode(),
    "JWK in a text": b"# Key\n\n    " + json.dumps(SECRET).encode() + b"\n",
    "JWK in a large file": json.dumps({"more": "x" * MAX_JSON_BYTES, "key": SECRET}).encode(),
    "PuTTY": b"PuTTY-User-Key-File-3: ecdsa-sha2-nistp256\r\nEncryption: none\r\n",
    "in a set": cbor2.dumps([{1: 4, -1: b"secret secret secret"}]),
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_file_with_a_private_key_or_a_secret_is_refused(name):
    with pytest.raises(UsageError, match="holds a private key or a shared secret"):
        refuse_secret(SECRETS[name], "artefacts/x")


@pytest.mark.parametrize("path", [*PUBLIC, KEYS / "../good/sensor-node/psa-token.cbor"], ids=lambda p: p.name)
def test_a_public_key_and_an_artefact_are_not_refused(path):
    refuse_secret(path.read_bytes(), "artefacts/x")


def test_public_keys_in_large_and_nested_json_are_not_refused():
    public = json.loads((KEYS / "update-p256.pub.jwk.json").read_text())
    document = {"keys": [{"cnf": public}], "units": {"d": "days", "k": "kelvin"}}
    refuse_secret(json.dumps(document).encode(), "x")
    refuse_secret(json.dumps({"more": "x" * MAX_JSON_BYTES, **document}).encode(), "x")
    der = EC_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for data in (der, base64.encodebytes(der), (KEYS / "masa.cert.pem").read_bytes()):
        refuse_secret(data, "x")


@pytest.mark.parametrize("name", ["JWK in UTF-16", "JWK in an object", "PuTTY", "encrypted", "DER in base64"])
def test_what_is_called_an_image_may_not_be_a_key_either(name):
    with pytest.raises(UsageError):
        refuse_secret(SECRETS[name], "image", look_inside=False)


def test_a_firmware_image_may_hold_what_it_holds_but_is_no_key_itself():
    refuse_secret(bytes(100) + SECRETS["PKCS #8"], "image", look_inside=False)
    with pytest.raises(UsageError):
        refuse_secret(SECRETS["DER"], "image", look_inside=False)


def test_no_test_key_file_slips_through():
    for path in PRIVATE:
        assert parse_anchors(path.read_bytes())[0].private
        with pytest.raises(UsageError):
            refuse_secret(path.read_bytes(), path.name)
