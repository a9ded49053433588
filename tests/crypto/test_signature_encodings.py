"""Signatures in another form than COSE and JOSE give them, and forged ones that are nearly right."""

from __future__ import annotations

import hashlib
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, utils

from iotassess.codec.keys_model import CURVES
from tests.crypto import making, second
from tests.crypto.making import ED448, ED25519, P256, P384, P521, SECRET, Row, cose, jws, read

N = CURVES["P-256"][2]
FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
L = 2**252 + 27742317777372353535851937790883648493
"""Order of the group of Ed25519 (RFC 8032 section 5.1)."""


def halves(signature: bytes) -> tuple[int, int]:
    return int.from_bytes(signature[:32]), int.from_bytes(signature[32:])


def as_der(signature: bytes) -> bytes:
    return utils.encode_dss_signature(*halves(signature))


def with_r(value: int) -> Any:
    return lambda signature: value.to_bytes(32) + signature[32:]


def with_s(value: int) -> Any:
    return lambda signature: signature[:32] + value.to_bytes(32)


def other_s(signature: bytes) -> bytes:
    """The other signature that holds for the same message and key: (r, n - s)."""
    r, s = halves(signature)
    return making.side_by_side(r, N - s)


LARGEST = 2**256 - 1
ECDSA: dict[str, Any] = {
    "DER": as_der,
    "DER with a byte behind it": lambda signature: as_der(signature) + b"\0",
    "63 bytes": lambda signature: signature[:-1],
    "65 bytes, a zero before": lambda signature: b"\0" + signature,
    "65 bytes, a zero behind": lambda signature: signature + b"\0",
    "65 bytes, with the recovery id of another ecosystem": lambda signature: signature + b"\x1b",
    "66 bytes, a zero before each half": lambda signature: b"\0" + signature[:32] + b"\0" + signature[32:],
    "r and s exchanged": lambda signature: signature[32:] + signature[:32],
    "r and s in little-endian": lambda signature: signature[31::-1] + signature[:31:-1],
    "r alone": lambda signature: signature[:32],
    "twice the same": lambda signature: signature * 2,
    "nothing": b"",
    "one byte": b"\0",
    "zeros": bytes(64),
    "ones": b"\xff" * 64,
    **{
        f"{half} is {name}": edit(value)
        for half, edit in (("r", with_r), ("s", with_s))
        for name, value in {
            "0": 0, "1": 1, "n - 1": N - 1, "n": N, "n + 1": N + 1, "the prime": FIELD, "ones": LARGEST,
        }.items()
    },
    "r and s are n": making.side_by_side(N, N),
    "r is n and s is 0": making.side_by_side(N, 0),
    "r is 1 and s is 1": making.side_by_side(1, 1),
    "s is negated modulo 2^256": lambda made: made[:32] + (2**256 - halves(made)[1]).to_bytes(32),
    "r is negated modulo the prime": lambda made: (FIELD - halves(made)[0]).to_bytes(32) + made[32:],
    "one bit of r": lambda signature: bytes((signature[0] ^ 1,)) + signature[1:],
    "one bit of s": lambda signature: signature[:-1] + bytes((signature[-1] ^ 1,)),
}  # fmt: skip


def same_modulo_n(signature: bytes) -> bytes:
    """r + n, where that fits into 32 bytes: equal modulo n, which a careless verifier takes."""
    r, _ = halves(signature)
    assert r + N < 2**256
    return with_r(r + N)(signature)


def small_r() -> tuple[Any, bytes]:
    """A key, data and signature with an r so small that r + n fits: made backwards from the point.

    (r, s) is chosen first, with r = 5 the x of a point R; the key that it holds for is recovered from it.
    """
    from ecdsa import NIST256p, ellipticcurve, numbertheory

    curve, order = NIST256p.curve, NIST256p.order
    data = making.structure(cbor2.dumps({1: -7}))
    digest = int.from_bytes(hashlib.sha256(data).digest())
    r, s = 5, 0x1234567
    y = numbertheory.square_root_mod_prime((r**3 + curve.a() * r + curve.b()) % FIELD, FIELD)
    point = ellipticcurve.Point(curve, r, y, order)
    inverse = pow(r, -1, order)
    public = (point * s + NIST256p.generator * (order - digest % order)) * inverse
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.EllipticCurvePublicNumbers(public.x(), public.y(), ec.SECP256R1()).public_key()
    return key, making.side_by_side(r, s)


