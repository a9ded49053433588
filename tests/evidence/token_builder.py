"""Tokens of every kind for tests, built with cbor2 and cryptography; and how tests have them read."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from iotassess.codec import keys
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.reading import read as read_artefact
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact, Problem
from iotassess.model.assessment import AsOf

NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
AS_OF = AsOf(NOON, NOON)
NOW = int(NOON.timestamp())

DEVICE = ec.derive_private_key(0xDE71CE, ec.SECP256R1())
ELEMENT = ec.derive_private_key(0xE1E3E27, ec.SECP256R1())
STRANGER = ec.derive_private_key(0x57A96E2, ec.SECP256R1())
SECRET = b"a secret of sixty-four bytes, as the HMAC of 512 bits likes it.."

NONCE = bytes(range(32))
INSTANCE = b"\x01" + b"\xd1" * 32
IMPLEMENTATION = b"acme-sensor-node-implementation1"
SIGNER = b"\x51" * 32
TFM = "tag:psacertified.org,2023:psa#tfm"
ARM_2 = "http://arm.com/psa/2.0.0"
ARM_1 = "PSA_IOT_PROFILE_1"
RFC_9711 = "urn:ietf:rfc:rfc9711"

COMPONENT = {1: "BL", 2: b"\xb1" * 32, 4: "3.4.2", 5: SIGNER}
APPLICATION = {1: "PRoT", 2: b"\xa9" * 48, 4: "1.2.0", 5: b"\x52" * 48}


# --- claims -------------------------------------------------------------------------------------


def edited(claims: Mapping[Any, Any], edits: Mapping[Any, Any]) -> dict[Any, Any]:
    """The claims with some of them replaced; the value ``...`` removes one."""
    merged = {**claims, **edits}
    return {label: value for label, value in merged.items() if value is not ...}


def psa(edits: Mapping[Any, Any] = {}) -> dict[Any, Any]:
    """A good PSA claims set of RFC 9783."""
    good = {
        10: NONCE,
        256: INSTANCE,
        265: TFM,
        268: b"\xb0" * 8,
        2394: -3,
        2395: 0x3001,
        2396: IMPLEMENTATION,
        2398: "1234567890123-12345",
        2399: [COMPONENT, APPLICATION],
        2400: "https://verifier.example",
    }
    return edited(good, edits)


def psa_2(edits: Mapping[Any, Any] = {}) -> dict[Any, Any]:
    """A good PSA claims set of the drafts."""
    return edited(psa({265: ARM_2, 268: ..., 2397: b"\xb0" * 32}), edits)


def psa_1(edits: Mapping[Any, Any] = {}) -> dict[Any, Any]:
    """A good PSA claims set of PROFILE_1."""
    good = {
        -75000: ARM_1,
        -75001: 7,
        -75002: 0x3000,
        -75003: IMPLEMENTATION,
        -75004: b"\xb0" * 32,
        -75005: "1234567890123",
        -75006: [COMPONENT],
        -75008: NONCE,
        -75009: INSTANCE,
        -75010: "https://verifier.example",
    }
    return edited(good, edits)


def eat(edits: Mapping[Any, Any] = {}) -> dict[Any, Any]:
    """A good EAT claims set that has every claim with which nothing is wrong."""
    good = {
        1: "attester",
        2: "device 7",
        3: ["verifier", "auditor"],
        4: NOW + 3600,
        5: NOW - 60,
        6: NOW - 30,
        7: b"\x07",
        8: {1: {1: 2, -1: 1}},
        10: NONCE,
        256: b"\x01" + b"\xd2" * 16,
        257: {"first": b"\x02" + b"\xe0" * 6},
        258: 32473,
        259: b"model-7",
        260: ["3.1", 1],
        261: 86400,
        262: True,
        263: 3,
        265: RFC_9711,
        267: 12,
        268: b"seed",
        269: [["https://registrar.example", "platform", "app"]],
        270: "Acme OS",
        271: ["2.4.0", 16384],
        272: [[258, b"payload"]],
        273: [[258, b"evidence"]],
        274: [["boot check", [["loader", 1], ["app", 3]]]],
        275: 1,
    }
    return edited(good, edits)


# --- protection ---------------------------------------------------------------------------------


def raw_ecdsa(private: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    der = private.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    return b"".join(number.to_bytes(32, "big") for number in utils.decode_dss_signature(der))


def encoded(claims: Any) -> bytes:
    """A claims set as bytes; bytes are taken as they are, for those that no encoder makes."""
    return claims if isinstance(claims, bytes) else cbor2.dumps(claims)


def sign1(
    claims: Any,
    private: ec.EllipticCurvePrivateKey = DEVICE,
    *,
    tags: tuple[int, ...] = (18,),
    headers: Mapping[Any, Any] | None = None,
    unprotected: Mapping[Any, Any] | None = None,
) -> bytes:
    """A claims set in a COSE_Sign1."""
    payload = encoded(claims)
    protected = cbor2.dumps({1: -7} if headers is None else headers)
    signature = raw_ecdsa(private, cbor2.dumps(["Signature1", protected, b"", payload]))
    value: Any = [protected, dict(unprotected or {}), payload, signature]
    for tag in reversed(tags):
        value = cbor2.CBORTag(tag, value)
    return cbor2.dumps(value)


def mac0(claims: Any, secret: bytes = SECRET) -> bytes:
    """A claims set in a COSE_Mac0 with HMAC 512/512."""
    payload, protected = encoded(claims), cbor2.dumps({1: 7})
    tag = hmac.digest(secret, cbor2.dumps(["MAC0", protected, b"", payload]), "sha512")
    return cbor2.dumps(cbor2.CBORTag(17, [protected, {}, payload, tag]))


def uccs(claims: Any) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(601, claims))


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def jwt(claims: Any, private: Any = DEVICE, **header: Any) -> bytes:
    """A JSON claims set in a JWT; without a key, or with ``alg="none"``, unsigned."""
    text = claims if isinstance(claims, str) else json.dumps(claims)
    start = f"{b64(json.dumps({'alg': 'ES256', **header}).encode())}.{b64(text.encode())}"
    unsigned = private is None or header.get("alg") == "none"
    return f"{start}.{'' if unsigned else b64(raw_ecdsa(private, start.encode()))}".encode()


def digest_of(data: bytes, alg: int = -16) -> list[Any]:
    """A detached digest as it stands in a token."""
    name = {-16: "sha256", -43: "sha384", -44: "sha512"}[alg]
    return [alg, hashlib.new(name, data).digest()]


def bundle(main: bytes, detached: Mapping[Any, Any], *, tagged: bool = True) -> bytes:
    parts = [main, dict(detached)]
    return cbor2.dumps(cbor2.CBORTag(602, parts) if tagged else parts)


# --- reading ------------------------------------------------------------------------------------


def anchor(name: str, private: Any, source: Any = "user", purpose: Any = "attestation") -> Candidate:
    secret = isinstance(private, bytes)
    key = keys.from_symmetric(private) if secret else keys.from_cryptography(private.public_key())
    return Candidate(name, key, source, purpose, None)


ANCHORS = (anchor("device", DEVICE), anchor("element", ELEMENT), anchor("secret", SECRET))


def context(*anchors: Candidate, none: bool = False, **more: Any) -> Context:
    """A context with the builder's anchors, or the given ones, or none."""
    store = TrustStore(() if none else anchors or ANCHORS)
    return dataclasses.replace(Context("token", store, AS_OF, NONCE), **more)


def read(data: bytes, *anchors: Candidate, **more: Any) -> Artefact:
    return read_artefact(data, context(*anchors, **more))


def ids(artefact: Artefact) -> set[str]:
    return {found.id for found in artefact.problems}


def only(artefact: Artefact, id_: str) -> Problem:
    """The one problem of that id."""
    found = [one for one in artefact.problems if one.id == id_]
    assert len(found) == 1, artefact.problems
    return found[0]


def shown(artefact: Artefact, property_: str) -> list[Any]:
    return [statement.value for statement in artefact.shown if statement.property == property_]
