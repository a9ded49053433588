"""The JOSE wall: opening compact tokens, and that no trick with the header makes one verify."""

import base64
import hashlib
import hmac
import json
import warnings
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwk, jws

from iotassess.codec import jose
from iotassess.codec.json import MAX_SIZE
from iotassess.codec.keys import Key, KeyFault, from_cryptography, from_symmetric
from iotassess.errors import MalformedArtefact

EC256 = ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SECRET = bytes(range(64))
CLAIMS = b'{"eat_nonce": "AAAAAAAAAAA"}'

SIGNERS: dict[str, tuple[Any, str]] = {
    "ES256": (EC256, "ES256"),
    "ES384": (ec.generate_private_key(ec.SECP384R1()), "ES384"),
    "ES512": (ec.generate_private_key(ec.SECP521R1()), "ES512"),
    "EdDSA": (ed25519.Ed25519PrivateKey.generate(), "EdDSA"),
    "Ed25519": (ed25519.Ed25519PrivateKey.generate(), "Ed25519"),
    "Ed448": (ed448.Ed448PrivateKey.generate(), "Ed448"),
    "PS256": (RSA, "PS256"),
    "PS384": (RSA, "PS384"),
    "PS512": (RSA, "PS512"),
    "RS256": (RSA, "RS256"),
    "RS512": (RSA, "RS512"),
    "HS256": (SECRET, "HMAC 256/256"),
    "HS384": (SECRET, "HMAC 384/384"),
    "HS512": (SECRET, "HMAC 512/512"),
}


