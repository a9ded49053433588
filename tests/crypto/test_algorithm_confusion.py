"""Messages that have a verifier use a key for something else than what it was made for (COSE)."""

from __future__ import annotations

import base64
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.crypto import making, second
from tests.crypto.making import ALGORITHMS, ED25519, EVIL, P256, PAYLOAD, SECRET, Row, cose, read, rsa_key
from tests.evidence.token_builder import b64

SPKI, PEM, DER = PublicFormat.SubjectPublicKeyInfo, Encoding.PEM, Encoding.DER


def forms(private: Any) -> dict[str, bytes]:
    """A public key in every form in which a careless verifier has it at hand as bytes."""
    public = private.public_key()
    found = {
        "PEM": public.public_bytes(PEM, SPKI),
        "PEM without its last line end": public.public_bytes(PEM, SPKI).rstrip(),
        "DER": public.public_bytes(DER, SPKI),
        "base64 of DER": base64.b64encode(public.public_bytes(DER, SPKI)),
        "thumbprint": making.anchor(private).key.thumbprint.encode(),
    }
    if private is P256:
        numbers = public.public_numbers()
        x, y = numbers.x.to_bytes(32), numbers.y.to_bytes(32)
        found["point"] = b"\x04" + x + y
        found["compressed point"] = public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        found["x"] = x
        found["COSE_Key"] = cbor2.dumps({1: 2, -1: 1, -2: x, -3: y})
        found["JWK"] = f'{{"kty":"EC","crv":"P-256","x":"{b64(x)}","y":"{b64(y)}"}}'.encode()
    elif private is ED25519:
        found["raw"] = public.public_bytes_raw()
    else:
        found["PKCS #1"] = public.public_bytes(DER, PublicFormat.PKCS1)
        found["modulus"] = public.public_numbers().n.to_bytes(256)
    return found


KEYS = {"P-256": (P256, "ES256"), "Ed25519": (ED25519, "EdDSA"), "RSA": (None, "PS256")}


def confusions() -> list[Row]:
    rows = []
    for kind, (private, own) in KEYS.items():
        key = private or rsa_key()
        for form, secret in forms(key).items():
            for alg in ("HS256", "HS384", "HS512"):
                name = f"{alg} keyed with the {form} of {kind}"
                rows.append(Row(name, cose(secret, alg), *making.NO_KEY, (key,), cose(key, own)))
    return rows


def test_a_mac_keyed_with_a_public_key_is_never_verified():
    rows = confusions()
    assert len(rows) == 3 * (10 + 6 + 7)
    for row in rows:
        making.hold(row)


def test_the_second_implementation_agrees_that_a_public_key_is_no_secret():
    for row in confusions():
        if row.anchors[0] in (P256, ED25519):
            making.agree(row, second.cose_holds)


def test_beside_a_named_secret_such_a_mac_fails():
    for secret in forms(P256).values():
        found = read(cose(secret, "HS256"), P256, SECRET)
        assert (found.authenticity, found.signatures[0].status) == ("failed", "bad-signature")
    assert read(cose(SECRET, "HS256"), P256, SECRET).authenticity == "authenticated"


def test_an_empty_key_makes_no_mac_that_counts():
    for weak in (b"", b"\0" * 32, b"\0" * 64):
        found = read(cose(weak, "HS256"), P256)
        assert (found.authenticity, found.signatures[0].status) == ("unverified", "no-key")


# --- headers that lie ---------------------------------------------------------------------------

