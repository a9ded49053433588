"""FDO ownership vouchers for tests, built with cbor2 and cryptography; every part can be exchanged."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.evidence import x509_builder
from tests.evidence.signing import alg_of, sign

MAKER = ec.derive_private_key(0x3A4E4, ec.SECP256R1())
SHOP = ec.derive_private_key(0x5409, ec.SECP256R1())
OWNER = ec.derive_private_key(0x04E4, ec.SECP256R1())
LARGE = ec.derive_private_key(0x1A46E, ec.SECP384R1())
GUID = bytes(range(16))
INFO = "sensor node"
CHAIN = (x509_builder.der(x509_builder.device()), x509_builder.der(x509_builder.middle()))

_HASH = {-16: "sha256", -43: "sha384"}


def digest(*parts: bytes, alg: int = -16) -> list[Any]:
    return [alg, hashlib.new(_HASH.get(alg, "sha256"), b"".join(parts)).digest()]


def spki(private: Any) -> bytes:
    return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def cose_key(private: Any) -> dict[int, Any]:
    numbers = private.public_key().public_numbers()
    return {1: 2, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}


def public_key(private: Any, encoding: int = 1, body: Any = None) -> list[Any]:
    kind = 10 if private.curve.name == "secp256r1" else 11
    if body is None:
        body = cose_key(private) if encoding == 3 else spki(private)
    return [kind, encoding, body]


RENDEZVOUS = [
    [
        [5, cbor2.dumps("rv.example")],
        [2, cbor2.dumps(bytes((192, 0, 2, 1)))],
        [3, cbor2.dumps(443)],
        [12, cbor2.dumps(2)],
        [10, cbor2.dumps("secret")],
        [14],
    ]
]


@dataclass
class Voucher:
    """A voucher whose parts are exchanged before it is built."""

    version: Any = 101
    guid: Any = GUID
    rendezvous: Any = field(default_factory=lambda: RENDEZVOUS)
    info: Any = INFO
    maker: Any = MAKER
    maker_key: Any = None
    chain: Any = CHAIN
    chain_hash: Any = "right"
    hmac: Any = field(default_factory=lambda: [5, b"\x05" * 32])
    owners: tuple[Any, ...] = (SHOP, OWNER)
    alg: int = -16
    encoding: int = 1
    header_version: Any = 101
    edits: dict[tuple[int, str], Any] = field(default_factory=dict)

    def header(self) -> bytes:
        found = self.chain_hash
        if found == "right":
            found = None if self.chain is None else digest(*self.chain, alg=self.alg)
        key = self.maker_key or public_key(self.maker, self.encoding)
        return cbor2.dumps([self.header_version, self.guid, self.rendezvous, self.info, key, found])

    def entries(self) -> list[Any]:
        found: list[Any] = []
        before = self.header() + cbor2.dumps(self.hmac)
        signer = self.maker
        for index, owner in enumerate(self.owners):
            made = {
                "previous": digest(before, alg=self.alg),
                "info": digest(self.guid + self.info.encode(), alg=self.alg),
                "extra": None,
                "owner": public_key(owner, self.encoding),
                "signer": signer,
            }
            made |= {key: value for (at, key), value in self.edits.items() if at == index}
            payload = made.get("payload")
            if payload is None:
                payload = cbor2.dumps([made["previous"], made["info"], made["extra"], made["owner"]])
            entry = made.get("entry") or sign1(made["signer"], payload, **made.get("headers", {}))
            found.append(entry)
            before, signer = cbor2.dumps(entry), owner
        return found

    def parts(self) -> list[Any]:
        chain = list(self.chain) if isinstance(self.chain, tuple) else self.chain
        return [self.version, self.header(), self.hmac, chain, self.entries()]

    def build(self) -> bytes:
        return cbor2.dumps(self.parts())


def sign1(private: Any, payload: bytes, protected: Any = None, unprotected: Any = None, tag: int = 18) -> Any:
    raw = cbor2.dumps({1: alg_of(private)} if protected is None else protected)
    signature = sign(private, cbor2.dumps(["Signature1", raw, b"", payload]), alg_of(private))
    return cbor2.CBORTag(tag, [raw, unprotected or {}, payload, signature])


def armour(data: bytes) -> bytes:
    text = base64.encodebytes(data)
    return b"-----BEGIN OWNERSHIP VOUCHER-----\n" + text + b"-----END OWNERSHIP VOUCHER-----\n"