class Public:
    """A public key in place of a private one."""

    def __init__(self, public: Any) -> None:
        self._public = public

    def public_key(self) -> Any:
        return self._public


def ecdsa_rows() -> list[Row]:
    rows = [Row(name, cose(P256, signature=edit), *making.BAD) for name, edit in ECDSA.items()]
    key, signature = small_r()
    rows.append(
        Row(
            "r is r + n",
            cose(P256, signature=same_modulo_n(signature)),
            *making.BAD,
            (making.anchor(Public(key)),),
            cose(P256, signature=signature),
        )
    )
    return rows


@pytest.mark.parametrize("row", **making.by_name(ecdsa_rows()))
def test_an_ecdsa_signature_has_one_form_and_one_range(row):
    making.hold(row)


@pytest.mark.parametrize("row", **making.by_name(ecdsa_rows()))
def test_the_second_implementation_agrees_on_ecdsa(row):
    making.agree(row, second.cose_holds)


@pytest.mark.parametrize("edit", ECDSA.values(), ids=ECDSA)
def test_the_same_holds_for_json_web_tokens(edit):
    found = read(jws(P256, signature=edit), P256)
    assert (found.authenticity, found.signatures[0].status) == ("failed", "bad-signature")
    assert not second.jws_holds(jws(P256, signature=edit), [P256])
    assert read(jws(P256), P256).authenticity == "authenticated"
    assert second.jws_holds(jws(P256), [P256])


@pytest.mark.parametrize(("private", "alg", "size"), [(P384, "ES384", 48), (P521, "ES512", 66)])
@pytest.mark.parametrize("change", [-1, 1])
def test_longer_curves_have_one_length_too(private, alg, size, change):
    def resized(signature: bytes) -> bytes:
        assert len(signature) == 2 * size
        return signature[:change] if change < 0 else signature + b"\0"

    row = Row(alg, cose(private, alg, signature=resized), *making.BAD, (private,), cose(private, alg))
    making.hold(row)
    making.agree(row, second.cose_holds)


def test_p521_has_no_spare_bits():
    """Of the 528 bits of each half seven are spare: a number that uses them is beyond the order."""

    def spare(signature: bytes) -> bytes:
        return bytes((signature[0] | 0x80,)) + signature[1:]

    row = Row("spare", cose(P521, "ES512", signature=spare), *making.BAD, (P521,), cose(P521, "ES512"))
    making.hold(row)
    making.agree(row, second.cose_holds)


@pytest.mark.parametrize("value", ["text", None, 7, [b"r", b"s"], {}, True], ids=str)
def test_a_signature_that_is_no_byte_string_is_malformed(value):
    found = read(cose(P256, signature=lambda _: value), P256)
    assert (found.authenticity, found.signatures) == ("unverified", ())
    assert [one.id for one in found.problems] == ["cbor-malformed"]
    assert read(cose(P256), P256).authenticity == "authenticated"


# --- EdDSA --------------------------------------------------------------------------------------


def s_plus_order(signature: bytes) -> bytes:
    """S + L: equal modulo L, which RFC 8032 section 5.1.7 refuses, and the first implementations took."""
    s = int.from_bytes(signature[32:], "little") + L
    return signature[:32] + s.to_bytes(32, "little")