def encode(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(header: Any, payload: bytes = CLAIMS, signature: bytes = b"") -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return b".".join(map(encode, (raw, payload, signature)))


def joserfc_key(material: Any) -> Any:
    if isinstance(material, bytes):
        return jwk.OctKey.import_key(material)
    kinds = {ec.EllipticCurvePrivateKey: jwk.ECKey, rsa.RSAPrivateKey: jwk.RSAKey}
    kind = next((cls for base, cls in kinds.items() if isinstance(material, base)), jwk.OKPKey)
    return kind(material, material)


def sign(alg: str, material: Any, **header: Any) -> bytes:
    """A token signed by joserfc, which so stands against our own verification."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # joserfc warns of EdDSA, which tokens in the field have
        key = joserfc_key(material)
        signed = jws.serialize_compact({"alg": alg, **header}, CLAIMS, key, algorithms=[alg])
    return signed.encode()


def verifier(material: Any) -> Key:
    return from_symmetric(material) if isinstance(material, bytes) else from_cryptography(material)


def malformed(text: bytes | str) -> MalformedArtefact:
    with pytest.raises(MalformedArtefact) as caught:
        jose.parse(text)
    return caught.value


def ids(parsed: jose.Jws) -> list[str]:
    return [problem.id for problem in parsed.problems]


# --- signatures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("alg", SIGNERS)
def test_what_joserfc_signed_verifies_and_has_its_cose_name(alg: str) -> None:
    material, name = SIGNERS[alg]
    parsed = jose.parse(sign(alg, material, kid="k1", typ="JWT"))
    assert parsed.alg == name
    assert parsed.kid == b"k1"
    assert parsed.header["typ"] == "JWT"
    assert parsed.payload == CLAIMS
    assert parsed.problems == ()
    assert not parsed.is_unsigned
    assert jose.verify(parsed, verifier(material))


@pytest.mark.parametrize("alg", SIGNERS)
def test_a_key_that_did_not_sign_verifies_nothing(alg: str) -> None:
    parsed = jose.parse(sign(alg, SIGNERS[alg][0]))
    others = [material for material, _ in SIGNERS.values() if material is not SIGNERS[alg][0]]
    others += [ec.generate_private_key(ec.SECP256R1()), b"x" * 32]
    assert not any(jose.verify(parsed, verifier(other)) for other in others)


@pytest.mark.parametrize("alg", ["ES256", "EdDSA", "PS256", "HS256"])
def test_one_changed_bit_in_any_part_does_not_verify(alg: str) -> None:
    material, _ = SIGNERS[alg]
    header, payload, signature = sign(alg, material, kid="k").split(b".")
    changed = encode(CLAIMS.replace(b"AAA", b"AAB", 1))
    flipped = base64.urlsafe_b64decode(signature + b"==")
    flipped = bytes([flipped[0] ^ 1]) + flipped[1:]
    other_header = encode(json.dumps({"alg": alg, "kid": "l"}).encode())
    for parts in (
        (header, changed, signature),
        (header, payload, encode(flipped)),
        (other_header, payload, signature),
        (header, payload, b""),
        (header, b"", signature),
    ):
        assert not jose.verify(jose.parse(b".".join(parts)), verifier(material))


def test_a_der_encoded_ecdsa_signature_is_not_what_jose_carries() -> None:
    unsigned = token({"alg": "ES256"}).rpartition(b".")[0]
    der = EC256.sign(unsigned, ec.ECDSA(hashes.SHA256()))
    assert not jose.verify(jose.parse(unsigned + b"." + encode(der)), verifier(EC256))


# --- confusion ----------------------------------------------------------------------------------


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("private", [EC256, RSA], ids=["EC", "RSA"])
def test_a_public_key_is_never_taken_for_an_hmac_secret(alg: str, private: Any) -> None:
    public = private.public_key()
    for encoding in (Encoding.PEM, Encoding.DER):
        known = public.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
        header, payload, _ = token({"alg": alg}).split(b".")
        digest = getattr(hashlib, f"sha{alg[2:]}")
        tag = hmac.new(known, header + b"." + payload, digest).digest()
        parsed = jose.parse(b".".join((header, payload, encode(tag))))
        assert jose.verify(parsed, from_symmetric(known))  # the tag itself is right
        assert not jose.verify(parsed, verifier(private))


@pytest.mark.parametrize("signature", [b"", b"\x00" * 64])
def test_alg_none_is_unsigned_and_verifies_with_no_key(signature: bytes) -> None:
    parsed = jose.parse(token({"alg": "none"}, signature=signature))
    assert parsed.alg == "none"
    assert parsed.is_unsigned
    assert parsed.payload == CLAIMS
    assert not any(jose.verify(parsed, verifier(material)) for material, _ in SIGNERS.values())


@pytest.mark.parametrize(
    "alg", ["None", "NONE", "hs256", "HMAC 256/64", "HMAC 256/256", "ESP256", "dir", "", "x" * 500]
)
def test_a_name_that_is_no_jose_algorithm_is_unknown_and_never_verifies(alg: str) -> None:
    parsed = jose.parse(token({"alg": alg}, signature=b"\x00" * 8))
    assert parsed.alg == f"unknown ({alg[:40]})"
    assert not parsed.is_unsigned
    assert not jose.verify(parsed, from_symmetric(SECRET))


def test_a_truncated_hmac_under_its_cose_name_does_not_verify() -> None:
    body = token({"alg": "HMAC 256/64"}).rpartition(b".")[0]
    tag = hmac.new(SECRET, body, hashlib.sha256).digest()[:8]
    assert not jose.verify(jose.parse(body + b"." + encode(tag)), from_symmetric(SECRET))


def test_a_key_kept_for_another_algorithm_does_not_verify() -> None:
    parsed = jose.parse(sign("PS256", RSA))
    assert jose.verify(parsed, from_cryptography(RSA, alg="PS256"))
    assert not jose.verify(parsed, from_cryptography(RSA, alg="RS256"))


@pytest.mark.parametrize("alg", [None, 5, ["ES256"], {"ES256": 1}, True])
def test_a_header_without_an_algorithm_name_is_read_and_never_verifies(alg: Any) -> None:
    header = {} if alg is None else {"alg": alg}
    parsed = jose.parse(token(header))
    assert parsed.alg is None
    assert ids(parsed) == ["cose-alg-missing"]
    assert not jose.verify(parsed, verifier(EC256))


@pytest.mark.parametrize(
    "extra",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": ["b64"], "b64": True},
        {"crit": []},
        {"crit": None},
        {"crit": "b64"},
        {"crit": [1]},
        {"crit": ["x" * 5000] * 50},
        {"b64": False},
        {"b64": 0},
    ],
)
def test_a_critical_header_is_never_passed_over(extra: dict[str, Any]) -> None:
    header = encode(json.dumps({"alg": "HS256", **extra}).encode())
    body = header + b"." + encode(CLAIMS)
    tag = hmac.new(SECRET, body, hashlib.sha256).digest()
    parsed = jose.parse(body + b"." + encode(tag))
    assert not parsed.understood
    assert ids(parsed) == ["cose-crit-unknown"]
    assert len(parsed.problems[0].message) < 500
    assert not jose.verify(parsed, from_symmetric(SECRET))


def test_a_b64_header_that_changes_nothing_is_no_obstacle() -> None:
    assert jose.parse(token({"alg": "ES256", "b64": True})).understood


# --- keys in the header -------------------------------------------------------------------------


def public_jwk(private: Any) -> dict[str, Any]:
    return dict(joserfc_key(private).as_dict(private=False))


def test_a_key_in_the_header_is_exposed_apart_and_verifies_only_when_asked() -> None:
    parsed = jose.parse(sign("ES256", EC256, jwk=public_jwk(EC256)))
    assert parsed.embedded_jwk is not None
    assert parsed.embedded_jwk.thumbprint == verifier(EC256).thumbprint
    assert jose.verify(parsed, parsed.embedded_jwk)
    other = ec.generate_private_key(ec.SECP256R1())
    assert not jose.verify(parsed, verifier(other))


@pytest.mark.parametrize(
    "embedded",
    [
        {"kty": "oct", "k": encode(SECRET).decode()},
        dict(joserfc_key(EC256).as_dict(private=True)),
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "?"},
        {},
        "text",
        [1],
        5,
    ],
    ids=["secret", "private", "off-curve", "unknown", "empty", "text", "array", "number"],
)
def test_a_key_in_the_header_that_is_no_public_key_is_a_problem(embedded: Any) -> None:
    parsed = jose.parse(token({"alg": "HS256", "jwk": embedded}))
    assert parsed.embedded_jwk is None
    assert [(problem.id, problem.at) for problem in parsed.problems] == [("eat-claim-type", "jwk")]
    assert encode(SECRET).decode() not in parsed.problems[0].message


def test_the_certificates_of_the_header_come_as_der() -> None:
    chain = [b"\x30\x03abc", b"\x30\x03\xff\xfe\xfd"]
    text = [base64.b64encode(der).decode() for der in chain]
    assert jose.parse(token({"alg": "ES256", "x5c": text})).x5c == tuple(chain)


@pytest.mark.parametrize(
    ("x5c", "at"),
    [
        ("MAA=", "x5c"),
        ([], "x5c"),
        (["MAA="] * (jose.MAX_CERTIFICATES + 1), "x5c"),
        (["MAA=", "_-A="], "x5c[1]"),
        (["MAA"], "x5c[0]"),
        ([7], "x5c[0]"),
        ([None], "x5c[0]"),
        ([["MAA="]], "x5c[0]"),
        (["é"], "x5c[0]"),
        ({}, "x5c"),
    ],
)
def test_certificates_of_a_wrong_form_are_a_problem(x5c: Any, at: str) -> None:
    parsed = jose.parse(token({"alg": "ES256", "x5c": x5c}))
    assert parsed.x5c == ()
    assert [(problem.id, problem.at) for problem in parsed.problems] == [("eat-claim-type", at)]


@pytest.mark.parametrize("kid", [1, 1.5, True, ["a"], {}])
def test_a_key_identifier_that_is_no_text_is_a_problem(kid: Any) -> None:
    parsed = jose.parse(token({"alg": "ES256", "kid": kid}))
    assert parsed.kid is None
    assert [(problem.id, problem.at) for problem in parsed.problems] == [("eat-claim-type", "kid")]


# --- form ---------------------------------------------------------------------------------------


def test_white_space_around_a_token_is_not_part_of_it() -> None:
    text = sign("ES256", EC256)
    for form in (text + b"\r\n", b" \t" + text + b"\n", text.decode() + "\n"):
        assert jose.verify(jose.parse(form), verifier(EC256))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "1 part"),
        (b"a.b", "2 parts"),
        (b"a.b.c.d", "4 parts"),
        (b"a.b.c.d.e", "encrypted"),
        (b' {"payload": "e30", "signatures": []}', "JSON serialisation"),
        (b"e30=.e30.", "header"),
        (b"e30.e3 0.", "payload"),
        (b"e30.e30.a+b/", "signature"),
        (b"e30.e30.a", "signature"),
        (b"e31.e30.", "header"),
        (b"e30.e30.AB", "signature"),
        ("é.e30.".encode(), "header"),
        (token(b"null"), "not a JSON object"),
        (token(b"[]"), "not a JSON object"),
        (token(b""), "not JSON"),
        (token(b'{"alg":"none","alg":"HS256"}'), "twice"),
        (token(b"\xef\xbb\xbf{}"), "not JSON"),
        (token(b'{"kid":"\\ud800"}'), "surrogate"),
        (token(b"[" * 5000), "deep"),
        ("\ud800.e30.", "header"),
    ],
)
def test_what_is_no_signed_token_is_refused(text: bytes | str, words: str) -> None:
    caught = malformed(text)
    assert words in caught.message
    assert caught.problem == "artefact-unrecognised"


def test_the_caller_names_the_problem() -> None:
    for text in (b"", b"!.e30.", token(b"{"), token(b"1")):
        with pytest.raises(MalformedArtefact) as caught:
            jose.parse(text, problem="eat-submod-malformed")
        assert caught.value.problem == "eat-submod-malformed"


def test_a_token_beyond_the_size_limit_is_not_opened() -> None:
    assert malformed(b"." * (MAX_SIZE + 1)).problem == "artefact-too-large"


@given(st.binary(max_size=80))
def test_random_bytes_are_malformed_and_nothing_worse(data: bytes) -> None:
    try:
        jose.parse(data)
    except MalformedArtefact:
        return
    assert data.count(b".") == 2


WORDS = st.sampled_from(["", "b64", "ES256", "HS256", "none", "kty", "oct", "k", "MAA=", "é"])
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
NAMES = ("alg", "kid", "x5c", "jwk", "crit", "b64", "typ")


@given(st.dictionaries(st.sampled_from(NAMES), JSON_VALUES), st.binary(max_size=40))
def test_no_header_that_was_not_signed_ever_verifies(header: dict[str, Any], signature: bytes) -> None:
    parsed = jose.parse(token(header, signature=signature))
    for material in (EC256, RSA, SECRET):
        assert not jose.verify(parsed, verifier(material))


# --- JWK sets -----------------------------------------------------------------------------------


def test_a_jwk_set_and_a_single_jwk_are_read() -> None:
    first, second = public_jwk(EC256), public_jwk(RSA)
    assert [key.kind for key in jose.parse_jwk_set(json.dumps({"keys": [first, second]}))] == [
        "EC2",
        "RSA",
    ]
    assert [key.kind for key in jose.parse_jwk_set(json.dumps(first).encode())] == ["EC2"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"5",
        b'{"keys": []}',
        b'{"keys": {}}',
        b'{"keys": [5]}',
        b'{"keys": [{}]}',
        b'{"kty": "EC", "kty": "oct"}',
        b'{"keys": [' + b",".join([b"{}"] * (jose.MAX_KEYS + 1)) + b"]}",
    ],
)
def test_a_set_that_is_no_set_of_keys_is_a_key_fault(data: bytes) -> None:
    with pytest.raises(KeyFault):
        jose.parse_jwk_set(data)
