"""Which key fits which algorithm, and that no signature but the right one verifies."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import (
    dsa,
    ec,
    ed448,
    ed25519,
    padding,
    rsa,
    utils,
    x25519,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from iotassess.codec import keys, keys_verify
from iotassess.codec.keys_model import CURVES

mldsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.mldsa")

DATA = b"what was signed"
SECRET = bytes(range(32))

_EC = {
    "P-256": ec.generate_private_key(ec.SECP256R1()),
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "P-521": ec.generate_private_key(ec.SECP521R1()),
    "secp256k1": ec.generate_private_key(ec.SECP256K1()),
}
_RSA = rsa.generate_private_key(65537, 2048)
_PRIVATE: dict[str, Any] = {
    **_EC,
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    "Ed448": ed448.Ed448PrivateKey.generate(),
    "X25519": x25519.X25519PrivateKey.generate(),
    "RSA-2048": _RSA,
    "ML-DSA-44": mldsa.MLDSA44PrivateKey.generate(),
    "ML-DSA-65": mldsa.MLDSA65PrivateKey.generate(),
    "ML-DSA-87": mldsa.MLDSA87PrivateKey.generate(),
}

FITTING = {
    "ES256": {"P-256"},
    "ES384": {"P-384"},
    "ES512": {"P-521"},
    "ESP256": {"P-256"},
    "ESP384": {"P-384"},
    "ESP512": {"P-521"},
    "ES256K": {"secp256k1"},
    "EdDSA": {"Ed25519", "Ed448"},
    "Ed25519": {"Ed25519"},
    "Ed448": {"Ed448"},
    "PS256": {"RSA-2048"},
    "PS384": {"RSA-2048"},
    "PS512": {"RSA-2048"},
    "RS256": {"RSA-2048"},
    "RS384": {"RSA-2048"},
    "RS512": {"RSA-2048"},
    "HMAC 256/64": {""},
    "HMAC 256/256": {""},
    "HMAC 384/384": {""},
    "HMAC 512/512": {""},
    "ML-DSA-44": {"ML-DSA-44"},
    "ML-DSA-65": {"ML-DSA-65"},
    "ML-DSA-87": {"ML-DSA-87"},
}
KEYS = {name: keys.from_cryptography(private) for name, private in _PRIVATE.items()}
KEYS[""] = keys.from_symmetric(SECRET)


def raw_ecdsa(private: ec.EllipticCurvePrivateKey, digest: hashes.HashAlgorithm, size: int) -> bytes:
    r, s = utils.decode_dss_signature(private.sign(DATA, ec.ECDSA(digest)))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def sign(alg: str, key: str) -> bytes:
    """Sign DATA with ``alg`` by code that shares nothing with the code under test."""
    private = _PRIVATE.get(key)
    if alg.startswith("HMAC"):
        bits, tag_bits = alg.removeprefix("HMAC ").split("/")
        return hmac.digest(SECRET, DATA, f"sha{bits}")[: int(tag_bits) // 8]
    digest = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}.get(alg[-3:])
    if alg.startswith("PS"):
        scheme = padding.PSS(padding.MGF1(digest), digest.digest_size)
        return private.sign(DATA, scheme, digest)
    if alg.startswith("RS"):
        return private.sign(DATA, padding.PKCS1v15(), digest)
    if alg.startswith("ES"):
        return raw_ecdsa(private, digest or hashes.SHA256(), CURVES[key][1])
    return private.sign(DATA)


@pytest.mark.parametrize("alg", FITTING)
def test_a_key_of_another_type_or_curve_does_not_fit(alg: str) -> None:
    assert {name for name, key in KEYS.items() if keys.fits(key, alg)} == FITTING[alg]


@pytest.mark.parametrize("alg", FITTING)
def test_a_right_signature_verifies_and_a_changed_one_does_not(alg: str) -> None:
    for name in FITTING[alg]:
        signature = sign(alg, name)
        assert keys.verify(KEYS[name], alg, DATA, signature)
        assert not keys.verify(KEYS[name], alg, DATA + b".", signature)
        changed = bytes((signature[0] ^ 1,)) + signature[1:]
        assert not keys.verify(KEYS[name], alg, DATA, changed)
        assert not keys.verify(KEYS[name], alg, DATA, signature[:-1])
        assert not keys.verify(KEYS[name], alg, DATA, signature + b"\0")
        assert not keys.verify(KEYS[name], alg, DATA, b"")


@pytest.mark.parametrize("alg", FITTING)
def test_supported_algorithms_are_known_as_such(alg: str) -> None:
    assert keys.is_supported(alg)
    assert keys.is_mac(alg) == alg.startswith("HMAC")


@pytest.mark.parametrize("alg", ["HSS-LMS", "RS1", "AES-MAC 128/64", "unknown (-999)", "", "none"])
def test_an_algorithm_without_implementation_fits_no_key(alg: str) -> None:
    assert not keys.is_supported(alg)
    assert not keys.is_mac(alg)
    for key in KEYS.values():
        assert not keys.fits(key, alg)
        assert not keys.verify(key, alg, DATA, b"\0" * 64)


def test_the_public_key_used_as_hmac_secret_does_not_verify() -> None:
    public = _PRIVATE["P-256"].public_key()
    for encoding in (
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
    ):
        forged = hmac.digest(encoding, DATA, "sha256")
        assert not keys.verify(KEYS["P-256"], "HMAC 256/256", DATA, forged)


@pytest.mark.parametrize("curve", CURVES)
def test_the_curve_order_is_the_order_of_the_group(curve: str) -> None:
    group, _, order = CURVES[curve]
    last = ec.derive_private_key(order - 1, group).public_key().public_numbers()
    first = ec.derive_private_key(1, group).public_key().public_numbers()
    # (n - 1)G = -G: the same x, and another y
    assert (last.x, last.y != first.y) == (first.x, True)


@pytest.mark.parametrize(("r", "s"), [(0, 1), (1, 0), (0, 0), ("n", 1), (1, "n"), ("max", "max")])
def test_an_ecdsa_number_outside_one_to_n_minus_one_is_refused(r: Any, s: Any) -> None:
    special = {"n": CURVES["P-256"][2], "max": (1 << 256) - 1}
    signature = b"".join(special.get(part, part).to_bytes(32, "big") for part in (r, s))
    assert not keys.verify(KEYS["P-256"], "ES256", DATA, signature)


@pytest.mark.parametrize("alg", sorted(keys_verify._SIZES))
def test_r_and_s_become_the_der_that_cryptography_makes_of_them(alg: str) -> None:
    _, size, encoded = keys_verify._SIZES[alg]
    order = int.from_bytes(encoded, "big")
    numbers = [0, 1, 0x7F, 0x80, 0xFF, 0x100, order >> 1, order - 1, order, order + 1, (1 << 8 * size) - 1]
    numbers += [1 << bit for bit in range(7, order.bit_length() - 1, 61)]
    for r in numbers:
        for s in numbers:
            made = keys_verify._der(r.to_bytes(size, "big") + s.to_bytes(size, "big"), size, encoded)
            allowed = 0 < r < order and 0 < s < order
            assert made == (utils.encode_dss_signature(r, s) if allowed else None), (r, s)


def test_a_der_signature_is_refused_where_cose_has_r_and_s_side_by_side() -> None:
    der = _PRIVATE["P-256"].sign(DATA, ec.ECDSA(hashes.SHA256()))
    assert not keys.verify(KEYS["P-256"], "ES256", DATA, der)


def test_r_plus_n_is_not_another_way_to_write_r() -> None:
    order = CURVES["P-521"][2]
    signature = sign("ES512", "P-521")
    r = int.from_bytes(signature[:66], "big") + order
    assert not keys.verify(KEYS["P-521"], "ES512", DATA, r.to_bytes(66, "big") + signature[66:])


def test_a_short_rsa_key_fits_nothing() -> None:
    key = keys.from_cryptography(rsa.generate_private_key(65537, 1024))  # noqa: S505
    assert key.curve == "RSA-1024"
    assert not keys.fits(key, "PS256")


def test_pss_with_a_salt_of_another_length_does_not_verify() -> None:
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 20)
    signature = _RSA.sign(DATA, scheme, hashes.SHA256())
    assert not keys.verify(KEYS["RSA-2048"], "PS256", DATA, signature)


def test_a_full_hmac_is_not_taken_for_a_truncated_one() -> None:
    tag = hmac.digest(SECRET, DATA, "sha256")
    assert not keys.verify(KEYS[""], "HMAC 256/64", DATA, tag)
    assert not keys.verify(KEYS[""], "HMAC 256/256", DATA, tag[:8])


@pytest.mark.parametrize(
    ("restricted", "alg", "expected"),
    [
        ("ES256", "ES256", True),
        ("ESP256", "ES256", True),
        ("ES256", "ESP256", True),
        ("ES384", "ES256", False),
        ("ECDH-ES", "ES256", False),
        ("unknown (-25)", "ES256", False),
    ],
)
def test_a_key_restricted_to_an_algorithm_is_kept_from_others(
    restricted: str, alg: str, expected: bool
) -> None:
    key = keys.from_cryptography(_PRIVATE["P-256"], alg=restricted)
    assert keys.fits(key, alg) is expected
    assert keys.verify(key, alg, DATA, sign("ES256", "P-256")) is expected


def test_a_key_that_may_not_verify_fits_nothing() -> None:
    key = keys.from_cryptography(_PRIVATE["P-256"], may_verify=False)
    assert not keys.verify(key, "ES256", DATA, sign("ES256", "P-256"))
    secret = keys.from_symmetric(SECRET, may_verify=False)
    assert not keys.fits(secret, "HMAC 256/256")


@pytest.mark.parametrize("name", [name for name in KEYS if name])
def test_the_private_half_is_dropped_and_the_thumbprint_is_of_the_public_one(name: str) -> None:
    public = _PRIVATE[name].public_key()
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    expected = hashlib.sha256(spki).hexdigest()
    from_public = keys.from_cryptography(public, kid=b"k")
    assert (KEYS[name].private, KEYS[name].thumbprint) == (True, expected)
    assert (from_public.private, from_public.thumbprint, from_public.kid) == (False, expected, b"k")
    assert not hasattr(KEYS[name].material, "private_bytes")
    assert KEYS[name].curve == name
    assert hash(KEYS[name]) == hash(keys.from_cryptography(_PRIVATE[name]))


def test_a_secret_has_no_thumbprint_and_is_never_printed() -> None:
    key = keys.from_symmetric(b"do-not-print-this-secret")
    assert key.thumbprint is None
    assert "do-not-print" not in repr(key)


def test_two_secrets_are_not_the_same_key() -> None:
    assert keys.from_symmetric(b"a" * 32) != keys.from_symmetric(b"b" * 32)


@pytest.mark.parametrize("size", [0, 1, 13])
def test_a_secret_that_can_be_guessed_is_refused(size: int) -> None:
    with pytest.raises(keys.KeyFault, match=f"has {size} bytes; expected at least 14"):
        keys.from_symmetric(b"x" * size)


def test_a_key_type_that_signs_nothing_here_is_refused() -> None:
    with pytest.raises(keys.KeyFault, match="expected an EC"):
        keys.from_cryptography(dsa.generate_private_key(2048))


def test_a_point_that_is_not_on_the_curve_is_refused() -> None:
    with pytest.raises(keys.KeyFault, match="not a point on P-256"):
        keys.ec_key("P-256", b"\x04" + b"\x01" * 64)
    with pytest.raises(keys.KeyFault, match="not a point on P-256"):
        keys.ec_key("P-256", b"\x00")
    with pytest.raises(keys.KeyFault, match="expected one of P-256"):
        keys.ec_key("brainpoolP256r1", b"\x04" + b"\x01" * 64)


def test_both_forms_of_a_point_give_the_same_key() -> None:
    public = _PRIVATE["P-384"].public_key()
    for form in (PublicFormat.UncompressedPoint, PublicFormat.CompressedPoint):
        key = keys.ec_key("P-384", public.public_bytes(Encoding.X962, form), kid=b"x", alg="ES384")
        assert key.thumbprint == KEYS["P-384"].thumbprint
        assert (key.kid, key.alg) == (b"x", "ES384")


@given(st.sampled_from(sorted(FITTING)), st.sampled_from(sorted(KEYS)), st.binary(max_size=200))
def test_no_random_bytes_verify_or_raise(alg: str, name: str, signature: bytes) -> None:
    assert keys.verify(KEYS[name], alg, DATA, signature) is False
