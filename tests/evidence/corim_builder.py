"""CoRIMs and CoMIDs for tests, built with cbor2 and cryptography; and how tests have them read."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from typing import Any

import cbor2
from cbor2 import CBORTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from iotassess.evidence.context import Context
from iotassess.evidence.reading import read as read_artefact
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact, Problem
from tests.evidence.token_builder import (
    AS_OF,
    DEVICE,
    IMPLEMENTATION,
    INSTANCE,
    NOW,
    SIGNER,
    anchor,
    ids,
    raw_ecdsa,
    sign1,
)

PUBLISHER = ec.derive_private_key(0xC021B, ec.SECP256R1())
PSA = "tag:arm.com,2025:psa#1.0.0"
CCA_PLATFORM = "tag:arm.com,2025:cca_platform#1.0.0"
CCA_REALM = "tag:arm.com,2025:cca_realm#1.0.0"
DIGEST = b"\xb1" * 32
DAY = 86400
TYPE = "application/rim+cbor"
ANCHOR = anchor("publisher", PUBLISHER, purpose="reference")

__all__ = ["DEVICE", "IMPLEMENTATION", "INSTANCE", "NOW", "SIGNER", "Problem", "ids"]


def epoch(seconds: Any) -> CBORTag:
    return CBORTag(1, seconds)


def pem(private: ec.EllipticCurvePrivateKey = DEVICE) -> str:
    public = private.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def validity(not_before: Any = NOW - DAY, not_after: Any = NOW + DAY) -> dict[int, Any]:
    return {0: epoch(not_before), 1: epoch(not_after)}


META = cbor2.dumps({0: {0: "Acme", 1: CBORTag(32, "https://acme.example")}, 1: validity()})


def measured(name: str | None = "BL", **more: Any) -> dict[int, Any]:
    """The reference values of one software component."""
    values = {0: {0: "3.4.2"}, 2: [[1, DIGEST]], 11: name, 13: [CBORTag(560, SIGNER)]}
    values |= {int(key[1:]): value for key, value in more.items()}
    return {0: "psa.software-component", 1: {k: v for k, v in values.items() if v is not None}}


CLASS = {0: CBORTag(560, IMPLEMENTATION), 1: "Acme", 2: "Node"}
DEVICE_ENVIRONMENT = {0: CLASS, 1: CBORTag(550, INSTANCE)}


def reference(*measurements: Any, environment: Any = None) -> list[Any]:
    return [{0: CLASS} if environment is None else environment, list(measurements or (measured(),))]


def endorsement(*keys: Any, environment: Any = None) -> list[Any]:
    return [DEVICE_ENVIRONMENT if environment is None else environment, list(keys or (CBORTag(554, pem()),))]


def comid(triples: Mapping[int, Any] | None = None, **more: Any) -> dict[int, Any]:
    found = {
        0: "en-GB",
        1: {0: b"\x11" * 16, 1: 3},
        2: [{0: "Acme", 1: CBORTag(32, "https://acme.example"), 2: [0, 1]}],
        4: {0: [reference()], 3: [endorsement()]} if triples is None else dict(triples),
    }
    found |= {int(key[1:]): value for key, value in more.items()}
    return {key: value for key, value in found.items() if value is not ...}


def manifest(*tags: Any, profile: Any = PSA, **more: Any) -> dict[int, Any]:
    """A good CoRIM map around these tags; a map becomes a CoMID, and ``k4=...`` removes key 4."""
    wrapped = [CBORTag(506, cbor2.dumps(tag)) if isinstance(tag, dict) else tag for tag in tags or (comid(),)]
    found = {
        0: "acme-node-3.4.2",
        1: wrapped,
        2: [{0: CBORTag(32, "https://acme.example/base.corim"), 1: [1, b"\x0b" * 32]}],
        3: CBORTag(32, profile) if isinstance(profile, str) else profile,
        4: validity(),
        5: [{0: "Acme", 1: CBORTag(32, "https://acme.example"), 2: [1]}],
    }
    if profile is None:
        del found[3]
    found |= {int(key[1:]): value for key, value in more.items()}
    return {key: value for key, value in found.items() if value is not ...}


def unsigned(content: Any = None) -> bytes:
    return cbor2.dumps(CBORTag(501, manifest() if content is None else content))


def signed(
    content: Any = None,
    *,
    private: ec.EllipticCurvePrivateKey = PUBLISHER,
    headers: Mapping[Any, Any] | None = None,
    unprotected: Mapping[Any, Any] | None = None,
    tags: tuple[int, ...] = (18,),
) -> bytes:
    """A signed CoRIM; ``content`` is its map, or bytes that are signed as they are."""
    payload = content if isinstance(content, bytes) else unsigned(content)
    header = {1: -7, 3: TYPE, 8: META} if headers is None else {1: -7, **headers}
    return sign1(payload, private, headers=header, unprotected=unprotected, tags=tags)


def detached() -> bytes:
    protected, payload = cbor2.dumps({1: -7, 3: TYPE, 8: META}), unsigned()
    signature = raw_ecdsa(PUBLISHER, cbor2.dumps(["Signature1", protected, b"", payload]))
    return cbor2.dumps(CBORTag(18, [protected, {}, None, signature]))


def context(*anchors: Any, none: bool = False, **more: Any) -> Context:
    store = TrustStore(() if none else anchors or (ANCHOR,))
    return dataclasses.replace(Context("manifest", store, AS_OF), **more)


def read(data: bytes, *anchors: Any, **more: Any) -> Artefact:
    return read_artefact(data, context(*anchors, **more))


def found(artefact: Artefact, id_: str = "corim-malformed") -> list[Problem]:
    return [one for one in artefact.problems if one.id == id_]


def copy_of(value: Any) -> Any:
    return copy.deepcopy(value)