PROTECTED: dict[str, tuple[Any, tuple[str, ...], str]] = {
    "no algorithm": ({}, ("cose-alg-missing",), "malformed"),
    "the algorithm as text": ({1: "ES256"}, ("cose-alg-unsupported",), "unsupported-alg"),
    "the algorithm none as text": ({1: "none"}, ("cose-alg-unsupported",), "unsupported-alg"),
    "the algorithm under a text label": ({"alg": -7}, ("cose-alg-missing",), "malformed"),
    "the number as text": ({1: "-7"}, ("cose-alg-unsupported",), "unsupported-alg"),
    "the number as float": ({1: -7.0}, ("cbor-malformed",), "malformed"),
    "null": ({1: None}, ("cose-alg-missing",), "malformed"),
    "a list": ({1: [-7]}, ("cbor-malformed",), "malformed"),
    "bytes": ({1: b"\x26"}, ("cbor-malformed",), "malformed"),
    "true": ({1: True}, ("cbor-malformed",), "malformed"),
    "a bignum": (b"\xa1\x01\xc3\x41\x06", ("cbor-malformed",), "malformed"),
    "zero, which is reserved": ({1: 0}, ("cose-alg-unsupported",), "unsupported-alg"),
    "key agreement": ({1: -25}, ("cose-alg-unsupported",), "unsupported-alg"),
    "encryption": ({1: 1}, ("cose-alg-unsupported",), "unsupported-alg"),
    "a hash": ({1: -16}, ("cose-alg-unsupported",), "unsupported-alg"),
    "RSA with SHA-1": ({1: -65535}, ("cose-alg-unsupported",), "unsupported-alg"),
    "hash-based signatures": ({1: -46}, ("cose-alg-unsupported",), "unsupported-alg"),
    "a private number": ({1: -70000}, ("cose-alg-unsupported",), "unsupported-alg"),
    "a huge number": ({1: 2**63}, ("cose-alg-unsupported",), "unsupported-alg"),
    "a MAC": ({1: 5}, ("cose-alg-unsupported",), "malformed"),
}


BIGNUM = (
    "RFC 8949 section 3.4.3 lets a bignum stand for a small integer; we take the algorithm in its one form"
)


@pytest.mark.parametrize("name", PROTECTED)
def test_an_algorithm_that_is_none_of_ours_verifies_nothing(name):
    header, ids, status = PROTECTED[name]
    stricter = BIGNUM if name == "a bignum" else ""
    row = Row(name, cose(P256, protected=header), "unverified", status, ids, stricter=stricter)
    making.hold(row)
    making.agree(row, second.cose_holds)


BUCKETS: dict[str, tuple[Any, Any, tuple[str, ...]]] = {
    "only unprotected": ({}, {1: -7}, ("cose-alg-unprotected",)),
    "only unprotected, beside an empty string": (b"", {1: -7}, ("cose-alg-unprotected",)),
    "in both, the same": ({1: -7}, {1: -7}, ("cbor-duplicate-key",)),
    "in both, another": ({1: -7}, {1: -8}, ("cbor-duplicate-key",)),
    "in both, a MAC in the other": ({1: -7}, {1: 5}, ("cbor-duplicate-key",)),
    "a text beside the number": ({1: -7}, {1: "none"}, ("cbor-duplicate-key",)),
}
LAX = (
    "RFC 9052 section 3 forbids a label in both buckets; who looks at the protected one alone does not see it"
)


@pytest.mark.parametrize("name", BUCKETS)
def test_the_algorithm_stands_in_the_protected_header_and_nowhere_else(name):
    protected, unprotected, ids = BUCKETS[name]
    data = cose(P256, protected=protected, unprotected=unprotected)
    stricter = LAX if name.startswith(("in both", "a text")) else ""
    row = Row(name, data, *making.malformed(*ids), stricter=stricter)
    making.hold(row)
    making.agree(row, second.cose_holds)


def test_an_algorithm_that_was_changed_is_covered():
    """ES256 and ESP256 are one operation: the header that was signed has to be the one that is read."""

    def renamed(value: int) -> bytes:
        parts = list(cbor2.loads(cose(P256)).value)
        parts[0] = cbor2.dumps({1: value})
        return cbor2.dumps(cbor2.CBORTag(18, parts))

    for value in (-9, -47):
        row = Row("renamed", renamed(value), *(making.BAD if value == -9 else making.NO_KEY))
        making.hold(row)
        making.agree(row, second.cose_holds)


