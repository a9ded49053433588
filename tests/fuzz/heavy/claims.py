"""Tokens of as many claims, parts and signatures as there is room for."""

from __future__ import annotations

import json
from typing import Any

import cbor2
from cbor2 import CBORTag

from iotassess.codec.cbor import MAX_ARTEFACT_BYTES as FULL
from tests.evidence import token_builder as token
from tests.evidence import x509_builder as x509
from tests.fuzz.heavy.pieces import bstr


def claims_around(value: bytes, label: int = 300, secret: bool = False) -> bytes:
    """A signed claims set with one more claim, encoded already."""
    good = cbor2.dumps(token.psa() if secret else token.eat())
    payload = bytes((0xB8, (good[1] if good[0] == 0xB8 else good[0] & 0x1F) + 1))
    payload += good[2 if good[0] == 0xB8 else 1 :] + cbor2.dumps(label) + value
    return token.sign1(payload)


def eat_huge_claim() -> bytes:
    return claims_around(bstr(bytes(FULL - 4096)))


def eat_many_claims() -> bytes:
    return token.sign1({**token.eat(), **{10_000 + i: i for i in range(23_000)}})


def eat_many_submods() -> bytes:
    inner = token.sign1(token.eat())
    return token.sign1(token.eat({266: {f"s{i}": inner for i in range(20_000)}}))


def eat_nested_submods() -> bytes:
    found = token.sign1(token.eat())
    for _ in range(9):
        found = token.sign1(token.eat({266: {f"s{i}": found for i in range(3)}}))
    return found


def eat_map_submods() -> bytes:
    return token.sign1(token.eat({266: {f"s{i}": {10: token.NONCE, 262: True} for i in range(9_000)}}))


def eat_many_measurements() -> bytes:
    manifest = [258, cbor2.dumps({0: "t", 12: 0, 1: "n", 2: {0: "x", 31: 0, 33: 1}})]
    return token.sign1(token.eat({273: [manifest] * 10_000}))


def eat_many_results() -> bytes:
    return token.sign1(token.eat({274: [["boot", [[f"c{i}", i % 6] for i in range(12_000)]]]}))


def eat_long_texts() -> bytes:
    return token.sign1(token.eat({270: "x" * (900 << 10)}))


def psa_many_components() -> bytes:
    return token.sign1(token.psa({2399: [token.COMPONENT] * 5_300}))


def psa_other_components() -> bytes:
    rows = [{1: f"C{i}", 2: i.to_bytes(32, "big"), 4: f"{i}.0", 5: token.SIGNER} for i in range(5_300)]
    return token.sign1(token.psa({2399: rows}))


def uccs_many() -> bytes:
    return token.uccs({**token.eat(), **{10_000 + i: bytes(300) for i in range(23_000)}})


def deb_many() -> bytes:
    part = cbor2.dumps({262: True})
    detached = {f"s{i}": part for i in range(20_000)}
    return token.bundle(token.sign1(token.eat({266: {"s1": token.digest_of(part)}})), detached)


def deb_large() -> bytes:
    part = cbor2.dumps({300: bytes(60_000)})
    names = [f"s{i}" for i in range(250)]
    main = token.sign1(token.eat({266: {name: token.digest_of(part) for name in names}}))
    return token.bundle(main, dict.fromkeys(names, part))


def many_signatures() -> bytes:
    signer = [cbor2.dumps({1: -7}), {4: b"k"}, bytes(64)]
    payload = cbor2.dumps(token.eat())
    return cbor2.dumps(CBORTag(98, [b"", {}, payload, [signer] * 9_000]))


def large_header() -> bytes:
    return token.sign1(token.eat(), unprotected={300: bytes(FULL - 8192)})


def large_protected() -> bytes:
    return token.sign1(token.eat(), headers={1: -7, 300: bytes(FULL - 8192)})


def long_chain() -> bytes:
    der = x509.der(x509.device())
    return token.sign1(token.eat(), unprotected={33: [der] * 20_000})


def long_links() -> bytes:
    return token.sign1(token.eat(), unprotected={33: [b"\x30\x83\xff\xff\xf0" + bytes(1 << 20)] * 14})


def jwt_large() -> bytes:
    text = json.dumps({"eat_nonce": token.b64(token.NONCE), "x": "y" * (900 << 10)})
    return token.jwt(text)


def jwt_full() -> bytes:
    return b".".join((b"eyJhbGciOiJFUzI1NiJ9", b"A" * (FULL - 200), b"A" * 86))


def jwt_header() -> bytes:
    return b".".join((b"eyJ" + b"A" * (FULL // 2), b"A" * (FULL // 2 - 100), b"A" * 86))


def jwt_dots() -> bytes:
    return b"eyJhbGciOiJFUzI1NiJ9" + b"." * (FULL - 20)


def jwt_many_claims() -> bytes:
    return token.jwt({f"c{i}": i for i in range(60_000)})


def jwt_deep_submods() -> bytes:
    inner: Any = {"dbgstat": "enabled"}
    for _ in range(28):
        inner = {"submods": {"a": inner, "b": {"dbgstat": "disabled"}}}
    return token.jwt(inner)


def json_uccs() -> bytes:
    return json.dumps({"eat_nonce": token.b64(token.NONCE), **{f"c{i}": [i] for i in range(70_000)}}).encode()


def cca_like() -> bytes:
    inner = token.sign1(token.psa_2())
    return cbor2.dumps(CBORTag(399, {44234: inner, 44241: inner, 5: bytes(FULL - 8192)}))
