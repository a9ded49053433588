"""JSON Web Tokens that have a verifier use the wrong key, algorithm or rule."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.crypto import making, second
from tests.crypto.making import EVIL, JSON_PAYLOAD, P256, P384, SECRET, Row, jws, read, rsa_key
from tests.crypto.test_algorithm_confusion import forms
from tests.evidence import signing
from tests.evidence.token_builder import b64

GOOD = jws(P256)


def row(name: str, data: bytes, *outcome: Any, anchors: tuple[Any, ...] = (P256,), **more: Any) -> Row:
    return Row(name, data, *outcome, anchors, more.pop("twin", GOOD), **more)


# --- alg ----------------------------------------------------------------------------------------

NONES = ("None", "NONE", "nOnE", "none ", " none", "none\u0000", "n\u043ene", "", "null", "plain")


@pytest.mark.parametrize("alg", NONES)
@pytest.mark.parametrize("signature", [b"", None], ids=["without signature", "with a signature"])
def test_no_spelling_of_none_is_an_algorithm(alg, signature):
    one = row(alg, jws(P256, alg=alg, signature=signature), *making.UNKNOWN)
    making.hold(one)
    making.agree(one, second.jws_holds)


@pytest.mark.parametrize("signature", [b"", None], ids=["without signature", "with a signature"])
@pytest.mark.parametrize("more", [{}, {"kid": "device"}, {"typ": "JWT"}], ids=str)
def test_none_is_unsigned_and_an_error_whatever_stands_in_the_place_of_the_signature(signature, more):
    found = read(jws(P256, alg="none", signature=signature, **more), P256)
    assert (found.authenticity, found.signatures) == ("unsigned", ())
    assert [(one.id, one.severity) for one in found.problems] == [("cose-unsigned", "error")]
    assert read(GOOD, P256).authenticity == "authenticated"


OTHERS: dict[str, Any] = {
    "small letters": "es256",
    "the number of COSE": "-7",
    "the name that COSE alone has": "ESP256",
    "a MAC by its COSE name": "HMAC 256/256",
    "encryption": "A256GCM",
    "key agreement": "ECDH-ES",
    "with a space": "ES256 ",
}


@pytest.mark.parametrize("alg", OTHERS.values(), ids=OTHERS)
def test_a_name_that_is_not_in_the_registry_verifies_nothing(alg):
    one = row(str(alg), jws(P256, header={"alg": alg}), *making.UNKNOWN)
    making.hold(one)
    making.agree(one, second.jws_holds)


@pytest.mark.parametrize("alg", [None, -7, 7.0, True, ["ES256"], {"ES256": 1}], ids=str)
def test_an_algorithm_that_is_no_text_is_none(alg):
    one = row(str(alg), jws(P256, header={"alg": alg}), *making.malformed("cose-alg-missing"))
    making.hold(one)
    making.agree(one, second.jws_holds)


def test_an_algorithm_that_was_changed_is_covered():
    """The signature is the old one; only the header says another algorithm now."""
    for alg, outcome in (("ES384", making.NO_KEY), ("HS256", making.NO_KEY), ("EdDSA", making.NO_KEY)):
        start = b64(json.dumps({"alg": alg}).encode())
        changed = b".".join((start.encode(), *GOOD.split(b".")[1:]))
        one = row(alg, changed, *outcome)
        making.hold(one)
        making.agree(one, second.jws_holds)


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("private", [P256, None], ids=["P-256", "RSA"])
def test_a_token_hashed_with_a_public_key_is_never_verified(alg, private):
    key = private or rsa_key()
    for form, secret in forms(key).items():
        making.hold(row(form, jws(secret, alg), *making.NO_KEY, anchors=(key,), twin=jws(key, OWN[private])))
    both = read(jws(forms(key)["PEM"], alg), key, SECRET)
    assert (both.authenticity, both.signatures[0].status) == ("failed", "bad-signature")


OWN = {P256: "ES256", None: "RS256"}


# --- keys that the token brings -----------------------------------------------------------------


def own_jwk(private: Any) -> dict[str, Any]:
    return signing.jwk(private)


def own_chain(private: Any) -> list[str]:
    made = signing.certificate("Anybody", private, "Anybody", private)
    return [base64.b64encode(made.public_bytes(Encoding.DER)).decode()]


CARRIED: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    "jwk": ({"jwk": own_jwk(EVIL)}, "intact", ("cose-self-asserted-key",)),
    "x5c": ({"x5c": own_chain(EVIL)}, "intact", ("cose-self-asserted-key",)),
    "both": (
        {"jwk": own_jwk(EVIL), "x5c": own_chain(EVIL)},
        "intact",
        ("cose-self-asserted-key",),
    ),
    "jwk with the kid of the anchor": (
        {"jwk": {**own_jwk(EVIL), "kid": "device"}, "kid": "device"},
        "intact",
        ("cose-self-asserted-key",),
    ),
    "jku": ({"jku": "https://evil.example/keys"}, "failed", ("cose-bad-signature",)),
    "x5u": ({"x5u": "https://evil.example/chain"}, "failed", ("cose-bad-signature",)),
    "the anchor's own jwk": ({"jwk": own_jwk(P256)}, "failed", ("cose-bad-signature",)),
    "the anchor's own x5c": ({"x5c": own_chain(P256)}, "failed", ("cose-bad-signature",)),
    "a kid that is a path": ({"kid": "../../dev/null"}, "failed", ("cose-bad-signature",)),
    "a kid that is a query": ({"kid": "x' UNION SELECT 'key"}, "failed", ("cose-bad-signature",)),
}


@pytest.mark.parametrize("name", CARRIED)
def test_what_a_token_says_of_its_own_key_authenticates_nobody(name):
    header, authenticity, ids = CARRIED[name]
    found = read(jws(EVIL, **header), making.anchor(P256, kid=b"device"))
    assert (found.authenticity, [one.id for one in found.problems]) == (authenticity, list(ids))
    assert found.signatures[0].key is None
    assert not second.jws_holds(jws(EVIL, **header), [P256])
    assert read(jws(P256, kid="device"), making.anchor(P256, kid=b"device")).authenticity == "authenticated"


@pytest.mark.parametrize(
    ("name", "digest"), [("x5t", "sha1"), ("x5t#S256", "sha256")], ids=["x5t", "x5t#S256"]
)
def test_a_thumbprint_of_another_certificate_takes_the_chain_away(name, digest):
    import hashlib

    root = signing.root()
    middle, leaf = signing.middle(), signing.leaf()
    chain = [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in (leaf, middle)]
    from tests.evidence import x509_builder

    store = x509_builder.store(root, purpose="attestation")
    right = b64(hashlib.new(digest, leaf.public_bytes(Encoding.DER)).digest())
    wrong = b64(hashlib.new(digest, middle.public_bytes(Encoding.DER)).digest())
    good = jws(signing.ALICE, x5c=chain, **{name: right})
    assert read(good, store=store).authenticity == "authenticated"
    for value in (wrong, right.upper(), right + "=", "", 7, None):
        found = read(jws(signing.ALICE, x5c=chain, **{name: value}), store=store)
        if value is None:  # as if it were not there
            assert found.authenticity == "authenticated"
            continue
        assert found.authenticity == "failed"
        assert {one.id for one in found.problems} == {"cose-key-mismatch", "cose-bad-signature"}


# --- members that stand twice, and critical ones ------------------------------------------------

TWICE: dict[str, str] = {
    "two algorithms": '{"alg":"ES256","alg":"none"}',
    "the same algorithm twice": '{"alg":"ES256","alg":"ES256"}',
    "an escaped spelling of the same name": '{"alg":"ES256","\\u0061lg":"none"}',
    "two kids": '{"alg":"ES256","kid":"a","kid":"b"}',
    "twice inside a member": '{"alg":"ES256","jwk":{"kty":"EC","kty":"oct"}}',
    "a comment": '{"alg":"ES256"/**/}',
    "something behind it": '{"alg":"ES256"} {}',
    "a number that is none": '{"alg":"ES256","n":NaN}',
    "a lone surrogate": '{"alg":"ES256","n":"\\ud800"}',
    "a byte order mark": '\ufeff{"alg":"ES256"}',
    "an array": '["ES256"]',
}


@pytest.mark.parametrize("header", TWICE.values(), ids=TWICE)
def test_a_header_that_is_no_strict_json_is_not_believed(header):
    found = read(jws(P256, header=header), P256)
    assert (found.authenticity, found.signatures) == ("unsigned", ())
    assert [(one.id, one.severity) for one in found.problems] == [("artefact-unrecognised", "error")]
    assert read(jws(P256, header='{"alg":"ES256"}'), P256).authenticity == "authenticated"


PAYLOADS: dict[str, bytes] = {
    "a claim twice": JSON_PAYLOAD[:-1] + b',"ueid":"AQ"}',
    "the same claim twice": JSON_PAYLOAD[:-1] + b"," + JSON_PAYLOAD[1:],
    "twice inside a claim": JSON_PAYLOAD[:-1] + b',"submods":{"a":{"swname":"x","swname":"y"}}}',
}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_claim_that_stands_twice_is_an_error_and_claims_nothing(payload):
    found = read(jws(P256, payload=payload), P256)
    assert [(one.id, one.severity) for one in found.problems] == [("eat-claim-type", "error")]
    assert not found.wellformed
    assert not any(shown.covered and not shown.observed for shown in found.shown)
    assert read(GOOD, P256).wellformed


def test_white_space_in_a_header_is_what_was_signed():
    good = jws(P256, header='{ "alg" :\r\n "ES256" }')
    assert read(good, P256).authenticity == "authenticated"
    assert second.jws_holds(good, [P256])
    start, rest = b64(b'{"alg":"ES256"}').encode(), good.split(b".")[1:]
    one = row("encoded again", b".".join((start, *rest)), *making.BAD, twin=good)
    making.hold(one)
    making.agree(one, second.jws_holds)


CRITICAL: dict[str, dict[str, Any]] = {
    "unknown": {"crit": ["exp"], "exp": 1},
    "not there": {"crit": ["absent"]},
    "empty": {"crit": []},
    "twice the same": {"crit": ["exp", "exp"], "exp": 1},
    "of this specification": {"crit": ["alg"]},
    "itself": {"crit": ["crit"]},
    "a text": {"crit": "exp", "exp": 1},
    "null": {"crit": None},
    "numbers": {"crit": [1]},
    "b64": {"crit": ["b64"], "b64": True},
    "b64 false": {"crit": ["b64"], "b64": False},
    "b64 false and not critical": {"b64": False},
    "b64 that is no boolean": {"b64": 0},
}


@pytest.mark.parametrize("header", CRITICAL.values(), ids=CRITICAL)
def test_a_critical_header_that_is_not_understood_forbids_it(header):
    making.hold(row("crit", jws(P256, **header), *making.malformed("cose-crit-unknown")))


def test_an_unencoded_payload_is_not_taken_for_an_encoded_one():
    """RFC 7797: the signature is over the payload as it is, which reads as another where it is decoded."""
    start = f"{b64(json.dumps({'alg': 'ES256', 'b64': False, 'crit': ['b64']}).encode())}.".encode()
    inner = b64(JSON_PAYLOAD).encode()
    signature = making.sign(P256, "ES256", start + inner)
    one = row("b64", start + inner + b"." + b64(signature).encode(), *making.malformed("cose-crit-unknown"))
    making.hold(one)


# --- other serialisations -----------------------------------------------------------------------


def parts() -> list[str]:
    return GOOD.decode().split(".")


FORMS: dict[str, Any] = {
    "flattened JSON": lambda a, b, c: json.dumps({"protected": a, "payload": b, "signature": c}),
    "general JSON": lambda a, b, c: json.dumps(
        {"payload": b, "signatures": [{"protected": a, "signature": c}]}
    ),
    "five parts": lambda a, b, c: f"{a}.{b}.{c}.{c}.{c}",
    "two parts": lambda a, b, c: f"{a}.{b}",
    "four parts": lambda a, b, c: f"{a}.{b}.{c}.",
    "padding": lambda a, b, c: f"{a}=.{b}.{c}==",
    "base64 instead of base64url": lambda a, b, c: f"{a}.{b}.{c[:-2]}+/",
    "a line end inside": lambda a, b, c: f"{a}.{b}.\n{c}",
    "a detached payload": lambda a, b, c: f"{a}..{c}",
    "nothing but the signature": lambda a, b, c: f"..{c}",
}


@pytest.mark.parametrize("name", FORMS)
def test_only_the_compact_form_is_a_token(name):
    found = read(FORMS[name](*parts()).encode(), P256)
    assert (found.kind, found.authenticity, found.signatures) == (None, "unsigned", ())
    assert [(one.id, one.severity) for one in found.problems] == [("artefact-unrecognised", "error")]
    assert read(GOOD, P256).authenticity == "authenticated"


def test_an_encrypted_token_is_not_taken_for_a_signed_one():
    from joserfc import jwe
    from joserfc.jwk import ECKey

    key = ECKey.import_key(P256.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    token = jwe.encrypt_compact({"alg": "ECDH-ES+A128KW", "enc": "A128GCM"}, JSON_PAYLOAD, key)
    found = read(token.encode(), P256)
    assert (found.authenticity, found.signatures) == ("unsigned", ())
    assert [one.id for one in found.problems] == ["artefact-unrecognised"]


@pytest.mark.parametrize(("private", "alg"), [(P384, "ES384"), (SECRET, "HS256")])
def test_the_second_implementation_takes_what_we_take(private, alg):
    assert read(jws(private, alg), private).authenticity == "authenticated"
    assert second.jws_holds(jws(private, alg), [private])
    assert not second.jws_holds(jws(private, alg, signature=b"x"), [private])