# --- the type of the message --------------------------------------------------------------------

SIGN1_AS_MAC0 = Row(
    "a signature under the tag of a MAC", cose(P256, tags=(17,)), *making.malformed("cose-alg-unsupported")
)
MAC0_AS_SIGN1 = Row(
    "a MAC under the tag of a signature",
    cose(SECRET, "HS256", tags=(18,)),
    *making.malformed("cose-alg-unsupported"),
    (SECRET,),
    cose(SECRET, "HS256"),
)
CONTEXTS = [
    SIGN1_AS_MAC0,
    MAC0_AS_SIGN1,
    Row("signed as a MAC is", cose(P256, context="MAC0"), *making.BAD),
    Row("signed as one of several", cose(P256, context="Signature"), *making.BAD),
    Row("signed as a countersignature", cose(P256, context="CounterSignature"), *making.BAD),
    Row("signed as encrypted", cose(P256, context="Encrypt0"), *making.BAD),
    Row("signed without its type", cose(P256, context=""), *making.BAD),
    Row("signed with another spelling", cose(P256, context="signature1"), *making.BAD),
    Row(
        "a MAC made as a signature",
        cose(SECRET, "HS256", context="Signature1"),
        *making.BAD,
        (SECRET,),
        cose(SECRET, "HS256"),
    ),
    Row("the payload alone signed", cose(P256, signature=making.sign(P256, "ES256", PAYLOAD)), *making.BAD),
    Row(
        "the header left out of what is signed",
        cose(P256, signature=making.sign(P256, "ES256", making.structure(b""))),
        *making.BAD,
    ),
]


@pytest.mark.parametrize("row", **making.by_name(CONTEXTS))
def test_a_signature_holds_for_the_type_of_message_that_it_was_made_for(row):
    making.hold(row)
    making.agree(row, second.cose_holds)


TAGS: dict[tuple[int, ...], bool] = {
    (18,): True,
    (61, 18): True,
    (55799, 18): True,
    (55799, 61, 18): True,
    (61, 61, 18): False,
    (18, 18): False,
    (18, 61): False,
    (61, 17): False,
    (61, 98): False,
    (98,): False,
    (97,): False,
    (16,): False,
    (96,): False,
    (602,): False,
    (24, 18): False,
}


@pytest.mark.parametrize(("tags", "good"), TAGS.items(), ids=str)
def test_tags_say_what_the_message_is_and_no_other_stack_of_them_does(tags, good):
    found = read(cose(P256, tags=tags), P256)
    assert (found.authenticity == "authenticated") is good, found.problems
    assert any(one.status == "verified" for one in found.signatures) is good
    assert found.authenticity in ("authenticated", "unverified")
    assert any(one.severity == "error" for one in found.problems) is not good


def test_a_message_without_its_tag_is_told_by_its_algorithm():
    assert read(cose(P256, tags=()), P256).signatures[0].type == "COSE_Sign1"
    assert read(cose(SECRET, "HS256", tags=()), SECRET).signatures[0].type == "COSE_Mac0"
    found = read(cose(EVIL, protected={1: 5}, tags=()), P256)
    assert (found.authenticity, found.signatures[0].type) == ("unverified", "COSE_Mac0")


def test_the_bytes_of_a_signature_are_no_tag_for_the_same_secret():
    """Nor is a MAC a signature: each is tried by what its algorithm is, whatever keys there are."""
    for alg in ("HS256", "ES256"):
        protected = {1: ALGORITHMS[alg]}
        data = cose(EVIL, protected=protected, tags=(17,) if alg == "HS256" else (18,))
        found = read(data, P256, SECRET)
        assert (found.authenticity, found.signatures[0].status) == ("failed", "bad-signature")
