"""CCA tokens for tests, built with cbor2 and cryptography: good ones, and what each test changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from iotassess.codec import keys
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.reading import read as read_artefact
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact
from tests.evidence.token_builder import AS_OF, IMPLEMENTATION, INSTANCE, SIGNER, edited

PLATFORM_KEY = ec.derive_private_key(0xCCA01, ec.SECP384R1())
REALM_KEY = ec.derive_private_key(0xCCA02, ec.SECP384R1())
OTHER_KEY = ec.derive_private_key(0xCCA03, ec.SECP384R1())

CHALLENGE = bytes(range(64))
LEGACY, PROFILE = "http://arm.com/CCA-SSD/1.0.0", "tag:arm.com,2023:cca_platform#1.0.0"
REALM_PROFILE = "tag:arm.com,2023:realm#1.0.0"

COMPONENT = {1: "RSE_BL2", 2: b"\xb2" * 32, 4: "1.0.1", 5: SIGNER, 6: "sha-256"}
BARE = {1: "RMM", 2: b"\xa3" * 32, 5: SIGNER}


def point(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def cose_key(private: ec.EllipticCurvePrivateKey, **more: Any) -> bytes:
    raw = point(private)
    return cbor2.dumps({1: 2, -1: 2, -2: raw[1:49], -3: raw[49:]} | more)


RAK = cose_key(REALM_KEY)


def binder(rak: bytes = RAK, name: str = "sha256") -> bytes:
    return hashlib.new(name, rak).digest()


def platform_claims(edits: Mapping[Any, Any] = {}) -> dict[Any, Any]:
    good = {
        265: PROFILE,
        10: binder(),
        2396: IMPLEMENTATION,
        256: INSTANCE,
        2401: b"\xcf\xcf",
        2395: 0x3003,
        2402: "sha-256",
        2399: [COMPONENT, BARE],
        2400: "https://verifier.example/",
    }
    return edited(good, edits)


def realm_claims(edits: Mapping[Any, Any] = {}) -> dict[Any, Any]:
    good = {
        265: REALM_PROFILE,
        10: CHALLENGE,
        44235: b"\x70" * 64,
        44236: "sha-256",
        44237: RAK,
        44238: b"\x71" * 32,
        44239: [bytes([0x72 + index]) * 32 for index in range(4)],
        44240: "sha-256",
    }
    return edited(good, edits)


def sign1(
    claims: Any,
    private: ec.EllipticCurvePrivateKey,
    *,
    alg: Any = -35,
    spoil: bool = False,
    outer: Mapping[Any, Any] = {},
) -> bytes:
    """A tagged COSE_Sign1; ES384 whatever the header says."""
    payload = claims if isinstance(claims, bytes) else cbor2.dumps(claims)
    raw = cbor2.dumps({1: alg})
    der = private.sign(
        cbor2.dumps(["Signature1", raw, b"", payload]),
        ec.ECDSA(hashes.SHA384(), deterministic_signing=True),
    )
    r, s = utils.decode_dss_signature(der)
    signature = r.to_bytes(48, "big") + s.to_bytes(48, "big")
    if spoil:
        signature = signature[:-1] + bytes([signature[-1] ^ 1])
    return cbor2.dumps(cbor2.CBORTag(18, [raw, dict(outer), payload, signature]))


def platform(edits: Mapping[Any, Any] = {}, **more: Any) -> bytes:
    return sign1(platform_claims(edits), PLATFORM_KEY, **more)


def realm(edits: Mapping[Any, Any] = {}, **more: Any) -> bytes:
    return sign1(realm_claims(edits), REALM_KEY, **more)


def collection(
    platform_token: Any = None, realm_token: Any = None, *, tag: int | None = 907, **more: Any
) -> bytes:
    """A collection; ``...`` leaves a member out, other values stand as they are."""
    members: dict[Any, Any] = {}
    for key, token in ((44234, platform_token), (44241, realm_token)):
        made = (platform() if key == 44234 else realm()) if token is None else token
        if made is ...:
            continue
        members[key] = [263, made] if tag == 907 and isinstance(made, bytes) else made
    members |= more
    return cbor2.dumps(members if tag is None else cbor2.CBORTag(tag, members))


def anchor(private: Any = PLATFORM_KEY, source: Any = "user") -> Candidate:
    return Candidate(
        "platform key", keys.from_cryptography(private.public_key()), source, "attestation", None
    )


def read(data: bytes, *anchors: Candidate, **more: Any) -> Artefact:
    """Read with the platform's key as anchor unless others are given."""
    named = anchors or (anchor(),)
    return read_artefact(data, Context("token", TrustStore(list(named)), AS_OF, **more))


def ids(artefact: Artefact) -> set[str]:
    return {found.id for found in artefact.problems}


def errors(artefact: Artefact) -> set[str]:
    return {found.id for found in artefact.problems if found.severity == "error"}
