"""Which algorithm goes with which key: every pairing, and what a key says of its own use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cbor2
import pytest

from iotassess.evidence.trust import AnchorSpec, TrustStore
from tests.crypto import making, second
from tests.crypto.making import ED448, ED25519, K256, P256, P384, P521, SECRET, cose, jws, read, rsa_key
from tests.evidence.token_builder import b64

KEYS: dict[str, tuple[Any, str]] = {
    "P-256": (P256, "ES256"),
    "P-384": (P384, "ES384"),
    "P-521": (P521, "ES512"),
    "secp256k1": (K256, "ES256K"),
    "Ed25519": (ED25519, "EdDSA"),
    "Ed448": (ED448, "EdDSA"),
    "RSA": (None, "PS256"),
    "secret": (SECRET, "HS256"),
}
"""Keys, each with an algorithm of its own; the RSA key is made when it is needed."""

FITTING = {
    "ES256": {"P-256"}, "ESP256": {"P-256"}, "ES384": {"P-384"}, "ESP384": {"P-384"}, "ES512": {"P-521"},
    "ESP512": {"P-521"}, "ES256K": {"secp256k1"}, "EdDSA": {"Ed25519", "Ed448"}, "Ed25519": {"Ed25519"},
    "Ed448": {"Ed448"}, "HS256": {"secret"}, "HS384": {"secret"}, "HS512": {"secret"}, "HSS-LMS": set(),
    **{name: {"RSA"} for name in ("PS256", "PS384", "PS512", "RS256", "RS384", "RS512")},
}  # fmt: skip

BOUND = (
    "RFC 9053 lets any curve go with ES256, ES384 and ES512; RFC 9864 names one for each, and we keep to it"
)
ANY_CURVE = ("ES256", "ES384", "ES512")
CURVES = {"P-256", "P-384", "P-521", "secp256k1"}


def key_of(kind: str) -> Any:
    return rsa_key() if kind == "RSA" else KEYS[kind][0]


def row(alg: str, kind: str) -> making.Row:
    key = key_of(kind)
    twin = cose(key, KEYS[kind][1])
    data, name = cose(key, alg), f"{alg} by {kind}"
    if kind in FITTING[alg]:
        told = ("cose-symmetric-key",) if kind == "secret" else ()
        return making.Row(name, data, *making.FINE, told, (key,), twin)
    if alg == "HSS-LMS":
        return making.Row(name, data, *making.UNKNOWN, (key,), twin)
    if alg.startswith("HS") != (kind == "secret"):  # a MAC in a COSE_Sign1, or a signature in a COSE_Mac0
        return making.Row(name, data, *making.malformed("cose-alg-unsupported"), (key,), twin)
    stricter = BOUND if alg in ANY_CURVE and kind in CURVES else ""
    return making.Row(name, data, *making.NO_KEY, (key,), twin, stricter)


PAIRINGS = [(alg, kind) for alg in FITTING for kind in KEYS]


def test_every_algorithm_that_the_builder_knows_is_paired():
    assert set(FITTING) == set(making.ALGORITHMS)
    assert {kind for kinds in FITTING.values() for kind in kinds} == set(KEYS)


@pytest.mark.parametrize(("alg", "kind"), PAIRINGS)
def test_a_signature_counts_only_where_algorithm_and_key_go_together(alg, kind):
    making.hold(row(alg, kind))


@second.needs_openssl
@pytest.mark.parametrize(("alg", "kind"), PAIRINGS)
def test_the_second_implementation_agrees_on_every_pairing(alg, kind):
    making.agree(row(alg, kind), second.cose_holds)


JOSE = [name for name in FITTING if not name.startswith(("ESP", "HSS"))]


@pytest.mark.parametrize("alg", JOSE)
@pytest.mark.parametrize("kind", KEYS)
def test_the_same_holds_for_json_web_tokens(alg, kind):
    key = key_of(kind)
    found = read(jws(key, alg), key)
    fits = kind in FITTING[alg]
    assert found.authenticity == ("authenticated" if fits else "unverified")
    assert found.signatures[0].status == ("verified" if fits else "no-key")
    assert read(jws(key, KEYS[kind][1]), key).authenticity == "authenticated"


# --- what a key says of its own use -------------------------------------------------------------


def number(value: int, size: int = 32) -> bytes:
    return value.to_bytes(size, "big")


def ec_jwk(**more: Any) -> bytes:
    public = P256.public_key().public_numbers()
    x, y = b64(number(public.x)), b64(number(public.y))
    return json.dumps({"kty": "EC", "crv": "P-256", "x": x, "y": y, **more}).encode()


def okp_jwk(**more: Any) -> bytes:
    x = b64(ED25519.public_key().public_bytes_raw())
    return json.dumps({"kty": "OKP", "crv": "Ed25519", "x": x, **more}).encode()


def rsa_jwk(**more: Any) -> bytes:
    public = rsa_key().public_key().public_numbers()
    return json.dumps(
        {"kty": "RSA", "n": b64(number(public.n, 256)), "e": b64(number(public.e, 3)), **more}
    ).encode()


def oct_jwk(**more: Any) -> bytes:
    return json.dumps({"kty": "oct", "k": b64(SECRET), **more}).encode()


def ec_cose(more: dict[int, Any]) -> bytes:
    public = P256.public_key().public_numbers()
    return cbor2.dumps({1: 2, -1: 1, -2: number(public.x), -3: number(public.y), **more})


RESTRICTED = [
    pytest.param(ec_jwk(alg="ES384"), "P-256", "ES256", False, id="a P-256 key kept for ES384"),
    pytest.param(ec_jwk(alg="HS256"), "P-256", "ES256", False, id="a P-256 key kept for HS256"),
    pytest.param(ec_jwk(alg="es256"), "P-256", "ES256", False, id="an algorithm in small letters"),
    pytest.param(ec_jwk(alg="none"), "P-256", "ES256", False, id="a key kept for none"),
    pytest.param(ec_jwk(alg="ES256"), "P-256", "ES256", True, id="a P-256 key kept for ES256"),
    pytest.param(ec_jwk(alg="ESP256"), "P-256", "ES256", True, id="the other name of the same algorithm"),
    pytest.param(ec_jwk(use="enc"), "P-256", "ES256", False, id="a key to encrypt with"),
    pytest.param(ec_jwk(key_ops=["deriveKey"]), "P-256", "ES256", False, id="a key to derive with"),
    pytest.param(ec_jwk(key_ops=[]), "P-256", "ES256", False, id="a key for no operation"),
    pytest.param(ec_jwk(key_ops=["verify"]), "P-256", "ES256", True, id="a key to verify with"),
    pytest.param(ec_cose({4: [5, 6]}), "P-256", "ES256", False, id="a COSE_Key to wrap with"),
    pytest.param(ec_cose({4: [2]}), "P-256", "ES256", True, id="a COSE_Key to verify with"),
    pytest.param(ec_cose({3: -35}), "P-256", "ES256", False, id="a COSE_Key kept for ES384"),
    pytest.param(ec_cose({3: -9}), "P-256", "ES256", True, id="a COSE_Key kept for ESP256"),
    pytest.param(okp_jwk(alg="Ed448"), "Ed25519", "Ed25519", False, id="an Ed25519 key kept for Ed448"),
    pytest.param(okp_jwk(alg="Ed448"), "Ed25519", "EdDSA", False, id="the same, with EdDSA"),
    pytest.param(okp_jwk(alg="EdDSA"), "Ed25519", "Ed25519", True, id="an Ed25519 key kept for EdDSA"),
    pytest.param(rsa_jwk(alg="PS256"), "RSA", "RS256", False, id="an RSA key kept for PSS"),
    pytest.param(rsa_jwk(alg="PS384"), "RSA", "PS256", False, id="an RSA key kept for PSS with SHA-384"),
    pytest.param(rsa_jwk(alg="PS256"), "RSA", "PS256", True, id="an RSA key kept for PS256"),
    pytest.param(oct_jwk(alg="HS512"), "secret", "HS256", False, id="a secret kept for HS512"),
    pytest.param(oct_jwk(key_ops=["encrypt"]), "secret", "HS256", False, id="a secret to encrypt with"),
    pytest.param(oct_jwk(alg="HS256"), "secret", "HS256", True, id="a secret kept for HS256"),
]


@pytest.mark.parametrize(("written", "kind", "alg", "serves"), RESTRICTED)
def test_a_key_serves_only_for_what_it_says(tmp_path: Path, written, kind, alg, serves):
    file = tmp_path / "anchor.key"
    file.write_bytes(written)
    store = TrustStore.load([AnchorSpec(file, "attestation", "user")])
    token = cose(key_of(kind), alg)
    assert read(token, key_of(kind)).authenticity == "authenticated"
    found = read(token, store=store)
    assert found.authenticity == ("authenticated" if serves else "unverified")
    assert found.signatures[0].status == ("verified" if serves else "no-key")