EDDSA: dict[str, Any] = {
    "S + L": s_plus_order,
    "S is L": lambda signature: signature[:32] + L.to_bytes(32, "little"),
    "S is 0": lambda signature: signature[:32] + bytes(32),
    "a bit of S beyond L": lambda signature: signature[:-1] + bytes((signature[-1] | 0x80,)),
    "R is the neutral element": lambda signature: b"\x01" + bytes(31) + signature[32:],
    "R is not on the curve": lambda signature: b"\x02" + bytes(31) + signature[32:],
    "R with the other sign": lambda made: made[:31] + bytes((made[31] ^ 0x80,)) + made[32:],
    "63 bytes": lambda signature: signature[:-1],
    "65 bytes": lambda signature: signature + b"\0",
    "halves exchanged": lambda signature: signature[32:] + signature[:32],
    "nothing": b"",
    "zeros": bytes(64),
    "the signature of Ed448": lambda _: ED448.sign(making.structure(cbor2.dumps({1: -8}))),
}  # fmt: skip


def eddsa_rows() -> list[Row]:
    twin = cose(ED25519, "EdDSA")
    return [
        Row(name, cose(ED25519, "EdDSA", signature=edit), *making.BAD, (ED25519,), twin)
        for name, edit in EDDSA.items()
    ]


@pytest.mark.parametrize("row", **making.by_name(eddsa_rows()))
def test_an_ed25519_signature_is_canonical(row):
    making.hold(row)


@pytest.mark.parametrize("row", **making.by_name(eddsa_rows()))
def test_the_second_implementation_agrees_on_ed25519(row):
    making.agree(row, second.cose_holds)


def test_ed25519_over_the_digest_is_not_ed25519():
    """Ed25519ph and its like sign a digest (RFC 8032 section 5.1): COSE has no such algorithm."""
    data = making.structure(cbor2.dumps({1: -8}))
    prehashed = cose(ED25519, "EdDSA", signature=ED25519.sign(hashlib.sha512(data).digest()))
    row = Row("ph", prehashed, *making.BAD, (ED25519,), cose(ED25519, "EdDSA"))
    making.hold(row)
    making.agree(row, second.cose_holds)


def test_a_signature_by_a_key_of_the_same_seed_on_another_message_does_not_hold():
    other = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
    row = Row(
        "another message",
        cose(ED25519, "EdDSA", signature=other.sign(b"another message")),
        *making.BAD,
        (ED25519,),
        cose(ED25519, "EdDSA"),
    )
    making.hold(row)
    making.agree(row, second.cose_holds)


# --- MACs ---------------------------------------------------------------------------------------

TAGS: dict[str, Any] = {
    "a byte less": lambda tag: tag[:-1],
    "a byte more": lambda tag: tag + b"\0",
    "64 bits of it": lambda tag: tag[:8],
    "nothing": b"",
    "zeros": bytes(32),
    "its hexadecimal form": lambda tag: tag.hex().encode(),
    "one bit": lambda tag: bytes((tag[0] ^ 1,)) + tag[1:],
    "the hash of key and message": lambda _: hashlib.sha256(
        SECRET + making.structure(cbor2.dumps({1: 5}), "MAC0")
    ).digest(),
}


@pytest.mark.parametrize("edit", TAGS.values(), ids=TAGS)
def test_a_tag_has_one_length(edit):
    good = cose(SECRET, "HS256")
    assert read(good, SECRET).authenticity == "authenticated"
    found = read(cose(SECRET, "HS256", signature=edit), SECRET)
    assert (found.authenticity, found.signatures[0].status) == ("failed", "bad-signature")
    assert second.cose_holds(good, [SECRET])
    assert not second.cose_holds(cose(SECRET, "HS256", signature=edit), [SECRET])


def test_a_secret_is_not_the_same_with_another_byte():
    """HMAC pads a short key with zeros (RFC 2104 section 2): to it, a key and the key with a zero are one."""
    longer = SECRET[:32] + b"\0"
    assert second.cose_holds(cose(SECRET[:32], "HS256"), [longer])
    assert read(cose(SECRET[:32], "HS256"), SECRET[:32]).authenticity == "authenticated"
    assert read(cose(SECRET[:32], "HS256"), SECRET[:31] + b"\0").authenticity == "failed"
