"""CoSWIDs for tests, built with cbor2 and cryptography; and how tests have them read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import cbor2

from iotassess.evidence.context import Context
from iotassess.evidence.reading import read as read_artefact
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact
from tests.evidence.signing import ALICE, AS_OF, alg_of, named, sign

TAG = 1398229316
DIGEST = hashlib.sha256(b"the application").digest()
CREATOR = {31: "Acme", 32: "acme.example", 33: [1, 2]}
FILE = {24: "app.bin", 20: 15, 7: [1, DIGEST]}
GOOD = {
    0: "acme.example/app",
    12: 0,
    1: "Application",
    13: "1.2.3",
    14: 16384,
    2: CREATOR,
    6: {17: FILE},
}


def coswid(edits: Mapping[Any, Any] = {}) -> dict[Any, Any]:
    """A good tag with some members replaced; the value ``...`` removes one."""
    return {key: value for key, value in {**GOOD, **edits}.items() if value is not ...}


def encoded(edits: Mapping[Any, Any] = {}) -> bytes:
    """A bare tag."""
    return cbor2.dumps(coswid(edits))


def sign1(
    payload: Any, private: Any = ALICE, headers: Mapping[Any, Any] | None = None, tag: bool = True
) -> bytes:
    """A COSE_Sign1 (COSE_Mac0 with a secret) around a payload, which is encoded unless it is bytes."""
    content = payload if isinstance(payload, bytes) else cbor2.dumps(payload)
    raw = cbor2.dumps({1: alg_of(private), **(headers or {})})
    mac = isinstance(private, bytes)
    signature = sign(
        private, cbor2.dumps(["MAC0" if mac else "Signature1", raw, b"", content]), alg_of(private)
    )
    parts = [raw, {}, content, signature]
    return cbor2.dumps(cbor2.CBORTag(17 if mac else 18, parts) if tag else parts)


def context(*privates: Any, purpose: str = "reference", **more: Any) -> Context:
    """A context whose anchors are the keys."""
    store = TrustStore([named(private, purpose=purpose) for private in privates])
    return Context("artefact", store, AS_OF, **more)


def read(data: bytes, *privates: Any, **more: Any) -> Artefact:
    """Read bytes of unknown kind, with the keys as anchors."""
    return read_artefact(data, context(*privates, **more))


def ids(artefact: Artefact) -> list[str]:
    """Problems but for that of unsigned forms."""
    return [found.id for found in artefact.problems if found.id != "cose-unsigned"]


def shown(artefact: Artefact) -> dict[str, Any]:
    """Property → value."""
    return {one.property: one.value for one in artefact.shown}
