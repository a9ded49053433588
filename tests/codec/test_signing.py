"""Signing with the user's key: what is signed verifies here and elsewhere, and is the same each time."""

from __future__ import annotations

import base64
import json

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, utils
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_public_key,
)
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwk as joserfc_jwk
from joserfc import jws as joserfc_jws

from iotassess.codec import cbor, cose, jose, signing
from iotassess.codec.cose_headers import CONTENT_TYPE, UNDERSTOOD

PRIVATE = {
    "ES256": ec.derive_private_key(0x516E, ec.SECP256R1()),
    "ES384": ec.derive_private_key(0x516E, ec.SECP384R1()),
    "ES512": ec.derive_private_key(0x516E, ec.SECP521R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.from_private_bytes(b"s" * 32),
    "EdDSA-448": ed448.Ed448PrivateKey.from_private_bytes(b"s" * 57),
}
HASHES = {"ES256": hashes.SHA256(), "ES384": hashes.SHA384(), "ES512": hashes.SHA512()}
NUMBERS = {"ES256": -7, "ES384": -35, "ES512": -36, "EdDSA": -8}
PAYLOAD = b"what is said"
CLAIMS_LABEL = 15


@pytest.fixture(params=PRIVATE)
def key(request, tmp_path):
    """A signing key of each algorithm, out of a file."""
    path = tmp_path / "key.pem"
    pem = PRIVATE[request.param].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(pem)
    return signing.load_signing_key(path)


def holds(key, data, signature):
    """Whether a raw signature holds, by a call of ``cryptography`` that knows nothing of our code."""
    public = load_pem_public_key(key.public_pem)
    try:
        if key.alg == "EdDSA":
            public.verify(signature, data)
        else:
            size = (public.curve.key_size + 7) // 8
            assert len(signature) == 2 * size
            r, s = (int.from_bytes(half, "big") for half in (signature[:size], signature[size:]))
            public.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(HASHES[key.alg]))
    except InvalidSignature:
        return False
    return True


def structure(protected, payload):
    """The Sig_structure of a COSE_Sign1, from RFC 9052 section 4.4."""
    return cbor2.dumps(["Signature1", protected, b"", payload])


# --- COSE_Sign1 ---------------------------------------------------------------------------------


def test_a_signed_message_verifies_here_without_a_problem(key):
    message = cose.parse(cbor.loads(signing.sign1(key, PAYLOAD)))
    assert (message.type, message.tagged, message.payload, message.problems) == (
        *("COSE_Sign1", True, PAYLOAD),
        (),
    )
    (signature,) = message.signatures
    assert (signature.alg, signature.kid, signature.unprotected) == (key.alg, key.kid, {})
    assert cose.verify(message, signature, key.public)


def test_a_signed_message_verifies_by_cryptography_over_a_structure_made_by_hand(key):
    tag = cbor2.loads(signing.sign1(key, PAYLOAD, content_type="text/plain", claims={6: 1, 1: "us"}))
    protected, unprotected, payload, signature = tag.value
    assert (tag.tag, dict(unprotected), payload) == (18, {}, PAYLOAD)
    headers = cbor2.loads(protected)
    assert headers == {1: NUMBERS[key.alg], 3: "text/plain", 4: key.kid, 15: {1: "us", 6: 1}}
    assert holds(key, structure(protected, PAYLOAD), signature)
    assert not holds(key, structure(protected, PAYLOAD + b"!"), signature)


def test_a_detached_message_has_no_payload_and_covers_it(key):
    encoded = signing.sign1(key, PAYLOAD, detached=True)
    message = cose.parse(cbor.loads(encoded))
    assert message.payload is None
    assert cose.verify(message, message.signatures[0], key.public, payload=PAYLOAD)
    assert not cose.verify(message, message.signatures[0], key.public, payload=b"something else")
    protected, _, payload, signature = cbor2.loads(encoded).value
    assert payload is None
    assert holds(key, structure(protected, PAYLOAD), signature)


def test_the_same_input_gives_the_same_bytes_and_another_one_others(key):
    first = signing.sign1(key, PAYLOAD, content_type=60, claims={1: "a"})
    assert signing.sign1(key, PAYLOAD, content_type=60, claims={1: "a"}) == first
    assert signing.jws(key, PAYLOAD, typ="a+b") == signing.jws(key, PAYLOAD, typ="a+b")
    others = (
        signing.sign1(key, b"", content_type=60, claims={1: "a"}),
        signing.sign1(key, PAYLOAD, content_type=61, claims={1: "a"}),
        signing.sign1(key, PAYLOAD, content_type=60, claims={1: "b"}),
        signing.sign1(key, PAYLOAD, content_type=60),
        signing.sign1(key, PAYLOAD, claims={1: "a"}),
    )
    assert len({first, *others}) == 6


def test_headers_are_in_deterministic_cbor_whatever_the_order_of_the_claims(key):
    one = signing.sign1(key, PAYLOAD, content_type=60, claims={6: 1.5, 1: {"b": 1, "a": 2}})
    other = signing.sign1(key, PAYLOAD, content_type=60, claims={1: {"a": 2, "b": 1}, 6: 1.5})
    assert one == other
    assert cbor.dumps(cbor.loads(one)) == one
    raw = cose.parse(cbor.loads(one)).protected_raw
    assert cbor.dumps(cbor.loads(raw)) == raw


def test_empty_claims_and_the_content_format_zero_are_written(key):
    message = cose.parse(cbor.loads(signing.sign1(key, PAYLOAD, content_type=0, claims={})))
    assert (message.content_type, dict(message.protected[CLAIMS_LABEL])) == (0, {})
    without = cose.parse(cbor.loads(signing.sign1(key, PAYLOAD)))
    assert not {CONTENT_TYPE, CLAIMS_LABEL} & set(without.protected)


def test_no_header_that_we_write_would_stop_our_own_reader(key):
    message = cose.parse(cbor.loads(signing.sign1(key, PAYLOAD, content_type="a/b")))
    assert set(message.protected) <= UNDERSTOOD


@given(payload=st.binary(max_size=300), position=st.integers(min_value=0))
def test_no_message_with_a_changed_byte_verifies_as_what_was_signed(tmp_path_factory, payload, position):
    path = tmp_path_factory.getbasetemp() / "signing-property.pem"
    if not path.exists():
        path.write_bytes(
            PRIVATE["ES256"].private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        )
    key = signing.load_signing_key(path)
    encoded = bytearray(signing.sign1(key, payload))
    protected, _, _, signature = cbor2.loads(bytes(encoded)).value
    assert holds(key, structure(protected, payload), signature)
    spoiled = bytearray(signature)
    spoiled[position % len(spoiled)] ^= 1
    assert not holds(key, structure(protected, payload), bytes(spoiled))
    assert not holds(key, structure(protected, payload + b"\0"), signature)


# --- JWS ----------------------------------------------------------------------------------------


def part(text, index):
    piece = text.split(".")[index]
    assert "=" not in piece
    return base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4))


def test_a_signed_token_verifies_here_without_a_problem(key):
    token = jose.parse(signing.jws(key, PAYLOAD, typ="eat+jwt"))
    assert (token.payload, token.alg, token.problems, token.understood) == (PAYLOAD, key.alg, (), True)
    assert jose.verify(token, key.public)


def test_a_signed_token_verifies_by_cryptography(key):
    text = signing.jws(key, PAYLOAD, typ="eat+jwt")
    assert json.loads(part(text, 0)) == {"alg": key.alg, "typ": "eat+jwt", "kid": key.thumbprint}
    assert part(text, 1) == PAYLOAD
    assert holds(key, text.rpartition(".")[0].encode(), part(text, 2))


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_a_signed_token_verifies_by_joserfc(key):
    kind = joserfc_jwk.OKPKey if key.alg == "EdDSA" else joserfc_jwk.ECKey
    found = joserfc_jws.deserialize_compact(
        signing.jws(key, PAYLOAD, typ="eat+jwt"), kind.import_key(key.public_pem), algorithms=[key.alg]
    )
    assert found.payload == PAYLOAD


@pytest.mark.parametrize(
    ("kid", "shown"),
    [
        (b"lab-2026", "lab-2026"),
        (b"\xff\x00", "ff00"),
        (b"line\nbreak", b"line\nbreak".hex()),
        ("Prüfstelle".encode(), "Prüfstelle"),
    ],
)
def test_the_key_identifier_of_a_token_is_its_text_or_else_its_hex(tmp_path, kid, shown):
    path = tmp_path / "key.cbor"
    numbers = PRIVATE["ES256"].private_numbers()
    path.write_bytes(cbor2.dumps({1: 2, 2: kid, -1: 1, -4: numbers.private_value.to_bytes(32, "big")}))
    key = signing.load_signing_key(path)
    assert key.kid == kid
    assert json.loads(part(signing.jws(key, b"", typ="x"), 0))["kid"] == shown
    assert cose.parse(cbor.loads(signing.sign1(key, b""))).signatures[0].kid == kid
